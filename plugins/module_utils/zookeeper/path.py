# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring one ZooKeeper node, or the tree below it, into a wanted state.

Every write carries the version that was read, so what another client wrote in between is never overwritten.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from ..errors import InputError, ZooKeeperError
from ..secrets import HIDDEN
from .session import (
    ALL_PERMISSIONS,
    ARGUMENT_SPEC,
    PERMISSIONS,
    WORLD,
    Acl,
    Node,
    NodeChanged,
    Session,
    digest_id,
    parse_path,
    session,
)

#: ``jute.maxbuffer``, ZooKeeper's default bound of one request; the rest of the request takes some of it.
DATA_LIMIT = 0xFFFFF - 1024


@dataclass(frozen=True)
class Wanted:
    """The wanted state; None means that data or ACL are left as they are, or take the default when created."""

    path: str
    data: Optional[bytes] = None
    acl: Optional[FrozenSet[Acl]] = None
    recursive: bool = False
    allow_ephemeral: bool = False
    version: Optional[int] = None


@dataclass
class Outcome:
    """What was, or in check mode would be, done. ``before`` and ``after`` are None where the node is not."""

    path: str
    before: Optional[Node] = None
    after: Optional[Node] = None
    created: List[str] = field(default_factory=list)
    deleted: List[str] = field(default_factory=list)
    acl_changed: List[str] = field(default_factory=list)
    data_changed: bool = False
    wanted_data: Optional[bytes] = None
    wanted_acl: Optional[FrozenSet[Acl]] = None

    @property
    def changed(self) -> bool:
        """Whether anything differed from what was wanted."""
        return bool(self.created or self.deleted or self.acl_changed or self.data_changed)

    def as_result(self, secret: bool) -> Dict[str, Any]:
        """The return values of the module; ``secret`` leaves the data out of them."""
        before, node = self.before, self.after
        return {
            "changed": self.changed,
            "path": self.path,
            "exists": self.wanted_data is not None,
            "data": None if secret else _text(self.wanted_data),
            "data_base64": None if secret or self.wanted_data is None else base64.b64encode(self.wanted_data).decode(),
            "acl": [entry.as_result() for entry in sorted(self.wanted_acl or ())],
            "stat": asdict(node.stat) if node else None,
            "created": self.created,
            "deleted": self.deleted,
            "acl_changed": self.acl_changed,
            "diff": {
                "before_header": self.path,
                "after_header": self.path,
                "before": self._side(before.data if before else None, before.acl if before else None, self.deleted, secret),
                "after": self._side(self.wanted_data, self.wanted_acl, self.created, secret),
            },
        }

    def _side(
        self, data: Optional[bytes], acl: Optional[FrozenSet[Acl]], paths: Sequence[str], secret: bool
    ) -> Dict[str, Any]:
        if data is None:
            return {"state": "absent"}
        side: Dict[str, Any] = {"state": "present", "acl": [entry.as_result() for entry in sorted(acl or ())]}
        text = _text(data)
        if secret:
            side["data"] = "(hidden, to be replaced)" if self.data_changed and paths is self.deleted else "(hidden)"
        elif text is None:
            side["data_base64"] = base64.b64encode(data).decode()
        else:
            side["data"] = text
        if paths:
            side["nodes"] = list(paths)
        return side


def parse_data(data: Optional[str], encoding: str) -> Optional[bytes]:
    """The bytes that ``data`` stands for, ``encoding`` being text (UTF-8) or base64.

    :raises InputError: it is not base64, or larger than ZooKeeper takes.
    """
    if data is None:
        return None
    try:
        raw = data.encode() if encoding == "text" else base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("data is not valid base64; encode it, or leave out encoding to give it as text.") from None
    if len(raw) > DATA_LIMIT:
        raise InputError(f"data has {len(raw)} bytes, but a ZooKeeper node takes at most {DATA_LIMIT}; store it elsewhere.")
    return raw


def parse_acl(
    entries: Optional[Sequence[Mapping[str, Any]]], identity: Optional[Tuple[str, str]]
) -> Optional[FrozenSet[Acl]]:
    """Entries as in a task; ``identity`` is the session's own, which the scheme ``auth`` stands for.

    :raises InputError: an entry is incomplete, or there is none.
    """
    if entries is None:
        return None
    if not entries:
        raise InputError("acl is empty, which would lock everybody out; give at least one entry or leave it out.")
    parsed: Dict[Tuple[str, str], int] = {}
    for entry in entries:
        owner = _owner(entry, identity)
        bits = ALL_PERMISSIONS if "all" in entry["permissions"] else sum(PERMISSIONS[name] for name in set(entry["permissions"]))
        parsed[owner] = parsed.get(owner, 0) | bits
    return frozenset(Acl(scheme, id_, bits) for (scheme, id_), bits in parsed.items())


