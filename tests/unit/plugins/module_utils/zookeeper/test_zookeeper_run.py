# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of the role zookeeper have registered on hosts, put together."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.run import CONFIGURATION, STARTED, zookeeper_run
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.transport import transport

OPTIONS = {
    "id": 0, "client_port": 2181, "peer_port": 2888, "election_port": 3888, "settings": {}, "data_dir": "/data", "data_log_dir": "/log",
    "allow_outage": False, "flink_wait": 60, "tls": False, "clients": "plain_too", "users": {}, "step": "",
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


def at(step, **options):
    """What a member was started with at a step."""
    lines = transport(step, 2181, options.get("clients", "plain_too"), False)
    return "".join(f"{key}={value}\n" for key, value in lines.items()) + "server.1=192.0.2.1:2888:3888\n"


def running(*steps, **contents):
    return hosts(**{
        name: {"zookeeper_preflight": look(number, at(step), **contents), "zookeeper_configured": unit(stale=True)}
        for number, (name, step) in enumerate(zip(MEMBERS, steps), 1)
    })


def test_a_change_to_tls_is_three_rolls_of_which_the_first_is_written():
    found = run(running(0, 0, 0), tls=True)
    assert found["later_steps"] == [2, 3] and found["unsettled"] and not found["parted"] and found["faults"] == []
    assert (found["settings"]["sslQuorum"], found["settings"]["portUnification"]) == ("false", "true")
    assert (found["tls"], found["word_tls"]) == ({}, {})


def test_a_later_roll_restarts_one_after_the_other_too():
    """What was looked at before the first roll still says clear."""
    for step, encrypted in ((2, "true"), (3, "true")):
        found = run(running(0, 0, 0), tls=True, step=step, seen=serving(n1="leader", n2="follower", n3="follower"))
        assert found["settings"]["sslQuorum"] == encrypted and found["tls"]["ca_file"] == "/etc/zookeeper/tls/trust.pem"
        assert [turn["host"] for turn in found["plan"]["in_turn"]] == ["n2", "n3", "n1"] and found["plan"]["together"] == []


def test_a_killed_run_goes_on_with_the_step_that_some_members_are_at():
    found = run(running(1, 2, 1), tls=True)
    assert found["settings"]["sslQuorum"] == "true" and found["later_steps"] == [3] and not found["parted"]


def test_what_members_were_started_with_tells_their_step_and_not_what_was_written_since():
    registered = {name: {"zookeeper_preflight": look(number, at(0), **{CONFIGURATION: at(1)})} for number, name in enumerate(MEMBERS, 1)}
    assert run(hosts(**registered), tls=True)["later_steps"] == [2, 3]
    # One that is down is configured for long ago, and starts with what the others have.
    down = {**registered, "n3": {"zookeeper_preflight": look(3, None, **{CONFIGURATION: at(0)})}}
    for name in ("n1", "n2"):
        down[name] = {"zookeeper_preflight": look(1, at(3))}
    assert run(hosts(**down), tls=True)["settings"]["portUnification"] == "false"


def test_a_fresh_ensemble_and_one_member_alone_are_there_at_once():
    for hostvars in (hosts(), hosts(n1={"zookeeper_preflight": look(1, data=False)})):
        found = run(hostvars, tls=True)
        assert found["settings"]["sslQuorum"] == "true" and not found["unsettled"]
    alone = zookeeper_run({}, hosts(n1={"zookeeper_preflight": look(1, at(0))}), "n1", ["n1"], {**OPTIONS, "tls": True})
    assert alone["settings"]["portUnification"] == "false" and not alone["unsettled"]


def test_a_run_that_changes_nothing_takes_no_step():
    found = run(running(3, 3, 3), tls=True)
    assert not found["unsettled"] and not found["members_due"] and not run(running(0, 0, 0))["unsettled"]


def test_the_way_back_ends_with_the_certificates():
    certificate = {"/etc/zookeeper/tls/certificate.pem": "PEM"}
    found = run(running(3, 3, 3, **certificate))
    assert found["later_steps"] == [1, 0] and found["certificate_left"] and found["tls"]
    assert found["settings"]["portUnification"] == "true" and found["faults"] == []
    killed_at_the_end = run(running(0, 0, 0, **certificate))
    assert killed_at_the_end["unsettled"] and killed_at_the_end["later_steps"] == []


def test_part_of_the_members_takes_no_step():
    found = run(running(0, 0, 0), tls=True, in_run=["n1", "n2"])
    assert "n3 would not, outside this run" in found["faults"][0] and found["members_due"]
    assert run(running(3, 3, 3), tls=True, in_run=["n1", "n2"])["faults"] == []


def test_tls_of_the_users_own_is_not_taken_over_one_by_one():
    mine = "clientPort=2181\nsslQuorum=true\nssl.quorum.keyStore.location=/etc/mine.p12\nserver.1=192.0.2.1:2888:3888\n"
    registered = {name: {"zookeeper_preflight": look(number, mine)} for number, name in enumerate(MEMBERS, 1)}
    assert "zookeeper_settings.sslQuorum" in run(hosts(**registered), tls=True)["faults"][0]
    assert run(hosts(**registered), settings={"sslQuorum": True, "ssl.quorum.keyStore.location": "/etc/mine.p12"})["faults"] == []


def test_words_are_asked_by_tls_where_nothing_else_is_taken_and_from_a_member_that_has_a_certificate():
    secure = {"zookeeper_preflight": look(1, at(3, clients="tls_only"), **{"/etc/zookeeper/tls/certificate.pem": "PEM"})}
    hostvars = hosts(n2=secure, n1={"zookeeper_preflight": look(1, data=False)})
    found = run(hostvars, tls=True, clients="tls_only")
    assert found["word_tls"] == found["tls"] != {} and found["asker"] == "n2" and found["other_ports"] == []
    # While members still take nothing else, those that shall take clear are asked so as well.
    assert run(hostvars, tls=True)["word_tls"] != {}
    open_to_all = run(running(3, 3, 3), tls=True)
    assert open_to_all["word_tls"] == {} and open_to_all["asker"] == "n1"


def test_users_get_a_file():
    found = run(hosts(), tls=True, users={"flink": "horse"})
    assert 'user_flink="horse"' in found["jaas"] and "authProvider.sasl" in found["settings"] and run(hosts())["jaas"] == ""
