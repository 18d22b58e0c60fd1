# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with an HDFS, in sentences that name the daemon and the way out, from what its NameNodes say.

A sentence begins with the daemon that it is about, and has no semicolon: by both verify's table tells whose it is.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any, Iterable, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

#: Of which kind a problem is. REDUNDANCY: one more daemon that stops may stop HDFS, or loses data. ROOM: there is little left.
REDUNDANCY, ROOM = "redundancy", "room"

#: A standby begins a segment of edits every two minutes and reads it within the next one, by default.
OLD_EDITS_SECONDS = 300
#: A checkpoint is made every million transactions, by default.
MANY_TRANSACTIONS = 4000000
#: One block, which a DataNode must have room for to be given it.
BLOCK_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class Problem:
    """``host`` has the name or address of the daemon that has it, where one has; ``url`` is set for NameNodes."""

    text: str
    kind: str = REDUNDANCY
    host: str = ""
    url: str = ""


def problems(reports: Sequence[Mapping[str, Any]], cluster: Optional[Mapping[str, Any]], silent: Mapping[str, str]) -> List[Problem]:
    """All of it.

    :param reports: what each NameNode says.
    :param cluster: HDFS as the active one sees it, if one is.
    :param silent: why those of the other daemons that were asked do not answer, by their RPC addresses.
    """
    active = [report for report in reports if report["state"] == "active"]
    found = []
    if not active:
        found.append(Problem("no NameNode is active"))
    if len(active) > 1:
        found.append(Problem("more than one NameNode says that it is active: " + ", ".join(report["url"] for report in active)))
    for report in reports:
        found += [Problem(text, host=_host(report["url"]), url=report["url"]) for text in _of_namenode(report, silent)]
    for report in active:
        found += of_journals(report, silent)
    if cluster:
        found += _of_cluster(cluster)
    return found


def is_spared(problem: Problem, urls: Iterable[str], hosts: Iterable[str]) -> bool:
    """Whether a problem is one of a NameNode or a host that may be down."""
    return problem.url in urls or (bool(problem.host) and not _addresses(problem.host).isdisjoint(hosts))


def addresses_of(hosts: Iterable[str]) -> List[str]:
    """Names with the addresses that they have; what is said of a JournalNode is its address."""
    return sorted({address for host in hosts for address in _addresses(host)})


def words(namenode: Mapping[str, Any]) -> str:
    """State and reason."""
    return f"{namenode['state']} ({namenode['reason']})" if namenode.get("reason") else str(namenode["state"])


def _of_namenode(report: Mapping[str, Any], silent: Mapping[str, str]) -> List[str]:
    url, found = report["url"], []
    if report["state"] not in ("active", "standby", "observer"):
        return [f"{url} is {words(report)}"]
    controller = str(report.get("failover_controller") or "")
    if controller in silent:
        found.append(
            f"{url} has a failover controller that {silent[controller]} at {controller}: without it this NameNode never becomes active, and is not "
            "replaced by another one, so start or restart hdfs-zkfc.service there"
        )
    found += [f"{url} has lost its directory {directory}: mend that disk and restart the NameNode" for directory in report["failed_directories"]]
    if report["state"] == "active" and report["safe_mode"]:
        wayout = ": make room in its name directories, then run `hdfs dfsadmin -safemode leave`" if "low on" in report["safe_mode_reason"] else ""
        found.append(f"{url} is active in safe mode: {report['safe_mode_reason']}{wayout}")
    if report["state"] == "standby":
        if report["safe_mode"]:
            found.append(f"{url} is standby in safe mode and could not serve if it took over: {report['safe_mode_reason']}")
        if report["edits_age"] > OLD_EDITS_SECONDS:
            found.append(f"{url} is standby and has read no edits for {report['edits_age']} s, which it would have to before it took over: see its log")
        if report["transactions_since_checkpoint"] > MANY_TRANSACTIONS:
            found.append(
                f"{url} is standby and has made no checkpoint for {report['transactions_since_checkpoint']} transactions, which NameNodes that start "
                "have to repeat: see its log"
            )
    return found


def of_journals(report: Mapping[str, Any], silent: Mapping[str, str]) -> List[Problem]:
    """What is wrong with the journals of one NameNode, of which ``url`` and ``journals`` are looked at."""
    found = []
    for journal in report["journals"]:
        if journal["disabled"]:
            found.append(Problem(f"{report['url']} has lost its journal {journal['manager']}", host=_host(report["url"])))
        seen = {member["address"]: member for member in journal["members"]}
        for address in journal["journalnodes"]:
            member = seen.get(address)
            text = ""
            if address in silent:
                text = f"JournalNode {address} {silent[address]}: start or restart hdfs-journalnode.service there"
            elif member and not member["in_sync"]:
                text = (
                    f"JournalNode {address} has missed edits ({member['behind']} behind) and takes part again from the next segment on, which a standby "
                    "begins every dfs.ha.log-roll.period, and `hdfs dfsadmin -rollEdits` at once"
                )
            if text:
                found.append(Problem(text, host=address.rpartition(":")[0]))
    return found


def _of_cluster(cluster: Mapping[str, Any]) -> List[Problem]:
    blocks, datanodes = cluster["blocks"], cluster["datanodes"]
    found = [Problem(f"{blocks[kind]} blocks are {kind}: `hdfs fsck /` names their files") for kind in ("missing", "corrupt") if blocks[kind]]
    if not datanodes["live"]:
        found.append(Problem("no DataNode is live"))
    for node in datanodes["nodes"]:
        host = str(node.get("address") or node["name"]).rpartition(":")[0]
        if node["failed_volumes"]:
            found.append(Problem(f"DataNode {node['name']} has lost {node['failed_volumes']} disks: mend them and restart it", ROOM, host))
        elif node["live"] and node["admin_state"] == "In Service" and node["capacity"] is not None and node["remaining"] < BLOCK_BYTES:
            left = f"{node['remaining'] // 1048576} of {node['capacity'] // 1048576} MiB"
            found.append(Problem(f"DataNode {node['name']} has no room for another block ({left} left): delete files, or add disks", ROOM, host))
    return found


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _addresses(host: str) -> "set[str]":
    """A name and its addresses; the name alone if nobody knows it any more."""
    try:
        return {host, *(str(entry[4][0]) for entry in socket.getaddrinfo(host, None))}
    except OSError:
        return {host}
