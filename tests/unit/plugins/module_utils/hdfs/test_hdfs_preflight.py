# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of a host of HDFS before anything is touched, and what is looked at on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.preflight import preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

ALL = ["n3", "n1", "n2"]
GROUPS = {"hdfs_namenode": ["n2", "n1"], "hdfs_journalnode": ALL, "hdfs_datanode": ALL}
ROCKY = {"os_family": "RedHat", "distribution": "Rocky", "distribution_major_version": "9"}
NATIVE = ["-Djava.library.path=/usr/lib/hadoop/lib/native"]
SHORT_CIRCUIT = {"dfs.client.read.shortcircuit": True, "dfs.domain.socket.path": "/var/lib/hadoop/dn_socket", "dfs.datanode.max.locked.memory": "64m"}


def asked(groups=None, host="n1", facts=None, hosts=None, settings=None, **options):
    given = {"hdfs_zookeeper_quorum": "192.0.2.1:2181", "hdfs_replication": 1, **options}
    found = inventory("hdfs", GROUPS if groups is None else groups, host, hosts, facts, **given)
    return replace(found, options={**found.options, "__hdfs_finals": settings or {}})


def judged(*args, **given):
    return preflight(asked(*args, **given))


@pytest.mark.parametrize(("options", "named"), [
    ({}, False), ({"hdfs_zookeeper_tls": True}, True), ({"hdfs_zookeeper_password": "horse"}, True)])
def test_whether_hdfs_is_somebody_for_zookeeper_is_known_from_then_on(options, named):
    known = asked(**options)
    assert preflight(known).known["named_in_zookeeper"] is named


def test_a_host_with_every_daemon_is_looked_at():
    verdict = judged(hdfs_data_dirs=["[SSD]/disk1", "[ARCHIVE]file:///disk2", "/disk3"])
    assert verdict.faults == [] and verdict.known["layout"]["daemons"] == [
        {"unit": "hdfs-journalnode.service", "address": "192.0.2.1:8485"}, {"unit": "hdfs-namenode.service", "address": "192.0.2.1:8020"},
        {"unit": "hdfs-zkfc.service", "address": "192.0.2.1:8019"}, {"unit": "hdfs-datanode.service", "address": "192.0.2.1:9867"}]
    look = {key: value for key, value in verdict.look.items() if key not in ("exists", "read")}
    assert look == {
        "layer": "HDFS", "own_address": "192.0.2.1", "addresses": ["192.0.2.1", "192.0.2.2", "192.0.2.3"], "allow_loopback": False,
        "memory_mb": 2496, "java_home": "/opt/java", "java_versions": [11, 17],
        "disk": [{"path": path, "free_mb": 2048} for path in ("/var/lib/hadoop/name", "/var/lib/hadoop/journal", "/disk1", "/disk2", "/disk3")],
        "ports": [
            {"port": 8020, "unit": "hdfs-namenode.service"}, {"port": 9870, "unit": "hdfs-namenode.service"}, {"port": 8019, "unit": "hdfs-zkfc.service"},
            {"port": 8485, "unit": "hdfs-journalnode.service"}, {"port": 8480, "unit": "hdfs-journalnode.service"},
            {"port": 9866, "unit": "hdfs-datanode.service"}, {"port": 9864, "unit": "hdfs-datanode.service"},
            {"port": 9867, "unit": "hdfs-datanode.service"}],
        "packages": ["python3-requests", "python3-kazoo", "openssh-client", "openssh-server"],
        "account": {"name": "hdfs", "home": "/var/lib/hadoop", "shell": "/bin/sh"}, "canonical": [],
    }
    assert {"/disk1/current/VERSION", "/var/lib/hadoop/journal/flink-hdfs/current/edits_*"} <= set(verdict.look["exists"])
    assert {"/var/lib/hadoop/.ssh/fence", "/etc/systemd/system/hdfs-zkfc.service"} <= set(verdict.look["exists"])
    assert {"/var/lib/hadoop/.ssh/fence.pub", "/etc/hadoop/hdfs-site.xml", "/etc/hadoop/hosts.include"} <= set(verdict.look["read"])
    assert "/var/lib/hadoop/journal/flink-hdfs/current/last-promised-epoch" in verdict.look["read"]


@pytest.mark.parametrize(("host", "serving", "electing"), [
    ("n1", ["hdfs-namenode.service", "hdfs-zkfc.service"], True),
    ("n1", ["hdfs-namenode.service"], False),
    ("n3", [], True),
])
def test_a_failover_controller_that_listens_has_its_place_for_the_election(host, serving, electing):
    assert judged(host=host).after({"serving": serving, "contents": {}}).known == {"electing": electing}


def shut_out(host="n1", unit="Main -D ha.zookeeper.acl=sasl:hdfs:rwcda\nSuccessExitStatus=143\n", **given):
    """The faults when a former run has written this unit of the failover controller."""
    verdict = judged(host=host, **given)
    path = "/etc/systemd/system/hdfs-zkfc.service"
    assert verdict.faults == [] and path in verdict.look["read"]
    return verdict.after({"serving": [], "contents": {path: unit}}).faults


