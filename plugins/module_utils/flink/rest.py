# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's REST API, version 1, on any of a cluster's JobManagers.

The calls are those of Flink 1.5 to 2.3; statuses and bodies as answered by 1.5.0, 1.7.2, 1.8.3, 1.9.3, 1.12.5, 1.13.6, 1.20.5 and 2.3.0. With high
availability every JobManager answers for the cluster: its web server asks the leader, or, up to 1.7, redirects to it. Uploaded jars stay
with the one that took them.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, TypeVar, cast
from urllib.parse import quote

# By their whole names, by which pylint knows that they are exceptions.
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError

from ..http_client import (
    Failover,
    HttpClient,
    HttpError,
    HttpSettings,
    Json,
    NoneAnswered,
    PlainServerError,
    TlsError,
    base_url,
    http_argument_spec,
    java_cause,
)
from .endpoint import Locate, endpoint_argument_spec, locator
from .jar import JarBody, UploadedJar
from .versions import NEWEST, SPANS, in_span, name_of

T = TypeVar("T")

REST_PORT = 8081
#: 1.5 and 1.6 take arguments in the address, of which their server reads 4096 bytes; the rest is for jar, class and savepoint.
LONGEST_ARGUMENTS = 3000
#: Options by their names from 1.20 on, and before.
SAVEPOINTS_DIR = ("execution.checkpointing.savepoint-dir", "state.savepoints.dir")
CHECKPOINTS_DIR = ("execution.checkpointing.dir", "state.checkpoints.dir")
#: What a JobManager remembers of a job that it led until it lost leadership. When it leads again it lists that beside the job itself, or in
#: the place of one that has ended under another leader.
SUSPENDED = "SUSPENDED"
TERMINAL_STATES = frozenset(("FINISHED", "FAILED", "CANCELED"))
ROUND_PAUSE = 0.5


class FlinkError(CollectionError):
    """Flink refused a request, or its job failed."""


class UnsupportedVersion(FlinkError):
    """The cluster is older than the REST API that the collection speaks."""


@dataclass(frozen=True)
class Version:
    """``text`` is what Flink says, such as 1.12.5; ``number`` its first two parts."""

    text: str
    number: Tuple[int, int]

    @classmethod
    def of(cls, text: str) -> "Version":
        """:raises ValueError: it is none."""
        match = re.match(r"(\d+)\.(\d+)", text)
        if not match:
            raise ValueError(text)
        return cls(text, (int(match.group(1)), int(match.group(2))))

    @property
    def minor(self) -> int:
        """As versions.py counts them; that of a version which is not known there is higher than all that are."""
        return (self.number[0] - 1) * 100 + self.number[1]

    def has(self, what: str) -> bool:
        """Whether it has what versions.py calls so."""
        return in_span(self.minor, SPANS[what])


@dataclass(frozen=True)
class Failure:
    """``trace`` is empty and ``timestamp`` (ms since 1970) is 0 when there was none."""

    trace: str
    timestamp: int


