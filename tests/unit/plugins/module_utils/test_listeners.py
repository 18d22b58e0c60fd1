# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On which ports the layers say that they listen; what is written in docs/security.md is held against it."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.layers import LAYERS
from ansible_collections.baremetal.flink.plugins.module_utils.listeners import Listener, listeners, merged

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import UTILS, inventory

ROOT = Path(__file__).resolve().parents[4]
#: What the role computes, of which the ports are read.
CONF = {
    "rest.port": "8081", "jobmanager.rpc.port": "6123", "blob.server.port": "6124", "taskmanager.rpc.port": "6122", "taskmanager.data.port": "6121",
    "metrics.internal.query-service.port": "6125-6130",
}
STANDALONE = {"flink_cluster_manager": "standalone", "flink_conf_settings": CONF, "flink_job_clusters": [], "flink_history_server": True}
EVERY_GROUP = {group: ["n1"] for groups in LAYERS.values() for group in groups if group not in ("flink_mesos", "flink_client")}


def listening(layer, groups=None, hosts=None, **options):
    """Ports of the host n1, with whether they are for clients."""
    known = {"kerberos": {"kerberos_realm": "EXAMPLE.ORG"}, "hdfs": {"hdfs_data_dirs": ["/d"]}, "flink": STANDALONE}.get(layer, {})
    given = {**known, **options}
    judged = inventory(layer, groups or EVERY_GROUP, hosts=hosts, **given)
    computed = {name: given[name] for name in ("flink_conf_settings", "flink_job_clusters") if name in given}
    judged = replace(judged, options={**judged.options, **computed})
    return import_module(f"{UTILS}.{layer}.ports").listening(judged)


def ports(layer, groups=None, **options):
    return {str(one.first) if one.first == one.last else f"{one.first}-{one.last}": one.clients for one in listening(layer, groups, **options)}


@pytest.mark.parametrize(("given", "found"), [(8081, [(8081, 8081)]), ("6125-6130", [(6125, 6130)]), (" 1 , 3-4", [(1, 1), (3, 4)])])
def test_ports_are_read_as_flink_writes_them(given, found):
    assert [(one.first, one.last) for one in listeners("x", given)] == found


@pytest.mark.parametrize("given", [0, "0", "", "http", "9-8", "70000", "-1", "1-70000", None])
def test_a_port_that_nobody_knows_beforehand_is_a_fault_of_its_variable(given):
    with pytest.raises(InputError, match="^rest.port is .*: a firewall has to know the port"):
        listeners("rest.port", given)


def test_ranges_that_touch_become_one():
    assert merged([Listener("a", 5, 9), Listener("b", 1, 2), Listener("c", 3, 3), Listener("d", 6, 7)]) == [(1, 3), (5, 9)]


def test_a_kdc_gives_tickets_to_clients_and_is_looked_after_by_the_platform():
    assert ports("kerberos", {"kdc": ["n1", "n2"]}) == {"88": True, "749": False}
    assert ports("kerberos", {"kdc": ["n2", "n1"]}) == {"88": True, "754": False}
    assert ports("kerberos", {"kdc": ["n2"]}) == ports("kerberos", {"kdc": ["n1"]}, kerberos_realm="") == {}


def test_zookeeper_is_for_the_platform_alone():
    settings = {"secureClientPort": 2281, "observerMasterPort": 2191}
    assert ports("zookeeper", zookeeper_admin_port=8888, zookeeper_jmx_port=7000, zookeeper_settings=settings) == {
        "2181": False, "2888": False, "3888": False, "8888": False, "2281": False, "2191": False}
    assert ports("zookeeper", {"zookeeper": ["n2"]}) == {}