@pytest.mark.parametrize(("given", "who"), [
    ({"hdfs_zookeeper_tls": True, "hdfs_zookeeper_password": ""}, "nobody"),
    ({"hdfs_zookeeper_tls": False, "hdfs_zookeeper_password": ""}, "nobody"),
    ({"hdfs_zookeeper_tls": True, "hdfs_zookeeper_user": "nn", "hdfs_zookeeper_password": "horse"}, "nn"),
    ({"hdfs_zookeeper_tls": False, "hdfs_zookeeper_user": "nn", "hdfs_zookeeper_password": "horse"}, "nn"),
])
def test_who_has_the_election_to_himself_opens_it_before_controllers_are_somebody_else(given, who):
    assert shut_out(**given) == [
        f"The failover controllers of HDFS would be {who} in ZooKeeper, where their election is for hdfs alone: run once with hdfs_zookeeper_tls set to "
        "false, hdfs_zookeeper_user to hdfs and zookeeper_clients to plain_too, while zookeeper_users has hdfs as before, which opens it, and then as you "
        "want it."]
    assert shut_out(unit=None, **given) == shut_out(unit="Main\n", **given) == shut_out(host="n3", **given) == []


@pytest.mark.parametrize("tls", [True, False])
def test_the_same_user_goes_on_or_opens_the_election(tls):
    assert shut_out(hdfs_zookeeper_tls=tls, hdfs_zookeeper_password="horse") == []


def test_a_host_without_a_namenode_needs_less():
    look = judged(host="n3", facts=ROCKY).look
    assert look["packages"] == ["python3-requests", "python3-kazoo"] and look["memory_mb"] == int((256 + 512) * 1.3)
    assert {port["unit"] for port in look["ports"]} == {"hdfs-journalnode.service", "hdfs-datanode.service"}
    assert "openssh-clients" in judged(facts=ROCKY).look["packages"]


def test_a_host_of_an_inventory_without_groups_is_an_hdfs_of_its_own():
    verdict = judged(groups={"zookeeper": ["n2"]}, hdfs_zookeeper_quorum="")
    assert verdict.faults == [] and verdict.look["allow_loopback"] and verdict.look["addresses"] == [verdict.look["own_address"]]
    assert {port["unit"] for port in verdict.look["ports"]} == {"hdfs-namenode.service", "hdfs-datanode.service"}


@pytest.mark.parametrize(("variable", "value", "said"), [
    ("hdfs_core_settings", {"hadoop.proxyuser.hue": {"hosts": "*"}}, "hdfs_core_settings: hadoop.proxyuser.hue is a map"),
    ("hdfs_site_settings", {"a": [{"b": 1}]}, "hdfs_site_settings: a is a list that has"),
    ("hdfs_zkfc_java_options", ["Xmx1g"], "hdfs_zkfc_java_options: Xmx1g is no option of a JVM"),
    ("hdfs_environment", {"HADOOP_OPTS": "-Xmx1g"}, "hdfs_environment: HADOOP_OPTS is the role's own: set hdfs_java_options instead."),
    ("hdfs_data_dirs", ["/my disk"], "hdfs_data_dirs is '/my disk', and units"),
    ("hdfs_site_settings", {"dfs.domain.socket.path": "/my disk/socket"}, "dfs.domain.socket.path of hdfs_site_settings is '/my disk/socket'"),
    ("hdfs_site_settings", {key: value for key, value in SHORT_CIRCUIT.items() if "locked" not in key}, "ends every DataNode without libhadoop.so"),
    ("hdfs_source", "archive", "hdfs_source is archive: set hdfs_archive_url or hdfs_archive_path, and hdfs_archive_checksum."),
    ("hdfs_final_settings", ["dfs.nothing"], "names dfs.nothing, which neither"),
])
def test_what_cannot_be_written_or_would_end_a_daemon_is_refused(variable, value, said):
    (fault,) = judged(**{variable: value}).faults
    assert fault.startswith("HDFS cannot be set up: ") and said in fault


def test_short_circuit_reads_are_taken_where_the_library_is():
    assert judged(hdfs_site_settings=SHORT_CIRCUIT, hdfs_datanode_java_options=NATIVE).faults == []


def test_settings_without_a_value_cannot_be_final():
    settings = {"dfs.replication": 3, "dfs.hosts": None}
    assert judged(hdfs_final_settings=["dfs.replication"], settings=settings).faults == []
    assert "dfs.hosts" in judged(hdfs_final_settings=["dfs.hosts"], settings=settings).faults[0]


def test_the_quorum_counts_only_for_several_namenodes():
    assert "Automatic failover needs ZooKeeper" in judged(hdfs_zookeeper_quorum="").faults[0]
    assert judged(groups={"hdfs_namenode": ["n1"], "hdfs_datanode": ["n1"]}, hdfs_zookeeper_quorum="").faults == []


def test_two_hosts_with_one_address_are_named():
    hosts = {"n1": {"hdfs_address": "192.0.2.9"}, "n2": {"hdfs_address": "192.0.2.9"}}
    with pytest.raises(InputError, match="Hosts n1 and n2 both have the address 192.0.2.9"):
        judged(hosts=hosts)
