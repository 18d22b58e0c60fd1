# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host of a Flink cluster as the role's preflight is asked about it."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.baremetal.flink.plugins.module_utils.flink.preflight import preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

STANDALONE = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n2", "n3"], "zookeeper": ["n1"]}
MESOS = {"mesos_agent": ["n1", "n2"]}
#: What templates of the role's defaults make of such an inventory, whose Flink is 1.12.5.
DEFAULTS = {
    "flink_cluster_manager": "standalone", "flink_version": "1.12.5", "flink_scala_version": "2.11", "flink_pypi_checksum": "",
    "flink_address": "192.0.2.1", "flink_hadoop_classpath": "", "flink_hadoop_conf_dir": "",
    "flink_zookeeper_quorum": "192.0.2.1:2181", "flink_cluster_id": "/default",
    "flink_hdfs_url": "hdfs://nn:8020", "flink_storage_url": "hdfs://nn:8020/flink", "flink_storage_shared": True, "flink_tmp_dirs": ["/var/lib/flink/tmp"],
    "flink_mesos_master": "zk://192.0.2.1:2181/mesos", "flink_mesos_principal": "", "flink_mesos_secret": "",
    "flink_internal_tls": False, "flink_rest_tls": False, "flink_zookeeper_tls": False,
    "flink_marathon_urls": ["http://192.0.2.1:8080"], "flink_taskmanager_cpus": 2,
}
#: What tells of an earlier run: that it set Flink up, that it did so with TLS, that a certificate is there.
TLS_LOOK = {"known": "/etc/flink/environment", "agreed": "/etc/flink/internal-tls/agreed", "certificate": "/etc/flink/tls/certificate.pem"}
REST_LOOK = {"known": "/etc/flink/environment", "noted": "/etc/flink/rest-callers", "certificate": "/etc/flink/rest-client/certificate.pem"}
ZOOKEEPER_LOOK = {"known": "/etc/flink/environment", "agreed": "/etc/flink/zookeeper-acl/agreed",
                  "certificate": "/etc/flink/zookeeper-tls/certificate.pem", "login": "/etc/flink/zookeeper-login.conf"}
MANAGER_LOOK = {"appmaster": "/etc/flink/appmaster"}
TICKETS_LOOK = {"agreed": "/etc/flink/hdfs-tickets/agreed", "certificate": "/etc/flink/hdfs-tls/certificate.pem"}
LOOKED_FOR = list(dict.fromkeys([*TLS_LOOK.values(), *REST_LOOK.values(), *ZOOKEEPER_LOOK.values(), *MANAGER_LOOK.values(), *TICKETS_LOOK.values()]))
JOB = {"name": "words", "jar": __file__, "entry_class": "org.example.Words", "ports_from": 6200}


def asked(groups=None, host="n1", hosts=None, settings=None, job=None, strategy="fixed-delay", facts=None, outside=(), callers=(),
          tickets=False, urls_of_hdfs=None, realm="EXAMPLE.ORG", **options):
    found = inventory("flink", STANDALONE if groups is None else groups, host, hosts, facts, **{**DEFAULTS, **options})
    computed = {"flink_conf_settings": settings or {}, "flink_job_cluster": job or {}, "flink_restart_strategy": strategy,
                "flink_job_clusters": options.get("flink_job_clusters", []), "__flink_tls_look": TLS_LOOK,
                "__flink_rest_look": REST_LOOK, "__flink_zookeeper_look": ZOOKEEPER_LOOK, "__flink_manager_look": MANAGER_LOOK,
                "__flink_tickets_look": TICKETS_LOOK, "__flink_tickets": tickets,
                "__flink_urls_of_hdfs": ["hdfs://flink-hdfs/"] if urls_of_hdfs is None else urls_of_hdfs, "__flink_realm": realm,
                "__flink_keytab": "/etc/flink/kerberos/flink.keytab",
                "__flink_outside": outside,
                "__flink_callers_outside": [*outside, *callers]}
    return replace(found, options={**found.options, **computed})


def after(there, **given):
    """The faults of a sound cluster by the paths that are there on its host."""
    verdict = preflight(asked(**given))
    assert verdict.faults == [] and verdict.look["exists"] == LOOKED_FOR
    return verdict.after({"exists": {path: path in there for path in LOOKED_FOR}, "contents": {}}).faults


def faults(*args, **given):
    return " ".join(preflight(asked(*args, **given)).faults)
