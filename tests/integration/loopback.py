# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports and processes of servers that tests start on loopback."""

from __future__ import annotations

import subprocess
import time
from typing import Callable, Mapping

import requests

# A test run that is killed must not leave its servers behind: the kernel kills them with it.
DIE_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]


def wait_for_servers(
    probe: Callable[[], bool], what: str, processes: Mapping[str, subprocess.Popen], log: Callable[[str], str], seconds: float = 60
) -> None:
    """Until the probe says yes; fails with the end of a log when a process dies before that, or when it takes too long."""
    deadline = time.monotonic() + seconds
    seen: object = "no"
    while time.monotonic() < deadline:
        for name, process in processes.items():
            assert process.poll() is None, f"the {name} died: {log(name)}"
        try:
            if probe():
                return
        except (requests.RequestException, ValueError) as error:
            seen = error
        time.sleep(0.3)
    logs = "\n".join(log(name) for name in processes)
    raise AssertionError(f"waited {seconds:.0f} s for {what}, and saw {seen}; {logs}")
