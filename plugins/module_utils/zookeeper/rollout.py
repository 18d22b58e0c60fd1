# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be a member of a ZooKeeper ensemble, and in which order its members start.

Three rules shape the order. A restart takes one member at a time, the leader last, so that the quorum never goes away. Members without data
must never make up a majority before those with data run under the same configuration: they would elect each other, and the members with
data would then drop what the new leader does not know. And a member gives up its vote before the others forget it: from then on every
write is on all that the old majority needs, which have a majority of the new one among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ..addresses import PARTICIPANT, addresses, agreed, variables_of, zookeeper_role
from ..errors import InputError
from .settings import setting_faults
from .steps import configured
from .transport import served_port

HIGHEST_ID = 255
VOTING = ("leader", "follower")

#: The ports that every member writes down for all of them, and their defaults.
COMMON_PORTS = {"zookeeper_client_port": 2181, "zookeeper_peer_port": 2888, "zookeeper_election_port": 3888}


@dataclass(frozen=True)
class Member:
    """A member that this run may start. ``pending``: it is down, or runs with an older configuration than its files say."""

    host: str
    server: str
    data: bool
    active: bool
    pending: bool
    mode: Optional[str]
    votes: bool

    @property
    def empty(self) -> bool:
        return not self.data and not self.active

    @property
    def retires(self) -> bool:
        """It votes now, and shall observe."""
        return not self.votes and self.mode in VOTING


def zookeeper_servers(
    hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]], own_id: int = 0, port: int = 2181
) -> List[Dict[str, Any]]:
    """The members sorted by id: ``host``, ``id``, ``role``, ``address`` and ``server`` (address:port).

    The id is the host's variable ``zookeeper_id``, for a single host also ``own_id`` or 1; never its place in the list.

    :raises InputError: an id is missing, out of 1..255 or taken twice, a role is none, or an address is unusable.
    """
    known = variables_of(hosts, hostvars)
    found = addresses(hosts, known, "zookeeper_address")
    owners: Dict[int, str] = {}
    servers = []
    for host, address in zip(hosts, found):
        number = _id(host, known[host].get("zookeeper_id") or (int(own_id) or 1 if len(found) == 1 else 0))
        if number in owners:
            raise InputError(f"Hosts {owners[number]} and {host} both have the zookeeper_id {number}; give each member its own.")
        owners[number] = host
        endpoint = f"[{address}]" if ":" in address else address
        role = zookeeper_role(host, known[host])
        servers.append({"host": host, "id": number, "role": role, "address": endpoint, "server": f"{endpoint}:{port}"})
    return sorted(servers, key=lambda server: server["id"])


def zookeeper_faults(
    hosts: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    own_id: int = 0,
    allow_even: bool = False,
    words: Sequence[str] = ("srvr", "mntr"),
    settings: Optional[Mapping[str, Any]] = None,
    layout: Optional[Mapping[str, Any]] = None,
) -> List[str]:
    """What is wrong with the inventory and the settings, one sentence each; empty when nothing is. ``layout`` is that of setting_faults."""
    faults = []
    known = variables_of(hosts, hostvars)
    voters = list(hosts)
    try:
        voters = [server["host"] for server in zookeeper_servers(hosts, known, own_id) if server["role"] == PARTICIPANT]
        for variable, default in COMMON_PORTS.items():
            agreed(hosts, known, variable, default)
    except InputError as error:
        faults.append(str(error))
    observers = [host for host in hosts if host not in voters]
    if not voters or (len(voters) == 1 and observers and str((settings or {}).get("standaloneEnabled")).lower() != "false"):
        faults.append(
            f"{', '.join(observers)} cannot observe {voters[0] if voters else 'nobody'}{' alone' if voters else ''}: ZooKeeper ends unless there is "
            "a quorum of its own; let three members be participants by zookeeper_role."
        )
    elif len(voters) % 2 == 0 and not allow_even:
        faults.append(
            f"The group zookeeper has {len(voters)} {'voting members' if observers else 'hosts'} ({', '.join(voters)}): an even ensemble "
            "survives no more failures than one member less; add or remove a host, or set zookeeper_allow_even to true."
        )
    missing = [word for word in ("srvr", "mntr") if word not in words and "*" not in words]
    if missing:
        faults.append(f"zookeeper_four_letter_words lacks {' and '.join(missing)}, by which this collection sees the ensemble; add it.")
    malformed = [fault for key in settings or {} for fault in _setting_faults(str(key))]
    return faults + (malformed or setting_faults(settings or {}, {"voters": len(voters), "observers": len(observers), **(layout or {})}))


