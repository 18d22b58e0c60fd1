# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way off Mesos, as docs/migration.md has it: a job on Flink 1.12 goes to a standalone one beside it, Mesos is taken off, and the job goes on to
2.x. It counts exactly."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import requests
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS

from tests import downloads
from tests.drills.counting import DIRECTORY, CountingOnHosts
from tests.integration.flink_job.counting_job import CountingJobs
from tests.on_hosts import Flink
from tests.playbook import ROOT
from tests.scenario import in_groups

NUMBERS = 2_000_000
OLD, NEW, NEWER = "1.12.5", DEFAULTS["standalone"], "2.3.0"
STAND_INS = ROOT / ".cache/stand_ins"
ON_MESOS = str(ROOT / "examples/inventory/three_hosts_mesos")
NEXT_JAR = "/var/tmp/counts-2.jar"
ALL = ["node1", "node2", "node3"]
#: The next Flink has one of the hosts, and ZooKeeper and HDFS of all of them.
NEXT = {"zookeeper": ALL, "hdfs_namenode": ALL[:2], "hdfs_journalnode": ALL, "hdfs_datanode": ALL, "flink_jobmanager": ["node3"],
        "flink_taskmanager": ["node3"]}


class OnMesos(Flink):
    """A Flink whose REST server is where Mesos has put it."""

    def rest(self, path: str):
        url = re.search(rb"http://[0-9.]+:\d+", self.node(f"{self.path}/leader/rest_server_lock")).group().decode()
        answer = requests.get(url + path, timeout=5)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(name="jars", scope="module")
def _jars(tmp_path_factory):
    """The job for the old Flink, for the one after it one that does not work, and for the newest one that was compiled for it."""
    old = CountingJobs(downloads.flink_home(OLD), tmp_path_factory.mktemp("old") / "jobs")
    newer = CountingJobs(downloads.flink_home(NEWER), tmp_path_factory.mktemp("newer") / "jobs")
    return {"good": old.release("good"), "bad": old.release("bad", "open"), "newer": newer.release("newer")}


@pytest.fixture(name="source", scope="module")
def _source(operator):
    """What is said in each run of the cluster on Mesos, which has all of its hosts' ports open to them, as both inventories do while there are both."""
    subprocess.run([sys.executable, "-m", "tests.stand_ins", "pack", str(STAND_INS)], cwd=ROOT, check=True, capture_output=True, timeout=300)
    operators = [*operator.fleet.inventory()["all"]["vars"]["security_operators"], *operator.addresses.values()]
    return {"flink_name": "old", "flink_version": OLD, "security_operators": operators,
            "mesos_archive_path": str(STAND_INS / "mesos-1.11.0.tar.gz"), "marathon_archive_path": str(STAND_INS / "marathon-1.11.24.tgz"),
            "flink_libraries": [str(STAND_INS / "flink-mesos-scheduler.jar")]}


@pytest.fixture(name="job", scope="module")
def _job(jars):
    return {"name": "counts", "jar_src": str(jars["good"]), "arguments": ["--dir", DIRECTORY, "--checkpoint-ms", "2000"], "parallelism": 2, "settle": 3}


def of(*clusters: str, operator) -> dict:
    """Source and target by their paths in ZooKeeper, in the variables of migrate_jobs."""
    quorum = ",".join(f"{address}:2181" for address in operator.addresses.values())
    return {f"flink_migrate_{role}": {"zookeeper": {"hosts": quorum, "cluster_id": cluster}} for role, cluster in zip(("source", "target"), clusters)}


def done(run):
    """A run that ended well."""
    assert run.status == 0, run.text[-4000:]
    return run


