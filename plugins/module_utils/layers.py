# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which inventory groups the layers of the platform go by."""

from __future__ import annotations

from typing import List, Mapping, Sequence

LAYERS = {
    "kerberos": ("kdc",),
    "zookeeper": ("zookeeper",),
    "hdfs": ("hdfs_namenode", "hdfs_journalnode", "hdfs_datanode"),
    "mesos": ("mesos_master", "mesos_agent"),
    "marathon": ("marathon",),
    "flink": ("flink_jobmanager", "flink_taskmanager", "mesos_agent", "flink_mesos", "flink_client"),
}


def flink_groups(groups: Mapping[str, Sequence[str]], cluster_manager: str) -> List[str]:
    """The groups of an inventory whose hosts have processes of Flink, by who starts them."""
    if cluster_manager == "standalone":
        return ["flink_jobmanager", "flink_taskmanager"]
    return ["flink_mesos"] if "flink_mesos" in groups else ["mesos_agent"]


# The units of each group. Flink's are named by its variables, and its role looks at them.
UNITS = {
    "kerberos": {"kdc": ("krb5-kdc",)},
    "zookeeper": {"zookeeper": ("zookeeper",)},
    "hdfs": {"hdfs_namenode": ("hdfs-namenode",), "hdfs_journalnode": ("hdfs-journalnode",), "hdfs_datanode": ("hdfs-datanode",)},
    "mesos": {"mesos_master": ("mesos-master",), "mesos_agent": ("mesos-agent",)},
    "marathon": {"marathon": ("marathon",)},
}
# A NameNode has it where there are several.
FAILOVER_CONTROLLER = "hdfs-zkfc"

# Groups of which a majority, or an agreement about who leads or writes, is what their layer lives by: a run waits for each of them.
QUORUMS = ("kdc", "zookeeper", "hdfs_namenode", "hdfs_journalnode", "mesos_master", "marathon", "flink_jobmanager")
# Groups of which one host is always down where there are hundreds; the others do its work meanwhile.
WORKERS = ("hdfs_datanode", "mesos_agent", "flink_mesos", "flink_taskmanager")
