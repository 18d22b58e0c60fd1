# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon's REST API, version 2, on whichever of several Marathons answers.

A Marathon that does not lead passes requests on to the one that does. Statuses and bodies are those of 1.11.26. What changes
something is sent again only when it is certain that no Marathon acted on it; otherwise Unclear tells the caller to look first.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, cast
from urllib.parse import quote

# By their whole names, by which pylint knows that they are exceptions.
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError

from ..http_client import (
    HttpClient,
    HttpError,
    HttpSettings,
    Json,
    NoneAnswered,
    TlsError,
    base_url,
    http_argument_spec,
)

HTTP_PORT = 8080
LEADER_HEADER = "X-Marathon-Leader"
NO_LEADER = "Could not determine the current leader"
ROUND_PAUSE = 0.5
ELECTION_PAUSE = 1.0
# After these a Marathon, or the leader behind it, may have acted on a request all the same.
UNCLEAR_STATUSES = frozenset((500, 502, 503, 504))


class MarathonError(CollectionError):
    """Marathon refused something, or an app is not as it should be."""


class Unclear(MarathonError):
    """A change was sent, and whether Marathon acted on it is not known; ``cause`` is what went wrong."""

    def __init__(self, cause: HttpError) -> None:
        super().__init__(f"Whether Marathon acted on it is not known: {cause.message}", url=cause.url, status=cause.status)
        self.cause = cause


class Locked(MarathonError):
    """Deployments that run already hold the app; ``deployments`` are their ids."""

    def __init__(self, cause: HttpError, deployments: Sequence[str]) -> None:
        super().__init__(cause.message, url=cause.url, status=cause.status)
        self.deployments = list(deployments)


class AlreadyExists(MarathonError):
    """The app that should be created is there."""


