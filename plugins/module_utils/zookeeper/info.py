# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a ZooKeeper ensemble, asked from each member with four-letter words.

A session would tell less: it ends at whichever member answers, and there is none without a quorum. ``srvr`` is in
ZooKeeper's default whitelist since 3.5; ``mntr``, ``conf`` and ``ruok`` add detail where they are allowed.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from ..errors import InputError
from ..wait import Observation, check_positive, wait_for
from .tls import TLS_SPEC, client_context, connect

DEFAULT_PORT = 2181
_WORDS = ("srvr", "mntr", "conf", "ruok")
_LIMIT = 1 << 20
_NOT_SERVING = "not currently serving requests"
_NOT_ALLOWED = "not in the whitelist"

Ask = Callable[[str, str], str]


@dataclass(frozen=True)
class Member:
    """What one server said. ``mode`` is None unless it serves; ``reason`` says why it does not."""

    server: str
    up: bool
    serving: bool = False
    mode: Optional[str] = None
    id: Optional[int] = None
    version: Optional[str] = None
    zxid: Optional[str] = None
    connections: Optional[int] = None
    znodes: Optional[int] = None
    synced_followers: Optional[int] = None
    ok: Optional[bool] = None
    reason: Optional[str] = None


@dataclass(frozen=True)
class Ensemble:
    """All members, in the order in which they were asked. ``declared`` are those that observe when they serve."""

    members: Tuple[Member, ...] = field(default_factory=tuple)
    declared: FrozenSet[str] = frozenset()

    def _in_mode(self, mode: str) -> List[str]:
        return [member.server for member in self.members if member.mode == mode]

    @property
    def leaders(self) -> List[str]:
        """More than one only for the moment in which an isolated leader has not stepped down yet."""
        return self._in_mode("leader")

    @property
    def leader(self) -> Optional[str]:
        """The leader, or None when there is none or its identity is in dispute."""
        return self.leaders[0] if len(self.leaders) == 1 else None

    @property
    def voters(self) -> int:
        """Servers that count for a majority: all that vote, and of those that do not serve all that would."""
        return sum(1 for one in self.members if one.mode != "observer" and (one.mode or one.server not in self.declared))

    @property
    def in_sync(self) -> int:
        """Voters that hold what the leader has committed, the leader itself included."""
        for member in self.members:
            if member.server == self.leader:
                if member.synced_followers is not None:
                    return 1 + member.synced_followers
                return 1 + len(self._in_mode("follower"))
        return 0

    @property
    def quorum(self) -> bool:
        """One leader with a majority of the voters in sync, or the only server serving alone."""
        if len(self.members) == 1:
            return self.members[0].mode in ("standalone", "leader")
        return self.leader is not None and self.in_sync > self.voters // 2 and not self._in_mode("standalone")

    @property
    def restart_order(self) -> List[str]:
        """Servers that do not serve first, then observers, then followers, the leader last."""
        order = {None: 0, "observer": 1, "follower": 2, "standalone": 2, "leader": 3}
        return [member.server for member in sorted(self.members, key=lambda member: order.get(member.mode, 2))]

    def describe(self) -> str:
        """One clause per member, for messages."""
        return ", ".join(f"{member.server} {member.mode or member.reason}" for member in self.members)

    def as_result(self) -> Dict[str, Any]:
        """The return values of the module."""
        return {
            "leader": self.leader,
            "followers": self._in_mode("follower"),
            "observers": self._in_mode("observer"),
            "standalone": self._in_mode("standalone"),
            "down": [member.server for member in self.members if not member.serving],
            "quorum": self.quorum,
            "in_sync": self.in_sync,
            "restart_order": self.restart_order,
            "members": {member.server: asdict(member) for member in self.members},
        }


def parse_servers(entries: Sequence[str]) -> List[str]:
    """Normalise ``host``, ``host:port`` or a whole connect string (its chroot is dropped) to ``host:port`` each.

    :raises InputError: there is none, one is malformed, or one comes twice.
    """
    servers: List[str] = []
    listed = [entry.strip() for entry in ",".join(entries).split(",") if entry.strip()]
    if listed:
        listed[-1] = listed[-1].split("/", 1)[0]
    for entry in listed:
        host, port = split_server(entry)
        server = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if server in servers:
            raise InputError(f"ZooKeeper server {server} is named twice; name it once.")
        servers.append(server)
    if not servers:
        raise InputError("No ZooKeeper server is named; give at least one as host:port.")
    return servers


