# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the process ends: Marathon's exit codes, and its log on stderr."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import NoReturn

ZOOKEEPER_FAILURE, ZOOKEEPER_LOSS, LEADERSHIP_LOSS, ENDED_FAULTY, ENDED_GRACEFULLY = 100, 101, 103, 104, 105
SCHEDULER_ERROR, UNCAUGHT, FRAMEWORK_ID_MISSING, FRAMEWORK_REMOVED, BINDING, INVALID_FLAG = 106, 107, 108, 110, 111, 112


def log(text: str, level: str = "INFO") -> None:
    """One line."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + f",{int(now % 1 * 1000):03d}"
    sys.stderr.write(f"[{stamp}] {level:<5} {text} (mesosphere.marathon:{threading.current_thread().name})\n")
    sys.stderr.flush()


def die(code: int, text: str) -> NoReturn:
    """End the process from any thread."""
    log(f"{text}; exiting with {code}", "ERROR")
    os._exit(code)
