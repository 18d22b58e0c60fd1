# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hdfs_info makes of the NameNodes' beans. Attributes as HDFS 3.4.1 names them."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.info import core
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.webhdfs import HdfsError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpError, HttpSettings

NAMES = ("a", "b")
PREFIX = "Hadoop:service=NameNode,name="
QUORUM = {
    "manager": "QJM to [10.0.0.1:8485, nn2/10.0.0.2:8485, 10.0.0.3:8485]",
    "stream": "Writing segment beginning at txid 1. 10.0.0.1:8485 (Written txid 9)",
    "required": "true",
    "disabled": "false",
}


def written(*members: str) -> str:
    """NameJournalStatus of an active NameNode, with what the JournalNodes have."""
    stream = "Writing segment beginning at txid 1. \n" + ", ".join(f"10.0.0.{number}:8485 ({text})" for number, text in enumerate(members, 1))
    return json.dumps([{**QUORUM, "stream": stream}])


def beans(state: str = "active", live: int = 3, node: Optional[Dict[str, Any]] = None, **changes: Any) -> Dict[str, Any]:
    """The answer of a NameNode; `changes` are attributes of NameNodeInfo or FSNamesystem, and `node` of its first DataNode."""
    nodes = {f"dn{number}:9866": {"xferaddr": f"10.0.0.{number}:9866", "adminState": "In Service", "lastContact": 1} for number in range(live)}
    for first in list(nodes.values())[:1]:
        first.update(node or {})
    info = {
        "Safemode": "", "SoftwareVersion": "3.4.1", "ClusterId": "CID-1", "NNStartedTimeInMillis": 1700000000123,
        "LiveNodes": json.dumps(nodes), "DeadNodes": json.dumps({"dn9:9866": {"xferaddr": "10.0.0.9:9866", "decommissioned": True}}),
        "NameJournalStatus": json.dumps([QUORUM]), "JournalTransactionInfo": json.dumps({"LastAppliedOrWrittenTxId": "9"}),
        "NameDirStatuses": json.dumps({"active": {"/name": "IMAGE"}, "failed": {}}),
    }
    names = {"BlocksTotal": 10, "MissingBlocks": 0, "CorruptBlocks": 0, "UnderReplicatedBlocks": 1}
    info.update({key: value for key, value in changes.items() if key in info})
    names.update({key: value for key, value in changes.items() if key in (*names, "MillisSinceLastLoadedEdits", "TransactionsSinceLastCheckpoint")})
    fs_state = {
        "CapacityTotal": 100, "CapacityUsed": 1, "CapacityRemaining": 90, "NumLiveDataNodes": live, "NumDeadDataNodes": 1, "FilesTotal": 4,
        "NumDecommissioningDataNodes": 0,
    }
    status = {"State": state, "HostAndPort": "nn1:8020", "LastHATransitionTime": 0}
    found = {
        "NameNodeStatus": status, "NameNodeInfo": info, "FSNamesystem": names, "FSNamesystemState": fs_state, "StartupProgress": {"PercentComplete": 1.0},
    }
    return {"beans": [{"name": PREFIX + name, **attributes} for name, attributes in found.items()]}


STARTING = {"beans": [{"name": PREFIX + "StartupProgress", "PercentComplete": 0.4}, {"name": PREFIX + "JvmMetrics"}]}
DOWN = requests.exceptions.ConnectionError("Connection refused")


def answer(name: str, *bodies: Any) -> None:
    for body in bodies:
        arguments = {"json": body} if isinstance(body, dict) else {"body": body}
        responses.get(f"http://{name}:9870/jmx", **arguments)
    automatic = {"key": "dfs.ha.automatic-failover.enabled", "value": "true", "isFinal": False, "resource": "hdfs-site.xml"}
    responses.get(f"http://{name}:9870/conf", json={"property": automatic}, match=[responses.matchers.query_param_matcher(
        {"name": automatic["key"]}, strict_match=False)])
    port = {"key": "dfs.ha.zkfc.port", "value": "8019", "isFinal": False, "resource": "hdfs-default.xml"}
    asked = responses.matchers.query_param_matcher({"name": port["key"]}, strict_match=False)
    responses.get(f"http://{name}:9870/conf", json={"property": port}, match=[asked])


def look(
    condition: str = "none", datanodes: Optional[int] = None, timeout: int = 0, spared: Sequence[str] = (), silent: Optional[Mapping[str, str]] = None,
    datanode: Optional[str] = None,
) -> Dict[str, Any]:
    now: List[float] = [0.0]

    def silences(asked: Iterable[str]) -> Dict[str, str]:
        """Why those of `silent` that are asked do not answer."""
        return {address: reason for address, reason in (silent or {}).items() if address in asked}

    def sleep(seconds: float) -> None:
        now[0] += seconds

    params = {"namenodes": list(NAMES), "user": "hdfs", "datanode": datanode, "wait_for": condition, "datanodes": datanodes, "timeout": timeout,
              "may_be_down": spared}
    return core(params, False, pytest.fail, HttpClient(HttpSettings(retries=0)), silent=silences, clock=lambda: now[0], sleep=sleep)


