# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_job on a played Flink that breaks at every possible moment; the real one is in tests/integration/flink_job."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, cast

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.info import find_jobs
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import declared as flink_job
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import jar as flink_job_jar
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import record as flink_job_record
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.identity import (
    Release,
    job_prefix,
    new_job_id,
    runs_release,
)
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.record import History, RecordError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.savepoint import find_on_disk
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import FlinkError, FlinkRest
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError, TlsError
from ansible_collections.baremetal.flink.plugins.module_utils.secrets import public_arguments
from ansible_collections.baremetal.flink.tests.unit.fakes.flink_job import URL, FakeFlink, FakeJob, Killed, Time, jar


class World:
    """A cluster, a host with a history directory, and jars."""

    def __init__(self, directory: Path, version: str = "1.12.5") -> None:
        directory.mkdir(exist_ok=True)
        self.directory = directory
        self.time = Time()
        self.flink = FakeFlink(self.time, version)
        self.warnings: List[str] = []

    def declare(self, path: Optional[str] = None, check: bool = False, **more: Any) -> Dict[str, Any]:
        params = {
            "name": "counts", "state": "running", "jar": path, "jar_src": None, "jar_checksum": None, "arguments": [], "parallelism": 2,
            "savepoint_dir": f"file://{self.directory}/savepoints", "savepoint_format": "canonical", "allow_non_restored": False, "start_from": None,
            "restart": "from_state",
            "rollback": True, "keep": 3, "history_dir": str(self.directory / "history"), "hdfs": None, "settle": 1, "timeout": 60, **more,
        }
        time, flink = self.time, cast(FlinkRest, self.flink)
        return flink_job.core(params, check, self.warnings.append, flink, time.clock, time.sleep, time.clock)

    def fails(self, *args: Any, **more: Any) -> CollectionError:
        with pytest.raises(CollectionError) as caught:
            self.declare(*args, **more)
        return caught.value

    @property
    def job(self) -> FakeJob:
        (job,) = self.flink.living
        return job

    @property
    def record(self) -> Dict[str, Any]:
        return json.loads((self.directory / "history" / "counts" / "record.json").read_text())


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    return World(tmp_path / "world")


def test_start_no_change_upgrade_stop_and_go_on(world: World, tmp_path: Path) -> None:
    first, second = jar(tmp_path, "first"), jar(tmp_path, "second")
    started = world.declare(first)
    assert (started["action"], started["changed"], world.job.path) == ("started", True, None)
    assert world.job.jid == started["job_id"] and started["job_id"].startswith(job_prefix("counts"))
    same = world.declare(first)
    assert (same["action"], same["changed"], same["diff"]["before"]) == ("none", False, same["diff"]["after"])
    upgraded = world.declare(second)
    assert (upgraded["action"], upgraded["changed"], world.job.path) == ("upgraded", True, upgraded["savepoint"])
    assert upgraded["savepoint"] == f"file://{tmp_path}/world/savepoints/counts/{started['job_id']}-1/savepoint-1"
    assert world.declare(second, parallelism=3)["action"] == "upgraded"
    stopped = world.declare(state="stopped")
    assert (stopped["action"], stopped["job_state"], world.flink.living) == ("stopped", "stopped", [])
    assert not world.declare(state="stopped")["changed"]
    assert world.declare(second)["action"] == "started" and world.job.path == stopped["savepoint"]
    assert world.declare(state="cancelled")["action"] == "cancelled" and not world.declare(state="cancelled")["changed"]
    world.flink.last_savepoint = None
    assert world.declare(second)["action"] == "started" and world.job.path is None
    assert world.flink.jars == {}


@pytest.mark.parametrize("behaviour", ["open", "failed"])
def test_a_bad_release_gives_way_to_the_one_before(world: World, tmp_path: Path, behaviour: str) -> None:
    good, bad = jar(tmp_path, "good"), jar(tmp_path, "bad", behaviour)
    world.declare(good)
    error = world.fails(bad)
    assert "a.C: made to fail" in error.message and "is back from the savepoint" in error.message
    assert error.details["rolled_back"] and error.details["changed"] and world.job.jid == error.details["job_id"]
    assert world.job.path == error.details["savepoint"] == world.flink.last_savepoint and world.job.behaviour == "good"
    assert not world.declare(good)["changed"]


