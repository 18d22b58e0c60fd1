# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One bridge per fleet, and masquerading so that the hosts reach their package archive."""

from __future__ import annotations

import fcntl
import json
import subprocess
from pathlib import Path
from typing import Iterable

from .errors import FleetError
from .settings import raise_settings, restore_settings

LOCK = Path("/run/baremetal-flink-fleet.lock")
BRIDGE_PREFIX = "bmf-"


def run(*command: str, stdin: str | None = None) -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FleetError(f"`{' '.join(command)}` failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def links() -> dict[str, list[str]]:
    """Every network link with its IPv4 addresses."""
    return {link["ifname"]: [a["local"] for a in link["addr_info"] if a["family"] == "inet"]
            for link in json.loads(run("ip", "-json", "address", "show"))}


def ports_named(machines: str, names: Iterable[str]) -> list[str]:
    """Which links are ports of machines that begin so: of a name that is too long systemd keeps eleven characters, and adds four."""
    return [name for name in names if name.startswith(f"vb-{machines}node"[:11])]


def port_of(machine: str, bridge: str) -> str | None:
    """The port that a host's cable is in; None without one. systemd shortens names of links that are too long for the kernel."""
    if bridge not in links():
        return None
    for port in json.loads(run("ip", "-json", "link", "show", "master", bridge)):
        names = [port["ifname"], *port.get("altnames", [])]
        if f"vb-{machine}" in names or (len(machine) > 12 and any(n.startswith(f"vb-{machine[:6]}") and n.endswith(machine) for n in names)):
            return str(port["ifname"])
    return None


def uplink_mtu() -> int:
    """The hosts' packets must fit the machine's own way out."""
    routes = json.loads(run("ip", "-json", "route", "show", "default"))
    if not routes:
        return 1500
    return int(json.loads(run("ip", "-json", "link", "show", routes[0]["dev"]))[0]["mtu"])


class Network:
    """The bridge and nft table of one fleet."""

    def __init__(self, fleet: str) -> None:
        self.bridge = BRIDGE_PREFIX + fleet
        self.table = f"baremetal_flink_{fleet.replace('-', '_')}"

    def create(self) -> int:
        """Make bridge and masquerading, whatever of them is there already; returns N of the subnet 10.87.N.0/24."""
        with LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            subnet = self._subnet()
            if self.bridge not in links():
                run("ip", "link", "add", self.bridge, "type", "bridge")
            # A bridge without an address of its own takes that of a port, and another one when that host goes: the rest would lose the way to
            # this machine until they ask for it again, and with it every ssh that is open.
            run("ip", "link", "set", self.bridge, "address", f"02:87:00:00:00:{subnet:02x}")
            run("ip", "address", "replace", f"10.87.{subnet}.1/24", "dev", self.bridge)
            run("ip", "link", "set", self.bridge, "mtu", str(uplink_mtu()), "up")
            raise_settings()
            run("nft", "-f", "-", stdin=(
                f"table ip {self.table}\ndelete table ip {self.table}\n"
                f"table ip {self.table} {{\n chain post {{\n  type nat hook postrouting priority srcnat;\n"
                f'  ip saddr 10.87.{subnet}.0/24 oifname != "{self.bridge}" masquerade\n }}\n}}\n'))
            return subnet

    def destroy(self) -> None:
        with LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if f"table ip {self.table}" in run("nft", "list", "tables").splitlines():
                run("nft", "delete", "table", "ip", self.table)
            if self.bridge in links():
                run("ip", "link", "delete", self.bridge)
            if not any(name.startswith(BRIDGE_PREFIX) for name in links()):
                restore_settings()

    def _subnet(self) -> int:
        present = links()
        mine = present.get(self.bridge, [])
        taken = {a for name, found in present.items() for a in found if name != self.bridge}
        for address in mine:
            if address.startswith("10.87."):
                return int(address.split(".")[2])
        for number in range(1, 255):
            if not any(a.startswith(f"10.87.{number}.") for a in taken):
                return number
        raise FleetError("no free subnet is left in 10.87.0.0/16: destroy a fleet that you no longer need")