def split_server(server: str) -> Tuple[str, int]:
    """``host``, ``host:port``, ``[v6]`` or ``[v6]:port`` as host and port; 2181 unless said.

    :raises InputError: it is none of these.
    """
    match = re.match(r"^(?:\[([^\]\s]+)\]|([^\s:\[\]/]+))(?::(\d{1,5}))?$", server)
    port = int(match.group(3) or DEFAULT_PORT) if match else 0
    host = (match.group(1) or match.group(2)) if match else ""
    if not 0 < port < 65536 or not _is_name(host):
        raise InputError(f"ZooKeeper server {server!r} must be written as host or host:port.")
    return host, port


def _is_name(host: str) -> bool:
    """Whether sockets take it: a label must not be empty or too long."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def four_letter_word(timeout: float, tls: Optional[Mapping[str, Any]] = None) -> Ask:
    """A function that sends a word to a server and returns the answer; it raises OSError when there is none.

    :raises InputError: ``timeout``, of a module's option ``connect_timeout``, is not above 0, or something is wrong with a file of ``tls``.
    """
    check_positive("connect_timeout", timeout)
    context = None if tls is None else client_context(tls)

    def ask(server: str, word: str) -> str:
        host, port = split_server(server)
        with connect(context, host, port, timeout) if context else socket.create_connection((host, port), timeout=timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(word.encode())
            chunks: List[bytes] = []
            size = 0
            while size < _LIMIT:
                chunk = connection.recv(65536)
                if not chunk:
                    break
                chunks.append(chunk)
                size += len(chunk)
        return b"".join(chunks).decode("utf-8", "replace")

    return ask


def probe_member(server: str, ask: Ask) -> Member:
    """Ask one server; one that cannot be reached or does not serve is a result, not an error."""
    answers: Dict[str, str] = {}
    try:
        for word in _WORDS:
            answers[word] = ask(server, word)
            if not answers["srvr"]:
                return Member(server, up=False, reason="closed the connection without an answer (is it the TLS port?)")
    except OSError as error:
        # A member may go between two words; what it said before is history.
        return Member(server, up=False, reason=f"is down ({_reason(error)})")
    return parse_member(server, answers)


def parse_member(server: str, answers: Dict[str, str]) -> Member:
    """Turn the answers to srvr, mntr, conf and ruok into a member; refused words are left out."""
    srvr = _pairs(answers.get("srvr", ""), ":")
    mntr = _pairs(answers.get("mntr", ""), "\t")
    conf = _pairs(answers.get("conf", ""), "=")
    mode = srvr.get("Mode") or mntr.get("zk_server_state")
    ruok = answers.get("ruok", "").strip()
    version = srvr.get("Zookeeper version") or mntr.get("zk_version") or ""
    reason = None
    if not mode:
        first = answers.get("srvr", "").strip().splitlines()[:1]
        if any(_NOT_SERVING in answers.get(word, "") for word in ("srvr", "mntr")):
            reason = "runs but does not serve (no quorum, or it is still joining)"
        elif _NOT_ALLOWED in answers.get("srvr", ""):
            reason = "refuses srvr (add srvr to 4lw.commands.whitelist)"
        else:
            reason = f"answers srvr with {' '.join(first)!r}, unlike ZooKeeper"
    return Member(
        server=server,
        up=True,
        serving=bool(mode),
        mode=mode,
        id=_number(conf.get("serverId")),
        version=version.split("-", 1)[0].split(",", 1)[0].strip() or None,
        zxid=srvr.get("Zxid"),
        connections=_number(srvr.get("Connections") or mntr.get("zk_num_alive_connections")),
        znodes=_number(srvr.get("Node count") or mntr.get("zk_znode_count")),
        synced_followers=_number(mntr.get("zk_synced_followers")) if mode == "leader" else None,
        ok=None if not ruok or _NOT_ALLOWED in ruok else ruok == "imok",
        reason=reason,
    )


def probe_ensemble(servers: Sequence[str], ask: Ask, other_ports: Sequence[int] = (), observers: Sequence[str] = ()) -> Ensemble:
    """Ask all servers at once; one that does not answer may still listen on one of ``other_ports``, and keeps its name then.

    ``observers`` are those of the servers that are none of the majority.
    """

    def probe(server: str) -> Member:
        member = probe_member(server, ask)
        for port in () if member.up else other_ports:
            elsewhere = probe_member(f"{server.rpartition(':')[0]}:{port}", ask)
            if elsewhere.up:
                return replace(elsewhere, server=server)
        return member

    with ThreadPoolExecutor(max_workers=min(16, len(servers))) as pool:
        return Ensemble(tuple(pool.map(probe, servers)), frozenset(observers))


def observe(ensemble: Ensemble, wait_for: str, member: Optional[str] = None) -> Observation:
    """Whether the ensemble is in the state ``wait_for``: none, quorum, serving, synced or member."""
    everyone = all(one.serving for one in ensemble.members)
    joined = any(one.serving and one.server == member for one in ensemble.members)
    done = {
        "none": True,
        "quorum": ensemble.quorum,
        "serving": ensemble.quorum and everyone,
        "synced": ensemble.quorum and everyone and (len(ensemble.members) == 1 or ensemble.in_sync >= ensemble.voters),
        "member": ensemble.quorum and joined,
    }[wait_for]
    return Observation(done, ensemble.describe(), ensemble)


def _pairs(text: str, separator: str) -> Dict[str, str]:
    pairs: Dict[str, str] = {}
    for line in text.splitlines():
        key, found, value = line.partition(separator)
        if found:
            pairs.setdefault(key.strip(), value.strip())
    return pairs


def _number(text: Optional[str]) -> Optional[int]:
    try:
        return int(float(text)) if text else None
    except ValueError:
        return None


def _reason(error: OSError) -> str:
    if isinstance(error, socket.timeout):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return "it ended the connection: it speaks in clear there, or wants another certificate"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {(error.reason or str(error)).replace('_', ' ').lower()}"
    return (error.strerror or str(error)).lower()


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    return await_state(parse_servers(params["servers"]), params).as_result()


def await_state(
    servers: List[str],
    params: Mapping[str, Any],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Ensemble:
    """The ensemble once it is in the state that ``wait_for`` among the options names.

    :raises InputError: ``member`` or ``observers`` are not among the servers.
    :raises WaitTimeout: it was not within ``timeout``; the value of the last observation is the ensemble.
    """
    state = params["wait_for"]
    member = parse_servers([params["member"]])[0] if params["member"] else None
    if member and member not in servers:
        raise InputError(f"member {member} is not among the servers {', '.join(servers)}; name one of them.")
    observers = parse_servers(params["observers"]) if params["observers"] else []
    strange = [server for server in observers if server not in servers]
    if strange:
        raise InputError(f"observers has {', '.join(strange)}, which servers lacks; write it as there.")
    ask = four_letter_word(params["connect_timeout"], params["tls"])
    what = {
        "none": "the ZooKeeper ensemble",
        "quorum": "a quorum of the ZooKeeper ensemble",
        "serving": "all members of the ZooKeeper ensemble to serve",
        "synced": "all members of the ZooKeeper ensemble to be in sync with the leader",
        "member": f"the ZooKeeper member {member} to serve in the quorum",
    }[state]
    ensemble: Ensemble = wait_for(
        lambda: observe(probe_ensemble(servers, ask, params["other_ports"], observers), state, member),
        timeout=params["timeout"],
        interval=params["interval"],
        what=what,
        clock=clock,
        sleep=sleep,
    ).value
    return ensemble


SPEC: Dict[str, Any] = dict(
    argument_spec={
        "servers": {"type": "list", "elements": "str", "required": True},
        "wait_for": {
            "type": "str",
            "choices": ["none", "quorum", "serving", "synced", "member"],
            "default": "none",
        },
        "observers": {"type": "list", "elements": "str", "default": []},
        "member": {"type": "str"},
        "other_ports": {"type": "list", "elements": "int", "default": []},
        "timeout": {"type": "float", "default": 60},
        "interval": {"type": "float", "default": 1},
        "connect_timeout": {"type": "float", "default": 5},
        "tls": TLS_SPEC,
    },
    requirements=(),
    required_if=[("wait_for", "member", ("member",))],
)