def actors(*states: str) -> Dict[str, Any]:
    """What a DataNode says of the NameNodes that it has."""
    return {"beans": [{"BPServiceActorInfo": json.dumps([{"ActorState": state} for state in states])}]}


@responses.activate
def test_a_datanode_is_waited_for_until_it_serves_each_namenode_that_is_up() -> None:
    answer("a", beans("standby"))
    answer("b", beans("active"))
    for body in (requests.exceptions.ConnectionError("Connection refused"), {"beans": []}, {"beans": [{"Version": "3.4.1"}]}, actors("RUNNING", "CONNECTING")):
        responses.get("http://dn1:9864/jmx", **({"json": body} if isinstance(body, dict) else {"body": body}))
    with pytest.raises(HdfsError, match="DataNode http://dn1:9864 does not answer"):
        look("serving", datanode="dn1")
    with pytest.raises(HdfsError, match="after 2 s: DataNode http://dn1:9864 serves 1 of 2 NameNodes that are up"):
        look("serving", datanode="dn1", timeout=2)
    responses.get("http://dn1:9864/jmx", json=actors("RUNNING", "RUNNING"))
    responses.get("http://dn1:9864/jmx", json=actors("RUNNING", "RUNNING"))
    assert look("serving", datanode="dn1", timeout=2)["active"] == "http://b:9870"


@responses.activate
def test_one_of_two_namenodes_is_enough_while_the_other_is_down() -> None:
    answer("a", DOWN)
    answer("b", beans("active"))
    responses.get("http://dn1:9864/jmx", json=actors("RUNNING", "CONNECTING"))
    assert look("serving", datanode="dn1")["down"] == ["http://a:9870"]


@pytest.mark.parametrize(("condition", "datanode"), [("serving", None), ("active", "dn1")])
def test_which_datanode_shall_serve_is_said(condition: str, datanode: Optional[str]) -> None:
    with pytest.raises(InputError, match="wait_for serving and datanode"):
        look(condition, datanode=datanode)


@responses.activate
def test_with_kerberos_no_user_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answer("a", beans("active"))
    params = {"namenodes": ["a"], "user": "hdfs", "kerberos_principal": "hdfs/a", "wait_for": "none"}
    core(params, False, pytest.fail, HttpClient(HttpSettings(retries=0)), silent=lambda asked: {})
    assert "user.name" not in responses.calls[0].request.url


@responses.activate
def test_a_cluster_in_order() -> None:
    answer("a", beans("standby"))
    answer("b", beans("active"))
    seen = look("healthy", datanodes=3)
    assert (seen["active"], seen["standby"], seen["down"], seen["starting"]) == ("http://b:9870", ["http://a:9870"], [], [])
    assert seen["healthy"] and seen["problems"] == [] and seen["changed"] is False
    assert seen["cluster"]["blocks"] == {"total": 10, "missing": 0, "corrupt": 0, "under_replicated": 1, "pending_deletion": 0}
    assert seen["cluster"]["capacity"] == {"total": 100, "used": 1, "remaining": 90}
    assert [(node["name"], node["live"], node["admin_state"]) for node in seen["cluster"]["datanodes"]["nodes"]][-1] == (
        "dn9:9866", False, "Decommissioned",
    )
    namenode = seen["namenodes"][1]
    assert (namenode["version"], namenode["started"], namenode["last_transition"], namenode["startup_percent"]) == ("3.4.1", 1700000000, None, 100.0)
    assert namenode["journals"][0]["journalnodes"] == ["10.0.0.1:8485", "10.0.0.2:8485", "10.0.0.3:8485"]
    assert namenode["transactions"] == {"LastAppliedOrWrittenTxId": "9"}


