# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client at a port that wants certificates: whether it is let in."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Optional, Tuple

LET_IN = "let in"
#: The kind of a record of TLS that holds an alert.
ALERT = b"\x15"


def plain(address: str, port: int) -> str:
    """LET_IN, or what became of a client that speaks no TLS: it sends what no daemon has anything to answer to, and must be told so at once."""
    with socket.create_connection((address, port), timeout=20) as client:
        try:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            answer = client.recv(1)
        except OSError as error:
            return _why(error)
    return "told so" if answer in (b"", ALERT) else LET_IN


def with_tls(address: str, port: int, mine: Optional[Tuple[Path, Path]] = None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> str:
    """LET_IN, or why not; ``mine`` are certificate and key. Whose port it is, is not looked at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, newest
    if mine:
        context.load_cert_chain(*mine)
    with socket.create_connection((address, port), timeout=20) as raw:
        try:
            client = context.wrap_socket(raw)
            # With TLS 1.3 a server judges the client's certificate after the client is done. One that has let it in waits for its words.
            client.settimeout(3)
            answer = client.recv(1)
        except OSError as error:
            return _why(error)
    return LET_IN if answer else "closed"


def _why(error: OSError) -> str:
    return LET_IN if isinstance(error, TimeoutError) else str(error)
