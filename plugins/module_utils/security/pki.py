# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, authorities and certificates as values: what is made, and how it is read and written. Nothing here touches a file.

Runs on the controller alone, with the Python library ``cryptography``.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from importlib import import_module
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple, Union

from ..errors import InputError, need_library

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError:  # need_cryptography says so
    x509 = None  # type: ignore[assignment]

Key = Union["rsa.RSAPrivateKey", "ec.EllipticCurvePrivateKey"]
ECDSA, RSA = "ecdsa", "rsa"
RSA_BITS = 3072
#: Clocks of hosts may be behind the controller's.
CLOCKS = datetime.timedelta(hours=1)
#: The oldest ``cryptography`` that tells dates with their zone, and the oldest that makes a trust store that Java sees anything in.
FOR_PEM, FOR_PKCS12 = 42, 45
_COMMON_NAME_LIMIT = 64


class Pair(NamedTuple):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key


def need_cryptography(least: int = FOR_PEM) -> None:
    """Refuse a controller without the library, or with one that is too old.

    :raises InputError: says what to install.
    """
    sentence = f"Certificates need the Python library cryptography, {least} or newer, on the controller"
    need_library("cryptography", f"{sentence}: pip install 'cryptography>={least}', for the Python that runs ansible-playbook.")
    version = str(import_module("cryptography").__version__)
    if int(version.split(".", maxsplit=1)[0]) < least:
        raise InputError(f"{sentence}, which has {version}: pip install 'cryptography>={least}', for the Python that runs ansible-playbook.")


def make_key(kind: str) -> Key:
    """A new private key: ``ecdsa`` on the curve P-256, or ``rsa`` with 3072 bits."""
    if kind == ECDSA:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def key_kind(key: Any) -> str:
    """``ecdsa``, ``rsa``, or the name of a class that is neither."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return ECDSA
    return RSA if isinstance(key, rsa.RSAPrivateKey) else type(key).__name__


def make_authority(name: str, key: Key, days: int, now: datetime.datetime) -> Pair:
    """A self-signed authority that signs certificates of hosts, and no further authority."""
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "baremetal.flink"), x509.NameAttribute(NameOID.COMMON_NAME, _short(name))])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False)
    builder = _builder(subject, subject, key, now, now + datetime.timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
    return Pair(builder.sign(key, hashes.SHA256()), key)


def issue(
    authority: Pair, subject: Sequence[str], names: Sequence[str], usages: Sequence[str], key: Key, days: int, now: datetime.datetime
) -> x509.Certificate:
    """A certificate for ``names`` (host names and addresses); it ends no later than its authority.

    ``subject`` is organization, organizational unit and common name. ``usages`` are ``server`` and ``client``.
    """
    kinds = (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME)
    whose = x509.Name([x509.NameAttribute(kind, _short(text)) for kind, text in zip(kinds, subject)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=isinstance(key, rsa.RSAPrivateKey), data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False)
    known = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
    end = min(now + datetime.timedelta(days=days), authority.certificate.not_valid_after_utc)
    builder = _builder(whose, authority.certificate.subject, key, now, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).add_extension(usage, critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([known[each] for each in usages]), critical=False)
    issuer = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
    return builder.sign(authority.key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime.datetime, end: datetime.datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - CLOCKS).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _short(text: str) -> str:
    # Names in a subject are bounded (RFC 5280); the whole name of a host is among the alternative names.
    return text[:_COMMON_NAME_LIMIT]


def address_of(name: str) -> Optional[Union[ipaddress.IPv4Address, ipaddress.IPv6Address]]:
    """The address that a name is, None for the name of a host."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general_name(name: str) -> x509.GeneralName:
    address = address_of(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def names_of(certificate: x509.Certificate) -> List[str]:
    """Host names and addresses that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*names.get_values_for_type(x509.DNSName), *(str(address) for address in names.get_values_for_type(x509.IPAddress))]


def usages_of(certificate: x509.Certificate) -> List[str]:
    """Which of ``server`` and ``client`` a certificate is for; one that does not say is for both."""
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ["server", "client"]
    known = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
    return [name for name, usage in known.items() if usage in usages or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usages]


def may_sign_handshakes(certificate: x509.Certificate) -> bool:
    """Whether a certificate's key may sign, which TLS has it do; one that does not say may."""
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature)
    except x509.ExtensionNotFound:
        return True


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may sign others."""
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def may_stand_above(certificate: x509.Certificate, authorities: int) -> bool:
    """Whether an authority may have so many others between it and a host's certificate."""
    limit = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    return limit is None or limit >= authorities


def subject_of(certificate: x509.Certificate) -> str:
    """Whose certificate it is, as people write it."""
    return certificate.subject.rfc4514_string() or "(no subject)"


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 over the certificate, in hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def fits(key: Any, certificate: x509.Certificate) -> bool:
    """Whether the key is that of the certificate."""
    return _public(key.public_key()) == _public(certificate.public_key())


def _public(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded


def signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key has signed the certificate, under the issuer's name."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def days_left(certificate: x509.Certificate, now: datetime.datetime) -> float:
    """Days until a certificate ends; below 0 when it has ended."""
    return (certificate.not_valid_after_utc - now).total_seconds() / 86400


def certificate_text(*certificates: x509.Certificate) -> bytes:
    """Certificates as PEM, one after the other."""
    return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates)


def key_text(key: Key, passphrase: str = "") -> bytes:
    """A key as PEM (PKCS8), encrypted when there is a passphrase."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def read_certificates(text: bytes, where: str) -> List[x509.Certificate]:
    """All certificates of a PEM file, in its order.

    :raises InputError: there is none, or one is damaged; ``where`` names the file.
    """
    if b"-----BEGIN CERTIFICATE-----" not in text:
        raise InputError(f"{where} holds no certificate in PEM (a text with BEGIN CERTIFICATE); give one that does.")
    try:
        return x509.load_pem_x509_certificates(text)
    except ValueError as error:
        raise InputError(f"{where} is damaged: its certificate cannot be read ({_first_words(error)}); bring it back from a copy.") from None


def read_key(text: bytes, passphrase: str, where: str, option: str) -> Tuple[Key, bool]:
    """The key of a PEM file, and whether it lay there encrypted. A passphrase is not asked of a key that has none.

    :raises InputError: ``option``, which gives the passphrase, does not open it; it is damaged; it is of a kind that Java cannot read.
    """
    if re.search(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----", text) is None:
        raise InputError(f"{where} holds no private key in PEM (a text with BEGIN PRIVATE KEY); give one that does.")
    encrypted = b"ENCRYPTED" in text
    if encrypted and not passphrase:
        raise InputError(f"{where} is encrypted; give its passphrase in {option}.")
    try:
        key = serialization.load_pem_private_key(text, passphrase.encode("utf-8") if encrypted else None)
    except Exception as error:  # the library has no class of its own for a damaged key
        if encrypted and "password" in str(error).lower():
            raise InputError(f"{option} is not the passphrase of {where}; give the right one, or bring the file back from a copy.") from None
        raise InputError(f"{where} is damaged: its key cannot be read ({_first_words(error)}); bring it back from a copy.") from None
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise InputError(f"{where} is a key that daemons in Java 8 cannot read ({type(key).__name__}); give one of RSA or ECDSA.")
    return key, encrypted


def _first_words(error: Exception) -> str:
    return re.split(r"[.:(\n]", str(error) or type(error).__name__)[0][:80]
