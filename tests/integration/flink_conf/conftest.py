# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's own classes, taken out of distributions, behind one JVM per question."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Callable, Dict, List, Sequence, Tuple

import pytest

from tests.downloads import flink_home, java_home

#: In the place of a key, where Flink does not start with the file.
REFUSED = "!"
SOURCE = Path(__file__).with_name("FlinkReads.java")


class Flink:
    """Runs FlinkReads with the jars of a distribution; ``classes`` is the directory to compile it into."""

    def __init__(self, version: str, java: Path, classes: Path) -> None:
        self.version = version
        jars = sorted((flink_home(version) / "lib").glob("flink-dist*.jar"))
        self._java = java / "bin" / "java"
        self._classpath = ":".join(str(path) for path in [classes, *jars])
        assert (java / "bin" / "javac").exists(), f"{java} has no Java compiler; install default-jdk-headless"
        subprocess.run([java / "bin" / "javac", "-nowarn", "-cp", self._classpath, "-d", classes, SOURCE], check=True)

    def read(self, root: Path, charset: str) -> Dict[str, Dict[str, str]]:
        """What GlobalConfiguration reads from each directory under ``root``, in a JVM whose platform charset is ``charset``."""
        found: Dict[str, Dict[str, str]] = {directory.name: {} for directory in root.iterdir()}
        for line in self._run("read", root, charset):
            name, key, value = line.split(" ")
            found[name][key if key == REFUSED else _decode(key)] = _decode(value)
        return found

    def parses(self, values: Sequence[Tuple[str, str]], file: Path, name: str = "flink-conf.yaml") -> List[bool]:
        """Whether Configuration takes each (type, text) out of a file of that name."""
        file.write_text("".join(f"{kind} {_encode(text)}\n" for kind, text in values), encoding="ascii")
        answers = self._run("parse", file, "UTF-8", name)
        assert len(answers) == len(values)
        return [answer == "ok" for answer in answers]

    def _run(self, what: str, argument: Path, charset: str, *more: str) -> List[str]:
        command = [self._java, "-Xmx256m", f"-Dfile.encoding={charset}", "-cp", self._classpath, "FlinkReads", what, argument, *more]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=100)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.splitlines()


def _encode(text: str) -> str:
    return "=" + base64.b64encode(text.encode("utf-8")).decode("ascii")


def _decode(text: str) -> str:
    return base64.b64decode(text[1:]).decode("utf-8")


@pytest.fixture(scope="session", params=["1.12.5", "1.20.5"])
def flink(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flink:
    """A Flink with Mesos and the last that reads flink-conf.yaml, downloaded into .cache where they are not there yet."""
    return Flink(request.param, java_home(), tmp_path_factory.mktemp("classes"))


@pytest.fixture(scope="session", params=["1.20.5", "2.3.0"])
def standard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flink:
    """A Flink that reads config.yaml: the last that has an older reader beside it, and one that has not."""
    return Flink(request.param, java_home(), tmp_path_factory.mktemp("classes"))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, bytes], None]:
    """Call it with a name and a content to have NAME/flink-conf.yaml, or another file, below tmp_path."""

    def write(name: str, content: bytes, file: str = "flink-conf.yaml") -> None:
        directory = tmp_path / name
        directory.mkdir()
        (directory / file).write_bytes(content)

    return write