@responses.activate
@pytest.mark.parametrize(
    ("a", "b", "problem"),
    [
        (beans("active"), DOWN, "http://b:9870 is down (connection refused; nothing listens there)"),
        (beans("active"), STARTING, "http://b:9870 is starting (it is still loading its image or edits (40 % done))"),
        (beans("active"), {"other": 1}, "http://b:9870 is down (its /jmx does not answer as a NameNode's does)"),
        (beans("standby"), beans("standby"), "no NameNode is active"),
        (beans("active"), beans("active"), "more than one NameNode says that it is active: http://a:9870, http://b:9870"),
        (beans("active", Safemode="Safe mode is ON."), beans("standby"), "http://a:9870 is active in safe mode: Safe mode is ON."),
        (
            beans("active", Safemode="Safe mode is ON. Resources are low on NN."), beans("standby"),
            "http://a:9870 is active in safe mode: Safe mode is ON. Resources are low on NN.: make room in its name directories, then run "
            "`hdfs dfsadmin -safemode leave`",
        ),
        (
            beans("active"), beans("standby", Safemode="Safe mode is ON."),
            "http://b:9870 is standby in safe mode and could not serve if it took over: Safe mode is ON.",
        ),
        (
            beans("active"), beans("standby", MillisSinceLastLoadedEdits=301000),
            "http://b:9870 is standby and has read no edits for 301 s, which it would have to before it took over: see its log",
        ),
        (
            beans("active"), beans("standby", TransactionsSinceLastCheckpoint=4000001),
            "http://b:9870 is standby and has made no checkpoint for 4000001 transactions, which NameNodes that start have to repeat: see its log",
        ),
        (beans("active", MissingBlocks=2), beans("standby"), "2 blocks are missing: `hdfs fsck /` names their files"),
        (beans("active", CorruptBlocks=1), beans("standby"), "1 blocks are corrupt: `hdfs fsck /` names their files"),
        (beans("active", live=0), beans("standby"), "no DataNode is live"),
        (beans("active", node={"volfails": 1}), beans("standby"), "DataNode dn0:9866 has lost 1 disks: mend them and restart it"),
        (
            beans("active", node={"capacity": 2**40, "remaining": 2**20}), beans("standby"),
            "DataNode dn0:9866 has no room for another block (1 of 1048576 MiB left): delete files, or add disks",
        ),
        (
            beans("active", NameJournalStatus=written("Written txid 9", "Written txid 8 (1 txns/1ms behind) (will try to re-sync on next segment)")),
            beans("standby"),
            "JournalNode 10.0.0.2:8485 has missed edits (1 behind) and takes part again from the next segment on, which a standby begins every "
            "dfs.ha.log-roll.period, and `hdfs dfsadmin -rollEdits` at once",
        ),
        (
            beans("active", NameJournalStatus=json.dumps([{**QUORUM, "disabled": "true"}])), beans("standby"),
            f"http://a:9870 has lost its journal {QUORUM['manager']}",
        ),
        (
            beans("active"), beans("standby", NameDirStatuses=json.dumps({"active": {}, "failed": {"/name": "IMAGE"}})),
            "http://b:9870 has lost its directory /name: mend that disk and restart the NameNode",
        ),
    ],
)
def test_what_is_wrong_is_said(a: Any, b: Any, problem: str) -> None:
    answer("a", a)
    answer("b", b)
    seen = look()
    assert seen["problems"] == [problem] and not seen["healthy"]
    answer("a", a)
    answer("b", b)
    with pytest.raises(HdfsError) as caught:
        look("healthy")
    assert caught.value.details["problems"] == [problem]


@responses.activate
def test_safe_mode_in_safe_mode_is_active_but_not_healthy() -> None:
    answer("a", beans("active", Safemode="Safe mode is ON."))
    answer("b", beans("standby"))
    assert look("active")["active"] == "http://a:9870"
    assert look("standby")["standby"] == ["http://b:9870"]


@responses.activate
def test_a_restarted_namenode_is_waited_for_until_it_is_standby() -> None:
    answer("a", beans("active"))
    answer("b", DOWN, STARTING, beans("initializing"), beans("standby"))
    assert look("standby", timeout=60)["waited"] == 3


@responses.activate
@pytest.mark.parametrize("condition", ["healthy", "standby"])
def test_a_namenode_that_may_be_down_is_not_waited_for_but_told(condition: str) -> None:
    for b in (DOWN, STARTING):
        answer("a", beans("active"))
        answer("b", b)
        seen = look(condition, spared=["b"])
        assert seen["active"] == "http://a:9870" and not seen["healthy"] and seen["problems"][0].startswith("http://b:9870 is ")
    answer("a", DOWN)
    answer("b", beans("active"))
    with pytest.raises(HdfsError, match="http://a:9870 is down"):
        look(condition, spared=["b"])
    answer("a", beans("active", MissingBlocks=2))
    answer("b", DOWN)
    with pytest.raises(HdfsError, match="healthy.* s: 2 blocks are missing"):
        look("healthy", spared=["b"])


def test_what_may_be_down_is_one_of_the_namenodes_or_a_host() -> None:
    with pytest.raises(InputError, match="may_be_down has http://c:9870, which namenodes lacks; write it as there, or a host without a port"):
        look("healthy", spared=["c:9870"])


