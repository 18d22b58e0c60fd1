# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of this machine's kernel that fleets need: raised with the first fleet, put back with the last."""

from __future__ import annotations

from pathlib import Path

KERNEL = Path("/proc/sys")
#: What each was before the first fleet, in a file of its own.
BEFORE = Path("/run")
#: Lowest values. Hosts reach their package archive through this machine. All inits belong to one user here, who has 128 inotify
#: instances by default, and a host takes several: with 24 hosts some do not boot.
NEEDED = {"net/ipv4/ip_forward": 1, "fs/inotify/max_user_instances": 8192}


def raise_settings() -> None:
    """Raise what is too low, and remember what it was."""
    for name, needed in NEEDED.items():
        setting, before = KERNEL / name, _before(name)
        found = setting.read_text(encoding="ascii").strip()
        if int(found) < needed:
            # Of a setting that somebody has lowered under a fleet, the value before the fleet is the one to keep.
            if not before.exists():
                before.write_text(found, encoding="ascii")
            setting.write_text(str(needed), encoding="ascii")


def restore_settings() -> None:
    """Put back what was raised."""
    for name in NEEDED:
        before = _before(name)
        if before.exists():
            (KERNEL / name).write_text(before.read_text(encoding="ascii"), encoding="ascii")
            before.unlink()


def _before(name: str) -> Path:
    return BEFORE / f"baremetal-flink-fleet.{Path(name).name}"
