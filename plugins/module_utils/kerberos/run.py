# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of a run have told of themselves, put together: clocks that differ, and a database that only another host has."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from .database import DATABASE
from .kdcs import GROUP

#: Seconds. With more between two hosts, neither takes what the other has signed.
CLOCK_SKEW = 300


def kerberos_faults(groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> List[str]:
    """See kerberos_faults.yml."""
    told = {host: hostvars[host].get("kerberos_preflight") or {} for host in hosts if host in hostvars}
    seen = {host: answer for host, answer in told.items() if answer.get("due")}
    return clock_faults({host: float(answer["clock_offset"]) for host, answer in seen.items()}) + lost_faults(groups, seen)


def clock_faults(offsets: Mapping[str, float]) -> List[str]:
    """A sentence where clocks differ by too much; ``offsets`` are in seconds, to one clock for all."""
    if len(offsets) < 2:
        return []
    middle = sorted(offsets.values())[len(offsets) // 2]
    # Of two, nobody knows which is wrong.
    off = {host: offset - middle for host, offset in offsets.items() if abs(offset - middle) > CLOCK_SKEW}
    if not off:
        first, last = min(offsets, key=offsets.__getitem__), max(offsets, key=offsets.__getitem__)
        if offsets[last] - offsets[first] <= CLOCK_SKEW:
            return []
        off = {first: offsets[first] - middle, last: offsets[last] - middle}
    named = " and ".join(f"that of {host} is {abs(gap):.0f} s {'ahead of' if gap > 0 else 'behind'} most others" for host, gap in sorted(off.items()) if gap)
    return [f"The clocks of these hosts differ by more than {CLOCK_SKEW} s, with which Kerberos lets nobody in: {named}. Have all follow one source of time "
            "(chrony, systemd-timesyncd), and run again."]


def lost_faults(groups: Mapping[str, Sequence[str]], seen: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """Why no database can be made on the first host of the group, at most one sentence."""
    kdcs = list(groups.get(GROUP) or [])
    if not kdcs or kdcs[0] not in seen or _has_database(seen[kdcs[0]]):
        return []
    holders = [host for host in kdcs[1:] if host in seen and _has_database(seen[host])]
    if holders:
        return [f"{holders[0]} has the database of the realm, and {kdcs[0]}, the first of the group {GROUP}, has none: put {holders[0]} first, which makes "
                f"it the one that writes, and {kdcs[0]} gets a copy."]
    outside = [host for host in kdcs if host not in seen]
    if outside:
        return [f"{kdcs[0]} has no database of the realm, and {', '.join(outside)}, outside this run, may have one: run without --limit."]
    return []


def _has_database(answer: Mapping[str, Any]) -> bool:
    exists: Dict[str, bool] = answer.get("exists") or {}
    return bool(exists.get(DATABASE))
