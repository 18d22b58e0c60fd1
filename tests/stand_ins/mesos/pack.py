# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs the stand-ins as mesos-1.11.0.tar.gz, in the layout of a relocatable Mesos.

Does not contain headers, the web UI's application, mesos-execute or a libmesos that can be loaded: lib/libmesos.so is a text file.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.stand_ins.archive import python_sources, write

from . import VERSION

TOP = f"mesos-{VERSION}"
PYTHON = "share/mesos/python"
LAUNCHER = """#!/bin/sh
# A stand-in for tests, not Apache Mesos.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
exec python3 -E "$root/{python}/{name}" "$@"
"""
DEEP = LAUNCHER.replace('root=$(dirname "', 'root=$(dirname "$(dirname "').replace('"$0")")")', '"$0")")")")')
ENTRY = """# Starts {module} under the name of its daemon.
with open("/proc/self/comm", "w", encoding="ascii") as comm:
    comm.write("{name}"[:15])
from mesos_stand_in.{module}.__main__ import main

main()
"""
WRAPPER = """#!/bin/sh
# A stand-in for tests, not Apache Mesos: prints the version, there is no more to it.
echo "mesos {version}"
"""
PLACEHOLDER = "This is no library. The stand-in's schedulers talk to the master over HTTP.\n"
PAGE = "<!doctype html><title>Mesos</title><p>A stand-in for tests, not Apache Mesos.</p>\n"


def pack(directory: Path) -> Path:
    """Writes the archive into the directory; its path."""
    scripts = {
        "sbin/mesos-master": LAUNCHER.format(python=PYTHON, name="mesos-master"),
        "sbin/mesos-agent": LAUNCHER.format(python=PYTHON, name="mesos-agent"),
        "libexec/mesos/mesos-executor": DEEP.format(python=PYTHON, name="mesos-executor"),
        "bin/mesos": WRAPPER.format(version=VERSION),
    }
    files = python_sources(Path(__file__).parent, PYTHON)
    for name, module in (("mesos-master", "master"), ("mesos-agent", "agent"), ("mesos-executor", "executor")):
        files[f"{PYTHON}/{name}"] = ENTRY.format(module=module, name=name).encode()
    files["lib/libmesos.so"] = PLACEHOLDER.encode()
    files[f"lib/libmesos-{VERSION}.so"] = PLACEHOLDER.encode()
    files["share/mesos/webui/index.html"] = PAGE.encode()
    files["share/mesos/stand-in.json"] = json.dumps({"stand_in": True, "version": VERSION}).encode()
    files.update({path: text.encode() for path, text in scripts.items()})
    return write(directory / f"{TOP}.tar.gz", TOP, files, scripts)
