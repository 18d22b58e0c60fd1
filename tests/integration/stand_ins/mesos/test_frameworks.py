# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedulers: the stream itself, offers and filters, failover, teardown, reconciliation, authentication."""

from __future__ import annotations

import http.client
import json
import time

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.loopback import Scheduler, basic, call, eventually
from ansible_collections.baremetal.flink.tests.stand_ins.pair import alive


def test_the_stream_is_chunked_recordio(pair):
    connection = http.client.HTTPConnection(pair.master.address)
    body = {"type": "SUBSCRIBE", "subscribe": {"framework_info": {"user": "root", "name": "raw"}}}
    connection.request("POST", "/master/api/v1/scheduler", json.dumps(body), {"Content-Type": "application/json"})
    sock = connection.sock.makefile("rb")
    head = []
    while (line := sock.readline()) != b"\r\n":
        head.append(line)
    assert head[0] == b"HTTP/1.1 200 OK\r\n" and b"Transfer-Encoding: chunked\r\n" in head
    for kind in ("SUBSCRIBED", "HEARTBEAT"):
        chunk = sock.read(int(sock.readline(), 16))
        assert sock.read(2) == b"\r\n"
        length, newline, record = chunk.partition(b"\n")
        assert int(length) == len(record) and json.loads(record)["type"] == kind
    connection.close()


@pytest.mark.parametrize(
    "body, headers, status, text",
    [
        ({"type": "SUBSCRIBE"}, {}, 400, "Expecting 'subscribe' to be present"),
        ({"type": "SUBSCRIBE", "subscribe": {"framework_info": {"name": "x"}}}, {}, 400, "framework_info.user"),
        ({"type": "DANCE"}, {}, 400, "Expecting 'type' to be present"),
        ({"type": "REVIVE"}, {}, 400, "Expecting 'framework_id' to be present"),
        ({"type": "REVIVE", "framework_id": {"value": "nobody"}}, {}, 400, "Framework cannot be found"),
        ({"type": "REVIVE"}, {"Content-Type": "application/x-protobuf"}, 415, "application/json"),
    ],
)
def test_calls_that_are_refused(pair, body, headers, status, text):
    got = call(pair.master.address, "/api/v1/scheduler", body, headers)
    assert got[0] == status and text in got[2]


def test_the_stream_id_is_checked(pair):
    scheduler = pair.scheduler()
    body = {"type": "REVIVE", "framework_id": {"value": scheduler.id}}
    assert "should include the 'Mesos-Stream-Id' header" in call(pair.master.address, "/api/v1/scheduler", body)[2]
    status, headers, text = call(pair.master.address, "/api/v1/scheduler", body, {"Mesos-Stream-Id": "other"})
    assert status == 400 and "didn't match the stream ID" in text
    scheduler.call("TEARDOWN")


def test_principal_user_and_checkpointing_never_change(pair):
    first = pair.scheduler(principal="one")

    def refused(**options):
        return Scheduler(pair.master.address, first.id, **options).subscribe().wait("ERROR")["error"]["message"]

    for other in ({"principal": "other"}, {}):
        assert refused(**other) == "Changing framework's principal is not allowed."
    # No master without credentials authenticates anybody, and whoever has some tries.
    assert refused(principal="one", headers=basic("one", "secret")) == "Master refused authentication"
    again = pair.scheduler(framework_id=first.id, principal="one", user="nobody", checkpoint=False)
    info = next(each for each in pair.master.get("/state")["frameworks"] if each["id"] == first.id)
    assert (again.id, info["user"], info["checkpoint"], info["principal"]) == (first.id, "root", True, "one")
    status, text = again.call("UPDATE_FRAMEWORK", framework_info={**again.info, "id": {"value": first.id}})
    assert status == 400 and "Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'root' to 'nobody'" in text
    again.call("TEARDOWN")


def test_declined_offers_stay_away_until_revived(pair):
    scheduler = pair.scheduler()
    eventually(lambda: scheduler.offers, "an offer")
    scheduler.decline(1.0)
    begun = time.monotonic()
    eventually(lambda: scheduler.offers, "the offer again")
    assert time.monotonic() - begun > 0.8
    scheduler.decline(600.0)
    time.sleep(0.5)
    assert not scheduler.offers
    scheduler.call("REVIVE")
    eventually(lambda: scheduler.offers, "an offer after REVIVE")
    scheduler.call("SUPPRESS")
    scheduler.decline(0.0)
    time.sleep(0.5)
    assert not scheduler.offers
    scheduler.call("TEARDOWN")


def test_an_offer_can_be_used_once(pair):
    scheduler = pair.scheduler(capabilities=[{"type": "PARTITION_AWARE"}])
    offer = scheduler.launch("once", "true")
    scheduler.status("once", "TASK_FINISHED")
    info = {"name": "x", "task_id": {"value": "twice"}, "agent_id": offer["agent_id"], "command": {"value": "true"}, "resources": []}
    scheduler.call("ACCEPT", offer_ids=[offer["id"]], operations=[{"type": "LAUNCH", "launch": {"task_infos": [info]}}])
    status = scheduler.status("twice", "TASK_DROPPED")
    assert status["message"] == f"Task launched with invalid offers: Offer {offer['id']['value']} is no longer valid"
    assert status["reason"] == "REASON_INVALID_OFFERS" and "uuid" not in status
    scheduler.call("TEARDOWN")


