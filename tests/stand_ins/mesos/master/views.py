# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the master shows of agents, frameworks and tasks, in the shapes of the HTTP endpoints.

Shows no executors and no operations, as there are none here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional

from ..resources import ANY, Pool, add, attribute_summary, summary, to_json
from .model import AGENT_CAPABILITIES, Agent, Framework, Task

if TYPE_CHECKING:
    from .master import Master

STATES = [
    "TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING", "TASK_FINISHED", "TASK_KILLED", "TASK_FAILED", "TASK_LOST",
    "TASK_ERROR", "TASK_UNREACHABLE",
]  # fmt: skip


def show_status(status: Dict[str, Any]) -> Dict[str, Any]:
    """A status as /state lists it."""
    shown = {"state": status["state"], "timestamp": status["timestamp"]}
    for key in ("labels", "container_status", "healthy"):
        if key in status:
            shown[key] = {k: v for k, v in status[key].items() if k != "executor_pid"} if key == "container_status" else status[key]
    return shown


def show_task(task: Task) -> Dict[str, Any]:
    """A task as /state, /tasks and /frameworks list it."""
    info = task.info
    shown: Dict[str, Any] = {
        "id": task.id,
        "name": info.get("name", ""),
        "framework_id": task.framework_id,
        "executor_id": "",
        "slave_id": task.agent_id,
        "state": task.state,
        "resources": summary(task.resources),
        "role": task.role,
        "statuses": [show_status(status) for status in task.statuses],
    }
    if info.get("labels", {}).get("labels"):
        shown["labels"] = info["labels"]["labels"]
    if "discovery" in info:
        shown["discovery"] = info["discovery"]
    if "container" in info:
        shown["container"] = info["container"]
    return shown


