# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of the role zookeeper have registered on hosts, put together."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.run import CONFIGURATION, STARTED, zookeeper_run

OPTIONS = {
    "id": 0, "client_port": 2181, "peer_port": 2888, "election_port": 3888, "settings": {}, "data_dir": "/data", "data_log_dir": "/log",
    "allow_outage": False, "flink_wait": 60,
}
MEMBERS = ["n1", "n2", "n3"]


def look(number, started=None, data=True, **contents):
    """What host_preflight says of a member."""
    texts = {"/data/myid": f"{number}\n", CONFIGURATION: None, STARTED: started, **contents}
    return {"contents": texts, "exists": {"/data/version-2/*": data, "/log/version-2/*": False}}


def unit(active="active", stale=False):
    return {"units": {"zookeeper": {"active": active, "stale": stale}}}


def hosts(**registered):
    """n1 to n3 with what was registered on each of them."""
    return {
        name: {"ansible_host": f"192.0.2.{number}", "zookeeper_id": number, **registered.get(name, {})} for number, name in enumerate(MEMBERS, 1)
    }


def run(hostvars, host="n1", in_run=tuple(MEMBERS), groups=None, seen=None, **options):
    return zookeeper_run({"zookeeper": MEMBERS, **(groups or {})}, hostvars, host, in_run, {**OPTIONS, **options}, seen)


def serving(**modes):
    return {"quorum": True, "members": {f"192.0.2.{number}:2181": {"mode": modes.get(name)} for number, name in enumerate(MEMBERS, 1)}}


def test_before_any_step_it_is_the_inventory():
    """As in the playbook verify, which judges no host."""
    found = run(hosts())
    assert found["addresses"] == ["192.0.2.1:2181", "192.0.2.2:2181", "192.0.2.3:2181"] and found["observers"] == []
    assert (found["own"]["id"], found["own"]["server"]) == (1, "192.0.2.1:2181")
    told = {name: found[name] for name in ("outside", "other_ports", "regrouped", "parted", "has_data", "faults", "pending", "own_pending", "spares_flink")}
    assert told == {
        "outside": [], "other_ports": [], "regrouped": False, "parted": False, "has_data": False, "faults": [], "pending": [], "own_pending": False,
        "spares_flink": False,
    }


def test_a_host_outside_the_group_is_an_ensemble_of_its_own():
    found = run({**hosts(), "n9": {"ansible_host": "192.0.2.9"}}, host="n9", in_run=["n9"], id=7)
    assert (found["members"], found["own"]["id"], found["outside"], found["is_first"]) == (["n9"], 7, [], True)


def test_the_first_member_in_the_run_does_what_is_done_for_all():
    """A host that a run has lost is outside of it."""
    for in_run, first, outside in ((["n3", "n2", "n1"], "n1", []), (["n7", "n2", "n3"], "n2", ["192.0.2.1:2181"])):
        found = {host: run(hosts(), host=host, in_run=in_run) for host in MEMBERS}
        assert [host for host in MEMBERS if found[host]["is_first"]] == [first]
        assert found["n3"]["may_be_down"] == outside


def test_members_that_are_down_or_stale_are_pending_and_start_in_the_order_of_the_plan():
    registered = {
        "n1": {"zookeeper_preflight": look(1), "zookeeper_configured": unit(stale=True)},
        "n2": {"zookeeper_preflight": look(2), "zookeeper_configured": unit("inactive")},
        "n3": {"zookeeper_preflight": look(3), "zookeeper_configured": unit()},
    }
    found = run(hosts(**registered), groups={"mesos_agent": ["n7"]}, seen=serving(n1="leader", n3="follower"))
    assert (found["pending"], found["own_pending"]) == (["n1", "n2"], True)
    assert [turn["host"] for turn in found["plan"]["in_turn"]] == ["n2", "n1"]
    assert found["spares_flink"]
    assert not run(hosts(**registered), host="n3", seen=serving(n1="leader", n3="follower"))["own_pending"]


@pytest.mark.parametrize(("groups", "wait"), [({}, 60), ({"flink_jobmanager": ["n7"]}, 0)])
def test_nobody_waits_for_a_flink_that_is_not_there_or_is_not_to_be_spared(groups, wait):
    registered = {name: {"zookeeper_preflight": look(number), "zookeeper_configured": unit(stale=True)} for number, name in enumerate(MEMBERS, 1)}
    found = run(hosts(**registered), groups=groups, flink_wait=wait, seen=serving(n1="leader", n2="follower", n3="follower"))
    assert found["plan"]["in_turn"] and not found["spares_flink"]


def test_what_a_member_was_started_with_counts_before_what_its_configuration_says():
    before = "clientPort=2182\nserver.1=192.0.2.1:2888:3888\nserver.2=192.0.2.2:2888:3888:observer\n"
    found = run(hosts(n1={"zookeeper_preflight": look(1, before, **{CONFIGURATION: "clientPort=2181\n"})}), in_run=["n1"])
    assert (found["other_ports"], found["regrouped"], found["outside"]) == ([2182], True, ["n2", "n3"])


def test_other_ports_among_the_members_are_a_fault_unless_an_outage_is_allowed():
    registered = {"n1": {"zookeeper_preflight": look(1, "server.1=192.0.2.1:2889:3888\n")}}
    assert "zookeeper_allow_outage" in run(hosts(**registered))["faults"][0]
    allowed = run(hosts(**registered), allow_outage=True)
    assert allowed["faults"] == [] and allowed["parted"]


def test_the_disk_is_that_of_the_host_that_is_asked_for():
    registered = {"n1": {"zookeeper_preflight": look(3)}, "n2": {"zookeeper_preflight": look(2, data=False)}}
    found = run(hosts(**registered))
    assert "myid says that this host is member 3, the inventory says 1" in found["faults"][0] and found["has_data"]
    other = run(hosts(**registered), host="n2")
    assert (other["faults"], other["has_data"]) == ([], False)


def test_roles_change_only_while_a_majority_of_both_votes():
    found = run(hosts(), seen={**serving(), "quorum": False})
    assert "only while the ensemble serves" in found["role_faults"][0]
    assert run(hosts(), seen=serving(n1="leader", n2="follower", n3="follower"))["role_faults"] == []
