# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From one master to three: refused while its registry holds something, else with a new registry under living tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stand_ins.loopback import call, eventually

TEARDOWN = str(Path(__file__).resolve().parents[1] / "teardown.yml")
WINDOW = {"windows": [{
    "machine_ids": [{"hostname": "192.0.2.99", "ip": "192.0.2.99"}],
    "unavailability": {"start": {"nanoseconds": 4102444800000000000}},
}]}


@pytest.fixture(scope="module")
def single(operator):
    """All taken off, tasks included, and set up again with one master."""
    operator.headers = {}
    # Its tasks live on without it, and go with it all the same.
    operator.on("node3", "sudo systemctl stop mesos-agent")
    run = operator.play(playbook=TEARDOWN)
    assert run.status == 0, run.text
    assert all(found == [] for found in operator.tasks().values())
    run = operator.play(inventory=operator.inventory(masters=["node1"]))
    assert run.status == 0, run.text
    assert operator.get("node1", "/flags")["flags"]["quorum"] == "1"


def test_one_master_grows_to_three(operator, single, workload):
    address = f"{operator.addresses['node1']}:5050"
    assert call(address, "/maintenance/schedule", WINDOW)[0] == 200
    run = operator.play()
    assert run.status != 0 and run.changed == 0, run.text
    assert "Growing from one master begins a new registry, and that of node1 holds maintenance" in run.flat
    assert call(address, "/maintenance/schedule", {"windows": []})[0] == 200

    before, tasks = {host: agent["id"] for host, agent in operator.agents().items()}, operator.tasks()
    run = operator.play()
    assert run.status == 0, run.text
    eventually(lambda: len(operator.agents()) == 3, "all agents back", 60)
    assert {host: agent["id"] for host, agent in operator.agents().items()} == before
    assert operator.tasks() == tasks and sum(len(found) for found in tasks.values()) == 3
    assert all(operator.get(host, "/flags")["flags"]["quorum"] == "2" for host in operator.addresses)
    assert "replicated_log.before" in operator.on("node1", "sudo ls /var/lib/mesos/master")
    again = operator.play()
    assert again.status == 0 and again.changed == 0, again.text
