# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mesos_agent and mesos_framework do to a cluster."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.agent import AgentChange, tear_down
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.masters import MesosError
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import FLINK, ID, MARATHON, FakeMesos, mocked

AGENT = f"{ID}-S0"


@pytest.fixture
def mesos():
    with mocked() as mock:
        yield FakeMesos().install(mock)


def change(mesos, check_mode=False, **given):
    params = {"agent": "127.0.0.1", "wait": True, "timeout": 20, "interval": 1, "mark_gone": False, "grace_period": None, **given}
    clock = iter(range(10**6))
    return AgentChange(mesos.client(), clock=lambda: next(clock), sleep=lambda seconds: None).run(params, check_mode)


def drained_after(mesos, looks, gone=False):
    """The agent is drained, or gone, some requests after the drain began."""
    begun = []

    def watch(number):
        if mesos.agents and mesos.agent().get("drain_info"):
            begun.append(number)
        if len(begun) == looks:
            if gone:
                mesos.agents = []
            else:
                mesos.agent()["drain_info"]["state"] = "DRAINED"

    mesos.meanwhile = watch


def test_a_drain_is_waited_for_and_the_second_time_nothing_happens(mesos):
    drained_after(mesos, 4)
    found = change(mesos, state="drained", grace_period=60)
    assert (found["changed"], found["state"], found["agent"]["drain_state"]) == (True, "drained", "DRAINED")
    assert found["diff"]["before"] == {"state": "active"} and found["diff"]["after"] == {"state": "drained"}
    assert mesos.commands == [
        {"type": "DRAIN_AGENT", "drain_agent": {"agent_id": {"value": AGENT}, "max_grace_period": {"seconds": 60}, "mark_gone": False}}
    ]
    again = change(mesos, state="drained")
    assert (again["changed"], again["state"], len(mesos.commands)) == (False, "drained", 1)
    assert again["diff"]["before"] == again["diff"]["after"]


def test_without_a_grace_period_tasks_keep_their_own(mesos):
    change(mesos, state="drained", wait=False)
    assert "max_grace_period" not in mesos.commands[0]["drain_agent"]
    assert mesos.agent()["drain_info"]["state"] == "DRAINING"


def test_a_drain_that_goes_on_is_joined(mesos):
    mesos.agent().update(active=False, deactivated=True, drain_info={"state": "DRAINING", "config": {}})
    drained_after(mesos, 5)
    found = change(mesos, state="drained")
    assert (found["changed"], found["state"], mesos.commands) == (False, "drained", [])


def test_the_time_out_names_what_is_left(mesos):
    with pytest.raises(WaitTimeout) as raised:
        change(mesos, state="drained")
    text = str(raised.value)
    assert f"for agent 127.0.0.1 ({AGENT}) to be drained, in vain; last seen: it is draining; tasks left: " in text
    assert f"taskmanager-00001 (TASK_RUNNING) of framework flink ({FLINK}); " in text
    assert f"._app.1 (TASK_RUNNING) of framework marathon ({MARATHON})" in text
    assert raised.value.details["changed"] is True


def test_many_tasks_are_cut_short_and_none_is_said_too(mesos):
    flink = mesos.state["frameworks"][0]
    flink["tasks"] = [{**flink["tasks"][0], "id": f"t{number}"} for number in range(9)]
    with pytest.raises(WaitTimeout, match=r"t0 \(TASK_RUNNING\), .*t4 \(TASK_RUNNING\) and 4 more of framework flink"):
        change(mesos, state="drained")
    mesos.state["frameworks"] = []
    mesos.agents = [mesos.agent()]
    with pytest.raises(WaitTimeout, match="no task runs there, so an operation or the acknowledgement"):
        change(mesos, state="drained")


def test_an_agent_that_is_marked_gone_disappears(mesos):
    drained_after(mesos, 3, gone=True)
    found = change(mesos, state="drained", mark_gone=True)
    assert (found["changed"], found["state"], found["agent"]) == (True, "gone", None)
    assert mesos.commands[0]["drain_agent"]["mark_gone"] is True
    with pytest.raises(MesosError, match="knows no agent 127.0.0.1; it never registered, is unreachable, or was marked gone"):
        change(mesos, state="drained", mark_gone=True)


def test_an_interrupted_run_goes_on_after_the_agent_has_gone(mesos):
    mesos.agents = []
    found = change(mesos, state="drained", mark_gone=True, missing_ok=True)
    assert (found["changed"], found["state"], found["agent"], mesos.commands) == (False, "gone", None, [])
    with pytest.raises(InputError, match="missing_ok goes with state drained"):
        change(mesos, state="active", missing_ok=True)


def test_an_agent_that_disappears_without_being_told_to(mesos):
    drained_after(mesos, 3, gone=True)
    with pytest.raises(WaitTimeout, match="does not list it any more; is its daemon running"):
        change(mesos, state="drained")


def test_deactivate_and_reactivate(mesos):
    assert change(mesos, state="active")["changed"] is False
    assert change(mesos, state="deactivated")["state"] == "deactivated"
    assert change(mesos, state="deactivated")["changed"] is False
    assert change(mesos, state="active")["state"] == "active"
    assert [call["type"] for call in mesos.commands] == ["DEACTIVATE_AGENT", "REACTIVATE_AGENT"]


def test_a_drained_agent_is_deactivated_and_a_deactivated_one_not_drained(mesos):
    change(mesos, state="deactivated")
    drained_after(mesos, 3)
    assert change(mesos, state="drained")["changed"] is True
    assert change(mesos, state="deactivated")["changed"] is False
    assert change(mesos, state="active")["changed"] is True


