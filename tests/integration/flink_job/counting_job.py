# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job that counts exactly, compiled against a real Flink and packed as one release after the other."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

SOURCE = Path(__file__).with_name("CountingJob.java")


class CountingJobs:
    """Makes releases of the job: the same classes in jars with different bytes."""

    def __init__(self, flink_home: Path, directory: Path) -> None:
        self.directory = directory
        self.classes = directory / "classes"
        self.classes.mkdir(parents=True)
        command = ["javac", "--release", "8", "-Xlint:-options", "-nowarn", "-cp", f"{flink_home / 'lib'}/*", "-d", str(self.classes), str(SOURCE)]
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
