# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps, on a host of a fleet, what Python has compiled of Ansible's modules.

Ansible sends each module as an archive of sources, which Python compiles anew for each task: half of the processor time of a module that looks at
something. The hosts' Python reads this file when it begins.
"""

from __future__ import annotations

import os
import sys
import zipimport
from marshal import dumps, loads

try:
    from _imp import source_hash
except ImportError:
    source_hash = None

DIRECTORY = f"/var/tmp/fleet-compiled-{os.geteuid()}"


def kept(path, source, compiled=getattr(zipimport, "_compile_source", None)):
    """The code of a source in an archive, compiled by the first process that asks for it."""
    # The archive has another name each time; what is in it has not.
    name = path.rpartition(".zip/")[2]
    file = f"{DIRECTORY}/{sys.implementation.cache_tag}-{source_hash(0, name.encode() + source).hex()}"
    try:
        with open(file, "rb") as found:
            return loads(found.read())
    except (OSError, EOFError, ValueError, TypeError):
        code = compiled(path, source)
    try:
        os.makedirs(DIRECTORY, mode=0o700, exist_ok=True)
        with open(f"{file}.{os.getpid()}", "wb") as new:
            new.write(dumps(code))
        os.rename(f"{file}.{os.getpid()}", file)
    except OSError:
        pass  # a full disk is what some tests are about
    return code


if source_hash and hasattr(zipimport, "_compile_source"):
    zipimport._compile_source = kept
