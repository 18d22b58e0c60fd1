# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent is: resources, attributes, launcher and isolation, as flags and host say.

Isolation by cgroups is accepted where cgroup v1 is mounted, and then does nothing: tasks always run as under the posix launcher.
Finds no GPUs.
"""

from __future__ import annotations

import os
import shutil
from typing import Any, Dict, List, Optional

from ..daemon import Address, die
from ..flags import Flags
from ..resources import Pool, add, parse_attributes, parse_resources, ranges, to_json

MB = 1 << 20


def detected(flags: Flags) -> Pool:
    """The defaults of each resource that --resources does not name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB
    disk = shutil.disk_usage(flags.work_dir).total // MB
    role = flags.default_role
    return {
        ("cpus", role): float(os.cpu_count() or 1),
        ("mem", role): float(memory - 1024 if memory >= 2048 else memory // 2),
        ("disk", role): float(disk - 5 * 1024 if disk >= 10 * 1024 else disk // 2),
        ("ports", role): ranges([(31000, 32000)]),
    }


def agent_info(flags: Flags, address: Address) -> Dict[str, Any]:
    """Hostname, port, resources, attributes."""
    text = flags.resources or ""
    if text.startswith("file://"):
        try:
            with open(text[len("file://") :], encoding="utf-8") as file:
                text = file.read()
        except OSError as error:
            die(f"Failed to determine agent resources: {error}")
    try:
        given = parse_resources(text, flags.default_role) if text.strip() else {}
    except ValueError as error:
        die(f"Failed to determine agent resources: {error}")
    named = {name for name, role in given}
    pool = add(given, {key: value for key, value in detected(flags).items() if key[0] not in named and not explicit_zero(text, key[0])})
    order = ["cpus", "mem", "disk", "ports"]
    pool = dict(sorted(pool.items(), key=lambda item: order.index(item[0][0]) if item[0][0] in order else len(order)))
    try:
        attributes: List[Dict[str, Any]] = parse_attributes(flags.attributes) if flags.attributes else []
    except ValueError as error:
        die(f"Failed to parse --attributes: {error}")
    info: Dict[str, Any] = {
        "hostname": address.hostname,
        "ip": address.ip,
        "port": address.advertised_port,
        "resources": to_json(pool),
        "attributes": attributes,
    }
    if flags.domain:
        info["domain"] = flags.domain
    return info


def explicit_zero(text: str, name: str) -> bool:
    """The user says that there is none: "gpus:0"."""
    return any(part.strip().replace(" ", "") in (f"{name}:0", f"{name}(*):0", f"{name}:0.0") for part in text.split(";"))


def mounted(directory: str) -> Optional[str]:
    """The type of the filesystem that is mounted exactly there."""
    with open("/proc/mounts", encoding="utf-8") as file:
        for line in file:
            fields = line.split()
            if fields[1] == directory:
                return fields[2]
    return None


def check_launcher(flags: Flags) -> str:
    """The launcher that is used; death where the real one could not be created."""
    freezer = os.path.join(flags.cgroups_hierarchy, "freezer")
    has_freezer = mounted(freezer) == "cgroup"
    launcher = flags.launcher or ("linux" if os.geteuid() == 0 and has_freezer else "posix")
    prefix = "Failed to create a containerizer: Could not create MesosContainerizer: "
    if launcher == "linux" and os.geteuid() != 0:
        die(f"{prefix}Failed to create launcher: Failed to create Linux launcher: Linux launcher requires root permissions")
    if launcher == "linux" and not has_freezer:
        die(
            f"{prefix}Failed to create launcher: Failed to create Linux launcher: Failed to determine the hierarchy where the 'freezer' "
            f"subsystem is attached: no cgroup v1 at '{freezer}'; use --launcher=posix --isolation=posix/cpu,posix/mem"
        )
    for isolator in filter(None, (part.strip() for part in flags.isolation.split(","))):
        kind, slash, subsystem = isolator.partition("/")
        if kind == "cgroups" and subsystem not in ("all", ""):
            controller = {"mem": "memory"}.get(subsystem, subsystem)
            if mounted(os.path.join(flags.cgroups_hierarchy, controller)) != "cgroup":
                die(
                    f"{prefix}Failed to create isolator '{isolator}': Failed to prepare hierarchy for the '{controller}' subsystem: "
                    f"no cgroup v1 at '{flags.cgroups_hierarchy}/{controller}'"
                )
        if launcher == "posix" and kind in ("cgroups", "namespaces"):
            die(f"{prefix}Failed to create isolator '{isolator}': the '{isolator}' isolator can only be used with --launcher=linux")
    return launcher


def check(flags: Flags) -> None:
    """Rules that tie flags together."""
    if flags.master is None and flags.master_detector is None:
        die("Missing required option `--master` or `--master_detector`.")
    if flags.master is not None and flags.master_detector is not None:
        die("Only one of --master or --master_detector should be specified.")
    if flags.master_detector is not None:
        die("Failed to create a master detector: the stand-in loads no modules, use --master")
    if flags.ip6 is not None and flags.ip6_discovery_command is not None:
        die("Only one of `--ip6` or `--ip6_discovery_command` should be specified")
    unknown = [each for each in flags.containerizers.split(",") if each.strip() != "mesos"]
    if unknown:
        die(f"Failed to create a containerizer: the stand-in has no containerizer '{unknown[0].strip()}', use --containerizers=mesos")
    if (flags.authenticate_http_readonly or flags.authenticate_http_readwrite) and flags.http_credentials is None:
        die("No credentials provided for the default 'basic' HTTP authenticator: set --http_credentials")
    try:
        os.makedirs(flags.work_dir, exist_ok=True)
    except OSError as error:
        die(f"Failed to create work directory '{flags.work_dir}': {error.strerror}")
