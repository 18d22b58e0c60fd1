# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is what in HDFS, where it is reached, and what the daemons of a host need."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.inventory import layout

DEFAULTS = yaml.safe_load((Path(__file__).resolve().parents[5] / "roles/hdfs/defaults/main.yml").read_text(encoding="utf-8"))
HOSTVARS = {f"n{number}": {"ansible_host": f"192.0.2.{number}"} for number in range(1, 6)} | {"rack-2.n9": {"ansible_host": "192.0.2.9"}}
ALL = ["n3", "n1", "n2"]
GROUPS = {"hdfs_namenode": ["n2", "n1"], "hdfs_journalnode": ALL, "hdfs_datanode": ALL}


def found(host="n1", groups=None, **options):
    return layout({**GROUPS, **(groups or {})}, HOSTVARS, host, {**DEFAULTS, **options})


def test_the_order_of_the_inventory_changes_nothing():
    turned = {name: list(reversed(members)) for name, members in GROUPS.items()}
    assert found(groups=turned) == found()


def test_several_namenodes_are_reached_by_a_name_service():
    known = found(groups={"hdfs_namenode": ["n1", "rack-2.n9"]})
    assert (known["url"], known["id_of"]) == ("hdfs://flink-hdfs", {"n1": "n1", "rack-2.n9": "rack_2_n9"})
    assert known["endpoints"] == ["192.0.2.1:9870", "192.0.2.9:9870"] and known["host_of_url"]["http://192.0.2.9:9870"] == "rack-2.n9"
    assert known["site"] == {
        "dfs.ha.namenodes.flink-hdfs": "n1,rack_2_n9",
        "dfs.client.failover.proxy.provider.flink-hdfs": "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider",
        "dfs.namenode.rpc-address.flink-hdfs.n1": "192.0.2.1:8020", "dfs.namenode.rpc-address.flink-hdfs.rack_2_n9": "192.0.2.9:8020",
        "dfs.namenode.http-address.flink-hdfs.n1": "192.0.2.1:9870", "dfs.namenode.http-address.flink-hdfs.rack_2_n9": "192.0.2.9:9870",
        "dfs.ha.namenode.id": "n1"}
    assert "dfs.ha.namenode.id" not in found(host="n3")["site"]


def test_with_kerberos_names_count_and_web_servers_are_reached_by_https():
    known = layout(GROUPS, {name: {**variables, "hdfs_authentication": "kerberos"} for name, variables in HOSTVARS.items()}, "n1",
                   {**DEFAULTS, "hdfs_authentication": "kerberos"})
    assert (known["address"], known["datanode_addresses"], known["scheme"]) == ("n1", ["n1", "n2", "n3"], "https")
    assert known["endpoints"] == ["https://n1:9870", "https://n2:9870"] and known["host_of_url"]["https://n2:9870"] == "n2"
    assert known["web_addresses"] == ["n1:9870", "n2:9870"] and known["site"]["dfs.namenode.https-address.flink-hdfs.n2"] == "n2:9870"
    assert not [key for key in known["site"] if "http-address" in key]


def test_one_namenode_is_reached_by_its_address_and_has_no_failover_controller():
    known = found(groups={"hdfs_namenode": ["n1"], "hdfs_journalnode": []}, hdfs_rpc_port="9000")
    assert (known["url"], known["site"], known["ha"], known["is_zkfc"]) == ("hdfs://192.0.2.1:9000", {}, False, False)
    assert known["units"] == ["hdfs-namenode.service", "hdfs-datanode.service"] and known["account"]["shell"] == "/usr/sbin/nologin"


def test_a_host_of_an_inventory_without_groups_is_an_hdfs_of_its_own():
    known = layout({"zookeeper": ["n1"], "hdfs_datanode": []}, HOSTVARS, "n4", DEFAULTS)
    assert (known["hosts"], known["url"], known["journalnodes"]) == (["n4"], "hdfs://192.0.2.4:8020", [])
    assert known["units"] == ["hdfs-namenode.service", "hdfs-datanode.service"]


def test_a_host_that_only_uses_hdfs_runs_nothing():
    known = found(host="n5")
    assert (known["address"], known["units"], known["state_dirs"], known["room"], known["url"]) == ("192.0.2.5", [], [], [], "hdfs://flink-hdfs")


def test_each_daemon_of_a_host_is_asked_and_each_of_its_directories_looked_at():
    known = found(groups={"hdfs_journalnode": ["n2", "n3", "n4"]}, hdfs_data_dirs=["[SSD]/disk1", "file:///disk2"])
    assert known["daemons"] == [
        {"unit": "hdfs-namenode.service", "address": "192.0.2.1:8020"}, {"unit": "hdfs-zkfc.service", "address": "192.0.2.1:8019"},
        {"unit": "hdfs-datanode.service", "address": "192.0.2.1:9867"}]
    assert [(place["path"], place["free_mb"]) for place in known["room"]] == [("/var/lib/hadoop/name", 512), ("/disk1", 1280), ("/disk2", 1280)]
    assert known["state_dirs"] == ["/var/lib/hadoop/name", "/disk1", "/disk2"]


def test_datanodes_that_leave_are_among_those_that_are_known():
    known = found(hdfs_decommission=["n3", "n2"])
    assert (known["excluded_addresses"], known["datanode_addresses"]) == (["192.0.2.2", "192.0.2.3"], ["192.0.2.1", "192.0.2.2", "192.0.2.3"])


def test_a_name_service_that_is_no_name_is_refused():
    with pytest.raises(InputError, match="must be a plain name"):
        found(hdfs_nameservice="a:b")