def flink_rest_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/flink_rest.py documents, with those of the C(http_client) fragment."""
    return dict(mixed_tls=dict(type="bool", default=False), **endpoint_argument_spec(), **http_argument_spec())


def rest_urls(urls: Sequence[str]) -> List[str]:
    """Base URLs of the JobManagers; one given twice counts once."""
    if not urls:
        raise InputError("urls is empty; name at least one JobManager as host:port of its REST server")
    return list(dict.fromkeys(base_url(url, REST_PORT) for url in urls))


def both_ways(bases: Sequence[str]) -> List[str]:
    """Each base URL by https and then by http, for JobManagers of which some speak TLS and others do not."""
    return list(dict.fromkeys(f"{scheme}://{base.partition('://')[2]}" for base in bases for scheme in ("https", "http")))


def with_what_is_there(settings: HttpSettings) -> HttpSettings:
    """Without those files of a certificate that do not exist yet, or not any more; certificate and key are used together."""
    own = [path for path in (settings.client_cert, settings.client_key) if path]
    found = settings if all(map(os.path.exists, own)) else replace(settings, client_cert=None, client_key=None)
    return found if found.ca_path and os.path.exists(found.ca_path) else replace(found, ca_path=None)


class FlinkRest:
    """Calls to whichever JobManager of a list answers; ``locate``, if given, tells the list anew after nobody has answered.

    ``mixed``: some of the list may speak TLS and others not, whatever the list says.
    """

    def __init__(
        self, client: HttpClient, urls: Sequence[str], sleep: Callable[[float], None] = time.sleep, locate: Optional[Locate] = None, mixed: bool = False
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._locate = locate
        bases = [] if locate else rest_urls(urls)
        self._known: Optional[Failover] = None if locate else Failover(both_ways(bases) if mixed else bases, "JobManager")

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "FlinkRest":
        settings, mixed = HttpSettings.from_params(params), bool(params.get("mixed_tls"))
        client = HttpClient(with_what_is_there(settings) if mixed else settings)
        return cls(client, params.get("urls") or [], locate=locator(params), mixed=mixed)

    @property
    def base(self) -> str:
        """Base URL of the JobManager that answered last."""
        return self._jobmanagers.bases[0]

    @property
    def bases(self) -> List[str]:
        return self._jobmanagers.bases

    @property
    def _jobmanagers(self) -> Failover:
        if self._known is None:
            self._known = Failover(rest_urls(self._locate() if self._locate else []), "JobManager")
        return self._known

    def _on_any(self, send: Callable[[str], T]) -> T:
        try:
            return self._jobmanagers.call(send, reason_to_move)
        except NoneAnswered as error:
            if self._locate:
                self._known = None
            elif all(isinstance(each, TlsError) for each in error.errors):
                raise error.errors[0] from error
            raise

    def ask(self, base: str, path: str) -> Any:
        """GET from one given JobManager, once."""
        return self._client.json("GET", base + path, retries=0)

    def get(self, path: str) -> Any:
        """GET from the first JobManager that answers; all of them are asked up to ``retries`` more times.

        :raises NoneAnswered: none could serve it, for example because a leader is being elected.
        """
        rounds = self._client.settings.retries
        while True:
            try:
                return self._on_any(lambda base: self.ask(base, path))
            except NoneAnswered:
                if rounds <= 0:
                    raise
                rounds -= 1
                self._sleep(ROUND_PAUSE)

    def version(self) -> Version:
        """The cluster's version.

        :raises UnsupportedVersion: it is older than 1.5, whose REST API is another one.
        """
        text = str(self.get("/config").get("flink-version", ""))
        try:
            version = Version.of(text)
        except ValueError:
            raise FlinkError(f"{self.base}/config names no Flink version ({text!r}); is a JobManager listening there?") from None
        if not version.has("rest"):
            raise UnsupportedVersion(f"The JobManager {self.base} runs Flink {text}; its REST API can be used from Flink 1.5 on, so upgrade the cluster")
        return version

    def overview(self) -> Dict[str, Any]:
        return cast(Json, self.get("/overview"))

    def taskmanagers(self) -> List[Dict[str, Any]]:
        return cast(List[Json], self.get("/taskmanagers")["taskmanagers"])

    def jobs(self) -> List[Dict[str, Any]]:
        """All jobs that the cluster remembers. Unlike a single job's page this list is never served from a cache."""
        return [job for job in cast(List[Json], self.get("/jobs/overview")["jobs"]) if job["state"] != SUSPENDED]

    def job(self, job_id: str) -> Dict[str, Any]:
        return cast(Json, self.get(f"/jobs/{quote(job_id)}"))

    def checkpoints(self, job_id: str) -> Optional[Dict[str, Any]]:
        """Statistics of checkpoints, up to the cluster's refresh interval (3 s) old; None for a job that takes none, or has not begun."""
        return self._of_checkpoints(f"/jobs/{quote(job_id)}/checkpoints")

    def root_exception(self, job_id: str) -> str:
        """The whole stack trace of what a job failed with, or an empty string."""
        return self.last_failure(job_id).trace

    def last_failure(self, job_id: str) -> Failure:
        """What a job failed with last. It stays when the job is restarted, and is forgotten when another JobManager takes over."""
        answer = self.get(f"/jobs/{quote(job_id)}/exceptions?maxExceptions=1")
        if answer.get("root-exception"):
            return Failure(str(answer["root-exception"]), int(answer.get("timestamp") or 0))
        # 2.0 and newer have but the history, which 1.13 brought, the last one first.
        newest: Json = next(iter((answer.get("exceptionHistory") or {}).get("entries") or []), {})
        return Failure(str(newest.get("stacktrace") or ""), int(newest.get("timestamp") or 0))

    def checkpoint_settings(self, job_id: str) -> Optional[Dict[str, Any]]:
        """Interval in ms and what is retained; None for a job that takes no checkpoints, or has not begun."""
        return self._of_checkpoints(f"/jobs/{quote(job_id)}/checkpoints/config")

    def _of_checkpoints(self, path: str) -> Optional[Dict[str, Any]]:
        try:
            return cast(Json, self.get(path))
        except HttpError as error:
            # Until its master has begun, a job is listed, and asking for its checkpoints is an error (UnavailableDispatcherOperationException).
            if error.status == 404 or "while the JobManager is initializing" in error.message:
                return None
            raise

    def find(self, job_id: str) -> Optional[Dict[str, Any]]:
        """A job as the list of jobs has it; None when the cluster does not know it.

        The list leaves out a job whose master is just being elected, so the job's own page has the last word.
        """
        for job in self.jobs():
            if job["jid"] == job_id:
                return job
        try:
            page = self.job(job_id)
        except HttpError as error:
            if error.status == 404:
                return None
            raise
        if page["state"] == SUSPENDED:
            return None
        tasks = {state.lower(): number for state, number in (page.get("status-counts") or {}).items()}
        counted = {"total": sum(tasks.values()), "running": 0, "finished": 0, **tasks}
        return {**{name: page[name] for name in ("jid", "name", "state", "start-time", "end-time", "duration")}, "tasks": counted}

    def configuration(self) -> Dict[str, str]:
        """The JobManager's effective configuration; Flink itself hides passwords in it."""
        return {entry["key"]: entry["value"] for entry in self.get("/jobmanager/config")}

    def upload(self, jar: str, timeout: float) -> UploadedJar:
        """Upload a jar from this host to one JobManager. ``timeout`` in seconds."""
        def send(base: str) -> UploadedJar:
            with open(jar, "rb") as handle:
                body = JarBody(handle, os.path.basename(jar))
                # A standby of 1.7 that has redirected an upload takes the next request on that connection for one with files, and refuses it.
                headers = {"Content-Type": body.content_type, "Connection": "close"}
                answer = self._client.json("POST", f"{base}/jars/upload", data=body, headers=headers, timeout=timeout)
            return UploadedJar(base, _told(answer, "filename", f"{base}/jars/upload").replace("\\", "/").rsplit("/", 1)[-1])

        # Taking the same jar twice does no harm, so any JobManager that does not answer is passed over.
        return self._on_any(send)

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """Ask for something that must not be asked for twice: another JobManager is tried only if this one cannot have heard it."""
        def ask(base: str) -> Any:
            return self._client.json(method, base + path, json_body=dict(body), retries=0)

        try:
            return self._jobmanagers.call(ask, lambda error: None if error.sent else reason_to_move(error))
        except HttpError as error:
            if self._locate and error.status is None:
                self._known = None
            raise

    def plan(self, version: "Version", jar: UploadedJar, body: Mapping[str, Any], timeout: float) -> Dict[str, Any]:
        """Have the JobManager build a jar's job graph without running it; its main method runs up to the first execute()."""
        method = "POST" if version.has("plan_by_post") else "GET"
        known = {name: value for name, value in body.items() if name in ("entryClass", "programArgs", "programArgsList", "parallelism")}
        address = f"{jar.base}/jars/{quote(jar.jar_id)}/plan"
        if version.has("argument_list"):
            # From 1.7 to 1.10 the GET, too, takes a body; arguments in its address are split at commas.
            return cast(Json, self._client.json(method, address, json_body=known, timeout=timeout, retries=0))
        return cast(Json, self._client.json(method, address, params=_in_address(known), timeout=timeout, retries=0))

    def run(self, jar: UploadedJar, body: Mapping[str, Any], timeout: float) -> str:
        """Run an uploaded jar and return the job's id. Not repeated: a job must not be started twice."""
        address = f"{jar.base}/jars/{quote(jar.jar_id)}/run"
        try:
            answer = self._client.json("POST", address, json_body=dict(body), timeout=timeout)
        except HttpError as error:
            if error.status != 400 or "EmptyRequestBody" not in error.server_message:
                raise
            # 1.5.0 wants everything in the address; it has not looked at the jar yet.
            answer = self._client.json("POST", address, params=_in_address(body), json_body={}, timeout=timeout)
        return _told(answer, "jobid", address)

    def delete_jar(self, jar: UploadedJar) -> None:
        """Delete an uploaded jar. A JobManager that is gone, or was started anew, has lost it by itself, and a deletion whose answer
        was lost is refused when it is asked for again."""
        try:
            self._client.request("DELETE", f"{jar.base}/jars/{quote(jar.jar_id)}")
        except HttpError as error:
            if error.status not in (None, 400, 404):
                raise

    def cancel(self, job_id: str) -> None:
        """Ask for a job to be cancelled. It may take a while, and a job that has ended is left alone."""
        def send(base: str) -> Any:
            return self._client.request("PATCH", f"{base}/jobs/{quote(job_id)}", params={"mode": "cancel"}, json_body={}, idempotent=True, retries=0)

        try:
            self._on_any(send)
        except HttpError as error:
            if error.status not in (404, 409):
                raise


