# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cosmos, the package service of DC/OS, behind the Admin Router of a cluster; endpoints and media types of Cosmos 0.6.

Every call names the type and version of what it sends and of what it takes, or Cosmos refuses it. An error has a ``type``, which says
more than the status: almost all of them are 400, and 503 is as well "try again" as "half of it is done". What changes something is
sent once; Unclear tells the caller to look whether it was done.
"""

from __future__ import annotations

import json
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, cast

# By their whole names, by which pylint knows that they are exceptions.
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError

from ..http_client import TEMPORARY_STATUSES, HttpClient, HttpError, Json, TlsError, one_line
from .options import is_secret

PACKAGE, SERVICE = "package", "service"
#: Path to kind of request, its family, and the version of the answer.
CALLS: Dict[str, Tuple[str, str, int]] = {
    "/package/list": ("list", PACKAGE, 1),
    "/package/list-versions": ("list-versions", PACKAGE, 1),
    "/package/describe": ("describe", PACKAGE, 3),
    "/package/render": ("render", PACKAGE, 1),
    "/package/install": ("install", PACKAGE, 2),
    "/package/uninstall": ("uninstall", PACKAGE, 1),
    "/cosmos/service/describe": ("describe", SERVICE, 1),
    "/cosmos/service/update": ("update", SERVICE, 1),
}
ERROR_MEDIA_TYPE = "application/vnd.dcos.package.error+json;charset=utf-8;version=v1"
#: Errors of what stands behind Cosmos, which may heal by themselves.
TEMPORARY = frozenset(("MarathonBadGateway", "ServiceUnavailable"))
RUNS_ALREADY = "an app with this id runs already, and not as this package: give another app_id, or another service name in options"
ADVICE = {
    "PackageAlreadyInstalled": RUNS_ALREADY,
    "ServiceAlreadyStarted": RUNS_ALREADY,
    "Unauthorized": "check url_username and url_password, or token",
    "Forbidden": "give the DC/OS user the permission for it, or another user",
    "MarathonBadGateway": "look whether Marathon of DC/OS is well, and run again",
    "ServiceUnavailable": "look whether it is well, and run again",
    "IncompleteUninstall": "the app is deleted, but its framework may still be registered; run again with framework",
    "PackageNotFound": "correct name, or add the repository that has the package (dcos package repo add)",
    "VersionNotFound": "correct version",
    "PackageNotInstalled": "correct name",
    "UninstallNonExistentAppForPackage": "correct app_id",
    "AmbiguousAppId": "say with app_id which one is meant",
    "JsonSchemaMismatch": "correct options",
    "MarathonAppNotFound": "it may have been removed a moment ago; run again",
    "OptionsNotStored": "set exclusive to true and give all options of the service",
    "AppIdChanged": "keep the service name in options, or uninstall the service and install it anew under the other name",
    "VersionUpgradeNotSupportedInOpen": "open DC/OS cannot change the version of a service; uninstall it, and install the other version",
    "RepositoryAlreadyPresent": "it is there, so nothing is to be done",
    "RepositoryNotPresent": "dcos package repo list shows those that are",
    "unhandled_exception": "the log of dcos-cosmos on the masters says more",
}
PAUSE = 0.5


class CosmosError(CollectionError):
    """Cosmos refused a request. ``kind`` is the ``type`` of the error in Cosmos' own words, ``data`` what it adds."""

    def __init__(self, what: str, kind: str, message: str, data: Mapping[str, Any], status: Optional[int], url: str) -> None:
        said = f"Cosmos refuses to {what} ({kind}): {message}"
        details = schema_faults(data) if kind == "JsonSchemaMismatch" else []
        if details:
            said += f": {'; '.join(details)}"
        if ADVICE.get(kind):
            said += f"; {ADVICE[kind]}"
        super().__init__(said, error_type=kind, status=status, url=url)
        self.kind = kind
        self.data = dict(data)


class Unclear(CollectionError):
    """A change was sent, and whether Cosmos made it is not known."""


