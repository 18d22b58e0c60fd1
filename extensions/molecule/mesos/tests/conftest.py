# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mesos as its operator has it: a fleet, an inventory to change, playbooks to run, a framework with a task on every agent."""

from __future__ import annotations

import copy
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(PROJECT))

from tests.fleet.fleet import Fleet  # noqa: E402
from tests.fleet.look import over_ssh  # noqa: E402
from tests.playbook import play, play_and_kill  # noqa: E402
from tests.stand_ins.loopback import Scheduler, call, eventually  # noqa: E402

MASTERS = "mesos_master"


class Operator:
    """Runs playbooks on the fleet, with the usual inventory or another one, and looks at Mesos from outside."""

    def __init__(self, fleet, inventory, directory):
        self.fleet, self.directory = fleet, directory
        self.usual = self._read(inventory)
        self.addresses = {host.name: host.address for host in fleet.hosts()}
        self.headers = {}

    @staticmethod
    def _read(inventory):
        done = subprocess.run(
            [str(PROJECT / ".venv/bin/ansible-inventory"), "-i", inventory, "--list", "--yaml"],
            check=True, capture_output=True, text=True, env={**os.environ, "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")})
        return yaml.safe_load(done.stdout)

    def inventory(self, masters=None, **host_vars):
        """The inventory of the scenario, with other masters, or with variables of a host in the form node2={...}."""
        whole = copy.deepcopy(self.usual)
        groups = whole["all"]["children"]
        if masters is not None:
            groups[MASTERS]["hosts"] = {name: (groups[MASTERS]["hosts"] or {}).get(name) or {} for name in masters}
        hosts = whole["all"].setdefault("hosts", {})
        for name, values in host_vars.items():
            hosts[name] = {**(hosts.get(name) or {}), **values}
        path = self.directory / f"{time.monotonic_ns()}.yml"
        path.write_text(yaml.safe_dump(whole))
        return str(path)

    def play(self, *arguments, playbook="playbooks/mesos.yml", inventory=None, extra=None):
        """A run from start to end."""
        more = ["-e", json.dumps(extra)] if extra else []
        run = play(playbook, *arguments, *more, inventory=[inventory or self.inventory()])
        print(run.text)
        return run

    def kill_at(self, moment, *arguments, extra=None):
        """A run that is killed, forks and all, when its output comes to `moment`."""
        more = ["-e", json.dumps(extra)] if extra else []
        return play_and_kill("playbooks/mesos.yml", *arguments, *more, inventory=[self.inventory()], at=moment)

    def on(self, host, command):
        """What a command on a host prints, as root."""
        done = subprocess.run(self.fleet.ssh(host, f"sudo {command}"), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{command} on {host}: {done.stderr}"
        return done.stdout.strip()

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
        names = {address: name for name, address in self.addresses.items()}
        return {names[agent["hostname"]]: agent for agent in self.get(self.leader(), "/slaves")["slaves"]}

    def process(self, host, daemon):
        """Id of the running process; 0 when there is none."""
        return int(self.on(host, f"systemctl show -P MainPID mesos-{daemon}"))

    def tasks(self):
        """Process ids of the tasks of the tests' framework, by host."""
        return {host: self.on(host, "pgrep -f '^sleep 98765' || true").split() for host in self.addresses}


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Operator(Fleet("mesos"), os.environ["MOLECULE_INVENTORY_FILE"], tmp_path_factory.mktemp("inventories"))


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


@pytest.fixture(scope="session", params=["node1", "node2", "node3"])
def name(request):
    return request.param


@pytest.fixture(scope="session")
def host(operator, name):
    return over_ssh(operator.fleet, name, sudo=True)