def zookeeper_running(
    looks: Sequence[Mapping[str, Any]],
    paths: Sequence[str],
    client_port: int = 2181,
    peer_port: int = 2888,
    election_port: int = 3888,
    roles: Optional[Mapping[Any, str]] = None,
    settings: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """How the members of this run differ from the ports, the ``roles`` (by id) and the ``settings`` that the inventory wants.

    ``looks`` are what host_preflight says of their hosts; ``paths`` are where it has read the configuration that a member runs with, the
    first that is there counts. ``client_ports`` are the other ports on which members serve; ``parted`` tells whether one votes on other
    ports, or in clear where others encrypt: they do not hear it. ``regrouped`` tells whether one knows another role of a member.
    """
    wanted = (str(int(peer_port)), str(int(election_port)))
    known = {str(number): role for number, role in (roles or {}).items()}
    client_ports: Set[int] = set()
    parted = regrouped = False
    encrypts, accepts_both = (_is_true((settings or {}).get(key)) for key in ("sslQuorum", "portUnification"))
    for look in looks:
        before = configured(next(filter(None, (look["contents"].get(path) for path in paths)), ""))
        client_ports.add(served_port(before))
        for key, value in before.items():
            line = re.search(r":(\d+):(\d+)(?::(\w+))?\s*$", value) if key.startswith("server.") else None
            if line:
                unheard = _is_true(before.get("sslQuorum")) != encrypts and not (accepts_both and _is_true(before.get("portUnification")))
                parted = parted or unheard or line.groups()[:2] != wanted
                role = (line.group(3) or PARTICIPANT).lower()
                regrouped = regrouped or known.get(key[len("server.") :], role) != role
    return {"client_ports": sorted(client_ports - {int(client_port), 0}), "parted": parted, "regrouped": regrouped}


def zookeeper_role_faults(
    servers: Sequence[Mapping[str, Any]], in_run: Sequence[str], seen: Mapping[str, Any], allow_outage: bool = False
) -> List[str]:
    """Why members cannot change their roles now, one sentence; ``seen`` is what zookeeper_info says of the ensemble as it is."""
    modes = {server: member.get("mode") for server, member in seen["members"].items()}
    wants = {server["server"]: server["role"] == PARTICIPANT for server in servers}
    hosts = {server["server"]: str(server["host"]) for server in servers}
    if not seen["quorum"]:
        return [] if allow_outage else [
            "Members change from zookeeper_role participant to observer or back only while the ensemble serves, as without it nobody knows which of "
            "them has the last writes: set the roles back and start what is down, or set zookeeper_allow_outage to true."
        ]  # fmt: skip
    changing = [server for server, mode in modes.items() if mode and (mode in VOTING) != wants[server]]
    outside = [hosts[server] for server in changing if hosts[server] not in in_run]
    if outside:
        return [f"{', '.join(outside)}, outside this run, must change their zookeeper_role too: run without --limit."]
    before = [server for server, mode in modes.items() if mode in VOTING or (not mode and wants[server])]
    staying = [server for server in before if modes[server] and wants[server]]
    needed = max(len(before), sum(wants.values())) // 2 + 1
    if changing and len(staying) < needed:
        return [
            f"{', '.join(hosts[server] for server in changing)} cannot change their zookeeper_role in one run: {len(staying)} of the members that "
            f"serve vote before and after it, and {needed} must, for a majority of both; change fewer of them first, or start what is down."
        ]
    return []


def zookeeper_disk_faults(
    found: Mapping[str, Any], own_id: int, data_dir: str, data_log_dir: str, configuration: str, parted: bool = False
) -> List[str]:
    """What on the host's disk contradicts the inventory, one sentence each; ``found`` is the result of host_preflight.

    ``parted`` is that of :func:`zookeeper_running`, and false where an outage is allowed.
    """
    faults = []
    if parted:
        faults.append(
            "Members run with another zookeeper_peer_port, zookeeper_election_port or zookeeper_settings.sslQuorum, and hear none of those with the "
            "new one, so that they can only change all at once: set zookeeper_allow_outage to true for one run, or set it back. With "
            "portUnification: true before, in and after the run that changes sslQuorum they can one by one."
        )
    myid = (found["contents"].get(f"{data_dir}/myid") or "").strip()
    if myid and myid != str(own_id):
        faults.append(
            f"{data_dir}/myid says that this host is member {myid}, the inventory says {own_id}: a running member is never renumbered; "
            f"set zookeeper_id to {myid}, or remove {data_dir} if this member may start anew."
        )
    before = configured(found["contents"].get(configuration) or "")
    for key, wanted in (("dataDir", data_dir), ("dataLogDir", data_log_dir)):
        if before.get(key, wanted) != wanted and not found["exists"].get(f"{wanted}/version-2/*"):
            faults.append(
                f"{configuration} has {key}={before[key]} and the inventory wants {wanted}, which is empty: stop zookeeper.service, "
                f"move {before[key]} to {wanted} and run again, or set zookeeper_{'data_log_dir' if key == 'dataLogDir' else 'data_dir'} back."
            )
    return faults


def zookeeper_plan(
    servers: Sequence[Mapping[str, Any]],
    units: Mapping[str, Mapping[str, Any]],
    data: Mapping[str, Mapping[str, bool]],
    seen: Optional[Mapping[str, Any]] = None,
    allow_outage: bool = False,
    parted: bool = False,
) -> Dict[str, Any]:
    """In which order the members of this run start or restart.

    ``servers`` are all members; ``units`` and ``data`` tell of the hosts of this run what host_units says of
    the service, and which of the data directories hold something; ``seen`` is what zookeeper_info saw before anything was started.

    With ``parted``, that of :func:`zookeeper_running`, those that run restart at once, as one after the other would find no quorum.

    The plan has ``together``, the hosts that start at once; ``await_quorum``, whether a quorum must come of that; ``in_turn``, the
    members that follow one by one (``host``, ``server``, ``wait``: whether enough run by then for a quorum to join, and ``serves``: whether
    it has clients now, which its restart disturbs); and ``refusal``, the sentence that says why nothing may be restarted, or an empty text.
    """
    modes = {server: member.get("mode") for server, member in ((seen or {}).get("members") or {}).items()}
    members = [_member(server, units, data, modes) for server in servers if server["host"] in units]
    outside = [server for server in servers if server["host"] not in units]
    majority = _voters(servers) // 2 + 1
    if len(servers) > 1 and (seen or {}).get("quorum") and not parted:
        try:
            turns = _rolling(members, outside, modes, majority, allow_outage)
        except InputError as error:
            return _plan(refusal=str(error))
        # While the leader is about to give up its vote, those that did before it find nobody to observe.
        last = max((place for place, member in enumerate(turns) if member.retires), default=-1)
        led_by_one = any(member.retires and member.mode == "leader" for member in turns)
        # Of two voters the one that is restarted joins a leader only when both vote anew. One that leads by its older file counts who observes by
        # now among its followers, so that it leads on without a majority until it is restarted too.
        stuck = {member.server for member in turns[last + 1:-1] if last >= 0 and _voters(servers) == 2}
        return _plan(in_turn=[
            _turn(member, member.server not in stuck and not (led_by_one and place < last and member.retires), member.server not in stuck)
            for place, member in enumerate(turns)
        ])
    empty = sorted((member for member in members if member.empty), key=lambda member: not member.votes)
    if len(empty) == len(servers):
        return _plan(together=members, await_quorum=True)
    running = sum(1 for member in members if member.votes and not member.empty)
    running += sum(1 for server in outside if modes.get(server["server"]) in VOTING)
    joined = [running + sum(1 for member in empty[:place] if member.votes) for place in range(1, len(empty) + 1)]
    return _plan(
        together=[member for member in members if member.pending and not member.empty],
        await_quorum=running >= majority,
        in_turn=[_turn(member, votes >= majority) for member, votes in zip(empty, joined)],
    )


def _member(
    server: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]], data: Mapping[str, Mapping[str, bool]], modes: Mapping[str, Optional[str]]
) -> Member:
    host, unit = server["host"], units[server["host"]]
    active = unit["active"] == "active"
    return Member(
        host=host,
        server=server["server"],
        data=any(data[host].values()),
        active=active,
        pending=not active or bool(unit["stale"]),
        mode=modes.get(server["server"]),
        votes=_votes(server),
    )


