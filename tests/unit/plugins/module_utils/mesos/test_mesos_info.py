# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mesos_info returns and waits for; the bodies are recorded ones."""

from __future__ import annotations

import json

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.info import core
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.state import summed
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import FLINK, ID, MARATHON, FakeMesos, body, mocked


@pytest.fixture
def mesos():
    with mocked() as mock:
        yield FakeMesos().install(mock)


def look(mesos, **given):
    params = {"wait_for": "none", "tasks": False, "ask_agents": False, "timeout": 5, "interval": 1, "leader_timeout": 0, **given}
    clock = iter(range(10**6))
    client = mesos.client(may_refuse=given.get("may_refuse", ()))
    return core(params, False, pytest.fail, client, clock=lambda: next(clock), sleep=lambda seconds: None)


def test_a_healthy_cluster_as_recorded(mesos):
    found = look(mesos, tasks=True)
    assert (found["changed"], found["healthy"], found["problems"]) == (False, True, [])
    assert found["leader"] == {"url": "http://m1:5050", "id": ID, "hostname": "127.0.0.1", "version": "1.12.0"}
    assert [(one["url"], one["up"], one["elected"], one["recovered"], one["ensemble_size"], one["quorum"]) for one in found["masters"]] == [
        ("http://m1:5050", True, True, True, 3, 1),
        ("http://m2:5050", True, False, True, 3, 1),
        ("http://m3:5050", True, False, True, 3, 1),
    ]
    (agent,) = found["agents"]
    recorded = body("slaves")["slaves"][0]
    assert {name: agent[name] for name in ("id", "hostname", "address", "port", "state", "drain_state", "version", "registered")} == {
        "id": f"{ID}-S0",
        "hostname": "127.0.0.1",
        "address": "127.0.0.1",
        "port": 5051,
        "state": "active",
        "drain_state": None,
        "version": "1.12.0",
        "registered": 1795449277,
    }
    for mine, theirs in (("resources", "resources"), ("used", "used_resources")):
        assert {name: value for name, value in recorded[theirs].items() if value} == agent[mine]
    assert [(one["id"], one["name"], one["state"], one["roles"]) for one in found["frameworks"]] == [
        (FLINK, "flink", "active", ["*"]),
        (MARATHON, "marathon", "active", ["*"]),
    ]
    assert [(one["framework"], one["id"], one["state"]) for one in found["tasks"]] == [
        ("flink", "taskmanager-00001", "TASK_RUNNING"),
        ("marathon", "flink.instance-30c8e824-e757-11f1-9a8a-164bf4782294._app.1", "TASK_RUNNING"),
    ]
    json.dumps(found)
    assert "tasks" not in look(mesos)


def test_what_is_not_healthy(mesos):
    mesos.down = {"http://m3:5050"}
    mesos.recovered = {"http://m2:5050": 0}
    mesos.unreachable = 2
    mesos.agent()["active"] = False
    mesos.recovered_agents = [{"id": {"value": "S9"}, "hostname": "h9", "port": 5051, "resources": []}]
    mesos.complete(FLINK)
    found = look(mesos)
    assert found["healthy"] is False and found["unreachable_agents"] == 2
    assert found["problems"] == [
        "master http://m2:5050 has not recovered its registry; a majority of the masters must reach each other",
        "master http://m3:5050 does not answer: connection refused; nothing listens there",
        f"agent 127.0.0.1 ({ID}-S0) is registered, but does not talk to the leading master",
        "agent h9 (S9) has not come back since the leading master changed",
        "2 agents are unreachable",
    ]
    assert [one["state"] for one in found["agents"]] == ["disconnected", "recovered"]
    assert found["frameworks"][-1]["state"] == "completed" and found["frameworks"][-1]["active"] is False


def test_no_leader_is_a_finding(mesos):
    mesos.leading = None
    found = look(mesos, tasks=True)
    assert (found["leader"], found["agents"], found["frameworks"], found["tasks"], found["healthy"]) == (None, [], [], [], False)
    assert found["problems"] == ["no master is elected"]


def test_two_leaders_and_too_few_replicas(mesos):
    with mocked() as mock:
        mesos.install(mock)
        real = mesos._metrics
        mesos._metrics = lambda base: {**real(base), "master/elected": 1, "registrar/log/ensemble_size": 0}
        problems = look(mesos)["problems"]
    assert problems[0] == "3 masters are elected at the same time: http://m1:5050, http://m2:5050, http://m3:5050"
    assert problems[1] == "master http://m1:5050 sees 0 of the 1 replicas of the registry that it needs"


