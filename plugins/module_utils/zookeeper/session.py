# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One ZooKeeper session for the length of a module, over kazoo.

kazoo waits for ever by default: for a server, and for the answer to each request. Here every wait has the bound
``connect_timeout``, and what kazoo only logs becomes part of the error.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..errors import InputError, ZooKeeperError, need_library
from ..wait import check_positive
from .info import four_letter_word, parse_servers, probe_ensemble, split_server
from .tls import TLS_SPEC, client_context, kazoo_handler

PERMISSIONS = {"read": 1, "write": 2, "create": 4, "delete": 8, "admin": 16}
ALL_PERMISSIONS = 31
DELETES_PER_TRANSACTION = 1000
POLL = 0.1
#: What kazoo calls the answer of a server that lets nobody in but users, and its code; 2.8 does not know it, and its thread would end.
NO_USER, NO_USER_CODE = "SessionClosedRequireSaslError", -124
REFUSED = "ZooKeeper refused the credentials; correct auth.username and auth.password."

#: Connection options of every module that opens a session; described in the doc fragment ``zookeeper``.
ARGUMENT_SPEC: Dict[str, Any] = {
    "hosts": {"type": "list", "elements": "str", "required": True},
    "connect_timeout": {"type": "float", "default": 10},
    "auth": {
        "type": "dict",
        "options": {
            "scheme": {"type": "str", "choices": ["digest", "sasl"], "default": "digest"},
            "mechanism": {"type": "str", "choices": ["DIGEST-MD5", "GSSAPI"], "default": "DIGEST-MD5"},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "service": {"type": "str", "default": "zookeeper"},
        },
    },
    "tls": TLS_SPEC,
}


class ZooKeeperUnreachable(ZooKeeperError):
    """No session, or it was lost; may heal by itself."""


class NodeChanged(ZooKeeperError):
    """Somebody else changed the node between reading and writing it; nothing was overwritten."""


@dataclass(frozen=True, order=True)
class Acl:
    """One entry of an access control list. ``permissions`` is the sum of PERMISSIONS."""

    scheme: str
    id: str
    permissions: int

    def as_result(self) -> Dict[str, Any]:
        """The entry as it is written in a task."""
        names = [name for name, bit in PERMISSIONS.items() if self.permissions & bit]
        return {"scheme": self.scheme, "id": self.id, "permissions": names}


WORLD: FrozenSet[Acl] = frozenset([Acl("world", "anyone", ALL_PERMISSIONS)])


@dataclass(frozen=True)
class Stat:
    """ZooKeeper's own record of a node: transaction ids, times in ms since 1970, versions, owner session, sizes."""

    czxid: int
    mzxid: int
    ctime: int
    mtime: int
    version: int
    cversion: int
    aversion: int
    ephemeral_owner: int
    data_length: int
    children_count: int


@dataclass(frozen=True)
class Node:
    """A node as it was read, with the versions that a later write has to match."""

    path: str
    data: bytes
    acl: FrozenSet[Acl]
    stat: Stat


def digest_id(username: str, password: str) -> str:
    """The id of a digest ACL entry: ``user:base64(sha1(user:password))``."""
    hashed = hashlib.sha1(f"{username}:{password}".encode()).digest()  # noqa: S324 - ZooKeeper's scheme
    return f"{username}:{base64.b64encode(hashed).decode()}"


def parse_path(path: str) -> str:
    """A valid path of a node, as ZooKeeper's PathUtils judges it, a slash at the end forgiven.

    :raises InputError: it is none.
    """
    clean = path.rstrip("/") or "/"
    parts = clean.split("/")[1:]
    if not path.startswith("/"):
        raise InputError(f"ZooKeeper path {path!r} must start with a slash.")
    if clean != "/" and any(part in ("", ".", "..") for part in parts):
        raise InputError(f"ZooKeeper path {path!r} must not contain an empty, '.' or '..' component.")
    if any(ord(character) < 0x20 or 0x7F <= ord(character) <= 0x9F for character in clean):
        raise InputError(f"ZooKeeper path {path!r} must not contain control characters.")
    return clean


