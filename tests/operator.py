# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario's hosts as their operator has them: an inventory to change, playbooks to run, commands on a host."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from .fleet.fleet import Fleet
from .playbook import Run, play, play_and_kill


class Operator:
    """Of one fleet; `playbook` is what is run unless another one is named."""

    def __init__(self, fleet: str, playbook: str, directory: Path) -> None:
        self.fleet = Fleet(fleet)
        self.playbook = playbook
        self.directory = directory
        self.addresses = {host.name: host.address for host in self.fleet.hosts()}

    def inventory(self) -> dict:
        """The usual one; a scenario says who is in which group."""
        raise NotImplementedError

    def _arguments(self, arguments: tuple[str, ...], inventory: dict | None, extra: dict) -> tuple[list[str], str]:
        path = self.directory / f"{time.monotonic_ns()}.json"
        path.write_text(json.dumps(inventory or self.inventory()))
        return [*arguments, *(["-e", json.dumps(extra)] if extra else [])], str(path)

    def play(self, *arguments: str, inventory: dict | None = None, playbook: str | Path | None = None, **extra) -> Run:
        """A run from start to end, with variables as extra ones."""
        line, path = self._arguments(arguments, inventory, extra)
        run = play(str(playbook or self.playbook), *line, inventory=[path], timeout=400)
        print(run.text)
        return run

    def play_and_kill(self, at: str, *arguments: str, inventory: dict | None = None, **extra) -> str:
        """A run that is killed, all of it at once, as soon as its output says `at`."""
        line, path = self._arguments(arguments, inventory, extra)
        return play_and_kill(self.playbook, *line, inventory=[path], at=at, timeout=400)

    def on(self, host: str, command: str, timeout: float = 120) -> str:
        """What a command on a host prints."""
        done = subprocess.run(self.fleet.ssh(host, command), capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"{command} on {host}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def begin(self, host: str, command: str) -> subprocess.Popen:
        """A command on a host, in the background."""
        return subprocess.Popen(self.fleet.ssh(host, command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def pid(self, host: str, unit: str) -> int:
        """The main process of a unit; 0 when there is none."""
        return int(self.on(host, f"systemctl show -P MainPID {unit}"))
