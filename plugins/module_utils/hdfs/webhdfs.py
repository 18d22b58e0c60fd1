# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WebHDFS on whichever NameNode of a list is active.

Operations, statuses and exceptions are those of Hadoop's document "WebHDFS REST API", as answered by HDFS 3.4.1.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, TypeVar
from urllib.parse import quote, urlsplit

from ..errors import CollectionError, InputError
from ..http_client import (
    TEMPORARY_STATUSES,
    Failover,
    HttpClient,
    HttpError,
    HttpSettings,
    NoneAnswered,
    TlsError,
    base_url,
    http_argument_spec,
)
from ..urls import public_url
from ..wait import Observation, WaitTimeout, wait_for
from .journal import journals

T = TypeVar("T")

NAMENODE_HTTP_PORT = 9870
DATANODE_HTTP_PORT = 9864
WAIT_INTERVAL = 1.0
DATANODE_ATTEMPTS = 3
NO_QUOTA = -1
INHERITED_POLICY = 0


class HdfsError(CollectionError):
    """HDFS refused a request, or cannot serve it now."""


class SafeModeError(HdfsError):
    """The active NameNode stayed in safe mode, in which nothing can be written."""


class NoActiveNameNode(HdfsError):
    """No NameNode of the list is active."""


class NoUsableDataNode(HdfsError):
    """None of the DataNodes takes or gives a file now, or none is there."""


class PermissionRefused(HdfsError):
    """The HDFS user may not do this."""


@dataclass(frozen=True)
class FileStatus:
    """What HDFS knows about a path. ``mode`` has four octal digits, ``length`` is in bytes, ``children`` counts entries."""

    is_directory: bool
    owner: str
    group: str
    mode: str
    length: int
    children: Optional[int]
    policy_id: int
    symlink: bool = False

    @property
    def state(self) -> str:
        return "directory" if self.is_directory else "file"


@dataclass(frozen=True)
class Quota:
    """Limits of a directory: names below it, and bytes on disk of all replicas. -1 is no limit."""

    namespace: int
    space: int


def webhdfs_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/webhdfs.py documents, with those of the C(http_client) fragment."""
    return dict(
        namenodes=dict(type="list", elements="str", required=True),
        user=dict(type="str", default="hdfs"),
        kerberos_principal=dict(type="str"),
        kerberos_keytab=dict(type="path", no_log=False),
        **http_argument_spec(),
    )


def named_user(params: Mapping[str, Any]) -> str:
    """Whom requests name: with Kerberos nobody, as the ticket does."""
    return "" if params.get("kerberos_principal") else str(params.get("user") or "hdfs")


def naming(user: str) -> Dict[str, str]:
    """The parameter of a request that names the user, if one is named."""
    return {"user.name": user} if user else {}


def namenode_urls(namenodes: Sequence[str]) -> List[str]:
    """Base URLs of the NameNodes' web servers; a name given twice counts once."""
    if not namenodes:
        raise InputError("namenodes is empty; name at least one NameNode as host:port of its web server")
    return list(dict.fromkeys(base_url(name, NAMENODE_HTTP_PORT) for name in namenodes))


def octal_mode(value: Any) -> str:
    """The mode as four octal digits.

    :raises InputError: it is a number (YAML has already read its digits as octal or decimal, nobody knows which) or not octal.
    """
    if not isinstance(value, str):
        raise InputError(f"mode {value!r} is not a string; write the octal digits in quotes, such as '0750'")
    digits = value[2:] if value.startswith("0o") else value
    if not digits or len(digits) > 4 or set(digits) - set("01234567") or (len(digits) == 4 and digits[0] not in "01"):
        raise InputError(f"mode {value!r} is not a mode of HDFS; write three or four octal digits in quotes, such as '0750' or '1777'")
    return digits.zfill(4)


def hdfs_path(value: str) -> str:
    """The absolute path without needless slashes.

    :raises InputError: it is relative, holds `.` or `..`, or a character that HDFS has no names with.
    """
    if not value.startswith("/"):
        raise InputError(f"path {value!r} does not start with a slash; HDFS paths are given in full")
    parts = [part for part in value.split("/") if part]
    if any(part in (".", "..") or ":" in part for part in parts):
        raise InputError(f"path {value!r} holds '.', '..' or ':', which HDFS takes in no name")
    return "/" + "/".join(parts)


