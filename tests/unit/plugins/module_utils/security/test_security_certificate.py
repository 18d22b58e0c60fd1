# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime
import hashlib
import os
import stat
import subprocess
import sys

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security import pki
from ansible_collections.baremetal.flink.plugins.module_utils.security.certificate import wanted_entries
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import NOT_YET, TRUST_PASSWORD, password_of
from ansible_collections.baremetal.flink.tests.unit.fakes.certificates import HOSTS, Controller
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12


@pytest.fixture
def controller(tmp_path):
    return Controller(tmp_path / "ca")


def leaf(outcome):
    return outcome.certificate


def refused(controller, *args, **options):
    with pytest.raises(InputError) as refusal:
        controller.task(*args, **options)
    return refusal.value.message


def test_the_first_task_makes_the_authority_and_the_second_run_changes_nothing(controller):
    first, second = controller.run()
    assert first.result["done"] == [
        "The authority platform was made, for 3650 days.",
        f"The certificate zookeeper of {HOSTS[0]} was issued by platform: it had none."]
    assert second.result["done"] == [f"The certificate zookeeper of {HOSTS[1]} was issued by platform: it had none."]
    again = controller.run()
    assert [outcome.result["done"] for outcome in again] == [[], []]
    assert [outcome.files for outcome in again] == [first.files, second.files]
    assert leaf(first) != leaf(second) and first.result["trusted"] == second.result["trusted"]


def test_what_is_in_a_certificate(controller):
    outcome = controller.task(address="10.0.0.7", names=["alias.example.org", "FD00::1"])
    certificate = x509.load_pem_x509_certificates(outcome.files["certificate.pem"].content)[0]
    authority = x509.load_pem_x509_certificate(outcome.files["trust.pem"].content)
    certificate.verify_directly_issued_by(authority)
    assert pki.names_of(certificate) == ["node1.example.org", "node1", "alias.example.org", "10.0.0.7", "fd00::1"]
    assert pki.usages_of(certificate) == ["server", "client"] and not pki.is_authority(certificate) and pki.is_authority(authority)
    assert pki.subject_of(certificate) == "CN=node1.example.org,OU=zookeeper,O=platform"
    assert certificate.not_valid_before_utc == controller.now - datetime.timedelta(hours=1)
    assert (outcome.result["days_left"], outcome.result["not_after"]) == (397, "2027-12-31T12:00:00Z")


def test_a_long_name_of_a_host_is_among_the_alternative_names(controller):
    host = "a" * 50 + "." + "b" * 50 + ".example.org"
    certificate = leaf(controller.task(host))
    assert pki.names_of(certificate)[0] == host and pki.subject_of(certificate).startswith("CN=" + host[:64] + ",")


def test_pem_files_hold_what_daemons_take(controller):
    files = controller.task().files
    assert files["keystore.pem"].content == files["key.pem"].content + files["certificate.pem"].content
    key = load_pem_private_key(files["key.pem"].content, None)
    assert pki.fits(key, x509.load_pem_x509_certificate(files["certificate.pem"].content))
    assert {name for name, file in files.items() if file.secret} == {"key.pem", "keystore.pem"}


def test_stores_of_java_hold_the_same_and_are_not_made_anew(controller, tmp_path):
    both = controller.task(formats=["pem", "pkcs12"]).files
    password = both["keystore.password"].content
    opened = pkcs12.load_pkcs12(both["keystore.p12"].content, password)
    assert opened.cert.friendly_name == b"zookeeper"
    assert [opened.cert.certificate, *(each.certificate for each in opened.additional_certs)] == x509.load_pem_x509_certificates(
        both["certificate.pem"].content)
    trusted = pkcs12.load_pkcs12(both["truststore.p12"].content, TRUST_PASSWORD.encode()).additional_certs
    assert [each.certificate for each in trusted] == x509.load_pem_x509_certificates(both["trust.pem"].content)
    assert {name for name, file in both.items() if file.secret} == {"key.pem", "keystore.pem", "keystore.p12", "keystore.password"}
    assert controller.task(formats=["pem", "pkcs12"]).files == both
    assert set(controller.task(formats=["pkcs12"]).files) == {"certificate.pem", "trust.pem", "keystore.p12", "truststore.p12", "keystore.password"}


