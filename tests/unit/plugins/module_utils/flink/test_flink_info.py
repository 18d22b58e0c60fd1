# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_info and flink_check on a played Flink; the real one is in tests/integration/flink_rest. Bodies as 1.12.5 sends them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink import check as flink_trial
from ansible_collections.baremetal.flink.plugins.module_utils.flink import info as flink_state
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import FlinkError, FlinkRest
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpError, HttpSettings

URL = "http://a:8081"
TRACE = "org.apache.flink.JobException: suppressed\n\tat a.B\nCaused by: java.io.FileNotFoundException: no /x\n\tat c.D\n"
STATES = ("created", "scheduled", "deploying", "running", "finished", "canceling", "canceled", "failed", "reconciling")


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def job(state: str, job_id: str = "1", name: str = "words", start: int = 1000, **tasks: int) -> Dict[str, Any]:
    counted = {**dict.fromkeys(STATES, 0), **tasks}
    return {
        "jid": job_id, "name": name, "state": state, "start-time": start, "end-time": -1, "duration": 2500, "last-modification": 1,
        "tasks": {"total": sum(counted.values()), **counted},
    }


def checkpoints(completed: int = 0, restored: int = 0) -> Dict[str, Any]:
    last = {"id": 9, "latest_ack_timestamp": 1700000000500, "end_to_end_duration": 120, "state_size": 7, "external_path": "hdfs://x/chk-9"}
    origin = {"id": 5, "restore_timestamp": 1700000000000, "is_savepoint": False, "external_path": "hdfs://x/chk-5"}
    return {
        "counts": {"completed": completed, "failed": 0, "in_progress": 0, "restored": restored, "total": completed},
        "latest": {"completed": last if completed else None, "restored": origin if restored else None, "failed": None, "savepoint": None},
    }


def play(version: str = "1.12.5", free: int = 2, taskmanagers: int = 1, jobs: Optional[List[List[Dict[str, Any]]]] = None) -> None:
    """A cluster; `jobs` are the lists that it gives one after the other."""
    responses.get(f"{URL}/config", json={"flink-version": version})
    counts = {f"jobs-{kind}": 0 for kind in ("running", "finished", "cancelled", "failed")}
    responses.get(f"{URL}/overview", json={"taskmanagers": taskmanagers, "slots-total": 6, "slots-available": free, **counts})
    manager = {
        "id": "tm1", "path": "akka.tcp://flink@10.0.0.1:1234/user/rpc/taskmanager_0", "slotsNumber": 6, "freeSlots": free,
        "timeSinceLastHeartbeat": 1700000000999, "hardware": {"cpuCores": 4, "physicalMemory": 1},
    }
    responses.get(f"{URL}/taskmanagers", json={"taskmanagers": [manager]})
    responses.get(f"{URL}/jobmanager/config", json=[{"key": "a", "value": "b"}])
    for listed in jobs if jobs is not None else [[]]:
        responses.get(f"{URL}/jobs/overview", json={"jobs": listed})
    tasks = {"CREATED": 0, "RUNNING": 1}
    responses.get(f"{URL}/jobs/1", json={"vertices": [{"id": "v", "name": "Map", "parallelism": 1, "status": "RUNNING", "tasks": tasks}]})
    responses.get(f"{URL}/jobs/1/exceptions", json={"root-exception": TRACE})


def info(time: Optional[Time] = None, **params: Any) -> Dict[str, Any]:
    time = time or Time()
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["a"], sleep=time.sleep)
    warnings: List[str] = []
    found = flink_state.core({"urls": ["a"], **params}, False, warnings.append, rest, time.clock, time.sleep)
    return {**found, "warnings": warnings}


