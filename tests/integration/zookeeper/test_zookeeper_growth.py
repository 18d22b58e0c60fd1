# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order that zookeeper_plan gives, tried on real servers: an ensemble grows and no znode is lost."""

from __future__ import annotations

import time
from typing import Dict

from kazoo.client import KazooClient
from kazoo.protocol.states import KazooState

from ansible_collections.baremetal.flink.plugins.module_utils.wait import wait_for
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper_ensemble import four_letter_word, observe, probe_ensemble
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper_rollout import zookeeper_plan

from tests.integration.zookeeper.ensemble import Ensemble, install


class GrowingEnsemble(Ensemble):
    """Starts with one member; ``grow`` does with processes what the role does with units."""

    def __init__(self, home, largest):
        super().__init__(home, largest)
        self._all = list(self._peers)
        self._runs_with: Dict[int, int] = {}
        self.ids = []

    def grow(self, size):
        """Make it ``size`` members, in the planned order; returns the plan."""
        self.ids = list(range(1, size + 1))
        self._peers = self._all[:size]
        names = {f"n{number}": number for number in self.ids}
        plan = zookeeper_plan(
            [{"host": name, "id": number, "server": self.server(number)} for name, number in names.items()],
            {
                name: {
                    "active": "active" if number in self._processes else "inactive",
                    "stale": self._runs_with.get(number) != size,
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
        self._runs_with[number] = len(self.ids)

    def look(self):
        return probe_ensemble(self.servers, four_letter_word(2))

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
