# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink becomes another minor version, goes back, becomes the one of today, and the newest; a declared job goes along each time, and counts exactly."""

from __future__ import annotations

import json
import posixpath

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS

from tests import downloads
from tests.drills.counting import DIRECTORY, CountingOnHosts
from tests.integration.flink_job.counting_job import CountingJobs
from tests.on_hosts import EXAMPLES, JAR
from tests.scenario import refused

NUMBERS = 2_000_000
#: Without classes that the jar calls.
NEWEST = "2.3.0"
#: Three hosts on busy cores take a minute for the start of a JVM.
PATIENT = {"flink_ready_timeout": 600}
RECORD = "/var/lib/flink/jobs/counts/record.json"


@pytest.fixture(name="jar", scope="module")
def _jar(tmp_path_factory):
    """Compiled against the oldest of the versions; each that follows runs it as it is."""
    return CountingJobs(downloads.flink_home("1.12.5"), tmp_path_factory.mktemp("jobs") / "jobs").release("upgrade")


@pytest.fixture(name="newer", scope="module")
def _newer(tmp_path_factory):
    """The same job for the newest."""
    return CountingJobs(downloads.flink_home(NEWEST), tmp_path_factory.mktemp("newer") / "jobs").release("newer")


@pytest.fixture(name="job")
def _job(jar):
    return {"name": "counts", "jar_src": str(jar), "arguments": ["--dir", DIRECTORY, "--checkpoint-ms", "2000"], "parallelism": 2, "settle": 3,
            "timeout": 600}


@pytest.fixture(name="declared")
def _declared(operator, job):
    """Run a playbook with the job in the inventory, for a version of Flink."""

    def run(playbook: str, version: str, *arguments: str, **options: str):
        return operator.play(*arguments, playbook=f"playbooks/{playbook}.yml", flink_version=version, flink_jobs=[{**job, **options}], **PATIENT)

    return run


@pytest.fixture(name="saved")
def _saved(operator):
    """The savepoint that the job's record has as its last: path, and when."""
    return lambda: json.loads(operator.on("node1", f"sudo cat {RECORD}"))["last_savepoint"]


def test_a_declared_job_goes_along_and_back(operator, flink, declared, saved, job, jar, newer) -> None:
    counting = CountingOnHosts(flink, jar)
    # Hosts that are kept between runs may have what an earlier one left.
    flink.on("node1", f"sudo rm -rf {posixpath.dirname(RECORD)}")
    # No job runs, so that the hosts may leave the version that the role takes by itself.
    run = declared("site", "1.12.5")
    assert run.status == 0, run.text[-4000:]
    run = declared("jobs", "1.12.5")
    assert run.status == 0, run.text[-4000:]
    (first,) = flink.running()
    flink.checkpoint(first, after=2)

    refused(declared("site", "1.13.6"), "runs jobs whose graphs Flink 1.13 cannot recover, and its JobManagers would not start", first,
            "the playbook upgrade_flink takes those of flink_jobs along")
    stranger = flink.on("node1", f"sudo flink run --detached --class={EXAMPLES}.statemachine.StateMachineExample {JAR} --error-rate 0 --sleep 1")
    stranger = stranger.rpartition("JobID ")[2].split()[0]
    refused(declared("upgrade_flink", "1.13.6"), "runs jobs that flink_jobs does not name", stranger)
    flink.on("node1", f"sudo flink cancel {stranger}")
    flink.wait_for(lambda: flink.running() == [first], "the end of the other job")

    plan = declared("upgrade_flink", "1.13.6", "--check")
    assert plan.status == 0 and f"counts: stop {first} with a savepoint, and start it from there on Flink 1.13" in plan.flat, plan.text[-4000:]
    assert flink.running() == [first]
    took, came_with = [], ""
    for version, back in (("1.13.6", False), ("1.12.5", True), (DEFAULTS["standalone"], False)):
        (before,) = flink.running()
        flink.checkpoint(before, after=2)
        if back:
            # 1.12 reads no savepoint of 1.13, so what was done there is done again from the one with which the job came.
            sentence = f"counts ({before}). They were not stopped."
            refused(declared("upgrade_flink", version), "state that Flink 1.12 may not read", sentence, f"counts came with {came_with}")
            assert flink.running() == [before]
        path = {"start_from": came_with} if back else {}
        # Killed as soon as the job is down, and run again: nothing is lost on the way.
        operator.play_and_kill("PLAY [Flink]", playbook="playbooks/upgrade_flink.yml", flink_version=version, flink_jobs=[{**job, **path}], **PATIENT)
        run = declared("upgrade_flink", version, **path)
        assert run.status == 0, run.text[-4000:]
        assert flink.rest("/overview")["flink-version"] == version
        (now,) = flink.running()
        restored = flink.restored(now)
        assert now != before and restored["is_savepoint"]
        left, at = saved()["path"], saved()["at"]
        down = flink.rest(f"/jobs/{now}")["start-time"] / 1000 - at
        took.append(f"{version}: {run.seconds:.0f} s, and the job was down for {down:.0f} s")
        assert restored["external_path"] == (came_with if back else left) and (left != restored["external_path"]) is back
        came_with = restored["external_path"]
        again = declared("upgrade_flink", version)
        assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    print("the second runs took", ", ".join(took))

    # The jar has to be built anew: until it is, the job is down, and the run says from where it goes on, here or on the old version.
    flink.checkpoint(now)
    run = declared("upgrade_flink", NEWEST)
    left = saved()
    lacks = f"functions.source.SourceFunction. It was not started; its state is kept in {left['path']}"
    assert run.status != 0 and lacks in run.flat and flink.running() == [], run.text[-4000:]
    run = declared("upgrade_flink", DEFAULTS["standalone"])
    assert run.status == 0 and flink.rest("/overview")["flink-version"] == DEFAULTS["standalone"], run.text[-4000:]
    (now,) = flink.running()
    assert flink.restored(now)["external_path"] == left["path"] == saved()["path"]
    flink.checkpoint(now)
    run = declared("upgrade_flink", NEWEST, jar_src=str(newer))
    assert run.status == 0 and flink.rest("/overview")["flink-version"] == NEWEST, run.text[-4000:]
    (now,) = flink.running()
    left = saved()
    assert flink.restored(now)["external_path"] == left["path"]
    print(f"{NEWEST}: {run.seconds:.0f} s, and the job was down for {flink.rest(f'/jobs/{now}')['start-time'] / 1000 - left['at']:.0f} s")
    again = declared("upgrade_flink", NEWEST, jar_src=str(newer))
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    assert counting.finish(now, NUMBERS) == NUMBERS
