# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the role mesos has found on its hosts, and what follows from it for masters and agents."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..addresses import addresses, mesos_quorum
from ..inventory import pending
from ..zookeeper.digest import tree_turn
from .agent_change import agent_change
from .rollout import mesos_agent_plan, mesos_plan, mesos_registry, mesos_servers_now, registry_faults

MASTER_UNIT, AGENT_UNIT = "mesos-master.service", "mesos-agent.service"
#: Until it restarts a master is on the port that its process was started with, which its unit keeps there.
STARTED_PORT = "/run/mesos-master/port"


def mesos_run(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    in_run: Sequence[str],
    port: int,
    seen: Optional[Mapping[str, Any]] = None,
    allow_outage: bool = False,
) -> Dict[str, Any]:
    """What the hosts of Mesos among ``in_run`` have registered so far, in words of what is to be done.

    ``port`` is where masters are meant to listen; ``seen`` what mesos_info says of them before the first one is touched. The result has
    ``servers`` (where each master listens by now), ``registry`` (of mesos_registry), ``masters`` and ``agents`` (the plans of their restarts,
    with ``pending``, hosts where the daemon does not run, or runs with older files), ``pending`` (those of both), ``touched`` (whether there
    is anything to do or to verify) and ``zookeeper``, what becomes of the masters' tree there: ``closes``, ``opens`` or nothing.

    :raises InputError: as addresses of the groups.
    """
    run = _Run(groups, hostvars, in_run, port)
    registry = mesos_registry(run.masters, run.logs, run.quorum)
    masters, agents = run.master_plan(seen or {}, allow_outage, registry["alone"]), run.agent_plan()
    due = sorted({*masters["pending"], *agents["pending"]})
    return {
        "servers": list(run.servers_before.values()),
        # A new host has nothing yet to ask with.
        "registry": {**registry, "quorum": run.quorum, "ask_from": (registry["holders"] + registry["outside"] + [""])[0]},
        "masters": masters,
        "agents": agents,
        "pending": due,
        "touched": bool(due) or any(run.touched(host) for host in run.found),
        "zookeeper": tree_turn(run.registered(host, "mesos_preflight") for host in run.masters if host in run.found),
    }


class _Run:
    """The hosts of Mesos in this run."""

    def __init__(self, groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]], in_run: Sequence[str], port: int) -> None:
        self.masters, self.agents = (sorted(groups.get(group) or []) for group in ("mesos_master", "mesos_agent"))
        self.quorum = mesos_quorum(self.masters) if self.masters else 0
        self.found = {host: hostvars[host] for host in sorted({*self.masters, *self.agents}) if host in in_run}
        self.servers = {host: f"{address}:{port}" for host, address in zip(self.masters, addresses(self.masters, hostvars, "mesos_address"))}
        self.agent_addresses = dict(zip(self.agents, addresses(self.agents, hostvars, "mesos_address")))
        judged = {host: self.registered(host, "mesos_preflight") for host in self.masters if host in self.found}
        self.logs = {host: bool(preflight.get("holds_registry")) for host, preflight in judged.items() if preflight}
        self.started = {host: (preflight.get("contents") or {}).get(STARTED_PORT) for host, preflight in judged.items()}
        self.servers_before = mesos_servers_now(self.servers, self.started)

    def registered(self, host: str, name: str) -> Mapping[str, Any]:
        """What a step has registered on a host of this run; empty before."""
        found: Mapping[str, Any] = self.found[host].get(name) or {}
        return found

    def units(self, hosts: Sequence[str], unit: str) -> Dict[str, Mapping[str, Any]]:
        """The unit of each of these hosts that have been looked at."""
        states = {host: self.registered(host, "mesos_configured").get("units") for host in hosts if host in self.found}
        return {host: units[unit] for host, units in states.items() if units}

    def touched(self, host: str) -> bool:
        """Whether files were written there, or are to be by what the agent is started with."""
        agent = self.registered(host, "mesos_preflight").get("agent") or {}
        return bool(self.registered(host, "mesos_configured").get("changed_paths")) or agent.get("noted") is False

    def master_plan(self, seen: Mapping[str, Any], allow_outage: bool, reset: bool) -> Dict[str, Any]:
        by_server = {server: host for host, server in self.servers_before.items()}
        up = [by_server[one] for one in map(_server, seen.get("masters") or []) if one in by_server and _is_up(seen, one)]
        units = self.units(self.masters, MASTER_UNIT)
        plan = mesos_plan(self.masters, units, self.logs, up, by_server.get(_leading(seen), ""), allow_outage, reset)
        in_turn = [self._turn(host, plan["together"] + plan["in_turn"][: number + 1], up) for number, host in enumerate(plan["in_turn"])]
        together = [self.servers[host] for host in plan["together"]]
        return {**plan, "in_turn": in_turn, "wait_for": together if len(together) >= self.quorum else [], "pending": pending(units)}

    def _turn(self, host: str, started: Sequence[str], up: Sequence[str]) -> Dict[str, Any]:
        """A master that restarts, and whom to wait for then: those that served before, and those that were started by now."""
        now = mesos_servers_now(self.servers, self.started, started)
        awaited = [now[other] for other in self.masters if other in up or other in started]
        may_refuse = [self.servers_before[other] for other in self.masters if other not in started]
        return {"host": host, "wait_for": awaited if len(awaited) >= self.quorum else [], "may_refuse": may_refuse}

    def agent_plan(self) -> Dict[str, Any]:
        drained = [host for host in self.agents if host in self.found and self.found[host].get("mesos_agent_drain")]
        units = self.units(self.agents, AGENT_UNIT)
        plan = mesos_agent_plan(self.agents, units, drained)
        named = {kind: [{"host": host, "address": self.agent_addresses[host]} for host in hosts] for kind, hosts in plan.items()}
        return {**named, "together": plan["together"], "wait_for": [one["address"] for one in named["together"]], "pending": pending(units)}


