# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon makes of an app: which defaults it adds, what it translates, drops and assigns.

The rules are those of Marathon 1.11 (AppNormalization, AppConversion, HealthCheckConversion and AssignDynamicServiceLogic of its
sources) and of the answers recorded from 1.11.26. Two apps are the same if and only if their canonical() forms are equal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from .kinds import KINDS, ROOT, SERVER_FIELDS, Kind, resolve

App = Dict[str, Any]
Note = Callable[[str], None]

DEFAULT_PORT = {"port": 0, "name": "default", "protocol": "tcp"}
DEFAULT_MAPPING = {"containerPort": 0, "name": "default", "protocol": "tcp", "servicePort": 0}
NETWORK_OF_DOCKER = {"HOST": "host", "BRIDGE": "container/bridge", "USER": "container"}
EXTRACTED = (".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".gz", ".tgz", ".tbz2", ".txz", ".zip")
MESOS_CHECKS = ("MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP")
SINGLE_INSTANCE = "MARATHON_SINGLE_INSTANCE_APP"
DEFAULT_UPGRADE = {"minimumHealthCapacity": 1, "maximumOverCapacity": 1}
RESIDENT_UPGRADE = {"minimumHealthCapacity": 0.5, "maximumOverCapacity": 0}
SINGLE_UPGRADE = {"minimumHealthCapacity": 0, "maximumOverCapacity": 0}
DEFAULT_UNREACHABLE = {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0}


@dataclass(frozen=True)
class Settings:
    """What /v2/info says of a Marathon that bears on how it reads an app."""

    role: str = "*"
    default_network: Optional[str] = None
    bridge: str = "mesos-bridge"
    ports: Tuple[int, int] = (10000, 20000)
    features: FrozenSet[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> "Settings":
        config = info.get("marathon_config") or {}
        return cls(
            role=config.get("mesos_role") or "*",
            default_network=config.get("default_network_name"),
            bridge=config.get("mesos_bridge_name") or "mesos-bridge",
            ports=(config.get("local_port_min", 10000), config.get("local_port_max", 20000)),
            features=frozenset(config.get("features") or ()),
        )


def absolute(path: str) -> str:
    """An id from the root on: flink/jm and /flink//jm/ are /flink/jm."""
    parts: List[str] = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/" + "/".join(parts)


def migrate(app: Mapping[str, Any], settings: Settings, note: Note = lambda text: None) -> App:
    """The app in today's fields: ports, uris, ipAddress and the networking of container.docker are translated as Marathon does it.

    ``note`` is told what Marathon would drop in silence. Combinations that it refuses are left for marathon_rules.
    """
    new = {name: value for name, value in app.items() if name not in SERVER_FIELDS}
    if new.get("id"):
        new["id"] = absolute(new["id"])
    if new.get("dependencies"):
        new["dependencies"] = [absolute(each) for each in new["dependencies"]]
    for old, today, translate in (("uris", "fetch", _fetched), ("ports", "portDefinitions", _defined)):
        if old in new and new.get(today) is None:
            # An empty list stays one, and null is null in today's field too: Marathon itself would leave the app as it is.
            new[today] = None if new[old] is None else [translate(each) for each in new[old]]
        new.pop(old, None)
    if new.pop("residency", None) is not None:
        note("residency is ignored by Marathon; unreachableStrategy says what becomes of a lost task")
    container = new.get("container")
    docker = (container or {}).get("docker") or {}
    given = "ipAddress" in new or "network" in docker
    address = new.pop("ipAddress", None)
    networks = _legacy_networks(address, docker.get("network"), settings)
    if given and not new.get("networks"):
        new["networks"] = networks
    if container is None and address is not None:
        container = {"type": "MESOS"}
    if container is not None:
        new["container"] = _migrate_container(container, address, note)
    return new


def _fetched(uri: str) -> App:
    return {"uri": uri, "extract": _is_extracted(uri)}


def _defined(port: int) -> App:
    return {"port": port}


def _legacy_networks(address: Optional[Mapping[str, Any]], docker: Optional[str], settings: Settings) -> Optional[List[App]]:
    if address is None and docker is None:
        return None
    labels = {"labels": address["labels"]} if address and address.get("labels") else {}
    name = (address or {}).get("networkName")
    mode = NETWORK_OF_DOCKER.get(docker or "USER", "container")
    if docker is None and name is not None and name == settings.bridge:
        mode = "container/bridge"
    if mode == "host":
        return [{"mode": "host"}]
    return [{"mode": mode, **({"name": name} if name and mode == "container" else {}), **labels}]


def _migrate_container(container: Mapping[str, Any], address: Optional[Mapping[str, Any]], note: Note) -> App:
    new = dict(container)
    if new.get("docker"):
        docker = dict(new["docker"])
        docker.pop("network", None)
        mappings = docker.pop("portMappings", None)
        if mappings is not None and not new.get("portMappings"):
            new["portMappings"] = mappings
        if new.get("type", "DOCKER") == "MESOS":
            if docker.pop("privileged", None):
                note("container.docker.privileged is ignored by Marathon for containers of type MESOS")
            docker.pop("parameters", None)
        new["docker"] = docker
    if new.get("type", "DOCKER") == "DOCKER" and new.pop("linuxInfo", None):
        note("container.linuxInfo is ignored by Marathon for containers of type DOCKER")
    discovered = ((address or {}).get("discovery") or {}).get("ports")
    if discovered and not new.get("portMappings"):
        new["portMappings"] = [
            {"containerPort": port.get("number", 0), **{name: port[name] for name in ("name", "protocol", "labels") if port.get(name)}}
            for port in discovered
        ]
    return new


def complete(app: Mapping[str, Any], settings: Settings, note: Note = lambda text: None) -> App:
    """The app with everything that Marathon adds to a definition; takes the output of migrate()."""
    new: App = fill({name: value for name, value in app.items() if value is not None}, KINDS[ROOT])
    networks = new.get("networks") or [{"mode": "host"}]
    if settings.default_network:
        networks = [{"name": settings.default_network, **each} if each["mode"] == "container" else each for each in networks]
    new["networks"] = networks
    contained = any(each["mode"] != "host" for each in networks)
    definitions = new.get("portDefinitions")
    if contained:
        # Without a container Marathon makes up one, with one port.
        made_up = fill({"type": "MESOS"}, Kind("Container", {}))
        new["container"] = _contained(new["container"], networks, definitions) if new.get("container") else _contained(made_up, networks, None)
        new.pop("portDefinitions", None)
        new["requirePorts"] = False
    else:
        if definitions is None:
            new["portDefinitions"] = [dict(DEFAULT_PORT)]
        if new.get("container", {}).get("portMappings"):
            note("container.portMappings is ignored by Marathon in host networking; set networks, or name ports in portDefinitions")
        if new.get("container"):
            new["container"] = {name: value for name, value in new["container"].items() if name != "portMappings"}
    volumes = new.get("container", {}).get("volumes", [])
    resident = any("persistent" in volume for volume in volumes)
    external = any("external" in volume for volume in volumes)
    single = (new.get("labels") or {}).get(SINGLE_INSTANCE) == "true"
    upgrade = SINGLE_UPGRADE if single else RESIDENT_UPGRADE if resident or external else DEFAULT_UPGRADE
    new.setdefault("upgradeStrategy", dict(upgrade))
    new.setdefault("unreachableStrategy", "disabled" if resident else dict(DEFAULT_UNREACHABLE))
    new.setdefault("role", settings.role)
    for check in new.get("readinessChecks", []):
        if not check.get("httpStatusCodesForReady"):
            check["httpStatusCodesForReady"] = [200]
    if new.get("healthChecks"):
        new["healthChecks"] = [_health_check(check) for check in new["healthChecks"]]
    return new


def _contained(container: Mapping[str, Any], networks: Sequence[App], definitions: Optional[Sequence[App]]) -> App:
    mappings = container.get("portMappings")
    if mappings is None:
        mappings = [dict(DEFAULT_MAPPING)]
    # A port of portDefinitions that has no mapping gets one: it was the service port of the old form.
    missing = len(definitions or ()) - len(mappings)
    mappings = list(mappings) + [{"containerPort": 0, "protocol": "tcp", "servicePort": 0} for extra in range(missing)]
    if any(each["mode"] == "container/bridge" for each in networks):
        mappings = [{"hostPort": 0, **mapping} for mapping in mappings]
    return {**container, "portMappings": mappings}


def _health_check(check: Mapping[str, Any]) -> App:
    """What a health check becomes: some fields are dropped by its protocol, and Marathon's own checks forget two (a bug of the server)."""
    new = dict(check)
    protocol = new["protocol"]
    if protocol == "COMMAND":
        return {**{name: value for name, value in new.items() if name not in ("path", "port", "portIndex", "ignoreHttp1xx")}, "ipProtocol": "IPv4"}
    if new.get("port") is None and new.get("portIndex") is None:
        new["portIndex"] = 0
    if "TCP" in protocol:
        new.pop("path", None)
    new.pop("ignoreHttp1xx", None)
    if protocol not in MESOS_CHECKS:
        new["delaySeconds"] = 15
        new["ipProtocol"] = "IPv4"
        if protocol != "TCP":
            new["ignoreHttp1xx"] = False
    return new


def fill(value: Any, kind: Kind) -> Any:
    """The value with the defaults of its type at every level."""
    target, traits = resolve(kind, value)
    if target.base == "object" and isinstance(value, dict):
        filled = {name: fill(each, target.fields[name]) if name in target.fields else each for name, each in value.items() if each is not None}
        for name, inner in target.fields.items():
            if inner.has_default and name not in filled:
                filled[name] = inner.default
        if target is KINDS["PersistentVolumeInfo"]:
            filled.setdefault("type", "mount" if filled.get("profileName") else "root")
        if target is KINDS["AppSecretVolume"]:
            filled.pop("mode", None)
        return filled
    if target.base.startswith("[") and isinstance(value, (list, tuple)):
        return [fill(each, Kind(target.base[1:-1], {})) for each in value]
    if target.base.startswith("{") and isinstance(value, dict):
        return {name: fill(each, Kind(target.base[1:-1], {})) for name, each in value.items()}
    return value


def canonical(app: Mapping[str, Any]) -> App:
    """The one form of all spellings of an app, for comparing: no empties, sets in order, 1.0 as 1."""
    kept = {name: value for name, value in app.items() if name not in SERVER_FIELDS and name != "residency"}
    plain: Dict[str, Any] = _plain(kept, Kind(ROOT, {}))
    return plain


def _plain(value: Any, kind: Kind) -> Any:
    target, traits = resolve(kind, value)
    if isinstance(value, dict):
        kinds = target.fields if target.base == "object" else {}
        inner = Kind(target.base[1:-1], {}) if target.base.startswith("{") else None
        plain = {name: _plain(each, kinds.get(name) or inner or Kind("string", {})) for name, each in value.items()}
        return {name: each for name, each in plain.items() if each is not None and each != {} and each != []}
    if isinstance(value, (list, tuple)):
        item = Kind(target.base[1:-1], {}) if target.base.startswith("[") else Kind("string", {})
        plain_list = [_plain(each, item) for each in value]
        if "set" in traits:
            distinct = {json.dumps(each, sort_keys=True): each for each in plain_list}
            return [distinct[key] for key in sorted(distinct)]
        return plain_list
    if isinstance(value, float) and value == int(value):
        return int(value)
    return "udp,tcp" if value == "tcp,udp" else value


def stored(app: Mapping[str, Any], settings: Settings) -> App:
    """An app as Marathon gave it, in the form of complete(); also one that an older version answered with."""
    new = dict(app)
    if new.get("portDefinitions") is not None:
        new.pop("ports", None)
    if new.get("fetch") is not None:
        new.pop("uris", None)
    new.pop("residency", None)
    migrated = migrate(new, settings)
    if not any(each.get("mode") != "host" for each in migrated.get("networks") or []):
        migrated.setdefault("portDefinitions", [])
    return complete(migrated, settings)


def assign_ports(app: Mapping[str, Any], current: Mapping[str, Any], settings: Settings) -> App:
    """The app with each port 0 replaced by the service port that Marathon would give it: those that the app has, in order.

    A port that Marathon would have to look for stays 0. Both apps are in the form of complete().
    """
    low, high = settings.ports
    wanted = service_ports(app)
    free = iter([port for port in service_ports(current) if low <= port <= high and port not in wanted])
    assigned = [next(free, 0) if port == 0 else port for port in wanted]
    new = dict(app)
    mappings = (new.get("container") or {}).get("portMappings")
    if mappings:
        new["container"] = {**new["container"], "portMappings": [{**each, "servicePort": port} for each, port in zip(mappings, assigned)]}
    elif new.get("portDefinitions"):
        new["portDefinitions"] = [{**each, "port": port} for each, port in zip(new["portDefinitions"], assigned)]
    return new


def service_ports(app: Mapping[str, Any]) -> List[int]:
    """The service ports of an app in the form of complete(), in order; 0 is one to be assigned."""
    mappings = (app.get("container") or {}).get("portMappings")
    if mappings:
        return [each.get("servicePort", 0) for each in mappings]
    return [each.get("port", 0) for each in app.get("portDefinitions") or []]


def _is_extracted(uri: str) -> bool:
    try:
        return urlsplit(uri).path.endswith(EXTRACTED)
    except ValueError:
        return False
