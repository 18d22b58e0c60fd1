# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a run can do without."""

from __future__ import annotations

import re
from typing import Any, List, Mapping, Sequence

from ..module_utils.layers import QUORUMS, WORKERS

#: What Ansible says before it repeats the words of ssh or sudo.
PRELUDE = re.compile(r"^(Task failed: |Action failed: |Failed to connect to the host via ssh: |Data could not be sent to remote host .*?over ssh: )+")


def absence_faults(absent: Sequence[str], groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """See absence_faults.yml."""
    faults = []
    for host in absent:
        answer = hostvars[host].get("host_reach") or {}
        why = PRELUDE.sub("", str(answer.get("msg", "")).strip()).split("\n")[-1].strip().rstrip(".") or "no reason is known"
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