def test_a_main_method_that_throws_stops_nothing(world: World, tmp_path: Path) -> None:
    before = world.declare(jar(tmp_path, "good"))
    error = world.fails(jar(tmp_path, "bad", "main"))
    assert "a.C: made to fail. The one that runs was not stopped" in error.message
    assert world.job.jid == before["job_id"] and error.details["changed"] is False


def test_a_job_that_is_down_and_has_a_jar_that_throws_is_named_with_its_state(world: World, tmp_path: Path) -> None:
    """As after a change of Flink's minor version, for which the jar has to be built anew."""
    bad = jar(tmp_path, "bad", "main")
    assert world.fails(bad).message.endswith(" of counts does not work: a.C: made to fail. It was not started")
    world.declare(jar(tmp_path, "good"))
    world.declare(state="stopped")
    error = world.fails(bad)
    kept = world.flink.last_savepoint
    told = f" of counts does not work: a.C: made to fail. It was not started; its state is kept in {kept}, and the next start goes on from there"
    assert error.message.startswith("The release ") and error.message.endswith(told)
    assert (error.details["savepoint"], error.details["reason"], error.details["changed"]) == (kept, "a.C: made to fail", False)
    assert world.declare(jar(tmp_path, "good"))["action"] == "started" and world.job.path == kept


def test_without_the_old_jar_the_state_is_kept_and_the_next_start_uses_it(world: World, tmp_path: Path) -> None:
    world.declare(jar(tmp_path, "good"))
    for kept in (tmp_path / "world" / "history" / "counts" / "jars").iterdir():
        kept.unlink()
    error = world.fails(jar(tmp_path, "bad", "open"))
    assert "was not brought back, as its jar is not in" in error.message and str(world.flink.last_savepoint) in error.message
    assert any("cannot be brought back" in warning for warning in world.warnings) and world.flink.living == []
    world.declare(jar(tmp_path, "better"))
    assert world.job.path == world.flink.last_savepoint


def test_rollback_can_be_declined(world: World, tmp_path: Path) -> None:
    world.declare(jar(tmp_path, "good"))
    assert "as rollback is false" in world.fails(jar(tmp_path, "bad", "open"), rollback=False).message
    assert world.flink.living == []


def test_a_first_start_that_fails_tells_why_and_begins_anew(world: World, tmp_path: Path) -> None:
    error = world.fails(jar(tmp_path, "bad", "failed"))
    assert "does not work: a.C: made to fail" in error.message and "Caused by: a.C" in error.details["exception_trace"]
    assert world.declare(jar(tmp_path, "good"))["action"] == "started" and world.job.path is None


def test_check_mode_writes_nothing(world: World, tmp_path: Path) -> None:
    first, second = jar(tmp_path, "first"), jar(tmp_path, "second")
    assert world.declare(first, check=True)["action"] == "started" and world.flink.submitted == 0
    assert not (tmp_path / "world" / "history").exists()
    world.declare(first, arguments=["--password", "hunter2"])
    told = world.declare(second, check=True, arguments=["--password=hunter2"])
    assert told["action"] == "upgraded" and told["diff"]["before"] != told["diff"]["after"] and "hunter2" not in json.dumps(told)
    assert world.declare(check=True, state="stopped")["action"] == "stopped" and world.flink.submitted == 1
    assert world.declare(check=True, state="cancelled")["action"] == "cancelled" and len(world.flink.living) == 1


def each_moment(count: Callable[[Callable[[], None]], Any]) -> int:
    """Call ``count(tick)`` with a tick that fires at its first call, then at its second, until it does not fire any more."""
    moment = 0
    while True:
        moment += 1
        left = [moment]

        def tick() -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        count(tick)
        if left[0] > 0:
            return moment - 1