def test_failover_keeps_id_and_tasks_and_unacknowledged_updates(pair):
    first = pair.scheduler()
    first.launch("t", "sleep 600")
    first.status("t", "TASK_RUNNING")
    first.acknowledge = False
    first.launch("short", "true")
    first.status("short", "TASK_STARTING")
    second = pair.scheduler(framework_id=first.id)
    assert second.id == first.id
    assert first.wait("ERROR")["error"]["message"] == "Framework failed over"
    assert first.ended.wait(5)
    assert second.status("short", "TASK_FINISHED")
    second.call("RECONCILE")
    status = second.status("t", "TASK_RUNNING")
    assert (status["reason"], status["source"]) == ("REASON_RECONCILIATION", "SOURCE_MASTER")
    second.call("RECONCILE", tasks=[{"task_id": {"value": "unheard-of"}}])
    assert second.status("unheard-of", "TASK_LOST")["message"] == "Reconciliation: Task is unknown"
    second.call("TEARDOWN")
    assert second.ended.wait(5)


def test_a_scheduler_that_stays_away_is_removed(pair):
    scheduler = pair.scheduler(failover_timeout=1.0)
    scheduler.launch("t", "sleep 600")
    scheduler.status("t", "TASK_RUNNING")
    scheduler.close()
    listed = eventually(lambda: [e for e in pair.master.get("/frameworks")["frameworks"] if e["id"] == scheduler.id and not e["active"]], "inactive")
    assert listed[0]["tasks"][0]["state"] == "TASK_RUNNING"
    done = eventually(lambda: [e for e in pair.master.get("/frameworks")["completed_frameworks"] if e["id"] == scheduler.id], "completed")
    assert done[0]["completed_tasks"][0]["state"] == "TASK_KILLED"
    again = Scheduler(pair.master.address, scheduler.id).subscribe()
    assert again.wait("ERROR")["error"]["message"] == "Framework has been removed"
    assert again.ended.wait(5)


def test_an_operators_teardown_is_not_told_to_the_scheduler(pair):
    """The driver of a Flink AppMaster stays connected to nothing: only the master knows."""
    scheduler = pair.scheduler()
    scheduler.launch("t", "sleep 600")
    pid = scheduler.status("t", "TASK_RUNNING")["container_status"]["executor_pid"]
    assert pair.master.call("/teardown", f"frameworkId={scheduler.id}".encode())[0] == 200
    eventually(lambda: not alive(pid), "the end of the task")
    assert not scheduler.of("ERROR") and not scheduler.ended.is_set()
    assert scheduler.id in [each["id"] for each in pair.master.get("/state")["completed_frameworks"]]
    assert pair.master.call("/teardown", b"")[0] == 400
    assert pair.master.call("/teardown", b"frameworkId=nobody")[2] == "No framework found with specified ID"


def test_authentication_and_acls(fresh, tmp_path):
    users = {"credentials": [{"principal": name, "secret": f"{name}-secret"} for name in ("marathon", "ops", "agent", "flink")]}
    (tmp_path / "users").write_text(json.dumps(users))
    (tmp_path / "agent").write_text(json.dumps(users["credentials"][2]))
    acls = {
        "permissive": False,
        "register_frameworks": [{"principals": {"values": ["marathon"]}, "roles": {"type": "ANY"}}],
        "run_tasks": [{"principals": {"values": ["marathon"]}, "users": {"values": ["root"]}}],
        "teardown_frameworks": [{"principals": {"values": ["ops"]}, "framework_principals": {"type": "ANY"}}],
        "register_agents": [{"principals": {"values": ["agent"]}, "agents": {"type": "ANY"}}],
    }
    on = [f"--authenticate_{name}" for name in ("frameworks", "agents", "http_readonly", "http_readwrite")]
    pair = fresh(
        master_flags=[*on, f"--credentials={tmp_path}/users", f"--acls={json.dumps(acls)}"],
        agent_flags=[f"--credential={tmp_path}/agent", f"--http_credentials={tmp_path}/users", "--authenticate_http_readonly"],
    )
    pair.master.start()
    pair.agent.start()
    ops = basic("ops", "ops-secret")
    eventually(lambda: pair.master.call("/state")[0] == 401, "a master that asks who it is")
    status, headers, text = pair.master.call("/state")
    assert (status, headers["www-authenticate"]) == (401, 'Basic realm="mesos-master-readonly"')
    assert pair.master.call("/api/v1", {"type": "GET_HEALTH"})[1]["www-authenticate"] == 'Basic realm="mesos-master-readwrite"'
    assert pair.master.call("/health")[0] == 200
    assert pair.master.call("/state", headers=basic("ops", "wrong"))[0] == 401
    eventually(lambda: pair.master.call("/state", headers=ops)[2]["activated_slaves"] == 1.0, "the agent")
    assert pair.agent.call("/state")[1]["www-authenticate"] == 'Basic realm="mesos-agent-readonly"'
    with pytest.raises(AssertionError, match="401"):
        Scheduler(pair.master.address).subscribe()
    refused = Scheduler(pair.master.address, headers=basic("flink", "flink-secret"), principal="flink").subscribe()
    assert "Not authorized to use role" in refused.wait("ERROR")["error"]["message"]
    scheduler = Scheduler(pair.master.address, headers=basic("marathon", "marathon-secret"), principal="marathon").subscribe()
    scheduler.launch("okay", "true")
    scheduler.status("okay", "TASK_FINISHED")
    scheduler.launch("nobody", {"value": "true", "user": "nobody"})
    assert scheduler.status("nobody", "TASK_ERROR")["reason"] == "REASON_TASK_UNAUTHORIZED"
    form = f"frameworkId={scheduler.id}".encode()
    assert pair.master.call("/teardown", form, headers=basic("marathon", "marathon-secret"))[0] == 403
    assert pair.master.call("/teardown", form, headers=ops)[0] == 200
    pair.agent.end()
    (tmp_path / "agent").write_text('{"principal": "agent", "secret": "wrong"}')
    assert pair.agent.start().wait() == 1
    assert "refused authentication" in pair.agent.log.read_text()
