#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All systemd units of a layer in one round trip."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: host_units
version_added: "0.1.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: The systemd units of a layer, started, steady and running with what is on disk
description:
  - Brings several units to their states in one module execution and waits until each one started has stayed up.
  - Reports which units are stale, that is, run with an older unit file or older watched files than those on disk. That does not
    depend on handlers, so a restart that an interrupted run still owed is not lost.
  - Reloads systemd by itself where a unit file has changed. A unit that runs then is stale even if its process is newer than the
    file, as one is that systemd restarted before it was told to read its files again; a file in C(/run/baremetal-flink/stale-units)
    keeps that in mind until the process is another one.
options:
  units:
    description:
      - The units, in the order in which they are handed to systemd.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The unit's name; C(.service) may be left out.
        type: str
        required: true
      state:
        description:
          - V(started) starts what does not run, V(restarted) and V(reloaded) always act, V(stopped) stops.
          - V(absent) stops and disables the unit and removes its file and drop-ins from C(/etc/systemd/system).
          - V(query) only looks.
        type: str
        choices: [started, stopped, restarted, reloaded, absent, query]
        default: query
      enabled:
        description:
          - Whether the unit starts at boot. Without it that stays as it is.
        type: bool
      watch:
        description:
          - Paths that make the running unit stale when they are newer than its process. A link counts by its own date, not by its
            target's. The unit's own file and drop-ins always count, a drop-in that was removed too.
          - A path that is not there says nothing. Where a file may be removed while the unit runs, name its directory as well, which
            is as new as the last file that came or went.
        type: list
        elements: path
        default: []
  restart_stale:
    description:
      - Whether to restart stale units that are to be started.
    type: bool
    default: false
  wait:
    description:
      - Seconds within which a unit must be up and steady, or stopped.
    type: float
    default: 60
  settle:
    description:
      - Seconds that a started unit must stay up before it counts as steady. A unit that dies within them fails the task.
    type: float
    default: 2
attributes:
  check_mode:
    support: full
    description: Says what would be done. A unit whose file does not exist yet would be started.
  diff_mode:
    support: none
    description: There is nothing to show but the lists of units.
seealso:
  - module: baremetal.flink.host_files
notes:
  - On failure the message ends with the unit's last 20 journal lines.
"""

EXAMPLES = r"""
- name: The journal runs; whether its configuration is newer than its process
  baremetal.flink.host_units:
    units:
      - name: systemd-journald
        watch: [/etc/systemd/journald.conf]
  register: journal

- name: ZooKeeper runs and starts at boot
  baremetal.flink.host_units:
    units:
      - name: zookeeper
        state: started
        enabled: true
        watch: [/etc/zookeeper/zoo.cfg, /opt/zookeeper]
  register: zookeeper_units
  when: journal.units['systemd-journald'].active != 'active'
"""

RETURN = r"""
units:
  description:
    - Every unit by the name that was given, as it is at the end.
    - C(suspended) says that its main process waits for C(SIGCONT), or that its control group is frozen, which C(active) does not tell.
    - C(free_mb) has the room, in MiB, in the directories that the unit may write to (C(ReadWritePaths), C(WorkingDirectory)).
    - C(suspended) and C(free_mb) are new in 0.2.0.
  returned: success
  type: dict
  sample:
    zookeeper:
      exists: true
      active: active
      sub: running
      pid: 4711
      started_at: 1628244000.25
      enabled: true
      stale: false
      stale_because: []
      suspended: false
      free_mb: {/var/lib/zookeeper/data: 10240}
started:
  description: Units that were started, or would be.
  returned: success
  type: list
  elements: str
  sample: [zookeeper]
restarted:
  description: Units that were restarted, or would be.
  returned: success
  type: list
  elements: str
  sample: []
reloaded:
  description: Units that were reloaded, or would be.
  returned: success
  type: list
  elements: str
  sample: []
stopped:
  description: Units that were stopped, or would be.
  returned: success
  type: list
  elements: str
  sample: []
enabled:
  description: Units that were enabled, or would be.
  returned: success
  type: list
  elements: str
  sample: [zookeeper]
disabled:
  description: Units that were disabled, or would be.
  returned: success
  type: list
  elements: str
  sample: []
removed:
  description: Units whose files were removed, or would be.
  returned: success
  type: list
  elements: str
  sample: []
stale:
  description: Units that still run with older files than those on disk, at the end of the task.
  returned: success
  type: list
  elements: str
  sample: [zookeeper]
"""

from ..module_utils.host.units import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
