# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching, killing, updating and reconciling tasks.

Does not launch task groups or tasks with an executor of the framework's own: those end in TASK_ERROR with the reason.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..daemon import LOG
from ..resources import Pool, contains, from_json, subtract, to_json
from .model import Agent, Framework, Task

if TYPE_CHECKING:
    from .master import Master


class Tasks:
    """All calls hold the master's lock."""

    def __init__(self, master: "Master") -> None:
        self.master = master

    def status(self, task_id: str, state: str, message: str, reason: Optional[str], **extra: Any) -> Dict[str, Any]:
        """A status that the master itself makes; it has no uuid, so nobody acknowledges it."""
        made = {"task_id": {"value": task_id}, "state": state, "message": message, "source": "SOURCE_MASTER", "timestamp": time.time()}
        if reason:
            made["reason"] = reason
        made.update({key: value for key, value in extra.items() if value is not None})
        return made

    def tell(self, framework: Framework, status: Dict[str, Any]) -> None:
        """UPDATE to the scheduler."""
        framework.send({"type": "UPDATE", "update": {"status": status}})

    def finish(self, framework: Framework, task: Task) -> None:
        """Move a task to the completed ones."""
        framework.tasks.pop(task.id, None)
        framework.unreachable.pop(task.id, None)
        framework.completed.append(task)
        while len(framework.completed) > self.master.flags.max_completed_tasks_per_framework:
            framework.completed.popleft()
        agent = self.master.agents.all.get(task.agent_id)
        if agent:
            self.master.agents.check_drained(agent)

    def end(self, framework: Framework, task: Task, state: str, message: str, reason: str) -> None:
        """The master ends a task on its own account."""
        status = self.status(task.id, state, message, reason, agent_id={"value": task.agent_id})
        task.record(status)
        self.master.counts[f"tasks/{state.lower()}"] = self.master.counts.get(f"tasks/{state.lower()}", 0.0) + 1
        self.tell(framework, status)
        self.finish(framework, task)

    def problem(self, framework: Framework, agent: Agent, task: Dict[str, Any], free: Pool) -> Optional[str]:
        """Why a task cannot be launched."""
        task_id = (task.get("task_id") or {}).get("value")
        if not task_id:
            return "TaskInfo must have a task_id"
        if "/" in task_id or task_id in (".", ".."):
            return f"'{task_id}' contains invalid characters"
        if task_id in framework.tasks or task_id in framework.unreachable:
            return f"Task has duplicate ID: {task_id}"
        if (task.get("agent_id") or task.get("slave_id") or {}).get("value") != agent.id:
            return f"Task uses invalid agent {(task.get('agent_id') or {}).get('value')} while agent {agent.id} is expected"
        if "executor" in task:
            return "The stand-in runs tasks with a 'command' only, not with an 'executor'"
        if "command" not in task:
            return "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present"
        if (task.get("container") or {}).get("type", "MESOS") != "MESOS" or (task.get("container") or {}).get("mesos", {}).get("image"):
            return "The stand-in runs no images: only a container of type MESOS without an image"
        try:
            wanted = from_json(task.get("resources"))
        except (ValueError, KeyError, TypeError) as error:
            return f"Task uses invalid resources: {error}"
        if not wanted:
            return "Task uses no resources"
        if not contains(free, wanted):
            return f"Total resources required by task and its executor is more than available. Task uses {show(wanted)}; available is {show(free)}"
        return None

    def launch(self, framework: Framework, agent: Agent, role: str, infos: List[Dict[str, Any]], free: Pool) -> Pool:
        """Launch what can be launched; what remains of the offer."""
        for info in infos:
            user = (info.get("command") or {}).get("user") or framework.info.get("user", "")
            problem = self.problem(framework, agent, info, free)
            reason = "REASON_TASK_INVALID"
            if problem is None and not self.master.authorizer.allows("run_tasks", framework.principal, "users", user):
                problem, reason = f"Not authorized to launch as user '{user}'", "REASON_TASK_UNAUTHORIZED"
            if problem is not None:
                task_id = (info.get("task_id") or {}).get("value", "")
                LOG.warning(f"Task {task_id} of framework {framework.id} is refused: {problem}")
                self.tell(framework, self.status(task_id, "TASK_ERROR", problem, reason, agent_id={"value": agent.id}))
                self.master.counts["tasks/task_error"] = self.master.counts.get("tasks/task_error", 0.0) + 1
                continue
            task = Task(info, framework.id, agent.id, role)
            framework.tasks[task.id] = task
            free = subtract(free, task.resources)
            LOG.info(f"Launching task {task.id} of framework {framework.id} on agent {agent.id} at {agent.pid}")
            agent.send({"type": "run", "framework": {**framework.info, "id": {"value": framework.id}}, "role": role, "task": info})
        return free

    def kill(self, framework: Framework, task_id: str, policy: Optional[Dict[str, Any]]) -> None:
        """KILL of the scheduler."""
        task = framework.tasks.get(task_id)
        if task is None:
            LOG.warning(f"Cannot kill task {task_id} of framework {framework.id} because it is unknown; performing reconciliation")
            self.reconcile(framework, [{"task_id": {"value": task_id}}])
            return
        agent = self.master.agents.all.get(task.agent_id)
        if agent is not None and not agent.connected:
            agent.kills.append((framework.id, task_id))
        elif agent is not None:
            message: Dict[str, Any] = {"type": "kill", "framework_id": framework.id, "task_id": task_id}
            if policy:
                message["kill_policy"] = policy
            agent.send(message)

    def update(self, agent: Agent, framework_id: str, status: Dict[str, Any], latest: str) -> bool:
        """A status from an agent; False when nobody will ever acknowledge it."""
        framework = self.master.frameworks.all.get(framework_id)
        if framework is None:
            return framework_id not in self.master.frameworks.completed
        task_id = status["task_id"]["value"]
        task = framework.tasks.get(task_id)
        if task is None and task_id in framework.unreachable:
            task = framework.tasks[task_id] = framework.unreachable.pop(task_id)
        if task is not None:
            if not task.terminal:
                task.record(status, latest)
                if task.terminal:
                    name = f"tasks/{task.state.lower()}"
                    self.master.counts[name] = self.master.counts.get(name, 0.0) + 1
                    self.master.offers.wake()
            elif status["state"] == task.state or status["state"] in ("TASK_RUNNING", "TASK_STARTING"):
                task.record(status, task.state)
            LOG.info(f"Status update {status['state']} for task {task_id} of framework {framework_id} from agent {agent.id}")
        if framework.connected:
            self.tell(framework, status)
        return True

    def acknowledge(self, framework: Framework, agent_id: str, task_id: str, uuid: str) -> None:
        """ACKNOWLEDGE of the scheduler goes to the agent."""
        agent = self.master.agents.all.get(agent_id)
        if agent is None or not agent.connected:
            LOG.warning(f"Cannot acknowledge the update of task {task_id}: agent {agent_id} is not connected")
            return
        agent.send({"type": "ack", "framework_id": framework.id, "task_id": task_id, "uuid": uuid})
        task = framework.tasks.get(task_id)
        if task and task.terminal and task.statuses and task.statuses[-1].get("uuid") == uuid and task.statuses[-1]["state"] == task.state:
            self.finish(framework, task)

    def reconcile(self, framework: Framework, wanted: List[Dict[str, Any]]) -> None:
        """RECONCILE: the latest state of all tasks but the unreachable ones, or of those that are named."""
        agents = self.master.agents
        if not wanted:
            for task in list(framework.tasks.values()):
                self._latest(framework, task, task.state)
            return
        for item in wanted:
            task_id = item["task_id"]["value"]
            agent_id = (item.get("agent_id") or item.get("slave_id") or {}).get("value")
            if task_id in framework.tasks:
                self._latest(framework, framework.tasks[task_id], framework.tasks[task_id].state)
                continue
            extra: Dict[str, Any] = {"agent_id": {"value": agent_id}} if agent_id else {}
            if agent_id in agents.recovered or (not agent_id and agents.recovered):
                continue  # it may come back with the agent: no answer yet
            if task_id in framework.unreachable or agent_id in agents.unreachable:
                state, text = "TASK_UNREACHABLE", "Reconciliation: Task is unreachable"
                since = agents.unreachable.get(agent_id or framework.unreachable[task_id].agent_id)
                extra["unreachable_time"] = {"nanoseconds": int(since["unreachable_time"] * 1e9)} if since else None
            elif agent_id in agents.gone:
                state, text = "TASK_GONE_BY_OPERATOR", "Reconciliation: Task is gone"
            elif agent_id in agents.all:
                state, text = "TASK_GONE", "Reconciliation: Task is unknown to the agent"
            else:
                state, text = "TASK_UNKNOWN", "Reconciliation: Task is unknown"
            if not framework.partition_aware:
                state = "TASK_LOST"
            self.tell(framework, self.status(task_id, state, text, "REASON_RECONCILIATION", **extra))

    def _latest(self, framework: Framework, task: Task, state: str) -> None:
        if state == "TASK_UNREACHABLE" and not framework.partition_aware:
            state = "TASK_LOST"
        last = task.statuses[-1] if task.statuses else {}
        extra = {key: last[key] for key in ("healthy", "container_status", "labels") if key in last}
        status = self.status(
            task.id, state, "Reconciliation: Latest task state", "REASON_RECONCILIATION", agent_id={"value": task.agent_id}, **extra
        )
        self.tell(framework, status)


def show(pool: Pool) -> str:
    """cpus:1; mem:32, for a message."""
    parts = []
    for item in to_json(pool):
        if "scalar" in item:
            parts.append(f"{item['name']}({item['role']}):{item['scalar']['value']:g}")
        elif "ranges" in item:
            parts.append(f"{item['name']}({item['role']}):{[(each['begin'], each['end']) for each in item['ranges']['range']]}")
    return "; ".join(parts)
