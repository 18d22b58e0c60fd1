# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, changing and removing apps and groups: from a request's JSON to a deployment.

Does not know pods, and groups have no role of their own to enforce.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from .answers import message
from .deployments import Locked, TooMany
from .model import App, Deployment
from .normal import absolute, merge, normalise, port_fields, service_ports
from .rules import check, check_single
from .schema import Faults, read_app

if TYPE_CHECKING:
    from .core import Core

LOCKED = (
    "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'."
)
SERVER_FIELDS = ("version", "versionInfo")


class Apps:
    """All calls are inside a turn."""

    def __init__(self, core: "Core") -> None:
        self.core = core

    def get(self, app_id: str) -> App:
        """404 when there is none."""
        app = self.core.state.apps.get(app_id)
        if app is None:
            raise message(404, f"App '{app_id}' does not exist", details=[])
        return app

    def deploy(self, changes: Dict[str, Optional[Dict[str, Any]]], force: bool, restart: bool = False) -> Deployment:
        """409 when locked, 403 when there are too many deployments."""
        try:
            return self.core.deployments.deploy(changes, force, restart)
        except Locked as locked:
            raise message(409, LOCKED, deployments=[{"id": each} for each in locked.ids]) from locked
        except TooMany:
            limit = self.core.flags.max_running_deployments
            raise message(403, f"Max number ({limit}) of running deployments reached") from None

    def _complete(self, sent: Dict[str, Any], base: str = "/") -> Dict[str, Any]:
        flags = self.core.flags
        sent = {name: value for name, value in sent.items() if name not in SERVER_FIELDS}
        check_single(sent)
        spec = normalise(sent, flags.mesos_role, base, flags.default_network_name)
        former = self.core.state.apps.get(spec["id"])
        check(spec, flags.enable_features, flags.mesos_role, former.spec["role"] if former else None)
        known = set(self.core.state.apps) | {spec["id"]}
        if self.core.flags.max_apps is not None and len(known) > self.core.flags.max_apps:
            raise message(422, f"This Marathon instance may only handle up to {self.core.flags.max_apps} Apps! (Override with --max_apps)")
        return spec

    def assign(self, spec: Dict[str, Any], pending: List[Dict[str, Any]]) -> Dict[str, Any]:
        """Service ports in place of zeros: the app's own from before, then the lowest free ones."""
        flags, apps = self.core.flags, self.core.state.apps
        span = range(flags.local_port_min, flags.local_port_max + 1)
        mine = service_ports(spec)
        before = service_ports(apps[spec["id"]].spec) if spec["id"] in apps else []
        kept = [port for port in before if port in span and port not in mine]
        taken = {port for app in apps.values() for port in service_ports(app.spec)} | {port for each in pending for port in service_ports(each)}
        taken |= set(mine)
        key = "port" if spec["networks"][0]["mode"] == "host" else "servicePort"
        fields = []
        for each in port_fields(spec):
            if not each.get(key):
                port = kept.pop(0) if kept else next((port for port in span if port not in taken), None)
                if port is None:
                    raise message(500, f"All ports in the range [{flags.local_port_min}-{flags.local_port_max}) are already in use")
                taken.add(port)
                each = {**each, key: port}
            fields.append(each)
        if key == "port":
            return {**spec, "portDefinitions": fields}
        return {**spec, "container": {**spec["container"], "portMappings": fields}}

    def create(self, sent: Any, force: bool) -> Tuple[App, Deployment]:
        """POST /v2/apps. The app that is answered has its ports not assigned yet, as in the real one."""
        spec = self._complete(read_app(sent, True))
        if spec["id"] in self.core.state.apps:
            raise message(409, f"An app with id [{spec['id']}] already exists.")
        self._not_a_group(spec["id"])
        deployment = self.deploy({spec["id"]: self.assign(spec, [])}, force)
        self._api_event("/v2/apps", spec["id"])
        shown = App(spec, deployment.version, deployment.version, deployment.version)
        return shown, deployment

    def _not_a_group(self, app_id: str) -> None:
        if any(each.startswith(app_id + "/") for each in self.core.state.apps):
            path = f"Groups and Applications may not have the same identifier: {app_id}"
            raise Faults("Object is not valid", [("/id", path)])

    def _api_event(self, uri: str, app_id: str) -> None:
        self.core.events.publish("api_post_event", {"clientIp": "", "uri": uri, "appDefinition": {"id": app_id}})

    def changed(self, app_id: str, sent: Any, partial: bool, may_create: bool) -> Tuple[Dict[str, Any], bool]:
        """The new spec of one app, and whether the app is new."""
        update = read_app(sent, False)
        current = self.core.state.apps.get(app_id)
        if "id" in update and absolute(update["id"]) != app_id:
            raise Faults("Object is not valid", [("/id", f"The id must be {app_id}, or left out")])
        if "version" in update:
            return self._version(app_id, update), False
        update["id"] = app_id
        spec = self._complete(merge(current.spec, update) if current and partial else update)
        if current is None:
            if not may_create:
                raise message(404, f"App '{app_id}' does not exist")
            self._not_a_group(app_id)
        return spec, current is None

    def _version(self, app_id: str, update: Dict[str, Any]) -> Dict[str, Any]:
        if set(update) - {"id", "version"}:
            raise Faults("Object is not valid", [("/", "The 'version' field may only be combined with the 'id' field.")])
        self.get(app_id)
        found = self.core.state.history.get(app_id, {}).get(update["version"])
        if found is None:
            raise message(404, f"App '{app_id}' with version '{update['version']}' does not exist", details=[])
        return found.spec

    def update(self, updates: Dict[str, Any], partial: bool, may_create: bool, force: bool) -> Tuple[Deployment, bool]:
        """PUT and PATCH of one or many; whether any app is new."""
        changes: Dict[str, Optional[Dict[str, Any]]] = {}
        created = False
        for app_id, sent in updates.items():
            spec, is_new = self.changed(app_id, sent, partial, may_create)
            changes[app_id] = self.assign(spec, [each for each in changes.values() if each])
            created = created or is_new
        return self.deploy(changes, force), created

    def remove(self, app_id: str, force: bool) -> Deployment:
        """DELETE; this 404 has no details."""
        if app_id not in self.core.state.apps:
            raise message(404, f"App '{app_id}' does not exist")
        deployment = self.deploy({app_id: None}, force)
        self._api_event(f"/v2/apps/{app_id}", app_id)
        return deployment

    def in_group(self, group: str) -> Dict[str, App]:
        """All apps below a group."""
        prefix = group.rstrip("/") + "/"
        return {app_id: app for app_id, app in self.core.state.apps.items() if app_id.startswith(prefix)}

    def flatten(self, group: Any, base: str) -> Tuple[Dict[str, Dict[str, Any]], List[str]]:
        """Apps of a group's JSON by id, and the ids of the groups in it."""
        if not isinstance(group, dict):
            raise Faults("Invalid JSON", [("/", "error.expected.jsobject")])
        own = absolute(group["id"], base) if isinstance(group.get("id"), str) else base
        apps: Dict[str, Dict[str, Any]] = {}
        groups = [own]
        for sent in group.get("apps") or []:
            spec = self._complete(read_app(sent, True), own)
            apps[spec["id"]] = spec
        for child in group.get("groups") or []:
            below, names = self.flatten(child, own)
            apps.update(below)
            groups += names
        return apps, groups

    def put_group(self, group_id: str, sent: Any, force: bool) -> Deployment:
        """The group's apps become exactly these; scaleBy multiplies instances instead."""
        changes: Dict[str, Optional[Dict[str, Any]]] = {}
        if isinstance(sent, dict) and "scaleBy" in sent:
            for app_id, app in self.in_group(group_id).items():
                changes[app_id] = {**app.spec, "instances": int(-(-app.spec["instances"] * float(sent["scaleBy"]) // 1))}
            return self.deploy(changes, force)
        if isinstance(sent, dict) and isinstance(sent.get("id"), str) and group_id == "/":
            group_id = absolute(sent["id"])
        body = {name: value for name, value in sent.items() if name != "id"} if isinstance(sent, dict) else sent
        apps, groups = self.flatten(body, group_id)
        for app_id, spec in apps.items():
            changes[app_id] = self.assign(spec, [each for each in changes.values() if each])
        for app_id in self.in_group(group_id):
            changes.setdefault(app_id, None)
        deployment = self.deploy(changes, force)
        self.core.state.groups.update({each: deployment.version for each in groups})
        return deployment

    def remove_group(self, group_id: str, force: bool) -> Deployment:
        """DELETE of a group and all below it."""
        apps = self.in_group(group_id)
        known = [each for each in self.core.state.groups if each == group_id or each.startswith(group_id.rstrip("/") + "/")]
        if not apps and not known and group_id != "/":
            raise message(404, f"Group '{group_id}' does not exist")
        deployment = self.deploy({app_id: None for app_id in apps}, force)
        for each in known:
            self.core.state.groups.pop(each)
        return deployment
