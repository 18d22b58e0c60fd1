# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a daemon of Hadoop answers on its RPC port.

A port that accepts a connection proves little: the kernel accepts it for a process that is stopped. Every RPC server of Hadoop answers
an HTTP request, by saying that it is none (RECEIVED_HTTP_REQ_RESPONSE of org.apache.hadoop.ipc.Server), before it asks who is there.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, Iterable

REQUEST = b"GET / HTTP/1.0\r\n\r\n"
SECONDS = 3.0


def silence(address: str, timeout: float = SECONDS) -> str:
    """Why the daemon at host:port does not answer, in a few words; empty when it does."""
    host, _colon, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=timeout) as link:
            link.sendall(REQUEST)
            if link.recv(1):
                return ""
            return "closes the connection"
    except socket.timeout:
        return f"does not answer within {timeout:g} s"
    except ConnectionRefusedError:
        return "does not listen"
    except OSError as error:
        return f"cannot be reached ({error.strerror or error})"


def silences(addresses: Iterable[str], timeout: float = SECONDS) -> Dict[str, str]:
    """The same of several, all asked at once; those that answer are left out."""
    asked = sorted(set(addresses))
    if not asked:
        return {}
    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        return {address: reason for address, reason in zip(asked, pool.map(lambda each: silence(each, timeout), asked)) if reason}
