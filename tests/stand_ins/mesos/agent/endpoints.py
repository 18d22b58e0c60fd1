# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agent answers over HTTP.

Does not have the executor API, /api/v1/resource_provider, or the calls of the operator API that change something.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Set

from .. import BUILD
from ..daemon import credentials
from ..executor.processes import usage
from ..master.authorizer import Authorizer
from ..master.metrics import system
from ..master.model import AGENT_CAPABILITIES
from ..resources import ANY, attribute_summary, from_json, summary, to_json, total
from ..web import Refused, Request, Response, Site, answer_json
from .agent import Agent
from .files import Files
from .run import Run

READONLY, READWRITE = "mesos-agent-readonly", "mesos-agent-readwrite"
ZERO = [
    "containerizer/fetcher/cache_size_used_bytes", "containerizer/fetcher/task_fetches_failed",
    "containerizer/fetcher/task_fetches_succeeded", "containerizer/mesos/container_destroy_errors",
    "containerizer/mesos/provisioner/bind/remove_rootfs_errors", "containerizer/mesos/provisioner/remove_container_errors",
    "gc/path_removals_failed", "gc/path_removals_pending", "gc/path_removals_succeeded",
    "resource_provider_manager/events/disconnect", "resource_provider_manager/events/subscribe",
    "resource_provider_manager/subscribed", "slave/container_launch_errors", "slave/executors_preempted",
    "slave/executors_registering", "slave/executors_terminating", "slave/invalid_framework_messages",
    "slave/invalid_status_updates", "slave/recovery_errors", "slave/valid_framework_messages",
]  # fmt: skip


