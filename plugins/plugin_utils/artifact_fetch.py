# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches parts of a release on the controller, once for all hosts, into a cache of verified files.

Layout of the cache: ``<sha256>/<file name>`` holds the bytes, so that the directory can be served as a mirror as it is;
``index/<identity>.json`` says which of them a part stands for; ``incoming/`` holds what is still on its way.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tarfile
import xml.sax.saxutils
from dataclasses import asdict, dataclass
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from ..module_utils.artifact.download import download
from ..module_utils.artifact.parts import (
    ArtifactError,
    Coordinates,
    Part,
    file_digest,
    split_checksum,
    verify,
)
from .artifact_image import fetch_image

Runner = Callable[[Sequence[str], str], Tuple[int, str]]

DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
TOOL_TIMEOUT_SECONDS = 3600


@dataclass
class Payload:
    """A fetched part: a single file, or (``container`` is ``set``) a tar of several that belong side by side."""

    path: str
    filename: str
    sha256: str
    size: int
    container: str = "file"


def run_tool(command: Sequence[str], directory: str) -> Tuple[int, str]:
    """Run a program and return its status and all it printed. Raises ArtifactError when it does not end."""
    try:
        done = subprocess.run(
            list(command), cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=TOOL_TIMEOUT_SECONDS, check=False, encoding="utf-8", errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ArtifactError(
            f"{os.path.basename(command[0])} did not end within {TOOL_TIMEOUT_SECONDS} s on the controller and was stopped; check its network and "
            "proxy settings, and run again."
        ) from error
    return done.returncode, done.stdout


class Cache:
    """The controller's store of verified downloads; safe for parallel workers, which wait for each other's download."""

    def __init__(self, root: str, run: Runner = run_tool, fetch: Callable[[str, str], None] = download) -> None:
        self.root = os.path.abspath(os.path.expanduser(root))
        self.run = run
        self.fetch = fetch

    def get(self, part: Part) -> Tuple[Payload, bool]:
        """The part's file and whether it had to be fetched now. Raises ArtifactError."""
        key = part.key()
        try:
            with self._lock(key):
                known = self._known(part, key)
                if known is not None:
                    return known, False
                return self._fetch(part, key), True
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise ArtifactError(
                    f"No space is left in the controller's cache {self.root} for {part.label}; free some space or set another cache."
                ) from error
            raise ArtifactError(f"The controller's cache {self.root} cannot be used for {part.label}: {error}.") from error

    @contextlib.contextmanager
    def _lock(self, key: str) -> Iterator[None]:
        directory = os.path.join(self.root, "locks")
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, key), "w", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _index(self, key: str) -> str:
        return os.path.join(self.root, "index", f"{key}.json")

    def _known(self, part: Part, key: str) -> Optional[Payload]:
        try:
            with open(self._index(key), encoding="utf-8") as handle:
                entry = json.load(handle)
        except (FileNotFoundError, ValueError):
            return self._seeded(part, key)
        payload = Payload(
            os.path.join(self.root, entry["sha256"], entry["filename"]),
            entry["filename"],
            entry["sha256"],
            entry["size"],
            entry["container"],
        )
        try:
            now = os.stat(payload.path)
        except FileNotFoundError:
            return None
        if now.st_size != payload.size:
            return None
        if now.st_mtime_ns == entry.get("mtime_ns"):
            return payload
        # Touched since it was verified: by a copy of the whole cache, or by something worse.
        return self._note(key, payload) if file_digest(payload.path) == payload.sha256 else None

    def _seeded(self, part: Part, key: str) -> Optional[Payload]:
        """A file that somebody laid into the cache by hand, by its checksum, for a controller without Internet."""
        if not part.checksum.startswith("sha256:") or part.source == "maven":
            return None
        sha256 = split_checksum(part.checksum)[1]
        directory = os.path.join(self.root, sha256)
        names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path) and file_digest(path) == sha256:
                return self._note(key, Payload(path, name, sha256, os.path.getsize(path)))
        return None

    def _fetch(self, part: Part, key: str) -> Payload:
        work = os.path.join(self.root, "incoming", key)
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        try:
            ways = {"url": self._url, "file": self._file, "maven": self._maven, "pypi": self._pypi, "image": self._image}
            path, container = ways[part.source](part, work)
            if part.checksum:
                verify(path, part.checksum, part.label)
            return self._note(key, self._keep(path, container))
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _keep(self, path: str, container: str) -> Payload:
        sha256 = file_digest(path)
        directory = os.path.join(self.root, sha256)
        os.makedirs(directory, exist_ok=True)
        final = os.path.join(directory, os.path.basename(path))
        with open(path, "rb") as handle:
            os.fsync(handle.fileno())
        os.chmod(path, 0o644)
        os.replace(path, final)
        return Payload(final, os.path.basename(final), sha256, os.path.getsize(final), container)

    def _note(self, key: str, payload: Payload) -> Payload:
        os.makedirs(os.path.join(self.root, "index"), exist_ok=True)
        entry = {name: value for name, value in asdict(payload).items() if name != "path"}
        entry["mtime_ns"] = os.stat(payload.path).st_mtime_ns
        with open(f"{self._index(key)}.new", "w", encoding="utf-8") as handle:
            json.dump(entry, handle, sort_keys=True)
        os.replace(f"{self._index(key)}.new", self._index(key))
        return payload

    def _url(self, part: Part, work: str) -> Tuple[str, str]:
        target = os.path.join(work, os.path.basename(urlsplit(part.url).path) or "download")
        self.fetch(part.url, target)
        return target, "file"

    def _file(self, part: Part, work: str) -> Tuple[str, str]:
        target = os.path.join(work, os.path.basename(part.path))
        try:
            shutil.copyfile(part.path, target)
        except FileNotFoundError as error:
            raise ArtifactError(f"{part.path} does not exist on the controller; correct the path.") from error
        return target, "file"

    def _maven(self, part: Part, work: str) -> Tuple[str, str]:
        if shutil.which("mvn") is None:
            raise ArtifactError(
                f"mvn was not found on the controller, and {part.label} comes from Maven; install Maven or use another source."
            )
        out = os.path.join(work, "out")
        with open(os.path.join(work, "pom.xml"), "w", encoding="utf-8") as handle:
            handle.write(pom(part))
        command = ["mvn", "-B", "-U", "-ntp", "-f", "pom.xml", f"{DEPENDENCY_PLUGIN}:copy-dependencies"]
        # Maven's own repository is not made for several processes that fill it at the same time.
        with self._lock("maven"):
            code, text = self.run([*command, f"-DoutputDirectory={out}", "-DincludeScope=runtime"], work)
        if code != 0:
            raise ArtifactError(explain_maven(part, text))
        names = sorted(os.listdir(out)) if os.path.isdir(out) else []
        if not names:
            raise ArtifactError(f"Maven resolved {part.label} to no file at all; check the type behind @.")
        if part.manifest:
            check_manifest(part, {name: file_digest(os.path.join(out, name)) for name in names})
        if len(names) == 1:
            return os.path.join(out, names[0]), "file"
        if part.archive:
            raise ArtifactError(
                f"{part.label} resolves to {len(names)} files, and archive: true needs exactly one; make it its own part."
            )
        target = os.path.join(work, f"{Coordinates.parse(part.coordinates[0]).artifact}-set.tar")
        pack(out, names, target)
        return target, "set"

    def _pypi(self, part: Part, work: str) -> Tuple[str, str]:
        out = os.path.join(work, "out")
        wheel = part.format == "wheel"
        python = self._python(need_build=not wheel)
        command = [python, "-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "-d", out]
        if wheel:
            command += ["--only-binary", ":all:"]
            command += ["--platform", part.platform] if part.platform else []
        else:
            command += ["--no-binary", ":all:", "--no-build-isolation"]
        code, text = self.run([*command, f"{part.package}=={part.version}"], work)
        if code != 0:
            raise ArtifactError(explain_pip(part, text))
        names = sorted(os.listdir(out))
        if len(names) != 1:
            raise ArtifactError(f"pip brought {len(names)} files for {part.label} instead of one: {', '.join(names)}.")
        return os.path.join(out, names[0]), "file"

    def _image(self, part: Part, work: str) -> Tuple[str, str]:
        return fetch_image(part, work, self.run), "file"

    def _python(self, need_build: bool) -> str:
        """A Python with pip, and for source distributions with setuptools and wheel, which pip runs to read their metadata.

        Newest setuptools refuse old source distributions, so those get a small environment of their own in the cache.
        """
        if not need_build and self.run([sys.executable, "-m", "pip", "--version"], self.root)[0] == 0:
            return sys.executable
        home = os.path.join(self.root, f"pip-{sys.version_info[0]}.{sys.version_info[1]}")
        python = os.path.join(home, "bin", "python")
        done = os.path.join(home, "complete")
        with self._lock("pip"):
            if os.path.exists(done):
                return python
            shutil.rmtree(home, ignore_errors=True)
            code, text = self.run([sys.executable, "-m", "venv", home], self.root)
            if code != 0:
                raise ArtifactError(
                    f"The controller's Python cannot make a virtual environment; install python3-venv. It said: {last(text)}"
                )
            install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "setuptools<81", "wheel"]
            code, text = self.run(install, self.root)
            if code != 0:
                raise ArtifactError(
                    f"setuptools and wheel, which pip needs for source distributions, cannot be installed: {last(text)}"
                )
            with open(done, "w", encoding="ascii"):
                pass
        return python


