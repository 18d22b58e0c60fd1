# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters through which the role hdfs asks what it may do."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ..module_utils.hdfs import change as changes
from ..module_utils.hdfs import cluster as hdfs_cluster
from ..plugin_utils.filters import as_filter


def hdfs_departures(
    layout: Mapping[str, Any], looks: Mapping[str, Mapping[str, Any]], addresses: Mapping[str, str], conf_dir: str,
    info: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """See hdfs_departures.yml."""
    return changes.departures(hdfs_cluster.as_layout(layout), looks, addresses, conf_dir, info or None)


def hdfs_plan(
    layout: Mapping[str, Any], looks: Mapping[str, Mapping[str, Any]], in_run: Sequence[str], initialize: bool = False
) -> Dict[str, Any]:
    """See hdfs_plan.yml."""
    return hdfs_cluster.as_dict(hdfs_cluster.plan(hdfs_cluster.as_layout(layout), looks, in_run, bool(initialize)))


def hdfs_restart_steps(
    layout: Mapping[str, Any], units: Mapping[str, Mapping[str, Mapping[str, Any]]], active: Optional[str] = None
) -> List[Dict[str, Any]]:
    """See hdfs_restart_steps.yml."""
    return hdfs_cluster.restart_steps(hdfs_cluster.as_layout(layout), units, active)


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "hdfs_change": as_filter(changes.change),
            "hdfs_departures": as_filter(hdfs_departures),
            "hdfs_plan": as_filter(hdfs_plan),
            "hdfs_restart_steps": as_filter(hdfs_restart_steps),
            "hdfs_rosters_differ": as_filter(hdfs_cluster.rosters_differ),
            "hdfs_turns": as_filter(changes.turns),
        }
