# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks of a task, made next to it, with the host's own `curl`: COMMAND, HTTP and TCP.

Does not make the general checks of `TaskInfo.check`, looks at IPv4 only, and connects by itself where the real one starts
mesos-tcp-connect, which comes with Mesos.
"""

from __future__ import annotations

import http
import os
import signal
import socket
import subprocess
import time
from typing import Any, Callable, Dict, Optional

from ..daemon import LOG
from .programs import NotStarted, run

# As src/checks/checker_process.cpp calls it.
CURL = ("curl", "-s", "-S", "-L", "-k", "-w", "%{http_code}", "-o", "/dev/null", "-g")


def http_problem(check: Dict[str, Any], timeout: float) -> Optional[str]:
    """The status that curl prints, from 200 to 399, is healthy."""
    asked = check["http"]
    url = f"{asked.get('scheme', 'http')}://127.0.0.1:{asked['port']}{asked.get('path', '')}"
    try:
        done = run([*CURL, url], timeout=timeout)
    except subprocess.TimeoutExpired:
        return f"curl timed out after {timeout:g}secs"
    except NotStarted as error:
        return f"curl exited with status {error.status}: {error}\n"
    if done.returncode:
        how = f"exited with status {done.returncode}" if done.returncode > 0 else f"terminated with signal {signal.strsignal(-done.returncode)}"
        return f"curl {how}: {done.stderr.decode(errors='replace')}"
    answered = done.stdout.decode(errors="replace")
    try:
        status = int(answered)
    except ValueError:
        return f"Unexpected output from curl: {answered}"
    return None if 200 <= status < 400 else f"Unexpected HTTP response code: {status_line(status)}"


def status_line(status: int) -> str:
    """As libprocess writes it, such as 404 Not Found."""
    return f"{status} {http.HTTPStatus(status).phrase}" if status in set(http.HTTPStatus) else str(status)


def tcp_problem(check: Dict[str, Any], timeout: float) -> Optional[str]:
    """Connect and hang up."""
    try:
        socket.create_connection(("127.0.0.1", int(check["tcp"]["port"])), timeout).close()
    except OSError:
        return "TCP connection failed"
    return None


def command_problem(check: Dict[str, Any], timeout: float, environment: Dict[str, str], sandbox: str) -> Optional[str]:
    """Exit status 0 is healthy."""
    command = check["command"]
    extra = {item["name"]: item.get("value", "") for item in command.get("environment", {}).get("variables", [])}
    shell = command.get("shell", True)
    arguments = ["/bin/sh", "-c", command["value"]] if shell else command.get("arguments") or [command["value"]]
    try:
        process = subprocess.Popen(
            arguments,
            executable=None if shell else command["value"],
            cwd=sandbox,
            env={**environment, **extra},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"Failed to create subprocess: {error}"
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"Command timed out after {timeout:g}secs"
    return None if status == 0 else f"Command exited with status {status}"


class HealthChecker:
    """Runs one health check until told to stop; `report(healthy, kill)` is called on each change and on each failure."""

    def __init__(
        self, check: Dict[str, Any], task_id: str, environment: Dict[str, str], sandbox: str, report: Callable[[bool, bool], None]
    ) -> None:
        self.check, self.task_id, self.environment, self.sandbox, self.report = check, task_id, environment, sandbox, report
        self.kind = (check.get("type") or next((each for each in ("http", "tcp", "command") if each in check), "")).upper()
        self.stopped = False

    def problem(self) -> Optional[str]:
        """One look."""
        timeout = float(self.check.get("timeout_seconds", 20)) or 3600.0
        if self.kind == "HTTP":
            return http_problem(self.check, timeout)
        if self.kind == "TCP":
            return tcp_problem(self.check, timeout)
        return command_problem(self.check, timeout, self.environment, self.sandbox)

    def run(self) -> None:
        """The checker's thread; what it says goes into the sandbox's stderr."""
        check, name = self.check, f"{self.kind} health check"
        begun = time.monotonic()
        time.sleep(float(check.get("delay_seconds", 15)))
        last: Optional[bool] = None
        failures = 0
        while not self.stopped:
            problem = self.problem()
            if self.stopped:
                return
            if problem is None:
                failures = 0
                if last is not True:
                    self.report(True, False)
                last = True
            else:
                LOG.warning(f"{name} for task '{self.task_id}' failed: {problem}")
                if last is None and time.monotonic() - begun <= float(check.get("grace_period_seconds", 10)):
                    LOG.info(f"Ignoring failure of {name} for task '{self.task_id}': still in grace period")
                else:
                    failures += 1
                    last = False
                    LOG.warning(f"{name} for task '{self.task_id}' failed {failures} times consecutively")
                    self.report(False, failures >= int(check.get("consecutive_failures", 3)))
            time.sleep(float(check.get("interval_seconds", 10)))
