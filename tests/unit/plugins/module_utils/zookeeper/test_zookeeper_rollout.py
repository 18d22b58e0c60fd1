# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be a member, and in which order members start."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.rollout import (
    zookeeper_disk_faults,
    zookeeper_faults,
    zookeeper_plan,
    zookeeper_role_faults,
    zookeeper_running,
    zookeeper_servers,
)
from hypothesis import given
from hypothesis import strategies as st


def inventory(**ids):
    return {host: {"ansible_host": f"10.0.0.{number}", "zookeeper_id": number} for host, number in ids.items()}


def servers(*hosts, observers=()):
    return [
        {"host": host, "id": int(host[1:]), "role": "observer" if host in observers else "participant", "server": f"{host}:2181"} for host in hosts
    ]


def plan(size, run, quorum=False, modes=None, observers=(), **keywords):
    """``run`` tells of each host of the run: d(own), r(unning), s(tale), with a + if it holds data."""
    hosts = [f"n{number}" for number in range(1, size + 1)]
    modes = {f"{host}:2181": {"mode": mode} for host, mode in (modes or {}).items()}
    seen = {"quorum": quorum, "members": {f"{host}:2181": modes.get(f"{host}:2181", {"mode": None}) for host in hosts}}
    units = {host: {"active": "inactive" if "d" in state else "active", "stale": "s" in state} for host, state in run.items()}
    data = {host: {"/data/*": "+" in state, "/log/*": False} for host, state in run.items()}
    return zookeeper_plan(servers(*hosts, observers=observers), units, data, seen, **keywords)


def turns(plan):
    return [(turn["host"], turn["wait"]) for turn in plan["in_turn"]]


# -- members -----------------------------------------------------------------------------------------


def test_members_are_sorted_by_id_whatever_the_order_of_the_inventory():
    hostvars = inventory(a=3, b=1, c=2)
    expected = [("b", 1, "10.0.0.1:2181"), ("c", 2, "10.0.0.2:2181"), ("a", 3, "10.0.0.3:2181")]
    for order in (["a", "b", "c"], ["c", "b", "a"]):
        assert [(one["host"], one["id"], one["server"]) for one in zookeeper_servers(order, hostvars)] == expected


@pytest.mark.parametrize(("own_id", "expected"), [(0, 1), (7, 7), ("0", 1)])
def test_a_single_host_needs_no_id(own_id, expected):
    assert zookeeper_servers(["a"], {"a": {}}, own_id)[0]["id"] == expected


def test_a_single_host_keeps_the_id_of_the_inventory():
    assert zookeeper_servers(["a"], inventory(a=9))[0]["id"] == 9


def test_ipv6_addresses_are_bracketed():
    server = zookeeper_servers(["a"], {"a": {"zookeeper_address": "fd00::1"}})[0]
    assert (server["address"], server["server"]) == ("[fd00::1]", "[fd00::1]:2181")


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ({"a": 1, "b": 0, "c": 3}, "Host b has no zookeeper_id; give each member its own from 1 to 255 in the inventory, for good."),
        ({"a": 1, "b": 1, "c": 3}, "Hosts a and b both have the zookeeper_id 1; give each member its own."),
        ({"a": 1, "b": 2, "c": 256}, "The zookeeper_id of host c is 256; it must be a number from 1 to 255."),
        ({"a": 1, "b": 2, "c": -1}, "The zookeeper_id of host c is -1; it must be a number from 1 to 255."),
        ({"a": 1, "b": 2, "c": "x"}, "The zookeeper_id of host c is 'x'; it must be a number from 1 to 255."),
    ],
)
def test_bad_ids(ids, sentence):
    hostvars = {host: {"zookeeper_id": number} for host, number in ids.items()}
    with pytest.raises(InputError) as error:
        zookeeper_servers(list(ids), hostvars)
    assert str(error.value) == sentence
    assert zookeeper_faults(list(ids), hostvars) == [sentence]


# -- faults ------------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_a_good_inventory():
    assert zookeeper_faults(["a", "b", "c"], inventory(a=1, b=2, c=3), settings={"globalOutstandingLimit": 100}) == []


def test_hosts_that_disagree_about_a_port():
    hostvars = {"a": {"zookeeper_id": 1}, "b": {"zookeeper_id": 2, "zookeeper_election_port": 3889}, "c": {"zookeeper_id": 3}}
    assert zookeeper_faults(["a", "b", "c"], hostvars) == [
        "zookeeper_election_port is 3888 on host a and 3889 on host b; set the same for the whole group."
    ]


