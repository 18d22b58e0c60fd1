# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the master knows: agents, frameworks, tasks, offers.

Does not know executors of frameworks, task groups, operations, quotas or weights.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, List, Optional, Set, Tuple

from ..resources import ANY, Pool, add, from_json, subtract
from ..web import Stream

TERMINAL = {
    "TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST", "TASK_ERROR", "TASK_DROPPED", "TASK_GONE", "TASK_GONE_BY_OPERATOR",
}  # fmt: skip
AGENT_CAPABILITIES = [
    "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER", "RESIZE_VOLUME", "AGENT_OPERATION_FEEDBACK",
    "AGENT_DRAINING", "TASK_RESOURCE_LIMITS",
]  # fmt: skip


@dataclass
class Task:
    """A task as launched, and its states so far."""

    info: Dict[str, Any]
    framework_id: str
    agent_id: str
    role: str
    state: str = "TASK_STAGING"
    statuses: List[Dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id, unique within the framework."""
        return self.info["task_id"]["value"]

    @property
    def resources(self) -> Pool:
        """What it was launched with."""
        return from_json(self.info.get("resources"))

    @property
    def terminal(self) -> bool:
        """It runs no more."""
        return self.state in TERMINAL

    def record(self, status: Dict[str, Any], state: Optional[str] = None) -> None:
        """A new status; a repeated state replaces the one before."""
        self.state = state or status["state"]
        if self.statuses and self.statuses[-1]["state"] == status["state"]:
            self.statuses.pop()
        self.statuses.append(status)


@dataclass
class Filter:
    """A declined offer: these resources of this agent are not offered again for a while."""

    agent_id: str
    resources: Pool
    until: float


@dataclass
class Framework:
    """A scheduler, connected or not."""

    id: str
    info: Dict[str, Any]
    stream: Optional[Stream] = None
    stream_id: str = ""
    pid: str = ""
    principal: Optional[str] = None
    connected: bool = False
    active: bool = False
    recovered: bool = False
    registered_time: float = 0.0
    reregistered_time: float = 0.0
    unregistered_time: float = 0.0
    tasks: Dict[str, Task] = field(default_factory=dict)
    unreachable: Dict[str, Task] = field(default_factory=dict)
    completed: Deque[Task] = field(default_factory=deque)
    filters: List[Filter] = field(default_factory=list)
    suppressed: Set[str] = field(default_factory=set)
    timer: Optional[int] = None
    counts: Dict[str, float] = field(default_factory=dict)

    @property
    def capabilities(self) -> List[str]:
        """Names of what it can."""
        return [item["type"] for item in self.info.get("capabilities", [])]

    @property
    def partition_aware(self) -> bool:
        """It knows TASK_UNREACHABLE and its kin."""
        return "PARTITION_AWARE" in self.capabilities

    @property
    def roles(self) -> List[str]:
        """One role, or several with MULTI_ROLE."""
        if "MULTI_ROLE" in self.capabilities:
            return list(self.info.get("roles", []))
        return [self.info.get("role", ANY)]

    @property
    def failover_timeout(self) -> float:
        """Seconds that it may be gone."""
        return float(self.info.get("failover_timeout", 0.0))

    def used(self, agent_id: Optional[str] = None) -> Pool:
        """What its live tasks use, everywhere or on one agent."""
        pool: Pool = {}
        for task in self.tasks.values():
            if not task.terminal and agent_id in (None, task.agent_id):
                pool = add(pool, task.resources)
        return pool

    def send(self, event: Dict[str, Any]) -> bool:
        """An event for the scheduler, lost when it is not connected."""
        kind = event["type"].lower()
        self.count(f"events/{kind}")
        self.count("events")
        return self.stream is not None and self.stream.send(event)

    def count(self, name: str) -> None:
        """One more of something, for the metrics."""
        self.counts[name] = self.counts.get(name, 0.0) + 1.0


@dataclass
class Agent:
    """An agent that is registered, or is expected back."""

    id: str
    info: Dict[str, Any]
    version: str = ""
    stream: Optional[Stream] = None
    connected: bool = False
    deactivated: bool = False
    drain: Optional[Dict[str, Any]] = None
    drain_started: float = 0.0
    registered_time: float = 0.0
    reregistered_time: float = 0.0
    last_pong: float = field(default_factory=time.monotonic)
    missed: int = 0
    timer: Optional[int] = None
    kills: List[Tuple[str, str]] = field(default_factory=list)

    @property
    def active(self) -> bool:
        """Its resources may be offered."""
        return self.connected and not self.deactivated

    @property
    def total(self) -> Pool:
        """All that it has."""
        return from_json(self.info.get("resources"))

    @property
    def ip(self) -> str:
        """Where it listens."""
        return self.info["ip"]

    @property
    def pid(self) -> str:
        """As libprocess names it."""
        return f"slave(1)@{self.ip}:{self.info['port']}"

    def public_info(self) -> Dict[str, Any]:
        """AgentInfo as the API shows it."""
        shown: Dict[str, Any] = {"hostname": self.info["hostname"], "port": self.info["port"]}
        shown["resources"] = [{key: value for key, value in item.items() if key != "role" or value != ANY} for item in self.info["resources"]]
        if self.info.get("attributes"):
            shown["attributes"] = self.info["attributes"]
        shown["id"] = {"value": self.id}
        shown["checkpoint"] = True
        return shown

    def send(self, message: Dict[str, Any]) -> bool:
        """A message to the agent."""
        return self.stream is not None and self.stream.send(message)

    def record(self) -> Dict[str, Any]:
        """What the registry keeps of it."""
        return {
            "info": self.info,
            "version": self.version,
            "deactivated": self.deactivated,
            "drain": self.drain,
            "drain_started": self.drain_started,
            "registered_time": self.registered_time,
        }


@dataclass
class Offer:
    """Resources of one agent held for one framework."""

    id: str
    framework: Framework
    agent: Agent
    role: str
    resources: Pool
    timer: Optional[int] = None


def free(agent: Agent, frameworks: Dict[str, Framework], offers: Dict[str, Offer]) -> Pool:
    """What nobody uses and nobody has been offered."""
    pool = agent.total
    for framework in frameworks.values():
        pool = subtract(pool, framework.used(agent.id))
    for offer in offers.values():
        if offer.agent is agent:
            pool = subtract(pool, offer.resources)
    return pool
