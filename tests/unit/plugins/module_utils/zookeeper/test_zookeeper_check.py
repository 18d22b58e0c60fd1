# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import contextmanager

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError, ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper import check as zookeeper_trial
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper import info

HOSTS = ["a", "b:2182", "c/flink"]


class Ensemble:
    """Nodes that all members share, but for the members in `behind` and `wrong`."""

    def __init__(self, behind=(), wrong=(), mute=False, lost=False):
        self.nodes = {"/": b""}
        self.mute = mute
        self.lost = lost
        self.behind = behind
        self.wrong = wrong
        self.calls = []

    @contextmanager
    def session(self, params):
        (server,) = params["hosts"]
        self.calls.append(("session", server))
        yield Member(self, server)


class Member:
    def __init__(self, ensemble, server):
        self.ensemble = ensemble
        self.server = server

    def stat(self, path):
        return path if path in self.ensemble.nodes else None

    def create(self, path, data, acl):
        self.ensemble.calls.append(("create", self.server))
        self.ensemble.nodes[path] = data
        if self.ensemble.mute:
            raise ZooKeeperError("The answer was lost.")

    def sync(self, path):
        self.ensemble.calls.append(("sync", self.server))

    def data(self, path):
        if self.server in self.ensemble.behind:
            return None
        return b"other" if self.server in self.ensemble.wrong else self.ensemble.nodes[path]

    def delete(self, nodes):
        if self.ensemble.lost:
            raise ZooKeeperError("The session was lost.")
        for path, _version in nodes:
            del self.ensemble.nodes[path]


def check(monkeypatch, ensemble, check_mode=False, **params):
    monkeypatch.setattr(zookeeper_trial, "session", ensemble.session)
    return zookeeper_trial.core({"hosts": HOSTS, "directory": "/", "trial": True, "wait_for": "none", **params}, check_mode, pytest.fail)


def test_what_one_member_is_given_all_have_and_then_none(monkeypatch):
    ensemble = Ensemble()
    result = check(monkeypatch, ensemble)
    assert (result["changed"], result["members"]) == (False, ["a:2181", "b:2182", "c:2181"])
    assert [server for call, server in ensemble.calls if call == "sync"] == ["a:2181/flink", "b:2182/flink", "c:2181/flink"]
    assert ensemble.nodes == {"/": b""}


@pytest.mark.parametrize(("trouble", "sentence"), [
    ({"behind": ["b:2182/flink"]}, "b:2182 does not have what was written through a:2181 to /.check-"),
    ({"wrong": ["c:2181/flink"]}, "c:2181 has something else than what was written"),
])
def test_a_member_that_differs_is_named(monkeypatch, trouble, sentence):
    ensemble = Ensemble(**trouble)
    with pytest.raises(ZooKeeperError, match=sentence):
        check(monkeypatch, ensemble)
    assert ensemble.nodes == {"/": b""}


def test_a_node_whose_creation_is_not_answered_is_deleted(monkeypatch):
    ensemble = Ensemble(mute=True)
    with pytest.raises(ZooKeeperError, match=r"^The answer was lost\.$"):
        check(monkeypatch, ensemble)
    assert ensemble.nodes == {"/": b""}


def test_a_node_that_cannot_be_deleted_does_not_hide_the_failure(monkeypatch):
    with pytest.raises(ZooKeeperError, match=r"b:2182 does not have .*look at its log; besides, /\.check-\w+ could not be deleted: The session was lost"):
        check(monkeypatch, Ensemble(behind=["b:2182/flink"], lost=True))
    with pytest.raises(ZooKeeperError, match=r"^The session was lost\.$"):
        check(monkeypatch, Ensemble(lost=True))


def test_check_mode_asks_every_member_and_writes_nothing(monkeypatch):
    ensemble = Ensemble()
    check(monkeypatch, ensemble, check_mode=True)
    assert ensemble.calls == [("session", server + "/flink") for server in ("a:2181", "b:2182", "c:2181")]


def test_a_missing_directory_is_named(monkeypatch):
    with pytest.raises(InputError, match="no node /data; create it"):
        check(monkeypatch, Ensemble(), directory="/data/")