def test_hdfs_has_the_ports_of_the_daemons_that_are_on_the_host():
    assert ports("hdfs", {"hdfs_namenode": ["n2"], "hdfs_datanode": ["n1"]}) == {"9866": True, "9864": True, "9867": True}
    two = {"hdfs_namenode": ["n1", "n2"], "hdfs_journalnode": ["n1"], "hdfs_datanode": ["n2"]}
    assert ports("hdfs", two) == {"8020": True, "9870": True, "8019": False, "8485": False, "8480": False}
    settings = {"dfs.namenode.https-address": "0.0.0.0:9871", "dfs.datanode.https.address": "0.0.0.0:9865", "dfs.namenode.shared.edits.dir": "q:1/x"}
    assert ports("hdfs", {"hdfs_namenode": ["n1"], "hdfs_datanode": ["n2"]}, hdfs_site_settings=settings) == {
        "8020": True, "9870": True, "9871": True}
    with pytest.raises(InputError, match="dfs.datanode.address of hdfs_site_settings is '0'"):
        ports("hdfs", hdfs_site_settings={"dfs.datanode.address": "0.0.0.0:0"})


def test_mesos_serves_clients_where_masters_and_tasks_are():
    assert ports("mesos") == {"5050": True, "5051": False, "31000-32000": True}
    assert ports("mesos", {"mesos_master": ["n2"], "mesos_agent": ["n1"]}, mesos_agent_ports="[4000-4001, 31000-31009]") == {
        "5051": False, "4000-4001": True, "31000-31009": True}


def test_marathon_is_one_port_for_clients_and_two_with_https():
    assert ports("marathon") == {"8080": True, "9090": False}
    assert ports("marathon", marathon_flags={"ssl_keystore_path": "/k"}) == {"8080": True, "8443": True, "9090": False}
    assert ports("marathon", marathon_flags={"https_port": 8444}) == {"8080": True, "8444": True, "9090": False}
    # With TLS of the platform's own it is the same port.
    assert ports("marathon", marathon_tls=True) == {"8080": True, "9090": False}
    assert ports("marathon", {"marathon": ["n2"]}) == {}


