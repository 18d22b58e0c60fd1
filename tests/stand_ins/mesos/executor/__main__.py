# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mesos-executor: runs one task, survives the agent's restart, and tells the agent what became of it.

Its specification comes as JSON on stdin. It listens on the abstract socket \\0mesos-executor-<container id>; the agent connects,
gets every status that it has not acknowledged, and sends kills. This is a protocol of the stand-ins, not Mesos' executor API.
When the agent stays away longer than its --recovery_timeout, or the framework does not checkpoint, it kills the task and ends.
As with the posix launcher, a child that outlives the task's own process is left alone unless the task was killed.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from typing import Any, Dict, List, Optional

from ..daemon import LOG
from .fetcher import FetchError, fetch_all
from .health import HealthChecker
from .processes import kill_tree


def say(text: str) -> None:
    """A line in the sandbox's stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Executor:
    """One task."""

    def __init__(self, spec: Dict[str, Any]) -> None:
        self.spec, self.task = spec, spec["task"]
        self.task_id = self.task["task_id"]["value"]
        self.lock = threading.RLock()
        self.unacked: List[Dict[str, Any]] = []
        self.agent: Optional[socket.socket] = None
        self.process: Optional[subprocess.Popen] = None
        self.checker: Optional[HealthChecker] = None
        self.killing: Optional[threading.Thread] = None
        self.healthy: Optional[bool] = None
        self.ended = False
        self.acked = threading.Event()
        self.away_since = time.monotonic()

    def update(self, state: str, message: Optional[str] = None, **extra: Any) -> None:
        """A new status for the agent."""
        status: Dict[str, Any] = {"task_id": self.task["task_id"], "state": state}
        if message is not None:
            status["message"] = message
        status["source"] = "SOURCE_EXECUTOR"
        status["timestamp"] = time.time()
        status["uuid"] = base64.b64encode(uuid.uuid4().bytes).decode()
        if self.healthy is not None:
            status["healthy"] = self.healthy
        status.update(extra)
        with self.lock:
            self.unacked.append(status)
            self._send({"update": status, "task_pid": self.process.pid if self.process else None})

    def _send(self, message: Dict[str, Any]) -> None:
        if self.agent is not None:
            try:
                self.agent.sendall(json.dumps(message).encode() + b"\n")
            except OSError:
                self.agent = None

    def listen(self) -> None:
        """Serve the agent, one connection after the other; runs in the main thread."""
        server = socket.socket(socket.AF_UNIX)
        server.bind("\0mesos-executor-" + self.spec["container_id"])
        server.listen(1)
        threading.Thread(target=self.run, daemon=True).start()
        while True:
            server.settimeout(self.spec["recovery_seconds"] if self.spec["checkpoint"] else 60.0)
            try:
                connection = server.accept()[0]
            except socket.timeout:
                self.abandon("Agent did not come back within the recovery timeout, shutting down")
            self.serve(connection)
            if not self.spec["checkpoint"]:
                self.abandon("Agent exited, and the framework has checkpointing disabled, shutting down")

    def serve(self, connection: socket.socket) -> None:
        """One connection of the agent."""
        with self.lock:
            self.agent = connection
            for status in self.unacked:
                self._send({"update": status, "task_pid": self.process.pid if self.process else None})
        try:
            with connection.makefile("rb") as lines:
                for line in lines:
                    self.receive(json.loads(line))
        except (OSError, ValueError):
            pass
        with self.lock:
            if self.agent is connection:
                self.agent = None
        connection.close()

    def receive(self, message: Dict[str, Any]) -> None:
        """What the agent says."""
        if "ack" in message:
            with self.lock:
                self.unacked = [status for status in self.unacked if status["uuid"] != message["ack"]]
                if self.ended and not self.unacked:
                    self.acked.set()
        elif "kill" in message:
            self.kill(message["kill"]["grace"])

    def abandon(self, reason: str) -> None:
        """Nobody asks for this task any more."""
        say(reason)
        if self.process is not None:
            kill_tree(self.process.pid, self.spec["grace_seconds"])
        os._exit(0)

    def end(self, state: str, message: str, **extra: Any) -> None:
        """The last status; the process ends when the agent has it."""
        with self.lock:
            if self.ended:
                return
            self.ended = True
            if self.checker is not None:
                self.checker.stopped = True
            self.update(state, message, **extra)
        self.acked.wait(self.spec["recovery_seconds"])
        if self.killing is not None and threading.current_thread() is not self.killing:
            self.killing.join()
        os._exit(0)

    def run(self) -> None:
        """Fetch, start, wait."""
        command, sandbox = self.task["command"], self.spec["sandbox"]
        try:
            fetch_all(command.get("uris", []), sandbox, self.spec["stall_seconds"])
        except (FetchError, OSError) as error:
            LOG.error(f"EXIT with status 1: {error}")
            text = f"Failed to launch container: Failed to fetch all URIs for container '{self.spec['container_id']}': exited with status 1"
            self.end("TASK_FAILED", text, source="SOURCE_AGENT", reason="REASON_CONTAINER_LAUNCH_FAILED")
        environment = dict(self.spec["environment"])
        environment.update({item["name"]: item.get("value", "") for item in command.get("environment", {}).get("variables", [])})
        with self.lock:
            if self.killing is not None:
                return
            self.update("TASK_STARTING")
            say(f"Starting task {self.task_id}")
            shell = command.get("shell", True)
            arguments = ["/bin/sh", "-c", command["value"]] if shell else command.get("arguments") or [command["value"]]
            try:
                self.process = subprocess.Popen(
                    arguments,
                    executable=None if shell else command["value"],
                    cwd=sandbox,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                sys.stderr.write(f"Failed to exec '{command.get('value')}': {error.strerror}\n")
                threading.Thread(target=self.end, args=["TASK_FAILED", "Command exited with status 1"]).start()
                return
            say(f"Forked command at {self.process.pid}")
            self.update("TASK_RUNNING")
            check = self.task.get("health_check")
            if check:
                self.checker = HealthChecker(check, self.task_id, environment, sandbox, self.health)
                threading.Thread(target=self.checker.run, daemon=True).start()
        self.reaped(self.process.wait())

    def reaped(self, status: int) -> None:
        """The task's own process has ended."""
        assert self.process is not None
        message = f"Command terminated with signal {signal.strsignal(-status)}" if status < 0 else f"Command exited with status {status}"
        say(f"{message} (pid: {self.process.pid})")
        if self.killing is not None:
            self.end("TASK_KILLED", message)
        elif status == 0:
            self.end("TASK_FINISHED", message)
        else:
            self.end("TASK_FAILED", message, reason="REASON_COMMAND_EXECUTOR_FAILED")

    def health(self, healthy: bool, kill: bool) -> None:
        """The checker's report."""
        with self.lock:
            if self.ended or self.killing is not None:
                return
            self.healthy = healthy
            self.update("TASK_RUNNING", reason="REASON_TASK_HEALTH_CHECK_STATUS_UPDATED")
        if kill:
            say("Killing the task: it is unhealthy")
            policy = (self.task.get("kill_policy") or {}).get("grace_period") or {}
            self.kill(policy["nanoseconds"] / 1e9 if "nanoseconds" in policy else self.spec["grace_seconds"])

    def kill(self, grace: float) -> None:
        """SIGTERM to the tree now, SIGKILL after the grace period."""
        with self.lock:
            if self.ended or self.killing is not None:
                return
            process = self.process
            if process is None:
                self.killing = threading.Thread(target=self.end, args=["TASK_KILLED", "Task killed before it was started"])
            else:
                if self.spec["killing_state"]:
                    self.update("TASK_KILLING")
                say(f"Sending SIGTERM to process tree at pid {process.pid}, grace period {grace:g}secs")
                self.killing = threading.Thread(target=kill_tree, args=[process.pid, grace])
        self.killing.start()


def main() -> None:
    """Until the task has ended and the agent knows it."""
    spec = json.load(sys.stdin)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    Executor(spec).listen()


if __name__ == "__main__":
    main()
