# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one layer is told about another one follows the variables of that layer."""

from __future__ import annotations

import pytest

GROUPS = {"zookeeper": ["n1", "n2"], "hdfs_namenode": ["n1", "n2"], "mesos_master": ["n1"], "marathon": ["n1"]}
OTHER = {"zookeeper_client_port": 2182, "hdfs_nameservice": "prod", "hdfs_rpc_port": 9000, "hdfs_http_port": 9871}
ENSEMBLE = "192.0.2.1:2182,192.0.2.2:2182"


@pytest.mark.parametrize(
    "role, values",
    [
        ("hdfs", {"hdfs_zookeeper_quorum": ENSEMBLE}),
        ("marathon", {"marathon_zookeeper_url": f"zk://{ENSEMBLE}/marathon", "marathon_master_url": f"zk://{ENSEMBLE}/mesos"}),
        (
            "flink",
            {
                "flink_zookeeper_quorum": ENSEMBLE,
                "flink_mesos_master": f"zk://{ENSEMBLE}/mesos",
                "flink_hdfs_url": "hdfs://prod",
                "flink_jobs_namenodes": ["192.0.2.1:9871", "192.0.2.2:9871"],
            },
        ),
    ],
)
def test_ports_and_names_of_other_layers_are_the_ones_set_there(render, role, values):
    assert render(role, list(values), groups=GROUPS, **OTHER) == values


@pytest.mark.parametrize(("given", "address"), [
    ({}, "192.0.2.1"), ({"hdfs_authentication": "kerberos"}, "n1"),
    ({"hdfs_authentication": "kerberos", "kerberos_host": "n1.example"}, "n1.example")])
def test_hdfs_calls_its_own_host_as_others_do(render, given, address):
    found = render("hdfs", ["hdfs_address", "__hdfs_layout"], groups={"hdfs_namenode": ["n1"], "hdfs_datanode": ["n1"]}, **given)
    assert (found["hdfs_address"], found["__hdfs_layout"]["address"]) == (address, address)
