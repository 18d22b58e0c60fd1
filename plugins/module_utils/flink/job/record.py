# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of a declared job on the host where the module runs, below ``<history_dir>/<name>``:

* ``record.json``: which release runs under which id, the last savepoint, and what is under way. Written before each step, in one move,
  so that a run which was killed can be taken up by the next.
* ``jars/<sha256>.jar``: the jars of the last releases. JobManagers lose what was uploaded to them, and an old release can only be
  brought back with its jar.
* ``lock``: held while a run works on the job.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Set

from ...artifact.parts import file_digest
from ...errors import CollectionError
from ...host.files import fsync_path
from ..rest import Version
from .identity import Release, check_name

#: The format of a record as it is written, and those that are read. Savepoints of the first one have no version.
FORMAT = 2
READABLE = (1, FORMAT)
STOPPING, STARTING, RETURNING = "stopping", "starting", "returning"


class RecordError(CollectionError):
    """The record cannot be read, written or locked."""


@dataclass
class Run:
    """A release under the id of its job. ``at`` in seconds since 1970."""

    release: Release
    job_id: str
    at: int


@dataclass
class Savepoint:
    """A completed savepoint of a job. ``at`` in seconds since 1970; ``version`` is the Flink that wrote it, empty where that is not known."""

    path: str
    job_id: str
    at: int
    version: str = ""

    def is_newer_than(self, version: Version) -> bool:
        """Whether a Flink of a newer minor version has written it. None promises to read what a newer one has written."""
        return bool(self.version) and Version.of(self.version).minor > version.minor


@dataclass
class Pending:
    """A step that is under way.

    ``stopping``: ``job_id`` is being stopped with a savepoint into the newest of ``targets``; ``trigger`` is Flink's id of that request, and
    ``started`` when the job had started by then, in ms since 1970: a JobManager that takes over starts it anew.
    ``version`` is the Flink that was asked.
    ``starting``: ``run`` is being submitted, from ``path``; ``back_to`` is what ran before.
    ``returning``: ``run`` is the old one, submitted again because ``failed`` did not work for ``reason``.
    ``others`` are the jobs that the cluster had before, for versions that choose the ids themselves.
    """

    phase: str
    job_id: str = ""
    targets: List[str] = field(default_factory=list)
    trigger: Optional[str] = None
    started: int = 0
    run: Optional[Run] = None
    path: Optional[str] = None
    back_to: Optional[Run] = None
    failed: Optional[Release] = None
    reason: str = ""
    others: List[str] = field(default_factory=list)
    version: str = ""

    @property
    def submitted(self) -> Run:
        """What is being submitted; a stop has none."""
        if self.run is None:
            raise AssertionError(f"nothing is submitted while a job is {self.phase}")
        return self.run


@dataclass
class Record:
    """``state`` is running, stopped, cancelled, finished, failed, or empty for a job that never ran here."""

    name: str
    state: str = ""
    current: Optional[Run] = None
    previous: List[Run] = field(default_factory=list)
    #: The state from which the next start has to go on; set until a job has taken it over for good.
    resume: Optional[Savepoint] = None
    last_savepoint: Optional[Savepoint] = None
    pending: Optional[Pending] = None

    def to_json(self) -> Dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, told: Dict[str, Any]) -> "Record":
        pending = told.get("pending")
        if pending:
            pending = Pending(**{**pending, "run": _run(pending["run"]), "back_to": _run(pending["back_to"]), "failed": _release(pending["failed"])})
        return cls(
            name=told["name"],
            state=told["state"],
            current=_run(told["current"]),
            previous=[Run(**{**each, "release": Release.from_json(each["release"])}) for each in told["previous"]],
            resume=_savepoint(told["resume"]),
            last_savepoint=_savepoint(told["last_savepoint"]),
            pending=pending,
        )


