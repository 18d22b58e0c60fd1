# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three stand-in masters and an agent on a real ZooKeeper: election, quorum, failover, growth."""

from __future__ import annotations

import base64
import json
import signal

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.loopback import Daemon, Scheduler, eventually
from kazoo.client import KazooClient

from tests.integration.zookeeper.ensemble import Ensemble, install

RESOURCES = "cpus:4;mem:8192;disk:20000;ports:[31000-32000]"


@pytest.fixture(scope="module")
def zookeeper(tmp_path_factory):
    install()
    with Ensemble(tmp_path_factory.mktemp("zookeeper"), 1) as running:
        client = KazooClient(running.servers[0])
        client.start(30)
        yield client
        client.stop()
        client.close()


@pytest.fixture
def masters(zookeeper, home, tmp_path, request):
    """Makes masters on a path of this test's own; all end with the test."""
    made = []
    url = f"zk://{zookeeper.hosts[0][0]}:{zookeeper.hosts[0][1]}/{request.node.name.split('[')[0]}"

    def make(quorum, *flags):
        one = Daemon(
            home, "master", tmp_path / f"master{len(made)}", f"--zk={url}", f"--quorum={quorum}", "--zk_session_timeout=2secs",
            "--hostname=127.0.0.1", *flags,
        )  # fmt: skip
        made.append(one)
        return one

    make.url, make.path = url, "/" + url.rpartition("/")[2]
    yield make
    for one in made:
        one.end()


def leading(masters):
    """The one that serves."""
    alive = [one for one in masters if one.process is not None and one.process.poll() is None]
    return eventually(lambda: [one for one in alive if one.operator("GET_HEALTH")[0] == 200], "a leading master", 30)[0]


def metric(one, name):
    return one.get("/metrics/snapshot")[name]


def nodes(zookeeper, path):
    return sorted(name for name in zookeeper.get_children(path) if name.startswith("json.info_"))


def test_failover_of_the_leading_master(zookeeper, masters, home, tmp_path):
    three = [masters(2).start() for number in range(3)]
    agent = Daemon(home, "agent", tmp_path / "agent", f"--master={masters.url}", f"--resources={RESOURCES}", "--hostname=127.0.0.1").start()
    try:
        first = leading(three)
        candidates = eventually(lambda: len(nodes(zookeeper, masters.path)) == 3 and nodes(zookeeper, masters.path), "three candidates")
        info = json.loads(zookeeper.get(f"{masters.path}/{candidates[0]}")[0])
        assert info["pid"] == f"master@127.0.0.1:{first.port}" and info["ip"] == 16777343
        assert info["address"] == {"hostname": "127.0.0.1", "ip": "127.0.0.1", "port": first.port}
        assert [item["type"] for item in info["capabilities"]] == ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"]
        replicas = zookeeper.get_children(f"{masters.path}/log_replicas")
        addresses = sorted(zookeeper.get(f"{masters.path}/log_replicas/{name}")[0].decode() for name in replicas)
        assert addresses == sorted(f"log-replica(1)@127.0.0.1:{one.port}" for one in three)
        for one in three:
            assert eventually(lambda each=one: metric(each, "registrar/log/recovered") == 1.0, "a recovered log")
            assert metric(one, "registrar/log/ensemble_size") == 3.0
            assert metric(one, "master/elected") == (1.0 if one is first else 0.0)
            if one is not first:
                status, headers, body = one.call("/master/state?x=1")
                assert (status, headers["location"]) == (307, f"//127.0.0.1:{first.port}/master/state?x=1")
                assert one.call("/health")[0] == one.call("/version")[0] == 200
        eventually(lambda: first.get("/state")["activated_slaves"] == 1.0, "the agent")
        agent_id = first.get("/slaves")["slaves"][0]["id"]
        scheduler = Scheduler(first.address).subscribe()
        scheduler.launch("t", "sleep 600")
        scheduler.status("t", "TASK_RUNNING")
        over = Scheduler(first.address, name="over").subscribe()
        over.wait("SUBSCRIBED")
        over.call("TEARDOWN")
        assert first.operator("DEACTIVATE_AGENT", agent_id={"value": agent_id})[0] == 200

        first.end(signal.SIGKILL)
        second = leading(three)
        eventually(lambda: second.get("/state")["slaves"], "the agent at the new leader")
        listed = second.get("/slaves")["slaves"][0]
        assert (listed["id"], listed["deactivated"], listed["active"]) == (agent_id, True, False)
        recovered = second.get("/frameworks")
        assert [(each["id"], each["recovered"], each["active"]) for each in recovered["frameworks"]] == [(scheduler.id, True, False)]
        assert [each["id"] for each in recovered["completed_frameworks"]] == [over.id]
        again = Scheduler(second.address, scheduler.id).subscribe()
        again.wait("SUBSCRIBED")
        again.call("RECONCILE")
        again.status("t", "TASK_RUNNING")
        assert Scheduler(second.address, over.id).subscribe().wait("ERROR")["error"]["message"] == "Framework has been removed"
        again.call("KILL", task_id={"value": "t"})
        again.status("t", "TASK_KILLED")
    finally:
        agent.end(signal.SIGUSR1)


def test_a_standby_asks_for_a_login_before_it_sends_anybody_to_the_leader(masters, tmp_path):
    """libprocess authenticates before it calls a handler, and the redirect is the handler's."""
    (tmp_path / "users").write_text(json.dumps({"credentials": [{"principal": "ops", "secret": "known"}]}))
    three = [masters(2, f"--credentials={tmp_path}/users", "--authenticate_http_readonly", "--authenticate_http_readwrite").start() for number in range(3)]
    login = {"Authorization": "Basic " + base64.b64encode(b"ops:known").decode()}
    eventually(lambda: sorted(one.call("/state", headers=login)[0] for one in three) == [200, 307, 307], "a leader and two others", 30)
    for one in three:
        assert [one.call(path)[0] for path in ("/state", "/master/slaves", "/flags", "/health", "/redirect")] == [401, 401, 401, 200, 307]
        assert one.operator("GET_HEALTH")[0] == 401


def test_no_quorum_no_service(masters):
    alone = masters(2, "--registry_fetch_timeout=3secs").start()
    eventually(lambda: alone.call("/state")[2] == "Master has not finished recovery", "an elected master without a quorum")
    assert alone.call("/health")[0] == 200 and metric(alone, "registrar/log/recovered") == 0.0
    assert alone.wait() == 1
    assert "Failed to recover registrar: Failed to perform fetch within 3secs" in alone.log.read_text()


def test_a_leader_without_zookeeper_steps_down(zookeeper, masters):
    one = masters(1).start()
    leading([one])
    [node] = nodes(zookeeper, masters.path)
    zookeeper.delete(f"{masters.path}/{node}")
    assert one.wait() == 1
    assert "Lost leadership" in one.log.read_text()


def test_growing_from_one_needs_the_log_wiped(masters):
    old = masters(1).start()
    leading([old])
    old.end()
    old.flags = [flag.replace("--quorum=1", "--quorum=2") for flag in old.flags]
    old.start("--registry_fetch_timeout=4secs")
    others = [masters(2, "--registry_fetch_timeout=4secs").start() for number in range(2)]
    assert eventually(lambda: 1 in [one.process.poll() for one in (old, *others)], "the end of the one that was elected")
    for one in (old, *others):
        one.end()
    (old.directory / "work/replicated_log/replica.json").unlink()
    three = [old.start(), *(one.start() for one in others)]
    assert leading(three)
