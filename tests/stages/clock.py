# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of `make test` went: seconds of each file and scenario, of processors too, and how busy these were meanwhile."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Iterator

import pytest

from tests.fleet.host import CGROUPS, machines_of

STARTED = pytest.StashKey[tuple]()
BEFORE = pytest.StashKey[float]()
#: Shorter ones are not listed.
SECONDS = 30


@contextlib.contextmanager
def hosts_seconds(fleet: str, every: float = 5) -> Iterator[dict[str, float]]:
    """Processor seconds of each host of a fleet, as long as it lives."""
    seen: dict[str, float] = {}
    over = threading.Event()

    def look() -> None:
        while not over.wait(every):
            # A host's group may go while this looks for it; what was not seen now is seen the next time.
            with contextlib.suppress(OSError):
                for stat in [each for depth in ("", "*/", "*/*/") for each in CGROUPS.glob(f"{depth}baremetal-flink-{machines_of(fleet)}node*/cpu.stat")]:
                    used = re.search(r"^usage_usec (\d+)$", stat.read_text(encoding="ascii"), re.MULTILINE)
                    if used:
                        seen[stat.parent.name] = max(seen.get(stat.parent.name, 0), int(used.group(1)) / 1e6)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def busy_seconds() -> float:
    """Processor seconds that this machine has spent since it was booted."""
    user, nice, system, _idle, _iowait, irq, softirq = (int(ticks) for ticks in Path("/proc/stat").read_text(encoding="ascii").split(None, 8)[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def part_of(nodeid: str) -> str:
    """The file of a test; of a stage that has parameters, these."""
    file, dummy, name = nodeid.partition("::")
    return f"{file} {name.partition('[')[2].rstrip(']')}".rstrip() if name.startswith(("test_scenario[", "test_ansible_lint")) else file


def own_seconds() -> float:
    """Processor seconds of this process and of all that it has started and waited for; hosts are nobody's children."""
    return sum(os.times()[:4])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before its fixtures. What outlives a test, such as a server for a whole file, is counted at the one that it ends with."""
    item.stash[BEFORE] = own_seconds()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    outcome = yield
    if call.when == "teardown":
        outcome.get_result().user_properties.append(("processor", own_seconds() - item.stash.get(BEFORE, own_seconds())))


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[STARTED] = (time.monotonic(), busy_seconds())


def pytest_terminal_summary(terminalreporter) -> None:
    began = terminalreporter.config.stash.get(STARTED, None)
    if began is None:  # these tests were not named when pytest began
        return
    started, busy = began
    passed, spent = time.monotonic() - started, busy_seconds() - busy
    wall, spent_by = Counter(), {"processor": Counter(), "hosts": Counter()}
    for report in (each for reports in terminalreporter.stats.values() for each in reports if isinstance(each, pytest.TestReport)):
        wall[part_of(report.nodeid)] += report.duration
        for name, value in report.user_properties if report.when == "teardown" else []:  # where all is known
            if name in spent_by:
                spent_by[name][part_of(report.nodeid)] += value
    listed = [(part, seconds) for part, seconds in wall.most_common() if seconds >= SECONDS]
    if not listed:
        return
    terminalreporter.section("where the time went")
    terminalreporter.write_line("    s  processor s of the tests and what they run, and of their hosts")
    for part, seconds in listed:
        terminalreporter.write_line(f"{seconds:5.0f} {spent_by['processor'][part]:5.0f} {spent_by['hosts'][part]:5.0f}  {part}")
    processors = os.cpu_count() or 1
    terminalreporter.write_line(f"{passed:5.0f}              in all; {processors} processors were busy for {spent / passed / processors:.0%} of it")
