# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the role flink has found on the hosts of a cluster, and the order of restarts that follows from it."""

from __future__ import annotations

from typing import Any, Collection, Dict, List, Mapping, Optional, Sequence

from ..addresses import addresses


def flink_run(
    members: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    in_run: Collection[str],
    cluster: str,
    apart: Collection[str] = (),
    election: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """What the ``members`` of a cluster among ``in_run`` have registered so far, in words of what is to be done.

    ``cluster`` is the name of the cluster, which its units have. ``apart`` are paths of which processes that have started before and after a
    change do not understand each other. ``election`` is the result of flink_ha_info, once somebody has asked who leads.

    The result has ``hosts`` (those in the run), ``changed`` (whether anything was written or started), ``stale`` (by host, the units that run
    with older files), ``mixes`` (whether processes may restart one after the other), ``jobmanagers`` and ``taskmanagers`` (hosts where one is
    stale; of the former the leader last).

    :raises InputError: as addresses of the members.
    """
    hosts = [host for host in members if host in in_run]
    states = {host: hostvars[host].get("flink_configured") or {} for host in hosts}
    stale = {host: list(state.get("stale") or []) for host, state in states.items()}
    because = {path for state in states.values() for unit in (state.get("units") or {}).values() for path in unit.get("stale_because") or []}
    return {
        "hosts": hosts,
        "changed": any(state.get("changed") for state in states.values()),
        "stale": stale,
        "mixes": because.isdisjoint(apart),
        "jobmanagers": _leader_last([host for host in hosts if f"{cluster}-jobmanager.service" in stale[host]], hostvars, election or {}),
        "taskmanagers": [host for host in hosts if f"{cluster}-taskmanager.service" in stale[host]],
    }


def _leader_last(hosts: List[str], hostvars: Mapping[str, Mapping[str, Any]], election: Mapping[str, Any]) -> List[str]:
    leading = {leader.get("host") for leader in (election.get("leaders") or {}).values()}
    reached = dict(zip(hosts, addresses(hosts, hostvars, "flink_address")))
    return sorted(hosts, key=lambda host: reached[host] in leading)


def flink_expected(
    jobmanagers: Mapping[str, str], taskmanagers: Mapping[str, str], hosts: Collection[str], version: str
) -> List[Dict[str, str]]:
    """What a cluster must have before a job tries it, as flink_check takes it: of the hosts in the run, JobManagers by their URLs and TaskManagers
    by their addresses."""
    return [
        {"name": host, process: where, "version": version}
        for process, known in (("jobmanager", jobmanagers), ("taskmanager", taskmanagers)) for host, where in known.items() if host in hosts
    ]
