# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each host as it stands after the roles have run."""

from __future__ import annotations


def test_runs_and_starts_at_boot(host):
    service = host.service("marathon")
    assert service.is_running and service.is_enabled
    pid = host.check_output("systemctl show -P MainPID marathon")
    assert host.check_output("ps -o user= -p %s", pid) == "marathon"


def test_settings_are_flags_for_root_alone(host, operator, name):
    file = host.file("/etc/marathon/marathon.env")
    assert (file.user, file.mode) == ("root", 0o600)
    assert f'MARATHON_HOSTNAME="{operator.addresses[name]}"\n' in file.content_string
    assert f'LIBPROCESS_IP="{operator.addresses[name]}"\n' in file.content_string and 'LIBPROCESS_PORT="9090"\n' in file.content_string
    assert 'MARATHON_MESOS_USER="nobody"\n' in file.content_string


def test_java_is_told_what_its_version_needs(host):
    opens = "--add-opens=java.base/java.lang=ALL-UNNAMED" in host.file("/etc/marathon/marathon.env").content_string
    version = host.check_output("/opt/java/bin/java -version 2>&1 | head -1")
    assert opens == ('"17' in version)


def test_all_name_the_same_leader_and_the_probe_is_gone(operator):
    assert operator.leader() in operator.addresses
    assert operator.get(operator.leader(), "/v2/apps")["apps"] == []


def test_is_registered_as_a_framework(operator):
    info = operator.get(operator.leader(), "/v2/info")
    assert info["frameworkId"] and info["marathon_config"]["hostname"] == operator.addresses[operator.leader()]
