# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fleet does to hosts is what happens to those of a rack."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

#: Connects to ssh of another host, says so, and then what becomes of the connection that nobody sends anything over.
LISTEN = """
import socket
link = socket.create_connection(("node3", 22))
link.recv(100)
print("connected", flush=True)
link.settimeout(15)
try:
    print("closed" if link.recv(100) == b"" else "data")
except TimeoutError:
    print("silence")
except OSError as error:
    print(error)
"""


@pytest.fixture
def busy(operator, tmp_path):
    """A run in the background whose task on node3 takes an hour; how it ended, once it has."""
    path = tmp_path / "busy.yml"
    tasks = [{"name": "Take long", "ansible.builtin.command": "sleep 3608.25"}]
    path.write_text(json.dumps([{"hosts": "node3", "gather_facts": False, "become": True, "tasks": tasks}]))
    with ThreadPoolExecutor() as pool:
        run = pool.submit(operator.play, playbook=path, inventory=operator.fleet.inventory())
        operator.wait_for(lambda: operator.on("node3", "pgrep -f '^sleep 3608.25' || true"), "the task")
        yield run


def test_a_host_that_loses_power_says_nothing_and_boots_again(operator, busy):
    """Its peers' connections stay open, and so does that of a run, which ends all the same."""
    booted = operator.on("node3", "systemctl show -P UserspaceTimestampMonotonic")
    bridge = Path("/sys/class/net", operator.fleet.network.bridge, "address")
    way = bridge.read_text()
    peer = operator.begin("node1", f"python3 -c '{LISTEN}'")
    assert peer.stdout.readline() == "connected\n"
    began = time.monotonic()
    operator.fleet.host("node3").power_off()
    try:
        run = busy.result()
        assert run.recap["node3"]["unreachable"] == 1, run.text
        assert 5 < time.monotonic() - began < 60
        assert peer.communicate(timeout=60)[0] == "silence\n"
        assert bridge.read_text() == way, "the other hosts' way to this machine"
    finally:
        operator.fleet.host("node3").power_on()
    assert operator.on("node3", "systemctl is-system-running --wait") == "running"
    assert operator.on("node3", "systemctl show -P UserspaceTimestampMonotonic") != booted
