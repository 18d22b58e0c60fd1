"""A job with a Flink cluster of its own beside the session cluster: declared, found by name, given another jar, taken off."""

from __future__ import annotations

import re
import shutil
import zipfile

import pytest
from conftest import MUTUAL

from tests import downloads

SESSION = {"flink_taskmanager_slots": 3, "flink_rest_tls": True}
ENTRY_CLASS = "org.apache.flink.streaming.examples.statemachine.StateMachineExample"
UNITS = ("machine-jobmanager", "machine-taskmanager")


@pytest.fixture
def name():
    return "node2"


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    jar = tmp_path_factory.mktemp("job") / "machine.jar"
    shutil.copy(downloads.maven_jar("org.apache.flink:flink-examples-streaming:1.20.0"), jar)
    return {
        "name": "machine", "jar": str(jar), "entry_class": ENTRY_CLASS, "ports_from": 6200, "parallelism": 2,
        "arguments": ["--error-rate", 0, "--sleep", 1, "--output", "file:///var/lib/flink/tmp/the machine's $alerts 100%"],
    }


@pytest.fixture
def declare(operator, name):
    def run(job, *arguments):
        return operator.play("--limit", name, *arguments, playbook="extensions/molecule/flink/job_clusters.yml", flink_job_clusters=[job], **SESSION)

    return run


def running(host, name):
    """Id of the one job that a cluster runs, as its client lists it."""
    with host.sudo():
        return re.findall(r" : ([0-9a-f]{32}) : State machine job \(RUNNING\)", host.check_output("flink --cluster %s list --running", name))


def test_what_cannot_work_is_refused(declare, job):
    run = declare({**job, "memory": "1g"})
    assert run.status != 0 and run.changed == 0
    assert "flink_job_clusters.memory. Supported parameters include: allow_non_restored" in run.flat, run.text[-3000:]
    run = declare({**job, "jar": "/no/such.jar"})
    assert run.status != 0 and run.changed == 0
    assert "/no/such.jar, and there is no such file on the controller" in run.flat, run.text[-3000:]
    run = declare({**job, "ports_from": 8080})
    assert run.status != 0 and run.changed == 0
    assert "its ports 8080 to 8089 are also those of flink: choose another ports_from" in run.flat, run.text[-3000:]


def test_the_job_runs_on_processes_of_its_own(declare, job, host, process):
    run = declare(job)
    assert run.status == 0, run.text[-3000:]
    assert "StandaloneApplicationClusterEntryPoint" in process(UNITS[0])[1]
    assert all(host.service(unit).is_running and host.service(unit).is_enabled for unit in UNITS)
    assert len(running(host, "machine")) == 1
    # What is in its arguments is the program's, whatever a shell or systemd would make of it.
    assert process(UNITS[0])[1].endswith("--output file:///var/lib/flink/tmp/the machine's $alerts 100%")


def test_its_rest_lets_in_callers_with_a_certificate(operator, name):
    assert operator.at_rest(name, 6200, "machine") == MUTUAL


def test_the_command_finds_clusters_by_name(host):
    (job,) = running(host, "machine")
    assert running(host, "flink") == []
    with host.sudo():
        printed = host.check_output("flink --cluster machine savepoint %s", job)
        assert host.file(re.search(r"file:(/var/lib/flink/machine/savepoints/\S+)", printed).group(1)).is_directory
        unknown = host.run("flink --cluster other list")
    assert (unknown.rc, unknown.stderr.strip()) == (1, "flink: this host knows no cluster other: name one of flink, machine")


def test_another_jar_and_parallelism_start_it_anew_once(declare, job, host, operator, name):
    with zipfile.ZipFile(job["jar"], "a") as jar:
        jar.writestr("another.txt", "")
    # From one to two its operators would be chained in another way, and known by other names.
    job["parallelism"] = 3
    before = host.check_output("readlink /opt/flink-jobs/machine/job")
    run = declare(job)
    assert run.status == 0, run.text[-3000:]
    assert host.check_output("readlink /opt/flink-jobs/machine/job") != before
    (identity,) = running(host, "machine")
    assert max(each["parallelism"] for each in operator.rest(name, f"/jobs/{identity}", port=6200)["vertices"]) == 3
    # Without ZooKeeper, too.
    restored = operator.rest(name, f"/jobs/{identity}/checkpoints", port=6200)["latest"]["restored"]
    assert re.search(rf"file:/+var/lib/flink/machine/checkpoints/{identity}/chk-\d+$", restored["external_path"])
    again = declare(job)
    assert (again.status, again.changed) == (0, 0), again.text[-3000:]


def test_absent_takes_it_off_and_nothing_else(declare, job, host, operator, name):
    run = declare({"name": job["name"], "state": "absent", "remove_data": True})
    assert run.status == 0, run.text[-3000:]
    assert not any(host.service(unit).exists for unit in UNITS)
    gone = ["/etc/flink-jobs/machine", "/opt/flink-jobs/machine", "/var/lib/flink-jobs/machine", "/var/lib/flink/machine"]
    with host.sudo():
        assert [path for path in gone if host.file(path).exists] == []
    assert operator.rest(name, "/overview")["taskmanagers"] == 1