def last(text: str, lines: int = 3) -> str:
    """The last lines that hold anything, on one line."""
    return " / ".join([line.strip() for line in text.splitlines() if line.strip()][-lines:])[:600]


def pack(directory: str, names: Sequence[str], target: str) -> None:
    """A tar that is the same, byte for byte, on whichever controller it is made."""
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in names:
            path = os.path.join(directory, name)
            info = tarfile.TarInfo(name)
            info.size = os.path.getsize(path)
            info.mode = 0o644
            with open(path, "rb") as handle:
                archive.addfile(info, handle)


def check_manifest(part: Part, found: Dict[str, str]) -> None:
    """Raise when the files that Maven resolved are not exactly those of the manifest."""
    complaints = []
    for title, names in (
        ("missing", sorted(set(part.manifest) - set(found))),
        ("not in the manifest", sorted(set(found) - set(part.manifest))),
        ("with another sha256", sorted(name for name in found if part.manifest.get(name, found[name]) != found[name])),
    ):
        if names:
            complaints.append(f"{title}: {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}")
    if complaints:
        raise ArtifactError(
            f"What Maven resolved for {part.label} differs from the manifest ({'; '.join(complaints)}). Renew the manifest if that is meant."
        )


def _dependency(item: Coordinates, extra: str = "") -> str:
    values = (
        ("groupId", item.group),
        ("artifactId", item.artifact),
        ("version", item.version),
        ("classifier", item.classifier),
        ("type", item.type),
    )
    inner = "".join(f"<{tag}>{xml.sax.saxutils.escape(value)}</{tag}>" for tag, value in values if value)
    return f"    <dependency>{inner}{extra}</dependency>\n"