def parse_hosts(hosts: Sequence[str]) -> Tuple[List[str], str]:
    """Servers as ``host:port`` and the chroot (empty for none) of a connect string or a list.

    :raises InputError: a server or the chroot is malformed.
    """
    text = ",".join(hosts)
    slash = text.find("/")
    chroot = parse_path(text[slash:].strip()) if slash >= 0 else ""
    if chroot.split("/")[1:2] == ["zookeeper"]:
        raise InputError(f"The chroot {chroot} belongs to ZooKeeper itself; choose another one.")
    return parse_servers(hosts), "" if chroot == "/" else chroot


class Session:
    """What the collection does with nodes. Paths are below the chroot; a missing node reads as None."""

    def __init__(self, client: Any, chroot: str, timeout: float, identity: Optional[Tuple[str, str]]) -> None:
        self._client = client
        self._chroot = chroot
        self._timeout = timeout
        #: Scheme and id under which the server knows this session, for ACL entries of the scheme ``auth``.
        self.identity = identity

    def read(self, path: str) -> Optional[Node]:
        """Data, ACL and stat of a node, or None."""
        with _translated(path):
            try:
                data, stat = self._client.get_async(self._full(path)).get(timeout=self._timeout)
                acls, acl_stat = self._client.get_acls_async(self._full(path)).get(timeout=self._timeout)
            except _kazoo.NoNodeError:
                return None
        acl = frozenset(Acl(entry.id.scheme, entry.id.id, entry.perms) for entry in acls)
        return Node(path, data or b"", acl, replace(_stat(stat), aversion=acl_stat.aversion))

    def data(self, path: str) -> Optional[bytes]:
        """The data of a node, or None."""
        with _translated(path):
            try:
                return self._client.get_async(self._full(path)).get(timeout=self._timeout)[0] or b""
            except _kazoo.NoNodeError:
                return None

    def sync(self, path: str) -> None:
        """Let this member catch up with what the leader has committed."""
        with _translated(path):
            self._client.sync_async(self._full(path)).get(timeout=self._timeout)

    def stat(self, path: str) -> Optional[Stat]:
        """The stat of a node, or None."""
        with _translated(path):
            stat = self._client.exists_async(self._full(path)).get(timeout=self._timeout)
        return _stat(stat) if stat else None

    def children(self, path: str) -> List[str]:
        """Names of the children in order; none when the node is missing."""
        with _translated(path):
            try:
                return sorted(self._client.get_children_async(self._full(path)).get(timeout=self._timeout))
            except _kazoo.NoNodeError:
                return []

    def create(self, path: str, data: bytes, acl: FrozenSet[Acl]) -> None:
        """Create a persistent node, data and ACL in one step; its parent must exist, but for those of the chroot."""
        with _translated(path):
            if path == "/":
                self._create_above_chroot(acl)
            self._client.create_async(self._full(path), data, acl=_kazoo_acls(acl)).get(timeout=self._timeout)

    def set_data(self, path: str, data: bytes, version: int) -> None:
        """Replace the data, if the node still has this version."""
        with _translated(path):
            self._client.set_async(self._full(path), data, version=version).get(timeout=self._timeout)

    def set_acl(self, path: str, acl: FrozenSet[Acl], aversion: int) -> None:
        """Replace the ACL, if it still has this version."""
        with _translated(path):
            self._client.set_acls_async(self._full(path), _kazoo_acls(acl), version=aversion).get(timeout=self._timeout)

    def delete(self, nodes: Sequence[Tuple[str, int]]) -> None:
        """Delete nodes, children before parents, if each still has its version; 1000 at a time, all of them or none."""
        for start in range(0, len(nodes), DELETES_PER_TRANSACTION):
            batch = nodes[start : start + DELETES_PER_TRANSACTION]
            transaction = self._client.transaction()
            for path, version in batch:
                transaction.delete(self._full(path), version=version)
            with _translated(batch[0][0]):
                results = transaction.commit_async().get(timeout=self._timeout)
            for (path, dummy), result in zip(batch, results):
                if isinstance(result, Exception) and not isinstance(result, _kazoo.RolledBackError):
                    with _translated(path):
                        raise result

    def _create_above_chroot(self, acl: FrozenSet[Acl]) -> None:
        parent = ""
        for part in self._chroot.split("/")[1:-1]:
            parent += "/" + part
            if self._client.exists_async(parent).get(timeout=self._timeout) is None:
                self._client.create_async(parent, b"", acl=_kazoo_acls(acl)).get(timeout=self._timeout)

    def _full(self, path: str) -> str:
        return (self._chroot + path).rstrip("/") or "/"


