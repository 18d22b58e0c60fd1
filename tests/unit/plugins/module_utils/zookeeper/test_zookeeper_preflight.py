# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of a member before anything is touched, and what is looked at on its host."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.preflight import packaged, preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

THREE = {"zookeeper": ["n1", "n2", "n3"]}
IDS = {f"n{number}": {"zookeeper_id": number} for number in (1, 2, 3)}
UBUNTU_22 = {"distribution": "Ubuntu", "distribution_major_version": "22"}
ROCKY = {"os_family": "RedHat", "distribution": "Rocky", "distribution_major_version": "9"}


def judged(groups=None, hosts=None, facts=None, **options):
    return preflight(inventory("zookeeper", THREE if groups is None else groups, hosts=IDS if hosts is None else hosts, facts=facts,
                               **{"zookeeper_address": "192.0.2.1", "zookeeper_parts": [], **options}))


def test_a_sound_ensemble_is_looked_at():
    verdict = judged(zookeeper_heap_mb="256", zookeeper_admin_port=8080, zookeeper_settings={"observerMasterPort": 2191},
                     zookeeper_data_dir="/data", zookeeper_data_log_dir="/log", __zookeeper_account={"name": "zk"})
    assert verdict.faults == [] and verdict.known == {"packaged": True}
    assert verdict.look == {
        "own_address": "192.0.2.1", "addresses": ["192.0.2.1", "192.0.2.2", "192.0.2.3"], "allow_loopback": False, "memory_mb": 384,
        "ports": [{"port": port, "unit": "zookeeper"} for port in (2181, 2888, 3888, 8080)],
        "packages": ["python3-kazoo", "libzookeeper-java", "libslf4j-java"],
        "java_home": "/opt/java", "java_versions": [8, 11, 17, 21], "account": {"name": "zk"},
        "disk": [{"path": "/data", "free_mb": 512}, {"path": "/log", "free_mb": 512}],
        "read": ["/data/myid", "/etc/zookeeper/zoo.cfg", "/run/zookeeper/zoo.cfg", "/etc/zookeeper/tls/certificate.pem"],
        "exists": ["/data/version-2/*", "/log/version-2/*"],
    }


def test_users_need_a_library_and_tls():
    users = {"flink": "horse"}
    assert "python3-pure-sasl" in judged(zookeeper_tls=True, zookeeper_users=users).look["packages"]
    assert judged(zookeeper_users=users).faults == [
        "zookeeper_users is set, and has no effect without TLS: set zookeeper_tls to true, or leave it out."
    ]


def test_a_host_outside_the_group_is_an_ensemble_of_its_own():
    verdict = judged(groups={"zookeeper": ["n2"]}, hosts={})
    assert verdict.faults == [] and verdict.look["allow_loopback"] and len(verdict.look["addresses"]) == 1


@pytest.mark.parametrize(("facts", "source", "expected"), [
    ({}, "auto", True), ({"distribution_major_version": "11"}, "auto", False), (UBUNTU_22, "auto", False),
    ({**UBUNTU_22, "distribution_major_version": "24"}, "auto", True), (ROCKY, "auto", False), ({}, "archive", False), (UBUNTU_22, "package", True),
])
def test_where_zookeeper_comes_from(facts, source, expected):
    assert packaged(inventory("zookeeper", THREE, hosts=IDS, facts=facts, zookeeper_source=source)) is expected


def test_everything_that_cannot_work_is_said_at_once():
    text = " ".join(judged(
        hosts={"n1": {"zookeeper_id": 1}}, groups={"zookeeper": ["n1", "n2"]}, facts=ROCKY, zookeeper_source="package", zookeeper_metrics_port=7000,
        zookeeper_environment={"JVMFLAGS": "-Xmx1g"}, zookeeper_java_options=["Xmx1g"], zookeeper_data_dir="/my disk",
        zookeeper_settings={"quorum": {"auth": True}}).faults)
    for sentence in (
        "zookeeper_id", "an even ensemble survives no more failures", "knows no ZooKeeper package for Rocky; set zookeeper_source to archive.",
        "zookeeper_metrics_port needs the metrics provider", "JVMFLAGS is the role's own: set zookeeper_java_options instead.",
        "Xmx1g is no option of a JVM", "zookeeper_data_dir is '/my disk'", "zookeeper_settings: quorum is a map",
    ):
        assert sentence in text
