# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
from xml.sax.saxutils import escape

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.change import change, departures, read_site, turns
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.cluster import Layout

PATH = "/etc/hadoop/hdfs-site.xml"
UNITS = ["hdfs-journalnode.service", "hdfs-namenode.service", "hdfs-zkfc.service", "hdfs-datanode.service"]
SINGLE = {
    "dfs.namenode.name.dir": "file:///name",
    "dfs.datanode.data.dir": "file:///a,file:///b",
    "dfs.namenode.rpc-bind-host": "0.0.0.0",
    "dfs.namenode.rpc-address": "10.0.0.1:8020",
    "dfs.namenode.http-address": "10.0.0.1:9870",
    "dfs.datanode.hostname": "10.0.0.1",
}
HA = {
    "dfs.namenode.name.dir": "file:///name",
    "dfs.datanode.data.dir": "file:///a,file:///b",
    "dfs.journalnode.edits.dir": "/journal",
    "dfs.nameservices": "ns",
    "dfs.ha.namenodes.ns": "n1,n2",
    "dfs.ha.zkfc.port": 8019,
    "dfs.namenode.shared.edits.dir": "qjournal://10.0.0.1:8485;10.0.0.2:8485;10.0.0.3:8485/ns",
    "dfs.journalnode.rpc-address": "0.0.0.0:8485",
    "dfs.namenode.rpc-address.ns.n1": "10.0.0.1:8020",
    "dfs.namenode.rpc-address.ns.n2": "10.0.0.2:8020",
    "dfs.namenode.http-address.ns.n1": "10.0.0.1:9870",
    "dfs.namenode.http-address.ns.n2": "10.0.0.2:9870",
}
LAYOUT = Layout(
    namenodes=["n1", "n2"], journalnodes=["n1", "n2", "n3"], datanodes=["n1", "n2", "n3"], name_dirs=["/name"], data_dirs=["/a", "/b"],
    journal_dir="/journal", nameservice="ns")
ADDRESSES = {f"n{number}": f"10.0.0.{number}" for number in range(1, 6)}


