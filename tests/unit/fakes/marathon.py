# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Marathon in memory, with the statuses and bodies that were recorded from Marathon 1.11.26.

It knows as little as the tests need: top-level fields, service ports, locks, deployments that take a number of looks, and the
two fields that an update forgets. How the real one translates an app is in the recording, not here.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpSettings
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rest import Marathon

RECORDING = json.loads((Path(__file__).resolve().parents[2] / "fixtures" / "marathon_api.json").read_text(encoding="utf-8"))
CASES = {case["case"]: case for case in RECORDING["cases"]}
MINIMAL = CASES["get_minimal"]["response"]["body"]["app"]
NOT_STORED = ("version", "versionInfo", "tasks", "deployments", "lastTaskFailure")
FORGOTTEN = ("executorResources", "resourceLimits")
URLS = ["http://m1:8080", "http://m2:8080"]


def answer_of(case: str) -> Any:
    return copy.deepcopy(CASES[case]["response"]["body"])


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeMarathon:
    """``looks`` is how often a deployment is seen before it ends, None for one that never does."""

    def __init__(self, looks: Optional[int] = 1) -> None:
        self.looks = looks
        self.apps: Dict[str, Dict[str, Any]] = {}
        self.versions: Dict[Tuple[str, str], Dict[str, Any]] = {}
        self.deployments: List[Dict[str, Any]] = []
        self.sent: List[Tuple[str, str, Any]] = []
        self.failure: Optional[Dict[str, Any]] = None
        self.queue: List[Dict[str, Any]] = []
        self.healthy = True
        self.starts = True
        # Whether a change that makes no new tasks is forgotten.
        self.deaf = False
        # (method, "lost" or "cut"): the next such request never arrives, or its answer does not.
        self.broken: List[Tuple[str, str]] = []
        self.down: Dict[str, Any] = {}
        self.features: List[str] = []
        self.count = 0
        self.next_port = 10010
        # Called before a request that changes something is handled; another user's hand.
        self.meanwhile: Any = None

    def install(self, mock: Any) -> "FakeMarathon":
        """Answer all requests of a mock of the library responses."""
        for method in ("GET", "POST", "PUT", "DELETE"):
            mock.add_callback(method, re.compile(r"http://m\d:8080/.*"), self._answer)
        return self

    # requests

    def _answer(self, request: Any) -> Tuple[int, Dict[str, str], str]:
        parts = urlsplit(request.url)
        base = f"{parts.scheme}://{parts.netloc}"
        trouble = self.down.get(base)
        if isinstance(trouble, list):
            trouble = trouble.pop(0) if trouble else None
        if isinstance(trouble, Exception):
            raise trouble
        if isinstance(trouble, tuple):
            return trouble[0], {}, trouble[1]
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = re.sub("/+", "/", unquote(parts.path))
        body = json.loads(request.body) if request.body else None
        broken = next((each for each in self.broken if each[0] == request.method), None)
        if broken:
            self.broken.remove(broken)
            if broken[1] == "lost":
                raise requests.exceptions.ConnectionError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
        if request.method != "GET":
            self.sent.append((request.method, path + ("?" + parts.query if parts.query else ""), body))
            if self.meanwhile:
                hand, self.meanwhile = self.meanwhile, None
                hand()
        status, headers, answer = self._handle(request.method, path, query, body)
        if broken:
            raise requests.exceptions.ConnectionError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
        return status, {"X-Marathon-Leader": URLS[0], **headers}, json.dumps(answer)

    def _handle(self, method: str, path: str, query: Dict[str, str], body: Any) -> Tuple[int, Dict[str, str], Any]:
        force = query.get("force") == "true"
        if method == "GET":
            return self._get(path, query)
        if path == "/v2/apps":
            if body["id"] in self.apps:
                return 409, {}, {"message": f"An app with id [{body['id']}] already exists."}
            deployment = self._store(body["id"], {**self._template(body["id"]), **body}, None)
            return 201, {"Marathon-Deployment-Id": deployment}, self.apps[body["id"]]
        if path.startswith("/v2/deployments/"):
            return self._undo(path.rsplit("/", 1)[1])
        app_id = re.sub("/restart$", "", path[len("/v2/apps"):])
        locks = [each["id"] for each in self.deployments if app_id in each["affectedApps"]]
        if locks and not force:
            return 409, {}, {**answer_of("put_locked"), "deployments": [{"id": each} for each in locks]}
        if app_id not in self.apps and method != "PUT":
            return 404, {}, {"message": f"App '{app_id}' does not exist"}
        self.deployments = [each for each in self.deployments if app_id not in each["affectedApps"]]
        if method == "DELETE":
            old = self.apps.pop(app_id)
            return 200, {}, self._result(self._deploy(app_id, old, "StopApplication"))
        old = self.apps.get(app_id)
        if method == "POST":
            return 200, {}, self._result(self._store(app_id, old, old, "RestartApplication"))
        if "version" in body:
            return 200, {}, self._result(self._store(app_id, self.versions[app_id, body["version"]], old))
        if old is None or query.get("partialUpdate") == "false":
            new = {**self._template(app_id), **body}
            new.pop("executorResources", None)
        else:
            new = {**{name: value for name, value in old.items() if name not in FORGOTTEN}, **body} if not self.deaf else old
        return 200 if old else 201, {}, self._result(self._store(app_id, new, old))

    def _get(self, path: str, query: Dict[str, str]) -> Tuple[int, Dict[str, str], Any]:
        if path == "/v2/info":
            info = answer_of("info")
            info["marathon_config"]["features"] = self.features
            return 200, {}, info
        if path == "/v2/leader":
            return 200, {}, answer_of("leader")
        if path == "/v2/queue":
            return 200, {}, {"queue": self.queue}
        if path == "/v2/deployments":
            shown = copy.deepcopy(self.deployments)
            self._tick()
            return 200, {}, [{name: value for name, value in each.items() if name not in ("left", "before")} for each in shown]
        if path == "/v2/apps":
            name, _equals, value = query.get("label", "").partition("==")
            chosen = [app for app in self.apps.values() if not name or app["labels"].get(name) == value]
            return 200, {}, {"apps": [{key: value for key, value in self._shown(app).items() if key != "tasks"} for app in chosen]}
        app_id = path[len("/v2/apps"):]
        if app_id not in self.apps:
            return 404, {}, {"message": f"App '{app_id}' does not exist", "details": []}
        shown = self._shown(self.apps[app_id])
        self._tick()
        return 200, {}, {"app": shown}

    # state

    def _template(self, app_id: str) -> Dict[str, Any]:
        kept = {name: value for name, value in copy.deepcopy(MINIMAL).items() if name not in NOT_STORED and name != "cmd"}
        return {**kept, "id": app_id, "cpus": 1.0, "mem": 128.0, "portDefinitions": [{"port": 0, "name": "default", "protocol": "tcp"}]}

    def _store(self, app_id: str, new: Optional[Dict[str, Any]], old: Optional[Dict[str, Any]], action: str = "ScaleApplication") -> str:
        app = copy.deepcopy(new or {})
        free = [each["port"] for each in (old or {}).get("portDefinitions", [])]
        for number, each in enumerate(app.get("portDefinitions", [])):
            if not each.get("port"):
                each["port"] = free[number] if number < len(free) else self.next_port
                self.next_port += 1
            each.setdefault("protocol", "tcp")
        self.count += 1
        app["version"] = f"2026-11-23T16:00:{self.count:02d}.000Z"
        self.apps[app_id] = app
        self.versions[app_id, app["version"]] = copy.deepcopy(app)
        return self._deploy(app_id, old, action)

    def _deploy(self, app_id: str, old: Optional[Dict[str, Any]], action: str) -> str:
        self.count += 1
        deployment = {**answer_of("deployments_running")[0], "id": f"d{self.count}", "affectedApps": [app_id], "left": self.looks, "before": old}
        deployment["currentActions"] = [{"action": action, "app": app_id, "readinessCheckResults": []}]
        self.deployments.append(deployment)
        return deployment["id"]

    def _undo(self, deployment_id: str) -> Tuple[int, Dict[str, str], Any]:
        found = next((each for each in self.deployments if each["id"] == deployment_id), None)
        if found is None:
            return 404, {}, {"message": f"DeploymentPlan {deployment_id} does not exist", "details": []}
        self.deployments.remove(found)
        app_id = found["affectedApps"][0]
        looks, self.looks = self.looks, 1
        if found["before"] is None:
            self.apps.pop(app_id, None)
            undone = self._deploy(app_id, None, "StopApplication")
        else:
            undone = self._store(app_id, found["before"], None)
        self.looks = looks
        return 200, {}, self._result(undone)

    def _result(self, deployment_id: str) -> Dict[str, Any]:
        return {"deploymentId": deployment_id, "version": f"2026-11-23T16:00:{self.count:02d}.000Z"}

    def _tick(self) -> None:
        for each in self.deployments:
            if each["left"] is not None:
                each["left"] -= 1
        self.deployments = [each for each in self.deployments if each["left"] is None or each["left"] > 0]

    def _shown(self, app: Dict[str, Any]) -> Dict[str, Any]:
        mine = [{"id": each["id"]} for each in self.deployments if app["id"] in each["affectedApps"]]
        running = app["instances"] if self.starts and not mine else 0
        state = "TASK_RUNNING" if self.starts else "TASK_STAGING"
        tasks = [{**MINIMAL["tasks"][0], "id": f"t{number}.{app['version']}", "state": state} for number in range(app["instances"])]
        shown = {
            **app, "tasksStaged": 0, "tasksRunning": running, "tasksHealthy": running if self.healthy and app.get("healthChecks") else 0,
            "tasksUnhealthy": 0 if self.healthy else running, "deployments": mine, "tasks": tasks,
        }
        return {**shown, "lastTaskFailure": self.failure} if self.failure else shown


def marathon(time: Time, retries: int = 1, urls: Optional[List[str]] = None) -> Marathon:
    return Marathon(HttpClient(HttpSettings(retries=retries), sleep=time.sleep), urls or URLS, 5, time.clock, time.sleep)
