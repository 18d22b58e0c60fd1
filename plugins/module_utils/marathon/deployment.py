# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for deployments and for apps, and what to do when they do not come."""

from __future__ import annotations

from typing import Any, Callable, Collection, Dict, List, Mapping, Optional, Tuple

from ..http_client import HttpError, unavailable
from ..mesos.sandbox import Sandboxes
from ..wait import Observation, Patience, WaitTimeout
from .explain import deployment_words, look
from .rest import Marathon, MarathonError


def patience_of(timeout: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> Patience:
    """A bound in seconds, within which a Marathon that cannot be asked at the moment is waited for."""
    return Patience(timeout, clock, sleep, heals=unavailable)


def gone(marathon: Marathon, ids: Collection[str], patience: Patience) -> None:
    """Wait until none of the deployments runs any more.

    :raises WaitTimeout: names those that do.
    """
    def probe() -> Observation:
        running = [each for each in marathon.deployments() if each["id"] in ids]
        return Observation(not running, "; ".join(deployment_words(each) for each in running))

    patience.wait(probe, f"deployment {' and '.join(sorted(ids))} to end")


def standing(app: Mapping[str, Any]) -> Tuple[bool, str]:
    """Whether an app runs as declared, and what is missing in a few words."""
    wanted = app["instances"]
    running, healthy = app.get("tasksRunning", 0), app.get("tasksHealthy", 0)
    alive = [task for task in app.get("tasks") or [] if task.get("state") in ("TASK_RUNNING", "TASK_STAGING", "TASK_STARTING", "TASK_KILLING")]
    said = f"{running} of {wanted} instances run"
    if app.get("healthChecks"):
        said += f", {healthy} healthy"
    if app.get("deployments"):
        return False, f"{said}, deployment {app['deployments'][0]['id']} is running"
    if running != wanted or (wanted == 0 and alive):
        return False, said
    if app.get("healthChecks") and (healthy < wanted or app.get("tasksUnhealthy")):
        return False, said
    return True, said


def settled(
    marathon: Marathon,
    app_id: str,
    patience: Patience,
    looks: int = 1,
    still_mine: Callable[[Mapping[str, Any]], Optional[str]] = lambda app: None,
    sandboxes: Optional[Sandboxes] = None,
) -> Dict[str, Any]:
    """Wait until the app runs as declared and no deployment holds it, and return it.

    An app without health checks must be seen with the same tasks ``looks`` times, so that one that starts and dies is not taken
    for running. ``still_mine`` says why the app is not the one that was deployed (any more), or None. ``sandboxes`` tell what tasks wrote
    that do not come up.

    :raises MarathonError: it does not, and why.
    """
    seen: List[List[str]] = []

    def probe() -> Observation:
        app = marathon.app(app_id)
        if app is None:
            raise MarathonError(f"App {app_id} is gone: it was deleted, or its first deployment was rolled back", app_id=app_id)
        done, said = standing(app)
        strange = None if app.get("deployments") else still_mine(app)
        if strange:
            raise MarathonError(f"The deployment of {app_id} was cancelled or overtaken: {strange}", app_id=app_id)
        seen.append(sorted(task["id"] for task in app.get("tasks") or []))
        steady = app.get("healthChecks") or len(seen) >= looks and all(tasks == seen[-1] for tasks in seen[-looks:])
        return Observation(bool(done and steady), said, app)

    try:
        app: Dict[str, Any] = patience.wait(probe, f"app {app_id}")
        return app
    except WaitTimeout as timed_out:
        raise stuck(marathon, app_id, timed_out, sandboxes) from timed_out


def stuck(marathon: Marathon, app_id: str, timed_out: WaitTimeout, sandboxes: Optional[Sandboxes] = None) -> MarathonError:
    """The error of an app that did not come up in time, with the reasons that Marathon gives."""
    app, why = None, []
    try:
        app = marathon.app(app_id)
        why = look(marathon, app, sandboxes) if app else []
    except HttpError as error:
        why = [error.message]
    said = f"App {app_id} is not as declared after {timed_out.details['waited']:.0f} s: {timed_out.last.seen}"
    return MarathonError(
        "; ".join([said, *why]),
        app_id=app_id,
        reasons=why,
        last_task_failure=(app or {}).get("lastTaskFailure"),
        deployments=[each["id"] for each in (app or {}).get("deployments") or []],
    )


def roll_back(marathon: Marathon, app_id: str, deployment_id: Optional[str], version_before: Optional[str], patience: Patience) -> str:
    """Bring the app back to what it was before, and say in a sentence what came of it.

    A running deployment is rolled back by Marathon. One that has ended is undone by the version before; an app that is new is
    deleted, as Marathon's own rollback does it.
    """
    def undo() -> Optional[str]:
        app = marathon.app(app_id)
        running = {each["id"] for each in (app or {}).get("deployments") or []}
        if deployment_id and deployment_id in running:
            undone = marathon.undo(deployment_id)
            if undone:
                return undone
            app = marathon.app(app_id)
        if app is None:
            return None
        if version_before is None:
            return marathon.delete(app_id, force=True)
        if app.get("version") == version_before:
            return None
        return marathon.update(app_id, {"version": version_before}, force=True)

    try:
        rolling = undo()
        if rolling:
            gone(marathon, [rolling], patience)
        after = marathon.app(app_id)
    except (HttpError, MarathonError) as error:
        return f"the rollback failed: {error.message}"
    except WaitTimeout as timed_out:
        return f"it is being rolled back: {timed_out.last.seen}"
    if after is None:
        return "it was rolled back: as the app was new, it is removed again"
    return "it was rolled back to the definition before"
