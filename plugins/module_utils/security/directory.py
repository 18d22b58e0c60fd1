# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory on the controller that authorities, certificates and keys are kept in: files of mode 0600, written whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, Optional
from urllib.parse import quote

from ..errors import InputError
from ..host.files import fsync_path, make_directory
from ..wait import Observation, wait_for

#: Seconds for which a task waits for the others that use the directory.
LOCK_TIMEOUT = 120.0
LOCK = "lock"


@dataclass
class Directory:
    """The files below ``root``, by their relative names.

    With ``dry`` nothing is written: what would be is kept in memory, so that a run in check mode goes on with it.
    """

    root: str
    dry: bool = False
    pending: Dict[str, bytes] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep
    lock_timeout: float = LOCK_TIMEOUT

    def path(self, *names: str) -> str:
        """Where a file is; a host's name may have any sign in it."""
        return os.path.join(self.root, *(quote(name, safe=" @:+,") for name in names))

    def get(self, *names: str) -> Optional[bytes]:
        """Content of a file, None when there is none.

        :raises InputError: it cannot be read.
        """
        path = self.path(*names)
        if path in self.pending:
            return self.pending[path]
        if not os.path.lexists(path):
            return None
        try:
            with open(path, "rb") as handle:
                content = handle.read()
        except OSError as error:
            raise InputError(f"{path} cannot be read on the controller: {error.strerror}") from None
        if content.startswith(b"$ANSIBLE_VAULT"):
            raise InputError(f"{path} was encrypted by ansible-vault; decrypt it, and give security_ca_passphrase, which the keys of this directory "
                             "are encrypted with.")
        return content

    def put(self, content: bytes, *names: str) -> None:
        """Write a file.

        :raises InputError: it cannot be written.
        """
        path = self.path(*names)
        if self.dry:
            self.pending[path] = content
            return
        new = f"{path}.new"
        try:
            self._make(os.path.dirname(path))
            if os.path.lexists(new):  # of a run that was killed
                os.unlink(new)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            os.rename(new, path)
            fsync_path(os.path.dirname(path))
        except OSError as error:
            raise InputError(f"{path} cannot be written on the controller: {error.strerror}") from None

    def get_json(self, *names: str) -> Dict[str, Any]:
        """An object out of a file of JSON, empty when there is none.

        :raises InputError: it is damaged.
        """
        text = self.get(*names)
        if text is None:
            return {}
        try:
            value = json.loads(text.decode("utf-8"))
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise InputError(f"{self.path(*names)} is damaged: it holds no JSON object; bring it back from a copy.")
        return value

    def put_json(self, value: Dict[str, Any], *names: str) -> None:
        """Write a file of JSON."""
        self.put((json.dumps(value, indent=1, sort_keys=True) + "\n").encode("utf-8"), *names)

    def _make(self, directory: str) -> None:
        missing = []
        while not os.path.isdir(directory):
            missing.append(directory)
            directory = os.path.dirname(directory)
            if directory == os.path.dirname(self.root):
                break
        for each in reversed(missing):
            try:
                make_directory(each, 0o700, lambda written, final: None)
            except FileExistsError:
                # The task of another host was first, with this one or with one above it: there is no lock without a place for it.
                if not os.path.isdir(each):
                    make_directory(each, 0o700, lambda written, final: None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other tasks and runs out of the directory in the body. The lock of a run that was killed is gone with it.

        :raises InputError: others are in it for longer than the bound.
        """
        if self.dry and not os.path.isdir(self.root):
            yield
            return
        path = os.path.join(self.root, LOCK)
        try:
            self._make(self.root)
            handle = open(path, "a+", encoding="ascii")  # noqa: SIM115 - closed below, and the lock with it
        except OSError as error:
            raise InputError(f"{path} cannot be opened on the controller: {error.strerror}") from None
        with handle:
            os.chmod(path, 0o600)
            wait_for(lambda: _take(handle), self.lock_timeout, 0.05, f"other runs to leave {self.root}", sleep=self.sleep)
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def _take(handle: Any) -> Observation:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        return Observation(False, f"process {handle.read() or 'unknown'} holds {LOCK}")
    return Observation(True, "")