def _server(master: Mapping[str, Any]) -> str:
    return str(master["url"]).split("://", 1)[-1]


def _is_up(seen: Mapping[str, Any], server: str) -> bool:
    return any(master["up"] for master in seen["masters"] if _server(master) == server)


def _leading(seen: Mapping[str, Any]) -> str:
    """Where the leading master listens. One that refuses the credentials tells no more than that it leads."""
    elected = [seen["leader"]] if seen.get("leader") else [master for master in seen.get("masters") or [] if master.get("elected")]
    return _server(elected[0]) if elected else ""


def mesos_registry_faults(
    registry: Mapping[str, Any], before: Mapping[str, Any], held: Mapping[str, Any], allow_reset: bool = False
) -> List[str]:
    """Why the masters may not start as the inventory wants it, one sentence each.

    ``registry`` is that of mesos_run, ``before`` what mesos_info says of the masters that run, and ``held`` what the leading one has answered to
    requests for quota and maintenance.
    """
    elected = [master for master in before["masters"] if master.get("elected")] if before.get("leader") else []
    answers = {answer["item"]: answer.get("json") or {} for answer in held.get("results") or []}
    known = {
        "quorum": (elected[0].get("quorum") if elected else 0) or 0,
        "quota": any(answers.get("/quota", {}).values()),
        "maintenance": any(answers.get("/maintenance/schedule", {}).values()),
        "drained": [agent["hostname"] for agent in before.get("agents") or [] if agent.get("deactivated")],
    }
    return registry_faults(registry, registry["quorum"], known, allow_reset)


def mesos_agent_verdict(agent: Mapping[str, Any], answer: Mapping[str, Any], policy: str, host: str) -> Dict[str, Any]:
    """Whether an agent has to be drained before it starts with its new settings, and the sentence that refuses these, or an empty text.

    ``agent`` is what its preflight says of it, ``answer`` what the running agent has answered, if it has; ``policy`` is refuse, additive or drain.
    """
    running = answer.get("json") or {}
    found = agent_change(running.get("flags") or agent["before"], agent["identity"], "equal" if policy == "refuse" else "additive", running)
    if agent["moved_from"]:
        found.append(f"its work directory moves from {agent['moved_from']} to {agent['work_dir']}, where it would find none of its tasks")
    if not found or policy == "drain":
        return {"drain": bool(found), "refusal": ""}
    additive = "set mesos_agent_change to additive if it only adds, " if policy == "refuse" else ""
    return {
        "drain": False,
        "refusal": f"The agent on {host} would not recover from its new settings ({'; '.join(found)}): take the change back, {additive}or set "
        "mesos_agent_change to drain, and its tasks are moved away before it starts anew.",
    }
