# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An authority of the platform's own, in generations: which of them issues, which are trusted, and which hosts have what of it.

Another generation comes in three steps, each of which a run of its own brings to all hosts, so that at no moment a host meets a certificate
that it does not trust: ``trust`` makes it and has it trusted beside the old one, ``issue`` has certificates issued by it, ``retire`` ends the
trust in the old one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Collection, Dict, List

from ..errors import InputError
from . import pki
from .directory import Directory

TRUST, ISSUE, RETIRE = STEPS = ("trust", "issue", "retire")
STATE, HOSTS = "authority.json", "hosts.json"
PASSPHRASE = "security_ca_passphrase"


@dataclass
class Making:
    """How an authority is made that is not there yet: ``kind`` of its key, ``days`` that it lasts."""

    kind: str
    days: int
    passphrase: str
    now: datetime.datetime


class Authority:
    """One authority in its directory, made when there is none. Callers hold the directory's lock."""

    def __init__(self, directory: Directory, name: str, making: Making) -> None:
        self.directory, self.name, self.making = directory, name, making
        #: What was done, in sentences.
        self.done: List[str] = []
        state = directory.get_json(name, STATE)
        if not state:
            self._refuse_remains()
            state = {"issuer": 1, "trusted": [1]}
            self._make(1)
            self.done.append(f"The authority {name} was made, for {making.days} days.")
            directory.put_json(state, name, STATE)
        try:
            self.issuer = int(state["issuer"])
            self.trusted = [int(each) for each in state["trusted"]]
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{directory.path(name, STATE)} is damaged: it lacks issuer and trusted; bring it back from a copy.") from None

    def _refuse_remains(self) -> None:
        """What has issued certificates is never made anew for want of its state."""
        if self.directory.get(self.name, HOSTS) is not None:
            path = self.directory.path(self.name, STATE)
            raise InputError(f"{path} is missing, though {self.name} has issued certificates; bring it back from a copy.")

    def _make(self, generation: int) -> None:
        key = pki.make_key(self.making.kind)
        pair = pki.make_authority(f"{self.name} authority {generation}", key, self.making.days, self.making.now)
        self.directory.put(pki.key_text(key, self.making.passphrase), self.name, f"{generation}.key")
        self.directory.put(pki.certificate_text(pair.certificate), self.name, f"{generation}.pem")

    def certificate(self, generation: int) -> Any:
        """The certificate of one generation.

        :raises InputError: it is missing or damaged.
        """
        path = self.directory.path(self.name, f"{generation}.pem")
        text = self.directory.get(self.name, f"{generation}.pem")
        if text is None:
            raise InputError(f"{path} is missing, the certificate of the authority {self.name}; bring it back from a copy.")
        return pki.read_certificates(text, path)[0]

    def pair(self) -> pki.Pair:
        """What issues.

        :raises InputError: certificate or key are missing, damaged, do not fit or have ended, or the passphrase is wrong.
        """
        certificate = self.certificate(self.issuer)
        key = stored_key(self.directory, self.making.passphrase, self.name, f"{self.issuer}.key")
        if key is None:
            path = self.directory.path(self.name, f"{self.issuer}.key")
            raise InputError(f"{path} is missing, the key of the authority {self.name}; bring it back from a copy.")
        if not pki.fits(key, certificate):
            path = self.directory.path(self.name, f"{self.issuer}.key")
            raise InputError(f"{path} is not the key of the certificate beside it; bring both back from a copy.")
        if pki.days_left(certificate, self.making.now) <= 0:
            raise InputError(f"The authority {self.name} ended on {certificate.not_valid_after_utc:%Y-%m-%d}; move "
                             f"{self.directory.path(self.name)} away, and the next run makes another one.")
        return pki.Pair(certificate, key)

    def trusted_certificates(self) -> List[Any]:
        """What hosts trust, the oldest first."""
        return [self.certificate(generation) for generation in self.trusted]

    @property
    def newest(self) -> int:
        return max(self.trusted)

    def rotate(self, step: str, present: Collection[str]) -> None:
        """Do one step towards another generation, unless it is done. ``present`` are the hosts of the inventory.

        :raises InputError: an earlier step is not done, or has not reached each of the hosts yet.
        """
        under_way = len(self.trusted) > 1
        moved = under_way and self.issuer == self.newest
        if step == TRUST:
            if moved:
                raise InputError(f"The authority {self.name} is between two steps: certificates are issued by its newest generation already; "
                                 f"go on with security_ca_rotate: {RETIRE}.")
            if under_way:
                return
            self._make(self.newest + 1)
            self.trusted.append(self.newest + 1)
            self._note(f"Another generation of the authority {self.name} was made, and is trusted beside the one that issues.")
        elif step == ISSUE:
            if moved:
                return
            if not under_way:
                raise InputError(f"The authority {self.name} has no other generation to issue by; begin with security_ca_rotate: {TRUST}.")
            self._wait_for([name for name, has in self._records(present) if has.get("trusts") is not None and self.newest not in has["trusts"]],
                           "do not trust its newest generation yet", TRUST)
            self.issuer = self.newest
            self._note(f"Certificates of the authority {self.name} are issued by its newest generation from now on.")
        elif under_way:
            if not moved:
                raise InputError(f"The authority {self.name} still issues by its old generation; go on with security_ca_rotate: {ISSUE}.")
            self._wait_for([name for name, has in self._records(present) if has.get("issued") not in (None, self.newest)],
                           "still have a certificate of its old generation", ISSUE)
            self.trusted = [self.newest]
            self._note(f"The old generation of the authority {self.name} is not trusted any more.")

    def _note(self, sentence: str) -> None:
        self.directory.put_json({"issuer": self.issuer, "trusted": self.trusted}, self.name, STATE)
        self.done.append(sentence)

    def _records(self, present: Collection[str]) -> List["tuple[str, Dict[str, Any]]"]:
        """What hosts of the inventory were given. One that was taken out of it is waited for by nobody."""
        records = self.directory.get_json(self.name, HOSTS)
        return [(name, has) for name, has in sorted(records.items()) if has.get("host") in present]

    def _wait_for(self, behind: List[str], lack: str, step: str) -> None:
        if behind:
            more = f" and {len(behind) - 5} more" if len(behind) > 5 else ""
            raise InputError(f"Hosts {lack} of the authority {self.name}: {', '.join(behind[:5])}{more}; run once more with "
                             f"security_ca_rotate: {step} and without --limit, take hosts that are gone out of the inventory, and what hosts do "
                             "not need any more away (state: absent).",
                             behind=behind)

    def record(self, identity: str, host: str, issued: bool, trusted: bool) -> None:
        """Note what a host has got: a certificate, trust in all that is trusted now, or both."""
        records = self.directory.get_json(self.name, HOSTS)
        key = f"{identity} of {host}"
        has = {"host": host, "trusts": self.trusted if trusted else None, "issued": self.issuer if issued else None}
        if records.get(key) != has:
            self.directory.put_json({**records, key: has}, self.name, HOSTS)

    def forget(self, identity: str, host: str) -> None:
        """A host has nothing of this identity any more."""
        records = self.directory.get_json(self.name, HOSTS)
        if records.pop(f"{identity} of {host}", None) is not None:
            self.directory.put_json(records, self.name, HOSTS)


def stored_key(directory: Directory, passphrase: str, *names: str) -> Any:
    """A key of the directory, None when there is none. One that is not encrypted yet is, as soon as there is a passphrase.

    :raises InputError: it is damaged, or the passphrase is wrong.
    """
    text = directory.get(*names)
    if text is None:
        return None
    key, encrypted = pki.read_key(text, passphrase, directory.path(*names), PASSPHRASE)
    if passphrase and not encrypted:
        directory.put(pki.key_text(key, passphrase), *names)
    return key
