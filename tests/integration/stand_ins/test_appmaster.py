# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's real AppMaster as a framework of the stand-ins: it cannot tell, and neither can its jobs."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter

import pytest
import requests

from tests import downloads
from tests.integration.stand_ins.appmaster import AppMaster, JobMaster, RoleAppMaster
from tests.integration.stand_ins.mesos_stack import MesosStack, until
from tests.stand_ins.scheduler.pack import pack

TEXT = "to be or not to be that is the question whether tis nobler in the mind to suffer"
WORD_COUNT = "wordcount.WordCount"
STATE_MACHINE = "statemachine.StateMachineExample"


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    return pack(tmp_path_factory.mktemp("driver"))


@pytest.fixture(scope="module")
def mesos(tmp_path_factory):
    with MesosStack(tmp_path_factory.mktemp("mesos")) as running:
        yield running


@pytest.fixture(scope="module")
def appmaster(mesos, driver, tmp_path_factory):
    """Starts an AppMaster of this name and version; it lives as long as the module's tests."""
    started = []

    def starter(name, version, kind=AppMaster, java=11):
        one = kind(tmp_path_factory.mktemp(name), name, mesos, driver, version, java)
        started.append(one)
        if kind is not JobMaster:
            one.start()
        return one

    yield starter
    for one in started:
        one.close()


@pytest.fixture(scope="module", params=["1.12.5", "1.9.3"])
def flink(appmaster, mesos, request):
    """One application, which the tests below take through its life in their order."""
    one = appmaster(f"flink-{request.param}", request.param)
    yield one
    framework = one.framework_id()
    one.close()
    if framework:
        mesos.teardown(framework)


def test_it_registers_and_needs_no_taskmanager(flink, mesos):
    framework = flink.registered()
    assert mesos.framework(framework)["name"] == flink.name
    assert flink.get("/overview")["taskmanagers"] == 0
    assert flink.workers() == [] and mesos.tasks(framework) == []


def test_a_job_gets_its_taskmanager_and_its_right_result(flink, mesos):
    source, sink = flink.directory / "text", flink.directory / "counts"
    source.write_text(TEXT + "\n", encoding="ascii")
    flink.run(WORD_COUNT, "--input", source.as_uri(), "--output", sink.as_uri())
    # The count of a word grows by one with each of its lines: the last one is its number.
    counted = dict(re.fullmatch(r"\((\w+),(\d+)\)", line).groups() for line in sink.read_text(encoding="ascii").splitlines())
    assert {word: int(number) for word, number in counted.items()} == Counter(TEXT.split())
    assert flink.workers() == ["taskmanager-00001"]
    [task] = mesos.tasks(flink.framework_id())
    assert (task["id"], task["state"]) == ("taskmanager-00001", "TASK_RUNNING")


def test_a_job_survives_the_appmaster_and_the_master(flink, mesos):
    framework = flink.framework_id()
    printed = flink.run(
        STATE_MACHINE, "--error-rate", "0", "--sleep", "1", "--backend", "file", "--checkpoint-dir", flink.checkpoints.as_uri(), detached=True)
    job = re.search(r"JobID ([0-9a-f]{32})", printed).group(1)

    def checkpoint(which):
        found = until(lambda: flink.get(f"/jobs/{job}/checkpoints")["latest"][which], f"a {which} checkpoint", evidence=flink.evidence)
        return found["id"]

    def tasks():
        """By id, when each got its first status: a task that was started anew had another."""
        return {task["id"]: task["statuses"][0]["timestamp"] for task in mesos.tasks(framework) if task["state"] == "TASK_RUNNING"}

    completed, before, workers = checkpoint("completed"), tasks(), flink.workers()
    assert sorted(before) == workers != []

    def goes_on():
        """Flink may ask for one TaskManager more, when the job is there before the old one has found the new AppMaster."""
        return set(workers) <= set(flink.workers()) and before.items() <= tasks().items()

    flink.kill()
    assert flink.workers() == workers
    flink.start()
    assert flink.registered() == framework
    assert checkpoint("restored") >= completed
    assert checkpoint("completed") > completed
    assert goes_on(), flink.evidence()

    mesos.master.end(signal.SIGKILL)
    mesos.master.start()
    assert flink.registered() == framework
    until(goes_on, "the new master knows the old tasks", evidence=flink.evidence)
    assert flink.get(f"/jobs/{job}")["state"] == "RUNNING"
    flink.cancel(job)


def test_an_idle_taskmanager_goes(flink, mesos):
    until(lambda: flink.get("/overview")["taskmanagers"] == 0, "the idle TaskManager goes", evidence=flink.evidence)
    until(lambda: flink.workers() == [] and mesos.tasks(flink.framework_id()) == [], "its task and its znode go", evidence=flink.evidence)


