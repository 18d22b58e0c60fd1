# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.plugin_utils.absence import absence_faults

GROUPS = {"zookeeper": ["n1", "n2", "n3"], "hdfs_namenode": ["n1", "n2"], "hdfs_datanode": ["n3", "n4", "n5"], "flink_taskmanager": ["n4", "n5"]}
SILENT = {"host_reach": {"unreachable": True, "msg": (
    'Task failed: Data could not be sent to remote host "10.0.0.4". Make sure this host can be reached over ssh: '
    "ssh: connect to host 10.0.0.4 port 22: No route to host")}}
BROKEN = {"host_reach": {"failed": True, "msg": "Task failed: sudo: a password is required"}}


@pytest.mark.parametrize(
    "hostvars, sentences",
    [
        pytest.param({"n4": SILENT}, [], id="a-worker"),
        pytest.param(
            {"n1": SILENT},
            ["n1 cannot be reached (ssh: connect to host 10.0.0.4 port 22: No route to host), and it is in zookeeper and hdfs_namenode: power it "
             "on or mend its network, or leave it out with --limit '!n1'."],
            id="a-member"),
        pytest.param(
            {"n4": BROKEN},
            ["n4 answers, and nothing can be done on it (sudo: a password is required): mend that, or leave it out with --limit '!n4'."],
            id="a-worker-without-rights"),
        pytest.param(
            {"n4": SILENT, "n5": SILENT},
            ["None of flink_taskmanager can be reached (n4, n5): power them on or mend their network."], id="all-workers"),
    ],
)
def test_a_run_does_without_workers_and_not_without_a_member_of_a_quorum(hostvars, sentences):
    assert absence_faults(list(hostvars), GROUPS, hostvars) == sentences