def test_flink_has_the_ports_of_the_processes_that_are_on_the_host():
    apart = {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n2"]}
    assert ports("flink", apart) == {"8081": True, "6123": False, "6124": False, "6125-6130": False, "8082": True}
    assert ports("flink", {"flink_jobmanager": ["n2"], "flink_taskmanager": ["n1"]}) == {"6122": False, "6121": False, "6125-6130": False}
    assert ports("flink", {**apart, "flink_taskmanager": ["n2"], "flink_jobmanager": ["n2"], "flink_client": ["n1"]}) == {}


def test_what_users_set_of_flinks_ports_counts():
    more = {
        **CONF, "rest.bind-port": "8090-8092", "high-availability.jobmanager.port": "6200",
        "metrics.reporter.prom.port": "9249", "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        "metrics.reporter.jmx.port": "8789", "metrics.reporter.jmx.class": "org.apache.flink.metrics.jmx.JMXReporter",
        "metrics.reporter.push.port": "9091",
        "metrics.reporter.push.class": "org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporter",
    }
    found = ports("flink", {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n2"]}, flink_conf_settings=more)
    assert {port for port in found if port not in ports("flink", {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n2"]})} == {
        "8090-8092", "6200", "9249", "8789"}
    assert found["8090-8092"] and not found["9249"]


def test_job_clusters_have_their_own_until_they_are_absent():
    jobs = [{"name": "words", "ports_from": 6200, "taskmanagers": 1}, {"name": "gone", "state": "absent", "ports_from": 6300}]
    groups = {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n0", "n1"]}
    own = {port: clients for port, clients in ports("flink", groups, flink_job_clusters=jobs).items() if port.startswith(("62", "63"))}
    assert own == {"6200": True, "6201": False, "6202": False, "6205-6209": False}


def test_on_mesos_processes_have_ports_of_tasks():
    mesos = {"flink_cluster_manager": "mesos", "flink_history_server": False}
    assert ports("flink", {"mesos_agent": ["n1"]}, **{**mesos, "flink_conf_settings": {}}) == {}
    assert ports("flink", {"mesos_agent": ["n1"]}, **{**mesos, "flink_conf_settings": {"metrics.internal.query-service.port": "6125-6130"}}) == {
        "6125-6130": False}


def languages(layer, groups=None, **options):
    """What an audit asks at each port, with ``tls`` where it looks for TLS."""
    return {one.first: one.speaks or ("tls" if one.tls else "") for one in listening(layer, groups, **options)}


def test_an_audit_knows_what_is_spoken_where():
    settings = {"secureClientPort": 2281, "observerMasterPort": 2191}
    assert languages("zookeeper", zookeeper_admin_port=8888, zookeeper_settings=settings) == {
        2181: "zookeeper", 2888: "", 3888: "", 8888: "web", 2281: "zookeeper", 2191: ""}
    assert languages("zookeeper", zookeeper_tls=True) == {2181: "zookeeper", 2888: "tls", 3888: "tls"}
    secure = {"dfs.namenode.https-address": "0.0.0.0:9871", "dfs.datanode.https.address": "0.0.0.0:9865"}
    assert languages("hdfs", {"hdfs_namenode": ["n1", "n2"], "hdfs_journalnode": ["n1"], "hdfs_datanode": ["n1"]}, hdfs_site_settings=secure) == {
        8020: "", 9870: "webhdfs", 8019: "", 8485: "", 8480: "web", 9866: "", 9864: "web", 9867: "", 9871: "webhdfs", 9865: "web"}
    assert {one.login for one in listening("hdfs", hdfs_authentication="kerberos", hdfs_site_settings=secure)} == {True}
    assert not any(one.login for one in listening("hdfs"))
    secure_by_tickets = {"n1": {"security_profile": "secure", "security_authentication": "kerberos"}}
    assert all(one.login for one in listening("hdfs", hosts=secure_by_tickets, hdfs_authentication="simple"))
    assert languages("mesos") == {5050: "mesos", 5051: "mesos", 31000: ""}
    assert languages("marathon", marathon_flags={"https_port": 8444}) == {8080: "marathon", 8444: "marathon", 9090: ""}


def test_a_mesos_that_may_have_tls_is_asked_nothing():
    """A handshake that fails ends a master that was built without libevent."""
    assert languages("mesos", mesos_environment={"LIBPROCESS_SSL_ENABLED": "1"}) == {5050: "", 5051: "", 31000: ""}


def test_an_audit_looks_for_tls_where_flink_has_it():
    one = {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n1"]}
    more = {"metrics.reporter.prom.port": "9249", "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
            "metrics.reporter.jmx.port": "8789", "metrics.reporter.jmx.class": "org.apache.flink.metrics.jmx.JMXReporter",
            "queryable-state.server.ports": "9067"}
    internal = dict.fromkeys((6121, 6122, 6123, 6124, 6125), "tls")
    assert languages("flink", one, flink_conf_settings={**CONF, **more}, flink_internal_tls=True) == {
        **internal, 8081: "flink", 8082: "flink", 9249: "web", 8789: "", 9067: ""}
    assert languages("flink", one) == {**dict.fromkeys(internal, ""), 8081: "flink", 8082: "flink"}
    assert languages("flink", one, flink_conf_settings={**CONF, "security.ssl.internal.enabled": "true"})[6123] == "tls"


def test_an_audit_knows_where_rest_has_tls():
    one = {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n1"]}

    def encrypted(**options):
        return {each.first for each in listening("flink", one, **options) if each.tls}

    assert encrypted() == set() and encrypted(flink_rest_tls=True) == {8081, 8082}
    by_hand = {**CONF, "security.ssl.rest.enabled": True}
    assert encrypted(flink_conf_settings=by_hand) == {8081}
    assert encrypted(flink_conf_settings={**by_hand, "historyserver.web.ssl.enabled": "true"}) == {8081, 8082}


def documented():
    """Rows of the table in docs/security.md: its ports and whether clients reach them, by layers."""
    for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].lower() in LAYERS:
            for port in re.findall(r"\d+(?:-\d+)?", cells[1]):
                yield cells[0].lower(), port, cells[4] == "yes"


def test_the_documented_ports_are_those_of_the_defaults():
    two = {**EVERY_GROUP, "hdfs_namenode": ["n1", "n2"]}
    found = {(layer, port, clients) for layer in LAYERS for port, clients in ports(layer, two).items()}
    found |= {("kerberos", port, clients) for port, clients in ports("kerberos", {"kdc": ["n0", "n1"]}).items()}
    assert set(documented()) == found
