"""Input that cannot work ends with one clear sentence, and nothing is changed on any host."""

from __future__ import annotations

import pytest

from tests.scenario import in_groups, refused

ALL = ("--limit", "node1,node2,node3")


def test_unknown_host_in_a_group(site, operator):
    more = in_groups({"zookeeper": ["node9", "node8"]}, {
        "node9": {"ansible_host": "no-such-host.invalid", "zookeeper_id": 9}, "node8": {"ansible_host": "no-such-host-either.invalid", "zookeeper_id": 8}})
    refused(site("site", *ALL, inventory=[operator.inventory(), more]), "no-such-host")


def test_even_quorum(site, operator, fleet):
    more = in_groups({"zookeeper": ["node4"]}, {"node4": {"ansible_host": fleet.hosts()[0].gateway, "zookeeper_id": 4}})
    refused(site("site", *ALL, inventory=[operator.inventory(), more]), "an even ensemble survives no more failures")


def test_id_changed_on_a_running_member(site):
    # An extra variable is that of all hosts: only the first one's differs from the inventory.
    ids = "{{ 7 if inventory_hostname == 'node1' else inventory_hostname[-1] | int }}"
    refused(site("site", "--limit", "node1", zookeeper_id=ids),
            "myid says that this host is member 1, the inventory says 7: a running member is never renumbered")


@pytest.mark.parametrize(("variables", "sentence"), [
    ({"flink_cluster_manager": "mesos"}, "no host is in mesos_agent"),
    ({"java_source": "existing", "java_home": "/nowhere"}, "/nowhere"),
    ({"flink_settings": {"taskmanager.numberOfTaskSlotz": 2}}, "taskmanager.numberOfTaskSlots"),
], ids=["no-mesos", "java-missing", "misspelt-key"])
def test_bad_variables(site, variables, sentence):
    refused(site("site", **variables), sentence)


ARCHIVE = {"flink_version": "1.12.7", "flink_source": "archive", "flink_archive_checksum": "sha256:" + "0" * 64}


def test_unreachable_mirror(site):
    refused(site("flink", flink_archive_url="http://127.0.0.1:9/flink-1.12.7.tgz", **ARCHIVE), "127.0.0.1:9")


def test_bad_checksum(site, tmp_path):
    archive = tmp_path / "flink-1.12.7-bin-scala_2.11.tgz"
    archive.write_bytes(b"not what was promised")
    refused(site("flink", flink_archive_path=str(archive), **ARCHIVE), "0" * 64)


def test_full_disk(site):
    refused(site("zookeeper", zookeeper_free_mb=99999999), "/var/lib/zookeeper/data has ", " MB free and needs 99999999 MB; free some space")


def test_teardown_wants_a_yes(site):
    refused(site("teardown"), "teardown_confirm=yes")
