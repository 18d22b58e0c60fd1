# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_job against a real, highly available Flink 1.9.3: upgrades, one of them under a killed leader, and a release that does not work."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.integration.flink_job.conftest import Site, started, while_stopping
from tests.integration.flink_job.counting_job import CountingJobs

ALL = 100_000


@pytest.fixture(scope="module", name="site")
def _site(zookeeper: list, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory: Path = tmp_path_factory.mktemp("flink19")
    for cluster in started(zookeeper, directory, "1.9.3"):
        yield Site(cluster, CountingJobs(cluster.home, tmp_path_factory.mktemp("jars19")), tmp_path_factory.mktemp("site19"), "old-flink")


def test_upgrades_on_1_9(site: Site) -> None:
    one = site.jobs.release("one")
    first = site.declare(one)
    assert first["action"] == "started" and first["version"] == "1.9.3"
    assert not site.declare(one)["changed"]

    upgraded = site.during(while_stopping, site.cluster.kill_leader, site.jobs.release("two"))
    assert not upgraded["failed"], upgraded["msg"]
    assert upgraded["action"] == "upgraded" and site.living() == [upgraded["job_id"]]

    bad = site.declare(site.jobs.release("record", "record"))
    assert bad["failed"] and bad["rolled_back"] and "made to fail with every record" in bad["msg"]
    main = site.declare(site.jobs.release("main", "main"))
    assert main["failed"] and "this main method was made to fail. The one that runs was not stopped" in main["msg"]
    assert site.living() == [bad["job_id"]] == [main["job_id"]]
    assert site.finish(ALL) == ALL