def _votes(server: Mapping[str, Any]) -> bool:
    return bool(server.get("role", PARTICIPANT) == PARTICIPANT)


def _voters(servers: Sequence[Mapping[str, Any]]) -> int:
    return sum(1 for server in servers if _votes(server))


def _rank(member: Member) -> Tuple[int, bool]:
    """Where a member that runs has its place: who does not serve, who gives up its vote, who observes (and may vote from now on), who votes."""
    kinds = (not member.mode, member.retires, member.mode == "observer", True)
    return kinds.index(True), member.mode == "leader"


def _rolling(
    members: Sequence[Member],
    outside: Sequence[Mapping[str, Any]],
    modes: Mapping[str, Optional[str]],
    majority: int,
    allow_outage: bool,
) -> List[Member]:
    """The order under a quorum: what is down comes early, for a restarted member finds its leader only if a majority votes."""
    pending = [member for member in members if member.pending]
    starting = sorted((member for member in pending if not member.active), key=lambda member: (member.empty, not member.votes))
    restarting = sorted((member for member in pending if member.active), key=_rank)
    voters = [member.server for member in members if member.votes] + [server["server"] for server in outside if _votes(server)]
    # One that observes and shall vote does so by then.
    serving = sum(1 for server in voters if modes.get(server)) + sum(1 for member in starting if member.votes)
    served = [member for member in restarting if member.votes and member.mode in VOTING]
    if served and serving - 1 < majority <= len(voters) - 1 and not allow_outage:
        down = [server for server in outside if _votes(server) and not modes.get(server["server"])]
        raise InputError(
            f"{_hosts(served)} must restart, but {_hosts(down) or 'another member'} is down and the others alone are no quorum; "
            "bring it back first, or set zookeeper_allow_outage to true."
        )
    retiring = [member for member in restarting if member.retires]
    return retiring + starting + [member for member in restarting if member not in retiring]


