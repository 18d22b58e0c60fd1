# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an app would change: which fields a run manages, what Marathon would make of them, and what has to be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, Collection, Dict, List, Mapping, Match, Optional

from ..errors import InputError
from ..secrets import HIDDEN, Secrets, public_arguments
from .normal_form import (
    SINGLE_INSTANCE,
    SINGLE_UPGRADE,
    App,
    Note,
    Settings,
    assign_ports,
    canonical,
    complete,
    migrate,
    stored,
)

# A partial update keeps these when it does not name them, so only a replacement takes them away.
ONLY_BY_REPLACING = frozenset(("cmd", "container", "check", "user", "taskKillGracePeriodSeconds", "tty", "acceptedResourceRoles"))
# A partial update drops these when it does not name them, and a replacement drops the first one always (bugs of the server).
FORGOTTEN = ("executorResources", "resourceLimits")
#: What is hidden unless more is named.
SECRETS = Secrets()

# An option of a command and the word after it.
_OPTION = re.compile(r"(?<!\S)(-[^\s=]+\s+)[^\s-]\S*")
EMPTY: Dict[str, Any] = {
    "args": [], "constraints": [], "dependencies": [], "env": {}, "fetch": [], "healthChecks": [], "labels": {}, "readinessChecks": [], "secrets": {},
}


@dataclass(frozen=True)
class Change:
    """What a run would do to an app. ``before`` and ``after`` are canonical; ``before`` is None for a new app.

    ``body`` is what to send, in today's fields, ``replace`` whether as a replacement (partialUpdate=false), ``fields`` the paths that differ;
    ``known`` and ``whole`` are the app as it is and as it would be, in the form of complete().
    """

    before: Optional[App]
    after: App
    body: App
    replace: bool
    fields: List[str]
    whole: App
    known: Optional[App] = None

    @property
    def needed(self) -> bool:
        return self.before is None or bool(self.fields)

    @property
    def restarts_tasks(self) -> bool:
        """Whether Marathon itself starts new tasks for it: not for a new number of instances and not for executorResources."""
        return self.before is None or any(not path.startswith(("instances", "executorResources")) for path in self.fields)

    @property
    def needs_restart(self) -> bool:
        """Whether tasks have to be restarted because Marathon does not see that they are out of date (a bug of the server)."""
        return self.before is not None and not self.restarts_tasks and any(path.startswith("executorResources") for path in self.fields)


def plan(app_id: str, given: App, current: Optional[App], settings: Settings, exclusive: bool = False, note: Note = lambda text: None) -> Change:
    """Compare the given fields with the app as Marathon has it, None if it has none.

    A field that is given as None, and with ``exclusive`` every field that is not given, goes back to Marathon's default.

    :raises InputError: the change cannot be made in one step.
    """
    migrated = migrate({**given, "id": app_id}, settings, note)
    wanted = {name: value for name, value in migrated.items() if value is not None}
    if current is None:
        if wanted.get("labels", {}).get(SINGLE_INSTANCE) == "true" and "upgradeStrategy" not in wanted:
            wanted["upgradeStrategy"] = dict(SINGLE_UPGRADE)
        whole = complete(wanted, settings, note)
        after = canonical(whole)
        return Change(None, after, wanted, False, sorted(name for name in wanted if name != "id"), whole)
    known = stored(current, settings)
    reset = {name for name, value in migrated.items() if value is None}
    if exclusive:
        reset |= set(known) - set(wanted) - {"id", "role"}
    if wanted.get("args") and "cmd" not in wanted:
        reset.add("cmd")
    if wanted.get("cmd") and "args" not in wanted:
        reset.add("args")
    merged = {name: value for name, value in known.items() if name not in reset}
    merged.update(wanted)
    if (merged.get("labels") or {}).get(SINGLE_INSTANCE) == "true" and "labels" in wanted and "upgradeStrategy" not in wanted:
        merged["upgradeStrategy"] = wanted["upgradeStrategy"] = dict(SINGLE_UPGRADE)
    if known.get("portDefinitions") and "portDefinitions" not in wanted and _contained(merged):
        # Else Marathon makes port mappings of them, which the next run would take away again.
        merged["portDefinitions"] = wanted["portDefinitions"] = []
    whole = assign_ports(complete(merged, settings, note), known, settings)
    before, after = canonical(known), canonical(whole)
    fields = changed_paths(before, after)
    taken_away = {name for name in reset if name in before and name not in after and name in ONLY_BY_REPLACING}
    if not exclusive and not reset - {"args"}:
        return Change(before, after, _partial(wanted, known, reset), False, fields, whole, known)
    if "executorResources" not in after:
        return Change(before, after, whole, True, fields, whole, known)
    if taken_away:
        raise InputError(
            f"Marathon cannot take away {' and '.join(sorted(taken_away))} and keep executorResources in one update; "
            "take executorResources away too, or set state to absent first"
        )
    return Change(before, after, {**EMPTY, **whole}, False, fields, whole, known)


