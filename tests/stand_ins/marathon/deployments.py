# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployments: the plan from the apps as they are to the apps as they should be, and its steps.

Does not wait for the artefacts that the real one once resolved, and does not know pods.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .model import App, Deployment, Instance, new_instance
from .normal import is_change, is_upgrade

if TYPE_CHECKING:
    from .core import Core

START, STOP, SCALE, RESTART = "StartApplication", "StopApplication", "ScaleApplication", "RestartApplication"


class Locked(Exception):
    """Other deployments work on the same apps."""

    def __init__(self, ids: List[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


class TooMany(Exception):
    """max_running_deployments is reached."""


def plan(original: Dict[str, Optional[App]], target: Dict[str, Optional[App]], everything: Dict[str, App]) -> List[List[Dict[str, str]]]:
    """Steps: stop what goes, start what is new with no instances, then scale or restart in the order of dependencies."""
    steps: List[List[Dict[str, str]]] = []
    ids = sorted(target)
    steps.append([{"action": STOP, "app": app_id} for app_id in ids if target[app_id] is None and original.get(app_id) is not None])
    steps.append([{"action": START, "app": app_id} for app_id in ids if target[app_id] is not None and original.get(app_id) is None])
    levels: Dict[int, List[Dict[str, str]]] = {}
    for app_id in ids:
        old, new = original.get(app_id), target[app_id]
        if new is None:
            continue
        action = None
        if old is None or (old.spec["instances"] != new.spec["instances"] and not _replaced(old, new)):
            action = SCALE
        elif _replaced(old, new):
            action = RESTART
        if action:
            levels.setdefault(depth(app_id, everything, []), []).append({"action": action, "app": app_id})
    return [step for step in steps + [levels[level] for level in sorted(levels)] if step]


def _replaced(old: App, new: App) -> bool:
    return is_upgrade(old.spec, new.spec) or not (new.is_current(old.version) or old.is_current(new.version))


def depth(app_id: str, apps: Dict[str, App], path: List[str]) -> int:
    """How many dependencies stand below."""
    if app_id in path or app_id not in apps:
        return 0
    return max((1 + depth(each, apps, path + [app_id]) for each in apps[app_id].spec.get("dependencies", [])), default=0)


class Deployments:
    """All calls hold the core's lock."""

    def __init__(self, core: "Core") -> None:
        self.core = core

    def new_version(self, spec: Dict[str, Any], version: str, restart: bool) -> App:
        """The app's next version: what kind of change it is decides on versionInfo."""
        old = self.core.state.apps.get(spec["id"])
        if old is None or is_upgrade(old.spec, spec):
            return App(spec, version, version, version)
        if restart:
            return App(spec, version, old.scaled, version)
        if old.spec["instances"] != spec["instances"]:
            return App(spec, version, version, old.changed)
        return App(spec, version, old.scaled, old.changed) if is_change(old.spec, spec) else old

    def deploy(self, changes: Dict[str, Optional[Dict[str, Any]]], force: bool, restart: bool = False) -> Deployment:
        """Change apps (None removes one): the running deployment, or Locked, or TooMany."""
        version = self.core.versions.next()
        target = {app_id: self.new_version(spec, version, restart) if spec else None for app_id, spec in changes.items()}
        return self.begin(target, version, force)

    def begin(self, target: Dict[str, Optional[App]], version: str, force: bool, original_version: str = "") -> Deployment:
        """Make the apps be what they should be, and start the steps."""
        state = self.core.state
        original = {app_id: state.apps.get(app_id) for app_id in target}
        everything = {**state.apps, **{app_id: app for app_id, app in target.items() if app}}
        before = {app_id: asdict(app) if app else None for app_id, app in original.items()}
        after = {app_id: asdict(app) if app else None for app_id, app in target.items()}
        deployment = Deployment(str(uuid.uuid4()), version, before, after, plan(original, target, everything))
        deployment.original_version = original_version or max((app.version for app in state.apps.values()), default=version)
        conflicts = [each for each in state.deployments.values() if set(each.apps) & set(deployment.apps)]
        if conflicts and not force:
            raise Locked([each.id for each in conflicts])
        if len(state.deployments) - len(conflicts) >= self.core.flags.max_running_deployments:
            raise TooMany()
        for each in conflicts:
            self.cancel(each)
        for app_id, app in target.items():
            old = original[app_id]
            if app is None:
                state.apps.pop(app_id, None)
            else:
                if old is None or old.changed != app.changed:
                    self.core.queue.reset(app_id)
                state.apps[app_id] = app
                state.remember(app)
        state.deployments[deployment.id] = deployment
        self.core.events.publish("deployment_info", {"plan": {"id": deployment.id, "version": version}, "currentStep": {"actions": []}})
        return deployment

    def cancel(self, deployment: Deployment) -> None:
        """End it where it is."""
        self.core.state.deployments.pop(deployment.id, None)
        self.core.events.publish("deployment_failed", {"id": deployment.id, "reason": "canceled"})

    def roll_back(self, deployment: Deployment) -> Deployment:
        """Undo it with a deployment the other way."""
        self.cancel(deployment)
        target: Dict[str, Optional[App]] = {}
        for app_id, record in deployment.original.items():
            target[app_id] = App(**record) if record else None
        result = self.begin(target, self.core.versions.next(), True, deployment.original_version)
        result.version = deployment.original_version or result.version
        return result

    def advance(self) -> bool:
        """Move all deployments as far as they go; whether any moved."""
        moved = False
        for deployment in list(self.core.state.deployments.values()):
            while deployment.step < len(deployment.steps):
                # All of them act, also after one that is not done.
                done = [self._act(deployment, action) for action in deployment.steps[deployment.step]]
                if not all(done):
                    break
                deployment.step += 1
                moved = True
                self.core.events.publish("deployment_step_success", {"plan": {"id": deployment.id}, "currentStep": deployment.step})
            if deployment.step >= len(deployment.steps):
                del self.core.state.deployments[deployment.id]
                self.core.events.publish("deployment_success", {"id": deployment.id, "plan": {"id": deployment.id}})
                moved = True
        return moved

    def _act(self, deployment: Deployment, action: Dict[str, str]) -> bool:
        app_id, name = action["app"], action["action"]
        if name == STOP:
            return self._stop(app_id)
        record = deployment.target[app_id]
        if name == START or record is None:
            return True
        app = App(**record)
        if name == SCALE:
            self.core.tracker.scale(app, app.spec["instances"])
            return self._settled(app)
        return self._replace(app)

    def _stop(self, app_id: str) -> bool:
        state = self.core.state
        for instance in state.by_app(app_id):
            if not instance.stopping:
                self.core.tracker.stop(instance)
        if state.by_app(app_id):
            return False
        self.core.queue.reset(app_id)
        if app_id not in state.apps:
            state.history.pop(app_id, None)
            state.failures.pop(app_id, None)
            self.core.events.publish("app_terminated_event", {"appId": app_id})
        return True

    def _settled(self, app: App) -> bool:
        instances = self.core.state.by_app(app.id)
        ready = [each for each in instances if each.counts and self.core.tracker.is_ready(each, app)]
        return len(ready) >= app.spec["instances"] and not any(each.stopping for each in instances)

    def _replace(self, app: App) -> bool:
        """A rolling upgrade inside minimumHealthCapacity and maximumOverCapacity."""
        core, count = self.core, app.spec["instances"]
        for instance in core.state.by_app(app.id):
            if not app.is_current(instance.version) and not instance.live:
                core.tracker.stop(instance)
        instances = core.state.by_app(app.id)
        old = [each for each in instances if not app.is_current(each.version)]
        fresh = [each for each in instances if app.is_current(each.version) and each.counts]
        least = math.ceil(count * app.spec["upgradeStrategy"]["minimumHealthCapacity"])
        most = int(count * (1 + app.spec["upgradeStrategy"]["maximumOverCapacity"]))
        if least == most and most <= len(instances):
            most += 1
        ready = [each for each in fresh if core.tracker.is_ready(each, app)]
        alive = [each for each in old if not each.stopping]
        for instance in self._first(alive)[: max(0, len(alive) + len(ready) - least)]:
            core.tracker.stop(instance)
        occupied = len([each for each in core.state.by_app(app.id) if each not in fresh]) + len(fresh)
        wanted = min(count, len(fresh) + max(0, most - occupied))
        if wanted > len(fresh):
            self._add(app, wanted - len(fresh))
        for instance in core.tracker.surplus(app, len(fresh) - count) if len(fresh) > count and not old else []:
            core.tracker.stop(instance)
        return not old and self._settled(app)

    def _first(self, old: List[Instance]) -> List[Instance]:
        def unhealthy(each: Instance) -> bool:
            return bool((each.task or {}).get("health") and not (each.task or {})["health"]["alive"])

        return sorted(old, key=lambda each: (not unhealthy(each), each.since))

    def _add(self, app: App, count: int) -> None:
        for _extra in range(count):
            instance = new_instance(app.id, app.version, self.core.now())
            self.core.state.instances[instance.id] = instance