class Looks:
    """What the four-letter words tell at one look after the other, the last one for ever: `down` are those that do not serve."""

    def __init__(self, *down):
        self.down = list(down)
        self.count = 0
        self.now = 0.0
        self.warnings = []

    def probe(self, servers, ask, other_ports, observers):
        down = self.down[min(self.count, len(self.down) - 1)]
        self.count += 1
        up = [server for server in servers if server not in down]
        return info.Ensemble(tuple(
            info.Member(server, up=server in up, serving=server in up, reason=None if server in up else "is down (no answer in time)",
                        mode=("leader" if server == up[0] else "follower") if server in up else None)
            for server in servers))

    def sleep(self, seconds):
        self.now += seconds


def wait(monkeypatch, ensemble, looks, **params):
    monkeypatch.setattr(zookeeper_trial, "session", ensemble.session)
    monkeypatch.setattr(info, "probe_ensemble", looks.probe)
    asked = {
        "hosts": HOSTS, "directory": "/", "trial": True, "wait_for": "member", "member": "a", "may_be_down": [], "observers": [], "other_ports": [],
        "connect_timeout": 10, "tls": None, "timeout": 5, "interval": 1, **params,
    }
    return zookeeper_trial.core(asked, False, looks.warnings.append, clock=lambda: looks.now, sleep=looks.sleep)


def test_one_that_only_waits_opens_no_session(monkeypatch):
    ensemble, looks = Ensemble(), Looks(["a:2181"], ["c:2181"])
    assert wait(monkeypatch, ensemble, looks, trial=False) == {"changed": False}
    assert (ensemble.calls, looks.count, looks.warnings) == ([], 2, [])


def test_a_trial_waits_for_members_that_come_later(monkeypatch):
    looks = Looks(["a:2181"], ["c:2181"], [])
    assert wait(monkeypatch, Ensemble(), looks)["members"] == ["a:2181", "b:2182", "c:2181"]
    assert (looks.now, looks.warnings) == (2, [])


@pytest.mark.parametrize(("spared", "seconds"), [(["c:2181"], 0), ([], 5)])
def test_a_trial_goes_on_without_a_member_that_does_not_come(monkeypatch, spared, seconds):
    looks = Looks(["c:2181"])
    assert wait(monkeypatch, Ensemble(), looks, may_be_down=spared)["members"] == ["a:2181", "b:2182"]
    assert looks.now == seconds
    assert [text.partition(" does")[0] for text in looks.warnings] == ([] if spared else ["c:2181"])


def test_a_member_that_does_not_serve_fails_and_the_others_are_tried_all_the_same(monkeypatch):
    down = r"Waited 5 s for the ZooKeeper member a:2181 to serve in the quorum, in vain; last seen: a:2181 is down \(no answer in time\), b:2182 leader"
    ensemble = Ensemble()
    with pytest.raises(WaitTimeout, match=f"{down}, c:2181 follower$") as caught:
        wait(monkeypatch, ensemble, Looks(["a:2181"]))
    assert caught.value.details["last_seen"].startswith("a:2181 is down")
    assert [server for call, server in ensemble.calls if call == "session"] == ["b:2182/flink", "c:2181/flink"]
    with pytest.raises(WaitTimeout, match=f"{down}.*; besides, c:2181 does not have what was written through b:2182"):
        wait(monkeypatch, Ensemble(behind=["c:2181/flink"]), Looks(["a:2181"]))


@pytest.mark.parametrize(("down", "trial"), [(["a:2181", "b:2182"], True), (["a:2181"], False)])
def test_without_a_quorum_or_a_trial_nobody_is_tried(monkeypatch, down, trial):
    ensemble = Ensemble()
    with pytest.raises(WaitTimeout, match="a:2181 is down"):
        wait(monkeypatch, ensemble, Looks(down), trial=trial)
    assert ensemble.calls == []


@pytest.mark.parametrize("option", ["may_be_down", "observers"])
def test_a_server_that_hosts_lacks_is_named(monkeypatch, option):
    with pytest.raises(InputError, match=f"^{option} has d:2181, which "):
        wait(monkeypatch, Ensemble(), Looks([]), **{option: ["d"]})
