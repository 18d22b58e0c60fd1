# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores of Java (PKCS12) and their passwords, and the files that a host gets."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from . import pki
from .authority import stored_key
from .directory import Directory
from .identity import Material

try:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
except ImportError:  # pki.need_cryptography says so
    pkcs12 = None  # type: ignore[assignment]

STORES_KEY = "stores.key"
#: Of trust stores, which hold nothing secret and are for everybody on a host: the password of Java's own.
TRUST_PASSWORD = "changeit"
#: Stands for a password that check mode cannot know yet.
NOT_YET = "not-made-yet"
PEM, PKCS12 = "pem", "pkcs12"
#: What each file is called, by what it is; those without a format are always there.
FILES = {
    "": {"certificate": "certificate.pem", "trust": "trust.pem"},
    PEM: {"key": "key.pem", "bundle": "keystore.pem"},
    PKCS12: {"keystore": "keystore.p12", "truststore": "truststore.p12", "password": "keystore.password"},
}


class HostFile(NamedTuple):
    """One file on its way to a host; a secret one is read by the daemon's group and nobody else."""

    content: bytes
    secret: bool


def make_secret(ca_dir: str, passphrase: str = "") -> None:
    """Make what passwords are derived from, unless it is there.

    :raises InputError: it is damaged, the passphrase is wrong, or the directory cannot be written.
    """
    pki.need_cryptography()
    directory = Directory(os.path.expanduser(ca_dir))
    with directory.locked():
        _secret(directory, passphrase)


def _secret(directory: Directory, passphrase: str) -> Any:
    key = stored_key(directory, passphrase, STORES_KEY)
    if key is None:
        key = pki.make_key(pki.ECDSA)
        directory.put(pki.key_text(key, passphrase), STORES_KEY)
    return key


def store_password(directory: Directory, passphrase: str, identity: str, host: str) -> str:
    """The password of one key store: 40 hexadecimal digits that stay the same as long as the directory has its ``stores.key``.

    :raises InputError: that file is damaged, or the passphrase is wrong.
    """
    return _derived(_secret(directory, passphrase), identity, host)


def passwords_of(names: Sequence[str], purpose: str, ca_dir: str, passphrase: str = "", missing: str = NOT_YET) -> Dict[str, str]:
    """Passwords of users by their names, the same for each host; ``missing`` for each where nothing was made to derive them from.

    ``purpose`` tells users of the same name apart, such as those of Mesos and those of ZooKeeper.
    """
    directory = Directory(os.path.expanduser(ca_dir), dry=True)
    if directory.get(STORES_KEY) is None:
        return dict.fromkeys(names, missing)
    pki.need_cryptography()
    key = stored_key(directory, passphrase, STORES_KEY)
    # No host of an inventory has a name with a slash in it.
    return {name: _derived(key, name, f"/{purpose}") for name in names}


def password_of(identity: str, host: str, ca_dir: str, passphrase: str = "") -> str:
    """As store_password, for templates, and without making anything: NOT_YET where no key store was ever made."""
    pki.need_cryptography()
    key = stored_key(Directory(os.path.expanduser(ca_dir), dry=True), passphrase, STORES_KEY)
    return NOT_YET if key is None else _derived(key, identity, host)


def _derived(key: Any, identity: str, host: str) -> str:
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    return hmac.new(secret, f"{identity}\0{host}".encode("utf-8"), hashlib.sha256).hexdigest()[:40]


def host_files(
    material: Material, formats: Sequence[str], alias: str, password: str, directory: Directory, where: Tuple[str, ...]
) -> Dict[str, HostFile]:
    """What the host gets, by the names of FILES. The stores are kept below ``where``: made anew they would differ though they hold the same."""
    chain, key = pki.certificate_text(*material.chain), pki.key_text(material.key)
    files = {"certificate.pem": HostFile(chain, False), "trust.pem": HostFile(pki.certificate_text(*material.trusted), False)}
    if PEM in formats:
        files["key.pem"] = HostFile(key, True)
        files["keystore.pem"] = HostFile(key + chain, True)
    if PKCS12 in formats:
        *above, host = where
        files["keystore.p12"] = HostFile(_key_store(material, alias, password, directory, (*above, f"{host}.keystore.p12")), True)
        files["truststore.p12"] = HostFile(_trust_store(material.trusted, directory, (*above, f"{host}.truststore.p12")), False)
        # Without a newline: what reads a password from a file may take all of it.
        files["keystore.password"] = HostFile(password.encode("utf-8"), True)
    return files


def _encryption(password: str) -> Any:
    """What Java reads from 8u301 and 11.0.12 on, and OpenSSL without its legacy provider."""
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(10000)
    return builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256()).build(password.encode("utf-8"))


def _key_store(material: Material, alias: str, password: str, directory: Directory, where: Tuple[str, ...]) -> bytes:
    old = directory.get(*where)
    if old is not None:
        certificates, key = _opened(old, password)
        if certificates == material.chain and key is not None and _same_key(key, material.key):
            return old
    new = pkcs12.serialize_key_and_certificates(alias.encode("utf-8"), material.key, material.chain[0], material.chain[1:], _encryption(password))
    directory.put(new, *where)
    return new


def _trust_store(trusted: List[Any], directory: Directory, where: Tuple[str, ...]) -> bytes:
    old = directory.get(*where)
    if old is not None and _opened(old, TRUST_PASSWORD) == (trusted, None):
        return old
    entries = [pkcs12.PKCS12Certificate(each, f"ca-{pki.fingerprint(each)[:12]}".encode("ascii")) for each in trusted]
    new = pkcs12.serialize_java_truststore(entries, _encryption(TRUST_PASSWORD))
    directory.put(new, *where)
    return new


def _opened(store: bytes, password: str) -> "tuple[List[Any], Any]":
    """Certificates and key of a store; nothing of one that is damaged or has another password, which is made anew then."""
    try:
        found = pkcs12.load_pkcs12(store, password.encode("utf-8"))
    except ValueError:
        return [], None
    own = [found.cert] if found.cert else []
    return [each.certificate for each in [*own, *found.additional_certs]], found.key


def _same_key(one: Any, other: Any) -> bool:
    encoded = [key.private_bytes(serialization.Encoding.DER, PrivateFormat.PKCS8, serialization.NoEncryption()) for key in (one, other)]
    return hmac.compare_digest(*encoded)
