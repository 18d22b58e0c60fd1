# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task on this agent: its sandbox, its executor process, its stream of status updates.

Does not collect old sandboxes, and does not limit what a task uses.
"""

from __future__ import annotations

import base64
import json
import os
import pwd
import socket
import subprocess
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..daemon import LOG, new_uuid
from ..executor.processes import kill_tree
from ..resources import Pool, add, from_json
from .checkpoint import append, read_updates, write
from .environment import environment

if TYPE_CHECKING:
    from .agent import Agent

TERMINAL = ("TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST", "TASK_ERROR", "TASK_DROPPED", "TASK_GONE", "TASK_GONE_BY_OPERATOR")
EXECUTOR_OVERHEAD: Pool = {("cpus", "*"): 0.1, ("mem", "*"): 32.0}


class Run:
    """A task with its command executor."""

    def __init__(self, agent: "Agent", framework: Dict[str, Any], role: str, task: Dict[str, Any], container_id: str = "") -> None:
        self.agent, self.framework, self.role, self.task = agent, framework, role, task
        self.container_id = container_id or new_uuid()
        self.framework_id, self.id = framework["id"]["value"], task["task_id"]["value"]
        ids = (agent.id, self.framework_id, self.id, self.container_id)
        self.meta, self.sandbox = agent.checkpoint.run(*ids), agent.checkpoint.sandbox(*ids)
        self.statuses: List[Dict[str, Any]] = []
        self.pending: List[Dict[str, Any]] = []
        self.acked: List[str] = []
        self.executor_pid: Optional[int] = None
        self.task_pid: Optional[int] = None
        self.process: Optional[subprocess.Popen] = None
        self.socket: Optional[socket.socket] = None
        self.kill_grace: Optional[float] = None
        self.done = False  # the executor is gone

    @property
    def state(self) -> str:
        """The latest state."""
        return self.statuses[-1]["state"] if self.statuses else "TASK_STAGING"

    @property
    def ended(self) -> bool:
        """The task runs no more."""
        return self.state in TERMINAL

    @property
    def resources(self) -> Pool:
        """Of the task alone."""
        return from_json(self.task.get("resources"))

    @property
    def executor_resources(self) -> Pool:
        """Of the executor, and of the task as long as it runs."""
        return EXECUTOR_OVERHEAD if self.ended else add(self.resources, EXECUTOR_OVERHEAD)

    @property
    def name(self) -> str:
        """As the agent's /state names a command executor."""
        command = self.task["command"]
        text = command["value"] if command.get("shell", True) else " ".join([command["value"], *command.get("arguments", [])[1:]])
        short = text if len(text) <= 15 else text[:12] + "..."
        kind = "sh -c '{}'".format(short) if command.get("shell", True) else short
        return f"Command Executor (Task: {self.id}) (Command: {kind})"

    def grace(self, policy: Optional[Dict[str, Any]] = None) -> float:
        """Seconds between SIGTERM and SIGKILL."""
        for each in (policy, self.task.get("kill_policy")):
            nanoseconds = ((each or {}).get("grace_period") or {}).get("nanoseconds")
            if nanoseconds is not None:
                return nanoseconds / 1e9
        return self.agent.flags.executor_shutdown_grace_period

    def user(self) -> Optional[str]:
        """Who runs the task; None for whoever runs the agent."""
        if not self.agent.flags.switch_user:
            return None
        return self.task["command"].get("user") or self.framework.get("user") or None

    def start(self) -> None:
        """Sandbox, checkpoint, executor process. A failure becomes TASK_FAILED."""
        try:
            self._start()
        except (OSError, KeyError) as error:
            LOG.error(f"Failed to launch task {self.id} of framework {self.framework_id}: {error}")
            self.make_update("TASK_FAILED", f"Failed to launch container: {error}", "REASON_CONTAINER_LAUNCH_FAILED")
            self.finished()

    def _start(self) -> None:
        agent = self.agent
        write(agent.checkpoint.framework(agent.id, self.framework_id) / "framework.info", self.framework)
        write(self.meta / "task.info", {"task": self.task, "role": self.role})
        agent.checkpoint.make_sandbox(agent.id, self.framework_id, self.id, self.container_id)
        user = self.user()
        switch: Dict[str, Any] = {}
        if user is not None:
            try:
                entry = pwd.getpwnam(user)
            except KeyError:
                raise OSError(f"Failed to chown sandbox '{self.sandbox}' to user '{user}': No such user '{user}'") from None
            if entry.pw_uid != os.geteuid():
                os.chown(self.sandbox, entry.pw_uid, entry.pw_gid)
                switch = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": os.getgrouplist(user, entry.pw_gid)}
        executor = os.path.join(agent.flags.launcher_dir, "mesos-executor")
        spec = {
            "container_id": self.container_id,
            "task": self.task,
            "sandbox": str(self.sandbox),
            "environment": environment(self),
            "checkpoint": bool(self.framework.get("checkpoint")),
            "recovery_seconds": agent.flags.recovery_timeout,
            "grace_seconds": agent.flags.executor_shutdown_grace_period,
            "stall_seconds": agent.flags.fetcher_stall_timeout,
            "killing_state": any(item["type"] == "TASK_KILLING_STATE" for item in self.framework.get("capabilities", [])),
        }
        with open(self.sandbox / "stdout", "ab") as out, open(self.sandbox / "stderr", "ab") as err:
            for file in (out, err):
                if switch:
                    os.fchown(file.fileno(), switch["user"], switch["group"])
            self.process = subprocess.Popen(
                [executor],
                cwd=self.sandbox,
                env={"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), "LANG": os.environ.get("LANG", "C.UTF-8")},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                start_new_session=True,
                **switch,
            )
        self.executor_pid = self.process.pid
        agent.slice.assign(self.executor_pid)
        write(self.meta / "pids" / "forked.pid", self.executor_pid)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(spec).encode())
        self.process.stdin.close()
        LOG.info(f"Launched task {self.id} of framework {self.framework_id} in container {self.container_id}")
        threading.Thread(target=self.attend, name=f"task {self.id}", daemon=True).start()

    def recover(self) -> None:
        """Take up a run of an earlier agent process: statuses, and the executor if it lives."""
        pid_file = self.meta / "pids" / "forked.pid"
        self.executor_pid = int(pid_file.read_text(encoding="ascii")) if pid_file.exists() else None
        for entry in read_updates(self.meta / "task.updates"):
            if "update" in entry:
                self.statuses.append(entry["update"])
                self.pending.append(entry["update"])
                self.task_pid = entry.get("task_pid") or self.task_pid
            else:
                self.pending = [status for status in self.pending if status["uuid"] != entry["ack"]]
                self.acked.append(entry["ack"])

    def attend(self) -> None:
        """Listen to the executor until it is gone."""
        deadline = time.monotonic() + (self.agent.flags.executor_registration_timeout if self.process else 0)
        connection = socket.socket(socket.AF_UNIX)
        while True:
            try:
                connection.connect("\0mesos-executor-" + self.container_id)
                break
            except OSError:
                if time.monotonic() >= deadline or (self.process is not None and self.process.poll() is not None):
                    connection.close()
                    self.executor_gone()
                    return
                time.sleep(0.05)
        with self.agent.lock:
            self.socket = connection
            if self.kill_grace is not None:
                self._tell({"kill": {"grace": self.kill_grace}})
        try:
            with connection.makefile("rb") as lines:
                for line in lines:
                    message = json.loads(line)
                    with self.agent.lock:
                        self.task_pid = message.get("task_pid") or self.task_pid
                        self.record(message["update"])
                        self._tell({"ack": message["update"]["uuid"]})
        except (OSError, ValueError):
            pass
        with self.agent.lock:
            self.socket = None
        connection.close()
        self.executor_gone()

    def executor_gone(self) -> None:
        """The executor's process has ended, in order or not."""
        if self.process is not None:
            self.process.wait()
        with self.agent.lock:
            if not self.ended:
                if self.task_pid is not None and self.process is not None:
                    threading.Thread(target=kill_tree, args=[self.task_pid, 0.0], daemon=True).start()
                how = "unknown container" if self.process is None else "Container terminated"
                self.make_update("TASK_FAILED", f"Abnormal executor termination: {how}", "REASON_EXECUTOR_TERMINATED")
            self.finished()

    def finished(self) -> None:
        """Nothing of it runs."""
        self.done = True
        if not self.pending:
            self.agent.forget(self)

    def make_update(self, state: str, message: str, reason: str) -> None:
        """A status of the agent's own."""
        self.record(
            {
                "task_id": self.task["task_id"],
                "state": state,
                "message": message,
                "source": "SOURCE_AGENT",
                "reason": reason,
                "timestamp": time.time(),
                "uuid": base64.b64encode(uuid.uuid4().bytes).decode(),
            }
        )

    def record(self, status: Dict[str, Any]) -> None:
        """A new status: on disk, then to the master."""
        if any(each["uuid"] == status["uuid"] for each in self.statuses):
            return
        status["agent_id"] = {"value": self.agent.id}
        status["executor_id"] = {"value": self.id}
        if self.agent.draining and status["state"] in ("TASK_KILLED", "TASK_KILLING"):
            status["reason"] = "REASON_SLAVE_DRAINING"
        container: Dict[str, Any] = {"container_id": {"value": self.container_id}}
        container["network_infos"] = [{"ip_addresses": [{"protocol": "IPv4", "ip_address": self.agent.info["ip"]}]}]
        if self.executor_pid is not None:
            container["executor_pid"] = self.executor_pid
        status["container_status"] = container
        self.meta.mkdir(parents=True, exist_ok=True)
        append(self.meta / "task.updates", {"update": status, "task_pid": self.task_pid})
        self.statuses.append(status)
        self.pending.append(status)
        self.agent.count_state(status["state"])
        if len(self.pending) == 1:
            self.agent.forward(self)

    def acknowledge(self, identity: str) -> None:
        """The scheduler has it; the next one may go."""
        if not self.pending or self.pending[0]["uuid"] != identity:
            return
        append(self.meta / "task.updates", {"ack": identity})
        self.pending.pop(0)
        if self.pending:
            self.agent.forward(self)
        elif self.done:
            self.agent.forget(self)

    def kill(self, grace: float) -> None:
        """Tell the executor; at once, or when it is there."""
        if self.kill_grace is None:
            self.kill_grace = grace
            self._tell({"kill": {"grace": grace}})

    def _tell(self, message: Dict[str, Any]) -> None:
        if self.socket is not None:
            try:
                self.socket.sendall(json.dumps(message).encode() + b"\n")
            except OSError as error:
                LOG.warning(f"Cannot reach the executor of task {self.id}: {error}")


def end_stranger(container_id: str, meta: Path) -> None:
    """Kill what an agent left under another id: nobody asks for it any more."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect("\0mesos-executor-" + container_id)
            LOG.info(f"Killing the executor of container {container_id}: it belongs to another agent id")
            connection.sendall(json.dumps({"kill": {"grace": 0.0}}).encode() + b"\n")
            with connection.makefile("rb") as lines:
                for line in lines:
                    connection.sendall(json.dumps({"ack": json.loads(line)["update"]["uuid"]}).encode() + b"\n")
    except (OSError, ValueError):
        LOG.info(f"The executor of container {container_id} is gone")
    (meta / "executor.sentinel").touch()
