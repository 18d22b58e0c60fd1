# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what Flink distributions read from their configuration, as JSON.

    python3 -m tools.flink_options read --version 1.12.5 .cache/downloads/flink-1.12.5 > 1.12.5.json
    python3 -m tools.flink_options merge tools/data/flink-distributions.json 1.12.5.json

A distribution is a directory with jars, single jars (of Maven's modules, for one), or the wheel or source package of
apache-flink and apache-flink-libraries from PyPI; several paths are one distribution. Neither Java nor a compiler is needed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Dict

from .distribution import Distribution, DistributionError
from .merge import OrderError, merge
from .reading import Reading


def main() -> int:
    """Read or merge, and print; the exit status is 1 when there is no Flink in what was given."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.flink_options", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True, dest="command")
    reading = commands.add_parser("read", help="read one version")
    reading.add_argument("paths", type=Path, nargs="+", help="directory, jar, wheel or source package")
    reading.add_argument("--version", required=True, help="the version of Flink, as it will stand in the output")
    merging = commands.add_parser("merge", help="put what was read of versions into a table, which is made where it is not there")
    merging.add_argument("table", type=Path, help="the table")
    merging.add_argument("files", type=Path, nargs="+", help="what `read` printed, of versions that are newer than those of the table")
    arguments = parser.parse_args()
    sys.setrecursionlimit(20000)
    if arguments.command == "merge":
        there = json.loads(arguments.table.read_text(encoding="utf-8")) if arguments.table.exists() else None
        try:
            found = merge((json.loads(file.read_text(encoding="utf-8")) for file in arguments.files), there)
        except OrderError as error:
            print(error, file=sys.stderr)
            return 1
        arguments.table.write_text(lines(found), encoding="utf-8")
    else:
        try:
            found = {"version": arguments.version, **Reading(Distribution(arguments.paths)).run()}
        except DistributionError as error:
            print(error, file=sys.stderr)
            return 1
        json.dump(found, sys.stdout, indent=1)
        print()
    return 0


def lines(merged: Dict[str, Dict[str, Any]]) -> str:
    """JSON with one line for each key, so that a new version's difference can be read."""
    tables = (
        f"{json.dumps(name)}: {{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(entry)}" for key, entry in table.items()) + "\n}"
        for name, table in merged.items()
    )
    return "{\n" + ",\n".join(tables) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
