# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each host as it stands after the roles have run."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize("daemon, user", [("master", "mesos"), ("agent", "root")])
def test_runs_and_starts_at_boot(host, daemon, user):
    service = host.service(f"mesos-{daemon}")
    assert service.is_running and service.is_enabled
    pid = host.check_output("systemctl show -P MainPID mesos-%s", daemon)
    assert host.check_output("ps -o user= -p %s", pid) == user


def test_an_agent_is_stopped_alone(host):
    properties = host.service("mesos-agent").systemd_properties
    assert (properties["KillMode"], properties["Delegate"], properties["OOMPolicy"]) == ("process", "yes", "continue")


def test_what_agents_call_is_there(host):
    programs = ["bzip2", "cp", "curl", "du", "gunzip", "mount", "sh", "tar", "xz"]
    assert [program for program in programs if not host.exists(program)] == []


def test_settings_are_for_root_alone(host):
    for name in ("master", "agent"):
        file = host.file(f"/etc/mesos/{name}.env")
        assert (file.user, file.mode) == ("root", 0o600)
    assert not host.file("/etc/mesos/master-credentials.json").exists


def test_flags_are_computed(host, operator, name):
    master = operator.get(name, "/flags")["flags"]
    assert (master["quorum"], master["ip"], master["hostname"]) == ("2", operator.addresses[name], operator.addresses[name])
    assert master["webui_dir"] == "/opt/mesos/share/mesos/webui" and master["zk_session_timeout"] == "5secs"
    agent = operator.get(name, "/flags", port=5051)["flags"]
    assert agent["launcher_dir"] == "/opt/mesos/libexec/mesos" and agent["master"] == master["zk"]
    mounts = host.file("/proc/mounts").content_string
    writable = re.search(r"^\S+ \S+ cgroup rw,\S*freezer", mounts, re.M) is not None
    assert agent["launcher"] == ("linux" if writable else "posix")


def test_advertises_no_loopback(operator):
    leader = operator.leader()
    assert operator.get(leader, "/state")["pid"] == f"master@{operator.addresses[leader]}:5050"


def test_one_master_leads_and_all_agents_are_registered(operator):
    assert len(operator.elected()) == 1
    agents = operator.agents()
    assert sorted(agents) == ["node1", "node2", "node3"]
    assert all(agent["resources"]["cpus"] == 2 and agent["resources"]["ports"] == "[31000-32000]" for agent in agents.values())
