# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit tries, and what it says of the answers."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.listeners import Listener
from ansible_collections.baremetal.flink.plugins.module_utils.security import audit
from ansible_collections.baremetal.flink.plugins.module_utils.security.audit import Lists, Row, host_rows, notes, port_rows, ports, targets, words
from ansible_collections.baremetal.flink.plugins.module_utils.security.knock import Answer
from ansible_collections.baremetal.flink.plugins.module_utils.security.rules import networks

REST, RPC = Listener("rest.port", 8081, 8081, True, "flink"), Listener("blob.server.port", 6124, 6125, tls=True)
TASKS = Listener("mesos_agent_ports", 31000, 32000, True)
FILE = {"path": "/etc/flink/flink-conf.yaml", "layer": "flink", "holds": "settings", "group_reads": True, "mode": "0640", "owner": "root", "group": "flink"}
UNIT = {"unit": "flink-jobmanager.service", "user": "flink", "active": "active", "exposure": 4.5, "level": "OK", "ports": [8081, 40123]}


def host(*listening, address="192.0.2.11", units=(), listens=(), files=(), **more):
    return {"ansible_host": address, audit.HOST: {"units": list(units), "listening": list(listens), "files": list(files)},
            audit.PORTS: {"listening": [asdict(one) for one in listening], "unknown": [], "accounts": {"flink": ["flink"]}}, **more}


def lists(profile="guarded", clear_zookeeper=False):
    return Lists(profile, {name: networks("x", given) for name, given in {
        "platform": ["192.0.2.11", "192.0.2.12"], "operators": ["198.51.100.7"], "clients": ["203.0.113.0/24"]}.items()}, clear_zookeeper)


def rows(answer, source, profile="guarded", variables=None):
    known = {"node1": variables or host(REST, RPC, units=[UNIT])}
    return port_rows(lists(profile), "node4", [asdict(Answer(source=source, **{"host": "node1", "address": "192.0.2.11", **answer}))], known)


def test_every_port_of_the_layers_is_tried_and_of_many_those_that_are_used():
    variables = host(REST, RPC, TASKS, listens=[22, 31007], units=[UNIT])
    assert dict(ports(variables)) == {6124: RPC, 6125: RPC, 8081: REST, 31007: TASKS, 40123: None}
    found = [(one.address, one.port, one.speaks, one.tls) for one in targets({"node1": {**variables, "flink_address": "10.0.0.1"}, "node2": {}})]
    assert found[:3] == [("10.0.0.1", 6124, "", True), ("10.0.0.1", 6125, "", True), ("10.0.0.1", 8081, "flink", False)]
    assert len(found) == 10 and found[5][:2] == ("192.0.2.11", 6124)


@pytest.mark.parametrize(("source", "who", "rest", "blob"), [
    ("192.0.2.12", "a host of the platform", "ok", "ok"), ("198.51.100.7", "an operator", "ok", "ok"), ("203.0.113.9", "a client", "ok", "WRONG"),
    ("192.0.2.77", "a stranger", "WRONG", "WRONG"), ("", "a stranger", "WRONG", "WRONG"),
    ("2001:db8::1", "a stranger", "WRONG", "WRONG"), ("::1", "a host of the platform", "ok", "ok"),
    ("127.0.0.1", "a host of the platform", "ok", "ok"),
])  # fmt: skip
def test_who_gets_further_than_the_profile_lets_him(source, who, rest, blob):
    found = [rows({"port": port}, source)[0] for port in (8081, 6124)]
    assert [(row.who, row.state) for row in found] == [(f"node4, {who}", rest), (f"node4, {who}", blob)]
    assert [row.got.endswith(", though the profile keeps this caller out") for row in found] == [rest == "WRONG", blob == "WRONG"]
    assert [rows({"port": port}, source, "open")[0].state for port in (8081, 6124)] == ["open", "open"]


