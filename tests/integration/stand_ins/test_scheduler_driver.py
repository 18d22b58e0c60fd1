# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for MesosSchedulerDriver against a scripted master, on the Mesos API of Flink 1.9.3 and of 1.12.5."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from kazoo.client import KazooClient

from tests.integration.stand_ins import probe as probes
from tests.integration.stand_ins.scripted_master import BREAK, END, ScriptedMaster
from tests.integration.zookeeper.ensemble import Ensemble, install
from tests.stand_ins.loopback import Daemon, unpacked
from tests.stand_ins.scheduler.pack import pack

RECORDED = json.loads((Path(__file__).parents[2] / "fixtures" / "mesos_api.json").read_text(encoding="utf-8"))["scheduler_v1"]
EVENTS = [step["event"] for step in RECORDED if "event" in step]
CALLS = {step["call"]["type"]: step["call"] for step in RECORDED if "call" in step}
ACKNOWLEDGED = [step["call"] for step in RECORDED if step.get("call", {}).get("type") == "ACKNOWLEDGE"]
UPDATES = [event for event in EVENTS if event["type"] == "UPDATE"]
OFFERS = next(event for event in EVENTS if event["type"] == "OFFERS")
OFFER = OFFERS["offers"]["offers"][0]["id"]["value"]
AGENT = OFFERS["offers"]["offers"][0]["agent_id"]["value"]
FRAMEWORK = EVENTS[0]["subscribed"]["framework_id"]["value"]
MASTER_INFO = EVENTS[0]["subscribed"]["master_info"]
REGISTERED = f"registered {FRAMEWORK} {MASTER_INFO['id']} 127.0.0.1 "
REMOVED = {"type": "ERROR", "error": {"message": "Framework has been removed"}}


@pytest.fixture(scope="module")
def jar(tmp_path_factory):
    return pack(tmp_path_factory.mktemp("scheduler"))


@pytest.fixture(scope="module")
def java_classpath(jar, tmp_path_factory):
    """The class path for one Flink's version, with the probe compiled for it."""
    made = {}

    def of(version):
        if version not in made:
            classes = tmp_path_factory.mktemp(f"probe-{version}")
            probes.compile_probe(version, jar, classes)
            made[version] = probes.classpath(version, jar, classes)
        return made[version]

    return of


@pytest.fixture
def master():
    running = ScriptedMaster(MASTER_INFO, FRAMEWORK)
    yield running
    running.close()


@pytest.fixture
def start(java_classpath, tmp_path):
    """Starts a probe: master, implicit acknowledgements, framework id, credential, version."""
    started = []

    def starter(address, implicit="true", framework="", *credential, version="1.12.5"):
        probe = probes.Probe(java_classpath(version), tmp_path / "probe.log", address, implicit, framework, *credential)
        started.append(probe)
        return probe

    yield starter
    for probe in started:
        probe.close()


def registered(master, probe):
    master.subscription()
    master.subscribed()
    assert probe.callback() == REGISTERED + str(master.port)


@pytest.mark.parametrize("version", ["1.9.3", "1.12.5"])
def test_the_recorded_session(start, master, version):
    probe = start(master.address, version=version)
    headers, subscribe = master.subscription()
    assert headers["Accept"] == headers["Content-Type"] == "application/json" and "Authorization" not in headers
    info = subscribe["subscribe"]["framework_info"]
    assert (info["name"], info["role"], info["failover_timeout"], info["checkpoint"]) == ("probe", "*", 604800, True)
    assert info["user"] and info["hostname"] and "id" not in info and "framework_id" not in subscribe
    master.subscribed()
    master.send({"type": "HEARTBEAT"})
    assert probe.callback() == REGISTERED + str(master.port)
    master.send(OFFERS)
    assert probe.callback() == f"offer {OFFER} {AGENT} ports=31002 cpus=2.5 mem=6144.0 disk=20000.0"
    probe.tell(f"launch {OFFER} {AGENT}")
    assert master.call() == CALLS["ACCEPT"]
    for event, expected, message in zip(UPDATES, ACKNOWLEDGED, ("", "", "Command exited with status 0")):
        master.send(event)
        status = event["update"]["status"]
        assert probe.callback() == f"update t-1 {status['state']} SOURCE_EXECUTOR {message}"
        assert master.call() == expected
    probe.tell("reconcile")
    assert master.call() == CALLS["RECONCILE"]
    probe.tell("stop", "DRIVER_STOPPED")
    assert master.call() == CALLS["TEARDOWN"]
    assert probe.joined() == "joined DRIVER_STOPPED"
    probe.tell("revive", "DRIVER_STOPPED")


