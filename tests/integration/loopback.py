# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports and processes of servers that tests start on loopback."""

from __future__ import annotations

import socket
from typing import List


# A test run that is killed must not leave its servers behind: the kernel kills them with it.
DIE_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]


def free_ports(count: int) -> List[int]:
    """Loopback ports that nobody holds at the moment, all different."""
    sockets = [socket.socket() for wanted in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
