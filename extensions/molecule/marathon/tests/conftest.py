# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon as its operator has it: a fleet, playbooks to run, and an app that must live on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(PROJECT))

from tests.fleet.fleet import Fleet  # noqa: E402
from tests.fleet.look import over_ssh  # noqa: E402
from tests.playbook import play, play_and_kill  # noqa: E402
from tests.stand_ins.loopback import call, eventually  # noqa: E402

APP = {"id": "/survivor", "cmd": "exec sleep 87654", "instances": 2, "cpus": 0.1, "mem": 32}


class Operator:
    """Runs playbooks on the fleet, and looks at Marathon from outside."""

    def __init__(self, fleet):
        self.fleet, self.inventory = fleet, os.environ["MOLECULE_INVENTORY_FILE"]
        self.addresses = {host.name: host.address for host in fleet.hosts()}
        self.headers = {}

    def play(self, *arguments, playbook="playbooks/marathon.yml", extra=None):
        """A run from start to end."""
        run = play(playbook, *arguments, *(["-e", json.dumps(extra)] if extra else []), inventory=[self.inventory])
        print(run.text)
        return run

    def kill_at(self, moment, extra):
        """A run that is killed, forks and all, when its output comes to `moment`."""
        return play_and_kill("playbooks/marathon.yml", "-e", json.dumps(extra), inventory=[self.inventory], at=moment)

    def on(self, host, command):
        """What a command on a host prints, as root."""
        done = subprocess.run(self.fleet.ssh(host, f"sudo {command}"), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{command} on {host}: {done.stderr}"
        return done.stdout.strip()

    def ask(self, host, path, body=None, method=None):
        """Status and body."""
        status, _headers, answer = call(f"{self.addresses[host]}:8080", path, body, headers=self.headers, method=method)
        return status, answer

    def get(self, host, path):
        """The body of a GET; ValueError for any other answer, which may be waited out."""
        status, answer = self.ask(host, path)
        if status != 200:
            raise ValueError(f"{path} of {host}: {status} {answer}")
        return answer

    def leader(self, other_than=""):
        """The host that all others name as the leader, waited for."""
        names = {f"{address}:8080": host for host, address in self.addresses.items()}

        def look():
            found = {names[self.get(host, "/v2/leader")["leader"]] for host in self.addresses if host != other_than}
            return found.pop() if len(found) == 1 and found != {other_than} else None

        return eventually(look, f"a leader other than {other_than or 'none'}", 90)

    def tasks(self):
        """Ids of the app's running tasks."""
        return sorted(task["id"] for task in self.get(self.leader(), f"/v2/apps{APP['id']}/tasks")["tasks"] if task["state"] == "TASK_RUNNING")

    def processes(self):
        """Process ids of the app's tasks, by host."""
        return {host: self.on(host, "pgrep -f '^sleep 87654' || true").split() for host in self.addresses}


@pytest.fixture(scope="session")
def operator():
    return Operator(Fleet(os.environ.get("MOLECULE_SCENARIO_NAME", "marathon")))


@pytest.fixture(scope="session")
def app(operator):
    """The app runs; its tasks and their processes."""
    status, answer = operator.ask(operator.leader(), "/v2/apps", APP)
    assert status in (201, 409), answer
    eventually(lambda: len(operator.tasks()) == 2, "two tasks run", 60)
    return operator.tasks(), operator.processes()


@pytest.fixture(scope="session", params=["node1", "node2", "node3"])
def name(request):
    return request.param


@pytest.fixture(scope="session")
def host(operator, name):
    return over_ssh(operator.fleet, name, sudo=True)