def test_a_master_that_does_not_show_its_flags_is_not_down(mesos):
    mesos.forbidden = {"/flags"}
    found = look(mesos)
    assert found["healthy"] and [one["quorum"] for one in found["masters"]] == [None] * 3
    mesos.forbidden = {"/metrics/snapshot"}
    assert "master http://m1:5050 does not answer: GET http://m1:5050/metrics/snapshot answered 403" in look(mesos)["problems"][1]


def test_masters_that_may_refuse_the_credentials_are_up_and_name_the_leader(mesos):
    mesos.credentials, mesos.leading = "Basic b3BzOm9sZA==", "http://m3:5050"
    with pytest.raises(HttpError, match="401"):
        look(mesos)
    found = look(mesos, may_refuse=["m1", "m2", "m3"])
    assert [(one["up"], one["refused"], one["elected"]) for one in found["masters"]] == [(True, True, False), (True, True, False), (True, True, True)]
    assert found["leader"] is None and not found["healthy"] and "master http://m3:5050 refuses the credentials" in found["problems"]
    mesos.down = {"http://m2:5050"}
    assert [one["up"] for one in look(mesos, may_refuse=["m1", "m2", "m3"])["masters"]] == [True, False, True]


def test_a_restarted_master_is_waited_for_while_the_leader_still_refuses(mesos):
    mesos.credentials, mesos.leading, mesos.open = "Basic b3BzOm9sZA==", "http://m3:5050", {"http://m1:5050"}
    assert [one["refused"] for one in look(mesos, wait_for="masters", may_refuse=["m2", "m3"])["masters"]] == [False, True, True]
    with pytest.raises(HttpError, match="401"):
        look(mesos, may_refuse=["m2"])
    # The restarted one itself has no excuse.
    mesos.open = set()
    with pytest.raises(WaitTimeout, match="master http://m1:5050 does not answer: GET http://m1:5050/metrics/snapshot answered 401"):
        look(mesos, wait_for="masters", may_refuse=["m2", "m3"])
    mesos.open, mesos.recovered = {"http://m1:5050"}, {"http://m1:5050": 0}
    with pytest.raises(WaitTimeout, match="m1:5050 has not recovered its registry"):
        look(mesos, wait_for="masters", may_refuse=["m2", "m3"])


def test_agents_are_asked_when_told_so(mesos):
    mesos.add_agent(1, "h1")
    mesos.add_agent(2, "h2")
    mesos.unregistered, mesos.down = {"http://h1:5051"}, {"http://h2:5051"}
    assert look(mesos)["healthy"]
    assert look(mesos, ask_agents=True)["problems"] == [
        f"agent h1 ({ID}-S1) at http://h1:5051 says that it is not registered",
        f"agent h2 ({ID}-S2) at http://h2:5051 does not answer: connection refused; nothing listens there",
    ]


def test_a_restarted_agent_has_to_say_that_it_is_back(mesos):
    mesos.add_agent(1, "h1")
    mesos.down = {"http://h1:5051", "http://127.0.0.1:5051"}
    with pytest.raises(WaitTimeout, match=f"registered agents: 1; not there: h1; agent h1 .{ID}-S1. at http://h1:5051 does not answer"):
        look(mesos, wait_for="agents", hostnames=["h1"], ask_agents=True)
    with pytest.raises(WaitTimeout, match="registered agents: 0 of 2"):
        look(mesos, wait_for="agents", count=2, ask_agents=True)

    def come_back(number):
        if number > 12:
            mesos.down = {"http://127.0.0.1:5051"}

    mesos.asked, mesos.meanwhile = [], come_back
    assert look(mesos, wait_for="agents", hostnames=["h1"], ask_agents=True, timeout=60)["waited"] > 0


@pytest.mark.parametrize(
    "given",
    [
        {"wait_for": "leader"},
        {"wait_for": "masters"},
        {"wait_for": "masters", "count": 3},
        {"wait_for": "agents"},
        {"wait_for": "agents", "hostnames": ["127.0.0.1"]},
        {"wait_for": "agents", "hostnames": [f"{ID}-S0"], "count": 1},
        {"wait_for": "framework", "framework": "flink"},
        {"wait_for": "framework", "framework": MARATHON},
    ],
)
def test_what_is_there_is_not_waited_for(mesos, given):
    assert look(mesos, timeout=0, **given)["healthy"]


