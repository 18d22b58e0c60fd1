# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of loopback servers: nobody's now, and the kernel gives them to nobody else."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.ports import free_ports


def test_no_outgoing_connection_gets_them():
    ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    assert max(free_ports(3) + free_ports(60)) < ephemeral


def test_none_is_given_out_twice():
    found = [port for dummy in range(20) for port in free_ports(3)]
    assert len(set(found)) == 60


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2"])
def test_one_that_is_held_is_left_out_with_those_before_it(address):
    before = free_ports(1)[0]
    with socket.socket() as one:
        held = before + 2
        one.bind((address, held))
        one.listen()
        found = free_ports(3, ("127.0.0.1", "127.0.0.2"))
    assert held not in found and found == list(range(found[0], found[0] + 3))