@contextmanager
def session(params: Mapping[str, Any]) -> Iterator[Session]:
    """Open a session with the options of ARGUMENT_SPEC and close it at the end.

    :raises InputError: an option cannot work.
    :raises ZooKeeperError: the credentials were refused.
    :raises ZooKeeperUnreachable: no session within ``connect_timeout`` seconds; the message has every member's state.
    """
    from kazoo import exceptions
    from kazoo.client import KazooClient

    if NO_USER_CODE not in exceptions.EXCEPTIONS:
        exceptions.EXCEPTIONS[NO_USER_CODE] = type(NO_USER, (exceptions.ZookeeperError,), {"code": NO_USER_CODE})
    servers, chroot = parse_hosts(params["hosts"])
    timeout = params["connect_timeout"]
    check_positive("connect_timeout", timeout)
    auth = params.get("auth") or {}
    tls = params.get("tls")
    last_words = _LastWords()
    logger = logging.getLogger("baremetal.flink.kazoo")
    logger.propagate = False
    logger.addHandler(last_words)
    client = KazooClient(
        hosts=",".join(_listening(servers, min(timeout, 2.0)) or servers),
        timeout=10.0,
        logger=logger,
        **_auth_arguments(auth),
        **_tls_arguments(tls, servers),
    )
    try:
        if not _connect(client, timeout, bool(auth), last_words):
            raise ZooKeeperUnreachable(_no_session(servers, timeout, tls is not None, last_words.text))
        yield Session(client, chroot, timeout, _identity(auth))
    finally:
        client.stop()
        client.close()
        logger.removeHandler(last_words)


def _connect(client: Any, timeout: float, with_credentials: bool, last_words: "_LastWords") -> bool:
    """Wait for the session, and say whether it came.

    The server judges credentials after it has begun the session, and kazoo then connects no more: its state is soon that of a
    session that was closed, and only its log tells why.

    :raises ZooKeeperError: the credentials were refused.
    """
    deadline = time.monotonic() + timeout
    live = client.start_async()
    while not live.wait(POLL) and not last_words.refused and time.monotonic() < deadline:
        pass
    if with_credentials and not last_words.refused:
        with suppress(_kazoo.KazooException, _kazoo.KazooTimeoutError):
            client.exists_async("/").get(timeout=max(POLL, deadline - time.monotonic()))
    if last_words.refused:
        raise ZooKeeperError(REFUSED)
    return bool(client.connected)


class _LastWords(logging.Handler):
    """Keeps kazoo's last complaint with a cause, which it raises nowhere. ``refused`` is set when it was about the credentials."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.text = ""
        self.refused = False

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage().strip()
        # What SASL says ends kazoo's thread, and stands behind a message that says nothing.
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self.refused = self.refused or message.startswith("AUTH_FAILED") or kind in ("AuthFailedError", NO_USER)
        if not message.startswith("Failed connecting"):
            self.text = message.splitlines()[0] if message else self.text


def _auth_arguments(auth: Mapping[str, Any]) -> Dict[str, Any]:
    if not auth:
        return {}
    username, password = auth.get("username"), auth.get("password")
    kerberos = auth["scheme"] == "sasl" and auth["mechanism"] == "GSSAPI"
    if not kerberos and (not username or password is None):
        raise InputError(f"auth with scheme {auth['scheme']} needs username and password.")
    if auth["scheme"] == "digest":
        return {"auth_data": [("digest", f"{username}:{password}")]}
    need_library("puresasl", "auth with scheme sasl needs the Python library pure-sasl on the host; install it.")
    options = {"mechanism": auth["mechanism"], "service": auth["service"]}
    return {"sasl_options": options if kerberos else {**options, "username": username, "password": password}}


def _identity(auth: Mapping[str, Any]) -> Optional[Tuple[str, str]]:
    if auth and auth["scheme"] == "digest":
        return "digest", digest_id(auth["username"], auth["password"])
    return None


def _tls_arguments(tls: Optional[Mapping[str, Any]], servers: Sequence[str]) -> Dict[str, Any]:
    """An empty ``tls`` is one with the system's authorities."""
    if tls is None:
        return {}
    return {"use_ssl": True, "handler": kazoo_handler(client_context(tls), [split_server(server) for server in servers])}


