# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role mesos: what a run has found on its hosts, and what follows from it."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..plugin_utils.filters import late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "mesos_acls": late_filter("mesos.acls", "default_acls"),
            "mesos_agent_verdict": late_filter("mesos.run", "mesos_agent_verdict"),
            "mesos_missing_libraries": late_filter("mesos.rollout", "mesos_missing_libraries"),
            "mesos_registry_faults": late_filter("mesos.run", "mesos_registry_faults"),
            "mesos_run": late_filter("mesos.run", "mesos_run"),
        }
