# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that playbooks/verify.yml ends with: what works, where, and what is wrong."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ..module_utils.addresses import SECURE
from ..module_utils.security.preflight import IN_CLEAR, OPEN
from .table import table_lines

OK = "ok"
NOT_ASKED = "not asked"
WRONG = "WRONG"
DOWN = "DOWN"
#: What a host notes when a check that one host made for all of the layer failed.
SHARED = "shared"
#: What stands in place of a host where something is wrong with a layer as a whole.
WHOLE = "(all)"


def verify_rows(
    groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]], layers: Mapping[str, Sequence[str]]
) -> List[Dict[str, str]]:
    """One row per layer and host of its groups, and one for a layer of which something is wrong that is no host's own.

    A host's ``verify_report`` holds, by layer, nothing for one that works and the failure for one that does not (a sentence, or ``msg``
    and the state ``seen`` last), or SHARED where a check of the whole layer failed on another host; ``verify_reached`` is false when
    the host did not answer; a host without either was left out by ``--limit`` or ``--tags``. ``verify_trouble`` is why nothing could be seen on it.
    """
    rows = []
    for layer, names in layers.items():
        members = list(dict.fromkeys(host for name in names for host in groups.get(name, [])))
        facts = {host: hostvars[host] for host in members}
        verdicts = {host: (facts[host].get("verify_report") or {}).get(layer, facts[host].get("verify_trouble")) for host in members}
        own, whole = _blame(layer, facts, verdicts)
        for host in members:
            verdict = verdicts[host]
            if facts[host].get("verify_reached") is False:
                state, wrong = DOWN, "the host does not answer over ssh: power it on or mend its network; what runs on it starts by itself"
            elif own.get(host):
                state, wrong = WRONG, own[host]
            elif verdict:
                state, wrong = NOT_ASKED, "the check of the whole layer failed before, see its other lines"
            else:
                state, wrong = (NOT_ASKED if verdict is None else OK), ""
            rows.append(_row(layer, host, f"{layer} on {host}", state, wrong))
        if whole:
            rows.append(_row(layer, WHOLE, layer, WRONG, whole))
    return rows


def _row(layer: str, host: str, name: str, state: str, wrong: str) -> Dict[str, str]:
    return {"layer": layer, "host": host, "name": name, "state": state, "wrong": wrong}


def _blame(layer: str, facts: Mapping[str, Mapping[str, Any]], verdicts: Mapping[str, Any]) -> Tuple[Dict[str, str], str]:
    """What is wrong with each host, and with the layer as a whole.

    The one host that asked for all of them need not be the one that is down: each part of what it saw goes to the host that it begins with.
    Others may have failed by themselves before.
    """
    said = {host: verdict for host, verdict in verdicts.items() if verdict and verdict != SHARED}
    asked = [host for host, verdict in said.items() if len(said) == 1 or (isinstance(verdict, Mapping) and verdict.get("seen"))]
    if SHARED not in verdicts.values() or len(asked) != 1:
        own = {host: _sentence(verdict) for host, verdict in said.items()}
        return own, "" if said or SHARED not in verdicts.values() else "the check of the whole layer failed"
    verdict = said.pop(asked[0])
    alone = {host: _sentence(failure) for host, failure in said.items()}
    parts = str(verdict.get("seen") or "").split("; ") if isinstance(verdict, Mapping) else [""]
    owners = [_owner(part, layer, facts) for part in parts]
    if not any(owners):
        return alone, _sentence(verdict)
    found: Dict[str, List[str]] = {}
    for part, owner in zip(parts, owners):
        found.setdefault(owner, []).append(part)
    whole = "; ".join(found.pop("", []))
    # What a host says of itself is nearer to the cause than what is seen of it from elsewhere.
    return {**{host: "; ".join(texts) for host, texts in found.items()}, **alone}, whole


def _owner(part: str, layer: str, facts: Mapping[str, Mapping[str, Any]]) -> str:
    """The host whose name or address a part such as ``master http://192.0.2.1:5050 is down`` begins with; empty without any."""
    match = re.match(r"(?:[A-Za-z]+ )?(?:https?://)?(\[[^\]\s]+\]|[^\s:/]+)(?::\d+)?(?:/\S*)? ", part)
    named = match.group(1).strip("[]") if match else ""
    for host, variables in facts.items():
        if named and named in (host, *(str(variables.get(name)) for name in (f"{layer}_address", "ansible_host"))):
            return host
    return ""


def _sentence(verdict: Any) -> str:
    return str(verdict["msg"] if isinstance(verdict, Mapping) else verdict)


def who_reaches(profile: Optional[str], let_in: Sequence[Any], rows: Sequence[Mapping[str, str]]) -> str:
    """The line after the table: who reaches the ports, where that may be others than the user thinks: empty where the
    lists name somebody, and where not every firewall was found at work."""
    if profile == OPEN:
        return (
            "security_profile is open: whoever reaches the ports of these hosts reads and writes everything. guarded closes them to all but the "
            "platform, security_clients and security_operators."
        )
    guards = [row["state"] for row in rows if row["layer"] == "security"]
    if profile and not let_in and set(guards) == {OK}:
        return (
            "Nobody but these hosts reaches their ports, web pages included: name in security_operators or security_clients who else shall, such as "
            "this controller."
        )
    return ""


def what_is_clear(profile: Optional[str], rows: Sequence[Mapping[str, str]], tickets: bool) -> str:
    """The line after the table on a secure platform whose Mesos or Marathon was looked at; ``tickets`` is whether its HDFS asks for them."""
    if profile != SECURE or not any(row["layer"] in IN_CLEAR for row in rows):
        return ""
    flink = "a Flink on Mesos and its web pages"
    clear = (
        "In clear, passwords too, between those whom the firewall lets in: what Mesos' masters, agents and frameworks say, Marathon being one of these, "
    )
    if tickets:
        return f"{clear}and {flink}. Without a password they get nothing of Mesos and Marathon, nor of HDFS without a ticket; Flink asks for nothing."
    return f"{clear}{flink}, and HDFS. Without a password they get nothing of Mesos and Marathon; Flink and HDFS ask for none."


def verify_lines(rows: Sequence[Mapping[str, str]]) -> List[str]:
    """The rows as aligned lines under a heading."""
    return table_lines(("LAYER", "HOST", "STATE", "WHAT IS WRONG"), [[row[column] for column in ("layer", "host", "state", "wrong")] for row in rows])
