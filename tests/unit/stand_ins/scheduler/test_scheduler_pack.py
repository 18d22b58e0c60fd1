# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the jar of the stand-in for MesosSchedulerDriver is made; with a compiler that only notes what it was told."""

from __future__ import annotations

import zipfile

import pytest

from tests.downloads import DownloadError
from tests.stand_ins.scheduler import pack as packing

COMPILER = """#!/bin/sh
printf '%s\\n' "$@" > "{log}"
while [ "$1" != -d ]; do shift; done
mkdir -p "$2/org/apache/mesos"
echo class > "$2/org/apache/mesos/MesosSchedulerDriver.class"
"""


@pytest.fixture
def flink(tmp_path, monkeypatch):
    home = tmp_path / "flink"
    (home / "lib").mkdir(parents=True)
    (home / "lib" / "flink-dist_2.11-1.12.5.jar").touch()
    monkeypatch.setattr(packing, "flink_home", lambda version: home)
    return home


def compiler(tmp_path, text):
    script = tmp_path / "javac"
    script.write_text(text, encoding="ascii")
    script.chmod(0o755)
    return str(script)


def test_the_jar_has_the_driver_and_the_same_bytes_each_time(flink, tmp_path):
    javac = compiler(tmp_path, COMPILER.format(log=tmp_path / "told"))
    first = packing.pack(tmp_path / "one", javac)
    second = packing.pack(tmp_path / "two", javac)
    assert first == tmp_path / "one" / "flink-mesos-scheduler.jar"
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in first.parent.iterdir()] == [first.name]
    with zipfile.ZipFile(first) as jar:
        assert jar.namelist() == ["META-INF/MANIFEST.MF", "org/apache/mesos/MesosSchedulerDriver.class"]
    told = (tmp_path / "told").read_text(encoding="ascii").splitlines()
    assert told[:2] == ["--release", "8"]
    assert told[told.index("-cp") + 1] == str(flink / "lib" / "flink-dist_2.11-1.12.5.jar")
    assert str(packing.SOURCES / "org" / "apache" / "mesos" / "MesosSchedulerDriver.java") in told


def test_without_a_compiler_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(packing.shutil, "which", lambda name: None)
    with pytest.raises(DownloadError, match="install default-jdk-headless"):
        packing.pack(tmp_path)


@pytest.mark.usefixtures("flink")
def test_what_the_compiler_says_is_passed_on(tmp_path):
    with pytest.raises(DownloadError, match="does not compile .*: no such symbol"):
        packing.pack(tmp_path / "one", compiler(tmp_path, "#!/bin/sh\necho no such symbol >&2\nexit 1\n"))
