# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back-off, offers and their reasons, constraints, ports, unreachable tasks, Marathon's own health checks."""

from __future__ import annotations

import pytest

from tests.stand_ins.marathon.checks import Checks
from tests.stand_ins.marathon.offer_match import constraint_fits


def die(cluster, info, message="Command exited with status 1"):
    cluster.status(info, "TASK_RUNNING")
    cluster.status(info, "TASK_FAILED", message=message)


def test_back_off_grows_up_to_the_limit_and_holds_launches(cluster):
    cluster.create(id="/a", backoffSeconds=10, backoffFactor=2, maxLaunchDelaySeconds=30)
    delays = []
    for _attempt in range(4):
        die(cluster, cluster.give()[0])
        delays.append(cluster.core.queue.delay("/a"))
        assert cluster.give() == []
        cluster.wait(delays[-1] - 0.5)
        assert cluster.give() == [] and cluster.get("/v2/queue")["queue"][0]["delay"] == {"timeLeftSeconds": 0, "overdue": False}
        cluster.wait(0.6)
    assert delays == [10, 20, 30, 30]
    info = cluster.give()[0]
    assert info["task_id"]["value"].endswith("._app.5")
    cluster.status(info, "TASK_RUNNING")
    cluster.wait(3600)
    die(cluster, info)
    assert cluster.core.queue.delay("/a") == 10


def test_delay_can_be_forgotten(cluster):
    cluster.create(id="/a", backoffSeconds=100)
    die(cluster, cluster.give()[0])
    assert cluster.call("DELETE", "/v2/queue//a/delay")[0] == 204
    assert len(cluster.give()) == 1
    assert cluster.call("DELETE", "/v2/queue//a/delay")[0] == 404


def test_new_configuration_starts_without_back_off(cluster):
    cluster.create(id="/a", backoffSeconds=100)
    die(cluster, cluster.give()[0])
    cluster.call("PUT", "/v2/apps/a?force=true", {"cmd": "better"})
    assert len(cluster.give()) == 1


def test_clock_knows_when_a_delay_ends(cluster):
    cluster.create(id="/a", backoffSeconds=10)
    die(cluster, cluster.give()[0])
    assert cluster.core.next_wake() == cluster.time + 10


def test_revive_when_something_waits_and_suppress_when_not(cluster):
    cluster.create(id="/a")
    assert cluster.master.reviving
    cluster.run(2)
    assert not cluster.master.reviving


@pytest.mark.parametrize(
    "app, offer, reason",
    [
        ({"cpus": 5}, {}, ["InsufficientCpus"]),
        ({"mem": 9000, "disk": 30000}, {}, ["InsufficientMemory", "InsufficientDisk"]),
        ({"constraints": [["rack", "LIKE", "b"]], "cpus": 5}, {}, ["UnfulfilledConstraint", "InsufficientCpus"]),
        ({"portDefinitions": [{"port": 80}], "requirePorts": True}, {}, ["InsufficientPorts"]),
        ({}, {"ports": ()}, ["InsufficientPorts"]),
        ({}, {"role": "prod"}, ["UnfulfilledRole"]),
        ({"id": "/prod/a", "acceptedResourceRoles": ["prod"], "role": "prod"}, {"role": "prod"}, ["UnfulfilledRole"]),
    ],
)
def test_reasons(cluster, app, offer, reason):
    cluster.create(**{"id": "/a", **app})
    assert cluster.give(**offer) == []
    entry = cluster.get("/v2/queue?embed=lastUnusedOffers")["queue"][0]
    assert entry["lastUnusedOffers"][0]["reason"] == reason and entry["lastUnusedOffers"][0]["offer"]["hostname"] == "127.0.0.1"
    summary = {each["reason"]: each for each in entry["processedOffersSummary"]["rejectSummaryLaunchAttempt"]}
    assert summary[reason[0]]["declined"] == 1
    kind, body = cluster.master.calls[-1]
    assert kind == "DECLINE" and body["filters"] == {"refuse_seconds": 120.0}


