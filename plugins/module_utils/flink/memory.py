# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a process's memory is told to a version of Flink, and whether it can divide it, judged before anything is installed.

Up to 1.9, and for the AppMaster up to 1.10, a container's memory is what a heap and a cut-off for all else take: ContaineredTaskManagerParameters.
For newer ones this follows TaskExecutorProcessUtils and JobManagerProcessUtils for the case that the role sets up: the total process size is
given, every part has a fixed size, a fraction within bounds, or gets what is left. The start scripts of Flink make the same
calculation and die on the same inputs, with a message in the journal only.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional

from ..errors import InputError
from .versions import traits

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
#: containerized.heap-cutoff-ratio and containerized.heap-cutoff-min, the latter in megabytes, as Flink has them up to 1.9.
CUTOFF_RATIO, CUTOFF_MIN = 0.25, 600
TASKS_MEMORY = "mesos.resourcemanager.tasks.mem"


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


def _cutoff_mb(size_mb: int, settings: Mapping[str, Any]) -> int:
    """What of a container is not for the heap."""
    given = {name: settings.get(f"containerized.heap-cutoff-{name}") for name in ("ratio", "min")}
    try:
        ratio = CUTOFF_RATIO if given["ratio"] is None else float(given["ratio"])
        least = CUTOFF_MIN if given["min"] is None else int(given["min"])
    except (TypeError, ValueError) as error:
        raise InputError(
            f"containerized.heap-cutoff-ratio is {given['ratio']!r} and containerized.heap-cutoff-min {given['min']!r}: write a fraction, for "
            "example 0.25, and megabytes, for example 600"
        ) from error
    return max(int(size_mb * ratio), least)


def memory_settings(version: str, jobmanager: Any, taskmanager: Any, settings: Mapping[str, Any]) -> Dict[str, Any]:
    """The keys by which a version is told how much memory its processes take as a whole; ``settings`` may change the cut-off of a heap.

    Of a version that is not known those of the newest, as its fault is said elsewhere.
    """
    known = traits(version)
    found: Dict[str, Any] = {}
    for process, size in (("jobmanager", jobmanager), ("taskmanager", taskmanager)):
        if known[f"{process}_process_memory"] or not known["name"]:
            found[f"{process}.memory.process.size"] = size
            continue
        size_mb = memory_mb(size)
        # Of the AppMaster it is the heap. Of a TaskManager it is the container, from which 1.9 takes the cut-off itself: ActiveResourceManagerFactory.
        heap = size_mb if process == "taskmanager" else size_mb - _cutoff_mb(size_mb, settings)
        if not {f"{process}.heap.mb", f"{process}.heap.size"} & set(settings):
            found.update({f"{process}.heap.mb": heap} if known["heap_in_megabytes"] else {f"{process}.heap.size": f"{heap}m"})
        if process == "taskmanager":
            found[TASKS_MEMORY] = size_mb
    return found


def heap_mb(settings: Mapping[str, Any], process: str = "jobmanager") -> int:
    """The heap that jobmanager.heap.size or jobmanager.heap.mb asks for, in megabytes; 0 if neither does."""
    size, number = settings.get(f"{process}.heap.size"), settings.get(f"{process}.heap.mb")
    if size is not None:
        return memory_mb(size)
    try:
        return int(number or 0)
    except (TypeError, ValueError) as error:
        raise InputError(f"{process}.heap.mb is {number!r}: write a number of megabytes") from error


def _heaps(settings: Mapping[str, Any]) -> List[str]:
    """Up to 1.9, and of the AppMaster up to 1.10: the cut-off may leave too little."""
    heaps: Dict[str, int] = {}
    if not {"jobmanager.memory.process.size", "jobmanager.memory.flink.size"} & set(settings) and heap_mb(settings):
        heaps["jobmanager"] = heap_mb(settings)
    if TASKS_MEMORY in settings and "taskmanager.memory.process.size" not in settings:
        size_mb = memory_mb(f"{settings[TASKS_MEMORY]}m")
        heaps["taskmanager"] = size_mb - _cutoff_mb(size_mb, settings)
    return [
        f"containerized.heap-cutoff-min and -ratio leave {heap} MB of flink_{process}_memory for the heap, and Flink needs "
        f"{SMALLEST_HEAP // MEBIBYTE} at least: raise flink_{process}_memory, or lower these"
        for process, heap in heaps.items() if heap * MEBIBYTE < SMALLEST_HEAP
    ]


def memory_problems(settings: Mapping[str, Any]) -> List[str]:
    """One sentence per process whose memory Flink could not divide; ``settings`` are keys and values of flink-conf.yaml.

    Configurations that fix Flink's total memory or a heap instead of the process size are left to Flink's own check.
    """
    problems: List[str] = []
    # What is null is not written, and Flink's default holds.
    written = {key: value for key, value in settings.items() if value is not None}
    for judge in (_jobmanager, _taskmanager, _heaps):
        try:
            problems += judge(written)
        except InputError as error:
            problems.append(str(error))
    return problems


def memory_mb(text: Any) -> int:
    """A memory size of Flink in mebibytes, rounded up."""
    return -(-parse_memory("a memory size", text) // MEBIBYTE)
