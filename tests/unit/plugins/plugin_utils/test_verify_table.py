# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.baremetal.flink.plugins.plugin_utils.verify_table import verify_lines, verify_rows

GROUPS = {"zookeeper": ["a", "b", "c", "d", "e"], "nn": ["a"], "dn": ["a", "b"]}
HOSTVARS = {
    "a": {"verify_reached": True, "verify_report": {"zookeeper": "", "hdfs": "no active NameNode " * 10}},
    "b": {"verify_reached": False},
    "c": {},
    "d": {"verify_reached": True, "verify_report": {}},
    "e": {"verify_reached": True, "verify_report": {"zookeeper": "shared"}},
}


def test_one_row_per_layer_and_host():
    rows = verify_rows(GROUPS, HOSTVARS, {"zookeeper": ["zookeeper"], "hdfs": ["nn", "dn", "absent"]})
    assert [(row["name"], row["state"]) for row in rows] == [
        ("zookeeper on a", "ok"), ("zookeeper on b", "DOWN"), ("zookeeper on c", "not asked"), ("zookeeper on d", "not asked"),
        ("zookeeper on e", "WRONG"),
        ("hdfs on a", "WRONG"), ("hdfs on b", "DOWN")]


def test_lines_are_aligned_and_wrapped():
    lines = verify_lines(verify_rows(GROUPS, HOSTVARS, {"hdfs": ["nn", "dn"]}))
    column = lines[0].index("WHAT IS WRONG")
    assert lines[0].split() == ["LAYER", "HOST", "STATE", "WHAT", "IS", "WRONG"]
    assert lines[1].index("no active") == column
    assert lines[2][:column].strip() == "" and lines[2][column:].startswith(("no", "active", "NameNode"))
    assert all(len(line) <= column + 100 for line in lines)