def marathon_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/marathon.py documents, with those of the C(http_client) fragment."""
    return dict(
        urls=dict(type="list", elements="str", required=True),
        leader_timeout=dict(type="int", default=30),
        mesos_username=dict(type="str"),
        mesos_password=dict(type="str", no_log=True),
        **http_argument_spec(),
    )


def marathon_urls(urls: Sequence[str]) -> List[str]:
    """Base URLs of the Marathons; one given twice counts once."""
    if not urls:
        raise InputError("urls is empty; name at least one Marathon as host:port")
    return list(dict.fromkeys(base_url(url, HTTP_PORT) for url in urls))


class Marathon:
    """Calls to a Marathon, the leading one first where it is known; an election is waited for up to ``leader_timeout`` seconds."""

    def __init__(
        self,
        client: HttpClient,
        urls: Sequence[str],
        leader_timeout: float = 30,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._bases = marathon_urls(urls)
        self.leader_timeout = leader_timeout
        self._clock = clock
        self._sleep = sleep

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "Marathon":
        if params["leader_timeout"] < 0:
            raise InputError(f"leader_timeout is {params['leader_timeout']}; it must not be negative")
        return cls(HttpClient(HttpSettings.from_params(params)), params["urls"], params["leader_timeout"])

    @property
    def base(self) -> str:
        """Base URL of the Marathon that answered last, or of the leading one when it is one of the list."""
        return self._bases[0]

    @property
    def bases(self) -> List[str]:
        return list(self._bases)

    def ask(self, base: str, path: str) -> Any:
        """GET from one given Marathon, once."""
        return self._client.json("GET", base + path, retries=0)

    def get(self, path: str, params: Optional[Mapping[str, str]] = None) -> Any:
        """The JSON at a path.

        :raises NoneAnswered: no Marathon could serve it, or none was elected within ``leader_timeout`` seconds.
        """
        return self._call("GET", path, params, None, _reason_to_ask_another)[1]

    def info(self) -> Dict[str, Any]:
        return cast(Json, self.get("/v2/info"))

    def leader(self) -> Optional[str]:
        """The leading Marathon as host:port; None when there is none."""
        try:
            return cast(Optional[str], self.get("/v2/leader").get("leader"))
        except HttpError as error:
            if error.status != 404:
                raise
            return None

    def app(self, app_id: str) -> Optional[Dict[str, Any]]:
        """The app with tasks, counts, deployments and last failure; None when there is none."""
        try:
            return cast(Json, self.get(_app_path(app_id))["app"])
        except HttpError as error:
            if error.status != 404 or "does not exist" not in error.server_message:
                raise
            return None

    def apps(self, label: Optional[str] = None) -> List[Dict[str, Any]]:
        """All apps, or those that a label selector of Marathon's takes (name==value, name in (a, b), name)."""
        return cast(List[Json], self.get("/v2/apps", {"label": label} if label else None)["apps"])

    def deployments(self) -> List[Dict[str, Any]]:
        return cast(List[Json], self.get("/v2/deployments"))

    def queue(self) -> List[Dict[str, Any]]:
        """What waits for offers."""
        return cast(List[Json], self.get("/v2/queue")["queue"])

    def create(self, app: Mapping[str, Any], force: bool = False) -> str:
        """Create an app, and return the id of its deployment.

        :raises AlreadyExists: it is there.
        """
        headers, _app = self._change("POST", "/v2/apps", _force(force), app)
        return str(headers["Marathon-Deployment-Id"])

    def update(self, app_id: str, body: Mapping[str, Any], replace: bool = False, force: bool = False) -> str:
        """Change the fields of ``body``, or with ``replace`` everything, and return the id of the deployment."""
        params = {**_force(force), **({"partialUpdate": "false"} if replace else {})}
        return str(self._change("PUT", _app_path(app_id), params, body)[1]["deploymentId"])

    def restart(self, app_id: str, force: bool = False) -> str:
        return str(self._change("POST", f"{_app_path(app_id)}/restart", _force(force), None)[1]["deploymentId"])

    def delete(self, app_id: str, force: bool = False) -> str:
        # Without the parameter Marathon deletes over a lock.
        return str(self._change("DELETE", _app_path(app_id), {"force": "true" if force else "false"}, None)[1]["deploymentId"])

    def undo(self, deployment_id: str) -> Optional[str]:
        """Roll a running deployment back, and return the id of the deployment that does it; None when it does not run (any more)."""
        try:
            return cast(Optional[str], self._change("DELETE", f"/v2/deployments/{quote(deployment_id)}", {}, None)[1]["deploymentId"])
        except HttpError as error:
            if error.status != 404:
                raise
            return None

    def _change(self, method: str, path: str, params: Mapping[str, str], body: Any) -> Tuple[Mapping[str, str], Any]:
        """Send something once.

        :raises Unclear: Marathon may or may not have acted on it.
        :raises Locked: a deployment holds the app.
        """
        try:
            return self._call(method, path, params, body, _reason_to_send_again)
        except NoneAnswered:
            raise
        except HttpError as error:
            if error.status is None or (error.status in UNCLEAR_STATUSES and "URI not found" not in error.server_message):
                raise Unclear(error) from error
            payload = error.payload if isinstance(error.payload, dict) else {}
            if error.status == 409 and payload.get("deployments"):
                raise Locked(error, [each["id"] for each in payload["deployments"]]) from error
            if error.status == 409 and "already exists" in error.server_message:
                raise AlreadyExists(error.message) from error
            if error.status in (400, 422):
                raise MarathonError(f"Marathon refuses the request: {refusal(payload) or error.message}", status=error.status) from error
            raise

    def _call(
        self, method: str, path: str, params: Optional[Mapping[str, str]], body: Any, reason_to_move: Callable[[HttpError], Optional[str]]
    ) -> Tuple[Mapping[str, str], Any]:
        rounds = self._client.settings.retries
        started = self._clock()
        while True:
            reasons: List[Tuple[str, str]] = []
            errors: List[HttpError] = []
            for base in list(self._bases):
                try:
                    response = self._client.request(method, base + path, params=params or None, json_body=body, retries=0)
                except HttpError as error:
                    reason = reason_to_move(error)
                    if reason is None:
                        raise
                    reasons.append((base, reason))
                    errors.append(error)
                    continue
                self._prefer(response.headers.get(LEADER_HEADER), base)
                try:
                    return response.headers, response.json()
                except ValueError:
                    raise HttpError(
                        f"{method} {base}{path} answered {response.status_code} with something that is not JSON; is Marathon listening there?",
                        base + path,
                        response.status_code,
                    ) from None
            failure = NoneAnswered("Marathon", reasons, errors)
            if any(NO_LEADER in error.server_message for error in errors):
                if self._clock() - started >= self.leader_timeout:
                    raise failure
                self._sleep(ELECTION_PAUSE)
            elif rounds <= 0:
                raise failure
            else:
                rounds -= 1
                self._sleep(ROUND_PAUSE)

    def _prefer(self, leader: Optional[str], answered: str) -> None:
        """Ask the leader first the next time if it is one of the list, else the one that answered."""
        first = answered
        if leader:
            with suppress(InputError):
                first = next((base for base in self._bases if base == base_url(leader, HTTP_PORT)), answered)
        self._bases = [first] + [base for base in self._bases if base != first]


def refusal(payload: Mapping[str, Any]) -> str:
    """What Marathon says of a bad app, with the path of each fault."""
    details = payload.get("details")
    if not isinstance(details, list):
        return f"{payload.get('message', '')} {details or ''}".strip()
    said = []
    for each in details:
        if isinstance(each, dict):
            path = str(each.get("path", "")).strip("/").replace("/", ".")
            errors = ", ".join(str(error) for error in each.get("errors", []))
            said.append(f"{path}: {errors}" if path else errors)
        else:
            said.append(str(each))
    return "; ".join(said)


def _app_path(app_id: str) -> str:
    return "/v2/apps" + quote(app_id)


def _force(force: bool) -> Dict[str, str]:
    return {"force": "true"} if force else {}


def _reason_to_ask_another(error: HttpError) -> Optional[str]:
    if isinstance(error, TlsError):
        return None
    if error.status is None:
        return error.reason
    if error.status in (502, 503, 504) or (error.status == 500 and "URI not found" not in error.server_message):
        return f"{error.status}: {error.server_message or 'no further word'}"
    return None


def _reason_to_send_again(error: HttpError) -> Optional[str]:
    """Why a change can go to another Marathon: this one cannot have acted on it."""
    if isinstance(error, TlsError):
        return None
    if not error.sent:
        return error.reason
    if error.status == 502 and NO_LEADER in error.server_message:
        return f"502: {NO_LEADER}"
    return None
