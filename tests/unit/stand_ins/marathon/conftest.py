# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Marathon core with a clock that tests turn and a master that does what tests say."""

from __future__ import annotations

import json

import pytest

from tests.stand_ins.marathon.api import Api
from tests.stand_ins.marathon.core import Core, MemoryStore
from tests.stand_ins.marathon.flags import parse

FLAGS = ["--master", "zk://127.0.0.1:2181/mesos", "--zk", "zk://127.0.0.1:2181/marathon", "--hostname", "127.0.0.1", "--http_port", "28080"]
FLAGS += ["--mesos_user", "root"]


class FakeMaster:
    """One agent; keeps the tasks and the calls."""

    def __init__(self):
        self.calls = []
        self.tasks = {}
        self.offers = 0
        self.reviving = False
        self.resources = {"cpus": 4.0, "mem": 8192.0, "disk": 20000.0}
        self.hosts = ["127.0.0.1"]

    def send(self, kind, body):
        """What the core calls."""
        self.calls.append((kind, body))
        if kind == "REVIVE":
            self.reviving = True
        elif kind == "SUPPRESS":
            self.reviving = False

    def offer(self, host="127.0.0.1", role="*", attributes=(), ports=((31000, 32000),), **resources):
        """An offer message."""
        self.offers += 1
        scalars = [
            {"name": name, "type": "SCALAR", "role": "*", "scalar": {"value": value}} for name, value in {**self.resources, **resources}.items()
        ]
        ranges = {"range": [{"begin": begin, "end": end} for begin, end in ports]}
        return {
            "id": {"value": f"O{self.offers}"},
            "agent_id": {"value": f"7a5dc192-590a-4113-b6ca-bfc8ee211296-S{self.hosts.index(host)}"},
            "hostname": host,
            "allocation_info": {"role": role},
            "attributes": list(attributes),
            "resources": scalars + [{"name": "ports", "type": "RANGES", "role": "*", "ranges": ranges}],
        }


class Cluster:
    """Core, API, master and clock."""

    def __init__(self, *flags):
        self.time = 1_795_450_000.0
        self.master = FakeMaster()
        self.store = MemoryStore()
        self.abdicated = []
        self.core = Core(parse([*FLAGS, *flags], {}), self.store, self.master.send, lambda: self.time)
        self.api = Api(self.core, "127.0.0.1:28080", lambda: self.abdicated.append(True))
        self.core.subscribed("e0f03e3f-3aed-4ac3-8a87-4872dfb936bc-0000", {"hostname": "127.0.0.1", "port": 5050})

    def call(self, method, path, body=None):
        """Status, body, headers."""
        path, question, query = path.partition("?")
        data = body if isinstance(body, (bytes, type(None))) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        answer = self.api.answer(method, path, query, data)
        return answer.status, json.loads(answer.data()) if isinstance(answer.body, (dict, list)) else answer.body, answer.headers

    def get(self, path):
        """The body of a GET that must be 200."""
        status, body, headers = self.call("GET", path)
        assert status == 200, (status, body)
        return body

    def app(self, app_id):
        """An app as GET shows it."""
        return self.get("/v2/apps/" + app_id)["app"]

    def create(self, **app):
        """POST an app that must be taken."""
        status, body, headers = self.call("POST", "/v2/apps", {"cmd": "sleep 1000", "cpus": 0.1, "mem": 32, **app})
        assert status == 201, (status, body)
        return body

    def wait(self, seconds):
        """Let time pass."""
        self.time += seconds
        with self.core.turn():
            pass

    def give(self, **options):
        """Offer every host once; the infos of tasks launched."""
        before = len(self.master.calls)
        self.core.offers([self.master.offer(host, **options) for host in self.master.hosts])
        launched = []
        for kind, body in self.master.calls[before:]:
            if kind == "ACCEPT":
                launched += [info for operation in body["operations"] for info in operation["launch"]["task_infos"]]
        return launched

    def status(self, info, state, **extra):
        """A status update of a task."""
        container = {"network_infos": [{"ip_addresses": [{"protocol": "IPv4", "ip_address": "127.0.0.1"}]}]}
        self.core.update({"task_id": info["task_id"], "agent_id": info["agent_id"], "state": state, "container_status": container, **extra})

    def killed(self):
        """Ids of tasks that were killed since the last look, now reported as dead."""
        kills = [body for kind, body in self.master.calls if kind == "KILL"]
        self.master.calls = [entry for entry in self.master.calls if entry[0] != "KILL"]
        for body in kills:
            self.core.update({"task_id": body["task_id"], "agent_id": body["agent_id"], "state": "TASK_KILLED", "message": "killed"})
        return [body["task_id"]["value"] for body in kills]

    def run(self, rounds=6):
        """Offers are given and all tasks start, until nothing moves."""
        started = []
        for _turn in range(rounds):
            self.wait(6)
            for info in self.give():
                self.status(info, "TASK_STARTING")
                self.status(info, "TASK_RUNNING")
                started.append(info)
            self.killed()
        return started


@pytest.fixture
def cluster():
    """With default flags."""
    return Cluster()


@pytest.fixture
def make_cluster():
    """With more flags."""
    return Cluster
