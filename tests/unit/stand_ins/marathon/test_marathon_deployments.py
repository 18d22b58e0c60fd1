# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployments, locks, rollbacks, kills and the state that the next leader loads."""

from __future__ import annotations

from tests.stand_ins.marathon.core import Core

HELD = {"minimumHealthCapacity": 1, "maximumOverCapacity": 0}
SINGLE = {"minimumHealthCapacity": 0, "maximumOverCapacity": 0}


def actions(cluster):
    return [[action["action"] for action in step["actions"]] for step in cluster.get("/v2/deployments")[0]["steps"]]


def ids(cluster, app="/a"):
    return [each["id"] for each in cluster.app(app)["tasks"]]


def test_singleton_is_gone_before_its_successor_starts(cluster):
    cluster.create(id="/a", upgradeStrategy=SINGLE)
    old = cluster.run()[0]
    cluster.call("PUT", "/v2/apps/a", {"env": {"A": "1"}})
    assert actions(cluster) == [["RestartApplication"]]
    cluster.wait(6)
    assert cluster.give() == []
    assert cluster.killed() == [old["task_id"]["value"]]
    cluster.wait(6)
    fresh = cluster.give()
    assert len(fresh) == 1 and cluster.get("/v2/deployments") != []
    cluster.status(fresh[0], "TASK_RUNNING")
    assert cluster.get("/v2/deployments") == [] and ids(cluster) == [fresh[0]["task_id"]["value"]]


def test_default_strategy_starts_the_successor_first(cluster):
    cluster.create(id="/a", instances=2)
    old = [each["task_id"]["value"] for each in cluster.run()]
    cluster.call("PUT", "/v2/apps/a", {"cmd": "sleep 2"})
    cluster.wait(6)
    fresh = cluster.give()
    assert len(fresh) == 2 and cluster.killed() == []
    cluster.status(fresh[0], "TASK_RUNNING")
    assert len(cluster.killed()) == 1
    cluster.status(fresh[1], "TASK_RUNNING")
    assert len(cluster.killed()) == 1 and not set(ids(cluster)) & set(old)
    assert cluster.get("/v2/deployments") == []


def test_held_capacity_adds_one_at_a_time(cluster):
    cluster.create(id="/a", instances=2, upgradeStrategy=HELD)
    cluster.run()
    cluster.call("PUT", "/v2/apps/a", {"cmd": "sleep 2"})
    cluster.wait(6)
    fresh = cluster.give()
    assert len(fresh) == 1 and cluster.killed() == []
    cluster.status(fresh[0], "TASK_RUNNING")
    assert len(cluster.killed()) == 1
    cluster.run()
    assert cluster.get("/v2/deployments") == [] and cluster.app("/a")["tasksRunning"] == 2


def test_failed_health_check_keeps_the_deployment(cluster):
    cluster.create(id="/a", healthChecks=[{"protocol": "MESOS_TCP"}])
    info = cluster.run()[0]
    assert info["health_check"]["type"] == "TCP" and [info["health_check"]["tcp"]["port"]] == cluster.app("/a")["tasks"][0]["ports"]
    assert len(cluster.get("/v2/deployments")) == 1
    cluster.status(info, "TASK_RUNNING", healthy=False)
    assert cluster.app("/a")["tasksUnhealthy"] == 1
    cluster.status(info, "TASK_RUNNING", healthy=True)
    assert cluster.get("/v2/deployments") == [] and cluster.app("/a")["tasksHealthy"] == 1


def test_lock_force_and_cancel(cluster):
    first = cluster.create(id="/a", cpus=100)["deployments"][0]["id"]
    assert cluster.call("POST", "/v2/apps/a/restart")[0] == 409
    status, body, headers = cluster.call("PUT", "/v2/apps/a?force=true", {"cpus": 0.1})
    assert status == 200 and [each["id"] for each in cluster.get("/v2/deployments")] == [body["deploymentId"]] != [first]
    assert cluster.call("DELETE", f"/v2/deployments/{body['deploymentId']}?force=true")[0] == 202
    assert cluster.get("/v2/deployments") == []


def test_rollback_restores_the_former_version_and_its_task(cluster):
    cluster.create(id="/a")
    task = cluster.run()[0]["task_id"]["value"]
    version = cluster.app("/a")["version"]
    deployment = cluster.call("PUT", "/v2/apps/a", {"cpus": 100})[1]["deploymentId"]
    cluster.run()
    assert cluster.call("DELETE", f"/v2/deployments/{deployment}")[0] == 200
    cluster.run()
    app = cluster.app("/a")
    assert (app["version"], app["cpus"], ids(cluster)) == (version, 0.1, [task]) and cluster.get("/v2/deployments") == []