@pytest.mark.parametrize(("answer", "verdict"), [
    ({"port": 8081, "language": "clear", "data": True, "told": "GET /config answers 200"}, "WRONG"),
    ({"port": 8081, "language": "tls", "data": True, "told": "GET /config answers 200"}, "WRONG"),
    ({"port": 8081, "language": "tls", "wants_certificate": True}, "ok"), ({"port": 8081}, "ok"),
    ({"port": 6124, "language": "clear"}, "WRONG"), ({"port": 6124, "language": "tls", "wants_certificate": True}, "ok"), ({"port": 6124}, "ok"),
    ({"port": 6124, "language": "tls", "tls_versions": ["1.3"]}, "WRONG"), ({"port": 6124, "language": "tls"}, "ok"),
    ({"port": 6124, "language": "tls", "tls_versions": ["1.3"], "wants_certificate": True}, "ok"),
    ({"port": 8081, "language": "tls", "tls_versions": ["1.3"], "told": "GET /config wants a login"}, "ok"),
    ({"port": 9870, "language": "clear", "data": True, "told": "GET /webhdfs/v1/ answers 200"}, "ok"),
])  # fmt: skip
def test_secure_wants_a_certificate_of_everybody_but_at_hdfs(answer, verdict):
    variables = host(REST, RPC, Listener("hdfs_http_port", 9870, 9870, True, "webhdfs"))
    (row,) = rows(answer, "198.51.100.7", "secure", variables)
    assert row.state == verdict and row.got.endswith(", though the profile wants TLS and a certificate") == (verdict == "WRONG")
    assert rows(answer, "198.51.100.7", "guarded", variables)[0].state == "ok"
    assert rows(answer, "192.0.2.77", "secure", variables)[0].got.endswith(", though the profile keeps this caller out")


def test_what_the_firewall_does_not_know_is_for_no_client_either():
    got = "a connection at a port that no layer names, though the profile keeps this caller out"
    assert rows({"port": 40123}, "203.0.113.9") == [Row("node1", "40123", "node4, a client", "WRONG", got, "unnamed")]


@pytest.mark.parametrize(("answer", "source", "reason"), [
    ({"port": 8081}, "192.0.2.77", "unguarded"), ({"port": 8081, "state": "closed"}, "192.0.2.77", "unguarded"),
    ({"port": 40123}, "192.0.2.77", "unnamed"), ({"port": 6124, "language": "clear"}, "198.51.100.7", "uncertified"), ({"port": 6124}, "198.51.100.7", ""),
])  # fmt: skip
def test_what_is_wrong_has_a_reason(answer, source, reason):
    assert [row.reason for row in rows(answer, source, "secure")] == [reason]


@pytest.mark.parametrize(("state", "profile", "verdict", "got"), [
    ("refused", "guarded", "ok", "no connection"), ("silent", "guarded", "ok", "no connection"),
    ("unknown", "guarded", "ok", "the name does not resolve there"),
    ("closed", "guarded", "WRONG", "nothing listens, but no firewall refuses this caller"), ("closed", "open", "ok", "nothing listens"),
])  # fmt: skip
def test_a_stranger_who_gets_nothing(state, profile, verdict, got):
    assert [(row.state, row.got) for row in rows({"port": 8081, "state": state}, "192.0.2.77", profile)] == [(verdict, got)]


@pytest.mark.parametrize(("answer", "listener", "said"), [
    ({"language": "clear", "told": "GET /config answers 200"}, REST, "in clear: GET /config answers 200"),
    ({"language": "clear", "told": "GET /config answers 200"}, replace(REST, tls=True),
     "in clear: GET /config answers 200, and no TLS, which the inventory has there"),
    ({"language": "clear"}, RPC, "a connection, and no TLS, which the inventory has there"),
    ({}, REST, "a connection, and no answer that it knows"), ({}, Listener("hdfs_rpc_port", 8020, 8020), "a connection; nothing was asked"),
    ({"language": "tls", "tls_versions": ["1.2", "1.3"], "certificate_until": "2027-12-31T12:00:00Z", "wants_certificate": True}, RPC,
     "TLS 1.2 and 1.3, certificate until 2027-12-31: wants a certificate"),
    ({"language": "tls", "tls_versions": ["1.3"], "told": "GET /config wants a login"}, REST, "TLS 1.3: GET /config wants a login"),
    ({"language": "tls"}, RPC, "TLS of no version that was tried"), ({}, RPC, "a connection, and no answer to TLS in time"),
    ({"language": "tls", "tls_versions": ["1.3"]}, RPC, "TLS 1.3: lets in without a certificate"),
])  # fmt: skip
def test_what_was_got_in_words(answer, listener, said):
    assert words(asdict(Answer("node1", "192.0.2.11", listener.first, **answer)), listener) == said


