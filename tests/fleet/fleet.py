# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A named set of hosts on a network of their own, and how to reach them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Sequence

from .errors import FleetError
from .host import SOCKETS, Host, close_connection, machines_of
from .image import ensure_image
from .network import Network, links, port_of, ports_named, run, uplink_mtu

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "fleet"
PROGRAMS = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "nft": "nftables", "ssh": "openssh-client"}
USER = "ops"


def check_rights(free_mb: int = 8000, memory_mb: int = 4000) -> None:
    """One sentence, before anything is touched, when this machine cannot carry a fleet."""
    if os.geteuid() != 0:
        raise FleetError("the fleet boots real hosts and needs root: run this as root (sudo make …)")
    missing = sorted(package for program, package in PROGRAMS.items() if not shutil.which(program))
    if missing:
        raise FleetError(f"packages are missing: apt-get install {' '.join(missing)}")
    CACHE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(CACHE).free // 2**20
    if free < free_mb:
        raise FleetError(f"{CACHE} has {free} MB free, the fleet needs {free_mb} MB: free some disk or move the checkout")
    available = int(re.findall(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())[0]) // 1024
    if available < memory_mb:
        raise FleetError(f"{available} MB of memory are available, the fleet needs {memory_mb} MB: stop something first")


class Fleet:
    """Hosts node1 … nodeN, kept below .cache/fleet/NAME."""

    def __init__(self, name: str) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,9}", name):
            raise FleetError(f"fleet name {name!r}: use one to ten lower-case letters, digits, - or _, a letter first")
        self.name = name
        self.directory = CACHE / name
        self.network = Network(name)

    # -- life ----------------------------------------------------------------------------------

    def create(self, count: int = 3, releases: list[str] | None = None, packages: Sequence[str] = (), bare: int = 0) -> None:
        """Bring up the fleet: what is there already stays, what is half made is made whole, and it may grow.

        `releases` are Debian's names of them, one for all hosts or one for each; bookworm by default. `packages` are installed before the
        hosts are, but for the first `bare` hosts.
        """
        check_rights()
        releases = releases or ["bookworm"]
        if len(releases) not in (1, count):
            raise FleetError(f"{len(releases)} releases for {count} hosts: name one for all, or one for each")
        releases = releases * count if len(releases) == 1 else releases
        described = self._state()
        if described and described["releases"] != releases[:len(described["releases"])]:
            raise FleetError(f"fleet {self.name} exists with hosts of {', '.join(described['releases'])}: destroy it first")
        chosen = [(release, () if n < bare else tuple(packages)) for n, release in enumerate(releases)]
        images = {each: str(ensure_image(each[0], CACHE / "images", each[1])) for each in dict.fromkeys(chosen)}
        self.directory.mkdir(parents=True, exist_ok=True)
        subnet = self.network.create()
        state = {"releases": releases, "subnet": subnet, "images": [images[each] for each in chosen]}
        self._state_file.write_text(json.dumps(state))
        (SOCKETS / self.name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make_key()
        self._write_ssh_config()
        self._each(self._bring_up)

    def destroy(self) -> None:
        """Remove hosts, network and files; complains of nothing that is already gone."""
        self._close_connections()
        if self._state():
            self._each(Host.destroy)
        self.network.destroy()
        if self.directory.exists():
            mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()
                       if line.split()[1].startswith(f"{self.directory}/")]
            if mounted:
                raise FleetError(f"still mounted: {', '.join(mounted)}; unmount it and destroy again")
            shutil.rmtree(self.directory)

    def reset(self, names: list[str] | None = None) -> None:
        """Make hosts bare again (about 3 s)."""
        chosen = [host for host in self.hosts() if not names or host.name in names]
        with ThreadPoolExecutor() as pool:
            list(pool.map(Host.destroy, chosen))
            list(pool.map(self._bring_up, chosen))

    def _close_connections(self) -> None:
        """End the ssh masters that Ansible left open; they would outlive the hosts by minutes."""
        sockets = SOCKETS / self.name
        for socket in sockets.glob("*"):
            close_connection(socket, self.name)
        shutil.rmtree(sockets, ignore_errors=True)

    def _bring_up(self, host: Host) -> None:
        host.prepare((self.directory / "key.pub").read_text(), self._hosts_file())
        host.power_on()

    # -- what it is ----------------------------------------------------------------------------

    def hosts(self) -> list[Host]:
        state = self._state()
        if not state:
            raise FleetError(f"there is no fleet {self.name}: create it first")
        prefix = f"10.87.{state['subnet']}"
        mtu = uplink_mtu()
        return [
            Host(fleet=self.name, name=f"node{n}", address=f"{prefix}.{10 + n}", gateway=f"{prefix}.1",
                 bridge=self.network.bridge, mtu=mtu, image=Path(image), directory=self.directory / "hosts" / f"node{n}")
            for n, image in enumerate(state["images"], 1)]

    def host(self, name: str) -> Host:
        for host in self.hosts():
            if host.name == name:
                return host
        raise FleetError(f"fleet {self.name} has no host {name!r}: it has {', '.join(h.name for h in self.hosts())}")

    def connection_vars(self, host: Host) -> dict[str, str]:
        """Ansible's variables to reach a host."""
        return {
            "ansible_host": host.address,
            "ansible_user": USER,
            "ansible_ssh_private_key_file": str(self.directory / "key"),
            "ansible_control_path_dir": str(SOCKETS / self.name),
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
        }

    def inventory(self) -> dict[str, Any]:
        """An inventory of bare hosts, in no group. This machine, the gateway of their network, looks after whatever is set up on them."""
        hosts = self.hosts()
        return {"all": {"hosts": {host.name: self.connection_vars(host) for host in hosts}, "vars": {"security_operators": [hosts[0].gateway]}}}

    def ssh(self, name: str, *command: str) -> list[str]:
        """The command line that reaches a host."""
        self.host(name)
        return ["ssh", "-F", str(self.directory / "ssh_config"), name, *command]

    # -- links ---------------------------------------------------------------------------------

    def cut(self, name: str) -> None:
        """Pull the network cable of a host."""
        self._set_link(name, "down")

    def mend(self, name: str) -> None:
        """Put the cable back."""
        self._set_link(name, "up")

    def _set_link(self, name: str, to: str) -> None:
        port = port_of(self.host(name).machine, self.network.bridge)
        if port is None:
            raise FleetError(f"host {name} has no port on {self.network.bridge}: is it powered on?")
        run("ip", "link", "set", port, to)

    # -- internals -----------------------------------------------------------------------------

    @property
    def _state_file(self) -> Path:
        return self.directory / "fleet.json"

    def _state(self) -> dict[str, Any] | None:
        if not self._state_file.exists():
            return None
        state: dict[str, Any] = json.loads(self._state_file.read_text())
        return state

    def _each(self, action: Callable[[Host], None]) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(action, self.hosts()))

    def _hosts_file(self) -> str:
        return "".join(f"{host.address} {host.name}\n" for host in self.hosts())

    def _make_key(self) -> None:
        key = self.directory / "key"
        if not (key.exists() and key.with_suffix(".pub").exists()):
            key.unlink(missing_ok=True)
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"fleet-{self.name}", "-f", str(key)], check=True)

    def _write_ssh_config(self) -> None:
        text = (f"Host *\n  User {USER}\n  IdentityFile {self.directory / 'key'}\n  IdentitiesOnly yes\n"
                "  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n"
                # A log-in costs 0.2 s of processor time, a command over an open connection a tenth of that.
                "  ControlMaster auto\n  ControlPersist 60\n")
        for host in self.hosts():
            text += f"Host {host.name}\n  HostName {host.address}\n  ControlPath {host.connection}\n"
        (self.directory / "ssh_config").write_text(text)


def leftovers(name: str) -> list[str]:
    """What of a fleet is still on this machine: mounts, bridge, nft table, processes, cgroups, files."""
    fleet = Fleet(name)
    found = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if f"{fleet.directory}/" in line]
    known = links()
    found += [link for link in known if link == fleet.network.bridge] + ports_named(machines_of(name), known)
    tables = subprocess.run(["nft", "list", "tables"], check=True, capture_output=True, text=True).stdout
    found += [line for line in tables.splitlines() if line.endswith(f" {fleet.network.table}")]
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"--machine={machines_of(name)}node" in process.read_text():
                found.append(str(process.parent))
        except (FileNotFoundError, ProcessLookupError):
            continue
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/baremetal-flink-{machines_of(name)}node*")]
    if fleet.directory.exists():
        found.append(str(fleet.directory))
    return found
