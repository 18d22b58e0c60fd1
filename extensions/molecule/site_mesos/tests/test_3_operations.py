"""Jobs on Mesos, and everything that carries them killed in turn: the job goes on each time, under the same framework id."""

from __future__ import annotations

import re

import pytest
from conftest import APPMASTER, TASKMANAGER

from tests.scenario import each_is_named


def test_no_taskmanager_until_a_job_needs_one(platform):
    platform.wait_for(lambda: not platform.processes(TASKMANAGER), "the end of TaskManagers without a job")


def test_the_demos_job_counts_right_and_survives_its_leader(operator):
    run = operator.play(playbook="examples/demo/job.yml")
    assert run.status == 0, run.text[-4000:]


@pytest.fixture
def before(platform, job):
    """The framework, and a checkpoint of the running job."""
    job.wait_for(lambda latest, restored: latest > restored, "a checkpoint of its own")
    return platform.framework(), job.checkpoints()[0]


def test_killed_appmaster(platform, job, before):
    framework, checkpoint = before
    workers = platform.pids(TASKMANAGER)
    platform.on(platform.appmaster_host(), f"sudo pkill -9 -f {APPMASTER}")
    job.goes_on(checkpoint, restored=True)
    assert platform.framework() == framework
    # Flink may start one more, when the job is back before the old ones are.
    left = platform.pids(TASKMANAGER)
    assert workers <= left, "the TaskManagers are taken over, not started anew"
    assert len(platform.processes(APPMASTER)) == 1


def test_killed_start_script_takes_its_jvm_along(platform, job, before):
    framework, checkpoint = before
    old = platform.processes(APPMASTER)
    platform.on(platform.appmaster_host(), "sudo pkill -9 -f '^bash .*mesos-jobmanager.sh|^[^ ]*bash [^ ]*/appmaster$'")
    job.goes_on(checkpoint, restored=True)
    new = platform.processes(APPMASTER)
    assert len(new) == 1 and new != old
    assert platform.framework() == framework


def test_killed_marathon(platform, job, before):
    framework, checkpoint = before
    appmaster = platform.processes(APPMASTER)
    leader = platform.leading_marathon()
    platform.on(leader, "sudo systemctl kill --signal=KILL marathon")
    job.goes_on(checkpoint, restored=False)
    platform.wait_for(lambda: platform.app().get("tasksHealthy"), "a Marathon that has not lost the AppMaster", 90)
    assert platform.processes(APPMASTER) == appmaster and platform.framework() == framework


def test_killed_master(platform, job, before):
    framework, checkpoint = before
    appmaster = platform.processes(APPMASTER)
    leader = platform.leading_master()
    platform.on(leader, "sudo systemctl kill --signal=KILL mesos-master")
    job.goes_on(checkpoint, restored=False)
    assert platform.processes(APPMASTER) == appmaster and platform.framework() == framework


def test_killed_agent_leaves_its_tasks(platform, job, before):
    _framework, checkpoint = before
    platform.wait_for(lambda: not platform.idle(), "the end of what Flink started too much")
    hosts = platform.processes(TASKMANAGER)
    tasks = platform.pids(APPMASTER) | platform.pids(TASKMANAGER)
    agents = {host: platform.pid(host, "mesos-agent") for host in hosts}
    for host in hosts:
        platform.on(host, "sudo systemctl kill --signal=KILL --kill-who=main mesos-agent")
    job.goes_on(checkpoint, restored=False)
    platform.wait_for(
        lambda: all(platform.pid(host, "mesos-agent") not in (0, killed) and platform.registered(host) for host, killed in agents.items()),
        "the killed agents to be back")
    assert platform.pids(APPMASTER) | platform.pids(TASKMANAGER) == tasks
    assert all(platform.on(host, "systemctl is-active mesos-agent") == "active" for host in hosts)


def test_verify_names_each_unit_that_does_not_work(operator, platform, green):
    """Where the others do the work meanwhile. An agent must be back before the masters give it up."""
    standby = next(host for host in ("node1", "node2", "node3") if host != platform.leading_master())
    second = "node2" if platform.leading_marathon() == "node1" else "node1"
    each_is_named(operator, [
        (standby, "mesos-master", "suspended"), ("node3", "mesos-agent", "stopped"), (second, "marathon", "suspended"),
    ], "--tags", "mesos,marathon")  # fmt: skip
    green()


def test_a_host_that_others_can_do_without_is_left_out_and_named(operator, site, green):
    operator.fleet.host("node4").power_off()
    try:
        run = site("site")
    finally:
        operator.fleet.host("node4").power_on()
    assert run.status != 0 and run.changed == 0 and run.recap["node4"]["unreachable"] == 1, run.text[-4000:]
    assert re.search(r"flink\s+node4\s+DOWN", run.text) and re.search(r"flink\s+node3\s+ok", run.text), run.text[-4000:]
    green()


def test_a_host_with_the_appmaster_loses_power(platform, job, before, green):
    framework, checkpoint = before
    victim = platform.appmaster_host()
    # A new leader gives the agents of its predecessor ten minutes to come back (agent_reregister_timeout), and so it would this host.
    platform.lead_elsewhere(victim)
    platform.fleet.host(victim).power_off()
    try:
        job.goes_on(checkpoint, restored=True)
        assert platform.appmaster_host() != victim and platform.framework() == framework
    finally:
        platform.fleet.host(victim).power_on()
    green()
    assert len(platform.processes(APPMASTER)) == 1


def test_a_change_redeploys_once(platform, site, job, before):
    checkpoint = before[1]
    version = platform.app()["version"]
    change = {"flink_settings": {"jobmanager.execution.attempts-history-size": 8}}
    run = site("flink", **change)
    assert run.status == 0, run.text[-4000:]
    job.goes_on(checkpoint, restored=True)
    changed = platform.app()["version"]
    assert changed != version
    again = site("flink", **change)
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
    assert platform.app()["version"] == changed


def test_two_clusters_side_by_side(platform, site, job, before):
    run = site("flink", flink_name="second")
    assert run.status == 0, run.text[-4000:]
    assert platform.framework("second") not in ("", platform.framework())
    assert len(platform.pids(APPMASTER)) == 2
    job.goes_on(before[1], restored=False)
    run = site("teardown", "--tags", "flink", flink_name="second", teardown_confirm="yes", teardown_data="delete")
    assert run.status == 0, run.text[-4000:]
    job.goes_on(before[1], restored=False)
    assert not platform.zookeeper.exists("/flink/second")


def test_a_framework_that_was_torn_down_is_told_and_renewed(platform, site):
    framework = platform.framework()
    platform.tear_down(framework)
    run = site("verify", "--tags", "flink")
    assert run.status != 0 and f"has removed framework {framework}" in run.flat, run.text[-4000:]
    run = site("flink", "-e", "flink_mesos_renew_framework=true")
    assert run.status == 0, run.text[-4000:]
    assert platform.framework() not in ("", framework)


def test_teardown_ends_all_of_flink_and_site_brings_it_back(platform, site):
    """By the oldest ansible-core, whose result the newest has nothing to add to."""
    run = site("teardown", "--tags", "flink", "-e", "teardown_confirm=yes", oldest=True)
    assert run.status == 0, run.text[-4000:]
    assert platform.processes(APPMASTER) == {} and platform.processes(TASKMANAGER) == {}
    run = site("site", oldest=True)
    assert run.status == 0, run.text[-4000:]
    assert re.search(r"flink\s+node3\s+ok", run.text), run.text[-4000:]
    again = site("flink")
    assert (again.status, again.changed) == (0, 0), again.text[-4000:]
