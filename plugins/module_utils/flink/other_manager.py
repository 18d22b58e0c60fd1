# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that has an AppMaster of Mesos gets no standalone Flink of the same name beside it: both would have one release, one configuration and one
place in ZooKeeper. The other way round the role takes the units off itself."""

from __future__ import annotations

from typing import Any, Mapping

from ..inventory import Verdict
from .cluster import Cluster


def change(cluster: Cluster, seen: Mapping[str, Any]) -> Verdict:
    """By the host's answer: its app on Marathon goes first."""
    script = cluster.options["__flink_manager_look"]["appmaster"]
    if cluster.mesos or not seen["exists"].get(script):
        return Verdict()
    tag = "job_clusters" if cluster.job else "flink"
    return Verdict([
        f"flink_cluster_manager is standalone, and {cluster.host} has the AppMaster of {cluster.name} on Mesos ({script}), which would start with this release "
        f"and lead beside it: take it off first, with flink_cluster_manager mesos and the playbook teardown (--tags {tag}), which leaves the jobs their state. "
        "docs/migration.md has the way for jobs. Where its Mesos is no more, delete that file."
    ])
