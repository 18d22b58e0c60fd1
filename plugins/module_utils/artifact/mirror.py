# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mirror host's half of a delivery: takes downloads in and serves them to other hosts by a transient unit of systemd.

``ROOT/baremetal-flink-mirror-PORT`` belongs to root alone: ``served`` in it is what the unit's user sees, as /srv, and ``runs`` has a
file for each run that needs it. Whichever way the unit ends, it takes the directory along.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import http.client
import inspect
import os
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence, Tuple
from urllib.parse import quote

from ..host.free_space import free_bytes
from . import mirror_server
from .parts import ArtifactError, file_digest

Runner = Callable[[Sequence[str]], Tuple[int, str]]

MIB = 1024 * 1024
#: The unit ends when nobody has asked for this long: what a run that was killed leaves behind.
IDLE_SECONDS = 120
#: The unit is ended after this long, whatever it does.
LONGEST_SECONDS = 3600
KNOCK_SECONDS = 5.0
PYTHONS = ("/usr/bin/python3", "/usr/libexec/platform-python")
PROPERTIES = (
    "DynamicUser=yes",
    "CapabilityBoundingSet=",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "ProtectHome=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    f"RuntimeMaxSec={LONGEST_SECONDS}",
)


@dataclass
class Download:
    """A file that shall be served. ``path`` is where it lies on this host, for the mirror to take; empty when it should be there."""

    filename: str
    sha256: str
    size: int
    path: str = ""


def run_command(command: Sequence[str]) -> Tuple[int, str]:
    """Status and output of a command of systemd."""
    try:
        done = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, encoding="utf-8", errors="replace"
        )
    except FileNotFoundError as error:
        raise ArtifactError(f"{command[0]} does not exist on this host, and a mirror host needs systemd; choose another one.") from error
    return done.returncode, done.stdout


