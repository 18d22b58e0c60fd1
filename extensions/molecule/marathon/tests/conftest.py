# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon as its operator has it: a fleet, playbooks to run, and an app that must live on."""

from __future__ import annotations

import ssl

import pytest

from tests.scenario import Operator
from tests.stand_ins.loopback import call, eventually

APP = {"id": "/survivor", "cmd": "exec sleep 87654", "instances": 2, "cpus": 0.1, "mem": 32}


class Cluster(Operator):
    """A look at Marathon from outside."""

    looks_as_root = True

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.headers, self.context = {}, None

    def by_tls(self, host="node1"):
        """Ask by https from here on, trusting whom this host trusts."""
        self.context = ssl.create_default_context(cadata=self.on(host, "sudo cat /etc/marathon/tls/trust.pem"))

    def ask(self, host, path, body=None, method=None):
        """Status and body."""
        status, _headers, answer = call(f"{self.addresses[host]}:8080", path, body, headers=self.headers, method=method, context=self.context)
        return status, answer

    def get(self, host, path):
        """The body of a GET; ValueError for any other answer, which may be waited out."""
        status, answer = self.ask(host, path)
        if status != 200:
            raise ValueError(f"{path} of {host}: {status} {answer}")
        return answer

    def leader(self, other_than=""):
        """The host that all others name as the leader, waited for."""
        def look():
            found = {self.names[self.get(host, "/v2/leader")["leader"].removesuffix(":8080")] for host in self.addresses if host != other_than}
            return found.pop() if len(found) == 1 and found != {other_than} else None

        return eventually(look, f"a leader other than {other_than or 'none'}", 90)

    def tasks(self):
        """Ids of the app's running tasks."""
        return sorted(task["id"] for task in self.get(self.leader(), f"/v2/apps{APP['id']}/tasks")["tasks"] if task["state"] == "TASK_RUNNING")

    def processes(self):
        """Process ids of the app's tasks, by host."""
        return {host: self.on(host, "pgrep -f '^sleep 87654' || true").split() for host in self.addresses}


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Cluster("marathon", "playbooks/marathon.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def app(operator):
    """The app runs; its tasks and their processes."""
    status, answer = operator.ask(operator.leader(), "/v2/apps", APP)
    assert status in (201, 409), answer
    eventually(lambda: len(operator.tasks()) == 2, "two tasks run", 60)
    return operator.tasks(), operator.processes()