def _listening(servers: Sequence[str], timeout: float) -> List[str]:
    """Those that accept a connection. kazoo would give a host that is powered off the whole time-out before it tries the next."""

    def accepts(server: str) -> bool:
        try:
            socket.create_connection(split_server(server), timeout=timeout).close()
        except OSError:
            return False
        return True

    with ThreadPoolExecutor(max_workers=min(16, len(servers))) as pool:
        return [server for server, answers in zip(servers, pool.map(accepts, servers)) if answers]


def _no_session(servers: Sequence[str], timeout: float, tls: bool, last_words: str) -> str:
    state = f" ({last_words})" if last_words else ""
    if tls:
        return f"No ZooKeeper session with {', '.join(servers)} over TLS within {timeout:g} s{state}; check servers and certificates."
    ensemble = probe_ensemble(servers, four_letter_word(min(timeout, 3)))
    return (
        f"No ZooKeeper session within {timeout:g} s{state}; start a majority of the members or correct hosts: {ensemble.describe()}"
    )


class _LazyExceptions:
    """kazoo's exceptions, imported when first needed, so that this file can be imported without kazoo."""

    def __getattr__(self, name: str) -> Any:
        module = "kazoo.handlers.threading" if name == "KazooTimeoutError" else "kazoo.exceptions"
        return getattr(importlib.import_module(module), name)


_kazoo = _LazyExceptions()


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except (_kazoo.NodeExistsError, _kazoo.NoNodeError, _kazoo.BadVersionError, _kazoo.NotEmptyError) as error:
        raise NodeChanged(f"ZooKeeper node {path} was changed by another client in the meantime; run again.") from error
    except _kazoo.NoAuthError as error:
        raise ZooKeeperError(f"ZooKeeper denies access to {path}; give auth that its access control list permits.") from error
    except _kazoo.InvalidACLError as error:
        raise ZooKeeperError(f"ZooKeeper rejects the access control list for {path}; correct scheme and id.") from error
    except _kazoo.NoChildrenForEphemeralsError as error:
        raise ZooKeeperError(f"The parent of {path} is an ephemeral node, which cannot have children.") from error
    except _kazoo.AuthFailedError as error:
        raise ZooKeeperError(REFUSED) from error
    except (_kazoo.ConnectionLoss, _kazoo.ConnectionClosedError, _kazoo.SessionExpiredError, _kazoo.KazooTimeoutError) as error:
        raise ZooKeeperUnreachable(
            f"The ZooKeeper session was lost while {path} was asked for ({type(error).__name__}); run again."
        ) from error
    except _kazoo.KazooException as error:
        if type(error).__name__ == NO_USER:
            raise ZooKeeperError("ZooKeeper lets in nobody who is no user; give auth with scheme sasl.") from error
        raise ZooKeeperError(f"ZooKeeper failed on {path}: {type(error).__name__} {error}") from error


def _stat(stat: Any) -> Stat:
    return Stat(
        czxid=stat.czxid,
        mzxid=stat.mzxid,
        ctime=stat.ctime,
        mtime=stat.mtime,
        version=stat.version,
        cversion=stat.cversion,
        aversion=stat.aversion,
        ephemeral_owner=stat.ephemeralOwner,
        data_length=stat.dataLength,
        children_count=stat.numChildren,
    )


def _kazoo_acls(acl: FrozenSet[Acl]) -> List[Any]:
    from kazoo.security import ACL, Id

    return [ACL(entry.permissions, Id(entry.scheme, entry.id)) for entry in sorted(acl)]
