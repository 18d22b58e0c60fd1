# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stage runs one tool over the whole tree; its full output goes to .cache/logs/NAME.log."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.fleet.fleet import Fleet, leftovers
from tests.processes import run_within

from . import clock

pytest_sessionstart, pytest_terminal_summary = clock.pytest_sessionstart, clock.pytest_terminal_summary
pytest_runtest_setup, pytest_runtest_makereport = clock.pytest_runtest_setup, clock.pytest_runtest_makereport

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / ".cache" / "logs"
SCENARIOS = sorted(path.parent.name for path in ROOT.glob("extensions/molecule/*/molecule.yml"))
#: Lines that tell why: shown before the end of the output, which is often only the cleaning up.
VERDICT = re.compile(r"(FAILED|ERROR|E   |fatal: |\[ERROR\])")
#: Lines of a host's daemons, from tests.on_hosts.last_words.
LAST_WORDS = re.compile(r"HOST ")


#: Its tests have fleets, and each is as long as other files.
SCENARIO_TESTS = "stages/test_scenarios.py"
#: Fleets that scenarios have at the same time: their daemons want a sixth of a processor each while nothing is asked of them.
FLEETS = 2


class Streams(LoadFileScheduling):
    """The tests of a file stay in one stream and in order, but for those that are long and have nothing in common.

    A stream that would be one fleet too many goes on with the first of the other files, as long as there are any.
    """

    def _assign_work_unit(self, node: Any) -> None:
        others = [work for each, work in self.assigned_work.items() if each is not node]
        if sum(any(_has_fleet(scope) and not all(work[scope].values()) for scope in work) for work in others) >= FLEETS:
            scope = next((scope for scope in self.workqueue if not _has_fleet(scope)), None)
            if scope is not None:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return nodeid if file.endswith((SCENARIO_TESTS, "stages/test_lint.py")) else file


def _has_fleet(scope: str) -> bool:
    return SCENARIO_TESTS in scope


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling | None:
    """What --dist=loadfile means here."""
    return Streams(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture
def stage():
    """Call it with a name and a command line: fails with the end of the output when the command does, or when it takes longer than `within` seconds."""

    def run(name: str, *command: str, cwd: Path = ROOT, tail: int = 60, within: float = 2700, **environment: str) -> str:
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / f"{name}.log"
        env = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", "NO_COLOR": "1",
               "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **environment}
        env.pop("PYTEST_CURRENT_TEST", None)
        env.pop("PYTEST_XDIST_WORKER", None)
        started = time.monotonic()
        with log.open("wb") as out:
            status = run_within(within, command, out, cwd=cwd, env=env)[0]
        text = log.read_text(errors="replace")
        seconds = time.monotonic() - started
        print(f"{name}: {seconds:.0f} s, log in {log.relative_to(ROOT)}", file=sys.stderr)
        if status != 0:
            how = "was killed, as it had not ended," if status is None else f"ended with {status}"
            lines = text.splitlines()
            first = "\n".join([line[:300] for line in lines if VERDICT.match(line)][:20] + [line for line in lines if LAST_WORDS.match(line)][:400])
            end = "\n".join(lines[-tail:])
            pytest.fail(f"`{' '.join(command)}` {how} after {seconds:.0f} s:\n{first}\n…\n{end}", pytrace=False)
        return text

    return run


@pytest.fixture
def scenario(stage, record_property):
    """Run a molecule scenario on a fleet of its own; nothing of it may stay on the machine."""

    def run(name: str) -> None:
        try:
            with clock.hosts_seconds(name) as hosts:
                text = stage(f"molecule-{name}", "molecule", "test", "-s", name, within=5400)
            record_property("hosts", sum(hosts.values()))
        except (pytest.fail.Exception, KeyboardInterrupt):
            # Molecule takes its hosts away itself, unless it was killed.
            Fleet(name).destroy()
            raise
        assert "Verifier completed successfully" in text
        assert leftovers(name) == []

    return run
