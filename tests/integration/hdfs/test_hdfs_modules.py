# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hdfs_path, hdfs_info and hdfs_check against a real HDFS, called as a user calls them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.rpc import silences
from ansible_collections.baremetal.flink.plugins.module_utils.security.knock import Knock, Target

from tests.integration.ansible_module import run_module
from tests.integration.hdfs.hdfs_cluster import HdfsCluster

FLINK_DIRECTORIES = [
    {"path": "/flink", "owner": "flink", "group": "flink", "mode": "0750"},
    {"path": "/tmp", "mode": "1777"},
]


@pytest.fixture(scope="module", name="hdfs")
def _hdfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HdfsCluster]:
    cluster = HdfsCluster(tmp_path_factory.mktemp("hdfs") / "cluster")
    try:
        yield cluster.start()
    finally:
        cluster.stop()


def path(hdfs: HdfsCluster, check: bool = False, diff: bool = False, **arguments: Any) -> Dict[str, Any]:
    return run_module("hdfs_path", check=check, diff=diff, arguments={"namenodes": [hdfs.namenode], **arguments})


def info(hdfs: HdfsCluster, **arguments: Any) -> Dict[str, Any]:
    return run_module("hdfs_info", arguments={"namenodes": [hdfs.namenode], **arguments})


def status(hdfs: HdfsCluster, name: str) -> Dict[str, Any]:
    """What HDFS itself says, not the module."""
    answer = requests.get(f"http://{hdfs.namenode}/webhdfs/v1{name}", {"op": "GETFILESTATUS", "user.name": "hdfs"}, timeout=10)
    return answer.json().get("FileStatus") or {"type": "ABSENT"}


def test_an_audit_asks_webhdfs_without_a_login(hdfs: HdfsCluster) -> None:
    address, _colon, port = hdfs.namenode.rpartition(":")
    got = Knock(5).at(Target("x", address, int(port), "webhdfs"))
    assert (got.language, got.data, got.told) == ("clear", True, "GET /webhdfs/v1/ answers 200")


def test_directories_are_made_once(hdfs: HdfsCluster) -> None:
    planned = path(hdfs, check=True, diff=True, paths=FLINK_DIRECTORIES)
    assert planned["changed"] and planned["changed_paths"] == ["/flink", "/tmp"]
    assert "+owner: flink" in planned["printed"] and "+mode: 0750" in planned["printed"]
    assert status(hdfs, "/flink")["type"] == "ABSENT"

    made = path(hdfs, paths=FLINK_DIRECTORIES)
    assert made["changed"] and [result["mode"] for result in made["results"]] == ["0750", "1777"]
    found = status(hdfs, "/flink")
    assert (found["owner"], found["group"], found["permission"]) == ("flink", "flink", "750")
    assert status(hdfs, "/tmp")["permission"] == "1777"

    for wait_for, paths in (("writable", FLINK_DIRECTORIES), ("none", [])):
        seen = path(hdfs, paths=paths, wait_for=wait_for)
        assert not seen["changed"] and len(seen["results"]) == len(paths)
        assert seen["hdfs"]["active"] == f"http://{hdfs.namenode}" and seen["hdfs"]["cluster"]["datanodes"]["live"] == 1
    again = path(hdfs, paths=FLINK_DIRECTORIES)
    assert "hdfs" not in again
    assert not again["failed"] and again["changed"] is False and again["changed_paths"] == []


def test_only_what_differs_is_changed(hdfs: HdfsCluster) -> None:
    assert path(hdfs, path="/differs", owner="alice", mode="0755")["changed"]
    changed = path(hdfs, path="/differs", mode="0700")
    assert changed["results"][0]["before"]["mode"] == "0755" and changed["results"][0]["mode"] == "0700"
    assert status(hdfs, "/differs")["owner"] == "alice"


def test_missing_parents_do_not_get_the_mode_of_the_directory(hdfs: HdfsCluster) -> None:
    assert path(hdfs, path="/parent/child", mode="1777")["changed"]
    assert (status(hdfs, "/parent")["permission"], status(hdfs, "/parent/child")["permission"]) == ("755", "1777")


def test_a_file_is_written_compared_and_overwritten(hdfs: HdfsCluster) -> None:
    wish = {"path": "/files/größe ~ 1.txt", "state": "file", "content": "one\n", "owner": "alice", "group": "staff", "mode": "0640"}
    planned = path(hdfs, check=True, diff=True, **wish)
    assert planned["changed"] and "+one" in planned["printed"]
    assert path(hdfs, **wish)["changed"]
    assert path(hdfs, **wish)["changed"] is False

    # As long as before, so only reading tells the difference; the rights are kept.
    rewritten = path(hdfs, diff=True, path=wish["path"], state="file", content="two\n")
    assert rewritten["changed"] and "-one" in rewritten["printed"] and "+two" in rewritten["printed"]
    found = status(hdfs, wish["path"])
    assert (found["owner"], found["group"], found["permission"]) == ("alice", "staff", "640")
    listing = requests.get(f"http://{hdfs.namenode}/webhdfs/v1/files", {"op": "LISTSTATUS", "user.name": "hdfs"}, timeout=10).json()
    assert [entry["pathSuffix"] for entry in listing["FileStatuses"]["FileStatus"]] == ["größe ~ 1.txt"]
    read = requests.get(f"http://{hdfs.namenode}/webhdfs/v1{wish['path']}", {"op": "OPEN", "user.name": "hdfs"}, timeout=10)
    assert read.content == b"two\n"


