# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases of one distribution on a host: ``ROOT/NAME-VERSION`` directories and the link ``ROOT/NAME`` to the current one.

A release is put together beside its place, in ``.NAME@VERSION.new``, and gets ``.release.json`` as its last file, so whatever
carries that file is complete. ``.NAME.previous`` is a link to the release before the current one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import grp
import gzip
import json
import lzma
import os
import pwd
import shutil
import stat
import struct
import tarfile
import time
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from ansible.module_utils.urls import open_url

from ..host.files import fsync_path, switch_link
from ..host.free_space import free_bytes
from ..urls import public_url
from .download import download
from .options import artifact_release_argument_spec
from .parts import (
    BLOCK,
    ArtifactError,
    Part,
    check_names,
    file_digest,
    glob_pattern,
    parse_part,
)

RECORD = ".release.json"
MIB = 1024 * 1024
SPARE_BYTES = 16 * MIB
PATIENCE_SECONDS = 900.0
POLL_SECONDS = 0.2
BROKEN_ARCHIVE = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError)


@dataclass
class Payload:
    """A part's file on this host. ``container`` is ``set`` for a tar of files that belong side by side."""

    path: str
    filename: str
    sha256: str
    size: int
    container: str = "file"
    #: The server that it was downloaded from, if it was.
    origin: str = ""


@dataclass
class Description:
    """What the release is to be; ``digest`` is the controller's digest of all of it."""

    name: str
    version: str
    digest: str
    parts: List[Part] = field(default_factory=list)
    remove: List[str] = field(default_factory=list)
    executable: List[str] = field(default_factory=list)
    uid: int = -1
    gid: int = -1

    @property
    def directory(self) -> str:
        """Name of the release's directory."""
        return f"{self.name}-{self.version}"


@dataclass
class Outcome:
    """What was done, or would be done in check mode. ``present`` is False when the release has still to be installed."""

    present: bool = False
    installed: bool = False
    switched: bool = False
    pruned: List[str] = field(default_factory=list)
    before: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return self.installed or self.switched or bool(self.pruned)


