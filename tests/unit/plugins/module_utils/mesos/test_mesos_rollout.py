# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.rollout import (
    mesos_agent_plan,
    mesos_containment,
    mesos_layout_faults,
    mesos_missing_libraries,
    mesos_plan,
    mesos_registry,
    mesos_servers_now,
    registry_faults,
)

THREE = ["a", "b", "c"]
FIVE = ["a", "b", "c", "d", "e"]
URL = "zk://z:2181/mesos"


def unit(active="active", stale=False):
    return {"active": active, "stale": stale}


def units(hosts, active="active", stale=False):
    return {host: unit(active, stale) for host in hosts}


def test_a_master_is_on_its_former_port_until_it_restarts():
    servers = {"a": "10.0.0.1:5060", "b": "[fd00::2]:5060", "c": "c:5060"}
    assert mesos_servers_now(servers, {"a": "5050\n", "b": "5050", "c": None}) == {"a": "10.0.0.1:5050", "b": "[fd00::2]:5050", "c": "c:5060"}
    assert mesos_servers_now(servers, {"a": "5050\n", "b": "5050"}, ["a"]) == {**servers, "b": "[fd00::2]:5050"}
    # A unit without a port in its environment keeps an empty line.
    assert mesos_servers_now(servers, {"a": "\n"}) == servers


# -- the groups ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "masters, agents, own, url, sentence",
    [
        ([], ["a"], "a", URL, "mesos_master is empty"),
        (["a", "b"], [], "a", URL, "mesos_master has 2 hosts"),
        (["a"], [], "a", "", "elect their leader in ZooKeeper"),
        (["a"], ["b"], "c", URL, "c is neither in mesos_master nor in mesos_agent"),
    ],
)
def test_groups_that_cannot_work(masters, agents, own, url, sentence):
    assert sentence in " ".join(mesos_layout_faults(masters, agents, own, url))


def test_groups_that_work():
    assert mesos_layout_faults(THREE, ["d"], "d", URL) == []
    assert mesos_layout_faults(["a", "b"], [], "a", URL, allow_even=True) == []


# -- the registry --------------------------------------------------------------------------------


def test_a_new_cluster_and_a_whole_one_ask_nobody():
    for logs in (dict.fromkeys(THREE, False), dict.fromkeys(THREE, True)):
        state = mesos_registry(THREE, logs, 2)
        assert (state["ask"], state["alone"]) == (False, False)
        assert registry_faults(state, 2, None) == []


def test_two_of_three_teach_the_third():
    assert mesos_registry(THREE, {"a": True, "b": True, "c": False}, 2)["ask"] is False


def test_three_grow_to_five():
    state = mesos_registry(FIVE, {**dict.fromkeys(THREE, True), "d": False, "e": False}, 3)
    assert (state["ask"], state["alone"]) == (False, False)


ONE_OF_THREE = {"a": True, "b": False, "c": False}


@pytest.mark.parametrize(
    "known, allowed, sentence",
    [
        ({"quorum": 1}, False, ""),
        ({"quorum": 1, "quota": True}, False, "holds quota: note them"),
        ({"quorum": 1, "maintenance": True, "drained": ["n1"]}, False, "maintenance and agents that are drained or deactivated (n1)"),
        ({"quorum": 1, "quota": True}, True, ""),
        ({"quorum": 0}, False, "no leading master says what is in it"),
        ({"quorum": 2}, False, "add fewer masters at a time"),
        (None, True, ""),
    ],
)
def test_from_one_to_three_only_when_nothing_is_lost(known, allowed, sentence):
    state = mesos_registry(THREE, ONE_OF_THREE, 2)
    assert state["alone"] and state["ask"]
    text = " ".join(registry_faults(state, 2, known, allowed))
    assert sentence in text and bool(sentence) == bool(text)


@pytest.mark.parametrize(
    "logs, running, sentence",
    [
        ({"c": False}, 2, ""),
        ({"c": False}, 0, "run without --limit"),
        ({"a": True}, 2, ""),
        ({"a": True}, 0, ""),
        ({"a": True}, 1, "The masters run with quorum 1, the group mesos_master needs 2"),
        ({"c": False}, 1, "run without --limit"),
    ],
)
def test_a_part_of_the_masters(logs, running, sentence):
    state = mesos_registry(THREE, logs, 2)
    text = " ".join(registry_faults(state, 2, {"quorum": running}))
    assert sentence in text and bool(sentence) == bool(text)


def test_agents_alone_do_not_care_for_masters_elsewhere():
    assert mesos_registry(THREE, {}, 2)["ask"] is False


# -- the order -----------------------------------------------------------------------------------


def test_masters_of_a_new_cluster_start_together():
    plan = mesos_plan(THREE, units(THREE, "inactive"), dict.fromkeys(THREE, False))
    assert (plan["together"], plan["in_turn"]) == (THREE, [])


