# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules an inventory makes. What they do to packets is in tests/integration/security."""

from __future__ import annotations

import random

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.listeners import Listener
from ansible_collections.baremetal.flink.plugins.module_utils.security import rules

GROUPS = {"all": ["n1", "n2", "n3", "x"], "zookeeper": ["n1", "n2"], "flink_client": ["n3"], "monitoring": ["x"]}
HOSTVARS = {
    "n1": {"ansible_host": "192.0.2.1", "flink_address": "10.0.0.1", "zookeeper_address": "[2001:db8::1]"},
    "n2": {"hdfs_address": "n2.storage"},
    "n3": {"ansible_host": "192.0.2.3", "mesos_address": "", "marathon_address": None},
    "x": {"ansible_host": "192.0.2.9"},
}
REST, RPC, TASKS = Listener("rest", 8081, 8081, True), Listener("rpc", 6123, 6124), Listener("tasks", 31000, 32000, True)


def who(platform=(), operators=(), clients=()):
    given = {rules.PLATFORM: platform, rules.OPERATORS: operators, rules.CLIENTS: clients}
    return {name: rules.networks("security_x", each) for name, each in given.items()}


def test_the_platform_is_every_address_of_the_members_of_its_groups():
    assert rules.platform_hosts(GROUPS) == ["n1", "n2", "n3"]
    found = rules.platform_names({host: HOSTVARS[host] for host in ("n2", "n3", "n1")})
    assert found == ["10.0.0.1", "192.0.2.1", "192.0.2.3", "2001:db8::1", "n2", "n2.storage"]


@pytest.mark.parametrize(("variables", "names"), [
    ({"zookeeper_address": "10.0.0.1", "flink_address": "10.1.0.1"}, ["10.0.0.1", "10.1.0.1"]),
    ({"zookeeper_address": "10.0.0.1"}, ["10.0.0.1", "alias"]),
    ({"zookeeper_address": "10.0.0.1", "flink_address": "10.1.0.1", "ansible_host": "192.0.2.1"}, ["10.0.0.1", "10.1.0.1", "192.0.2.1"]),
    ({"zookeeper_address": "10.0.0.1", "flink_address": "10.1.0.1", "ansible_host": "other-alias"}, ["10.0.0.1", "10.1.0.1"]),
])  # fmt: skip
def test_a_name_for_ssh_alone_need_not_be_known_to_the_hosts(variables, names):
    assert rules.platform_names({"alias": {"group_names": ["flink_jobmanager", "racks", "zookeeper"], **variables}}) == names


def test_neither_order_nor_limit_changes_a_rule():
    text = rules.rules([REST, RPC, TASKS], who(["192.0.2.1", "192.0.2.20", "2001:db8::1"], clients=["198.51.100.0/24", "203.0.113.7"]))
    for dummy in range(5):
        groups = {name: random.sample(hosts, len(hosts)) for name, hosts in GROUPS.items()}
        assert rules.platform_hosts(groups) == rules.platform_hosts(GROUPS)
        shuffled = random.sample([REST, RPC, TASKS], 3)
        assert rules.rules(shuffled, who(["2001:db8::1", "192.0.2.20", "192.0.2.1"], clients=["203.0.113.7", "198.51.100.0/24"])) == text


def test_the_file_replaces_its_table_and_knows_no_other():
    lines = rules.rules([REST, RPC], who(["192.0.2.1"], ["192.0.2.128/25"], ["2001:db8::/32"])).splitlines()
    assert [line for line in lines if "table" in line and not line.startswith("#")] == [
        "table inet baremetal_flink", "delete table inet baremetal_flink", "table inet baremetal_flink {"]
    assert lines[5:].count("\t\telements = { 6123-6124, 8081 }") == 1 and "\t\telements = { 8081 }" in lines
    chain = [line.strip() for line in lines[lines.index("\tchain arriving {"):]]
    assert chain == [
        "chain arriving {", "type filter hook prerouting priority mangle; policy accept;", "iif lo accept", "ct state established,related accept",
        "fib daddr type local tcp dport @ports jump guarded", "}", "", "chain guarded {", "ip saddr @platform4 accept", "ip saddr @operators4 accept",
        "tcp dport @client_ports ip6 saddr @clients6 accept", "counter reject with icmpx type admin-prohibited", "}", "}"]


def test_who_is_not_named_has_no_rule():
    text = rules.rules([RPC], who(["192.0.2.1"], clients=["198.51.100.0/24"]))
    assert "client" not in text and "operators" not in text and "ip6" not in text


@pytest.mark.parametrize(("given", "said"), [
    ("office", "security_clients has 'office', which is no address and no network: .* Host names are not looked up."),
    ("10.0.0.300", "security_clients has '10.0.0.300', which is no address"),
    ("10.0.0.7/24", "security_clients has 10.0.0.7/24, an address with the length of a network: write 10.0.0.0/24, or 10.0.0.7."),
    ("2001:db8::1/32", "write 2001:db8::/32, or 2001:db8::1."),
    ("", "security_clients has ''"),
])
def test_what_is_no_network_is_named(given, said):
    with pytest.raises(InputError, match=said):
        rules.networks("security_clients", ["192.0.2.1", given])


def test_networks_in_others_are_left_out():
    found = rules.networks("x", ["10.0.0.7", "10.0.0.0/24", "2001:db8::1", "10.0.0.0/25", "10.0.1.0/24", "2001:db8::/64"])
    assert [str(each) for each in found] == ["10.0.0.0/23", "2001:db8::/64"]


def test_names_stand_for_what_the_host_sees_but_for_loopback_and_links():
    resolved = {"n1": ["127.0.1.1", "192.0.2.1"], "n2": ["2001:db8::2", "fe80::2"]}
    assert [str(each) for each in rules.addresses_of(["n1", "n2", "::1", "192.0.2.3"], resolved)] == ["192.0.2.1/32", "192.0.2.3/32", "2001:db8::2/128"]


def test_a_port_of_ssh_is_never_one_of_the_platforms():
    wide = Listener("mesos_agent_ports", 20, 65535)
    assert rules.ssh_faults([REST, TASKS], {"ansible_port": 22}) == []
    assert rules.ssh_faults([REST, wide], {"ansible_port": "2222", "hdfs_fence_ssh_port": 22}) == [
        "mesos_agent_ports has port 2222 in it, which is that of ssh (ansible_port): choose other ports."]
