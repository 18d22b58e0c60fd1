# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit tries, and what it says of what was found: whether somebody gets in whom the profile keeps out."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..addresses import SECURE
from ..listeners import FLINK, MARATHON, MESOS, ZOOKEEPER, Listener
from . import rules
from .knock import CLEAR, CLOSED, OPEN, TLS, UNKNOWN, Target
from .preflight import OPEN as PROFILE_OPEN
from .secret_files import too_wide

#: Where the playbook has noted on each host what it found.
PORTS, HOST, KNOCK = "security_audit_ports", "security_audit_host", "security_audit_knock"
#: What is spoken where a login says who calls, so that TLS asks for no certificate.
BY_LOGIN = (MESOS, MARATHON)
#: Of a range with more ports than these only those are tried on which something listens.
FEW = 16
STRANGER = "stranger"
CALLERS = {rules.PLATFORM: "a host of the platform", rules.OPERATORS: "an operator", rules.CLIENTS: "a client", STRANGER: "a stranger"}
#: OK is as the profile says, REACHED what the profile open keeps from nobody, WRONG what guarded and secure should; WIDE a secret that others read.
OK, REACHED, WRONG, WIDE = "ok", "open", "WRONG", "WIDE"
#: Why something is WRONG: the firewall lets somebody through, a port is none of those that it knows, a daemon asks for no certificate or no login,
#: or speaks in clear where it could speak TLS.
UNGUARDED, UNNAMED, UNCERTIFIED, UNASKED, UNENCRYPTED = "unguarded", "unnamed", "uncertified", "unasked", "unencrypted"
#: What to do about each.
REMEDIES = {
    UNGUARDED: "Where the firewall should have refused the caller, run site.yml with --tags security.",
    UNNAMED: "Where no layer names the port, give it by a setting of its layer, so that the firewall knows it, or close it.",
    UNCERTIFIED: "Where a certificate should have been wanted, take what overrides security_profile: secure (zookeeper_clients, zookeeper_tls, "
                 "flink_rest_tls, flink_internal_tls) out of the inventory, and run site.yml.",
    UNASKED: "Where a login should have been asked for, take what overrides security_profile: secure (mesos_credentials, marathon_http_credentials, "
             "hdfs_authentication: simple) out of the inventory, and run site.yml.",
    UNENCRYPTED: "Where TLS should have been spoken, take what overrides security_profile: secure (marathon_tls) out of the inventory, and run site.yml.",
}


@dataclass(frozen=True)
class Row:
    """A line: of a port, a file or a unit of a host (``what``), as ``who`` has it. ``reason`` is why it is WRONG, empty where it is not."""

    host: str
    what: str
    who: str
    state: str
    got: str
    reason: str = ""


@dataclass
class Lists:
    """Whom the firewall lets in. ``clear_zookeeper`` is whether some layer cannot come to ZooKeeper but in clear."""

    profile: str
    networks: Dict[str, List[rules.Network]] = field(default_factory=dict)
    clear_zookeeper: bool = False

    def role(self, source: str) -> str:
        """Who a caller with this address is to the platform. Loopback is the host itself, which its firewall never refuses."""
        try:
            address = ipaddress.ip_address(source)
        except ValueError:
            return STRANGER
        if address.is_loopback:
            return rules.PLATFORM
        return next((name for name, known in self.networks.items() if any(address in network for network in known)), STRANGER)

    def lets_in(self, role: str, listener: Optional[Listener]) -> bool:
        """Whether a caller may reach a port. One that no layer names, so that the firewall cannot know it, is for nobody else either."""
        if self.profile == PROFILE_OPEN or role in (rules.PLATFORM, rules.OPERATORS):
            return True
        return role == rules.CLIENTS and listener is not None and listener.clients

    def wants_certificate(self, listener: Optional[Listener]) -> bool:
        """Whether nobody gets anything at a port without TLS and a certificate, wherever he comes from."""
        languages = (FLINK,) if self.clear_zookeeper else (FLINK, ZOOKEEPER)
        return self.profile == SECURE and listener is not None and listener.speaks not in BY_LOGIN and (listener.tls or listener.speaks in languages)

    def wants_tls(self, listener: Optional[Listener]) -> bool:
        """Whether a port speaks TLS, without asking for a certificate."""
        return self.profile == SECURE and listener is not None and listener.speaks == MARATHON

    def wants_login(self, listener: Optional[Listener]) -> bool:
        """Whether nobody is told anything at a port without a login, wherever he comes from."""
        return self.profile == SECURE and listener is not None and (listener.login or listener.speaks in BY_LOGIN)


def listening(variables: Mapping[str, Any]) -> List[Listener]:
    """Where the layers of a host take connections, as the playbook has noted it."""
    return [Listener(**one) for one in (variables.get(PORTS) or {}).get("listening") or []]


def ports(variables: Mapping[str, Any]) -> Iterator[Tuple[int, Optional[Listener]]]:
    """The ports of a host that are tried, in ascending order: those of its layers, and what its daemons listen on besides."""
    seen = variables.get(HOST) or {}
    found: Dict[int, Optional[Listener]] = {port: None for unit in seen.get("units") or [] for port in unit["ports"]}
    for listener in listening(variables):
        every: Iterable[int] = range(listener.first, listener.last + 1)
        if listener.last - listener.first >= FEW:
            every = [port for port in seen.get("listening") or [] if listener.first <= port <= listener.last]
        for port in every:
            found[port] = found.get(port) or listener
    yield from sorted(found.items())


