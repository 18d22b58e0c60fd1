# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps, instances, deployments: what a leader keeps and hands to the next one as JSON.

Does not keep Marathon's protobuf: a real Marathon cannot read this state, nor the other way round.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Dict, List, Optional

SCHEDULED, PROVISIONED, STAGING, RUNNING, KILLING = "Scheduled", "Provisioned", "Staging", "Running", "Killing"
UNREACHABLE, INACTIVE = "Unreachable", "UnreachableInactive"
LIVE = (PROVISIONED, STAGING, RUNNING, KILLING, UNREACHABLE, INACTIVE)
KEPT_VERSIONS = 25


def stamp(seconds: float) -> str:
    """2026-11-23T16:04:40.633Z"""
    milliseconds = int(round(seconds * 1000))
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"


class Versions:
    """Time stamps that never repeat."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Later than all before."""
        self._last = max(self._last + 1, int(self._clock() * 1000))
        return stamp(self._last / 1000)


@dataclass
class App:
    """One version of an app."""

    spec: Dict[str, Any]
    version: str
    scaled: str
    changed: str

    @property
    def id(self) -> str:
        """/a/b"""
        return self.spec["id"]

    def info(self) -> Dict[str, Any]:
        """As GET shows it, without counts."""
        shown: Dict[str, Any] = {}
        for name, value in self.spec.items():
            if name == "killSelection":
                shown["version"] = self.version
                shown["versionInfo"] = {"lastScalingAt": self.scaled, "lastConfigChangeAt": self.changed}
            shown[name] = value
        return shown

    def is_current(self, version: str) -> bool:
        """Whether an instance of that version runs this configuration."""
        return self.changed <= version <= self.version


@dataclass
class Instance:
    """A place for a task; the task's number goes up with each attempt."""

    id: str
    app_id: str
    version: str
    condition: str = SCHEDULED
    stopping: bool = False
    since: float = 0.0
    attempt: int = 0
    task: Optional[Dict[str, Any]] = None
    ready: bool = False

    @property
    def task_id(self) -> str:
        """The id that Mesos knows."""
        return f"{self.id}._app.{self.attempt}"

    @property
    def live(self) -> bool:
        """Mesos has, or may have, its task."""
        return self.condition in LIVE

    @property
    def counts(self) -> bool:
        """It counts as one of the app's instances."""
        return not self.stopping and self.condition != INACTIVE


def new_instance(app_id: str, version: str, now: float) -> Instance:
    """One that waits for an offer."""
    return Instance(f"{app_id.strip('/').replace('/', '_')}.instance-{uuid.uuid1()}", app_id, version, since=now)


@dataclass
class Deployment:
    """A way from the apps as they were to the apps as they are meant to be. Records are App as dictionaries, None for none."""

    id: str
    version: str
    original: Dict[str, Optional[Dict[str, Any]]]
    target: Dict[str, Optional[Dict[str, Any]]]
    steps: List[List[Dict[str, str]]]
    original_version: str = ""
    step: int = 0
    begun: bool = False

    @property
    def apps(self) -> List[str]:
        """Locked ones."""
        return sorted({action["app"] for step in self.steps for action in step})

    def info(self) -> Dict[str, Any]:
        """As /v2/deployments shows it."""
        current = self.steps[min(self.step, len(self.steps) - 1)] if self.steps else []
        return {
            "id": self.id,
            "steps": [{"actions": [dict(action) for action in step]} for step in self.steps],
            "version": self.version,
            "affectedApps": self.apps,
            "affectedPods": [],
            "currentActions": [{**action, "readinessCheckResults": []} for action in current],
            "currentStep": min(self.step + 1, len(self.steps)),
            "totalSteps": len(self.steps),
        }


@dataclass
class Rate:
    """Back-off of one app."""

    delay: float = 0.0
    until: float = 0.0


@dataclass
class State:
    """Everything."""

    apps: Dict[str, App] = field(default_factory=dict)
    history: Dict[str, Dict[str, App]] = field(default_factory=dict)
    instances: Dict[str, Instance] = field(default_factory=dict)
    deployments: Dict[str, Deployment] = field(default_factory=dict)
    failures: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    groups: Dict[str, str] = field(default_factory=dict)
    framework_id: Optional[str] = None

    def by_app(self, app_id: str) -> List[Instance]:
        """All instances of an app, oldest first."""
        return sorted((each for each in self.instances.values() if each.app_id == app_id), key=lambda each: (each.since, each.id))

    def spec(self, instance: Instance) -> Optional[App]:
        """The version of the app that an instance runs."""
        return self.history.get(instance.app_id, {}).get(instance.version) or self.apps.get(instance.app_id)

    def remember(self, app: App) -> None:
        """Keep this version."""
        versions = self.history.setdefault(app.id, {})
        versions[app.version] = app
        used = {each.version for each in self.instances.values() if each.app_id == app.id}
        for version in sorted(versions)[:-KEPT_VERSIONS]:
            if version not in used:
                del versions[version]

    def dump(self) -> Dict[str, Dict[str, Any]]:
        """kind -> id -> JSON value."""
        return {
            "apps": {
                app_id: {
                    "current": self.apps[app_id].version if app_id in self.apps else None,
                    "versions": [asdict(app) for app in versions.values()],
                }
                for app_id, versions in self.history.items()
            },
            "instance": {each.id: asdict(each) for each in self.instances.values()},
            "deployment": {each.id: asdict(each) for each in self.deployments.values()},
            "taskFailures": dict(self.failures),
            "group": dict(self.groups),
            "framework-id": {"id": self.framework_id} if self.framework_id else {},
        }

    def load(self, kinds: Dict[str, Dict[str, Any]]) -> None:
        """The opposite of dump."""
        for app_id, record in kinds.get("apps", {}).items():
            self.history[app_id] = {each["version"]: App(**each) for each in record["versions"]}
            if record["current"]:
                self.apps[app_id] = self.history[app_id][record["current"]]
        self.instances = {key: Instance(**value) for key, value in kinds.get("instance", {}).items()}
        ordered = sorted(kinds.get("deployment", {}).items(), key=lambda item: item[1]["version"])
        self.deployments = {key: Deployment(**value) for key, value in ordered}
        self.failures = dict(kinds.get("taskFailures", {}))
        self.groups = dict(kinds.get("group", {}))
        self.framework_id = kinds.get("framework-id", {}).get("id")