class Views:
    """All calls hold the master's lock, and show what ``viewer`` may see."""

    viewer: Optional[str] = None

    def __init__(self, master: "Master") -> None:
        self.master = master

    def offered(self, **of: Any) -> Pool:
        """Resources in outstanding offers."""
        pool: Pool = {}
        for offer in self.master.offers.of(**of):
            pool = add(pool, offer.resources)
        return pool

    def used(self, agent: Agent) -> Pool:
        """Resources of an agent that tasks use."""
        pool: Pool = {}
        for framework in self.master.frameworks.all.values():
            pool = add(pool, framework.used(agent.id))
        return pool

    def used_json(self, agent: Agent) -> List[Dict[str, Any]]:
        """The same, role by role."""
        by_role: Dict[str, Pool] = {}
        for framework in self.master.frameworks.all.values():
            for task in framework.tasks.values():
                if task.agent_id == agent.id and not task.terminal:
                    by_role[task.role] = add(by_role.get(task.role, {}), task.resources)
        return [item for role, pool in by_role.items() for item in to_json(pool, role)]

    def agent(self, agent: Agent) -> Dict[str, Any]:
        """An agent as /state lists it."""
        reserved: Dict[str, Any] = {}
        for role in sorted({role for name, role in agent.total if role != ANY}):
            reserved[role] = summary({key: value for key, value in agent.total.items() if key[1] == role})
        shown: Dict[str, Any] = {
            "id": agent.id,
            "hostname": agent.info["hostname"],
            "port": agent.info["port"],
            "attributes": attribute_summary(agent.info.get("attributes", [])),
            "pid": agent.pid,
            "registered_time": agent.registered_time,
        }
        if agent.reregistered_time:
            shown["reregistered_time"] = agent.reregistered_time
        shown.update(
            {
                "resources": summary(agent.total),
                "used_resources": summary(self.used(agent)),
                "offered_resources": summary(self.offered(agent=agent)),
                "reserved_resources": reserved,
                "unreserved_resources": summary({key: value for key, value in agent.total.items() if key[1] == ANY}),
                "active": agent.active,
                "deactivated": agent.deactivated,
                "version": agent.version,
                "capabilities": AGENT_CAPABILITIES,
            }
        )
        if agent.drain:
            shown["drain_info"] = agent.drain
            shown["estimated_drain_start_time_seconds"] = agent.drain_started
        return shown

    def agent_full(self, agent: Agent) -> Dict[str, Any]:
        """An agent as /slaves lists it."""
        reserved: Dict[str, Any] = {}
        for role in sorted({role for name, role in agent.total if role != ANY}):
            reserved[role] = to_json({key: value for key, value in agent.total.items() if key[1] == role})
        shown = self.agent(agent)
        shown["reserved_resources_full"] = reserved
        shown["unreserved_resources_full"] = to_json({key: value for key, value in agent.total.items() if key[1] == ANY})
        shown["used_resources_full"] = self.used_json(agent)
        shown["offered_resources_full"] = [item for offer in self.master.offers.of(agent=agent) for item in to_json(offer.resources, offer.role)]
        return shown

    def recovered_agent(self, agent: Agent) -> Dict[str, Any]:
        """An agent that the registry names and that has not come back yet."""
        return {"id": agent.id, "hostname": agent.info["hostname"], "port": agent.info["port"]}

    def slaves(self) -> Dict[str, Any]:
        """/slaves"""
        return {
            "slaves": [self.agent_full(agent) for agent in self.master.agents.all.values()],
            "recovered_slaves": [self.recovered_agent(agent) for agent in self.master.agents.recovered.values()],
        }

    def framework_head(self, framework: Framework) -> Dict[str, Any]:
        """What /state-summary and /frameworks share."""
        shown = {"id": framework.id, "name": framework.info.get("name", "")}
        if framework.pid:
            shown["pid"] = framework.pid
        shown["used_resources"] = summary(framework.used())
        shown["offered_resources"] = summary(self.offered(framework=framework))
        shown["capabilities"] = framework.capabilities
        shown["hostname"] = framework.info.get("hostname", "")
        shown["webui_url"] = framework.info.get("webui_url", "")
        shown["active"], shown["connected"], shown["recovered"] = framework.active, framework.connected, framework.recovered
        return shown

    def framework(self, framework: Framework) -> Dict[str, Any]:
        """A framework as /state and /frameworks list it."""
        info = framework.info
        shown = self.framework_head(framework)
        shown["user"] = info.get("user", "")
        shown["failover_timeout"] = framework.failover_timeout
        shown["checkpoint"] = bool(info.get("checkpoint"))
        shown["registered_time"] = framework.registered_time
        shown["unregistered_time"] = framework.unregistered_time
        if framework.principal:
            shown["principal"] = framework.principal
        shown["resources"] = summary(add(framework.used(), self.offered(framework=framework)))
        if framework.reregistered_time != framework.registered_time:
            shown["reregistered_time"] = framework.reregistered_time
        if "MULTI_ROLE" in framework.capabilities:
            shown["roles"] = framework.roles
        else:
            shown["role"] = framework.roles[0]
        if info.get("labels", {}).get("labels"):
            shown["labels"] = info["labels"]["labels"]
        shown["tasks"] = [show_task(task) for task in self.seen_tasks(framework, framework.tasks.values())]
        shown["unreachable_tasks"] = [show_task(task) for task in self.seen_tasks(framework, framework.unreachable.values())]
        shown["completed_tasks"] = [show_task(task) for task in self.seen_tasks(framework, framework.completed)]
        shown["offers"] = [self.master.offers.json(offer) for offer in self.master.offers.of(framework=framework)]
        shown["executors"] = []
        shown["offer_constraints"] = {}
        return shown

    def may(self, action: str, user: str) -> bool:
        """Whether the viewer sees something that runs as this user."""
        return self.master.authorizer.allows(action, self.viewer, "users", user)

    def seen(self, frameworks: Iterable[Framework]) -> List[Framework]:
        """Those that the viewer may see."""
        return [each for each in frameworks if self.may("view_frameworks", each.info.get("user", ""))]

    def seen_tasks(self, framework: Framework, tasks: Iterable[Task]) -> List[Task]:
        """Those of a framework that the viewer may see, by the user of the command or of the framework."""
        usual = framework.info.get("user", "")
        return [each for each in tasks if self.may("view_tasks", (each.info.get("command") or {}).get("user") or usual)]

    def frameworks(self) -> Dict[str, Any]:
        """/frameworks"""
        return {
            "frameworks": [self.framework(each) for each in self.seen(self.master.frameworks.all.values())],
            "completed_frameworks": [self.framework(each) for each in self.seen(self.master.frameworks.completed.values())],
            "unregistered_frameworks": [],
        }

    def counts(self, tasks: List[Task]) -> Dict[str, int]:
        """How many tasks are in which state."""
        return {state: sum(task.state == state for task in tasks) for state in STATES}

    def state_summary(self) -> Dict[str, Any]:
        """/state-summary"""
        frameworks = self.seen(self.master.frameworks.all.values())
        every = [task for each in frameworks for task in [*each.tasks.values(), *each.unreachable.values(), *each.completed]]
        agents = []
        for agent in self.master.agents.all.values():
            mine = [task for task in every if task.agent_id == agent.id]
            agents.append({**self.agent(agent), **self.counts(mine), "framework_ids": sorted({task.framework_id for task in mine})})
        listed = []
        for framework in frameworks:
            mine = [task for task in every if task.framework_id == framework.id]
            listed.append(
                {**self.framework_head(framework), **self.counts(mine), "slave_ids": sorted({task.agent_id for task in mine})}
            )
        shown: Dict[str, Any] = {"hostname": self.master.address.hostname}
        if self.master.flags.cluster:
            shown["cluster"] = self.master.flags.cluster
        return {**shown, "slaves": agents, "frameworks": listed}

    def tasks(self, query: Dict[str, str]) -> Dict[str, Any]:
        """/tasks: newest first unless order=asc, with limit and offset."""
        every = []
        for framework in self.seen([*self.master.frameworks.all.values(), *self.master.frameworks.completed.values()]):
            every += self.seen_tasks(framework, [*framework.tasks.values(), *framework.unreachable.values(), *framework.completed])
        for key, get in (("framework_id", lambda t: t.framework_id), ("task_id", lambda t: t.id)):
            if key in query:
                every = [task for task in every if get(task) == query[key]]
        every.sort(key=lambda task: task.statuses[0]["timestamp"] if task.statuses else 0.0, reverse=query.get("order") != "asc")
        offset, limit = int(query.get("offset") or 0), int(query.get("limit") or 100)
        return {"tasks": [show_task(task) for task in every[offset : offset + limit]]}

    def roles(self) -> Dict[str, Any]:
        """/roles: roles with frameworks."""
        names = sorted({role for framework in self.master.frameworks.all.values() for role in framework.roles})
        listed = []
        for name in names:
            members = [each for each in self.master.frameworks.all.values() if name in each.roles]
            allocated: Pool = {}
            offered: Pool = {}
            for framework in members:
                for task in framework.tasks.values():
                    if task.role == name and not task.terminal:
                        allocated = add(allocated, task.resources)
                for offer in self.master.offers.of(framework=framework):
                    offered = add(offered, offer.resources) if offer.role == name else offered
            listed.append(
                {
                    "name": name,
                    "weight": 1.0,
                    "quota": {"role": name, "guarantee": {}, "limit": {}, "consumed": quantities(allocated)},
                    "resources": quantities(add(allocated, offered)),
                    "allocated": quantities(allocated),
                    "offered": quantities(offered),
                    "reserved": {},
                    "frameworks": sorted(each.id for each in members),
                }
            )
        return {"roles": listed}


def quantities(pool: Pool) -> Dict[str, float]:
    """Scalars by name, and how many numbers ranges hold."""
    shown: Dict[str, float] = {}
    for (name, _role), value in pool.items():
        if isinstance(value, float):
            shown[name] = shown.get(name, 0.0) + value
        elif isinstance(value, tuple):
            shown[name] = shown.get(name, 0.0) + float(sum(end - begin + 1 for begin, end in value))
    return shown
