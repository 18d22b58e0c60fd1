# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the NameNodes say about themselves over JMX, and waiting for it; the logic of the module hdfs_info.

The beans and their attributes are those of HDFS 3.4.1, as answered by a running NameNode.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from ..errors import InputError
from ..http_client import HttpClient, HttpError, HttpSettings, TlsError, base_url
from ..wait import Observation, WaitTimeout, wait_for
from .journal import journals
from .problems import REDUNDANCY, Problem, addresses_of, is_spared, problems, words
from .rpc import silences
from .webhdfs import DATANODE_HTTP_PORT, HdfsError, named_user, namenode_urls, naming, webhdfs_argument_spec

JMX_QUERY = "Hadoop:service=NameNode,name=*"
INTERVAL = 1.0
CONDITIONS = ("none", "active", "writable", "standby", "redundant", "healthy", "datanodes", "decommissioned", "serving")
DATANODE_QUERY = "Hadoop:service=DataNode,name=DataNodeInfo"
UP = ("active", "standby", "observer")
LEAVING = "Decommission In Progress"
#: A DataNode sends a heartbeat every 3 s, and counts as live for 90 s and more without one.
SILENT_SECONDS = 15
Silences = Callable[[Iterable[str]], Mapping[str, str]]


def look(client: HttpClient, namenodes: List[str], user: str, silent: Silences = silences) -> Tuple[Dict[str, Any], List[Problem]]:
    """The state of each NameNode, of HDFS as the active one sees it, and what is wrong. A NameNode that does not answer is in ``down``."""
    reports = [_report(client, base, user) for base in namenodes]
    for report in reports if len(reports) > 1 else []:
        if report["state"] != "down":
            report.update(_failover_controller(client, report["url"], user))
    active = [report for report in reports if report["state"] == "active"]
    state: Dict[str, Any] = {
        "namenodes": [{key: value for key, value in report.items() if key != "cluster"} for report in reports],
        "active": active[0]["url"] if len(active) == 1 else None,
        "standby": [report["url"] for report in reports if report["state"] in ("standby", "observer")],
        "down": [report["url"] for report in reports if report["state"] == "down"],
        "starting": [report["url"] for report in reports if report["state"] in ("starting", "initializing", "stopping")],
        "cluster": active[0]["cluster"] if len(active) == 1 else None,
    }
    asked = [report["failover_controller"] for report in reports if report.get("failover_controller")]
    asked += [address for report in active for journal in report["journals"] for address in journal["journalnodes"]]
    found = problems(reports, state["cluster"], silent(asked))
    state["problems"] = [problem.text for problem in found]
    state["healthy"] = not found
    return state, found


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    client: Optional[HttpClient] = None,
    silent: Silences = silences,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``client``, ``silent``, ``clock`` and ``sleep`` are given by tests."""
    urls = namenode_urls(params["namenodes"])
    condition = params.get("wait_for") or "none"
    wanted = params.get("datanodes")
    if condition == "datanodes" and wanted is None:
        raise InputError("wait_for is datanodes; say with datanodes how many are expected")
    if wanted is not None and wanted < 1:
        raise InputError(f"datanodes is {wanted}; it must be 1 or more")
    datanode = params.get("datanode")
    if (condition == "serving") != bool(datanode):
        raise InputError("wait_for serving and datanode, the DataNode that shall serve, belong together; give both or none")
    spared = _spared(params.get("may_be_down") or [], urls)
    client = client or HttpClient(HttpSettings.from_params(params))

    def probe() -> Observation:
        state, found = look(client, urls, named_user(params), silent)
        missing = unmet(state, found, condition, wanted, spared)
        if datanode and not missing:
            up = [each for each in state["namenodes"] if each["state"] in UP]
            missing = _not_serving(client, base_url(datanode, DATANODE_HTTP_PORT), named_user(params), up)
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


@dataclass(frozen=True)
class Spared:
    """NameNodes, and hosts with the addresses that they have, which need not answer."""

    urls: Sequence[str] = ()
    hosts: Sequence[str] = ()


def unmet(
    state: Mapping[str, Any], found: Sequence[Problem], condition: str, datanodes: Optional[int], spared: Spared = Spared()
) -> List[str]:
    """What keeps the condition from being true, in words; empty when it is true."""
    if condition == "none":
        return []
    if state["active"] is None:
        return ["no single NameNode is active: " + ", ".join(f"{each['url']} is {words(each)}" for each in state["namenodes"])]
    missing = []
    if condition in ("healthy", "redundant"):
        borne = [problem for problem in found if is_spared(problem, spared.urls, spared.hosts)]
        missing += [problem.text for problem in found if problem not in borne and (condition == "healthy" or problem.kind == REDUNDANCY)]
    if condition == "standby":
        others = [each for each in state["namenodes"] if each["state"] not in UP]
        late = [Problem(f"{each['url']} is {words(each)}", host=urlsplit(each["url"]).hostname or "", url=each["url"]) for each in others]
        missing += [problem.text for problem in late if not is_spared(problem, spared.urls, spared.hosts)]
    if condition == "writable":
        missing += [f"HDFS is in safe mode: {each['safe_mode_reason']}" for each in state["namenodes"] if each["state"] == "active" and each["safe_mode"]]
    cluster = state["cluster"]
    if condition == "decommissioned":
        leaving = [node["name"] for node in cluster["datanodes"]["nodes"] if node["admin_state"] == LEAVING]
        missing += [f"{name} still has blocks that no other DataNode has" for name in leaving]
    if datanodes is not None:
        missing += _missing_datanodes(cluster["datanodes"], datanodes)
    return missing


def _not_serving(client: HttpClient, base: str, user: str, namenodes: Sequence[Mapping[str, Any]]) -> List[str]:
    """What keeps a DataNode from serving every NameNode that is up: it has registered with each of them, and says RUNNING."""
    try:
        beans = client.json("GET", f"{base}/jmx", params={"qry": DATANODE_QUERY, **naming(user)}, retries=0)["beans"]
    except HttpError as error:
        if isinstance(error, TlsError) or error.status in (401, 403):
            raise
        return [f"DataNode {base} does not answer ({error.reason})"]
    # While it starts, its bean is there without them.
    actors = json.loads(beans[0].get("BPServiceActorInfo") or "[]") if beans else []
    serving = sum(actor.get("ActorState") == "RUNNING" for actor in actors)
    return [] if serving >= len(namenodes) else [f"DataNode {base} serves {serving} of {len(namenodes)} NameNodes that are up"]


def _missing_datanodes(datanodes: Mapping[str, Any], wanted: int) -> List[str]:
    late = [node for node in datanodes["nodes"] if node["live"] and (node["last_contact"] or 0) > SILENT_SECONDS]
    live = datanodes["live"] - len(late)
    if live >= wanted:
        return []
    dead = [node for node in datanodes["nodes"] if not node["live"] and not node["admin_state"].startswith("Decommission")]
    gone = [f"DataNode {node['name']} is dead: start hdfs-datanode.service there again" for node in dead]
    gone += [f"DataNode {node['name']} was heard of {node['last_contact']} s ago: look at hdfs-datanode.service there" for node in late]
    return [f"{live} of {wanted} DataNodes are live", *gone]


def _spared(names: Sequence[str], urls: Sequence[str]) -> Spared:
    """What may be down: NameNodes as ``namenodes`` has them, with all that runs on their hosts, and other hosts, without a port."""
    base = {name: namenode_urls([name])[0] for name in names}
    unknown = [url for name, url in base.items() if url not in urls and (":" in name or "/" in name)]
    if unknown:
        raise InputError(f"may_be_down has {', '.join(unknown)}, which namenodes lacks; write it as there, or a host without a port")
    return Spared([url for url in base.values() if url in urls], addresses_of(urlsplit(url).hostname or "" for url in base.values()))


def _report(client: HttpClient, base: str, user: str) -> Dict[str, Any]:
    try:
        answer = client.json("GET", f"{base}/jmx", params={"qry": JMX_QUERY, **naming(user)}, retries=0)
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
    names = beans.get("FSNamesystem", {})
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
        "transactions_since_checkpoint": names.get("TransactionsSinceLastCheckpoint") or 0,
        "edits_age": (names.get("MillisSinceLastLoadedEdits") or 0) // 1000,
        "journals": journals(info.get("NameJournalStatus")),
        "failed_directories": sorted(_json_object(_json_object(info.get("NameDirStatuses")).get("failed"))),
        "cluster": _cluster(beans, info),
    }


def _failover_controller(client: HttpClient, base: str, user: str) -> Dict[str, Any]:
    """Where the failover controller beside a NameNode listens, as that one's configuration says; none without automatic failover."""
    def setting(key: str) -> str:
        answer = client.json("GET", f"{base}/conf", params={"name": key, **naming(user)}, retries=0)
        return str(answer["property"]["value"])

    try:
        if setting("dfs.ha.automatic-failover.enabled") != "true":
            return {}
        return {"failover_controller": f"{urlsplit(base).hostname}:{setting('dfs.ha.zkfc.port')}"}
    except HttpError as error:
        if isinstance(error, TlsError) or error.status in (401, 403):
            raise
        # It has answered a moment ago.
        return {"state": "down", "reason": error.reason, "cluster": None}


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
        "failed_volumes": node.get("volfails") or 0,
        "capacity": node.get("capacity"),
        "remaining": node.get("remaining"),
    }


def _json_object(text: Any) -> Dict[str, Any]:
    """Some attributes are JSON in a string."""
    found = json.loads(text) if isinstance(text, str) and text else text
    return found if isinstance(found, dict) else {}


def _seconds(milliseconds: Optional[int]) -> Optional[int]:
    return milliseconds // 1000 if milliseconds else None


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        wait_for=dict(type="str", choices=list(CONDITIONS), default="none"),
        datanodes=dict(type="int"),
        datanode=dict(type="str"),
        may_be_down=dict(type="list", elements="str", default=[]),
        timeout=dict(type="int", default=60),
        **webhdfs_argument_spec(),
    ),
    requirements=("requests",),
)
