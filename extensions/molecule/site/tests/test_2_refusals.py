"""What one layer refuses ends site.yml before anything is changed on any host. What each refuses is in its own scenario and in units."""

from __future__ import annotations

from tests.scenario import in_groups, refused

ALL = ("--limit", "node1,node2,node3")


def test_unknown_host_in_a_group(site, operator):
    more = in_groups({"zookeeper": ["node9", "node8"]}, {
        "node9": {"ansible_host": "no-such-host.invalid", "zookeeper_id": 9}, "node8": {"ansible_host": "no-such-host-either.invalid", "zookeeper_id": 8}})
    refused(site("site", *ALL, inventory=[operator.inventory(), more]), "no-such-host")


def test_a_manager_without_its_hosts(site):
    refused(site("site", flink_cluster_manager="mesos"), "no host is in mesos_agent")


ARCHIVE = {"flink_version": "1.20.9", "flink_source": "archive", "flink_archive_checksum": "sha256:" + "0" * 64}


def test_bad_checksum(site, tmp_path):
    archive = tmp_path / "flink-1.20.9-bin-scala_2.12.tgz"
    archive.write_bytes(b"not what was promised")
    refused(site("flink", flink_archive_path=str(archive), **ARCHIVE), "0" * 64)


def test_teardown_wants_a_yes(site):
    refused(site("teardown"), "teardown_confirm=yes")
