# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every case that was recorded from a real master, agent and scheduler session, asked of the stand-ins."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.loopback import call, eventually

RECORDING = json.loads((Path(__file__).parents[3] / "fixtures" / "mesos_api.json").read_text(encoding="utf-8"))
CASES = {case["case"]: case for case in RECORDING["cases"]}
REAL_AGENT = "7a5dc192-590a-4113-b6ca-bfc8ee211296-S0"
REAL_FRAMEWORK = "7a5dc192-590a-4113-b6ca-bfc8ee211296-0001"
# Metrics of the recorded build that depend on what had happened there: percentiles of stores, counters per framework.
SITUATION = re.compile(r"master/frameworks/|registrar/state_|registrar/registry_size_bytes")
# Compared by test_case itself, value by value.
NOT_COMPARED = {"flags"}


def kind(value):
    """The JSON type; whole numbers and others are different."""
    return type(value).__name__


def differences(samples, got, path=""):
    """Where a body has not the shape of any recorded one: keys that all samples have, keys that none has, other types."""
    if kind(got) not in {kind(each) for each in samples}:
        return [f"{path}: recorded {samples[0]!r}, got {got!r}"]
    samples = [each for each in samples if kind(each) == kind(got)]
    if isinstance(got, list):
        elements = [element for sample in samples for element in sample]
        return [found for number, each in enumerate(got) if elements for found in differences(elements, each, f"{path}[{number}]")]
    if not isinstance(got, dict):
        return []
    found = [f"{path}.{key} is missing" for key in sorted(set.intersection(*map(set, samples)) - set(got))]
    found += [f"{path}.{key} is not in the recording" for key in sorted(set(got) - set.union(*map(set, samples)))]
    for key in sorted(set(got) & set.union(*map(set, samples)) - NOT_COMPARED):
        found += differences([each[key] for each in samples if key in each], got[key], f"{path}.{key}")
    return found


def ports(begin, end):
    return {"name": "ports", "type": "RANGES", "ranges": {"range": [{"begin": begin, "end": end}]}}


def scalars(cpus, mem):
    return [
        {"name": "cpus", "type": "SCALAR", "scalar": {"value": cpus}},
        {"name": "mem", "type": "SCALAR", "scalar": {"value": mem}},
    ]


def discovery(port):
    return {"visibility": "FRAMEWORK", "name": "app", "ports": {"ports": [{"number": port, "name": "rest", "protocol": "tcp"}]}}


@pytest.fixture(scope="module")
def running(pair):
    """The situation of the recording: a Flink and a Marathon with tasks that run and tasks that failed."""
    flink = pair.scheduler(name="flink", hostname="127.0.0.1", webui_url="http://127.0.0.1:31768", role="*")
    capabilities = [{"type": "PARTITION_AWARE"}, {"type": "REGION_AWARE"}, {"type": "MULTI_ROLE"}]
    marathon = pair.scheduler(
        name="marathon", hostname="127.0.0.1", webui_url="http://127.0.0.1:28080", failover_timeout=604800.0, roles=["*"],
        capabilities=capabilities,
    )  # fmt: skip
    flink.call("SUPPRESS")
    flink.decline(0.0)
    labels = {"labels": [{"key": "MARATHON_SINGLE_INSTANCE_APP", "value": "true"}]}
    for number in range(3):
        resources = [*scalars(0.01, 8.0), ports(31400 + number, 31400 + number)]
        marathon.launch(f"fail.{number}", "exit 3", resources=resources, discovery=discovery(31400))
        marathon.status(f"fail.{number}", "TASK_FAILED")
    marathon.launch("app.1", "sleep 600", resources=[*scalars(1.0, 1024.0), ports(31768, 31769)], labels=labels, discovery=discovery(31768))
    marathon.status("app.1", "TASK_RUNNING")
    marathon.call("SUPPRESS")
    marathon.decline(0.0)
    flink.call("REVIVE")
    resources = [*scalars(0.5, 1024.0), ports(31000, 31001)]
    flink.launch("taskmanager-00001", "sleep 600", resources=resources, container={"type": "MESOS"})
    flink.status("taskmanager-00001", "TASK_RUNNING")
    flink.call("SUPPRESS")
    flink.decline(0.0)
    eventually(lambda: len(pair.master.get("/frameworks")["frameworks"][1]["completed_tasks"]) == 3, "completed tasks")
    return pair


def ask(pair, case):
    """The recorded request to the stand-in's address, with its own ids."""
    request = case["request"]
    url = request["url"].replace("http://127.0.0.1:5051", "")
    daemon = pair.agent if url != request["url"] else pair.master
    body = request["body"]
    if body is not None:
        own = pair.master.get("/slaves")["slaves"][0]["id"]
        body = json.loads(json.dumps(body).replace(REAL_AGENT, own))
    return daemon.call(url, body, method=request["method"])