def test_taskmanagers_come_by_demand_and_go_again(flink, mesos):
    """None, then one for each slot that a job needs, and never one more, then none."""
    framework, most = flink.framework_id(), 0

    def count():
        nonlocal most
        found = (flink.get("/overview")["taskmanagers"], len(flink.workers()), len(mesos.tasks(framework)))
        most = max(most, *found)
        return found

    assert count() == (0, 0, 0)
    printed = flink.run(STATE_MACHINE, "--error-rate", "0", "--sleep", "1", detached=True, parallelism=3)
    job = re.search(r"JobID ([0-9a-f]{32})", printed).group(1)
    until(lambda: count() == (3, 3, 3) and flink.get("/overview")["slots-available"] == 0, "one TaskManager for each slot", evidence=flink.evidence)
    until(lambda: count() and flink.get(f"/jobs/{job}")["status-counts"]["RUNNING"] == 2, "all of the job's tasks run", evidence=flink.evidence)
    flink.cancel(job)
    until(lambda: count() == (0, 0, 0), "no TaskManager is left after the idle time-out", evidence=flink.evidence)
    assert most == 3


def test_an_orderly_end_removes_the_framework(flink, mesos):
    framework = flink.registered()
    requests.delete(f"{flink.rest}/cluster", timeout=10).raise_for_status()
    # Not with status 0: Flink looks once more for mesos-workers, after it has removed all znodes of the cluster.
    flink.process.wait(60)
    assert framework in [each["id"] for each in mesos.state()["completed_frameworks"]]
    assert flink.framework_id() == ""


def test_a_framework_torn_down_is_noticed_only_when_the_appmaster_starts_again(appmaster, mesos):
    flink = appmaster("removed", "1.12.5")
    framework = flink.registered()
    mesos.teardown(framework)
    assert framework in [each["id"] for each in mesos.state()["completed_frameworks"]]
    for second in range(5):
        time.sleep(1)
        assert flink.process.poll() is None and flink.get("/overview")["taskmanagers"] == 0, f"after {second} s: {flink.evidence()}"
    flink.kill()
    flink.start()
    assert flink.process.wait(60) == 2, flink.evidence()
    assert "Framework has been removed" in flink.log(), flink.evidence()
    # So it would go on for ever.
    assert flink.framework_id() == framework


def test_a_job_cluster_starts_its_job_and_finds_its_checkpoints_again(appmaster, mesos):
    flink = appmaster("one-job", "1.12.5", JobMaster)
    jar = downloads.maven_jar("org.apache.flink:flink-examples-streaming_2.11:1.12.5")
    checkpoints = ("--backend", "file", "--checkpoint-dir", flink.checkpoints.as_uri())
    printed = flink.make_graph(STATE_MACHINE, "--error-rate", "0", "--sleep", "1", *checkpoints, jar=jar, parallelism=2)
    assert f"({flink.job_id}), parallelism 2" in printed
    flink.start()
    framework = flink.registered()
    until(lambda: flink.get(f"/jobs/{flink.job_id}")["status-counts"]["RUNNING"] == 2, "the job runs", evidence=flink.evidence)
    assert len(mesos.tasks(framework)) == 2

    def checkpoint(which):
        return until(lambda: flink.get(f"/jobs/{flink.job_id}/checkpoints")["latest"][which], f"a {which} checkpoint", evidence=flink.evidence)["id"]

    completed = checkpoint("completed")
    flink.kill()
    flink.start()
    assert flink.registered() == framework
    assert checkpoint("restored") >= completed, "the same id finds the checkpoints, although no client submitted the job"
    flink.kill()
    mesos.teardown(framework)


@pytest.mark.parametrize(("version", "java"), [
    ("1.7.2", 11), *(pytest.param(version, 11, marks=pytest.mark.drill) for version in ("1.9.3", "1.10.3", "1.11.4")), ("1.13.6", 17)])
def test_what_the_role_writes_for_a_version_runs_and_ends_with_its_task(appmaster, mesos, version, java):
    flink = appmaster(f"role-{version.replace('.', '-')}", version, RoleAppMaster, java)
    framework = flink.registered()
    assert flink.get("/overview")["flink-version"] == version
    source, sink = flink.directory / "text", flink.directory / "counts"
    source.write_text(TEXT + "\n", encoding="ascii")
    flink.run(WORD_COUNT, "--input", source.as_uri(), "--output", sink.as_uri())
    counted = dict(re.fullmatch(r"\((\w+),(\d+)\)", line).groups() for line in sink.read_text(encoding="ascii").splitlines())
    assert {word: int(number) for word, number in counted.items()} == Counter(TEXT.split())
    assert [task["resources"]["mem"] for task in mesos.tasks(framework)] == [1000]
    # What ends a task signals its first process, and the JVM must be gone with it: one that leads on would be out of Marathon's sight.
    flink.process.send_signal(signal.SIGTERM)
    flink.process.wait(30)
    with pytest.raises(requests.ConnectionError):
        flink.get("/overview")
    mesos.teardown(framework)
