# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A life of the ensemble, in this order: each test finds what the one before has left."""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import contextmanager

import pytest
from kazoo.protocol.states import KazooState

ALL = {"node1", "node2", "node3"}
SERVING = ["leader", "follower", "follower"]


def table(operator, **extra):
    """What verify.yml says of each host."""
    run = operator.play(playbook="playbooks/verify.yml", **extra)
    rows = [line.split(None, 3) for line in run.text.splitlines() if line.startswith("zookeeper  ")]
    return run.status, {row[1]: row[2:] for row in rows}


def heap(operator, host):
    return operator.on(host, "ps -o args= -p $(systemctl show -P MainPID zookeeper) | grep -o 'Xmx[0-9]*m'")


@contextmanager
def writing(operator):
    """A client writes all the while, and neither its session nor what belongs to it is lost."""
    longest, stop = [0.0], threading.Event()
    with operator.client() as client:
        client.create("/present", ephemeral=True)
        session = client.client_id

        def write():
            while not stop.is_set():
                began = time.monotonic()
                client.retry(client.set, "/kept", b"for good")
                longest[0] = max(longest[0], time.monotonic() - began)
                time.sleep(0.05)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            stop.set()
            writer.join()
        assert KazooState.LOST not in client.states
        assert client.client_id == session
        assert client.exists("/present")
    assert longest[0] < 10


def test_exactly_one_leads(operator):
    operator.wait_for_modes(SERVING)


def test_a_znode_is_on_every_member(operator):
    with operator.client() as client:
        client.ensure_path("/kept")
        client.set("/kept", b"for good")
    for host in ALL:
        with operator.client(host) as client:
            client.sync("/kept")
            assert client.get("/kept")[0] == b"for good"


def test_order_of_the_inventory_and_a_limit_change_nothing(operator):
    before = {host: operator.pid(host, "zookeeper") for host in ALL}
    outcome = operator.play("--limit", "node2", inventory=operator.inventory(members=("node3", "node1", "node2")))
    assert outcome.status == 0
    assert outcome.changed_on == {"node2": 0}
    assert {host: operator.pid(host, "zookeeper") for host in ALL} == before


# What else the same judgements refuse is in the units of zookeeper.rollout and zookeeper.settings.
@pytest.mark.parametrize(
    ("inventory", "extra", "sentences"),
    [
        pytest.param(
            {"members": ("node1", "node2")},
            {"zookeeper_settings": {"a": {"b": 1}, "clientPort": 1, "reconfigEnabled": True}, "zookeeper_four_letter_words": ["ruok"]},
            [
                "The group zookeeper has 2 hosts (node1, node2): an even ensemble survives no more failures",
                "zookeeper_settings: a is a map, and the value of a setting is a text",
                "zookeeper_four_letter_words lacks srvr and mntr",
                "zookeeper_settings must not have clientPort; set zookeeper_client_port instead.",
                "out of zoo.cfg into files beside it, which it may not write",
            ],
            id="inventory"),
        pytest.param(
            {"ids": {"node1": 2, "node2": 1, "node3": 3}}, {"zookeeper_data_log_dir": "/srv/log", "zookeeper_peer_port": 2889},
            [
                "myid says that this host is member 1, the inventory says 2: a running member is never renumbered",
                "stop zookeeper.service, move /var/lib/zookeeper/log to /srv/log and run again",
                "they can only change all at once: set zookeeper_allow_outage to true for one run",
            ],
            id="disk"),
        pytest.param(
            {"node2": {"zookeeper_address": "no-such-host.invalid"}, "node3": {"zookeeper_address": "localhost"}},
            {"zookeeper_java_home": "/opt/no-java", "zookeeper_free_mb": 99999999},
            [
                "zookeeper on node1 cannot be set up: 1) ",
                "no-such-host.invalid does not resolve",
                "localhost resolves to 127.0.0.1 here, where other hosts cannot reach it",
                "/opt/no-java",
                "99999999",
            ],
            id="host"),
    ],
)
def test_wrong_input_is_refused_before_anything_is_touched(operator, inventory, extra, sentences):
    def state():
        return {host: operator.on(host, "systemctl show -P MainPID zookeeper; stat -c %Y.%i /etc/zookeeper/zoo.cfg") for host in ALL}

    before = state()
    outcome = operator.play(**extra, inventory=operator.inventory(**inventory))
    assert outcome.status != 0
    assert [sentence for sentence in sentences if sentence not in outcome.flat] == []
    assert set(outcome.changed_on.values()) == {0}
    assert state() == before


