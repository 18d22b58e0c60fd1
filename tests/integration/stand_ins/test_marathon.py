# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two stand-in Marathons on a real ZooKeeper with the stand-in master and agent: apps run, die, come back; the leader goes, they stay."""

from __future__ import annotations

import os
import re
import signal

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon import app as marathon_app
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rest import MarathonError, marathon_argument_spec
from kazoo.client import KazooClient

from tests.integration.zookeeper.ensemble import Ensemble, install
from tests.stand_ins.loopback import Daemon, eventually, unpacked
from tests.stand_ins.marathon_loopback import Marathon, unpacked_marathon

SMALL = {"cpus": 0.1, "mem": 16}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """ZooKeeper, master, agent, two Marathons."""
    install()
    base = tmp_path_factory.mktemp("world")
    home, vendor = unpacked(base / "mesos"), unpacked_marathon(base / "marathon")
    with Ensemble(base / "zookeeper", 1) as ensemble:
        url = f"zk://{ensemble.servers[0]}"
        client = KazooClient(ensemble.servers[0])
        client.start(30)
        master = Daemon(home, "master", base / "master", f"--zk={url}/mesos", "--quorum=1", "--hostname=127.0.0.1").start()
        agent = Daemon(
            home, "agent", base / "agent", f"--master={url}/mesos", "--hostname=127.0.0.1",
            "--resources=cpus:4;mem:8192;disk:20000;ports:[31000-32000]", "--no-switch_user", "--attributes=rack:a",
        ).start()  # fmt: skip
        marathons = [
            Marathon(
                vendor, home / "lib" / "libmesos.so", base / f"marathon{number}.log",
                master=f"{url}/mesos", zk=f"{url}/marathon", zk_session_timeout=2000, min_revive_offers_interval=200,
            )
            for number in range(2)
        ]  # fmt: skip
        for each in marathons:
            each.start()
        for each in marathons:
            eventually(lambda: each.get("/v2/leader")["leader"], "a leader", 30)
        world = type("World", (), {})()
        world.zookeeper, world.master, world.agent, world.marathons, world.vendor, world.url = client, master, agent, marathons, vendor, url
        yield world
        for each in marathons:
            each.end()
        for framework in master.get("/state")["frameworks"]:
            tear_down(master, framework["id"])
        eventually(lambda: master.get("/metrics/snapshot")["master/tasks_running"] == 0, "no task runs")
        for each in (agent, master):
            each.end()
        client.stop()
        client.close()


