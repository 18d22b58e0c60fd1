# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the NameNodes say about themselves over JMX, and waiting for it; the logic of the module hdfs_info.

The beans and their attributes are those of HDFS 3.4.1, as answered by a running NameNode.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpError, HttpSettings, TlsError
from ansible_collections.baremetal.flink.plugins.module_utils.wait import Observation, WaitTimeout, wait_for
from ansible_collections.baremetal.flink.plugins.module_utils.webhdfs import HdfsError, namenode_urls

JMX_QUERY = "Hadoop:service=NameNode,name=*"
INTERVAL = 1.0
CONDITIONS = ("none", "active", "healthy", "standby", "datanodes", "decommissioned")
LEAVING = "Decommission In Progress"
JOURNAL_ADDRESS = re.compile(r"([^\s,\[\]()/]*/)?([0-9a-zA-Z_.:-]+:\d+)")


def cluster_state(client: HttpClient, namenodes: List[str], user: str) -> Dict[str, Any]:
    """The state of each NameNode, and of HDFS as the active one sees it. A NameNode that does not answer is in ``down``."""
    reports = [_report(client, base, user) for base in namenodes]
    active = [report for report in reports if report["state"] == "active"]
    state: Dict[str, Any] = {
        "namenodes": [{key: value for key, value in report.items() if key != "cluster"} for report in reports],
        "active": active[0]["url"] if len(active) == 1 else None,
        "standby": [report["url"] for report in reports if report["state"] in ("standby", "observer")],
        "down": [report["url"] for report in reports if report["state"] == "down"],
        "starting": [report["url"] for report in reports if report["state"] in ("starting", "initializing", "stopping")],
        "cluster": active[0]["cluster"] if len(active) == 1 else None,
    }
    state["problems"] = _problems(state, reports)
    state["healthy"] = not state["problems"]
    return state


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    client: Optional[HttpClient] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``client``, ``clock`` and ``sleep`` are given by tests."""
    urls = namenode_urls(params["namenodes"])
    condition = params.get("wait_for") or "none"
    wanted = params.get("datanodes")
    if condition == "datanodes" and wanted is None:
        raise InputError("wait_for is datanodes; say with datanodes how many are expected")
    if wanted is not None and wanted < 1:
        raise InputError(f"datanodes is {wanted}; it must be 1 or more")
    spared = namenode_urls(params["may_be_down"]) if params.get("may_be_down") else []
    unknown = [url for url in spared if url not in urls]
    if unknown:
        raise InputError(f"may_be_down has {', '.join(unknown)}, which namenodes lacks; write it as there")
    client = client or HttpClient(HttpSettings.from_params(params))

    def probe() -> Observation:
        state = cluster_state(client, urls, params.get("user") or "hdfs")
        missing = unmet(state, condition, wanted, spared)
        return Observation(not missing, "; ".join(missing), state)

    started = clock()
    try:
        state = wait_for(probe, params.get("timeout") or 0, INTERVAL, condition, clock=clock, sleep=sleep).value
    except WaitTimeout as timeout:
        raise HdfsError(
            f"HDFS is not as expected (wait_for {condition}) after {clock() - started:.0f} s: {timeout.last.seen}",
            **timeout.last.value,
            last_seen=timeout.last.seen,
        ) from timeout
    return {"changed": False, **state, "waited": round(clock() - started, 1)}


def unmet(state: Mapping[str, Any], condition: str, datanodes: Optional[int], spared: Sequence[str] = ()) -> List[str]:
    """What keeps the condition from being true, in words; empty when it is true. ``spared`` are NameNodes that need not answer."""
    if condition == "none":
        return []
    missing = []
    if state["active"] is None:
        missing.append("no single NameNode is active: " + ", ".join(f"{each['url']} is {_words(each)}" for each in state["namenodes"]))
    if condition == "healthy":
        borne = ("no NameNode", *(f"{url} is " for url in spared))
        missing += [problem for problem in state["problems"] if not problem.startswith(borne)] if state["active"] else []
    if condition == "standby":
        others = [each for each in state["namenodes"] if each["state"] not in ("active", "standby", "observer") and each["url"] not in spared]
        missing += [f"{each['url']} is {_words(each)}" for each in others] if state["active"] else []
    cluster = state["cluster"]
    if cluster and condition == "decommissioned":
        leaving = [node["name"] for node in cluster["datanodes"]["nodes"] if node["admin_state"] == LEAVING]
        missing += [f"{name} still has blocks that no other DataNode has" for name in leaving]
    if cluster and datanodes is not None and cluster["datanodes"]["live"] < datanodes:
        missing.append(f"{cluster['datanodes']['live']} of {datanodes} DataNodes are live")
    return missing


def _words(namenode: Mapping[str, Any]) -> str:
    return f"{namenode['state']} ({namenode['reason']})" if namenode.get("reason") else str(namenode["state"])


def _report(client: HttpClient, base: str, user: str) -> Dict[str, Any]:
    try:
        answer = client.json("GET", f"{base}/jmx", params={"qry": JMX_QUERY, "user.name": user}, retries=0)
    except TlsError:
        raise
    except HttpError as error:
        if error.status in (401, 403):
            raise
        return {"url": base, "state": "down", "reason": error.reason, "cluster": None}
    found = answer.get("beans") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        return {"url": base, "state": "down", "reason": "its /jmx does not answer as a NameNode's does", "cluster": None}
    beans = {bean["name"].rsplit("name=", 1)[-1]: bean for bean in found}
    status = beans.get("NameNodeStatus")
    progress = beans.get("StartupProgress", {}).get("PercentComplete")
    percent = round(100 * progress, 1) if progress is not None else None
    if status is None or "NameNodeInfo" not in beans:
        at = f" ({percent:g} % done)" if percent is not None else ""
        return {"url": base, "state": "starting", "reason": f"it is still loading its image or edits{at}", "startup_percent": percent, "cluster": None}
    info = beans["NameNodeInfo"]
    return {
        "url": base,
        "state": status["State"],
        "reason": "",
        "rpc_address": status.get("HostAndPort"),
        "safe_mode": bool(info.get("Safemode")),
        "safe_mode_reason": info.get("Safemode") or "",
        "version": info.get("SoftwareVersion"),
        "cluster_id": info.get("ClusterId"),
        "started": _seconds(info.get("NNStartedTimeInMillis")),
        "last_transition": _seconds(status.get("LastHATransitionTime")),
        "startup_percent": percent,
        "transactions": _json_object(info.get("JournalTransactionInfo")),
        "journals": _journals(info.get("NameJournalStatus")),
        "failed_directories": sorted(_json_object(_json_object(info.get("NameDirStatuses")).get("failed"))),
        "cluster": _cluster(beans, info),
    }


def _cluster(beans: Mapping[str, Mapping[str, Any]], info: Mapping[str, Any]) -> Dict[str, Any]:
    names = beans.get("FSNamesystem", {})
    state = beans.get("FSNamesystemState", {})
    live = _json_object(info.get("LiveNodes"))
    dead = _json_object(info.get("DeadNodes"))
    return {
        "capacity": {
            "total": state.get("CapacityTotal"),
            "used": state.get("CapacityUsed"),
            "remaining": state.get("CapacityRemaining"),
        },
        "datanodes": {
            "live": state.get("NumLiveDataNodes", len(live)),
            "dead": state.get("NumDeadDataNodes", len(dead)),
            "decommissioning": state.get("NumDecommissioningDataNodes", 0),
            "decommissioned": state.get("NumDecomLiveDataNodes", 0),
            "stale": state.get("NumStaleDataNodes", 0),
            "failed_volumes": state.get("VolumeFailuresTotal", 0),
            "nodes": [_datanode(name, node, True) for name, node in sorted(live.items())]
            + [_datanode(name, node, False) for name, node in sorted(dead.items())],
        },
        "blocks": {
            "total": names.get("BlocksTotal"),
            "missing": names.get("MissingBlocks", 0),
            "corrupt": names.get("CorruptBlocks", 0),
            "under_replicated": names.get("UnderReplicatedBlocks", 0),
            "pending_deletion": names.get("PendingDeletionBlocks", 0),
        },
        "files": state.get("FilesTotal"),
    }


def _datanode(name: str, node: Mapping[str, Any], live: bool) -> Dict[str, Any]:
    return {
        "name": name,
        "address": node.get("xferaddr"),
        "live": live,
        "admin_state": node.get("adminState") or ("Decommissioned" if node.get("decommissioned") else "In Service"),
        "last_contact": node.get("lastContact"),
        "version": node.get("version"),
        "blocks": node.get("numBlocks"),
        "capacity": node.get("capacity"),
        "remaining": node.get("remaining"),
    }


def _journals(text: Optional[str]) -> List[Dict[str, Any]]:
    found = json.loads(text) if text else []
    journals = []
    for journal in found:
        manager = str(journal.get("manager", ""))
        quorum = manager.partition("QJM to ")[2]
        journals.append(
            {
                "manager": manager,
                "required": journal.get("required") == "true",
                "disabled": journal.get("disabled") == "true",
                "stream": str(journal.get("stream", "")),
                "journalnodes": [match.group(2) for match in JOURNAL_ADDRESS.finditer(quorum)],
            }
        )
    return journals


def _problems(state: Mapping[str, Any], reports: Sequence[Mapping[str, Any]]) -> List[str]:
    problems = []
    active = [report for report in reports if report["state"] == "active"]
    if not active:
        problems.append("no NameNode is active")
    if len(active) > 1:
        problems.append("more than one NameNode says that it is active: " + ", ".join(report["url"] for report in active))
    for report in reports:
        if report["state"] not in ("active", "standby", "observer"):
            problems.append(f"{report['url']} is {_words(report)}")
        for directory in report.get("failed_directories", ()):
            problems.append(f"{report['url']} has lost its directory {directory}")
    for report in active:
        if report["safe_mode"]:
            problems.append(f"HDFS is in safe mode: {report['safe_mode_reason']}")
        problems += [f"{report['url']} has lost its journal {journal['manager']}" for journal in report["journals"] if journal["disabled"]]
    cluster = state["cluster"]
    if cluster:
        problems += [f"{cluster['blocks'][kind]} blocks are {kind}" for kind in ("missing", "corrupt") if cluster["blocks"][kind]]
        if not cluster["datanodes"]["live"]:
            problems.append("no DataNode is live")
        if cluster["datanodes"]["failed_volumes"]:
            problems.append(f"{cluster['datanodes']['failed_volumes']} disks of DataNodes have failed")
    return problems


def _json_object(text: Any) -> Dict[str, Any]:
    """Some attributes are JSON in a string."""
    found = json.loads(text) if isinstance(text, str) and text else text
    return found if isinstance(found, dict) else {}


def _seconds(milliseconds: Optional[int]) -> Optional[int]:
    return milliseconds // 1000 if milliseconds else None
