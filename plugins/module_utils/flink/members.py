# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is what in a Flink cluster, by the groups of the inventory."""

from __future__ import annotations

from typing import List, Mapping, Optional, Sequence

from ..errors import InputError
from ..layers import flink_groups

MESOS = "mesos"
STANDALONE = "standalone"
CLIENTS = "flink_client"


def flink_hosts(groups: Mapping[str, Sequence[str]], cluster_manager: str = MESOS, clients: bool = False) -> List[str]:
    """The hosts that have Flink, by the groups that its cluster manager goes by, sorted; with ``clients``, those with its command too.

    None, where only the other cluster manager's groups have hosts, is an InputError: Flink would be left out without a word.
    """
    if cluster_manager not in (MESOS, STANDALONE):
        raise InputError(f"flink_cluster_manager is {cluster_manager!r}: set it to {MESOS} or {STANDALONE}")
    other = STANDALONE if cluster_manager == MESOS else MESOS
    found, others = ({host for name in flink_groups(groups, manager) for host in groups.get(name, [])} for manager in (cluster_manager, other))
    if others and not found:
        raise InputError(
            f"flink_cluster_manager is {cluster_manager}, and no host is in {' or '.join(flink_groups(groups, cluster_manager))}, while "
            f"{' and '.join(flink_groups(groups, other))} have hosts: set flink_cluster_manager to {other}, or put Flink's hosts into the former"
        )
    return sorted(found.union(groups.get(CLIENTS, []) if clients else []))


def flink_group(groups: Mapping[str, Sequence[str]], group: str, cluster_manager: str, alone: str) -> List[str]:
    """The hosts of a process of the standalone cluster, sorted: its group, or ``alone`` in an inventory without Flink's groups."""
    grouped = flink_hosts(groups, cluster_manager)
    if cluster_manager == MESOS:
        return []
    return sorted(groups.get(group, [])) if grouped else [alone]


def flink_members(groups: Mapping[str, Sequence[str]], cluster_manager: str, alone: str, taskmanagers: Optional[int] = None) -> List[str]:
    """The hosts that the processes of a cluster may run on, sorted; ``taskmanagers`` is how many of that group a job cluster takes."""
    if cluster_manager == MESOS:
        return flink_hosts(groups, cluster_manager)
    jobmanager, taskmanager = (flink_group(groups, group, cluster_manager, alone) for group in ("flink_jobmanager", "flink_taskmanager"))
    return sorted({*jobmanager, *taskmanager[:taskmanagers]})
