# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs the stand-in as marathon-1.11.24.tgz, in the layout of the vendor's archive: bin/marathon and lib/.

Does not contain jars. bin/marathon wants a working Java as the vendor's script does, asks it for its version, and runs python3.
"""

from __future__ import annotations

from pathlib import Path

from tests.stand_ins.archive import python_sources, write

from . import VERSION

TOP = f"marathon-{VERSION}-stand-in"
PYTHON = "lib/python"
LAUNCHER = """#!/bin/sh
# A stand-in for tests, not Marathon: takes its flags and environment, in Python. Java is only looked at.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
while :; do
  case "${{1-}}" in
    -J*|-D*) shift ;;
    -java-home) JAVA_HOME=$2; shift 2 ;;
    *) break ;;
  esac
done
java=java
[ -z "${{JAVA_HOME-}}" ] || java=$JAVA_HOME/bin/java
if ! command -v "$java" >/dev/null 2>&1; then
  echo "No java installations was detected. Set JAVA_HOME, or put java on the PATH." >&2
  exit 1
fi
if ! said=$("$java" ${{JAVA_OPTS-}} -version 2>&1); then
  printf '%s\\n' "$said" >&2
  exit 1
fi
exec python3 -E "$root/{python}/marathon" "$@"
"""
ENTRY = """# Starts the daemon under its name.
with open("/proc/self/comm", "w", encoding="ascii") as comm:
    comm.write("marathon")
from marathon_stand_in.__main__ import main

main()
"""


def pack(directory: Path) -> Path:
    """Writes the archive into the directory; its path."""
    files = python_sources(Path(__file__).parent, PYTHON)
    files[f"{PYTHON}/marathon"] = ENTRY.encode()
    files["bin/marathon"] = LAUNCHER.format(python=PYTHON).encode()
    return write(directory / f"marathon-{VERSION}.tgz", TOP, files, ["bin/marathon"])
