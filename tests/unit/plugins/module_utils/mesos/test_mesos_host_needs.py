# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What flags need of the host, and which of them contradict each other."""

from __future__ import annotations

import re

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.flags import mesos_flag_problems
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.host_needs import mesos_host_needs

LINUX = {"launcher": "linux"}


@pytest.mark.parametrize(
    "role,flags,needs",
    [
        ("agent", {}, []),
        ("agent", {"containerizers": "mesos", "docker": "/opt/docker", "isolation": "posix/cpu,disk/du"}, []),
        ("agent", {"containerizers": "docker"}, ["program docker", "socket /var/run/docker.sock", "line /proc/mounts"]),
        (
            "agent", {"containerizers": ["mesos", "docker"], "docker": "/opt/docker --debug", "docker_socket": "/run/d.sock"},
            ["program /opt/docker", "socket /run/d.sock", "line /proc/mounts"],
        ),
        ("agent", {"isolation": "network/port_mapping,gpu/nvidia"}, ["program ethtool", "program ip", "program tc", "library libnvidia-ml.so.1"]),
        # Docker's containerizer alone makes no isolators.
        ("agent", {"containerizers": "docker", "isolation": "docker/volume"}, ["program docker", "socket /var/run/docker.sock", "line /proc/mounts"]),
        ("agent", {"isolation": "docker/volume,disk/xfs", "work_dir": "/srv"}, ["program dvdcli", "filesystem /srv"]),
        ("agent", {"isolation": "cgroups/mem,cgroups/all,cgroups/pids"}, ["line /proc/cgroups", "line /proc/cgroups"]),
        ("agent", {"isolation": "cgroups/perf_event", "perf_events": "cycles"}, ["program perf", "line /proc/cgroups"]),
        ("agent", {"network_cni_config_dir": "/etc/cni"}, ["path /etc/cni"]),
        ("agent", {"network_cni_config_dir": "/etc/cni", "isolation": "network/port_mapping"}, ["program ethtool", "program ip", "program tc"]),
        (
            "agent", {"isolation": "linux/seccomp", "seccomp_config_dir": "/etc/seccomp", "seccomp_profile_name": "a.json"},
            ["path /etc/seccomp/a.json"],
        ),
        ("agent", {"container_logger": "org_apache_mesos_LogrotateContainerLogger", "modules": {"libraries": []}}, ["program logrotate"]),
        (
            "agent", {"container_logger": "org_apache_mesos_LogrotateContainerLogger", "modules": '{"key": "logrotate_path"}'}, [],
        ),
        ("agent", {"docker_config": "/root/.docker/config.json", "resources": "file:///etc/r.json", "attributes": "rack:/a"},
         ["path /root/.docker/config.json", "path /etc/r.json"]),
        # A path stays a path: what is there is read later, or the daemon goes on without.
        ("master", {"whitelist": "file:///etc/w", "rate_limits": {"limits": []}, "log_dir": "/var/log/mesos"}, ["path /var/log/mesos"]),
        ("master", {"acls": "file:///etc/acls", "modules_dir": "/etc/modules"}, ["path /etc/acls", "path /etc/modules"]),
    ],
)  # fmt: skip
def test_needs(role, flags, needs):
    found = mesos_host_needs(flags, role)
    assert [f"{need['kind']} {need['name']}" for need in found] == needs
    assert all("; " in need["without"] for need in found)


def test_control_groups_are_known_by_the_kernels_tables():
    [need] = [each for each in mesos_host_needs({"containerizers": "docker"}, "agent") if each["kind"] == "line"]
    assert re.search(need["pattern"], "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0")
    assert not re.search(need["pattern"], "cgroup /sys/fs/cgroup/cpuset cgroup rw,nosuid,cpuset 0 0")
    assert not re.search(need["pattern"], "cgroup2 /sys/fs/cgroup cgroup2 rw,cpu 0 0")
    [need] = mesos_host_needs({"isolation": "cgroups/mem"}, "agent")
    assert re.search(need["pattern"], "memory\t4\t120\t1") and not re.search(need["pattern"], "memory\t0\t120\t0")
    assert mesos_host_needs({"isolation": "cgroups/mem"}, "agent", "1.12.0") == []


@pytest.mark.parametrize(
    "flags,problem",
    [
        ({"containerizers": "docker, mesos"}, "containerizers has  mesos, which Mesos does not know; write docker, mesos or both"),
        ({"containerizers": "mesos,mesos"}, "containerizers names one of them twice"),
        ({"isolation": "posix/cpu,posix/cpu"}, "isolation names posix/cpu twice"),
        ({"isolation": "posix/cpus"}, "isolation has posix/cpus, which is no isolator of Mesos"),
        ({"isolation": "filesystem/linux,filesystem/shared", **LINUX}, "only one isolator of the kind filesystem/ may be there"),
        ({"isolation": "network/cni,network/port_mapping", **LINUX}, "only one isolator of the kind network/"),
        ({"isolation": "cgroups/cpu", "launcher": "posix"}, "isolation has cgroups/cpu, which the launcher linux alone can do"),
        ({"isolation": "namespaces/pid", **LINUX}, "namespaces/pid needs the isolator filesystem/linux"),
        ({"isolation": "gpu/nvidia,filesystem/linux", **LINUX}, "gpu/nvidia needs the isolator cgroups/devices"),
        ({"isolation": "linux/seccomp"}, "needs seccomp_config_dir"),
        ({"image_providers": "docker", "launcher": "posix"}, "image_providers needs the launcher linux"),
        ({"network_cni_plugins_dir": "/opt/cni"}, "network_cni_plugins_dir needs network_cni_config_dir as well"),
    ],
)
def test_what_contradicts_itself(flags, problem):
    assert problem in " ".join(mesos_flag_problems(flags, "agent", complete=False))


@pytest.mark.parametrize(
    "flags",
    [
        {"containerizers": "docker,mesos", "isolation": "cgroups/cpu,cgroups/mem,filesystem/linux,docker/runtime,network/ports,network/cni", **LINUX},
        {"containerizers": "docker", "isolation": "cgroups/cpu", "launcher": "posix"},
        {"isolation": "com_example_isolator", "modules": "file:///etc/modules.json"},
        {"isolation": "file:///etc/isolation", "launcher": "posix"},
        # What the launcher will be is found out on the host.
        {"isolation": "cgroups/cpu"},
        {"image_providers": "docker", **LINUX},
        {"isolation": "filesystem/linux,gpu/nvidia,cgroups/all,namespaces/ipc", **LINUX},
    ],
)
def test_what_works_is_left_alone(flags):
    assert mesos_flag_problems(flags, "agent", complete=False) == []
