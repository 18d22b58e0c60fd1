# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real JobManagers of 1.20.5, with the ZooKeeper client that the role lays over it, and a ZooKeeper that is away for longer than a session.

It takes TLS and users alone, who keep to themselves what they write.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.path import Wanted, make_present
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import WORLD, session

from tests.integration.flink_job.ha_cluster import JOBMANAGERS, HaCluster
from tests.integration.loopback import wait_for_servers
from tests.integration.zookeeper.secure import secure_zookeeper

#: Seconds; the session of the cluster has 4. A ZooKeeper that comes back gives the sessions that it finds on its disk as long again.
AWAY = 9
ROOT, OTHER = "/flink", "/flink/other"
LED = "/flink/default/leader/dispatcher/connection_info"


def test_one_jobmanager_leads_after_zookeeper_was_away(tmp_path: Path) -> None:
    with secure_zookeeper(tmp_path / "zookeeper", "flink", "hdfs") as server:
        (tmp_path / "flink").mkdir()
        flink, hdfs = server.client("flink", tmp_path, "org.apache.flink.shaded.zookeeper3."), server.client("hdfs", tmp_path)
        cluster = HaCluster(tmp_path / "flink", server.member.servers, "1.20.5", login=flink)

        def told(what: str) -> str:
            return f"{cluster.leading()} lead, {len(cluster.candidates())} are in the election: {cluster.log(what)}"

        try:
            for name in JOBMANAGERS:
                cluster.start_jobmanager(name)
            # A leader that has not made all known yet notices only later that ZooKeeper is away, and keeps its session.
            wait_for_servers(
                lambda: len(cluster.candidates()) == 2 and cluster.elected(), "a leader and a standby", cluster.processes, cluster.log, 180)
            former = set(cluster.candidates())
            with pytest.raises(ZooKeeperError, match=LED), session(server.options(hdfs)) as connection:
                connection.read(LED)
            with session(server.options(flink)) as connection:
                node = connection.read(LED)
                root = connection.read(ROOT)
            assert node is not None and {entry.scheme for entry in node.acl} == {"sasl", "x509"}
            # Flink makes the root so too, and the role opens it, or no other user could begin a cluster there.
            assert root is not None and root.acl == node.acl
            with pytest.raises(ZooKeeperError, match=ROOT), session(server.options(hdfs)) as connection:
                connection.create(OTHER, b"", WORLD)
            with session(server.options(flink)) as connection:
                assert make_present(connection, Wanted(ROOT, acl=WORLD), False).acl_changed == [ROOT]
            with session(server.options(hdfs)) as connection:
                connection.create(OTHER, b"", WORLD)
                assert connection.read(ROOT) is not None

            server.member.kill(1)
            time.sleep(AWAY)
            server.start()

            # A second leader, too, leads only when the znodes of the former sessions are gone.
            wait_for_servers(
                lambda: former.isdisjoint(cluster.candidates()) and cluster.elected(), "a new election", cluster.processes, told, 120)
            assert cluster.leading() == [cluster.leader()]
        finally:
            cluster.stop()
