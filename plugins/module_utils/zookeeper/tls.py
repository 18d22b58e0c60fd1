# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS to ZooKeeper, for sessions and for four-letter words alike.

kazoo has a context of its own, which older ones (2.8, of Debian 12) cannot have check names, so its sockets are made here.
"""

from __future__ import annotations

import os
import socket
import ssl
from typing import Any, Dict, Mapping, Sequence

from ..errors import InputError

#: The option ``tls`` of all modules that speak to ZooKeeper.
TLS_SPEC: Dict[str, Any] = {
    "type": "dict",
    "options": {
        "ca_file": {"type": "path"},
        "cert_file": {"type": "path"},
        "key_file": {"type": "path"},
        "key_password": {"type": "str", "no_log": True},
        "verify": {"type": "bool", "default": True},
        "check_hostname": {"type": "bool", "default": True},
    },
}


def client_context(tls: Mapping[str, Any]) -> ssl.SSLContext:
    """What the option ``tls`` says, TLS 1.2 and newer.

    :raises InputError: a file cannot be read, or is not what it should be.
    """
    for option in ("ca_file", "cert_file", "key_file"):
        if tls.get(option) and not os.access(tls[option], os.R_OK):
            raise InputError(f"tls.{option} {tls[option]} cannot be read on the host; copy the file there first.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # False before verify_mode, which may not be CERT_NONE while names are checked.
    context.check_hostname = bool(tls["verify"] and tls["check_hostname"])
    context.verify_mode = ssl.CERT_REQUIRED if tls["verify"] else ssl.CERT_NONE
    try:
        if tls.get("ca_file"):
            context.load_verify_locations(tls["ca_file"])
        else:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    except ssl.SSLError as error:
        raise InputError(f"tls.ca_file {tls['ca_file']} has no certificate as PEM ({error.reason}).") from None
    if tls.get("cert_file"):
        # Without a password OpenSSL would ask the terminal for that of an encrypted key.
        password = tls.get("key_password") or ""
        try:
            context.load_cert_chain(tls["cert_file"], tls.get("key_file"), password=lambda: password)
        except ssl.SSLError as error:
            raise InputError(
                f"tls.cert_file {tls['cert_file']} and tls.key_file are no certificate with its key as PEM, or tls.key_password is wrong "
                f"({error.reason})."
            ) from None
    return context


def connect(context: ssl.SSLContext, host: str, port: int, timeout: float, name: str = "") -> ssl.SSLSocket:
    """A connection whose handshake is done within ``timeout`` seconds; the certificate has to name ``name``, by default ``host``.

    :raises OSError: there is none.
    """
    plain = socket.create_connection((host, port), timeout=timeout)
    try:
        return context.wrap_socket(plain, server_hostname=name or host)
    except OSError:
        plain.close()
        raise


def kazoo_handler(context: ssl.SSLContext, servers: Sequence["tuple[str, int]"]) -> Any:
    """What kazoo makes its connections with; ``servers`` are those of the session, by the names that certificates are asked for."""
    from kazoo.handlers.threading import SequentialThreadingHandler

    def create_connection(address: "tuple[str, int]", timeout: float, hostname: str = "", **_others: Any) -> ssl.SSLSocket:
        # Before 2.9 kazoo hands over only the address that it has resolved a name to.
        return connect(context, *address, timeout, hostname or _name_of(address, servers))

    handler = SequentialThreadingHandler()
    handler.create_connection = create_connection
    return handler


def _name_of(address: "tuple[str, int]", servers: Sequence["tuple[str, int]"]) -> str:
    """The server by its name that has this address; the address itself where none has any more."""
    for host, port in servers:
        if port == address[1] and any(found[4][0] == address[0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)):
            return host
    return address[0]