def test_an_even_ensemble_needs_a_word():
    hostvars = inventory(a=1, b=2)
    assert "The group zookeeper has 2 hosts (a, b)" in zookeeper_faults(["a", "b"], hostvars)[0]
    assert zookeeper_faults(["a", "b"], hostvars, allow_even=True) == []


@pytest.mark.parametrize(("words", "missing"), [(["ruok"], "srvr and mntr"), (["srvr"], "mntr")])
def test_the_words_that_the_collection_needs(words, missing):
    assert f"lacks {missing}," in zookeeper_faults(["a"], {"a": {}}, words=words)[0]


def test_all_words_are_enough():
    assert zookeeper_faults(["a"], {"a": {}}, words=["*"]) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"clientPort": 1}, "zookeeper_settings must not have clientPort; set zookeeper_client_port instead."),
        ({"server.4": "x:1:2"}, "zookeeper_settings must not have server.4; the members come from the group zookeeper."),
        ({"a b": 1}, "zookeeper_settings has the key 'a b'; a key is one word without blanks, =, :, #, ! and backslash."),
    ],
)
def test_bad_settings(settings, sentence):
    assert zookeeper_faults(["a"], {"a": {}}, settings=settings) == [sentence]


def test_lists_null_and_what_has_to_be_escaped_are_taken():
    assert zookeeper_faults(["a"], {"a": {}}, settings={"ssl.protocols": ["TLSv1.2", "TLSv1.3"], "gone": None, "path": "a\\b\nc"}) == []


def found(myid=None, configuration=None, moved=False):
    return {
        "contents": {"/data/myid": myid, "/zoo.cfg": configuration},
        "exists": {"/data/version-2/*": moved, "/log/version-2/*": moved},
    }


@pytest.mark.parametrize(
    ("contents", "fault"),
    [
        (found(), None),
        (found("1\n", "dataDir=/data\ndataLogDir=/log\n"), None),
        (found("1\n", "dataDir=/old\ndataLogDir=/log\n", moved=True), None),
        (found("2\n"), "/data/myid says that this host is member 2, the inventory says 1: a running member is never renumbered;"),
        (found(None, "dataDir=/old\ndataLogDir=/log\n"), "move /old to /data and run again, or set zookeeper_data_dir back."),
        (found("1", "dataDir=/data\ndataLogDir=/old\n"), "move /old to /log and run again, or set zookeeper_data_log_dir back."),
    ],
)
def test_disk_against_inventory(contents, fault):
    faults = zookeeper_disk_faults(contents, 1, "/data", "/log", "/zoo.cfg")
    assert len(faults) == (0 if fault is None else 1)
    assert fault is None or fault in faults[0]


def look(started=None, configured=None):
    return {"contents": {"/run/zoo.cfg": started, "/zoo.cfg": configured}}


@pytest.mark.parametrize(
    ("looks", "wanted", "client_ports", "parted"),
    [
        ([], (2181, 2888, 3888), [], False),
        ([look()], (2181, 2888, 3888), [], False),
        ([look("clientPort=2181\nserver.1=[fd00::1]:2888:3888\n")], ("2181", "2888", "3888"), [], False),
        ([look(None, "clientPort=2181\n"), look("clientPort=2182\n")], (2182, 2888, 3888), [2181], False),
        # What a member was started with counts, not the file that a killed run has written since.
        ([look("clientPort=2181\n", "clientPort=2182\n"), look("clientPort=2182\n", "clientPort=2182\n")], (2182, 2888, 3888), [2181], False),
        ([look("server.1=a:2888:3888\nserver.2=b:2888:3888\n")], (2181, 2888, 3889), [], True),
        ([look("server.1=a:2889:3888\n"), look("server.1=a:2888:3888\n")], (2181, 2888, 3888), [], True),
    ],
)
def test_members_that_run_on_other_ports(looks, wanted, client_ports, parted):
    running = zookeeper_running(looks, ["/run/zoo.cfg", "/zoo.cfg"], *wanted)
    assert running == {"client_ports": client_ports, "parted": parted, "regrouped": False}


def test_members_that_would_part_are_refused_unless_an_outage_is_allowed():
    assert "only change all at once: set zookeeper_allow_outage to true" in zookeeper_disk_faults(found(), 1, "/data", "/log", "/zoo.cfg", True)[0]


# -- order -------------------------------------------------------------------------------------------


def test_new_ensemble_starts_at_once():
    answer = plan(3, {"n1": "d", "n2": "d", "n3": "d"})
    assert (answer["together"], answer["await_quorum"], answer["in_turn"]) == (["n1", "n2", "n3"], True, [])


