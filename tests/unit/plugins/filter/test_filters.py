# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles and users get out of the inventory groups."""

from __future__ import annotations

import random

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.baremetal.flink.plugins.filter import hdfs, inventory, mesos, zookeeper

FILTERS = {}
for layer in (hdfs, inventory, mesos, zookeeper):
    FILTERS.update(layer.FilterModule().filters())

HOSTVARS = {
    "a": {"ansible_host": "10.0.0.1"},
    "b": {"ansible_host": "10.0.0.2", "zookeeper_address": "zk-b", "hdfs_address": "nn-b"},
    "c": {},
    "six": {"ansible_host": "fd00::6"},
    "twin": {"ansible_host": "10.0.0.1"},
    "empty": {"zookeeper_address": ""},
    "other": {"zookeeper_client_port": "2182", "hdfs_nameservice": "prod", "hdfs_rpc_port": 9000, "hdfs_http_port": 9871},
    "another": {"zookeeper_client_port": 2182, "hdfs_nameservice": "prod"},
}


def call(name, *args, **kwargs):
    return FILTERS[name](*args, **kwargs)


def test_an_address_is_the_layers_own_then_ansible_host_then_the_name():
    assert call("addresses", ["c", "b", "a"], HOSTVARS, "zookeeper_address") == ["c", "zk-b", "10.0.0.1"]
    assert call("addresses", [], HOSTVARS, "zookeeper_address") == []


def test_the_connect_string_does_not_depend_on_the_order_of_the_inventory():
    expected = "10.0.0.1:2181,c:2181,zk-b:2181/flink"
    for _attempt in range(6):
        hosts = random.sample(["a", "b", "c"], 3)
        assert call("zookeeper_connect", hosts, HOSTVARS, chroot="/flink") == expected


def test_port_chroot_and_ipv6_are_written_as_zookeeper_reads_them():
    assert call("zookeeper_connect", ["a"], HOSTVARS, port="2182", chroot="/") == "10.0.0.1:2182"
    assert call("zookeeper_connect", ["six"], HOSTVARS) == "[fd00::6]:2181"
    assert call("zookeeper_url", ["b", "a"], HOSTVARS, "/mesos") == "zk://10.0.0.1:2181,zk-b:2181/mesos"


def test_ports_and_name_service_are_those_of_the_hosts_unless_given():
    assert call("zookeeper_connect", ["other", "another"], HOSTVARS) == "another:2182,other:2182"
    assert call("zookeeper_connect", ["other"], HOSTVARS, 2183) == "other:2183"
    assert call("zookeeper_url", ["other"], HOSTVARS, "/mesos") == "zk://other:2182/mesos"
    assert call("hdfs_nameservice", {"hdfs_namenode": ["other", "another"]}, HOSTVARS) == "hdfs://prod"
    assert call("hdfs_nameservice", {"hdfs_namenode": ["other"]}, HOSTVARS) == "hdfs://other:9000"
    assert call("hdfs_namenodes", {"hdfs_namenode": ["other", "b"]}, HOSTVARS) == ["nn-b:9870", "other:9871"]
    assert call("hdfs_namenodes", {"hdfs_namenode": ["other"]}, HOSTVARS, 50070) == ["other:50070"]
    assert call("hdfs_namenodes", {}, HOSTVARS) == []


def test_an_hdfs_with_kerberos_goes_by_names():
    known = {name: {"hdfs_authentication": "kerberos", "ansible_host": f"10.0.0.{number}"} for number, name in enumerate(("k1", "k2"))}
    known["k1"]["kerberos_host"] = "k1.example"
    assert call("hdfs_namenodes", {"hdfs_namenode": ["k2", "k1"]}, known) == ["https://k1.example:9870", "https://k2:9870"]
    assert call("hdfs_nameservice", {"hdfs_namenode": ["k1"]}, known) == "hdfs://k1.example:8020"
    assert call("addresses", ["k1"], {"k1": {**known["k1"], "hdfs_address": "own.example"}}, "hdfs_address") == ["own.example"]
    assert call("addresses", ["k1", "k2"], known, "zookeeper_address") == ["10.0.0.0", "10.0.0.1"]


def test_the_variables_of_a_host_are_asked_for_once():
    asked = []

    class Hostvars(dict):
        def __getitem__(self, host):
            asked.append(host)
            return super().__getitem__(host)

    call("zookeeper_connect", ["a", "b", "c"], Hostvars(HOSTVARS))
    call("hdfs_nameservice", {"hdfs_namenode": ["c", "other"]}, Hostvars(HOSTVARS), nameservice="prod")
    assert asked == ["a", "b", "c", "c", "other"]


@pytest.mark.parametrize("size,quorum", [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)])
def test_the_mesos_quorum_is_a_majority(size, quorum):
    assert call("mesos_quorum", [f"m{number}" for number in range(size)]) == quorum


def test_a_pattern_names_the_groups_that_there_are_once():
    groups = {"hdfs_datanode": [], "hdfs_namenode": ["a"], "mesos_agent": ["c"], "flink_client": ["b"], "others": ["a"]}
    assert call("host_pattern", groups) == "hdfs_namenode:hdfs_datanode:mesos_agent:flink_client"
    assert call("host_pattern", groups, "flink", "hdfs") == "mesos_agent:flink_client:hdfs_namenode:hdfs_datanode"
    # Hosts whose Mesos is not of this inventory.
    assert call("host_pattern", {"flink_mesos": ["d"]}, "flink") == "flink_mesos"
    assert call("host_pattern", {}, "mesos") == "mesos_master:mesos_agent"


