# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host: an overlay over the image, booted by systemd-nspawn, reached by ssh."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ..processes import children
from .errors import FleetError
from .network import port_of, run

#: Where ssh's master connections live: a short path (a socket's name is limited to 108 bytes), cleared on destroy.
SOCKETS = Path("/run/baremetal-flink-fleet")
CGROUPS = Path("/sys/fs/cgroup")
SYSTEMD_RUNS_HERE = Path("/run/systemd/system")


def machines_of(fleet: str) -> str:
    """What the machine names of a fleet begin with; systemd takes no underscore there."""
    return f"{fleet.replace('_', '-')}-"


@dataclass(frozen=True)
class Host:
    """A host of a fleet; all its files are below `directory`."""

    fleet: str
    name: str
    address: str
    gateway: str
    bridge: str
    mtu: int
    image: Path
    directory: Path

    @property
    def machine(self) -> str:
        return f"{machines_of(self.fleet)}{self.name}"

    @property
    def unit(self) -> str:
        """The transient unit on a machine whose init is systemd."""
        return f"baremetal-flink-{self.machine}.service"

    @property
    def root(self) -> Path:
        return self.directory / "root"

    @property
    def pid_file(self) -> Path:
        return self.directory / "nspawn.pid"

    @property
    def connection(self) -> Path:
        """The socket of the connection that ssh keeps open for commands of the tests; Ansible's runs have their own."""
        return SOCKETS / self.fleet / f"ssh-{self.name}"

    # -- power ---------------------------------------------------------------------------------

    def power_on(self) -> None:
        """Boot, unless it runs; returns when sshd answers (about 2 s)."""
        if self.running():
            return
        self._mount()
        with (self.directory / "console.log").open("ab") as console:
            child = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
                preexec_fn=self._enter_cgroup)  # pylint: disable=subprocess-popen-preexec-fn
        self.pid_file.write_text(f"{child.pid} {_start_time(child.pid)}\n")
        self._await_ssh(child)

    def power_off(self) -> None:
        """As if the plug was pulled: the host falls silent and every process is killed at once, nothing is synced, stopped or closed."""
        pid = self._nspawn_pid()
        if pid:
            # The kernel closes the sockets of what is killed; a host without power tells nobody.
            port = port_of(self.machine, self.bridge)
            if port:
                run("ip", "link", "set", port, "down")
            if SYSTEMD_RUNS_HERE.is_dir():
                subprocess.run(["systemctl", "kill", "--signal=KILL", self.unit], check=True)
            for init in children(pid):
                _kill(init)
            if not _await_end(pid, seconds=5):
                _kill(pid)
            if not _await_end(pid, seconds=10):
                raise FleetError(f"host {self.name} does not end: process {pid} is still there")
        # Nobody told ssh, and a command over what it takes for open would wait for many minutes.
        close_connection(self.connection, self.name)
        self.pid_file.unlink(missing_ok=True)

    def running(self) -> bool:
        return self._nspawn_pid() is not None

    def destroy(self) -> None:
        """Power off and remove every trace, also of a host that was only half made."""
        self.power_off()
        self._unmount()
        self._leave_cgroups()
        if self.directory.exists():
            shutil.rmtree(self.directory)

    # -- internals -----------------------------------------------------------------------------

    def prepare(self, public_key: str, hosts_file: str) -> None:
        """Write what makes this host itself: name, address, who may log in."""
        for part in ("upper", "work", "root"):
            (self.directory / part).mkdir(parents=True, exist_ok=True)
        self._mount()
        etc = self.root / "etc"
        (etc / "hostname").write_text(self.name + "\n")
        (etc / "hosts").write_text("127.0.0.1 localhost\n::1 localhost ip6-localhost\n" + hosts_file)
        (etc / "systemd/network/10-host0.network").write_text(
            f"[Match]\nName=host0\n[Link]\nMTUBytes={self.mtu}\n[Network]\nAddress={self.address}/24\n"
            f"Gateway={self.gateway}\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n")
        ssh = self.root / "home/ops/.ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        (ssh / "authorized_keys").write_text(public_key)
        owner = (self.root / "home/ops").stat()
        for path in (ssh, ssh / "authorized_keys"):
            os.chown(path, owner.st_uid, owner.st_gid)
        if not (etc / "ssh/ssh_host_ed25519_key").exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.name,
                            "-f", str(etc / "ssh/ssh_host_ed25519_key")], check=True)

    def _command(self) -> list[str]:
        nspawn = [
            "systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", f"--machine={self.machine}",
            f"--hostname={self.name}", f"--directory={self.root}", f"--network-bridge={self.bridge}",
            "--resolv-conf=replace-host", "--timezone=off", "--link-journal=no", "--console=pipe"]
        if not SYSTEMD_RUNS_HERE.is_dir():
            return nspawn
        return ["systemd-run", "--quiet", "--collect", "--pipe", "--wait", f"--unit={self.unit}",
                "--property=Delegate=yes", "--property=KillMode=mixed", *nspawn]

    def _cgroup_paths(self) -> list[Path]:
        """A cgroup of its own in every hierarchy: two systemds that share one kill each other's services."""
        if SYSTEMD_RUNS_HERE.is_dir():
            return []  # systemd-run gives each host its own unit
        if (CGROUPS / "cgroup.controllers").exists():
            hierarchies = [CGROUPS]
        else:
            hierarchies = [path for path in CGROUPS.iterdir() if (path / "cgroup.procs").exists() and not path.is_symlink()]
        return [path / f"baremetal-flink-{self.machine}" for path in hierarchies if path.name != "cpuset"]

    def _enter_cgroup(self) -> None:
        for path in self._cgroup_paths():
            path.mkdir(exist_ok=True)
            (path / "cgroup.procs").write_text(str(os.getpid()))

    def _leave_cgroups(self) -> None:
        # Who killed nspawn and not the host's init has left it without anybody who ends it.
        for procs in [found for path in self._cgroup_paths() for found in path.glob("**/cgroup.procs")]:
            with contextlib.suppress(OSError):
                for pid in procs.read_text(encoding="ascii").split():
                    _kill(int(pid))
        # A loaded machine takes a while to bury the last processes of a host that lost its power.
        deadline = time.monotonic() + 30
        for path in self._cgroup_paths():
            while path.exists():
                try:
                    for inner, _dirs, _files in os.walk(path, topdown=False):
                        os.rmdir(inner)
                except OSError as error:
                    if error.errno != errno.EBUSY or time.monotonic() > deadline:
                        raise FleetError(f"host {self.name} is off, but its control group {path} cannot be removed: {error}") from error
                    time.sleep(0.2)

    def _mount(self) -> None:
        if not os.path.ismount(self.root):
            layers = f"lowerdir={self.image},upperdir={self.directory / 'upper'},workdir={self.directory / 'work'}"
            done = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)],
                                  capture_output=True, text=True, check=False)
            if done.returncode:
                raise FleetError(f"the overlay of {self.name} cannot be mounted: {done.stderr.strip()}")

    def _unmount(self) -> None:
        deadline = time.monotonic() + 10
        while os.path.ismount(self.root):
            done = subprocess.run(["umount", "--recursive", str(self.root)], capture_output=True, text=True, check=False)
            if done.returncode and time.monotonic() > deadline:
                raise FleetError(f"the overlay of {self.name} is still in use: {done.stderr.strip()}")
            time.sleep(0 if done.returncode == 0 else 0.2)

    def _nspawn_pid(self) -> int | None:
        try:
            pid, started = self.pid_file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if _start_time(int(pid)) == started else None

    def _await_ssh(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if child.poll() is not None:
                break
            try:
                with socket.create_connection((self.address, 22), timeout=1) as link:
                    if link.recv(4) == b"SSH-":
                        return
            except OSError:
                time.sleep(0.1)
        tail = (self.directory / "console.log").read_text(errors="replace").splitlines()[-8:]
        raise FleetError(f"host {self.name} did not come up; the end of its console:\n" + "\n".join(tail))


def close_connection(socket: Path, host: str) -> None:
    """End the ssh that keeps a connection open, without asking the host."""
    if socket.exists():
        subprocess.run(["ssh", "-O", "exit", "-o", f"ControlPath={socket}", host], capture_output=True, check=False)


def _start_time(pid: int) -> str | None:
    """The kernel's start time of a process: with the pid it names one process for ever; None for a dead one or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _await_end(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)  # reap it when it is ours
        if _start_time(pid) is None:
            return True
        time.sleep(0.05)
    return False