def test_ports_and_environment(cluster):
    definitions = [{"port": 31005, "name": "rest"}, {"port": 31002}]
    cluster.create(id="/a/b", portDefinitions=definitions, requirePorts=True, env={"PORT": "mine"}, labels={"x-y": "z"}, user="flink")
    info = cluster.give()[0]
    variables = {each["name"]: each["value"] for each in info["command"]["environment"]["variables"]}
    assert (variables["PORT0"], variables["PORT1"], variables["PORTS"], variables["PORT_REST"]) == ("31005", "31002", "31005,31002", "31005")
    assert variables["PORT"] == "mine" and variables["HOST"] == "127.0.0.1" and variables["MARATHON_APP_LABEL_X_Y"] == "z"
    assert info["command"]["user"] == "flink" and info["name"] == "b.a" and variables["PORT_31002"] == "31002"


def test_several_instances_share_an_offer_without_sharing_ports(cluster):
    cluster.create(id="/a", instances=3, taskKillGracePeriodSeconds=7)
    infos = cluster.give(ports=((31000, 31002),))
    ports = [each["ranges"]["range"][0]["begin"] for info in infos for each in info["resources"] if each["name"] == "ports"]
    assert sorted(ports) == [31000, 31001, 31002] and infos[0]["kill_policy"]["grace_period"]["nanoseconds"] == 7 * 10**9


def test_unique_host(cluster):
    cluster.master.hosts = ["h1", "h2"]
    cluster.create(id="/a", instances=3, constraints=[["hostname", "UNIQUE"]])
    launched = cluster.give() + cluster.give()
    assert len(launched) == 2 and len({each["agent_id"]["value"] for each in launched}) == 2


@pytest.mark.parametrize(
    "constraint, placed, fits",
    [
        (["hostname", "CLUSTER", "h1"], [], True),
        (["hostname", "CLUSTER", "h2"], [], False),
        (["hostname", "CLUSTER"], ["h2"], False),
        (["hostname", "UNLIKE", "h.*"], [], False),
        (["rack", "UNLIKE", "a"], [], True),
        (["rack", "IS", "r1"], [], False),
        (["hostname", "MAX_PER", "2"], ["h1"], True),
        (["hostname", "MAX_PER", "2"], ["h1", "h1"], False),
        (["hostname", "GROUP_BY", "2"], ["h1"], False),
        (["hostname", "GROUP_BY", "2"], ["h1", "h2"], True),
        (["hostname", "GROUP_BY"], ["h1", "h2", "h1"], False),
    ],
)
def test_constraints(constraint, placed, fits):
    offer = {"hostname": "h1", "attributes": []}
    assert constraint_fits(constraint, offer, [{"host": host, "attributes": []} for host in placed]) is fits


def lost(cluster, info, since):
    """What a reconciliation says of a task on a lost agent."""
    cluster.status(info, "TASK_UNREACHABLE", message="agent is gone", unreachable_time={"nanoseconds": int(since * 1e9)})


def asked(cluster):
    """How often the master was asked about tasks by name."""
    return len([body for kind, body in cluster.master.calls if kind == "RECONCILE" and body["tasks"]])


def test_lost_task_is_replaced_when_a_status_comes_after_its_time_and_forgotten_by_a_timer(make_cluster):
    cluster = make_cluster("--task_lost_expunge_initial_delay", "900000")
    cluster.create(id="/a", unreachableStrategy={"inactiveAfterSeconds": 60, "expungeAfterSeconds": 600})
    info, since = cluster.run()[0], cluster.time
    lost(cluster, info, since)
    cluster.wait(200)
    assert cluster.run(1) == [], "no timer makes it inactive"
    lost(cluster, info, since)
    assert len(cluster.run(1)) == 1 and len(cluster.app("/a")["tasks"]) == 2
    cluster.wait(600)
    assert len(cluster.app("/a")["tasks"]) == 2, "its time is over, and the timer was not due yet"
    cluster.wait(100)
    assert len(cluster.app("/a")["tasks"]) == 1


