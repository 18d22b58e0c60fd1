# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one host that a realm's database is written on: its programs, and the lock under which this collection runs them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from typing import IO, Callable, Iterator, List, Sequence, Tuple

from ..errors import CollectionError
from ..wait import Observation, WaitTimeout, wait_for

#: Exit status, output and error output of a program that was handed a text.
Runner = Callable[[Sequence[str], str], Tuple[int, str, str]]

DATABASE = "/var/lib/krb5kdc/principal"
STASH = "/etc/krb5kdc/stash"
#: In memory, for root alone: keys on their way into a keytab.
PRIVATE = "/run/baremetal-flink-kerberos"
#: Seconds. What works takes a tenth of one.
PATIENCE = 60
#: Seconds for what the other hosts of a run do, one after the other.
LOCK_SECONDS = 300
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def run_program(command: Sequence[str], text: str) -> Tuple[int, str, str]:
    """Run a program of the KDC, with the text for its input: passwords come so, and never as arguments."""
    try:
        done = subprocess.run(
            list(command), input=text, capture_output=True, text=True, timeout=PATIENCE, check=False, env={"PATH": _PATH, "LC_ALL": "C"})
    except FileNotFoundError:
        return 127, "", f"{command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return 124, "", f"nothing came back within {PATIENCE} s"
    return done.returncode, done.stdout, done.stderr


def said(out: str, err: str) -> str:
    """The last line of what a program wrote, for a sentence."""
    lines = [line.strip() for line in (err or out).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it does not say why"


@contextlib.contextmanager
def private_directory(
    path: str = PRIVATE, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> Iterator[str]:
    """A directory of this run alone, empty; what a run that was killed left in it is gone first, and all of it at the end.

    Runs of several hosts work on one database: they wait for each other here, as its programs would give up.
    """
    os.makedirs(path, mode=0o700, exist_ok=True)
    os.chmod(path, 0o700)
    with open(os.path.join(path, ".lock"), "w", encoding="ascii") as lock:
        _lock(lock, clock, sleep)
        inside = os.path.join(path, "work")
        shutil.rmtree(inside, ignore_errors=True)
        os.mkdir(inside, mode=0o700)
        try:
            yield inside
        finally:
            shutil.rmtree(inside, ignore_errors=True)


def _lock(lock: IO[str], clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
    try:
        wait_for(lambda: _take(lock), LOCK_SECONDS, 0.2, f"the lock {lock.name}", clock=clock, sleep=sleep)
    except WaitTimeout:
        raise CollectionError(
            f"Somebody else has had {lock.name} locked for {LOCK_SECONDS} s: `fuser {lock.name}` on the KDC names the process; end it, and run again."
        ) from None


def _take(lock: IO[str]) -> Observation:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Observation(False, "somebody else has it")
    return Observation(True, "")


class Database:
    """The principals of a realm, through ``kadmin.local``, whose commands tell of a failure by their exit status when they are arguments."""

    def __init__(self, realm: str, run: Runner = run_program) -> None:
        self.realm, self.run = realm, run

    def _kadmin(self, *arguments: str) -> str:
        code, out, err = self.run(["kadmin.local", "-r", self.realm, *arguments], "")
        if code != 0:
            raise CollectionError(f"kadmin.local {arguments[0]} failed on the KDC: {said(out, err)}.")
        return out

    def principals(self) -> List[str]:
        """All of them, with their realm."""
        return [line.strip() for line in self._kadmin("listprincs").splitlines() if line.strip().endswith(f"@{self.realm}")]

    def add(self, principal: str) -> None:
        """With keys of chance, which nobody knows."""
        self._kadmin("addprinc", "-randkey", principal)

    def changed_at(self, principal: str) -> int:
        """When its key was made, in seconds since 1970."""
        fields = self._kadmin("getprinc", "-terse", principal).strip().split("\t")
        return int(fields[2])

    def change_keys(self, principal: str) -> None:
        """Another key, beside which the old ones stay: tickets that somebody holds are taken until they end."""
        self._kadmin("change_password", "-randkey", "-keepold", principal)

    def purge(self, principal: str) -> None:
        """All keys but the newest go."""
        self._kadmin("purgekeys", principal)

    def export(self, principals: Sequence[str], path: str) -> bytes:
        """A keytab with all their keys, which stay as they are."""
        self._kadmin("ktadd", "-norandkey", "-k", path, *principals)
        with open(path, "rb") as handle:
            return handle.read()
