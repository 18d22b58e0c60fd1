# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it, on recorded nodes of ZooKeeper and a Mesos in memory."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.module_utils.flink import ha_info
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import ZooKeeperUnreachable
from ansible_collections.baremetal.flink.plugins.modules import flink_ha_info
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import FLINK, FakeMesos, mocked

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "flink_znodes.json"


class Nodes:
    """Data and children by path; the first reads may fail, as in an election."""

    def __init__(self):
        entries = json.loads(FIXTURE.read_text(encoding="utf-8"))
        self.nodes = {entry["path"]: entry.get("data_head", "").encode("latin-1") for entry in entries}
        self.failures = 0
        self.away = 0
        self.sessions = 0

    @contextlib.contextmanager
    def session(self, params):
        self.sessions += 1
        if self.away:
            self.away -= 1
            raise ZooKeeperUnreachable("No ZooKeeper session within 10 s")
        yield self

    def data(self, path):
        if self.failures:
            self.failures -= 1
            raise ZooKeeperUnreachable("no quorum")
        return self.nodes.get(path)

    def children(self, path):
        return sorted(one.rsplit("/", 1)[1] for one in self.nodes if one.rsplit("/", 1)[0] == path)


class Host:
    """Runs the module; `mesos` and `nodes` are what it sees."""

    def __init__(self, mesos, nodes, capsys):
        self.mesos, self.nodes, self._capsys = mesos, nodes, capsys

    def run(self, **arguments):
        asked = {"hosts": ["a:2181"], "timeout": 0.3, "interval": 0.05, "leader_timeout": 0, "retries": 0, **arguments}
        with patch_module_args(asked), pytest.raises(SystemExit) as ended:
            flink_ha_info.main()
        result = json.loads(self._capsys.readouterr().out)
        assert bool(ended.value.code) is bool(result.get("failed")), result
        return result


@pytest.fixture
def host(monkeypatch, capsys):
    nodes = Nodes()
    monkeypatch.setattr(ha_info, "session", nodes.session)
    with mocked() as mock:
        yield Host(FakeMesos().install(mock), nodes, capsys)


MASTERS = {"masters": ["m2:5050", "m1:5050"]}


def test_without_masters_nothing_is_compared(host):
    found = host.run()
    assert (found["registration"], found["problems"], found["mesos_workers"]["framework_id"]) == (None, [], FLINK)
    assert host.mesos.asked == []
    assert host.run(wait_for="leader")["rest_url"] == "http://127.0.0.1:31768"


@pytest.mark.parametrize("wait_for", ["none", "leader", "registered"])
def test_with_masters_the_framework_is_looked_up(host, wait_for):
    found = host.run(**MASTERS, wait_for=wait_for)
    assert (found["changed"], found["registration"]["state"], found["registration"]["torn_down"], found["problems"]) == (False, "active", None, [])
    assert found["registration"]["framework"]["name"] == "flink"


def test_a_wait_outlasts_elections(host):
    host.nodes.failures = 1
    host.mesos.leading = None

    def elect(number):
        if number > 4:
            host.mesos.leading = "http://m1:5050"

    host.mesos.meanwhile = elect
    assert host.run(**MASTERS, wait_for="registered", timeout=20)["registration"]["registered"]


def test_a_wait_begins_before_zookeeper_does_and_outlasts_it(host):
    host.nodes.away, host.nodes.failures = 2, 1
    assert host.run(wait_for="leader", timeout=20)["rest_url"] == "http://127.0.0.1:31768"
    assert host.nodes.sessions == 4
    host.nodes.away = 100
    assert "in vain; last seen: No ZooKeeper session" in host.run(wait_for="leader")["msg"]
    assert host.run()["msg"] == "No ZooKeeper session within 10 s"


def test_a_session_is_kept_while_it_lives(host):
    host.nodes.nodes["/flink/default/mesos-workers/frameworkId"] = b""
    host.run(**MASTERS, wait_for="registered")
    assert host.nodes.sessions == 1


def test_a_framework_that_is_torn_down_fails_the_wait_and_not_the_look(host):
    host.mesos.complete(FLINK)
    found = host.run(**MASTERS)
    assert found["registration"]["torn_down"] == "running" and "answers with 0 TaskManagers" in found["problems"][0]
    failed = host.run(**MASTERS, wait_for="registered", timeout=60)
    assert failed["msg"].startswith("Waiting for the registration is in vain: the Mesos master has removed framework")
    assert failed["registration"]["torn_down"] == "running" and failed["problems"] == found["problems"]


def test_a_wait_in_vain_ends_with_what_was_seen(host):
    host.nodes.nodes["/flink/default/mesos-workers/frameworkId"] = b""
    failed = host.run(**MASTERS, wait_for="registered")
    assert "for the registration of the Flink cluster /flink/default with Mesos, in vain; last seen: /flink/default/mesos-workers" in failed["msg"]
    host.mesos.leading = None
    host.nodes.nodes["/flink/default/mesos-workers/frameworkId"] = FLINK.encode()
    assert "last seen: No Mesos master leads" in host.run(**MASTERS, wait_for="registered")["msg"]
    look = host.run(**MASTERS)
    assert look["registration"] is None and look["problems"][0].startswith("No Mesos master leads")


def test_what_cannot_work(host):
    assert "give masters or zookeeper" in host.run(wait_for="registered")["msg"]
    assert "mutually exclusive" in host.run(**MASTERS, zookeeper="zk://a:2181/mesos")["msg"]
    assert "must be written as zk://" in host.run(zookeeper="a:2181/mesos")["msg"]


def test_before_1_5_the_web_server_is_the_one_that_mesos_was_told(host):
    for path in [path for path in host.nodes.nodes if "rest_server" in path]:
        del host.nodes.nodes[path]
    assert host.run()["rest_url"] is None
    found = host.run(**MASTERS)
    assert found["rest_url"] == found["registration"]["framework"]["webui_url"].rstrip("/") != ""