@pytest.mark.parametrize("name", list(CASES))
def test_case(running, name):
    case = CASES[name]
    wanted = case["response"]
    status, headers, body = ask(running, case)
    assert status == wanted["status"], body
    assert headers.get("content-type") == wanted["headers"].get("content-type")
    if "location" in wanted["headers"]:
        assert headers["location"] == wanted["headers"]["location"].replace("5050", str(running.master.port))
    if isinstance(wanted["body"], str):
        assert body == wanted["body"]
    elif name.endswith("metrics"):
        assert not sorted(key for key in wanted["body"] if key not in body and not SITUATION.match(key))
        assert all(isinstance(value, float) for value in body.values())
    elif name.endswith("flags"):
        flags = body["flags"]
        for key, value in wanted["body"]["flags"].items():
            if key not in ("zk", "quorum", "zk_session_timeout"):
                assert key in flags, key
            same = "port" not in key and "127.0.0.1" not in value and not value.startswith("/") and key not in DIFFERENT
            assert not same or flags[key] == value, key
    else:
        samples = [wanted["body"]]
        if name == "tasks":  # the newest tasks of the recording all came from Marathon
            samples.append({"tasks": [task for each in CASES["frameworks"]["response"]["body"]["frameworks"] for task in each["tasks"]]})
        assert differences(samples, body) == []


# Set by the test or by the recorder, so their values differ; that they are shown at all is compared.
DIFFERENT = {"allocation_interval", "hostname_lookup", "hostname", "zk", "quorum", "registration_backoff_factor", "resources"}


def test_state_shows_what_runs(running):
    state = running.master.get("/state")
    names = {each["name"]: each for each in state["frameworks"]}
    assert [task["state"] for task in names["flink"]["tasks"]] == ["TASK_RUNNING"]
    assert [task["state"] for task in names["marathon"]["completed_tasks"]] == ["TASK_FAILED"] * 3
    assert state["slaves"][0]["used_resources"] == CASES["state"]["response"]["body"]["slaves"][0]["used_resources"]
    agent = running.agent.get("/state")
    assert agent["unreserved_resources_allocated"] == {"disk": 0.0, "mem": 2112.0, "gpus": 0.0, "cpus": 1.7, "ports": "[31000-31001, 31768-31769]"}


def test_scheduler_session(running):
    """subscribe, offer, launch, three updates, reconcile, teardown: calls as recorded, events of the recorded shape."""
    session = RECORDING["scheduler_v1"]
    scheduler = running.scheduler(name="recorder", checkpoint=False, failover_timeout=0.0)
    scheduler.acknowledge = False
    assert set(session[0]["subscribe_response"]["headers"]) == {"Transfer-Encoding", "Mesos-Stream-Id", "Content-Type"}
    assert re.fullmatch(r"[0-9a-f-]{36}", scheduler.stream_id)
    seen = {"SUBSCRIBED": 0, "HEARTBEAT": 0, "OFFERS": 0}
    updates = 0
    for step in session[1:]:
        if "event" in step:
            wanted = step["event"]
            if wanted["type"] == "UPDATE":
                got = eventually(lambda: [each for each in scheduler.events if each["type"] == "UPDATE"][updates], "an update")
                updates += 1
                recorded = wanted["update"]["status"]
                assert got["update"]["status"].get("message") == recorded.get("message")
                assert got["update"]["status"]["state"] == recorded["state"]
                last = got["update"]["status"]
            else:
                got = [each for each in scheduler.events if each["type"] == wanted["type"]] or [scheduler.wait(wanted["type"])]
                got = got[seen[wanted["type"]]]
            assert differences([wanted], got) == []
            continue
        message = json.loads(json.dumps(step["call"]).replace(REAL_FRAMEWORK, scheduler.id))
        if message["type"] == "ACCEPT":
            offer = scheduler.of("OFFERS")[0]["offers"][0]
            message["accept"]["offer_ids"] = [offer["id"]]
            message["accept"]["operations"][0]["launch"]["task_infos"][0]["agent_id"] = offer["agent_id"]
        if message["type"] == "ACKNOWLEDGE":
            message["acknowledge"].update(uuid=last["uuid"], agent_id=last["agent_id"])
        status, headers, body = call(
            running.master.address, "/api/v1/scheduler", message, {"Mesos-Stream-Id": scheduler.stream_id}
        )
        assert (status, body) == (step["status"], step["body"])
    assert scheduler.states("t-1") == ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"]
    assert scheduler.ended.wait(10)
    listed = running.master.get("/frameworks")["completed_frameworks"]
    assert scheduler.id in [each["id"] for each in listed]
