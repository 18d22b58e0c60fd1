# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Mesos cluster says about itself: agents, frameworks and tasks, as modules return them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from .masters import MesosMasters
from .resources import RANGES, SCALAR, Amount, merged

#: States of an agent in which it talks to the leading master.
CONNECTED = ("active", "deactivated", "draining", "drained")
ACTIVE, INACTIVE, COMPLETED = "active", "inactive", "completed"


@dataclass(frozen=True)
class Agent:
    """An agent as the leading master lists it.

    ``state`` is active, deactivated, draining, drained, disconnected, or recovered: known from the registry, but not back since the last
    change of the leading master. ``registered`` in seconds since 1970.
    """

    id: str
    hostname: str
    address: Optional[str]
    port: Optional[int]
    state: str
    active: bool
    deactivated: bool
    drain_state: Optional[str]
    mark_gone: bool
    version: Optional[str]
    resources: Dict[str, Any]
    used: Dict[str, Any]
    attributes: Dict[str, Any]
    registered: Optional[int]

    @property
    def connected(self) -> bool:
        return self.state in CONNECTED

    @property
    def names(self) -> List[str]:
        """What a person may call it."""
        return [name for name in (self.id, self.hostname, self.address) if name]


@dataclass(frozen=True)
class Framework:
    """A framework that the leading master knows; ``state`` is active, inactive (it may come back until its failover time-out) or completed."""

    id: str
    name: str
    state: str
    active: bool
    connected: bool
    recovered: bool
    completed: bool
    user: Optional[str]
    principal: Optional[str]
    checkpoint: bool
    roles: List[str]
    hostname: Optional[str]
    webui_url: Optional[str]
    failover_timeout: Optional[float]


@dataclass(frozen=True)
class Task:
    """A task that has not been forgotten by its framework."""

    id: str
    name: str
    state: str
    framework_id: str
    framework: str
    agent_id: str
    resources: Dict[str, Any]


def agents(masters: MesosMasters) -> List[Agent]:
    """All agents that the leading master lists, by host name."""
    answer = masters.call("GET_AGENTS")
    found = [_agent(entry) for entry in answer.get("agents", [])]
    listed = {agent.id for agent in found}
    found += [_recovered(info) for info in answer.get("recovered_agents", []) if _value(info.get("id")) not in listed]
    return sorted(found, key=lambda agent: (agent.hostname, agent.id))


def frameworks(masters: MesosMasters) -> List[Framework]:
    """All frameworks that the leading master knows, those that run first; of the completed ones it keeps the last 50 by default."""
    answer = masters.call("GET_FRAMEWORKS")
    running = [_framework(entry, False) for entry in answer.get("frameworks", [])]
    completed = [_framework(entry, True) for entry in answer.get("completed_frameworks", [])]
    return sorted(running, key=lambda framework: (framework.name, framework.id)) + completed


def tasks(masters: MesosMasters) -> List[Task]:
    """All tasks that run or wait to be acknowledged, by framework."""
    found = []
    for framework in masters.get("/state").get("frameworks", []):
        found += [_task(entry, framework) for entry in framework.get("tasks", [])]
    return sorted(found, key=lambda task: (task.framework, task.framework_id, task.id))


def as_results(entries: Sequence[Any]) -> List[Dict[str, Any]]:
    """The dataclasses as dictionaries."""
    return [asdict(entry) for entry in entries]


