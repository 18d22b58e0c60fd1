# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HDFS takes no writes for five minutes, and serves no reads: a job with all of its state there goes on, and counts exactly."""

from __future__ import annotations

import time

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS

from tests import downloads
from tests.drills.counting import CountingOnHosts
from tests.integration.flink_job.counting_job import CountingJobs

AWAY_SECONDS = 300
NUMBERS = 2_000_000


@pytest.fixture(name="counting")
def _counting(flink, directory) -> CountingOnHosts:
    jar = CountingJobs(downloads.flink_home(DEFAULTS["standalone"]), directory / "jobs").release("drill")
    # Without the threshold small state would be in the checkpoint's metadata, and a restart would not need HDFS.
    return CountingOnHosts(flink, jar, ["state.backend.type=hashmap", "state.storage.fs.memory-threshold=0"])


def test_hdfs_is_away_for_five_minutes(operator, flink, counting) -> None:
    job = counting.start()
    last = flink.checkpoint(job, after=2)["id"]
    started = time.monotonic()
    for node in operator.addresses:
        operator.on(node, "sudo systemctl stop hdfs-datanode")
    try:
        # One process of each kind dies meanwhile: neither the job's tasks nor its next leader can read what they would go on from.
        time.sleep(30)
        operator.on("node3", "sudo systemctl kill --signal=KILL flink-taskmanager")
        time.sleep(90)
        operator.on(flink.leader(), "sudo systemctl kill --signal=KILL --kill-whom=main flink-jobmanager")
        time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - started)))
    finally:
        for node in operator.addresses:
            operator.on(node, "sudo systemctl start hdfs-datanode")
    back = time.monotonic()
    flink.wait_for(lambda: flink.running() == [job], "the job to run", 180)
    restored = flink.restored(job)["id"]
    flink.checkpoint(job, after=restored)
    print(f"the job was at checkpoint {last}, went on from {restored}, and had the next one {time.monotonic() - back:.0f} s after HDFS was back")
    assert restored >= last
    operator.play_until_green()
    assert counting.finish(job, NUMBERS) == NUMBERS
