# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import contextmanager

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError, ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper import check as zookeeper_trial

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
    return zookeeper_trial.core({"hosts": HOSTS, "directory": "/", **params}, check_mode, pytest.fail)


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
