# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user sends to what the server keeps: legacy fields migrated, defaults filled in, ports normalised.

Does not know residency's own upgrade strategy for external volumes, and keeps volumes, secrets and the like as they are sent.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from .schema import FIELD_ORDER, with_defaults

EXTRACT = re.compile(r"\.(tar|tar\.gz|tar\.bz2|tar\.xz|gz|tgz|tbz2|txz|zip)$")
OMIT_EMPTY = ("args", "constraints", "dependencies", "env", "fetch", "healthChecks", "readinessChecks", "secrets")
DOCKER_NETWORKS = {"BRIDGE": "container/bridge", "HOST": "host", "USER": "container", "NONE": "container"}
MARATHON_CHECKS = ("HTTP", "HTTPS", "TCP")
LOST_BY_PARTIAL_UPDATES = ("executorResources", "resourceLimits")
SINGLE = "MARATHON_SINGLE_INSTANCE_APP"


def absolute(path: str, base: str = "/") -> str:
    """An id made absolute and tidy: /a//b/../c is /a/c."""
    if not path.startswith("/"):
        path = f"{base}/{path}"
    parts: List[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def merge(current: Dict[str, Any], update: Dict[str, Any]) -> Dict[str, Any]:
    """A partial update: each field that is sent replaces the old one as a whole."""
    merged = {name: value for name, value in current.items() if name not in LOST_BY_PARTIAL_UPDATES}
    if "ports" in update and "portDefinitions" not in update:
        merged.pop("portDefinitions", None)
    # An empty list of uris says nothing: forDeprecatedUpdates makes a fetch of filled ones only.
    if update.get("uris") and "fetch" not in update:
        merged.pop("fetch", None)
    docker = (update.get("container") or {}).get("docker") or {}
    if "ipAddress" in update or "network" in docker:
        merged.pop("networks", None)
    merged.update(update)
    return merged


def normalise(app: Dict[str, Any], role: str, base: str = "/", network: Optional[str] = None) -> Dict[str, Any]:
    """The app as the server keeps it; ports that are 0 stay 0 until they are assigned."""
    app = dict(app)
    app["id"] = absolute(app["id"], base)
    if app.get("dependencies"):
        app["dependencies"] = [absolute(each, app["id"].rsplit("/", 1)[0] or "/") for each in app["dependencies"]]
    _fetch(app)
    _networks(app, network)
    _ports(app)
    app = with_defaults(app, "App")
    app.setdefault("labels", {})
    app.setdefault("role", role)
    if app.get("container"):
        app["container"] = _container(app["container"])
    resident = "residency" in app or is_resident(app)
    app.setdefault("upgradeStrategy", {"maximumOverCapacity": 0.0 if resident else 1.0, "minimumHealthCapacity": 0.5 if resident else 1.0})
    app["upgradeStrategy"] = {name: float(value) for name, value in app["upgradeStrategy"].items()}
    app.setdefault("unreachableStrategy", "disabled" if resident else {})
    if isinstance(app["unreachableStrategy"], dict):
        app["unreachableStrategy"] = {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0, **app["unreachableStrategy"]}
    has_ports = bool(app.get("portDefinitions") or (app.get("container") or {}).get("portMappings"))
    app["healthChecks"] = [_health_check(each, has_ports) for each in app.get("healthChecks", [])]
    app["readinessChecks"] = [
        {"httpStatusCodesForReady": [200], **with_defaults(each, "ReadinessCheck")} for each in app.get("readinessChecks", [])
    ]
    if "executorResources" in app:
        app["executorResources"] = with_defaults(app["executorResources"], "ExecutorResources")
    if "check" in app:
        app["check"] = with_defaults(app["check"], "AppCheck")
    return {name: app[name] for name in FIELD_ORDER if name in app and not (name in OMIT_EMPTY and not app[name])}


def is_resident(app: Dict[str, Any]) -> bool:
    """Whether it has persistent volumes."""
    return any("persistent" in each for each in (app.get("container") or {}).get("volumes", []))


def _fetch(app: Dict[str, Any]) -> None:
    uris = app.pop("uris", None)
    if uris and not app.get("fetch"):
        app["fetch"] = [{"uri": uri, "extract": bool(EXTRACT.search(uri.split("?")[0])), "executable": False, "cache": False} for uri in uris]
    if app.get("fetch"):
        app["fetch"] = [with_defaults(each, "Artifact") for each in app["fetch"]]


def _networks(app: Dict[str, Any], network: Optional[str]) -> None:
    address = app.pop("ipAddress", None)
    container = app["container"] = dict(app["container"]) if app.get("container") else {}
    docker: Dict[str, Any] = {}
    if not container:
        app.pop("container")
    elif container.get("docker"):
        docker = container["docker"] = dict(container["docker"])
    legacy = docker.pop("network", None)
    mappings = docker.pop("portMappings", None)
    docker.pop("credential", None)
    if mappings is not None and container.get("portMappings") is None:
        container["portMappings"] = mappings
    if app.get("networks"):
        app["networks"] = [with_defaults(each, "Network") for each in app["networks"]]
        for each in app["networks"]:
            if each["mode"] == "container" and "name" not in each and network:
                each["name"] = network
        return
    if legacy and not (legacy == "USER" and address):
        app["networks"] = [{"mode": DOCKER_NETWORKS[legacy]}]
    elif address is not None:
        named = address.get("networkName") or network
        app["networks"] = [{**({"name": named} if named else {}), "mode": "container"}]
        if address.get("labels"):
            app["networks"][0]["labels"] = address["labels"]
    else:
        app["networks"] = [{"mode": "host"}]


def _ports(app: Dict[str, Any]) -> None:
    ports = app.pop("ports", None)
    mode = app["networks"][0]["mode"]
    if mode == "host":
        if app.get("portDefinitions") is None and ports is not None:
            app["portDefinitions"] = [{"port": port, "protocol": "tcp"} for port in ports]
        if app.get("portDefinitions") is None:
            app["portDefinitions"] = [{"port": 0, "name": "default", "protocol": "tcp"}]
        app["portDefinitions"] = [with_defaults(each, "PortDefinition") for each in app["portDefinitions"]]
        for each in app["portDefinitions"]:
            if not each.get("labels"):
                each.pop("labels", None)
        return
    app.pop("portDefinitions", None)
    app["requirePorts"] = False
    container = app.setdefault("container", {"type": "MESOS"})
    if container.get("portMappings") is None:
        container["portMappings"] = [{"containerPort": port, "servicePort": port} for port in ports] if ports else [{"name": "default"}]
    for number, each in enumerate(container["portMappings"]):
        mapping = {"labels": {}, **with_defaults(each, "ContainerPortMapping")}
        if mode == "container/bridge":
            mapping.setdefault("hostPort", 0)
        container["portMappings"][number] = mapping


def _container(container: Dict[str, Any]) -> Dict[str, Any]:
    result = {"volumes": [], **with_defaults(container, "Container")}
    if "docker" in result:
        docker = with_defaults(result["docker"], "DockerContainer")
        docker.setdefault("parameters", [])
        if result["type"] == "MESOS":
            docker.pop("parameters")
            docker.pop("privileged")
        result["docker"] = docker
    return result


def _health_check(check: Dict[str, Any], has_ports: bool) -> Dict[str, Any]:
    result = with_defaults(check, "AppHealthCheck")
    protocol = result["protocol"]
    if protocol != "COMMAND" and "port" not in result and "portIndex" not in result and has_ports:
        result["portIndex"] = 0
    if protocol in MARATHON_CHECKS:
        result["delaySeconds"] = 15
        result.pop("ignoreHttp1xx", None)
        if protocol != "TCP":
            result["ignoreHttp1xx"] = False
    return result


def port_fields(app: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The dictionaries that hold service ports, and under which key: servicePort in mappings, port in definitions."""
    if app["networks"][0]["mode"] == "host":
        return app.get("portDefinitions", [])
    return (app.get("container") or {}).get("portMappings") or []


def service_ports(app: Dict[str, Any]) -> List[int]:
    """All service ports of an app, 0 for the ones that are not assigned yet."""
    key = "port" if app["networks"][0]["mode"] == "host" else "servicePort"
    return [each.get(key, 0) for each in port_fields(app)]


def is_upgrade(old: Dict[str, Any], new: Dict[str, Any]) -> bool:
    """Whether tasks must be replaced; a change of executorResources alone goes unnoticed, as in the real one."""
    return _comparable(old, ("instances", "executorResources")) != _comparable(new, ("instances", "executorResources"))


def is_change(old: Dict[str, Any], new: Dict[str, Any]) -> bool:
    """Whether anything differs that the server notices."""
    return _comparable(old, ("executorResources",)) != _comparable(new, ("executorResources",))


def _comparable(app: Dict[str, Any], skip: Any) -> Dict[str, Any]:
    result = {name: value for name, value in app.items() if name not in skip}
    for name in ("constraints", "healthChecks", "acceptedResourceRoles", "dependencies"):
        if isinstance(result.get(name), list):
            result[name] = sorted(map(repr, result[name]))
    return result
