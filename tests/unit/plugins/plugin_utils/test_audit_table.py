# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of audit: what is the same is one line."""

from __future__ import annotations

from ansible_collections.baremetal.flink.plugins.module_utils.security.audit import Row
from ansible_collections.baremetal.flink.plugins.plugin_utils import audit_table
from ansible_collections.baremetal.flink.plugins.plugin_utils.audit_table import answers_of, audit_lines, lists_of, ports_of
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
