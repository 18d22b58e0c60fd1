"""Faults on the running platform: what dies comes back, nothing is lost, and site.yml finds nothing to do afterwards."""

from __future__ import annotations

import json
import re
import subprocess
import time

import pytest

from tests.playbook import play, play_and_kill

PROCESSES = [
    ("node1", "zookeeper"), ("node1", "hdfs-namenode"), ("node2", "hdfs-zkfc"), ("node3", "hdfs-journalnode"),
    ("node3", "hdfs-datanode"), ("node1", "flink-jobmanager"), ("node2", "flink-taskmanager"),
]


def on(fleet, node: str, command: str) -> str:
    return subprocess.run(fleet.ssh(node, command), check=True, capture_output=True, text=True, timeout=120).stdout


def test_limit_to_one_host_changes_nothing(site):
    run = site("site", "--limit", "node2")
    assert (run.status, run.changed) == (0, 0), run.text[-4000:]


def test_order_of_the_inventory_does_not_matter(inventory, tmp_path):
    reverse = tmp_path / "reverse.json"
    reverse.write_text(json.dumps({"all": {"children": {"zookeeper": {"hosts": {"node3": {}, "node2": {}, "node1": {}}}}}}))
    run = play("playbooks/site.yml", inventory=[str(reverse), inventory])
    assert (run.status, run.changed) == (0, 0), run.text[-4000:]


def test_the_demos_job_counts_right_and_survives_its_leader(inventory):
    run = play("examples/demo/job.yml", inventory=[inventory])
    assert run.status == 0, run.text[-4000:]


def test_any_one_process_may_be_killed(fleet, green):
    for node, unit in PROCESSES:
        pid = on(fleet, node, f"systemctl show -p MainPID --value {unit}").strip()
        assert pid != "0"
        on(fleet, node, f"sudo kill -9 {pid}")
    green()


@pytest.mark.parametrize("node", ["node1", "node3"])
def test_a_host_may_lose_power(fleet, site, green, node):
    on(fleet, "node2", "sudo -u hdfs hdfs dfs -mkdir -p /tmp/kept; echo kept | sudo -u hdfs hdfs dfs -put -f - /tmp/kept/word")
    fleet.host(node).power_off()
    try:
        time.sleep(20)
        run = site("verify")
        assert run.status != 0
        assert re.search(rf"zookeeper\s+{node}\s+DOWN", run.text), run.text[-4000:]
        assert re.search(r"flink\s+node2\s+ok", run.text), run.text[-4000:]
    finally:
        fleet.host(node).power_on()
    green()
    assert on(fleet, "node2", "sudo -u hdfs hdfs dfs -cat /tmp/kept/word").strip() == "kept"


def test_killed_while_restarting_everything_converges(inventory, site, green):
    change = ["-e", json.dumps({"zookeeper_heap_mb": 136, "hdfs_datanode_heap_mb": 168})]
    play_and_kill("playbooks/site.yml", *change, inventory=[inventory], at="TASK [baremetal.flink.zookeeper : Restart")
    run = site("site", *change)
    assert run.status == 0, run.text[-4000:]
    again = site("site", *change)
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    green()


def test_teardown_keeps_data_and_site_brings_all_back(fleet, site, green):
    """By the oldest ansible-core, whose result the newest has nothing to add to."""
    on(fleet, "node2", "echo kept | sudo -u hdfs hdfs dfs -put -f - /tmp/kept/teardown")
    run = site("teardown", "-e", "teardown_confirm=yes", oldest=True)
    assert run.status == 0, run.text[-4000:]
    assert on(fleet, "node1", "ls /etc/systemd/system").find("zookeeper.service") == -1
    run = site("site", oldest=True)
    assert run.status == 0, run.text[-4000:]
    again = site("site")
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    green()
    assert on(fleet, "node2", "sudo -u hdfs hdfs dfs -cat /tmp/kept/teardown").strip() == "kept"