def run_body(
    version: Version, entry_class: Optional[str], arguments: Sequence[str], parallelism: Optional[int], job_id: Optional[str]
) -> Dict[str, Any]:
    """The body of a run, in the spelling of the version: 1.5 and 1.6 take the arguments in one string, 1.8 a job's id.

    :raises InputError: the arguments cannot be told to 1.5 or 1.6.
    """
    body: Dict[str, Any] = {}
    if entry_class:
        body["entryClass"] = entry_class
    if parallelism:
        body["parallelism"] = parallelism
    if arguments and version.has("argument_list"):
        body["programArgsList"] = list(arguments)
    elif arguments:
        if any(each in argument for argument in arguments for each in "\"',"):
            raise InputError(f"Flink {version.text} takes no quotes and commas in a job's arguments; leave them out or upgrade to 1.7")
        told = " ".join(f'"{argument}"' if re.search(r"\s", argument) or not argument else argument for argument in arguments)
        if len(quote(told)) > LONGEST_ARGUMENTS:
            raise InputError(f"The arguments of the job are {len(quote(told))} bytes long in an address, of which Flink {version.text} takes "
                             f"{LONGEST_ARGUMENTS}; shorten them or upgrade to 1.7")
        body["programArgs"] = told
    if job_id and version.has("own_job_id"):
        body["jobId"] = job_id
    return body


