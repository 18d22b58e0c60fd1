# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon demands of an app beyond the type of each field; rules of Marathon 1.11 (AppValidation, SchedulingValidation)."""

from __future__ import annotations

import re
from typing import Any, Callable, Iterator, List, Mapping, Optional, Sequence

from .container_rules import (
    container_faults,
    doubles,
    external_volumes,
    is_resident,
    network_faults,
    resident_change_faults,
    volume_faults,
)
from .normal_form import MESOS_CHECKS, SINGLE_INSTANCE, Settings
from .schema import Fault, id_fault
from .uris import uri_problem

App = Mapping[str, Any]
OPERATORS = ("UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "UNLIKE", "MAX_PER", "IS")
IS_VALUE = re.compile(r"[a-zA-Z0-9_/.-]*")
BROKEN_EXPRESSIONS = ("missing )", "unbalanced parenthesis", "unterminated character set", "nothing to repeat")
FEATURES = (("secrets", "secrets"), ("gpus", "gpu_resources"))


def legacy_faults(app: App) -> List[Fault]:
    """Deprecated fields beside those that replace them; takes the app as it was written."""
    return list(_legacy(app))


def _legacy(app: App) -> Iterator[Fault]:
    container = app.get("container") or {}
    address = app.get("ipAddress")
    ports, definitions = app.get("ports"), app.get("portDefinitions")
    yield from _legacy_docker(app, container)
    if address is not None and app.get("networks"):
        yield Fault("ipAddress", "excludes networks, which replaces it; keep networks")
    if address is not None and (ports or definitions):
        yield Fault("ipAddress", "excludes ports and portDefinitions; name ports in container.portMappings")
    if address is not None and address.get("discovery") and app.get("container") and container.get("type", "DOCKER") == "DOCKER":
        yield Fault("ipAddress.discovery", "is for containers of type MESOS; use container.portMappings")
    if ports is not None and definitions is not None and [each.get("port", 0) for each in definitions] != list(ports):
        yield Fault("ports", "contradicts portDefinitions, which replaces it; keep portDefinitions")
    if ports and doubles([port for port in ports if port]):
        yield Fault("ports", "names a port twice")
    if app.get("uris") and app.get("fetch"):
        yield Fault("uris", "excludes fetch, which replaces it; keep fetch")


def _legacy_docker(app: App, container: App) -> Iterator[Fault]:
    docker = container.get("docker") or {}
    if docker.get("network") == "NONE":
        yield Fault("container.docker.network", "is NONE, which Marathon no longer takes; name a network in networks")
    if docker.get("network") and app.get("networks"):
        yield Fault("container.docker.network", "excludes networks, which replaces it; keep networks")
    if docker.get("portMappings") and container.get("portMappings"):
        yield Fault("container.docker.portMappings", "excludes container.portMappings, which replaces it; keep the latter")
    if docker.get("credential"):
        yield Fault("container.docker.credential", "is refused by Marathon since 1.5; name a secret in container.docker.pullConfig (type MESOS)")
    for name in ("network", "parameters", "portMappings") if container.get("type") == "MESOS" else ():
        if docker.get(name):
            yield Fault(f"container.docker.{name}", "is refused by Marathon for containers of type MESOS")


def partial_faults(app: App) -> List[Fault]:
    """What contradicts itself in the fields that are given, whatever the rest of the app is; takes today's fields."""
    rules: Sequence[Callable[[App], Iterator[Fault]]] = (
        _command, _ports, _health_checks, _check, _readiness, _strategies, _constraints, _limits, _fetch, _labels,
        network_faults, container_faults, volume_faults,
    )
    return [fault for rule in rules for fault in rule(app)]


def whole_faults(app: App, settings: Settings, current: Optional[App] = None) -> List[Fault]:
    """What is wrong with a whole app, in the form of complete(), for a Marathon with these settings that has it as ``current`` so far."""
    found = partial_faults(app)
    for rule in (_something_to_run, _references, _ip_protocol, _secret_references):
        found += rule(app)
    found += _roles(app, settings, current)
    found += resident_change_faults(app, current)
    found += _features(app, settings)
    return list(dict.fromkeys(found))


def id_faults(app_id: str) -> List[Fault]:
    fault = id_fault(app_id, last=True)
    return [Fault("id", fault)] if fault else []


def _command(app: App) -> Iterator[Fault]:
    if app.get("cmd") and app.get("args"):
        yield Fault("cmd", "excludes args; give one of them")
    if app.get("cmd") is not None and len(app["cmd"]) < 2:
        yield Fault("cmd", "must have more than one character")
    if app.get("acceptedResourceRoles") == []:
        yield Fault("acceptedResourceRoles", "must not be empty; leave it out, or make it null to take it away")
    if app.get("gpus") and (app.get("container") or {}).get("type", "") == "DOCKER":
        yield Fault("gpus", "need a container of type MESOS")


def _something_to_run(app: App) -> Iterator[Fault]:
    container = app.get("container") or {}
    if not app.get("cmd") and not app.get("args") and not container.get("docker"):
        yield Fault("", "the app has nothing to run; give cmd, args or a container with an image")


def _ports(app: App) -> Iterator[Fault]:
    for path, entries in (
        ("portDefinitions", app.get("portDefinitions") or []),
        ("container.portMappings", (app.get("container") or {}).get("portMappings") or []),
    ):
        twice = doubles([each["name"] for each in entries if each.get("name")])
        if twice:
            yield Fault(path, f"has the name {twice[0]} twice")
    twice = doubles([each["port"] for each in app.get("portDefinitions") or [] if each.get("port")])
    if twice:
        yield Fault("portDefinitions", f"has port {twice[0]} twice")


def _health_checks(app: App) -> Iterator[Fault]:
    checks = app.get("healthChecks") or []
    for number, check in enumerate(checks):
        path, protocol = f"healthChecks[{number}]", check.get("protocol", "HTTP")
        if check.get("command") and protocol != "COMMAND":
            yield Fault(f"{path}.command", f"needs protocol COMMAND, not {protocol}")
        if protocol == "COMMAND" and not check.get("command"):
            yield Fault(f"{path}.command", "is required with protocol COMMAND")
        if protocol == "COMMAND" and (check.get("path") is not None or check.get("port") is not None):
            yield Fault(path, "has a command, which excludes path and port")
    # COMMAND ones do not count: Marathon once took several, and still does.
    by_mesos = [check for check in checks if check.get("protocol", "HTTP") in MESOS_CHECKS and not check.get("command")]
    if len(by_mesos) > 1:
        yield Fault("healthChecks", f"has {len(by_mesos)} checks of protocol MESOS_*; Marathon takes one")


def _ip_protocol(app: App) -> Iterator[Fault]:
    docker = (app.get("container") or {}).get("type") == "DOCKER"
    for number, check in enumerate(app.get("healthChecks") or []):
        if check.get("ipProtocol") == "IPv6" and not (docker and check.get("protocol") in MESOS_CHECKS):
            yield Fault(f"healthChecks[{number}].ipProtocol", "IPv6 is for MESOS_HTTP, MESOS_HTTPS and MESOS_TCP in containers of type DOCKER")


def _check(app: App) -> Iterator[Fault]:
    check = app.get("check")
    if check is None:
        return
    kinds = [name for name in ("http", "tcp", "exec") if check.get(name) is not None]
    if len(kinds) != 1:
        yield Fault("check", f"must have one of http, tcp and exec, not {' and '.join(kinds) or 'none'}")
    if (app.get("container") or {}).get("type") == "DOCKER":
        yield Fault("check", "is not for containers of type DOCKER; use healthChecks")
    if ((check.get("http") or {}).get("scheme") or "HTTP") != "HTTP":
        yield Fault("check.http.scheme", "must be HTTP")


def _references(app: App) -> Iterator[Fault]:
    mappings = (app.get("container") or {}).get("portMappings")
    entries = mappings if mappings else app.get("portDefinitions") or []
    names = {each["name"] for each in entries if each.get("name")}
    referring = [(f"healthChecks[{number}]", check) for number, check in enumerate(app.get("healthChecks") or []) if not check.get("command")]
    referring += [(f"check.{name}", (app.get("check") or {}).get(name)) for name in ("http", "tcp") if (app.get("check") or {}).get(name)]
    for path, check in referring:
        index = check.get("portIndex")
        if index is not None and index >= len(entries):
            yield Fault(f"{path}.portIndex", f"is {index}, but the app has {_count(len(entries), 'port')}")
        elif index is None and check.get("port") is None and len(entries) != 1:
            yield Fault(path, f"needs port or portIndex, as the app has {_count(len(entries), 'port')}")
    for number, check in enumerate(app.get("readinessChecks") or []):
        if check.get("portName") not in names:
            known = ", ".join(sorted(names)) or "none"
            yield Fault(f"readinessChecks[{number}].portName", f"is {check.get('portName')}, but no port has that name; named ports: {known}")


def _readiness(app: App) -> Iterator[Fault]:
    checks = app.get("readinessChecks") or []
    if len(checks) > 1:
        yield Fault("readinessChecks", f"has {len(checks)} checks; Marathon takes one")
    for number, check in enumerate(checks):
        if check.get("timeoutSeconds", 10) >= check.get("intervalSeconds", 30):
            yield Fault(f"readinessChecks[{number}].timeoutSeconds", "must be less than intervalSeconds")


def _strategies(app: App) -> Iterator[Fault]:
    strategy = app.get("unreachableStrategy")
    resident = is_resident(app)
    if isinstance(strategy, dict):
        inactive, expunge = strategy.get("inactiveAfterSeconds", 0), strategy.get("expungeAfterSeconds", 0)
        if inactive > expunge:
            yield Fault("unreachableStrategy.inactiveAfterSeconds", f"is {inactive}; it must not be more than expungeAfterSeconds, {expunge}")
        if resident:
            yield Fault("unreachableStrategy", "must be disabled for an app with persistent volumes")
    upgrade = app.get("upgradeStrategy") or {}
    if (resident or external_volumes(app, "dvdi")) and upgrade.get("maximumOverCapacity"):
        kind = "persistent" if resident else "external"
        yield Fault("upgradeStrategy.maximumOverCapacity", f"must be 0 for an app with {kind} volumes")
    if _is_single(app) and upgrade and (upgrade.get("maximumOverCapacity") or upgrade.get("minimumHealthCapacity")):
        yield Fault("upgradeStrategy", f"must be 0 and 0 with the label {SINGLE_INSTANCE}")
    if _is_single(app) and app.get("instances", 1) > 1:
        yield Fault("instances", f"is {app['instances']}; with the label {SINGLE_INSTANCE} it must be 0 or 1")


def _roles(app: App, settings: Settings, current: Optional[App]) -> Iterator[Fault]:
    accepted = app.get("acceptedResourceRoles")
    role, former = app.get("role"), (current or {}).get("role")
    mine = list(dict.fromkeys([str(role), "*"]))
    wrong = [each for each in accepted or () if each not in mine]
    if wrong and role:
        yield Fault("acceptedResourceRoles", f"has {wrong[0]}; an app of role {role} may take resources of {' and '.join(mine)} only")
    group = [part for part in (app.get("id") or "").split("/") if part][:-1]
    # A role that the app has had stays allowed; and the group's own may be the only one, which its setting enforceRole says.
    allowed = list(dict.fromkeys([settings.role, *group[:1], *([former] if former else [])]))
    if role and app.get("id") and role not in allowed:
        yield Fault("role", f"is {role}; Marathon gives this app {' or '.join(allowed)} only: its own mesos_role, or the name of the app's top group")
    if is_resident(app) and role == "*":
        way = f"set it to {group[0]}" if group else "put the app into a group and set it to the group's name"
        yield Fault("role", f"is *, and persistent volumes are for apps of a role of their own; {way}")
    if is_resident(app) and accepted and set(accepted) != {"*"}:
        yield Fault("acceptedResourceRoles", "must be [*] for an app with persistent volumes; leave it out")


def _is_single(app: App) -> bool:
    return (app.get("labels") or {}).get(SINGLE_INSTANCE) == "true"


def _constraints(app: App) -> Iterator[Fault]:
    for number, (name, operator, *rest) in enumerate(app.get("constraints") or []):
        problem = _constraint_problem(name, operator, rest[0] if rest else None)
        if problem:
            yield Fault(f"constraints[{number}]", problem)


def _constraint_problem(name: str, operator: str, value: Optional[str]) -> Optional[str]:
    if not name:
        return "names no attribute"
    if operator not in OPERATORS:
        return f"has the operator {operator}; it must be one of {', '.join(OPERATORS)}"
    if operator == "UNIQUE" and value is not None:
        return "UNIQUE takes no value"
    if operator in ("GROUP_BY", "MAX_PER") and not (value is None and operator == "GROUP_BY" or re.fullmatch(r"[+-]?\d+", value or "")):
        return f"{operator} takes a whole number" + (" or nothing" if operator == "GROUP_BY" else "")
    if operator in ("LIKE", "UNLIKE"):
        if value is None:
            return f"{operator} needs a regular expression"
        try:
            re.compile(value)
        except re.error as error:
            # Java's regular expressions have more; what is broken in both is refused.
            if str(error).startswith(BROKEN_EXPRESSIONS):
                return f"{value!r} is no regular expression: {error}"
    if operator == "IS" and not IS_VALUE.fullmatch(value or ""):
        return "IS takes a text or scalar value of letters, digits and _ / . -"
    return None


def _limits(app: App) -> Iterator[Fault]:
    for name, value in (app.get("resourceLimits") or {}).items():
        if isinstance(value, (int, float)) and name in app and value < app[name]:
            yield Fault(f"resourceLimits.{name}", f"is {value:g}; it must not be less than {name}, {app[name]:g}")


def _fetch(app: App) -> Iterator[Fault]:
    for number, each in enumerate(app.get("fetch") or []):
        problem = uri_problem(each["uri"])
        if problem:
            yield Fault(f"fetch[{number}].uri", problem)


def _labels(app: App) -> Iterator[Fault]:
    labels = app.get("labels") or {}
    version = labels.get("DCOS_MIGRATION_API_VERSION")
    if version and version != "v1":
        yield Fault("labels.DCOS_MIGRATION_API_VERSION", f"is {version}; it must be v1")
    for name in ("DCOS_PACKAGE_FRAMEWORK_NAME", "DCOS_MIGRATION_API_PATH"):
        if version and not labels.get(name):
            yield Fault("labels", f"has DCOS_MIGRATION_API_VERSION, which needs {name}")


def _secret_references(app: App) -> Iterator[Fault]:
    known = app.get("secrets") or {}
    used = [(f"env.{name}", value["secret"]) for name, value in (app.get("env") or {}).items() if isinstance(value, dict)]
    container = app.get("container") or {}
    used += [(f"container.volumes[{n}].secret", each["secret"]) for n, each in enumerate(container.get("volumes") or []) if each.get("secret")]
    pull = (container.get("docker") or {}).get("pullConfig")
    used += [("container.docker.pullConfig.secret", pull["secret"])] if pull else []
    for path, name in used:
        if name not in known:
            yield Fault(path, f"refers to the secret {name}, which is not in secrets")


def _features(app: App, settings: Settings) -> Iterator[Fault]:
    for name, feature in FEATURES:
        if app.get(name) and feature not in settings.features:
            yield Fault(name, f"needs a Marathon that was started with --enable_features {feature}")
    if not settings.default_network:
        for number, each in enumerate(app.get("networks") or []):
            if each.get("mode") == "container" and not each.get("name"):
                yield Fault(f"networks[{number}].name", "is required, as this Marathon has no --default_network_name")
    volumes = (app.get("container") or {}).get("volumes") or []
    if any("external" in volume for volume in volumes) and "external_volumes" not in settings.features:
        yield Fault("container.volumes", "external ones need a Marathon that was started with --enable_features external_volumes")


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}" + ("" if number == 1 else "s")
