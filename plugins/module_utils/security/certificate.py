# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action security_certificate has done: from its options to files for a host, and the record of what the host has got."""

from __future__ import annotations

import datetime
import math
import os
import re
from dataclasses import dataclass
from typing import Any, Callable, Collection, Dict, List, Mapping, Sequence

from ..errors import InputError
from . import pki
from .authority import STEPS, Authority, Making
from .directory import Directory
from .given import CERTIFICATE, Given, given
from .identity import Identity, Material, checked_names, expiry_faults, names_of_host, own
from .stores import FILES, PEM, PKCS12, HostFile, host_files, store_password

OWN, GIVEN = "own", "given"
PRESENT, ABSENT, CHECKED = "present", "absent", "checked"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")

SPEC: Dict[str, Any] = dict(
    name=dict(type="str", required=True),
    state=dict(type="str", choices=[PRESENT, ABSENT, CHECKED], default=PRESENT),
    directory=dict(type="str", required=True),
    owner=dict(type="str", default="root"),
    group=dict(type="str", default=""),
    formats=dict(type="list", elements="str", choices=[PEM, PKCS12], default=[PEM]),
    names=dict(type="list", elements="str", default=[]),
    usages=dict(type="list", elements="str", choices=["server", "client"], default=["server", "client"]),
    ca=dict(type="str", choices=[OWN, GIVEN], default=OWN),
    ca_dir=dict(type="path", required=True),
    ca_passphrase=dict(type="str", default="", no_log=True),
    ca_days=dict(type="int", default=3650),
    authority=dict(type="str", default="platform"),
    trusts=dict(type="list", elements="str", default=[]),
    rotate=dict(type="str", choices=["", *STEPS], default=""),
    key_type=dict(type="str", choices=[pki.RSA, pki.ECDSA], default=pki.RSA),
    days=dict(type="int", default=397),
    renew_days=dict(type="int", default=30),
    warn_days=dict(type="int", default=45),
    given_authorities=dict(type="path", default=""),
    given_certificate=dict(type="path", default=""),
    given_key=dict(type="path", default="", no_log=False),
    given_key_passphrase=dict(type="str", default="", no_log=True),
)


@dataclass
class Context:
    """Where an action runs: the host, its variables, who is in the inventory, and how files of the controller are read."""

    host: str
    variables: Mapping[str, Any]
    present: Collection[str]
    read: Callable[[str], bytes]
    now: datetime.datetime
    dry: bool = False


@dataclass
class Outcome:
    """Files for the host by their names, what the task returns, and those who note that the host has got them."""

    files: Dict[str, HostFile]
    result: Dict[str, Any]
    certificate: Any
    authorities: Sequence[Authority]