class Endpoints:
    """Views of an agent."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.authorizer = Authorizer(agent.flags.acls)
        self.viewer: Optional[str] = None

    def site(self) -> Site:
        """All routes."""
        flags = self.agent.flags
        site = Site("/slave(1)")
        site.add("/health", lambda request: Response(200))
        site.add("/version", lambda request: answer_json(BUILD))
        site.add("/flags", self.flags, realm=READONLY)
        site.add("/state", self._view(self.state), realm=READONLY)
        site.add("/containers", self._view(self.containers), realm=READONLY)
        site.add("/monitor/statistics", self._view(self.statistics), realm=READONLY)
        site.add("/metrics/snapshot", self._view(self.metrics), realm=READONLY)
        files = Files(flags.work_dir, self.may_enter)
        site.add("/files/browse", files.browse, realm=READONLY)
        site.add("/files/read", files.read, realm=READONLY)
        site.add("/api/v1", self.api, realm=READWRITE, methods=("POST",))
        users = credentials(flags.http_credentials, single=False) if flags.http_credentials else {}
        if flags.authenticate_http_readonly:
            site.realms[READONLY] = users
        if flags.authenticate_http_readwrite:
            site.realms[READWRITE] = users
        return site

    def _view(self, view: Callable[[], Any]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            with self.agent.lock:
                self.viewer = request.principal
                return answer_json(view())

        return answer

    def flags(self, request: Request) -> Response:
        """/flags"""
        self.authorizer.demand("view_flags", request.principal)
        return answer_json({"flags": self.agent.flags.shown()})

    def may_enter(self, path: Path, principal: Optional[str]) -> bool:
        """Whether the principal may look into the sandbox of a run that the path leads to; what belongs to none is open to all."""
        with self.agent.lock:
            owners = [run for run in [*self.agent.runs.values(), *self.agent.completed] if Path(run.sandbox) in (path, *path.parents)]
        return all(self.authorizer.allows("access_sandboxes", principal, "users", self._user(run)) for run in owners)

    @staticmethod
    def _user(run: Run) -> str:
        return str((run.task.get("command") or {}).get("user") or run.framework.get("user", ""))

    def task(self, run: Run) -> Dict[str, Any]:
        """A task as /state lists it."""
        shown: Dict[str, Any] = {
            "id": run.id,
            "name": run.task.get("name", ""),
            "framework_id": run.framework_id,
            "executor_id": "",
            "slave_id": self.agent.id,
            "state": run.state,
            "resources": summary(run.resources),
            "role": run.role,
            "statuses": [
                {
                    "state": status["state"],
                    "timestamp": status["timestamp"],
                    **({"healthy": status["healthy"]} if "healthy" in status else {}),
                    "container_status": {key: value for key, value in status["container_status"].items() if key != "executor_pid"},
                }
                for status in run.statuses
            ],
        }
        if run.task.get("labels", {}).get("labels"):
            shown["labels"] = run.task["labels"]["labels"]
        for key in ("discovery", "container"):
            if key in run.task:
                shown[key] = run.task[key]
        return shown

    def executor(self, run: Run) -> Dict[str, Any]:
        """An executor as /state lists it."""
        ended = run.done
        return {
            "id": run.id,
            "name": run.name,
            "source": run.id,
            "container": run.container_id,
            "directory": str(run.sandbox),
            "resources": summary(run.executor_resources),
            "role": run.role,
            "tasks": [] if ended else [self.task(run)],
            "queued_tasks": [],
            "completed_tasks": [self.task(run)] if ended else [],
        }

    def frameworks(self, live: bool) -> List[Dict[str, Any]]:
        """Frameworks with something running, or those with nothing but the past."""
        agent = self.agent
        running: Set[str] = {run.framework_id for run in agent.runs.values()}
        known = {run.framework_id: run.framework for run in [*agent.completed, *agent.runs.values()]}
        shown = []
        for framework_id, info in known.items():
            if (framework_id in running) != live or not self.authorizer.allows("view_frameworks", self.viewer, "users", info.get("user", "")):
                continue
            entry: Dict[str, Any] = {
                "id": framework_id,
                "name": info.get("name", ""),
                "user": info.get("user", ""),
                "failover_timeout": float(info.get("failover_timeout", 0.0)),
                "checkpoint": bool(info.get("checkpoint")),
                "hostname": info.get("hostname", ""),
            }
            if "roles" in info:
                entry["roles"] = info["roles"]
            else:
                entry["role"] = info.get("role", ANY)
            entry["executors"] = [self.executor(run) for run in agent.runs.values() if run.framework_id == framework_id]
            entry["completed_executors"] = [self.executor(run) for run in agent.completed if run.framework_id == framework_id]
            shown.append(entry)
        return shown

    def state(self) -> Dict[str, Any]:
        """/state"""
        agent = self.agent
        pool = self.total()
        free_of_role = {key: value for key, value in pool.items() if key[1] == ANY}
        reserved = sorted({role for name, role in pool if role != ANY})
        by_role = {role: {key: value for key, value in pool.items() if key[1] == role} for role in reserved}
        shown: Dict[str, Any] = {**BUILD, "start_time": agent.start_time, "id": agent.id, "pid": agent.pid}
        shown["hostname"] = agent.info["hostname"]
        shown["capabilities"] = AGENT_CAPABILITIES
        shown["resources"] = summary(pool)
        shown["reserved_resources"] = {role: summary(part) for role, part in by_role.items()}
        shown["unreserved_resources"] = summary(free_of_role)
        shown["reserved_resources_full"] = {role: to_json(part) for role, part in by_role.items()}
        shown["unreserved_resources_full"] = to_json(free_of_role)
        shown["reserved_resources_allocated"] = {}
        shown["unreserved_resources_allocated"] = summary(agent.used())
        shown["resource_providers"] = []
        shown["attributes"] = attribute_summary(agent.info["attributes"])
        shown["master_hostname"] = agent.link.master_hostname
        if agent.flags.log_dir:
            shown["log_dir"] = agent.flags.log_dir
        if self.authorizer.allows("view_flags", self.viewer, "flags", None):
            shown["flags"] = agent.flags.shown()
        shown["frameworks"] = self.frameworks(True)
        shown["completed_frameworks"] = self.frameworks(False)
        return shown

    def total(self) -> Any:
        """All resources."""
        return from_json(self.agent.info["resources"])

    def _statistics(self, run: Run) -> Dict[str, Any]:
        pool = run.executor_resources
        shown: Dict[str, Any] = {"cpus_soft_limit": total(pool, "cpus"), "mem_limit_bytes": int(total(pool, "mem") * (1 << 20))}
        shown["mem_soft_limit_bytes"] = shown["mem_limit_bytes"]
        shown["timestamp"] = time.time()
        shown.update(usage(run.task_pid) if run.task_pid else {"cpus_user_time_secs": 0.0, "cpus_system_time_secs": 0.0, "mem_rss_bytes": 0})
        return dict(sorted(shown.items()))

    def statistics(self) -> List[Dict[str, Any]]:
        """/monitor/statistics"""
        return [{key: value for key, value in item.items() if key not in ("container_id", "status")} for item in self.containers()]

    def containers(self) -> List[Dict[str, Any]]:
        """/containers"""
        return [
            {
                "container_id": run.container_id,
                "executor_id": run.id,
                "executor_name": run.name,
                "framework_id": run.framework_id,
                "source": run.id,
                "statistics": self._statistics(run),
                "status": {"container_id": {"value": run.container_id}, "executor_pid": run.executor_pid},
            }
            for run in self.agent.runs.values()
            if not run.done
        ]

    def metrics(self) -> Dict[str, float]:
        """/metrics/snapshot"""
        agent = self.agent
        values = {name: 0.0 for name in ZERO}
        values["containerizer/fetcher/cache_size_total_bytes"] = float(agent.flags.fetcher_cache_size)
        pool, used = self.total(), agent.used()
        for name in ("cpus", "mem", "disk", "gpus"):
            values[f"slave/{name}_total"], values[f"slave/{name}_used"] = total(pool, name), total(used, name)
            values[f"slave/{name}_percent"] = total(used, name) / total(pool, name) if total(pool, name) else 0.0
            values.update({f"slave/{name}_revocable_{part}": 0.0 for part in ("total", "used", "percent")})
        live = [run.state for run in agent.runs.values()]
        for name in ("staging", "starting", "running", "killing"):
            values[f"slave/tasks_{name}"] = float(live.count(f"TASK_{name.upper()}"))
        for name in ("failed", "finished", "gone", "killed", "lost"):
            values[f"slave/tasks_{name}"] = agent.counts.get(f"TASK_{name.upper()}", 0.0)
        values["slave/executors_running"] = float(sum(not run.done for run in agent.runs.values()))
        values["slave/executors_terminated"] = float(len(agent.completed))
        values["slave/executor_directory_max_allowed_age_secs"] = agent.flags.gc_delay
        values["slave/frameworks_active"] = float(len({run.framework_id for run in agent.runs.values()}))
        values["slave/recovery_time_secs"] = agent.recovery_seconds
        values["slave/registered"] = 1.0 if agent.link.registered else 0.0
        values["slave/uptime_secs"] = time.time() - agent.start_time
        values["slave/valid_status_updates"] = sum(agent.counts.values())
        values.update(system())
        return dict(sorted(values.items()))

    def api(self, request: Request) -> Response:
        """/api/v1: what can be asked."""
        call = request.json("Call")
        kind = call.get("type")
        agent = self.agent
        reads: Dict[str, Callable[[], Any]] = {
            "GET_HEALTH": lambda: {"healthy": True},
            "GET_FLAGS": lambda: {"flags": [{"name": key, "value": value} for key, value in agent.flags.shown().items()]},
            "GET_VERSION": lambda: {"version_info": BUILD},
            "GET_METRICS": lambda: {"metrics": [{"name": key, "value": value} for key, value in self.metrics().items()]},
            "GET_CONTAINERS": lambda: {"containers": self.containers()},
            "GET_AGENT": lambda: {"agent_info": {**agent.info, "id": {"value": agent.id}}},
            "GET_TASKS": lambda: {"launched_tasks": [self.task(run) for run in agent.runs.values()]},
        }
        if kind == "GET_FLAGS":
            self.authorizer.demand("view_flags", request.principal)
        if kind not in reads:
            raise Refused(400, "Failed to validate agent::Call: Expecting 'type' to be present")
        with agent.lock:
            return answer_json({"type": kind, kind.lower(): reads[kind]()})
