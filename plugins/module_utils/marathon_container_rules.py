# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon demands of networks, containers and volumes; rules of Marathon 1.11 (NetworkValidation, AppValidation)."""

from __future__ import annotations

from typing import Any, Iterator, List, Mapping, Sequence

from ansible_collections.baremetal.flink.plugins.module_utils.marathon_schema import Fault

App = Mapping[str, Any]


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
    if doubles(names):
        yield Fault("container.volumes", f"has the external volume {doubles(names)[0]} twice")


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