class Certificates:
    """One identity of one host."""

    def __init__(self, params: Mapping[str, Any], context: Context) -> None:
        pki.need_cryptography(pki.FOR_PKCS12 if PKCS12 in params["formats"] else pki.FOR_PEM)
        for option in ("name", "authority", "trusts"):
            for value in params[option] if option == "trusts" else [params[option]]:
                if not _NAME.match(value) or (option != "name" and value == GIVEN):
                    raise InputError(f"{option} is {value!r}; give a name of letters, digits, '_', '.' and '-' other than {GIVEN}, which is a "
                                     "part of file names.")
        if not os.path.isabs(params["ca_dir"]):
            raise InputError(f"security_ca_dir is {params['ca_dir']!r}; give an absolute path on the controller.")
        if not params["formats"] or not params["usages"]:
            raise InputError("formats and usages each need one value at least.")
        for option in ("days", "ca_days"):
            if params[option] < 1:
                raise InputError(f"{option} is {params[option]}; a certificate lasts at least one day.")
        self.params, self.context = params, context
        self.directory = Directory(params["ca_dir"], dry=context.dry)
        extra = checked_names(params["names"])
        names = list(dict.fromkeys([*names_of_host(context.host, context.variables), *extra]))
        self.identity = Identity(
            name=params["name"], host=context.host, names=names, usages=params["usages"], key_type=params["key_type"], days=params["days"],
            renew_days=params["renew_days"], now=context.now)
        # A certificate that others have made need not have the short name, nor that of the way that ssh takes.
        self.asked_of_given = list(dict.fromkeys([*names_of_host(context.host, {})[:1], *extra]))

    def prepare(self) -> Outcome:
        """Decide, and make what is missing on the controller.

        :raises InputError: something is wrong with the user's files, the directory of the authorities, or an order of rotation.
        """
        with self.directory.locked():
            if self.params["ca"] == GIVEN:
                material, authorities = self._given(), []
            else:
                authorities = self._authorities()
                material = own(self.directory, authorities[0], self.identity)
                trusted = {authority.name: authority.trusted_certificates() for authority in authorities}
                material.trusted = [each for name in self._trusts() for each in trusted[name]]
                material.done = [sentence for authority in authorities for sentence in authority.done] + material.done
            return Outcome(self._files(material), self._result(material), material.chain[0], authorities)

    def _trusts(self) -> List[str]:
        return list(dict.fromkeys(self.params["trusts"])) or [self.params["authority"]]

    def _making(self) -> Making:
        # Check mode makes an authority for this one task and forgets it: the quicker kind will do.
        kind = pki.ECDSA if self.context.dry else self.params["key_type"]
        return Making(kind=kind, days=self.params["ca_days"], passphrase=self.params["ca_passphrase"], now=self.context.now)

    def _authorities(self) -> List[Authority]:
        """The one that issues, and those that are trusted besides or instead."""
        names = dict.fromkeys([self.params["authority"], *self._trusts()])
        authorities = [Authority(self.directory, name, self._making()) for name in names]
        if self.params["rotate"]:
            for authority in authorities:
                authority.rotate(self.params["rotate"], self.context.present)
        return authorities

    def _given(self) -> Material:
        if self.params["rotate"]:
            raise InputError("security_ca_rotate is for security_ca: own; another authority of yours comes by files: put both into "
                             "security_given_authorities, give hosts their new certificates, then take the old authority out.")
        files = Given(*(self.params[f"given_{part}"] for part in ("authorities", "certificate", "key", "key_passphrase")))
        return given(files, self.asked_of_given, self.params["usages"], self.context.now, self.context.read)

    def _files(self, material: Material) -> Dict[str, HostFile]:
        authority = GIVEN if self.params["ca"] == GIVEN else self.params["authority"]
        where = (authority, "certificates", self.identity.name, self.identity.host)
        password = ""
        if PKCS12 in self.params["formats"]:
            password = store_password(self.directory, self.params["ca_passphrase"], self.identity.name, self.identity.host)
        return host_files(material, self.params["formats"], self.identity.name, password, self.directory, where)

    def _result(self, material: Material) -> Dict[str, Any]:
        certificate = material.chain[0]
        base = self.params["directory"].rstrip("/")
        files = {what: f"{base}/{name}" for kind in ["", *self.params["formats"]] for what, name in FILES[kind].items()}
        return {
            "done": material.done, "warnings": material.warnings + self._expiry_faults(certificate), "files": files, "names": pki.names_of(certificate),
            "fingerprint": pki.fingerprint(certificate), "not_after": f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            "days_left": math.floor(pki.days_left(certificate, self.context.now)), "trusted": [pki.fingerprint(each) for each in material.trusted],
        }

    def record(self, outcome: Outcome) -> None:
        """Note that the host has got the files: another generation of an authority waits for that."""
        trusts, authority = self._trusts(), self.params["authority"]
        if not outcome.authorities:
            return
        with self.directory.locked():
            for each in outcome.authorities:
                each.record(self.identity.name, self.identity.host, issued=each.name == authority, trusted=each.name in trusts)

    def forget(self) -> None:
        """The host has none of the files any more."""
        if self.params["ca"] == GIVEN or self.context.dry:
            return
        with self.directory.locked():
            for name in dict.fromkeys([self.params["authority"], *self._trusts()]):
                if self.directory.get_json(name, "authority.json"):
                    Authority(self.directory, name, self._making()).forget(self.identity.name, self.identity.host)

    @property
    def certificate_path(self) -> str:
        """Of the certificate on the host."""
        return f"{self.params['directory'].rstrip('/')}/certificate.pem"

    def check(self, on_host: bytes) -> List[str]:
        """What is wrong with the certificate that a host has, without changing anything: a sentence for each fault."""
        certificate = pki.read_certificates(on_host, self.certificate_path)[0]
        return self._expiry_faults(certificate) + self._left_behind(certificate, self.certificate_path)

    def _expiry_faults(self, certificate: Any) -> List[str]:
        renewed = f"a run with fewer than {self.params['renew_days']} days left renews it"
        if self.params["ca"] == GIVEN:
            renewed = f"put the next one in the place of {CERTIFICATE}, and run again"
        return expiry_faults(certificate, f"The certificate {self.certificate_path}", self.params["warn_days"], renewed, self.context.now)

    def _left_behind(self, certificate: Any, where: str) -> List[str]:
        """That the controller has another certificate for the host by now."""
        if self.params["ca"] == GIVEN:
            latest = self._given().chain[0]
        else:
            stored = self.directory.get(self.params["authority"], "certificates", self.identity.name, f"{self.identity.host}.pem")
            if stored is None:
                return [f"The certificate {where} is not from {self.directory.root}, which has none for this host; run once more."]
            latest = pki.read_certificates(stored, self.directory.root)[0]
        return [] if latest == certificate else [f"The certificate {where} is not the latest of this host; run once more."]


def wanted_entries(params: Mapping[str, Any], files: Mapping[str, HostFile]) -> List[Dict[str, Any]]:
    """The directory and the files as host_files takes them, contents apart; a file of a format that is not wanted any more goes."""
    base, owner, group = params["directory"].rstrip("/"), params["owner"], params["group"]
    entries: List[Dict[str, Any]] = []
    if params["state"] == PRESENT:
        entries.append({"path": base, "state": "directory", "mode": "0755", "owner": owner})
    for names in FILES.values():
        for name in names.values():
            if name not in files:
                entries.append({"path": f"{base}/{name}", "state": "absent"})
                continue
            mode = "0644" if not files[name].secret else "0640" if group else "0600"
            own_group = {"group": group} if group else {}
            entries.append({"path": f"{base}/{name}", "mode": mode, "owner": owner, "secret": files[name].secret, **own_group})
    return entries
