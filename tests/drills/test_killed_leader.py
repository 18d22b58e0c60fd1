# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The leading JobManager is killed, of the session cluster and of a job cluster with two: both jobs run again within 15 s from their last checkpoint, and
count exactly. On the version that the role takes by itself, and on the newest."""

from __future__ import annotations

import time

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS

from tests import downloads
from tests.drills.counting import CountingOnHosts
from tests.integration.flink_job.counting_job import CountingJobs
from tests.on_hosts import Flink

NUMBERS = 1_000_000
WITHIN = 15.0
OWN = "/var/lib/flink/own-counts"


def killed(flink: Flink, unit: str) -> float:
    """Seconds from the leader's end until its only job runs again, from a checkpoint that is no older than the last one before."""
    (job,) = flink.running()
    before, leader = flink.checkpoint(job, after=2), flink.leader()
    flink.on(leader, f"sudo systemctl kill --signal=KILL --kill-whom=main {unit}")
    began = time.monotonic()
    flink.wait_for(lambda: flink.leader() != leader and flink.running() == [job] and flink.rest(f"/jobs/{job}")["vertices"][0]["status"] == "RUNNING",
                   "the job under another leader")
    seconds = time.monotonic() - began
    assert flink.restored(job)["id"] >= before["id"]
    flink.checkpoint(job, after=flink.restored(job)["id"])
    return seconds


def counted(flink: Flink, directory: str) -> int:
    """What the counters of a job that ends with its cluster have left."""
    for node in flink.addresses:
        flink.on(node, f"echo {NUMBERS} | sudo tee {directory}/end >/dev/null; sudo mv {directory}/end {directory}/END")

    def look() -> int:
        found = [line for node in flink.addresses for line in flink.on(node, f"sudo grep -rh --include='count-*' . {directory} || true").splitlines()]
        return sum(map(int, found)) if len(found) == 10 else 0

    return flink.wait_for(look, "ten counts", 300)


@pytest.mark.parametrize("version", [DEFAULTS["standalone"], "2.3.0"])
def test_a_killed_leader_costs_seconds(operator, flink, directory, version) -> None:
    jar = CountingJobs(downloads.flink_home(version), directory / "jobs").release(version)
    cluster = Flink(operator.fleet, flink.zookeeper, "/flink/own", 6200)
    own = {"name": "own", "jar": str(jar), "entry_class": "CountingJob", "arguments": ["--dir", OWN, "--checkpoint-ms", "2000"], "parallelism": 2,
           "taskmanager_slots": 1, "taskmanagers": 2, "ports_from": 6200}
    given = {"flink_version": version, "flink_ready_timeout": 600}
    run = operator.play(**given)
    assert run.status == 0, run.text[-4000:]
    counting = CountingOnHosts(flink, jar)
    for node in flink.addresses:
        flink.on(node, f"sudo rm -rf {OWN}; sudo install -d -o flink -g flink {OWN}")
    job = counting.start()
    run = operator.play(playbook="playbooks/job_clusters.yml", flink_job_clusters=[own], **given)
    assert run.status == 0, run.text[-4000:]
    session, apart = killed(flink, "flink-jobmanager"), killed(cluster, "own-jobmanager")
    print(f"Flink {version}: {session:.1f} s in the session cluster, {apart:.1f} s in the job cluster")
    assert counting.finish(job, NUMBERS) == NUMBERS
    assert counted(cluster, OWN) == NUMBERS
    run = operator.play(playbook="playbooks/job_clusters.yml", flink_job_clusters=[{"name": "own", "state": "absent", "remove_data": True}], **given)
    assert run.status == 0, run.text[-4000:]
    assert session < WITHIN and apart < WITHIN
