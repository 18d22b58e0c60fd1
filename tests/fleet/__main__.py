# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line: python3 -m tests.fleet create|destroy|reset|ssh|power-off|power-on|cut|mend|inventory|leftovers|list."""

from __future__ import annotations

import argparse
import json
import os
import sys

from .errors import FleetError
from .fleet import CACHE, Fleet, leftovers


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python3 -m tests.fleet", description="Throw-away systemd hosts for the demo and the tests.")
    verbs = top.add_subparsers(dest="verb", required=True)

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text)
        added.add_argument("--name", default="demo", help="the fleet (default: demo)")
        return added

    create = verb("create", "boot hosts; completes a half-made fleet")
    create.add_argument("--hosts", type=int, default=3)
    create.add_argument("--release", default="bookworm", help="bullseye, bookworm or trixie; one for all hosts, or one for each after commas")
    create.add_argument("--packages", default="", help="what hosts have besides, with commas between; nothing by default")
    create.add_argument("--bare", type=int, default=0, help="how many of the first hosts are without these packages; none by default")
    verb("destroy", "remove hosts, network and files")
    verb("reset", "make hosts bare again").add_argument("host", nargs="*")
    ssh = verb("ssh", "log in, or run a command")
    ssh.add_argument("host")
    ssh.add_argument("command", nargs=argparse.REMAINDER)
    for name, text in (("power-off", "pull the plug"), ("power-on", "boot again"), ("cut", "pull the network cable"), ("mend", "plug it in")):
        verb(name, text).add_argument("host")
    verb("inventory", "print an inventory of the bare hosts")
    verb("leftovers", "list what of a destroyed fleet is still here; exit status 1 if anything")
    verbs.add_parser("list", help="list the fleets")
    return top


def main() -> int:
    options = parser().parse_args()
    if options.verb == "list":
        print("\n".join(sorted(path.parent.name for path in CACHE.glob("*/fleet.json"))))
        return 0
    fleet = Fleet(options.name)
    if options.verb == "create":
        fleet.create(options.hosts, options.release.split(","), [name for name in options.packages.split(",") if name], options.bare)
        print(f"fleet {fleet.name}: " + ", ".join(f"{host.name} {host.address}" for host in fleet.hosts()))
    elif options.verb == "destroy":
        fleet.destroy()
    elif options.verb == "reset":
        fleet.reset(options.host)
    elif options.verb == "ssh":
        command = fleet.ssh(options.host, *options.command)
        os.execvp(command[0], command)
    elif options.verb == "power-off":
        fleet.host(options.host).power_off()
    elif options.verb == "power-on":
        fleet.host(options.host).power_on()
    elif options.verb in ("cut", "mend"):
        getattr(fleet, options.verb)(options.host)
    elif options.verb == "inventory":
        print(json.dumps(fleet.inventory(), indent=2))
    elif options.verb == "leftovers":
        found = leftovers(options.name)
        print("\n".join(found))
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FleetError as error:
        sys.exit(f"fleet: {error}")
