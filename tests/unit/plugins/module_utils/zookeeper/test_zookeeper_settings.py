# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings are refused, and with which words. That real members end with them is in tests/integration/zookeeper."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.settings import NETTY, OWN_SETTINGS, setting_faults

PORTS = {"zookeeper_client_port": 2181, "zookeeper_peer_port": "2888", "zookeeper_election_port": 3888, "zookeeper_admin_port": 0}
LAYOUT = {"voters": 3, "address": "192.0.2.1", "ports": PORTS, "tick_ms": 2000, "init_ticks": 10, "sync_ticks": 5, "max_session_ms": 40000}


def faults(settings, **layout):
    return setting_faults(settings, {**LAYOUT, **layout})


def test_every_own_setting_names_a_variable_of_the_role():
    assert all(variable.startswith("zookeeper_") for variable in OWN_SETTINGS.values())


TLS = {"secureClientPort": 2281, "serverCnxnFactory": NETTY, "ssl.keyStore.location": "/etc/zookeeper/keys.p12"}
QUORUM_TLS = {"sslQuorum": True, "ssl.quorum.keyStore.location": "/etc/k.p12", "ssl.quorum.trustStore.location": "/etc/t.p12"}


@pytest.mark.parametrize(
    "settings",
    [
        {"reconfigEnabled": False}, {"standaloneEnabled": False}, {"electionAlg": 3}, {"minSessionTimeout": -1}, {"snapshot.trust.empty": True},
        {"observerMasterPort": 2889}, {"quorumListenOnAllIPs": "True"}, {"clientPortAddress": "0.0.0.0"}, {"clientPortAddress": "192.0.2.1"},
        {"minSessionTimeout": 40000}, {"preAllocSize": 65536}, TLS, QUORUM_TLS,
        {"quorum.auth.enableSasl": True, "quorum.auth.learnerRequireSasl": True, "quorum.auth.serverRequireSasl": True},
    ],
    ids=str,
)  # fmt: skip
def test_what_members_live_with(settings):
    assert faults(settings) == []


def test_stores_may_be_named_by_the_options_of_java():
    words = [f"-Dzookeeper.serverCnxnFactory={NETTY}", "-Dzookeeper.ssl.keyStore.location=/etc/k.p12", "-Xss256k"]
    assert faults({"secureClientPort": 2281}, java_options=words) == []


@pytest.mark.parametrize(
    ("settings", "layout", "words"),
    [
        ({"clientPort": 1}, {}, "must not have clientPort; set zookeeper_client_port instead."),
        ({"server.4": "x:1:2"}, {}, "must not have server.4; the members come from the group zookeeper."),
        ({"group.1": "1:2"}, {}, "must not have group.1; the members come"),
        ({"weights": "1"}, {}, "must not have weights; the members come"),
        ({"dynamicConfigFile": "/etc/zoo.dynamic"}, {}, "names a file with members of its own"),
        ({"oraclePath": "/etc/oracle"}, {}, "who leads"),
        ({"reconfigEnabled": True}, {}, "which it may not write, and end; leave it out"),
        ({"reconfigEnabled": "TRUE"}, {}, "which it may not write, and end; leave it out"),
        ({"standaloneEnabled": "false"}, {"voters": 1}, "a single member would look for others and end"),
        ({"localSessionsEnabled": "yes"}, {}, "is 'yes'; ZooKeeper ends with anything but true and false there."),
        ({"minSessionTimeout": "4 s"}, {}, "is '4 s'; ZooKeeper ends with anything but a whole number there."),
        ({"electionAlg": 0}, {}, "electionAlg must be 3"),
        ({"secureClientPort": 2281}, {}, f"needs serverCnxnFactory: {NETTY} and ssl.keyStore.location too"),
        ({"secureClientPortAddress": "192.0.2.1"}, {}, "without secureClientPort, with which ZooKeeper ends"),
        ({"sslQuorum": True}, {}, "needs ssl.quorum.keyStore.location and ssl.quorum.trustStore.location too"),
        ({"quorum.auth.learnerRequireSasl": True}, {}, "without quorum.auth.enableSasl: true"),
        ({"quorum.auth.enableSasl": True, "quorum.auth.serverRequireSasl": True}, {}, "needs quorum.auth.learnerRequireSasl"),
        ({"clientPortAddress": "127.0.0.1"}, {}, "clientPortAddress is 127.0.0.1, and clients and members reach this host at 192.0.2.1"),
        ({**TLS, "secureClientPort": 2181}, {}, "zookeeper_client_port and zookeeper_settings.secureClientPort are both 2181"),
        ({"observerMasterPort": 2888}, {}, "zookeeper_peer_port and zookeeper_settings.observerMasterPort are both 2888"),
        ({}, {"ports": {**PORTS, "zookeeper_jmx_port": 3888}}, "zookeeper_election_port and zookeeper_jmx_port are both 3888"),
        ({"minSessionTimeout": 40001}, {}, "is 40000, less than the shortest session of 40001 ms (zookeeper_settings.minSessionTimeout)"),
        ({}, {"max_session_ms": 3999}, "is 3999, less than the shortest session of 4000 ms (two ticks of zookeeper_tick_ms)"),
        ({}, {"sync_ticks": 0}, "zookeeper_sync_ticks is 0; it must be 1 or more."),
        ({**TLS, "ssl.keyStore.location": "/root/keys.p12"}, {}, "names /root/keys.p12, which the member does not see"),
    ],
)
def test_what_is_refused(settings, layout, words):
    [fault] = faults(settings, **layout)
    assert words in fault
