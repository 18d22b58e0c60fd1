# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_info and flink_check against a real Flink 1.12.5, called as a user calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests

from tests import downloads
from tests.integration.ansible_module import run_module
from tests.integration.flink_rest.flink_cluster import SLOTS, FlinkCluster

WORD_COUNT = "org.apache.flink:flink-examples-streaming_2.11:1.12.5:WordCount"
# Runs until it is cancelled.
TOP_SPEED = "org.apache.flink:flink-examples-streaming_2.11:1.12.5:TopSpeedWindowing"
TOP_SPEED_NAME = "CarTopSpeedWindowingExample"
NOBODY = "127.0.0.1:1"


@pytest.fixture(scope="module", name="flink")
def _flink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlinkCluster]:
    cluster = FlinkCluster(tmp_path_factory.mktemp("flink"))
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture(name="endless_job")
def _endless_job(flink: FlinkCluster) -> Iterator[str]:
    """A job that takes a checkpoint every 500 ms and holds all slots."""
    with open(downloads.maven_jar(TOP_SPEED), "rb") as jar:
        uploaded = requests.post(f"{flink.url}/jars/upload", files={"jarfile": ("TopSpeed.jar", jar, "application/x-java-archive")}, timeout=30)
    jar_id = uploaded.json()["filename"].rsplit("/", 1)[-1]
    started = requests.post(f"{flink.url}/jars/{jar_id}/run", json={"parallelism": SLOTS}, timeout=30)
    job_id = started.json()["jobid"]
    try:
        yield job_id
    finally:
        requests.patch(f"{flink.url}/jobs/{job_id}", params={"mode": "cancel"}, json={}, timeout=30)
        requests.delete(f"{flink.url}/jars/{jar_id}", timeout=30)
        flink.wait_for_free_slots(SLOTS)


def check(flink: FlinkCluster, check_mode: bool = False, **arguments: Any) -> Dict[str, Any]:
    arguments.setdefault("jar", str(downloads.maven_jar(WORD_COUNT)))
    return run_module("flink_check", check=check_mode, arguments={"urls": [flink.url], **arguments})


def info(flink: FlinkCluster, **arguments: Any) -> Dict[str, Any]:
    return run_module("flink_info", arguments={"urls": [flink.url], **arguments})


def test_the_state_of_the_cluster(flink: FlinkCluster) -> None:
    seen = run_module("flink_info", arguments={"urls": [NOBODY, flink.url], "wait_for": "taskmanagers", "count": 1})
    assert seen["changed"] is False and seen["version"] == "1.12.5" and seen["url"] == flink.url
    assert seen["overview"]["slots_total"] == SLOTS and seen["overview"]["slots_available"] == SLOTS
    assert [(each["url"], each["up"]) for each in seen["jobmanagers"]] == [(f"http://{NOBODY}", False), (flink.url, True)]
    (taskmanager,) = seen["taskmanagers"]
    assert (taskmanager["host"], taskmanager["slots"], taskmanager["slots_free"]) == ("127.0.0.1", SLOTS, SLOTS)
    assert seen["config"]["taskmanager.numberOfTaskSlots"] == str(SLOTS)


def test_a_job_runs_and_nothing_remains(flink: FlinkCluster, tmp_path: Path) -> None:
    words, counted = tmp_path / "words", tmp_path / "counted"
    words.write_text("to be or not to be\n", encoding="utf-8")
    ran = run_module(
        "flink_check",
        arguments={
            "urls": [NOBODY, flink.url],
            "jar": str(downloads.maven_jar(WORD_COUNT)),
            "entry_class": "org.apache.flink.streaming.examples.wordcount.WordCount",
            "arguments": ["--input", str(words), "--output", str(counted)],
        },
    )
    assert ran["ran"] and ran["changed"] is False and ran["state"] == "FINISHED" and ran["duration"] > 0
    assert "(to,2)" in counted.read_text(encoding="utf-8").splitlines()
    assert flink.jars() == []
    (job,) = info(flink, job=ran["job_id"])["jobs"]
    assert (job["state"], job["exception"], job["checkpoints"]["restored"]) == ("FINISHED", None, 0)
    assert {vertex["state"] for vertex in job["vertices"]} == {"FINISHED"}


