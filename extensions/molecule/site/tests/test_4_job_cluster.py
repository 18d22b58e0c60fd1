"""A job with a Flink cluster of its own, of two JobManagers: declared, killed, changed, judged and taken off beside the session cluster."""

from __future__ import annotations

import re
import shutil
import zipfile

import pytest

from tests import downloads
from tests.on_hosts import EXAMPLES, Flink

NAME = "machine"
UNITS = ("machine-jobmanager", "machine-taskmanager")
PLACES = ("/etc/flink-jobs/machine", "/opt/flink-jobs/machine", "/var/lib/flink-jobs/machine", "/var/lib/flink/tmp/machine")


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """Two of the three hosts have a TaskManager, and the third one none of its processes."""
    jar = tmp_path_factory.mktemp("job") / "machine.jar"
    shutil.copy(downloads.maven_jar("org.apache.flink:flink-examples-streaming:1.20.0"), jar)
    return {
        "name": NAME, "jar": str(jar), "entry_class": f"{EXAMPLES}.statemachine.StateMachineExample", "ports_from": 6200,
        "arguments": ["--error-rate", 0, "--sleep", 1], "parallelism": 2, "taskmanagers": 2,
    }


@pytest.fixture(scope="module")
def cluster(fleet, zookeeper) -> Flink:
    return Flink(fleet, zookeeper, f"/flink/{NAME}", 6200)


@pytest.fixture
def declared(site, job):
    """Run a playbook with the job cluster in the inventory."""

    def run(playbook: str, *arguments: str):
        return site(playbook, *arguments, flink_job_clusters=[job])

    return run


@pytest.fixture
def pids(cluster):
    """Process ids of units, by host."""

    def look(*units: str) -> dict[str, list[str]]:
        return {name: cluster.on(name, f"systemctl show -p MainPID --value {' '.join(units)}").split() for name in cluster.names.values()}

    return look


def test_check_promises_it_and_changes_nothing(declared, cluster, pids):
    run = declared("job_clusters", "--check", "--diff")
    assert run.status == 0, run.text[-4000:]
    assert all(run.changed_on[name] > 0 for name in cluster.names.values()), run.text[-4000:]
    assert "machine-jobmanager.service" in run.text
    assert pids(*UNITS) == dict.fromkeys(cluster.names.values(), ["0", "0"])
    for name in cluster.names.values():
        assert cluster.on(name, f"ls -d {' '.join(PLACES)} 2>/dev/null || true") == ""
    assert not cluster.zookeeper.exists(cluster.path)


def test_it_runs_where_it_is_declared_and_keeps_its_state_in_hdfs(declared, cluster, pids):
    run = declared("job_clusters")
    assert run.status == 0, run.text[-4000:]
    assert {name: [pid != "0" for pid in found] for name, found in pids(*UNITS).items()} == {
        "node1": [True, True], "node2": [True, True], "node3": [False, False]}
    again = declared("job_clusters")
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    (identity,) = cluster.running()
    assert re.fullmatch(r"hdfs://[^/]+/flink/machine/checkpoints/.+", cluster.checkpoint(identity)["external_path"])


def test_the_command_finds_it_from_every_host(cluster):
    (identity,) = cluster.running()
    for name in cluster.names.values():
        listed = cluster.on(name, f"sudo flink --cluster {NAME} list --running")
        assert re.findall(r" : ([0-9a-f]{32}) : State machine job \(RUNNING\)", listed) == [identity], listed
        assert identity not in cluster.on(name, "sudo flink list --running")


def test_killed_leader_hands_the_job_to_the_other(cluster):
    (identity,) = cluster.running()
    before, leader = cluster.checkpoint(identity), cluster.leader()
    cluster.on(leader, "sudo systemctl kill --signal=KILL --kill-who=main machine-jobmanager")
    cluster.wait_for(lambda: cluster.leader() != leader, "another leader")
    restored = cluster.restored(identity)
    assert restored["id"] >= before["id"] and not restored["is_savepoint"]
    assert cluster.checkpoint(identity, after=restored["id"])
    assert cluster.running() == [identity]
    assert cluster.on(leader, "systemctl is-active machine-jobmanager") == "active"


