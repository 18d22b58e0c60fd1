# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario's hosts as their operator has them: an inventory to change, playbooks to run, commands on a host."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Sequence, Union

import yaml

from .fleet.fleet import Fleet
from .on_hosts import OnHosts
from .playbook import NEWEST, Run, environment, play, play_and_kill, play_until_green

#: A path, or what would be in the file.
Inventory = Union[str, dict]


class Operator(OnHosts):
    """Of the fleet of a scenario; `playbook` is what is run unless another one is named."""

    #: Whether the fixture `host` looks at hosts as root.
    looks_as_root = False

    def __init__(self, fleet: str, playbook: str, directory: Path) -> None:
        super().__init__(Fleet(fleet))
        self.playbook = playbook
        self.directory = directory

    def inventory(self) -> Inventory:
        """What is run on unless other inventories are named: molecule's, which is what molecule.yml says."""
        return os.environ["MOLECULE_INVENTORY_FILE"]

    def described(self) -> dict:
        """Molecule's inventory, to make another one of."""
        line = [str(NEWEST / "ansible-inventory"), "-i", os.environ["MOLECULE_INVENTORY_FILE"], "--list", "--yaml"]
        return yaml.safe_load(subprocess.run(line, check=True, capture_output=True, text=True, env=environment(), timeout=60).stdout)

    def play(self, *arguments: str, playbook: str | Path | None = None, inventory: Inventory | Sequence[Inventory] = (), oldest: bool = False,
             **extra) -> Run:
        """A run from start to end, with variables as extra ones."""
        run = play(str(playbook or self.playbook), *arguments, *_extra(extra), inventory=self._paths(inventory), oldest=oldest)
        print(run.text)
        return run

    def play_and_kill(self, at: str, *arguments: str, playbook: str | Path | None = None, inventory: Inventory | Sequence[Inventory] = (), **extra) -> str:
        """A run that is killed, all of it at once, as soon as its output says `at`."""
        return play_and_kill(str(playbook or self.playbook), *arguments, *_extra(extra), inventory=self._paths(inventory), at=at)

    def play_until_green(self) -> Run:
        """verify.yml must be green in the end."""
        return play_until_green(inventory=self._paths(()))

    def _paths(self, inventory: Inventory | Sequence[Inventory]) -> list[str]:
        several = [inventory] if isinstance(inventory, (str, dict)) else inventory
        return [self._path(each) for each in several or [self.inventory()]]

    def _path(self, inventory: Inventory) -> str:
        if isinstance(inventory, str):
            return inventory
        path = self.directory / f"{time.monotonic_ns()}.json"
        path.write_text(json.dumps(inventory))
        return str(path)


def in_groups(groups: dict, hosts: dict | None = None) -> dict:
    """An inventory with these members of groups, and variables of hosts."""
    children = {group: {"hosts": {member: {} for member in members}} for group, members in groups.items()}
    return {"all": {"hosts": hosts or {}, "children": children}}


def refused(run: Run, *sentences: str) -> None:
    """The run ended with these sentences, and nothing was changed on any host."""
    assert run.status != 0 and run.changed == 0, run.text[-4000:]
    missing = [sentence for sentence in sentences if sentence not in run.flat]
    assert missing == [], run.text[-4000:]


#: What is done to a unit, what brings it back, and what verify says of it.
FAULTS = {"stopped": ("stop", "start", "does not run"), "suspended": ("kill --signal=SIGSTOP", "kill --signal=SIGCONT", "is suspended")}


def each_is_named(operator: Operator, units: Sequence[tuple[str, str, str]], *arguments: str) -> None:
    """Units on hosts are stopped, or suspended behind systemd's back, all at once: verify has a sentence for each of them.

    One look at units tells of both, so each unit has one of the two.
    """
    try:
        for host, unit, how in units:
            operator.on(host, f"sudo systemctl {FAULTS[how][0]} {unit}")
        run = operator.play(*arguments, playbook="playbooks/verify.yml", verify_wait=1)
    finally:
        for host, unit, how in units:
            operator.on(host, f"sudo systemctl {FAULTS[how][1]} {unit}")
    table = run.flat.rpartition("WHAT IS WRONG")[2]
    missing = [f"{unit} on {host}" for host, unit, how in units if f"{unit}.service on {host} {FAULTS[how][2]}" not in table]
    assert run.status != 0 and missing == [], run.text[-6000:]


def _extra(variables: dict) -> list[str]:
    return ["-e", json.dumps(variables)] if variables else []
