# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon demands of networks, containers and volumes; rules of Marathon 1.11 (NetworkValidation, AppValidation)."""

from __future__ import annotations

import re
from typing import Any, Iterator, List, Mapping, Optional, Sequence

from .schema import Fault

App = Mapping[str, Any]
PROVIDERS = ("dvdi", "csi")
DRIVER = "dvdi/driver"
LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
OPTION = LABEL + r"/[A-Za-z0-9](?:[-A-Za-z0-9._:]*[A-Za-z0-9])?"
REXRAY = {
    "dvdi/volumetype": LABEL, "dvdi/newfstype": LABEL, "dvdi/iops": r"0*[1-9]\d*", "dvdi/overwritefs": r"(?i:true|false)",
}


def network_faults(app: App) -> Iterator[Fault]:
    """Networks that exclude each other, and port mappings that name none of them."""
    networks = app.get("networks") or []
    modes = [each.get("mode", "container") for each in networks]
    for number, (mode, each) in enumerate(zip(modes, networks)):
        if mode == "host" and (each.get("name") or each.get("labels")):
            yield Fault(f"networks[{number}]", "a host network has no name and no labels")
        if mode == "container/bridge" and each.get("name"):
            yield Fault(f"networks[{number}].name", "a bridge network has no name")
    if len(set(modes)) > 1 or (len(modes) > 1 and modes[0] != "container"):
        yield Fault("networks", "must be one host network, one bridge network, or container networks")
    names = [each.get("name") for number, each in enumerate(networks) if modes[number] == "container"]
    if doubles(names):
        yield Fault("networks", f"has {doubles(names)[0] or 'a network without a name'} twice")
    container = app.get("container") or {}
    if len(names) > 1 and container.get("type") == "DOCKER":
        yield Fault("networks", "containers of type DOCKER can join one container network only")
    for number, mapping in enumerate(container.get("portMappings") or []) if networks else ():
        path = f"container.portMappings[{number}]"
        for name in mapping.get("networkNames") or []:
            if name not in names:
                yield Fault(f"{path}.networkNames", f"has {name}, which is not in networks")
        if len(names) > 1 and mapping.get("hostPort") is not None and len(mapping.get("networkNames") or []) != 1:
            yield Fault(f"{path}.networkNames", "must have one network, as there are several and hostPort is set")


def container_faults(app: App) -> Iterator[Fault]:
    """What the type of the container lacks or does not know."""
    container = app.get("container") or {}
    docker = container.get("docker") or {}
    if container and container.get("type", "DOCKER") == "DOCKER" and not docker:
        yield Fault("container.docker", "is required for containers of type DOCKER; without an image set type to MESOS")
    if docker.get("pullConfig") and container.get("type", "DOCKER") == "DOCKER":
        yield Fault("container.docker.pullConfig", "is for containers of type MESOS")


def volume_faults(app: App) -> Iterator[Fault]:
    """Volumes of each kind."""
    names: List[str] = []
    for number, volume in enumerate((app.get("container") or {}).get("volumes") or []):
        path = f"container.volumes[{number}]"
        persistent, external = volume.get("persistent"), volume.get("external")
        if persistent:
            if volume.get("mode") != "RW":
                yield Fault(f"{path}.mode", "must be RW for a persistent volume")
            if "/" in volume["containerPath"] or volume["containerPath"] in (".", ".."):
                yield Fault(f"{path}.containerPath", "must be one name without slashes for a persistent volume")
            yield from _persistent(persistent, f"{path}.persistent")
        elif external:
            names.append(external.get("name") or "")
            if not external.get("name") or not external.get("provider"):
                yield Fault(f"{path}.external", "needs name and provider")
            elif external["provider"] not in PROVIDERS:
                yield Fault(f"{path}.external.provider", f"is {external['provider']}; it must be one of {', '.join(PROVIDERS)}")
            elif external["provider"] == "dvdi":
                yield from _docker_volume(app, volume, path)
    if doubles(names):
        yield Fault("container.volumes", f"has the external volume {doubles(names)[0]} twice")


