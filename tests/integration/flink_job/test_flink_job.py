# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_job against a real, highly available Flink 1.12.5, with a job that tells whether a number was lost or counted twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError
from ansible_collections.baremetal.flink.plugins.module_utils.flink import info as flink_state
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import flink_rest_argument_spec

from tests.integration.flink_job.conftest import Site, started, stopped, while_starting, while_stopping
from tests.integration.flink_job.counting_job import CountingJobs
from tests.integration.flink_job.ha_cluster import HaCluster

ALL = 200_000


@pytest.fixture(scope="module", name="cluster")
def _cluster(zookeeper: list, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HaCluster]:
    yield from started(zookeeper, tmp_path_factory.mktemp("flink"), "1.12.5")


@pytest.fixture(scope="module", name="jobs")
def _jobs(cluster: HaCluster, tmp_path_factory: pytest.TempPathFactory) -> CountingJobs:
    return CountingJobs(cluster.home, tmp_path_factory.mktemp("jars"))


@pytest.fixture(name="site")
def _site(cluster: HaCluster, jobs: CountingJobs, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    site = Site(cluster, jobs, tmp_path, request.node.name)
    yield site
    if site.living():
        site.declare(state="cancelled")
    assert site.living() == []


def test_ten_upgrades_with_the_leader_killed_in_two_of_them(site: Site) -> None:
    first = site.run_module(site.jobs.release("release-0"))
    assert first["action"] == "started" and first["changed"], first
    for number in range(1, 11):
        jar = site.jobs.release(f"release-{number}")
        if number in (3, 7):
            moment = while_stopping if number == 3 else while_starting
            upgraded = site.during(moment, site.cluster.kill_leader, jar)
        else:
            upgraded = site.declare(jar)
        assert not upgraded["failed"], upgraded["msg"]
        assert upgraded["action"] == "upgraded" and site.living() == [upgraded["job_id"]]
    again = site.run_module(jar)
    assert not again["failed"] and not again["changed"] and again["job_id"] == upgraded["job_id"], again
    assert len(list((site.history / site.name / "jars").iterdir())) == 4
    assert site.finish(ALL) == ALL


def test_a_release_that_does_not_work_gives_way_to_the_one_before(site: Site) -> None:
    good = site.jobs.release("good")
    before = site.declare(good)

    main = site.declare(site.jobs.release("main", "main"))
    assert main["failed"] and "IllegalStateException: this main method was made to fail. The one that runs was not stopped" in main["msg"]
    assert site.living() == [before["job_id"]] and not main["changed"]

    for behaviour, said in (("open", "made to fail when it opens"), ("record", "made to fail with every record")):
        bad = site.declare(site.jobs.release(behaviour, behaviour))
        assert bad["failed"] and bad["rolled_back"] and bad["changed"]
        assert "restarts in a loop" in bad["msg"] and said in bad["msg"] and "is back from the savepoint" in bad["msg"]
        assert site.living() == [bad["job_id"]]
        restored = site.cluster.checkpoints_of(bad["job_id"])["latest"]["restored"]
        assert restored["is_savepoint"] and restored["external_path"] == bad["savepoint"]

    again = site.declare(good)
    assert not again["failed"] and not again["changed"] and again["job_id"] == bad["job_id"]
    assert site.finish(ALL) == ALL


def test_a_run_that_is_killed_is_taken_up_by_the_next(site: Site) -> None:
    old, new = site.jobs.release("old"), site.jobs.release("new")
    site.declare(old)
    for moment, jar in ((while_stopping, new), (stopped, old), (while_starting, new)):
        site.killed(moment, jar)
        resumed = site.declare(jar)
        assert not resumed["failed"], resumed["msg"]
        assert resumed["changed"] and site.living() == [resumed["job_id"]]
    assert site.finish(ALL) == ALL


def test_stop_and_go_on_and_what_check_mode_says(site: Site) -> None:
    jar = site.jobs.release("one")
    foretold = site.declare(jar, check=True)
    assert foretold["changed"] and foretold["action"] == "started" and site.living() == [] and not site.history.exists()
    site.declare(jar)

    foretold = site.declare(site.jobs.release("two"), check=True)
    assert foretold["action"] == "upgraded" and '"parallelism": 2' in foretold["diff"]["after"]
    stopped_ = site.declare(state="stopped")
    assert stopped_["action"] == "stopped" and site.living() == []
    assert Path(stopped_["savepoint"].partition(":")[2], "_metadata").is_file()
    assert not site.declare(state="stopped")["changed"]

    on = site.declare(jar)
    assert on["action"] == "started" and site.cluster.checkpoints_of(on["job_id"])["latest"]["restored"]["external_path"] == stopped_["savepoint"]
    assert site.finish(ALL) == ALL
    ended = site.declare(jar)
    assert not ended["changed"] and ended["job_state"] == "finished"


def info(site: Site, **more: Any) -> Dict[str, Any]:
    """What flink_info says."""
    where = {"zookeeper": {"hosts": site.cluster.zookeeper, "cluster_id": site.cluster.cluster_id}}
    return flink_state.core({**ArgumentSpecValidator(flink_rest_argument_spec()).validate(where).validated_parameters, **more}, False, print)


def test_an_outage_that_outlasts_any_number_of_restarts_ends_no_job(site: Site) -> None:
    """The role's settings: once 30 restarts within five minutes were the end of a job, and of its checkpoints."""
    job = site.declare(site.jobs.release("counts"))["job_id"]
    site.counts.fail()
    try:
        site.until(lambda: site.cluster.restarts_of(job) > 40)
        (fault,) = info(site)["job_faults"]
        assert fault["id"] == job and not fault["final"] and "IllegalStateException: there is a file FAIL" in fault["message"]
    finally:
        site.counts.fail(False)
    assert info(site, wait_for="jobs", timeout=60)["at_work"]["jobs"] == [job]
    assert site.finish(ALL) == ALL


def test_a_job_that_was_given_up_is_named_and_goes_on_from_its_last_checkpoint(site: Site) -> None:
    jar, limited = site.jobs.release("counts"), ["--dir", str(site.counts.directory), "--restarts", "2"]
    for forgotten in (False, True):
        job = site.declare(jar, arguments=limited)["job_id"]
        site.counts.fail()
        site.until(lambda: site.living() == [])
        site.counts.fail(False)
        (fault,) = info(site)["job_faults"]
        path = fault["checkpoint"]
        assert (fault["id"], fault["state"], fault["final"]) == (job, "FAILED", True)
        assert f"{job}/chk-" in path and f"its last checkpoint is {path}" in fault["message"] and Path(path.partition(":")[2], "_metadata").is_file()
        with pytest.raises(CollectionError, match="is FAILED: .*there is a file FAIL; its last checkpoint is"):
            info(site, wait_for="jobs", timeout=60)
        if forgotten:
            # The next leader does not know a job that has ended.
            site.cluster.kill_leader()
            site.until(lambda: job not in [each["jid"] for each in site.cluster.jobs()])
        on = site.declare(jar, arguments=limited)
        assert on["action"] == "started" and on["job_id"] != job, on["msg"]
        restored = site.cluster.checkpoints_of(on["job_id"])["latest"]["restored"]["external_path"]
        assert restored.partition(":")[2].lstrip("/") == path.partition(":")[2].lstrip("/") and info(site)["job_faults"] == []
    assert site.finish(ALL) == ALL


def test_a_batch_runs_once_for_each_jar(site: Site) -> None:
    site.counts.end_at(1000)
    jar = site.jobs.release("batch")
    ran = site.declare(jar, state="finished")
    assert ran["action"] == "finished" and ran["changed"] and site.counts.final() == 1000
    assert not site.declare(jar, state="finished")["changed"]
    bad = site.declare(site.jobs.release("main", "main"), state="finished")
    assert bad["failed"] and "this main method was made to fail" in bad["msg"]


def test_the_playbook_brings_declared_jobs_to_their_state(site: Site) -> None:
    declared = {"name": site.name, "jar_src": str(site.jobs.release("declared")), "arguments": ["--dir", str(site.counts.directory)], "settle": 1}
    foretold = site.play("jobs", {"flink_jobs": [declared]}, "--check", "--diff")
    assert "changed=1" in foretold and "failed=0" in foretold and '"state": "running"' in foretold and site.living() == []
    assert "changed=1" in site.play("jobs", {"flink_jobs": [declared]}) and len(site.living()) == 1
    assert "changed=0" in site.play("jobs", {"flink_jobs": [declared]})