def test_rolling_restart_keeps_sessions_and_takes_the_leader_last(operator):
    leader = operator.leader()
    with writing(operator):
        assert operator.play(zookeeper_heap_mb=384).status == 0
    assert {heap(operator, host) for host in ALL} == {"Xmx384m"}
    started = {host: int(operator.on(host, "systemctl show -P ActiveEnterTimestampMonotonic zookeeper")) for host in ALL}
    assert max(started, key=started.get) == leader
    operator.wait_for_modes(SERVING)


def test_verify_names_the_hosts_whose_members_are_down_and_waits_as_long_as_it_is_told(operator):
    for host in ("node2", "node3"):
        operator.on(host, "sudo systemctl stop zookeeper")
    try:
        status, rows = table(operator, verify_wait=3)
    finally:
        for host in ("node2", "node3"):
            operator.on(host, "sudo systemctl start zookeeper")
    assert status != 0
    assert {host: row[0] for host, row in rows.items()} == dict.fromkeys(ALL, "WRONG")
    assert rows["node1"][1].startswith("Waited 3 s for the ZooKeeper member")
    for host in ("node2", "node3"):
        assert rows[host][1].startswith(f"zookeeper.service on {host} does not run (it is inactive)")
    operator.wait_for_modes(SERVING)


def test_killed_leader_is_replaced_and_comes_back(operator):
    leader = operator.leader()
    with operator.client() as client:
        session = client.client_id
        operator.on(leader, "sudo systemctl kill --signal=KILL zookeeper")
        client.retry(client.set, "/kept", b"for good")
        assert client.client_id == session
    operator.wait_for_modes(SERVING)
    assert operator.leader() != leader


def test_lost_host_does_not_stop_the_others_and_comes_back(operator):
    operator.fleet.host("node3").power_off()
    with operator.client("node1", "node2", timeout=30) as client:
        client.retry(client.ensure_path, "/while-one-is-away")
        client.retry(client.set, "/while-one-is-away", b"1")
    extra = {"zookeeper_heap_mb": 384}
    outcome = operator.play("--limit", "node1,node2", **extra)
    assert outcome.status == 0
    assert outcome.changed_on == {"node1": 0, "node2": 0}
    status, rows = table(operator)
    assert status != 0 and {host: row[0] for host, row in rows.items()} == {"node1": "ok", "node2": "ok", "node3": "DOWN"}
    operator.fleet.host("node3").power_on()
    operator.wait_for_modes(SERVING)
    with operator.client("node3") as client:
        client.sync("/while-one-is-away")
        assert client.get("/while-one-is-away")[0] == b"1"


@pytest.mark.parametrize(
    ("moment", "size", "given_up"),
    [
        ("TASK [baremetal.flink.zookeeper : Look at the ensemble before a member restarts]", 320, {}),
        # Some members serve on one port by then, others on another one, and none tells which by its file.
        ("Restart the member on ", 352, {"zookeeper_client_port": 2182}),
    ],
)
def test_killed_run_is_made_good_by_the_next(operator, moment, size, given_up):
    extra = {"zookeeper_heap_mb": size}
    assert operator.play_and_kill(moment, **extra, **given_up)
    with operator.client() as client:
        client.retry(client.set, "/kept", b"for good")
        outcome = operator.play(**extra)
        assert outcome.status == 0
        assert [host for host in ALL if f"Restart the member on {host}" not in outcome.text] == []
        assert KazooState.LOST not in client.states
    assert {heap(operator, host) for host in ALL} == {f"Xmx{size}m"}
    again = operator.play(**extra)
    assert again.status == 0
    assert again.changed_on == dict.fromkeys(ALL, 0)


def test_tls_comes_and_goes_by_one_run_each_while_a_client_writes(operator):
    def lines(host):
        return set(operator.on(host, "sudo cat /run/zookeeper/zoo.cfg").splitlines())

    extra = {"zookeeper_heap_mb": 352}
    with writing(operator):
        # Between the first step and the second one, which the next run begins with.
        assert operator.play_and_kill("Take one step with every member", zookeeper_tls=True, **extra)
        outcome = operator.play(zookeeper_tls=True, **extra)
        assert outcome.status == 0
        for host in ALL:
            assert outcome.text.count(f"Restart the member on {host}") == 2
            assert {"sslQuorum=true", "portUnification=false", "client.portUnification=true"} <= lines(host)
            assert ssl.get_server_certificate((operator.addresses[host], 3888)).startswith("-----BEGIN CERTIFICATE")
        again = operator.play(zookeeper_tls=True, **extra)
        assert again.status == 0 and again.changed_on == dict.fromkeys(ALL, 0)
        assert table(operator, zookeeper_tls=True)[0] == 0
        assert operator.play(**extra).status == 0
    for host in ALL:
        assert not [line for line in lines(host) if "ssl" in line]
        assert operator.on(host, "sudo find /etc/zookeeper/tls -type f") == ""
    operator.wait_for_modes(SERVING)


