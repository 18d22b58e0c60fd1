# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents: registration, pings, time-outs, draining, gone.

The protocol between this master and its agents is private: the agent opens a RecordIO stream (POST
/stand-in/agent/subscribe) for what the master sends, and posts what it has to say to /stand-in/agent/message. The master
dials the agent's advertised address once, as libprocess would, and does not register an agent that it cannot reach.
Does not limit the rate of removals.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any, Dict, Optional

from ..daemon import LOG
from ..web import Refused, Request, Response, Stream, answer_json
from .model import Agent, Framework, Task

if TYPE_CHECKING:
    from .master import Master

REACH_SECONDS = 3


class Agents:
    """All calls but the two of the protocol hold the master's lock."""

    def __init__(self, master: "Master") -> None:
        self.master = master
        self.all: Dict[str, Agent] = {}
        self.recovered: Dict[str, Agent] = {}
        self.unreachable: Dict[str, Dict[str, Any]] = {}
        self.gone: Dict[str, float] = {}
        self._next = 0

    def subscribe(self, request: Request) -> Optional[Response]:
        """An agent registers or comes back; blocks as long as it is connected."""
        message = request.json("agent")
        info = message["info"]
        if self.master.authenticate_agents and not self.master.authorizer.allows("register_agents", request.principal, "agents", None):
            raise Refused(403, f"Not authorized to register agent with principal '{request.principal}'")
        try:
            socket.create_connection((info["ip"], info["port"]), REACH_SECONDS).close()
        except OSError as error:
            LOG.warning(f"Ignoring agent at slave(1)@{info['ip']}:{info['port']}: it cannot be reached there: {error}")
            raise Refused(503, f"The master cannot reach the agent at {info['ip']}:{info['port']}: {error}") from error
        if message.get("id") in self.gone:
            return answer_json({"shutdown": "Agent has been marked gone"}, 409)
        with self.master.lock:
            stream = request.stream({"Content-Type": "application/json"})
            agent = self._register(message, stream)
            self._reconcile(agent, message)
        self.master.flush()
        with self.master.lock:
            if agent.stream is stream:
                stream.send({"type": "registered", "agent_id": agent.id, "ping_seconds": self.patience()})
                if agent.drain and agent.drain["state"] == "DRAINING":
                    self._send_drain(agent)
                for framework_id, task_id in agent.kills:
                    agent.send({"type": "kill", "framework_id": framework_id, "task_id": task_id})
                agent.kills = []
                self._ping(agent, stream)
                self.check_drained(agent)
                self.master.offers.wake()
        stream.wait_closed()
        with self.master.lock:
            self._disconnected(agent, stream)
        return None

    def patience(self) -> float:
        """After this many seconds without an answer an agent is unreachable."""
        return self.master.flags.agent_ping_timeout * self.master.flags.max_agent_ping_timeouts

    def _register(self, message: Dict[str, Any], stream: Stream) -> Agent:
        info, now = message["info"], time.time()
        agent_id = message.get("id")
        for other in list(self.all.values()):
            if other.id != agent_id and (other.ip, other.info["port"]) == (info["ip"], info["port"]):
                LOG.info(f"Removing old agent {other.id} at {other.pid} because a registration attempt occurred")
                self.remove(other, "TASK_GONE", "a new agent registered at the same address", "reason_registered")
        if not agent_id:
            agent_id = f"{self.master.id}-S{self._next}"
            self._next += 1
        known = self.all.get(agent_id) or self.recovered.pop(agent_id, None)
        agent = known or Agent(agent_id, info, registered_time=now)
        if known or message.get("id"):
            agent.reregistered_time = now
            self.master.count("slave_reregistrations")
        else:
            self.master.count("slave_registrations")
        was = self.unreachable.pop(agent_id, None)
        if was:
            agent.deactivated, agent.drain, agent.drain_started = was["deactivated"], was["drain"], was["drain_started"]
        self.master.timers.cancel(agent.timer)
        if agent.stream is not None:
            agent.stream.shut()
        agent.info, agent.version, agent.stream, agent.connected = info, message["version"], stream, True
        agent.last_pong, agent.missed = time.monotonic(), 0
        self.all[agent_id] = agent
        LOG.info(f"{'Re-registered' if message.get('id') else 'Registered'} agent {agent_id} at {agent.pid} ({info['hostname']})")
        self.master.changed()
        return agent

    def _reconcile(self, agent: Agent, message: Dict[str, Any]) -> None:
        """What the agent runs against what this master believes."""
        running = set()
        for info in message.get("frameworks", []):
            framework = self.master.frameworks.recover(info)
            if framework is None:
                agent.send({"type": "shutdown_framework", "framework_id": info["id"]["value"]})
        for item in message.get("tasks", []):
            framework = self.master.frameworks.all.get(item["framework_id"])
            task_id = item["task"]["task_id"]["value"]
            if framework is None:
                continue
            running.add((framework.id, task_id))
            if task_id not in framework.tasks:
                was = framework.unreachable.pop(task_id, None)
                task = Task(item["task"], framework.id, agent.id, item["role"], item["state"], item["statuses"])
                framework.tasks[task_id] = task
                if was is not None and not task.terminal:
                    status = self.master.tasks.status(
                        task_id, task.state, "Agent re-registered", "REASON_SLAVE_REREGISTERED", agent_id={"value": agent.id}
                    )
                    self.master.tasks.tell(framework, status)
            elif not framework.tasks[task_id].terminal:
                framework.tasks[task_id].state = item["state"]
        for framework in self.master.frameworks.all.values():
            for task in list(framework.tasks.values()):
                if task.agent_id == agent.id and (framework.id, task.id) not in running:
                    state = "TASK_DROPPED" if framework.partition_aware else "TASK_LOST"
                    if task.terminal:
                        self.master.tasks.finish(framework, task)
                    else:
                        self.master.tasks.end(framework, task, state, "Reconciliation: task unknown to the agent", "REASON_RECONCILIATION")

    def message(self, request: Request) -> Response:
        """Something an agent says."""
        message = request.json("agent")
        with self.master.lock:
            agent = self.all.get(message["agent_id"])
            if agent is None or not agent.connected:
                raise Refused(409, "The agent is not registered")
            agent.last_pong, agent.missed = time.monotonic(), 0
            if message["type"] == "update":
                known = self.master.tasks.update(agent, message["framework_id"], message["status"], message["latest_state"])
                return answer_json({"drop": not known})
            if message["type"] == "unregister":
                LOG.info(f"Agent {agent.id} at {agent.pid} unregisters")
                self.remove(agent, "TASK_GONE", "the agent unregistered", "reason_unregistered")
                self.master.changed()
            return answer_json({})

    def _ping(self, agent: Agent, stream: Stream) -> None:
        with self.master.lock:
            if agent.stream is not stream or self.all.get(agent.id) is not agent:
                return
            if agent.missed >= self.master.flags.max_agent_ping_timeouts:
                self.mark_unreachable(agent, "health check timed out")
                return
            agent.missed += 1
            agent.send({"type": "ping"})
            agent.timer = self.master.timers.after(self.master.flags.agent_ping_timeout, lambda: self._ping(agent, stream))

    def _disconnected(self, agent: Agent, stream: Stream) -> None:
        if agent.stream is not stream or self.all.get(agent.id) is not agent:
            return
        LOG.info(f"Agent {agent.id} at {agent.pid} disconnected")
        agent.stream, agent.connected = None, False
        self.master.timers.cancel(agent.timer)
        self.master.offers.rescind(self.master.offers.of(agent=agent))
        for framework in self.master.frameworks.all.values():
            if not framework.info.get("checkpoint"):
                for task in [each for each in framework.tasks.values() if each.agent_id == agent.id and not each.terminal]:
                    self.master.tasks.end(framework, task, "TASK_LOST", "Agent disconnected", "REASON_SLAVE_DISCONNECTED")
        left = self.patience() - (time.monotonic() - agent.last_pong)
        agent.timer = self.master.timers.after(max(left, 0.0), lambda: self._overdue(agent))

    def _overdue(self, agent: Agent) -> None:
        with self.master.lock:
            if not agent.connected and self.all.get(agent.id) is agent:
                self.mark_unreachable(agent, "health check timed out")

    def recover(self, records: Dict[str, Dict[str, Any]]) -> None:
        """Agents of the registry; they have --agent_reregister_timeout to come back."""
        for agent_id, record in records.items():
            agent = Agent(agent_id, record["info"], record["version"], deactivated=record["deactivated"], drain=record["drain"])
            agent.drain_started, agent.registered_time = record["drain_started"], record["registered_time"]
            self.recovered[agent_id] = agent
        if records:
            self.master.timers.after(self.master.flags.agent_reregister_timeout, self._give_up)

    def _give_up(self) -> None:
        with self.master.lock:
            for agent in list(self.recovered.values()):
                self.mark_unreachable(agent, "did not re-register within --agent_reregister_timeout of the failover")

    def mark_unreachable(self, agent: Agent, why: str) -> None:
        """The agent is lost, for now."""
        LOG.warning(f"Marking agent {agent.id} ({agent.info['hostname']}) unreachable: {why}")
        self.unreachable[agent.id] = {**agent.record(), "unreachable_time": time.time()}
        self.master.count("slave_unreachable_completed")
        self.remove(agent, "TASK_UNREACHABLE", f"Agent {agent.info['hostname']} is unreachable: {why}", "reason_unhealthy")
        self.master.changed()

    def remove(self, agent: Agent, state: str, message: str, counter: str) -> None:
        """The agent and all its tasks go."""
        self.all.pop(agent.id, None)
        self.recovered.pop(agent.id, None)
        self.master.timers.cancel(agent.timer)
        stream, agent.stream, agent.connected = agent.stream, None, False
        self.master.offers.rescind(self.master.offers.of(agent=agent))
        self.master.count("slave_removals")
        self.master.count(f"slave_removals/{counter}")
        for framework in list(self.master.frameworks.all.values()):
            for task in [each for each in framework.tasks.values() if each.agent_id == agent.id]:
                self._lose(framework, task, state, message)
            framework.send({"type": "FAILURE", "failure": {"agent_id": {"value": agent.id}}})
        if stream is not None:
            stream.close()

    def _lose(self, framework: Framework, task: Task, state: str, message: str) -> None:
        shown = state if framework.partition_aware else "TASK_LOST"
        if task.terminal:
            self.master.tasks.finish(framework, task)
        elif state == "TASK_UNREACHABLE":
            status = self.master.tasks.status(task.id, shown, message, "REASON_SLAVE_REMOVED", agent_id={"value": task.agent_id})
            status["unreachable_time"] = {"nanoseconds": int(self.unreachable[task.agent_id]["unreachable_time"] * 1e9)}
            framework.tasks.pop(task.id)
            task.record(status)
            framework.unreachable[task.id] = task
            self.master.tasks.tell(framework, status)
        else:
            self.master.tasks.end(framework, task, shown, message, "REASON_SLAVE_REMOVED")

    def drain(self, agent: Agent, grace: Optional[float], mark_gone: bool) -> None:
        """DRAIN_AGENT: no offers, tasks are killed with a grace period of at most this many seconds."""
        config: Dict[str, Any] = {"mark_gone": mark_gone}
        if grace is not None:
            config = {"max_grace_period": {"nanoseconds": round(grace * 1e9)}, "mark_gone": mark_gone}
        agent.deactivated = True
        agent.drain = {"state": "DRAINING", "config": config}
        agent.drain_started = time.time()
        self.master.offers.rescind(self.master.offers.of(agent=agent))
        self._send_drain(agent)
        self.check_drained(agent)
        self.master.changed()

    def _send_drain(self, agent: Agent) -> None:
        config = agent.drain["config"] if agent.drain else {}
        agent.send({"type": "drain", "max_grace_nanoseconds": (config.get("max_grace_period") or {}).get("nanoseconds")})

    def check_drained(self, agent: Agent) -> None:
        """DRAINING becomes DRAINED when nothing runs and all is acknowledged."""
        if not agent.drain or agent.drain["state"] != "DRAINING" or not agent.connected:
            return
        if any(task.agent_id == agent.id for framework in self.master.frameworks.all.values() for task in framework.tasks.values()):
            return
        LOG.info(f"Agent {agent.id} ({agent.info['hostname']}) is DRAINED")
        agent.drain = {**agent.drain, "state": "DRAINED"}
        if agent.drain["config"]["mark_gone"]:
            self.mark_gone(agent)
        self.master.changed()

    def mark_gone(self, agent: Agent) -> None:
        """MARK_AGENT_GONE: it never comes back under this id."""
        self.gone[agent.id] = time.time()
        agent.send({"type": "shutdown", "message": "Agent has been marked gone"})
        self.remove(agent, "TASK_GONE_BY_OPERATOR", "Agent has been marked gone", "reason_unregistered")
        self.master.changed()
