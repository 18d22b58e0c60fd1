# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent of Mesos 1.11 refuses to recover from; the two recorded refusals are in test_what_was_recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.agent_change import agent_change
from hypothesis import given
from hypothesis import strategies as st

FIXTURE = Path(__file__).resolve().parents[4] / "fixtures" / "mesos_api.json"
FULL = {"resources": "cpus:4;mem:8192;disk:20000;ports:[31000-32000]", "hostname": "a", "port": 5051, "attributes": "rack:r1;zone:2"}
AMOUNTS = st.fixed_dictionaries(
    {"cpus": st.integers(0, 8), "mem": st.integers(0, 8), "disk": st.integers(0, 8)}, optional={"gpus": st.integers(1, 3)}
)
SPAN = st.tuples(st.integers(31000, 31010), st.integers(0, 9)).map(lambda pair: f"[{pair[0]}-{pair[0] + pair[1]}]")
AGENTS = st.builds(
    lambda amounts, ports, attributes: {"hostname": "a", "resources": {**amounts, "ports": ports}, "attributes": attributes},
    AMOUNTS,
    SPAN,
    st.dictionaries(st.sampled_from(["rack", "zone"]), st.sampled_from(["r1", "r2", 1, 2]), max_size=2),
)


@given(AGENTS)
def test_an_agent_recovers_from_its_own_flags(flags):
    for policy in ("equal", "additive"):
        assert agent_change(flags, dict(reversed(flags.items())), policy) == []


@given(AGENTS, AGENTS)
def test_equal_lets_nothing_through_that_differs(old, new):
    same = {**old, "attributes": dict(old["attributes"])} == new
    assert (agent_change(old, new) == []) == same


@given(AGENTS, AGENTS)
def test_additive_refuses_less_than_equal_and_not_in_both_directions(old, new):
    there, back = agent_change(old, new, "additive"), agent_change(new, old, "additive")
    if agent_change(old, new) == []:
        assert there == []
    if there == [] and back == []:
        assert agent_change(old, new) == []


@given(AGENTS, st.integers(1, 4), st.sampled_from(["cpus", "mem", "disk"]))
def test_additive_lets_a_scalar_grow_and_never_shrink(old, more, name):
    new = {**old, "resources": {**old["resources"], name: old["resources"][name] + more}}
    assert agent_change(old, new, "additive") == []
    assert any(f"resource {name} decreases" in one for one in agent_change(new, old, "additive"))


def test_what_was_recorded():
    assert agent_change({"resources": "cpus:4"}, {"resources": "cpus:3"}, "additive") == ["resource cpus decreases from 4 to 3; it may only grow"]
    assert agent_change({"resources": "cpus:4"}, {"resources": "cpus:6"}, "additive") == []
    assert agent_change({"resources": "cpus:4"}, {"resources": "cpus:6"}) == ["resource cpus changes from 4 to 6"]


