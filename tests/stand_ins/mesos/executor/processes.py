# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Process trees: who descends from a process or shares its group or session, and signals to all of them.

Does not follow a process that left both its parent and its session before the tree was looked at; Mesos' posix launcher neither.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Dict, List, Set, Tuple

Identity = Tuple[int, int]  # pid and start time: a pid alone may be somebody else's by now


def table() -> Dict[int, Tuple[int, int, int, int]]:
    """pid -> parent, group, session, start time, of all processes that are not zombies."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                found[int(name)] = (int(fields[1]), int(fields[2]), int(fields[3]), int(fields[19]))
    return found


def tree(root: int) -> Set[Identity]:
    """The process, its descendants, and all that share the root's session or group when it leads them."""
    processes = table()
    members = {pid for pid, (parent, group, session, start) in processes.items() if root in (pid, group, session)}
    grown = True
    while grown:
        more = {pid for pid, fields in processes.items() if fields[0] in members and pid not in members}
        members |= more
        grown = bool(more)
    members.discard(os.getpid())
    return {(pid, processes[pid][3]) for pid in members}


def alive(identities: Set[Identity]) -> Set[Identity]:
    """Those that still run."""
    processes = table()
    return {(pid, start) for pid, start in identities if pid in processes and processes[pid][3] == start}


def send(identities: Set[Identity], number: int) -> None:
    """A signal to each that still runs."""
    for pid, _start in alive(identities):
        try:
            os.kill(pid, number)
        except OSError:
            continue


def kill_tree(root: int, grace: float) -> None:
    """SIGTERM to the whole tree, SIGKILL after the grace period to those that are left. Blocks."""
    members = tree(root)
    send(members, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline:
        members |= tree(root)
        members = alive(members)
        if not members:
            return
        time.sleep(0.1)
    send(members | tree(root), signal.SIGKILL)


def usage(root: int) -> Dict[str, float]:
    """User and system seconds and resident bytes of a tree."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    user = system = resident = 0.0
    for pid, _start in tree(root):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields: List[str] = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        user += int(fields[11]) / ticks
        system += int(fields[12]) / ticks
        resident += int(fields[21]) * page
    return {"cpus_user_time_secs": user, "cpus_system_time_secs": system, "mem_rss_bytes": int(resident)}