@pytest.mark.parametrize("behaviour", ["good", "open"])
def test_a_module_killed_at_any_moment_of_an_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    good, new = jar(tmp_path, "good"), jar(tmp_path, "new", behaviour)
    save = History.save
    worlds: List[World] = []

    def one(tick: Callable[[], None]) -> None:
        world = World(tmp_path / f"world-{len(worlds)}")
        worlds.append(world)
        world.declare(good)

        def ticking(history: History) -> None:
            tick()
            save(history)
            tick()

        monkeypatch.setattr(flink_job_record.History, "save", ticking)
        world.flink.after = lambda name: tick()
        with contextlib.suppress(Killed, FlinkError):
            world.declare(new)
        monkeypatch.setattr(flink_job_record.History, "save", save)
        world.flink.after = lambda name: None
        if behaviour == "good":
            world.declare(new)
            assert world.job.behaviour == "good" and world.job.path == world.flink.last_savepoint and world.job.path
            assert not world.declare(new)["changed"]
        else:
            assert "made to fail" in world.fails(new).message
            assert world.job.behaviour == "good" and world.job.path == world.flink.last_savepoint
            assert not world.declare(good)["changed"]

    assert each_moment(one) > 10


@pytest.mark.parametrize("behaviour", ["good", "open"])
def test_a_leader_lost_at_any_moment_of_an_upgrade(tmp_path: Path, behaviour: str) -> None:
    good, new = jar(tmp_path, "good"), jar(tmp_path, "new", behaviour)
    worlds: List[World] = []

    def one(tick: Callable[[], None]) -> None:
        world = World(tmp_path / f"world-{len(worlds)}")
        worlds.append(world)
        world.declare(good)

        def strike(name: str) -> None:
            try:
                tick()
            except Killed:
                world.flink.lose_leader()

        world.flink.before = world.flink.after = strike
        if behaviour == "good":
            world.declare(new)
        else:
            assert "is back from the savepoint" in world.fails(new).message
        assert world.job.behaviour == "good" and world.job.path == world.flink.last_savepoint and world.job.path

    assert each_moment(one) > 20


def test_a_savepoint_that_cannot_be_looked_for_is_asked_for(world: World, tmp_path: Path) -> None:
    world.declare(jar(tmp_path, "good"))
    world.flink.after = lambda name: world.flink.lose_leader() if name == "stop" else None
    error = world.fails(jar(tmp_path, "new"), savepoint_dir="hdfs://name/savepoints")
    assert "its savepoint cannot be looked for from here: look into hdfs://name/savepoints/counts/" in error.message
    world.flink.after = lambda name: None
    path = world.flink.last_savepoint
    assert "is not known to Flink any more" in world.fails(jar(tmp_path, "new")).message and world.flink.living == []
    assert world.declare(jar(tmp_path, "new"), start_from=path)["action"] == "started" and world.job.path == path


