# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real JobManagers of 1.20.5, with the ZooKeeper client that the role lays over it, and a ZooKeeper that is away for longer than a session."""

from __future__ import annotations

import time
from pathlib import Path

from tests.integration.flink_job.ha_cluster import JOBMANAGERS, HaCluster
from tests.integration.loopback import wait_for_servers
from tests.integration.zookeeper import ensemble

#: Seconds; the session of the cluster has 4. A ZooKeeper that comes back gives the sessions that it finds on its disk as long again.
AWAY = 9
#: What a second JobManager has time for to take the lead, once the znodes of the former sessions are gone; it was seen to within one.
SETTLED = 3


def test_one_jobmanager_leads_after_zookeeper_was_away(tmp_path: Path) -> None:
    ensemble.install()
    with ensemble.Ensemble(tmp_path / "zookeeper", size=1) as zookeeper:
        (tmp_path / "flink").mkdir()
        cluster = HaCluster(tmp_path / "flink", zookeeper.servers, "1.20.5")
        try:
            for name in JOBMANAGERS:
                cluster.start_jobmanager(name)
            # A leader that has not yet published all notices only later that ZooKeeper is away, and keeps its session.
            wait_for_servers(
                lambda: len(cluster.candidates()) == 2 and cluster.published() == 3, "a leader and a standby", cluster.processes, cluster.log)
            former = cluster.candidates()

            zookeeper.kill(1)
            time.sleep(AWAY)
            zookeeper.start(1)

            def anew() -> bool:
                found = cluster.candidates()
                return bool(found and not found & former and cluster.leading())

            wait_for_servers(anew, "a new election", cluster.processes, cluster.log)
            time.sleep(SETTLED)
            leading = cluster.leading()
            assert len(leading) == 1 and leading == [cluster.leader()], f"{leading} lead, and {len(cluster.candidates())} are in the election"
        finally:
            cluster.stop()
