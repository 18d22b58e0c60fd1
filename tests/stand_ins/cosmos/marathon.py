# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of Marathon as tells whether a service is there and healthy. Reads only; apps come and go through Cosmos. Places no ports twice."""

from __future__ import annotations

import copy
import itertools
from typing import Any, Callable, Dict, List, Tuple

HOST = "127.0.0.1"


class Apps:
    """The apps, by id. ``looks`` is how often a deployment is seen before it ends; ``stuck`` keeps new tasks from starting."""

    def __init__(self, looks: int = 1) -> None:
        self.looks = looks
        self.stuck = False
        self.failure: Dict[str, Any] = {}
        self.apps: Dict[str, Dict[str, Any]] = {}
        self.deployments: List[Dict[str, Any]] = []
        # Called with an app that starts, restarts or ends.
        self.on_start: Callable[[Dict[str, Any]], None] = lambda app: None
        self.on_end: Callable[[Dict[str, Any]], None] = lambda app: None
        self._numbers = itertools.count(1)
        self._ports = itertools.count(31000)

    def launch(self, definition: Dict[str, Any]) -> str:
        """Start or replace an app; the id of its deployment."""
        app = {"instances": 1, **copy.deepcopy(definition)}
        app["id"] = "/" + app["id"].strip("/")
        old = self.apps.get(app["id"])
        if old:
            self.on_end(old)
        number = next(self._numbers)
        app["version"] = f"2026-11-24T10:00:{number:02d}.000Z"
        app["portDefinitions"] = [{"port": 10000 + each, "name": "default", "protocol": "tcp"} for each in range(len(app.pop("ports", [])))]
        app["tasks"] = [] if self.stuck else [{
            "appId": app["id"], "id": f"{app['id'].strip('/')}.{number}", "host": HOST, "ipAddresses": [{"ipAddress": HOST, "protocol": "IPv4"}],
            "ports": [next(self._ports) for each in app["portDefinitions"]], "state": "TASK_RUNNING", "version": app["version"],
            "slaveId": "S0", "servicePorts": [], "healthCheckResults": [{"alive": True, "consecutiveFailures": 0}],
        }]
        self.apps[app["id"]] = app
        self.on_start(app)
        return self._deploy(app["id"])

    def remove(self, app_id: str) -> None:
        """Delete an app with force, as Cosmos does."""
        self.on_end(self.apps.pop(app_id))
        self.deployments = [each for each in self.deployments if app_id not in each["affectedApps"]]
        self._deploy(app_id, "StopApplication")

    def _deploy(self, app_id: str, action: str = "ScaleApplication") -> str:
        number = next(self._numbers)
        self.deployments.append({
            "id": f"d{number}", "version": f"2026-11-24T10:00:{number:02d}.000Z", "affectedApps": [app_id], "affectedPods": [], "steps": [],
            "currentActions": [{"action": action, "app": app_id, "readinessCheckResults": []}], "currentStep": 1, "totalSteps": 1, "left": self.looks,
        })
        return f"d{number}"

    def answer(self, path: str) -> Tuple[int, Any]:
        """Status and body of a GET below /v2."""
        if path == "/v2/deployments":
            shown = [{name: value for name, value in each.items() if name != "left"} for each in self.deployments]
            self._look()
            return 200, shown
        if path == "/v2/queue":
            return 200, {"queue": [self._queued(app) for app in self.apps.values() if not app["tasks"]]}
        app_id = path[len("/v2/apps"):] if path.startswith("/v2/apps/") else ""
        if app_id in self.apps:
            shown = self._shown(self.apps[app_id])
            self._look()
            return 200, {"app": shown}
        if app_id:
            return 404, {"message": f"App '{app_id}' does not exist"}
        return 404, {"message": f"URI not found: {path}"}

    def _look(self) -> None:
        for each in self.deployments:
            if not self.stuck:
                each["left"] -= 1
        self.deployments = [each for each in self.deployments if each["left"] > 0]

    def _shown(self, app: Dict[str, Any]) -> Dict[str, Any]:
        mine = [{"id": each["id"]} for each in self.deployments if app["id"] in each["affectedApps"]]
        running = len(app["tasks"])
        shown = {**copy.deepcopy(app), "tasksStaged": 0, "tasksRunning": running, "tasksHealthy": 0 if mine else running, "tasksUnhealthy": 0,
                 "deployments": mine}
        return {**shown, "lastTaskFailure": self.failure} if self.failure else shown

    def _queued(self, app: Dict[str, Any]) -> Dict[str, Any]:
        return {
            "count": 1, "role": "*", "delay": {"timeLeftSeconds": 0, "overdue": True}, "since": app["version"],
            "processedOffersSummary": {"processedOffersCount": 3, "unusedOffersCount": 3, "lastUnusedOfferAt": app["version"],
                                       "rejectSummaryLastOffers": [{"reason": "InsufficientMemory", "declined": 3, "processed": 3}]},
            "app": copy.deepcopy(app),
        }