def test_check_mode_only_asks(flink: FlinkCluster) -> None:
    before = info(flink)["overview"]
    asked = check(flink, check_mode=True)
    assert not asked["failed"] and asked["ran"] is False and "check mode" in asked["reason"]
    assert info(flink)["overview"] == before


def test_a_job_that_fails_tells_its_own_reason(flink: FlinkCluster, tmp_path: Path) -> None:
    failed = check(flink, arguments=["--input", str(tmp_path / "missing")])
    assert failed["failed"] and f"java.io.FileNotFoundException: The provided file path {tmp_path}/missing does not exist" in failed["msg"]
    assert "JobException" in failed["exception_trace"] and flink.jars() == []
    vain = info(flink, job=failed["job_id"], wait_for="job_running")
    assert vain["failed"] and "is FAILED" in vain["msg"] and "FileNotFoundException" in vain["msg"]


def test_a_class_that_is_not_in_the_jar(flink: FlinkCluster) -> None:
    failed = check(flink, entry_class="org.example.Missing")
    assert failed["failed"] and "Flink did not start the job" in failed["msg"] and "ClassNotFoundException: org.example.Missing" in failed["msg"]
    assert flink.jars() == []


def test_a_jar_that_is_no_jar(flink: FlinkCluster, tmp_path: Path) -> None:
    jar = tmp_path / "cut-off.jar"
    jar.write_bytes(downloads.maven_jar(WORD_COUNT).read_bytes()[:1000])
    failed = check(flink, jar=str(jar))
    assert failed["failed"] and "is not a jar (or cut off)" in failed["msg"] and flink.jars() == []


def test_a_job_that_does_not_end_is_cancelled(flink: FlinkCluster) -> None:
    failed = check(flink, jar=str(downloads.maven_jar(TOP_SPEED)), timeout=5)
    assert failed["failed"] and "did not finish within 5 s" in failed["msg"] and "it was cancelled" in failed["msg"]
    assert flink.jars() == []
    assert info(flink, job=failed["job_id"])["jobs"][0]["state"] == "CANCELED"


def test_no_slot_checkpoints_and_recovery(flink: FlinkCluster, endless_job: str) -> None:
    running = info(flink, job=endless_job, wait_for="job_running")
    assert running["jobs"][0]["tasks"]["running"] == running["jobs"][0]["tasks"]["total"]

    full = check(flink)
    assert not full["failed"] and (full["ran"], full["reason"]) == (False, f"0 of {SLOTS} slots are free")

    checkpointed = info(flink, job=TOP_SPEED_NAME, wait_for="job_checkpointed", count=2)
    job = checkpointed["jobs"][0]
    assert job["id"] == endless_job and job["checkpoints"]["completed"] >= 2 and job["checkpoints"]["restored_from"] is None
    assert job["checkpoints"]["last"]["path"].startswith(f"file:{flink.checkpoints}/{endless_job}/chk-")

    early = info(flink, job=endless_job, wait_for="job_restored", timeout=1)
    assert early["failed"] and "0 of 1 checkpoints restored" in early["msg"]

    flink.stop_process("taskmanager")
    flink.start_process("taskmanager")
    restored = info(flink, job=endless_job, wait_for="job_restored", timeout=60)
    assert not restored["failed"], restored["msg"]
    assert restored["jobs"][0]["checkpoints"]["restored_from"]["id"] >= 2


def test_waiting_is_bounded(flink: FlinkCluster) -> None:
    unknown = info(flink, job="no such job", wait_for="job_running", timeout=1)
    assert unknown["failed"] and "there is no job no such job; known jobs:" in unknown["msg"]
    few = info(flink, wait_for="taskmanagers", count=5, timeout=1)
    assert few["failed"] and "1 of 5 TaskManagers are registered" in few["msg"]
    nobody = run_module("flink_info", arguments={"urls": [NOBODY], "retries": 0})
    assert nobody["failed"] and "No JobManager could serve the request" in nobody["msg"] and "connection refused" in nobody["msg"]
