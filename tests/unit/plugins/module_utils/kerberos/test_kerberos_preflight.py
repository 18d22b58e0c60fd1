# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged before anything is touched, on each host and between them."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.database import DATABASE, STASH
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.kdcs import kerberos_endpoint, kerberos_kdcs
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.preflight import preflight
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.run import clock_faults, kerberos_faults

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

TWO = {"kdc": ["n1", "n2"], "zookeeper": ["n3"]}
ROCKY = {"os_family": "RedHat", "distribution": "Rocky", "distribution_major_version": "9"}


def judged(host="n1", groups=None, facts=None, **options):
    known = {"kerberos_realm": "EXAMPLE.ORG", "kerberos_host": host, **options}
    return preflight(inventory("kerberos", TWO if groups is None else groups, host=host, facts=facts, **known), clock=lambda: 1000.0)


def test_without_a_realm_there_is_nothing_to_do():
    verdict = judged(host="n3", groups={"zookeeper": ["n3"]}, kerberos_realm="")
    assert (verdict.faults, verdict.look, verdict.known) == ([], {}, {"due": False})
    assert judged(kerberos_realm="").faults == ["The group kdc has hosts, and kerberos_realm is empty: name the realm, such as EXAMPLE.ORG."]


def test_each_kdc_is_looked_at_for_its_part():
    look = judged().look
    assert look["packages"] == ["krb5-user", "krb5-kdc", "krb5-admin-server", "krb5-kpropd"] and look["exists"] == [DATABASE, STASH]
    assert look["ports"] == [{"port": 88, "unit": "krb5-kdc"}, {"port": 749, "unit": "krb5-admin-server"}] and look["resolve"] == ["n1", "n2"]
    assert judged(host="n2").look["ports"] == [{"port": 88, "unit": "krb5-kdc"}, {"port": 754, "unit": "krb5-kpropd"}]
    assert judged(host="n3").look == {"packages": ["krb5-user"], "exists": [DATABASE, STASH], "ports": []}


def test_a_replica_has_to_call_itself_as_its_principal():
    seen = {"nodename": "n1.example.org", "clock": 1002.5}
    assert "kerberos_host of n1 is n1, and the host calls itself n1.example.org" in judged().after(seen).faults[0]
    alone = judged(groups={"kdc": ["n1"]}).after(seen)
    assert alone.faults == [] and alone.known == {"due": True, "clock_offset": 2.5}
    assert judged(kerberos_host="n1.example.org").after(seen).faults == []


@pytest.mark.parametrize(("options", "sentence"), [
    ({"kerberos_realm": "example.org"}, "give the name of a realm, in capitals"),
    ({"groups": {"zookeeper": ["n1"]}}, "no host is in the group kdc to keep it"),
    ({"facts": ROCKY}, "sets up a KDC on Debian and Ubuntu alone, and n1 is Rocky"),
    ({"kerberos_realm_source": "given"}, "n1, n2 would be KDCs of a realm of the platform's own"),
    ({"kerberos_ticket_lifetime": "10"}, "write a time such as 10h, 7d or 1d12h"),
    ({"kerberos_enctypes": ["arcfour-hmac"]}, "kerberos_enctypes has 'arcfour-hmac'; take some of aes256-cts-hmac-sha384-192"),
    ({"kerberos_enctypes": []}, "kerberos_enctypes is empty"),
    ({"kerberos_tries": 0}, "kerberos_tries is 0; give 1 at least."),
    ({"kerberos_host": "a b"}, "is no principal"),
    ({"kerberos_keytabs": [{"path": "a", "principals": ["x"]}]}, "has the path 'a'; write it from / on."),
    ({"kerberos_keytabs": [{"path": "/a", "principals": []}]}, "The keytab /a of kerberos_keytabs has no principals"),
    ({"kerberos_keytabs": [{"path": "/a", "principals": ["x"], "mode": "0644"}]}, "a keytab is as secret as a password"),
    ({"kerberos_keytabs": [{"path": "/a", "principals": ["x"]}, {"path": "/a", "principals": ["y"]}]}, "kerberos_keytabs has /a twice"),
    ({"kerberos_keytabs": [{"path": "/a", "principals": ["x@OTHER.ORG"]}]}, "is of another realm than EXAMPLE.ORG"),
])
def test_what_cannot_work_is_said(options, sentence):
    assert sentence in " ".join(judged(**options).faults)