def test_the_password_of_a_store_outlives_its_certificate_and_is_of_one_host_and_identity(controller):
    def password(**options):
        return controller.task(formats=["pkcs12"], **options).files["keystore.password"].content.decode()

    assert password_of("zookeeper", HOSTS[0], str(controller.root)) == NOT_YET
    first = password()
    assert password_of("zookeeper", HOSTS[0], str(controller.root)) == first and len(first) == 40
    controller.pass_days(390)
    store = controller.task(formats=["pkcs12"])
    assert store.result["done"] and store.files["keystore.password"].content.decode() == first
    assert pkcs12.load_pkcs12(store.files["keystore.p12"].content, first.encode()).cert.certificate == store.certificate
    assert len({first, password(host=HOSTS[1]), password(name="hdfs")}) == 3


def test_a_damaged_store_on_the_controller_is_made_anew(controller):
    controller.task(formats=["pkcs12"])
    for store in (controller.root / "platform/certificates/zookeeper").glob("*.p12"):
        store.write_bytes(store.read_bytes()[:-40])
    files = controller.task(formats=["pkcs12"]).files
    assert pkcs12.load_pkcs12(files["keystore.p12"].content, files["keystore.password"].content).key is not None
    assert len(pkcs12.load_pkcs12(files["truststore.p12"].content, TRUST_PASSWORD.encode()).additional_certs) == 1


@pytest.mark.parametrize(("days", "why"), [
    (366, ""),
    (368, "the one it had ends in 29 days"),
    (400, "the one it had had ended"),
])
def test_a_certificate_is_renewed_with_another_key_when_few_days_are_left(controller, days, why):
    before = controller.task()
    controller.pass_days(days)
    after = controller.task()
    assert after.result["done"] == ([f"The certificate zookeeper of {HOSTS[0]} was issued by platform: {why}."] if why else [])
    assert (before.files["key.pem"] == after.files["key.pem"]) is (why == "")
    assert controller.task().result["done"] == []


@pytest.mark.parametrize(("options", "why"), [
    ({"names": ["x.example.org"]}, "of its names 10.0.0.1 went, x.example.org came"),
    ({"names": ["10.0.0.1"], "usages": ["server"]}, "it is for server now"),
    ({"names": ["10.0.0.1"], "key_type": "rsa"}, "its key is rsa now"),
])
def test_a_certificate_is_issued_anew_when_what_is_wanted_has_changed(controller, options, why):
    controller.task(names=["10.0.0.1"])
    done = controller.task(**options).result["done"]
    assert len(done) == 1
    for part in why.replace("of its names ", "").split(", "):
        assert part in done[0]
    assert controller.task(**options).result["done"] == []


def test_a_certificate_ends_with_its_authority_and_is_not_renewed_again_and_again(controller):
    first = controller.task(ca_days=200)
    assert first.result["days_left"] == 200 and "The authority platform ends in 200 days, on 2027-06-17" in first.result["warnings"][0]
    controller.pass_days(190)
    assert controller.task(ca_days=200).result["done"] == []
    controller.pass_days(11)
    assert f"The authority platform ended on 2027-06-17; move {controller.root}/platform away" in refused(controller)


def test_keys_are_encrypted_as_soon_as_there_is_a_passphrase_and_a_wrong_one_is_said(controller):
    def clear():
        return [str(path.relative_to(controller.root)) for path in controller.root.rglob("*")
                if path.is_file() and b"-BEGIN PRIVATE KEY-" in path.read_bytes()]

    before = controller.task(formats=["pkcs12"])
    assert sorted(clear()) == ["platform/1.key", f"platform/certificates/zookeeper/{HOSTS[0]}.pem", "stores.key"]
    after = controller.task(formats=["pkcs12"], ca_passphrase="open sesame")
    assert clear() == [] and after.result["done"] == [] and after.files == before.files
    said = refused(controller, ca_passphrase="wrong")
    assert said == (f"security_ca_passphrase is not the passphrase of {controller.root}/platform/1.key; give the right one, or bring the file back "
                    "from a copy.")
    assert refused(controller) == f"{controller.root}/platform/1.key is encrypted; give its passphrase in security_ca_passphrase."
    with pytest.raises(InputError, match="is not the passphrase of .*stores.key"):
        password_of("zookeeper", HOSTS[0], str(controller.root), "wrong")


