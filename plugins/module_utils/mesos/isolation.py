# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containerizers, launcher and isolators of a Mesos agent that contradict each other: with them it ends as soon as it starts.

The rules are those of src/slave/containerizer of Mesos 1.9 to 1.12.
"""

from __future__ import annotations

from typing import List, Mapping

CONTAINERIZERS = ("docker", "mesos")
ISOLATORS = frozenset((
    "appc/runtime", "cgroups", "cgroups/all", "cgroups/blkio", "cgroups/cpu", "cgroups/cpuset", "cgroups/devices",
    "cgroups/hugetlb", "cgroups/mem", "cgroups/net_cls", "cgroups/net_prio", "cgroups/perf_event", "cgroups/pids",
    "disk/du", "disk/xfs", "docker/runtime", "docker/volume", "environment_secret", "filesystem/linux", "filesystem/posix",
    "filesystem/shared", "gpu/nvidia", "linux/capabilities", "linux/devices", "linux/nnp", "linux/seccomp",
    "namespaces/ipc", "namespaces/pid", "network/cni", "network/port_mapping", "network/ports", "posix/cpu", "posix/disk",
    "posix/mem", "posix/rlimits", "process", "volume/csi", "volume/host_path", "volume/image", "volume/sandbox_path",
    "volume/secret",
))  # fmt: skip
#: They need the launcher linux, as do all of cgroups/.
LINUX_LAUNCHER = frozenset(("cgroups", "filesystem/linux", "linux/devices", "namespaces/ipc", "namespaces/pid", "network/ports"))
#: They need the isolator filesystem/linux.
LINUX_FILESYSTEM = frozenset(
    ("gpu/nvidia", "linux/devices", "namespaces/ipc", "namespaces/pid", "volume/csi", "volume/host_path", "volume/image", "volume/secret")
)


def isolation_problems(flags: Mapping[str, str]) -> List[str]:
    """One sentence for each contradiction; of flags that are not given nothing is assumed but that containerizers is mesos.

    What is read out of a file on the host is not judged.
    """
    if any(flags.get(name, "").startswith("file://") for name in ("containerizers", "isolation", "launcher")):
        return []
    containerizers = flags.get("containerizers", "mesos").split(",")
    problems = [
        f"containerizers has {word or 'an empty word'}, which Mesos does not know; write docker, mesos or both with a comma and no blank between"
        for word in dict.fromkeys(containerizers) if word not in CONTAINERIZERS
    ]
    if len(set(containerizers)) != len(containerizers):
        problems.append("containerizers names one of them twice; take it out")
    if problems or "mesos" not in containerizers:
        # Docker's containerizer makes no isolators.
        return problems
    if ("network_cni_config_dir" in flags) != ("network_cni_plugins_dir" in flags):
        one, other = sorted(("network_cni_config_dir", "network_cni_plugins_dir"), key=lambda name: name not in flags)
        problems.append(f"{one} needs {other} as well")
    if "image_providers" in flags and flags.get("launcher", "linux") != "linux":
        problems.append("image_providers needs the launcher linux")
    return problems + (_isolators(flags) if "isolation" in flags else [])


def _isolators(flags: Mapping[str, str]) -> List[str]:
    given = [word for word in flags["isolation"].split(",") if word]
    chosen = set(given)
    problems = [f"isolation names {word} twice; take it out once" for word in sorted(chosen) if given.count(word) > 1]
    if "modules" not in flags and "modules_dir" not in flags:
        problems += [f"isolation has {word}, which is no isolator of Mesos; correct it, or name its module in modules" for word in sorted(chosen - ISOLATORS)]
    for kind, all_of_it in (
        ("filesystem", [word for word in given if word.startswith("filesystem/")]),
        ("network", [word for word in given if word.startswith("network/") and word != "network/ports"]),
    ):
        if len(set(all_of_it)) > 1:
            problems.append(f"isolation has {' and '.join(all_of_it)}, and only one isolator of the kind {kind}/ may be there")
    if flags.get("launcher", "linux") != "linux":
        needing = sorted(word for word in chosen if word in LINUX_LAUNCHER or word.startswith("cgroups/"))
        if needing:
            problems.append(f"isolation has {', '.join(needing)}, which the launcher linux alone can do; take it out, or set launcher to linux")
    if "filesystem/linux" not in chosen:
        needing = sorted(chosen & LINUX_FILESYSTEM) + (["image_providers"] if "image_providers" in flags else [])
        problems += [f"{word} needs the isolator filesystem/linux; add it to isolation" for word in needing]
    if "gpu/nvidia" in chosen and not chosen & {"cgroups/devices", "cgroups/all"}:
        problems.append("gpu/nvidia needs the isolator cgroups/devices; add it to isolation")
    if "linux/seccomp" in chosen and "seccomp_config_dir" not in flags:
        problems.append("the isolator linux/seccomp needs seccomp_config_dir; set it")
    return problems
