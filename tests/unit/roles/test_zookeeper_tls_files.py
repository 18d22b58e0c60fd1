# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a member's files have with zookeeper_tls and zookeeper_users, and as whom the role itself looks."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.transport import MODULE_TLS
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

BUNDLE = "/etc/zookeeper/tls/keystore.pem"
LOGIN = "-Djava.security.auth.login.config=/etc/zookeeper/jaas.conf"


def values(**options):
    return RoleValues("zookeeper", {"zookeeper": ["n1"]}, **{
        "ansible_facts": {"os_family": "Debian"}, "ansible_play_batch": ["n1"], "ansible_managed": "made", "zookeeper_id": 1,
        "zookeeper_preflight": {"packaged": True}, **options})  # fmt: skip


def test_the_role_calls_with_the_files_that_members_have():
    assert values().value("__zookeeper_module_tls") == MODULE_TLS


@pytest.mark.parametrize(("given", "clients"), [({}, "tls_only"), ({"zookeeper_tls": False}, "plain_too"), ({"security_profile": "guarded"}, "plain_too")])
def test_the_secure_profile_shuts_out_who_comes_in_clear_where_members_take_tls(given, clients):
    assert values(**{"security_profile": "secure", **given}).value("zookeeper_clients") == clients


def test_without_tls_nothing_of_it_is_there():
    role = values()
    lines = role.text("zoo.cfg.j2").splitlines()
    assert "clientPort=2181" in lines and not [line for line in lines if "ssl" in line or "auth" in line]
    assert LOGIN not in role.text("zookeeper.service.j2") and role.value("__zookeeper_auth") == {}
    assert BUNDLE not in role.value("__zookeeper_watched")


@pytest.mark.parametrize(
    ("clients", "expected"),
    [("plain_too", {"clientPort=2181", "client.portUnification=true"}), ("tls_only", {"secureClientPort=2181", "enforce.auth.schemes=sasl"})])
def test_with_tls_and_users_a_new_member_has_all_of_it(clients, expected):
    role = values(zookeeper_tls=True, zookeeper_clients=clients, zookeeper_users={"flink": 'a"b', "hdfs": 1}, zookeeper_settings={"maxCnxns": 7})
    lines = role.text("zoo.cfg.j2").splitlines()
    assert expected | {f"ssl.quorum.keyStore.location={BUNDLE}", "sslQuorum=true", "portUnification=false", "maxCnxns=7"} <= set(lines)
    assert ("clientPort=2181" in lines) is (clients == "plain_too")
    assert f"\n  {LOGIN} \\\n" in role.text("zookeeper.service.j2")
    assert '    user_flink="a\\"b"\n' in role.text("jaas.conf.j2") and role.text("jaas.conf.j2").rstrip().endswith("};")
    assert {BUNDLE, "/etc/zookeeper/tls/trust.pem", "/etc/zookeeper/jaas.conf"} <= set(role.value("__zookeeper_watched"))
    assert role.value("__zookeeper_auth") == {"scheme": "sasl", "username": "flink", "password": 'a"b'}
