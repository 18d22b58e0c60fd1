# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members as ZooKeeper 3.4 and 3.8 describe themselves, and what follows for the ensemble."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.info import (
    Ensemble,
    Member,
    four_letter_word,
    observe,
    parse_member,
    parse_servers,
    probe_ensemble,
    probe_member,
)

SRVR = """Zookeeper version: 3.8.0-${mvngit.commit.id}, built on 2024-12-29 17:54 UTC
Latency min/avg/max: 0/0.0/0
Received: 1
Sent: 0
Connections: 3
Outstanding: 0
Zxid: 0x100000002
Mode: %s
Node count: 12
"""
CONF = "clientPort=2181\ndataDir=/var/lib/zookeeper/version-2\nserverId=2\nelectionAlg=3\n"
NOT_SERVING = "This ZooKeeper instance is not currently serving requests\n"
REFUSED = "mntr is not executed because it is not in the whitelist.\n"


def answers(mode, synced=None):
    mntr = f"zk_version\t3.8.0\nzk_server_state\t{mode}\n" + (f"zk_synced_followers\t{synced}\n" if synced is not None else "")
    return {"srvr": SRVR % mode, "mntr": mntr, "conf": CONF, "ruok": "imok"}


def ensemble(*modes, synced=None):
    return Ensemble(
        tuple(
            Member(
                f"n{number}:2181",
                up=mode is not None,
                serving=mode is not None,
                mode=mode,
                synced_followers=synced if mode == "leader" else None,
                reason=None if mode else "is down (connection refused)",
            )
            for number, mode in enumerate(modes, 1)
        )
    )


def test_a_leader_is_read_in_full():
    assert parse_member("a:2181", answers("leader", "2")) == Member(
        server="a:2181",
        up=True,
        serving=True,
        mode="leader",
        id=2,
        version="3.8.0",
        zxid="0x100000002",
        connections=3,
        znodes=12,
        synced_followers=2,
        ok=True,
    )


def test_fractions_and_refused_words_do_not_hurt():
    said = {"srvr": SRVR % "leader", "mntr": REFUSED, "conf": REFUSED, "ruok": REFUSED}
    member = parse_member("a:2181", said)
    assert (member.mode, member.id, member.synced_followers, member.ok) == ("leader", None, None, None)
    assert parse_member("a:2181", answers("leader", "1.0")).synced_followers == 1


def test_mntr_is_enough_where_srvr_is_refused():
    member = parse_member("a:2181", {**answers("follower"), "srvr": "srvr is not executed because it is not in the whitelist."})
    assert (member.mode, member.version, member.serving) == ("follower", "3.8.0", True)


@pytest.mark.parametrize(
    "srvr,reason",
    [
        (NOT_SERVING, "runs but does not serve"),
        ("srvr is not executed because it is not in the whitelist.\n", "add srvr to 4lw.commands.whitelist"),
        ("HTTP/1.1 400 Bad Request\r\n", "unlike ZooKeeper"),
    ],
)
def test_who_does_not_serve_says_why(srvr, reason):
    member = parse_member("a:2181", {"srvr": srvr, "mntr": "", "conf": "", "ruok": ""})
    assert not member.serving
    assert reason in member.reason


def test_a_member_that_is_down_is_asked_once():
    asked = []

    def ask(server, word):
        asked.append(word)
        raise socket.timeout("timed out")

    assert probe_member("a:2181", ask) == Member("a:2181", up=False, reason="is down (no answer in time)")
    assert asked == ["srvr"]


def test_a_port_that_says_nothing_is_suspected_to_be_tls():
    assert "TLS port" in probe_member("a:2181", lambda server, word: "").reason


def test_words_travel_over_a_socket():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        ask = four_letter_word(5)
        client = probe_in_background(ask, f"127.0.0.1:{port}")
        connection, _peer = listening.accept()
        with connection:
            assert connection.recv(4) == b"ruok"
            connection.sendall(b"imok")
        assert client() == "imok"
    with pytest.raises(OSError):
        ask(f"127.0.0.1:{port}", "ruok")


def probe_in_background(ask, server):
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1)
    future = pool.submit(ask, server, "ruok")
    pool.shutdown(wait=False)
    return lambda: future.result(timeout=5)


