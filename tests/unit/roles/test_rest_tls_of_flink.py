# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role makes of flink_rest_tls for each version: settings of servers and of who calls, files, what units watch, and how modules call."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import settings_for
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import MANAGERS, NEWEST, in_span, name_of
from ansible_collections.baremetal.flink.plugins.module_utils.security.directory import Directory
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import store_password

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

SERVER = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n1", "n2"], "zookeeper": ["n1"]}
#: The first host of these has no server.
WORKER = {"flink_taskmanager": ["n0"], "flink_jobmanager": ["n1"], "zookeeper": ["n1"]}
CLIENT = {"flink_client": ["n0"], **SERVER}
VERSIONS = [f"{name_of(minor)}.0" for minor in range(NEWEST + 1) if in_span(minor, MANAGERS["standalone"])]
PART = "security.ssl."
TLS_1_3 = {"protocol": "TLSv1.3", "algorithms": "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256"}
MUTUAL = {"rest.enabled": "true", "rest.authentication-enabled": "true"}


def stores(directory):
    return {"rest.keystore": f"/etc/flink/{directory}/keystore.p12", "rest.truststore": f"/etc/flink/{directory}/truststore.p12"}


def role(groups=None, version="1.12.5", java=17, **given):
    variables = {"flink_cluster_manager": "standalone", "flink_version": version, "flink_source": "archive", "flink_rest_tls": True,
                 "flink_preflight": {"java": {"major": java}}, "ansible_play_hosts": ["n1", "n2"], "ansible_play_hosts_all": ["n1", "n2"], **given}
    return RoleValues("flink", SERVER if groups is None else groups, **variables)


def of_tls(settings):
    """Those of TLS, by the rest of their names."""
    return {key[len(PART):]: value for key, value in settings.items() if key.startswith(PART)}


@pytest.mark.parametrize(("groups", "directory"), [(SERVER, "rest-tls"), (WORKER, "rest-client"), (CLIENT, "rest-client")])
def test_every_version_gets_keys_that_it_reads(groups, directory):
    asked = role(groups, flink_history_server=True).value("__flink_conf_tls")
    for place, version in enumerate(VERSIONS):
        found = settings_for(asked, version)
        expected = {**TLS_1_3, **MUTUAL, **stores(directory)}
        if place >= VERSIONS.index("1.20.0"):
            expected |= {"rest.keystore-type": "PKCS12", "rest.truststore-type": "PKCS12"}
        if version == "2.3.0":
            expected["rest.verify-hostname"] = "true"
        assert of_tls(found) == expected and found["historyserver.web.ssl.enabled"] == "true"
        passwords = {f"{PART}rest.{of}-password": "a" for of in ("keystore", "key", "truststore")}
        assert problems({**found, **passwords}, version, "error", False) == []


def test_without_it_nothing_is_set_and_it_goes_with_internal_tls():
    assert role(flink_rest_tls=False).value("__flink_conf_tls") == {}
    both = of_tls(role(flink_internal_tls=True).value("__flink_conf_tls"))
    assert both.items() >= {**TLS_1_3, **MUTUAL, **stores("rest-tls"), "internal.enabled": "true"}.items()
    assert of_tls(role(java=8).value("__flink_conf_tls"))["protocol"] == "TLSv1.2"


def test_the_command_beside_a_server_has_a_file_of_its_own(tmp_path):
    given = {"security_ca_dir": str(tmp_path), "security_ca_passphrase": "", "flink_internal_tls": True}
    server, client = (store_password(Directory(str(tmp_path)), "", f"flink-flink-{side}", "n1") for side in ("rest", "client"))
    values = role(**given)
    of_server, of_command = values.flink_conf(), values.flink_conf(command=True)
    for text, directory, mine, others in ((of_server, "rest-tls", server, client), (of_command, "rest-client", client, server)):
        for key, value in stores(directory).items():
            assert f"{PART}{key}: {value}\n" in text
        for key, value in (("keystore", mine), ("key", mine), ("truststore", "changeit")):
            assert f"{PART}rest.{key}-password: {value}\n" in text
        assert others not in text
    # The command finds the leader as ever, and has no key for internal ports.
    assert "high-availability.zookeeper.quorum: 192.0.2.1:2181\n" in of_command and f"{PART}internal" not in of_command
    assert f"{PART}internal.keystore: /etc/flink/tls/keystore.p12\n" in of_server
    assert "conf=/etc/flink/client-conf/flink-conf.yaml\n" in values.text("client.j2") and "FLINK_CONF_DIR=/etc/flink/client-conf\n" in values.text("client.j2")
    for others in (role(WORKER), role(CLIENT), role(flink_rest_tls=False)):
        assert "conf=/etc/flink/flink-conf.yaml\n" in others.text("client.j2") and "FLINK_CONF_DIR" not in others.text("client.j2")


