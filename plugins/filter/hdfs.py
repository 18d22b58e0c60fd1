# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that tell who is what in HDFS, and others how to reach it."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.addresses import hdfs_namenodes, hdfs_nameservice
from ..plugin_utils.filters import as_filter, late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "hdfs_layout": late_filter("hdfs.inventory", "layout"),
            "hdfs_namenodes": as_filter(hdfs_namenodes),
            "hdfs_nameservice": as_filter(hdfs_nameservice),
        }
