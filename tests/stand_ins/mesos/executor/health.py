# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks of a task, made next to it: COMMAND, HTTP and TCP.

Does not make the general checks of `TaskInfo.check`, and looks at IPv4 only.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any, Callable, Dict, Optional


def http_problem(check: Dict[str, Any], timeout: float) -> Optional[str]:
    """Redirects are followed, certificates are not judged: it is curl -L -k there."""
    http_check = check["http"]
    scheme = http_check.get("scheme", "http")
    url = f"{scheme}://127.0.0.1:{http_check['port']}{http_check.get('path', '/')}"
    context = ssl._create_unverified_context() if scheme == "https" else None
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), *([urllib.request.HTTPSHandler(context=context)] if context else [])
    )
    try:
        with opener.open(url, timeout=timeout) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"curl failed for {url}: {error}"
    wanted = http_check.get("statuses")
    fine = status in wanted if wanted else 200 <= status <= 399
    return None if fine else f"Unexpected HTTP response code: {status}"


def tcp_problem(check: Dict[str, Any], timeout: float) -> Optional[str]:
    """Connect and hang up."""
    try:
        socket.create_connection(("127.0.0.1", int(check["tcp"]["port"])), timeout).close()
    except OSError as error:
        return f"TCP connection failed: {error}"
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
        return f"Command could not be started: {error}"
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"Command timed out after {timeout:g}secs"
    return None if status == 0 else f"Command returned: exited with status {status}"


class HealthChecker:
    """Runs one health check until told to stop; `report(healthy, kill)` is called on each change and on each failure."""

    def __init__(
        self, check: Dict[str, Any], environment: Dict[str, str], sandbox: str, report: Callable[[bool, bool], None], log: Callable[[str], None]
    ) -> None:
        self.check, self.environment, self.sandbox, self.report, self.log = check, environment, sandbox, report, log
        self.stopped = False

    def problem(self) -> Optional[str]:
        """One look."""
        timeout = float(self.check.get("timeout_seconds", 20)) or 3600.0
        kind = self.check.get("type") or next((each for each in ("http", "tcp", "command") if each in self.check), "")
        if kind.upper() == "HTTP":
            return http_problem(self.check, timeout)
        if kind.upper() == "TCP":
            return tcp_problem(self.check, timeout)
        return command_problem(self.check, timeout, self.environment, self.sandbox)

    def run(self) -> None:
        """The checker's thread."""
        check = self.check
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
            elif last is None and time.monotonic() - begun < float(check.get("grace_period_seconds", 10)):
                self.log(f"Ignoring failure of health check: still in grace period: {problem}")
            else:
                failures += 1
                last = False
                limit = int(check.get("consecutive_failures", 3))
                self.log(f"Health check failed {failures} times consecutively: {problem}")
                self.report(False, failures >= limit > 0)
            time.sleep(float(check.get("interval_seconds", 10)))
