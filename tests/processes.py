# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that end in time, or are ended with all that they have started."""

from __future__ import annotations

import contextlib
import resource
import subprocess
from typing import IO, Any, Sequence

import psutil


def children_seconds() -> float:
    """Processor seconds of what this process has started and waited for; hosts are nobody's children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def children(pid: int) -> list[int]:
    """The processes that a process has started, but for those that are no longer its own."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children()]
    return []


def kill_all(child: subprocess.Popen[str]) -> None:
    """SIGKILL for a process and all that it has started, in whatever session: each of Ansible's forks has one of its own."""
    if child.poll() is not None:
        return
    tree = [psutil.Process(child.pid)]
    for process in tree:
        # What is stopped starts no more.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
            tree += [each for each in process.children() if each not in tree]
    for process in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    child.wait()


def run_within(seconds: float, command: Sequence[str], out: IO[bytes] | int = subprocess.PIPE, **options: Any) -> tuple[int | None, str]:
    """Status and output, standard error among it; the status is None when it was killed after so many seconds.

    With a file for `out` the output goes there, and none is returned.
    """
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    try:
        text = child.communicate(timeout=seconds)[0]
        return child.returncode, text or ""
    except subprocess.TimeoutExpired:
        kill_all(child)
        return None, child.communicate()[0] or ""
    except BaseException:
        kill_all(child)
        raise
