# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody without a certificate learns of TLS at a port. Nothing is verified: it is not about whom he talks to, but about what he is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import warnings
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

#: Each with the names that its versions have in tables.
VERSIONS = (
    ("1.0 or 1.1", ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1),
    ("1.2", ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2),
    ("1.3", ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3),
)
#: Words of the alerts by which a server says that it wants another certificate than none.
_WANTED = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNKNOWN_CA", "CERTIFICATE_UNKNOWN")
#: What OpenSSL says of words that are no record of TLS.
_OTHER = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")
#: Seconds in which a server of TLS 1.3 says that it wants one, which it does after the handshake.
AFTERTHOUGHT = 1.0
#: Bytes of a handshake that are read.
LONGEST = 65536
#: Filters of warnings are the process', and several contexts may be made at a time.
_FILTERS = threading.Lock()


@dataclass
class Tls:
    """``versions`` that the server took; ``until`` when its certificate ends, as ISO 8601; whether it ``wants`` a certificate of its clients.

    ``spoken`` is whether it is TLS, ``other`` whether the answer was something else: neither where nothing came in time.
    """

    versions: List[str] = field(default_factory=list)
    wants: bool = False
    until: Optional[str] = None
    spoken: bool = False
    other: bool = False


def context(first: ssl.TLSVersion, last: ssl.TLSVersion) -> ssl.SSLContext:
    """Of a client without a certificate that takes whatever is offered."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    # Distributions refuse old versions and small keys by default; a stranger need not.
    made.set_ciphers("ALL:@SECLEVEL=0")
    with _FILTERS, warnings.catch_warnings():
        # Python calls the oldest versions deprecated, and whether a server takes them is the question.
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version, made.maximum_version = first, last
    return made


def look(address: str, port: int, timeout: float, afterthought: float = AFTERTHOUGHT) -> Tls:
    """With ``timeout`` seconds for each handshake, and ``afterthought`` seconds for what a server of TLS 1.3 may still say."""
    found = Tls()
    for name, first, last in VERSIONS:
        seen, taken = _handshake(address, port, timeout, afterthought, context(first, last))
        found.spoken |= seen.spoken
        found.other |= seen.other
        found.versions += [name] if taken else []
        found.wants |= seen.wants
        found.until = seen.until or found.until
    return found


def _handshake(address: str, port: int, timeout: float, afterthought: float, tls: ssl.SSLContext) -> Tuple[Tls, bool]:
    """What one version shows, and whether it was taken."""
    until = None
    shaken = False
    try:
        with socket.create_connection((address, port), timeout) as raw, tls.wrap_socket(raw) as client:
            shaken = True
            until = not_after(client.getpeercert(binary_form=True) or b"")
            client.settimeout(min(timeout, afterthought))
            # One that has let the caller in waits for his words. One that ends the connection without any has not.
            return Tls(wants=client.recv(1) == b"", until=until, spoken=True), True
    except socket.timeout:
        return Tls(until=until, spoken=shaken), shaken
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        # One that reads the first words of a handshake and ends the connection in good order has not understood them: TLS would give an alert.
        return Tls(wants=shaken, until=until, spoken=shaken, other=not shaken), shaken
    except ssl.SSLError as error:
        reason = error.reason or ""
        wants = any(word in reason for word in _WANTED)
        if not shaken and "ALERT" in reason:
            # Up to TLS 1.2 it says who it is in clear, and may have one alert for everything: whoever offers all ciphers lacks a certificate then.
            until = not_after(_offered(address, port, timeout, tls))
            wants |= until is not None
        return Tls(wants=wants, until=until, spoken=shaken or wants or "ALERT" in reason, other=not shaken and reason in _OTHER), shaken or wants
    except OSError:
        return Tls(wants=shaken, until=until, spoken=shaken), shaken


def _offered(address: str, port: int, timeout: float, tls: ssl.SSLContext) -> bytes:
    """The server's certificate out of the first words of a handshake, as they travel; empty where there is none, or none in clear."""
    outgoing = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.wrap_bio(ssl.MemoryBIO(), outgoing).do_handshake()
    stream, found = b"", b""
    with contextlib.suppress(OSError), socket.create_connection((address, port), timeout) as raw:
        raw.sendall(outgoing.read())
        while not found and len(stream) < LONGEST:
            more = raw.recv(LONGEST)
            if not more:
                break
            stream += more
            found = _first_certificate(stream)
    return found


def _first_certificate(stream: bytes) -> bytes:
    """Out of records of TLS, of which those with handshakes are put together; a message of kind 11 has the certificates (RFC 5246)."""
    handshake, place = b"", 0
    while place + 5 <= len(stream):
        kind, _version, length = struct.unpack_from(">BHH", stream, place)
        handshake += stream[place + 5:place + 5 + length] if kind == 22 else b""
        place += 5 + length
    place = 0
    while place + 4 <= len(handshake):
        end = place + 4 + int.from_bytes(handshake[place + 1:place + 4], "big")
        if handshake[place] == 11 and end <= len(handshake):
            size = int.from_bytes(handshake[place + 7:place + 10], "big")
            return handshake[place + 10:place + 10 + size]
        place = end
    return b""


def not_after(der: bytes) -> Optional[str]:
    """The end of a certificate's validity, as ISO 8601; None where this is none. Python tells it of verified certificates alone."""
    try:
        signed = _element(_element(der, 0)[0], 0)[0]
        # The number of the version need not be there.
        place = _element(signed, 0)[1] if signed[0] == 0xA0 else 0
        for _skipped in ("serial number", "algorithm", "issuer"):
            place = _element(signed, place)[1]
        validity = _element(signed, place)[0]
        place = _element(validity, 0)[1]
        text = _element(validity, place)[0].decode("ascii")
        is_short = validity[place] == 0x17
        # Two digits of a year are of this century below 50 (RFC 5280).
        year = ("20" if text[:2] < "50" else "19") + text[:2] if is_short else text[:4]
        rest = text[2 if is_short else 4:]
        return f"{year}-{rest[0:2]}-{rest[2:4]}T{rest[4:6]}:{rest[6:8]}:{rest[8:10]}Z"
    except (IndexError, UnicodeDecodeError):
        return None


def _element(der: bytes, place: int) -> Tuple[bytes, int]:
    """Content of the element of DER that begins there, and where the next one begins."""
    length, start = der[place + 1], place + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[start:start + count], "big"), start + count
    return der[start:start + length], start + length
