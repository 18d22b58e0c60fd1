# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a host can have a firewall of nftables, asked of its kernel, so that the answer is there before any package is installed."""

from __future__ import annotations

import errno
import os
import re
import socket
import struct
from typing import Callable, Optional

#: The first kernel in which a packet can be refused before it is routed.
OLDEST = (5, 9)
OTHERWISE = "or set security_profile: open, which means no firewall on any host of the platform"
#: Of linux/netlink.h, nfnetlink.h and nf_tables.h: a request that reads the number of the rules' generation.
_NETFILTER, _NFTABLES, _GET_GENERATION, _REQUEST, _ERROR = 12, 10, 16, 1, 2
_HEADER, _FAMILY = struct.Struct("=IHHII"), struct.Struct("=BBH")


def ask_kernel(seconds: float = 5.0) -> int:
    """0 when nf_tables answers, else the number of the error.

    :raises OSError: the kernel has no netfilter that could be asked.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETFILTER) as asked:
        asked.settimeout(seconds)
        asked.bind((0, 0))
        length = _HEADER.size + _FAMILY.size
        asked.send(_HEADER.pack(length, _NFTABLES << 8 | _GET_GENERATION, _REQUEST, 1, 0) + _FAMILY.pack(0, 0, 0))
        answer = asked.recv(65536)
    kind = _HEADER.unpack_from(answer)[1]
    return -int(struct.unpack_from("=i", answer, _HEADER.size)[0]) if kind == _ERROR else 0


def nftables_fault(ask: Callable[[], int] = ask_kernel, release: Optional[str] = None) -> Optional[str]:
    """Why the host cannot have rules of nftables, with the way out; None when it can. ``release`` is the kernel's, as ``uname -r`` has it."""
    running = os.uname().release if release is None else release
    numbers = re.match(r"(\d+)\.(\d+)", running)
    if numbers and tuple(map(int, numbers.groups())) < OLDEST:
        return f"its kernel is {running}, and the firewall needs {'.'.join(map(str, OLDEST))} or newer; boot a newer one, {OTHERWISE}"
    try:
        number = ask()
    except OSError as error:
        number = error.errno or errno.EPROTONOSUPPORT
    if number in (errno.EPERM, errno.EACCES):
        return f"not even root may load rules of nftables, as in a container without CAP_NET_ADMIN; give it that capability, {OTHERWISE}"
    if number:
        return f"its kernel has no nftables ({os.strerror(number)}); load the module nf_tables, or boot a kernel that has it, {OTHERWISE}"
    return None
