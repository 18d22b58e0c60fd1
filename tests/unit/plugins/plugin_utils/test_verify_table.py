# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.baremetal.flink.plugins.plugin_utils.verify_table import verify_lines, verify_rows, what_is_clear, who_reaches

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
        ("zookeeper on e", "not asked"), ("zookeeper", "WRONG"),
        ("hdfs on a", "WRONG"), ("hdfs on b", "DOWN")]


def test_lines_are_aligned_and_wrapped():
    lines = verify_lines(verify_rows(GROUPS, HOSTVARS, {"hdfs": ["nn", "dn"]}))
    column = lines[0].index("WHAT IS WRONG")
    assert lines[0].split() == ["LAYER", "HOST", "STATE", "WHAT", "IS", "WRONG"]
    assert lines[1].index("no active") == column
    assert lines[2][:column].strip() == "" and lines[2][column:].startswith(("no", "active", "NameNode"))
    assert all(len(line) <= column + 100 for line in lines)


def shared_failure(msg, seen):
    """Three hosts, of which a has asked for all and tells what it saw."""
    told = {"verify_reached": True, "verify_report": {"mesos": {"msg": msg, "seen": seen}}}
    shared = {"verify_reached": True, "verify_report": {"mesos": "shared"}}
    hosts = {"a": {**told, "ansible_host": "192.0.2.1"}, "b": {**shared, "mesos_address": "192.0.2.2"}, "c": {**shared, "ansible_host": "fd00::3"}}
    return {row["host"]: (row["state"], row["wrong"]) for row in verify_rows({"m": list(hosts)}, hosts, {"mesos": ["m"]})}


def test_the_host_that_is_down_is_named_and_not_the_one_that_asked():
    rows = shared_failure("Waited, in vain; last seen: …", "master http://192.0.2.2:5050 is down (refused); http://[fd00::3]:5050/x is starting")
    assert rows["b"] == ("WRONG", "master http://192.0.2.2:5050 is down (refused)")
    assert rows["c"] == ("WRONG", "http://[fd00::3]:5050/x is starting")
    assert rows["a"][0] == "not asked" and "(all)" not in rows


def test_what_is_no_hosts_own_is_the_layers():
    rows = shared_failure("Waited, in vain; last seen: 1 of 3", "192.0.2.22:5050 is down; 192.0.2.2:5050 is down; 3 blocks are missing")
    assert rows["b"][1] == "192.0.2.2:5050 is down" and rows["(all)"] == ("WRONG", "192.0.2.22:5050 is down; 3 blocks are missing")
    rows = shared_failure("no job ran", "")
    assert rows["(all)"] == ("WRONG", "no job ran") and {rows[host][0] for host in "abc"} == {"not asked"}


def test_a_failure_of_one_host_is_its_own_whoever_it_names():
    hosts = {"a": {"verify_report": {"z": {"msg": "b is down", "seen": "b is down"}}}, "b": {"verify_report": {"z": ""}}}
    assert [(row["state"], row["wrong"]) for row in verify_rows({"g": ["a", "b"]}, hosts, {"z": ["g"]})] == [("WRONG", "b is down"), ("ok", "")]


def test_a_host_that_failed_by_itself_before_the_check_of_all_keeps_its_own_line():
    hosts = {
        "a": {"ansible_host": "192.0.2.1", "verify_report": {"z": {"msg": "HDFS is not …", "seen": "2 of 3 are live; DataNode 192.0.2.3:9866 is dead"}}},
        "b": {"verify_report": {"z": "shared"}},
        "c": {"ansible_host": "192.0.2.3", "verify_report": {"z": {"msg": "hdfs-datanode.service is inactive", "seen": ""}}},
    }
    rows = {row["host"]: (row["state"], row["wrong"]) for row in verify_rows({"g": list(hosts)}, hosts, {"z": ["g"]})}
    assert rows["c"] == ("WRONG", "hdfs-datanode.service is inactive") and rows["(all)"] == ("WRONG", "2 of 3 are live")
    assert rows["a"][0] == rows["b"][0] == "not asked"


def test_a_host_that_is_off_has_to_be_powered_on_and_nothing_else():
    [row] = verify_rows({"g": ["b"]}, HOSTVARS, {"hdfs": ["g"]})
    assert "power it on or mend its network" in row["wrong"] and "site" not in row["wrong"]


def test_what_keeps_a_host_from_being_looked_at_is_said_of_each_of_its_layers():
    hosts = {"a": {"verify_reached": True, "verify_report": {}, "verify_trouble": "sudo wants a password"}}
    rows = verify_rows({"z": ["a"], "m": ["a"]}, hosts, {"zookeeper": ["z"], "mesos": ["m"]})
    assert [(row["layer"], row["state"], row["wrong"]) for row in rows] == [
        ("zookeeper", "WRONG", "sudo wants a password"), ("mesos", "WRONG", "sudo wants a password")]


def test_a_line_says_who_reaches_the_ports_where_the_lists_do_not():
    works, broken = [{"layer": "security", "state": "ok"}], [{"layer": "security", "state": "ok"}, {"layer": "security", "state": "WRONG"}]
    assert who_reaches("open", ["192.0.2.7"], []).startswith("security_profile is open: whoever reaches the ports of these hosts reads and writes")
    assert who_reaches("guarded", [], works).startswith("Nobody but these hosts reaches their ports, web pages included: name in security_operators")
    nothing = [("guarded", ["192.0.2.7"], works), ("guarded", [], broken), ("guarded", [], []), (None, [], works)]
    assert {who_reaches(*given) for given in nothing} == {""}


def test_a_line_says_what_is_in_clear_on_a_secure_platform():
    rows = [{"layer": layer} for layer in ("zookeeper", "mesos", "mesos", "marathon")]
    assert what_is_clear("secure", rows, False).endswith("and HDFS. Without a password they get nothing of Mesos and Marathon; Flink and HDFS ask for none.")
    assert what_is_clear("secure", rows, True).endswith("nor of HDFS without a ticket; Flink asks for nothing.")
    begin = "In clear, passwords too, between those whom the firewall lets in: what Mesos' masters, agents and frameworks say, Marathon being one of these, "
    assert what_is_clear("secure", rows, False).startswith(f"{begin}a Flink on Mesos")
    assert {what_is_clear("secure", rows[:1], False), what_is_clear("guarded", rows, False), what_is_clear(None, rows, True)} == {""}