class Mirror:
    """The mirror of one port of this host."""

    def __init__(self, root: str, address: str, port: int, run: Runner = run_command) -> None:
        self.root = root
        self.address = address
        self.port = port
        self.run = run
        self.unit = f"baremetal-flink-mirror-{port}"
        self.base = os.path.join(root, self.unit)
        self.served = os.path.join(self.base, "served")

    def open(self, lease: str, downloads: Sequence[Download]) -> Tuple[str, List[str]]:
        """The address below which all downloads are served, and nothing; or an empty one, and the sha256 of those that have to be brought first.

        ``lease`` stands for the run that needs the mirror until it calls :meth:`close` with it.
        """
        with self._alone():
            serves = self._serves()
            if not serves:
                # What is left is of a host that lost its power, or of a unit that ends at this moment.
                self.run(["systemctl", "stop", f"{self.unit}.service"])
                shutil.rmtree(self.base, ignore_errors=True)
                if os.path.lexists(self.base):
                    raise ArtifactError(
                        f"{self.base} on the mirror host is not the mirror's own directory, so nothing is written there; remove it, or set "
                        "artifact_mirror_root to a directory that only root can write to."
                    )
                self._require_port()
            lacking = [each for each in downloads if not self._has(each)]
            missing = [each for each in lacking if not each.path]
            self._require_space(sum(each.size for each in missing))
            if not serves and not missing:
                # Fails on what another user has put there since: the root may be a directory for all, such as /tmp.
                os.mkdir(self.base, 0o700)
            if serves or not missing:
                self._note(lease)
            if missing:
                return "", [each.sha256 for each in missing]
            try:
                for each in lacking:
                    self._take(each)
                if not serves:
                    self._start()
            except BaseException:
                if not serves:
                    shutil.rmtree(self.base, ignore_errors=True)
                raise
            return self._url(), []

    def close(self, lease: str) -> bool:
        """Stop serving unless another run needs it; whether anything was stopped."""
        with self._alone():
            note = os.path.join(self.base, "runs", lease)
            if os.path.exists(note):
                os.unlink(note)
            if not os.path.isdir(self.base) or (self._active() and os.listdir(os.path.join(self.base, "runs"))):
                return False
            self.run(["systemctl", "stop", f"{self.unit}.service"])
            shutil.rmtree(self.base, ignore_errors=True)
            return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two controllers may want the mirror at the same time."""
        os.makedirs(self.root, exist_ok=True)
        handle = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _active(self) -> bool:
        return self.run(["systemctl", "is-active", "--quiet", f"{self.unit}.service"])[0] == 0

    def _serves(self) -> bool:
        """Whether the unit answers at this address, which also keeps it from ending soon."""
        if not self._active():
            return False
        link = http.client.HTTPConnection(self.address.strip("[]"), self.port, timeout=KNOCK_SECONDS)
        try:
            link.request("GET", f"/{self._token()}/")
            answered = link.getresponse().status == 204
        except (OSError, http.client.HTTPException):
            answered = False
        finally:
            link.close()
        if not answered and self._active():
            raise ArtifactError(
                f"{self.unit}.service runs here and does not answer at {self._netloc()}; if no run needs it at another address, stop it with "
                f"systemctl stop {self.unit}, and run again."
            )
        return answered

    def _token(self) -> str:
        with open(os.path.join(self.served, "token"), encoding="ascii") as handle:
            return handle.read()

    def _netloc(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def _url(self) -> str:
        return f"http://{self._netloc()}/{self._token()}"

    def _require_port(self) -> None:
        try:
            found = socket.getaddrinfo(self.address, self.port, type=socket.SOCK_STREAM)[0]
        except socket.gaierror as error:
            raise ArtifactError(f"The mirror host does not know its address {self.address}; set artifact_mirror_address to one of its own.") from error
        family, where = found[0], found[4]
        address = str(where[0])
        if address != self.address and address.startswith(("127.", "::1")):
            raise ArtifactError(
                f"{self.address} is {address} on the mirror host itself, where no other host reaches it; set artifact_mirror_address to the "
                "address that the others know."
            )
        self.address = address
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(where)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise ArtifactError(
                        f"Port {self.port} of the mirror host is taken by something else; set artifact_mirror_port to one that is free."
                    ) from error
                raise ArtifactError(
                    f"The mirror host cannot listen at {self._netloc()} ({error.strerror}); set artifact_mirror_address to an address of its own."
                ) from error

    def _require_space(self, need: int) -> None:
        free = free_bytes(self.root)
        if need and free < need + MIB:
            raise ArtifactError(
                f"{self.root} on the mirror host has {free // MIB} MB free, and the downloads need {need // MIB} MB; free some space, or set "
                "artifact_mirror_root to a directory on a larger file system."
            )

    def _note(self, lease: str) -> None:
        for path, mode in ((self.base, 0o700), (os.path.join(self.base, "runs"), 0o700), (self.served, 0o755), (os.path.join(self.served, "files"), 0o755)):
            os.makedirs(path, exist_ok=True)
            os.chmod(path, mode)
        with open(os.path.join(self.base, "runs", lease), "w", encoding="ascii"):
            pass

    def _place(self, download: Download) -> str:
        return os.path.join(self.served, "files", download.sha256, download.filename)

    def _has(self, download: Download) -> bool:
        place = self._place(download)
        return os.path.isfile(place) and os.path.getsize(place) == download.size

    def _take(self, download: Download) -> None:
        if file_digest(download.path) != download.sha256:
            raise ArtifactError(f"{download.filename} did not arrive at the mirror host as it was sent (its sha256 differs); run again.")
        place = self._place(download)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.chmod(os.path.dirname(place), 0o755)
        # On another file system it is copied: never under its own name before it is complete.
        shutil.move(download.path, f"{place}.new")
        os.chmod(f"{place}.new", 0o644)
        os.replace(f"{place}.new", place)

    def _start(self) -> None:
        for name, text in (("token", secrets.token_urlsafe(24)), ("server.py", inspect.getsource(mirror_server))):
            path = os.path.join(self.served, name)
            with open(path, "w", encoding="utf-8") as handle:
                handle.write(text)
            os.chmod(path, 0o644)
        python = next((path for path in PYTHONS if os.path.exists(path)), sys.executable)
        command = ["systemd-run", "--quiet", "--collect", "--service-type=notify", f"--unit={self.unit}"]
        command += ["--description=Downloads for other hosts of baremetal.flink, for the time of a delivery"]
        properties = [*PROPERTIES, f"BindReadOnlyPaths={self.served}:/srv", f"ExecStopPost=+/bin/rm -rf {self.base}"]
        command += [f"--property={each}" for each in properties]
        code, said = self.run([*command, python, "-I", "/srv/server.py", "/srv", self.address, str(self.port), str(IDLE_SECONDS)])
        if code != 0:
            lines = [line.strip() for line in said.splitlines() if line.strip()]
            raise ArtifactError(
                f"The mirror host could not begin to serve at {self._netloc()}: {lines[-1] if lines else 'systemd-run gave no reason'} Its journal "
                f"has more (journalctl -u {self.unit}); or choose another artifact_mirror_host."
            )


def link_of(base: str, filename: str, sha256: str) -> str:
    """Where a host asks a mirror for a download."""
    return f"{base}/{sha256}/{quote(filename)}"


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    """Open or close the mirror; nothing is done in check mode."""
    mirror = Mirror(params["root"], params["address"], params["port"])
    if check_mode:
        return dict(changed=False, base="", missing=[], free={})
    try:
        if params["state"] == "absent":
            return dict(changed=mirror.close(params["lease"]), base="", missing=[], free={})
        downloads = [Download(each["filename"], each["sha256"], each["size"], each["path"] or "") for each in params["downloads"]]
        base, missing = mirror.open(params["lease"], downloads)
    except OSError as error:
        advice = "become root there" if isinstance(error, PermissionError) else "look at its file system"
        raise ArtifactError(f"The mirror host cannot work on {params['root']}: {error}; {advice}.") from error
    return dict(changed=True, base=base, missing=missing, free={"tmp": free_bytes(module._remote_tmp or "/tmp")} if missing else {})


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        state=dict(type="str", choices=["present", "absent"], default="present"),
        address=dict(type="str", required=True),
        port=dict(type="int", required=True),
        root=dict(type="path", required=True),
        lease=dict(type="str", required=True),
        downloads=dict(
            type="list",
            elements="dict",
            default=[],
            options=dict(
                path=dict(type="path"),
                filename=dict(type="str", required=True),
                sha256=dict(type="str", required=True),
                size=dict(type="int", required=True),
            ),
        ),
    ),
    requirements=(),
)
