# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a certificate is for, whether the one that is there will do, and what is written of it."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass, field
from typing import Any, List, Mapping, Sequence, Tuple

from ..errors import InputError
from . import pki
from .authority import Authority, PASSPHRASE
from .directory import Directory

_HOST_NAME = re.compile(r"(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?\Z")


@dataclass
class Material:
    """What a daemon needs: its certificate with those above it, the key, and whom it trusts."""

    chain: List[Any]
    key: Any
    trusted: List[Any]
    #: What was done, and what will have to be, in sentences.
    done: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)


def is_host_name(name: str) -> bool:
    """Whether a name can be that of a host in a certificate."""
    return _HOST_NAME.match(name) is not None and len(name) <= 253


def plain(name: str) -> str:
    """A name or an address as certificates are compared by it."""
    address = pki.address_of(name)
    return name.lower().rstrip(".") if address is None else str(address)


def names_of_host(host: str, variables: Mapping[str, Any]) -> List[str]:
    """What a host is called: its name in the inventory and ``ansible_host``, and of each that has dots its first part."""
    names: List[str] = []
    for name in (host, str(variables.get("ansible_host") or "")):
        if pki.address_of(name) is not None:
            names.append(plain(name))
        elif is_host_name(name):
            names += [plain(name), plain(name).split(".")[0]]
    return list(dict.fromkeys(names))


def checked_names(names: Sequence[str]) -> List[str]:
    """Names that a user has given, each once.

    :raises InputError: one of them is neither a host name nor an address.
    """
    for name in names:
        if pki.address_of(name) is None and not is_host_name(name):
            raise InputError(f"names has {name!r}, which is neither the name of a host nor an address.")
    return list(dict.fromkeys(plain(name) for name in names))


@dataclass
class Identity:
    """One identity of one host, such as ``zookeeper`` of node1. Times in days."""

    name: str
    host: str
    names: List[str]
    usages: List[str]
    key_type: str
    days: int
    renew_days: int
    now: datetime.datetime

    def __post_init__(self) -> None:
        if self.renew_days >= self.days:
            raise InputError(f"renew_days is {self.renew_days} and days {self.days}: every run would renew; "
                             "let certificates last longer than the time in which they are renewed.")


def own(directory: Directory, authority: Authority, identity: Identity) -> Material:
    """The certificate of an authority of one's own: the one that was issued before while it will do, else another one with another key.

    :raises InputError: the authority or a file in its directory is not in order.
    """
    issuer = authority.pair()
    where = (authority.name, "certificates", identity.name, f"{identity.host}.pem")
    certificate, key = _stored(directory, authority.making.passphrase, where)
    reason = _why_not(certificate, key, identity, issuer, directory.path(*where))
    done = []
    if reason:
        key = pki.make_key(authority.making.kind if directory.dry else identity.key_type)
        subject = (authority.name, identity.name, identity.host)
        certificate = pki.issue(issuer, subject, identity.names, identity.usages, key, identity.days, identity.now)
        # In one file, so that a run that is killed leaves no certificate with the key of another.
        directory.put(pki.key_text(key, authority.making.passphrase) + pki.certificate_text(certificate), *where)
        done.append(f"The certificate {identity.name} of {identity.host} was issued by {authority.name}: {reason}.")
    return Material([certificate, issuer.certificate], key, [], done, authority_warnings(issuer.certificate, authority.name, identity))


def authority_warnings(certificate: Any, name: str, identity: Identity) -> List[str]:
    """That an authority ends sooner than the certificates that it issues should."""
    left = pki.days_left(certificate, identity.now)
    if left > identity.days:
        return []
    return [f"The authority {name} ends in {math.floor(left)} days, on {certificate.not_valid_after_utc:%Y-%m-%d}, and with it all that it issues: "
            "have another generation take its place in three runs, beginning with security_ca_rotate: trust."]


def _stored(directory: Directory, passphrase: str, where: Tuple[str, ...]) -> Tuple[Any, Any]:
    text = directory.get(*where)
    if text is None:
        return None, None
    path = directory.path(*where)
    key, encrypted = pki.read_key(text, passphrase, path, PASSPHRASE)
    certificate = pki.read_certificates(text, path)[0]
    if passphrase and not encrypted:
        directory.put(pki.key_text(key, passphrase) + pki.certificate_text(certificate), *where)
    return certificate, key


def _why_not(certificate: Any, key: Any, identity: Identity, issuer: pki.Pair, path: str) -> str:
    """Why the certificate that is there will not do; empty when it will."""
    if certificate is None:
        return "it had none"
    if not pki.fits(key, certificate):
        return f"the key in {path} was not that of the certificate"
    if not pki.signed_by(certificate, issuer.certificate):
        return "the one it had is of another generation of the authority"
    have, want = {plain(name) for name in pki.names_of(certificate)}, set(identity.names)
    if have != want:
        changes = [f"{' and '.join(sorted(names))} {word}" for names, word in ((want - have, "came"), (have - want, "went")) if names]
        return f"of its names {', '.join(changes)}"
    if set(pki.usages_of(certificate)) != set(identity.usages):
        return f"it is for {' and '.join(identity.usages)} now"
    if pki.key_kind(key) != identity.key_type:
        return f"its key is {identity.key_type} now"
    left = pki.days_left(certificate, identity.now)
    # One that ends with its authority would not last longer if it were issued anew.
    if left < identity.renew_days and certificate.not_valid_after_utc < issuer.certificate.not_valid_after_utc:
        return f"the one it had ends in {math.floor(left)} days" if left >= 0 else "the one it had had ended"
    return ""


def expiry_faults(certificate: Any, what: str, warn_days: int, remedy: str, now: datetime.datetime) -> List[str]:
    """That a certificate has ended, or will within ``warn_days``; ``remedy`` says what to do about it."""
    left = pki.days_left(certificate, now)
    if left >= warn_days:
        return []
    ends = "has ended" if left < 0 else f"ends in {math.floor(left)} days"
    return [f"{what} {ends}, on {certificate.not_valid_after_utc:%Y-%m-%d}: {remedy}."]