def restore_body(version: Version, path: str, allow_non_restored: bool) -> Dict[str, Any]:
    """What a run's body has besides to start from a savepoint or checkpoint, which stays the caller's: Flink neither deletes nor builds on it,
    whatever the cluster's configuration says of that. Up to 1.14 there is no other way.
    """
    body: Dict[str, Any] = {"savepointPath": path, "allowNonRestoredState": allow_non_restored}
    named = {"restore_mode": "restoreMode", "claim_mode": "claimMode"}
    return {**body, **{field: "NO_CLAIM" for name, field in named.items() if version.has(name)}}


def option_of(settings: Mapping[str, str], names: Sequence[str]) -> str:
    """The value of an option under the first of its names that a configuration has; empty if it has none."""
    return next((settings[name] for name in names if settings.get(name)), "")


def untried(version: Version) -> str:
    """What is to be said of a version newer than those that were tried; empty for the others."""
    return f"Flink {version.text} is newer than {name_of(NEWEST)}, the last version that this module was tried with" if version.minor > NEWEST else ""


def _told(answer: Any, name: str, address: str) -> str:
    """One field of an answer.

    :raises FlinkError: it is not there.
    """
    value = answer.get(name) if isinstance(answer, dict) else None
    if not value:
        raise FlinkError(f"POST {address} answered without {name}; is a JobManager listening there?", url=address)
    return str(value)


def _in_address(body: Mapping[str, Any]) -> Dict[str, str]:
    """The body of a run as parameters of its address, under their names there."""
    names = {"entryClass": "entry-class", "programArgs": "program-args"}
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in body.items() if value}
    return {names.get(name, name): text for name, text in texts.items()}


def reason_to_move(error: HttpError) -> Optional[str]:
    """Why another JobManager should be asked, or None if its answer would be the same."""
    if isinstance(error, TlsError) and not isinstance(error, PlainServerError):
        return None
    if error.status is None:
        return error.reason
    if error.status >= 500:
        # 503 while a leader is elected; 500 when the leader that it knows has just died.
        return f"{error.status}: {error.server_message or 'no further word'}"
    return None


def failure_of(trace: str) -> str:
    """One sentence for a job's stack trace."""
    return " ".join(java_cause(trace).split()) or "Flink names no exception"
