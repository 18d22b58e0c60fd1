# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long playbooks take, and how many round trips they make."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.playbook import ROOT, command, environment
from tests.processes import children_seconds


@dataclass
class Timed:
    """One run of a playbook."""

    seconds: float
    #: Processor seconds of the controller: Ansible, its workers and their ssh.
    processor: float
    tasks: dict[str, int]
    slowest: list[tuple[str, float]]

    @property
    def most(self) -> int:
        """Module tasks of the host with the most."""
        return max(self.tasks.values(), default=0)


def timed(playbook: str, inventory: list[str], *arguments: str) -> Timed:
    """Run a playbook that must succeed."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        extra = {"ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback"), "ANSIBLE_CALLBACKS_ENABLED": "module_tasks",
                 "MODULE_TASKS_OUT": out.name}
        started, before = time.monotonic(), children_seconds()
        done = subprocess.run(command(playbook, *arguments, inventory=inventory), cwd=ROOT, env={**environment(quick=False), **extra},
                              text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        seconds = time.monotonic() - started
        if done.returncode:
            raise SystemExit(f"bench: {playbook} failed:\n{done.stdout[-4000:]}")
        counted = json.loads(Path(out.name).read_text())
    slowest = sorted(counted["seconds"], key=lambda pair: -pair[1])[:5]
    return Timed(seconds, children_seconds() - before, counted["per_host"], list(slowest))


def floor(tasks: int, inventory: list[str], hosts: str = "all") -> Timed:
    """A play of as many pings: what the same number of round trips costs when the modules do nothing."""
    play = [{"name": "Floor", "hosts": hosts, "gather_facts": False, "become": True,
             "tasks": [{"name": f"Ping {n}", "ansible.builtin.ping": {}} for n in range(tasks)]}]
    with tempfile.NamedTemporaryFile("w", suffix=".yml", dir=ROOT / ".cache") as file:
        json.dump(play, file)
        file.flush()
        return timed(file.name, inventory)