def xml(site):
    properties = "".join(f"<property><name>{key}</name><value>{escape(str(value))}</value></property>\n" for key, value in site.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made -->\n<configuration>\n{properties}</configuration>\n'


def judged(before, wanted, held=(), **more):
    """The sentences, after a look at the disk on which the directories in `held` are in use."""
    first = change(xml(before), wanted, UNITS, PATH, **more)
    exists = {path: any(path.startswith(f"{directory}/") for directory in held) for path in first["exists"]}
    return change(xml(before), wanted, UNITS, PATH, exists, **more)["faults"]


@pytest.mark.parametrize("text", [None, "", "<configuration>", "no file of Hadoop's"])
def test_a_host_without_settings_has_nothing_to_lose(text):
    assert read_site(text) == {}
    assert change(text, HA, UNITS, PATH) == {"exists": [], "units": [], "faults": [], "due": False}


@pytest.mark.parametrize("site", [SINGLE, HA])
def test_the_same_settings_need_no_look(site):
    assert not change(xml(site), {**site, "dfs.replication": 2}, UNITS, PATH)["due"]


def test_one_namenode_may_become_several():
    assert not change(xml(SINGLE), HA, UNITS, PATH)["due"]


def test_several_namenodes_do_not_become_one():
    (sentence,) = judged(HA, SINGLE)
    assert "fill hdfs_namenode and hdfs_journalnode again" in sentence and "-saveNamespace" in sentence and f"remove {PATH}" in sentence


@pytest.mark.parametrize("key, value, held, words", [
    ("dfs.namenode.name.dir", "file:///new", ["/name"], "move /name to /new and run again, or set hdfs_name_dirs back."),
    ("dfs.namenode.name.dir", "file:///new", ["/name", "/new"], None),
    ("dfs.namenode.name.dir", "file:///new", [], None),
    ("dfs.namenode.name.dir", "file:///name,file:///new", ["/name"], None),
    ("dfs.journalnode.edits.dir", "/new", ["/journal"], "stop hdfs-journalnode.service on this host, move /journal to /new and run again"),
    ("dfs.journalnode.edits.dir", "/new", ["/new"], None),
    ("dfs.datanode.data.dir", "file:///c,file:///d", ["/a", "/b"], "move /a and /b to /c and /d and run again, or set hdfs_data_dirs back, or rename"),
    ("dfs.datanode.data.dir", "file:///c,file:///d", ["/c", "/d"], None),
    ("dfs.datanode.data.dir", "[SSD]file:///c,/d", ["/a", "/b", "/c", "/d"], None),
    ("dfs.datanode.data.dir", "file:///a,file:///c", ["/a", "/b"], "has /b in dfs.datanode.data.dir, which is in use, and the inventory wants /a and /c"),
    ("dfs.datanode.data.dir", "file:///a", ["/a", "/b"], "empty /b and run again"),
    ("dfs.datanode.data.dir", "file:///a", ["/a"], None),
    ("dfs.datanode.data.dir", "/a,[DISK]/b,/c", ["/a", "/b"], None),
])
def test_directories_in_use_are_not_left_behind(key, value, held, words):
    sentences = judged(HA, {**HA, key: value}, held)
    assert [words in sentence for sentence in sentences] == ([True] if words else [])


def test_directories_of_others_are_no_matter():
    assert not change(xml(HA), {**HA, "dfs.namenode.name.dir": "/new"}, ["hdfs-datanode.service"], PATH)["due"]


def moved(site, variable, port):
    keys = {"hdfs_rpc_port": "rpc-address", "hdfs_http_port": "http-address", "hdfs_journal_rpc_port": "journalnode.rpc-address"}
    return {key: f"{str(value).rpartition(':')[0]}:{port}" if keys[variable] in key else value for key, value in site.items()}


@pytest.mark.parametrize("site, variable, was", [
    (SINGLE, "hdfs_rpc_port", 8020), (SINGLE, "hdfs_http_port", 9870), (HA, "hdfs_http_port", 9870), (HA, "hdfs_journal_rpc_port", 8485)])
def test_ports_change_only_while_nothing_runs(site, variable, was):
    wanted = moved({**site, "dfs.journalnode.rpc-address": "0.0.0.0:8485"} if site is HA else site, variable, 7000)
    asked = change(xml(site), wanted, UNITS, PATH)
    assert asked["units"] == UNITS and asked["due"] and asked["faults"] == []
    (sentence,) = judged(site, wanted, running=["hdfs-datanode.service"])
    assert f"cannot change {variable} from {was} to 7000: set it back, or stop the units of HDFS on all hosts, and run again" in sentence
    assert "without --limit" in judged(site, wanted, partial=True)[0]


def test_the_election_is_forgotten_with_the_address_of_who_won_it():
    wanted = {key: str(value).replace(":8020", ":7000") for key, value in HA.items()}
    assert "on all hosts, run `hdfs zkfc -formatZK -force`" in judged(HA, wanted, running=UNITS)[0]
    assert judged(HA, {**HA, "dfs.ha.zkfc.port": 8018}, running=UNITS)[0].startswith("A running HDFS cannot change hdfs_zkfc_port from 8019 to 8018")


KERBERIZED = {**HA, "dfs.namenode.kerberos.principal": "hdfs/_HOST@X", "dfs.http.policy": "HTTPS_ONLY"}


@pytest.mark.parametrize("before, wanted, words", [(HA, KERBERIZED, "from simple to kerberos"), (KERBERIZED, HA, "from kerberos to simple")])
def test_how_clients_are_let_in_changes_for_all_at_once_and_only_when_hdfs_may_stop(before, wanted, words):
    asked = change(xml(before), wanted, UNITS, PATH)
    assert asked["units"] == UNITS and asked["due"] and asked["faults"] == []
    (sentence,) = judged(before, wanted, running=UNITS)
    assert words in sentence and "with security_allow_stop set to true, and without --limit" in sentence
    assert judged(before, wanted, running=UNITS, allow_stop=True) == judged(before, wanted) == []
    assert "run without --limit" in judged(before, wanted, running=UNITS, allow_stop=True, partial=True)[0]


@pytest.mark.parametrize("texts, kerberized, turning", [
    ({"n1": xml(HA), "n2": xml(HA)}, True, True), ({"n1": xml(HA), "n2": xml(KERBERIZED)}, True, True), ({"n1": xml(HA), "n2": xml(KERBERIZED)}, False, True),
    ({"n1": xml(KERBERIZED), "n2": None}, True, False), ({"n1": xml(HA), "n2": ""}, False, False), ({"n1": None}, True, False)])
def test_a_run_that_was_interrupted_goes_on_when_one_host_has_the_other_settings(texts, kerberized, turning):
    assert turns(texts, kerberized) is turning


def test_web_servers_of_an_hdfs_with_kerberos_are_asked_by_https():
    layout = dataclasses.replace(LAYOUT, datanodes=["n1", "n2"])
    named = {f"dfs.namenode.https-address.ns.n{number}": f"n{number}.x:9870" for number in (1, 2)}
    bare = {key: value for key, value in KERBERIZED.items() if "http-address" not in key}
    seen = {host: {**each, "contents": {**each["contents"], PATH: xml({**bare, **named, "dfs.datanode.hostname": ADDRESSES[host]})}}
            for host, each in looks().items()}
    assert departures(layout, seen, ADDRESSES, "/etc/hadoop")["endpoints"] == ["https://n1.x:9870", "https://n2.x:9870"]
    only = dataclasses.replace(LAYOUT, namenodes=["n1", "n3"])
    mine = {**seen, "n2": {**seen["n2"], "contents": {**seen["n2"]["contents"], PATH: xml({**bare, **named, "dfs.ha.namenode.id": "n2"})}}}
    (sentence,) = departures(only, mine, ADDRESSES, "/etc/hadoop", {**info(n1="In Service"), "active": "https://n2.x:9870"})["faults"]
    assert sentence.startswith("n2 leaves hdfs_namenode and its NameNode is the active one")


def look(host, listed=(), daemons=("journalnode", "namenode", "datanode"), **site):
    """What host_preflight sees of a member of the highly available HDFS."""
    own = {"dfs.datanode.hostname": ADDRESSES[host], **({"dfs.ha.namenode.id": host} if "namenode" in daemons else {})}
    return {
        "exists": {f"/etc/systemd/system/hdfs-{daemon}.service": daemon in daemons for daemon in ("journalnode", "namenode", "zkfc", "datanode")},
        "contents": {PATH: xml({**HA, **own, **site}), "/etc/hadoop/hosts.include": "".join(f"{line}\n" for line in listed)},
    }


def looks(listed=("10.0.0.1", "10.0.0.2", "10.0.0.3"), **others):
    found = {"n1": look("n1", listed), "n2": look("n2", listed), "n3": look("n3", daemons=("journalnode", "datanode"))}
    return {host: seen for host, seen in {**found, **others}.items() if seen}


def info(active="10.0.0.1", **states):
    nodes = [
        {"name": f"{ADDRESSES[host]}:9866", "address": f"{ADDRESSES[host]}:9866", "live": state != "dead", "admin_state": state}
        for host, state in states.items()]
    return {"active": f"http://{active}:9870" if active else None, "cluster": {"datanodes": {"nodes": nodes}} if active else None}


def leave(layout, seen, answer):
    due = departures(layout, seen, ADDRESSES, "/etc/hadoop")
    assert due["due"] and due["endpoints"] == ["10.0.0.1:9870", "10.0.0.2:9870"] and due["faults"] == []
    return departures(layout, seen, ADDRESSES, "/etc/hadoop", answer)["faults"]


def test_who_stays_is_not_asked_about():
    assert departures(LAYOUT, looks(), ADDRESSES, "/etc/hadoop") == {"endpoints": [], "faults": [], "due": False}
    bare = {host: {"exists": {}, "contents": {PATH: None}} for host in ADDRESSES}
    assert not departures(LAYOUT, bare, ADDRESSES, "/etc/hadoop")["due"]


@pytest.mark.parametrize("state, refused", [
    ("In Service", True), ("Decommission In Progress", True), ("Decommissioned", False), ("dead", False)])
@pytest.mark.parametrize("stays", [True, False])
def test_a_datanode_leaves_when_others_have_its_blocks(stays, state, refused):
    """Whether its host stays in HDFS for something else, or is in no group any more."""
    layout = dataclasses.replace(LAYOUT, datanodes=["n1", "n2"])
    faults = leave(layout, looks() if stays else looks(n3=None), info(n1="In Service", n2="In Service", n3=state))
    assert [sentence.startswith("10.0.0.3 would no longer be a DataNode") and "hdfs_decommission" in sentence for sentence in faults] == [True] * refused


def test_a_datanode_leaves_a_run_without_namenodes_no_sooner():
    layout = dataclasses.replace(LAYOUT, datanodes=["n1", "n2"])
    assert leave(layout, {"n3": looks()["n3"]}, info(n3="In Service"))


def test_nobody_leaves_an_hdfs_that_cannot_be_asked():
    (sentence,) = leave(dataclasses.replace(LAYOUT, datanodes=["n1", "n2"]), looks(), info(active=None))
    assert "no NameNode is active that could tell" in sentence


def test_a_datanode_under_another_address_has_not_left():
    renamed = {**ADDRESSES, "n3": "n3.example"}
    assert not departures(LAYOUT, looks(), renamed, "/etc/hadoop")["due"]


def test_what_a_former_namenode_once_listed_is_old():
    seen = looks(n3=look("n3", ["10.0.0.9"], daemons=("journalnode", "datanode")))
    assert not departures(LAYOUT, seen, ADDRESSES, "/etc/hadoop")["due"]


def test_an_active_namenode_hands_over_before_it_leaves():
    layout = dataclasses.replace(LAYOUT, namenodes=["n1", "n3"])
    (sentence,) = leave(layout, looks(), info("10.0.0.2"))
    assert sentence.startswith("n2 leaves hdfs_namenode and its NameNode is the active one: run `hdfs haadmin -failover n2 n1`")
    assert leave(layout, looks(), info("10.0.0.1")) == []


def test_the_only_namenode_does_not_leave():
    layout = dataclasses.replace(LAYOUT, namenodes=["n2"], journalnodes=[], datanodes=["n1", "n2"])
    seen = {"n1": {**looks()["n1"], "contents": {PATH: xml(SINGLE), "/etc/hadoop/hosts.include": "10.0.0.1\n10.0.0.2\n"}}}
    first = departures(layout, seen, ADDRESSES, "/etc/hadoop")
    assert first["endpoints"] == ["10.0.0.1:9870"] and first["due"]
    (sentence,) = departures(layout, seen, ADDRESSES, "/etc/hadoop", info("10.0.0.1"))["faults"]
    assert "n1 leaves hdfs_namenode and its NameNode is the only one: put it back" in sentence


@pytest.mark.parametrize("will", ["HTTP/n1@NEW.ORG", "HTTP/other@OLD.ORG"])
def test_another_realm_or_name_is_refused_in_words(will):
    """Daemons of the two would not let each other in, at whichever of them a rolling restart begins."""
    name, own = "dfs.namenode.kerberos.principal", "dfs.namenode.kerberos.internal.spnego.principal"
    before = xml({name: "hdfs/_HOST@OLD.ORG", own: "HTTP/n1@OLD.ORG"})
    stopped = change(before, {name: "hdfs/_HOST@NEW.ORG", own: will}, ["hdfs-namenode.service"], PATH)
    assert stopped["units"] == ["hdfs-namenode.service"] and stopped["due"] and stopped["faults"] == []
    for more in ({"running": ["hdfs-namenode.service"]}, {"partial": True}):
        (sentence,) = change(before, {name: "hdfs/_HOST@NEW.ORG", own: will}, [], PATH, allow_stop=True, **more)["faults"]
        assert f"are HTTP/n1@OLD.ORG, and they would become {will}" in sentence and "set hdfs_authentication to simple first" in sentence
    assert change(before, {name: "hdfs/_HOST@OLD.ORG", own: "HTTP/n1@OLD.ORG"}, [], PATH)["faults"] == []