def test_put_of_an_old_version_brings_its_configuration_back(cluster):
    cluster.create(id="/a")
    cluster.run()
    first = cluster.app("/a")["version"]
    cluster.call("PUT", "/v2/apps/a", {"mem": 64})
    cluster.run()
    assert cluster.call("PUT", "/v2/apps/a", {"version": first, "mem": 1})[0] == 422
    assert cluster.call("PUT", "/v2/apps/a", {"version": first})[0] == 200
    assert cluster.app("/a")["mem"] == 32.0 and len(cluster.get("/v2/apps/a/versions")["versions"]) == 3
    assert cluster.get(f"/v2/apps/a/versions/{first}")["mem"] == 32.0


def test_many_apps_and_their_order(cluster):
    many = [{"id": "/g/b", "cmd": "b", "dependencies": ["/g/a"]}, {"id": "/g/a", "cmd": "a"}]
    assert cluster.call("PUT", "/v2/apps", many)[0] == 200
    steps = cluster.get("/v2/deployments")[0]["steps"]
    assert [[action["app"] for action in step["actions"]] for step in steps] == [["/g/a", "/g/b"], ["/g/a"], ["/g/b"]]


def test_kill_and_scale(cluster):
    cluster.create(id="/a", instances=3)
    cluster.run()
    victim = ids(cluster)[0]
    status, body, headers = cluster.call("DELETE", f"/v2/apps/a/tasks/{victim}?scale=true")
    assert status == 200 and "deploymentId" in body
    cluster.run()
    assert cluster.app("/a")["instances"] == 2 and victim not in ids(cluster) and len(ids(cluster)) == 2
    assert cluster.call("POST", "/v2/tasks/delete", {"ids": ids(cluster)[:1]})[0] == 200
    cluster.run()
    assert cluster.app("/a")["tasksRunning"] == 2
    assert cluster.call("DELETE", "/v2/apps/a/tasks/nope")[0] == 404
    assert len(cluster.get("/v2/tasks?status=running")["tasks"]) == 2


def test_scale_down_takes_the_youngest(cluster):
    cluster.create(id="/a")
    oldest = cluster.run()[0]["task_id"]["value"]
    cluster.call("PUT", "/v2/apps/a", {"instances": 3})
    cluster.run()
    cluster.call("PUT", "/v2/apps/a", {"instances": 1})
    cluster.run()
    assert ids(cluster) == [oldest]


def test_next_leader_goes_on_where_the_last_one_stopped(cluster):
    cluster.create(id="/a", instances=2)
    cluster.create(id="/stuck", cpus=100)
    cluster.run()
    sent = []
    heir = Core(cluster.core.flags, cluster.store, lambda kind, body: sent.append((kind, body)), lambda: cluster.time)
    heir.load()
    assert heir.state.dump() == cluster.core.state.dump() and heir.state.framework_id == cluster.core.state.framework_id
    heir.subscribed(heir.state.framework_id, {})
    cluster.time += 15
    with heir.turn():
        pass
    asked = {each["task_id"]["value"] for kind, body in sent if kind == "RECONCILE" for each in body["tasks"]}
    assert asked == set(ids(cluster)) and list(heir.state.deployments) == list(cluster.core.state.deployments)
    task = sorted(asked)[0]
    heir.update({"task_id": {"value": task}, "agent_id": {"value": "S"}, "state": "TASK_UNKNOWN", "message": "Reconciliation"})
    assert len(heir.queue.waiting()["/a"]) == 1


def test_unknown_running_task_is_killed_and_updates_are_acknowledged(cluster):
    status = {"task_id": {"value": "a.instance-x._app.1"}, "agent_id": {"value": "S0"}, "state": "TASK_RUNNING", "uuid": "dQ=="}
    cluster.core.update(status)
    kinds = [kind for kind, body in cluster.master.calls]
    assert kinds[-2:] == ["KILL", "ACKNOWLEDGE"]


def test_too_many_deployments(make_cluster):
    cluster = make_cluster("--max_running_deployments", "1")
    cluster.create(id="/a", cpus=100)
    assert cluster.call("POST", "/v2/apps", {"id": "/b", "cmd": "x", "cpus": 100})[0] == 403


def test_abdication(cluster):
    assert cluster.call("DELETE", "/v2/leader")[1] == {"message": "Leadership abdicated"} and cluster.abdicated == [True]
