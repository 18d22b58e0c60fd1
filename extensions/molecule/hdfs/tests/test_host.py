"""Each host as it stands after the roles have run."""

from __future__ import annotations

import pytest

DAEMONS = {
    "hdfs-journalnode": "org.apache.hadoop.hdfs.qjournal.server.JournalNode",
    "hdfs-namenode": "org.apache.hadoop.hdfs.server.namenode.NameNode",
    "hdfs-zkfc": "org.apache.hadoop.hdfs.tools.DFSZKFailoverController",
    "hdfs-datanode": "org.apache.hadoop.hdfs.server.datanode.DataNode",
}
NAMENODE_HOSTS = ("node1", "node2")


@pytest.fixture
def daemons(name):
    return DAEMONS if name in NAMENODE_HOSTS else {unit: DAEMONS[unit] for unit in ("hdfs-journalnode", "hdfs-datanode")}


def test_runs_its_daemons_and_no_other(host, daemons):
    with host.sudo():
        for unit in DAEMONS:
            service = host.service(unit)
            assert (service.exists, service.is_running) == (unit in daemons, unit in daemons), unit
            assert unit not in daemons or service.is_enabled, unit


def test_daemons_are_java_in_the_foreground_of_their_own_user(host, daemons):
    for unit, main_class in daemons.items():
        properties = host.service(unit).systemd_properties
        assert (properties["User"], properties["Restart"], properties["ProtectSystem"]) == ("hdfs", "always", "strict")
        command = host.check_output("ps -o args= -p %s", properties["MainPID"])
        assert command.startswith("/opt/java/bin/java ")
        assert main_class in command.split()
        newer = host.file("/opt/java/release").contains('^JAVA_VERSION="17')
        assert ("--add-opens=java.base/java.lang=ALL-UNNAMED" in command) is newer


def test_options_and_environment_reach_daemons_as_they_were_given(host, daemons):
    words = "two words $HOME \"q\" 'x' 100%n \\b"
    with host.sudo():
        for unit in daemons:
            pid = host.service(unit).systemd_properties["MainPID"]
            command, environment = (host.check_output("tr '\\0' '\\n' </proc/%s/%s", pid, name).splitlines() for name in ("cmdline", "environ"))
            assert f"-Dtests.words={words}" in command and "-XX:+UseParallelGC" in command and f"TESTS_WORDS={words}" in environment
            assert ("-Dtests.daemon=datanode" in command) is (unit == "hdfs-datanode")
        file = host.file("/etc/hadoop/environment")
        assert (file.user, file.mode) == ("root", 0o600)


def test_logs_to_the_journal(host, daemons):
    with host.sudo():
        for unit in daemons:
            assert "INFO" in host.check_output("journalctl -u %s --no-pager -o cat", unit)


def test_state_belongs_to_hdfs_alone(host, name):
    with host.sudo():
        for path in ["/var/lib/hadoop/journal", "/var/lib/hadoop/data"] + (["/var/lib/hadoop/name"] if name in NAMENODE_HOSTS else []):
            directory = host.file(path)
            assert (directory.user, directory.group, directory.mode) == ("hdfs", "hdfs", 0o700)


def test_classpath_for_clients_is_whole_and_brings_no_logger(host):
    entries = host.file("/etc/hadoop/classpath").content_string.strip().split(":")
    assert entries == ["/etc/hadoop", "/opt/hadoop/lib/*"]
    jars = host.check_output("ls /opt/hadoop/lib")
    assert "hadoop-hdfs-client-3.4.1.jar" in jars
    assert "slf4j-reload4j" not in jars


def test_operator_finds_the_directories(host):
    listing = host.check_output("HADOOP_USER_NAME=hdfs hdfs dfs -ls /")
    assert [line.split()[:4:2] + [line.split()[-1]] for line in listing.splitlines()[1:]] == [["drwxr-x---", "flink", "/flink"], ["drwxrwxrwt", "hdfs", "/tmp"]]


def test_private_key_of_the_fence_is_private(host, name):
    with host.sudo():
        key = host.file("/var/lib/hadoop/.ssh/fence")
        assert key.exists == (name in NAMENODE_HOSTS)
        if key.exists:
            assert (key.user, key.mode) == ("hdfs", 0o600)
            line = host.file("/var/lib/hadoop/.ssh/authorized_keys").content_string
            assert line.startswith('restrict,command="/usr/local/lib/hdfs/fence serve" ssh-ed25519 ')
            assert line.count("\n") == 1
