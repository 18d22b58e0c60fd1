# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_jobs_leave with a played cluster that becomes another version; a real one is in the scenario flink."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, cast

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import declared as flink_job
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import leave
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.identity import job_prefix
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import FlinkError, FlinkRest
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.tests.unit.fakes.flink_job import URL, FakeFlink, FakeJob, Killed, Time, jar

STRANGER = "0" * 32


class Upgrade:
    """A cluster and a host with a history."""

    def __init__(self, directory: Path) -> None:
        self.time = Time()
        self.flink = FakeFlink(self.time, "1.12.5")
        self.warnings: List[str] = []
        self.common = {"savepoint_dir": f"file://{directory}/savepoints", "history_dir": str(directory / "history"), "hdfs": None, "timeout": 60}

    @property
    def record(self) -> Path:
        return Path(self.common["history_dir"], "counts", "record.json")

    def declare(self, path: str) -> Dict[str, Any]:
        params = {"name": "counts", "state": "running", "jar": path, "arguments": [], "restart": "from_state", "rollback": True, "keep": 3,
                  "allow_non_restored": False, "savepoint_format": "canonical", "settle": 1, **self.common}
        return flink_job.core(params, False, self.warnings.append, cast(FlinkRest, self.flink), self.time.clock, self.time.sleep, self.time.clock)

    def leave(self, version: str = "1.20.5", stop: bool = True, check: bool = False, start_from: Optional[str] = None, *more: str) -> Dict[str, Any]:
        jobs = [{"name": name, "savepoint_dir": None, "start_from": start_from} for name in ("counts", *more)]
        params = {"version": version, "stop": stop, "jobs": jobs, **self.common}
        return leave.core(params, check, self.warnings.append, cast(FlinkRest, self.flink), self.time.clock, self.time.sleep, self.time.clock)


@pytest.fixture(name="upgrade")
def _upgrade(tmp_path: Path) -> Upgrade:
    return Upgrade(tmp_path)