def test_single_host_starts_or_restarts():
    for state in ("d", "d+", "s+"):
        answer = plan(1, {"n1": state}, quorum="s" in state, modes={"n1": "standalone"} if "s" in state else None)
        assert (answer["together"], answer["await_quorum"], answer["in_turn"]) == (["n1"], True, [])


def test_stopped_ensemble_starts_at_once():
    answer = plan(3, {"n1": "d+", "n2": "d+", "n3": "d+"})
    assert (answer["together"], answer["await_quorum"], answer["in_turn"]) == (["n1", "n2", "n3"], True, [])


def test_leader_restarts_last():
    modes = {"n1": "follower", "n2": "leader", "n3": "follower"}
    answer = plan(3, {"n1": "s+", "n2": "s+", "n3": "s+"}, quorum=True, modes=modes)
    assert answer["together"] == []
    assert turns(answer) == [("n1", True), ("n3", True), ("n2", True)]


def test_members_that_part_restart_at_once():
    modes = {"n1": "follower", "n2": "leader", "n3": "follower"}
    answer = plan(3, {"n1": "s+", "n2": "s+", "n3": "s+"}, quorum=True, modes=modes, parted=True)
    assert (answer["together"], answer["await_quorum"], answer["in_turn"], answer["refusal"]) == (["n1", "n2", "n3"], True, [], "")


def test_only_what_is_stale_restarts():
    modes = {"n1": "follower", "n2": "leader", "n3": "follower"}
    assert turns(plan(3, {"n1": "r+", "n2": "r+", "n3": "s+"}, quorum=True, modes=modes)) == [("n3", True)]


def test_what_is_down_starts_before_anything_restarts():
    modes = {"n1": "follower", "n2": "leader"}
    answer = plan(3, {"n1": "s+", "n2": "s+", "n3": "d+"}, quorum=True, modes=modes)
    assert turns(answer) == [("n3", True), ("n1", True), ("n2", True)]
    # Only those that serve have clients to wait for.
    assert [turn["serves"] for turn in answer["in_turn"]] == [False, True, True]


def test_grows_from_one_the_member_with_data_first():
    answer = plan(3, {"n1": "d", "n2": "s+", "n3": "d"}, modes={"n2": "standalone"})
    assert (answer["together"], answer["await_quorum"]) == (["n2"], False)
    assert turns(answer) == [("n1", True), ("n3", True)]


def test_grows_from_one_to_five_and_waits_as_soon_as_a_quorum_can_be():
    answer = plan(5, {"n1": "s+", "n2": "d", "n3": "d", "n4": "d", "n5": "d"}, modes={"n1": "standalone"})
    assert answer["together"] == ["n1"]
    assert turns(answer) == [("n2", False), ("n3", True), ("n4", True), ("n5", True)]


def test_grows_from_three_to_five_the_new_ones_first():
    """A member restarted with five names needs three that vote for its leader: two old ones would not do."""
    modes = {"n1": "follower", "n2": "follower", "n3": "leader"}
    answer = plan(5, {"n1": "s+", "n2": "s+", "n3": "s+", "n4": "d", "n5": "d"}, quorum=True, modes=modes)
    assert answer["together"] == []
    assert [host for host, wait in turns(answer)] == ["n4", "n5", "n1", "n2", "n3"]


def test_grows_from_three_to_seven_those_with_data_first():
    modes = {"n1": "follower", "n2": "follower", "n3": "leader"}
    run = {**dict.fromkeys(["n1", "n2", "n3"], "s+"), **dict.fromkeys(["n4", "n5", "n6", "n7"], "d")}
    answer = plan(7, run, quorum=False, modes=modes)
    assert answer["together"] == ["n1", "n2", "n3"]
    assert turns(answer) == [("n4", True), ("n5", True), ("n6", True), ("n7", True)]


def test_interrupted_growth_goes_on():
    answer = plan(3, {"n1": "r+", "n2": "d", "n3": "d"})
    assert (answer["together"], answer["await_quorum"]) == ([], False)
    assert turns(answer) == [("n2", True), ("n3", True)]


def test_replaced_member_joins_the_quorum():
    modes = {"n1": "follower", "n2": "leader"}
    assert turns(plan(3, {"n1": "r+", "n2": "r+", "n3": "d"}, quorum=True, modes=modes)) == [("n3", True)]
    assert turns(plan(3, {"n3": "d"}, quorum=True, modes=modes)) == [("n3", True)]


def test_replaced_member_waits_for_the_stopped_ones_with_data():
    answer = plan(3, {"n1": "d+", "n2": "d+", "n3": "d"})
    assert (answer["together"], answer["await_quorum"]) == (["n1", "n2"], True)
    assert turns(answer) == [("n3", True)]


