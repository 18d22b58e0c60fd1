# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from what the steps of a run have registered on the hosts of Marathon."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.run import marathon_run

THREE = ["n1", "n2", "n3"]


def host(number, active="active", stale=False, client=True, written=(), **more):
    """A host after its unit was looked at."""
    return {
        "ansible_host": f"192.0.2.{number}", "marathon_preflight": {"has_client": client},
        "marathon_configured": {"units": {"marathon.service": {"active": active, "stale": stale}}, "changed_paths": list(written)}, **more}


def run(hosts, in_run=None, answer=None, tls=False):
    return marathon_run({"marathon": THREE}, hosts, THREE if in_run is None else in_run, 8080, answer, tls)


def test_a_run_that_changes_nothing_touches_nothing():
    found = run({f"n{n}": host(n) for n in (1, 2, 3)})
    assert (found["touched"], found["pending"], found["askable"], found["urls"]) == (False, [], True, [])


def test_nothing_is_known_before_a_host_is_looked_at():
    found = run({f"n{n}": {"ansible_host": f"192.0.2.{n}"} for n in (1, 2, 3)})
    assert (found["touched"], found["askable"]) == (False, False)


def test_mesos_is_asked_where_every_host_has_what_the_modules_need():
    hosts = {"n1": host(1), "n2": host(2, client=False), "n3": host(3)}
    assert run(hosts)["askable"] is False and run(hosts, in_run=["n1", "n3"])["askable"] is True


@pytest.mark.parametrize(
    ("answers", "order"),
    [
        ([{"json": {"leader": "192.0.2.1:8080"}}, {"json": {"leader": "192.0.2.1:8080"}}, {"status": -1}], ["n2", "n3", "n1"]),
        # Nobody knows a leader, or it refuses the credentials.
        ([{"status": 404, "json": {"message": "There is no leader"}}, {"status": 401}, {"status": -1}], THREE),
    ],
)
def test_the_leader_restarts_last(answers, order):
    hosts = {f"n{n}": host(n, stale=True) for n in (1, 2, 3)}
    assert run(hosts)["urls"] == [f"{scheme}://192.0.2.{n}:8080" for scheme in ("http", "https") for n in (1, 2, 3)]
    found = run(hosts, answer={"results": answers})
    assert [turn["host"] for turn in found["turns"]] == order and found["turns"][0]["endpoint"] == f"192.0.2.{order[0][1]}:8080"


def test_what_does_not_run_starts_at_once():
    found = run({"n1": host(1, active="failed", stale=True), "n2": host(2, stale=True), "n3": host(3)})
    assert (found["down"], [turn["host"] for turn in found["turns"]], found["pending"]) == (["n1"], ["n2"], ["n1", "n2"])


def test_nobody_is_asked_where_nobody_else_can_lead():
    down = {f"n{n}": host(n, active="inactive") for n in (1, 2, 3)}
    assert run(down)["urls"] == [] and len(run(down, in_run=["n1"])["urls"]) == 6
    assert marathon_run({"marathon": ["n1"]}, {"n1": host(1, stale=True)}, ["n1"], 8080)["urls"] == []


def test_who_cannot_ask_the_leader_yet_is_not_waited_for():
    hosts = {f"n{n}": host(n, stale=True) for n in (1, 2, 3)}
    clear, leader = [f"http://192.0.2.{n}:8080" for n in (1, 2, 3)], {"leader": "192.0.2.1:8080"}
    answers = [{"item": url, "status": 200, "json": leader} for url in clear]
    found = run(hosts, answer={"results": [{"item": "https://192.0.2.1:8080", "status": -1}, *answers]}, tls=True)
    assert found["mixed"] and [(turn["host"], turn["leader_unreachable"]) for turn in found["turns"]] == [("n2", True), ("n3", True), ("n1", False)]
    settled = run(hosts, answer={"results": [*answers, {"item": "https://192.0.2.1:8080", "status": -1}]})
    assert not settled["mixed"] and not any(turn["leader_unreachable"] for turn in settled["turns"])


def test_those_outside_the_run_that_speak_otherwise_are_named():
    hosts = {"n1": host(1, stale=True), "n2": host(2), "n3": host(3)}
    answers = [{"item": f"http://192.0.2.{n}:8080", "status": status} for n, status in ((1, 200), (2, 401), (3, -1))]
    assert run(hosts, in_run=["n1"], answer={"results": answers}, tls=True)["outside"] == ["n2"]
    assert run(hosts, answer={"results": answers}, tls=True)["outside"] == run(hosts, in_run=["n1"], answer={"results": answers})["outside"] == []


def test_one_whose_certificate_has_ended_is_not_waited_for():
    hosts = {f"n{n}": host(n, stale=True) for n in (1, 2, 3)}
    ended = "Request failed: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:992)>"
    found = run(hosts, answer={"results": [{"item": "https://192.0.2.1:8080", "status": -1, "msg": ended}]}, tls=True)
    assert found["mixed"] and [turn["leader_unreachable"] for turn in found["turns"]] == [True, True, False]


def test_written_files_are_something_to_verify():
    found = run({"n1": host(1, written=["/etc/marathon/marathon.env"]), "n2": host(2), "n3": host(3)})
    assert found["touched"] and found["pending"] == []


@pytest.mark.parametrize("turn", ["closes", "opens"])
def test_what_one_host_says_of_the_tree_is_for_all(turn):
    hosts = {"n1": host(1), "n2": host(2), "n3": host(3)}
    assert run(hosts)["zookeeper"] == ""
    hosts["n2"]["marathon_preflight"] = {"zookeeper": {"comes": True, "closes": False, "opens": False, turn: True}}
    assert run(hosts)["zookeeper"] == turn
