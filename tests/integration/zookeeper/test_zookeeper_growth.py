# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order that zookeeper_plan gives, tried on real servers: an ensemble grows and no znode is lost."""

from __future__ import annotations

import time
from typing import Dict

from ansible_collections.baremetal.flink.plugins.module_utils.wait import wait_for
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.info import four_letter_word, observe, probe_ensemble
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.rollout import zookeeper_plan, zookeeper_role_faults
from kazoo.client import KazooClient
from kazoo.protocol.states import KazooState

from tests.integration.zookeeper.ensemble import Ensemble, install


class GrowingEnsemble(Ensemble):
    """Starts with one member; ``grow`` does with processes what the role does with units."""

    def __init__(self, home, largest):
        super().__init__(home, largest)
        self._all = list(self._peers)
        self._runs_with: Dict[int, list] = {}
        self.ids = []

    def grow(self, size, observers=()):
        """Make it ``size`` members, of which some observe, in the planned order; returns the plan."""
        self.ids = list(range(1, size + 1))
        self._peers = [peer + (":observer" if number in observers else "") for number, peer in enumerate(self._all[:size], start=1)]
        self.observers = [self.server(number) for number in observers]
        names = {f"n{number}": number for number in self.ids}
        plan = zookeeper_plan(
            self.described(observers),
            {
                name: {
                    "active": "active" if number in self._processes else "inactive",
                    "stale": self._runs_with.get(number) != self._peers,
                }
                for name, number in names.items()
            },
            {name: {"data": any((self.home / str(number) / "data").glob("version-2/*"))} for name, number in names.items()},
            self.look().as_result(),
        )
        assert plan["refusal"] == ""
        for name in plan["together"]:
            self.restart(names[name])
        if plan["await_quorum"]:
            self.wait("quorum")
        for turn in plan["in_turn"]:
            self.restart(names[turn["host"]])
            if turn["wait"]:
                self.wait("member", turn["server"])
        self.wait("synced")
        return plan

    def restart(self, number):
        if number in self._processes:
            self.kill(number)
        self.start(number)
        self._runs_with[number] = self._peers

    def described(self, observers=()):
        """The members as zookeeper_servers has them."""
        return [
            {"host": f"n{number}", "id": number, "role": "observer" if number in observers else "participant", "server": self.server(number)}
            for number in self.ids
        ]

    def look(self):
        return probe_ensemble(self.servers, four_letter_word(2), observers=self.observers)

    def modes(self):
        return [member.mode for member in self.look().members]

    def wait(self, state, member=None):
        wait_for(lambda: observe(self.look(), state, member), timeout=90, interval=0.2, what=f"{state} {member or ''}")

    def client(self, *numbers):
        """A session that any of these members may serve."""
        client = KazooClient(hosts=",".join(self.server(number) for number in numbers), timeout=10)
        client.states = []
        client.add_listener(client.states.append)
        client.start(timeout=30)
        return client

    def read(self, number, path):
        """What one member itself holds."""
        client = self.client(number)
        try:
            client.sync(path)
            return sorted(client.get_children(path))
        finally:
            client.stop()
            client.close()


def write(client, path, count):
    for number in range(count):
        client.retry(client.create, f"{path}/{number:03d}", b"kept", makepath=True)
    return [f"{number:03d}" for number in range(count)]


def test_grows_from_one_to_five(tmp_path):
    install()
    ensemble = GrowingEnsemble(tmp_path, 5)
    try:
        ensemble.grow(1)
        client = ensemble.client(1)
        wanted = write(client, "/from-one", 40)
        client.stop()
        client.close()

        plan = ensemble.grow(3)
        assert plan["together"] == ["n1"]
        for number in ensemble.ids:
            assert ensemble.read(number, "/from-one") == wanted

        client = ensemble.client(1, 2, 3)
        client.create("/alive", ephemeral=True)
        later = write(client, "/from-three", 40)
        plan = ensemble.grow(5)
        assert [turn["host"] for turn in plan["in_turn"]][:2] == ["n4", "n5"]
        assert KazooState.LOST not in client.states
        assert client.retry(client.exists, "/alive")
        client.stop()
        client.close()
        for number in ensemble.ids:
            assert ensemble.read(number, "/from-one") == wanted
            assert ensemble.read(number, "/from-three") == later
    finally:
        ensemble.__exit__()


def test_member_with_an_empty_disk_is_filled(tmp_path):
    install()
    ensemble = GrowingEnsemble(tmp_path, 3)
    try:
        ensemble.grow(3)
        client = ensemble.client(1, 2, 3)
        wanted = write(client, "/kept", 40)
        client.stop()
        client.close()
        for number in ensemble.ids:
            ensemble.kill(number)
        (tmp_path / "2" / "data").rename(tmp_path / "2" / f"lost-{time.monotonic_ns()}")

        plan = ensemble.grow(3)
        assert plan["together"] == ["n1", "n3"]
        assert [turn["host"] for turn in plan["in_turn"]] == ["n2"]
        for number in ensemble.ids:
            assert ensemble.read(number, "/kept") == wanted
    finally:
        ensemble.__exit__()


def test_members_begin_and_cease_to_vote_and_no_write_is_lost(tmp_path):
    """Three get two observers, become five that vote, and the other way round while one of those that retire leads."""
    install()
    ensemble = GrowingEnsemble(tmp_path, 5)
    try:
        ensemble.grow(3)
        # Members that do not know them yet have a leader to observe.
        plan = ensemble.grow(5, observers=(4, 5))
        assert [turn["host"] for turn in plan["in_turn"]][:2] == ["n4", "n5"]
        assert ensemble.modes()[3:] == ["observer", "observer"] and ensemble.look().voters == 3
        client = ensemble.client(1, 2, 3, 4, 5)
        client.create("/alive", ephemeral=True)
        wanted = write(client, "/as-three", 40)

        plan = ensemble.grow(5)
        assert {turn["host"] for turn in plan["in_turn"][:2]} == {"n4", "n5"}
        assert "observer" not in ensemble.modes() and ensemble.look().in_sync == 5
        for number in ensemble.ids:
            assert ensemble.read(number, "/as-three") == wanted

        # The one with the highest id wins an election among equals.
        while ensemble.modes()[4] != "leader":
            ensemble.restart(ensemble.modes().index("leader") + 1)
            ensemble.wait("synced")
        wanted = write(client, "/as-five", 40)
        assert zookeeper_role_faults(ensemble.described((4, 5)), [f"n{number}" for number in ensemble.ids], ensemble.look().as_result()) == []
        plan = ensemble.grow(5, observers=(4, 5))
        assert [(turn["host"], turn["wait"]) for turn in plan["in_turn"][:2]] == [("n4", False), ("n5", True)]
        assert ensemble.modes()[3:] == ["observer", "observer"]
        assert KazooState.LOST not in client.states
        assert client.retry(client.exists, "/alive")
        for number in ensemble.ids:
            assert ensemble.read(number, "/as-five") == wanted
        client.stop()
        client.close()

        # Observers are none of the majority, whether they serve or not.
        ensemble.kill(4)
        ensemble.kill(5)
        assert ensemble.look().quorum and ensemble.look().voters == 3
        ensemble.kill(1)
        ensemble.wait("quorum")
        assert ensemble.look().in_sync == 2
    finally:
        for number in list(ensemble._processes):
            ensemble.kill(number)
