# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a run can do without."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from ansible_collections.baremetal.flink.plugins.plugin_utils.layers import QUORUMS, WORKERS

SSH = "Failed to connect to the host via ssh: "


def absence_faults(absent: Sequence[str], groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """See absence_faults.yml."""
    faults = []
    for host in absent:
        answer = hostvars[host].get("host_reach") or {}
        why = str(answer.get("msg", "")).replace(SSH, "").strip().split("\n")[-1].rstrip(".") or "no reason is known"
        seats = [group for group in QUORUMS if host in groups.get(group, ())]
        if not answer.get("unreachable"):
            faults.append(f"{host} answers, and nothing can be done on it ({why}): mend that, or leave it out with --limit '!{host}'.")
        elif seats:
            faults.append(
                f"{host} cannot be reached ({why}), and it is in {' and '.join(seats)}: power it on or mend its network, or leave it out with "
                f"--limit '!{host}'."
            )
    for group in WORKERS:
        members = groups.get(group, ())
        if members and set(members) <= set(absent):
            faults.append(f"None of {group} can be reached ({', '.join(members)}): power them on or mend their network.")
    return faults
