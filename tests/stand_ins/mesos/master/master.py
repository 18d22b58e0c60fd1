# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The master: its parts, its life from start over election to serving, and its HTTP endpoints.

Does not serve the web UI beyond the files of --webui_dir, and does not do rate limits, firewall rules, weights or modules.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any, Dict, Optional

from .. import BUILD, VERSION
from ..daemon import LOG, Address, Timers, credentials, die, new_uuid
from ..election import Group
from ..flags import Flags
from ..web import Refused, Request, Response, Route, Site, answer_json, answer_text
from . import replica
from .agents import Agents
from .authorizer import Authorizer
from .frameworks import Frameworks
from .maintenance import Maintenance, check_schedule
from .metrics import Metrics
from .offers import Offers
from .operator_api import Operator
from .scheduler_api import SchedulerApi
from .tasks import Tasks
from .views import Views

CAPABILITIES = ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"]
READONLY, READWRITE, SCHEDULER, AGENTS = "mesos-master-readonly", "mesos-master-readwrite", "mesos-master-scheduler", "stand-in-agents"


def little_endian(ip: str) -> int:
    """The number that MasterInfo has in its field ip."""
    return int.from_bytes(bytes(int(part) for part in ip.split(".")), "little")


class Master:
    """One mesos-master."""

    def __init__(self, flags: Flags, address: Address) -> None:
        self.flags, self.address = flags, address
        self.lock = threading.RLock()
        self.timers = Timers()
        self.id = new_uuid()
        self.start_time, self.elected_time = time.time(), 0.0
        self.elected = self.serving = False
        self.counts: Dict[str, float] = {}
        self.pid = f"master@{address.ip}:{address.advertised_port}"
        self.info: Dict[str, Any] = {
            "id": self.id,
            "ip": little_endian(address.ip),
            "port": address.advertised_port,
            "pid": self.pid,
            "hostname": address.hostname,
            "version": VERSION,
            "address": {"hostname": address.hostname, "ip": address.ip, "port": address.advertised_port},
            "capabilities": [{"type": name} for name in CAPABILITIES],
        }
        self.leader: Optional[Dict[str, Any]] = None
        self.group = Group(flags.zk, flags.zk_session_timeout, self._on_leader) if flags.zk else None
        me = f"{address.ip}:{address.advertised_port}"
        self.replica, self.registrar = replica.build(flags, me, self.group.replicas if self.group else lambda: [])
        self.authorizer = Authorizer(flags.acls)
        self.authenticate_agents = flags.authenticate_agents
        self.agents, self.frameworks, self.maintenance = Agents(self), Frameworks(self), Maintenance(self)
        self.tasks, self.offers = Tasks(self), Offers(self)
        self.views, self.metrics = Views(self), Metrics(self)
        self.operator, self.scheduler = Operator(self), SchedulerApi(self)
        self._dirty = False
        self._flushing = threading.Lock()

    def site(self) -> Site:
        """All endpoints."""
        site = Site("/master")
        get = ("GET", "HEAD")
        reads = {
            "/state": self.state,
            "/state-summary": self.views.state_summary,
            "/slaves": self.views.slaves,
            "/frameworks": self.views.frameworks,
            "/roles": self.views.roles,
            "/quota": lambda: {},
            "/weights": lambda: [],
            "/maintenance/status": self.maintenance.status,
        }
        for path, view in reads.items():
            site.add(path, self._view(view), realm=READONLY, leader_only=True)
        site.add("/tasks", self._tasks, realm=READONLY, leader_only=True)
        site.add("/health", lambda request: Response(200))
        site.add("/version", lambda request: answer_json(BUILD))
        site.add("/flags", self._flags, realm=READONLY, methods=get)
        site.add("/metrics/snapshot", self._metrics, realm=READONLY)
        site.add("/redirect", self._redirect)
        site.add("/maintenance/schedule", self._schedule, realm=READWRITE, leader_only=True)
        site.add("/machine/down", self._machines(self.maintenance.down), realm=READWRITE, methods=("POST",), leader_only=True)
        site.add("/machine/up", self._machines(self.maintenance.up), realm=READWRITE, methods=("POST",), leader_only=True)
        site.add("/teardown", self._teardown, realm=READWRITE, methods=("POST",), leader_only=True)
        site.add("/api/v1", self.operator.answer, realm=READWRITE, methods=("POST",), leader_only=True)
        site.add("/api/v1/scheduler", self.scheduler.answer, realm=SCHEDULER, methods=("POST",), leader_only=True)
        site.add("/stand-in/agent/subscribe", self.agents.subscribe, realm=AGENTS, methods=("POST",), leader_only=True)
        site.add("/stand-in/agent/message", self.agents.message, realm=AGENTS, methods=("POST",), leader_only=True)
        site.add("/", self._page)
        self.replica.routes(site)
        site.before = self._before
        self._realms(site)
        return site

    def _realms(self, site: Site) -> None:
        flags = self.flags
        users = credentials(flags.credentials, single=False) if flags.credentials else {}
        wanted = {
            READONLY: flags.authenticate_http_readonly,
            READWRITE: flags.authenticate_http_readwrite,
            SCHEDULER: flags.authenticate_http_frameworks or flags.authenticate_frameworks,
            AGENTS: flags.authenticate_agents,
        }
        site.realms = {realm: users for realm, on in wanted.items() if on}

    def _before(self, route: Route, request: Request) -> Optional[Response]:
        """Redirect to the leader what only the leader knows."""
        if not route.leader_only or self.serving:
            return None
        if self.elected:
            return answer_text(503, "Master has not finished recovery")
        if self.leader is None:
            return answer_text(503, "No leader elected")
        if self.leader["id"] == self.id:
            return answer_text(503, "Master has not finished recovery")
        target = request.handler.path
        return Response(307, None, None, {"Location": f"//{self._leader_address()}{target}"})

    def _leader_address(self) -> str:
        leader = self.leader or self.info
        return f"{leader['hostname']}:{leader['port']}"

    def _redirect(self, request: Request) -> Response:
        if self.leader is None and self.group is not None:
            return answer_text(503, "No leader elected")
        return Response(307, None, None, {"Location": f"//{self._leader_address()}"})

    def _view(self, view: Any) -> Any:
        def answer(request: Request) -> Response:
            with self.lock:
                self.views.viewer = request.principal
                return answer_json(view())

        return answer

    def _flags(self, request: Request) -> Response:
        self.authorizer.demand("view_flags", request.principal)
        return answer_json({"flags": self.flags.shown()})

    def _metrics(self, request: Request) -> Response:
        self.authorizer.demand("get_endpoints", request.principal, "/metrics/snapshot")
        return answer_json(self.metrics.snapshot())

    def _tasks(self, request: Request) -> Response:
        with self.lock:
            self.views.viewer = request.principal
            try:
                return answer_json(self.views.tasks(request.query))
            except ValueError as error:
                raise Refused(400, f"Failed to parse a query parameter: {error}") from error

    def _schedule(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD"):
            return answer_json(self.maintenance.schedule)
        self.authorizer.demand("update_maintenance_schedules", request.principal)
        schedule = check_schedule(request.json("maintenance::Schedule"))
        with self.lock:
            self.maintenance.replace(schedule)
        self.flush()
        return Response(200)

    def _machines(self, function: Any) -> Any:
        def answer(request: Request) -> Response:
            try:
                machines = json.loads(request.body)
            except ValueError as error:
                raise Refused(400, f"Failed to parse the body: {error}") from error
            with self.lock:
                function(machines)
            self.flush()
            return Response(200)

        return answer

    def _teardown(self, request: Request) -> Response:
        framework_id = request.form().get("frameworkId")
        if framework_id is None:
            raise Refused(400, "Missing 'frameworkId' query parameter in the request body")
        with self.lock:
            self.operator.teardown(framework_id, request.principal)
        self.flush()
        return Response(200)

    def _page(self, request: Request) -> Response:
        page = Path(self.flags.webui_dir) / "index.html"
        return Response(200, page.read_bytes(), "text/html") if page.is_file() else answer_text(404)

    def state(self) -> Dict[str, Any]:
        """/state"""
        agents = list(self.agents.all.values())
        leader = self.leader or self.info
        shown: Dict[str, Any] = {**BUILD, "start_time": self.start_time, "elected_time": self.elected_time, "id": self.id, "pid": self.pid}
        shown["hostname"] = self.address.hostname
        shown["capabilities"] = CAPABILITIES
        if self.flags.cluster:
            shown["cluster"] = self.flags.cluster
        shown["activated_slaves"] = float(sum(agent.active for agent in agents))
        shown["deactivated_slaves"] = float(sum(not agent.active for agent in agents))
        shown["unreachable_slaves"] = float(len(self.agents.unreachable))
        shown["leader"] = leader["pid"]
        shown["leader_info"] = {key: leader[key] for key in ("id", "pid", "port", "hostname")}
        if self.authorizer.allows("view_flags", self.views.viewer, "flags", None):
            shown["flags"] = self.flags.shown()
        shown["slaves"] = [self.views.agent(agent) for agent in agents]
        shown["recovered_slaves"] = [self.views.recovered_agent(agent) for agent in self.agents.recovered.values()]
        frameworks = self.views.frameworks()
        shown["frameworks"], shown["completed_frameworks"] = frameworks["frameworks"], frameworks["completed_frameworks"]
        shown["orphan_tasks"] = []
        shown["unregistered_frameworks"] = []
        return shown

    def count(self, name: str) -> None:
        """One more of something, for the metrics."""
        self.counts[name] = self.counts.get(name, 0.0) + 1.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def start(self) -> None:
        """Join the election, or lead at once without ZooKeeper."""
        threading.Thread(target=self.registrar.recover, name="recover", daemon=True).start()
        if self.group is None:
            self.leader = self.info
            threading.Thread(target=self._lead, name="lead", daemon=True).start()
            return
        self.group.on_lost = self._lost
        in_memory = self.flags.registry == "in_memory"
        self.group.start(self.info, None if in_memory else f"log-replica(1)@{self.address.ip}:{self.address.advertised_port}")

    def _on_leader(self, leader: Optional[Dict[str, Any]]) -> None:
        self.leader = leader
        mine = leader is not None and leader["id"] == self.id
        if mine and not self.elected:
            threading.Thread(target=self._lead, name="lead", daemon=True).start()
        elif not mine and self.elected:
            die("Lost leadership... committing suicide!")

    def _lost(self, reason: str) -> None:
        self.leader = None
        if self.elected:
            die(f"Lost leadership ({reason})... committing suicide!")

    def _lead(self) -> None:
        LOG.info("Elected as the leading master!")
        self.elected, self.elected_time = True, time.time()
        registry = self.registrar.fetch(self.flags.registry_fetch_timeout)
        with self.lock:
            self.agents.recover(registry.get("slaves", {}))
            self.agents.unreachable = registry.get("unreachable", {})
            self.agents.gone = registry.get("gone", {})
            self.maintenance.schedule = registry.get("schedule", {})
            self.maintenance.downs = registry.get("downs", [])
            self.frameworks.load(registry.get("completed_frameworks", []))
            self._dirty = True
        self.flush()
        self.serving = True
        LOG.info(f"Recovered {len(registry.get('slaves', {}))} agents from the registry")

    def registry(self) -> Dict[str, Any]:
        """What outlives this master."""
        known = {**self.agents.all, **self.agents.recovered}
        return {
            "master": self.info,
            "slaves": {agent_id: agent.record() for agent_id, agent in known.items()},
            "unreachable": self.agents.unreachable,
            "gone": self.agents.gone,
            "schedule": self.maintenance.schedule,
            "downs": self.maintenance.downs,
            "completed_frameworks": self.frameworks.records(),
        }

    def changed(self) -> None:
        """The registry has to be written; soon, or when a caller flushes."""
        self._dirty = True
        self.timers.after(0.01, lambda: threading.Thread(target=self.flush, daemon=True).start())

    def flush(self) -> None:
        """Write the registry to a quorum, without the lock; returns when all changes made before are stored."""
        with self._flushing:
            with self.lock:
                if not self._dirty:
                    return
                self._dirty = False
                registry = self.registry()
            self.registrar.store(registry, self.flags.registry_store_timeout)