@pytest.mark.parametrize("state,after", [("drained", "drained"), ("deactivated", "deactivated"), ("active", "active")])
def test_check_mode_sends_nothing(mesos, state, after):
    found = change(mesos, check_mode=True, state=state)
    assert (found["changed"], found["state"], mesos.commands) == (state != "active", after, [])
    assert found["diff"]["after"] == {"state": after}
    assert change(mesos, check_mode=True, state="drained", mark_gone=True)["state"] == "gone"


def test_a_host_with_two_agents_needs_an_id(mesos):
    mesos.add_agent(1, "127.0.0.1", 5052)
    with pytest.raises(MesosError, match=rf"the host of 2 Mesos agents; give the id of one of them: {AGENT} \(port 5051, active\), {ID}-S1"):
        change(mesos, state="deactivated")
    assert change(mesos, state="deactivated", agent=f"{ID}-S1")["agent"]["port"] == 5052


def test_an_agent_that_came_back_with_a_new_id_is_the_one_that_is_meant(mesos):
    mesos.agent().update(active=False, deactivated=True, drain_info={"state": "DRAINED", "config": {}})
    mesos.add_agent(1, "127.0.0.1").update(active=True, deactivated=False, registered_time={"nanoseconds": 1795449999 * 10**9})
    del mesos.agent(1)["drain_info"]
    assert change(mesos, state="active")["agent"]["id"] == f"{ID}-S1"
    assert change(mesos, state="drained", agent=AGENT)["changed"] is False


def test_agents_that_cannot_be_changed(mesos):
    with pytest.raises(MesosError, match=r"knows no agent h9; .* Agents that it knows: 127.0.0.1 \(active\)"):
        change(mesos, state="drained", agent="h9")
    mesos.agent()["active"] = False
    with pytest.raises(MesosError, match="is registered, but does not talk to the leading master; start its daemon"):
        change(mesos, state="drained")
    mesos.agent().update(deactivated=True, drain_info={"state": "DRAINING", "config": {}})
    with pytest.raises(MesosError, match="is being drained, and Mesos cannot call that off; wait until it is drained"):
        change(mesos, state="active")
    with pytest.raises(MesosError, match="is draining already, by a drain that does not mark it gone"):
        change(mesos, state="drained", mark_gone=True)
    mesos.agents, mesos.recovered_agents = [], [{"id": {"value": AGENT}, "hostname": "127.0.0.1"}]
    with pytest.raises(MesosError, match="has not come back since the leading master changed"):
        change(mesos, state="drained")
    assert mesos.commands == []


def test_an_old_master_is_refused(mesos):
    mesos.version = "1.8.1"
    with pytest.raises(MesosError, match="is Mesos 1.8.1, which can neither drain nor deactivate an agent; that takes 1.9 or newer"):
        change(mesos, state="drained")
    mesos.version = "1.9.0"
    assert change(mesos, state="deactivated")["changed"]


def test_a_refusal_of_the_master_is_told(mesos):
    mesos.refusal = (403, "")
    with pytest.raises(MesosError, match=rf"refuses DRAIN_AGENT for agent 127.0.0.1 \({AGENT}\): status 403"):
        change(mesos, state="drained")
    mesos.refusal = (400, "Unknown agent")
    with pytest.raises(MesosError, match="refuses DEACTIVATE_AGENT .*: Unknown agent"):
        change(mesos, state="deactivated")


@pytest.mark.parametrize(
    "given,message",
    [({"state": "drained", "grace_period": -1}, "grace_period is -1"), ({"state": "active", "mark_gone": True}, "mark_gone goes with")],
)
def test_what_cannot_work(mesos, given, message):
    with pytest.raises(InputError, match=message):
        change(mesos, **given)
    assert mesos.asked == []


def end(mesos, wanted, check_mode=False):
    return tear_down(mesos.client(), wanted, check_mode, sleep=lambda seconds: None)


@pytest.mark.parametrize("wanted", [FLINK, "flink"])
def test_a_framework_is_torn_down_once(mesos, wanted):
    assert end(mesos, wanted, check_mode=True)["changed"] and mesos.commands == []
    found = end(mesos, wanted)
    assert (found["changed"], found["state"], found["framework"]["completed"]) == (True, "completed", True)
    assert found["diff"]["before"] == {"state": "active"} and found["diff"]["after"] == {"state": "completed"}
    again = end(mesos, wanted)
    assert (again["changed"], again["state"], again["framework"]["id"]) == (False, "completed", FLINK)
    assert len(mesos.commands) == 1


def test_a_framework_that_nobody_knows_is_absent(mesos):
    found = end(mesos, "spark")
    assert (found["changed"], found["state"], found["framework"]) == (False, "unknown", None)


def test_a_name_of_two_frameworks_is_refused(mesos):
    mesos.frameworks[1]["framework_info"]["name"] = "flink"
    with pytest.raises(MesosError, match=rf"flink is the name of 2 frameworks; give the id of one of them: .*{FLINK} \(active, of root on"):
        end(mesos, "flink")
    mesos.complete(MARATHON)
    assert end(mesos, "flink")["framework"]["id"] == FLINK


def test_a_framework_that_ends_by_itself_meanwhile(mesos):
    mesos.meanwhile = lambda number: mesos.complete(FLINK) if number == 2 else None
    assert end(mesos, FLINK)["state"] == "completed"


def test_a_refused_teardown(mesos):
    mesos.refusal = (403, "")
    with pytest.raises(MesosError, match=r"refuses to tear down framework flink"):
        end(mesos, FLINK)
    mesos.refusal = (500, "oops")
    with pytest.raises(HttpError, match="500"):
        end(mesos, FLINK)
