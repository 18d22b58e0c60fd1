# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How members are reached at each step, and what of it users cannot have."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.settings import NETTY
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.transport import (
    PLAIN_TOO,
    TLS_ONLY,
    served_port,
    transport,
    transport_faults,
    with_settings,
)

SWITCHES = ("sslQuorum", "portUnification", "client.portUnification", "clientPort", "secureClientPort")
OPTIONS = {
    "zookeeper_tls": True, "zookeeper_clients": PLAIN_TOO, "zookeeper_users": {}, "zookeeper_settings": {}, "zookeeper_java_options": [],
    "zookeeper_version": "3.8.4",
}
HOSTS = {"n1": {}, "n2": {}}


def faults(hostvars=None, packaged=False, **options):
    return transport_faults({**OPTIONS, **options}, ["n1", "n2"], hostvars or HOSTS, packaged)


@pytest.mark.parametrize(
    ("step", "clients", "expected"),
    [
        (0, PLAIN_TOO, (None, None, None, "2181", None)),
        (1, PLAIN_TOO, ("false", "true", "true", "2181", None)),
        (1, TLS_ONLY, ("false", "true", "true", "2181", None)),
        (2, TLS_ONLY, ("true", "true", "true", "2181", None)),
        (3, PLAIN_TOO, ("true", "false", "true", "2181", None)),
        (3, TLS_ONLY, ("true", "false", None, None, "2181")),
    ],
)
def test_what_members_and_clients_may_speak(step, clients, expected):
    lines = transport(step, 2181, clients, False)
    assert tuple(map(lines.get, SWITCHES)) == expected and served_port(lines) == 2181
    if step:
        assert lines["serverCnxnFactory"] == NETTY and lines["ssl.keyStore.location"] == lines["ssl.quorum.keyStore.location"]
    else:
        assert list(lines) == ["clientPort"]


def test_users_are_known_from_the_first_step_and_asked_for_only_where_there_is_nothing_but_tls():
    for step, clients in ((1, TLS_ONLY), (2, TLS_ONLY), (3, PLAIN_TOO)):
        lines = transport(step, 2181, clients, True)
        assert "authProvider.sasl" in lines and "enforce.auth.enabled" not in lines
    assert transport(3, 2181, TLS_ONLY, True)["enforce.auth.schemes"] == "sasl"
    assert not [key for key in transport(3, 2181, TLS_ONLY, False) if "sasl" in key or key.startswith("enforce")]


def test_a_users_settings_come_over_the_roles_and_an_address_is_that_of_the_port_there_is():
    own = {"clientPortAddress": "192.0.2.1", "ssl.ciphersuites": "MINE"}
    assert with_settings(transport(0, 2181, PLAIN_TOO, False), own) == {"clientPort": "2181", **own}
    only = with_settings(transport(3, 2181, TLS_ONLY, False), own)
    assert (only["secureClientPortAddress"], only["ssl.ciphersuites"]) == ("192.0.2.1", "MINE") and "clientPortAddress" not in only


def test_what_the_settings_of_the_role_say_can_be_had():
    assert faults() == faults(zookeeper_clients=TLS_ONLY, zookeeper_users={"flink": "x"}) == faults(zookeeper_tls=False) == []
    assert faults(zookeeper_settings={"ssl.ciphersuites": "A", "ssl.quorum.enabledProtocols": "B", "ssl.clientAuth": "none"}) == []


def test_users_and_tls_only_are_nothing_without_tls():
    said = faults(zookeeper_tls=False, zookeeper_users={"flink": "x"}, zookeeper_clients=TLS_ONLY)
    assert said == [
        f"{name} is set, and has no effect without TLS: set zookeeper_tls to true, or leave it out." for name in ("zookeeper_users", "zookeeper_clients")
    ]


def test_members_agree():
    assert faults(hostvars={"n1": {"zookeeper_tls": True}, "n2": {}}) == [
        "zookeeper_tls is True on host n1 and False on host n2; set the same for the whole group."
    ]


@pytest.mark.parametrize(("version", "packaged", "wrong"), [("3.6.3", False, True), ("3.7.2", False, False), ("3.10.0", False, False), ("3.4", True, False)])
def test_older_servers_cannot(version, packaged, wrong):
    assert bool(faults(zookeeper_version=version, packaged=packaged)) is wrong


@pytest.mark.parametrize("key", ["sslQuorum", "secureClientPort", "ssl.quorum.trustStore.location", "ssl.keyStore.passwordPath", "enforce.auth.schemes"])
def test_what_follows_from_zookeeper_tls_is_not_set_besides(key):
    assert faults(zookeeper_settings={key: "x"}) == [f"zookeeper_settings must not have {key} beside zookeeper_tls, which sets it; take it out."]
    assert faults(zookeeper_settings={key: "x"}, zookeeper_tls=False) == []