def targets(hosts: Mapping[str, Mapping[str, Any]]) -> List[Target]:
    """What callers try: each port of each host that was looked at, at each address that the inventory has for the host."""
    return [
        Target(host, address, port, listener.speaks if listener else "", bool(listener and listener.tls))
        for host, variables in hosts.items() if variables.get(PORTS) for address in rules.platform_names({host: variables})
        for port, listener in ports(variables)]


def port_rows(lists: Lists, caller: str, answers: Sequence[Mapping[str, Any]], hosts: Mapping[str, Mapping[str, Any]]) -> List[Row]:
    """A line for each port that a caller tried."""
    known = {host: dict(ports(variables)) for host, variables in hosts.items()}
    several = {host for host, variables in hosts.items() if len(rules.platform_names({host: variables})) > 1}
    rows = []
    for answer in answers:
        host, role = answer["host"], lists.role(answer["source"])
        listener = known[host].get(answer["port"])
        allowed, reached = lists.lets_in(role, listener), answer["state"] == OPEN
        got = words(answer, listener)
        state, reason = REACHED if reached and lists.profile == PROFILE_OPEN else OK, ""
        if not allowed and answer["state"] in (OPEN, CLOSED):
            state, reason = WRONG, UNGUARDED if listener else UNNAMED
            got += ", though the profile keeps this caller out" if reached else ", but no firewall refuses this caller"
        elif reached and lists.wants_certificate(listener) and _comes_in(answer, listener):
            state, reason = WRONG, UNCERTIFIED
            got += ", though the profile wants TLS and a certificate"
        elif reached and lists.wants_login(listener) and answer["data"]:
            state, reason = WRONG, UNASKED
            got += ", though the profile wants a login"
        elif reached and lists.wants_tls(listener) and answer["language"] == CLEAR:
            state, reason = WRONG, UNENCRYPTED
            got += ", though the profile wants TLS"
        where = f"{host} ({answer['address']})" if host in several else host
        rows.append(Row(where, str(answer["port"]), f"{caller}, {CALLERS[role]}", state, got, reason))
    return rows


def _comes_in(answer: Mapping[str, Any], listener: Optional[Listener]) -> bool:
    """Whether somebody without a certificate came further than he may. Where something can be asked by TLS, a login may still be wanted inside."""
    if answer["data"] or answer["language"] == CLEAR:
        return True
    is_asked = listener is not None and listener.speaks != ""
    return not is_asked and answer["language"] == TLS and bool(answer["tls_versions"]) and not answer["wants_certificate"]


def words(answer: Mapping[str, Any], listener: Optional[Listener]) -> str:
    """What the caller got, in words."""
    state, told = answer["state"], answer["told"]
    if state != OPEN:
        return {CLOSED: "nothing listens", UNKNOWN: "the name does not resolve there"}.get(state, "no connection")
    if answer["language"] == TLS:
        if not answer["tls_versions"]:
            return "TLS of no version that was tried"
        versions = " and ".join(answer["tls_versions"])
        until = f", certificate until {answer['certificate_until'][:10]}" if answer["certificate_until"] else ""
        end = "wants a certificate" if answer["wants_certificate"] else told or "lets in without a certificate"
        return f"TLS {versions}{until}: {end}"
    if answer["language"] == CLEAR:
        instead = ", and no TLS, which the inventory has there"
        return f"in clear: {told}{instead if listener and listener.tls else ''}" if told else f"a connection{instead}"
    if listener is None:
        return "a connection at a port that no layer names"
    if listener.speaks:
        return "a connection, and no answer that it knows"
    return "a connection, and no answer to TLS in time" if listener.tls else "a connection; nothing was asked"


def host_rows(host: str, variables: Mapping[str, Any]) -> List[Row]:
    """A line for each unit and each file with secrets of a host."""
    seen, accounts = variables.get(HOST) or {}, (variables.get(PORTS) or {}).get("accounts") or {}
    rows = []
    for unit in seen.get("units") or []:
        exposure = "exposure not known" if unit["exposure"] is None else f"exposure {unit['exposure']:g} of 10 ({unit['level']})"
        rows.append(Row(host, unit["unit"], unit["user"], OK, exposure if unit["active"] == "active" else f"{exposure}; it is {unit['active']}"))
    for file in seen.get("files") or []:
        # Of a host whose layers could not be judged nobody knows the accounts.
        wide = too_wide(file, accounts.get(file["layer"], [file["owner"], file["group"]]))
        rows.append(Row(host, file["path"], f"{file['owner']}:{file['group']} {file['mode']}", WIDE if wide else OK, wide or file["holds"]))
    return rows


def notes(lists: Lists, rows: Sequence[Row], hosts: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """What the table cannot show."""
    said = [fault for variables in hosts.values() for fault in (variables.get(PORTS) or {}).get("unknown") or []]
    unseen = [host for host, variables in hosts.items() if not variables.get(PORTS) or not variables.get(HOST)]
    if unseen:
        said.append(f"Not looked at, or not wholly: {', '.join(unseen)}.")
    if lists.profile != PROFILE_OPEN and not any(row.who.endswith(CALLERS[STRANGER]) for row in rows):
        said.append(
            "No stranger has tried: the controller is let in. Put a host that belongs to no layer, and is in no list, into the group "
            "security_outsiders.")
    return list(dict.fromkeys(said))


def as_json(lists: Lists, rows: Sequence[Row], answers: Mapping[str, Any], hosts: Mapping[str, Mapping[str, Any]]) -> Dict[str, Any]:
    """All of it, for programs."""
    return {
        "profile": lists.profile,
        "let_in": {name: [str(network) for network in known] for name, known in lists.networks.items()},
        "rows": [asdict(row) for row in rows],
        "answers": answers,
        "hosts": {host: {name: (variables.get(HOST) or {}).get(name) for name in ("units", "files", "listening")} for host, variables in hosts.items()},
    }
