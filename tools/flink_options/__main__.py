# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a Flink distribution reads from its configuration, as JSON.

    python3 -m tools.flink_options --version 1.12.5 .cache/downloads/flink-1.12.5 > 1.12.5.json

A distribution is a directory with jars, single jars (of Maven's modules, for one), or the wheel or source package of
apache-flink and apache-flink-libraries from PyPI; several paths are one distribution. Neither Java nor a compiler is needed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .distribution import Distribution, DistributionError
from .reading import Reading


def main() -> int:
    """Read and print; the exit status is 1 when there is no Flink in what was given."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.flink_options", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="+", help="directory, jar, wheel or source package")
    parser.add_argument("--version", required=True, help="the version of Flink, as it will stand in the output")
    arguments = parser.parse_args()
    sys.setrecursionlimit(20000)
    try:
        found = Reading(Distribution(arguments.paths)).run()
    except DistributionError as error:
        print(error, file=sys.stderr)
        return 1
    json.dump({"version": arguments.version, **found}, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
