# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator API, /api/v1, in JSON.

Knows the calls below; SUBSCRIBE, files, volumes, reservations, weights and changes of quota are answered with 501.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Optional

from .. import BUILD
from ..web import Refused, Request, Response, answer_json
from .maintenance import check_schedule
from .operator_views import OperatorViews

if TYPE_CHECKING:
    from .master import Master

NOT_HERE = {
    "SUBSCRIBE", "LIST_FILES", "READ_FILE", "RESERVE_RESOURCES", "UNRESERVE_RESOURCES", "CREATE_VOLUMES", "DESTROY_VOLUMES",
    "GROW_VOLUME", "SHRINK_VOLUME", "UPDATE_WEIGHTS", "UPDATE_QUOTA", "SET_QUOTA", "REMOVE_QUOTA",
}  # fmt: skip


#: What a caller has to be allowed for some of the calls, whatever they are about.
ASKED = {
    "GET_FLAGS": "view_flags", "DRAIN_AGENT": "drain_agents", "DEACTIVATE_AGENT": "deactivate_agents", "REACTIVATE_AGENT": "reactivate_agents",
    "MARK_AGENT_GONE": "mark_agents_gone", "UPDATE_MAINTENANCE_SCHEDULE": "update_maintenance_schedules",
    "START_MAINTENANCE": "start_maintenances", "STOP_MAINTENANCE": "stop_maintenances",
}  # fmt: skip


