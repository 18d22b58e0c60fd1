# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that tell others how to reach the ZooKeeper ensemble, and its own role what a run has found."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.addresses import zookeeper_connect, zookeeper_url
from ..plugin_utils.filters import as_filter, late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "zookeeper_access": late_filter("zookeeper.client", "zookeeper_access"),
            "zookeeper_client": late_filter("zookeeper.client", "zookeeper_client"),
            "zookeeper_connect": as_filter(zookeeper_connect),
            "zookeeper_digest": late_filter("zookeeper.digest", "zookeeper_digest"),
            "zookeeper_run": late_filter("zookeeper.run", "zookeeper_run"),
            "zookeeper_url": as_filter(zookeeper_url),
        }
