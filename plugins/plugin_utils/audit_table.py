# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that playbooks/audit.yml ends with: what is the same of several hosts, or at several ports, is one line."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ..module_utils.security import rules
from ..module_utils.security.audit import HOST, KNOCK, PORTS, REMEDIES, WRONG, Lists, Row, host_rows, port_rows
from .table import table_lines
from .verify_table import WHOLE

HEADING = ("HOST", "WHAT", "WHO", "STATE", "WHAT IT GOT, OR IS")
#: Hosts that are named in a line; of more their number is told.
NAMED = 4
CONTROLLER = "controller"


def lists_of(
    profile: str, clients: Sequence[Any], operators: Sequence[Any], hosts: Mapping[str, Mapping[str, Any]], clear_zookeeper: bool = False,
) -> Lists:
    """Whom the profile lets in. Names of hosts are looked up on the controller."""
    names = rules.platform_names(hosts)
    resolved = {name: rules.resolved(name) for name in names if not rules.is_address(name)}
    return Lists(profile, {
        rules.PLATFORM: rules.addresses_of(names, resolved), rules.OPERATORS: rules.networks("security_operators", operators),
        rules.CLIENTS: rules.networks("security_clients", clients)}, clear_zookeeper)


def answers_of(controller: Sequence[Mapping[str, Any]], outsiders: Mapping[str, Mapping[str, Any]]) -> Dict[str, Sequence[Mapping[str, Any]]]:
    """What each caller got."""
    return {CONTROLLER: controller, **{host: (known.get(KNOCK) or {}).get("answers") or [] for host, known in outsiders.items()}}


def audit_rows(lists: Lists, answers: Mapping[str, Sequence[Mapping[str, Any]]], hosts: Mapping[str, Mapping[str, Any]]) -> List[Row]:
    """All lines, before any are put together."""
    rows = [row for caller, got in answers.items() for row in port_rows(lists, caller, got, hosts)]
    return rows + [row for host, variables in hosts.items() for row in host_rows(host, variables)]


def audit_lines(rows: Sequence[Row], hosts: Sequence[str]) -> List[str]:
    """The table."""
    by_host: Dict[Tuple[str, ...], List[str]] = {}
    for row in rows:
        by_host.setdefault((row.what, row.who, row.state, row.got), []).append(row.host)
    by_what: Dict[Tuple[str, ...], List[str]] = {}
    for (what, *rest), where in by_host.items():
        by_what.setdefault((_hosts(where, hosts), *rest), []).append(what)
    return table_lines(HEADING, [[where, _whats(whats), *rest] for (where, *rest), whats in by_what.items()])


def untried(hosts: Mapping[str, Mapping[str, Any]], outsiders: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """Hosts at which nobody knocked, or not at all their ports, since they could not be looked at; and strangers who could not knock.

    The playbook notes something of each host of the run, so those that --limit leaves out are not among them.
    """
    unseen = [host for host, variables in hosts.items() if any(name in variables and not variables[name] for name in (PORTS, HOST))]
    silent = [host for host, variables in outsiders.items() if KNOCK in variables and (variables[KNOCK] or {}).get("answers") is None]
    return [*unseen, *silent]


def failure(profile: str, rows: Sequence[Row], missed: Sequence[str]) -> str:
    """Why the audit fails, with what to do about it; empty where it does not. ``missed`` are the hosts that were not tried."""
    wrong, said = [row for row in rows if row.state == WRONG], []
    if wrong:
        said = [
            f"security_profile is {profile}, and somebody got further than that lets him at {ports_of(wrong)}. See WRONG in the table above.",
            *(remedy for reason, remedy in REMEDIES.items() if any(row.reason == reason for row in wrong))]
    if missed:
        said.append(f"Not tried: {', '.join(missed)}; make them reachable, or leave them out with --limit.")
    return " ".join(said)


def ports_of(rows: Sequence[Row]) -> str:
    """The ports of each host, for a sentence."""
    found: Dict[str, Dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.host, {})[row.what] = None
    return "; ".join(f"{host}: {_whats(list(whats))}" for host, whats in found.items())


def _hosts(where: Sequence[str], every: Sequence[str]) -> str:
    if len(every) > 1 and set(where) == set(every):
        return WHOLE
    return " ".join(where[:NAMED]) + (f" and {len(where) - NAMED} more" if len(where) > NAMED else "")


def _whats(whats: Sequence[str]) -> str:
    """Ports as ranges, in ascending order; all else as it is."""
    if not all(what.isdigit() for what in whats):
        return ", ".join(whats)
    found: List[List[int]] = []
    for port in sorted(map(int, whats)):
        if found and port == found[-1][1] + 1:
            found[-1][1] = port
        else:
            found.append([port, port])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
