# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cosmos answers. ``script`` makes the next call of a path fail as told."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

import jsonschema

from . import catalogue
from .marathon import Apps
from .protocol import CALLS, ERROR, Refused, checked, judged

Reply = Tuple[int, Dict[str, str], bytes]
UNAUTHORIZED = b"<html>\n<head><title>401 Authorization Required</title></head>\n<body>Unauthorized</body>\n</html>\n"


class Lost(Exception):
    """The connection has to break without an answer."""


class Cluster:
    """A DC/OS. Without ``users`` it asks nobody for a login. ``enterprise`` says whether versions can change."""

    def __init__(self, users: Optional[Mapping[str, str]] = None, looks: int = 1, enterprise: bool = False) -> None:
        self.users = dict(users or {})
        self.enterprise = enterprise
        self.apps = Apps(looks)
        self.packages = catalogue.packages()
        # (path, what): an error, or "lost" before and "cut" after it was done.
        self.script: List[Tuple[str, Any]] = []
        self.asked: List[str] = []

    @property
    def changes(self) -> List[str]:
        """The calls so far that were made to change something."""
        return [each for each in self.asked if each in ("/package/install", "/package/uninstall", "/cosmos/service/update")]

    def token(self, user: str) -> str:
        """What a login gives."""
        return f"jwt-of-{user}"

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Status, headers and body for a request."""
        known = {name.lower(): value for name, value in headers.items()}
        if path == "/acs/api/v1/auth/login":
            return self._login(method, body)
        if self.users and known.get("authorization") not in [f"token={self.token(user)}" for user in self.users]:
            return 401, {"Content-Type": "text/html", "WWW-Authenticate": 'acsjwt realm="DC/OS"'}, UNAUTHORIZED
        if path.startswith("/service/marathon/v2/"):
            status, shown = self.apps.answer(path[len("/service/marathon"):]) if method == "GET" else (405, {"message": "reads only"})
            return status, {"Content-Type": "application/json"}, json.dumps(shown).encode()
        if path not in CALLS:
            return 404, {"Content-Type": "text/plain"}, b"not found"
        if method != "POST":
            return 405, {"Allow": "POST"}, b""
        self.asked.append(path)
        try:
            version, shown_type = judged(path, headers)
            trouble = next((each for each in self.script if each[0] == path), None)
            if trouble:
                self.script.remove(trouble)
            if trouble and isinstance(trouble[1], Refused):
                raise trouble[1]
            if trouble and trouble[1] == "lost":
                raise Lost
            request = checked(path, json.loads(body))
            handler = getattr(self, "_" + re.sub(r"\W", "_", path.rsplit("/", 2)[-2] + "_" + path.rsplit("/", 1)[-1]))
            result = handler(request, version)
        except Refused as refused:
            return refused.status, {"Content-Type": ERROR}, json.dumps(refused.body).encode()
        except ValueError as error:
            data = {"type": "parse", "reason": str(error)}
            return 400, {"Content-Type": ERROR}, json.dumps(Refused("json_error", f"Json parsing failure '{error}'", data).body).encode()
        if trouble:
            raise Lost
        return 200, {"Content-Type": shown_type}, json.dumps(result).encode()

    def _login(self, method: str, body: bytes) -> Reply:
        told = json.loads(body or b"{}")
        right = method == "POST" and told.get("uid") in self.users and self.users[told["uid"]] == told.get("password")
        headers = {"Content-Type": "application/json"}
        if not right:
            return 401, headers, json.dumps({"title": "Unauthorized", "description": "Username/password invalid."}).encode()
        return 200, headers, json.dumps({"token": self.token(told["uid"])}).encode()

    # the calls

    def _package_list(self, request: Dict[str, Any], version: int) -> Any:
        found = []
        for app in self.apps.apps.values():
            labels = app["labels"]
            if request.get("packageName") in (None, labels.get("DCOS_PACKAGE_NAME")) and request.get("appId") in (None, app["id"]):
                definition = {"name": labels["DCOS_PACKAGE_NAME"], "version": labels["DCOS_PACKAGE_VERSION"]}
                found.append({"appId": app["id"], "packageInformation": {"packageDefinition": definition}})
        return {"packages": found}

    def _package_list_versions(self, request: Dict[str, Any], version: int) -> Any:
        return {"results": {each["version"]: str(each["releaseVersion"]) for each in self._named(request["packageName"])}}

    def _package_describe(self, request: Dict[str, Any], version: int) -> Any:
        definition = self._definition(request)
        return {"package": definition} if version == 3 else definition

    def _package_render(self, request: Dict[str, Any], version: int) -> Any:
        return {"marathonJson": self._rendered(self._definition(request), request.get("options"), request.get("appId"))}

    def _package_install(self, request: Dict[str, Any], version: int) -> Any:
        definition = self._definition(request)
        app = self._rendered(definition, request.get("options"), request.get("appId"))
        app_id = "/" + app["id"].strip("/")
        if app_id in self.apps.apps:
            raise Refused("PackageAlreadyInstalled", "Package is already installed")
        self.apps.launch(app)
        told = {"packageName": definition["name"], "packageVersion": definition["version"], "appId": app_id}
        return {**told, "postInstallNotes": definition["postInstallNotes"], "cli": None} if version == 2 else told

    def _package_uninstall(self, request: Dict[str, Any], version: int) -> Any:
        name, wanted = request["packageName"], request.get("appId")
        found = [app for app in self.apps.apps.values() if app["labels"].get("DCOS_PACKAGE_NAME") == name]
        if wanted:
            if wanted not in [app["id"] for app in found]:
                data = {"packageName": name, "appId": wanted}
                raise Refused("UninstallNonExistentAppForPackage", f"Package [{name}] with id [{wanted}] is not installed", data)
            found = [app for app in found if app["id"] == wanted]
        if not found:
            raise Refused("PackageNotInstalled", f"Package [{name}] is not installed", {"packageName": name})
        if len(found) > 1 and not request.get("all"):
            ids = [app["id"] for app in found]
            raise Refused("AmbiguousAppId", f"Multiple apps named [{name}] are installed: [{', '.join(ids)}]", {"packageName": name, "appIds": ids})
        results = []
        for app in found:
            self.apps.remove(app["id"])
            notes = catalogue.decoded(app["labels"]["DCOS_PACKAGE_DEFINITION"])["postUninstallNotes"]
            results.append({"packageName": name, "appId": app["id"], "packageVersion": app["labels"]["DCOS_PACKAGE_VERSION"], "postUninstallNotes": notes})
        return {"results": results}

    def _service_describe(self, request: Dict[str, Any], version: int) -> Any:
        definition, stored = self._service(request["appId"])
        others = [each["version"] for each in self._named(definition["name"]) if each["version"] != definition["version"]] if self.enterprise else []
        resolved = None if stored is None else catalogue.deep_merge(catalogue.defaults(definition["config"]), stored)
        return {"package": definition, "upgradesTo": others, "downgradesTo": [], "resolvedOptions": resolved, "userProvidedOptions": stored}

    def _service_update(self, request: Dict[str, Any], version: int) -> Any:
        app_id = request["appId"]
        definition, stored = self._service(app_id)
        wanted = request.get("packageVersion", definition["version"])
        if wanted != definition["version"] and not self.enterprise:
            data = {"requested": wanted, "actual": definition["version"]}
            raise Refused("VersionUpgradeNotSupportedInOpen", "Version Upgrades are an Enterprise DC/OS feature only", data)
        if wanted != definition["version"]:
            definition = self._definition({"packageName": definition["name"], "packageVersion": wanted})
        if request["replace"]:
            options = request.get("options") or {}
        elif stored is None:
            raise Refused("OptionsNotStored", "The options of the current service were not stored")
        else:
            options = catalogue.deep_merge(stored, request.get("options") or {})
        app = self._rendered(definition, options, None)
        if "/" + app["id"].strip("/") != app_id:
            new = "/" + app["id"].strip("/")
            raise Refused("AppIdChanged", f"The new appId {new} must be equal to the old appId {app_id}", {"newAppId": new, "oldAppId": app_id})
        resolved = catalogue.deep_merge(catalogue.defaults(definition["config"]), options)
        return {"package": definition, "resolvedOptions": resolved, "marathonDeploymentId": self.apps.launch(app)}

    # packages

    def _service(self, app_id: str) -> Tuple[Dict[str, Any], Any]:
        app = self.apps.apps.get(app_id)
        if app is None:
            raise Refused("MarathonAppNotFound", f"Unable to locate service with marathon appId: '{app_id}'", {"appId": app_id})
        return catalogue.decoded(app["labels"]["DCOS_PACKAGE_DEFINITION"]), catalogue.decoded(app["labels"].get("DCOS_PACKAGE_OPTIONS"))

    def _named(self, name: str) -> List[Dict[str, Any]]:
        if name not in self.packages:
            raise Refused("PackageNotFound", f"Package [{name}] not found", {"packageName": name})
        return self.packages[name]

    def _definition(self, request: Mapping[str, Any]) -> Dict[str, Any]:
        name, version = request["packageName"], request.get("packageVersion")
        known = self._named(name)
        for each in known:
            if each["version"] == version:
                return each
        if version is not None:
            data = {"packageName": name, "packageVersion": version}
            raise Refused("VersionNotFound", f"Version [{version}] of package [{name}] not found", data)
        return known[-1]

    def _rendered(self, definition: Mapping[str, Any], options: Optional[Mapping[str, Any]], app_id: Optional[str]) -> Dict[str, Any]:
        if "marathon" not in definition:
            name, version = definition["name"], definition["version"]
            message = f"Package: [{name}] version: [{version}] does not have a Marathon template defined and can not be rendered"
            raise Refused("ServiceMarathonTemplateNotFound", message, {"packageName": name, "packageVersion": version})
        resolved = catalogue.deep_merge(catalogue.defaults(definition["config"]), dict(options or {}))
        errors = [
            {"level": "error", "instance": {"pointer": "".join(f"/{part}" for part in each.absolute_path)}, "domain": "validation",
             "keyword": each.validator, "message": each.message}
            for each in jsonschema.Draft4Validator(definition["config"]).iter_errors(resolved)
        ]
        if errors:
            raise Refused("JsonSchemaMismatch", "Options JSON failed validation", {"errors": errors})
        return catalogue.app(definition, resolved, options or {}, app_id)
