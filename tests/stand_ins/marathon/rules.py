# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold inside an app that fits the schema: the answers are Marathon's "Object is not valid".

Does not judge external and secret volumes, what of an app with persistent volumes may change, secrets, VIP labels and container images.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Tuple

from .normal import SINGLE, is_resident
from .schema import Faults

SEGMENT = re.compile(r"^(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])$")
RESERVED = ("restart", "tasks", "versions")
OPERATORS = ("UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "UNLIKE", "MAX_PER", "IS")
# What java.net.URI refuses, as far as one character tells.
REFUSED_IN_URIS = re.compile(r'[\x00-\x20\x7f"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})')
COMMAND = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."


def check(app: Dict[str, Any], features: List[str], default_role: str = "*", former_role: Optional[str] = None) -> None:
    """Faults, unless the app may run. Groups have no enforceRole here, so their apps may have Marathon's role, the group's and the one that they had."""
    faults: List[Tuple[str, str]] = []
    faults += _id(app) + _command(app) + _ports(app) + _checks(app) + _strategies(app)
    for number, constraint in enumerate(app.get("constraints", [])):
        faults += [(f"/constraints({number})", sentence) for sentence in _constraint(constraint)]
    if app.get("gpus") and "gpu_resources" not in features:
        faults.append(("/", "Feature gpu_resources is not enabled. Enable with --enable_features gpu_resources)"))
    if app.get("secrets") and "secrets" not in features:
        faults.append(("/secrets", "Feature secrets is not enabled. Enable with --enable_features secrets)"))
    faults += _roles(app, default_role, former_role)
    for number, each in enumerate(app.get("fetch", [])):
        if REFUSED_IN_URIS.search(each["uri"]):
            faults.append((f"/fetch({number})/uri", "URI has invalid syntax."))
    if faults:
        raise Faults("Object is not valid", faults)


def _roles(app: Dict[str, Any], default_role: str, former_role: Optional[str]) -> List[Tuple[str, str]]:
    """RoleSettings, ResourceRole and AppDefinition.validWithRoleEnforcement."""
    role, accepted = app["role"], app.get("acceptedResourceRoles")
    parts = app["id"].strip("/").split("/")
    valid = list(dict.fromkeys([default_role, *(parts[:1] if len(parts) > 1 else []), *([former_role] if former_role else [])]))
    faults: List[Tuple[str, str]] = []
    if role not in valid:
        faults.append(("/role", f"got {role}, expected one of: [{', '.join(valid)}]"))
    if accepted is not None and not set(accepted) <= {"*", role}:
        faults.append(("/acceptedResourceRoles", f"acceptedResourceRoles can only contain {' and '.join(sorted({'*', role}))}"))
    if is_resident(app):
        if accepted is not None and set(accepted) != {"*"}:
            faults.append(("/acceptedResourceRoles", 'A resident app must have `acceptedResourceRoles = ["*"]`.'))
        if role == "*":
            faults.append(("/role", "Resident apps cannot have the role *"))
        if app["unreachableStrategy"] != "disabled":
            faults.append(("/", "unreachableStrategy must be disabled for resident tasks"))
    return faults


def _id(app: Dict[str, Any]) -> List[Tuple[str, str]]:
    parts = app["id"].strip("/").split("/")
    if parts == [""]:
        return [("/id", "Path must contain at least one path element")]
    faults = [("/id", f"must fully match regular expression '{SEGMENT.pattern}'") for part in parts if not SEGMENT.match(part)]
    if parts[-1] in RESERVED:
        faults.append(("/id", f"must not end with any of the reserved keywords: {', '.join(RESERVED)}"))
    return faults


def _command(app: Dict[str, Any]) -> List[Tuple[str, str]]:
    container = app.get("container") or {}
    if "cmd" in app and "args" in app:
        return [("/", COMMAND)]
    if not ("cmd" in app or "args" in app or (container.get("docker") or {}).get("image")):
        return [("/", COMMAND)]
    if "cmd" in app and not app["cmd"].strip():
        return [("/cmd", "must not be empty")]
    return []


def _ports(app: Dict[str, Any]) -> List[Tuple[str, str]]:
    faults: List[Tuple[str, str]] = []
    for path, entries, key in (
        ("/portDefinitions", app.get("portDefinitions") or [], "port"),
        ("/container/portMappings", (app.get("container") or {}).get("portMappings") or [], "hostPort"),
    ):
        numbers = [each[key] for each in entries if each.get(key)]
        names = [each["name"] for each in entries if each.get("name")]
        if len(set(numbers)) != len(numbers):
            faults.append((path, "Ports must be unique." if key == "port" else "Each port mapping element must be unique"))
        if len(set(names)) != len(names):
            faults.append((path, "Port names must be unique."))
    return faults


def _checks(app: Dict[str, Any]) -> List[Tuple[str, str]]:
    faults: List[Tuple[str, str]] = []
    checks = app.get("healthChecks", [])
    count = len(app.get("portDefinitions") or (app.get("container") or {}).get("portMappings") or [])
    if len([each for each in checks if each["protocol"].startswith("MESOS_") and "command" not in each]) > 1:
        faults.append(("/healthChecks", "AppDefinition can contain at most one Mesos health check"))
    for number, each in enumerate(checks):
        path = f"/healthChecks({number})"
        if each["protocol"] == "COMMAND":
            if "command" not in each:
                faults.append((path, "COMMAND health check must define a command"))
            continue
        if "port" in each and "portIndex" in each:
            faults.append((path, "HealthCheck must specify either a port or a portIndex, not both"))
        if "portIndex" in each and each["portIndex"] >= count:
            faults.append((path, "Health check port indices must address an element of the ports array or container port mappings."))
        if "port" not in each and "portIndex" not in each:
            faults.append((path, "HealthCheck must specify either a port or a portIndex"))
    ready = app.get("readinessChecks", [])
    names = [each.get("name") for each in app.get("portDefinitions") or (app.get("container") or {}).get("portMappings") or []]
    if len(ready) > 1:
        faults.append(("/readinessChecks", "must have at most 1 element"))
    for number, each in enumerate(ready):
        if each["timeoutSeconds"] >= each["intervalSeconds"]:
            faults.append((f"/readinessChecks({number})/timeoutSeconds", "must be less than intervalSeconds"))
        if each["portName"] not in names:
            faults.append((f"/readinessChecks({number})/portName", f"No port definition or port mapping with name '{each['portName']}'"))
    return faults


def _strategies(app: Dict[str, Any]) -> List[Tuple[str, str]]:
    faults: List[Tuple[str, str]] = []
    unreachable = app["unreachableStrategy"]
    if isinstance(unreachable, dict) and unreachable["inactiveAfterSeconds"] > unreachable["expungeAfterSeconds"]:
        sentence = "inactiveAfterSeconds must be less or equal to expungeAfterSeconds"
        faults.append(("/unreachableStrategy/inactiveAfterSeconds", sentence))
    if app["labels"].get(SINGLE) == "true" and app["instances"] > 1:
        faults.append(("/", "Single instance app may only have one instance"))
    return faults


def check_single(sent: Dict[str, Any]) -> None:
    """A single-instance app may only send an upgrade strategy of 0 and 0."""
    strategy = sent.get("upgradeStrategy")
    if sent.get("labels", {}).get(SINGLE) == "true" and strategy and any(strategy.values()):
        raise Faults("Object is not valid", [("/upgradeStrategy", "must have both minimumHealthCapacity and maximumOverCapacity set to 0")])


def _constraint(constraint: List[str]) -> List[str]:
    operator, value = constraint[1], constraint[2] if len(constraint) > 2 else None
    if operator not in OPERATORS:
        return [f"Missing or unknown constraint operator '{operator}', expected one of {', '.join(OPERATORS)}"]
    if operator == "UNIQUE" and value:
        return ["Value specified but not used"]
    if operator in ("LIKE", "UNLIKE", "MAX_PER", "IS") and value is None:
        return [f"A value is required for {operator}" if operator in ("MAX_PER", "IS") else "A regular expression value must be provided"]
    if operator in ("LIKE", "UNLIKE"):
        try:
            re.compile(value or "")
        except re.error:
            return [f"'{value}' is not a valid regular expression"]
    if operator == "MAX_PER" and not re.fullmatch(r"\d+", value or ""):
        return ["MAX_PER must have an integer value"]
    if operator == "GROUP_BY" and value and not re.fullmatch(r"\d+", value):
        return ["GROUP_BY may either have an integer value or none at all"]
    if operator == "IS" and not re.fullmatch(r"[a-zA-Z0-9_/.\-]*", value or ""):
        return ["IS supports only scalar and text values"]
    return []
