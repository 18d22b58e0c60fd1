# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role makes of flink_internal_tls for each version: settings, files, what units watch, and when all restart at once."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import settings_for
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import MANAGERS, NEWEST, in_span, name_of
from ansible_collections.baremetal.flink.plugins.module_utils.security.directory import Directory
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import store_password

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

GROUPS = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n1", "n2"], "zookeeper": ["n1"]}
VERSIONS = [f"{name_of(minor)}.0" for minor in range(NEWEST + 1) if in_span(minor, MANAGERS["standalone"])]
PART = "security.ssl."
TLS_1_3 = {"protocol": "TLSv1.3", "algorithms": "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256"}
STORES = {"internal.enabled": "true", "internal.keystore": "/etc/flink/tls/keystore.p12", "internal.truststore": "/etc/flink/tls/truststore.p12"}
TYPES = {"internal.keystore-type": "PKCS12", "internal.truststore-type": "PKCS12"}
AGREED = "/etc/flink/internal-tls/agreed"


def role(groups=None, version="1.12.5", java=17, **given):
    variables = {"flink_cluster_manager": "standalone", "flink_version": version, "flink_source": "archive", "flink_internal_tls": True,
                 "flink_preflight": {"java": {"major": java}}, "ansible_play_hosts": ["n1", "n2"], "ansible_play_hosts_all": ["n1", "n2"], **given}
    return RoleValues("flink", GROUPS if groups is None else groups, **variables)


def of_tls(settings):
    """Those of TLS, by the rest of their names."""
    return {key[len(PART):]: value for key, value in settings.items() if key.startswith(PART)}


def test_every_version_gets_keys_that_it_reads():
    asked = role().value("__flink_conf_tls")
    for place, version in enumerate(VERSIONS):
        found = settings_for(asked, version)
        # From 1.20 on Flink asks for the type of a store; before, Java finds it out.
        assert of_tls(found) == {**TLS_1_3, **STORES, **(TYPES if place >= VERSIONS.index("1.20.0") else {})}
        passwords = {f"{PART}internal.{of}-password": "a" for of in ("keystore", "key", "truststore")}
        assert problems({**found, **passwords}, version, "error", False) == []


@pytest.mark.parametrize("given", [{"java": 8}, {"flink_settings": {f"{PART}protocol": "TLSv1.2"}}])
def test_java_8_speaks_the_protocol_that_all_of_its_releases_have(given):
    found = of_tls(role(**given).value("__flink_conf_tls"))
    assert found["protocol"] == "TLSv1.2"
    ciphers = found["algorithms"].split(",")
    assert len(ciphers) == 4 and all(cipher.startswith("TLS_ECDHE_") and "_GCM_" in cipher for cipher in ciphers)


def test_a_client_speaks_the_same_protocol_and_has_no_key():
    client = role({"flink_client": ["n0"], **GROUPS})
    assert of_tls(client.value("__flink_conf_tls")) == TLS_1_3
    entries = client.value("flink_files_command")
    assert [(each.get("state"), each["when"]) for each in entries if each.get("path") == AGREED] == [(None, False), ("absent", True)]


def test_passwords_are_in_the_file_and_in_no_variable_that_is_judged(tmp_path):
    password = store_password(Directory(str(tmp_path)), "", "flink-flink", "n1")
    values = role(security_ca_dir=str(tmp_path), security_ca_passphrase="", flink_settings={f"{PART}algorithms": "TLS_AES_128_GCM_SHA256"})
    # What users set wins.
    assert of_tls(values.value("flink_conf_settings")) == {**TLS_1_3, **STORES, "algorithms": "TLS_AES_128_GCM_SHA256"}
    text = values.flink_conf()
    for key, value in (("keystore", password), ("key", password), ("truststore", "changeit")):
        assert f"{PART}internal.{key}-password: {value}\n" in text
    assert PART not in role(flink_internal_tls=False).flink_conf()


def test_each_cluster_has_an_authority_of_its_own():
    def authority(*args, **given):
        return role(*args, **given).value("__flink_tls_authority")

    alone = {"flink_zookeeper_quorum": ""}
    others = authority({"flink_jobmanager": ["n1"], "flink_taskmanager": ["n1"]}, **alone)
    lonely = [authority({"all": [name]}, **alone) for name in ("n1", "n2")]
    words = authority(flink_job_cluster={"name": "words"})
    assert (authority(), others, words) == ("flink-flink", "flink-flink", "flink-words")
    assert len({"flink-flink", *lonely}) == 3 and all(each.startswith("flink-flink-") and len(each) == 24 for each in lonely)


def test_units_watch_what_is_agreed_on_and_the_stores():
    for watched in (role().value("flink_unit_of"), role(flink_internal_tls=False).value("flink_unit_of")):
        for process in ("jobmanager", "taskmanager"):
            assert {"/etc/flink/internal-tls", AGREED, "/etc/flink/tls/keystore.p12", "/etc/flink/tls/truststore.p12"} <= set(watched[process]["watch"])
        assert not any("internal-tls" in path or "/tls/" in path for path in watched["historyserver"]["watch"])


def test_what_is_agreed_on_is_written_down():
    def agreed(protocol="TLSv1.3", **given):
        values = role(flink_conf_settings={f"{PART}protocol": protocol, f"{PART}algorithms": "TLS_AES_256_GCM_SHA384"}, **given)
        (found,) = [each for each in values.value("flink_files_command") if each.get("path") == AGREED and each["when"]]
        return found.get("content", found.get("state"))

    assert agreed().endswith(f"\n{PART}protocol: TLSv1.3\n{PART}algorithms: TLS_AES_256_GCM_SHA384\n")
    assert agreed() == agreed() != agreed("TLSv1.2") and agreed(flink_internal_tls=False) == "absent"


@pytest.mark.parametrize(("because", "rolling"), [
    (["/etc/flink/flink-conf.yaml"], True), (["/etc/flink/tls/keystore.p12", "/etc/flink/tls/truststore.p12"], True),
    (["/etc/flink/internal-tls"], False), ([AGREED, "/etc/flink/flink-conf.yaml"], False), (["/opt/flink"], False),
])
def test_processes_with_tls_and_without_it_are_not_mixed(because, rolling):
    stale = {"stale": ["flink-jobmanager.service"], "units": {"flink-jobmanager.service": {"stale_because": because}}}
    values = role(flink_configured=stale, flink_serving={"overview": {"taskmanagers": 2}})
    assert values.value("flink_rolling") is rolling


@pytest.mark.parametrize(("on", "there", "left"), [(False, True, True), (False, False, False), (True, True, False)])
def test_a_certificate_that_nothing_reads_any_more_is_removed(on, there, left):
    seen = {"java": {"major": 17}, "exists": {"/etc/flink/tls/certificate.pem": there}}
    assert role(flink_internal_tls=on, flink_preflight=seen).value("__flink_tls_left") is left
