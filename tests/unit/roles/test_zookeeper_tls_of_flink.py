# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role makes of zookeeper_tls for Flink: settings, files, what units watch, and how modules ask."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import MANAGERS, NEWEST, SPANS, in_span, name_of
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import ROLES, RoleValues

GROUPS = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n1", "n2"], "zookeeper": ["n1"]}
VERSIONS = [f"{name_of(minor)}.0" for minor in range(NEWEST + 1) if in_span(minor, MANAGERS["standalone"])]
ABLE = [f"{name_of(minor)}.0" for minor in range(NEWEST + 1) if in_span(minor, SPANS["zookeeper_tls"]) and in_span(minor, MANAGERS["standalone"])]
AGREED = "/etc/flink/zookeeper-acl/agreed"
LOGIN = "-Djava.security.auth.login.config=/etc/flink/zookeeper-login.conf"


LEAVE = "baremetal.flink.flink_jobs_leave"


def tasks(name):
    return yaml.safe_load((ROLES / "flink" / "tasks" / name).read_text(encoding="utf-8"))


def role(groups=None, version="1.20.5", **given):
    variables = {"flink_cluster_manager": "standalone", "flink_version": version, "flink_source": "archive", "ansible_play_hosts": ["n1", "n2"],
                 "flink_preflight": {"java": {"major": 17}}, "ansible_play_hosts_all": ["n1", "n2"], "zookeeper_tls": True,
                 "zookeeper_users": {"flink": "horse"}, **given}
    return RoleValues("flink", GROUPS if groups is None else groups, **variables)


def test_versions_that_can_come_by_tls_of_their_own_accord():
    assert [version for version in VERSIONS if role(version=version).value("flink_zookeeper_tls")] == ABLE and ABLE[0] == "1.15.0"
    assert role(flink_cluster_manager="mesos", version="1.12.5").value("flink_zookeeper_tls") is False
    assert role(zookeeper_tls=False, zookeeper_users={}).value("flink_zookeeper_tls") is False


@pytest.mark.parametrize("version", ["1.15.4", "1.20.5", "2.3.0"])
def test_every_process_that_asks_has_what_it_takes(version):
    values = role(version=version)
    conf = values.flink_conf()
    for process in ("jobmanager", "taskmanager", "client"):
        assert LOGIN in conf.partition(f"env.java.opts.{process}:")[2].splitlines()[0] or LOGIN in str(values.value("flink_conf_settings"))
    settings = values.value("flink_conf_settings")
    for process in ("jobmanager", "taskmanager", "client"):
        options = settings[f"env.java.opts.{process}"]
        assert LOGIN in options and "-Dzookeeper.client.secure=true" in options
    assert settings["zookeeper.sasl.disable"] == "false" and "creator" in conf


def test_the_files_and_what_restarts_for_them():
    values = role()
    (login,) = [one for one in values.value("__flink_zookeeper_files") if one["path"].endswith("login.conf") and one["when"]]
    assert "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.auth.DigestLoginModule" in login["content"] and login["secret"] is True
    watched = values.value("flink_unit_of")["jobmanager"]["watch"]
    assert {AGREED, "/etc/flink/zookeeper-tls/keystore.pem", "/etc/flink/zookeeper-login.conf"} <= set(watched)
    assert AGREED not in values.value("flink_unit_of")["historyserver"]["watch"]
    assert [one["path"] for one in values.value("__flink_zookeeper_files") if one["when"]][-1] == AGREED


@pytest.mark.parametrize(("given", "closes", "acl"), [
    ({}, True, [{"scheme": "sasl", "id": "flink"}]),
    ({"flink_zookeeper_acl": "open"}, False, [{"scheme": "world"}]),
    ({"zookeeper_users": {"hdfs": "h"}}, False, [{"scheme": "world"}]),
    ({"flink_zookeeper_tls": False}, False, [{"scheme": "world"}]),
])
def test_who_may_read_what_flink_keeps(given, closes, acl):
    values = role(**given)
    assert values.value("__flink_zookeeper_closes") is closes and values.value("__flink_zookeeper_acl") == acl
    assert [one.get("state") for one in values.value("__flink_zookeeper_files") if one["path"] == AGREED and one["when"]] == [None if closes else "absent"]
    assert ("creator" in values.flink_conf()) is closes


def test_modules_ask_as_the_processes_do():
    found = role().value("flink_jobs_zookeeper")
    assert found["auth"] == {"scheme": "sasl", "username": "flink", "password": "horse"}
    assert found["tls"]["cert_file"] == "/etc/flink/zookeeper-tls/certificate.pem" and found["cluster_id"] == "/default"
    assert set(role(flink_zookeeper_tls=False).value("flink_jobs_zookeeper")) == {"hosts", "root", "cluster_id"}


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize(("certificate", "login"), [(False, False), (True, False), (True, True)])
def test_before_a_restart_modules_ask_as_the_host_was_left(asks, certificate, login):
    seen = {"java": {"major": 17}, "exists": {"/etc/flink/zookeeper-tls/certificate.pem": certificate, "/etc/flink/zookeeper-login.conf": login}}
    values = role(flink_preflight=seen, flink_zookeeper_tls=asks)
    found = values.value("__flink_jobs_zookeeper_before")
    assert ("tls" in found, "auth" in found) == (certificate, login) and found["cluster_id"] == "/default"
    assert not certificate or found["tls"]["ca_file"] == "/etc/flink/zookeeper-tls/trust.pem"
    assert ("tls" in values.value("flink_jobs_zookeeper")) is asks
    for name in ("other_version.yml", "leave.yml"):
        used = {task[LEAVE]["zookeeper"] for task in tasks(name) if LEAVE in task}
        assert used == {"{{ __flink_jobs_zookeeper_before }}"}