def _docker_volume(app: App, volume: App, path: str) -> Iterator[Fault]:
    """A volume of the Docker volume driver interface, which one instance of one app may have."""
    external, options = volume["external"], volume["external"].get("options") or {}
    if volume["containerPath"] in (".", ".."):
        yield Fault(f"{path}.containerPath", "must not be . or ..")
    if not re.fullmatch(LABEL, options.get(DRIVER, "")):
        yield Fault(f"{path}.external.options", f"needs {DRIVER}, of small letters, digits and dashes")
    for name in options:
        if not re.fullmatch(OPTION, name):
            yield Fault(f"{path}.external.options", f"has {name}; the names of options are like {DRIVER}")
    if options.get(DRIVER) == "rexray":
        yield from _rexray(options, f"{path}.external.options")
    if (app.get("container") or {}).get("type", "DOCKER") == "DOCKER":
        if set(options) - {DRIVER}:
            yield Fault(f"{path}.external.options", f"must be {DRIVER} alone in containers of type DOCKER")
        if external.get("size") is not None:
            yield Fault(f"{path}.external.size", "is for containers of type MESOS")
    elif volume.get("mode") != "RW":
        yield Fault(f"{path}.mode", "must be RW for an external volume in a container of type MESOS")
    if app.get("instances", 1) > 1:
        yield Fault("instances", f"is {app['instances']}; with a volume of provider dvdi it must be 0 or 1")


def _rexray(options: Mapping[str, str], path: str) -> Iterator[Fault]:
    for name, pattern in REXRAY.items():
        if name in options and not re.fullmatch(pattern, options[name]):
            yield Fault(path, f"has {name}: {options[name]}, which its driver does not take")


def is_resident(app: App) -> bool:
    """Whether the app has persistent volumes, which tie its instances to their agents."""
    return any("persistent" in volume for volume in (app.get("container") or {}).get("volumes") or [])


def external_volumes(app: App, provider: str) -> List[App]:
    """The app's external volumes of a provider."""
    volumes = (app.get("container") or {}).get("volumes") or []
    return [volume for volume in volumes if (volume.get("external") or {}).get("provider") == provider]


def resident_change_faults(app: App, current: Optional[App]) -> Iterator[Fault]:
    """What of an app with persistent volumes cannot change; both in the form of complete()."""
    if current is None or not (is_resident(app) or is_resident(current)):
        return
    volumes = [{each["containerPath"]: each for each in (one.get("container") or {}).get("volumes") or [] if "persistent" in each} for one in (app, current)]
    if volumes[0] != volumes[1]:
        yield Fault("container.volumes", "persistent volumes cannot change; give the app with other volumes another id")
    for name in ("cpus", "mem", "disk", "gpus", "requirePorts"):
        if (app.get(name) or 0) != (current.get(name) or 0):
            yield Fault(name, "cannot change in an app with persistent volumes; give the app with other resources another id")


def _persistent(info: App, path: str) -> Iterator[Fault]:
    kind = info.get("type", "mount" if info.get("profileName") else "root")
    if info.get("size", 0) <= 0:
        yield Fault(f"{path}.size", "must be more than 0 (MiB)")
    if info.get("maxSize") is not None and kind != "mount":
        yield Fault(f"{path}.maxSize", "is for volumes of type mount")
    if info.get("maxSize") is not None and info["maxSize"] <= info.get("size", 0):
        yield Fault(f"{path}.maxSize", "must be more than size")
    if info.get("constraints") and kind == "root":
        yield Fault(f"{path}.constraints", "are not for volumes of type root")
    for number, (name, operator, *rest) in enumerate(info.get("constraints") or []):
        if name != "path" or operator not in ("LIKE", "UNLIKE") or not rest:
            yield Fault(f"{path}.constraints[{number}]", "must be path, LIKE or UNLIKE, and a regular expression")


def doubles(values: Sequence[Any]) -> List[Any]:
    """The values that come a second time."""
    return [value for number, value in enumerate(values) if value in values[:number]]