def test_who_could_not_be_reached_is_left_out_of_the_plays_that_follow():
    groups = {"hdfs_namenode": ["a"], "hdfs_datanode": ["a", "b", "fd00::6"], "mesos_agent": ["c"]}
    hostvars = {"a": {"verify_reached": True}, "b": {"verify_reached": False}, "fd00::6": {}, "c": {"verify_reached": False}}
    assert call("host_pattern", groups, "hdfs", hostvars=hostvars) == "hdfs_namenode,hdfs_datanode,!b"
    assert call("host_pattern", groups, "hdfs", hostvars={**hostvars, "b": {}}) == "hdfs_namenode:hdfs_datanode"
    assert call("host_pattern", groups, "hdfs", hostvars={}) == "hdfs_namenode:hdfs_datanode"


def test_who_has_nothing_to_do_is_left_out():
    groups = {"hdfs_namenode": ["a"], "hdfs_datanode": ["b", "c"]}
    hostvars = {"a": {"idle": True}, "b": {"idle": False}, "c": {}}
    assert call("host_pattern", groups, hostvars=hostvars, unless="idle") == "hdfs_namenode,hdfs_datanode,!a"
    assert call("host_pattern", groups, hostvars=hostvars) == "hdfs_namenode:hdfs_datanode"
    assert call("host_pattern", groups, hostvars={}, unless="idle") == "hdfs_namenode:hdfs_datanode"


def test_a_pattern_is_for_layers_of_the_platform():
    with pytest.raises(AnsibleFilterError, match="'yarn' is no layer of the platform; name some of kerberos, zookeeper, hdfs, mesos, marathon, flink"):
        call("host_pattern", {}, "hdfs", "yarn")


def test_hdfs_is_a_name_service_from_two_namenodes_on():
    assert call("hdfs_nameservice", {}, HOSTVARS) == ""
    assert call("hdfs_nameservice", {"hdfs_namenode": []}, HOSTVARS) == ""
    assert call("hdfs_nameservice", {"hdfs_namenode": ["b"]}, HOSTVARS, port=9000) == "hdfs://nn-b:9000"
    assert call("hdfs_nameservice", {"hdfs_namenode": ["a", "b"]}, HOSTVARS) == "hdfs://flink-hdfs"
    assert call("hdfs_nameservice", {"hdfs_namenode": ["a", "b"]}, HOSTVARS, nameservice="rack1") == "hdfs://rack1"


@pytest.mark.parametrize(
    "name,args,message",
    [
        ("addresses", (["a", "nobody"], HOSTVARS, "x"), "Host nobody is not in the inventory"),
        ("addresses", (["a", "a"], HOSTVARS, "x"), "Host a is listed twice"),
        ("addresses", (["a", "twin"], HOSTVARS, "zookeeper_address"), "Hosts a and twin both have the address 10.0.0.1"),
        ("addresses", (["empty"], HOSTVARS, "zookeeper_address"), "zookeeper_address of host empty is ''"),
        ("addresses", (["six"], HOSTVARS, "mesos_address"), "ansible_host of host six is fd00::6, an IPv6 address, and Mesos listens on IPv4 alone"),
        ("addresses", (["v6"], {"v6": {"flink_address": "[fe80::1%eth0]"}}, "flink_address"), "set flink_address to an IPv4 address of this host"),
        ("hdfs_nameservice", ({"hdfs_namenode": ["six"]}, HOSTVARS), "HDFS listens on IPv4 alone: set hdfs_address"),
        ("addresses", ("a,b", HOSTVARS, "x"), "A list of host names is needed"),
        ("zookeeper_connect", ([], HOSTVARS), "The ZooKeeper group is empty"),
        ("zookeeper_connect", (["a"], HOSTVARS, 0), "The port 0 must be a number from 1 to 65535"),
        ("zookeeper_connect", (["a"], HOSTVARS, 2181, "flink"), "must start with a slash"),
        ("zookeeper_url", (["a"], HOSTVARS, "/mesos/"), "not end with one"),
        ("zookeeper_connect", (["a", "other"], HOSTVARS), "zookeeper_client_port is 2181 on host a and 2182 on host other; set the same"),
        ("hdfs_nameservice", ({"hdfs_namenode": ["a", "other"]}, HOSTVARS), "hdfs_nameservice is flink-hdfs on host a and prod on host other"),
        ("mesos_quorum", ([],), "The Mesos master group is empty"),
        ("mesos_quorum", (["a", "b", "a"],), "Host a is listed twice"),
        ("hdfs_nameservice", ({"hdfs_namenode": ["a", "b"]}, HOSTVARS, "hdfs://x"), "must be a plain name"),
        ("hdfs_nameservice", ({"hdfs_namenode": ["a", "ghost"]}, HOSTVARS), "Host ghost is not in the inventory"),
    ],
)
def test_what_cannot_work_is_one_sentence(name, args, message):
    with pytest.raises(AnsibleFilterError) as raised:
        call(name, *args)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    # ansible-core 2.19 prints what an error was raised from as well, which is the same sentence.
    assert raised.value.__cause__ is None and raised.value.__suppress_context__
