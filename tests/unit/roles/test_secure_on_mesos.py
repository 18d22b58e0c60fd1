# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles make of security_profile where there are Mesos and Marathon: one set of passwords, known by all who need them, and by default none."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import make_secret, passwords_of
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1"], "mesos_agent": ["n1", "n2"], "marathon": ["n1", "n2"]}
PRINCIPALS = ("agent", "flink", "marathon", "operator")


@pytest.fixture
def place(tmp_path):
    return str(tmp_path / "ca")


def role(name, place, profile="secure", groups=None, **given):
    variables = {"security_profile": profile, "security_ca_dir": place, "security_ca_passphrase": "", "ansible_play_hosts_all": ["n1", "n2"],
                 "ansible_play_hosts": ["n1", "n2"], "ansible_play_batch": ["n1", "n2"]}
    if name == "flink":
        variables.update(flink_preflight={"java": {"major": 11}}, flink_cluster_manager="mesos")
    return RoleValues(name, groups or GROUPS, **{**variables, **given})


def test_all_roles_have_the_same_passwords(place):
    make_secret(place)
    made = {purpose: passwords_of(names, purpose, place) for purpose, names in {
        "mesos": PRINCIPALS, "marathon": ["operator"], "zookeeper": ["mesos", "marathon"]}.items()}
    every = [password for some in made.values() for password in some.values()]
    assert len(set(every)) == 7 and {len(password) for password in every} == {40}
    mesos, marathon, flink = (role(name, place) for name in ("mesos", "marathon", "flink"))
    assert mesos.value("mesos_credentials") == made["mesos"] and mesos.value("mesos_operator_principal") == "operator"
    assert marathon.value("marathon_secret") == made["mesos"]["marathon"]
    assert marathon.value("marathon_http_credentials") == f"operator:{made['marathon']['operator']}"
    assert [flink.value(f"flink_{name}") for name in ("mesos_principal", "mesos_secret", "mesos_username", "mesos_password")] == [
        "flink", made["mesos"]["flink"], "operator", made["mesos"]["operator"]]
    assert [flink.value(f"flink_marathon_{name}") for name in ("username", "password")] == ["operator", made["marathon"]["operator"]]
    assert f":{made['zookeeper']['mesos']}@" in mesos.value("__mesos_zookeeper")["url"]
    assert f":{made['zookeeper']['marathon']}@" in marathon.value("__marathon_zookeeper")["url"]
    assert "@" not in marathon.value("marathon_master_url") + flink.value("flink_mesos_master")


def test_what_agents_and_masters_are_told_to_allow(place):
    make_secret(place)
    for name in ("mesos_acls", "mesos_agent_acls"):
        assert role("mesos", place, flink_user="stream").value(name)["run_tasks"] == [
            {"principals": {"values": ["flink"]}, "users": {"values": ["stream"]}},
            {"principals": {"values": ["marathon"]}, "users": {"values": ["nobody", "stream"]}}]
    assert role("mesos", place, mesos_credentials={}).value("mesos_acls") == {}


def test_a_marathon_with_another_name_is_known_to_the_masters(place):
    make_secret(place)
    secret = passwords_of(["orchestra"], "mesos", place)["orchestra"]
    assert role("mesos", place, marathon_principal="orchestra").value("mesos_credentials")["orchestra"] == secret
    assert role("marathon", place, marathon_principal="orchestra").value("marathon_secret") == secret


def test_masters_of_somebody_else_are_told_nothing_that_is_made_here(place):
    make_secret(place)
    elsewhere = {"groups": {name: hosts for name, hosts in GROUPS.items() if name != "mesos_master"}}
    assert role("marathon", place, **elsewhere).value("marathon_secret") == ""
    assert role("flink", place, **elsewhere).value("flink_mesos_secret") == ""
    assert role("marathon", place, mesos_credentials={"marathon": "m"}, **elsewhere).value("marathon_secret") == "m"


def test_the_inventory_counts(place):
    make_secret(place)
    own = {"mesos_credentials": {"agent": "a", "marathon": "m"}, "marathon_http_credentials": "ops:p:w"}
    assert role("marathon", place, **own).value("marathon_secret") == "m"
    flink = role("flink", place, **own)
    assert [flink.value(f"flink_{name}") for name in ("mesos_principal", "mesos_secret", "marathon_username", "marathon_password")] == ["", "", "ops", "p:w"]