def test_another_jar_and_parallelism_go_on_from_its_checkpoint(declared, job, cluster):
    (identity,) = cluster.running()
    before = cluster.checkpoint(identity)
    with zipfile.ZipFile(job["jar"], "a") as jar:
        jar.writestr("another.txt", "")
    job["parallelism"] = 3
    run = declared("job_clusters")
    assert run.status == 0, run.text[-4000:]
    assert cluster.running() == [identity]
    assert max(each["parallelism"] for each in cluster.rest(f"/jobs/{identity}")["vertices"]) == 3
    assert cluster.restored(identity)["id"] >= before["id"]


def test_verify_has_a_line_for_it_on_each_host(declared, cluster):
    run = declared("verify", "--tags", "job_clusters")
    assert run.status == 0, run.text[-4000:]
    assert len(re.findall(r"job_clusters +node\d +ok", run.text)) == 3, run.text[-4000:]
    for name in ("node1", "node2"):
        cluster.on(name, f"sudo systemctl kill --signal=KILL {' '.join(UNITS)}; sudo systemctl stop {' '.join(UNITS)}")
    run = declared("verify", "--tags", "job_clusters", "-e", "verify_wait=5")
    assert run.status != 0
    for name in ("node1", "node2"):
        said = rf"job_clusters +{name} +WRONG +machine-jobmanager.service on {name} does not run"
        assert re.search(said, run.text), run.text[-4000:]
    assert re.search(r"job_clusters +node3 +WRONG +Flink is not as expected \(wait_for rest\).*: No JobManager could serve", run.text), run.text[-4000:]


def test_a_job_that_zookeeper_has_forgotten_goes_on_from_its_newest_checkpoint(declared, cluster):
    """As Flink leaves a job that has failed for good: nothing in ZooKeeper, JobManagers that have ended, and the checkpoints."""
    newest = cluster.on("node1", f"sudo -u flink /etc/flink-jobs/{NAME}/last-checkpoint")
    assert re.fullmatch(r"hdfs://[^/]+/flink/machine/checkpoints/[0-9a-f]{32}/chk-\d+", newest)
    cluster.zookeeper.delete(cluster.path, recursive=True)
    run = declared("job_clusters")
    assert run.status == 0, run.text[-4000:]
    (identity,) = cluster.running()
    assert cluster.restored(identity)["external_path"] == newest
    assert cluster.checkpoint(identity)["id"] > int(newest.rpartition("-")[2])


def test_teardown_takes_it_off_with_its_data_and_nothing_else(declared, cluster, session_cluster, pids):
    session = pids("flink-jobmanager", "flink-taskmanager")
    delete = ("-e", "teardown_confirm=yes", "-e", "teardown_data=delete")
    run = declared("teardown", "--tags", "flink", *delete)
    assert run.status != 0 and "On node1 machine of flink_job_clusters would lose what is in /var/lib/flink/tmp" in run.flat, run.text[-4000:]
    assert run.changed == 0 and pids("flink-jobmanager", "flink-taskmanager") == session
    run = declared("teardown", "--tags", "job_clusters", *delete)
    assert run.status == 0, run.text[-4000:]
    for name in cluster.names.values():
        assert cluster.on(name, f"ls -d {' '.join(PLACES)} /etc/systemd/system/machine-* 2>/dev/null || true") == ""
    assert not cluster.zookeeper.exists(cluster.path)
    assert cluster.on("node1", "sudo -u hdfs hdfs dfs -ls /flink/machine") == ""
    assert pids("flink-jobmanager", "flink-taskmanager") == session
    assert session_cluster.rest("/overview")["taskmanagers"] == 3