@responses.activate
def test_the_whole_state() -> None:
    play(jobs=[[job("RUNNING", running=1), job("FINISHED", "2", "other", start=1, finished=1)]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints(3, 1))
    seen = info()
    assert (seen["version"], seen["url"], seen["changed"], seen["warnings"], seen["config"]) == ("1.12.5", URL, False, [], {"a": "b"})
    assert seen["taskmanagers"] == [
        {
            "id": "tm1", "host": "10.0.0.1", "path": "akka.tcp://flink@10.0.0.1:1234/user/rpc/taskmanager_0", "slots": 6, "slots_free": 2,
            "last_heartbeat": 1700000000, "cpu_cores": 4, "memory": 1,
        }
    ]
    assert [each["id"] for each in seen["jobs"]] == ["2", "1"] and "vertices" not in seen["jobs"][0]
    running = seen["jobs"][1]
    assert running["vertices"] == [{"id": "v", "name": "Map", "parallelism": 1, "state": "RUNNING", "tasks": {"running": 1}}]
    assert running["checkpoints"]["last"] == {"id": 9, "time": 1700000000, "duration": 0.12, "bytes": 7, "path": "hdfs://x/chk-9"}
    assert running["checkpoints"]["restored_from"] == {"id": 5, "time": 1700000000, "savepoint": False, "path": "hdfs://x/chk-5"}
    assert (running["duration"], running["end"], "exception" in running) == (2.5, None, False)


@responses.activate
def test_jobs_that_should_run_and_do_not() -> None:
    jobs = [
        {**job("FAILED", "1", "counts"), "end-time": 2000},
        job("FAILED", "2", "replaced", start=10) | {"end-time": 20}, job("RUNNING", "3", "replaced", start=30, running=1),
        job("RESTARTING", "4", "stuck", canceled=2),
        job("RUNNING", "5", "half", running=1, scheduled=1),
        job("RUNNING", "6", "batch", running=1, created=1),
        job("RUNNING", "7", "loop", running=1),
        job("CANCELED", "8", "unwanted"),
        job("INITIALIZING", "9", "new"),
    ]
    play(jobs=[jobs])
    for each in "2345679":
        failed = {"root-exception": TRACE, "timestamp": 1500} if each in "47" else {"root-exception": None, "timestamp": None}
        responses.get(f"{URL}/jobs/{each}/exceptions", json=failed)
        responses.get(f"{URL}/jobs/{each}", json={"vertices": []})
    for each in "1345679":
        taken = each in "1345"
        responses.get(f"{URL}/jobs/{each}/checkpoints", json=checkpoints(1) if taken else {}, status=200 if taken else 404)
        kept = {"interval": 500, "externalization": {"enabled": True, "delete_on_cancellation": False}}
        responses.get(f"{URL}/jobs/{each}/checkpoints/config", json=kept if taken else {}, status=200 if taken else 404)
    seen = info()
    assert [(each["name"], each["state"], each["final"], each["checkpoint"]) for each in seen["job_faults"]] == [
        ("counts", "FAILED", True, "hdfs://x/chk-9"), ("stuck", "RESTARTING", False, "hdfs://x/chk-9"),
        ("half", "RUNNING", False, "hdfs://x/chk-9"), ("loop", "RUNNING", False, None), ("new", "INITIALIZING", False, None),
    ]
    assert seen["at_work"] == {"taskmanagers": 1, "jobs": ["3", "6"]}
    told = [each["message"] for each in seen["job_faults"]]
    assert told[0] == (
        "the job counts (1) is FAILED: java.io.FileNotFoundException: no /x; its last checkpoint is hdfs://x/chk-9: the next run of the playbook "
        "jobs starts a declared job from there, `flink run -s hdfs://x/chk-9` with its jar any other"
    )
    assert told[1] == ("the job stuck (4) is RESTARTING: 0 of 2 tasks run; it failed with java.io.FileNotFoundException: no /x; its last checkpoint "
                       "is hdfs://x/chk-9")
    assert told[2] == "the job half (5) is RUNNING: 1 of 2 tasks run; its last checkpoint is hdfs://x/chk-9"
    assert told[3] == ("the job loop (7) is RUNNING: it has failed within the last 15 s, and completed no checkpoint since: "
                       "java.io.FileNotFoundException: no /x")
    time = Time()
    with pytest.raises(FlinkError, match=r"The job counts \(1\) is FAILED.*; the job stuck \(4\) is RESTARTING") as caught:
        info(time, wait_for="jobs", timeout=60)
    assert time.now == 0 and caught.value.details["job_faults"][0]["final"]


@responses.activate
def test_a_job_whose_master_has_not_begun_is_one_that_does_not_run_yet() -> None:
    """As Flink 1.12 to 2.3 answers right after the start of a job cluster."""
    play(jobs=[[job("INITIALIZING", "9", "new", created=2)]])
    said = ("org.apache.flink.runtime.dispatcher.UnavailableDispatcherOperationException: Unable to get JobMasterGateway for initializing job. "
            "The requested operation is not available while the JobManager is initializing.")
    responses.get(f"{URL}/jobs/9/exceptions", json={"root-exception": None, "timestamp": None})
    responses.get(f"{URL}/jobs/9", json={"vertices": []})
    responses.get(f"{URL}/jobs/9/checkpoints", json={"errors": [said]}, status=500)
    assert [fault["message"] for fault in info()["job_faults"]] == ["the job new (9) is INITIALIZING: 0 of 2 tasks run"]


@responses.activate
def test_what_a_jobmanager_remembers_of_an_earlier_leadership_is_no_job() -> None:
    """1.12 lists it beside the job itself, with the same id."""
    play(jobs=[[job("SUSPENDED"), job("RUNNING", running=1), job("SUSPENDED", "2", "elsewhere")]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints(3))
    seen = info()
    assert [(each["id"], each["state"]) for each in seen["jobs"]] == [("1", "RUNNING")] and seen["job_faults"] == []
    responses.get(f"{URL}/jobs/2", json={**job("SUSPENDED", "2"), "status-counts": {}})
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["a"])
    assert rest.find("2") is None and (rest.find("1") or {})["state"] == "RUNNING"


@responses.activate
def test_a_job_between_two_attempts_is_waited_for() -> None:
    play(jobs=[[job("RESTARTING", created=1)], [job("RUNNING", running=1)]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints(3))
    assert info(wait_for="jobs", timeout=5)["waited"] == 0.5


def restored(jobs: List[List[Dict[str, Any]]], statistics: List[Dict[str, Any]], timeout: float = 60, taskmanagers: int = 1) -> Dict[str, Any]:
    play(jobs=jobs, taskmanagers=taskmanagers)
    for each in statistics:
        responses.get(f"{URL}/jobs/1/checkpoints", json=each)
    responses.get(f"{URL}/jobs/1/checkpoints/config", json={"interval": 2000})
    return info(wait_for="recovered", before={"taskmanagers": 2, "jobs": ["1"]}, timeout=timeout)


def numbered(completed: Optional[int], restored_from: Optional[int] = None) -> Dict[str, Any]:
    told = checkpoints(1, 1)
    for name, number in (("completed", completed), ("restored", restored_from)):
        told["latest"][name] = {**told["latest"][name], "id": number} if number else None
    return told


@responses.activate
def test_a_cluster_has_recovered_with_a_new_checkpoint_of_each_job() -> None:
    running = [job("RUNNING", running=1)]
    seen = restored([[job("RESTARTING", created=1)], running], [numbered(None, 7), numbered(None, 7), numbered(8, 7)], taskmanagers=2)
    assert seen["waited"] == 1.5


@responses.activate
@pytest.mark.parametrize(("timeout", "waited"), [(60, 0.5), (3, 0.0)])
def test_a_checkpoint_is_waited_for_if_one_is_due_in_time(timeout: float, waited: float) -> None:
    assert restored([[job("RUNNING", running=1)]], [numbered(7), numbered(8)], timeout, taskmanagers=2)["waited"] == waited


@responses.activate
@pytest.mark.parametrize(
    ("listed", "taskmanagers", "sentence"),
    [
        ([job("FAILED")], 2, "The job words (1) has FAILED: java.io.FileNotFoundException: no /x"),
        ([job("RUNNING", running=1)], 1, "after 3 s: 1 of 2 TaskManagers that had work are registered"),
        ([job("RESTARTING", created=1)], 2, "after 3 s: the job words (1) is RESTARTING, 0 of 1 tasks run"),
    ],
)
def test_a_cluster_that_does_not_recover(listed: List[Dict[str, Any]], taskmanagers: int, sentence: str) -> None:
    with pytest.raises(FlinkError, match=re.escape(sentence)):
        restored([listed], [numbered(7), numbered(8)], 3, taskmanagers)


@responses.activate
def test_a_job_that_ended_meanwhile_and_was_forgotten_is_not_waited_for_for_ever() -> None:
    play(jobs=[[]])
    responses.replace("GET", f"{URL}/jobs/1", json={"errors": ["not found"]}, status=404)
    assert info(wait_for="recovered", before={"jobs": ["1"]}, timeout=300)["waited"] == 60


@responses.activate
@pytest.mark.parametrize(
    ("listed", "taskmanagers"),
    [
        # Tasks of a batch job run one after the other.
        ([job("RUNNING", running=1, created=1)], 2),
        ([job("FINISHED", finished=2)], 1),
    ],
)
def test_batch_jobs_are_waited_for_no_longer_than_they_need(listed: List[Dict[str, Any]], taskmanagers: int) -> None:
    play(jobs=[listed], taskmanagers=taskmanagers)
    for page in ("checkpoints", "checkpoints/config"):
        responses.get(f"{URL}/jobs/1/{page}", json={"errors": ["not enabled"]}, status=404)
    assert info(wait_for="recovered", before={"taskmanagers": 2, "jobs": ["1"]}, timeout=3)["waited"] == 0


@responses.activate
def test_one_job_by_name_the_living_and_newest_first() -> None:
    jobs = [job("FAILED", "3", start=30), job("RUNNING", "1", start=10, running=1), job("FINISHED", "2", start=20), job("RUNNING", "4", "other")]
    play(jobs=[jobs])
    responses.get(f"{URL}/jobs/1/checkpoints", json={"errors": ["not enabled"]}, status=404)
    for other in ("2", "3", "3/exceptions"):
        responses.get(f"{URL}/jobs/{other}", json={"errors": ["not found"]}, status=404)
    seen = info(job="words")
    assert [each["id"] for each in seen["jobs"]] == ["1", "3", "2"]
    assert seen["jobs"][0]["exception"] == {"cause": "java.io.FileNotFoundException: no /x", "trace": TRACE}
    assert seen["jobs"][0]["checkpoints"] is None and "vertices" not in seen["jobs"][1]


@responses.activate
@pytest.mark.parametrize(("version", "warned"), [("1.13.6", 0), ("2.3.0", 0), ("2.4.0", 1)])
def test_a_newer_flink_is_warned_of(version: str, warned: int) -> None:
    play(version)
    assert len(info()["warnings"]) == warned


@responses.activate
@pytest.mark.parametrize(
    ("condition", "count", "jobs", "statistics", "waited"),
    [
        ("job_running", 1, [[], [job("CREATED", created=2)], [job("RUNNING", deploying=1, running=1)], [job("RUNNING", running=2)]], [], 1.5),
        ("job_finished", 1, [[job("RUNNING", running=1)], [job("FINISHED", finished=1)]], [], 0.5),
        ("job_checkpointed", 3, [[job("RUNNING", running=1)]], [checkpoints(1), checkpoints(3)], 0.5),
        ("job_restored", 1, [[job("RESTARTING")], [job("RUNNING", running=1)]], [checkpoints(0, 1)], 0.5),
    ],
)
def test_waiting_for_a_job(condition: str, count: int, jobs: Any, statistics: Any, waited: float) -> None:
    play(jobs=jobs)
    for each in statistics or [checkpoints()]:
        responses.get(f"{URL}/jobs/1/checkpoints", json=each)
    assert info(job="words", wait_for=condition, count=count, timeout=60)["waited"] == waited


@responses.activate
def test_waiting_for_an_elected_leader_and_taskmanagers() -> None:
    responses.get(f"{URL}/config", body=requests.exceptions.ConnectionError("Connection refused"))
    responses.get(f"{URL}/config", json={"errors": ["ongoing leader election"]}, status=503)
    play(taskmanagers=3)
    assert info(wait_for="rest", timeout=10)["waited"] == 1
    with pytest.raises(FlinkError, match=r"\(wait_for taskmanagers\) after 10 s: 3 of 4 TaskManagers are registered"):
        info(wait_for="taskmanagers", count=4, timeout=10)


@responses.activate
def test_waiting_for_the_processes_of_a_host() -> None:
    play(taskmanagers=1)
    member = {"name": "n1", "version": "1.12.5", "jobmanager": URL, "taskmanager": "10.0.0.1", "slots": 6, "other_than": []}
    assert info(wait_for="member", member=member)["waited"] == 0
    with pytest.raises(FlinkError, match=r"\(wait_for member\) after 9 s: the TaskManager on n1 is not registered with the JobManager at " + URL):
        info(wait_for="member", member={**member, "taskmanager": "10.0.0.9"}, timeout=9)


@responses.activate
@pytest.mark.parametrize(
    ("condition", "listed", "sentence"),
    [
        ("job_running", job("FAILED", failed=1), "in vain: job words .1. is FAILED, 0 of 1 tasks run: java.io.FileNotFoundException: no /x"),
        ("job_finished", job("CANCELED"), "in vain: job words .1. is CANCELED$"),
        ("job_checkpointed", job("FINISHED", finished=1), "in vain: job words .1. is FINISHED, 0 of 1 checkpoints completed"),
        ("job_restored", job("FINISHED", finished=1), "in vain: .*0 of 1 checkpoints restored"),
    ],
)
def test_a_job_that_ends_otherwise_is_not_waited_for(condition: str, listed: Dict[str, Any], sentence: str) -> None:
    play(jobs=[[listed]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints())
    time = Time()
    with pytest.raises(FlinkError, match=sentence):
        info(time, job="words", wait_for=condition, timeout=600)
    assert time.now == 0


@responses.activate
def test_waiting_says_what_it_saw_last() -> None:
    play(jobs=[[job("RUNNING", running=1)]])
    responses.get(f"{URL}/jobs/1/checkpoints", status=404, json={"errors": ["not enabled"]})
    with pytest.raises(FlinkError, match="there is no job other; known jobs: words .RUNNING."):
        info(job="other", wait_for="job_running", timeout=3)
    with pytest.raises(FlinkError, match="it takes no checkpoints, see execution.checkpointing.interval"):
        info(job="words", wait_for="job_checkpointed", timeout=3)
    responses.replace("GET", f"{URL}/jobs/overview", json={"jobs": [job("RESTARTING", created=1)]})
    with pytest.raises(FlinkError, match="the job words .1. is RESTARTING: 0 of 1 tasks run; it failed with java.io.FileNotFoundException"):
        info(job="words", wait_for="job_running", timeout=3)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"wait_for": "job_running"}, "say with job which one"),
        ({"wait_for": "member"}, "wait_for: member and member belong together"),
        ({"wait_for": "taskmanagers", "count": 0}, "it must be 1 or more"),
        ({"urls": []}, "urls is empty"),
    ],
)
def test_options_that_make_no_sense(params: Dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        flink_state.core({"urls": ["a"], **params}, False, print)


@pytest.fixture(name="jar")
def _jar(tmp_path: Path) -> str:
    with zipfile.ZipFile(tmp_path / "job.jar", "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "")
    return str(tmp_path / "job.jar")


def check(jar: str, check_mode: bool = False, time: Optional[Time] = None, **params: Any) -> Dict[str, Any]:
    time = time or Time()
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["a"], sleep=time.sleep)
    return flink_trial.core({"urls": ["a"], "jar": jar, "timeout": 60, **params}, check_mode, pytest.fail, rest, time.clock, time.sleep)


def submission(status: int = 200, **answer: Any) -> None:
    responses.post(f"{URL}/jars/upload", json={"filename": "/up/7_job.jar"})
    responses.post(f"{URL}/jars/7_job.jar/run", status=status, **(answer or {"json": {"jobid": "1"}}))
    responses.delete(f"{URL}/jars/7_job.jar", json={})


def made() -> List[str]:
    return [f"{call.request.method} {str(call.request.url)[len(URL):]}" for call in responses.calls if call.request.method != "GET"]


@responses.activate
def test_a_job_that_finishes(jar: str) -> None:
    play(jobs=[[job("CREATED")], [job("RUNNING", running=1)], [job("FINISHED", finished=1)]])
    submission()
    ran = check(jar, arguments=["--a", 1], parallelism=2)
    assert (ran["ran"], ran["changed"], ran["state"], ran["duration"], ran["job_id"], ran["reason"]) == (True, False, "FINISHED", 2.5, "1", "")
    assert made() == ["POST /jars/upload", "POST /jars/7_job.jar/run", "DELETE /jars/7_job.jar"]


@responses.activate
@pytest.mark.parametrize(
    ("free", "parallelism", "reason"), [(0, None, "0 of 6 slots are free"), (1, 2, "1 of 6 slots are free, the job needs 2")]
)
def test_no_slot(jar: str, free: int, parallelism: Optional[int], reason: str) -> None:
    play(free=free)
    refused = check(jar, parallelism=parallelism)
    assert (refused["ran"], refused["reason"], made()) == (False, reason, [])


@responses.activate
def test_slots_that_come_with_the_job(jar: str) -> None:
    play(free=0, jobs=[[job("FINISHED", finished=1)]])
    submission()
    assert check(jar, require_free_slots=False)["ran"]


@responses.activate
@pytest.mark.parametrize("free", [2, 0])
def test_jobs_that_have_to_run_are_waited_for_with_and_without_a_trial(jar: str, free: int) -> None:
    trial, stuck = job("FINISHED", "9", "trial", finished=1), job("RESTARTING", "1", "stuck", created=1)
    play(free=free, jobs=[[trial, stuck], [trial, stuck], [trial, job("RUNNING", "1", "stuck", running=1)]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints(1))
    submission(json={"jobid": "9"})
    time = Time()
    told = check(jar, time=time, require_jobs=True)
    assert (told["ran"], told["job_faults"], time.now > 0) == (free > 0, [], True)


@responses.activate
def test_a_job_that_flink_has_given_up_fails_the_check_or_is_told(jar: str) -> None:
    play(jobs=[[job("FINISHED", "9", "trial", finished=1), {**job("FAILED", "1", "counts"), "end-time": 2000}]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints(1))
    responses.get(f"{URL}/jobs/1/checkpoints/config", json={"externalization": {"enabled": True, "delete_on_cancellation": False}})
    submission(json={"jobid": "9"})
    assert [each["checkpoint"] for each in check(jar)["job_faults"]] == ["hdfs://x/chk-9"]
    with pytest.raises(FlinkError, match=r"The job counts \(1\) is FAILED: .*; its last checkpoint is hdfs://x/chk-9"):
        check(jar, require_jobs=True)


@responses.activate
def test_nothing_is_tried_while_a_process_is_missing(jar: str) -> None:
    play(jobs=[[job("FINISHED", "9", "trial", finished=1)]])
    here, there = {"name": "n1", "version": "1.12.5", "jobmanager": URL, "taskmanager": "10.0.0.1"}, {"name": "n2", "taskmanager": "10.0.0.2"}
    lacking = check(jar, members=[here, there], require_jobs=True)
    assert (lacking["ran"], lacking["missing"]) == (False, [f"the TaskManager on n2 is not registered with the JobManager at {URL}"])
    assert lacking["reason"] == lacking["missing"][0] and made() == []
    submission(json={"jobid": "9"})
    told = check(jar, members=[here])
    assert told["ran"] and told["missing"] == [] and told["jobmanagers"] == [{"url": URL, "up": True, "reason": ""}]
    assert [(each["host"], each["slots"]) for each in told["taskmanagers"]] == [("10.0.0.1", 6)]


@responses.activate
def test_the_release_that_runs_is_judged_before_the_jar_and_once_for_all_hosts(jar: str) -> None:
    play()
    members = [{"name": name, "version": "1.13.6"} for name in ("n1", "n2")]
    assert check("/nowhere/of-1.13.6.jar", members=members)["missing"] == ["Flink 1.12.5 runs, and 1.13.6 should: run the role flink again"]
    with pytest.raises(InputError, match="is not a file on this host"):
        check("/nowhere/of-1.12.5.jar", members=[{"name": "n1", "version": "1.12.5"}])


@responses.activate
def test_without_a_jar_all_else_is_checked(jar: str) -> None:
    play(jobs=[[job("RESTARTING", "1", "stuck", created=1)], [job("RUNNING", "1", "stuck", running=1)]])
    responses.get(f"{URL}/jobs/1/checkpoints", json=checkpoints(1))
    time = Time()
    told = check("", time=time, require_jobs=True)
    assert (told["ran"], told["reason"], told["job_faults"], made(), time.now > 0) == (False, "no jar was given", [], [], True)


@responses.activate
def test_a_jobmanager_and_the_election_are_waited_for(jar: str, monkeypatch: pytest.MonkeyPatch) -> None:
    responses.get(f"{URL}/config", status=503, json={"errors": ["Service temporarily unavailable due to an ongoing leader election."]})
    responses.get(f"{URL}/config", json={"flink-version": "1.12.5"})
    play(free=0)
    asked: List[Any] = []
    monkeypatch.setattr(flink_trial, "await_leader", lambda zookeeper, timeout: asked.append((zookeeper["hosts"], timeout)))
    time = Time()
    assert check(jar, time=time, wait=30, election={"hosts": ["z:2181"]})["version"] == "1.12.5"
    assert time.now > 0 and asked == [(["z:2181"], 30)]


@responses.activate
def test_check_mode_submits_nothing(jar: str) -> None:
    play()
    asked = check(jar, check_mode=True)
    assert (asked["ran"], made()) == (False, []) and "2 of 6 slots are free" in asked["reason"]


@responses.activate
def test_a_job_that_fails(jar: str) -> None:
    play(jobs=[[job("FAILED", failed=1)]])
    submission()
    with pytest.raises(FlinkError, match="The job words .1. failed: java.io.FileNotFoundException: no /x") as caught:
        check(jar)
    assert caught.value.details["exception_trace"] == TRACE and made()[-1] == "DELETE /jars/7_job.jar"


@responses.activate
def test_a_job_that_somebody_cancels(jar: str) -> None:
    play(jobs=[[job("CANCELED", canceled=1)]])
    submission()
    with pytest.raises(FlinkError, match="is CANCELED: somebody cancelled it"):
        check(jar)
    assert made()[-1] == "DELETE /jars/7_job.jar"


@responses.activate
def test_a_job_that_is_restarted_for_ever_is_cancelled_and_explained(jar: str) -> None:
    play(jobs=[[job("RESTARTING", canceled=1)]] * 25 + [[job("CANCELED", canceled=1)]])
    submission()
    responses.patch(f"{URL}/jobs/1", status=202, json={})
    with pytest.raises(FlinkError, match="within 6 s: it is RESTARTING with tasks 1 canceled; it keeps failing with .*no /x; it was cancelled"):
        check(jar, timeout=6)
    assert made()[-2:] == ["PATCH /jobs/1?mode=cancel", "DELETE /jars/7_job.jar"]


@responses.activate
def test_a_job_that_cannot_be_cancelled(jar: str) -> None:
    play(jobs=[[job("RUNNING", running=1)]])
    submission()
    responses.patch(f"{URL}/jobs/1", status=202, json={})
    with pytest.raises(FlinkError, match="it could not be cancelled .*look after job 1"):
        check(jar, timeout=6)


@responses.activate
def test_a_submission_that_is_refused(jar: str) -> None:
    play()
    submission(500, json={"errors": ["Internal server error.", TRACE]})
    with pytest.raises(FlinkError, match="Flink did not start the job of .*job.jar: java.io.FileNotFoundException: no /x$"):
        check(jar)
    assert made()[-1] == "DELETE /jars/7_job.jar"


@responses.activate
def test_a_submission_whose_answer_is_lost_is_cancelled_by_its_own_id(jar: str) -> None:
    play(jobs=[[]])
    submission(body=requests.exceptions.ReadTimeout())
    responses.add_callback("PATCH", re.compile(f"{URL}/jobs/[0-9a-f]{{32}}.*"), lambda request: (404, {}, "{}"))
    with pytest.raises(FlinkError, match="did not start the job .*no answer within"):
        check(jar)
    assert [call.split("/")[1].split("/")[0] for call in made()] == ["jars", "jars", "jobs", "jars"]


@responses.activate
def test_a_jar_that_cannot_be_deleted_does_not_hide_the_failure(jar: str) -> None:
    play(jobs=[[job("FAILED", failed=1)]])
    submission()
    responses.replace("DELETE", f"{URL}/jars/7_job.jar", status=500, json={"errors": ["disk"]})
    with pytest.raises(FlinkError, match="failed: java.io.FileNotFoundException: no /x; besides, the uploaded jar 7_job.jar could not be deleted: .*disk"):
        check(jar)


@responses.activate
def test_a_jar_that_cannot_be_deleted_after_success_is_a_failure(jar: str) -> None:
    play(jobs=[[job("FINISHED", finished=1)]])
    submission()
    responses.replace("DELETE", f"{URL}/jars/7_job.jar", status=500, json={"errors": ["disk"]})
    with pytest.raises(HttpError, match="disk"):
        check(jar)


@pytest.mark.parametrize(
    ("name", "content", "params", "sentence"),
    [
        ("missing.jar", None, {}, "is not a file on this host"),
        ("job.zip", b"PK", {}, "name ends in .jar"),
        ("bad.jar", b"not a jar", {}, r"is not a jar \(or cut off\)"),
        ("job.jar", "zip", {"timeout": 0}, "more than 0 seconds"),
        ("job.jar", "zip", {"parallelism": 0}, "must be 1 or more"),
        ("job.jar", "zip", {"wait": -1}, "must be 0 seconds or more"),
    ],
)
def test_input_that_cannot_work(tmp_path: Path, name: str, content: Any, params: Dict[str, Any], sentence: str) -> None:
    path = tmp_path / name
    if content == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", "")
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        check(str(path), **params)
