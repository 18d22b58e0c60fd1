# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.stand_ins pack DIRECTORY: builds the archives of all stand-ins and prints their paths."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from pathlib import Path

PARTS = ("mesos", "marathon", "scheduler")


def main() -> None:
    """Calls pack() of each part that is in the tree."""
    parser = argparse.ArgumentParser(prog="python -m tests.stand_ins", description="test doubles of Mesos, Marathon and libmesos")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("pack", help="build the archives and print their paths")
    command.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    for part in PARTS:
        package = f"{__package__}.{part}"
        if importlib.util.find_spec(package) and importlib.util.find_spec(f"{package}.pack"):
            print(importlib.import_module(f"{package}.pack").pack(arguments.directory))


if __name__ == "__main__":
    main()