class Store:
    """The releases of one name below one root."""

    def __init__(self, root: str, name: str, check_mode: bool = False, patience: float = PATIENCE_SECONDS) -> None:
        self.root = root
        self.name = name
        self.patience = patience
        self.check_mode = check_mode
        self.link = os.path.join(root, name)
        self.previous_link = os.path.join(root, f".{name}.previous")

    def current(self) -> str:
        """Name of the release that the link points to; empty when there is none."""
        return self._target(self.link)

    def previous(self) -> str:
        """Name of the release before the current one; empty when there is none any more."""
        name = self._target(self.previous_link)
        return name if name and self.record(name) else ""

    def _target(self, link: str) -> str:
        try:
            return os.readlink(link)
        except FileNotFoundError:
            return ""
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise ArtifactError(
                f"{link} is not a link; move it away, since the link to the current release goes there."
            ) from error

    def path(self, directory: str) -> str:
        """A release's directory."""
        return os.path.join(self.root, directory)

    def record(self, directory: str) -> Optional[Dict[str, Any]]:
        """What a release says of itself; None for a directory that is none of ours."""
        try:
            with open(os.path.join(self.path(directory), RECORD), encoding="utf-8") as handle:
                record = json.load(handle)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
            return None
        return record if isinstance(record, dict) and record.get("name") == self.name else None

    def _working(self, version: str, kind: str) -> str:
        # '@' is in no release's name, so these can be told from releases and from those of another name.
        return self.path(f".{self.name}@{version}.{kind}")

    def _complete(self, directory: str, digest: str) -> bool:
        record = self.record(directory)
        return record is not None and record.get("digest") == digest

    def ensure(self, wanted: Description, switch: bool, keep: int) -> Outcome:
        """Switch to a release that is already here; says ``present: False`` and does nothing when it is not."""
        before = self.current()
        here = self._complete(wanted.directory, wanted.digest)
        if here and (not switch or before == wanted.directory):
            return Outcome(present=True, before=before)
        staged = os.path.basename(self._working(wanted.version, "new"))
        if not here and (self.check_mode or not self._complete(staged, wanted.digest)):
            self._refuse_foreign(wanted)
            foretold = self.check_mode and switch
            return Outcome(before=before, pruned=self._prune(wanted.directory, before, keep) if foretold else [])
        with self._locked():
            return self._complete_what_is_here(wanted, switch, keep)

    def _complete_what_is_here(self, wanted: Description, switch: bool, keep: int) -> Outcome:
        outcome = Outcome(before=self.current(), present=True)
        if not self._complete(wanted.directory, wanted.digest):
            # A run was killed after the release was complete and before it was in its place.
            self._swap_in(wanted)
            outcome.installed = True
        self._finish(wanted, outcome, switch, keep)
        return outcome

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One run at a time: the module of a controller that was killed goes on, and the next run must not meet it."""
        if self.check_mode:
            yield
            return
        os.makedirs(self.root, exist_ok=True)
        with open(os.path.join(self.root, f".{self.name}.lock"), "w", encoding="ascii") as handle:
            deadline = time.monotonic() + self.patience
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() >= deadline:
                        raise ArtifactError(
                            f"Another run has been working on {self.name} in {self.root} for {self.patience:g} s; wait for it to end."
                        ) from error
                    time.sleep(POLL_SECONDS)
            yield

    def _refuse_foreign(self, wanted: Description) -> None:
        path = self.path(wanted.directory)
        if os.path.lexists(path) and self.record(wanted.directory) is None:
            raise ArtifactError(f"{path} exists and was not put there by this collection (it has no {RECORD}); move it away.")

    def install(self, wanted: Description, payloads: Sequence[Payload], switch: bool, keep: int) -> Outcome:
        """Put the release together out of its parts' files and switch to it. Raises ArtifactError and leaves the old state."""
        self._refuse_foreign(wanted)
        if not os.path.isdir(self.root):
            self._require_space(wanted, payloads)
        with self._locked():
            if self._complete(wanted.directory, wanted.digest):
                return self._complete_what_is_here(wanted, switch, keep)
            return self._install(wanted, payloads, switch, keep)

    def _install(self, wanted: Description, payloads: Sequence[Payload], switch: bool, keep: int) -> Outcome:
        outcome = Outcome(before=self.current(), present=True, installed=True)
        self._clear_leftovers(wanted.version)
        for payload in payloads:
            if os.path.getsize(payload.path) != payload.size or file_digest(payload.path) != payload.sha256:
                raise ArtifactError(_changed_on_its_way(payload))
        self._require_space(wanted, payloads)
        staging = self._working(wanted.version, "new")
        try:
            os.mkdir(staging, 0o755)
            self._fill(staging, wanted, payloads)
            self._seal(staging, wanted, payloads)
            self._swap_in(wanted)
        except OSError as error:
            shutil.rmtree(staging, ignore_errors=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise ArtifactError(
                    f"No space was left in {self.root} while {wanted.directory} was unpacked; the old state is untouched. "
                    "Free some space and run again."
                ) from error
            raise ArtifactError(f"{wanted.directory} cannot be put in {self.root}: {error}.") from error
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        self._finish(wanted, outcome, switch, keep)
        return outcome

    def receiving(self, version: str) -> str:
        """A directory for downloads of this release, made when it is missing."""
        path = self._working(version, "get")
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def discard_received(self, version: str) -> None:
        """Remove the directory for downloads."""
        path = self._working(version, "get")
        if os.path.isdir(path):
            shutil.rmtree(path)

    def roll_back(self, version: str) -> Outcome:
        """Switch from ``version`` to the release before it; nothing to do when another release is current."""
        current, previous = self.current(), self.previous()
        outcome = Outcome(before=current, present=True)
        if current != f"{self.name}-{version}":
            return outcome
        if not previous:
            raise ArtifactError(f"There is no release of {self.name} before {version} in {self.root} to go back to.")
        outcome.switched = True
        if not self.check_mode:
            with self._locked():
                self._switch(previous)
        return outcome

    def releases(self) -> List[str]:
        """All releases of this name, newest first."""
        found: List[Tuple[float, str]] = []
        names = os.listdir(self.root) if os.path.isdir(self.root) else []
        for name in names:
            if name.startswith(f"{self.name}-") and self.record(name) is not None:
                found.append((os.stat(os.path.join(self.path(name), RECORD)).st_mtime, name))
        return [name for dummy, name in sorted(found, reverse=True)]

    def _finish(self, wanted: Description, outcome: Outcome, switch: bool, keep: int) -> None:
        if not switch:
            return
        # After a swap of the same version the link is made anew as well: its date says that what it leads to has changed.
        outcome.switched = outcome.before != wanted.directory
        if (outcome.switched or outcome.installed) and not self.check_mode:
            self._switch(wanted.directory)
        if outcome.switched or outcome.installed:
            outcome.pruned = self._prune(wanted.directory, outcome.before, keep)

    def _switch(self, directory: str) -> None:
        before = self.current()
        if before != directory and before and self.record(before) is not None:
            switch_link(self.previous_link, before)
        switch_link(self.link, directory)

    def _prune(self, current: str, before: str, keep: int) -> List[str]:
        # In check mode the link to the release before has not moved.
        moves = before and before != current and self.record(before) is not None
        kept = {current, before if moves else self._target(self.previous_link)}
        old = [name for name in self.releases() if name != current]
        surplus = [name for position, name in enumerate(old) if position >= keep and name not in kept]
        if not self.check_mode:
            for name in surplus:
                shutil.rmtree(self.path(name))
        return surplus

    def _clear_leftovers(self, version: str) -> None:
        received = os.path.basename(self._working(version, "get"))
        for name in os.listdir(self.root):
            if name.startswith(f".{self.name}@") and name.endswith((".new", ".old", ".get")) and name != received:
                shutil.rmtree(self.path(name))

    def _require_space(self, wanted: Description, payloads: Sequence[Payload]) -> None:
        need = sum(unpacked_size(part, payload) for part, payload in zip(wanted.parts, payloads)) + SPARE_BYTES
        free = free_bytes(self.root)
        if free < need:
            raise ArtifactError(
                f"{self.root} has {free // MIB} MB free, and {wanted.directory} needs about {need // MIB} MB there; free some space or "
                "choose a root on a larger file system."
            )

    def _fill(self, staging: str, wanted: Description, payloads: Sequence[Payload]) -> None:
        for position, (part, payload) in enumerate(zip(wanted.parts, payloads)):
            target = os.path.join(staging, part.dest)
            os.makedirs(target, exist_ok=True)
            if payload.container == "set":
                unpack(payload, target, [], 0)
            elif part.archive:
                unpack(payload, target, part.include, part.strip)
            else:
                _replace_with_copy(payload.path, os.path.join(target, payload.filename))
            # What a distribution of several archives brings goes before anything is laid over it.
            if all(each.archive for each in wanted.parts[: position + 1]):
                for path in _matching(staging, wanted.remove):
                    shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)

    def _seal(self, staging: str, wanted: Description, payloads: Sequence[Payload]) -> None:
        for path in [leaf for match in _matching(staging, wanted.executable) for leaf in _files_below(match)]:
            if not os.path.islink(path):
                os.chmod(path, 0o755)
        record = {
            "name": wanted.name,
            "version": wanted.version,
            "digest": wanted.digest,
            "parts": [{"file": payload.filename, "sha256": payload.sha256} for payload in payloads],
        }
        for directory, dummy, files in os.walk(staging):
            for name in files:
                path = os.path.join(directory, name)
                os.chown(path, wanted.uid, wanted.gid, follow_symlinks=False)
                if not os.path.islink(path):
                    fsync_path(path)
            os.chown(directory, wanted.uid, wanted.gid)
            os.chmod(directory, 0o755)
        path = os.path.join(staging, RECORD)
        with open(path, "w", encoding="utf-8") as handle:
            json.dump(record, handle, indent=2, sort_keys=True)
            handle.write("\n")
            handle.flush()
            os.fchmod(handle.fileno(), 0o644)
            os.fsync(handle.fileno())
        fsync_path(staging)

    def _swap_in(self, wanted: Description) -> None:
        staging, final, old = (
            self._working(wanted.version, "new"),
            self.path(wanted.directory),
            self._working(wanted.version, "old"),
        )
        if os.path.lexists(final):
            shutil.rmtree(old, ignore_errors=True)
            os.rename(final, old)
        os.rename(staging, final)
        fsync_path(self.root)
        shutil.rmtree(old, ignore_errors=True)