def _owner(entry: Mapping[str, Any], identity: Optional[Tuple[str, str]]) -> Tuple[str, str]:
    scheme, id_, password = entry["scheme"], entry.get("id"), entry.get("password")
    if scheme == "world":
        return "world", "anyone"
    if scheme == "auth":
        if identity is None:
            raise InputError("acl scheme auth stands for the session's digest user; give auth with scheme digest.")
        return identity
    if not id_:
        raise InputError(f"acl entry with scheme {scheme} needs an id.")
    if scheme == "digest" and password is not None:
        return "digest", digest_id(id_, password)
    if scheme == "digest" and ":" not in id_:
        raise InputError(f"acl entry for digest user {id_} needs a password, or an id written as user:hash.")
    return scheme, id_


def make_present(session: Session, wanted: Wanted, check_mode: bool) -> Outcome:
    """Create the node with its missing parents, or bring its data and ACL into line.

    :raises InputError: the node must not be touched.
    :raises NodeChanged: another client was faster.
    """
    node = session.read(wanted.path)
    if node is None:
        if wanted.version is not None:
            raise ZooKeeperError(f"ZooKeeper node {wanted.path} should have version {wanted.version} but does not exist.")
        return _create(session, wanted, check_mode)
    _check_version(node, wanted.version)
    outcome = Outcome(wanted.path, before=node)
    outcome.wanted_data = node.data if wanted.data is None else wanted.data
    outcome.wanted_acl = node.acl if wanted.acl is None else wanted.acl
    outcome.data_changed = outcome.wanted_data != node.data
    stale_acls = _stale_acls(session, node, wanted)
    outcome.acl_changed = [one.path for one in stale_acls]
    if outcome.changed:
        _refuse_reserved(wanted.path)
        if not wanted.allow_ephemeral:
            _refuse_ephemeral([node] if outcome.data_changed else stale_acls)
    if outcome.changed and not check_mode:
        if outcome.data_changed:
            session.set_data(node.path, outcome.wanted_data, node.stat.version)
        # The node itself last: whoever is killed meanwhile, or reads its list, does not take the tree for done.
        for one in reversed(stale_acls):
            _set_acl(session, one, outcome)
    _read_back(session, outcome, check_mode)
    return outcome


def _set_acl(session: Session, node: Node, outcome: Outcome) -> None:
    """One of the nodes; another client may have deleted one below in the meantime."""
    try:
        session.set_acl(node.path, outcome.wanted_acl or WORLD, node.stat.aversion)
    except ZooKeeperError:
        if node.path == outcome.path or session.stat(node.path) is not None:
            raise


def make_absent(session: Session, wanted: Wanted, check_mode: bool) -> Outcome:
    """Delete the node, with ``recursive`` its whole tree.

    Up to 1000 nodes go in one transaction, so that a small tree goes as a whole or not at all.

    :raises InputError: it has children, or living sessions own nodes of it, and the task does not allow that.
    :raises NodeChanged: another client was faster.
    """
    if wanted.path == "/":
        raise InputError("The root node / cannot be deleted; name the node below it that should go.")
    _refuse_reserved(wanted.path)
    node = session.read(wanted.path)
    outcome = Outcome(wanted.path, before=node)
    if node is None:
        return outcome
    _check_version(node, wanted.version)
    if node.stat.children_count and not wanted.recursive:
        raise InputError(
            f"ZooKeeper node {wanted.path} has {node.stat.children_count} children; set recursive: true to delete them too."
        )
    doomed: List[Tuple[str, int]] = []
    for path in _tree(session, wanted.path):
        stat = session.stat(path)
        if stat is None:
            continue
        if stat.ephemeral_owner and not wanted.allow_ephemeral:
            raise InputError(_owned(path, stat.ephemeral_owner))
        doomed.append((path, stat.version))
    doomed.reverse()
    outcome.deleted = sorted(path for path, _version in doomed)
    if not check_mode:
        session.delete(doomed)
        if session.stat(wanted.path) is not None:
            raise NodeChanged(f"ZooKeeper node {wanted.path} was created again while it was deleted; stop its writer.")
    return outcome


def _create(session: Session, wanted: Wanted, check_mode: bool) -> Outcome:
    acl = WORLD if wanted.acl is None else wanted.acl
    outcome = Outcome(wanted.path, wanted_data=wanted.data or b"", wanted_acl=acl)
    _refuse_reserved(wanted.path)
    missing = [wanted.path]
    parent = wanted.path
    while parent != "/":
        parent = parent.rsplit("/", 1)[0] or "/"
        stat = session.stat(parent)
        if stat is not None:
            if stat.ephemeral_owner:
                raise InputError(f"ZooKeeper node {parent} is ephemeral and cannot have children; choose another path.")
            break
        missing.append(parent)
    outcome.created = missing[::-1]
    if not check_mode:
        for path in outcome.created:
            session.create(path, outcome.wanted_data or b"" if path == wanted.path else b"", acl)
    _read_back(session, outcome, check_mode)
    return outcome


