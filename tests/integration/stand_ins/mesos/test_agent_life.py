# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent that restarts, changes, drains, vanishes."""

from __future__ import annotations

import os
import signal

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.loopback import call, eventually
from ansible_collections.baremetal.flink.tests.stand_ins.pair import alive


def running(scheduler, task_id, command="sleep 600", **more):
    """Launch; the pid of the task's executor."""
    scheduler.launch(task_id, command, **more)
    return scheduler.status(task_id, "TASK_RUNNING")["container_status"]["executor_pid"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_tasks_outlive_the_agent(pair, number):
    scheduler = pair.scheduler()
    before = pair.registered()["id"]
    lasting, ending = f"lasting-{number}", f"ending-{number}"
    pid = running(scheduler, lasting)
    scheduler.launch(ending, "while ! test -e stop; do sleep 0.1; done; exit 4")
    scheduler.status(ending, "TASK_RUNNING")
    pair.agent.end(number)
    [home] = pair.agent.directory.glob(f"work/slaves/*/frameworks/{scheduler.id}/executors/{ending}/runs/latest")
    (home / "stop").touch()
    eventually(lambda: not pair.master.get("/slaves")["slaves"][0]["active"], "a disconnected agent")
    pair.agent.start()
    assert pair.registered()["id"] == before
    assert scheduler.status(ending, "TASK_FAILED")["message"] == "Command exited with status 4"
    assert alive(pid) and scheduler.states(lasting) == ["TASK_STARTING", "TASK_RUNNING"]
    scheduler.call("KILL", task_id={"value": lasting})
    scheduler.status(lasting, "TASK_KILLED")
    meta = pair.agent.directory / "work/meta"
    assert (meta / "slaves/latest").resolve().name == before and (meta / "boot_id").exists()
    assert (meta / "slaves" / before / "slave.info").exists()
    scheduler.call("TEARDOWN")


def test_an_executor_that_was_killed_meanwhile(pair):
    scheduler = pair.scheduler()
    pid = running(scheduler, "lost")
    pair.agent.end(signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    pair.agent.start()
    status = scheduler.status("lost", "TASK_FAILED")
    assert status["reason"] == "REASON_EXECUTOR_TERMINATED"
    assert status["message"] == "Abnormal executor termination: unknown container"
    scheduler.call("TEARDOWN")


def test_without_checkpoint_nothing_survives(pair):
    scheduler = pair.scheduler(checkpoint=False)
    pid = running(scheduler, "volatile")
    pair.agent.end(signal.SIGKILL)
    assert scheduler.status("volatile", "TASK_LOST")["reason"] == "REASON_SLAVE_DISCONNECTED"
    eventually(lambda: not alive(pid), "the end of the executor")
    pair.agent.start()
    pair.registered()
    scheduler.call("TEARDOWN")


def test_changed_settings(fresh):
    """The recorded sentences: equal refuses all, additive refuses less, takes more and keeps id and tasks."""
    pair = fresh().start()
    scheduler = pair.scheduler()
    before = pair.registered()["id"]
    pid = running(scheduler, "t")
    base = list(pair.agent.flags)

    def restart(resources, *more):
        pair.agent.end()
        pair.agent.flags = [flag for flag in base if not flag.startswith("--resources")] + [f"--resources={resources}", *more]
        pair.agent.log.write_text("")
        return pair.agent.start()

    more, less = "cpus:6;mem:8192;disk:20000;ports:[31000-32000]", "cpus:3;mem:8192;disk:20000;ports:[31000-32000]"
    assert restart(more).wait() == 1
    assert "EXIT with status 1: Failed to perform recovery: Incompatible agent info detected" in pair.agent.log.read_text()
    assert restart(less, "--reconfiguration_policy=additive").wait() == 1
    sentence = "Configuration change not permitted under 'additive' policy: Value of scalar resource 'cpus' decreased from 4 to 3"
    assert sentence in pair.agent.log.read_text()
    restart(more, "--reconfiguration_policy=additive")
    listed = eventually(lambda: [each for each in pair.master.get("/slaves")["slaves"] if each["resources"]["cpus"] == 6.0], "six cpus")
    # An update that the agent had not seen acknowledged when it ended is sent once more.
    states = list(dict.fromkeys(scheduler.states("t")))
    assert (listed[0]["id"], alive(pid), states) == (before, True, ["TASK_STARTING", "TASK_RUNNING"])
    pair.agent.end()
    (pair.agent.directory / "work/meta/slaves/latest").unlink()
    pair.agent.start()
    listed = eventually(lambda: [each for each in pair.master.get("/slaves")["slaves"] if each["id"] != before], "a new agent")
    assert scheduler.status("t", "TASK_LOST")["reason"] == "REASON_SLAVE_REMOVED"
    eventually(lambda: not alive(pid), "the end of the old executor")
    assert scheduler.of("FAILURE")[0]["agent_id"]["value"] == before


def test_drain_and_reactivate(pair):
    scheduler = pair.scheduler()
    agent_id = {"value": pair.registered()["id"]}
    running(scheduler, "stubborn", "trap '' TERM; while :; do sleep 0.2; done", kill_policy={"grace_period": {"nanoseconds": 600 * 10**9}})
    assert pair.master.operator("DRAIN_AGENT", agent_id=agent_id, max_grace_period={"seconds": 1})[0] == 200
    shown = pair.master.operator("GET_AGENTS")[2]["get_agents"]["agents"][0]
    assert shown["drain_info"] == {"state": "DRAINING", "config": {"max_grace_period": {"nanoseconds": 10**9}, "mark_gone": False}}
    assert (shown["active"], shown["deactivated"]) == (False, True) and shown["estimated_drain_start_time"]["nanoseconds"] > 0
    assert pair.master.operator("REACTIVATE_AGENT", agent_id=agent_id)[0] == 400
    assert scheduler.status("stubborn", "TASK_KILLED")["reason"] == "REASON_SLAVE_DRAINING"
    drained = eventually(lambda: [e for e in pair.master.get("/slaves")["slaves"] if e["drain_info"]["state"] == "DRAINED"], "DRAINED")[0]
    assert drained["deactivated"] and not drained["active"]
    scheduler.offers.clear()
    pair.agent.end()
    pair.agent.start()
    eventually(lambda: pair.agent.get("/metrics/snapshot")["slave/registered"] == 1.0, "a registered agent")
    assert pair.master.get("/slaves")["slaves"][0]["drain_info"]["state"] == "DRAINED" and not scheduler.offers
    assert pair.master.operator("REACTIVATE_AGENT", agent_id=agent_id)[0] == 200
    eventually(lambda: scheduler.offers, "an offer again")
    assert "drain_info" not in pair.registered()
    running(scheduler, "after")
    scheduler.call("TEARDOWN")


def test_deactivate_takes_offers_back(pair):
    scheduler = pair.scheduler()
    eventually(lambda: scheduler.offers, "an offer")
    agent_id = {"value": pair.registered()["id"]}
    assert pair.master.operator("DEACTIVATE_AGENT", agent_id=agent_id)[0] == 200
    eventually(lambda: not scheduler.offers and scheduler.of("RESCIND"), "a rescinded offer")
    assert pair.master.operator("REACTIVATE_AGENT", agent_id=agent_id)[0] == 200
    eventually(lambda: scheduler.offers, "an offer again")
    scheduler.call("TEARDOWN")


def test_maintenance(pair):
    listed = pair.registered()
    machine = {"hostname": listed["hostname"], "ip": "127.0.0.1"}
    window = {"windows": [{"machine_ids": [machine], "unavailability": {"start": {"nanoseconds": 10**18}}}]}
    assert pair.master.call("/maintenance/schedule", window)[0] == 200
    assert pair.master.get("/maintenance/schedule") == window
    assert pair.master.get("/maintenance/status") == {"draining_machines": [{"id": machine}]}
    bad = {"windows": [{"machine_ids": [{}], "unavailability": {"start": {"nanoseconds": 1}}}]}
    assert pair.master.call("/maintenance/schedule", bad)[0] == 400
    assert pair.master.operator("START_MAINTENANCE", machines=[{"hostname": "other"}])[0] == 400
    assert pair.master.call("/maintenance/schedule", {})[0] == 200
    assert pair.master.operator("GET_MAINTENANCE_STATUS")[2] == {"type": "GET_MAINTENANCE_STATUS", "get_maintenance_status": {"status": {}}}


def test_an_agent_that_vanishes_and_comes_back(fresh):
    """SIGSTOP stands for a host without power: unreachable, each scheduler is told in its own words, then the tasks are back."""
    pair = fresh(master_flags=["--agent_ping_timeout=1secs", "--max_agent_ping_timeouts=1"]).start()
    aware = pair.scheduler(capabilities=[{"type": "PARTITION_AWARE"}])
    plain = pair.scheduler()
    running(aware, "aware", cpus=1.0)
    aware.call("SUPPRESS")
    aware.decline(0.0)
    running(plain, "plain")
    pair.agent.process.send_signal(signal.SIGSTOP)
    assert aware.status("aware", "TASK_UNREACHABLE")["reason"] == "REASON_SLAVE_REMOVED"
    plain.status("plain", "TASK_LOST")
    state = pair.master.get("/state")
    assert (state["slaves"], state["unreachable_slaves"]) == ([], 1.0)
    assert [task["id"] for each in state["frameworks"] for task in each["unreachable_tasks"]] == ["aware", "plain"]
    aware.call("RECONCILE", tasks=[{"task_id": {"value": "aware"}}])
    pair.agent.process.send_signal(signal.SIGCONT)
    pair.registered()
    eventually(lambda: aware.states("aware")[-1] == "TASK_RUNNING" and plain.states("plain")[-1] == "TASK_RUNNING", "both tasks again")


def test_gone_for_good(fresh):
    pair = fresh().start()
    scheduler = pair.scheduler(capabilities=[{"type": "PARTITION_AWARE"}])
    pid = running(scheduler, "t")
    listed = pair.registered()
    assert pair.master.operator("MARK_AGENT_GONE", agent_id={"value": listed["id"]})[0] == 200
    scheduler.status("t", "TASK_GONE_BY_OPERATOR")
    assert pair.agent.wait() == 0
    eventually(lambda: not alive(pid), "the end of the executor")
    assert pair.master.get("/slaves")["slaves"] == []
    body = {"id": listed["id"], "version": "1.11.0", "info": {"ip": "127.0.0.1", "port": pair.master.port}}
    assert call(pair.master.address, "/stand-in/agent/subscribe", body)[0] == 409


def test_an_agent_that_cannot_be_reached_is_not_registered(pair):
    body = {"version": "1.11.0", "info": {"ip": "127.0.0.1", "port": 1, "hostname": "x", "resources": [], "attributes": []}}
    status, headers, text = pair.master.call("/stand-in/agent/subscribe", body)
    assert status == 503 and "cannot reach the agent at 127.0.0.1:1" in text
