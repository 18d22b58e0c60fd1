# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent's memory on disk, below <work_dir>/meta, in the layout of Mesos.

meta/boot_id, meta/slaves/latest -> <id>, meta/slaves/<id>/slave.info, and below it frameworks/<fid>/framework.info and
frameworks/<fid>/executors/<eid>/runs/<container>/{task.info, task.updates, forked.pid, executor.sentinel}.
The files hold JSON, not protobuf: a real agent cannot read them.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple
from urllib.parse import quote, unquote


def write(path: Path, value: Any) -> None:
    """JSON, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(value), encoding="utf-8")
    fresh.rename(path)


def link(path: Path, target: str) -> None:
    """A symbolic link, switched in one step."""
    fresh = path.with_name(path.name + ".new")
    if fresh.is_symlink():
        fresh.unlink()
    fresh.symlink_to(target)
    fresh.rename(path)


def boot_id() -> str:
    """Changes with every boot of the host."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


class Checkpoint:
    """Reads and writes meta/."""

    def __init__(self, work_dir: str) -> None:
        self.work_dir = Path(work_dir)
        self.meta = self.work_dir / "meta"
        self.slaves = self.meta / "slaves"
        self.slaves.mkdir(parents=True, exist_ok=True)

    @property
    def latest(self) -> Path:
        """The link to the agent id in use."""
        return self.slaves / "latest"

    def rebooted(self) -> bool:
        """Whether the host was booted since the last run; remembers this boot."""
        file = self.meta / "boot_id"
        before = file.read_text(encoding="ascii").strip() if file.exists() else None
        file.write_text(boot_id(), encoding="ascii")
        return before is not None and before != boot_id()

    def agent(self) -> Optional[Tuple[str, Dict[str, Any]]]:
        """Id and info of the last run."""
        if not self.latest.exists():
            return None
        agent_id = self.latest.resolve().name
        file = self.latest / "slave.info"
        return (agent_id, json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None

    def save_agent(self, agent_id: str, info: Dict[str, Any]) -> None:
        """The agent has an id now."""
        write(self.slaves / agent_id / "slave.info", info)
        link(self.latest, agent_id)

    def framework(self, agent_id: str, framework_id: str) -> Path:
        """meta of a framework."""
        return self.slaves / agent_id / "frameworks" / framework_id

    def run(self, agent_id: str, framework_id: str, executor_id: str, container_id: str) -> Path:
        """meta of one run of an executor."""
        return self.framework(agent_id, framework_id) / "executors" / quote(executor_id, safe="") / "runs" / container_id

    def sandbox(self, agent_id: str, framework_id: str, executor_id: str, container_id: str) -> Path:
        """The directory a task runs in."""
        run = self.run(agent_id, framework_id, executor_id, container_id)
        return self.work_dir / "slaves" / run.relative_to(self.slaves)

    def make_sandbox(self, agent_id: str, framework_id: str, executor_id: str, container_id: str) -> Path:
        """Make it, with the link latest beside it."""
        sandbox = self.sandbox(agent_id, framework_id, executor_id, container_id)
        sandbox.mkdir(parents=True)
        link(sandbox.parent / "latest", container_id)
        return sandbox

    def runs(self, agent_id: str) -> Iterator[Tuple[str, str, str, Path]]:
        """framework, executor and container ids and meta directory of runs that have not ended."""
        base = self.slaves / agent_id / "frameworks"
        for run in sorted(base.glob("*/executors/*/runs/*")):
            if (run / "task.info").exists() and not (run / "executor.sentinel").exists():
                yield run.parents[3].name, unquote(run.parents[1].name), run.name, run

    def strangers(self, agent_id: str) -> Iterator[Tuple[str, Path]]:
        """Container ids and meta directories of runs under ids that this agent had before."""
        for each in sorted(self.slaves.iterdir()):
            if not each.is_symlink() and each.name != agent_id:
                for _framework_id, _executor_id, container_id, directory in self.runs(each.name):
                    yield container_id, directory

    def framework_info(self, agent_id: str, framework_id: str) -> Optional[Dict[str, Any]]:
        """What is known of a framework."""
        file = self.framework(agent_id, framework_id) / "framework.info"
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

    def forget_framework(self, agent_id: str, framework_id: str) -> None:
        """The framework is over."""
        shutil.rmtree(self.framework(agent_id, framework_id), ignore_errors=True)


def append(path: Path, entry: Dict[str, Any]) -> None:
    """One more line in task.updates, on the disk when this returns."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
        file.flush()
        os.fdatasync(file.fileno())


def read_updates(path: Path) -> List[Dict[str, Any]]:
    """All whole lines of task.updates."""
    if not path.exists():
        return []
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            break  # the last line of an agent that was killed while it wrote
    return entries