def _plan(
    together: Sequence[Member] = (), await_quorum: bool = False, in_turn: Sequence[Mapping[str, Any]] = (), refusal: str = ""
) -> Dict[str, Any]:
    return {
        "together": [member.host for member in together],
        "await_quorum": await_quorum,
        "in_turn": list(in_turn),
        "refusal": refusal,
    }


def _is_true(value: Any) -> bool:
    return str(value).strip().lower() == "true"


def _turn(member: Member, wait: bool, quorum: bool = True) -> Dict[str, Any]:
    return {"host": member.host, "server": member.server, "wait": wait, "serves": quorum and bool(member.mode)}


def _id(host: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number == 0:
        raise InputError(f"Host {host} has no zookeeper_id; give each member its own from 1 to {HIGHEST_ID} in the inventory, for good.")
    if not 1 <= number <= HIGHEST_ID:
        raise InputError(f"The zookeeper_id of host {host} is {value!r}; it must be a number from 1 to {HIGHEST_ID}.")
    return number


def _setting_faults(key: str) -> List[str]:
    if not key or any(character in key for character in " \t\r\n=:#!\\"):
        return [f"zookeeper_settings has the key {key!r}; a key is one word without blanks, =, :, #, ! and backslash."]
    return []


def _hosts(members: Sequence[Any]) -> str:
    return ", ".join(member.host if isinstance(member, Member) else str(member["host"]) for member in members)
