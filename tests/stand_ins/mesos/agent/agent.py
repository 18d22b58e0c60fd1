# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent: recovery, what the master orders, what runs.

Does not do disk quotas, garbage collection, oversubscription, resource providers, images, CNI, GPUs or modules.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from typing import Any, Dict, List, Optional, Tuple

from .. import VERSION
from ..daemon import LOG, Address, Timers, credentials, die
from ..flags import Flags
from ..resources import Pool, add
from . import compatibility
from .checkpoint import Checkpoint, write
from .info import agent_info, check_launcher
from .link import MasterLink
from .run import Run, end_stranger
from .systemd import Slice

RETRY_SECONDS = 10.0
KEEP_COMPLETED = 150


class Agent:
    """One mesos-agent."""

    def __init__(self, flags: Flags, address: Address, slice_: Slice) -> None:
        self.flags, self.address, self.slice = flags, address, slice_
        self.lock = threading.RLock()
        self.timers = Timers()
        self.start_time = time.time()
        self.launcher = check_launcher(flags)
        flags.values["launcher"] = self.launcher
        self.info = agent_info(flags, address)
        self.pid = f"slave(1)@{address.ip}:{address.advertised_port}"
        self.checkpoint = Checkpoint(flags.work_dir)
        self.id = ""
        self.runs: Dict[Tuple[str, str], Run] = {}
        self.frameworks: Dict[str, Dict[str, Any]] = {}
        self.completed: List[Run] = []
        self.counts: Dict[str, float] = {}
        self.draining: Optional[Dict[str, Any]] = None
        self.recovery_seconds = 0.0
        self.stopping = False
        self.credential: Optional[Tuple[str, str]] = None
        if flags.credential is not None:
            self.credential = next(iter(credentials(flags.credential, single=True).items()))
        self.link = MasterLink(self, flags.master, flags.zk_session_timeout)

    def recover(self) -> None:
        """Take back what an earlier process of this agent left, or die as the real one does."""
        begun = time.monotonic()
        rebooted = self.checkpoint.rebooted()
        known = self.checkpoint.agent()
        if known is not None:
            agent_id, old = known
            latest = str(self.checkpoint.latest)
            problem = compatibility.problem(self.flags.reconfiguration_policy, old, self.info, latest)
            if problem is not None and not rebooted:
                die(f"Failed to perform recovery: {problem}")
            if problem is not None:
                LOG.warning("The host was booted and the agent's settings changed: starting as a new agent")
                self.checkpoint.latest.unlink()
            else:
                self.id = agent_id
                write(self.checkpoint.slaves / agent_id / "slave.info", self.info)
                self._recover_runs()
        for container_id, directory in self.checkpoint.strangers(self.id):
            threading.Thread(target=end_stranger, args=[container_id, directory], name="stranger", daemon=True).start()
        self.recovery_seconds = time.monotonic() - begun
        LOG.info(f"Finished recovery: {len(self.runs)} tasks of agent {self.id or '(new)'}")

    def _recover_runs(self) -> None:
        for framework_id, task_id, container_id, directory in self.checkpoint.runs(self.id):
            info = self.checkpoint.framework_info(self.id, framework_id)
            if info is None:
                continue
            saved = json.loads((directory / "task.info").read_text(encoding="utf-8"))
            run = Run(self, info, saved["role"], saved["task"], container_id)
            run.recover()
            self.frameworks[framework_id] = info
            self.runs[(framework_id, task_id)] = run
            threading.Thread(target=run.attend, name=f"task {task_id}", daemon=True).start()

    def cleanup(self) -> None:
        """--recover=cleanup: kill what runs, forget the id, and exit."""
        for run in list(self.runs.values()):
            run.kill(self.flags.executor_shutdown_grace_period)
        deadline = time.monotonic() + self.flags.executor_shutdown_grace_period + 5
        while time.monotonic() < deadline and any(not run.done for run in list(self.runs.values())):
            time.sleep(0.1)
        if self.checkpoint.latest.is_symlink():
            self.checkpoint.latest.unlink()
        LOG.info("Cleaned up, exiting")
        os._exit(0)

    def registration(self) -> Dict[str, Any]:
        """What the agent says of itself to a master; holds the lock."""
        body: Dict[str, Any] = {"info": self.info, "version": VERSION}
        if self.id:
            body["id"] = self.id
            body["frameworks"] = list(self.frameworks.values())
            body["tasks"] = [
                {
                    "framework_id": run.framework_id,
                    "task": run.task,
                    "role": run.role,
                    "state": run.state,
                    "statuses": run.statuses,
                }
                for run in self.runs.values()
            ]
        return body

    def receive(self, message: Dict[str, Any]) -> None:
        """An order of the master."""
        kind = message["type"]
        if kind == "ping":
            self.link.say({"type": "pong"})
            return
        with self.lock:
            if kind == "registered":
                self._registered(message["agent_id"])
            elif kind == "run":
                self._launch(message)
            elif kind == "kill":
                self._kill(message)
            elif kind == "ack":
                run = self.runs.get((message["framework_id"], message["task_id"]))
                if run is not None:
                    run.acknowledge(message["uuid"])
            elif kind == "framework":
                self._framework(message["framework"])
            elif kind == "shutdown_framework":
                self._shutdown_framework(message["framework_id"])
            elif kind == "drain":
                self._drain(message.get("max_grace_nanoseconds"))
            elif kind == "reactivated":
                self.draining = None
        if kind == "shutdown":
            self.shutdown(message["message"])

    def _registered(self, agent_id: str) -> None:
        again = self.id == agent_id
        LOG.info(f"{'Re-registered' if again else 'Registered'} with master; given agent ID {agent_id}")
        self.id = agent_id
        self.checkpoint.save_agent(agent_id, self.info)
        for run in self.runs.values():
            self.forward(run)

    def _launch(self, message: Dict[str, Any]) -> None:
        framework = message["framework"]
        self.frameworks[framework["id"]["value"]] = framework
        run = Run(self, framework, message["role"], message["task"])
        self.runs[(run.framework_id, run.id)] = run
        LOG.info(f"Got assigned task '{run.id}' for framework {run.framework_id}")
        run.start()

    def _kill(self, message: Dict[str, Any]) -> None:
        run = self.runs.get((message["framework_id"], message["task_id"]))
        if run is None or run.ended:
            LOG.warning(f"Cannot kill task {message['task_id']} of framework {message['framework_id']}: it does not run here")
            return
        LOG.info(f"Asked to kill task {run.id} of framework {run.framework_id}")
        run.kill(run.grace(message.get("kill_policy")))

    def _framework(self, info: Dict[str, Any]) -> None:
        """The scheduler is back: it gets what it has not acknowledged."""
        framework_id = info["id"]["value"]
        self.frameworks[framework_id] = info
        write(self.checkpoint.framework(self.id, framework_id) / "framework.info", info)
        for run in self.runs.values():
            if run.framework_id == framework_id:
                run.framework = info
                self.forward(run)

    def _shutdown_framework(self, framework_id: str) -> None:
        LOG.info(f"Asked to shut down framework {framework_id}")
        for run in list(self.runs.values()):
            if run.framework_id == framework_id:
                run.kill(run.grace())
                run.pending.clear()
                if run.done:
                    self.forget(run)

    def _drain(self, grace: Optional[int]) -> None:
        if self.draining is not None:
            return
        LOG.info("Draining: killing all tasks")
        self.draining = {"max_grace_nanoseconds": grace}
        for run in list(self.runs.values()):
            seconds = run.grace()
            run.kill(seconds if grace is None else min(seconds, grace / 1e9))

    def forward(self, run: Run) -> None:
        """Send the oldest unacknowledged status, and again until it is acknowledged."""
        if not run.pending or self.stopping:
            return
        status = run.pending[0]
        self.link.say({"type": "update", "framework_id": run.framework_id, "status": status, "latest_state": run.state})
        self.timers.after(RETRY_SECONDS, lambda: self._again(run, status["uuid"]))

    def _again(self, run: Run, identity: str) -> None:
        with self.lock:
            if run.pending and run.pending[0]["uuid"] == identity and self.runs.get((run.framework_id, run.id)) is run:
                self.forward(run)

    def dropped(self, message: Dict[str, Any]) -> None:
        """The master says that nobody will acknowledge this."""
        with self.lock:
            run = self.runs.get((message["framework_id"], message["status"]["task_id"]["value"]))
            if run is not None:
                run.acknowledge(message["status"]["uuid"])

    def forget(self, run: Run) -> None:
        """It ended, and its scheduler knows."""
        if self.runs.pop((run.framework_id, run.id), None) is None:
            return
        (run.meta / "executor.sentinel").touch()
        self.completed.append(run)
        del self.completed[:-KEEP_COMPLETED]
        if not any(each.framework_id == run.framework_id for each in self.runs.values()):
            self.frameworks.pop(run.framework_id, None)

    def used(self) -> Pool:
        """Resources of all executors."""
        pool: Pool = {}
        for run in self.runs.values():
            if not run.done:
                pool = add(pool, run.executor_resources)
        return pool

    def count_state(self, state: str) -> None:
        """For the metrics."""
        self.counts[state] = self.counts.get(state, 0.0) + 1.0

    def stop(self) -> None:
        """SIGTERM: leave, the tasks live on."""
        self.stopping = True
        self.link.stop()
        os._exit(0)

    def shutdown(self, reason: str) -> None:
        """All tasks die, the agent unregisters and its id is forgotten."""
        LOG.info(f"Agent shutting down: {reason}")
        with self.lock:
            if self.stopping:
                return
            self.stopping = True
            for run in self.runs.values():
                run.kill(min(run.grace(), self.flags.executor_shutdown_grace_period))
        threading.Thread(target=self._end, name="shutdown").start()

    def _end(self) -> None:
        deadline = time.monotonic() + self.flags.executor_shutdown_grace_period + 5
        while time.monotonic() < deadline and any(not run.done for run in list(self.runs.values())):
            time.sleep(0.1)
        self.link.goodbye(3)
        self.link.stop()
        if self.checkpoint.latest.is_symlink():
            self.checkpoint.latest.unlink()
        shutil.rmtree(self.checkpoint.slaves / self.id, ignore_errors=True)
        os._exit(0)
