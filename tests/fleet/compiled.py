# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps, on a host of a fleet, what Python has compiled of Ansible's modules.

Ansible sends each module as an archive of sources, which Python compiles anew for each task: half of the processor time of a module that looks at
something. The Python of the hosts reads this file whenever it begins.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zipimport
from importlib.util import source_hash
from marshal import dumps, loads
from types import CodeType

INSIDE = vars(zipimport)
#: Of CPython, and not of the importer's documented interface: Python that has it no more compiles anew.
COMPILE = INSIDE.get("_compile_source")


def keep(path: str, source: bytes, directory: str = "") -> CodeType:
    """The code of a source in an archive, compiled by the first process of this user that asks for it."""
    assert COMPILE is not None
    directory = directory or f"/var/tmp/fleet-compiled-{os.geteuid()}"
    # The archive has another name each time; what is in it has not.
    name = path.rpartition(".zip/")[2]
    file = f"{directory}/{sys.implementation.cache_tag}-{source_hash(name.encode() + source).hex()}"
    with contextlib.suppress(OSError, EOFError, ValueError, TypeError), open(file, "rb") as found:
        kept: CodeType = loads(found.read())
        return kept
    code: CodeType = COMPILE(path, source)
    new = f"{file}.{os.getpid()}"
    # A full disk is what some tests are about.
    with contextlib.suppress(OSError):
        os.makedirs(directory, mode=0o700, exist_ok=True)
        with open(new, "wb") as out:
            out.write(dumps(code))
        os.rename(new, file)
    return code


if COMPILE is not None:
    INSIDE["_compile_source"] = keep
