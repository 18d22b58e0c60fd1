# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles the stand-in for the scheduler driver into flink-mesos-scheduler.jar, which goes into Flink's lib/."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Optional

from tests.downloads import DownloadError, flink_home

NAME = "flink-mesos-scheduler.jar"
SOURCES = Path(__file__).with_name("src")
# The Mesos API, its protobuf and Jackson are in Flink's own jar, in the same packages in 1.9 and 1.12.
COMPILED_AGAINST = "1.12.5"
# No entry is younger than this, so that the same sources give the same bytes.
TIMESTAMP = (2021, 1, 1, 0, 0, 0)
MANIFEST = "Manifest-Version: 1.0\r\nImplementation-Title: baremetal.flink stand-in for MesosSchedulerDriver\r\n\r\n"


def pack(directory: Path, javac: Optional[str] = None) -> Path:
    """Build the jar in `directory`, with the compiler given or found on PATH; it runs on Java 8 and later.

    Raises DownloadError when there is no compiler, when Flink cannot be had, or when the sources do not compile.
    """
    compiler = javac or shutil.which("javac")
    if not compiler:
        raise DownloadError("no javac is installed here, and the stand-in for the scheduler driver is Java: install default-jdk-headless")
    (flink,) = (flink_home(COMPILED_AGAINST) / "lib").glob("flink-dist_*.jar")
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        classes = Path(scratch) / "classes"
        sources = [str(path) for path in sorted(SOURCES.rglob("*.java"))]
        # -options: compilers from 21 on find Java 8 old.
        command = [compiler, "--release", "8", "-Xlint:all,-options", "-Werror", "-cp", str(flink), "-d", str(classes), *sources]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        if ran.returncode != 0:
            raise DownloadError(f"{compiler} does not compile {SOURCES}: {ran.stderr[-2000:]}")
        jar = Path(scratch) / NAME
        _archive(classes, jar)
        return jar.replace(directory / NAME)


def _archive(classes: Path, jar: Path) -> None:
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", TIMESTAMP), MANIFEST)
        for path in sorted(classes.rglob("*.class")):
            archive.writestr(zipfile.ZipInfo(path.relative_to(classes).as_posix(), TIMESTAMP), path.read_bytes(), zipfile.ZIP_DEFLATED)
