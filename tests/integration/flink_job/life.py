# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a declared job on a real, highly available Flink of any version."""

from __future__ import annotations

from ansible_collections.baremetal.flink.plugins.module_utils.flink.check import core as flink_check
from ansible_collections.baremetal.flink.plugins.module_utils.flink.info import core as flink_info

from tests.integration.flink_job.conftest import Site, while_stopping

ALL = 100_000
#: On all others the leader dies while it stops the job. The JobManagers of 1.5.0 all end with a fatal error when a leader is lost after a job was
#: cancelled: a standby keeps the graph of that job locked in ZooKeeper, so the next leader recovers it, and its jar is gone.
LEADER_LIVES = ("1.5.0",)
#: These say that a main method failed, and not with what.
SILENT = ("1.5.0",)
MAIN_FAILED = "The main method caused an error. This version of Flink tells no more; the log of the JobManager does"


def live(site: Site) -> None:
    """From its first start over an upgrade, releases that do not work and a stop to its end, with exact counts."""
    version = site.cluster.version
    one, two = site.jobs.release("one"), site.jobs.release("two")
    given_up = site.declare(one)
    assert given_up["action"] == "started" and given_up["version"] == version and not given_up["warnings"], given_up["msg"]
    assert site.declare(state="cancelled")["action"] == "cancelled" and site.living() == []

    first = site.declare(one)
    assert first["action"] == "started" and first["job_id"] != given_up["job_id"], first["msg"]
    assert not site.declare(one)["changed"]
    every_jobmanager_tells(site, first["job_id"], version)

    upgraded = site.declare(two) if version in LEADER_LIVES else site.during(while_stopping, site.cluster.kill_leader, two)
    assert not upgraded["failed"], upgraded["msg"]
    assert upgraded["action"] == "upgraded" and site.living() == [upgraded["job_id"]]
    restored = site.cluster.checkpoints_of(upgraded["job_id"])["latest"]["restored"]
    assert restored["is_savepoint"] and first["job_id"] in restored["external_path"]

    bad = site.declare(site.jobs.release("record", "record"))
    assert bad["failed"] and bad["rolled_back"] and "made to fail with every record" in bad["msg"], bad["msg"]
    main = site.declare(site.jobs.release("main", "main"))
    said = MAIN_FAILED if version in SILENT else "this main method was made to fail"
    assert main["failed"] and f"{said}. The one that runs was not stopped" in main["msg"], main["msg"]
    nowhere = site.declare(two, entry_class="no.Such")
    assert nowhere["failed"] and "no.Such" in nowhere["msg"], nowhere["msg"]
    assert site.living() == [bad["job_id"]] == [main["job_id"]] == [nowhere["job_id"]]

    formats = {"savepoint_format": "native"} if site.cluster.number >= (1, 15) else {}
    stopped = site.declare(state="stopped", **formats)
    assert stopped["action"] == "stopped" and site.living() == [], stopped["msg"]
    if site.cluster.number >= (1, 20):
        assert site.cluster.checkpoints_of(bad["job_id"])["latest"]["savepoint"]["savepointFormat"] == "NATIVE"
    on = site.declare(two)
    assert on["action"] == "started" and site.living() == [on["job_id"]], on["msg"]
    assert site.finish(ALL) == ALL
    ended = site.declare(two)
    assert not ended["changed"] and ended["job_state"] == "finished"
    asked = {"urls": [f"127.0.0.1:{port}" for port in site.cluster.rest_ports.values()], "jar": str(two), "timeout": 60}
    checked = flink_check({**asked, "arguments": ["--dir", str(site.counts.directory)]}, False, print)
    assert (checked["ran"], checked["state"], checked["version"]) == (True, "FINISHED", version) and site.counts.final() == ALL, checked


def every_jobmanager_tells(site: Site, job_id: str, version: str) -> None:
    """The leader and the standby, which redirects to it up to 1.7."""
    for port in site.cluster.rest_ports.values():
        told = flink_info({"urls": [f"127.0.0.1:{port}"], "job": job_id, "wait_for": "job_checkpointed", "timeout": 20}, False, lambda warning: None)
        (job,) = told["jobs"]
        assert told["version"] == version and job["state"] == "RUNNING" and job["checkpoints"]["last"]["path"], told
        assert told["overview"]["taskmanagers"] == len(told["taskmanagers"]) == 1 and told["taskmanagers"][0]["host"] == "127.0.0.1"