def summed(resources: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """Resource messages of the v1 API as one amount per name, all roles together: a number, or ranges and sets as Mesos writes them."""
    amounts: Dict[str, Amount] = {}
    for entry in resources:
        amount = _amount(entry)
        if amount is not None:
            name = str(entry["name"])
            amounts[name] = amounts[name].plus(amount) if name in amounts and amounts[name].kind == amount.kind else amount
    return {name: amount.value / 1000 if amount.kind == SCALAR else str(amount) for name, amount in sorted(amounts.items())}


def _amount(entry: Mapping[str, Any]) -> Optional[Amount]:
    if "scalar" in entry:
        return Amount(SCALAR, int(round(float(entry["scalar"]["value"]) * 1000)))
    if "ranges" in entry:
        return Amount(RANGES, merged((int(one["begin"]), int(one["end"])) for one in entry["ranges"].get("range", [])))
    if "set" in entry:
        return Amount("set", frozenset(entry["set"].get("item", [])))
    return None


def _value(message: Any) -> str:
    """The text of an id message."""
    return str((message or {}).get("value", ""))


def _address(pid: str) -> Optional[str]:
    """10.0.0.1 of slave(1)@10.0.0.1:5051"""
    host = pid.rpartition("@")[2].rpartition(":")[0]
    return host.strip("[]") or None


def _attributes(entries: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for entry in entries:
        amount = _amount(entry)
        if amount is None:
            found[str(entry["name"])] = (entry.get("text") or {}).get("value")
        else:
            found[str(entry["name"])] = amount.value / 1000 if amount.kind == SCALAR else str(amount)
    return found


def _agent(entry: Mapping[str, Any]) -> Agent:
    info = entry.get("agent_info") or {}
    drain = entry.get("drain_info") or {}
    active, deactivated = bool(entry.get("active")), bool(entry.get("deactivated"))
    drain_state = str(drain["state"]) if drain.get("state") else None
    if drain_state in ("DRAINING", "DRAINED"):
        state = drain_state.lower()
    elif deactivated:
        state = "deactivated"
    else:
        state = "active" if active else "disconnected"
    moment = entry.get("reregistered_time") or entry.get("registered_time") or {}
    return Agent(
        id=_value(info.get("id")),
        hostname=str(info.get("hostname", "")),
        address=_address(str(entry.get("pid", ""))),
        port=info.get("port"),
        state=state,
        active=active,
        deactivated=deactivated,
        drain_state=drain_state,
        mark_gone=bool((drain.get("config") or {}).get("mark_gone")),
        version=entry.get("version"),
        resources=summed(entry.get("total_resources") or info.get("resources") or []),
        used=summed(entry.get("allocated_resources") or []),
        attributes=_attributes(info.get("attributes") or []),
        registered=int(moment["nanoseconds"]) // 10**9 if moment.get("nanoseconds") else None,
    )


def _recovered(info: Mapping[str, Any]) -> Agent:
    return Agent(
        id=_value(info.get("id")),
        hostname=str(info.get("hostname", "")),
        address=None,
        port=info.get("port"),
        state="recovered",
        active=False,
        deactivated=False,
        drain_state=None,
        mark_gone=False,
        version=None,
        resources=summed(info.get("resources") or []),
        used={},
        attributes=_attributes(info.get("attributes") or []),
        registered=None,
    )


def _framework(entry: Mapping[str, Any], completed: bool) -> Framework:
    info = entry.get("framework_info") or {}
    active = bool(entry.get("active")) and not completed
    return Framework(
        id=_value(info.get("id")),
        name=str(info.get("name", "")),
        state=COMPLETED if completed else ACTIVE if active else INACTIVE,
        active=active,
        connected=bool(entry.get("connected")) and not completed,
        recovered=bool(entry.get("recovered")),
        completed=completed,
        user=info.get("user"),
        principal=info.get("principal"),
        checkpoint=bool(info.get("checkpoint")),
        roles=list(info.get("roles") or ([info["role"]] if info.get("role") else [])),
        hostname=info.get("hostname"),
        webui_url=info.get("webui_url"),
        failover_timeout=info.get("failover_timeout"),
    )


def _task(entry: Mapping[str, Any], framework: Mapping[str, Any]) -> Task:
    return Task(
        id=str(entry["id"]),
        name=str(entry.get("name", "")),
        state=str(entry["state"]),
        framework_id=str(framework["id"]),
        framework=str(framework.get("name", "")),
        agent_id=str(entry.get("slave_id", "")),
        resources=dict(entry.get("resources") or {}),
    )