def parent_of(path: str) -> str:
    return path.rsplit("/", 1)[0] or "/"


class WebHdfs:
    """Calls that go to the active NameNode, and wait up to ``wait`` seconds for one that can serve them."""

    def __init__(
        self,
        client: HttpClient,
        namenodes: Sequence[str],
        user: str,
        wait: float = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``user`` is named to HDFS; without one it goes by the ticket of the client."""
        self.user = user or client.settings.kerberos_principal or ""
        self._named = naming(user)
        self._client = client
        self._wait = wait
        self._clock = clock
        self._sleep = sleep
        self._namenodes = Failover(namenode_urls(namenodes), "NameNode")

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "WebHdfs":
        return cls(HttpClient(HttpSettings.from_params(params)), params["namenodes"], named_user(params), params.get("wait") or 0)

    @property
    def active(self) -> str:
        """Base URL of the NameNode that answered last."""
        return self._namenodes.bases[0]

    def status(self, path: str) -> Optional[FileStatus]:
        """What is at the path, or None. A path below a file is refused by HDFS and counts as an error."""
        try:
            answer = self._json("GET", "GETFILESTATUS", path)
        except HdfsError as error:
            if error.details.get("exception") == "FileNotFoundException":
                return None
            raise
        found = answer["FileStatus"]
        return FileStatus(
            is_directory=found["type"] == "DIRECTORY",
            owner=found["owner"],
            group=found["group"],
            mode=str(found["permission"]).zfill(4),
            length=int(found.get("length", 0)),
            children=found.get("childrenNum"),
            policy_id=int(found.get("storagePolicy", INHERITED_POLICY)),
            symlink=found["type"] == "SYMLINK",
        )

    def names(self, path: str) -> List[str]:
        """Names of the entries of a directory."""
        return [entry["pathSuffix"] for entry in self._json("GET", "LISTSTATUS", path)["FileStatuses"]["FileStatus"]]

    def make_directory(self, path: str, mode: str) -> None:
        """Create a directory. Missing parents get 0755: HDFS would give them ``mode`` too, without any umask."""
        parent = parent_of(path)
        if self.status(parent) is None:
            self._json("PUT", "MKDIRS", parent, permission="0755")
        self._json("PUT", "MKDIRS", path, permission=mode)

    def set_owner(self, path: str, owner: Optional[str], group: Optional[str]) -> None:
        wanted = {name: value for name, value in (("owner", owner), ("group", group)) if value}
        self._call("PUT", "SETOWNER", path, **wanted)

    def set_mode(self, path: str, mode: str) -> None:
        self._call("PUT", "SETPERMISSION", path, permission=mode)

    def quota(self, path: str) -> Quota:
        found = self._json("GET", "GETCONTENTSUMMARY", path)["ContentSummary"]
        return Quota(int(found["quota"]), int(found["spaceQuota"]))

    def set_quota(self, path: str, namespace: Optional[int], space: Optional[int]) -> None:
        """Set the limits that are not None; needs the superuser, and HDFS 3.4 or newer."""
        wanted = {name: str(value) for name, value in (("namespacequota", namespace), ("storagespacequota", space)) if value is not None}
        self._call("PUT", "SETQUOTA", path, **wanted)

    def storage_policy(self, path: str) -> str:
        """Name of the policy that applies to the path, set there or inherited."""
        return str(self._json("GET", "GETSTORAGEPOLICY", path)["BlockStoragePolicy"]["name"])

    def set_storage_policy(self, path: str, policy: Optional[str]) -> None:
        """Set the policy, or with None take away what was set so that the parent's applies."""
        if policy is None:
            self._call("POST", "UNSETSTORAGEPOLICY", path)
        else:
            self._call("PUT", "SETSTORAGEPOLICY", path, storagepolicy=policy)

    def rename(self, source: str, target: str) -> None:
        """Move a file over another one, in one step."""
        self._call("PUT", "RENAME", source, destination=target, renameoptions="OVERWRITE")

    def delete(self, path: str, recursive: bool) -> None:
        self._json("DELETE", "DELETE", path, recursive="true" if recursive else "false")

    def read(self, path: str) -> bytes:
        """The whole file, through the DataNode that the NameNode names."""
        return self._through_datanode("GET", "OPEN", path, None)

    def write(self, path: str, content: bytes, mode: str) -> None:
        """Create or overwrite a file, through the DataNode that the NameNode names."""
        self._through_datanode("PUT", "CREATE", path, content, overwrite="true", permission=mode)

    def journals(self) -> List[Dict[str, Any]]:
        """Where the NameNode that answered last writes its edits, and how far each JournalNode has come."""
        query = {"qry": "Hadoop:service=NameNode,name=NameNodeInfo", **self._named}
        beans = self._client.json("GET", f"{self.active}/jmx", params=query, retries=0)["beans"]
        return journals(beans[0]["NameJournalStatus"]) if beans else []

    def _url(self, base: str, path: str) -> str:
        return f"{base}/webhdfs/v1{quote(path, safe='/')}"

    def _params(self, op: str, options: Mapping[str, str]) -> Dict[str, str]:
        return {"op": op, **self._named, **options}

    def _json(self, method: str, op: str, path: str, **options: str) -> Any:
        answer = self._on_active(path, lambda base: self._client.json(method, self._url(base, path), params=self._params(op, options), retries=0))
        if op == "MKDIRS" and not answer.get("boolean"):
            raise HdfsError(f"HDFS did not create {path} and does not say why; look at the log of the NameNode {self.active}")
        return answer

    def _call(self, method: str, op: str, path: str, **options: str) -> Any:
        return self._on_active(path, lambda base: self._client.request(method, self._url(base, path), params=self._params(op, options), retries=0))

    def _redirect(self, method: str, op: str, path: str, options: Mapping[str, str]) -> Any:
        """The active NameNode's answer, which names the DataNode that has or takes the content."""
        def send(base: str) -> Any:
            return self._client.request(method, self._url(base, path), params=self._params(op, options), retries=0, redirects=False)

        return self._on_active(path, send)

    def _through_datanode(self, method: str, op: str, path: str, content: Optional[bytes], **options: str) -> bytes:
        """What a DataNode answers. Those that have only just been started on a loaded host take long for their first file, so all have the time of wait."""
        deadline = self._clock() + self._wait
        while True:
            try:
                return self._through_one_of_several(method, op, path, content, options)
            except NoUsableDataNode:
                if self._clock() >= deadline:
                    raise
                self._sleep(WAIT_INTERVAL)

    def _through_one_of_several(self, method: str, op: str, path: str, content: Optional[bytes], options: Mapping[str, str]) -> bytes:
        silent: Dict[str, NoUsableDataNode] = {}
        for left in reversed(range(DATANODE_ATTEMPTS)):
            try:
                redirect = self._redirect(method, op, path, {**options, "excludedatanodes": ",".join(silent)} if silent else options)
            except NoUsableDataNode as none_left:
                # Without those that are excluded HDFS may have none: what these did is the reason.
                raise [none_left, *silent.values()][-1] from None
            location = redirect.headers.get("Location")
            if not location:
                return bytes(redirect.content)
            headers = {"Content-Type": "application/octet-stream"} if content is not None else None
            try:
                answer = self._client.request(method, location, data=content, headers=headers, retries=0, redirects=False)
                if answer.is_redirect:  # no DataNode of Hadoop's does: somebody there would have this caller act elsewhere
                    raise HdfsError(f"The DataNode at {public_url(location)} sends the request for {path} on to another server, which is not followed: "
                                    "have the DataNode itself answer there", url=public_url(location))
                return bytes(answer.content)
            except HttpError as error:
                if error.status is None and not isinstance(error, TlsError):
                    host = urlsplit(location).hostname or ""
                    silent[host] = NoUsableDataNode(
                        f"The NameNode {self.active} sends the request for {path} to the DataNode {host}, which cannot be used from here: "
                        f"{error.message}",
                        url=public_url(location),
                    )
                # The NameNode may have become standby after it had named the DataNode.
                elif not left or remote_exception(error) not in ("StandbyException", "RetriableException"):
                    raise self._refused(path, error) from error
        raise list(silent.values())[-1]

    def _on_active(self, path: str, send: Callable[[str], T]) -> T:
        bound = max(self._wait, self._client.settings.retries * WAIT_INTERVAL)

        def probe() -> Observation:
            try:
                return Observation(True, "", self._namenodes.call(send, reason_to_move))
            except NoneAnswered as error:
                return Observation(False, "; ".join(f"{base} {reason}" for base, reason in error.reasons), error)
            except HttpError as error:
                if is_safe_mode(error):
                    return Observation(False, f"safe mode ({error.server_message})", error)
                raise self._refused(path, error) from error

        try:
            answer: T = wait_for(probe, bound, WAIT_INTERVAL, "a NameNode", clock=self._clock, sleep=self._sleep).value
            return answer
        except WaitTimeout as timeout:
            seen = timeout.last.seen
            waited = f" within {bound:g} s" if bound else ""
            if isinstance(timeout.last.value, NoneAnswered):
                raise NoActiveNameNode(
                    f"No NameNode became active{waited}: {seen}; start one or fail over, or correct namenodes", namenodes=dict(timeout.last.value.reasons)
                ) from timeout
            raise SafeModeError(
                f"HDFS did not leave safe mode{waited}, so {path} cannot be changed: {seen}; start the missing DataNodes or raise wait"
            ) from timeout

    def _refused(self, path: str, error: HttpError) -> HdfsError:
        exception = remote_exception(error)
        details = dict(url=error.url, status=error.status, exception=exception, server_message=error.server_message)
        if exception in ("AccessControlException", "AuthorizationException"):
            option = "user" if self._named else "kerberos_principal"
            return PermissionRefused(f"The HDFS user {self.user} may not do this with {path}: {error.server_message}; set {option} to one who may", **details)
        if exception == "IllegalArgumentException" and "SETQUOTA" in error.server_message:
            return HdfsError(f"This HDFS cannot set quotas over WebHDFS, which came with 3.4; leave out the quotas of {path}", **details)
        if exception in ("QuotaExceededException", "NSQuotaExceededException", "DSQuotaExceededException"):
            return HdfsError(f"A quota leaves no room for {path}: {error.server_message}", **details)
        if exception == "ParentNotDirectoryException":
            return HdfsError(f"A parent of {path} is a file: {error.server_message}", **details)
        if "Failed to find datanode" in error.server_message:
            return NoUsableDataNode(f"HDFS has no live DataNode that could hold {path}; start one and look at the DataNodes' logs", **details)
        if exception:
            return HdfsError(f"HDFS refused the request for {path}: {error.server_message or exception} ({exception})", **details)
        return HdfsError(error.message, **details)


def remote_exception(error: HttpError) -> str:
    """Simple name of the Java exception that HDFS answered with, or an empty string."""
    remote = error.payload.get("RemoteException") if isinstance(error.payload, dict) else None
    return str(remote.get("exception") or "") if isinstance(remote, dict) else ""


def is_safe_mode(error: HttpError) -> bool:
    """With high availability HDFS wraps the SafeModeException into a RetriableException."""
    exception = remote_exception(error)
    return exception == "SafeModeException" or (exception == "RetriableException" and "safe mode" in error.server_message.lower())


def reason_to_move(error: HttpError) -> Optional[str]:
    """Why another NameNode should be asked, or None if its answer would be the same."""
    exception = remote_exception(error)
    if exception == "StandbyException":
        return "is standby"
    if exception == "RetriableException" and not is_safe_mode(error):
        return f"is not ready ({error.server_message})"
    if isinstance(error, TlsError):
        return None
    if error.status is None or error.status in TEMPORARY_STATUSES:
        return f"does not answer ({error.reason})"
    return None