@pytest.mark.parametrize(("path", "content", "said"), [
    ("platform/1.key", b"rubbish", "holds no private key in PEM"),
    ("platform/1.key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "is damaged: its key cannot be read"),
    ("platform/1.key", None, "is missing, the key of the authority platform; bring it back from a copy."),
    ("platform/1.pem", b"", "holds no certificate in PEM"),
    ("platform/1.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is damaged: its certificate cannot be read"),
    ("platform/1.pem", None, "is missing, the certificate of the authority platform"),
    ("platform/authority.json", b"{", "is damaged: it holds no JSON object"),
    ("platform/authority.json", b'{"issuer": "x"}', "is damaged: it lacks issuer and trusted"),
    ("platform/authority.json", None, "is missing, though platform has issued certificates"),
    ("platform/hosts.json", b"[]", "is damaged: it holds no JSON object"),
    ("stores.key", b"$ANSIBLE_VAULT;1.1;AES256\n", "was encrypted by ansible-vault; decrypt it, and give security_ca_passphrase"),
])
def test_a_damaged_file_is_named_and_nothing_is_made_in_its_place(controller, path, content, said):
    controller.task(formats=["pkcs12"])
    file = controller.root / path
    file.unlink() if content is None else file.write_bytes(content)
    options = {"rotate": "trust"} if "hosts" in path else {}
    if "hosts" in path:
        controller.task(written=False, rotate="trust")
        options = {"rotate": "issue"}
    message = refused(controller, formats=["pkcs12"], **options)
    assert str(file) in message and said in message
    assert (file.read_bytes() if file.exists() else None) == content


def test_the_key_of_another_authority_is_not_taken_for_its_own(controller):
    controller.task()
    controller.task(authority="other")
    (controller.root / "platform/1.key").write_bytes((controller.root / "other/1.key").read_bytes())
    assert "1.key is not the key of the certificate beside it; bring both back from a copy." in refused(controller)


def test_a_certificate_whose_key_was_mixed_up_is_issued_anew(controller):
    controller.run()
    one, other = (controller.root / f"platform/certificates/zookeeper/{host}.pem" for host in HOSTS)
    key = other.read_text().partition("-----BEGIN CERTIFICATE")[0]
    one.write_text(key + "-----BEGIN CERTIFICATE" + one.read_text().partition("-----BEGIN CERTIFICATE")[2])
    assert "was not that of the certificate" in controller.task().result["done"][0]


def test_files_on_the_controller_are_for_their_owner_alone_and_leave_nothing_half_written(controller):
    os.umask(0o022)
    controller.root.mkdir(mode=0o700)
    (controller.root / "platform").mkdir(mode=0o700)
    (controller.root / "platform/1.key.new").write_text("of a run that was killed")
    controller.task(formats=["pem", "pkcs12"])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in controller.root.rglob("*") if path.is_file()}
    assert modes == {0o600} and list(controller.root.rglob("*.new")) == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in controller.root.rglob("*") if path.is_dir()} == {0o700}


