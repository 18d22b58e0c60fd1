# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the layers call ZooKeeper, by what its members' variables say."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.client import client_faults, zookeeper_access, zookeeper_client

GROUPS = {"zookeeper": ["n1", "n2"]}
TLS_ONLY = {"tls": True, "clients": "tls_only", "users": {"flink": "f"}}
PLAIN_TOO = {**TLS_ONLY, "clients": "plain_too"}


def access(*hosts):
    return zookeeper_access(GROUPS, {f"n{number}": variables for number, variables in enumerate(hosts, 1)})


def test_without_anything_there_is_neither_tls_nor_a_user():
    nothing = {"tls": False, "clients": "plain_too", "users": {}}
    assert access({}, {}) == nothing and zookeeper_access({}, {}) == nothing


@pytest.mark.parametrize("tls", [True, "true", "yes"])
def test_what_the_members_agree_on(tls):
    same = {"zookeeper_tls": tls, "zookeeper_clients": "tls_only", "zookeeper_users": {"hdfs": 1}}
    assert access(same, same) == {"tls": True, "clients": "tls_only", "users": {"hdfs": "1"}}
    assert access({"zookeeper_tls": "no", "zookeeper_users": None}, {"zookeeper_tls": "no"})["tls"] is False


def test_the_secure_profile_asks_for_tls_alone():
    secure = {"security_profile": "secure"}
    assert access(secure, secure) == {"tls": True, "clients": "tls_only", "users": {}}
    assert access(*[{**secure, "zookeeper_tls": False}] * 2) == {"tls": False, "clients": "plain_too", "users": {}}


def test_members_that_disagree_about_users_are_refused_without_a_password():
    with pytest.raises(InputError, match="zookeeper_users is not the same on all hosts") as raised:
        access({"zookeeper_users": {"hdfs": "horse"}}, {})
    assert "horse" not in str(raised.value)


def client(password="p", tls=True, **more):
    return zookeeper_client("hdfs", password, tls, "/etc/x/tls", "/etc/x/login.conf", **more)


def test_a_client_by_tls_as_a_user():
    found = client('a"b')
    assert found["user"] == "hdfs" and found["acl"] == [{"scheme": "sasl", "id": "hdfs"}]
    assert found["java_options"] == [
        "-Dzookeeper.client.secure=true", "-Dzookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty",
        "-Dzookeeper.ssl.keyStore.location=/etc/x/tls/keystore.pem", "-Dzookeeper.ssl.trustStore.location=/etc/x/tls/trust.pem",
        "-Djava.security.auth.login.config=/etc/x/login.conf"]
    assert found["watched"] == ["/etc/x/tls/keystore.pem", "/etc/x/tls/trust.pem", "/etc/x/login.conf"]
    assert found["login"] == (
        'Client {\n    org.apache.zookeeper.server.auth.DigestLoginModule required\n    username="hdfs"\n    password="a\\"b";\n};\n')
    assert found["tls"]["cert_file"] == "/etc/x/tls/certificate.pem" and found["auth"]["password"] == 'a"b'


def test_classes_that_were_moved_have_their_names():
    found = client(shaded="org.apache.flink.shaded.zookeeper3.")
    assert "    org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.auth.DigestLoginModule required" in found["login"].splitlines()
    assert "-Dzookeeper.clientCnxnSocket=org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.ClientCnxnSocketNetty" in found["java_options"]


def test_without_a_password_it_is_nobody():
    found = client("")
    assert (found["user"], found["login"], found["acl"], found["auth"]) == ("", "", [], {}) and len(found["java_options"]) == 4


def test_in_clear_it_is_nobody_and_can_take_back_what_it_closed():
    found = client(tls=False)
    assert (found["user"], found["java_options"], found["watched"], found["login"], found["tls"]) == ("", [], [], "", {})
    assert found["auth"] == {"scheme": "sasl", "username": "hdfs", "password": "p"}


def faults(access, java=(), **given):
    options = {"hdfs_zookeeper_tls": True, "hdfs_zookeeper_user": "hdfs", "hdfs_zookeeper_password": "p", **given}
    return client_faults("hdfs", options, access, {"hdfs_java_options": java})


@pytest.mark.parametrize(("known", "given", "fault"), [
    (TLS_ONLY, {"hdfs_zookeeper_tls": False}, "zookeeper_clients is tls_only, and hdfs_zookeeper_tls is false: set it to true."),
    (TLS_ONLY, {"hdfs_zookeeper_password": ""}, "zookeeper_clients is tls_only, and zookeeper_users has no hdfs: ZooKeeper lets in nobody else"),
    (PLAIN_TOO, {"hdfs_zookeeper_password": "sécret"}, "hdfs_zookeeper_password has characters besides the printable ones"),
    (PLAIN_TOO, {"java": ["-Dzookeeper.client.secure=false"]}, "hdfs_java_options has -Dzookeeper.client.secure, which hdfs_zookeeper_tls sets"),
])
def test_what_would_not_come_through(known, given, fault):
    (said,) = faults(known, **given)
    assert said.startswith(fault) and "sécret" not in said


def test_what_comes_through():
    assert faults(TLS_ONLY, java=["-Xss1m"]) == faults(PLAIN_TOO, hdfs_zookeeper_password="") == faults(PLAIN_TOO, hdfs_zookeeper_tls=False) == []
    assert faults({**TLS_ONLY, "users": {}}, hdfs_zookeeper_password="") == []
