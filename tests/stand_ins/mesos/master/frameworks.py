# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frameworks: subscribe, fail over, time out, tear down.

Does not rate-limit and does not keep the frameworks themselves in the registry: after a change of the leading master they are
known again when an agent or the scheduler names them. Other than the real one, it keeps the completed ids in the registry.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..daemon import LOG, new_uuid
from ..resources import ANY
from ..web import Request, Stream
from .model import Framework, Task

if TYPE_CHECKING:
    from .master import Master

HEARTBEAT_SECONDS = 15.0


def update_problem(old: Dict[str, Any], new: Dict[str, Any]) -> Optional[str]:
    """validation::framework::validateUpdate of 1.11: what of a FrameworkInfo may not change."""
    if old.get("principal") != new.get("principal"):
        LOG.warning(
            f"Framework which had a principal  '{old.get('principal') or '<NONE>'}' tried to (re)subscribe with a new principal  "
            f"'{new.get('principal') or '<NONE>'}'"
        )
        return "Changing framework's principal is not allowed."
    if old.get("user") != new.get("user"):
        return f"Updating 'FrameworkInfo.user' is unsupported; attempted to update from '{old.get('user')}' to '{new.get('user')}'"
    if bool(old.get("checkpoint")) != bool(new.get("checkpoint")):
        words = [str(bool(each.get("checkpoint"))).lower() for each in (old, new)]
        return f"Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from '{words[0]}' to '{words[1]}'"
    return None


def preserve_immutable(old: Dict[str, Any], new: Dict[str, Any], framework_id: str) -> None:
    """validation::framework::preserveImmutableFields: a subscription that brings another user or checkpointing goes on with the old."""
    for name in ("user", "checkpoint"):
        if old.get(name) != new.get(name):
            LOG.warning(f"Cannot update FrameworkInfo.{name} to '{new.get(name)}' for framework {framework_id}; see MESOS-703")
            new[name] = old.get(name)


