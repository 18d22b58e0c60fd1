"""A job with an AppMaster of its own: declared, reached by name from an operator's host, and taken off with its framework."""

from __future__ import annotations

import re

from conftest import APPMASTER, TASKMANAGER

from tests import downloads
from tests.on_hosts import EXAMPLES

JOB_APPMASTER = "'^[^ ]*java .*MesosJobClusterEntrypoint'"


def declared(**machine):
    return {"flink_job_clusters": [{"name": "machine", **machine}]}


def test_a_job_cluster_comes_and_goes_as_one_thing(platform, site):
    jar = downloads.maven_jar("org.apache.flink:flink-examples-streaming_2.11:1.13.0")
    entry_class = f"{EXAMPLES}.statemachine.StateMachineExample"
    job = declared(jar=str(jar), entry_class=entry_class, arguments=["--error-rate", 0, "--sleep", 1], parallelism=2, taskmanager_slots=1,
                   taskmanager_cpus=0.25)
    session, session_workers = platform.processes(APPMASTER), platform.pids(TASKMANAGER)
    run = site("job_clusters", **job)
    assert run.status == 0, run.text[-4000:]
    framework = platform.framework("machine")
    assert framework not in ("", platform.framework())
    assert len(platform.pids(JOB_APPMASTER)) == 1 and platform.processes(APPMASTER) == session
    assert len(platform.pids(TASKMANAGER) - session_workers) == 2
    listed = platform.on("node4", "sudo flink --cluster machine list --running")
    found = re.findall(r" : ([0-9a-f]{32}) : State machine job \(RUNNING\)", listed)
    assert len(found) == 1, listed
    # The session cluster may run a job of the same name.
    assert found[0] not in platform.on("node4", "sudo flink list --running")
    run = site("job_clusters", **declared(state="absent", remove_data=True))
    assert run.status == 0, run.text[-4000:]
    assert platform.processes(JOB_APPMASTER) == {} and platform.processes(APPMASTER) == session
    platform.wait_for(lambda: not platform.pids(TASKMANAGER) - session_workers, "the end of its TaskManagers", 30)
    assert not platform.zookeeper.exists("/flink/machine")
