# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's framework in ZooKeeper and on the master; both recordings were taken from the same cluster."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.ha_state import read_state
from ansible_collections.baremetal.flink.plugins.module_utils.flink.mesos_workers import make_fresh, observe_registration, registration, rest_probe
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.masters import MesosError, NoLeader
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import NodeChanged, Stat
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import FLINK, FakeMesos, mocked

FIXTURE = Path(__file__).resolve().parents[4] / "fixtures" / "flink_znodes.json"
ROOT = "/flink/default"
WORKERS = f"{ROOT}/mesos-workers"


class FakeZooKeeper:
    """Nodes by path with their versions; a delete is one transaction."""

    def __init__(self, nodes):
        self.nodes = {path: (data, 0) for path, data in nodes.items()}
        self.interfere = lambda: None

    def put(self, path, data):
        self.nodes[path] = (data, self.nodes.get(path, (b"", -1))[1] + 1)

    def data(self, path):
        return self.nodes[path][0] if path in self.nodes else None

    def stat(self, path):
        if path not in self.nodes:
            return None
        return Stat(**{**{one.name: 0 for one in fields(Stat)}, "version": self.nodes[path][1]})

    def children(self, path):
        return sorted(one.rsplit("/", 1)[1] for one in self.nodes if one.rsplit("/", 1)[0] == path)

    def delete(self, nodes):
        self.interfere()
        left = dict(self.nodes)
        for path, version in nodes:
            if path not in left or left[path][1] != version or any(one.startswith(path + "/") for one in left):
                raise NodeChanged(f"ZooKeeper node {path} was changed by another client in the meantime; run again.")
            del left[path]
        self.nodes = left


@pytest.fixture
def zookeeper():
    entries = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return FakeZooKeeper({entry["path"]: entry.get("data_head", "").encode("latin-1") for entry in entries if entry["path"].startswith("/flink")})


@pytest.fixture
def mesos():
    with mocked() as mock:
        yield FakeMesos().install(mock)


def nobody(url):
    return None


def find(zookeeper, mesos, probe=nobody):
    return registration(read_state(zookeeper, ROOT), mesos.client(), probe)


def test_what_was_recorded_is_registered(zookeeper, mesos):
    found = find(zookeeper, mesos)
    assert (found.state, found.registered, found.framework_id, found.framework.name, found.torn_down, found.problems) == (
        "active", True, FLINK, "flink", None, [],
    )  # fmt: skip
    assert json.loads(json.dumps(found.as_result()))["registered"] is True
    seen = observe_registration(read_state(zookeeper, ROOT), found)
    assert (seen.done, seen.seen) == (True, f"framework {FLINK} is active")


def test_an_empty_id_is_not_registered_yet(zookeeper, mesos):
    zookeeper.put(f"{WORKERS}/frameworkId", b"")
    found = find(zookeeper, mesos)
    assert (found.state, found.registered, found.problems) == (
        "none", False, [f"{WORKERS}/frameworkId is empty; the AppMaster has not registered with Mesos yet"],
    )  # fmt: skip
    assert not observe_registration(read_state(zookeeper, ROOT), found).done
    assert mesos.asked == []


def test_no_record_at_all(zookeeper, mesos):
    found = registration(read_state(zookeeper, ROOT, "/elsewhere"), mesos.client(), nobody)
    assert "has no record of Mesos workers" in found.problems[0]
    assert "/flink/other does not exist" in registration(read_state(zookeeper, "/flink/other"), mesos.client(), nobody).problems[0]


def test_an_inactive_and_an_unknown_framework(zookeeper, mesos):
    mesos.frameworks[0].update(active=False, connected=False)
    found = find(zookeeper, mesos)
    assert found.state == "inactive" and "is inactive: its AppMaster is not connected, and Mesos waits 60 s for it" in found.problems[0]
    assert not observe_registration(read_state(zookeeper, ROOT), found).done
    mesos.frameworks.clear()
    found = find(zookeeper, mesos)
    assert found.state == "unknown" and "Flink runs on another Mesos cluster" in found.problems[0]
    mesos.leading = None
    with pytest.raises(NoLeader):
        find(zookeeper, mesos)


@pytest.mark.parametrize(
    "taskmanagers,torn_down,words",
    [
        (0, "running", ("AppMaster still runs", "at http://127.0.0.1:31768 answers with 0 TaskManagers", "Marathon calls it healthy", "restart")),
        (-1, "running", ("its AppMaster still runs", "answers with an answer")),
        (None, "restarting", ("'Framework has been removed' (exit status 2)", "clear the stale record with flink_mesos_workers")),
    ],
)
def test_a_framework_that_was_torn_down_shows_in_two_ways(zookeeper, mesos, taskmanagers, torn_down, words):
    mesos.complete(FLINK)
    found = find(zookeeper, mesos, lambda url: taskmanagers)
    assert (found.state, found.torn_down, found.registered) == ("completed", torn_down, False)
    assert all(word in found.problems[0] for word in words), found.problems
    with pytest.raises(MesosError, match="Waiting for the registration is in vain: the Mesos master has removed framework") as raised:
        observe_registration(read_state(zookeeper, ROOT), found)
    assert raised.value.details["registration"]["torn_down"] == torn_down


