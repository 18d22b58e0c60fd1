# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mesos cluster in memory, behind the library responses; statuses and bodies are those of the recording."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpSettings
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.masters import MesosMasters

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "mesos_api.json"
CASES = {case["case"]: case for case in json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]}
ID = "7a5dc192-590a-4113-b6ca-bfc8ee211296"
FLINK, MARATHON = f"{ID}-0000", "e0f03e3f-3aed-4ac3-8a87-4872dfb936bc-0000"


def body(case):
    """A copy of the body that was recorded in a case."""
    return copy.deepcopy(CASES[case]["response"]["body"])


class FakeMesos:
    """Masters m1, m2, ... of which one leads, and what that one knows. A test changes the attributes as it likes."""

    def __init__(self, masters=3):
        self.masters = [f"http://m{number}:5050" for number in range(1, masters + 1)]
        self.down = set()
        self.leading = self.masters[0]
        self.version = "1.12.0"
        self.recovered = {}
        self.unregistered = set()
        self.unreachable = 0
        self.agents = body("v1_GET_AGENTS")["get_agents"]["agents"]
        self.recovered_agents = []
        self.frameworks = body("v1_GET_FRAMEWORKS")["get_frameworks"]["frameworks"]
        self.completed = []
        self.state = body("state")
        self.credentials = None
        #: Masters that ask nobody for credentials.
        self.open = set()
        self.forbidden = set()
        self.asked = []
        self.commands = []
        self.refusal = None
        #: Called before each answer, with the number of the request.
        self.meanwhile = lambda number: None
        self.pauses = []

    def install(self, mock):
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(r"https?://.*"), self._answer)
        return self

    def client(self, leader_timeout=0, masters=None, may_refuse=(), **settings):
        clock = iter(range(10**6))
        http = HttpClient(HttpSettings(**settings))
        return MesosMasters(
            http, lambda: list(masters or self.masters), leader_timeout, clock=lambda: next(clock), sleep=self.pauses.append, may_refuse=may_refuse
        )

    def agent(self, number=0):
        return self.agents[number]

    def add_agent(self, number, hostname, port=5051):
        entry = copy.deepcopy(self.agents[0])
        entry["agent_info"].update(id={"value": f"{ID}-S{number}"}, hostname=hostname, port=port)
        entry["pid"] = f"slave(1)@{hostname}:{port}"
        self.agents.append(entry)
        return entry

    def complete(self, framework_id):
        for entry in [one for one in self.frameworks if one["framework_info"]["id"]["value"] == framework_id]:
            self.frameworks.remove(entry)
            self.completed.append({**entry, "active": False, "connected": False})

    def _answer(self, request):
        parts = urlsplit(request.url)
        base = f"{parts.scheme}://{parts.netloc}"
        self.asked.append(f"{request.method} {request.url}")
        self.meanwhile(len(self.asked))
        if base in self.down:
            raise requests.exceptions.ConnectionError("Connection refused")
        if parts.path == "/redirect":
            return 307, {"Location": (self.leading or base).partition(":")[2]}, ""
        if self.credentials and base not in self.open and request.headers.get("Authorization") != self.credentials:
            return 401, {"WWW-Authenticate": 'Basic realm="mesos-master-readwrite"'}, ""
        if parts.path in self.forbidden:
            return 403, {}, ""
        own = {"/metrics/snapshot": self._metrics, "/flags": lambda at: body("flags"), "/version": lambda at: {"version": self.version}}
        if parts.path in own:
            return 200, {}, json.dumps(own[parts.path](base))
        if parts.path == "/overview":
            # Of the AppMaster that runs on one of the agents.
            return 200, {}, json.dumps({"taskmanagers": 0})
        if self.leading is None:
            return 503, {}, "No leader elected"
        if base != self.leading:
            return 307, {"Location": self.leading.partition(":")[2] + parts.path}, ""
        if parts.path == "/state":
            return 200, {}, json.dumps(self.state)
        return self._operator(json.loads(request.body))

    def _metrics(self, base):
        if base not in self.masters:
            return {**body("agent_metrics"), "slave/registered": 0 if base in self.unregistered else 1}
        found = body("metrics")
        found["master/elected"] = 1 if base == self.leading else 0
        found["registrar/log/recovered"] = self.recovered.get(base, 1)
        found["registrar/log/ensemble_size"] = len(self.masters) - len(self.down)
        found["master/slaves_unreachable"] = self.unreachable
        return found

    def _operator(self, call):
        kind = call["type"]
        reads = {
            "GET_MASTER": lambda: {"master_info": {**body("v1_GET_MASTER")["get_master"]["master_info"], "version": self.version}},
            "GET_VERSION": lambda: {"version_info": {"version": self.version}},
            "GET_AGENTS": lambda: {"agents": self.agents, "recovered_agents": self.recovered_agents},
            "GET_FRAMEWORKS": lambda: {"frameworks": self.frameworks, "completed_frameworks": self.completed},
        }
        if kind in reads:
            return 200, {}, json.dumps({"type": kind, kind.lower(): reads[kind]()})
        self.commands.append(call)
        if self.refusal:
            return self.refusal[0], {}, self.refusal[1]
        return self._change(kind, call[kind.lower()])

    def _change(self, kind, told):
        if kind == "TEARDOWN":
            if not any(one["framework_info"]["id"] == told["framework_id"] for one in self.frameworks):
                return 400, {}, body("v1_teardown_unknown")
            self.complete(told["framework_id"]["value"])
            return 200, {}, ""
        found = [agent for agent in self.agents if agent["agent_info"]["id"] == told["agent_id"]]
        if not found:
            return 400, {}, body("v1_drain_unknown_agent")
        (agent,) = found
        if kind == "REACTIVATE_AGENT":
            agent.update(active=True, deactivated=False)
            agent.pop("drain_info", None)
        else:
            agent.update(active=False, deactivated=True)
        if kind == "DRAIN_AGENT":
            agent["drain_info"] = {"state": "DRAINING", "config": {"mark_gone": told.get("mark_gone", False)}}
        return 200, {}, ""


def mocked():
    """The context in which a FakeMesos answers."""
    return responses.RequestsMock(assert_all_requests_are_fired=False)
