"""Faults on the running platform: what dies comes back, nothing is lost, and site.yml finds nothing to do afterwards."""

from __future__ import annotations

import re

from tests.on_hosts import EXAMPLES, JAR
from tests.scenario import each_is_named, in_groups

PROCESSES = [
    ("node1", "zookeeper"), ("node1", "hdfs-namenode"), ("node2", "hdfs-zkfc"), ("node3", "hdfs-journalnode"),
    ("node3", "hdfs-datanode"), ("node1", "flink-jobmanager"), ("node2", "flink-taskmanager"),
]


def test_neither_a_limit_nor_the_order_of_the_inventory_changes_anything(operator):
    run = operator.play("--limit", "node2", inventory=[in_groups({"zookeeper": ["node3", "node2", "node1"]}), operator.inventory()])
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


def test_verify_names_each_unit_that_does_not_work(operator, green, session_cluster):
    """Where the others do the work meanwhile, so that nothing but the look at the units tells."""
    standby = "node2" if session_cluster.leader() == "node1" else "node1"
    active = operator.on("node1", "sudo -u hdfs hdfs haadmin -getServiceState node1")
    second = "node2" if active == "active" else "node1"
    each_is_named(operator, [
        ("node3", "zookeeper", "suspended"), ("node3", "hdfs-journalnode", "stopped"), ("node3", "hdfs-datanode", "suspended"),
        (second, "hdfs-zkfc", "stopped"), (second, "hdfs-namenode", "suspended"), (standby, "flink-jobmanager", "stopped"),
        ("node3", "flink-taskmanager", "suspended"),
    ])  # fmt: skip
    green()


def test_verify_names_a_host_that_falls_silent_within_a_minute(operator, site, green):
    """While connections of the run before, which ended the test before, are still open."""
    operator.fleet.cut("node3")
    try:
        run = site("verify", verify_wait=1)
    finally:
        operator.fleet.mend("node3")
    assert run.status != 0 and re.search(r"zookeeper\s+node3\s+DOWN", run.text), run.text[-4000:]
    assert re.search(r"zookeeper\s+node1\s+ok", run.text) and run.seconds < 90, run.text[-4000:]
    green()


def test_a_host_may_lose_power(operator, site, green, session_cluster):
    """One that has a daemon of each kind."""
    node = "node1"
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


def test_killed_while_restarting_everything_converges_and_no_job_is_lost(operator, session_cluster):
    """Each member of ZooKeeper takes connections of Flink with it, and the next one goes only when the job has a checkpoint again."""
    started = operator.on("node1", f"sudo flink run --detached --class={EXAMPLES}.statemachine.StateMachineExample {JAR} --error-rate 0 --sleep 1")
    job = re.search("JobID ([0-9a-f]{32})", started).group(1)
    try:
        before = session_cluster.checkpoint(job)["id"]
        change = {"zookeeper_heap_mb": 136, "hdfs_datanode_heap_mb": 168}
        operator.play_and_kill("TASK [baremetal.flink.zookeeper : Restart", **change)
        run = operator.play(**change)
        assert run.status == 0, run.text[-4000:]
        waited = re.findall(r"Wait until a JobManager leads.*?\n(\w+): \[node\d", run.text)
        assert len(waited) >= 2 and set(waited) == {"ok"}, run.text[-4000:]
        assert session_cluster.running() == [job]
        assert session_cluster.checkpoint(job, after=before)["id"] > before
    finally:
        operator.on("node1", f"sudo flink cancel {job}")
    # Its last play is verify.
    again = operator.play(**change)
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]


def test_teardown_keeps_data_and_site_brings_all_back(operator, site):
    """By the oldest ansible-core, whose result the newest has nothing to add to."""
    operator.on("node2", "echo kept | sudo -u hdfs hdfs dfs -put -f - /tmp/kept/teardown")
    run = site("teardown", "-e", "teardown_confirm=yes", oldest=True)
    assert run.status == 0, run.text[-4000:]
    assert operator.on("node1", "ls /etc/systemd/system").find("zookeeper.service") == -1
    run = site("site", oldest=True)
    assert run.status == 0, run.text[-4000:]
    again = site("site")
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    assert operator.on("node2", "sudo -u hdfs hdfs dfs -cat /tmp/kept/teardown") == "kept"
