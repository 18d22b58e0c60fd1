# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.restart import PROCESSES, RULES, processes_reading, to_restart


@pytest.mark.parametrize(
    "key, processes",
    [
        ("historyserver.web.port", ["historyserver"]),
        ("env.java.opts.historyserver", ["historyserver"]),
        ("env.java.opts.client", ["client"]),
        ("env.java.default-opts.jobmanager", ["jobmanager"]),
        ("env.java.default-opts.all", ["jobmanager", "taskmanager", "historyserver", "client"]),
        ("env.java.opts.taskmanager", ["jobmanager", "taskmanager"]),
        ("env.java.opts", ["jobmanager", "taskmanager", "historyserver", "client"]),
        ("jobmanager.memory.process.size", ["jobmanager"]),
        ("jobmanager.rpc.address", ["jobmanager", "taskmanager", "client"]),
        ("taskmanager.memory.process.size", ["jobmanager", "taskmanager"]),
        ("high-availability.zookeeper.quorum", ["jobmanager", "taskmanager", "client"]),
        ("recovery.zookeeper.path.mesos-workers", ["jobmanager", "taskmanager", "client"]),
        ("rest.port", ["jobmanager", "client"]),
        ("execution.checkpointing.interval", ["jobmanager", "client"]),
        ("execution.checkpointing.dir", ["jobmanager", "taskmanager", "client"]),
        ("execution.state-recovery.from-local", ["jobmanager", "taskmanager", "client"]),
        ("pekko.ask.timeout", ["jobmanager", "taskmanager", "client"]),
        ("s3.endpoint", ["jobmanager", "taskmanager", "historyserver", "client"]),
        ("never.heard.of", ["jobmanager", "taskmanager", "historyserver", "client"]),
    ],
)
def test_who_restarts_for_a_key(key, processes):
    assert to_restart([key]) == processes


def test_several_keys_add_up_in_a_fixed_order():
    assert to_restart(["env.java.opts.client", "historyserver.web.port", "jobmanager.memory.process.size"]) == ["jobmanager", "historyserver", "client"]
    assert to_restart([]) == []


def test_no_rule_is_hidden_by_an_earlier_one():
    for prefix, processes in RULES:
        assert processes_reading(prefix) == processes, prefix
        assert set(processes) <= set(PROCESSES)
