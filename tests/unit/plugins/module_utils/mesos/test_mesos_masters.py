# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the leading master, over HTTP and through ZooKeeper."""

from __future__ import annotations

import base64
import json

import pytest
import requests
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.masters import (
    MesosError,
    MesosMasters,
    NoLeader,
    contending_masters,
    mesos_argument_spec,
    zookeeper_params,
)
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import CASES, FakeMesos, mocked


@pytest.fixture
def mesos():
    with mocked() as mock:
        yield FakeMesos().install(mock)


class Znodes:
    """Data by name, below the masters' path."""

    def __init__(self, nodes):
        self.nodes = nodes

    def children(self, path):
        assert path == "/"
        return sorted(self.nodes)

    def data(self, path):
        return self.nodes[path[1:]]


def info(host, port=5050, **more):
    return json.dumps({"address": {"ip": host, "port": port}, "hostname": "name." + host, "port": port, **more}).encode()


def test_a_redirect_without_a_scheme_is_followed_to_the_leader(mesos):
    mesos.leading = "http://m3:5050"
    masters = mesos.client()
    leader = masters.leader()
    assert (leader.url, leader.version, leader.number) == ("http://m3:5050", "1.12.0", (1, 12))
    masters.get("/state")
    assert mesos.asked == ["POST http://m1:5050/api/v1", "POST http://m3:5050/api/v1", "GET http://m3:5050/state"]


def test_credentials_go_with_the_redirect(mesos):
    mesos.leading = "http://m2:5050"
    mesos.credentials = "Basic " + base64.b64encode(b"ops:geheim").decode()
    assert mesos.client(url_username="ops", url_password="geheim").leader().url == "http://m2:5050"
    with pytest.raises(HttpError, match="401.*check url_username and url_password") as raised:
        mesos.client().leader()
    assert "geheim" not in str(raised.value)


def test_masters_that_are_down_do_no_harm(mesos):
    mesos.down, mesos.leading = {"http://m1:5050"}, "http://m2:5050"
    assert mesos.client().leader().url == "http://m2:5050"


def test_the_leader_may_be_a_master_that_was_not_named(mesos):
    mesos.leading = "http://m3:5050"
    assert mesos.client(masters=["http://m1:5050"]).leader().url == "http://m3:5050"


def test_a_new_leader_is_found_after_the_old_one_died(mesos):
    masters = mesos.client()
    assert masters.leader().url == "http://m1:5050"
    mesos.down, mesos.leading = {"http://m1:5050"}, "http://m2:5050"
    assert masters.leader().url == "http://m2:5050"


def test_an_election_is_waited_for_within_the_bound(mesos):
    mesos.leading = None

    def elect(number):
        if number > 9:
            mesos.leading = "http://m2:5050"

    mesos.meanwhile = elect
    assert mesos.client(leader_timeout=30).leader().url == "http://m2:5050"
    assert mesos.pauses == [0.5, 0.5, 0.5]


def test_without_a_leader_every_master_is_named_with_its_reason(mesos):
    mesos.leading, mesos.down = None, {"http://m3:5050"}
    with pytest.raises(NoLeader) as raised:
        mesos.client(leader_timeout=3).leader()
    assert "No Mesos master leads: http://m1:5050 answers 503: No leader elected; " in str(raised.value)
    assert "http://m3:5050 does not answer: connection refused; nothing listens there" in str(raised.value)
    assert len(mesos.pauses) == 2


def test_a_leader_that_is_named_but_down_is_said_so(mesos):
    mesos.leading = "http://m3:5050"
    mesos.down = {"http://m3:5050"}
    with pytest.raises(NoLeader, match="m1:5050 says that http://m3:5050 leads; http://m3:5050 does not answer"):
        mesos.client().leader()


def test_two_masters_that_point_at_each_other_are_no_endless_loop(mesos):
    with mocked() as mock:
        for one, other in (("m1", "m2"), ("m2", "m1")):
            mock.post(f"http://{one}:5050/api/v1", status=307, headers={"Location": f"//{other}:5050/api/v1"})
        with pytest.raises(NoLeader, match="http://m1:5050 says that http://m2:5050 leads; http://m2:5050 says that http://m1:5050 leads"):
            mesos.client(masters=["http://m1:5050", "http://m2:5050"]).leader()