def test_a_realm_that_is_given_needs_kdcs_and_keys():
    given = {"host": "n3", "groups": {"zookeeper": ["n3"]}, "kerberos_realm_source": "given", "kerberos_keytabs": [{"path": "/a", "principals": ["x"]}]}
    text = " ".join(judged(**given, kerberos_rotate="change").faults)
    for sentence in ("kerberos_kdcs names no KDC for krb5.conf", "kerberos_given_keytabs names no keytab", "kerberos_rotate is for a realm of the"):
        assert sentence in text
    assert judged(**given, kerberos_kdcs=["dc1"], kerberos_given_keytabs=["/k"]).faults == []
    assert judged(**given, kerberos_write_conf=False, kerberos_given_keytabs=["/k"], facts=ROCKY).look["packages"] == ["krb5-workstation"]


@pytest.mark.parametrize(("offsets", "named"), [
    ({}, None), ({"n1": 900.0}, None), ({"n1": 0.0, "n2": 299.0}, None), ({"n1": 5000.0, "n2": 5001.0, "n3": 5002.0}, None),
    ({"n1": 0.0, "n2": 1.0, "n3": 600.0}, "that of n3 is 599 s ahead of most others"),
    ({"n1": -400.0, "n2": 0.0, "n3": 1.0}, "that of n1 is 400 s behind most others"),
    ({"n1": 0.0, "n2": 301.0}, "that of n1 is 301 s behind most others"),
    ({"n1": -200.0, "n2": 0.0, "n3": 200.0}, "that of n1 is 200 s behind most others and that of n3 is 200 s ahead of most others"),
])
def test_clocks_that_differ_are_named(offsets, named):
    found = clock_faults(offsets)
    assert found == [] if named is None else named in found[0] and "more than 300 s" in found[0]


def told(database, offset=0.0):
    return {"kerberos_preflight": {"due": True, "clock_offset": offset, "exists": {DATABASE: database}}}


@pytest.mark.parametrize(("databases", "sentence"), [
    ({"n1": False, "n2": False}, ""), ({"n1": True, "n2": False}, ""), ({"n1": True}, ""),
    ({"n1": False, "n2": True}, "n2 has the database of the realm, and n1, the first of the group kdc, has none: put n2 first"),
    ({"n1": False}, "n1 has no database of the realm, and n2, outside this run, may have one: run without --limit."),
])
def test_no_database_is_made_where_another_host_may_have_one(databases, sentence):
    hostvars = {host: told(has) for host, has in databases.items()}
    found = kerberos_faults(TWO, {"n2": {}, "n3": {}, **hostvars}, list(databases))
    assert " ".join(found).startswith(sentence) and bool(found) == bool(sentence)


def test_hosts_without_a_realm_are_not_compared():
    assert kerberos_faults(TWO, {"n3": {"kerberos_preflight": {"due": False}}, "n1": {}}, ["n1", "n3"]) == []


def test_where_kdcs_are():
    hostvars = {"n1": {"ansible_host": "192.0.2.1"}, "n2": {"kerberos_address": "kdc2.example.org", "kerberos_host": "n2.example.org"}}
    assert kerberos_kdcs(TWO, hostvars) == [
        {"host": "n1", "address": "192.0.2.1", "name": "n1"}, {"host": "n2", "address": "kdc2.example.org", "name": "n2.example.org"}]
    assert kerberos_kdcs({}, {}) == []


@pytest.mark.parametrize(("server", "written"), [
    ("dc1", "dc1:88"), ("dc1:750", "dc1:750"), ("192.0.2.1", "192.0.2.1:88"), ("2001:db8::1", "[2001:db8::1]:88"), ("[2001:db8::1]", "[2001:db8::1]:88"),
    ("[2001:db8::1]:750", "[2001:db8::1]:750"),
])
def test_how_a_kdc_stands_in_krb5_conf(server, written):
    assert kerberos_endpoint(server, 88) == written