def _replace_with_copy(source: str, target: str) -> None:
    if os.path.lexists(target):
        os.unlink(target)
    shutil.copyfile(source, target)
    os.chmod(target, 0o644)


def _matching(top: str, patterns: Sequence[str]) -> List[str]:
    """Topmost paths that match one of the patterns; what lies below a match is not listed."""
    compiled = [glob_pattern(pattern) for pattern in patterns]
    found: List[str] = []
    for directory, names, files in os.walk(top if compiled else ""):
        for name in list(names) + files:
            path = os.path.join(directory, name)
            if any(pattern.match(os.path.relpath(path, top)) for pattern in compiled):
                found.append(path)
                if name in names:
                    names.remove(name)
    return found


def _files_below(path: str) -> List[str]:
    if not os.path.isdir(path) or os.path.islink(path):
        return [path]
    return [os.path.join(directory, name) for directory, dummy, files in os.walk(path) for name in files]


def _is_zip(path: str) -> bool:
    # By its first bytes: zipfile.is_zipfile looks at the end, where a tar of jars looks like a zip.
    with open(path, "rb") as handle:
        return handle.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def unpacked_size(part: Part, payload: Payload) -> int:
    """Bytes that a part takes when it is laid out; an estimate from above where the archive does not say."""
    if payload.container == "set" or not part.archive:
        return payload.size
    if _is_zip(payload.path):
        chosen = [glob_pattern(pattern) for pattern in part.include]
        with _readable(payload), zipfile.ZipFile(payload.path) as archive:
            return sum(
                item.file_size for item in archive.infolist() if not chosen or any(rule.match(item.filename) for rule in chosen)
            )
    with open(payload.path, "rb") as handle:
        if handle.read(2) == b"\x1f\x8b":
            # The last four bytes of gzip are the size modulo 4 GiB.
            handle.seek(-4, os.SEEK_END)
            return max(int(struct.unpack("<I", handle.read(4))[0]), payload.size)
    return payload.size if tarfile.is_tarfile(payload.path) and _is_plain_tar(payload.path) else 4 * payload.size


