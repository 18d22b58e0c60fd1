"""What can be down in HDFS without a word: each daemon is stopped, frozen or left behind, and has to be named."""

from __future__ import annotations

import contextlib
import re
import time

import pytest

from tests.integration.ansible_module import run_module
from tests.playbook import said_by_failed

ALL = ("node1", "node2", "node3")
PLACE = r"A place for the election in ZooKeeper\] \*+\n(ok|changed):"


@contextlib.contextmanager
def frozen(operator, host, unit):
    """A daemon that is there and does nothing, as one whose disk or memory has given up."""
    operator.on(host, f"sudo systemctl kill --kill-whom=main --signal=STOP {unit}")
    try:
        yield
    finally:
        operator.on(host, f"sudo systemctl kill --kill-whom=main --signal=CONT {unit}")


@contextlib.contextmanager
def stopped(operator, host, unit):
    operator.on(host, f"sudo systemctl stop {unit}")
    try:
        yield
    finally:
        operator.on(host, f"sudo systemctl start {unit}")


@contextlib.contextmanager
def hidden(operator, host, path):
    operator.on(host, f"sudo mv {path} {path}.hidden")
    try:
        yield
    finally:
        operator.on(host, f"sudo mv {path}.hidden {path}")


@contextlib.contextmanager
def small_disk(operator, host, directory):
    """A directory on a disk of 300 MiB, for whoever looks from now on."""
    operator.on(host, f"sudo mount -t tmpfs -o size=300m tmpfs {directory}")
    try:
        yield
    finally:
        operator.on(host, f"sudo umount {directory}")


def test_nothing_is_wrong(operator):
    seen = operator.info(timeout=60)
    assert seen["failed"] is False and seen["problems"] == []
    (journal,) = [each for each in seen["namenodes"][0 if operator.active() == "node1" else 1]["journals"] if each["journalnodes"]]
    assert sorted(journal["journalnodes"]) == sorted(f"{operator.addresses[host]}:8485" for host in ALL)
    assert sorted((member["address"], member["in_sync"]) for member in journal["members"]) == [(each, True) for each in sorted(journal["journalnodes"])]
    assert {each["failover_controller"] for each in seen["namenodes"]} == {f"{operator.addresses[host]}:8019" for host in ("node1", "node2")}


@pytest.mark.parametrize(("journalnode", "controller"), [(stopped, frozen), (frozen, stopped)])
def test_healthy_names_what_no_namenode_misses(operator, journalnode, controller):
    host = operator.standby()
    with journalnode(operator, host, "hdfs-journalnode"), controller(operator, host, "hdfs-zkfc"):
        seen = operator.info()
    address = operator.addresses[host]
    assert f"JournalNode {address}:8485 does not " in seen["msg"]
    assert f"http://{address}:9870 has a failover controller that does not " in seen["msg"]
    assert operator.info(timeout=90)["failed"] is False


def test_verify_names_daemons_and_full_disks_on_their_hosts(operator, scenario):
    standby, active = operator.standby(), operator.active()
    with contextlib.ExitStack() as faults:
        faults.enter_context(frozen(operator, "node3", "hdfs-datanode"))
        faults.enter_context(stopped(operator, standby, "hdfs-zkfc"))
        faults.enter_context(small_disk(operator, standby, "/var/lib/hadoop/name"))
        faults.enter_context(stopped(operator, active, "hdfs-journalnode"))
        faults.enter_context(hidden(operator, active, "/var/lib/hadoop/.ssh/authorized_keys"))
        outcome = operator.play(playbook=scenario / "verify_hdfs.yml", hdfs_ready_timeout=2)
    assert outcome.status != 0
    said = said_by_failed(outcome.text)
    assert "hdfs-datanode.service runs, but does not answer within 3 s" in said["node3"]
    assert "hdfs-zkfc.service is inactive: `systemctl start hdfs-zkfc.service`" in said[standby]
    assert "/var/lib/hadoop/name has 300 MiB left, less than 512: with less than 100 MiB the NameNode takes no more edits" in said[standby]
    assert f"this host cannot fence the NameNode of {active} (hdfs@{operator.addresses[active]}: Permission denied" in said[standby]
    assert "hdfs-journalnode.service is inactive" in said[active] and "cannot fence" not in said[active]
    assert operator.info(timeout=90)["failed"] is False


def test_who_waits_for_healthy_between_two_journalnodes_keeps_the_writer(operator):
    """Two of them killed one after the other, with nothing but systemd's restart between, end the active NameNode."""
    active, first = operator.active(), operator.pid(operator.active())
    for host in [host for host in ALL if host != active]:
        assert operator.info(timeout=60)["failed"] is False
        killed = operator.pid(host, "hdfs-journalnode")
        operator.on(host, f"sudo kill -9 {killed}")
        operator.wait_until(lambda: operator.pid(host, "hdfs-journalnode") not in (0, killed), "systemd's restart")
        # The NameNode finds out with the next edit, and the standby may begin the next segment right after it.
        made = run_module("hdfs_path", arguments={"namenodes": [operator.addresses[active]], "path": f"/tmp/without-{host}"})
        assert made["changed"], made
        seen = operator.info()
        assert not seen["failed"] or f"JournalNode {operator.addresses[host]}:8485 " in seen["msg"]
    assert operator.pid(active) == first


def test_a_place_for_the_election_that_was_lost_is_made_again(operator):
    began = time.time()
    gone = run_module("zookeeper_path", arguments={
        "hosts": [operator.addresses[host] for host in ALL], "path": "/hadoop-ha/flink-hdfs", "state": "absent", "recursive": True, "allow_ephemeral": True})
    assert gone["changed"], gone
    for host in ("node1", "node2"):
        operator.wait_until(lambda host=host: "Parent znode does not exist" in operator.journal(host, "hdfs-zkfc", began), "the failover controllers to end")
    outcome = operator.play()
    assert outcome.status == 0 and re.search(PLACE, outcome.text)
    operator.settle()
    assert operator.info(timeout=90)["failed"] is False
    again = operator.play()
    assert again.changed_on == dict.fromkeys(ALL, 0) and not re.search(PLACE, again.text)