def _partial(wanted: App, known: App, reset: Collection[str]) -> App:
    body = dict(wanted)
    for name in FORGOTTEN:
        if name not in body and known.get(name):
            body[name] = known[name]
    if "args" in reset and known.get("args"):
        body["args"] = []
    return body


def _contained(app: App) -> bool:
    return any(each.get("mode", "container") != "host" for each in app.get("networks") or [])


def changed_paths(before: Any, after: Any, path: str = "") -> List[str]:
    """The places at which two canonical values differ, such as env.A or container.docker.image."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted(set(before) | set(after))
        inner = ((f"{path}.{name}" if path else name, before.get(name), after.get(name)) for name in names)
        return [each for where, old, new in inner if old != new for each in changed_paths(old, new, where)]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after) and any(isinstance(each, dict) for each in before):
        pairs = enumerate(zip(before, after))
        return [each for number, (old, new) in pairs if old != new for each in changed_paths(old, new, f"{path}[{number}]")]
    return [path] if before != after else []


def public(app: Any, secret_env: Collection[str] = (), secrets: Secrets = SECRETS) -> Any:
    """An app as it may be shown: values whose name looks like a password's are hidden, passwords inside other texts, and ``secret_env``."""
    if isinstance(app, dict):
        shown = {name: _public_value(name, value, secrets) for name, value in app.items()}
        if secret_env and isinstance(shown.get("env"), dict):
            hidden = {name: HIDDEN for name, value in shown["env"].items() if name in secret_env and isinstance(value, str)}
            shown["env"] = {**shown["env"], **hidden}
        return shown
    if isinstance(app, list):
        return [public(each, (), secrets) for each in app]
    return secrets.show("", app) if isinstance(app, str) else app


def _public_value(name: str, value: Any, secrets: Secrets) -> Any:
    if isinstance(value, str):
        return secrets.show(name, _OPTION.sub(partial(_option, secrets), value) if name == "cmd" else value)
    if name == "args" and isinstance(value, list):
        return public_arguments([str(each) for each in value])
    # A reference to a secret ({"secret": name}) is not the secret.
    if isinstance(value, dict) and set(value) == {"secret"}:
        return value
    return public(value, (), secrets)


def _option(secrets: Secrets, match: Match[str]) -> str:
    return match.group(1) + HIDDEN if secrets.is_secret(match.group(1)) else match.group()


def difference(change: Change, secret_env: Collection[str]) -> Dict[str, Any]:
    """Before and after for Ansible's --diff, without secrets; a secret with a new value is marked, as it would not show."""
    before = public(change.before, secret_env) if change.before is not None else {}
    after = public(change.after, secret_env)
    for path in change.fields:
        if path.startswith("env."):
            name = path[4:]
            old, new = before.get("env", {}).get(name), after.get("env", {}).get(name)
            if old == new == HIDDEN:
                after["env"][name] = f"{new} (new value)"
    return {"before": before, "after": after}


def with_options(app: Mapping[str, Any], options: Mapping[str, Any], secret_env: Mapping[str, Any]) -> App:
    """``app`` with the module's own options over it.

    :raises InputError: both give a field, or an environment variable or label, and not the same.
    """
    merged = dict(app)
    for name, value in options.items():
        if value is None:
            continue
        there = merged.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            clash = sorted(key for key in value if key in there and there[key] != value[key])
            if clash:
                raise InputError(f"{name}.{clash[0]} is given twice, in app and in the option {name}; keep one of them")
            merged[name] = {**there, **value}
        elif there is not None and there != value and not (name == "id" and str(there).strip("/") == str(value).strip("/")):
            raise InputError(f"{name} is given twice, in app and as an option; keep one of them")
        else:
            merged[name] = value
    if secret_env:
        env = merged.get("env") or {}
        twice = sorted(set(env) & set(secret_env)) if isinstance(env, dict) else []
        if twice:
            raise InputError(f"{twice[0]} is given in env and in secret_env; keep one of them")
        merged["env"] = {**env, **secret_env} if isinstance(env, dict) else env
    return merged