def test_units_and_secrets_of_a_host():
    found = host_rows("node1", host(units=[UNIT, {**UNIT, "unit": "x-taskmanager.service", "active": "failed", "exposure": None}], files=[
        FILE, {**FILE, "mode": "0644"}, {**FILE, "path": "/etc/hadoop/environment", "layer": "hdfs", "group": "mine", "owner": "my"}]))
    assert [(row.what, row.who, row.state, row.got) for row in found] == [
        ("flink-jobmanager.service", "flink", "ok", "exposure 4.5 of 10 (OK)"),
        ("x-taskmanager.service", "flink", "ok", "exposure not known; it is failed"),
        ("/etc/flink/flink-conf.yaml", "root:flink 0640", "ok", "settings"),
        ("/etc/flink/flink-conf.yaml", "root:flink 0644", "WIDE", "everybody on the host can read or write it"),
        ("/etc/hadoop/environment", "my:mine 0640", "ok", "settings")]


def test_what_the_table_cannot_show():
    hosts = {"node1": host(REST), "node2": {**host(REST), audit.HOST: {}}}
    hosts["node1"][audit.PORTS]["unknown"] = ["rest.port is 0."]
    allowed = [Row("node1", "8081", "controller, an operator", "ok", "")]
    said = notes(lists(), allowed, hosts)
    assert said[:2] == ["rest.port is 0.", "Not looked at, or not wholly: node2."] and said[2].startswith("No stranger has tried")
    assert notes(lists(), [*allowed, Row("node1", "8081", "node4, a stranger", "ok", "")], {"node1": host(REST)}) == []
    assert notes(lists("open"), allowed, {"node1": host(REST)}) == []


def test_programs_get_all_of_it():
    told = audit.as_json(lists(), [Row("node1", "8081", "x", "ok", "y")], {"x": []}, {"node1": host(REST, units=[UNIT])})
    assert told["rows"] == [{"host": "node1", "what": "8081", "who": "x", "state": "ok", "got": "y", "reason": ""}]
    assert told["hosts"]["node1"]["units"] == [UNIT]
    assert told["let_in"]["clients"] == ["203.0.113.0/24"] and told["profile"] == "guarded" and told["answers"] == {"x": []}


@pytest.mark.parametrize(("profile", "speaks", "data", "verdict"), [
    ("secure", "mesos", True, "WRONG"), ("secure", "marathon", True, "WRONG"), ("secure", "mesos", False, "ok"), ("guarded", "mesos", True, "ok"),
])  # fmt: skip
def test_secure_wants_a_login_at_mesos_and_marathon(profile, speaks, data, verdict):
    variables = host(Listener("mesos_master_port", 5050, 5050, True, speaks))
    (row,) = rows({"port": 5050, "language": "clear", "data": data, "told": "GET /state answers"}, "198.51.100.7", profile, variables)
    assert row.state == verdict and row.got.endswith(", though the profile wants a login") == (verdict == "WRONG")


@pytest.mark.parametrize(("profile", "data", "verdict"), [("secure", True, "WRONG"), ("secure", False, "ok"), ("guarded", True, "ok")])
def test_secure_wants_a_ticket_where_the_inventory_has_hdfs_ask_for_one(profile, data, verdict):
    variables = host(Listener("hdfs_http_port", 9870, 9870, True, "webhdfs", login=True))
    (row,) = rows({"port": 9870, "language": "tls", "data": data, "told": "GET /webhdfs answers"}, "203.0.113.9", profile, variables)
    assert (row.state, row.reason) == (verdict, "unasked" if verdict == "WRONG" else "")


@pytest.mark.parametrize(("profile", "language", "verdict"), [("secure", "clear", "WRONG"), ("secure", "tls", "ok"), ("guarded", "clear", "ok")])
def test_secure_wants_tls_of_marathon_and_no_certificate_of_its_callers(profile, language, verdict):
    told = {"port": 8080, "language": language, "tls_versions": ["1.3"], "told": "GET /v2/info wants a login (basic)"}
    (row,) = rows(told, "198.51.100.7", profile, host(Listener("marathon_http_port", 8080, 8080, True, "marathon", language == "tls")))
    assert row.state == verdict and row.got.endswith(", though the profile wants TLS") == (verdict == "WRONG")


def test_zookeeper_is_in_clear_where_a_layer_comes_so():
    member = Listener("zookeeper_client_port", 2181, 2181, False, "zookeeper")
    assert lists("secure").wants_certificate(member) and not lists("secure", True).wants_certificate(member)
    assert lists("secure", True).wants_certificate(REST)
