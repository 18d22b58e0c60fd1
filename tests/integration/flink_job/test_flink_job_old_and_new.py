# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a job on the oldest Flink, on the versions at which its REST API changed, and on the newest, all of them real.

1.5.0 takes everything in the address; 1.7.2 has no ids of one's own; 1.9.3 is the first that stops jobs; 1.13.6 is the last on Mesos; 1.20.5 the
last 1.x, with an election and a claim mode; 2.3.0 has no root exception.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Iterator

import pytest

from tests import downloads
from tests.integration.flink_job.conftest import Site, started
from tests.integration.flink_job.counting_job import CountingJobs
from tests.integration.flink_job.life import live


#: Between those that are tried by each `make test`, here and in its neighbours.
BETWEEN = [pytest.param(version, marks=pytest.mark.drill) for version in ("1.7.2", "1.9.3", "1.20.5")]


@pytest.fixture(scope="module", name="site", params=["1.5.0", *BETWEEN, "2.3.0"])
def _site(zookeeper: list, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    version = request.param
    for cluster in started(zookeeper, tmp_path_factory.mktemp("flink"), version, f"/{version}"):
        yield Site(cluster, CountingJobs(cluster.home, tmp_path_factory.mktemp("jars")), tmp_path_factory.mktemp("site"), f"life-on-{version}")


def test_the_life_of_a_job(site: Site) -> None:
    live(site)


@pytest.mark.parametrize("site", ["2.3.0"], indirect=True)
def test_a_jar_of_an_older_flink_is_refused_before_anything_is_stopped(site: Site, tmp_path: Path) -> None:
    own = {"name": "kept", "arguments": ["--dir", str(tmp_path)]}
    old, empty = CountingJobs(downloads.flink_home("1.12.5"), tmp_path / "old").release("old"), tmp_path / "empty.jar"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    lacks = "java.lang.ClassNotFoundException: org.apache.flink.streaming.api.functions.source.SourceFunction"
    assert f"of kept does not work: {lacks}. It was not started" in site.declare(old, **own)["msg"]
    runs = site.declare(site.jobs.release("now"), **own)
    refused = site.declare(old, **own)
    assert not refused["changed"] and f"of kept does not work: {lacks}. The one that runs was not stopped" in refused["msg"], refused
    assert "entry was found in the jar file. The one that runs was not stopped" in site.declare(empty, **own)["msg"]
    assert site.living() == [runs["job_id"]]
    assert site.declare(state="cancelled", **own)["action"] == "cancelled"
