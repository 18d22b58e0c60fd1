# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""marathon_app_info on a Marathon in memory."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.marathon import app_info as marathon_state
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rest import MarathonError
from ansible_collections.baremetal.flink.tests.unit.fakes.marathon import FakeMarathon, Time, answer_of, marathon


@pytest.fixture
def fake() -> Iterator[FakeMarathon]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        server = FakeMarathon().install(mock)
        for name, labels in (("/flink", {}), ("/flink/jm", {"team": "data"}), ("/flink2", {"team": "data"})):
            server._store(name, {**server._template(name), "cmd": "sleep 1", "labels": labels, "env": {"MY_TOKEN": "hunter2"}}, None)
        server.deployments.clear()
        yield server


def info(**params: Any) -> Dict[str, Any]:
    time = Time()
    return marathon_state.core({"wait_for": "none", "timeout": 10, **params}, False, pytest.fail, marathon(time), time.clock, time.sleep)


def test_everything_that_marathon_says(fake: FakeMarathon) -> None:
    result = info()
    assert [app["id"] for app in result["apps"]] == ["/flink", "/flink/jm", "/flink2"] and len(result["tasks"]) == 3
    assert (result["leader"], result["version"], result["config"]["mesos_role"]) == ("127.0.0.1:28080", "1.11.26", "*")
    assert result["apps"][0]["ready"] and result["apps"][0]["reasons"] == [] and "hunter2" not in str(result)
    assert [each["up"] for each in result["marathons"]] == [True, True]


@pytest.mark.parametrize(
    ("params", "ids"),
    [({"id": "flink"}, ["/flink"]), ({"id": "/nope"}, []), ({"prefix": "/flink"}, ["/flink", "/flink/jm"]),
     ({"label": "team==data"}, ["/flink/jm", "/flink2"]),
     ({"label": "team==data", "prefix": "flink/"}, ["/flink/jm"])],
)
def test_apps_are_chosen(fake: FakeMarathon, params: Dict[str, Any], ids: Any) -> None:
    assert [app["id"] for app in info(**params)["apps"]] == ids


def test_a_marathon_that_is_down_is_reported(fake: FakeMarathon) -> None:
    fake.down = {"http://m2:8080": requests.exceptions.ConnectionError("Connection refused")}
    assert [(each["url"], each["up"]) for each in info()["marathons"]] == [("http://m1:8080", True), ("http://m2:8080", False)]


def test_an_app_that_does_not_run_says_why(fake: FakeMarathon) -> None:
    fake.starts = False
    fake.queue = answer_of("queue_stuck")["queue"]
    fake.queue[0]["app"]["id"] = "/flink2"
    result = info(id="/flink2")
    assert not result["apps"][0]["ready"] and "hostname:LIKE:nohost" in result["apps"][0]["reasons"][0]
    assert result["queue"][0]["id"] == "/flink2" and result["queue"][0]["count"] == 1
    with pytest.raises(MarathonError, match=r"wait_for running\) after 10 s: /flink2: 0 of 1 instances run; /flink2: .*hostname:LIKE:nohost"):
        info(id="/flink2", wait_for="running")


def test_waiting(fake: FakeMarathon) -> None:
    fake.looks = 3
    fake._deploy("/flink", None, "ScaleApplication")
    assert info(id="/flink", wait_for="deployed")["waited"] == 3
    assert info(id="/flink", wait_for="healthy")["waited"] == 0
    assert info(wait_for="leader")["leader"]
    fake.apps["/flink"]["healthChecks"] = [{}]
    fake.healthy = False
    assert info(id="/flink", wait_for="running")["waited"] == 0
    with pytest.raises(MarathonError, match="/flink: 1 of 1 instances run, 0 healthy"):
        info(id="/flink", wait_for="healthy")
    with pytest.raises(MarathonError, match="there is no such app"):
        info(id="/nope", wait_for="running")


def test_an_election_is_waited_for(fake: FakeMarathon) -> None:
    electing = (502, '{"message": "Could not determine the current leader"}')
    fake.down = {"http://m1:8080": [electing] * 8, "http://m2:8080": [electing] * 8}
    assert info(wait_for="leader", timeout=30)["waited"] >= 7
    fake.down = {"http://m1:8080": electing, "http://m2:8080": electing}
    with pytest.raises(MarathonError, match=r"wait_for leader\) after 0 s: .*Could not determine the current leader"):
        info(wait_for="leader", timeout=0)


def test_deployments_that_run_are_in_words(fake: FakeMarathon) -> None:
    fake.looks = None
    fake._deploy("/flink", None, "ScaleApplication")
    assert info(id="/flink")["deployments"][0]["state"].endswith("is at step 2 of 2: ScaleApplication /flink")


def test_options_that_exclude_each_other(fake: FakeMarathon) -> None:
    with pytest.raises(InputError, match="id names one app"):
        info(id="/flink", prefix="/a")
    with pytest.raises(InputError, match="timeout is -1"):
        info(timeout=-1)
