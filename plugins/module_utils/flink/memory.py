# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Flink 1.11 to 1.13 can divide its processes' memory, judged before anything is installed.

Follows TaskExecutorProcessUtils and JobManagerProcessUtils for the case that the role sets up: the total process size is
given, every part has a fixed size, a fraction within bounds, or gets what is left. The start scripts of Flink make the same
calculation and die on the same inputs, with a message in the journal only.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional

from ..errors import InputError

MEBIBYTE = 1024**2
#: Bytes in each unit of org.apache.flink.configuration.MemorySize, the same since it exists (1.4).
MEMORY_UNITS = {
    "": 1, "b": 1, "bytes": 1,
    "k": 1024, "kb": 1024, "kibibytes": 1024,
    "m": MEBIBYTE, "mb": MEBIBYTE, "mebibytes": MEBIBYTE,
    "g": 1024**3, "gb": 1024**3, "gibibytes": 1024**3,
    "t": 1024**4, "tb": 1024**4, "tebibytes": 1024**4,
}  # fmt: skip

TASKMANAGER = {
    "framework.heap.size": "128m",
    "framework.off-heap.size": "128m",
    "task.off-heap.size": "0",
    "network.fraction": "0.1",
    "network.min": "64m",
    "network.max": "1g",
    "managed.fraction": "0.4",
    "jvm-metaspace.size": "256m",
    "jvm-overhead.fraction": "0.1",
    "jvm-overhead.min": "192m",
    "jvm-overhead.max": "1g",
}
JOBMANAGER = {
    "off-heap.size": "128m",
    "jvm-metaspace.size": "256m",
    "jvm-overhead.fraction": "0.1",
    "jvm-overhead.min": "192m",
    "jvm-overhead.max": "1g",
}
SMALLEST_HEAP = 128 * MEBIBYTE


def parse_memory(key: str, text: Any) -> int:
    """Bytes in a memory size as Flink's MemorySize.parse reads it: a whole number and an optional unit, any case."""
    match = re.fullmatch(r"\s*(\d+)\s*([A-Za-z]*)\s*", str(text))
    if not match or match.group(2).lower() not in MEMORY_UNITS:
        raise InputError(f"{key} is {text!r}: write a whole number and a unit, for example 1728m")
    return int(match.group(1)) * MEMORY_UNITS[match.group(2).lower()]


class _Process:
    """The memory settings of one kind of process, with Flink's defaults underneath."""

    def __init__(self, kind: str, settings: Mapping[str, Any], defaults: Dict[str, str]) -> None:
        self.prefix = f"{kind}.memory."
        self._settings = settings
        self._defaults = defaults

    def given(self, name: str) -> Optional[int]:
        value = self._settings.get(self.prefix + name, self._defaults.get(name))
        return None if value is None else parse_memory(self.prefix + name, value)

    def size(self, name: str) -> int:
        return self.given(name) or 0

    def fraction(self, name: str, whole: int) -> int:
        text = self._settings.get(self.prefix + name, self._defaults[name])
        try:
            return int(float(text) * whole)
        except (TypeError, ValueError) as error:
            raise InputError(f"{self.prefix + name} is {text!r}: write a fraction, for example 0.4") from error

    def bounded(self, name: str, whole: int) -> int:
        part = self.fraction(f"{name}.fraction", whole)
        return max(self.size(f"{name}.min"), min(part, self.size(f"{name}.max")))


def _mebibytes(size: int) -> str:
    return f"{size // MEBIBYTE}m"


def _too_small(process: _Process, size: int, needed: int, parts: str) -> str:
    return (
        f"{process.prefix}process.size is {_mebibytes(size)}, which is {_mebibytes(needed - size + MEBIBYTE - 1)} too small for "
        f"{parts}: raise it, or lower those"
    )


def _taskmanager(settings: Mapping[str, Any]) -> List[str]:
    process = _Process("taskmanager", settings, TASKMANAGER)
    size = process.given("process.size")
    if size is None or process.given("flink.size") is not None or process.given("task.heap.size") is not None:
        return []
    metaspace, overhead = process.size("jvm-metaspace.size"), process.bounded("jvm-overhead", size)
    total = max(size - metaspace - overhead, 0)
    network = process.bounded("network", total)
    managed = process.given("managed.size")
    if managed is None:
        managed = process.fraction("managed.fraction", total)
    framework = process.size("framework.heap.size") + process.size("framework.off-heap.size")
    needed = metaspace + overhead + framework + process.size("task.off-heap.size") + network + managed
    if needed <= size:
        return []
    parts = (
        f"JVM metaspace {_mebibytes(metaspace)}, JVM overhead {_mebibytes(overhead)}, Flink itself {_mebibytes(framework)}, "
        f"network {_mebibytes(network)} and managed memory {_mebibytes(managed)}"
    )
    return [_too_small(process, size, needed, parts)]


def _jobmanager(settings: Mapping[str, Any]) -> List[str]:
    process = _Process("jobmanager", settings, JOBMANAGER)
    size = process.given("process.size")
    if size is None or process.given("flink.size") is not None or process.given("heap.size") is not None:
        return []
    metaspace, overhead = process.size("jvm-metaspace.size"), process.bounded("jvm-overhead", size)
    off_heap = process.size("off-heap.size")
    needed = metaspace + overhead + off_heap + SMALLEST_HEAP
    if needed <= size:
        return []
    parts = (
        f"JVM metaspace {_mebibytes(metaspace)}, JVM overhead {_mebibytes(overhead)}, off-heap memory {_mebibytes(off_heap)} and "
        f"the smallest heap that Flink recommends, {_mebibytes(SMALLEST_HEAP)}"
    )
    return [_too_small(process, size, needed, parts)]


def memory_problems(settings: Mapping[str, Any]) -> List[str]:
    """One sentence per process whose memory Flink could not divide; ``settings`` are keys and values of flink-conf.yaml.

    Configurations that fix Flink's total memory or a heap instead of the process size are left to Flink's own check.
    """
    problems: List[str] = []
    # What is null is not written, and Flink's default holds.
    written = {key: value for key, value in settings.items() if value is not None}
    for judge in (_jobmanager, _taskmanager):
        try:
            problems += judge(written)
        except InputError as error:
            problems.append(str(error))
    return problems


def memory_mb(text: Any) -> int:
    """A memory size of Flink in mebibytes, rounded up."""
    return -(-parse_memory("a memory size", text) // MEBIBYTE)