def test_restart_that_would_cost_the_quorum_is_refused():
    modes = {"n1": "follower", "n2": "leader"}
    run = {"n1": "s+", "n2": "r+"}
    answer = plan(3, run, quorum=True, modes=modes)
    assert answer["refusal"].startswith("n1 must restart, but n3 is down and the others alone are no quorum;")
    assert (answer["together"], answer["in_turn"]) == ([], [])
    assert turns(plan(3, run, quorum=True, modes=modes, allow_outage=True)) == [("n1", True)]


def test_two_members_have_no_other_way():
    answer = plan(2, {"n1": "s+", "n2": "s+"}, quorum=True, modes={"n1": "leader", "n2": "follower"})
    assert answer["refusal"] == ""
    assert turns(answer) == [("n2", True), ("n1", True)]


@given(
    states=st.lists(st.sampled_from(["d", "d+", "r+", "s+"]), min_size=3, max_size=7).filter(lambda states: len(states) % 2),
    quorum=st.booleans(),
)
def test_members_without_data_never_come_first(states, quorum):
    run = {f"n{place}": state for place, state in enumerate(states, start=1)}
    serving = [host for host, state in run.items() if state in ("r+", "s+")]
    majority = len(run) // 2 + 1
    quorum = quorum and len(serving) >= majority
    modes = {host: "leader" if host == serving[0] else "follower" for host in serving} if quorum else {}
    answer = plan(len(run), run, quorum=quorum, modes=modes)
    order = answer["together"] + [host for host, wait in turns(answer)]
    wanted = {host for host, state in run.items() if state != "r+"}
    assert (set(order) == wanted and len(order) == len(wanted)) or answer["refusal"]
    empty = {host for host, state in run.items() if state == "d"}
    if not quorum and empty != set(run):
        assert not empty & set(answer["together"])
        assert order[: len(answer["together"])] == answer["together"]


# -- observers ---------------------------------------------------------------------------------------


def with_roles(*roles):
    return {f"n{number}": {"zookeeper_id": number, "zookeeper_role": role} for number, role in enumerate(roles, start=1)}


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (["participant"] * 3 + ["observer"] * 2, ""), (["participant"] * 3 + ["observer"], ""),
        (["participant"] * 2 + ["observer"], "The group zookeeper has 2 voting members (n1, n2): an even ensemble"),
        (["participant", "observer"], "n2 cannot observe n1 alone: ZooKeeper ends unless there is a quorum"),
        (["observer"], "n1 cannot observe nobody: ZooKeeper ends"),
        (["participant"] * 2 + ["spectator"], "zookeeper_role of host n3 is 'spectator'; it must be participant or observer."),
    ],
)  # fmt: skip
def test_only_those_that_vote_are_counted(roles, sentence):
    hostvars = with_roles(*roles)
    faults = zookeeper_faults(list(hostvars), hostvars)
    assert (faults == []) if not sentence else faults[0].startswith(sentence)


def test_one_member_that_looks_for_others_may_have_observers():
    hostvars = with_roles("participant", "observer")
    assert zookeeper_faults(list(hostvars), hostvars, settings={"standaloneEnabled": False}) == []


FIVE = ["n1", "n2", "n3", "n4", "n5"]
LED_BY_3 = {"n1": "follower", "n2": "follower", "n3": "leader", "n4": "observer", "n5": "observer"}
STALE = dict.fromkeys(FIVE, "rs+")


def test_observers_restart_before_those_that_vote():
    assert [host for host, _wait in turns(plan(5, STALE, True, LED_BY_3, observers=("n4", "n5")))] == ["n4", "n5", "n1", "n2", "n3"]


def test_an_observer_that_is_down_is_no_reason_to_refuse():
    modes = {**LED_BY_3, "n4": None, "n5": None}
    found = plan(5, {host: "rs+" for host in FIVE[:3]}, True, modes, observers=("n4", "n5"))
    assert found["refusal"] == "" and len(found["in_turn"]) == 3
    assert "n4, outside" not in found["refusal"]
    voter = plan(5, {host: "rs+" for host in FIVE[1:]}, True, {**LED_BY_3, "n1": None}, observers=("n4", "n5"))
    assert "but n1 is down" in voter["refusal"]


def test_observers_that_shall_vote_come_first_and_count():
    found = plan(5, STALE, True, LED_BY_3)
    assert found["refusal"] == "" and turns(found) == [(host, True) for host in ("n4", "n5", "n1", "n2", "n3")]


