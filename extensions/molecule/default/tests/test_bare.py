"""The hosts of the fleet are what a rack's minimal installation is: an init, ssh, Python, sudo, nothing to run."""

from __future__ import annotations

import pytest


def test_boots_whole(host):
    assert host.check_output("systemctl is-system-running") == "running"


@pytest.mark.parametrize("program", ["java", "zkServer.sh", "hdfs", "mesos-master", "mesos-agent", "marathon", "flink"])
def test_is_bare(host, program):
    assert not host.exists(program)
    assert host.check_output("find /opt /etc/systemd/system -name '*%s*'", program.split("-")[0]) == ""


def test_ssh_user_becomes_root(host):
    with host.sudo():
        assert host.check_output("id -u") == "0"


@pytest.mark.parametrize("peer", ["node1", "node2", "node3"])
def test_knows_its_peers(host, peer):
    address = host.check_output("getent hosts %s", peer).split()[0]
    assert address.startswith("10.87.")
    assert host.run("bash -c 'exec 3<>/dev/tcp/%s/22'" % peer).rc == 0


def test_reaches_the_package_archive(host):
    with host.sudo():
        assert host.run("apt-get update").rc == 0
