# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes certificates for tests of servers and clients, by the collection's own hand, quickly and without a host."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from ansible_collections.baremetal.flink.plugins.module_utils.security import pki
from ansible_collections.baremetal.flink.plugins.module_utils.security.directory import Directory
from ansible_collections.baremetal.flink.plugins.module_utils.security.identity import Material
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import FILES, TRUST_PASSWORD, host_files

STORE_PASSWORD = "of-a-test"


@dataclass(frozen=True)
class Files:
    """What one identity has, by the names of ``security_certificate``'s result ``files``."""

    certificate: Path
    trust: Path
    key: Path
    bundle: Path
    keystore: Path
    truststore: Path
    password: Path
    store_password: str = STORE_PASSWORD
    trust_password: str = TRUST_PASSWORD


class Certificates:
    """An authority for the time of a test, and what it issues, below ``directory``. ``kind`` of keys: ``ecdsa`` is quicker, ``rsa`` is the role's."""

    def __init__(self, directory: Path, name: str = "test", kind: str = "ecdsa") -> None:
        self.directory, self.kind = Path(directory), kind
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.authority = pki.make_authority(f"{name} authority", pki.make_key(kind), 30, self.now)

    def make(
        self, name: str, names: Sequence[str] = ("localhost", "127.0.0.1"), usages: Sequence[str] = ("server", "client"), days: int = 10,
        began: datetime.timedelta = datetime.timedelta(), trusts: Sequence["Certificates"] = (),
    ) -> Files:
        """Certificate and key for ``names``, in a directory called ``name``. One that has ended: ``began`` longer ago than ``days``.

        Trusted is the authority itself, or those of ``trusts``.
        """
        key = pki.make_key(self.kind)
        certificate = pki.issue(self.authority, ("test", name, name), names, usages, key, days, self.now - began)
        trusted = [each.authority.certificate for each in trusts or (self,)]
        material = Material([certificate, self.authority.certificate], key, trusted)
        where = self.directory / name
        where.mkdir(parents=True)
        made = host_files(material, ["pem", "pkcs12"], name, STORE_PASSWORD, Directory(str(where), dry=True), (name,))
        for file, content in made.items():
            (where / file).write_bytes(content.content)
            (where / file).chmod(0o640 if content.secret else 0o644)
        return Files(**{what: where / file for files in FILES.values() for what, file in files.items()})
