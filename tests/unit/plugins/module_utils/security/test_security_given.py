# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's own certificates: each mistake names itself before a host is touched."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security import pki
from ansible_collections.baremetal.flink.plugins.module_utils.security.given import covers
from ansible_collections.baremetal.flink.tests.unit.fakes.certificates import HOSTS, NOW, Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = HOSTS[0]
NAMES = (HOST, "10.0.0.1")
#: What is made once: keys of these tests are of nobody else.
KEY, OTHER_KEY = pki.make_key("ecdsa"), pki.make_key("ecdsa")


def authority(name, above=None, key=None, path_length=None, ca=True, days=3650):
    """A self-signed one, or one that another one has signed."""
    key = key or pki.make_key("ecdsa")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(above.certificate.subject if above else subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(NOW - datetime.timedelta(days=30))
    builder = builder.not_valid_after(NOW + datetime.timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length if ca else None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return pki.Pair(builder.sign(above.key if above else key, hashes.SHA256()), key)


ROOT = authority("company root")
BETWEEN = authority("company hosts", ROOT)
STRANGER = authority("somebody")


def leaf(issuer=BETWEEN, key=KEY, names=NAMES, usages=("server", "client"), days=397, now=NOW):
    return pki.issue(issuer, ("company", "hosts", HOST), names, usages, key, days, now)


class Files:
    """What a user gives, right unless told otherwise."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.controller = Controller(directory / "ca")
        self.write("authorities", pki.certificate_text(ROOT.certificate))
        self.write("certificate", pki.certificate_text(leaf(), BETWEEN.certificate))
        self.write("key", pki.key_text(KEY))

    def path(self, what: str) -> str:
        return str(self.directory / f"{what}.pem")

    def write(self, what: str, content: bytes) -> None:
        Path(self.path(what)).write_bytes(content)

    def task(self, **options):
        paths = {f"given_{what}": self.path(what) for what in ("authorities", "certificate", "key")}
        return self.controller.task(**{"ca": "given", "names": ["10.0.0.1"], **paths, **options})

    def said(self, **options):
        with pytest.raises(InputError) as refusal:
            self.task(**options)
        assert not (self.directory / "ca").exists() or not list((self.directory / "ca").rglob("*.p12")), "nothing was made of it"
        return refusal.value.message


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def test_good_ones_are_taken_as_they_are(files):
    outcome = files.task(formats=["pem", "pkcs12"])
    assert outcome.files["certificate.pem"].content == Path(files.path("certificate")).read_bytes()
    assert outcome.files["trust.pem"].content == Path(files.path("authorities")).read_bytes()
    assert outcome.files["key.pem"].content == Path(files.path("key")).read_bytes()
    assert (outcome.result["done"], outcome.result["warnings"], outcome.authorities) == ([], [], [])
    assert files.task(formats=["pem", "pkcs12"]).files == outcome.files


def test_a_key_with_a_passphrase_reaches_the_host_without(files):
    files.write("key", pki.key_text(KEY, "open sesame"))
    assert files.said() == f"security_given_key, {files.path('key')}, is encrypted; give its passphrase in security_given_key_passphrase."
    assert files.said(given_key_passphrase="x").startswith("security_given_key_passphrase is not the passphrase of security_given_key")
    assert files.task(given_key_passphrase="open sesame").files["key.pem"].content == pki.key_text(KEY)


def test_an_authority_between_may_be_the_trusted_one_and_a_wildcard_stands_for_one_part(files):
    files.write("authorities", pki.certificate_text(STRANGER.certificate, BETWEEN.certificate))
    files.write("certificate", pki.certificate_text(leaf(names=("*.example.org", "10.0.0.1"))))
    assert files.task().result["names"] == ["*.example.org", "10.0.0.1"]
    assert not covers("*.example.org", "a.b.example.org") and not covers("*.example.org", "example.org") and not covers("*.0.0.1", "10.0.0.1")


@pytest.mark.parametrize(("what", "content", "said"), [
    ("certificate", pki.certificate_text(leaf(names=("node9.example.org",)), BETWEEN.certificate),
     "is for node9.example.org, and not for node1.example.org and 10.0.0.1; have one made with these among its alternative names (subjectAltName)."),
    ("certificate", pki.certificate_text(leaf(names=()), BETWEEN.certificate), "is for no host at all, and not for"),
    ("certificate", pki.certificate_text(leaf(usages=("server",)), BETWEEN.certificate),
     "is not for clientAuth; daemons are servers and clients of each other"),
    ("certificate", pki.certificate_text(leaf(usages=("client",)), BETWEEN.certificate), "is not for serverAuth; daemons"),
    ("certificate", pki.certificate_text(leaf(days=10, now=NOW - datetime.timedelta(days=20)), BETWEEN.certificate),
     "The certificate CN=node1.example.org,OU=hosts,O=company ended on 2026-11-19; have another one made."),
    ("certificate", pki.certificate_text(leaf(now=NOW + datetime.timedelta(hours=3)), BETWEEN.certificate),
     "is not valid before 2026-11-29 14:00 UTC; wait, or set the controller's clock."),
    ("certificate", pki.certificate_text(leaf()),
     "was signed by CN=company hosts, which is not in security_given_authorities; add that one there, or those between to security_given_certificate."),
    ("certificate", pki.certificate_text(leaf(STRANGER)), "was signed by CN=somebody, which is not in security_given_authorities"),
    ("certificate", pki.certificate_text(leaf(), STRANGER.certificate, BETWEEN.certificate),
     "is followed by CN=somebody, which has not signed it; put the host's first"),
    ("certificate", pki.certificate_text(BETWEEN.certificate, leaf()), "CN=company hosts, is that of an authority; put the host's own first."),
    ("certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is damaged: its certificate cannot be read"),
    ("certificate", pki.key_text(KEY), "holds no certificate in PEM"),
    ("key", pki.key_text(OTHER_KEY), "security_given_key is not the key of the certificate CN=node1.example.org,OU=hosts,O=company, the first in"),
    ("key", pki.certificate_text(leaf()), "holds no private key in PEM"),
    ("key", ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
     "is a key that daemons in Java 8 cannot read (Ed25519PrivateKey); give one of RSA or ECDSA."),
    ("authorities", pki.certificate_text(STRANGER.certificate), "was signed by CN=company root, which is not in security_given_authorities"),
    ("authorities", b"", "holds no certificate in PEM"),
])
def test_each_mistake_is_a_sentence(files, what, content, said):
    files.write(what, content)
    assert said in files.said()


@pytest.mark.parametrize("what", ["authorities", "certificate", "key"])
def test_a_file_that_is_not_there_and_one_that_was_not_given_are_named(files, what):
    Path(files.path(what)).unlink()
    assert files.said() == f"security_given_{what}, {files.path(what)}, cannot be read on the controller: No such file or directory."
    assert files.said(**{f"given_{what}": ""}) == f"security_ca is given, and security_given_{what} is empty; name the file on the controller."


def test_an_authority_that_may_not_be_one_or_has_ended_is_named(files):
    no_authority = authority("company desk", ROOT, ca=False)
    files.write("certificate", pki.certificate_text(leaf(no_authority), no_authority.certificate))
    assert "CN=company desk has signed another one, and is not that of an authority." in files.said()
    files.write("certificate", pki.certificate_text(leaf(no_authority)))
    files.write("authorities", pki.certificate_text(no_authority.certificate))
    assert "In security_given_authorities the certificate CN=company desk is not that of an authority." in files.said()
    narrow = authority("narrow root", path_length=0)
    below = authority("below narrow", narrow)
    files.write("certificate", pki.certificate_text(leaf(below), below.certificate))
    files.write("authorities", pki.certificate_text(narrow.certificate))
    assert "The authority CN=narrow root stands above 1 others, which is more than it may (pathlen of basicConstraints)" in files.said()
    ended = authority("old root", days=-1)
    files.write("certificate", pki.certificate_text(leaf(BETWEEN), authority("company hosts", ended, BETWEEN.key).certificate))
    files.write("authorities", pki.certificate_text(ended.certificate))
    assert "The certificate CN=old root ended on 2026-11-28" in files.said()


def test_a_short_key_of_rsa_is_refused_and_one_that_may_not_sign(files):
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    files.write("certificate", pki.certificate_text(leaf(key=short), BETWEEN.certificate))
    files.write("key", pki.key_text(short))
    assert "security_given_key has 1024 bits; Java and OpenSSL refuse RSA keys with fewer than 2048." in files.said()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    usage = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(ROOT.certificate.subject).public_key(KEY.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + datetime.timedelta(days=90)).add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    files.write("certificate", pki.certificate_text(builder.sign(ROOT.key, hashes.SHA256())))
    files.write("key", pki.key_text(KEY))
    assert files.said(names=[]) == f"The certificate CN={HOST} may not sign (keyUsage lacks digitalSignature), as TLS wants it to."


def test_all_mistakes_are_said_at_once(files):
    files.write("certificate", pki.certificate_text(leaf(STRANGER, names=("x.org",), usages=("server",))))
    files.write("key", pki.key_text(OTHER_KEY))
    said = files.said()
    for part in ("is not the key of", "and not for node1.example.org", "is not for clientAuth", "which is not in security_given_authorities"):
        assert part in said


def test_one_that_ends_soon_is_taken_with_a_warning_and_found_by_verify(files):
    files.write("certificate", pki.certificate_text(leaf(days=20), BETWEEN.certificate))
    warnings = files.task().result["warnings"]
    assert warnings == ["The certificate /etc/zk/certificate.pem ends in 20 days, on 2026-12-19: put the next one in the place of "
                        "security_given_certificate, and run again."]


def test_verify_judges_the_given_one_too(files):
    paths = {f"given_{what}": files.path(what) for what in ("authorities", "certificate", "key")}
    work = files.controller.work(ca="given", names=["10.0.0.1"], **paths)
    assert work.check(pki.certificate_text(leaf(), BETWEEN.certificate)) == [
        "The certificate /etc/zk/certificate.pem is not the latest of this host; run once more."]
    assert work.check(Path(files.path("certificate")).read_bytes()) == []
    files.controller.pass_days(360)
    assert work.check(Path(files.path("certificate")).read_bytes()) == []
    later = files.controller.work(ca="given", names=["10.0.0.1"], **paths)
    assert later.check(Path(files.path("certificate")).read_bytes()) == [
        "The certificate /etc/zk/certificate.pem ends in 37 days, on 2027-12-31: put the next one in the place of security_given_certificate, and run "
        "again."]


def test_rotation_is_not_for_given_ones(files):
    assert files.said(rotate="trust").startswith("security_ca_rotate is for security_ca: own; another authority of yours comes by files")


def test_a_key_of_another_curve_is_taken(files):
    key = ec.generate_private_key(ec.SECP384R1())
    files.write("certificate", pki.certificate_text(leaf(key=key), BETWEEN.certificate))
    files.write("key", pki.key_text(key))
    assert files.task().result["done"] == []
