# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import fnmatch

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.cluster import Layout, faults, plan, restart_steps, rosters_differ

HOSTS = ["n1", "n2", "n3"]
HA = Layout(
    namenodes=["n1", "n2"], journalnodes=HOSTS, datanodes=HOSTS, name_dirs=["/name"], data_dirs=["/data"], journal_dir="/journal",
    nameservice="ns")
SINGLE = dataclasses.replace(HA, namenodes=["n1"], journalnodes=[])
IMAGE_FILE = "/name/current/fsimage_0000000000000000042"
JOURNAL = ["/journal/ns/current/VERSION", "/journal/ns/current/edits_inprogress_0000000000000000001"]
NAMENODE = ["/name/current/VERSION", IMAGE_FILE, "/name/current/edits_0000000000000000001-0000000000000000042"]


def disk(*paths, contents=None):
    """What host_preflight would return for a host with these files."""
    exists = {mark: any(fnmatch.fnmatchcase(path, mark) for path in paths) for mark in HA.marks()}
    return {"exists": exists, "contents": contents or {path: None for path in HA.journal_identity()}}


def journal_disk(epoch, *more):
    return disk(*JOURNAL, *more, contents={"/journal/ns/current/last-promised-epoch": f"{epoch}\n", "/journal/ns/current/VERSION": "clusterID=x\n"})


def test_fresh_cluster_is_formatted_on_the_first_namenode():
    made = plan(HA, {host: disk() for host in HOSTS}, HOSTS)
    assert (made.format_on, made.bootstrap, made.force, made.faults, made.work) == ("n1", ["n2"], False, [], True)


def test_order_of_looks_does_not_matter():
    looks = {host: disk() for host in HOSTS}
    assert plan(HA, dict(reversed(list(looks.items()))), HOSTS[::-1]) == plan(HA, looks, HOSTS)


def test_running_cluster_needs_nothing():
    looks = {"n1": disk(*NAMENODE, *JOURNAL), "n2": disk(*NAMENODE, *JOURNAL), "n3": disk(*JOURNAL)}
    assert not plan(HA, looks, HOSTS).work


def test_datanode_alone_needs_nothing_and_nobody_is_looked_at():
    layout = dataclasses.replace(HA, datanodes=["n4"])
    assert not plan(layout, {"n4": disk()}, ["n4"]).work


@pytest.mark.parametrize("leftover", [
    {"n1": ["/name/current/VERSION"]},
    {"n1": ["/name/current/VERSION", "/name/current/seen_txid", "/name/current/fsimage.ckpt_0000000000000000000"]},
    {"n1": ["/name/current/VERSION", IMAGE_FILE + ".md5"]},
    {"n1": ["/name/current/VERSION", "/journal/ns/current/VERSION"], "n2": ["/journal/ns/current/VERSION"]},
])
def test_interrupted_format_is_done_again_by_force(leftover):
    made = plan(HA, {host: disk(*leftover.get(host, [])) for host in HOSTS}, HOSTS)
    assert (made.format_on, made.force, made.faults) == ("n1", True, [])


@pytest.mark.parametrize("data", [NAMENODE[1], NAMENODE[2], JOURNAL[1]])
@pytest.mark.parametrize("host", HOSTS[:2])
def test_never_formats_when_anybody_has_an_image_or_edits(host, data):
    looks = {name: disk(*([data] if name == host else [])) for name in HOSTS}
    made = plan(HA, looks, HOSTS)
    assert made.format_on is None


def test_edits_without_any_image_are_refused():
    made = plan(HA, {"n1": disk(), "n2": disk(), "n3": disk(*JOURNAL)}, HOSTS)
    assert "Nothing was formatted" in made.faults[0] and "n3" in made.faults[0]


def test_limit_on_an_unformatted_cluster_first_looks_then_refuses():
    seen = {"n1": disk()}
    assert plan(HA, seen, ["n1"]).look_at == ["n2", "n3"]
    made = plan(HA, {host: disk() for host in HOSTS}, ["n1"])
    assert made.format_on is None and made.faults == [
        "HDFS is not formatted yet, which needs all its hosts; n2, n3 is not in this run: run without --limit."]


