# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SchedulerProbe in a JVM of its own, with the jars of one Flink and the stand-in before them, as Flink's scripts put it."""

from __future__ import annotations

import queue
import subprocess
import threading
from pathlib import Path
from typing import Sequence

from tests.downloads import flink_home, java_home
from tests.integration.loopback import DIE_WITH_PARENT
from tests.integration.quick_java import QUICK

SOURCE = Path(__file__).with_name("SchedulerProbe.java")
THREAD = "mesos-scheduler: "
SECONDS = 20
# Of 1.9.3 and of 1.12.5: to standard error, as standard output is the probe's own.
LOGGING = {
    "log4j.properties": (
        "log4j.rootLogger=INFO, stderr",
        "log4j.appender.stderr=org.apache.log4j.ConsoleAppender",
        "log4j.appender.stderr.target=System.err",
        "log4j.appender.stderr.layout=org.apache.log4j.PatternLayout",
        "log4j.appender.stderr.layout.ConversionPattern=%d %m%n",
    ),
    "log4j2.properties": (
        "rootLogger.level=INFO",
        "rootLogger.appenderRef.stderr.ref=stderr",
        "appender.stderr.name=stderr",
        "appender.stderr.type=CONSOLE",
        "appender.stderr.target=SYSTEM_ERR",
        "appender.stderr.layout.type=PatternLayout",
        "appender.stderr.layout.pattern=%d %m%n",
    ),
}


def classpath(version: str, jar: Path, classes: Path) -> str:
    """The stand-in's jar first, then Flink's lib/ with flink-dist last."""
    jars = sorted((flink_home(version) / "lib").glob("*.jar"), key=lambda path: path.name.startswith("flink-dist"))
    return ":".join(str(path) for path in (jar, classes, *jars))


def compile_probe(version: str, jar: Path, classes: Path) -> None:
    """Compile SchedulerProbe for one Flink."""
    javac = java_home(17) / "bin" / "javac"
    command = [javac, "--release", "8", "-Xlint:-options", "-cp", classpath(version, jar, classes), "-d", classes, SOURCE]
    subprocess.run(command, check=True, timeout=100)
    for name, lines in LOGGING.items():
        (classes / name).write_text("\n".join(lines) + "\n", encoding="ascii")


class Probe:
    """Lines of its output are what the driver called, in order."""

    def __init__(self, java_classpath: str, log: Path, *arguments: str, java: Sequence[str] = ()) -> None:
        self.log = log
        command = [*DIE_WITH_PARENT, *(java or [str(java_home() / "bin" / "java")]), "-Xmx64m", *QUICK]
        command += ["-cp", java_classpath, "SchedulerProbe", *arguments]
        with open(log, "ab") as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
        self._lines: "queue.Queue[str]" = queue.Queue()
        self._statuses: "queue.Queue[str]" = queue.Queue()
        self._joined: "queue.Queue[str]" = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        assert [self._next(self._statuses) for turn in range(2)] == ["status DRIVER_NOT_STARTED", "status DRIVER_RUNNING"]

    def _read(self) -> None:
        for line in self._process.stdout:
            kinds = {"status": self._statuses, "joined": self._joined}
            kinds.get(line.split(" ", 1)[0], self._lines).put(line.rstrip("\n"))

    def _next(self, lines: "queue.Queue[str]") -> str:
        try:
            return lines.get(timeout=SECONDS)
        except queue.Empty:
            raise AssertionError(f"the probe says nothing; its log: {self.log.read_text(errors='replace')[-2000:]}") from None

    def callback(self) -> str:
        """What the next callback was; they must all come on the driver's one thread."""
        line = self._next(self._lines)
        assert line.startswith(THREAD), line
        return line[len(THREAD):]

    def joined(self) -> str:
        """What join() returned."""
        return self._next(self._joined)

    def silent(self, seconds: float) -> bool:
        """Whether nothing is said for so long."""
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def tell(self, command: str, status: str = "DRIVER_RUNNING") -> None:
        """Have a method of the driver called, and look at what it returns."""
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        assert self._next(self._statuses) == f"status {status}"

    def close(self) -> None:
        """End the JVM."""
        self._process.kill()
        self._process.wait(20)
