# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the master shows of agents, frameworks and tasks in the operator API.

Shows no executors and no operations, as there are none here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, List

from ..resources import ANY, Pool, add, to_json
from .model import AGENT_CAPABILITIES, Agent, Framework, Task

if TYPE_CHECKING:
    from .master import Master


def nanoseconds(seconds: float) -> Dict[str, int]:
    """A TimeInfo."""
    return {"nanoseconds": round(seconds * 1e6) * 1000}


class OperatorViews:
    """All calls hold the master's lock."""

    def __init__(self, master: "Master") -> None:
        self.master = master

    def agent(self, agent: Agent) -> Dict[str, Any]:
        """An agent as GET_AGENTS lists it."""
        shown: Dict[str, Any] = {
            "agent_info": agent.public_info(),
            "active": agent.active,
            "deactivated": agent.deactivated,
            "version": agent.version,
            "pid": agent.pid,
            "registered_time": nanoseconds(agent.registered_time),
        }
        if agent.reregistered_time:
            shown["reregistered_time"] = nanoseconds(agent.reregistered_time)
        shown["total_resources"] = to_json(agent.total)
        allocated = self.master.views.used_json(agent)
        if allocated:
            shown["allocated_resources"] = allocated
        offered = [item for offer in self.master.offers.of(agent=agent) for item in to_json(offer.resources, offer.role)]
        if offered:
            shown["offered_resources"] = offered
        shown["capabilities"] = [{"type": name} for name in AGENT_CAPABILITIES]
        if agent.drain:
            shown["drain_info"] = agent.drain
            shown["estimated_drain_start_time"] = nanoseconds(agent.drain_started)
        return shown

    def agents(self) -> Dict[str, Any]:
        """GET_AGENTS"""
        agents = self.master.agents
        return {
            "agents": [self.agent(agent) for agent in agents.all.values()],
            "recovered_agents": [{**agent.public_info()} for agent in agents.recovered.values()],
        }

    def framework(self, framework: Framework) -> Dict[str, Any]:
        """A framework as GET_FRAMEWORKS lists it."""
        info = {key: value for key, value in framework.info.items() if key not in ("capabilities",)}
        info["id"] = {"value": framework.id}
        if "MULTI_ROLE" not in framework.capabilities:
            info.setdefault("role", ANY)
        if framework.info.get("capabilities"):
            info["capabilities"] = framework.info["capabilities"]
        shown: Dict[str, Any] = {
            "framework_info": info,
            "active": framework.active,
            "connected": framework.connected,
            "recovered": framework.recovered,
            "registered_time": nanoseconds(framework.registered_time),
            "reregistered_time": nanoseconds(framework.reregistered_time),
        }
        if framework.unregistered_time:
            shown["unregistered_time"] = nanoseconds(framework.unregistered_time)
        by_role = {task.role for task in framework.tasks.values() if not task.terminal}
        for role in sorted(by_role):
            pool: Pool = {}
            for task in framework.tasks.values():
                pool = add(pool, task.resources) if task.role == role and not task.terminal else pool
            shown.setdefault("allocated_resources", []).extend(to_json(pool, role))
        offered = [item for offer in self.master.offers.of(framework=framework) for item in to_json(offer.resources, offer.role)]
        if offered:
            shown["offered_resources"] = offered
        shown["offer_constraints"] = {}
        return shown

    def seen(self, frameworks: Iterable[Framework]) -> List[Framework]:
        """Those that the caller may see."""
        return self.master.views.seen(frameworks)

    def frameworks(self) -> Dict[str, Any]:
        """GET_FRAMEWORKS"""
        return {
            "frameworks": [self.framework(each) for each in self.seen(self.master.frameworks.all.values())],
            "completed_frameworks": [self.framework(each) for each in self.seen(self.master.frameworks.completed.values())],
        }

    def task(self, task: Task) -> Dict[str, Any]:
        """A task as GET_TASKS lists it."""
        shown = {key: task.info[key] for key in ("name", "task_id", "labels", "discovery", "container", "health_check") if key in task.info}
        shown["framework_id"] = {"value": task.framework_id}
        shown["agent_id"] = {"value": task.agent_id}
        shown["state"] = task.state
        shown["resources"] = to_json(task.resources, task.role)
        shown["statuses"] = task.statuses
        return shown

    def tasks(self) -> Dict[str, Any]:
        """GET_TASKS"""
        live = self.seen(self.master.frameworks.all.values())
        every = [*live, *self.seen(self.master.frameworks.completed.values())]
        allowed = self.master.views.seen_tasks
        return {
            "tasks": [self.task(task) for each in live for task in allowed(each, each.tasks.values())],
            "unreachable_tasks": [self.task(task) for each in live for task in allowed(each, each.unreachable.values())],
            "completed_tasks": [self.task(task) for each in every for task in allowed(each, each.completed)],
        }
