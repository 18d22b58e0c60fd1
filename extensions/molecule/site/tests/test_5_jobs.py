"""The playbook jobs with a job whose jar and savepoints are in HDFS: started, upgraded, stopped by a run that is killed, taken up, given up."""

from __future__ import annotations

import json
import re
import threading

import pytest
import requests

from tests.on_hosts import EXAMPLES, JAR

NAME = "alerts"
JARS = "hdfs://flink-hdfs/flink/jars"
SAVEPOINTS = "hdfs://flink-hdfs/flink/kept"
RECORD = f"/var/lib/flink/jobs/{NAME}/record.json"
#: Waits until the record tells of a savepoint that Flink was asked for, and stops the module before it learns the answer.
FREEZE = f"""
import fcntl, json, os, signal, time
lock = os.stat("/var/lib/flink/jobs/{NAME}/lock").st_ino
for _ in range(3000):
    pending = json.load(open("{RECORD}"))["pending"]
    if pending and pending["trigger"]:
        break
    time.sleep(0.01)
held = [line.split() for line in open("/proc/locks")]
pid = next(int(fields[4]) for fields in held if fields[5].endswith(":%d" % lock))
os.kill(pid, signal.SIGSTOP)
print(pid, pending["job_id"])
"""


@pytest.fixture(scope="module")
def jars(session_cluster):
    """Two jars in HDFS, the second with one more entry."""
    session_cluster.on("node1", f"""
        cp {JAR} /tmp/2.jar
        python3 -c 'import zipfile; zipfile.ZipFile("/tmp/2.jar", "a").writestr("another.txt", "")'
        sudo -u flink hdfs dfs -mkdir -p /flink/jars
        sudo -u flink hdfs dfs -put -f {JAR} /flink/jars/1.jar
        sudo -u flink hdfs dfs -put -f /tmp/2.jar /flink/jars/2.jar
        rm /tmp/2.jar""")
    return [f"{JARS}/1.jar", f"{JARS}/2.jar"]


@pytest.fixture
def declare(site):
    """Run the playbook with the job as it is declared now."""

    def run(jar: str, state: str = "running", *arguments: str):
        job = {"name": NAME, "state": state, "jar": jar, "entry_class": f"{EXAMPLES}.statemachine.StateMachineExample", "parallelism": 2,
               "arguments": ["--error-rate", "0", "--sleep", "1"], "savepoint_dir": SAVEPOINTS, "settle": 3}
        return site("jobs", *arguments, flink_jobs=[job])

    return run


def test_a_job_that_does_not_run_is_named(site, session_cluster):
    """One that nobody has declared, and that fails again and again: its socket is not there."""
    started = session_cluster.on("node1", f"sudo flink run --detached --class={EXAMPLES}.socket.SocketWindowWordCount {JAR} --port 9")
    identity = re.search("JobID ([0-9a-f]{32})", started).group(1)
    try:
        run = site("verify", "--tags", "flink", "-e", "verify_wait=5")
        assert run.status != 0
        assert re.search(rf"Socket Window WordCount \({identity}\) is (RESTARTING|RUNNING): .*ConnectException", run.flat), run.text[-4000:]
        run = site("jobs", flink_jobs=[])
        assert run.status == 0 and f"({identity}) is R" in run.flat, run.text[-4000:]
    finally:
        session_cluster.on("node1", f"sudo flink cancel {identity}")


@pytest.fixture
def record(session_cluster):
    return lambda: json.loads(session_cluster.on("node1", f"sudo cat {RECORD}"))


def in_hdfs(fleet, path: str) -> bool:
    """Whether the active NameNode has a file, over WebHDFS."""
    asked = {"op": "GETFILESTATUS", "user.name": "flink"}
    answers = [requests.get(f"http://{host.address}:9870/webhdfs/v1{path}", asked, timeout=5) for host in fleet.hosts()[:2]]
    return any(answer.ok for answer in answers)


def test_it_starts_once(declare, jars, session_cluster):
    before = session_cluster.running()
    run = declare(jars[0], "running", "--check")
    assert (run.status, run.changed) == (0, 1), run.text[-4000:]
    assert session_cluster.running() == before
    run = declare(jars[0])
    assert (run.status, run.changed) == (0, 1), run.text[-4000:]
    (identity,) = session_cluster.running()
    again = declare(jars[0])
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    assert session_cluster.running() == [identity]


def test_another_jar_goes_on_from_its_savepoint(declare, jars, session_cluster, fleet, record):
    (old,) = session_cluster.running()
    run = declare(jars[1])
    assert (run.status, run.changed) == (0, 1), run.text[-4000:]
    (new,) = session_cluster.running()
    savepoint = record()["last_savepoint"]["path"]
    assert savepoint.startswith(f"{SAVEPOINTS}/{NAME}/{old}-1/savepoint-") and new != old
    assert in_hdfs(fleet, f"{savepoint.removeprefix('hdfs://flink-hdfs')}/_metadata")
    restored = session_cluster.restored(new)
    assert (restored["external_path"], restored["is_savepoint"]) == (savepoint, True)


def test_a_stop_that_nobody_saw_the_end_of_is_found_over_webhdfs(declare, jars, session_cluster, record):
    """The run dies right after it has asked for the savepoint, and then the one JobManager that could tell its path."""
    (identity,) = session_cluster.running()
    first = threading.Thread(target=declare, args=(jars[1], "stopped"))
    first.start()
    pid, job = session_cluster.on("node1", f"sudo python3 -c '{FREEZE}'").split()
    assert job == identity
    session_cluster.wait_for(lambda: session_cluster.rest(f"/jobs/{identity}")["state"] == "FINISHED", "the end of the job")
    session_cluster.on("node1", f"sudo kill -9 {pid}")
    leader = session_cluster.leader()
    session_cluster.on(leader, "sudo systemctl kill --signal=KILL --kill-who=main flink-jobmanager")
    first.join()
    session_cluster.wait_for(lambda: session_cluster.leader() != leader, "another leader")
    known = session_cluster.wait_for(lambda: session_cluster.rest("/jobs/overview"), "its answer")["jobs"]
    assert identity not in [each["jid"] for each in known]
    run = declare(jars[1], "stopped")
    assert (run.status, run.changed) == (0, 1), run.text[-4000:]
    told = record()
    assert told["state"] == "stopped" and told["resume"]["path"].startswith(f"{SAVEPOINTS}/{NAME}/{identity}-1/savepoint-")
    assert session_cluster.running() == []


def test_it_goes_on_from_where_it_was_stopped_and_is_given_up(declare, jars, session_cluster, record):
    savepoint = record()["resume"]["path"]
    run = declare(jars[1])
    assert (run.status, run.changed) == (0, 1), run.text[-4000:]
    (identity,) = session_cluster.running()
    assert session_cluster.restored(identity)["external_path"] == savepoint
    run = declare(jars[1], "cancelled")
    assert (run.status, run.changed) == (0, 1), run.text[-4000:]
    assert session_cluster.running() == [] and record()["state"] == "cancelled"
    again = declare(jars[1], "cancelled")
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
