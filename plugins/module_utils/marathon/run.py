# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the role marathon has found on its hosts, and the order of restarts that follows from it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..addresses import addresses
from ..zookeeper.digest import tree_turn

UNIT = "marathon.service"


def marathon_run(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    in_run: Sequence[str],
    port: int,
    answer: Optional[Mapping[str, Any]] = None,
    tls: bool = False,
) -> Dict[str, Any]:
    """What the hosts of Marathon among ``in_run`` have registered so far, in words of what is to be done.

    ``port`` is Marathon's, ``answer`` what the Marathons have answered when they were asked who leads, and ``tls`` whether they are to speak https.
    The result has ``askable`` (whether every host has what the modules need that ask Mesos), ``down`` (hosts where Marathon starts at once),
    ``turns`` (those where it restarts one by one, the leader last), ``urls`` (whom to ask first who leads, in both ways of speaking), ``pending``
    (both kinds of hosts), ``touched`` (whether there is anything to do or to verify) and ``zookeeper``, what becomes of their tree there:
    ``closes``, ``opens`` or nothing. ``mixed`` tells that some speak otherwise than they are to. The others cannot pass requests on to those, nor
    those to them, so nobody waits for an answer of the leader after such a turn (``leader_unreachable``) but the last one. ``outside`` are those of
    them that are not in this run, and would go on so.

    :raises InputError: as addresses of the group.
    """
    members = sorted(groups.get("marathon") or [])
    endpoints = {host: f"{address}:{port}" for host, address in zip(members, addresses(members, hostvars, "marathon_address"))}
    found = {host: hostvars[host] for host in members if host in in_run}
    units = {host: _registered(variables, "marathon_configured").get("units", {}).get(UNIT) for host, variables in found.items()}
    down = [host for host, unit in units.items() if unit and unit["active"] != "active"]
    stale = [host for host, unit in units.items() if unit and unit["active"] == "active" and unit.get("stale")]
    leaders = _leaders(answer or {})
    in_turn = sorted(stale, key=lambda host: endpoints[host] in leaders)
    speaks, spoke = ("https", "http") if tls else ("http", "https")
    # Whoever leads is elsewhere, or is to restart last.
    asks = len(members) > 1 and bool(stale or (down and set(members) - set(in_run)))
    results = (answer or {}).get("results") or []
    answered = {str(one.get("item")) for one in results if one.get("status", -1) > 0}
    # One whose certificate has ended is as good as one that speaks otherwise.
    distrusted = any("CERTIFICATE_VERIFY_FAILED" in str(one.get("msg")) for one in results)
    mixed = distrusted or any(url.startswith(f"{spoke}:") for url in answered)
    return {
        "askable": all(_registered(variables, "marathon_preflight").get("has_client") for variables in found.values()),
        "down": down,
        "turns": [{"host": host, "endpoint": endpoints[host], "leader_unreachable": mixed and host != in_turn[-1]} for host in in_turn],
        "urls": [f"{scheme}://{endpoint}" for scheme in (speaks, spoke) for endpoint in endpoints.values()] if asks else [],
        "mixed": mixed,
        "outside": [host for host in members if host not in in_run and f"{spoke}://{endpoints[host]}" in answered],
        "pending": down + stale,
        "touched": bool(down + stale) or any(_registered(variables, "marathon_configured").get("changed_paths") for variables in found.values()),
        "zookeeper": tree_turn(_registered(variables, "marathon_preflight") for variables in found.values()),
    }


def _registered(variables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What a step has registered on a host; empty before."""
    found: Mapping[str, Any] = variables.get(name) or {}
    return found


def _leaders(answer: Mapping[str, Any]) -> List[str]:
    """Whom the Marathons call their leader; one that does not answer, or knows none, says nothing."""
    return [str((one.get("json") or {}).get("leader") or "") for one in answer.get("results") or []]
