# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hadoop's failover controller in a real ZooKeeper that takes TLS and users alone, with the options of the role's unit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import Acl, session

from tests import downloads
from tests.integration.hdfs.hdfs_cluster import LOG4J
from tests.integration.quick_java import QUICK
from tests.integration.zookeeper.secure import secure_zookeeper

SITE = {
    "fs.defaultFS": "hdfs://ns", "dfs.nameservices": "ns", "dfs.ha.namenodes.ns": "a,b", "dfs.ha.automatic-failover.enabled": "true",
    "dfs.namenode.rpc-address.ns.a": "127.0.0.1:1", "dfs.namenode.rpc-address.ns.b": "127.0.0.2:1", "dfs.ha.namenode.id": "a",
    "dfs.ha.fencing.methods": "shell(true)", "ha.zookeeper.session-timeout.ms": "10000",
}  # fmt: skip


def format_election(home: Path, options: list, acl: str) -> "subprocess.CompletedProcess[str]":
    """`hdfs zkfc -formatZK`, as the command of the role runs it."""
    hadoop, java = downloads.hadoop_home(), downloads.java_home(17, 11) / "bin" / "java"
    command = [str(java), "-Xmx96m", *QUICK, *options, "-cp", f"{home}:{hadoop}:{hadoop}/lib/*", "org.apache.hadoop.hdfs.tools.DFSZKFailoverController"]
    command += ["-D", f"ha.zookeeper.acl={acl}", "-formatZK", "-nonInteractive"]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_the_election_is_the_users_alone(tmp_path: Path) -> None:
    with secure_zookeeper(tmp_path / "zookeeper", "hdfs", "flink") as server:
        properties = {**SITE, "ha.zookeeper.quorum": server.member.servers[0]}
        lines = "".join(f"<property><name>{key}</name><value>{value}</value></property>" for key, value in properties.items())
        (tmp_path / "log4j.properties").write_text(LOG4J, encoding="ascii")
        (tmp_path / "hdfs-site.xml").write_text(f"<configuration>{lines}</configuration>", encoding="ascii")

        hdfs, flink = (server.client(name, tmp_path) for name in ("hdfs", "flink"))
        ran = format_election(tmp_path, hdfs["java_options"], "sasl:hdfs:rwcda")
        assert ran.returncode == 0, ran.stderr + server.member.logs()
        with session(server.options(hdfs)) as connection:
            node = connection.read("/hadoop-ha/ns")
        assert node is not None and node.acl == {Acl("sasl", "hdfs", 31)}
        with pytest.raises(ZooKeeperError, match="/hadoop-ha/ns"), session(server.options(flink)) as connection:
            connection.read("/hadoop-ha/ns")