class Frameworks:
    """All calls hold the master's lock."""

    def __init__(self, master: "Master") -> None:
        self.master = master
        self.all: Dict[str, Framework] = {}
        self.completed: Dict[str, Framework] = {}
        self._next = 0

    def problem(self, info: Dict[str, Any], framework_id: Optional[str], principal: Optional[str]) -> Optional[str]:
        """Why a scheduler is refused with an ERROR event."""
        if framework_id and framework_id in self.completed:
            return "Framework has been removed"
        multi = any(item.get("type") == "MULTI_ROLE" for item in info.get("capabilities", []))
        if multi and "role" in info:
            return "'FrameworkInfo.role' must not be set if the framework is MULTI_ROLE capable"
        if not multi and info.get("roles"):
            return "'FrameworkInfo.roles' must not be set unless the framework is MULTI_ROLE capable"
        roles = info.get("roles", []) if multi else [info.get("role", ANY)]
        for role in roles:
            if role != ANY and (not role or role.startswith(("-", "/")) or role.endswith("/") or role in (".", "..") or " " in role):
                return f"Role '{role}' is invalid"
            if not self.master.authorizer.allows("register_frameworks", principal, "roles", role):
                return f"Not authorized to use role '{role}'"
        if info.get("user") == "root" and not self.master.flags.root_submissions:
            return "User 'root' is not allowed to run frameworks without --root_submissions set"
        return None

    def subscribe(self, request: Request, stream: Stream, stream_id: str, call: Dict[str, Any]) -> Optional[Framework]:
        """A scheduler is here; its framework, or None after an ERROR event."""
        subscribe = call["subscribe"]
        info = dict(subscribe["framework_info"])
        framework_id = (info.pop("id", None) or {}).get("value") or (call.get("framework_id") or {}).get("value")
        principal = request.principal or info.get("principal")
        problem = self.problem(info, framework_id, principal)
        if "Authorization" in request.headers and self.master.flags.credentials is None:
            # Whoever has credentials authenticates, asked or not, and without --credentials nobody can (CRAMMD5Authenticator).
            problem = "Master refused authentication"
        known = self.all.get(framework_id) if framework_id else None
        if problem is None and known is not None:
            preserve_immutable(known.info, info, known.id)
            problem = update_problem(known.info, info)
        if problem is not None:
            LOG.warning(f"Refusing subscription of framework '{info.get('name')}': {problem}")
            stream.send({"type": "ERROR", "error": {"message": problem}})
            stream.close()
            return None
        now = time.time()
        framework = known
        if framework is None:
            if not framework_id:
                framework_id = f"{self.master.id}-{self._next:04d}"
                self._next += 1
            framework = self.all[framework_id] = Framework(framework_id, info, registered_time=now)
            framework.reregistered_time = now
        else:
            self.master.timers.cancel(framework.timer)
            if framework.stream is not None:
                framework.send({"type": "ERROR", "error": {"message": "Framework failed over"}})
                framework.stream.close()
            self.master.offers.rescind_silently(framework)
            framework.info = info
            framework.reregistered_time = time.time()
            framework.registered_time = framework.registered_time or now
        host, port = request.handler.client_address[:2]
        framework.stream, framework.stream_id, framework.principal = stream, stream_id, principal
        framework.pid = f"scheduler-{new_uuid()}@{host}:{port}"
        framework.connected = framework.active = True
        framework.recovered = False
        framework.filters = []
        framework.suppressed = set(subscribe.get("suppressed_roles", []))
        framework.count("calls/subscribe")
        framework.send(
            {
                "type": "SUBSCRIBED",
                "subscribed": {
                    "framework_id": {"value": framework.id},
                    "heartbeat_interval_seconds": HEARTBEAT_SECONDS,
                    "master_info": self.master.info,
                },
            }
        )
        LOG.info(f"Subscribed framework {framework.id} ({info['name']}) at {framework.pid}")
        self._beat(framework, stream)
        for agent in self.master.agents.all.values():
            if any(task.agent_id == agent.id for task in framework.tasks.values()):
                agent.send({"type": "framework", "framework": {**info, "id": {"value": framework.id}}})
        self.master.offers.wake()
        return framework

    def _beat(self, framework: Framework, stream: Stream) -> None:
        if framework.stream is stream:
            framework.send({"type": "HEARTBEAT"})
            self.master.timers.after(HEARTBEAT_SECONDS, lambda: self._beat(framework, stream))

    def disconnected(self, framework: Framework, stream: Stream) -> None:
        """The scheduler's connection ended; it may come back within its failover_timeout."""
        if framework.stream is not stream or self.all.get(framework.id) is not framework:
            return
        LOG.info(f"Framework {framework.id} ({framework.info['name']}) disconnected, giving it {framework.failover_timeout:g}secs to fail over")
        framework.stream = None
        framework.connected = framework.active = False
        self.master.offers.rescind_silently(framework)
        self._expect(framework)

    def _expect(self, framework: Framework) -> None:
        framework.timer = self.master.timers.after(framework.failover_timeout, lambda: self._timed_out(framework))

    def _timed_out(self, framework: Framework) -> None:
        with self.master.lock:
            if self.all.get(framework.id) is framework and not framework.connected:
                LOG.info(f"Framework failover timeout, removing framework {framework.id} ({framework.info['name']})")
                self.remove(framework)

    def recover(self, info: Dict[str, Any]) -> Optional[Framework]:
        """An agent that re-registers names a framework; None if that is over."""
        framework_id = info["id"]["value"]
        if framework_id in self.completed:
            return None
        if framework_id not in self.all:
            framework = Framework(framework_id, {key: value for key, value in info.items() if key != "id"}, recovered=True)
            self.all[framework_id] = framework
            LOG.info(f"Recovering framework {framework_id} ({framework.info['name']})")
            self._expect(framework)
        return self.all[framework_id]

    def remove(self, framework: Framework) -> None:
        """The framework is over: tasks die, its id never comes back."""
        self.all.pop(framework.id, None)
        self.master.timers.cancel(framework.timer)
        framework.unregistered_time = time.time()
        self.master.offers.rescind_silently(framework)
        for agent in self.master.agents.all.values():
            agent.send({"type": "shutdown_framework", "framework_id": framework.id})
        for task in list(framework.tasks.values()) + list(framework.unreachable.values()):
            if not task.terminal:
                status = self.master.tasks.status(
                    task.id, "TASK_KILLED", "Framework {0} removed".format(framework.id), "REASON_FRAMEWORK_REMOVED",
                    agent_id={"value": task.agent_id},
                )  # fmt: skip
                task.record(status)
            self.master.tasks.finish(framework, task)
        framework.connected = framework.active = framework.recovered = False
        self.completed[framework.id] = framework
        while len(self.completed) > self.master.flags.max_completed_frameworks:
            self.completed.pop(next(iter(self.completed)))
        self.master.changed()
        self.master.offers.wake()

    def teardown(self, framework: Framework, by_operator: bool) -> None:
        """TEARDOWN. After an operator's, the stream stays open and silent: a driver of libmesos is not told either."""
        LOG.info(f"Tearing down framework {framework.id} ({framework.info['name']})")
        self.remove(framework)
        if not by_operator and framework.stream is not None:
            framework.stream.close()
            framework.stream = None

    def records(self) -> List[Dict[str, Any]]:
        """Completed frameworks for the registry."""
        return [
            {
                "id": each.id,
                "info": each.info,
                "registered_time": each.registered_time,
                "reregistered_time": each.reregistered_time,
                "unregistered_time": each.unregistered_time,
                "pid": each.pid,
                "tasks": [
                    {"info": task.info, "agent_id": task.agent_id, "role": task.role, "state": task.state, "statuses": task.statuses[-1:]}
                    for task in list(each.completed)[-20:]
                ],
            }
            for each in self.completed.values()
        ]

    def load(self, records: List[Dict[str, Any]]) -> None:
        """The opposite of records."""
        for record in records:
            framework = Framework(record["id"], record["info"], pid=record["pid"])
            framework.registered_time, framework.reregistered_time = record["registered_time"], record["reregistered_time"]
            framework.unregistered_time = record["unregistered_time"]
            for task in record["tasks"]:
                framework.completed.append(Task(task["info"], framework.id, task["agent_id"], task["role"], task["state"], task["statuses"]))
            self.completed[framework.id] = framework
