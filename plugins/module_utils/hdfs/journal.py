# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an active NameNode says about where it writes its edits (NameJournalStatus).

The report on a quorum is text: ``Writing segment beginning at txid 9. \\n10.0.0.1:8485 (Written txid 12), 10.0.0.2:8485 (Written
txid 11 (1 txns/3ms behind) (will try to re-sync on next segment))``, as AsyncLoggerSet and IPCLoggerChannel of HDFS 3.4.1 write it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Optional

ADDRESS = re.compile(r"([^\s,\[\]()/]*/)?([0-9a-zA-Z_.:-]+:\d+)")
MEMBER = re.compile(
    r"(?P<address>\S+:\d+) \(Written txid (?P<written>\d+)"
    r"(?: \((?:(?P<behind>\d+) txns/(?P<milliseconds>\d+)ms behind\)|(?P<never>never written)))?(?P<resync> \(will try to re-sync)?"
)
#: A JournalNode under load is some milliseconds behind the others most of the time.
LATE_MILLISECONDS = 2000


def journals(text: Optional[str]) -> List[Dict[str, Any]]:
    """Each journal, with the members of a quorum and, while the NameNode writes, what each of them has."""
    found = json.loads(text) if text else []
    answer = []
    for journal in found:
        manager = str(journal.get("manager", ""))
        stream = str(journal.get("stream", ""))
        answer.append(
            {
                "manager": manager,
                "required": journal.get("required") == "true",
                "disabled": journal.get("disabled") == "true",
                "stream": stream,
                "journalnodes": [match.group(2) for match in ADDRESS.finditer(manager.partition("QJM to ")[2])],
                "members": [_member(match) for match in MEMBER.finditer(stream)],
            }
        )
    return answer


def _member(match: "re.Match[str]") -> Dict[str, Any]:
    return {
        "address": match["address"],
        "written": int(match["written"]),
        "behind": int(match["behind"] or 0),
        "behind_ms": int(match["milliseconds"] or 0),
        "in_sync": not match["resync"] and not match["never"] and int(match["milliseconds"] or 0) < LATE_MILLISECONDS,
    }
