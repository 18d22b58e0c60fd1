# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink in ZooKeeper by TLS and as a user: what is refused beforehand, and when all processes change in one run."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.preflight import preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import LOOKED_FOR, MESOS, STANDALONE, ZOOKEEPER_LOOK, asked, faults

GROUPS = {**STANDALONE, "zookeeper": ["n1"]}
SECURE = {"flink_zookeeper_tls": True, "flink_zookeeper_password": "horse", "flink_version": "1.20.5"}
CLOSED = {"n1": {"zookeeper_tls": True, "zookeeper_clients": "tls_only", "zookeeper_users": {"hdfs": "h"}}}


def test_a_standalone_flink_that_knows_tls_comes_by_it():
    assert faults(GROUPS, **SECURE) == faults(GROUPS, hosts=CLOSED, **SECURE) == ""
    assert "python3-pure-sasl" in preflight(asked(GROUPS, **SECURE)).look["packages"]
    assert "python3-pure-sasl" not in preflight(asked(GROUPS, **{**SECURE, "flink_zookeeper_password": ""})).look["packages"]


@pytest.mark.parametrize(("given", "said"), [
    ({"flink_version": "1.12.5"}, "flink_zookeeper_tls is true, and the ZooKeeper client of Flink 1.12.5 knows no TLS, which that of 1.15"),
    ({"flink_settings": {"env.java.opts.jobmanager": "-Xss1m"}},
     "flink_settings has env.java.opts.jobmanager, which follows from flink_zookeeper_tls: use flink_jobmanager_java_options in its place"),
    ({"flink_settings": {"zookeeper.sasl.disable": True}}, "flink_settings has zookeeper.sasl.disable"),
    ({"flink_zookeeper_password": "s${user.home}"}, "flink_zookeeper_password has ${, which Java would take for a property; choose another one."),
    ({"flink_java_options": ["-Djava.security.auth.login.config=/x"]}, "flink_java_options has -Djava.security.auth.login.config, which flink_zookeeper_tls"),
])
def test_what_would_not_come_through(given, said):
    assert said in faults(GROUPS, **{**SECURE, **given})


@pytest.mark.parametrize(("given", "said"), [
    ({"flink_version": "1.12.5", "flink_zookeeper_tls": False}, "and Flink 1.12.5 calls ZooKeeper in clear, so it would end: set it to plain_too"),
    ({"flink_zookeeper_tls": False}, "zookeeper_clients is tls_only, and flink_zookeeper_tls is false: set it to true."),
    ({"flink_zookeeper_password": ""}, "zookeeper_clients is tls_only, and zookeeper_users has no flink"),
])
def test_who_would_be_shut_out(given, said):
    assert said in faults(GROUPS, hosts=CLOSED, **{**SECURE, **given})


def test_on_mesos_nothing_of_it_goes():
    mesos = {"flink_cluster_manager": "mesos", "flink_version": "1.12.5"}
    assert "flink_zookeeper_tls is true, and on Mesos all of flink-conf.yaml" in faults(MESOS, flink_zookeeper_tls=True, **mesos)
    assert "Flink on Mesos calls ZooKeeper in clear" in faults({**MESOS, "zookeeper": ["n1"]}, hosts=CLOSED, flink_zookeeper_tls=False, **mesos)


def after(known=True, closed="", groups=None, **given):
    """The verdict on what is seen of an earlier run, which has closed the tree for a user or has not."""
    exists = {**dict.fromkeys(LOOKED_FOR, False), ZOOKEEPER_LOOK["known"]: known, ZOOKEEPER_LOOK["agreed"]: bool(closed)}
    contents = {ZOOKEEPER_LOOK["agreed"]: f"# What the processes of flink write.\n{closed}\n" if closed else None}
    verdict = preflight(asked(groups or GROUPS, **{**SECURE, **given}))
    assert set(verdict.look["read"]) == set(contents)
    return verdict.after({"exists": exists, "contents": contents}).faults


def test_the_tree_closes_and_opens_for_all_processes_or_for_none():
    assert after(outside=["n2"]) == [
        "flink_zookeeper_acl would close what flink keeps in ZooKeeper, and n2, which read or write it, would keep what they have, as they are not in "
        "this run: run without --limit."]
    assert "would open what flink keeps" in after(closed="flink", flink_zookeeper_acl="open", outside=["n2"])[0]
    assert after() == after(known=False, outside=["n2"]) == after(closed="flink", outside=["n2"]) == after(closed="flink", flink_zookeeper_acl="open") == []


def test_who_has_the_command_alone_comes_with_the_processes():
    groups = {**GROUPS, "flink_client": ["n4"]}
    assert ", and n4, which read or write it," in after(groups=groups, callers=["n4"])[0]
    assert "would be nobody in ZooKeeper" in after(groups=groups, host="n4", closed="flink", flink_zookeeper_tls=False)[0]
    assert after(groups=groups, host="n4") == []


def test_another_user_comes_after_the_former_one_has_opened_the_tree():
    new = {"flink_zookeeper_user": "stream"}
    sentence = (
        "flink would be stream in ZooKeeper, where it has closed what it keeps to all but flink: run once with flink_zookeeper_user set to flink and "
        "flink_zookeeper_acl to open, while ZooKeeper has both users, and once more with stream.")
    assert after(closed="flink", **new) == after(closed="flink", flink_zookeeper_acl="open", **new) == [sentence]
    assert after(**new) == after(closed="stream", **new) == []


def test_who_looks_after_jobs_has_a_certificate():
    groups = {**GROUPS, "flink_client": ["n4"], "monitoring": ["n5"]}
    assert (
        "flink_jobs_host is n5, which gets no certificate that flink_zookeeper_tls asks of who calls ZooKeeper: name a host of the cluster or of the "
        "group flink_client") in faults(groups, flink_jobs_host="n5", **SECURE)
    assert faults(groups, flink_jobs_host="n4", **SECURE) == faults(groups, flink_jobs_host="n5", flink_version="1.20.5") == ""


@pytest.mark.parametrize("given", [{"flink_zookeeper_tls": False}, {"flink_zookeeper_password": ""}])
def test_who_has_closed_it_opens_it_before_being_nobody(given):
    assert "run once with flink_zookeeper_acl set to open" in after(closed="flink", **given)[0] and after(**given) == []