def test_a_command_is_not_sent_twice_to_a_master_that_may_have_seen_it(mesos):
    with mocked() as mock:
        mock.post("http://m1:5050/api/v1", body=requests.exceptions.ConnectionError("Connection aborted."))
        with pytest.raises(HttpError):
            mesos.client(leader_timeout=30).command("TEARDOWN", framework_id={"value": "x"})
        assert len(mock.calls) == 1


def test_the_scheme_is_that_of_the_master_that_was_asked(mesos):
    with mocked() as mock:
        mock.post("https://m1:5050/api/v1", status=307, headers={"Location": "//m2:5050/api/v1"})
        mock.post("https://m2:5050/api/v1", json=CASES["v1_GET_MASTER"]["response"]["body"])
        assert mesos.client(masters=["https://m1:5050"]).leader().url == "https://m2:5050"


@pytest.mark.parametrize("answer", [{"json": {}}, {"body": "<html>"}, {"status": 307, "headers": {"Location": "/here"}}])
def test_something_else_that_listens_is_no_master(mesos, answer):
    with mocked() as mock:
        mock.post("http://m1:5050/api/v1", **answer)
        with pytest.raises(MesosError, match="is a Mesos master listening there"):
            mesos.client().leader()


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if name.startswith("v1_") and case["response"]["status"] == 400])
def test_recorded_refusals_keep_the_masters_own_words(mesos, name):
    case = CASES[name]
    with mocked() as mock:
        mock.post("http://m1:5050/api/v1", status=400, body=case["response"]["body"])
        with pytest.raises(HttpError) as raised:
            mesos.client(leader_timeout=30).command("DRAIN_AGENT")
        assert raised.value.status == 400 and raised.value.server_message == case["response"]["body"]


def test_zookeeper_knows_the_masters_and_the_lowest_number_leads():
    nodes = {
        "json.info_0000000012": info("10.0.0.2"),
        "json.info_0000000003": info("10.0.0.3", 5060),
        "json.info_0000000020": b"",
        "json.info_0000000021": json.dumps({"hostname": "old", "port": 5050}).encode(),
        "json.info_0000000022": info("fd00::1"),
        "log_replicas": b"",
    }
    assert contending_masters(Znodes(nodes)) == ["http://10.0.0.3:5060", "http://10.0.0.2:5050", "http://old:5050", "http://[fd00::1]:5050"]
    assert contending_masters(Znodes({})) == []
    with pytest.raises(MesosError, match="json.info_1 below the path of the Mesos masters holds no master's address"):
        contending_masters(Znodes({"json.info_1": b"?"}))


def test_the_url_of_the_masters_in_zookeeper():
    found = zookeeper_params("zk://u:p@a:2181,b:2181/mesos/")
    assert found["hosts"] == ["a:2181,b:2181/mesos"] and (found["auth"]["username"], found["auth"]["password"]) == ("u", "p")
    assert zookeeper_params("zk://a:2181/x/mesos")["auth"] is None
    for wrong in ("a:2181/mesos", "zk://a:2181", "zk://a:2181/", "zk://u:geheim@a"):
        with pytest.raises(InputError, match="must be written as zk://") as raised:
            zookeeper_params(wrong)
        assert "geheim" not in str(raised.value)


def test_no_one_in_zookeeper(mesos):
    with pytest.raises(NoLeader, match="none stands for election in ZooKeeper"):
        MesosMasters(mesos.client().client, list).leader()


def params(**given):
    return {**{name: option.get("default") for name, option in mesos_argument_spec().items()}, **given}


def test_the_masters_are_told_in_one_way():
    assert MesosMasters.from_params(params(masters=["a", "a:5050", "https://b:5050"])).urls() == ["http://a:5050", "https://b:5050"]
    for wrong in ({}, {"masters": ["a"], "zookeeper": "zk://a:2181/mesos"}):
        with pytest.raises(InputError, match="either masters or zookeeper"):
            MesosMasters.from_params(params(**wrong))
    with pytest.raises(InputError, match="leader_timeout is -1"):
        MesosMasters.from_params(params(masters=["a"], leader_timeout=-1))


@pytest.mark.parametrize("ask", [lambda masters: masters.get("/state"), lambda masters: masters.call("GET_MASTER")])
def test_an_answer_that_is_not_json_is_told_in_words(ask):
    with mocked() as mock:
        mock.add("GET", "http://m1:5050/state", body="<html>hello</html>")
        mock.add("POST", "http://m1:5050/api/v1", body="<html>hello</html>")
        with pytest.raises(MesosError, match="http://m1:5050 answered .* with something that is not JSON; is a Mesos master listening there"):
            ask(FakeMesos().client())