class History:
    """The directory of one job. With ``write=False`` nothing is made, locked or written."""

    def __init__(self, directory: str, name: str, write: bool = True) -> None:
        self.home = os.path.join(directory, check_name(name))
        self.record = Record(name)
        self.write = write
        self._declared: Set[str] = set()
        self._proven: Set[str] = set()

    @contextlib.contextmanager
    def opened(self) -> Iterator["History"]:
        """Lock the job for this run and read its record.

        :raises RecordError: another run works on it, or the record is unreadable.
        """
        if not self.write:
            self.record = self._read()
            yield self
            return
        with contextlib.ExitStack() as stack:
            with self._writing():
                os.makedirs(os.path.join(self.home, "jars"), mode=0o700, exist_ok=True)
                lock = stack.enter_context(open(os.path.join(self.home, "lock"), "a", encoding="utf-8"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise RecordError(f"Another run works on the job {self.record.name} now (it holds {lock.name}); wait until it has ended") from None
            self.record = self._read()
            yield self

    def save(self) -> None:
        """Replace the record in one move, on the disk before this returns."""
        if not self.write:
            return
        with self._replacing(self._path) as temporary, open(temporary, "w", encoding="utf-8", opener=_private) as out:
            json.dump(self.record.to_json(), out, indent=1, sort_keys=True)
            out.write("\n")

    def jar(self, digest: str) -> Optional[str]:
        """The path of a kept jar; None when it is not here, or not what its name says, as after a power cut."""
        path = self._jar_path(digest)
        if digest in self._proven:
            return path
        try:
            same = file_digest(path) == digest
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RecordError(f"{path} cannot be read: {error.strerror}; run as the user who wrote it") from error
        if not same:
            return None
        self._proven.add(digest)
        return path

    def keep(self, jar: str, digest: str) -> str:
        """Keep a copy of a jar, in place of one that is damaged, and return its path. No ``prune`` of this run takes it away again."""
        self._declared.add(digest)
        kept = self.jar(digest)
        if kept:
            return kept
        path = self._jar_path(digest)
        with self._replacing(path) as temporary:
            with open(jar, "rb") as source, open(temporary, "wb", opener=_private) as out:
                shutil.copyfileobj(source, out)
            if file_digest(temporary) != digest:
                raise RecordError(f"The jar {jar} was changed while it was copied; run again")
        self._proven.add(digest)
        return path

    def prune(self, releases: int) -> None:
        """Forget all but the last so many releases before the current one, and the jars that none needs any more."""
        record = self.record
        record.previous = record.previous[:releases]
        runs = [record.current, *record.previous]
        if record.pending:
            runs += [record.pending.run, record.pending.back_to]
        needed = {f"{digest}.jar" for digest in (*self._declared, *(run.release.jar for run in runs if run))}
        jars = os.path.join(self.home, "jars")
        with self._writing():
            for name in os.listdir(jars):
                if name not in needed:
                    os.unlink(os.path.join(jars, name))

    def _jar_path(self, digest: str) -> str:
        return os.path.join(self.home, "jars", f"{digest}.jar")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            advice = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "name a directory that this user may write"
            raise RecordError(f"history_dir: {self.home} cannot be written: {error.strerror}; {advice} and run again, which goes on from here") from error

    @contextlib.contextmanager
    def _replacing(self, path: str) -> Iterator[str]:
        """The name of a file to be written, which takes the place of ``path`` as a whole, on the disk before this returns.

        It is the same each time, as the lock allows for one writer: what a killed run has left is written over.
        """
        temporary = f"{path}.new"
        with self._writing():
            try:
                yield temporary
                fsync_path(temporary)
                os.replace(temporary, path)
                fsync_path(os.path.dirname(path))
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary)
                raise

    @property
    def _path(self) -> str:
        return os.path.join(self.home, "record.json")

    def _read(self) -> Record:
        try:
            with open(self._path, encoding="utf-8") as handle:
                told = json.load(handle)
            if told["format"] not in READABLE:
                raise RecordError(f"{self._path} was written by another release of the collection (format {told['format']}); use that one")
            return Record.from_json(told)
        except FileNotFoundError:
            return Record(self.record.name)
        except OSError as error:
            raise RecordError(f"{self._path} cannot be read: {error.strerror}; run as the user who wrote it") from error
        except (ValueError, KeyError, TypeError) as error:
            raise RecordError(f"{self._path} is damaged ({type(error).__name__}: {error}); restore it, or move it away to begin a new one") from error


def _private(path: str, flags: int) -> int:
    """Arguments of jobs may hold passwords."""
    return os.open(path, flags, 0o600)


def _run(told: Optional[Dict[str, Any]]) -> Optional[Run]:
    return Run(**{**told, "release": Release.from_json(told["release"])}) if told else None


def _release(told: Optional[Dict[str, Any]]) -> Optional[Release]:
    return Release.from_json(told) if told else None


def _savepoint(told: Optional[Dict[str, Any]]) -> Optional[Savepoint]:
    return Savepoint(**told) if told else None
