# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each member as it stands after the roles have run."""

from __future__ import annotations

import re


def test_runs_and_starts_at_boot(host):
    service = host.service("zookeeper")
    assert service.is_running
    assert service.is_enabled
    properties = service.systemd_properties
    assert properties["User"] == "zookeeper"
    assert properties["Restart"] == "always"
    assert properties["LimitNOFILE"] == "65536"
    assert properties["NoNewPrivileges"] == "yes"
    assert properties["ProtectSystem"] == "strict"


def test_is_java_in_the_foreground(host):
    pid = host.check_output("systemctl show -P MainPID zookeeper")
    command = host.check_output("ps -o args= -p %s", pid)
    assert command.startswith("/opt/java/bin/java ")
    assert command.endswith("org.apache.zookeeper.server.quorum.QuorumPeerMain /etc/zookeeper/zoo.cfg")
    assert "jmxremote" not in command
    # A member that was cut off is back within seconds, whatever the length of the cut.
    assert "-Dzookeeper.fastleader.maxNotificationInterval=5000" in command


def test_has_the_id_of_the_inventory(host, name):
    assert host.file("/var/lib/zookeeper/data/myid").content_string.strip() == name.removeprefix("node")


def test_configuration_names_all_members_in_order(host):
    text = host.file("/etc/zookeeper/zoo.cfg").content_string
    assert re.findall(r"^server\.(\d)=", text, re.M) == ["1", "2", "3"]
    assert "admin.enableServer=false\n" in text
    assert "autopurge.purgeInterval=24\n" in text


def test_listens_where_it_should(host):
    ports = set(re.findall(r":(\d+)\s", host.check_output("ss -Hltn")))
    assert {"2181", "3888"} <= ports
    assert "8080" not in ports


def test_keeps_data_and_log_for_itself(host):
    for path in ("/var/lib/zookeeper/data", "/var/lib/zookeeper/log"):
        directory = host.file(path)
        assert (directory.user, directory.group, directory.mode) == ("zookeeper", "zookeeper", 0o750)
    assert host.file("/var/lib/zookeeper/log/version-2").is_directory


def test_logs_to_the_journal(host):
    assert "Starting quorum peer" in host.check_output("journalctl -u zookeeper --no-pager")