def test_replaced_disk_is_filled_by_the_others(operator):
    follower = next(host for host, mode in operator.modes().items() if mode == "follower")
    operator.on(follower, "sudo systemctl stop zookeeper && sudo rm -rf /var/lib/zookeeper")
    outcome = operator.play("--limit", follower, zookeeper_heap_mb=352)
    assert outcome.status == 0
    with operator.client(follower) as client:
        client.sync("/kept")
        assert client.get("/kept")[0] == b"for good"


def test_teardown_leaves_nothing_running(operator, scenario):
    outcome = operator.play(playbook=scenario / "teardown.yml")
    assert outcome.status == 0
    for host in ALL:
        assert operator.on(host, "systemctl show -P LoadState zookeeper") == "not-found"
        assert operator.on(host, "ls /var/lib/zookeeper") == ""
    again = operator.play(playbook=scenario / "teardown.yml")
    assert again.changed_on == dict.fromkeys(ALL, 0)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/etc/init.d/zookeeper", "#!/bin/sh\\nexit 0\\n"),
        ("/etc/systemd/system/zookeeper.service", "[Unit]\\nDescription=Apache ZooKeeper\\n[Service]\\nExecStart=/bin/sleep infinity\\n"),
    ],
)
def test_a_service_that_others_have_set_up_is_left_alone(operator, scenario, path, content):
    """Debian's package zookeeperd has a script of init; another role has a unit."""
    operator.on("node1", "sudo mkdir -p /etc/zookeeper/conf && echo dataDir=/srv/zk | sudo tee /etc/zookeeper/conf/zoo.cfg")
    operator.on("node1", f"printf '{content}' | sudo tee {path}; sudo chmod +x {path}; sudo systemctl daemon-reload; sudo systemctl start zookeeper")

    def state():
        return operator.on("node1", f"systemctl show -P InvocationID zookeeper; cat {path}")

    before = state()
    outcome = operator.play(playbook=scenario / "alone.yml", inventory=operator.inventory(members=(), ids={}))
    assert outcome.status != 0 and outcome.changed == 0
    assert f"zookeeper.service is there already, by {path}, which this collection has not written, with its data in /srv/zk" in outcome.flat
    if path.startswith("/etc/systemd"):
        outcome = operator.play(playbook=scenario / "teardown.yml")
        assert outcome.status != 0 and "was not written by this collection: it is left as it is" in outcome.flat
    assert state() == before
    operator.on("node1", f"sudo systemctl stop zookeeper; sudo rm -rf /etc/zookeeper {path}; sudo systemctl daemon-reload")


def test_one_host_in_no_group_serves_alone(operator, scenario):
    inventory = operator.inventory(members=(), ids={})
    assert operator.play(playbook=scenario / "alone.yml", inventory=inventory).status == 0
    assert operator.mode("node1") == "standalone"
    assert operator.play(playbook=scenario / "alone.yml", inventory=inventory).changed_on == {"node1": 0}
    with operator.client("node1") as client:
        for number in range(50):
            client.create(f"/grown/{number}", str(number).encode(), makepath=True)


def test_new_members_do_not_start_without_the_one_with_data(operator):
    outcome = operator.play("--limit", "node2,node3")
    assert outcome.status != 0
    assert "node2 holds no data yet, and node1, outside this run, may: run without --limit" in outcome.flat
    assert set(outcome.changed_on.values()) == {0}
    assert operator.modes() == {"node1": "standalone", "node2": None, "node3": None}


def test_grows_from_one_to_three_without_losing_a_znode(operator):
    assert operator.play().status == 0
    operator.wait_for_modes(SERVING)
    for host in ALL:
        with operator.client(host) as client:
            client.sync("/grown")
            assert sorted(map(int, client.get_children("/grown"))) == list(range(50))
            assert client.get("/grown/49")[0] == b"49"
    again = operator.play()
    assert again.changed_on == dict.fromkeys(ALL, 0)


def test_a_member_gives_up_its_vote_and_gets_it_back(operator):
    """The leader: nobody observes one that is about to go."""
    leader = operator.leader()
    observing = operator.inventory(**{leader: {"zookeeper_role": "observer"}})
    with operator.client() as client:
        client.create("/votes", ephemeral=True)
        for inventory, modes in ((observing, ["leader", "follower", "observer"]), (None, SERVING)):
            outcome = operator.play(zookeeper_allow_even=True, **({"inventory": inventory} if inventory else {}))
            assert outcome.status == 0
            operator.wait_for_modes(modes)
            assert (operator.mode(leader) == "observer") is bool(inventory)
        assert KazooState.LOST not in client.states and client.retry(client.exists, "/votes")
    for host in ALL:
        with operator.client(host) as client:
            client.sync("/grown")
            assert len(client.get_children("/grown")) == 50
