# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declaring an app to Marathon; the logic of the module marathon_app."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence

from ..errors import InputError
from ..mesos.sandbox import Sandboxes
from ..wait import Patience, WaitTimeout
from .compare import Change, difference, plan, public, with_options
from .deployment import gone, patience_of, roll_back, settled
from .explain import holder_words, leading_master
from .kinds import KINDS, ROOT
from .normal_form import App, Settings, absolute, fill, migrate
from .rest import AlreadyExists, Locked, Marathon, MarathonError, Unclear, marathon_argument_spec
from .rules import id_faults, legacy_faults, partial_faults, whole_faults
from .schema import Checker, Fault

STATES = ("present", "absent", "restarted", "suspended")
LOCK_POLICIES = ("wait", "force", "fail")
# Options of the module that are fields of the app.
FIELDS = ("id", "cmd", "args", "instances", "cpus", "mem", "disk", "user", "role", "env", "labels")
ATTEMPTS = 3
LOOKS = 2


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    marathon: Optional[Marathon] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``marathon``, ``clock`` and ``sleep`` are given by tests."""
    if params["timeout"] < 0:
        raise InputError(f"timeout is {params['timeout']}; it must not be negative")
    given = definition(params)
    marathon = marathon or Marathon.from_params(params)
    patience = patience_of(params["timeout"], clock, sleep)
    run = _Run(params, check_mode, warn, marathon, patience, given)
    started = clock()
    result = run.remove() if params["state"] == "absent" else run.declare()
    return {**result, "app_id": run.app_id, "url": marathon.base, "waited": round(clock() - started, 1)}


def definition(params: Mapping[str, Any]) -> App:
    """The fields of the app that the options give, checked as far as that is possible without Marathon.

    :raises InputError: names all faults at once.
    """
    given = with_options(params.get("app") or {}, {name: params.get(name) for name in FIELDS}, params.get("secret_env") or {})
    if params["state"] == "suspended":
        if given.get("instances"):
            raise InputError(f"state is suspended, which means no instances, but instances is {given['instances']}; leave it out")
        given["instances"] = 0
    if not given.get("id"):
        raise InputError("The app has no id; give it as id, or in app")
    checker = Checker()
    checked = checker.app(given)
    today = fill(migrate({name: value for name, value in checked.items() if value is not None}, Settings()), KINDS[ROOT])
    # Defaults of fields that are not given say nothing about an app that may be there already.
    today = {name: value for name, value in today.items() if name in checked or name in ("networks", "container", "fetch", "portDefinitions")}
    faults = [*checker.faults, *legacy_faults(checked)]
    broken = {fault.top for fault in faults}
    faults += [fault for fault in partial_faults(today) if fault.top not in broken]
    if "id" in checked:
        faults += id_faults(checked["id"])
    _refuse(faults)
    return checked


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        said = list(dict.fromkeys(str(fault) for fault in faults))
        what = "fault" if len(said) == 1 else "faults"
        raise InputError(f"The app has {len(said)} {what}, nothing was sent: " + "; ".join(said), faults=said)


class _Run:
    """One run of the module."""

    def __init__(
        self, params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None], marathon: Marathon, patience: Patience, given: App
    ) -> None:
        self.params = params
        self.check_mode = check_mode
        self.marathon = marathon
        self.patience = patience
        self.given = given
        self.app_id = absolute(given["id"])
        self._secret_env = frozenset(params.get("secret_env") or ())
        self.deployments: List[str] = []
        self._sandboxes = Sandboxes.from_params(params, partial(leading_master, marathon))
        self._warned: Dict[str, None] = {}
        self._warn = warn

    def note(self, text: str) -> None:
        """Warn, once for each text."""
        if text not in self._warned:
            self._warned[text] = None
            self._warn(f"{self.app_id}: {text}")

    def secret_env(self, app: Optional[App]) -> FrozenSet[str]:
        """The variables that are not shown: the secret ones, and those of the app that this run does not give, which may be secret too."""
        plain = set(self.given.get("env") or ()) - self._secret_env
        return self._secret_env | (frozenset((app or {}).get("env") or ()) - plain)

    # present, restarted, suspended

    def declare(self) -> Dict[str, Any]:
        settings = Settings.of(self.marathon.info())
        current = self.marathon.app(self.app_id)
        change = self._plan(current, settings)
        restart = self.params["state"] == "restarted" and current is not None
        result = {
            "changed": change.needed or restart,
            "created": change.before is None,
            "changed_fields": change.fields,
            "restarted": (restart and not (change.needed and change.restarts_tasks)) or change.needs_restart,
            "diff": difference(change, self.secret_env(current)),
        }
        if self.check_mode:
            shown = public({**(current or {}), **change.after}, self.secret_env(current))
            return {**result, "app": shown, "tasks": (current or {}).get("tasks") or [], **self._deployment()}
        version = (current or {}).get("version")
        try:
            if change.needed and self._apply(change, settings) is None:
                # Another run has made the same change meanwhile.
                result.update(changed=restart, created=False, changed_fields=[], diff={"before": {}, "after": {}})
            if result["restarted"]:
                self._restart(change, settings)
            app = self._settle(settings, LOOKS if result["changed"] else 1) if self.params["wait"] else self.marathon.app(self.app_id)
        except MarathonError as error:
            raise self._failed(error, version) from error
        if result["changed"]:
            self._compare_again(app, settings)
        return {**result, "app": public(app or {}, self.secret_env(app)), "tasks": (app or {}).get("tasks") or [], **self._deployment()}

    def _plan(self, current: Optional[App], settings: Settings) -> Change:
        if current is None and not (set(self.given) - {"id", "instances"}):
            raise InputError(f"There is no app {self.app_id}, and nothing says what it should run; give cmd, args, or a container in app")
        change = plan(self.app_id, self.given, current, settings, self.params["exclusive"], self.note)
        if change.needed:
            _refuse(whole_faults(change.whole, settings, change.known))
        return change

    def _apply(self, change: Change, settings: Settings) -> Optional[str]:
        """Send the change, and return the id of the deployment; None when another run has made it meanwhile."""
        def send(force: bool) -> Optional[str]:
            nonlocal change
            if tried:
                change = self._plan(self.marathon.app(self.app_id), settings)
                if not change.needed:
                    return self._deployment_of_mine() if tried[-1] == "unclear" else None
            if change.before is None:
                return self.marathon.create(change.body, force)
            return self.marathon.update(self.app_id, change.body, change.replace, force)

        tried: List[str] = []
        return self._send(send, tried)

    def _deployment_of_mine(self) -> str:
        """The deployment of a change whose answer was lost; empty when it has ended already."""
        running = (self.marathon.app(self.app_id) or {}).get("deployments") or []
        return running[0]["id"] if running else ""

    def _restart(self, change: Change, settings: Settings) -> None:
        if self.deployments:
            self._await_own()
        current = self.marathon.app(self.app_id)
        before = (current or {}).get("version")
        if change.needs_restart and self._plan(current, settings).fields:
            raise MarathonError(
                f"Marathon has not stored executorResources of {self.app_id}, as it sees no change in them alone; "
                "change another field along with them",
                app_id=self.app_id,
            )

        def send(force: bool) -> Optional[str]:
            # A restart gives the app a new version.
            if "unclear" in tried and (self.marathon.app(self.app_id) or {}).get("version") != before:
                return self._deployment_of_mine()
            return self.marathon.restart(self.app_id, force)

        tried: List[str] = []
        self._send(send, tried)

    def _await_own(self) -> None:
        try:
            gone(self.marathon, self.deployments[-1:], self.patience)
        except WaitTimeout as timed_out:
            raise MarathonError(f"App {self.app_id} cannot be restarted yet: {timed_out.message}") from timed_out

    def _settle(self, settings: Settings, looks: int) -> App:
        def still_mine(app: Mapping[str, Any]) -> Optional[str]:
            fields = plan(self.app_id, self.given, dict(app), settings, self.params["exclusive"]).fields
            return f"{', '.join(fields)} is not as declared" if fields and self.deployments else None

        return settled(self.marathon, self.app_id, self.patience, looks, still_mine, self._sandboxes)

    def _compare_again(self, app: Optional[App], settings: Settings) -> None:
        """A change that Marathon stored in another form than expected would be made again by each run, so it is told."""
        fields = plan(self.app_id, self.given, app, settings, self.params["exclusive"]).fields if app else []
        if fields:
            self.note(f"Marathon has stored {', '.join(fields)} otherwise than declared, so the next run will change it again")

    def _failed(self, error: MarathonError, version: Optional[str]) -> MarathonError:
        if not self.params["rollback_on_failure"] or not self.deployments:
            return error
        bound = patience_of(max(self.params["timeout"], 30), self.patience.clock, self.patience.sleep)
        outcome = roll_back(self.marathon, self.app_id, self.deployments[-1] or None, version, bound)
        return MarathonError(f"{error.message}; {outcome}", **{**error.details, "rollback": outcome})

    # absent

    def remove(self) -> Dict[str, Any]:
        current = self.marathon.app(self.app_id)
        before = public(plan(self.app_id, {}, current, Settings()).before, self.secret_env(current)) if current else {}
        result: Dict[str, Any] = {
            "changed": current is not None, "created": False, "restarted": False, "changed_fields": [], "diff": {"before": before, "after": {}},
            "app": {}, "tasks": [],
        }
        if current is not None and not self.check_mode:
            tried: List[str] = []

            def send(force: bool) -> Optional[str]:
                if tried and self.marathon.app(self.app_id) is None:
                    return ""
                return self.marathon.delete(self.app_id, force)

            self._send(send, tried)
            if self.params["wait"] and self.deployments and self.deployments[-1]:
                try:
                    gone(self.marathon, self.deployments[-1:], self.patience)
                except WaitTimeout as timed_out:
                    raise MarathonError(f"App {self.app_id} is not gone: {timed_out.message}", app_id=self.app_id) from timed_out
        return {**result, **self._deployment()}

    # all

    def _send(self, send: Callable[[bool], Optional[str]], tried: List[str]) -> Optional[str]:
        """Call ``send(force)`` until it is through: locks by the policy, a lost answer by looking again, which ``send`` does.

        ``tried`` has a word for each time that it was not: locked, exists, unclear.
        """
        force = self.params["on_lock"] == "force"
        while True:
            try:
                deployment = send(force)
            except Locked as locked:
                self._locked(locked)
                tried.append("locked")
            except AlreadyExists:
                if tried.count("exists") >= ATTEMPTS:
                    raise
                tried.append("exists")
            except Unclear as unclear:
                if tried.count("unclear") >= ATTEMPTS:
                    raise
                tried.append("unclear")
                self.note(f"{unclear.cause.message}; the app is read again before anything is repeated")
                self.patience.sleep(1.0)
            else:
                if deployment is not None:
                    self.deployments.append(deployment)
                return deployment

    def _locked(self, locked: Locked) -> None:
        holder = holder_words(locked.deployments, self.marathon.deployments())
        if self.params["on_lock"] != "wait":
            raise MarathonError(
                f"App {self.app_id} is locked by {holder}; wait for it, or set on_lock to wait or force",
                app_id=self.app_id,
                deployments=locked.deployments,
            ) from locked
        try:
            gone(self.marathon, locked.deployments, self.patience)
        except WaitTimeout as timed_out:
            raise MarathonError(
                f"App {self.app_id} is locked after {timed_out.details['waited']:.0f} s of waiting: {timed_out.last.seen}; "
                "repair or roll back that deployment, or set on_lock to force",
                app_id=self.app_id,
                deployments=locked.deployments,
            ) from timed_out
        if self.patience.left <= 0:
            raise MarathonError(f"App {self.app_id} is locked again and again, last by {holder}; raise timeout", app_id=self.app_id) from locked

    def _deployment(self) -> Dict[str, Any]:
        known = [each for each in self.deployments if each]
        return {"deployment_id": known[-1] if known else None}


def shown_option(name: str, params: Mapping[str, Any]) -> Any:
    """An option that describes the app, without secrets."""
    return public(params["app"]) if name == "app" else public({name: params[name]})[name]


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        app=dict(type="dict", default={}),
        id=dict(type="str"),
        cmd=dict(type="str"),
        args=dict(type="list", elements="str"),
        instances=dict(type="int"),
        cpus=dict(type="float"),
        mem=dict(type="float"),
        disk=dict(type="float"),
        user=dict(type="str"),
        role=dict(type="str"),
        env=dict(type="dict"),
        secret_env=dict(type="dict", no_log=True),
        labels=dict(type="dict"),
        exclusive=dict(type="bool", default=False),
        state=dict(type="str", choices=list(STATES), default="present"),
        wait=dict(type="bool", default=True),
        timeout=dict(type="int", default=300),
        on_lock=dict(type="str", choices=list(LOCK_POLICIES), default="wait"),
        rollback_on_failure=dict(type="bool", default=False),
        **marathon_argument_spec(),
    ),
    requirements=("requests",),
    shown={name: partial(shown_option, name) for name in ("app", "cmd", "args", "env", "labels")},
    mutually_exclusive=[("cmd", "args")],
)