def test_an_empty_file(hdfs: HdfsCluster) -> None:
    assert path(hdfs, path="/empty", state="file", content="")["changed"]
    assert status(hdfs, "/empty")["length"] == 0
    assert path(hdfs, path="/empty", state="file", content="")["changed"] is False


def test_quotas_and_storage_policy(hdfs: HdfsCluster) -> None:
    wish = {"path": "/limited", "namespace_quota": 100, "space_quota": "1G", "storage_policy": "cold"}
    assert path(hdfs, **wish)["changed"]
    assert path(hdfs, **wish)["changed"] is False
    lifted = path(hdfs, path="/limited", namespace_quota=-1, space_quota="-1", storage_policy="inherit")
    assert lifted["changed"]
    result = lifted["results"][0]
    assert (result["namespace_quota"], result["space_quota"], result["storage_policy"]) == (-1, -1, "inherit")
    assert result["before"]["space_quota"] == 1024**3 and result["before"]["storage_policy"] == "COLD"


def test_deleting(hdfs: HdfsCluster) -> None:
    assert path(hdfs, path="/full/of/things")["changed"]
    refused = path(hdfs, path="/full", state="absent")
    assert refused["failed"] and "/full is not empty (1 entries); set recursive to true" in refused["msg"]
    assert path(hdfs, check=True, path="/full", state="absent", recursive=True)["changed"]
    assert status(hdfs, "/full")["type"] == "DIRECTORY"
    assert path(hdfs, path="/full", state="absent", recursive=True)["changed"]
    assert status(hdfs, "/full")["type"] == "ABSENT"
    assert path(hdfs, path="/full", state="absent", recursive=True)["changed"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"path": "/", "state": "absent", "recursive": True}, "never deleted"),
        ({"path": "/x", "mode": 488}, "write the octal digits in quotes"),
        ({"path": "/x", "user": "nobody", "owner": "nobody"}, "The HDFS user nobody may not do this with /x: Permission denied"),
    ],
)
def test_refusals(hdfs: HdfsCluster, arguments: Dict[str, Any], sentence: str) -> None:
    refused = path(hdfs, **arguments)
    assert refused["failed"] and sentence in refused["msg"]
    assert status(hdfs, "/x")["type"] == "ABSENT"


def test_a_file_is_not_taken_for_a_directory(hdfs: HdfsCluster) -> None:
    assert path(hdfs, path="/file", state="file", content="x")["changed"]
    for name in ("/file", "/file/below"):
        refused = path(hdfs, path=name)
        assert refused["failed"] and "file" in refused["msg"] and "Traceback" not in refused["msg"]


def test_safe_mode_is_waited_for_within_bounds(hdfs: HdfsCluster) -> None:
    hdfs.safe_mode("enter")
    try:
        seen = info(hdfs)
        assert seen["active"] and seen["namenodes"][0]["safe_mode"] and not seen["healthy"]
        refused = path(hdfs, path="/in-safe-mode", wait=1, retries=0)
        assert refused["failed"] and "HDFS did not leave safe mode within 1 s" in refused["msg"]
        assert info(hdfs, wait_for="active", timeout=0)["failed"] is False
        unhealthy = info(hdfs, wait_for="healthy", timeout=0)
        assert unhealthy["failed"] and "safe mode" in unhealthy["msg"]
    finally:
        hdfs.safe_mode("leave")
    assert path(hdfs, path="/in-safe-mode", wait=20)["changed"]


def test_the_state_of_hdfs(hdfs: HdfsCluster) -> None:
    seen = info(hdfs, wait_for="healthy", datanodes=1)
    assert seen["changed"] is False and seen["healthy"] and seen["problems"] == []
    assert seen["active"] == f"http://{hdfs.namenode}" and seen["standby"] == [] and seen["down"] == []
    assert seen["cluster"]["datanodes"]["live"] == 1 and seen["cluster"]["datanodes"]["nodes"][0]["admin_state"] == "In Service"
    assert seen["cluster"]["blocks"]["missing"] == 0 and seen["cluster"]["capacity"]["total"] > 0
    (namenode,) = seen["namenodes"]
    assert (namenode["version"], namenode["startup_percent"], namenode["safe_mode"]) == ("3.4.1", 100.0, False)
    (node,) = seen["cluster"]["datanodes"]["nodes"]
    assert node["failed_volumes"] == 0 and node["remaining"] > 0
    assert [(journal["journalnodes"], journal["members"]) for journal in namenode["journals"]] == [([], [])]


