# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a scheduler may register with Mesos once more as it is declared; the logic of the module mesos_registration_info.

Principal, user and checkpointing of a framework never change (Mesos 1.9 and newer, validateUpdate of master/validation.cpp): with another
principal the subscription ends in an error, another user or checkpointing is dropped with a line in the master's log, and an error for
Marathon as soon as it updates its framework. A restart of the master changes nothing, as agents bring the description back.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..errors import CollectionError, ZooKeeperError
from ..http_client import HttpError
from ..zookeeper.session import Session, session
from .masters import ONE_WAY, MesosError, MesosMasters, mesos_argument_spec, zookeeper_params
from .state import Framework, frameworks

# As text (Flink), and inside Marathon's protobuf, where a length stands before it.
_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{4,}")
DEPTH = 3
#: Earlier masters keep what a framework had, and let it in all the same.
FIXED_SINCE = (1, 9)


@dataclass(frozen=True)
class Declared:
    """What a scheduler would register with. ``principal`` is empty for none; ``authenticates`` says whether a secret goes with it.

    ``checkpoint`` is None where it is not up to the user.
    """

    scheduler: str
    principal: str
    authenticates: bool
    user: str
    checkpoint: Optional[bool]
    renew_with: str


@dataclass(frozen=True)
class Verdict:
    """The principal to register with, why that would fail, and whether the master's word was had for both."""

    principal: str
    faults: List[str]
    known: bool
    reason: str = ""


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    masters: Optional[MesosMasters] = None,
    recorded: Optional[Callable[[str], Optional[str]]] = None,
) -> Dict[str, Any]:
    """What the module does; ``masters`` and ``recorded`` are given by tests."""
    declared = Declared(**{name: params[name] for name in ("scheduler", "principal", "authenticates", "user", "checkpoint", "renew_with")})
    framework_id, framework, reason, fixed = None, None, "", True
    try:
        framework_id = (recorded or recorded_id)(params["record"])
        if framework_id:
            masters = masters or MesosMasters.from_params(params)
            framework = next((one for one in frameworks(masters) if one.id == framework_id), None)
            reason = "" if framework else f"no master lists the framework {framework_id}"
            fixed = not framework or framework.completed or masters.leader().number >= FIXED_SINCE
    except (ZooKeeperError, MesosError, HttpError) as error:
        framework, reason = None, error.message
    verdict = judge(declared, framework, reason, in_use(params.get("settings") or {}) if reason else None)
    verdict = verdict if fixed else replace(verdict, faults=[])
    return {"changed": False, "framework_id": framework_id, "framework": asdict(framework) if framework else None, **asdict(verdict)}


def recorded_id(record: str) -> Optional[str]:
    """The framework id that a scheduler keeps at or below a node, given as a zk:// URL; None when it keeps none."""
    with session(zookeeper_params(record)) as reader:
        return _found(reader, "/", DEPTH)


def _found(reader: Session, path: str, depth: int) -> Optional[str]:
    match = _ID.search(reader.data(path) or b"")
    if match:
        return match.group().decode()
    for name in reader.children(path) if depth else []:
        found = _found(reader, f"{path.rstrip('/')}/{name}", depth - 1)
        if found:
            return found
    return None


def in_use(settings: Mapping[str, str]) -> Optional[str]:
    """The principal that the scheduler's own settings name on this host; empty for none, None when there are no settings yet."""
    if not settings:
        return None
    try:
        with open(settings["path"], encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CollectionError(f"{settings['path']} cannot be read: {error.strerror}") from error
    match = re.search(rf"^{re.escape(settings['name'])}=\"?(.*?)\"?$", text, re.MULTILINE)
    return match.group(1) if match else ""


def judge(declared: Declared, framework: Optional[Framework], reason: str = "", used: Optional[str] = None) -> Verdict:
    """Compare with what Mesos has.

    A principal without a secret is for later: a framework that was registered without one, before the role gave it, stays without.
    ``reason`` says why Mesos could not tell; then the principal is the one in use, None if nothing is yet.
    """
    if framework is None:
        keeps = bool(reason) and used is not None and not declared.authenticates
        return Verdict(str(used) if keeps else declared.principal, [], not reason, reason)
    if framework.completed:
        fault = f"Mesos has removed the framework {framework.id} of {declared.scheduler}, which can never register again: "
        return Verdict(declared.principal, [f"{fault}set {declared.renew_with} to true, and it registers as a new one."], True)
    has = framework.principal or ""
    principal = has if not has and not declared.authenticates else declared.principal
    differing: List[Tuple[str, str, str]] = [
        ("principal", has or "none", principal or "none"),
        ("user", framework.user or "", declared.user),
    ]
    if declared.checkpoint is not None:
        differing.append(("checkpoint", str(framework.checkpoint).lower(), str(declared.checkpoint).lower()))
    faults = [
        f"{declared.scheduler}'s framework {framework.id} has the {name} {old}, Mesos lets no framework change it, and it would register with {new}"
        for name, old, new in differing
        if old != new
    ]
    way_out = (
        f": change that back, or set {declared.renew_with} to true, and {declared.scheduler} registers as a new framework, "
        "which ends the tasks of this one and starts them anew."
    )
    return Verdict(principal, ["; ".join(faults) + way_out] if faults else [], True)


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        # It may hold a password.
        record=dict(type="str", required=True, no_log=True),
        scheduler=dict(type="str", required=True),
        principal=dict(type="str", default=""),
        authenticates=dict(type="bool", default=False),
        user=dict(type="str", required=True),
        checkpoint=dict(type="bool"),
        renew_with=dict(type="str", required=True),
        settings=dict(type="dict", options=dict(path=dict(type="path", required=True), name=dict(type="str", required=True))),
        **mesos_argument_spec(),
    ),
    requirements=("requests", "kazoo"),
    **ONE_WAY,
)