def tear_down(master, framework):
    """As an operator does."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return master.call("/teardown", f"frameworkId={framework}".encode(), headers=form)[0]


def roles_of(world):
    """The leader and the other."""
    leader = eventually(lambda: world.marathons[0].get("/v2/leader").get("leader") or world.marathons[1].get("/v2/leader").get("leader"), "leader")
    return sorted(world.marathons, key=lambda each: each.address != leader)


def running(marathon, app_id, count):
    """The tasks of an app once so many run and no deployment works on it."""

    def look():
        app = marathon.get(f"/v2/apps{app_id}")["app"]
        return app["tasks"] if app["tasksRunning"] == count and not app["deployments"] and len(app["tasks"]) == count else None

    return eventually(lambda: [each for each in (look(),) if each is not None], f"{count} of {app_id} on {marathon.address}")[0]


def create(marathon, app_id, **fields):
    status, headers, body = marathon.call("POST", "/v2/apps", {"id": app_id, "cmd": "sleep 1000", **SMALL, **fields})
    assert status == 201, body
    return headers["marathon-deployment-id"]


def remove(marathon, app_id):
    assert marathon.call("DELETE", f"/v2/apps{app_id}")[0] == 200
    eventually(lambda: marathon.get("/v2/deployments") == [], "no deployment")


def test_app_starts_with_its_environment_dies_comes_back_and_scales(world, tmp_path):
    leader = roles_of(world)[0]
    out = tmp_path / "environment"
    ports = [{"port": 0, "name": "rest"}, {"port": 0, "name": "rpc-x"}]
    cmd = f"env > {out}.tmp; echo SHELL_PID=$$ >> {out}.tmp; mv {out}.tmp {out}; exec sleep 1000"
    create(leader, "/it/env", cmd=cmd, env={"K": "v"}, portDefinitions=ports, constraints=[["rack", "LIKE", "a"]], backoffSeconds=1)
    task = running(leader, "/it/env", 1)[0]
    variables = dict(line.split("=", 1) for line in eventually(out.read_text, "the environment").splitlines() if "=" in line)
    assert [int(variables[name]) for name in ("PORT0", "PORT1")] == task["ports"]
    assert variables["PORT_REST"] == variables["PORT"] == variables["PORT0"] and variables["PORT_RPC_X"] == variables["PORT1"]
    assert variables["K"] == "v" and variables["MARATHON_APP_ID"] == "/it/env" and variables["MESOS_TASK_ID"] == task["id"]
    os.kill(int(variables["SHELL_PID"]), signal.SIGKILL)
    again = eventually(lambda: [each for each in running(leader, "/it/env", 1) if each["id"] != task["id"]], "another task")[0]
    assert again["id"].rpartition(".")[0] == task["id"].rpartition(".")[0] and again["id"].endswith("._app.2")
    failure = leader.get("/v2/apps/it/env")["app"]["lastTaskFailure"]
    assert failure["state"] == "TASK_FAILED" and failure["taskId"] == task["id"] and "Killed" in failure["message"]
    assert leader.call("PUT", "/v2/apps/it/env", {"instances": 3})[0] == 200
    assert again["id"] in [each["id"] for each in running(leader, "/it/env", 3)]
    leader.call("PUT", "/v2/apps/it/env", {"instances": 0})
    running(leader, "/it/env", 0)
    remove(leader, "/it/env")


@pytest.mark.parametrize("fields, words", [
    ({"cmd": "echo from the task >&2; exec sleep 1000", "portDefinitions": [{"port": 0}],
      "healthChecks": [{"protocol": "MESOS_HTTP", "portIndex": 0, "intervalSeconds": 1, "gracePeriodSeconds": 0, "delaySeconds": 0,
                       "maxConsecutiveFailures": 100}]},
     r"HTTP health check for task '\S+' failed: curl exited with status 7: curl: \(7\) Failed to connect to 127.0.0.1"),
    ({"cmd": "echo from the task >&2; exit 3", "backoffSeconds": 60}, "ends with: from the task"),
], ids=["unhealthy", "failed"])  # fmt: skip
def test_the_module_tells_what_a_task_wrote_that_does_not_come_up(world, fields, words):
    leader = roles_of(world)[0]
    params = {name: option.get("default") for name, option in marathon_argument_spec().items()}
    params.update(urls=[leader.address], app={"id": "/it/ill", **SMALL, **fields}, state="present", timeout=8, wait=True, exclusive=False,
                  on_lock="wait", rollback_on_failure=False)
    with pytest.raises(MarathonError) as failed:
        marathon_app.core(params, False, lambda text: None)
    [said] = [reason for reason in failed.value.details["reasons"] if reason.startswith("the stderr of task it_ill.")]
    assert re.search(words, said) and said in failed.value.message
    leader.call("DELETE", "/v2/apps/it/ill?force=true")
    eventually(lambda: leader.get("/v2/deployments") == [], "no deployment")


def test_standby_proxies_and_takes_over_with_the_tasks_alive(world):
    leader, standby = roles_of(world)
    create(leader, "/it/stay", instances=2, labels={"a": "b"})
    before = running(standby, "/it/stay", 2)
    status, headers, body = standby.call("GET", "/v2/apps/it/nothing")
    assert status == 404 and headers["x-marathon-leader"] == f"http://{leader.address}" and headers["x-marathon-via"] == f"1.1 {standby.address}"
    assert body["message"] == "App '/it/nothing' does not exist"
    loop = standby.call("GET", "/ping", headers={"X-Marathon-Via": f"1.1 {standby.address}"})
    assert loop[0] == 502
    assert standby.call("GET", "/v2/events", headers={"Accept": "text/event-stream"})[0] == 302
    latches = world.zookeeper.get_children("/marathon/leader-curator")
    data = sorted(world.zookeeper.get(f"/marathon/leader-curator/{name}")[0].decode() for name in latches)
    assert data == sorted([leader.address, standby.address]) and all(name.startswith("_c_") and "-latch-" in name for name in latches)
    framework = leader.get("/v2/info")["frameworkId"]
    leader.end(signal.SIGKILL)
    eventually(lambda: standby.get("/v2/leader").get("leader") == standby.address, "the standby leads", 20)
    eventually(lambda: standby.get("/v2/info").get("frameworkId") == framework, "the same framework")
    after = running(standby, "/it/stay", 2)
    assert sorted(each["id"] for each in after) == sorted(each["id"] for each in before)
    frameworks = world.master.get("/state")["frameworks"]
    entry = next(each for each in frameworks if each["id"] == framework)
    eventually(lambda: next(e for e in world.master.get("/state")["frameworks"] if e["id"] == framework)["active"], "active again")
    assert len([each for each in entry["tasks"] if each["state"] == "TASK_RUNNING"]) == 2
    leader.start()
    eventually(lambda: leader.get("/v2/leader")["leader"] == standby.address, "the old one is standby")
    victim = before[0]["id"]
    assert leader.call("DELETE", f"/v2/apps/it/stay/tasks/{victim}")[0] == 200
    eventually(lambda: victim not in [each["id"] for each in running(leader, "/it/stay", 2)], "a task in its place")
    remove(leader, "/it/stay")


def test_deployment_locks_sticks_and_rolls_back(world):
    leader = roles_of(world)[0]
    first = create(leader, "/it/stuck", constraints=[["hostname", "LIKE", "nohost"]])
    locked = leader.call("PUT", "/v2/apps/it/stuck", {"env": {"A": "1"}})
    assert locked[0] == 409 and locked[2]["deployments"] == [{"id": first}]

    def reason():
        entry = leader.get("/v2/queue?embed=lastUnusedOffers")["queue"][0]
        return entry["lastUnusedOffers"][0]["reason"] if entry["lastUnusedOffers"] else None

    assert eventually(reason, "an offer that was not used") == ["UnfulfilledConstraint"]
    assert [each["id"] for each in leader.get("/v2/deployments")] == [first]
    assert leader.call("DELETE", f"/v2/deployments/{first}")[0] == 200
    eventually(lambda: leader.call("GET", "/v2/apps/it/stuck")[0] == 404, "the app is gone")
    create(leader, "/it/up", upgradeStrategy={"minimumHealthCapacity": 0, "maximumOverCapacity": 0})
    before = running(leader, "/it/up", 1)[0]
    bad = leader.call("PUT", "/v2/apps/it/up", {"cpus": 100})[2]["deploymentId"]
    eventually(lambda: leader.get("/v2/apps/it/up")["app"]["tasks"] == [], "the old task is gone")
    assert leader.call("PUT", "/v2/apps/it/up?force=true", {"cpus": 0.2})[0] == 200
    after = running(leader, "/it/up", 1)[0]
    assert after["id"] != before["id"] and bad not in [each["id"] for each in leader.get("/v2/deployments")]
    remove(leader, "/it/up")


def test_abdication_ends_the_process_with_105(world):
    leader, standby = roles_of(world)
    assert standby.call("DELETE", "/v2/leader")[2] == {"message": "Leadership abdicated"}
    assert leader.wait() == 105
    eventually(lambda: standby.get("/v2/leader")["leader"] == standby.address, "the standby leads")
    leader.start()
    eventually(lambda: leader.get("/v2/leader")["leader"] == standby.address, "back as standby")


def test_torn_down_framework_ends_with_110(world):
    leader, standby = roles_of(world)
    framework = eventually(lambda: leader.get("/v2/info").get("frameworkId"), "registered")
    assert tear_down(world.master, framework) == 200
    leader.end(signal.SIGKILL)
    assert standby.wait() == 110
    assert "Framework has been removed" in standby.said()


@pytest.mark.parametrize(
    "arguments, text",
    [
        (["--mesos_authentication_principal", "marathon"], "Changing framework's principal is not allowed."),
        (["--mesos_user", "somebody"], "Updating 'FrameworkInfo.user' is unsupported; attempted to update from"),
    ],
)
def test_what_mesos_lets_no_framework_change_ends_with_106(world, tmp_path, arguments, text):
    library = tmp_path / "libmesos.so"
    library.write_text("")
    one = Marathon(world.vendor, library, tmp_path / "log", master=f"{world.url}/mesos", zk=f"{world.url}/{arguments[0].strip('-')}")
    one.start()
    framework = eventually(lambda: one.get("/v2/info").get("frameworkId"), "registered", 30)
    one.end()
    assert one.start(*arguments).wait() == 106
    assert text in one.said()
    assert one.start(*arguments).wait() == 106, "again and again"
    tear_down(world.master, framework)


@pytest.mark.parametrize(
    "arguments, environment, code, text",
    [
        ([], {"MARATHON_BOGUS": "1"}, 112, "Unknown option 'bogus'"),
        (["--http_port", "1"], {}, 112, "more than once"),
        ([], {"MARATHON_ZK": "zk://127.0.0.1:1/m", "MARATHON_ZK_CONNECTION_TIMEOUT": "300"}, 100, "No ZooKeeper server"),
        ([], {"MARATHON_HTTP_ADDRESS": "192.0.2.1"}, 111, "Cannot listen"),
        ([], {"MESOS_NATIVE_JAVA_LIBRARY": "/nonexistent/libmesos.so"}, 107, "Can't load library"),
        ([], {"JAVA_HOME": "/nonexistent"}, 1, "No java installations"),
        ([], {"JAVA_OPTS": "-Xmxnonsense"}, 1, "nvalid"),
    ],
)
def test_bad_starts(world, tmp_path, arguments, environment, code, text):
    library = tmp_path / "libmesos.so"
    library.write_text("")
    one = Marathon(world.vendor, library, tmp_path / "log", master=f"{world.url}/mesos", zk=f"{world.url}/other")
    assert one.start(*arguments, **environment).wait() == code
    assert text in one.said()