def test_a_daemon_that_is_stopped_does_not_answer_though_its_port_accepts(hdfs: HdfsCluster) -> None:
    addresses = {"namenode": f"127.0.0.1:{hdfs.rpc}", "datanode": f"127.0.0.1:{hdfs.datanode_ports[2]}"}
    assert silences(addresses.values()) == {}
    stopped = hdfs.processes["datanode"].pid
    os.kill(stopped, signal.SIGSTOP)
    try:
        # Each thread of it comes to a stop by itself.
        threads = [task / "stat" for task in Path(f"/proc/{stopped}/task").iterdir()]
        while not all(thread.read_text().rpartition(") ")[2].startswith("T") for thread in threads):
            time.sleep(0.01)
        assert silences(addresses.values(), timeout=1) == {addresses["datanode"]: "does not answer within 1 s"}
    finally:
        os.kill(stopped, signal.SIGCONT)
    assert silences(addresses.values()) == {}


def test_a_file_is_tried_and_leaves_nothing(hdfs: HdfsCluster) -> None:
    tried = run_module("hdfs_check", arguments={"namenodes": [hdfs.namenode], "user": "hdfs", "directory": "/"})
    assert (tried["failed"], tried["changed"], tried["bytes"]) == (False, False, 4096)
    assert status(hdfs, tried["path"])["type"] == "ABSENT"
    healthy = {"namenodes": [hdfs.namenode], "user": "hdfs", "directory": "/", "wait_for": "healthy"}
    assert run_module("hdfs_check", arguments={**healthy, "datanodes": 1})["bytes"] == 4096
    fewer = run_module("hdfs_check", arguments={**healthy, "datanodes": 2, "timeout": 1})
    assert fewer["failed"] and fewer["msg"].startswith("HDFS is not as expected (wait_for healthy) after 1 s: 1 of 2 DataNodes are live")
    assert fewer["last_seen"] in fewer["msg"] and fewer["problems"] == []
    refused = run_module("hdfs_check", arguments={"namenodes": [hdfs.namenode], "user": "hdfs", "directory": "/nowhere"})
    assert refused["failed"] and "HDFS has no directory /nowhere" in refused["msg"]


def test_a_namenode_that_is_down_is_reported_and_passed_over(hdfs: HdfsCluster) -> None:
    namenodes = ["127.0.0.1:1", hdfs.namenode]
    seen = run_module("hdfs_info", arguments={"namenodes": namenodes})
    assert seen["down"] == ["http://127.0.0.1:1"] and seen["active"] == f"http://{hdfs.namenode}" and not seen["healthy"]
    made = run_module("hdfs_path", arguments={"namenodes": namenodes, "path": "/passed-over"})
    assert made["changed"] and made["namenode"] == f"http://{hdfs.namenode}"
    alone = run_module("hdfs_path", arguments={"namenodes": namenodes, "path": "/not-made", "wait_for": "standby", "timeout": 1})
    assert alone["failed"] and "HDFS is not as expected (wait_for standby)" in alone["msg"] and status(hdfs, "/not-made")["type"] == "ABSENT"
    none = run_module("hdfs_path", arguments={"namenodes": ["127.0.0.1:1"], "path": "/x", "wait": 0, "retries": 0})
    assert none["failed"] and "No NameNode became active" in none["msg"] and "connection refused" in none["msg"]


def test_too_few_datanodes_are_said_so(hdfs: HdfsCluster) -> None:
    refused = info(hdfs, wait_for="datanodes", datanodes=3, timeout=1)
    assert refused["failed"] and "1 of 3 DataNodes are live" in refused["msg"]
    assert refused["cluster"]["datanodes"]["live"] == 1


def test_the_datanode_is_lost_and_comes_back(hdfs: HdfsCluster) -> None:
    hdfs.stop_daemon("datanode")
    refused = path(hdfs, path="/no-datanode", state="file", content="x")
    assert refused["failed"] and "DataNode" in refused["msg"] and "Traceback" not in refused["msg"]
    tried = run_module("hdfs_check", arguments={"namenodes": [hdfs.namenode], "user": "hdfs", "directory": "/"})
    assert tried["failed"] and "DataNode" in tried["msg"] and "Traceback" not in tried["msg"]
    hdfs.start_daemon("datanode")
    assert info(hdfs, wait_for="healthy", datanodes=1, timeout=60)["failed"] is False
    assert path(hdfs, path="/no-datanode", state="file", content="x")["changed"]