class Cosmos:
    """Calls to Cosmos of one DC/OS cluster. ``client`` carries the login."""

    def __init__(self, client: HttpClient, url: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self.url = url
        self._sleep = sleep

    def installed(self, name: str) -> Dict[str, str]:
        """The version of every running service of a package, by its app id."""
        packages = self._ask("/package/list", {"packageName": name}, f"list what is installed of {name}")["packages"]
        return {each["appId"]: each["packageInformation"]["packageDefinition"]["version"] for each in packages}

    def describe(self, name: str, version: Optional[str]) -> Dict[str, Any]:
        """The definition of a package, of its newest version unless told otherwise."""
        try:
            return cast(Json, self._ask("/package/describe", _given(packageName=name, packageVersion=version), f"describe package {name}")["package"])
        except CosmosError as error:
            if error.kind != "VersionNotFound":
                raise
            known = ", ".join(self.versions(name))
            raise CollectionError(f"Package {name} has no version {version}; there are {known}", error_type=error.kind) from error

    def versions(self, name: str) -> List[str]:
        """The versions of a package in the order of their releases."""
        body = {"packageName": name, "includePackageVersions": True}
        results = self._ask("/package/list-versions", body, f"list the versions of {name}")["results"]
        return sorted(results, key=lambda version: int(results[version]))

    def render(self, name: str, version: Optional[str], options: Mapping[str, Any], app_id: Optional[str]) -> Dict[str, Any]:
        """The Marathon app that an installation would make; the options are judged by Cosmos on the way."""
        body = _given(packageName=name, packageVersion=version, options=options or None, appId=app_id)
        return cast(Json, self._ask("/package/render", body, f"render package {name}")["marathonJson"])

    def service(self, app_id: str) -> Dict[str, Any]:
        """Package, options and possible versions of a service that runs."""
        return self._ask("/cosmos/service/describe", {"appId": app_id}, f"describe service {app_id}")

    def install(self, name: str, version: Optional[str], options: Mapping[str, Any], app_id: Optional[str]) -> Dict[str, Any]:
        """Start the service.

        :raises Unclear: whether it was started is not known.
        """
        body = _given(packageName=name, packageVersion=version, options=options or None, appId=app_id)
        return self._change("/package/install", body, f"install {name}")

    def update(self, app_id: str, options: Mapping[str, Any], replace: bool, version: Optional[str]) -> Dict[str, Any]:
        """Change options, all of them with ``replace``, and the version where DC/OS can do that."""
        body = _given(appId=app_id, replace=replace, options=options, packageVersion=version)
        return self._change("/cosmos/service/update", body, f"update service {app_id}")

    def uninstall(self, name: str, app_id: str) -> Dict[str, Any]:
        """Delete the app of the service; its framework only where the package labels it."""
        return self._change("/package/uninstall", {"packageName": name, "appId": app_id}, f"uninstall {app_id}")

    def _ask(self, path: str, body: Mapping[str, Any], what: str) -> Dict[str, Any]:
        """A call that changes nothing: repeated when there was no answer, or one that may be another the next time."""
        left = self._client.settings.retries
        while True:
            try:
                return self._send(path, body, what)
            except (CosmosError, HttpError) as error:
                if left <= 0 or not _temporary(error):
                    raise
            left -= 1
            self._sleep(PAUSE)

    def _change(self, path: str, body: Mapping[str, Any], what: str) -> Dict[str, Any]:
        try:
            return self._send(path, body, what)
        except HttpError as error:
            if isinstance(error, TlsError) or not (error.status is None and error.sent or error.status in TEMPORARY_STATUSES):
                raise
            raise Unclear(f"Whether Cosmos did what it was asked, to {what}, is not known: {error.message}", url=error.url) from error

    def _send(self, path: str, body: Mapping[str, Any], what: str) -> Dict[str, Any]:
        sent, wanted = media_types(path)
        url = self.url + path
        headers = {"Content-Type": sent, "Accept": wanted}
        try:
            # No redirects: they would make a GET of it.
            response = self._client.request("POST", url, data=json.dumps(body).encode(), headers=headers, retries=0, redirects=False)
        except HttpError as error:
            payload: Json = error.payload if isinstance(error.payload, dict) else {}
            if not isinstance(payload.get("type"), str):
                raise
            given = payload.get("data")
            data = given if isinstance(given, dict) else {}
            message = one_line(str(payload.get("message") or "no further word"))
            raise CosmosError(what, payload["type"], message, data, error.status, error.url) from error
        if response.status_code >= 300:
            target = response.headers.get("Location", "")
            raise HttpError(f"POST {url} is redirected to {target or 'nowhere'}; set url to where DC/OS really is", url, response.status_code)
        got = response.headers.get("Content-Type", "")
        if parameters(got) != parameters(wanted):
            raise HttpError(
                f"POST {url} answered with {got or 'no type'} instead of {wanted}; is url the address of a DC/OS 1.10 or newer?",
                url, response.status_code,
            )
        try:
            return cast(Json, response.json())
        except ValueError:
            raise HttpError(f"POST {url} answered with {got} that is not JSON; is url the address of DC/OS?", url, response.status_code) from None


def login(client: HttpClient, url: str, username: str, password: str) -> str:
    """A token for a user of DC/OS.

    :raises HttpError: the user or the password is wrong, or nothing answers.
    """
    path = f"{url}/acs/api/v1/auth/login"
    # A login changes nothing, so it may be repeated.
    answer = client.json("POST", path, json_body={"uid": username, "password": password}, idempotent=True, redirects=False)
    token = answer.get("token") if isinstance(answer, dict) else None
    if not token:
        raise HttpError(f"POST {path} answered without a token; is url the address of DC/OS?", path)
    return str(token)


def authorization(token: str) -> str:
    """The Authorization header of DC/OS, which is not that of bearer tokens."""
    return f"token={token}"


def media_types(path: str) -> Tuple[str, str]:
    """Content-Type and Accept of a call."""
    kind, family, version = CALLS[path]
    stem = f"application/vnd.dcos.{family}.{kind}"
    return f"{stem}-request+json;charset=utf-8;version=v1", f"{stem}-response+json;charset=utf-8;version=v{version}"


def parameters(media_type: str) -> Tuple[str, Optional[str]]:
    """Name and version of a media type, whatever the order and the case of its parameters."""
    name, *rest = [part.strip().lower() for part in media_type.split(";")]
    return name, dict(part.partition("=")[::2] for part in rest).get("version")


def schema_faults(data: Mapping[str, Any]) -> List[str]:
    """What a JsonSchemaMismatch says of each option; of secrets only that they are wrong, as the words may quote the value."""
    faults = []
    for each in data.get("errors") or []:
        if not isinstance(each, dict):
            continue
        pointer = str((each.get("instance") or {}).get("pointer") or "").strip("/").replace("/", ".")
        words = "is not valid" if pointer and is_secret(pointer) else one_line(str(each.get("message") or each.get("keyword") or "is not valid"), 200)
        faults.append(f"{pointer}: {words}" if pointer else words)
    return faults


def _given(**body: Any) -> Dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _temporary(error: CollectionError) -> bool:
    if isinstance(error, CosmosError):
        return error.kind in TEMPORARY
    return isinstance(error, HttpError) and not isinstance(error, TlsError) and (error.status is None or error.status in TEMPORARY_STATUSES)
