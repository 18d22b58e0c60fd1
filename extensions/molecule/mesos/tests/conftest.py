# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mesos as its operator has it: a fleet, an inventory to change, playbooks to run, a framework with a task on every agent."""

from __future__ import annotations

import copy
import http.client
import threading

import pytest

from tests.scenario import Operator
from tests.stand_ins.loopback import Scheduler, call, eventually

MASTERS = "mesos_master"


class Cluster(Operator):
    """The scenario's inventory with other masters or variables, and a look at Mesos from outside."""

    looks_as_root = True

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.usual = self.described()
        self.headers = {}

    def inventory(self, masters=None, **host_vars):
        """The inventory of the scenario, with other masters, or with variables of a host in the form node2={...}."""
        whole = copy.deepcopy(self.usual)
        groups = whole["all"]["children"]
        if masters is not None:
            groups[MASTERS]["hosts"] = {name: (groups[MASTERS]["hosts"] or {}).get(name) or {} for name in masters}
        hosts = whole["all"].setdefault("hosts", {})
        for name, values in host_vars.items():
            hosts[name] = {**(hosts.get(name) or {}), **values}
        return whole

    # -- Mesos -----------------------------------------------------------------------------------

    def get(self, host, path, port=5050):
        """The body of a GET; ValueError for any other answer, which may be waited out."""
        status, _headers, body = call(f"{self.addresses[host]}:{port}", path, headers=self.headers)
        if status != 200:
            raise ValueError(f"{path} of {host}: {status} {body}")
        return body

    def elected(self):
        """The masters that say that they lead."""
        found = []
        for host in self.addresses:
            try:
                if self.get(host, "/metrics/snapshot").get("master/elected") == 1:
                    found.append(host)
            except (OSError, ValueError, http.client.HTTPException):
                continue
        return found

    def leader(self, other_than=""):
        """The one leading master, waited for."""
        return eventually(
            lambda: (self.elected() or [None])[0] if len(self.elected()) == 1 and self.elected() != [other_than] else None,
            f"a leading master other than {other_than or 'none'}", 60)

    def agents(self):
        """The agents that the leading master knows, by host."""
        return {self.names[agent["hostname"]]: agent for agent in self.get(self.leader(), "/slaves")["slaves"]}

    def process(self, host, daemon):
        """Id of the running process; 0 when there is none."""
        return self.pid(host, f"mesos-{daemon}")

    def tasks(self):
        """Process ids of the tasks of the tests' framework, by host."""
        return {host: self.on(host, "pgrep -f '^sleep 98765' || true").split() for host in self.addresses}


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Cluster("mesos", "playbooks/mesos.yml", tmp_path_factory.mktemp("inventories"))


class Framework:
    """A framework that subscribes again wherever a master leads, as a real one does: what is killed needs its acknowledgement."""

    def __init__(self, operator):
        self.operator, self.id, self.over = operator, None, threading.Event()
        self.scheduler = self._subscribed()
        threading.Thread(target=self._stay, daemon=True).start()

    def _subscribed(self):
        leader = self.operator.addresses[self.operator.leader()]
        scheduler = Scheduler(f"{leader}:5050", self.id, self.operator.headers, failover_timeout=3600.0).subscribe()
        scheduler.wait("SUBSCRIBED")
        self.id = scheduler.id
        return scheduler

    def _stay(self):
        while not self.over.wait(0.5):
            if self.scheduler.ended.is_set():
                try:
                    self.scheduler = self._subscribed()
                except (OSError, AssertionError, http.client.HTTPException):
                    continue

    def launch(self, name, agent_id=None):
        """A task that runs for a day."""
        self.scheduler.launch(name, "exec sleep 98765", agent_id=agent_id)
        self.scheduler.status(name, "TASK_RUNNING", 60)

    def close(self):
        self.over.set()
        self.scheduler.close()


@pytest.fixture(scope="module")
def workload(operator):
    """A framework with a task on every agent."""
    framework = Framework(operator)
    for host, agent in sorted(operator.agents().items()):
        framework.launch(f"sleep-{host}", agent["id"])
    yield framework
    framework.close()