def _is_plain_tar(path: str) -> bool:
    with open(path, "rb") as handle:
        handle.seek(257)
        return handle.read(5) == b"ustar"


@dataclass
class Member:
    """One thing in an archive: ``kind`` is file, directory, link (symbolic) or same (another name of ``target``)."""

    name: str
    kind: str
    mode: int
    target: str = ""
    opener: Optional[Callable[[], Optional[IO[bytes]]]] = None


def _tar_members(archive: tarfile.TarFile) -> Iterator[Member]:
    for info in archive:
        if info.isreg():
            yield Member(info.name, "file", info.mode, opener=partial(archive.extractfile, info))
        elif info.isdir():
            yield Member(info.name, "directory", info.mode)
        elif info.issym():
            yield Member(info.name, "link", 0, info.linkname)
        elif info.islnk():
            yield Member(info.name, "same", 0, info.linkname)
        else:
            raise ArtifactError(f"{info.name} in the archive is a device or a pipe, which a distribution never holds.")


def _zip_members(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        mode = info.external_attr >> 16
        if info.is_dir():
            yield Member(info.filename, "directory", mode)
        elif stat.S_ISLNK(mode):
            yield Member(info.filename, "link", 0, archive.read(info).decode("utf-8"))
        else:
            yield Member(info.filename, "file", mode, opener=partial(archive.open, info))


@contextlib.contextmanager
def _readable(payload: Payload) -> Iterator[None]:
    try:
        yield
    except BROKEN_ARCHIVE as error:
        raise ArtifactError(
            f"{payload.filename} cannot be unpacked ({error}); it is not a tar or zip, or it is damaged."
        ) from error


def unpack(payload: Payload, target: str, include: Sequence[str], strip: int) -> None:
    """Unpack those members of a tar or zip that match, without their first ``strip`` directories.

    Nothing outside ``target`` is ever written: absolute names, ``..`` and links that lead out of it are refused.
    """
    rules = [(pattern, glob_pattern(pattern)) for pattern in include]
    matched: Dict[str, bool] = {pattern: False for pattern, dummy in rules}
    placed: Dict[str, str] = {}
    with _readable(payload):
        if _is_zip(payload.path):
            with zipfile.ZipFile(payload.path) as archive:
                _lay(_zip_members(archive), target, rules, strip, matched, placed)
        else:
            with tarfile.open(payload.path, "r:*") as archive:
                _lay(_tar_members(archive), target, rules, strip, matched, placed)
    missing = [pattern for pattern, found in matched.items() if not found]
    if missing:
        raise ArtifactError(
            f"include {', '.join(missing)} matches nothing in {payload.filename}; look at its listing and correct the pattern."
        )
    if not placed:
        raise ArtifactError(f"Nothing of {payload.filename} is left after strip: {strip}; make strip smaller.")


def _lay(
    members: Iterator[Member],
    target: str,
    rules: List[Tuple[str, Any]],
    strip: int,
    matched: Dict[str, bool],
    placed: Dict[str, str],
) -> None:
    for member in members:
        name = _inner(member.name)
        hits = [pattern for pattern, rule in rules if rule.match(name)]
        for pattern in hits:
            matched[pattern] = True
        rest = name.split("/")[strip:]
        if (rules and not hits) or not rest or rest == [""]:
            continue
        path = os.path.join(target, *rest)
        placed[name] = path
        _make_parent(path, target)
        if member.kind == "directory":
            os.makedirs(path, exist_ok=True)
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            raise ArtifactError(
                f"{member.name} would replace the directory {'/'.join(rest)} of an earlier part; set another dest."
            )
        if os.path.lexists(path):
            os.unlink(path)
        if member.kind == "link":
            inside = os.path.normpath(os.path.join("/", *rest[:-1], member.target))
            leads_out = member.target.startswith("/") or (len(rest) - 1) < _climb(member.target)
            if leads_out:
                raise ArtifactError(
                    f"{member.name} is a link to {member.target}, out of the release ({inside}); the archive is refused."
                )
            os.symlink(member.target, path)
        elif member.kind == "same":
            source = placed.get(_inner(member.target))
            if source is None:
                raise ArtifactError(
                    f"{member.name} is another name of {member.target}, which include leaves out; include that as well."
                )
            _replace_with_copy(source, path)
        else:
            _write(member, path)


def _inner(name: str) -> str:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts:
        raise ArtifactError(f"{name} in the archive leads out of it; the archive is refused.")
    return "/".join(parts)


def _climb(target: str) -> int:
    """How many directories above its start a relative path gets."""
    depth = lowest = 0
    for part in target.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        lowest = min(lowest, depth)
    return -lowest


def _make_parent(path: str, top: str) -> None:
    parent = os.path.dirname(path)
    os.makedirs(parent, exist_ok=True)
    real_top = os.path.realpath(top)
    if os.path.commonpath([real_top, os.path.realpath(parent)]) != real_top:
        raise ArtifactError(f"{os.path.relpath(path, top)} would be written through a link that leads out of the release.")


def _write(member: Member, path: str) -> None:
    source = member.opener() if member.opener else None
    if source is None:
        raise ArtifactError(f"{member.name} cannot be read from the archive; it is damaged.")
    with source, open(path, "wb") as handle:
        shutil.copyfileobj(source, handle, BLOCK)
    os.chmod(path, 0o755 if member.mode & 0o111 else 0o644)


def number(name: str, what: str, lookup: Callable[[str], int]) -> int:
    if name.isdigit():
        return int(name)
    try:
        return lookup(name)
    except KeyError:
        raise ArtifactError("%s %s does not exist on this host; create it first." % (what, name)) from None


def describe(params: Mapping[str, Any], check_mode: bool) -> Description:
    # In check mode nothing is unpacked, so owners that an earlier task would have made are not asked for.
    uid = -1 if check_mode else number(params["owner"], "owner", lambda name: pwd.getpwnam(name).pw_uid)
    gid = -1 if check_mode else number(params["group"], "group", lambda name: grp.getgrnam(name).gr_gid)
    return Description(
        name=params["name"],
        version=params["version"],
        digest=params["digest"] or "",
        parts=[parse_part(part, position) for position, part in enumerate(params["parts"], 1)],
        remove=params["remove"],
        executable=params["executable"],
        uid=uid,
        gid=gid,
    )


def _changed_on_its_way(payload: Payload) -> str:
    if not payload.origin:
        return f"{payload.filename} did not arrive as it was sent (its sha256 differs); run again."
    return (
        f"{payload.filename} from {payload.origin} is not the file that the controller means: its sha256 is not {payload.sha256}. Nothing was "
        f"changed; look at what serves {payload.origin}, or set artifact_delivery to push."
    )


def receive(params: Mapping[str, Any], store: Store) -> List[Payload]:
    """The payloads on this host; those of a mirror are downloaded beside the releases, where there is room for them anyway."""
    received = []
    for item in params["payloads"]:
        path = item["path"]
        if item["url"]:
            directory = store.receiving(params["version"])
            if free_bytes(directory) < item["size"]:
                raise ArtifactError(
                    "%s has no room for %s (%d MB); free some space." % (params["root"], public_url(item["url"]), item["size"] >> 20)
                )
            path = os.path.join(directory, item["filename"])
            # A proxy that leads out of the rack does not know the hosts in it.
            download(item["url"], path, opener=partial(open_url, use_proxy=not item["direct"]))
        origin = urlsplit(public_url(item["url"])).netloc if item["url"] else ""
        received.append(Payload(path, item["filename"], item["sha256"], item["size"], item["container"], origin))
    return received


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    try:
        return converge(params, check_mode, module)
    except OSError as error:
        denied = isinstance(error, PermissionError) or error.errno == errno.EROFS
        advice = "become a user who may write there, or choose another root" if denied else "look at its file system"
        raise ArtifactError(
            "The releases of %s in %s cannot be worked on: %s; %s." % (params["name"], params["root"], error, advice)
        ) from error


def converge(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    check_names(params["name"], params["version"], params["root"])
    store = Store(params["root"], params["name"], check_mode)
    if params["state"] == "rolled_back":
        outcome = store.roll_back(params["version"])
    else:
        if not params["digest"]:
            raise ArtifactError(
                "artifact_release needs its action plugin; call it as baremetal.flink.artifact_release from a task."
            )
        wanted = describe(params, check_mode)
        if params["payloads"]:
            try:
                outcome = store.install(wanted, receive(params, store), params["switch"], params["keep"])
            finally:
                store.discard_received(params["version"])
        else:
            outcome = store.ensure(wanted, params["switch"], params["keep"])
    return answer(params, store, outcome, check_mode, module)


def answer(params: Mapping[str, Any], store: Store, outcome: Outcome, check_mode: bool, module: Any) -> Dict[str, Any]:
    current = store.current()
    missing = not outcome.present
    if check_mode and params["state"] == "present" and params["switch"]:
        current = "%s-%s" % (params["name"], params["version"])
    previous = store.previous()
    result: Dict[str, Any] = dict(
        changed=outcome.changed or (missing and check_mode),
        present=outcome.present,
        release=store.path(current) if current else "",
        link=store.link,
        previous=store.path(previous) if previous else "",
        digest=params["digest"] or "",
        switched=outcome.switched or (missing and params["switch"] and outcome.before != current),
        pruned=outcome.pruned,
        fetched=[],
    )
    if missing and not check_mode:
        result["free"] = {"tmp": free_bytes(module._remote_tmp or "/tmp")}
    if module._diff and (result["changed"]):
        result["diff"] = dict(
            before_header=store.link,
            after_header=store.link,
            before="%s\n" % outcome.before if outcome.before else "",
            after="%s\n" % (current or outcome.before),
        )
    return result


SPEC: Dict[str, Any] = dict(
    argument_spec=artifact_release_argument_spec(),
    requirements=(),
)