def test_two_runs_wait_for_each_other_for_a_time(controller):
    holds = ("import fcntl, os, sys, time; os.makedirs(sys.argv[1]); f = open(sys.argv[1] + '/lock', 'a+'); fcntl.flock(f, fcntl.LOCK_EX);"
             "f.write(str(os.getpid())); f.flush(); print('held', flush=True); time.sleep(60)")
    other = subprocess.Popen([sys.executable, "-c", holds, str(controller.root)], stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"held\n"
        work = controller.work()
        work.directory.lock_timeout = 0.2
        with pytest.raises(Exception, match=f"for other runs to leave {controller.root}, in vain; last seen: process {other.pid} holds lock"):
            work.prepare()
    finally:
        other.kill()
        other.wait()
    assert controller.task().result["done"], "the lock of a run that was killed is gone with it"


def test_check_mode_says_what_would_be_and_writes_nothing(controller):
    dry = controller.task(dry=True, formats=["pem", "pkcs12"])
    assert len(dry.result["done"]) == 2 and set(dry.files) >= {"key.pem", "keystore.p12"} and not controller.root.exists()
    controller.run()
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in controller.root.rglob("*") if path.is_file() and path.name != "lock"}
    assert controller.task(dry=True).result["done"] == []
    assert "another generation of the authority" in controller.task(dry=True, rotate="trust").result["done"][0].lower()
    controller.pass_days(380)
    assert "ends in 17 days" in controller.task(dry=True).result["done"][0]
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in before} == before


@pytest.mark.parametrize(("options", "said"), [
    ({"name": "../x"}, "name is '../x'; give a name of letters"),
    ({"authority": "given"}, "authority is 'given'; give a name of letters, digits, '_', '.' and '-' other than given"),
    ({"trusts": ["a b"]}, "trusts is 'a b'"),
    ({"names": ["a b"]}, "names has 'a b', which is neither the name of a host nor an address."),
    ({"formats": []}, "formats and usages each need one value at least."),
    ({"days": 30}, "renew_days is 30 and days 30: every run would renew"),
    ({"days": 0}, "days is 0; a certificate lasts at least one day."),
    ({"ca_dir": "None/.security/ca"}, "security_ca_dir is 'None/.security/ca'; give an absolute path on the controller."),
])
def test_options_that_cannot_work_are_refused(controller, options, said):
    assert said in refused(controller, **options)
    assert not controller.root.exists()


def test_the_library_is_asked_for_in_one_sentence(monkeypatch):
    monkeypatch.setattr("cryptography.__version__", "41.0.7")
    with pytest.raises(InputError) as refusal:
        pki.need_cryptography(pki.FOR_PKCS12)
    assert refusal.value.message == ("Certificates need the Python library cryptography, 45 or newer, on the controller, which has 41.0.7: pip install "
                                     "'cryptography>=45', for the Python that runs ansible-playbook.")
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(InputError, match="42 or newer, on the controller: pip install 'cryptography>=42'"):
        pki.need_cryptography()


def test_the_host_is_written_what_is_wanted_and_loses_the_rest(controller):
    work = controller.work(group="zk")
    entries = {entry["path"]: entry for entry in wanted_entries(work.params, work.prepare().files)}
    assert entries["/etc/zk"] == {"path": "/etc/zk", "state": "directory", "mode": "0755", "owner": "root"}
    assert entries["/etc/zk/key.pem"] == {"path": "/etc/zk/key.pem", "mode": "0640", "owner": "root", "group": "zk", "secret": True}
    assert entries["/etc/zk/trust.pem"]["mode"] == "0644" and entries["/etc/zk/keystore.p12"] == {"path": "/etc/zk/keystore.p12", "state": "absent"}
    alone = {entry["path"]: entry for entry in wanted_entries({**work.params, "group": ""}, work.prepare().files)}
    assert alone["/etc/zk/key.pem"]["mode"] == "0600" and "group" not in alone["/etc/zk/key.pem"]
    gone = wanted_entries({**work.params, "state": "absent"}, {})
    assert len(gone) == 7 and {entry["state"] for entry in gone} == {"absent"}


def test_what_a_host_has_is_judged_without_changing_it(controller):
    on_host = controller.task().files["certificate.pem"].content
    assert controller.work().check(on_host) == []
    controller.pass_days(357)
    assert controller.work().check(on_host) == [
        "The certificate /etc/zk/certificate.pem ends in 40 days, on 2027-12-31: a run with fewer than 30 days left renews it."]
    controller.pass_days(20)
    controller.task()
    assert "is not the latest of this host; run once more." in controller.work().check(on_host)[1]
    controller.pass_days(30)
    assert "has ended, on 2027-12-31" in controller.work().check(on_host)[0]
    assert "which has none for this host" in controller.work(name="hdfs").check(on_host)[1]
