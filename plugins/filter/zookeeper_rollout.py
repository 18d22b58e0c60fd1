# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role zookeeper: its members, what is wrong with them, and the order in which they start."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.zookeeper.rollout import (
    zookeeper_disk_faults,
    zookeeper_plan,
    zookeeper_role_faults,
    zookeeper_running,
    zookeeper_servers,
)
from ..plugin_utils.filters import as_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "zookeeper_disk_faults": as_filter(zookeeper_disk_faults),
            "zookeeper_plan": as_filter(zookeeper_plan),
            "zookeeper_role_faults": as_filter(zookeeper_role_faults),
            "zookeeper_running": as_filter(zookeeper_running),
            "zookeeper_servers": as_filter(zookeeper_servers),
        }