def test_a_host_for_jobs_that_is_not_in_the_run_has_what_the_others_have():
    given = {"flink_jobs_host": "n9", "flink_preflight": {"java": {"major": 17}}}
    assert {"tls", "auth"} <= set(role(**given).value("__flink_jobs_zookeeper_before"))
    assert role(flink_zookeeper_tls=False).value("__flink_jobs_zookeeper_before").keys() == {"hosts", "root", "cluster_id"}
    assert role({"flink_jobmanager": ["n1"]}, zookeeper_tls=False).value("__flink_jobs_zookeeper_before") == "__omitted__"


@pytest.mark.parametrize(("given", "seen", "asked"), [
    ({}, True, True), ({}, False, False), ({}, None, False), ({"flink_zookeeper_tls": False}, None, True),
])
def test_what_is_taken_off_is_asked_for_with_the_certificate_that_goes_last(given, seen, asked):
    session = "/etc/streams/zookeeper-tls/certificate.pem"
    found = {"exists": {session: seen}} if seen is not None else {"skipped": True}
    values = role(flink_teardown_seen=found, flink_job_cluster={"name": "words", "state": "absent", "remove_data": True}, flink_name="streams", **given)
    look, forget, say = tasks("teardown_data.yml")[:3]
    assert (values.value(forget["when"]), values.value(say["when"])) == (asked, not asked)
    assert values.value(look["when"]) is not bool(given)
    assert values.value(look["baremetal.flink.host_preflight"]["exists"][0][3:-3]) == ("" if given else session)
    called = {name: values.value(forget["baremetal.flink.zookeeper_path"][name][3:-3]) for name in ("path", "tls", "auth")}
    assert called["path"] == "/flink/words" and (called["auth"] == "__omitted__") is bool(given)
    assert called["tls"] == "__omitted__" if given else called["tls"]["cert_file"] == session
    # The tasks that take a cluster off come to it before they remove its certificate.
    names = [task.get("ansible.builtin.include_tasks") for task in tasks("teardown.yml")]
    last = len(names) - names[::-1].index("certificates.yml") - 1
    assert names.index("teardown_data.yml") < last
    assert values.value(tasks("teardown.yml")[last]["vars"]["__flink_certificates"][3:-3]) == ([] if given else ["zookeeper"])


@pytest.mark.parametrize(("node", "opened"), [
    ({"acl": [{"scheme": "sasl", "id": "flink"}, {"scheme": "x509", "id": "CN=n1"}]}, True),
    ({"acl": [{"scheme": "sasl", "id": "hdfs"}]}, False), ({"acl": [{"scheme": "world", "id": "anyone"}]}, False), ({"msg": "NoAuth"}, False),
])
def test_the_root_of_all_clusters_is_opened_where_flink_has_made_it_its_own(node, opened):
    see, make = tasks("zookeeper_acl.yml")[:2]
    values = role(flink_root_node=node)
    assert values.value(make["when"]) is opened and see["check_mode"] is True and "ZooKeeper denies access to" in see["failed_when"]
    given = make["baremetal.flink.zookeeper_path"]
    assert given["acl"] == [{"scheme": "world"}] and "recursive" not in given and values.value(given["path"][3:-3]) == "/flink"


def test_a_client_has_the_same_and_watches_nothing():
    client = role({"flink_client": ["n0"], **GROUPS})
    assert LOGIN in client.value("flink_conf_settings")["env.java.opts.client"] and client.value("__flink_zookeeper_watched") == []


@pytest.mark.parametrize("there", [True, False])
def test_a_layer_below_asks_by_what_the_processes_have(there):
    seen = {"exists": {"/etc/streams/zookeeper-tls/certificate.pem": there}}
    place = role(flink_asked_host=seen, ansible_play_hosts=["n1"], flink_name="streams").value("__flink_asked_place")
    assert ("tls" in place, "auth" in place) == (there, there)
    assert not there or place["tls"]["cert_file"] == "/etc/streams/zookeeper-tls/certificate.pem"


def test_a_layer_below_asks_as_the_user_of_the_host_that_it_asks_from():
    seen = {"exists": {"/etc/flink/zookeeper-tls/certificate.pem": True}}
    # The member's own variables know nothing of Flink.
    values = role({"zookeeper": ["n0"], "flink_jobmanager": ["n1"]}, flink_asked_host=seen, zookeeper_users={"flink": "horse", "stream": "cow"})
    assert values.value("__flink_asked_place")["auth"] == {"scheme": "sasl", "username": "flink", "password": "horse"}
    values.of("n1", flink_zookeeper_user="stream")
    assert values.value("__flink_asked_place")["auth"] == {"scheme": "sasl", "username": "stream", "password": "cow"}
    values.of("n1", flink_zookeeper_password="goat")
    assert values.value("__flink_asked_place")["auth"] == {"scheme": "sasl", "username": "stream", "password": "goat"}
    nobody = role(flink_asked_host=seen, zookeeper_users={}).value("__flink_asked_place")
    assert "tls" in nobody and "auth" not in nobody


def test_a_layer_below_asks_nobody_by_a_host_that_does_not_answer():
    assert set(role(flink_asked_host={"unreachable": True}).value("__flink_asked_place")) == {"hosts", "root"}
    assert set(role().value("__flink_asked_place")) == {"hosts", "root"}
