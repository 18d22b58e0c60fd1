# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much room there is for what does not exist yet."""

from __future__ import annotations

import os


def free_bytes(path: str) -> int:
    """Free space for ordinary users on the file system of a path, or of its nearest parent that exists; ``~`` and variables are resolved."""
    place = os.path.abspath(os.path.expanduser(os.path.expandvars(path)))
    while not os.path.exists(place):
        place = os.path.dirname(place)
    usage = os.statvfs(place)
    return usage.f_bavail * usage.f_frsize
