# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of principals, and keytabs of MIT Kerberos: read as files and written so that the same keys are always the same bytes."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Dict, Iterable, List, Sequence, Tuple

from ..errors import InputError

#: Encryption types by their numbers (RFC 3961, 3962, 8009); those after AES are broken, or so slow to compute from a password that nobody has them.
ENCTYPES: Dict[int, str] = {
    20: "aes256-cts-hmac-sha384-192", 19: "aes128-cts-hmac-sha256-128", 18: "aes256-cts-hmac-sha1-96", 17: "aes128-cts-hmac-sha1-96",
    26: "camellia256-cts-cmac", 25: "camellia128-cts-cmac", 23: "arcfour-hmac", 16: "des3-cbc-sha1", 3: "des-cbc-md5", 1: "des-cbc-crc",
}
#: What Java and MIT Kerberos both have and nobody has broken.
SOUND = (20, 19, 18, 17)
_VERSION = b"\x05\x02"
_REALM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_PART = re.compile(r"[A-Za-z0-9._$-]+\Z")
#: One or two names; a principal of a service has its host in the second.
_MOST_PARTS = 2


@dataclass(frozen=True, order=True)
class Key:
    """One key of a principal. ``kind`` is the number of its encryption type, ``kvno`` that of the key among those that the principal has had."""

    principal: str
    kvno: int
    kind: int
    secret: bytes
    name_type: int = 1

    @property
    def enctype(self) -> str:
        """Its name, as krb5.conf has it."""
        return ENCTYPES.get(self.kind, f"enctype {self.kind}")


def check_realm(realm: str) -> str:
    """The realm itself.

    :raises InputError: it cannot be one.
    """
    if not _REALM.match(realm) or realm != realm.upper():
        raise InputError(f"kerberos_realm is {realm!r}; give the name of a realm, in capitals, such as EXAMPLE.ORG.")
    return realm


def full_name(principal: str, realm: str) -> str:
    """``hdfs/node1`` with its realm.

    :raises InputError: it cannot be the name of a principal, or is one of another realm.
    """
    name, at, own = principal.partition("@")
    parts = name.split("/")
    if len(parts) > _MOST_PARTS or not all(_PART.match(part) for part in parts):
        raise InputError(f"{principal!r} is no principal; write it as NAME or SERVICE/HOST, such as hdfs/node1.example.org.")
    if at and own != realm:
        raise InputError(f"The principal {principal} is of another realm than {realm}, of which alone keys can be had.")
    return f"{name}@{realm}"


def _text(data: bytes) -> Tuple[str, bytes]:
    size = struct.unpack(">H", data[:2])[0]
    found = data[2:2 + size]
    if len(found) < size:
        raise struct.error("cut off")
    return found.decode("utf-8"), data[2 + size:]


def _entry(data: bytes) -> Key:
    count = struct.unpack(">H", data[:2])[0]
    realm, data = _text(data[2:])
    parts = []
    for dummy in range(count):
        part, data = _text(data)
        parts.append(part)
    name_type, dummy_time, short, kind, size = struct.unpack(">IIBHH", data[:13])
    secret, rest = data[13:13 + size], data[13 + size:]
    if len(secret) < size:
        raise struct.error("cut off")
    # A number that does not fit into the one byte of old follows as four.
    kvno = struct.unpack(">I", rest[:4])[0] if len(rest) >= 4 else 0
    return Key(f"{'/'.join(parts)}@{realm}", kvno or short, kind, secret, name_type)


def read(content: bytes, where: str) -> List[Key]:
    """All keys of a keytab.

    :raises InputError: it is none; ``where`` names it.
    """
    if content[:2] != _VERSION:
        raise InputError(f"{where} is no keytab of MIT Kerberos, which begins with the bytes 05 02.")
    keys, data = [], content[2:]
    try:
        while len(data) >= 4:
            size = struct.unpack(">i", data[:4])[0]
            if size == 0:
                break
            if len(data) < 4 + abs(size):
                raise struct.error("cut off")
            # What was deleted leaves a hole, whose size is negative.
            if size > 0:
                keys.append(_entry(data[4:4 + size]))
            data = data[4 + abs(size):]
    except (struct.error, UnicodeDecodeError):
        raise InputError(f"{where} is a keytab that is cut off or damaged; make it anew.") from None
    return keys


def write(keys: Iterable[Key]) -> bytes:
    """A keytab with these keys: the same keys give the same bytes, so times are left out, which nobody goes by."""
    result = [_VERSION]
    for key in sorted(set(keys)):
        name, dummy, realm = key.principal.rpartition("@")
        parts = name.split("/")
        fields = [struct.pack(">H", len(parts))]
        for part in (realm, *parts):
            fields.append(struct.pack(">H", len(part.encode("utf-8"))) + part.encode("utf-8"))
        fields.append(struct.pack(">IIBHH", key.name_type, 0, key.kvno & 0xFF, key.kind, len(key.secret)) + key.secret)
        fields.append(struct.pack(">I", key.kvno))
        entry = b"".join(fields)
        result.append(struct.pack(">i", len(entry)) + entry)
    return b"".join(result)


def of_principals(keys: Sequence[Key], principals: Sequence[str]) -> List[Key]:
    """Those keys that are of the principals."""
    return [key for key in keys if key.principal in principals]


def given_faults(keys: Sequence[Key], principals: Sequence[str], where: str) -> List[str]:
    """What is wrong with keytabs that somebody else made, a sentence for each principal; nothing in a sentence is secret."""
    faults = []
    held = sorted({key.principal for key in keys})
    for principal in principals:
        kinds = {key.kind for key in keys if key.principal == principal}
        if not kinds:
            faults.append(f"{where} has no key of {principal}, but of {', '.join(held) or 'nobody'}: export it there, or name the keytab that has it.")
        elif not kinds & set(SOUND):
            names = ", ".join(sorted(ENCTYPES.get(kind, str(kind)) for kind in kinds))
            faults.append(f"{where} has keys of {principal} for {names} alone; allow AES for this account, and export its keytab again.")
    return faults