@pytest.mark.parametrize("version", ["1.9.3", "1.12.5"])
def test_every_other_call_and_event(start, master, version):
    probe = start(master.address, "false", version=version)
    registered(master, probe)
    framework_id = {"value": FRAMEWORK}
    for command, call in (
        (f"accept {OFFER} {AGENT}", {"type": "ACCEPT", "accept": CALLS["ACCEPT"]["accept"]}),
        ("decline o-1 7.5", {"type": "DECLINE", "decline": {"offer_ids": [{"value": "o-1"}], "filters": {"refuse_seconds": 7.5}}}),
        ("kill t-1", {"type": "KILL", "kill": {"task_id": {"value": "t-1"}}}),
        ("revive", {"type": "REVIVE"}),
        ("suppress", {"type": "SUPPRESS"}),
        ("reconcile t-1 a", {"type": "RECONCILE", "reconcile": {"tasks": [{"task_id": {"value": "t-1"}, "agent_id": {"value": "a"}}]}}),
        ("message e a hi", {"type": "MESSAGE", "message": {"executor_id": {"value": "e"}, "agent_id": {"value": "a"}, "data": "aGk="}}),
        ("request a", {"type": "REQUEST", "request": {"requests": [
            {"agent_id": {"value": "a"}, "resources": [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 1.5}}]}]}}),
    ):
        probe.tell(command)
        assert master.call() == {**call, "framework_id": framework_id}
    failed = {"agent_id": {"value": "a"}, "executor_id": {"value": "e"}, "status": 9}
    for event, callback in (
        ({"type": "RESCIND", "rescind": {"offer_id": {"value": "o-1"}}}, "rescinded o-1"),
        ({"type": "MESSAGE", "message": {**failed, "data": "aGk="}}, "message e a hi"),
        ({"type": "FAILURE", "failure": {"agent_id": {"value": "a"}}}, "slaveLost a"),
        ({"type": "FAILURE", "failure": failed}, "executorLost e a 9"),
    ):
        master.send({"type": "RESCIND_INVERSE_OFFER", "rescind_inverse_offer": {}})
        master.send(event)
        assert probe.callback() == callback
    master.send(UPDATES[0])
    assert probe.callback().startswith("update t-1 TASK_STARTING")
    # Nothing is acknowledged unless the framework says so: the next call is what is asked for next.
    probe.tell("suppress")
    assert master.call()["type"] == "SUPPRESS"
    probe.tell("acknowledge")
    assert master.call() == ACKNOWLEDGED[0]


def test_an_update_of_the_master_itself_is_not_acknowledged(start, master):
    probe = start(master.address)
    registered(master, probe)
    status = {"task_id": {"value": "t-1"}, "agent_id": {"value": "a"}, "state": "TASK_LOST", "source": "SOURCE_MASTER",
              "reason": "REASON_OF_A_LATER_VERSION", "message": "gone"}
    master.send({"type": "UPDATE", "update": {"status": status}})
    assert probe.callback() == "update t-1 TASK_LOST SOURCE_MASTER gone"
    probe.tell("revive")
    assert master.call()["type"] == "REVIVE"


@pytest.mark.parametrize("end", [BREAK, END])
def test_a_broken_stream_is_opened_again_for_the_same_framework(start, master, end):
    probe = start(master.address, "true", "an-old-id")
    headers, first = master.subscription()
    assert first["framework_id"] == first["subscribe"]["framework_info"]["id"] == {"value": "an-old-id"}
    master.subscribed()
    assert probe.callback() == REGISTERED + str(master.port)
    master.refuse(503)
    master.send(end)
    assert master.subscription()[1]["framework_id"] == {"value": FRAMEWORK}
    assert probe.callback() == "disconnected"
    # Nobody would answer for tasks that are launched now, so the driver does.
    probe.tell(f"launch {OFFER} {AGENT}")
    assert probe.callback() == "update t-1 TASK_LOST SOURCE_MASTER Master disconnected"
    assert master.subscription()[1]["framework_id"] == {"value": FRAMEWORK}
    master.subscribed()
    assert probe.callback() == f"reregistered {MASTER_INFO['id']}"
    probe.tell("revive")
    assert master.call()["type"] == "REVIVE"
    probe.tell("failover", "DRIVER_STOPPED")
    assert probe.joined() == "joined DRIVER_STOPPED"
    assert master.calls.empty()


