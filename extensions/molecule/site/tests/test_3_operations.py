"""Faults on the running platform: what dies comes back, nothing is lost, and site.yml finds nothing to do afterwards."""

from __future__ import annotations

import re

import pytest

from tests.scenario import in_groups

PROCESSES = [
    ("node1", "zookeeper"), ("node1", "hdfs-namenode"), ("node2", "hdfs-zkfc"), ("node3", "hdfs-journalnode"),
    ("node3", "hdfs-datanode"), ("node1", "flink-jobmanager"), ("node2", "flink-taskmanager"),
]


def test_limit_to_one_host_changes_nothing(site):
    run = site("site", "--limit", "node2")
    assert (run.status, run.changed) == (0, 0), run.text[-4000:]


def test_order_of_the_inventory_does_not_matter(operator):
    run = operator.play(inventory=[in_groups({"zookeeper": ["node3", "node2", "node1"]}), operator.inventory()])
    assert (run.status, run.changed) == (0, 0), run.text[-4000:]


def test_the_demos_job_counts_right_and_survives_its_leader(operator):
    run = operator.play(playbook="examples/demo/job.yml")
    assert run.status == 0, run.text[-4000:]


def test_any_one_process_may_be_killed(operator, green):
    for node, unit in PROCESSES:
        pid = operator.pid(node, unit)
        assert pid
        operator.on(node, f"sudo kill -9 {pid}")
    green()


@pytest.mark.parametrize("node", ["node1", "node3"])
def test_a_host_may_lose_power(operator, site, green, session_cluster, node):
    operator.on("node2", "sudo -u hdfs hdfs dfs -mkdir -p /tmp/kept; echo kept | sudo -u hdfs hdfs dfs -put -f - /tmp/kept/word")
    operator.fleet.host(node).power_off()
    try:
        session_cluster.wait_for(lambda: session_cluster.leader() != node and session_cluster.running() is not None, "a leader that answers")
        run = site("verify")
        assert run.status != 0
        assert re.search(rf"zookeeper\s+{node}\s+DOWN", run.text), run.text[-4000:]
        assert re.search(r"flink\s+node2\s+ok", run.text), run.text[-4000:]
    finally:
        operator.fleet.host(node).power_on()
    green()
    assert operator.on("node2", "sudo -u hdfs hdfs dfs -cat /tmp/kept/word") == "kept"


def test_killed_while_restarting_everything_converges(operator, green):
    change = {"zookeeper_heap_mb": 136, "hdfs_datanode_heap_mb": 168}
    operator.play_and_kill("TASK [baremetal.flink.zookeeper : Restart", **change)
    run = operator.play(**change)
    assert run.status == 0, run.text[-4000:]
    again = operator.play(**change)
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    green()


def test_teardown_keeps_data_and_site_brings_all_back(operator, site, green):
    """By the oldest ansible-core, whose result the newest has nothing to add to."""
    operator.on("node2", "echo kept | sudo -u hdfs hdfs dfs -put -f - /tmp/kept/teardown")
    run = site("teardown", "-e", "teardown_confirm=yes", oldest=True)
    assert run.status == 0, run.text[-4000:]
    assert operator.on("node1", "ls /etc/systemd/system").find("zookeeper.service") == -1
    run = site("site", oldest=True)
    assert run.status == 0, run.text[-4000:]
    again = site("site")
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    green()
    assert operator.on("node2", "sudo -u hdfs hdfs dfs -cat /tmp/kept/teardown") == "kept"
