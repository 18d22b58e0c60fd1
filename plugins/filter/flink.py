# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that tell who is what in a Flink cluster, and judge the jobs that are declared."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.flink.job_clusters import job_ports
from ..module_utils.flink.members import flink_group, flink_hosts, flink_members
from ..module_utils.flink.memory import heap_mb, memory_mb, memory_settings
from ..module_utils.flink.versions import default_version, traits, zookeeper_client
from ..plugin_utils.filters import as_filter, late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "flink_default_version": as_filter(default_version),
            "flink_expected": late_filter("flink.run", "flink_expected"),
            "flink_group": as_filter(flink_group),
            "flink_heap_mb": as_filter(heap_mb),
            "flink_hosts": as_filter(flink_hosts),
            "flink_jobs_problems": late_filter("flink.job.list", "jobs_problems"),
            "flink_job_ports": as_filter(job_ports),
            "flink_members": as_filter(flink_members),
            "flink_memory_mb": as_filter(memory_mb),
            "flink_memory_settings": as_filter(memory_settings),
            "flink_run": late_filter("flink.run", "flink_run"),
            "flink_settings_for": late_filter("flink.conf.catalogue", "settings_for"),
            "flink_version_traits": as_filter(traits),
            "flink_zookeeper_client": as_filter(zookeeper_client),
        }