def test_the_whole_way_off_mesos(operator, flink, jars, source, job) -> None:
    counting = CountingOnHosts(flink, jars["good"])
    old, between = OnMesos(operator.fleet, flink.zookeeper, "/flink/old", 0), of("/old", "/default", operator=operator)

    def on_mesos(playbook: str, *arguments: str, **extra):
        return operator.play(*arguments, playbook=f"playbooks/{playbook}.yml", inventory=ON_MESOS, **source, **extra)

    # A standalone Flink has the name flink, and is in the way of one on Mesos that is called so too; with another name there is room for both.
    done(on_mesos("site"))
    done(on_mesos("jobs", flink_jobs=[job]))
    (first,) = old.running()
    old.checkpoint(first, after=2)
    assert flink.running() == []

    plan = done(on_mesos("migrate_jobs", "--check", **between))
    assert f"counts: stop {first} with a savepoint" in plan.flat and f"Flink {NEW[:4]} reads the state of 1.12" in plan.flat, plan.text[-4000:]
    subprocess.run(operator.fleet.ssh("node1", "cat > /var/tmp/bad.jar"), input=jars["bad"].read_bytes(), check=True, timeout=60)
    run = on_mesos("migrate_jobs", flink_migrate_jobs=[{"name": "counts", "jar": "/var/tmp/bad.jar"}], **between)
    assert run.status != 0 and "counts does not work on http" in run.flat, run.text[-4000:]
    assert "this task was made to fail when it opens. It is back on" in run.flat, run.text[-4000:]
    assert flink.running() == []
    (back,) = old.running()
    assert back != first and old.restored(back)["is_savepoint"]
    old.checkpoint(back, after=2)

    operator.play_and_kill("TASK [baremetal.flink.flink : Move the jobs, one by one]", playbook="playbooks/migrate_jobs.yml", inventory=ON_MESOS,
                           **source, **between)
    done(on_mesos("migrate_jobs", **between))
    assert old.running() == []
    (moved,) = flink.running()
    assert flink.restored(moved)["is_savepoint"]
    again = done(on_mesos("migrate_jobs", **between))
    assert again.changed == 0 and "runs on" in again.flat, again.text[-4000:]

    # From here on the job is declared in the target's inventory, whose host has the history.
    operator.on("node1", "sudo cp -a /var/lib/old/jobs /var/lib/flink/")
    kept = done(operator.play(playbook="playbooks/jobs.yml", flink_jobs=[job]))
    assert kept.changed == 0 and flink.running() == [moved], kept.text[-4000:]

    confirmed = ("-e", "teardown_confirm=yes")
    for layer in ("flink", "marathon", "mesos"):
        done(on_mesos("teardown", "--tags", layer, *confirmed))
    assert flink.running() == [moved]
    left = operator.on("node1", "systemctl list-units --all --plain --no-legend 'mesos-*' 'marathon*' || true")
    assert left == "", left
    # All ports stay open to the hosts for the way that is left.
    done(operator.play(flink_version=NEW, security_operators=source["security_operators"]))
    assert flink.running() == [moved]

    _on_to_the_newest(operator, flink, jars, moved)
    newest = Flink(operator.fleet, flink.zookeeper, "/flink/next", 8081)
    (last,) = newest.running()
    assert counting.finish(last, NUMBERS, at=newest) == NUMBERS


def _on_to_the_newest(operator, flink, jars, moved: str) -> None:
    """One host becomes a cluster of the newest Flink, to which the job goes with a jar that was compiled for it."""
    hosts = {name: {"zookeeper_id": number} for number, name in enumerate(ALL, 1)}
    given = {"flink_cluster_manager": "standalone", "flink_version": NEWER, "flink_cluster_id": "/next"}
    done(operator.play(playbook="playbooks/flink.yml", inventory=in_groups(NEXT, hosts), **given))
    subprocess.run(operator.fleet.ssh("node1", f"cat > {NEXT_JAR}"), input=jars["newer"].read_bytes(), check=True, timeout=60)
    newest = Flink(operator.fleet, flink.zookeeper, "/flink/next", 8081)
    flink.wait_for(lambda: flink.running() == [moved], "the job on the other two hosts", 180)
    between = of("/default", "/next", operator=operator)
    # The jar that it has calls a class that the newest lacks: it is told, and nothing is stopped.
    run = operator.play(playbook="playbooks/migrate_jobs.yml", **between)
    sentence = "SourceFunction. It was not stopped, and runs on"
    assert run.status != 0 and run.changed == 0 and "counts cannot work on" in run.flat and sentence in run.flat, run.text[-4000:]
    assert flink.running() == [moved] and newest.running() == []
    flink.checkpoint(moved)
    run = done(operator.play(playbook="playbooks/migrate_jobs.yml", flink_migrate_jobs=[{"name": "counts", "jar": NEXT_JAR}], **between))
    assert "does not say whether 2.3 reads the state of 1.20" in run.flat, run.text[-4000:]
    assert flink.running() == []
    newest.wait_for(lambda: len(newest.running()) == 1, "the job on the newest", 60)
