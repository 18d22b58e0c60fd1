# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flink cluster that a host of an inventory is part of: the session cluster, or one of ``flink_job_clusters``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..addresses import addresses
from ..errors import InputError
from ..inventory import Inventory
from .job_clusters import MESOS, job_ports
from .members import CLIENTS, flink_group, flink_members
from .memory import memory_mb
from .versions import FlinkVersion, flink


@dataclass(frozen=True)
class Cluster:
    """By the options of the role, of which ``flink_job_cluster`` is the job cluster, or empty."""

    inventory: Inventory

    @property
    def host(self) -> str:
        """The host that is looked at."""
        return self.inventory.host

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """Those of the inventory, so that --limit changes nothing."""
        return self.inventory.groups

    @property
    def options(self) -> Mapping[str, Any]:
        """The role's, converted to their types."""
        return self.inventory.options

    @property
    def job(self) -> Mapping[str, Any]:
        """The entry of flink_job_clusters; empty for the session cluster."""
        job: Mapping[str, Any] = self.options.get("flink_job_cluster") or {}
        return job

    @property
    def user_settings(self) -> Dict[str, Any]:
        """What users set of its configuration."""
        return {**(self.options["flink_settings"] or {}), **(self.job.get("settings") or {})}

    @property
    def name(self) -> str:
        """Of the cluster, and the beginning of its units' names."""
        return str(self.job.get("name", self.options["flink_name"]))

    @property
    def mesos(self) -> bool:
        """Whether Mesos starts its processes, and not systemd."""
        return bool(self.options["flink_cluster_manager"] == MESOS)

    @cached_property
    def version(self) -> Optional[FlinkVersion]:
        """None where nothing is known of it."""
        try:
            return flink(self.options["flink_version"])
        except InputError:
            return None

    @property
    def highly_available(self) -> bool:
        """Whether it has a ZooKeeper."""
        return bool(self.options["flink_zookeeper_quorum"])

    @cached_property
    def jobmanagers(self) -> List[str]:
        """None on Mesos."""
        return flink_group(self.groups, "flink_jobmanager", self.options["flink_cluster_manager"], self.host)

    @cached_property
    def taskmanager_hosts(self) -> List[str]:
        """The hosts that may have a TaskManager; a job cluster may take fewer."""
        return flink_group(self.groups, "flink_taskmanager", self.options["flink_cluster_manager"], self.host)

    @property
    def taskmanagers(self) -> List[str]:
        """The hosts that have one."""
        return self.taskmanager_hosts[: self.job.get("taskmanagers")]

    @cached_property
    def members(self) -> List[str]:
        """On Mesos any of them may get the AppMaster, and any of them TaskManagers."""
        return flink_members(self.groups, self.options["flink_cluster_manager"], self.host, self.job.get("taskmanagers"))

    @property
    def has_host(self) -> bool:
        """Whether the host has a part of it, if only its command."""
        return self.host in self.callers

    @cached_property
    def callers(self) -> List[str]:
        """Its members, and the hosts that have its command alone: who must know how its REST server and its ZooKeeper are called."""
        return list(dict.fromkeys([*self.members, *self.groups.get(CLIENTS, []), *self.taskmanager_hosts]))

    @property
    def slots(self) -> int:
        """Of a TaskManager."""
        return int(self.job.get("taskmanager_slots", self.options["flink_taskmanager_slots"]))

    @property
    def all_slots(self) -> int:
        """Of all TaskManagers of a standalone cluster, each of which may have its own number."""
        if self.job:
            return len(self.taskmanagers) * self.slots
        known = self.inventory.hostvars
        return sum(int(known[host].get("flink_taskmanager_slots", self.slots)) for host in self.taskmanagers)

    @property
    def parallelism(self) -> int:
        """Of a job that says nothing else."""
        return int(self.job.get("parallelism", self.options["flink_parallelism"]))

    @property
    def addresses(self) -> List[str]:
        """Where its members reach each other."""
        return addresses(self.members, self.inventory.hostvars, "flink_address")

    @property
    def memory_mb(self) -> int:
        """Of the processes that systemd runs on the host."""
        return sum(
            memory_mb(self.job.get(f"{process}_memory", self.options[f"flink_{process}_memory"]))
            for process, hosts in (("jobmanager", self.jobmanagers), ("taskmanager", self.taskmanagers)) if self.host in hosts
        )

    @property
    def ports(self) -> List[Dict[str, Any]]:
        """The ports of these processes, each with its unit."""
        options = self.options
        if self.job and not self.mesos:
            port = job_ports(int(self.job["ports_from"]))
        else:
            port = {
                "rest": options["flink_rest_port"], "jobmanager": options["flink_jobmanager_port"], "blob": options["flink_blob_port"],
                "taskmanager": options["flink_taskmanager_port"], "data": options["flink_taskmanager_data_port"],
            }
        held = []
        if self.host in self.jobmanagers:
            held += [(port[name], "jobmanager") for name in ("rest", "jobmanager", "blob")]
        if self.host in self.taskmanagers:
            held += [(port[name], "taskmanager") for name in ("taskmanager", "data")]
        if self.has_history_server:
            held.append((options["flink_history_server_port"], "historyserver"))
        return [{"port": number, "unit": f"{self.name}-{process}.service"} for number, process in held]

    @property
    def has_history_server(self) -> bool:
        """One host of the session cluster has it, and shows the jobs of all clusters."""
        return bool(self.options["flink_history_server"]) and not self.job and [self.host] == (self.jobmanagers or self.members)[:1]
