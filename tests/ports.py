# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports for servers that tests start on loopback.

They are below those that the kernel gives to whoever connects to somebody: one of these is taken between the look and the server's start, or by
anybody while a task's port is still to be used. Each stream of tests has its own, and gives out none twice before all have had their turn.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
from pathlib import Path
from typing import List, Sequence

#: Above those that servers have for a default, below 31000, where an agent's begin.
FIRST, LAST = 14000, 30000
WIDTH = 4000


def _bounds() -> "tuple[int, int]":
    """Those of this stream, as pytest-xdist calls it."""
    stream = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    low = FIRST + stream % ((LAST - FIRST) // WIDTH) * WIDTH
    ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    assert low + WIDTH <= ephemeral, f"the kernel gives out ports from {ephemeral} on; set net.ipv4.ip_local_port_range to 32768 60999"
    return low, low + WIDTH


class _Ports:
    """The next one to be looked at; two runs of tests on one machine begin at different ones."""

    def __init__(self) -> None:
        self._low, self._high = _bounds()
        self._next = random.randrange(self._low, self._high)

    def take(self, count: int, addresses: Sequence[str]) -> List[int]:
        for dummy in range(WIDTH):
            if self._next + count > self._high:
                self._next = self._low
            found = list(range(self._next, self._next + count))
            taken = next((port for port in found if not all(_free(address, port) for address in addresses)), None)
            self._next = (found[-1] if taken is None else taken) + 1
            if taken is None:
                return found
        raise AssertionError(f"no {count} ports in a row are free on {', '.join(addresses)} from {self._low} to {self._high}")


def _free(address: str, port: int) -> bool:
    with contextlib.closing(socket.socket()) as one:
        # As servers do: what is left of a connection that was closed keeps nobody from listening.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((address, port))
        except OSError:
            return False
    return True


_ports: List[_Ports] = []


def free_ports(count: int, addresses: Sequence[str] = ("127.0.0.1",)) -> List[int]:
    """Ports in a row that nobody holds at any of the addresses."""
    if not _ports:
        _ports.append(_Ports())
    return _ports[0].take(count, addresses)
