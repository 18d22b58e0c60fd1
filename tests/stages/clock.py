# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of `make test` went: minutes of each file and scenario, and how busy the processors were meanwhile."""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from pathlib import Path

import pytest

STARTED = pytest.StashKey[tuple]()
#: Shorter ones are not listed.
SECONDS = 30


def children_seconds() -> float:
    """Processor seconds of what this process has started and waited for; hosts are nobody's children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def busy_seconds() -> float:
    """Processor seconds that this machine has spent since it was booted."""
    user, nice, system, _idle, _iowait, irq, softirq = (int(ticks) for ticks in Path("/proc/stat").read_text(encoding="ascii").split(None, 8)[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def part_of(nodeid: str) -> str:
    """The file of a test; of a stage that has parameters, these."""
    file, dummy, name = nodeid.partition("::")
    return f"{file} {name.partition('[')[2].rstrip(']')}".rstrip() if name.startswith(("test_scenario[", "test_ansible_lint")) else file


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[STARTED] = (time.monotonic(), busy_seconds())


def pytest_terminal_summary(terminalreporter) -> None:
    began = terminalreporter.config.stash.get(STARTED, None)
    if began is None:  # these tests were not named when pytest began
        return
    started, busy = began
    passed, spent = time.monotonic() - started, busy_seconds() - busy
    wall, tools = Counter(), Counter()
    for report in (each for reports in terminalreporter.stats.values() for each in reports if isinstance(each, pytest.TestReport)):
        wall[part_of(report.nodeid)] += report.duration
        tools[part_of(report.nodeid)] += sum(value for name, value in report.user_properties if name == "processor" and report.when == "call")
    listed = [(part, seconds) for part, seconds in wall.most_common() if seconds >= SECONDS]
    if not listed:
        return
    terminalreporter.section("where the time went")
    terminalreporter.write_line("    s  processor s of the tools that it runs")
    for part, seconds in listed:
        terminalreporter.write_line(f"{seconds:5.0f} {tools[part]:5.0f}  {part}")
    terminalreporter.write_line(f"{passed:5.0f}        in all; {os.cpu_count()} processors were busy for {spent / passed / (os.cpu_count() or 1):.0%} of it")
