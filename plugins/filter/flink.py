# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that tell who is what in a Flink cluster, and judge its configuration."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ..module_utils.errors import InputError
from ..module_utils.flink.job_clusters import job_cluster_problems, job_ports
from ..module_utils.flink.memory import memory_mb, memory_problems
from ..plugin_utils.filters import as_filter, late_filter

MESOS = "mesos"
STANDALONE = "standalone"
CLIENTS = "flink_client"


def _groups(groups: Mapping[str, Sequence[str]], cluster_manager: str) -> List[str]:
    """The groups that a cluster manager goes by."""
    if cluster_manager == STANDALONE:
        return ["flink_jobmanager", "flink_taskmanager"]
    return ["flink_mesos"] if "flink_mesos" in groups else ["mesos_agent"]


def flink_hosts(groups: Mapping[str, Sequence[str]], cluster_manager: str = MESOS, clients: bool = False) -> List[str]:
    """The hosts that have Flink, by the groups that its cluster manager goes by, sorted; with ``clients``, those with its command too.

    None, where only the other cluster manager's groups have hosts, is an InputError: Flink would be left out without a word.
    """
    if cluster_manager not in (MESOS, STANDALONE):
        raise InputError(f"flink_cluster_manager is {cluster_manager!r}: set it to {MESOS} or {STANDALONE}")
    other = STANDALONE if cluster_manager == MESOS else MESOS
    found, others = ({host for name in _groups(groups, manager) for host in groups.get(name, [])} for manager in (cluster_manager, other))
    if others and not found:
        raise InputError(
            f"flink_cluster_manager is {cluster_manager}, and no host is in {' or '.join(_groups(groups, cluster_manager))}, while "
            f"{' and '.join(_groups(groups, other))} have hosts: set flink_cluster_manager to {other}, or put Flink's hosts into the former"
        )
    return sorted(found.union(groups.get(CLIENTS, []) if clients else []))


def flink_group(groups: Mapping[str, Sequence[str]], group: str, cluster_manager: str, alone: str) -> List[str]:
    """See flink_group.yml."""
    grouped = flink_hosts(groups, cluster_manager)
    if cluster_manager == MESOS:
        return []
    return sorted(groups.get(group, [])) if grouped else [alone]


def flink_members(groups: Mapping[str, Sequence[str]], cluster_manager: str, alone: str, taskmanagers: Optional[int] = None) -> List[str]:
    """See flink_members.yml."""
    if cluster_manager == MESOS:
        return flink_hosts(groups, cluster_manager)
    jobmanager, taskmanager = (flink_group(groups, group, cluster_manager, alone) for group in ("flink_jobmanager", "flink_taskmanager"))
    return sorted({*jobmanager, *taskmanager[:taskmanagers]})


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "flink_conf_problems": late_filter("flink.conf.plan", "problems"),
            "flink_group": as_filter(flink_group),
            "flink_hosts": as_filter(flink_hosts),
            "flink_jobs_problems": late_filter("flink.job.list", "jobs_problems"),
            "flink_job_cluster_problems": as_filter(job_cluster_problems),
            "flink_job_ports": as_filter(job_ports),
            "flink_members": as_filter(flink_members),
            "flink_memory_mb": as_filter(memory_mb),
            "flink_memory_problems": as_filter(memory_problems),
        }