@pytest.mark.parametrize("profile", ["open", "guarded"])
def test_otherwise_there_are_none(place, profile):
    make_secret(place)
    mesos, marathon, flink = (role(name, place, profile) for name in ("mesos", "marathon", "flink"))
    assert [mesos.value(name) for name in ("mesos_credentials", "mesos_acls", "mesos_agent_acls", "mesos_operator_principal")] == [{}, {}, {}, ""]
    assert [marathon.value(name) for name in ("marathon_secret", "marathon_http_credentials")] == ["", ""]
    assert {flink.value(f"flink_{name}") for name in ("mesos_principal", "mesos_secret", "mesos_username", "marathon_username")} == {""}
    # What was closed with the login that was made can be opened.
    assert mesos.value("__mesos_zookeeper")["login"] is False and mesos.value("__mesos_zookeeper")["auth"]["username"] == "mesos"
    assert marathon.value("__marathon_zookeeper")["url"] == marathon.value("marathon_zookeeper_url")


def test_before_the_first_run_there_is_nothing_to_know(place):
    assert set(role("mesos", place).value("mesos_credentials").values()) == {"not-made-yet"}
    assert role("mesos", place, "guarded").value("__mesos_zookeeper")["auth"] == {}


@pytest.mark.parametrize(("profile", "given", "tls"), [
    ("secure", {}, True), ("guarded", {}, False), ("secure", {"marathon_tls": False}, False), ("guarded", {"marathon_tls": True}, True),
])  # fmt: skip
def test_marathon_speaks_https_to_all_that_call_it_or_to_none(place, profile, given, tls):
    make_secret(place)
    flags = {"marathon_preflight": {"flags": {}, "java_options": [], "own_ipv4": "192.0.2.1"}}
    marathon, flink = role("marathon", place, profile, **given, **flags), role("flink", place, profile, **given)
    urls = [f"{'https' if tls else 'http'}://192.0.2.{number}:8080" for number in (1, 2)]
    assert marathon.value("__marathon_urls") == urls and flink.value("flink_marathon_connection")["urls"] == urls
    assert marathon.value("__marathon_call").get("ca_path") == ("/etc/marathon/tls/trust.pem" if tls else None)
    assert flink.value("flink_marathon_connection").get("ca_path") == ("/etc/flink/marathon/trust.pem" if tls else None)
    assert flink.value("__flink_certificates_due") == (["marathon"] if tls else []) and flink.value("__flink_certificates_left") == []
    told = marathon.value("__marathon_variables")
    assert ("MARATHON_SSL_KEYSTORE_PASSWORD" in told, "javax.net.ssl.trustStore=" in told["JAVA_OPTS"]) == (tls, tls)
    # What an earlier run has brought goes once nobody reads it.
    seen = {"flink_preflight": {"java": {"major": 11}, "exists": {"/etc/flink/marathon/trust.pem": True}}}
    assert role("flink", place, profile, **given, **seen).value("__flink_certificates_left") == ([] if tls else ["marathon"])


def test_while_tls_is_turned_nobody_is_told_a_password_in_clear(place):
    make_secret(place)
    asked = role("marathon", place, marathon_http_credentials="ops:p").value("__marathon_asks_with")
    assert asked == {"http": {"url_username": "", "url_password": ""}, "https": {"url_username": "ops", "url_password": "p"}}
    back = role("marathon", place, "guarded", marathon_preflight={"certificate_left": True})
    made = passwords_of(["operator"], "marathon", place)["operator"]
    assert back.value("__marathon_asks_with")["https"] == {"url_username": "operator", "url_password": made}
    assert back.value("__marathon_asks_trusting") == "/etc/marathon/tls/trust.pem"
    # Without a certificate of the platform that has been there no password is said to whoever answers by https.
    assert role("marathon", place, "guarded", marathon_preflight={}).value("__marathon_asks_trusting") == ""


def test_zookeeper_takes_mesos_in_clear(place):
    assert role("zookeeper", place).value("zookeeper_clients") == "plain_too"
    assert RoleValues("zookeeper", {"zookeeper": ["n1"]}, security_profile="secure").value("zookeeper_clients") == "tls_only"