@pytest.mark.parametrize(
    "change,equal,additive",
    [
        ({"hostname": "b"}, "hostname changes from a to b, which no policy allows", "hostname changes from a to b"),
        ({"port": 5052}, "port changes from 5051 to 5052", "port changes from 5051 to 5052"),
        ({"advertise_port": "6051"}, "port changes from 5051 to 6051", "port changes from 5051 to 6051"),
        ({"port": None}, "", ""),
        ({"attributes": "zone:2;rack:r1"}, "", ""),
        ({"attributes": "rack:r2;zone:2"}, "attribute rack changes from r1 to r2", "attribute rack changes from r1 to r2; a text must stay the same"),
        ({"attributes": "rack:r1;zone:3"}, "attribute zone changes from 2 to 3", ""),
        ({"attributes": "rack:r1;zone:1"}, "attribute zone changes from 2 to 1", "attribute zone decreases from 2 to 1"),
        ({"attributes": "rack:r1"}, "attribute zone (2) is taken away", "attribute zone (2) is taken away"),
        ({"attributes": "rack:r1;zone:2;os:x"}, "attribute os (x) is new", ""),
        ({"attributes": "rack:r1;rack:r2;zone:2"}, "attribute rack changes from r1 to r1, r2", "attribute rack changes from r1 to r1, r2"),
        ({"attributes": "rack:1;zone:2"}, "attribute rack changes from a text (r1) to a number (1)", "attribute rack changes from a text"),
        ({"attributes": None}, "attribute rack (r1) is taken away", "attribute rack (r1) is taken away"),
        ({"domain": {"fault_domain": {}}}, "domain is new", ""),
        ({"resources": FULL["resources"] + ";gpus:1"}, "resource gpus (1) is new", ""),
        ({"resources": FULL["resources"].replace("32000", "31999")}, "resource ports changes", "which leaves something out; it may only grow"),
        ({"resources": FULL["resources"].replace("cpus:4;", "")}, "resource cpus was 4 and is left to what the agent detects", "is left to what"),
        ({"resources": "mem:8192;" + FULL["resources"].replace("mem:8192", "cpus(web):0")}, "resource cpus(web) (0) is new", ""),
        ({"resources": "file:///r"}, "resources changes from cpus:4;mem", "what is in that file cannot be compared here"),
        ({"isolation": "posix/cpu", "work_dir": "/elsewhere"}, "", ""),
    ],
)
def test_single_changes(change, equal, additive):
    for policy, expected in (("equal", equal), ("additive", additive)):
        problems = agent_change(FULL, {**FULL, **change}, policy)
        assert (expected in problems[0]) if expected else problems == [], (policy, problems)
        assert len(problems) <= 2 and all("\n" not in problem for problem in problems)


def test_a_domain_once_set_stays():
    region = {"domain": '{"fault_domain": {"region": {"name": "r"}}}'}
    assert agent_change({**FULL, **region}, {**FULL, "domain": {"fault_domain": {"region": {"name": "r"}}}}) == []
    assert agent_change({**FULL, **region}, FULL, "additive") == ["domain is taken away; keep it"]
    assert agent_change({**FULL, **region}, {**FULL, "domain": {"fault_domain": {}}}, "additive") == ["domain changes; an agent keeps the one it has"]


def test_what_the_agent_finds_out_is_compared_with_what_it_says():
    old, new = {"ip": "10.0.0.1"}, {"ip": "10.0.0.1", "resources": "cpus:4", "hostname": "a"}
    assert agent_change(old, new) == [
        "hostname changes from what the agent found out to a, which may be another name; compare it with the running agent",
        "resource cpus was what the agent detected and is set to 4; compare it with the running agent",
    ]
    running = {"hostname": "a", "port": 5051, "resources": {"cpus": 4.0, "mem": 100.0, "gpus": 0.0, "ports": "[31000-32000]"}}
    assert agent_change(old, new, "equal", running) == []
    assert agent_change(old, {**new, "hostname": "b"}, "equal", running)[0].startswith("hostname changes from a to b")
    assert agent_change(old, {**old, "ip": "10.0.0.2"})[0].startswith("hostname is left to the agent")
    assert agent_change({**old, "hostname": "a"}, old)[0].startswith("hostname changes from a to what the agent finds out")
    assert agent_change(old, old, "equal", running) == []


def test_a_running_agent_is_compared_by_its_own_state():
    (state,) = [case["response"]["body"] for case in json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"] if case["case"] == "agent_state"]
    flags = state["flags"]
    assert agent_change(flags, flags, "equal", state) == []
    wanted = {"MESOS_HOSTNAME": "127.0.0.1", "MESOS_RESOURCES": "cpus:4;mem:8192;disk:20000;ports:[31000-32000]"}
    assert agent_change(flags, wanted, "equal", state) == []
    less = {**wanted, "MESOS_RESOURCES": wanted["MESOS_RESOURCES"].replace("cpus:4", "cpus:3")}
    assert agent_change(flags, less, "additive", state) == ["resource cpus decreases from 4 to 3; it may only grow"]


def test_an_environment_and_an_agent_that_never_ran():
    assert agent_change({"MESOS_RESOURCES": "cpus:4", "MESOS_PORT": "5051"}, {"MESOS_RESOURCES": "cpus:4.0"}) == []
    assert agent_change(None, FULL) == agent_change({}, FULL) == []
    assert agent_change({"resources": "file:///r"}, {"resources": "file:///r"}) == []
