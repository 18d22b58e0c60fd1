# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that judge a configuration of Flink."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Sequence

from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink_conf.plan import Plan, Request
from ansible_collections.baremetal.flink.plugins.module_utils.flink_memory import memory_mb, memory_problems
from ansible_collections.baremetal.flink.plugins.plugin_utils.filters import as_filter


def conf_problems(settings: Mapping[str, Any], version: str, unknown_keys: str = "error") -> List[str]:
    """What flink_conf would refuse in ``settings``, without a round trip to a host; empty when nothing."""
    try:
        Plan(Request(version=version, settings=settings, unknown_keys=unknown_keys)).outcome("")
    except InputError as error:
        return [str(error).rstrip(".")]
    return []


MESOS = "mesos"
STANDALONE = "standalone"


def flink_hosts(groups: Mapping[str, Sequence[str]], cluster_manager: str = MESOS) -> List[str]:
    """The hosts that have Flink, by the groups that its cluster manager goes by, sorted."""
    if cluster_manager == MESOS:
        names = ["flink_mesos"] if "flink_mesos" in groups else ["mesos_agent"]
    elif cluster_manager == STANDALONE:
        names = ["flink_jobmanager", "flink_taskmanager"]
    else:
        raise InputError(f"flink_cluster_manager is {cluster_manager!r}: set it to {MESOS} or {STANDALONE}")
    return sorted({host for name in names for host in groups.get(name, [])})


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "flink_conf_problems": as_filter(conf_problems),
            "flink_hosts": as_filter(flink_hosts),
            "flink_memory_mb": as_filter(memory_mb),
            "flink_memory_problems": as_filter(memory_problems),
        }
