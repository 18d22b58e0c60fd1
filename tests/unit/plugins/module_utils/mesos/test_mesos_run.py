# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from what the steps of a run have registered on its hosts."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.run import mesos_agent_verdict, mesos_registry_faults, mesos_run

THREE = ["n1", "n2", "n3"]
GROUPS = {"mesos_master": THREE, "mesos_agent": THREE}


def host(number, master="active", agent="active", stale=False, registry=True, port=None, written=(), **more):
    """A host after its units were looked at."""
    units = {"mesos-master.service": {"active": master, "stale": stale}, "mesos-agent.service": {"active": agent, "stale": stale}}
    preflight = {"holds_registry": registry, "contents": {"/run/mesos-master/port": port}, "agent": {"noted": True}}
    return {
        "ansible_host": f"192.0.2.{number}", "mesos_preflight": preflight, "mesos_configured": {"units": units, "changed_paths": list(written)}, **more}


def run(hosts, in_run=None, groups=None, port=5050, **arguments):
    return mesos_run(groups or GROUPS, hosts, THREE if in_run is None else in_run, port, **arguments)


def seen(leader="n1", up=(1, 2, 3), port=5050):
    masters = [{"url": f"http://192.0.2.{n}:{port}", "up": n in up, "elected": f"n{n}" == leader} for n in (1, 2, 3)]
    return {"leader": {"url": f"http://192.0.2.{leader[1]}:{port}"} if leader else None, "masters": masters}


def test_a_run_that_changes_nothing_touches_nothing():
    found = run({f"n{n}": host(n) for n in (1, 2, 3)})
    assert (found["touched"], found["pending"], found["registry"]["ask"]) == (False, [], False)


def test_nothing_is_known_before_a_host_is_looked_at():
    found = run({f"n{n}": {"ansible_host": f"192.0.2.{n}"} for n in (1, 2, 3)})
    assert (found["touched"], found["pending"], found["masters"]["together"]) == (False, [], [])


@pytest.mark.parametrize("more", [
    {"written": ["/etc/mesos/master.env"]}, {"mesos_preflight": {"holds_registry": True, "contents": {}, "agent": {"noted": False}}},
])
def test_files_alone_are_something_to_do(more):
    found = run({"n1": host(1, **more), "n2": host(2), "n3": host(3)})
    assert found["touched"] and found["pending"] == []


def test_a_daemon_that_a_host_is_not_meant_to_have_is_never_pending():
    found = run({f"n{n}": host(n, agent="inactive") for n in (1, 2, 3)}, groups={"mesos_master": THREE, "mesos_agent": []})
    assert found["pending"] == [] and found["agents"]["pending"] == []


def test_masters_restart_in_turn_on_their_new_port_and_the_leader_last():
    found = run({f"n{n}": host(n, stale=True, port="5050\n") for n in (1, 2, 3)}, port=5060, seen=seen("n1"))
    assert found["servers"] == ["192.0.2.1:5050", "192.0.2.2:5050", "192.0.2.3:5050"]
    assert [turn["host"] for turn in found["masters"]["in_turn"]] == ["n2", "n3", "n1"]
    first, second, last = found["masters"]["in_turn"]
    assert first["wait_for"] == ["192.0.2.1:5050", "192.0.2.2:5060", "192.0.2.3:5050"] and first["may_refuse"] == ["192.0.2.1:5050", "192.0.2.3:5050"]
    assert second["may_refuse"] == ["192.0.2.1:5050"]
    assert last["wait_for"] == ["192.0.2.1:5060", "192.0.2.2:5060", "192.0.2.3:5060"] and last["may_refuse"] == []


def test_one_that_is_down_is_nobodys_to_wait_for():
    hosts = {"n1": host(1, stale=True), "n2": host(2), "n3": host(3)}
    found = run(hosts, in_run=["n1", "n2"], seen=seen("n2", up=(1, 2)), allow_outage=True)
    assert found["masters"]["in_turn"] == [{"host": "n1", "wait_for": ["192.0.2.1:5050", "192.0.2.2:5050"], "may_refuse": ["192.0.2.2:5050", "192.0.2.3:5050"]}]
    refused = run(hosts, in_run=["n1", "n2"], seen=seen("n2", up=(1, 2)))
    assert "n1 must restart, but n3 is down" in refused["masters"]["refusal"]


def test_a_leader_that_refuses_the_credentials_leads_all_the_same():
    answer = seen(leader=None)
    answer["masters"][1]["elected"] = True
    found = run({f"n{n}": host(n, stale=True) for n in (1, 2, 3)}, seen=answer)
    assert [turn["host"] for turn in found["masters"]["in_turn"]] == ["n1", "n3", "n2"]