def test_the_result_keeps_the_order_of_the_servers():
    modes = {"a:2181": "follower", "b:2181": "leader", "c:2181": "follower"}
    found = probe_ensemble(list(modes), lambda server, word: answers(modes[server], 2)[word])
    result = found.as_result()
    assert list(result["members"]) == list(modes)
    assert (result["leader"], result["followers"], result["down"]) == ("b:2181", ["a:2181", "c:2181"], [])
    assert result["restart_order"] == ["a:2181", "c:2181", "b:2181"]


def test_a_member_on_its_former_port_counts_under_its_name():
    modes = {"a:2182": "follower", "[fd00::1]:2181": "leader", "c:2181": "follower"}

    def ask(server, word):
        if server not in modes:
            raise ConnectionRefusedError(111, "Connection refused")
        return answers(modes[server], 2)[word]

    servers = ["a:2182", "[fd00::1]:2182", "c:2182", "d:2182"]
    assert not probe_ensemble(servers, ask).quorum
    result = probe_ensemble(servers, ask, [2183, 2181]).as_result()
    assert (result["quorum"], result["leader"], result["down"]) == (True, "[fd00::1]:2182", ["d:2182"])
    assert [member["server"] for member in result["members"].values()] == servers


@pytest.mark.parametrize(
    "modes,synced,quorum,in_sync",
    [
        (["standalone"], None, True, 0),
        ([None], None, False, 0),
        (["leader"], 0, True, 1),
        (["follower", "leader", "follower"], 2, True, 3),
        (["follower", "leader", None], 1, True, 2),
        (["follower", "leader", "follower"], 0, False, 1),
        (["follower", "leader", None], None, True, 2),
        ([None, "leader", None], None, False, 1),
        ([None, None, "follower"], None, False, 0),
        (["leader", "leader", "follower"], 1, False, 0),
        (["standalone", "leader", "follower"], 1, False, 2),
        (["leader", "follower", "follower", "observer"], 2, True, 3),
        (["leader", "follower", None, "observer"], 1, True, 2),
    ],
)
def test_quorum(modes, synced, quorum, in_sync):
    found = ensemble(*modes, synced=synced)
    assert (found.quorum, found.in_sync) == (quorum, in_sync)


def test_the_restart_begins_with_what_is_down_and_ends_with_the_leader():
    found = ensemble("leader", "follower", None, "observer", "follower", synced=2)
    assert found.restart_order == ["n3:2181", "n4:2181", "n2:2181", "n5:2181", "n1:2181"]


@pytest.mark.parametrize(
    "modes,synced,states",
    [
        ([None, None, None], None, {"none"}),
        (["leader", "follower", None], 1, {"none", "quorum", "member"}),
        (["leader", None, "follower"], 1, {"none", "quorum"}),
        (["leader", "follower", "follower"], 1, {"none", "quorum", "serving", "member"}),
        (["leader", "follower", "follower"], 2, {"none", "quorum", "serving", "synced", "member"}),
        (["standalone"], None, {"none", "quorum", "serving", "synced"}),
    ],
)
def test_what_can_be_waited_for(modes, synced, states):
    found = ensemble(*modes, synced=synced)
    reached = {state for state in ("none", "quorum", "serving", "synced", "member") if observe(found, state, "n2:2181").done}
    assert reached == states
    assert "n1:2181" in observe(found, "none").seen


def test_servers_are_normalised():
    assert parse_servers(["a", "b:2182", "[fd00::1]:2183", "[fd00::2]"]) == ["a:2181", "b:2182", "[fd00::1]:2183", "[fd00::2]:2181"]
    assert parse_servers(["a:1,b:2/flink/x"]) == ["a:1", "b:2"]
    assert parse_servers(["a:1", " b:2/flink"]) == ["a:1", "b:2"]


@pytest.mark.parametrize(
    "entries,message",
    [
        ([], "No ZooKeeper server"),
        ([""], "No ZooKeeper server"),
        (["/flink"], "must be written as host or host:port"),
        (["a..b"], "must be written as host or host:port"),
        (["a" * 64 + ".b"], "must be written as host or host:port"),
        (["a:0"], "host:port"),
        (["a:99999"], "host:port"),
        (["zk://a:2181"], "host:port"),
        (["a/x", "b"], "host:port"),
        (["fd00::1"], "host:port"),
        (["a", "a:2181"], "named twice"),
    ],
)
def test_malformed_servers_are_named(entries, message):
    with pytest.raises(InputError, match=message):
        parse_servers(entries)


def test_a_time_out_that_cannot_be_is_refused():
    with pytest.raises(InputError, match="connect_timeout is -1; it must be more than 0 seconds"):
        four_letter_word(-1)
