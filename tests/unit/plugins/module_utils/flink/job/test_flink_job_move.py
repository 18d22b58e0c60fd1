# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_job_move between two played clusters, killed at every moment; real ones are in tests/integration/flink_job."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Callable, Dict, List, cast

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import declared as flink_job
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import move as flink_job_move
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import record as flink_job_record
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.record import History
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import FlinkError, FlinkRest
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.tests.unit.fakes.flink_job import FakeFlink, FakeJob, Killed, Time, jar


class Worlds:
    """Two clusters and a host with a history."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.directory = directory
        self.time = Time()
        self.source = FakeFlink(self.time, "1.9.3")
        self.target = FakeFlink(self.time, "1.12.5")
        self.target.base = "http://b:8081"
        self.warnings: List[str] = []
        self.common = {"savepoint_dir": f"file://{directory}/savepoints", "savepoint_format": "canonical", "allow_non_restored": False,
                       "history_dir": str(directory / "history"), "hdfs": None, "settle": 1, "timeout": 60}

    def declare(self, name: str, path: str, state: str = "running") -> Dict[str, Any]:
        params = {"name": name, "state": state, "jar": path, "arguments": [], "restart": "from_state", "rollback": True, "keep": 3, **self.common}
        time = self.time
        return flink_job.core(params, False, self.warnings.append, cast(FlinkRest, self.source), time.clock, time.sleep, time.clock)

    def move(self, check: bool = False, back: bool = False, jobs: Any = ()) -> Dict[str, Any]:
        clusters = (self.target, self.source) if back else (self.source, self.target)
        time = self.time
        source, target = (cast(FlinkRest, each) for each in clusters)
        params = {"jobs": list(jobs), **self.common}
        return flink_job_move.core(params, check, self.warnings.append, source, target, time.clock, time.sleep, time.clock)


@pytest.fixture(name="worlds")
def _worlds(tmp_path: Path) -> Worlds:
    return Worlds(tmp_path / "worlds")


def test_what_a_newer_version_has_stopped_is_not_taken_to_an_older_one(worlds: Worlds, tmp_path: Path) -> None:
    worlds.source.text = "1.20.5"
    worlds.declare("counts", jar(tmp_path, "good"))
    worlds.declare("counts", jar(tmp_path, "good"), state="stopped")
    for check in (True, False):
        with pytest.raises(FlinkError, match="counts was stopped by Flink 1.20.5 .* To go on with Flink 1.12.5"):
            worlds.move(check=check)
    assert worlds.target.living == []


def test_there_and_back(worlds: Worlds, tmp_path: Path) -> None:
    worlds.declare("counts", jar(tmp_path, "good"))
    plan = worlds.move(check=True)
    assert plan["changed"] and plan["plan"][0]["step"] == "move" and len(worlds.source.living) == 1 and worlds.target.living == []
    assert "stop " in plan["plan"][0]["words"] and "back to http://a:8081 from the same savepoint" in plan["plan"][0]["words"]

    moved = worlds.move()
    (there,) = worlds.target.living
    assert moved["changed"] and worlds.source.living == [] and there.path == worlds.source.last_savepoint == moved["plan"][0]["savepoint"]
    again = worlds.move()
    assert not again["changed"] and again["plan"][0]["step"] == "there already"

    worlds.source.last_savepoint = None  # the state has gone on elsewhere since
    assert worlds.move(back=True)["changed"] and worlds.target.living == []
    assert [job.path for job in worlds.source.living] == [worlds.target.last_savepoint]


def test_a_job_that_does_not_work_there_comes_back(worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds.declare("counts", jar(tmp_path, "good"))
    run = worlds.target.run

    def badly(*args: Any) -> str:
        job_id = run(*args)
        worlds.target.known[job_id].behaviour = "open"
        return job_id

    monkeypatch.setattr(worlds.target, "run", badly)
    with pytest.raises(CollectionError) as caught:
        worlds.move()
    (tried,), (back,), reason = worlds.target.known, worlds.source.living, "it restarts in a loop, 3 times without a checkpoint: a.C: made to fail"
    assert caught.value.message == (f"counts does not work on http://b:8081 as job {tried}: {reason}. It is back on http://a:8081 from the savepoint "
                                    f"{worlds.source.last_savepoint} as job {back.jid}")
    assert caught.value.details["rolled_back"] and caught.value.details["reason"] == reason and worlds.target.living == []
    assert back.path == worlds.source.last_savepoint


def test_another_jar_for_the_target_and_the_old_one_for_the_way_back(worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds.declare("counts", jar(tmp_path, "old"))
    bad, good = jar(tmp_path, "bad", "open"), jar(tmp_path, "new")
    words = worlds.move(check=True, jobs=[{"name": "counts", "jar": good, "parallelism": 3}])["plan"][0]["words"]
    assert "start " + good in words and words.endswith("Flink 1.12 reads the state of 1.9")
    with pytest.raises(CollectionError, match="does not work on http://b:8081 as job .* It is back on http://a:8081"):
        worlds.move(jobs=[{"name": "counts", "jar": bad}])
    assert [job.behaviour for job in worlds.source.living] == ["good"] and worlds.target.living == []
    worlds.target.last_savepoint = None
    moved = worlds.move(jobs=[{"name": "counts", "jar": good, "parallelism": 3}])
    assert moved["changed"] and worlds.source.living == [] and len(worlds.target.living) == 1
    with History(worlds.common["history_dir"], "counts").opened() as history:
        assert history.record.current is not None and (history.record.current.release.source, history.record.current.release.parallelism) == (good, 3)
    assert worlds.move(jobs=[{"name": "counts", "jar": good, "parallelism": 3}])["plan"][0]["step"] == "there already"


def test_a_jar_that_the_target_cannot_load_stops_nothing(worlds: Worlds, tmp_path: Path) -> None:
    worlds.declare("counts", jar(tmp_path, "old"))
    (before,) = worlds.source.living
    sentence = f"counts cannot work on http://b:8081 .Flink 1.12.5.: a.C: made to fail. It was not stopped, and runs on http://a:8081 as job {before.jid}"
    with pytest.raises(CollectionError, match=sentence) as caught:
        worlds.move(jobs=[{"name": "counts", "jar": jar(tmp_path, "main", "main")}])
    assert caught.value.details["changed"] is False and worlds.source.living == [before] and worlds.source.last_savepoint is None
    assert worlds.target.jars == {} and worlds.target.submitted == 0
    # The next run, with another jar, has nothing to take up.
    assert worlds.move(jobs=[{"name": "counts", "jar": jar(tmp_path, "new")}])["changed"]


def test_what_was_tried_is_taken_off_the_target_when_the_job_cannot_be_stopped(worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds.declare("counts", jar(tmp_path, "old"))
    (before,) = worlds.source.living
    send = worlds.source.send

    def refuse(method: str, path: str, body: Any) -> Any:
        if method == "POST" and before.jid in path:
            raise HttpError("refused", "http://a:8081", 400, "Config key [state.savepoints.dir] is not set.")
        return send(method, path, body)

    monkeypatch.setattr(worlds.source, "send", refuse)
    with pytest.raises(CollectionError, match="so it was not stopped"):
        worlds.move(jobs=[{"name": "counts", "jar": jar(tmp_path, "new")}])
    assert worlds.source.living == [before] and worlds.target.jars == {}


@pytest.mark.parametrize(("job", "sentence"), [
    ({"jar": "a.jar"}, "a job without a name: missing required arguments: name; write its name, or a dictionary"),
    ({"name": "counts", "jars": "a.jar"}, "counts: jars is no option of a job that is moved"),
    ({"name": "counts", "parallelism": "many"}, "counts: .*parallelism"),
    ("no name", "must be of 1 to 100 letters"),
    ({"name": "counts", "jar": "/not/there.jar"}, "is not a file on this host"),
])
def test_jobs_that_cannot_be_meant(worlds: Worlds, tmp_path: Path, job: Any, sentence: str) -> None:
    worlds.declare("counts", jar(tmp_path, "good"))
    with pytest.raises(InputError, match=sentence):
        worlds.move(jobs=[job])
    assert len(worlds.source.living) == 1


def test_a_run_killed_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, save, moment = jar(tmp_path, "good"), History.save, 0
    while True:
        moment += 1
        left = [moment]
        worlds = Worlds(tmp_path / f"worlds-{moment}")
        worlds.declare("counts", path)

        def tick(*_args: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        def ticking(history: History, tick: Callable[..., None] = tick) -> None:
            tick()
            save(history)
            tick()

        monkeypatch.setattr(flink_job_record.History, "save", ticking)
        worlds.source.after = worlds.target.after = tick
        with contextlib.suppress(Killed):
            worlds.move()
        monkeypatch.setattr(flink_job_record.History, "save", save)
        worlds.source.after = worlds.target.after = lambda name: None
        worlds.move()
        (there,) = worlds.target.living
        assert worlds.source.living == [] and there.path == worlds.source.last_savepoint
        if left[0] > 0:
            break
    assert moment > 8


def test_what_is_not_moved(worlds: Worlds, tmp_path: Path) -> None:
    worlds.declare("counts", jar(tmp_path, "good"))
    worlds.source.known["f" * 32] = FakeJob("f" * 32, "good", None, 1)
    assert worlds.move(check=True)["left"] == [f"own name ({'f' * 32})"] and "not declared" in worlds.warnings[-1]
    worlds.source.known["f" * 32].state = "FINISHED"
    worlds.source.known = {name: job for name, job in worlds.source.known.items() if name == "f" * 32}
    nowhere = worlds.move()
    assert not nowhere["changed"] and nowhere["plan"][0]["step"] == "does not run"


def test_clusters_that_cannot_be_meant(worlds: Worlds, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a directory on this host"):
        worlds.move()
    worlds.declare("counts", jar(tmp_path, "good"))
    worlds.target.base = worlds.source.base
    with pytest.raises(InputError, match="are the same cluster"):
        worlds.move()
    worlds.source.text = "1.7.2"
    with pytest.raises(InputError, match="moved from 1.8 on"):
        worlds.move()


def test_a_job_on_both_sides_is_told(worlds: Worlds, tmp_path: Path) -> None:
    worlds.declare("counts", jar(tmp_path, "good"))
    (job,) = worlds.source.living
    worlds.target.known[job.jid] = job
    with pytest.raises(CollectionError, match="runs on both clusters"):
        worlds.move()