def test_who_gives_up_its_vote_comes_first():
    modes = {**LED_BY_3, "n4": "follower", "n5": "follower"}
    assert turns(plan(5, STALE, True, modes, observers=("n4", "n5"))) == [(host, True) for host in ("n4", "n5", "n1", "n2", "n3")]
    # Nobody observes a leader that is about to go.
    modes = {**modes, "n3": "follower", "n4": "leader"}
    assert turns(plan(5, STALE, True, modes, observers=("n4", "n5"))) == [("n5", False), ("n4", True), ("n1", True), ("n2", True), ("n3", True)]


@pytest.mark.parametrize("leader", ["n1", "n2", "n3"])
def test_two_voters_that_are_left_are_not_waited_for_one_by_one(leader):
    """The leader of them, who has its older file, would count the new observer among its followers, and the other one never joins it."""
    modes = {host: "leader" if host == leader else "follower" for host in ("n1", "n2", "n3")}
    found = plan(3, dict.fromkeys(("n1", "n2", "n3"), "rs+"), True, modes, observers=("n1",))
    first, second = ("n3", "n2") if leader == "n2" else ("n2", "n3")
    assert turns(found) == [("n1", True), (first, False), (second, True)]
    assert [turn["serves"] for turn in found["in_turn"]] == [True, False, True]


def test_empty_observers_need_no_majority_of_their_own():
    found = plan(5, {**{host: "r+" for host in FIVE[:3]}, "n4": "d", "n5": "d"}, observers=("n4", "n5"))
    assert found["together"] == [] and found["await_quorum"] and turns(found) == [("n4", True), ("n5", True)]
    assert plan(5, dict.fromkeys(FIVE, "d"), observers=("n4", "n5"))["together"] == FIVE


def roles(modes, observers, in_run=tuple(FIVE), quorum=True, allow_outage=False):
    seen = {"quorum": quorum, "members": {f"{host}:2181": {"mode": mode} for host, mode in modes.items()}}
    return zookeeper_role_faults(servers(*modes, observers=observers), in_run, seen, allow_outage)


def test_roles_change_while_a_majority_of_both_stays():
    voting = {**LED_BY_3, "n4": "follower", "n5": "follower"}
    assert roles(LED_BY_3, ()) == [] and roles(voting, ("n4", "n5")) == []
    [fault] = roles({**voting, "n1": None}, ("n4", "n5"))
    assert fault.startswith("n4, n5 cannot change their zookeeper_role in one run: 2 of the members that serve vote before and after it, and 3 must")
    assert "run without --limit" in roles(LED_BY_3, (), in_run=FIVE[:4])[0]
    seven = {**LED_BY_3, "n6": "observer", "n7": "observer"}
    assert "and 4 must, for a majority of both" in roles(seven, (), in_run=list(seven))[0]


def test_roles_do_not_change_while_the_ensemble_does_not_serve():
    assert "only while the ensemble serves" in roles(dict.fromkeys(FIVE), (), quorum=False)[0]
    assert roles(dict.fromkeys(FIVE), (), quorum=False, allow_outage=True) == []


@pytest.mark.parametrize(
    ("line", "regrouped"),
    [("server.4=n4:2888:3888:observer", False), ("server.4=n4:2888:3888", True), ("server.1=n1:2888:3888:participant;2181", True),
     ("server.9=gone:2888:3888:observer", False)],
)  # fmt: skip
def test_a_member_that_runs_with_another_role_of_one_is_seen(line, regrouped):
    looks = [{"contents": {"/zoo.cfg": f"clientPort=2181\n{line.partition(';')[0]}\n"}}]
    running = zookeeper_running(looks, ["/zoo.cfg"], roles={1: "participant" if "server.4" in line else "observer", 4: "observer"})
    assert (running["regrouped"], running["parted"]) == (regrouped, False)


@pytest.mark.parametrize(
    ("before", "wanted", "parted"),
    [
        ({}, {}, False), ({}, {"sslQuorum": True}, True), ({"sslQuorum": "true"}, {}, True), ({"sslQuorum": "true"}, {"sslQuorum": "True"}, False),
        ({}, {"portUnification": True}, False), ({"portUnification": "true"}, {"sslQuorum": True, "portUnification": True}, False),
        ({"portUnification": "true"}, {"sslQuorum": True}, True), ({"sslQuorum": "true", "portUnification": "true"}, {"sslQuorum": True}, False),
    ],
)  # fmt: skip
def test_members_that_encrypt_do_not_hear_those_that_do_not(before, wanted, parted):
    text = "".join(f"{key}={value}\n" for key, value in before.items()) + "server.1=a:2888:3888\n"
    assert zookeeper_running([look(text)], ["/run/zoo.cfg"], settings=wanted)["parted"] is parted