@responses.activate
@pytest.mark.parametrize("condition", ["healthy", "redundant"])
def test_daemons_that_do_not_answer_are_named(condition: str) -> None:
    """Frozen ones too, whose ports accept; a NameNode alone never misses them."""
    for address, words, host in (
        ("b:8019", "http://b:9870 has a failover controller that does not listen at b:8019: without it", "b"),
        ("10.0.0.2:8485", "JournalNode 10.0.0.2:8485 does not listen: start or restart hdfs-journalnode.service there", "10.0.0.2"),
    ):
        answer("a", beans("active"), beans("active"))
        answer("b", beans("standby"), beans("standby"))
        with pytest.raises(HdfsError, match=words):
            look(condition, silent={address: "does not listen"})
        assert not look(condition, silent={address: "does not listen"}, spared=[host])["healthy"]


@responses.activate
def test_a_full_disk_is_not_healthy_and_keeps_nothing_from_being_restarted() -> None:
    answer("a", beans("active", node={"volfails": 1}))
    answer("b", beans("standby"))
    assert not look("redundant")["healthy"]
    with pytest.raises(HdfsError, match="has lost 1 disks"):
        look("healthy")


@responses.activate
def test_the_members_of_a_quorum_are_read_from_its_report() -> None:
    answer("a", beans("active", NameJournalStatus=written(
        "Written txid 9", "Written txid 9 (3 txns/5ms behind)", "Written txid 0 (never written)", "Written txid 1 (8 txns/90000ms behind)")))
    answer("b", beans("standby"))
    members = look()["namenodes"][0]["journals"][0]["members"]
    assert [(each["address"], each["written"], each["behind"], each["in_sync"]) for each in members] == [
        ("10.0.0.1:8485", 9, 0, True), ("10.0.0.2:8485", 9, 3, True), ("10.0.0.3:8485", 0, 0, False), ("10.0.0.4:8485", 1, 8, False)]


@responses.activate
def test_waiting_is_bounded_and_tells_the_last_thing_seen() -> None:
    answer("a", beans("active"))
    answer("b", DOWN)
    with pytest.raises(HdfsError, match=r"\(wait_for standby\) after 5 s: http://b:9870 is down \(connection refused") as caught:
        look("standby", timeout=5)
    assert caught.value.details["active"] == "http://a:9870" and caught.value.details["down"] == ["http://b:9870"]


@responses.activate
def test_nobody_is_active() -> None:
    answer("a", beans("standby"))
    answer("b", DOWN)
    with pytest.raises(HdfsError, match="no single NameNode is active: http://a:9870 is standby, http://b:9870 is down"):
        look("active")


@responses.activate
def test_datanodes_are_counted() -> None:
    answer("a", beans("active", live=2))
    answer("b", beans("standby"))
    assert look("datanodes", datanodes=2)["cluster"]["datanodes"]["live"] == 2
    with pytest.raises(HdfsError, match="2 of 3 DataNodes are live"):
        look("datanodes", datanodes=3)
    with pytest.raises(HdfsError, match="2 of 3 DataNodes are live"):
        look("healthy", datanodes=3)


@responses.activate
def test_a_datanode_that_has_fallen_silent_is_not_live_and_named() -> None:
    answer("a", beans("active", live=3, node={"lastContact": 16}))
    answer("b", beans("standby"))
    with pytest.raises(HdfsError, match="2 of 3 DataNodes are live; DataNode dn0:9866 was heard of 16 s ago: look at hdfs-datanode.service there"):
        look("datanodes", datanodes=3)


@responses.activate
def test_safe_mode_keeps_hdfs_from_being_written_to() -> None:
    answer("a", beans("active", Safemode="Safe mode is ON."), beans("active"))
    answer("b", beans("standby"))
    assert look("writable", timeout=10)["waited"] == 1


def test_options_that_make_no_sense() -> None:
    with pytest.raises(InputError, match="say with datanodes how many"):
        look("datanodes")
    with pytest.raises(InputError, match="it must be 1 or more"):
        look("datanodes", datanodes=0)


@responses.activate
@pytest.mark.parametrize(("error", "sentence"), [(401, "401 Unauthorized"), (403, "403 Forbidden")])
def test_a_refusal_is_not_taken_for_a_namenode_that_is_down(error: int, sentence: str) -> None:
    responses.get("http://a:9870/jmx", status=error)
    with pytest.raises(HttpError, match=sentence):
        look()


@responses.activate
def test_a_certificate_that_is_not_accepted_is_not_taken_for_a_namenode_that_is_down() -> None:
    responses.get("http://a:9870/jmx", body=requests.exceptions.SSLError("certificate verify failed"))
    with pytest.raises(HttpError, match="set ca_path"):
        look()