def test_a_leader_is_waited_for(mesos):
    mesos.leading = None

    def elect(number):
        if number > 7:
            mesos.leading = "http://m2:5050"

    mesos.meanwhile = elect
    assert look(mesos, wait_for="leader", timeout=60)["leader"]["url"] == "http://m2:5050"


@pytest.mark.parametrize(
    "given,seen",
    [
        ({"wait_for": "masters", "count": 4}, "for 4 healthy Mesos masters, in vain; last seen: 3 of 4 masters are healthy"),
        ({"wait_for": "agents", "count": 2}, "for 2 Mesos agents, in vain; last seen: registered agents: 1 of 2"),
        ({"wait_for": "agents", "hostnames": ["h7"]}, "for the Mesos agents h7, in vain; last seen: registered agents: 1; not there: h7"),
        ({"wait_for": "framework", "framework": "spark"}, "there is no framework spark; known frameworks: flink (active), marathon (active)"),
    ],
)
def test_a_wait_in_vain_ends_with_what_was_seen(mesos, given, seen):
    with pytest.raises(WaitTimeout) as raised:
        look(mesos, **given)
    assert seen in str(raised.value) and raised.value.details["last_seen"] in str(raised.value)


def test_other_waits_in_vain(mesos):
    mesos.complete(FLINK)
    with pytest.raises(WaitTimeout, match=f"last seen: framework flink \\({FLINK}\\) is completed"):
        look(mesos, wait_for="framework", framework="flink")
    mesos.agent()["active"] = False
    with pytest.raises(WaitTimeout, match="registered agents: 0 of 1; 127.0.0.1 is disconnected"):
        look(mesos, wait_for="agents")
    mesos.down = {"http://m3:5050"}
    with pytest.raises(WaitTimeout, match="2 of 3 masters are healthy; master http://m3:5050 does not answer"):
        look(mesos, wait_for="masters")
    mesos.leading = None
    with pytest.raises(WaitTimeout, match="for a leading Mesos master, in vain; last seen: No Mesos master leads"):
        look(mesos, wait_for="leader")


@pytest.mark.parametrize(
    "given,message",
    [
        ({"wait_for": "framework"}, "say with framework which one is meant"),
        ({"wait_for": "agents", "count": 0}, "count is 0; it must be 1 or more"),
        ({"interval": 0}, "interval is 0; it must be more than 0 seconds"),
    ],
)
def test_what_cannot_work(mesos, given, message):
    with pytest.raises(InputError, match=message):
        look(mesos, **given)


def test_states_of_an_agent(mesos):
    agent = body("v1_get_agents_deactivated")["get_agents"]["agents"][0]
    mesos.agents = [agent]
    assert look(mesos)["agents"][0]["state"] == "deactivated" and look(mesos)["healthy"]
    agent["drain_info"] = {"state": "DRAINED", "config": {"max_grace_period": {"nanoseconds": 0}, "mark_gone": True}}
    assert [look(mesos)["agents"][0][name] for name in ("state", "drain_state", "mark_gone")] == ["drained", "DRAINED", True]
    agent["agent_info"]["attributes"] = [
        {"name": "rack", "type": "TEXT", "text": {"value": "r1"}},
        {"name": "zone", "type": "SCALAR", "scalar": {"value": 2}},
        {"name": "span", "type": "RANGES", "ranges": {"range": [{"begin": 1, "end": 3}]}},
    ]
    assert look(mesos)["agents"][0]["attributes"] == {"rack": "r1", "zone": 2.0, "span": "[1-3]"}


def test_resources_of_several_roles_add_up():
    entries = [
        {"name": "cpus", "type": "SCALAR", "scalar": {"value": 1.5}, "role": "a"},
        {"name": "cpus", "type": "SCALAR", "scalar": {"value": 2}, "role": "*"},
        {"name": "ports", "type": "RANGES", "ranges": {"range": [{"begin": 5, "end": 9}]}},
        {"name": "ports", "type": "RANGES", "ranges": {"range": [{"begin": 1, "end": 4}]}},
        {"name": "disks", "type": "SET", "set": {"item": ["b", "a"]}},
    ]
    assert summed(entries) == {"cpus": 3.5, "disks": "{a, b}", "ports": "[1-9]"}