def test_the_leader_restarts_last():
    plan = mesos_plan(THREE, units(THREE, stale=True), dict.fromkeys(THREE, True), THREE, "a")
    assert (plan["together"], plan["in_turn"], plan["refusal"]) == ([], ["b", "c", "a"], "")


def test_masters_are_added_after_the_leader_has_restarted():
    found = {**units(THREE, stale=True), **units(["d", "e"], "inactive")}
    plan = mesos_plan(FIVE, found, {**dict.fromkeys(THREE, True), "d": False, "e": False}, THREE, "b")
    assert plan["in_turn"] == ["a", "c", "b", "d", "e"]


def test_what_is_down_starts_first():
    found = {"a": unit(stale=True), "b": unit("failed"), "c": unit(stale=True)}
    plan = mesos_plan(THREE, found, dict.fromkeys(THREE, True), ["a", "c"], "a")
    assert plan["in_turn"] == ["b", "c", "a"]


def test_no_restart_while_another_master_is_down():
    plan = mesos_plan(THREE, {"a": unit(stale=True)}, {"a": True}, ["a", "b"], "b")
    assert "a must restart, but c is down" in plan["refusal"]
    assert mesos_plan(THREE, {"a": unit(stale=True)}, {"a": True}, ["a", "b"], "b", allow_outage=True)["in_turn"] == ["a"]
    assert mesos_plan(THREE, {"a": unit(stale=True)}, {"a": True}, THREE, "b")["in_turn"] == ["a"]


def test_a_single_master_may_always_restart():
    assert mesos_plan(["a"], {"a": unit(stale=True)}, {"a": True}, ["a"], "a")["in_turn"] == ["a"]


def test_without_a_leader_those_with_a_registry_come_first():
    plan = mesos_plan(THREE, units(THREE, "inactive"), {"a": True, "b": True, "c": False})
    assert (plan["together"], plan["in_turn"]) == (["a", "b"], ["c"])


def test_a_new_registry_stops_its_holder_and_starts_all():
    plan = mesos_plan(THREE, {"a": unit(), "b": unit("inactive"), "c": unit("inactive")}, ONE_OF_THREE, ["a"], "a", reset=True)
    assert (plan["reset"], plan["together"], plan["in_turn"]) == (["a"], THREE, [])


def test_agents_one_by_one_and_those_that_are_down_at_once():
    found = {"a": unit(stale=True), "b": unit("inactive"), "c": unit(stale=True), "d": unit()}
    assert mesos_agent_plan(FIVE, found, ["c"]) == {"together": ["b"], "in_turn": ["a"], "drain": ["c"]}


# -- the host ------------------------------------------------------------------------------------

V1 = "\n".join(f"cgroup /sys/fs/cgroup/{name} cgroup rw,nosuid,{name} 0 0" for name in ("freezer", "cpu,cpuacct", "memory"))
V2 = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0"
HYBRID = V1 + "\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0"


@pytest.mark.parametrize(
    "mounts, launcher, systemd, version",
    [
        (V1, "linux", True, 1),
        (HYBRID, "linux", True, 1),
        (V1.replace("rw,", "ro,"), "posix", False, 0),
        (V2, "posix", False, 2),
        ("", "posix", False, 0),
        ("cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\nshort line", "posix", False, 0),
    ],
)
def test_containment_follows_the_host(mounts, launcher, systemd, version):
    found = mesos_containment(mounts)
    assert (found["launcher"], found["systemd"], found["cgroups"], found["fault"]) == (launcher, systemd, version, "")
    assert found["isolation"] == ("cgroups/cpu,cgroups/mem" if launcher == "linux" else "posix/cpu,posix/mem")


def test_newer_agents_want_no_control_groups_elsewhere():
    assert "/sys/fs/cgroup/unified" in mesos_containment(HYBRID, "1.11.1")["fault"]
    assert mesos_containment(V2, "1.12.0")["fault"] == ""
    with pytest.raises(InputError, match="mesos_version"):
        mesos_containment(HYBRID, "latest")


def test_missing_libraries_are_read_from_ldd():
    text = (
        "/opt/mesos/sbin/mesos-master:\n\tlinux-vdso.so.1 (0x00007ffc)\n\tlibsvn_delta-1.so.1 => not found\n"
        "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)\n/opt/mesos/sbin/mesos-agent:\n\tlibsvn_delta-1.so.1 => not found\n"
        "/opt/mesos/sbin/mesos-agent: /lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x)\n"
    )
    assert mesos_missing_libraries(text) == ["libsvn_delta-1.so.1", "GLIBCXX_3.4.32"]
    assert mesos_missing_libraries("/opt/x:\n\tnot a dynamic executable\n") == []