def pom(part: Part) -> str:
    """A project that depends on the part's coordinates, with its imports and exclusions."""
    exclusions = [("*", "*")] if not part.transitive else [tuple(item.split(":")) for item in part.exclusions]
    excluded = "".join(
        f"<exclusion><groupId>{group}</groupId><artifactId>{name}</artifactId></exclusion>" for group, name in exclusions
    )
    extra = f"<exclusions>{excluded}</exclusions>" if excluded else ""
    managed = "".join(
        _dependency(Coordinates(item.group, item.artifact, item.version, type="pom"), "<scope>import</scope>")
        for item in (Coordinates.parse(text) for text in part.management)
    )
    wanted = "".join(_dependency(Coordinates.parse(text), extra) for text in part.coordinates)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<project>\n  <modelVersion>4.0.0</modelVersion>\n'
        "  <groupId>baremetal.flink</groupId>\n  <artifactId>artifact</artifactId>\n  <version>1</version>\n  <packaging>pom</packaging>\n"
        f"  <dependencyManagement><dependencies>\n{managed}  </dependencies></dependencyManagement>\n"
        f"  <dependencies>\n{wanted}  </dependencies>\n</project>\n"
    )


def explain_maven(part: Part, text: str) -> str:
    """One sentence out of what a failed Maven printed."""
    errors = [line[len("[ERROR]") :].strip() for line in text.splitlines() if line.startswith("[ERROR]")]
    said = next((line for line in errors if line), last(text))[:500]
    lowered = text.lower()
    if "could not find artifact" in lowered or "was not found in" in lowered:
        return f"Maven does not find {part.label}: {said} Correct the coordinates, or the repositories in your Maven settings."
    if any(word in lowered for word in ("could not transfer", "unknown host", "connection refused", "timed out", "unknownhost")):
        return f"Maven cannot reach its repository for {part.label}: {said} Check the network, or name a mirror in your Maven settings."
    versionless = [line for line in errors if "'dependencies.dependency.version'" in line]
    if versionless:
        return f"Maven needs a version for {part.label}, since the management gives none: {versionless[0]}"
    return f"Maven could not resolve {part.label}: {said}"


def explain_pip(part: Part, text: str) -> str:
    """One sentence out of what a failed pip printed."""
    errors: List[str] = [line.strip() for line in text.splitlines() if line.strip().upper().startswith("ERROR")]
    said = (errors[-1] if errors else last(text))[:500]
    lowered = text.lower()
    if any(
        word in lowered
        for word in (
            "newconnectionerror",
            "failed to establish a new connection",
            "name resolution",
            "connection to",
            "timed out",
        )
    ):
        return f"pip cannot reach its package index for {part.label}; check the network, or name a mirror in your pip settings."
    if "no matching distribution" in lowered:
        form = "wheel" if part.format == "wheel" else "source distribution"
        fit = f"{form}{' for ' + part.platform if part.platform else ''}"
        return f"The package index has no {fit} of {part.label} ({said}). Correct the version or the format."
    return f"pip could not download {part.label}: {said}"