def test_lost_task_is_replaced_and_forgotten_at_once_with_zero_and_zero(cluster):
    cluster.create(id="/a")
    info = cluster.run()[0]
    lost(cluster, info, cluster.time + 0.2)
    assert cluster.run(1) == [], "by the clock of the master it is lost in the future"
    lost(cluster, info, cluster.time - 1)
    assert len(cluster.run(1)) == 1 and len(cluster.app("/a")["tasks"]) == 1


def test_tasks_are_reconciled_by_a_timer_that_starts_with_the_election(make_cluster):
    cluster = make_cluster("--reconciliation_interval", "10000")
    cluster.create(id="/a")
    info = cluster.give()[0]
    cluster.wait(15)
    assert asked(cluster) == 0, "of a task that has no status yet nothing is asked"
    cluster.status(info, "TASK_RUNNING")
    cluster.wait(9)
    assert asked(cluster) == 0
    cluster.wait(1)
    assert asked(cluster) == 1


def test_a_new_subscription_asks_nothing(cluster):
    cluster.create(id="/a")
    cluster.run()
    cluster.wait(600)
    cluster.master.calls.clear()
    cluster.core.subscribed("e0f03e3f-3aed-4ac3-8a87-4872dfb936bc-0000", {"hostname": "127.0.0.1", "port": 5050})
    cluster.wait(500)
    assert asked(cluster) == 0


def test_unreachable_task_that_returns_in_time_is_kept(cluster):
    cluster.create(id="/a", unreachableStrategy={"inactiveAfterSeconds": 60, "expungeAfterSeconds": 600})
    info = cluster.run()[0]
    cluster.status(info, "TASK_UNREACHABLE")
    cluster.wait(30)
    cluster.status(info, "TASK_RUNNING")
    cluster.wait(1000)
    assert [each["id"] for each in cluster.app("/a")["tasks"]] == [info["task_id"]["value"]]


def test_disabled_strategy_waits_for_ever(cluster):
    cluster.create(id="/a", unreachableStrategy="disabled")
    info = cluster.run()[0]
    cluster.status(info, "TASK_UNREACHABLE")
    cluster.wait(10**6)
    assert [each["state"] for each in cluster.app("/a")["tasks"]] == ["TASK_UNREACHABLE"]


def test_own_health_check_kills_after_consecutive_failures(cluster):
    check = {"protocol": "TCP", "gracePeriodSeconds": 10, "maxConsecutiveFailures": 2}
    cluster.create(id="/a", healthChecks=[check])
    info = cluster.run()[0]
    task, checks = info["task_id"]["value"], Checks(cluster.core)
    spec = cluster.app("/a")["healthChecks"][0]
    started = cluster.core.tracker.find(task).task["started_at"]
    outcomes = []
    for when, cause in ((5, "refused"), (20, None), (30, "refused"), (40, "refused")):
        cluster.time = started + when
        with cluster.core.turn():
            checks.judge(task, spec, cause)
        app = cluster.app("/a")
        outcomes.append((app["tasksHealthy"], app["tasksUnhealthy"], cluster.get("/v2/deployments") == []))
    assert outcomes == [(0, 0, False), (1, 0, True), (0, 1, True), (0, 1, True)]
    assert cluster.killed() == [task]


def test_killed_by_nobody_comes_back_and_finished_too(cluster):
    cluster.create(id="/a")
    info = cluster.run()[0]
    cluster.status(info, "TASK_FINISHED", message="Command exited with status 0")
    cluster.wait(6)
    assert len(cluster.give()) == 1
    assert "lastTaskFailure" not in cluster.app("/a")