def test_declared_jobs_leave_and_start_from_their_savepoints(upgrade: Upgrade, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    old = upgrade.declare(path)["job_id"]
    planned = upgrade.leave(check=True)
    words = f"counts: stop {old} with a savepoint, and start it from there on Flink 1.20. Flink 1.20 reads the state of 1.12"
    assert planned["changed"] and planned["plan"] == [words]
    assert planned["stopped"] == [] and len(upgrade.flink.living) == 1
    (stopped,) = upgrade.leave()["stopped"]
    assert (stopped["name"], stopped["job_id"]) == ("counts", old) and upgrade.flink.living == []
    assert upgrade.leave()["changed"] is False
    # The other version knows nothing of before.
    upgrade.flink.text, upgrade.flink.known = "1.20.5", {}
    assert upgrade.leave()["changed"] is False
    assert upgrade.declare(path)["action"] == "started"
    assert upgrade.flink.living[0].path == stopped["savepoint"]


def test_an_older_version_is_not_given_what_it_cannot_read(upgrade: Upgrade, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    upgrade.declare(path)
    (stopped,) = upgrade.leave()["stopped"]
    upgrade.flink.text, upgrade.flink.known = "1.20.5", {}
    new = upgrade.declare(path)["job_id"]
    for check in (True, False):
        with pytest.raises(FlinkError, match=rf"state that Flink 1.12 may not read.*counts \({new}\). They were not stopped.*came with {stopped['savepoint']}"):
            upgrade.leave("1.12.5", check=check)
    assert len(upgrade.flink.living) == 1
    (words,) = upgrade.leave("1.12.5", start_from=stopped["savepoint"])["plan"]
    assert f"start it from {stopped['savepoint']} on Flink 1.12, where all is done again" in words and upgrade.flink.living == []


def test_an_older_version_is_not_given_what_a_stopped_job_has_left(upgrade: Upgrade, tmp_path: Path) -> None:
    """By the playbook before anything is stopped, and by the job's own start, whoever has changed the version."""
    path = jar(tmp_path, "good")
    upgrade.flink.text = "1.20.5"
    upgrade.declare(path)
    (stopped,) = upgrade.leave("2.3.0")["stopped"]
    with pytest.raises(FlinkError, match=rf"was stopped by Flink 1.20.5 with the savepoint {stopped['savepoint']}.* go on with Flink 1.12.5, give it"):
        upgrade.leave("1.12.5")
    assert upgrade.leave("1.12.5", start_from="file:///old")["plan"] == []
    upgrade.flink.text, upgrade.flink.known = "1.12.5", {}
    with pytest.raises(FlinkError, match="counts was stopped by Flink 1.20.5"):
        upgrade.declare(path)
    assert upgrade.flink.living == []
    upgrade.flink.text = "2.3.0"
    assert upgrade.declare(path)["action"] == "started" and upgrade.flink.living[0].path == stopped["savepoint"]


def test_a_newer_version_goes_on_from_what_a_job_leaves(upgrade: Upgrade, tmp_path: Path) -> None:
    upgrade.declare(jar(tmp_path, "good"))
    with pytest.raises(FlinkError, match=r"flink_jobs has start_from for counts .*take start_from out"):
        upgrade.leave(start_from="file:///old")
    assert len(upgrade.flink.living) == 1


def test_a_patch_leaves_jobs_alone(upgrade: Upgrade, tmp_path: Path) -> None:
    upgrade.declare(jar(tmp_path, "good"))
    assert upgrade.leave("1.12.7") == {"changed": False, "running_version": "1.12.5", "plan": [], "stopped": []}
    assert upgrade.leave("1.12.7", stop=False)["changed"] is False and len(upgrade.flink.living) == 1


def test_a_job_that_nobody_declared_keeps_all_of_them_running(upgrade: Upgrade, tmp_path: Path) -> None:
    upgrade.declare(jar(tmp_path, "good"))
    upgrade.flink.known[STRANGER] = FakeJob(STRANGER, "good", None, 0)
    for check in (True, False):
        with pytest.raises(FlinkError, match=rf"Flink 1.12.5 runs jobs that flink_jobs does not name, whose graphs Flink 1.20 cannot recover.*{STRANGER}"):
            upgrade.leave(check=check)
    assert len(upgrade.flink.living) == 2


def run_one_that_stays(upgrade: Upgrade, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the job "later", which runs and of which no savepoint can be taken."""
    stays = f"{job_prefix('later')}{'0' * 16}"
    upgrade.flink.known[stays] = FakeJob(stays, "good", None, 0)
    send = upgrade.flink.send

    def refuse(method: str, path: str, body: Mapping[str, Any]) -> Dict[str, Any]:
        if stays in path:
            raise HttpError("refused", URL, 400, "Config key [state.savepoints.dir] is not set.")
        return send(method, path, body)

    monkeypatch.setattr(upgrade.flink, "send", refuse)
    return stays


def test_a_job_that_cannot_be_stopped_is_told_with_those_that_are_down(upgrade: Upgrade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = upgrade.declare(jar(tmp_path, "good"))["job_id"]
    stays = run_one_that_stays(upgrade, monkeypatch)
    with pytest.raises(FlinkError) as caught:
        upgrade.leave("1.20.5", True, False, None, "later")
    assert caught.value.message == (
        f"later does not leave: No savepoint of the job {stays} could be taken, so it was not stopped: Config key [state.savepoints.dir] is not set. Down by "
        "now, each with a savepoint that its next start goes on from: counts. Run this again when later can be stopped, or have them started by the "
        "playbook jobs with flink_version 1.12.5")
    assert caught.value.details["changed"] and [each["job_id"] for each in caught.value.details["stopped"]] == [old]
    assert [job.jid for job in upgrade.flink.living] == [stays]
    # What is down is told again, although that run has stopped nothing.
    with pytest.raises(FlinkError, match="^later does not leave: .* is not set. Down by now.*: counts. Run this again") as again:
        upgrade.leave("1.20.5", True, False, None, "later")
    assert again.value.details["changed"] is False
    monkeypatch.undo()
    assert [each["name"] for each in upgrade.leave("1.20.5", True, False, None, "later")["stopped"]] == ["later"]


def test_the_way_back_from_an_older_version_does_not_lead_to_its_savepoint(upgrade: Upgrade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade.flink.text = "1.20.5"
    upgrade.declare(jar(tmp_path, "good"))
    run_one_that_stays(upgrade, monkeypatch)
    with pytest.raises(FlinkError, match="playbook jobs with flink_version 1.20.5, and without start_from, where they would begin$"):
        upgrade.leave("1.12.5", True, False, "file:///old", "later")


def test_a_role_that_stops_nothing_refuses_whatever_runs(upgrade: Upgrade, tmp_path: Path) -> None:
    assert upgrade.leave(stop=False)["changed"] is False
    upgrade.declare(jar(tmp_path, "good"))
    with pytest.raises(FlinkError, match="the playbook upgrade_flink takes those of flink_jobs along"):
        upgrade.leave(stop=False)


def test_a_cluster_that_nobody_can_ask_may_be_repaired_by_another_version(upgrade: Upgrade) -> None:
    upgrade.flink.away = 10000
    assert upgrade.leave(stop=False)["running_version"] == ""
    assert "No JobManager could tell which jobs run" in upgrade.warnings[-1]
    with pytest.raises(Exception, match="a JobManager"):
        upgrade.leave()


@pytest.mark.parametrize("moment", ["stop", "look"])
def test_a_run_that_was_killed_while_it_stopped_a_job_is_taken_up(upgrade: Upgrade, tmp_path: Path, moment: str) -> None:
    path = jar(tmp_path, "good")
    upgrade.declare(path)

    def die(name: str) -> None:
        if name == moment:
            raise Killed

    upgrade.flink.after = upgrade.flink.before = die
    with pytest.raises(Killed):
        upgrade.leave()
    upgrade.flink.after = upgrade.flink.before = lambda name: None
    upgrade.leave()
    assert upgrade.flink.living == []
    upgrade.flink.text, upgrade.flink.known = "1.20.5", {}
    assert json.loads(upgrade.record.read_text())["resume"]["version"] == "1.12.5"
    upgrade.declare(path)
    assert upgrade.flink.living[0].path == upgrade.flink.last_savepoint


def test_a_record_of_an_earlier_release_is_read_whose_savepoints_have_no_version(upgrade: Upgrade, tmp_path: Path) -> None:
    path = jar(tmp_path, "good")
    upgrade.declare(path)
    (stopped,) = upgrade.leave()["stopped"]
    told = json.loads(upgrade.record.read_text())
    del told["resume"]["version"], told["last_savepoint"]["version"]
    upgrade.record.write_text(json.dumps({**told, "format": 1}))
    upgrade.flink.text, upgrade.flink.known = "1.11.4", {}
    upgrade.declare(path)
    assert upgrade.flink.living[0].path == stopped["savepoint"]


@pytest.mark.parametrize(("change", "sentence"), [({"version": "3.0"}, "is not a Flink version"), ({"timeout": 0}, "it must be more than 0")])
def test_bad_options(upgrade: Upgrade, change: Dict[str, Any], sentence: str) -> None:
    upgrade.common.update({"timeout": 60, **change})
    with pytest.raises(InputError, match=sentence):
        upgrade.leave(**({"version": change["version"]} if "version" in change else {}))
