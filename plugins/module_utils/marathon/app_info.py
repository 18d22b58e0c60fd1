# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon says about itself and its apps, and waiting for it; the logic of the module marathon_app_info."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import InputError
from ..http_client import HttpError
from ..mesos.sandbox import Sandboxes
from ..wait import Observation, Patience, WaitTimeout
from .compare import public
from .deployment import patience_of, standing
from .explain import (
    deployment_words,
    failure_words,
    leading_master,
    offer_words,
    reasons,
    written,
)
from .normal_form import App, absolute
from .rest import Marathon, MarathonError, marathon_argument_spec

CONDITIONS = ("none", "leader", "deployed", "running", "healthy")


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    marathon: Optional[Marathon] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``marathon``, ``clock`` and ``sleep`` are given by tests."""
    condition = params["wait_for"]
    if params["timeout"] < 0:
        raise InputError(f"timeout is {params['timeout']}; it must not be negative")
    if params.get("id") and (params.get("label") or params.get("prefix")):
        raise InputError("id names one app; leave out label and prefix, or id")
    marathon = marathon or Marathon.from_params(params)
    started = clock()
    if condition != "none":
        marathon.leader_timeout = min(marathon.leader_timeout, params["timeout"])
        sandboxes = Sandboxes.from_params(params, partial(leading_master, marathon))
        _wait(params, marathon, patience_of(params["timeout"], clock, sleep), sandboxes)
    waited = round(clock() - started, 1)
    apps = selected(params, marathon)
    queue, deployments, info = marathon.queue(), marathon.deployments(), marathon.info()
    return {
        "changed": False,
        "url": marathon.base,
        "waited": waited,
        "leader": info.get("leader"),
        "version": info.get("version"),
        "framework_id": info.get("frameworkId"),
        "config": info.get("marathon_config") or {},
        "marathons": _marathons(marathon),
        "apps": [_app(app, queue, deployments) for app in apps],
        "tasks": [task for app in apps for task in app.get("tasks") or []],
        "deployments": [{**each, "state": deployment_words(each)} for each in deployments],
        "queue": [_queue_item(item) for item in queue],
    }


def selected(params: Mapping[str, Any], marathon: Marathon) -> List[App]:
    """The apps that id, label and prefix choose, with their tasks, in the order of their ids."""
    if params.get("id"):
        app = marathon.app(absolute(params["id"]))
        return [app] if app else []
    found = marathon.apps(params.get("label"))
    prefix = absolute(params.get("prefix") or "/").rstrip("/")
    chosen = sorted((app["id"] for app in found if app["id"] == prefix or app["id"].startswith(prefix + "/")))
    # The list has no tasks and no failures; an app that has gone between the two calls is left out.
    return [app for app in (marathon.app(app_id) for app_id in chosen) if app]


def _wait(params: Mapping[str, Any], marathon: Marathon, patience: Patience, sandboxes: Sandboxes) -> None:
    condition = params["wait_for"]
    chosen: List[App] = []

    def probe() -> Observation:
        if condition == "leader":
            leader = marathon.leader()
            return Observation(bool(leader), "no Marathon leads")
        chosen[:] = selected(params, marathon)
        if not chosen:
            return Observation(False, "there is no such app")
        missing = [f"{app['id']}: {said}" for app in chosen for done, said in [_condition(condition, app)] if not done]
        return Observation(not missing, ", ".join(missing))

    started = patience.clock()
    try:
        patience.wait(probe, condition)
    except WaitTimeout as timed_out:
        why = _reasons(marathon, chosen, sandboxes)
        waited = patience.clock() - started
        raise MarathonError(
            "; ".join([f"Marathon is not as expected (wait_for {condition}) after {waited:.0f} s: {timed_out.last.seen}", *why]),
            last_seen=timed_out.last.seen,
            reasons=why,
        ) from timed_out


def _condition(condition: str, app: App) -> Any:
    if condition == "deployed":
        return not app.get("deployments"), f"deployment {', '.join(each['id'] for each in app.get('deployments') or [])} is running"
    if condition == "running":
        return app.get("tasksRunning", 0) >= app["instances"], f"{app.get('tasksRunning', 0)} of {app['instances']} instances run"
    return standing({**app, "deployments": []})


def _reasons(marathon: Marathon, apps: List[App], sandboxes: Sandboxes) -> List[str]:
    try:
        queue, deployments = marathon.queue(), marathon.deployments()
    except HttpError:
        # The message of the time-out says already that Marathon does not answer.
        return []
    unfinished = [app for app in apps if not standing(app)[0]]
    return [f"{app['id']}: {why}" for app in unfinished for why in reasons(app, queue, deployments, written(app, sandboxes))]


def _app(app: App, queue: List[Dict[str, Any]], deployments: List[Dict[str, Any]]) -> Dict[str, Any]:
    done, said = standing(app)
    shown = public({name: value for name, value in app.items() if name != "tasks"})
    return {
        **shown,
        "ready": done,
        "state": said,
        "last_failure": failure_words(app.get("lastTaskFailure"), app.get("version")),
        "reasons": [] if done else reasons(app, queue, deployments),
    }


def _queue_item(item: Mapping[str, Any]) -> Dict[str, Any]:
    delay = item.get("delay") or {}
    return {
        "id": (item.get("app") or item.get("pod") or {}).get("id"),
        "count": item.get("count"),
        "delay": delay.get("timeLeftSeconds"),
        "overdue": delay.get("overdue"),
        "since": item.get("since"),
        "reason": offer_words(item),
    }


def _marathons(marathon: Marathon) -> List[Dict[str, Any]]:
    found = []
    for base in sorted(marathon.bases):
        try:
            info = marathon.ask(base, "/v2/info")
        except HttpError as error:
            if error.status in (401, 403):
                raise
            found.append({"url": base, "up": False, "reason": error.reason})
        else:
            found.append({"url": base, "up": True, "reason": "", "version": info.get("version"), "leader": info.get("leader")})
    return found


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        id=dict(type="str"),
        label=dict(type="str"),
        prefix=dict(type="str"),
        wait_for=dict(type="str", choices=list(CONDITIONS), default="none"),
        timeout=dict(type="int", default=60),
        **marathon_argument_spec(),
    ),
    requirements=("requests",),
)