def test_an_appmaster_that_does_not_lead_is_restarting(zookeeper, mesos):
    mesos.complete(FLINK)
    zookeeper.put(f"{ROOT}/leader/rest_server_lock", b"")
    assert find(zookeeper, mesos, lambda url: 0).torn_down == "restarting"


def test_the_rest_server_is_asked_without_the_credentials_of_mesos():
    from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpSettings

    probe = rest_probe({**vars(HttpSettings()), "url_username": "ops", "url_password": "geheim"})
    with mocked() as mock:
        mock.get("http://a:8081/overview", json={"taskmanagers": 0})
        mock.get("http://b:8081/overview", status=401)
        mock.get("http://d:8081/overview", body="<html>")
        assert [probe(f"http://{host}:8081") for host in "abcd"] == [0, -1, None, -1]
        assert all("Authorization" not in call.request.headers for call in mock.calls)


def fresh(zookeeper, mesos, check_mode=False, path="/mesos-workers"):
    return make_fresh(zookeeper, read_state(zookeeper, ROOT, path), ROOT + path, mesos.client(), check_mode)


def test_a_stale_record_is_deleted_once(zookeeper, mesos):
    mesos.complete(FLINK)
    others = {path for path in zookeeper.nodes if not path.startswith(WORKERS)}
    would = fresh(zookeeper, mesos, check_mode=True)
    assert would["changed"] and WORKERS in zookeeper.nodes
    done = fresh(zookeeper, mesos)
    assert done == would
    assert set(zookeeper.nodes) == others
    assert (done["framework_id"], done["restart_needed"], done["diff"]["after"]) == (FLINK, True, {"state": "absent"})
    assert done["diff"]["before"] == {"framework_id": FLINK, "task_count": 1, "workers": ["taskmanager-00001"]}
    assert done["deleted"][0] == WORKERS and f"{WORKERS}/workers/taskmanager-00001" in done["deleted"]
    again = fresh(zookeeper, mesos)
    assert (again["changed"], again["deleted"], again["framework_id"]) == (False, [], None)


def test_a_record_without_an_id_is_fresh(zookeeper, mesos):
    zookeeper.put(f"{WORKERS}/frameworkId", b"")
    before = dict(zookeeper.nodes)
    found = fresh(zookeeper, mesos)
    assert (found["changed"], found["diff"]["before"]) == (False, found["diff"]["after"]) and zookeeper.nodes == before
    assert mesos.asked == []


def test_no_restart_is_needed_where_nobody_leads(zookeeper, mesos):
    mesos.complete(FLINK)
    for path in [path for path in zookeeper.nodes if path.startswith(f"{ROOT}/leader/")]:
        del zookeeper.nodes[path]
    assert fresh(zookeeper, mesos)["restart_needed"] is False


def test_another_path(zookeeper, mesos):
    mesos.complete(FLINK)
    zookeeper.put(f"{ROOT}/own", b"")
    zookeeper.put(f"{ROOT}/own/frameworkId", FLINK.encode())
    assert fresh(zookeeper, mesos, path="/own")["deleted"] == [f"{ROOT}/own", f"{ROOT}/own/frameworkId"]
    assert WORKERS in zookeeper.nodes


@pytest.mark.parametrize(
    "prepare,message",
    [
        (lambda mesos: None, "is active on the leading Mesos master, so its record is not stale and nothing is deleted; to end the framework"),
        (lambda mesos: mesos.frameworks[0].update(active=False), "is inactive on the leading Mesos master"),
        (lambda mesos: mesos.frameworks.clear(), "does not know framework .*, not even as completed, so nothing is deleted: check that masters"),
        (lambda mesos: setattr(mesos, "leading", None), "without the masters' word that the framework is gone nothing is deleted"),
    ],
)
def test_what_the_master_does_not_confirm_is_not_deleted(zookeeper, mesos, prepare, message):
    prepare(mesos)
    before = dict(zookeeper.nodes)
    for check_mode in (True, False):
        with pytest.raises(MesosError, match=message):
            fresh(zookeeper, mesos, check_mode)
    assert zookeeper.nodes == before


@pytest.mark.parametrize(
    "path,data", [(f"{WORKERS}/frameworkId", b"new-id"), (f"{WORKERS}/workers/taskmanager-00002", b""), (f"{WORKERS}/taskCount", b"\0\0\0\2")]
)
def test_what_an_appmaster_writes_meanwhile_is_not_lost(zookeeper, mesos, path, data):
    mesos.complete(FLINK)
    zookeeper.interfere = lambda: zookeeper.put(path, data)
    with pytest.raises(NodeChanged):
        fresh(zookeeper, mesos)
    assert zookeeper.data(path) == data and WORKERS in zookeeper.nodes
