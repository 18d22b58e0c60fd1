# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of audit: what is the same is one line."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security.audit import Row
from ansible_collections.baremetal.flink.plugins.plugin_utils import audit_table
from ansible_collections.baremetal.flink.plugins.plugin_utils.audit_table import answers_of, audit_lines, failure, lists_of, ports_of, untried
from ansible_collections.baremetal.flink.plugins.plugin_utils.table import table_lines


def shown(rows, hosts):
    return [" ".join(line.split()) for line in audit_lines(rows, hosts)[1:]]


def test_hosts_and_ports_with_the_same_answer_share_a_line():
    rows = [Row(host, port, "node4, a stranger", "ok", "no connection") for host in ("a", "b") for port in ("2181", "6125", "6124", "8081")]
    rows[3] = Row("a", "8081", "node4, a stranger", "WRONG", "in clear")
    rows += [Row(host, "/etc/flink/flink-conf.yaml", "root:flink 0640", "ok", "settings") for host in ("a", "b")]
    assert shown(rows, ["a", "b"]) == [
        "(all) 2181, 6124-6125 node4, a stranger ok no connection", "a 8081 node4, a stranger WRONG in clear",
        "b 8081 node4, a stranger ok no connection", "(all) /etc/flink/flink-conf.yaml root:flink 0640 ok settings"]


def test_a_sentence_names_ports_by_their_hosts():
    rows = [Row(host, port, who, "WRONG", "") for who in ("x", "y") for host in ("a", "b") for port in ("2182", "2181", "8081")]
    assert ports_of(rows[:5]) == "a: 2181-2182, 8081; b: 2181-2182"
    assert ports_of(rows) == "a: 2181-2182, 8081; b: 2181-2182, 8081"


GUARD = "Where the firewall should have refused the caller, run site.yml with --tags security."
NAME = "Where no layer names the port, give it by a setting of its layer, so that the firewall knows it, or close it."
CERTIFY = ("Where a certificate should have been wanted, take what overrides security_profile: secure (zookeeper_clients, zookeeper_tls, "
           "flink_rest_tls, flink_internal_tls) out of the inventory, and run site.yml.")


@pytest.mark.parametrize(("reasons", "remedies"), [
    (["unguarded", "unguarded"], [GUARD]), (["unnamed"], [NAME]), (["uncertified"], [CERTIFY]),
    (["uncertified", "unguarded", "unnamed"], [GUARD, NAME, CERTIFY]),
])  # fmt: skip
def test_each_reason_for_which_something_is_wrong_has_its_remedy(reasons, remedies):
    rows = [Row("a", str(8081 + number), "x", "WRONG", "", reason) for number, reason in enumerate(reasons)]
    ports = "8081" if len(reasons) == 1 else f"8081-{8080 + len(reasons)}"
    assert failure("secure", [Row("a", "1", "x", "ok", ""), *rows], []) == " ".join([
        f"security_profile is secure, and somebody got further than that lets him at a: {ports}. See WRONG in the table above.", *remedies])


def test_hosts_of_the_run_that_were_not_tried_are_a_failure():
    """Those that --limit leaves out have noted nothing."""
    ports, seen = {"listening": []}, {"units": []}
    hosts = {"a": {"security_audit_ports": ports, "security_audit_host": seen}, "down": {"security_audit_ports": {}, "security_audit_host": {}},
             "half": {"security_audit_ports": ports, "security_audit_host": {}}, "limited": {"ansible_host": "192.0.2.4"}}
    outsiders = {"o": {"security_audit_knock": {"answers": []}}, "off": {"security_audit_knock": {"unreachable": True}}, "limited too": {}}
    missed = untried(hosts, outsiders)
    assert missed == ["down", "half", "off"]
    assert failure("open", [], missed) == "Not tried: down, half, off; make them reachable, or leave them out with --limit."
    both = failure("guarded", [Row("a", "8081", "x", "WRONG", "", "unguarded")], ["down"])
    assert both.endswith(f"{GUARD} Not tried: down; make them reachable, or leave them out with --limit.")
    assert failure("open", [Row("a", "8081", "x", "open", ""), Row("a", "/f", "x", "WIDE", "")], []) == ""


def test_of_many_hosts_some_are_named():
    many = [f"n{number}" for number in range(7)]
    assert shown([Row(host, "1", "x", "ok", "y") for host in many[:6]], many) == ["n0 n1 n2 n3 and 2 more 1 x ok y"]
    assert shown([Row("n0", "1", "x", "ok", "y")], ["n0"]) == ["n0 1 x ok y"]


def test_who_is_who_by_addresses_and_names(monkeypatch):
    monkeypatch.setattr(audit_table.rules, "resolved", lambda name: {"n2.lab": ["192.0.2.2"]}.get(name, []))
    lists = lists_of("guarded", ["203.0.113.0/24"], ["198.51.100.7"], {"n1": {"ansible_host": "192.0.2.1"}, "n2.lab": {}, "n3.lab": {}})
    assert [lists.role(source) for source in ("192.0.2.1", "192.0.2.2", "198.51.100.7", "203.0.113.9", "192.0.2.3")] == [
        "platform", "platform", "operators", "clients", "stranger"]


def test_each_caller_has_answers():
    assert answers_of([{"port": 1}], {"o": {"security_audit_knock": {"answers": [{"port": 2}]}}, "down": {}}) == {
        "controller": [{"port": 1}], "o": [{"port": 2}], "down": []}


def test_a_long_cell_goes_on_below_itself():
    lines = table_lines(("A", "B"), [[", ".join(map(str, range(1000, 1012))), "x " * 60], ["1", ""]])
    column = lines[0].index("B")
    assert len(lines) == 4 and lines[1][:column].rstrip().endswith(",") and lines[2][0] == "1" and lines[2][column] == "x" and lines[3] == "1"
