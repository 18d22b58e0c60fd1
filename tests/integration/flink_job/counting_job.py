# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job that counts exactly, compiled against a real Flink and packed as one release after the other."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

SOURCE = Path(__file__).with_name("CountingJob.java")
#: What Flink 2 calls otherwise.
SINCE_2 = {
    "functions.source.SourceFunction": "functions.source.legacy.SourceFunction",
    "org.apache.flink.api.common.restartstrategy.RestartStrategies": "org.apache.flink.configuration.Configuration",
    "environment.setRestartStrategy(RestartStrategies.fixedDelayRestart(restarts, 100L));":
        """Configuration limited = new Configuration();
      limited.setString("restart-strategy.type", "fixed-delay");
      limited.setString("restart-strategy.fixed-delay.attempts", Integer.toString(restarts));
      limited.setString("restart-strategy.fixed-delay.delay", "100 ms");
      environment.configure(limited);""",
}


class CountingJobs:
    """Makes releases of the job: the same classes in jars with different bytes."""

    def __init__(self, flink_home: Path, directory: Path) -> None:
        self.directory = directory
        self.classes = directory / "classes"
        self.classes.mkdir(parents=True)
        java, text = "8", SOURCE.read_text(encoding="utf-8")
        if list((flink_home / "lib").glob("flink-dist-2.*.jar")):
            java = "11"
            for old, new in SINCE_2.items():
                assert old in text, f"{SOURCE.name} no longer has {old}"
                text = text.replace(old, new)
        source = directory / SOURCE.name
        source.write_text(text, encoding="utf-8")
        command = ["javac", "--release", java, "-Xlint:-options", "-nowarn", "-cp", f"{flink_home / 'lib'}/*", "-d", str(self.classes), str(source)]
        compiled = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert compiled.returncode == 0, f"javac failed: {compiled.stdout}{compiled.stderr}"

    def release(self, name: str, behaviour: str = "good") -> Path:
        """A jar; ``behaviour`` as the source describes it."""
        path = self.directory / f"{name}.jar"
        with zipfile.ZipFile(path, "w") as jar:
            jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: CountingJob\n")
            jar.writestr("release.txt", name)
            jar.writestr("behaviour.txt", behaviour)
            for each in sorted(self.classes.glob("*.class")):
                jar.write(each, each.name)
        return path


class Counts:
    """The directory in which the job finds its end and leaves its counts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()

    def end_at(self, numbers: int) -> None:
        """Let the job know how many numbers there are; a multiple of ten."""
        temporary = self.directory / "end"
        temporary.write_text(str(numbers), encoding="ascii")
        temporary.rename(self.directory / "END")

    def fail(self, fails: bool = True) -> None:
        """Let every attempt fail, or no more."""
        if fails:
            (self.directory / "FAIL").touch()
        else:
            (self.directory / "FAIL").unlink()

    def final(self) -> int:
        """The sum of all ten counters. A number that came twice or never is told at once."""
        wrong = self.directory / "WRONG"
        assert not wrong.exists(), wrong.read_text(encoding="ascii")
        return sum(int((self.directory / f"count-{digit}").read_text(encoding="ascii")) for digit in range(10))