def test_limit_to_a_replaced_standby_bootstraps_it():
    looks = {"n1": disk(*NAMENODE, *JOURNAL), "n2": disk(*JOURNAL), "n3": disk(*JOURNAL)}
    assert plan(HA, {"n2": looks["n2"]}, ["n2"]).look_at == ["n1", "n3"]
    made = plan(HA, looks, ["n2"])
    assert (made.bootstrap, made.faults, made.format_on) == (["n2"], [], None)


def test_replaced_first_namenode_bootstraps_from_the_second():
    looks = {"n1": disk(), "n2": disk(*NAMENODE, *JOURNAL), "n3": disk(*JOURNAL)}
    looks["n1"] = disk(*JOURNAL)
    made = plan(HA, looks, HOSTS)
    assert (made.bootstrap, made.format_on) == (["n1"], None)


def test_interrupted_bootstrap_is_done_again():
    looks = {"n1": disk(*NAMENODE, *JOURNAL), "n2": disk("/name/current/VERSION", *JOURNAL), "n3": disk(*JOURNAL)}
    assert plan(HA, looks, HOSTS).bootstrap == ["n2"]


def test_replaced_journalnode_gets_identity_and_highest_epoch():
    looks = {"n1": journal_disk(7, *NAMENODE), "n2": journal_disk(9, *NAMENODE), "n3": disk()}
    made = plan(HA, looks, HOSTS)
    assert made.journals == ["n3"]
    assert list(made.journal_files.items()) == [
        ("/journal/ns/current/last-promised-epoch", "9\n"), ("/journal/ns/current/VERSION", "clusterID=x\n")]


@pytest.mark.parametrize("epoch", ["\n", "", "x\n"])
def test_epoch_that_is_no_number_is_named(epoch):
    broken = journal_disk(7, *NAMENODE)
    broken["contents"]["/journal/ns/current/last-promised-epoch"] = epoch
    made = plan(HA, {"n1": broken, "n2": journal_disk(9, *NAMENODE), "n3": disk()}, HOSTS)
    assert (made.journals, made.journal_files) == ([], {})
    assert made.faults[0].startswith("/journal/ns/current/last-promised-epoch on n1 holds no number: restore it from a backup")


def test_identity_is_taken_from_a_journalnode_that_has_one():
    looks = {"n1": journal_disk(7, *NAMENODE), "n2": journal_disk(9, *NAMENODE), "n3": disk()}
    looks["n1"]["contents"]["/journal/ns/current/VERSION"] = "\n"
    assert plan(HA, looks, HOSTS).journal_files["/journal/ns/current/VERSION"] == "clusterID=x\n"
    looks["n2"]["contents"]["/journal/ns/current/VERSION"] = ""
    made = plan(HA, looks, HOSTS)
    assert (made.journals, made.faults) == (
        [], ["/journal/ns/current/VERSION is empty on n1, n2: restore /journal/ns on one of them from a backup."])


def test_journal_without_majority_is_refused():
    looks = {"n1": journal_disk(7, *NAMENODE), "n2": disk(*NAMENODE), "n3": disk()}
    made = plan(HA, looks, HOSTS)
    assert made.journals == [] and "no majority" in made.faults[0]


def test_one_namenode_becomes_highly_available_only_when_asked():
    looks = {"n1": disk(*NAMENODE), "n2": disk(), "n3": disk()}
    assert "hdfs_initialize_journals" in plan(HA, looks, HOSTS).faults[0]
    made = plan(HA, looks, HOSTS, initialize=True)
    assert (made.initialize_on, made.bootstrap, made.faults) == ("n1", ["n2"], [])


@pytest.mark.parametrize("formatted", [["n1"], ["n1", "n2"], HOSTS])
def test_interrupted_initialisation_is_done_again(formatted):
    looks = {host: disk(*(NAMENODE if host == "n1" else []), *(JOURNAL[:1] if host in formatted else [])) for host in HOSTS}
    made = plan(HA, looks, HOSTS, initialize=True)
    assert (made.initialize_on, made.force, made.journals, made.faults) == ("n1", True, [], [])
    done = {host: disk(*NAMENODE, *JOURNAL) for host in HOSTS}
    assert not plan(HA, done, HOSTS, initialize=True).work


