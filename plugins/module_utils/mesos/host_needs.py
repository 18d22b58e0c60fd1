# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a master's or an agent's flags need of the host: programs, sockets, directories, subsystems of the kernel.

Only that is asked for without which the daemon certainly ends as soon as it starts; read in src/slave, src/docker and src/linux of Mesos
1.9 to 1.12. A need is what the option C(needs) of host_preflight takes.
"""

from __future__ import annotations

import os
import re
from typing import Any, Dict, Iterator, List, Mapping

from .flag_values import spelled
from .flags import mesos_flags

Need = Dict[str, str]

#: Directories that must be there, and what a daemon does with them.
DIRECTORIES = {
    "agent": ("csi_plugin_config_dir", "modules_dir", "network_cni_config_dir", "resource_provider_config_dir"),
    "master": ("log_dir", "modules_dir"),
}
#: Programs that an isolator looks for when it is made.
ISOLATOR_PROGRAMS = {"docker/volume": ("dvdcli",), "network/port_mapping": ("ethtool", "ip", "tc")}
#: Subsystems of control groups that isolators are made of, where they are not named alike.
SUBSYSTEMS = {"cpu": ("cpu", "cpuacct"), "mem": ("memory",)}
LOGROTATE = "org_apache_mesos_LogrotateContainerLogger"


def mesos_host_needs(flags: Mapping[str, Any], role: str, version: str = "1.11.0") -> List[Need]:
    """Everything that these flags need of a host, each with the words for its absence.

    :raises InputError: the role is neither master nor agent.
    """
    known = mesos_flags(role)
    given = {known[name].name: spelled(value) for name, value in flags.items() if name in known and value is not None}
    found = list(_files(given, role)) + list(_directories(given, role))
    if role == "agent":
        found += [*_docker(given), *_isolators(given, version), *_logger(given)]
    return found


def words(value: str) -> List[str]:
    """The words of a flag with commas between them, as Mesos splits them."""
    return [word for word in value.split(",") if word]


def _files(given: Mapping[str, str], role: str) -> Iterator[Need]:
    """Flags whose value is read out of a file when the daemon starts."""
    known = mesos_flags(role)
    for name, value in given.items():
        kind = known[name].kind
        path = value[len("file://") :] if value.startswith("file://") and kind != "path" else value if kind == "json|path" else ""
        if path.startswith("/"):
            yield _need("path", path, f"{name} of the Mesos {role} is read from {path}, which is not there", "put the file there first")


def _directories(given: Mapping[str, str], role: str) -> Iterator[Need]:
    for name in DIRECTORIES[role]:
        path = given.get(name, "")
        if name == "network_cni_config_dir" and not _uses_cni(given):
            continue
        if path.startswith("/"):
            yield _need("path", path, f"{name} of the Mesos {role} is {path}, which is not there", "make the directory first")


def _uses_cni(given: Mapping[str, str]) -> bool:
    """Without another isolator for networks the agent makes this one."""
    others = [each for each in words(given.get("isolation", "")) if each.startswith("network/") and each != "network/ports"]
    return _has_mesos(given) and others in ([], ["network/cni"])


def _has_mesos(given: Mapping[str, str]) -> bool:
    return "mesos" in given.get("containerizers", "mesos").split(",")


def _docker(given: Mapping[str, str]) -> Iterator[Need]:
    if "docker" not in given.get("containerizers", "").split(","):
        return
    program = (given.get("docker") or "docker").split()[0]
    socket = given.get("docker_socket") or "/var/run/docker.sock"
    way = "or take docker out of containerizers"
    yield _need("program", program, f"containerizers of the Mesos agent has docker, and there is no program {program}", f"install Docker, {way}")
    yield _need(
        "socket", socket, f"containerizers of the Mesos agent has docker, and nothing answers at {socket}", f"start Docker, correct docker_socket, {way}"
    )
    yield _need(
        "line", "/proc/mounts",
        "containerizers of the Mesos agent has docker, which Mesos only uses where control groups of version 1 with cpu are mounted",
        f"boot with systemd.unified_cgroup_hierarchy=0, {way}",
        pattern=r"^\S+ \S+ cgroup (\S*,)?cpu(,|\s)",
    )  # fmt: skip


def _isolators(given: Mapping[str, str], version: str) -> Iterator[Need]:
    if not _has_mesos(given):
        return
    chosen = words(given.get("isolation", ""))
    for isolator in chosen:
        for program in ISOLATOR_PROGRAMS.get(isolator, ()):
            yield _need("program", program, f"the isolator {isolator} needs the program {program}, which is missing", "install it, or leave the isolator out")
    if "cgroups/perf_event" in chosen and given.get("perf_events"):
        yield _need("program", "perf", "perf_events of the Mesos agent needs the program perf, which is missing", "install it, or leave perf_events out")
    if "gpu/nvidia" in chosen:
        library = "libnvidia-ml.so.1"
        yield _need("library", library, f"the isolator gpu/nvidia needs {library}, which is missing", "install NVIDIA's driver, or leave the isolator out")
    if "disk/xfs" in chosen and given.get("work_dir"):
        yield _need(
            "filesystem", given["work_dir"], f"the isolator disk/xfs needs {given['work_dir']} on XFS", "put the work directory there, or take disk/du",
            pattern="xfs",
        )  # fmt: skip
    if "linux/seccomp" in chosen and given.get("seccomp_config_dir") and given.get("seccomp_profile_name"):
        path = os.path.join(given["seccomp_config_dir"], given["seccomp_profile_name"])
        yield _need("path", path, f"seccomp_profile_name of the Mesos agent is read from {path}, which is not there", "put the file there first")
    # From 1.12 on it may be control groups of version 2, which are told elsewhere.
    if re.match(r"1\.(9|10|11)(\.|$)", version):
        for isolator in chosen:
            name = isolator[len("cgroups/") :] if isolator.startswith("cgroups/") else ""
            for subsystem in SUBSYSTEMS.get(name, (name,) if name and name != "all" else ()):
                yield _need(
                    "line", "/proc/cgroups", f"the isolator {isolator} needs the control groups {subsystem}, which the kernel does not have or has off",
                    "leave the isolator out, or boot a kernel that has them", pattern=rf"^{re.escape(subsystem)}\s+\d+\s+\d+\s+1$",
                )  # fmt: skip


def _logger(given: Mapping[str, str]) -> Iterator[Need]:
    # Its own parameter may name another program.
    if given.get("container_logger") == LOGROTATE and given.get("modules", "{").startswith("{") and "logrotate_path" not in given.get("modules", ""):
        yield _need("program", "logrotate", f"container_logger {LOGROTATE} needs the program logrotate, which is missing", "install it")


def _need(kind: str, name: str, without: str, way: str, pattern: str = "") -> Need:
    return {"kind": kind, "name": name, "pattern": pattern, "without": f"{without}; {way}"}