@pytest.mark.parametrize(("groups", "own"), [(SERVER, True), (WORKER, False), (CLIENT, False)])
def test_files_come_and_go(groups, own):
    def entries(**given):
        found = role(groups, **given).value("flink_files_command")
        written = [each for each in found if each.get("when", True) is True]
        return {each.get("path", "directories"): each.get("content", each.get("template", each.get("state"))) for each in written}

    on, off = entries(), entries(flink_rest_tls=False)
    assert ("/etc/flink/client-conf/log4j-cli.properties" in on) is own and (on.get("/etc/flink/client-conf") == "absent") is not own
    assert "flink-clients" in on["/etc/flink/rest-callers"] and "/etc/flink/rest-client" in on["/etc/flink/rest-callers"]
    assert off["/etc/flink/rest-callers"] == off["/etc/flink/client-conf"] == "absent"


def test_who_has_which_certificate():
    of = role(flink_job_cluster={"name": "words"}, flink_settings={"rest.address": "jm.example"}).value("__flink_identities")
    assert of["server"] == {
        "name": "flink-words-rest", "ca": "own", "authority": "platform", "trusts": ["flink-clients"], "directory": "/etc/flink-jobs/words/rest-tls",
        "group": "flink", "formats": ["pkcs12"], "names": ["192.0.2.1", "jm.example"]}
    assert of["client"] == {
        "name": "flink-words-client", "ca": "own", "authority": "flink-clients", "trusts": ["platform"], "directory": "/etc/flink-jobs/words/rest-client",
        "group": "flink", "formats": ["pem", "pkcs12"], "names": ["192.0.2.1"]}


@pytest.mark.parametrize(("groups", "given", "due"), [
    (SERVER, {}, ["server", "client"]), (WORKER, {}, ["client"]), (CLIENT, {"flink_internal_tls": True}, ["client"]),
    (SERVER, {"flink_internal_tls": True, "flink_zookeeper_tls": True}, ["internal", "server", "client", "zookeeper"]),
    (WORKER, {"flink_internal_tls": True, "flink_rest_tls": False}, ["internal"]), (SERVER, {"flink_rest_tls": False}, []),
])
def test_which_certificates_a_host_has(groups, given, due):
    assert role(groups, **given).value("__flink_certificates_due") == due


@pytest.mark.parametrize(("judged", "rest"), [({"flink": {"internal": False, "rest": False, "zookeeper": False}}, False), ({"other": {}}, True), ({}, True)])
def test_what_was_judged_of_the_cluster_counts(judged, rest):
    assert role(flink_preflight={"java": {"major": 17}, "tls": judged}).value("__flink_rest_tls") is rest


def test_certificates_that_nothing_reads_any_more_go():
    there = {f"/etc/flink/{directory}/certificate.pem": True for directory in ("tls", "rest-client", "zookeeper-tls")}
    left = role(flink_rest_tls=False, flink_internal_tls=True, flink_preflight={"java": {"major": 17}, "exists": there}).value("__flink_certificates_left")
    assert left == ["server", "client", "zookeeper"]


def test_servers_watch_their_stores():
    watched = role().value("flink_unit_of")
    stores_of_rest = set(stores("rest-tls").values())
    assert stores_of_rest <= set(watched["jobmanager"]["watch"]) and stores_of_rest <= set(watched["historyserver"]["watch"])
    assert not any("rest" in path for path in watched["taskmanager"]["watch"])


@pytest.mark.parametrize(("on", "left", "strict", "either"), [
    (True, False, True, True), (False, True, False, True), (False, False, False, False),
])
def test_modules_show_a_certificate_and_ask_both_ways_where_it_may_be_on_its_way(on, left, strict, either):
    seen = {"java": {"major": 17}, "exists": {"/etc/flink/rest-client/certificate.pem": left}}
    values = role(flink_rest_tls=on, flink_preflight=seen)
    mine = {"ca_path": "/etc/flink/rest-client/trust.pem", "client_cert": "/etc/flink/rest-client/certificate.pem",
            "client_key": "/etc/flink/rest-client/key.pem"}
    assert values.value("__flink_rest") == (mine if strict else {})
    assert values.value("__flink_rest_either") == ({**mine, "mixed_tls": True} if either else {})
    assert values.value("__flink_rest_left") is left
    scheme = "https" if on else "http"
    assert values.value("flink_rest_urls") == [f"{scheme}://192.0.2.1:8081", f"{scheme}://192.0.2.2:8081"]
    assert values.value("flink_own_url") == f"{scheme}://192.0.2.1:8081"


def test_layers_below_ask_with_the_certificate_of_the_host_that_they_ask_from():
    asked = role({"zookeeper": ["n0"], "flink_jobmanager": ["n1"], "flink_taskmanager": ["n1"]}, flink_name="streams").value("flink_asked_rest")
    assert asked == {"ca_path": "/etc/streams/rest-client/trust.pem", "client_cert": "/etc/streams/rest-client/certificate.pem",
                     "client_key": "/etc/streams/rest-client/key.pem", "mixed_tls": True}