class Operator:
    """Answers the calls of operators."""

    def __init__(self, master: "Master") -> None:
        self.master, self.views = master, OperatorViews(master)
        self.reads: Dict[str, Callable[[], Any]] = {
            "GET_HEALTH": lambda: {"healthy": True},
            "GET_FLAGS": lambda: {"flags": [{"name": key, "value": value} for key, value in master.flags.shown().items()]},
            "GET_VERSION": lambda: {"version_info": {"version": BUILD["version"], **BUILD}},
            "GET_METRICS": lambda: {"metrics": [{"name": key, "value": value} for key, value in master.metrics.snapshot().items()]},
            "GET_LOGGING_LEVEL": lambda: {"level": 0},
            "GET_STATE": self._state,
            "GET_AGENTS": self.views.agents,
            "GET_FRAMEWORKS": self.views.frameworks,
            "GET_EXECUTORS": lambda: {},
            "GET_OPERATIONS": lambda: {},
            "GET_TASKS": self.views.tasks,
            "GET_ROLES": self._roles,
            "GET_WEIGHTS": lambda: {},
            "GET_QUOTA": lambda: {"status": {}},
            "GET_MASTER": lambda: {"master_info": master.info, "start_time": master.start_time, "elected_time": master.elected_time},
            "GET_MAINTENANCE_STATUS": lambda: {"status": master.maintenance.status()},
            "GET_MAINTENANCE_SCHEDULE": lambda: {"schedule": master.maintenance.schedule},
        }
        self.writes: Dict[str, Callable[[Dict[str, Any], Optional[str]], Optional[Response]]] = {
            "DRAIN_AGENT": self._drain,
            "DEACTIVATE_AGENT": self._deactivate,
            "REACTIVATE_AGENT": self._reactivate,
            "MARK_AGENT_GONE": self._mark_gone,
            "TEARDOWN": self._teardown,
            "SET_LOGGING_LEVEL": lambda body, principal: None,
            "UPDATE_MAINTENANCE_SCHEDULE": self._schedule,
            "START_MAINTENANCE": self._start_maintenance,
            "STOP_MAINTENANCE": self._stop_maintenance,
        }

    def answer(self, request: Request) -> Optional[Response]:
        """One call."""
        call = request.json("Call")
        kind = call.get("type")
        if kind in NOT_HERE:
            return Response(501, f"The stand-in does not implement {kind}".encode(), "text/plain; charset=utf-8")
        if kind in ASKED:
            self.master.authorizer.demand(ASKED[kind], request.principal)
        if kind in self.reads:
            with self.master.lock:
                self.master.views.viewer = request.principal
                return answer_json({"type": kind, kind.lower(): self.reads[kind]()})
        if kind not in self.writes:
            raise Refused(400, "Failed to validate master::Call: Expecting 'type' to be present")
        field = kind.lower()
        body = call.get(field)
        if not isinstance(body, dict):
            if isinstance(body, str):
                raise Refused(400, f"Failed to convert JSON into Call protobuf: Not expecting a JSON string for field '{field}'")
            raise Refused(400, f"Failed to validate master::Call: Expecting '{field}' to be present")
        with self.master.lock:
            answer = self.writes[kind](body, request.principal)
        self.master.flush()
        return answer or Response(200)

    def _state(self) -> Dict[str, Any]:
        views = self.views
        return {
            "get_tasks": views.tasks(),
            "get_executors": {},
            "get_frameworks": views.frameworks(),
            "get_agents": views.agents(),
        }

    def _roles(self) -> Dict[str, Any]:
        roles = self.master.views.roles()["roles"]
        return {
            "roles": [
                {"name": role["name"], "weight": role["weight"], "frameworks": [{"value": each} for each in role["frameworks"]]}
                for role in roles
            ]
        }

    def _agent_id(self, body: Dict[str, Any], field: str) -> str:
        agent_id = body.get("agent_id")
        if agent_id is None:
            raise Refused(400, f"Failed to convert JSON into Call protobuf: Missing required field '{field}.agent_id'")
        if not isinstance(agent_id, dict):
            raise Refused(400, "Failed to convert JSON into Call protobuf: Not expecting a JSON string for field 'agent_id'")
        return str(agent_id.get("value"))

    def _agent(self, body: Dict[str, Any], field: str) -> Any:
        agent_id = self._agent_id(body, field)
        agent = self.master.agents.all.get(agent_id) or self.master.agents.recovered.get(agent_id)
        if agent is None:
            raise Refused(400, "Unknown agent")
        return agent

    def _drain(self, body: Dict[str, Any], principal: Optional[str]) -> None:
        grace = body.get("max_grace_period")
        if isinstance(grace, str):
            raise Refused(400, "Failed to convert JSON into Call protobuf: Not expecting a JSON string for field 'max_grace_period'")
        if isinstance(grace, (int, float)):
            raise Refused(400, "Failed to convert JSON into Call protobuf: Not expecting a JSON number for field 'max_grace_period'")
        agent = self._agent(body, "drain_agent")
        seconds = None if grace is None else float(grace.get("seconds", 0)) + float(grace.get("nanos", 0)) / 1e9
        if seconds is not None and seconds < 0:
            raise Refused(400, "'max_grace_period' must be non-negative")
        if body.get("mark_gone"):
            self.master.authorizer.demand("mark_agents_gone", principal)
        self.master.agents.drain(agent, seconds, bool(body.get("mark_gone", False)))

    def _deactivate(self, body: Dict[str, Any], principal: Optional[str]) -> None:
        agent = self._agent(body, "deactivate_agent")
        agent.deactivated = True
        self.master.offers.rescind(self.master.offers.of(agent=agent))
        self.master.changed()

    def _reactivate(self, body: Dict[str, Any], principal: Optional[str]) -> None:
        agent = self._agent(body, "reactivate_agent")
        if not agent.deactivated:
            raise Refused(400, "Agent is not deactivated")
        if agent.drain and agent.drain["state"] == "DRAINING":
            raise Refused(400, "Agent is still in the DRAINING state")
        agent.deactivated, agent.drain, agent.drain_started = False, None, 0.0
        agent.send({"type": "reactivated"})
        self.master.offers.wake()
        self.master.changed()

    def _mark_gone(self, body: Dict[str, Any], principal: Optional[str]) -> None:
        agents = self.master.agents
        agent_id = self._agent_id(body, "mark_agent_gone")
        if agent_id in agents.gone:
            return
        if agent_id in agents.unreachable:
            agents.unreachable.pop(agent_id)
            agents.gone[agent_id] = self.master.now()
            self.master.changed()
            return
        agents.mark_gone(self._agent(body, "mark_agent_gone"))

    def _teardown(self, body: Dict[str, Any], principal: Optional[str]) -> None:
        self.teardown((body.get("framework_id") or {}).get("value"), principal)

    def teardown(self, framework_id: Optional[str], principal: Optional[str]) -> None:
        """Tear a framework down, if the principal may."""
        framework = self.master.frameworks.all.get(framework_id or "")
        if framework is None:
            raise Refused(400, "No framework found with specified ID")
        if not self.master.authorizer.allows("teardown_frameworks", principal, "framework_principals", framework.principal):
            raise Refused(403)
        self.master.frameworks.teardown(framework, by_operator=True)

    def _schedule(self, body: Dict[str, Any], principal: Optional[str]) -> None:
        self.master.maintenance.replace(check_schedule(body.get("schedule")))

    def _start_maintenance(self, body: Dict[str, Any], principal: Optional[str]) -> Response:
        self.master.maintenance.down(body.get("machines", []))
        return Response(202)

    def _stop_maintenance(self, body: Dict[str, Any], principal: Optional[str]) -> Response:
        self.master.maintenance.up(body.get("machines", []))
        return Response(202)