def test_blocks_of_another_namespace_are_not_orphaned():
    looks = {"n1": disk(), "n2": disk(), "n3": disk("/data/current/VERSION")}
    made = plan(HA, looks, HOSTS)
    assert made.format_on is None and "n3 has blocks" in made.faults[0]


def test_single_namenode():
    assert plan(SINGLE, {"n1": disk()}, ["n1"]).format_on == "n1"
    assert not plan(SINGLE, {"n1": disk(*NAMENODE)}, ["n1"]).work
    assert plan(SINGLE, {"n1": disk(NAMENODE[2])}, ["n1"]).faults


@pytest.mark.parametrize("changes, words", [
    ({"journalnodes": ["n1"]}, "2 NameNodes need at least three JournalNodes, hdfs_journalnode has 1"),
    ({"journalnodes": ["n1", "n2", "n3", "n4"]}, "an even number"),
    ({"namenodes": ["n1"]}, "add a second host to hdfs_namenode"),
    ({"namenodes": []}, "hdfs_namenode is empty"),
    ({"datanodes": []}, "hdfs_datanode is empty"),
    ({"namenodes": ["a.b", "a-b"]}, "would have the same id"),
    ({"name_dirs": ["name"]}, "not absolute"),
    ({"data_dirs": ["[SSD]data"]}, "The directory 'data' is not absolute"),
    ({"data_dirs": ["[FLASH]/data"]}, "hdfs_data_dirs has [FLASH]/data: FLASH is no storage type, write one of ARCHIVE, DISK, NVDIMM,"),
    ({"data_dirs": ["/data", "[SSD]file:///data"]}, "hdfs_data_dirs has /data twice"),
])
def test_wrong_inventories(changes, words):
    layout = dataclasses.replace(HA, **changes)
    assert any(words in sentence for sentence in faults(layout, "n1", True, "zk:2181"))


def test_more_wrong_inventories():
    assert faults(HA, "n1", True, "zk:2181", replication=3) == []
    assert "none of the groups" in faults(HA, "n9", True, "zk:2181")[0]
    assert "needs ZooKeeper" in faults(HA, "n1", True, "")[0]
    assert "which is not in hdfs_datanode" in faults(HA, "n1", True, "zk:2181", ["n9"])[0]
    assert "too few for hdfs_replication 3" in faults(HA, "n1", True, "zk:2181", ["n3"], 3)[0]
    assert "hdfs_final_settings names dfs.x, which" in faults(HA, "n1", True, "zk:2181", final_without_value=["dfs.x"])[0]


def test_restart_order():
    names = ["hdfs-journalnode.service", "hdfs-namenode.service", "hdfs-zkfc.service", "hdfs-datanode.service"]
    units = {host: {name: {"stale": True} for name in names} for host in HOSTS}
    steps = restart_steps(HA, units, "n1")
    assert [(step["host"], [name[5:-8] for name in step["units"]], step["failover_to"]) for step in steps] == [
        ("n1", ["journalnode"], None), ("n2", ["journalnode"], None), ("n3", ["journalnode"], None),
        ("n2", ["namenode", "zkfc"], None),
        ("n1", ["datanode"], None), ("n2", ["datanode"], None), ("n3", ["datanode"], None),
        ("n1", ["namenode", "zkfc"], "n2")]
    assert restart_steps(HA, {"n3": {"hdfs-datanode.service": {"stale": False}}}, "n1") == []
    assert restart_steps(SINGLE, {"n1": {"hdfs-namenode.service": {"stale": True}}}, "n1")[0]["failover_to"] is None


def test_rosters():
    def node(name, state):
        return {"name": f"{name}:9866", "address": f"{name}:9866", "admin_state": state}

    members = ["10.0.0.1", "10.0.0.2"]
    nodes = [node(address, "In Service") for address in members]
    assert not rosters_differ(nodes, members, [])
    assert rosters_differ(nodes, members + ["10.0.0.3"], [])
    assert rosters_differ(nodes, ["10.0.0.1", "10.0.0.3"], [])
    assert rosters_differ(nodes, members, ["10.0.0.2"])
    for state in ("Decommission In Progress", "Decommissioned"):
        left = [nodes[0], node("10.0.0.2", state)]
        assert not rosters_differ(left, members, ["10.0.0.2"])
        assert rosters_differ(left, members, [])
