# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks that Marathon makes itself (HTTP, HTTPS, TCP), and readiness checks.

Does not judge certificates and does not look at IPv6.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from .model import RUNNING, Instance
from .normal import MARATHON_CHECKS
from .task_info import check_port

if TYPE_CHECKING:
    from .core import Core

IDLE = 1.0


def look(scheme: str, host: str, port: int, path: str, timeout: float) -> Tuple[Optional[int], str]:
    """Status of an HTTP request, or None and why."""
    kind = http.client.HTTPConnection(host, port, timeout=timeout)
    if scheme == "HTTPS":
        kind = http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl._create_unverified_context())
    try:
        kind.request("GET", path)
        return kind.getresponse().status, ""
    except (OSError, http.client.HTTPException) as error:
        return None, f"{type(error).__name__}: {error}"
    finally:
        kind.close()


def problem(check: Dict[str, Any], host: str, ports: List[int]) -> Optional[str]:
    """None when the task is well."""
    port, timeout = check_port(check, ports), float(check["timeoutSeconds"]) or None
    if check["protocol"] == "TCP":
        try:
            socket.create_connection((host, port), timeout).close()
        except OSError as error:
            return f"{type(error).__name__}: {error}"
        return None
    status, cause = look(check["protocol"], host, port, check.get("path", "/"), timeout or 3600.0)
    if status is None:
        return cause
    return None if 200 <= status <= 399 else f"{status}"


class Checks:
    """One thread finds what is due, a few make the checks."""

    def __init__(self, core: "Core") -> None:
        self.core = core
        self._due: Dict[Tuple[str, int], float] = {}
        self._pool = ThreadPoolExecutor(4, "check")

    def start(self) -> None:
        """In the background."""
        threading.Thread(target=self._run, name="checks", daemon=True).start()

    def _run(self) -> None:
        while True:
            for key, instance, check in self.due(time.time()):
                self._pool.submit(self.make, key, instance, check)
            time.sleep(IDLE)

    def due(self, now: float) -> List[Tuple[Tuple[str, int], Instance, Dict[str, Any]]]:
        """Checks whose time has come; number -1 is readiness."""
        found = []
        with self.core.lock:
            for instance in self.core.state.instances.values():
                app = self.core.state.spec(instance)
                if app is None or instance.condition != RUNNING or not instance.task:
                    continue
                entries = [(number, each) for number, each in enumerate(app.spec.get("healthChecks", [])) if each["protocol"] in MARATHON_CHECKS]
                if not instance.ready:
                    entries += [(-1, each) for each in app.spec.get("readinessChecks", [])]
                for number, check in entries:
                    key = (instance.task_id, number)
                    if self._due.setdefault(key, now) <= now:
                        self._due[key] = now + check["intervalSeconds"]
                        found.append((key, instance, check))
            known = {each.task_id for each in self.core.state.instances.values()}
            self._due = {key: value for key, value in self._due.items() if key[0] in known}
        return found

    def make(self, key: Tuple[str, int], instance: Instance, check: Dict[str, Any]) -> None:
        """One check, and what follows from it."""
        task = dict(instance.task or {})
        if key[1] == -1:
            app = self.core.state.spec(instance)
            names = [each.get("name") for each in (app.spec.get("portDefinitions") or [])] if app else []
            port = task["ports"][names.index(check["portName"])] if check["portName"] in names else 0
            status = look(check["protocol"], task["host"], port, check["path"], check["timeoutSeconds"])[0]
            if status in check["httpStatusCodesForReady"]:
                with self.core.turn():
                    instance.ready = True
            return
        cause = problem(check, task["host"], task["ports"])
        with self.core.turn():
            self.judge(key[0], check, cause)

    def judge(self, task_id: str, check: Dict[str, Any], cause: Optional[str]) -> None:
        """Inside a turn: failures count once the grace period is over or the task was well before; too many kill it."""
        instance = self.core.tracker.find(task_id)
        if instance is None or instance.condition != RUNNING or not instance.task:
            return
        health = instance.task.get("health") or {}
        age = self.core.now() - instance.task.get("started_at", 0.0)
        if cause is not None and not health.get("firstSuccess") and age < check["gracePeriodSeconds"]:
            return
        self.core.tracker.health(instance, cause is None, cause or "")
        failures = instance.task["health"]["consecutiveFailures"]
        if cause is not None and 0 < check["maxConsecutiveFailures"] <= failures and not instance.stopping:
            event = {"appId": instance.app_id, "taskId": task_id, "version": instance.version, "reason": cause, "host": instance.task["host"]}
            self.core.events.publish("unhealthy_instance_kill_event", event)
            self.core.tracker.restart(instance)
