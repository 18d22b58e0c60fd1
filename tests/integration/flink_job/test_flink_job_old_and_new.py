# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a job on the oldest Flink, on the versions at which its REST API changed, and on the newest, all of them real.

1.5.0 takes everything in the address; 1.7.2 has no ids of one's own; 1.9.3 is the first that stops jobs; 1.13.6 is the last on Mesos; 1.20.5 the
last 1.x, with an election and a claim mode; 2.3.0 has no root exception.
"""

from __future__ import annotations

from typing import Iterator

import pytest

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
