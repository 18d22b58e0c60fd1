# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd support on cgroup v1: executors move to mesos_executors.slice, so that they outlive the agent's unit.

Where the real agent would die because the slice cannot be made, this one warns and leaves executors in its own unit.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ..daemon import LOG, die
from ..flags import Flags
from .info import mounted

SLICE = "mesos_executors.slice"


class Slice:
    """The slice, if this host and the flags have one."""

    def __init__(self, flags: Flags) -> None:
        self.procs = Path(flags.cgroups_hierarchy) / "systemd" / SLICE / "cgroup.procs"
        booted = os.path.basename(os.path.realpath("/sbin/init")) == "systemd" and os.path.isdir(flags.systemd_runtime_directory)
        self.enabled = bool(flags.systemd_enable_support and booted)
        if not self.enabled:
            return
        if mounted(str(self.procs.parents[1])) != "cgroup":
            die("Failed to initialize systemd: Failed to locate systemd cgroups hierarchy: does not exist")
        unit = Path(flags.systemd_runtime_directory) / SLICE
        try:
            if not unit.exists():
                unit.write_text("[Unit]\nDescription=Mesos Executors Slice\n", encoding="ascii")
                subprocess.run(["systemctl", "daemon-reload"], check=True, capture_output=True, timeout=60)
            subprocess.run(["systemctl", "start", SLICE], check=True, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as error:
            LOG.warning(f"Failed to start {SLICE}: {error}")

    def assign(self, pid: int) -> None:
        """An executor, before it forks its task."""
        if self.enabled:
            try:
                self.procs.parent.mkdir(exist_ok=True)
                self.procs.write_text(str(pid), encoding="ascii")
            except OSError as error:
                LOG.warning(f"Failed to move executor {pid} to {SLICE}: {error}")
