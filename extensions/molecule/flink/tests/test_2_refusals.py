"""Input that cannot work ends with one clear sentence, and nothing is changed."""

from __future__ import annotations

import pytest

from tests.scenario import in_groups, refused

ALONE = "extensions/molecule/flink/flink_alone.yml"
WRONG = {
    "inventory": {
        "flink_source": ("archive", "set flink_archive_url or flink_archive_path, and flink_archive_checksum"),
        "flink_taskmanager_memory": ("900m", "taskmanager.memory.process.size is 900m, which is 49m too small"),
        "flink_jobmanager_memory": ("a lot", "write a whole number and a unit, for example 1728m"),
        "flink_parallelism": (3, "all TaskManagers together have 2 slots"),
        "flink_heartbeat_timeout_ms": (3000, "make it at least twice flink_heartbeat_interval_ms"),
        "flink_zookeeper_quorum": ("zk:2181", "choose 4000 to 40000"),
        "flink_zookeeper_session_ms": (60000, "flink_zookeeper_session_ms is 60000"),
        "flink_cluster_id": ("one", "begin them with /"),
        "flink_settings": ({"taskmanager.numberOfTaskSlotz": 2, "web.history": "1#2"}, "taskmanager.numberOfTaskSlots"),
    },
    "manager": {
        "flink_cluster_manager": ("mesos", "put it there, or set flink_cluster_manager to standalone"),
        "flink_version": ("1.20.5", "on mesos the role sets up 1.2 to 1.13: choose one of these, or set flink_cluster_manager to standalone"),
    },
    "host": {
        "flink_java_home": ("/nowhere", "/nowhere"),
        "flink_rest_port": (22, "port 22"),
        "flink_address": ("no-such-host.invalid", "no-such-host.invalid"),
        "flink_taskmanager_memory": ("9000g", "of memory"),
    },
}


@pytest.mark.parametrize("kind", WRONG)
def test_all_that_is_wrong_is_said_at_once(operator, kind):
    variables = {name: value for name, (value, _sentence) in WRONG[kind].items()}
    refused(operator.play("--limit", "node1", playbook=ALONE, **variables), *(sentence for _value, sentence in WRONG[kind].values()))


def test_groups_refused(operator):
    """The groups are of others, and what is run on is in none of them."""
    groups = {"flink_jobmanager": ["node2", "node3"], "flink_taskmanager": []}
    refused(
        operator.play("--limit", "node1", playbook=ALONE, inventory=[operator.inventory(), in_groups(groups)]),
        "2 JobManagers (node2, node3) need ZooKeeper", "which the 2 hosts do not share", "the group flink_taskmanager is empty",
        "neither in flink_jobmanager nor in flink_taskmanager")
