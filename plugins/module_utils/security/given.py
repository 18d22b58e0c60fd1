# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of the user's own authority, judged before any host gets them: each mistake is one sentence."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Callable, List, Sequence, Tuple

from ..errors import CollectionError, InputError
from . import pki
from .identity import Material, plain

AUTHORITIES, CERTIFICATE, KEY = "security_given_authorities", "security_given_certificate", "security_given_key"
KEY_PASSPHRASE = "security_given_key_passphrase"
LEAST_RSA_BITS = 2048


@dataclass
class Given:
    """Paths on the controller: the authorities that are trusted, the certificate with those between, and its key."""

    authorities: str
    certificate: str
    key: str
    key_passphrase: str = ""


def given(files: Given, names: Sequence[str], usages: Sequence[str], now: datetime.datetime,
          read: Callable[[str], bytes]) -> Material:
    """What the files hold, if daemons can work with it. ``names`` are those by which the host is reached.

    :raises InputError: all that is wrong, a sentence for each.
    """
    for option, path in ((AUTHORITIES, files.authorities), (CERTIFICATE, files.certificate), (KEY, files.key)):
        if not path:
            raise InputError(f"security_ca is given, and {option} is empty; name the file on the controller.")
    faults: List[str] = []
    trusted = _certificates(files.authorities, AUTHORITIES, read, faults)
    chain = _certificates(files.certificate, CERTIFICATE, read, faults)
    key = None
    try:
        key, dummy = pki.read_key(_read(files.key, KEY, read), files.key_passphrase, f"{KEY}, {files.key},", KEY_PASSPHRASE)
    except CollectionError as error:
        faults.append(error.message)
    if chain:
        faults += judge(chain, trusted, key, names, usages, now)
    if faults:
        raise InputError(" ".join(faults))
    return Material(chain, key, trusted)


def _read(path: str, option: str, read: Callable[[str], bytes]) -> bytes:
    try:
        return read(path)
    except OSError as error:
        raise InputError(f"{option}, {path}, cannot be read on the controller: {error.strerror}.") from None


def _certificates(path: str, option: str, read: Callable[[str], bytes], faults: List[str]) -> List[Any]:
    try:
        return pki.read_certificates(_read(path, option, read), f"{option}, {path},")
    except CollectionError as error:
        faults.append(error.message)
        return []


def judge(chain: List[Any], trusted: List[Any], key: Any, names: Sequence[str], usages: Sequence[str], now: datetime.datetime) -> List[str]:
    """What is wrong with a certificate for a daemon, a sentence for each; ``key`` and ``trusted`` may be missing, which was said before."""
    certificate = chain[0]
    faults: List[str] = []
    if key is not None:
        if not pki.fits(key, certificate):
            faults.append(f"{KEY} is not the key of the certificate {pki.subject_of(certificate)}, the first in {CERTIFICATE}; give the one it was made with.")
        if pki.key_kind(key) == pki.RSA and key.key_size < LEAST_RSA_BITS:
            faults.append(f"{KEY} has {key.key_size} bits; Java and OpenSSL refuse RSA keys with fewer than {LEAST_RSA_BITS}.")
    if pki.is_authority(certificate):
        faults.append(f"The first certificate in {CERTIFICATE}, {pki.subject_of(certificate)}, is that of an authority; put the host's own first.")
    have = [plain(name) for name in pki.names_of(certificate)]
    missing = [name for name in names if not any(covers(each, plain(name)) for each in have)]
    if missing:
        faults.append(f"The certificate {pki.subject_of(certificate)} is for {', '.join(have) or 'no host at all'}, and not for "
                      f"{' and '.join(missing)}; have one made with these among its alternative names (subjectAltName).")
    lacking = [usage for usage in usages if usage not in pki.usages_of(certificate)]
    if lacking:
        faults.append(f"The certificate {pki.subject_of(certificate)} is not for {' and '.join(f'{each}Auth' for each in lacking)}; daemons are servers "
                      "and clients of each other: have one made with serverAuth and clientAuth (extendedKeyUsage).")
    if not pki.may_sign_handshakes(certificate):
        faults.append(f"The certificate {pki.subject_of(certificate)} may not sign (keyUsage lacks digitalSignature), as TLS wants it to.")
    path, broken = way_up(chain, trusted) if trusted else (chain, "")
    faults += [broken] if broken else [
        f"The authority {pki.subject_of(above)} stands above {between} others, which is more than it may (pathlen of basicConstraints); have the "
        "certificate made by another authority." for between, above in enumerate(path[1:]) if not pki.may_stand_above(above, between)]
    for each in path:
        faults += _date_faults(each, now)
    return faults


def covers(name: str, wanted: str) -> bool:
    """Whether a name of a certificate is the wanted one; ``*.`` stands for one first part."""
    if name.startswith("*."):
        return "." in wanted and pki.address_of(wanted) is None and wanted.split(".", 1)[1] == name[2:]
    return name == wanted


def way_up(chain: List[Any], trusted: List[Any]) -> Tuple[List[Any], str]:
    """The certificates from the host's to a trusted one, and what is wrong with that way."""
    path = [chain[0]]
    for below, above in zip(chain, chain[1:]):
        if not pki.signed_by(below, above):
            if any(pki.signed_by(below, each) for each in trusted):
                break
            return path, (f"In {CERTIFICATE} the certificate {pki.subject_of(below)} is followed by {pki.subject_of(above)}, which has not signed it; put the "
                          "host's first, and after each the one that has signed it.")
        if not pki.is_authority(above):
            return path, f"In {CERTIFICATE} the certificate {pki.subject_of(above)} has signed another one, and is not that of an authority."
        path.append(above)
    if path[-1] in trusted:
        return path, ""
    roots = [each for each in trusted if pki.signed_by(path[-1], each)]
    if not roots:
        return path, (f"The certificate {pki.subject_of(path[-1])} was signed by {path[-1].issuer.rfc4514_string()}, which is not in {AUTHORITIES}; add "
                      f"that one there, or those between to {CERTIFICATE}.")
    if not pki.is_authority(roots[0]):
        return path, f"In {AUTHORITIES} the certificate {pki.subject_of(roots[0])} is not that of an authority."
    return [*path, roots[0]], ""


def _date_faults(certificate: Any, now: datetime.datetime) -> List[str]:
    if certificate.not_valid_before_utc > now:
        return [f"The certificate {pki.subject_of(certificate)} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC; wait, or set the "
                "controller's clock."]
    if certificate.not_valid_after_utc <= now:
        return [f"The certificate {pki.subject_of(certificate)} ended on {certificate.not_valid_after_utc:%Y-%m-%d}; have another one made."]
    return []
