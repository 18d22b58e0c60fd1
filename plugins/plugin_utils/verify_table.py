# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that playbooks/verify.yml ends with: what works, where, and what is wrong."""

from __future__ import annotations

import textwrap
from typing import Any, Dict, List, Mapping, Sequence

OK = "ok"
NOT_ASKED = "not asked"
WRONG = "WRONG"
DOWN = "DOWN"
#: What a host notes when a check that one host made for all of the layer failed.
SHARED = "shared"
#: Characters of the last column before it goes on in the next line.
WIDTH = 100


def verify_rows(
    groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]], layers: Mapping[str, Sequence[str]]
) -> List[Dict[str, str]]:
    """One row per layer and host of its groups.

    A host's ``verify_report`` holds, by layer, nothing for one that works and the failure's sentence for one that does not, or
    SHARED where a check of the whole layer failed on another host; ``verify_reached`` is false when the host did not answer;
    a host without either was left out by ``--limit`` or ``--tags``.
    """
    rows = []
    for layer, names in layers.items():
        members = dict.fromkeys(host for name in names for host in groups.get(name, []))
        for host in members:
            facts = hostvars[host]
            verdict = (facts.get("verify_report") or {}).get(layer)
            if facts.get("verify_reached") is False:
                state, wrong = DOWN, "the host does not answer over ssh: power it on or mend its network, then run site.yml"
            elif verdict == SHARED:
                state, wrong = WRONG, "the check of the whole layer failed, see the other hosts of it"
            elif verdict is None:
                state, wrong = NOT_ASKED, ""
            else:
                state, wrong = (WRONG, str(verdict)) if verdict else (OK, "")
            rows.append({"layer": layer, "host": host, "name": f"{layer} on {host}", "state": state, "wrong": wrong})
    return rows


def verify_lines(rows: Sequence[Mapping[str, str]]) -> List[str]:
    """The rows as aligned lines under a heading."""
    columns = ("layer", "host", "state")
    widths = {column: max([len(column), *(len(row[column]) for row in rows)]) for column in columns}
    heading = "  ".join(column.upper().ljust(widths[column]) for column in columns) + "  WHAT IS WRONG"
    lines = [heading]
    for row in rows:
        start = "  ".join(row[column].ljust(widths[column]) for column in columns) + "  "
        text = textwrap.wrap(row["wrong"], WIDTH) or [""]
        lines.append((start + text[0]).rstrip())
        lines += [" " * len(start) + more for more in text[1:]]
    return lines
