# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a job on a real, highly available Flink 1.13.6, the last that runs on Mesos, and the move of one from there to a real 1.20.5."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest
import requests

from tests.integration.ansible_module import run_module
from tests.integration.flink_job.conftest import Site, started
from tests.integration.flink_job.counting_job import CountingJobs, Counts
from tests.integration.flink_job.life import ALL, live
from tests.integration.flink_rest.flink_cluster import FlinkCluster


@pytest.fixture(scope="module", name="site")
def _site(zookeeper: list, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory: Path = tmp_path_factory.mktemp("flink113")
    for cluster in started(zookeeper, directory, "1.13.6"):
        yield Site(cluster, CountingJobs(cluster.home, tmp_path_factory.mktemp("jars113")), tmp_path_factory.mktemp("site113"), "old-flink")


@pytest.fixture(scope="module", name="target")
def _target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlinkCluster]:
    cluster = FlinkCluster(tmp_path_factory.mktemp("flink120"), "1.20.5")
    try:
        yield cluster.start()
    finally:
        cluster.stop()


def test_the_life_of_a_job_on_1_13(site: Site) -> None:
    live(site)


def test_a_move_to_1_20(site: Site, target: FlinkCluster, tmp_path_factory: pytest.TempPathFactory) -> None:
    counts = Counts(tmp_path_factory.mktemp("move") / "counts")
    history = str(site.directory / "state" / "jobs")
    declared = site.declare(site.jobs.release("moving"), name="moving", arguments=["--dir", str(counts.directory)], history_dir=history)
    assert declared["action"] == "started", declared["msg"]
    move = {"flink_migrate_source": {"zookeeper": {"hosts": site.cluster.zookeeper}}, "flink_migrate_target": {"urls": [target.url]},
            "flink_migrate_jobs": ["moving"]}

    plan = site.play("migrate_jobs", move, "--check")
    assert "failed=0" in plan and f"moving: stop {declared['job_id']} with a savepoint into file://" in plan and "(Flink 1.20.5)" in plan
    assert site.living() == [declared["job_id"]]

    moved = site.play("migrate_jobs", move)
    assert "failed=0" in moved and "changed=1" in moved, moved
    assert site.living() == []
    (running,) = [job for job in requests.get(f"{target.url}/jobs/overview", timeout=10).json()["jobs"] if job["state"] == "RUNNING"]
    restored = requests.get(f"{target.url}/jobs/{running['jid']}/checkpoints", timeout=10).json()["latest"]["restored"]
    assert restored["is_savepoint"] and declared["job_id"] in restored["external_path"]

    counts.end_at(ALL)
    ended = run_module("flink_info", arguments={"urls": [target.url], "job": running["jid"], "wait_for": "job_finished"})
    assert not ended["failed"], ended["msg"]
    assert counts.final() == ALL