def test_a_new_cluster_starts_at_once():
    found = run({f"n{n}": host(n, master="inactive", agent="inactive", registry=False) for n in (1, 2, 3)}, seen=seen(leader=None, up=()))
    assert found["masters"]["together"] == THREE and found["masters"]["wait_for"] == ["192.0.2.1:5050", "192.0.2.2:5050", "192.0.2.3:5050"]
    assert found["agents"]["together"] == THREE and found["agents"]["wait_for"] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_agents_that_cannot_recover_are_drained():
    found = run({"n1": host(1, stale=True, mesos_agent_drain=True), "n2": host(2, stale=True, mesos_agent_drain=False), "n3": host(3)})
    assert found["agents"]["drain"] == [{"host": "n1", "address": "192.0.2.1"}] and found["agents"]["in_turn"] == [{"host": "n2", "address": "192.0.2.2"}]


def test_masters_elsewhere_are_asked_with_one_that_has_a_registry():
    found = run({"n1": host(1), "n2": host(2, registry=False), "n3": host(3)}, in_run=["n2"])
    assert found["registry"]["ask"] and found["registry"]["ask_from"] == "n1"
    assert run({f"n{n}": host(n, registry=n == 2) for n in (1, 2, 3)})["registry"]["ask_from"] == "n2"


# -- the registry and the agents -----------------------------------------------------------------

ONE = {"leader": {"url": "http://192.0.2.1:5050"}, "masters": [{"elected": True, "quorum": 1}], "agents": [{"hostname": "a", "deactivated": False}]}
QUOTA = {"item": "/quota", "json": {"infos": [{"role": "flink"}]}}
MAINTENANCE = {"item": "/maintenance/schedule", "json": {"windows": [{}]}}


@pytest.mark.parametrize(
    ("before", "answers", "sentence"),
    [
        (ONE, [{"item": "/quota", "json": {"infos": []}}, {"item": "/maintenance/schedule", "json": {}}], ""),
        (ONE, [QUOTA, MAINTENANCE], "holds quota and maintenance: note them"),
        ({**ONE, "agents": [{"hostname": "a", "deactivated": True}]}, [], "agents that are drained or deactivated (a)"),
        ({**ONE, "leader": None}, [], "no leading master says what is in it"),
        ({**ONE, "masters": [{"elected": True, "quorum": 2}]}, [], "add fewer masters at a time"),
    ],
)
def test_what_the_registry_of_one_master_holds_is_not_lost(before, answers, sentence):
    registry = run({f"n{n}": host(n, registry=n == 1) for n in (1, 2, 3)})["registry"]
    text = " ".join(mesos_registry_faults(registry, before, {"results": answers}))
    assert sentence in text and bool(text) == bool(sentence)
    assert mesos_registry_faults(registry, before, {"results": answers}, allow_reset=True) == []


AGENT = {"before": {"MESOS_RESOURCES": "cpus:2"}, "identity": {"MESOS_RESOURCES": "cpus:1"}, "moved_from": "", "work_dir": "/var/lib/mesos/agent"}


@pytest.mark.parametrize(
    ("agent", "answer", "policy", "drain", "sentences"),
    [
        (AGENT, {}, "refuse", False, ["The agent on n1 would not recover from its new settings (resource cpus changes from 2 to 1): take the change back",
                                      "set mesos_agent_change to additive if it only adds, or set mesos_agent_change to drain"]),
        (AGENT, {}, "additive", False, ["cpus decreases from 2 to 1; it may only grow): take the change back, or set mesos_agent_change to drain"]),
        (AGENT, {}, "drain", True, []),
        # What the running agent says counts for more than what it was last started with.
        (AGENT, {"json": {"flags": {"resources": "cpus:1"}}}, "refuse", False, []),
        ({**AGENT, "before": AGENT["identity"], "moved_from": "/srv/agent"}, {}, "refuse", False,
         ["its work directory moves from /srv/agent to /var/lib/mesos/agent, where it would find none of its tasks"]),
        ({**AGENT, "before": {}}, {"status": -1}, "refuse", False, []),
    ],
)
def test_what_an_agent_cannot_recover_from(agent, answer, policy, drain, sentences):
    verdict = mesos_agent_verdict(agent, answer, policy, "n1")
    assert verdict["drain"] is drain and bool(verdict["refusal"]) == bool(sentences)
    for sentence in sentences:
        assert sentence in verdict["refusal"]
