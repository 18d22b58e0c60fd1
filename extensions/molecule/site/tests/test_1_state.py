"""What site.yml leaves on the hosts."""

from __future__ import annotations

import pytest

UNITS = {
    "zookeeper": ["node1", "node2", "node3"],
    "hdfs-namenode": ["node1", "node2"],
    "hdfs-zkfc": ["node1", "node2"],
    "hdfs-journalnode": ["node1", "node2", "node3"],
    "hdfs-datanode": ["node1", "node2", "node3"],
    "flink-jobmanager": ["node1", "node2"],
    "flink-taskmanager": ["node1", "node2", "node3"],
}


@pytest.mark.parametrize("unit", UNITS)
def test_units_run_where_they_belong(host, unit):
    name = host.check_output("uname -n")
    service = host.service(unit)
    if name in UNITS[unit]:
        assert service.is_running and service.is_enabled
        assert host.check_output("systemctl show -p NRestarts --value %s", unit) == "0"
    else:
        assert not service.exists


def test_each_daemon_has_its_own_user(host):
    with host.sudo():
        users = set(host.check_output("ps -C java -o user=").split())
    assert users == {"zookeeper", "hdfs", "flink"}


def test_flink_finds_the_whole_quorum(host):
    with host.sudo():
        text = host.file("/etc/flink/config.yaml").content_string
    line = next(line for line in text.splitlines() if line.startswith("high-availability.zookeeper.quorum: "))
    assert line.count(":2181") == 3


def test_no_vulnerable_log4j(host):
    found = host.check_output("find /opt -name 'log4j-core-*.jar'").split()
    assert found
    assert all(path.rsplit("-", 1)[1] >= "2.17.1" for path in found)


def test_nothing_listens_on_marathons_port(host):
    assert not host.socket("tcp://0.0.0.0:8080").is_listening


def test_operators_commands(host):
    with host.sudo():
        assert "/flink" in host.check_output("hdfs dfs -ls /")