def test_a_job_that_ended_by_itself(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    world.declare(path)
    world.job.state = "FAILED"
    assert "restart is never" in world.fails(path, restart="never").message
    assert "has left no checkpoint or savepoint" in world.fails(path).message
    assert world.declare(path, restart="from_nothing")["action"] == "started"
    world.job.state = "FINISHED"
    assert not world.declare(path)["changed"] and world.flink.living == []


@pytest.mark.parametrize(("retains", "said"), [(True, "give start_from: s3://checkpoints/3"), (False, "to give its state up")])
def test_a_job_that_does_not_come_to_run_takes_no_savepoint(world: World, tmp_path: Path, retains: bool, said: str) -> None:
    world.declare(jar(tmp_path, "good"))
    world.job.running, world.flink.retains = 1, retains
    error = world.fails(jar(tmp_path, "next"))
    assert "no savepoint can be taken: it is RUNNING" in error.message and said in error.message
    assert len(world.flink.living) == 1 and world.record["pending"] is None


def test_a_failed_job_goes_on_from_its_retained_checkpoint(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    world.declare(path)
    world.job.state, world.flink.retains = "FAILED", True
    said = "restart is never, so it was left alone; its last checkpoint is s3://checkpoints/3: give it as start_from, or restart: from_state"
    assert said in world.fails(path, restart="never").message
    assert world.declare(path)["action"] == "started" and world.job.path == "s3://checkpoints/3"


def test_a_job_that_flink_has_forgotten_goes_on_from_its_newest_complete_checkpoint(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    world.declare(path)
    kept = tmp_path / "kept"
    for name in ("chk-9/_metadata", "chk-10/_metadata", "chk-11/half", "shared/_metadata"):
        (kept / world.job.jid / name).parent.mkdir(parents=True)
        (kept / world.job.jid / name).touch()
    newest, lost = f"{kept.as_uri()}/{world.job.jid}/chk-10", world.job
    world.flink.checkpoints_dir = kept.as_uri()
    world.flink.known.clear()
    assert newest in world.fails(path, restart="never").message

    def taken_over(name: str) -> None:
        if name == "find" and world.time.now > asked + 5:
            world.flink.known[lost.jid] = lost

    asked = world.time.now
    world.flink.before = taken_over
    assert "takes over the job counts" in world.fails(path).message and world.flink.submitted == 1
    world.flink.before = lambda name: None
    world.flink.known.clear()
    assert world.declare(path)["action"] == "started" and world.job.path == newest


def test_what_a_cancelled_job_leaves_is_told(world: World, tmp_path: Path) -> None:
    world.declare(jar(tmp_path, "good"))
    world.flink.retains = True
    told = world.declare(state="cancelled")
    assert told["events"][0].endswith("has left its checkpoints, the last of them in s3://checkpoints/3; nothing deletes them")


def test_a_batch_runs_once(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "batch")

    def finish(name: str) -> None:
        for job in world.flink.living:
            job.state = "FINISHED"

    world.flink.after = finish
    assert world.declare(path, state="finished")["action"] == "finished"
    assert not world.declare(path, state="finished")["changed"] and world.flink.submitted == 1
    assert "made to fail" in world.fails(jar(tmp_path, "bad", "main"), state="finished").message


def test_a_batch_that_is_found_running_and_fails_is_named(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "batch")
    job_id = world.declare(path)["job_id"]
    world.flink.known[job_id].behaviour = "failed"
    looked = []

    def fail(name: str) -> None:
        looked.append(name)
        if looked.count("find") > 1:
            world.flink.known[job_id].state = "FAILED"

    world.flink.before = fail
    error = world.fails(path, state="finished")
    assert error.message == f"The job counts ({job_id}) has not come to its end: a.C: made to fail" and error.details["reason"] == "a.C: made to fail"


@pytest.mark.parametrize("version", ["1.5.6", "1.7.2", "1.8.3"])
def test_older_versions(tmp_path: Path, version: str) -> None:
    world = World(tmp_path / "world", version)
    first = jar(tmp_path, "first")
    world.declare(first)
    assert not world.declare(first)["changed"]
    assert world.declare(jar(tmp_path, "second"))["action"] == "upgraded" and world.job.path == world.flink.last_savepoint


@pytest.mark.parametrize(
    ("version", "wanted", "told"),
    [("1.8.3", "canonical", None), ("1.14.6", "canonical", None), ("1.15.4", "canonical", "CANONICAL"), ("1.15.4", "native", "NATIVE"),
     ("2.3.0", "native", "NATIVE")],
)
def test_the_format_of_a_savepoint(tmp_path: Path, version: str, wanted: str, told: Optional[str]) -> None:
    world = World(tmp_path / "world", version)
    world.declare(jar(tmp_path, "good"), savepoint_format=wanted)
    world.declare(state="stopped", savepoint_format=wanted)
    assert world.flink.last_savepoint and world.flink.savepoint_format == told


def test_a_format_that_the_version_does_not_have(tmp_path: Path) -> None:
    world = World(tmp_path / "world", "1.14.6")
    error = world.fails(jar(tmp_path, "good"), savepoint_format="native")
    assert error.message == "savepoint_format is native, and Flink 1.14.6 writes savepoints in one format alone; leave it out" and not world.flink.known


def test_a_cancellation_that_flink_has_lost_is_asked_for_again(tmp_path: Path) -> None:
    world = World(tmp_path / "world", "1.7.2")
    world.declare(jar(tmp_path, "good"))
    world.flink.lost_cancels = 1
    assert world.declare(state="cancelled")["action"] == "cancelled" and world.flink.living == []
    world.flink.last_savepoint = None
    world.declare(jar(tmp_path, "good"))
    world.flink.lost_cancels = 1000
    assert "was cancelled and does not end: it is RUNNING" in world.fails(state="cancelled").message


def test_a_start_that_was_interrupted_leaves_the_next_release_its_jar(world: World, tmp_path: Path) -> None:
    def die(name: str) -> None:
        raise Killed

    world.flink.after = lambda name: die(name) if name == "run" else None
    with pytest.raises(Killed):
        world.declare(jar(tmp_path, "first"))
    world.flink.after = lambda name: None
    upgraded = world.declare(jar(tmp_path, "second"))
    assert upgraded["action"] == "upgraded" and "took up the start" in upgraded["events"][0]


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("call", ["plan", "run"])
def test_a_jar_that_the_jobmanager_has_lost_is_uploaded_again(world: World, tmp_path: Path, call: str, status: int) -> None:
    trouble = [HttpError("refused", URL, status, "x", {"errors": ["a.B: Jar file /tmp/x.jar does not exist\n\tat a.B"]})] * 2

    def lose(name: str) -> None:
        if name == call and trouble:
            raise trouble.pop()
        if name == "delete_jar":
            raise HttpError("refused", URL, 400, "File x.jar does not exist in /tmp.")

    world.flink.before = lose
    assert world.declare(jar(tmp_path, "good"))["action"] == "started" and not trouble


def refused_in_main(cause: str) -> HttpError:
    """As 1.10 and newer answer when the main method has built the job, and the cluster did not take it."""
    trace = ("org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.\n"
             "Caused by: org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: Failed to execute job 'Own Name'.\n"
             f"Caused by: org.apache.flink.util.FlinkException: Failed to execute job 'Own Name'.\nCaused by: {cause}\n")
    return HttpError("refused", URL, 400, cause, {"errors": [trace]})


@pytest.mark.parametrize("cause", [
    "org.apache.flink.runtime.client.DuplicateJobSubmissionException: Job has already been submitted.",
    "org.apache.flink.runtime.client.DuplicateApplicationSubmissionException: Application has already been submitted.",
], ids=["1.12.5", "2.3.0"])
def test_a_job_that_flink_says_it_has_already_is_watched(world: World, tmp_path: Path, cause: str) -> None:
    def deny(name: str) -> None:
        if name == "run":
            raise refused_in_main(cause)

    world.flink.after = deny
    assert world.declare(jar(tmp_path, "good"))["action"] == "started" and world.flink.submitted == 1


def test_a_cluster_that_does_not_take_the_job_just_now_is_asked_again(world: World, tmp_path: Path) -> None:
    cause = "java.util.concurrent.TimeoutException: Invocation of [RemoteRpcInvocation(submitJob)] timed out."
    trouble = [refused_in_main(cause)] * 2

    def lose(name: str) -> None:
        if name == "run" and trouble:
            raise trouble.pop()

    world.flink.before = lose
    assert world.declare(jar(tmp_path, "good"))["action"] == "started" and not trouble
    trouble += [refused_in_main(cause)] * 3
    began = world.time.now
    assert "TimeoutException: Invocation" in world.fails(jar(tmp_path, "new")).message and world.time.now - began < 30
    assert world.job.behaviour == "good" and world.job.path == world.flink.last_savepoint


def test_a_savepoint_that_is_not_there_is_not_asked_for_again(world: World, tmp_path: Path) -> None:
    cause = ("org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.\n"
             "Caused by: java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory 'file:///x' on file system 'file'.")
    tries: List[str] = []

    def refuse(name: str) -> None:
        if name == "run":
            tries.append(name)
            raise refused_in_main(cause)

    world.flink.before = refuse
    assert "Cannot find checkpoint or savepoint" in world.fails(jar(tmp_path, "good"), start_from="file:///x").message and len(tries) == 1


def test_a_plan_that_is_refused_again_and_again_is_not_waited_for(world: World, tmp_path: Path) -> None:
    def refuse(name: str) -> None:
        if name == "plan":
            raise HttpError("refused", URL, 500, "The program's entry point class 'no.Such' was not found in the jar file.")

    world.flink.before = refuse
    started = world.time.now
    assert "entry point class 'no.Such' was not found" in world.fails(jar(tmp_path, "good")).message
    assert world.time.now - started < 5 and world.flink.submitted == 0


@pytest.mark.parametrize("call", ["version", "plan", "upload", "run"])
def test_a_wrong_certificate_is_not_waited_for_and_is_no_fault_of_the_job(world: World, tmp_path: Path, call: str) -> None:
    world.declare(jar(tmp_path, "good"))

    def refuse(name: str) -> None:
        if name == call:
            raise TlsError("not accepted", URL)

    world.flink.before = refuse
    started = world.time.now
    assert isinstance(world.fails(jar(tmp_path, "next")), TlsError) and world.time.now - started < 5
    world.flink.before = lambda name: None
    world.declare(jar(tmp_path, "next"))
    assert world.job.behaviour == "good" and world.job.path == world.flink.last_savepoint


def test_a_main_method_of_which_flink_says_no_more_is_told_so(world: World, tmp_path: Path) -> None:
    def refuse(name: str) -> None:
        if name == "plan":
            raise HttpError("refused", URL, 500, "The main method caused an error.", {"errors": ["The main method caused an error."]})

    world.flink.before = refuse
    assert "tells no more; the log of the JobManager does" in world.fails(jar(tmp_path, "good")).message


def test_another_host_knows_the_job_by_its_id(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    world.declare(path)
    assert not world.declare(path, history_dir=str(tmp_path / "elsewhere"))["changed"]
    assert world.declare(jar(tmp_path, "next"), history_dir=str(tmp_path / "third"))["action"] == "upgraded"
    assert "cannot be brought back" in world.warnings[0]


def test_flink_info_finds_a_job_by_its_declared_name(world: World, tmp_path: Path) -> None:
    started = world.declare(jar(tmp_path, "good"))
    world.flink.known["f" * 32] = FakeJob("f" * 32, "good", None, 1)
    assert [job["jid"] for job in find_jobs(world.flink.jobs(), "counts")] == [started["job_id"]]
    assert len(find_jobs(world.flink.jobs(), "own name")) == 2 and find_jobs(world.flink.jobs(), "other") == []


def test_ids_tell_name_and_digest() -> None:
    release = Release("0" * 64, "a.jar", arguments=["x"])
    job_id = new_job_id("counts", release, 1_700_000_000)
    assert len(job_id) == 32 and job_id.startswith(job_prefix("counts")) and runs_release(job_id, release)
    assert not runs_release(job_id, Release("0" * 64, "a.jar", arguments=["y"]))
    assert release.digest == Release("0" * 64, "elsewhere.jar", arguments=["x"]).digest
    assert public_arguments(["--token", "x", "--db-password=y", "z"]) == ["--token", "******", "--db-password=******", "z"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "a/b"}, "letters, digits, dots"),
        ({"jar": None}, "jar is missing"),
        ({"jar": None, "jar_src": "files/counts.jar"}, "jar_src is a path on the controller, which only the action plugin reads"),
        ({"jar": "/no/such.jar"}, "is not a file on this host; for one on the controller use jar_src"),
        ({"jar": "ftps://x/y.jar"}, "none of a path"),
        ({"jar_checksum": "md5:1"}, "must be sha256:"),
        ({"jar_checksum": "sha256:" + "0" * 64}, "and jar_checksum says"),
        ({"timeout": 0}, "more than 0"),
        ({"settle": 60}, "cannot run undisturbed"),
        ({"parallelism": 0}, "1 or more"),
        ({"keep": 0}, "1 or more"),
    ],
)
def test_bad_input_is_told_in_one_sentence(world: World, tmp_path: Path, more: Dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        world.declare(**{"jar": None, **({"path": jar(tmp_path, "good")} if "jar" not in more else {}), **more} if "jar" in more
                      else {"path": jar(tmp_path, "good"), **more})


def test_two_runs_do_not_work_on_one_job(world: World, tmp_path: Path) -> None:
    with History(str(tmp_path / "world" / "history"), "counts").opened(), pytest.raises(RecordError, match="Another run works on the job counts"):
        world.declare(jar(tmp_path, "good"))


def test_a_damaged_record_is_told(world: World, tmp_path: Path) -> None:
    home = tmp_path / "world" / "history" / "counts"
    home.mkdir(parents=True)
    (home / "record.json").write_text("{")
    with pytest.raises(RecordError, match="is damaged"):
        world.declare(jar(tmp_path, "good"))


def kept_jars(world: World) -> List[Path]:
    return sorted((world.directory / "history" / "counts" / "jars").iterdir())


def test_a_kept_jar_is_used_for_what_it_is_and_not_for_its_name(world: World, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    world.declare(path)
    (kept,) = kept_jars(world)
    content, checksum = kept.read_bytes(), f"sha256:{kept.stem}"
    kept.write_bytes(b"")  # as a power cut may leave it
    world.declare(path, jar_checksum=checksum, parallelism=3)
    assert [each.read_bytes() for each in kept_jars(world)] == [content] and world.job.behaviour == "good"
    kept.write_bytes(content[:-1])
    error = world.fails(jar(tmp_path, "bad", "open"))
    assert "was not brought back, as its jar is not in" in error.message


def test_a_kept_jar_is_on_the_disk_before_the_record_speaks_of_it(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: List[str] = []
    real = flink_job_record.fsync_path
    monkeypatch.setattr(flink_job_record, "fsync_path", lambda path: (synced.append(os.path.basename(path)), real(path)))
    world.declare(jar(tmp_path, "good"))
    (kept,) = kept_jars(world)
    assert synced[:4] == [f"{kept.name}.new", "jars", "record.json.new", "counts"]


@pytest.mark.parametrize("behaviour", ["good", "open"])
def test_a_full_disk_at_any_moment_of_an_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    good, new = jar(tmp_path, "good"), jar(tmp_path, "new", behaviour)
    real = flink_job_record.fsync_path
    worlds: List[World] = []

    def one(tick: Callable[[], None]) -> None:
        world = World(tmp_path / f"world-{len(worlds)}")
        worlds.append(world)
        world.declare(good)

        def full(path: str) -> None:
            try:
                tick()
            except Killed:
                raise OSError(errno.ENOSPC, "No space left on device") from None
            real(path)

        monkeypatch.setattr(flink_job_record, "fsync_path", full)
        try:
            world.declare(new)
        except RecordError as error:
            assert "cannot be written: No space left on device; free some space and run again" in error.message
        except FlinkError:
            pass
        monkeypatch.setattr(flink_job_record, "fsync_path", real)
        assert not list((world.directory / "history").rglob("*.new"))
        if behaviour == "good":
            world.declare(new)
            assert world.job.path == world.flink.last_savepoint and world.job.path
        else:
            assert "made to fail" in world.fails(new).message
            assert world.job.behaviour == "good"

    assert each_moment(one) > 5


def test_a_savepoint_of_another_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> List[str]:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(FlinkError, match="cannot be looked for: Permission denied; run as a user who may read what Flink writes"):
        find_on_disk([f"file://{tmp_path}"], None)


def test_credentials_in_the_address_of_a_jar_are_not_shown_and_not_kept(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = jar(tmp_path, "good")
    monkeypatch.setattr(flink_job_jar, "download", lambda url, target: shutil.copyfile(good, target))
    address = "https://ann:s3cret@mirror/good.jar?token=s3cret"
    started = world.declare(address)
    assert started["release"]["source"] == "https://mirror/good.jar?token=********"
    assert "s3cret" not in json.dumps([started, world.record])
    # A record of an earlier release of the collection may hold it.
    record = world.record
    record["current"]["release"]["source"] = address
    (world.directory / "history" / "counts" / "record.json").write_text(json.dumps(record))
    again = world.declare(address)
    assert not again["changed"] and again["diff"]["before"] == again["diff"]["after"] and "s3cret" not in json.dumps(again)
    assert "s3cret" not in world.fails(address, jar_checksum="sha256:" + "0" * 64).message
