# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters over the groups of Mesos and Marathon, and over the flags of their daemons."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.addresses import marathon_urls, mesos_masters, mesos_quorum, mesos_url
from ..plugin_utils.filters import as_filter, late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "marathon_environment": late_filter("marathon.flags", "marathon_environment"),
            "marathon_run": late_filter("marathon.run", "marathon_run"),
            "marathon_urls": as_filter(marathon_urls),
            "mesos_environment": late_filter("mesos.flags", "mesos_environment"),
            "mesos_masters": as_filter(mesos_masters),
            "mesos_quorum": as_filter(mesos_quorum),
            "mesos_url": as_filter(mesos_url),
        }
