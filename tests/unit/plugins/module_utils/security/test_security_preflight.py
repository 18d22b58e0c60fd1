# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the profile before anything is touched, and what becomes of the host's answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.listeners import Listener
from ansible_collections.baremetal.flink.plugins.module_utils.security.firewall import RULES_FILE, UNIT_FILE
from ansible_collections.baremetal.flink.plugins.module_utils.security.preflight import LISTENING, in_clear, preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

GROUPS = {"zookeeper": ["n1", "n2"]}
ALL_GUARDED = {host: {"security_profile": "guarded"} for host in ("n1", "n2")}


LISTENS = (Listener("zookeeper_client_port", 2181, 2181),)


def judged(listening=LISTENS, hosts=None, groups=None, **options):
    known = inventory("security", {**GROUPS, **(groups or {})}, hosts=ALL_GUARDED if hosts is None else hosts, **options)
    return preflight(replace(known, options={**known.options, LISTENING: list(listening)}))


def seen(*paths, **resolved):
    return {"exists": {path: path in paths for path in (RULES_FILE, UNIT_FILE)}, "resolved": resolved}


def test_an_open_host_is_only_asked_whether_it_has_a_firewall():
    verdict = judged(hosts={}, security_profile="open", security_clients=["nonsense"])
    assert (verdict.faults, verdict.look) == ([], {"layer": "The firewall", "exists": [RULES_FILE, UNIT_FILE]})
    assert verdict.after(seen()).known == {"state": "absent", "due": False, "rules": "", "ports": []}
    assert verdict.after(seen(UNIT_FILE)).known["due"]


def test_a_guarded_host_resolves_names_and_needs_nft():
    verdict = judged(hosts={**ALL_GUARDED, "n2": {**ALL_GUARDED["n2"], "ansible_host": "n2.lab"}}, security_operators=["198.51.100.7"])
    assert (verdict.look["packages"], verdict.look["nftables"], verdict.look["resolve"]) == (["nftables"], True, ["n2.lab"])
    known = verdict.after(seen(**{"n2.lab": ["203.0.113.2"]})).known
    assert (known["state"], known["due"], known["ports"]) == ("present", True, ["2181"])
    assert "elements = { 192.0.2.1, 203.0.113.2 }" in known["rules"] and "198.51.100.7" in known["rules"]


@pytest.mark.parametrize("profile", ["open", "guarded"])
def test_tickets_for_clients_are_a_matter_of_the_secure_profile(profile):
    (fault,) = judged(hosts={}, security_profile=profile, security_authentication="kerberos").faults
    assert fault.startswith(f"security_authentication is kerberos, which counts with security_profile: secure alone, and that is {profile}: set it to secure")
    assert judged(hosts={}, security_profile="secure", security_authentication="kerberos").faults == []


def test_who_says_nothing_is_guarded():
    assert judged(hosts={}).after(seen()).known["state"] == "present"


def test_a_host_without_a_port_of_the_platform_has_no_firewall():
    verdict = judged(listening=())
    assert not verdict.faults and verdict.after(seen(RULES_FILE)).known["state"] == "absent"


@pytest.mark.parametrize(("given", "said"), [
    ({"security_clients": ["office.example"]}, "^security_clients has 'office.example', which is no address"),
    ({"security_operators": ["10.0.0.1/8"]}, "^security_operators has 10.0.0.1/8, .*: write 10.0.0.0/8"),
    ({"hosts": {"n2": {"security_profile": "open"}}}, "^security_profile is guarded on host n1 and open on host n2; set the same"),
])
def test_what_cannot_be_meant_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        judged(**given)


def test_a_port_of_ssh_is_refused():
    tasks = Listener("mesos_agent_ports", 1024, 65535)
    hosts = {**ALL_GUARDED, "n1": {**ALL_GUARDED["n1"], "ansible_port": 2222}}
    assert judged([tasks], hosts=hosts).faults == ["mesos_agent_ports has port 2222 in it, which is that of ssh (ansible_port): choose other ports."]


def test_secure_is_for_all_layers():
    hosts = {host: {"security_profile": "secure"} for host in ("n1", "n2")}
    assert judged(hosts=hosts, security_profile="secure").after(seen()).known["state"] == "present"
    assert judged(hosts=hosts, groups={"mesos_agent": ["n2"], "marathon": ["n1"]}, security_profile="secure").after(seen()).known["state"] == "present"
    assert in_clear({"mesos_agent": ["n2"], "marathon": [], "zookeeper": ["n1"]}) == ["mesos"] and in_clear({"zookeeper": ["n1"]}) == []
