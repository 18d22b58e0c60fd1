# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mesos cluster at a glance, and waiting for it; the logic of the module mesos_info."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ..errors import InputError
from ..wait import Observation, check_positive, wait_for
from .health import (
    Master,
    look_at_agents,
    look_at_masters,
    problems_of,
    scheme_of,
)
from .masters import ONE_WAY, MesosMasters, NoLeader, mesos_argument_spec
from .state import Agent, Framework, agents, as_results, frameworks, tasks

CONDITIONS = ("none", "leader", "masters", "agents", "framework")


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    masters: Optional[MesosMasters] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``masters``, ``clock`` and ``sleep`` are given by tests."""
    condition, count = params["wait_for"], params.get("count")
    hostnames, wanted = params.get("hostnames") or [], params.get("framework")
    if condition == "framework" and not wanted:
        raise InputError("wait_for is framework; say with framework which one is meant, by its id or its name")
    if count is not None and count < 1:
        raise InputError(f"count is {count}; it must be 1 or more")
    check_positive("interval", params.get("interval", 1))
    # Waiting is bounded by timeout; a look that finds no leader is a result, not a failure.
    masters = masters or MesosMasters.from_params({**params, "leader_timeout": 0 if condition != "none" else params["leader_timeout"]})
    started = clock()
    if condition != "none":
        conditions: Dict[str, Callable[[], Observation]] = {
            "leader": lambda: _leader(masters),
            "masters": lambda: _masters(masters, count),
            "agents": lambda: _agents(masters, count, hostnames, params["ask_agents"]),
            "framework": lambda: _framework(masters, str(wanted)),
        }

        def probe() -> Observation:
            try:
                return conditions[condition]()
            except NoLeader as error:
                return Observation(False, error.message)

        wait_for(probe, params["timeout"], params.get("interval", 1), _what(condition, count, hostnames, wanted), clock=clock, sleep=sleep)
    waited = clock() - started
    return {"changed": False, **overview(masters, params["tasks"], params["ask_agents"]), "waited": round(waited, 1)}


def overview(masters: MesosMasters, with_tasks: bool, ask_agents: bool) -> Dict[str, Any]:
    """Everything that the module returns; without a leading master what can be told nevertheless."""
    try:
        leader = masters.leader()
        listed: Optional[List[Agent]] = agents(masters)
        known: List[Framework] = frameworks(masters)
        running = as_results(tasks(masters)) if with_tasks else None
        missing = ""
    except NoLeader as error:
        leader, listed, known, running, missing = None, None, [], [] if with_tasks else None, error.message
    looked_at = look_at_masters(masters, _all_urls(masters, leader.url if leader else None))
    unreachable = sum(master.unreachable_agents for master in looked_at if master.elected)
    problems = problems_of(looked_at, listed, unreachable)
    problems += [f"master {master.url} refuses the credentials" for master in looked_at if master.refused]
    if missing and not problems:
        problems.append(missing)
    if leader and ask_agents:
        problems += look_at_agents(masters, listed or [], scheme_of(leader.url)).values()
    result: Dict[str, Any] = {
        "leader": asdict(leader) if leader else None,
        "masters": as_results(looked_at),
        "agents": as_results(listed or []),
        "unreachable_agents": unreachable,
        "frameworks": as_results(known),
        "healthy": not problems,
        "problems": problems,
    }
    if result["leader"]:
        del result["leader"]["number"]
    return result if running is None else {**result, "tasks": running}


def _all_urls(masters: MesosMasters, leader: Optional[str]) -> List[str]:
    """Every master that is named or stands for election; the leading one may be known under another address."""
    try:
        urls = list(masters.urls())
    except NoLeader:
        urls = []
    return urls or ([leader] if leader else [])


def _what(condition: str, count: Optional[int], hostnames: Sequence[str], framework: Optional[str]) -> str:
    if condition == "leader":
        return "a leading Mesos master"
    if condition == "masters":
        return f"{count} healthy Mesos masters" if count else "healthy Mesos masters"
    if condition == "agents":
        return f"the Mesos agents {', '.join(hostnames)}" if hostnames else f"{count or 1} Mesos agents"
    return f"the active framework {framework}"


def _leader(masters: MesosMasters) -> Observation:
    leader = masters.leader()
    return Observation(True, f"{leader.url} leads")


def _masters(masters: MesosMasters, count: Optional[int]) -> Observation:
    found = look_at_masters(masters, masters.urls())
    problems = problems_of(found, None, 0)
    healthy: List[Master] = [master for master in found if not master.problem]
    wanted = count or max(1, len(found))
    if len(healthy) < wanted:
        problems.insert(0, f"{len(healthy)} of {wanted} masters are healthy")
    if problems:
        return Observation(False, "; ".join(problems))
    for master in found:
        if master.elected and master.refused:
            return Observation(True, f"{master.url} leads")
    # Elected is not yet leading: it also has to have read its registry.
    return _leader(masters)


def _agents(masters: MesosMasters, count: Optional[int], hostnames: Sequence[str], ask: bool) -> Observation:
    listed = agents(masters)
    connected = [agent for agent in listed if agent.connected]
    silent: Dict[str, str] = {}
    if ask:
        # The master takes a while to notice that an agent has gone, which the agent's own word makes up for.
        asked = [agent for agent in connected if not hostnames or any(name in agent.names for name in hostnames)]
        silent = look_at_agents(masters, asked, scheme_of(masters.leader().url))
        connected = [agent for agent in connected if agent.id not in silent]
    absent = [name for name in hostnames if not any(name in agent.names for agent in connected)]
    wanted = count or (0 if hostnames else 1)
    seen = f"registered agents: {len(connected)}" + (f" of {wanted}" if wanted else "")
    if absent:
        seen += f"; not there: {', '.join(absent)}"
    gone = [f"{agent.hostname} is {agent.state}" for agent in listed if not agent.connected]
    return Observation(not absent and len(connected) >= wanted, "; ".join([seen, *gone, *silent.values()]))


def _framework(masters: MesosMasters, wanted: str) -> Observation:
    known = frameworks(masters)
    found = [framework for framework in known if wanted in (framework.id, framework.name)]
    if any(framework.active for framework in found):
        return Observation(True, "")
    if found:
        return Observation(False, ", ".join(f"framework {one.name} ({one.id}) is {one.state}" for one in found))
    others = ", ".join(f"{one.name} ({one.state})" for one in known) or "none"
    return Observation(False, f"there is no framework {wanted}; known frameworks: {others}")


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        wait_for=dict(type="str", choices=list(CONDITIONS), default="none"),
        count=dict(type="int"),
        hostnames=dict(type="list", elements="str"),
        framework=dict(type="str"),
        timeout=dict(type="float", default=60),
        interval=dict(type="float", default=1),
        tasks=dict(type="bool", default=False),
        ask_agents=dict(type="bool", default=False),
        may_refuse=dict(type="list", elements="str", default=[]),
        **mesos_argument_spec(),
    ),
    requirements=("requests",),
    **ONE_WAY,
)