def test_a_teardown_goes_unnoticed_as_in_libmesos(start, master):
    probe = start(master.address)
    registered(master, probe)
    master.send(END)
    master.subscription()
    master.send(REMOVED)
    probe.tell("revive")
    assert probe.silent(2) and master.subscriptions.empty() and master.calls.empty()


@pytest.mark.parametrize("status, body, message", [
    (200, REMOVED, "Framework has been removed"),
    (403, "Framework is not allowed to use role 'flink'", "Framework is not allowed to use role 'flink'"),
    (401, "", "Master refused authentication"),
])
def test_a_refused_framework_ends_the_driver(start, master, status, body, message):
    if status != 200:
        master.refuse(status, body)
    probe = start(master.address, "true", "an-old-id")
    master.subscription()
    if status == 200:
        master.send(body)
    assert probe.callback() == f"error {message} DRIVER_ABORTED"
    assert probe.joined() == "joined DRIVER_ABORTED"
    probe.tell("revive", "DRIVER_ABORTED")
    probe.tell("failover", "DRIVER_ABORTED")
    probe.tell("revive", "DRIVER_STOPPED")


def test_a_scheduler_that_throws_ends_the_driver(start, master):
    probe = start(master.address)
    registered(master, probe)
    master.send({"type": "UPDATE", "update": {"status": {"task_id": {"value": "t"}, "state": "TASK_RUNNING", "message": "throw"}}})
    assert probe.callback() == "update t TASK_RUNNING SOURCE_MASTER throw"
    assert probe.joined() == "joined DRIVER_ABORTED"


def test_a_master_that_makes_no_sense_is_an_error(start):
    probe = start("zk://127.0.0.1:2181")
    assert probe.callback() == (
        "error Failed to create a master detector for 'zk://127.0.0.1:2181': 'zk://127.0.0.1:2181' has no path: "
        "expecting zk://host:port,host:port/path DRIVER_ABORTED")


def test_the_credential_goes_along_and_the_leader_is_found_behind_a_redirect(start, master):
    standby = ScriptedMaster(MASTER_INFO, FRAMEWORK)
    standby.refuse(307, headers={"Location": f"//{master.address}/api/v1/scheduler"})
    probe = start(standby.address, "true", "", "flink", "s3cret")
    standby.subscription()
    registered(master, probe)
    probe.tell("revive")
    headers, call = master.calls.get(timeout=20)
    assert call["type"] == "REVIVE"
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"flink:s3cret").decode()
    standby.close()


def test_the_stand_in_of_the_master_takes_the_credential(start, tmp_path):
    credentials = tmp_path / "credentials"
    credentials.write_text(json.dumps({"credentials": [{"principal": "flink", "secret": "s3cret"}]}), encoding="ascii")
    flags = ["--registry=in_memory", "--authenticate_frameworks", f"--credentials={credentials}"]
    master = Daemon(unpacked(tmp_path), "master", tmp_path / "master", *flags).start()
    try:
        probe = start(master.address, "true", "", "flink", "s3cret")
        assert probe.callback().startswith("registered ")
        assert start(master.address, "true", "", "flink", "guessed").callback() == "error Master refused authentication DRIVER_ABORTED"
        probe.tell("stop", "DRIVER_STOPPED")
        assert [each["name"] for each in master.get("/master/state")["completed_frameworks"]] == ["probe"]
    finally:
        master.end()


def test_zookeeper_says_who_leads(start, master, tmp_path):
    second = ScriptedMaster({**MASTER_INFO, "id": "second"}, FRAMEWORK)
    install()
    with Ensemble(tmp_path / "zookeeper", size=1) as ensemble:
        client = KazooClient(ensemble.servers[0])
        client.start(timeout=30)
        client.ensure_path("/racks/mesos/log_replicas")
        probe = start(f"zk://127.0.0.1:9,{ensemble.servers[0]}/racks/mesos")
        nodes = [client.create("/racks/mesos/json.info_", json.dumps(each.info).encode(), sequence=True) for each in (master, second)]
        registered(master, probe)
        client.delete(nodes[0])
        assert second.subscription()[1]["framework_id"] == {"value": FRAMEWORK}
        second.subscribed()
        assert [probe.callback(), probe.callback()] == ["disconnected", "reregistered second"]
        probe.tell("revive")
        assert second.call()["type"] == "REVIVE"
        client.delete(nodes[1])
        assert probe.callback() == "disconnected"
        client.stop()
        client.close()
    second.close()
