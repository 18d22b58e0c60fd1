# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-playbook for tests, as an operator would, and reads its recap."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .processes import kill_all, run_within

ROOT = Path(__file__).resolve().parents[1]
#: Programs of the ansible-core that everything is tested with, and of the lowest that users may have, set up by `make sanity`.
NEWEST = ROOT / ".venv/bin"
OLDEST = ROOT / ".cache/ansible-2.16/bin"
#: Names the plugin that makes runs cheaper, as .config/molecule/config.yml does for molecule's own.
QUICK = {"ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/callback"), "ANSIBLE_CALLBACKS_ENABLED": "quick"}
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
#: How a failed host's lines begin, and the first line that is none of them: ansible-core says the next host's error before its name.
FATAL = re.compile(r"^fatal: \[([^\]]+)\](.*?)(?=^(?:\[ERROR\]|fatal: \[|ok: \[|changed: \[|skipping: \[|TASK \[|PLAY )|\Z)", re.MULTILINE | re.DOTALL)


def said_by_failed(text: str) -> dict[str, str]:
    """What each host said that failed, with every run of white space folded."""
    return {name: " ".join(said.split()) for name, said in FATAL.findall(text)}


@dataclass
class Run:
    """How a playbook ended."""

    status: int
    text: str
    seconds: float
    recap: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Changed tasks, over all hosts."""
        return sum(host["changed"] for host in self.recap.values())

    @property
    def changed_on(self) -> dict[str, int]:
        """Changed tasks of each host."""
        return {name: host["changed"] for name, host in self.recap.items()}

    @property
    def flat(self) -> str:
        """The output with every run of white space folded, since messages are wrapped."""
        return " ".join(self.text.split())


def command(playbook: str, *arguments: str, inventory: list[str], programs: Path = NEWEST) -> list[str]:
    """The command line."""
    line = [str(programs / "ansible-playbook")]
    for source in inventory:
        line += ["-i", source]
    return [*line, *arguments, playbook]


def environment(programs: Path = NEWEST, quick: bool = True) -> dict[str, str]:
    """Of a run; `quick` is not what users have, and not for figures."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "MOLECULE_", "PYTEST_"))}
    return {**kept, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1",
            "PATH": f"{programs}:{os.environ['PATH']}", **(QUICK if quick else {})}


def play(playbook: str, *arguments: str, inventory: list[str], timeout: float = 900, oldest: bool = False) -> Run:
    """Run to the end, with the newest ansible-core or with the oldest that the collection is for."""
    started = time.monotonic()
    programs = OLDEST if oldest else NEWEST
    line = command(playbook, *arguments, inventory=inventory, programs=programs)
    status, text = run_within(timeout, line, cwd=ROOT, env=environment(programs))
    assert status is not None, f"{playbook} did not end within {timeout:.0f} s and was killed:\n{text[-4000:]}"
    names = ("ok", "changed", "unreachable", "failed")
    recap = {found[0]: dict(zip(names, map(int, found[1:]))) for found in RECAP.findall(text)}
    return Run(status, text, time.monotonic() - started, recap)


def play_until_green(inventory: list[str], within: float = 180) -> Run:
    """verify.yml, again and again until it is green: after a fault everything comes back, each thing in its own time."""
    deadline = time.monotonic() + within
    while True:
        run = play("playbooks/verify.yml", inventory=inventory)
        if run.status == 0:
            return run
        assert time.monotonic() < deadline, f"not green within {within:.0f} s:\n{run.text[-4000:]}"


def play_and_kill(playbook: str, *arguments: str, inventory: list[str], at: str, timeout: float = 900) -> str:
    """Run until a line of the output contains `at`, then kill the run with SIGKILL, forks and all; returns what it printed."""
    child = subprocess.Popen(command(playbook, *arguments, inventory=inventory), cwd=ROOT, env=environment(), text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # A run that prints nothing more never gives the loop its turn; killed, it ends the output.
    late = threading.Event()

    def give_up() -> None:
        late.set()
        kill_all(child)

    timer = threading.Timer(timeout, give_up)
    timer.start()
    lines: list[str] = []
    try:
        for line in child.stdout:
            lines.append(line)
            if at in line:
                break
    finally:
        timer.cancel()
        timer.join()
        kill_all(child)
    text = "".join(lines)
    why = f"did not come to {at!r} within {timeout:.0f} s and was killed" if late.is_set() else f"ended without coming to {at!r}"
    assert at in text, f"{playbook} {why}:\n{text[-2000:]}"
    return text
