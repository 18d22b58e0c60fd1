# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role mesos: what is wrong with its groups, what a host offers, and the order in which daemons start."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.mesos.rollout import (
    mesos_agent_plan,
    mesos_containment,
    mesos_layout_faults,
    mesos_missing_libraries,
    mesos_plan,
    mesos_registry,
    mesos_registry_faults,
    mesos_servers_now,
)
from ..plugin_utils.filters import as_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "mesos_agent_plan": as_filter(mesos_agent_plan),
            "mesos_containment": as_filter(mesos_containment),
            "mesos_layout_faults": as_filter(mesos_layout_faults),
            "mesos_missing_libraries": as_filter(mesos_missing_libraries),
            "mesos_plan": as_filter(mesos_plan),
            "mesos_registry": as_filter(mesos_registry),
            "mesos_registry_faults": as_filter(mesos_registry_faults),
            "mesos_servers_now": as_filter(mesos_servers_now),
        }