def _read_back(session: Session, outcome: Outcome, check_mode: bool) -> None:
    if check_mode or not outcome.changed:
        outcome.after = outcome.before
        return
    outcome.after = session.read(outcome.path)
    if outcome.after is None or outcome.after.data != outcome.wanted_data:
        raise NodeChanged(f"ZooKeeper node {outcome.path} was changed by another client right after it was written; run again.")
    if outcome.after.acl != outcome.wanted_acl and not _masked(outcome.after):
        raise ZooKeeperError(f"ZooKeeper keeps another access control list for {outcome.path}; write ids as the server does.")


def _stale_acls(session: Session, node: Node, wanted: Wanted) -> List[Node]:
    if wanted.acl is None:
        return []
    nodes = [node]
    if wanted.recursive:
        below = (session.read(path) for path in _tree(session, wanted.path)[1:])
        nodes += [one for one in below if one is not None]
    for one in nodes:
        if _masked(one):
            raise ZooKeeperError(f"ZooKeeper hides digests of the ACL of {one.path}; give auth with the admin permission on it.")
    return [one for one in nodes if one.acl != wanted.acl]


def _tree(session: Session, path: str) -> List[str]:
    """The node and all below it, parents before children; ZooKeeper's own nodes left out."""
    found = [path]
    for parent in found:
        found += [child for child in (f"{parent.rstrip('/')}/{name}" for name in session.children(parent)) if child != "/zookeeper"]
    return found


def _masked(node: Node) -> bool:
    # Servers from 3.4.13 answer "user:x" to whoever lacks the admin permission.
    return any(entry.scheme == "digest" and entry.id.endswith(":x") for entry in node.acl)


def _check_version(node: Node, version: Optional[int]) -> None:
    if version is not None and node.stat.version != version:
        raise ZooKeeperError(
            f"ZooKeeper node {node.path} has version {node.stat.version}, not {version}; look at its data and try again."
        )


def _refuse_reserved(path: str) -> None:
    if path == "/zookeeper" or path.startswith("/zookeeper/"):
        raise InputError(f"{path} belongs to ZooKeeper itself; this module does not change it.")


def _refuse_ephemeral(nodes: Sequence[Node]) -> None:
    for node in nodes:
        if node.stat.ephemeral_owner:
            raise InputError(_owned(node.path, node.stat.ephemeral_owner))


def _owned(path: str, session_id: int) -> str:
    return (
        f"ZooKeeper node {path} is ephemeral and belongs to the living session 0x{session_id:x}; "
        "stop its owner first, or set allow_ephemeral: true."
    )


def _text(data: Optional[bytes]) -> Optional[str]:
    if data is None:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if all(character.isprintable() or character in "\n\r\t" for character in text) else None


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    path = parse_path(params["path"])
    data = parse_data(params["data"], params["encoding"])
    with session(params) as connection:
        wanted = Wanted(
            path=path,
            data=data,
            acl=parse_acl(params["acl"], connection.identity),
            recursive=params["recursive"],
            allow_ephemeral=params["allow_ephemeral"],
            version=params["version"],
        )
        make = make_present if params["state"] == "present" else make_absent
        return make(connection, wanted, check_mode).as_result(params["secret"])


SPEC: Dict[str, Any] = dict(
    argument_spec={
        **ARGUMENT_SPEC,
        "path": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "data": {"type": "str"},
        "encoding": {"type": "str", "choices": ["text", "base64"], "default": "text"},
        "secret": {"type": "bool", "default": False},
        "acl": {
            "type": "list",
            "elements": "dict",
            "options": {
                "scheme": {
                    "type": "str",
                    "choices": ["world", "auth", "digest", "ip", "sasl", "x509"],
                    "required": True,
                },
                "id": {"type": "str"},
                "password": {"type": "str", "no_log": True},
                "permissions": {
                    "type": "list",
                    "elements": "str",
                    "choices": ["all", "read", "write", "create", "delete", "admin"],
                    "default": ["all"],
                },
            },
        },
        "recursive": {"type": "bool", "default": False},
        "allow_ephemeral": {"type": "bool", "default": False},
        "version": {"type": "int"},
    },
    requirements=("kazoo",),
    shown={"data": lambda params: HIDDEN if params["secret"] and params["data"] else params["data"]},
)
