# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role flink says of inventory, settings and host before anything is touched."""

from __future__ import annotations

from functools import partial
from typing import Any, Mapping

from ..inventory import Inventory, Verdict
from . import internal_tls, other_manager, rest_tls, tickets, zookeeper_login
from .cluster import Cluster
from .faults import flink_faults, given
from .versions import flink

__all__ = ["COMPUTED", "given", "preflight"]

#: Variables of the role with paths on the host that tell what an earlier run has set up there.
LOOKS = ("__flink_tls_look", "__flink_rest_look", "__flink_zookeeper_look", "__flink_manager_look", "__flink_tickets_look")
#: What the role computes and this judges; the job clusters as they were written, as conversion would fill in what was not.
COMPUTED = (
    "flink_job_clusters", "flink_job_cluster", "flink_conf_settings", "flink_restart_strategy", "flink_java_home", "flink_home", "flink_release",
    "flink_account", "flink_free_mb", *LOOKS, "__flink_outside", "__flink_callers_outside",
    "__flink_tickets", "__flink_urls_of_hdfs", "__flink_realm", "__flink_keytab",
)


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    cluster, family, options = Cluster(inventory), inventory.family, inventory.options
    faults = flink_faults(cluster)
    if faults:
        return Verdict([f"Flink cannot be set up: {'; '.join(faults)}."])
    packages = list(family["packages"])
    packages += family["ha_packages"] if cluster.highly_available else []
    packages += family["sasl_packages"] if cluster.highly_available and options["flink_zookeeper_tls"] and options["flink_zookeeper_password"] else []
    packages += family["mesos_packages"] if cluster.mesos else []
    packages += family["kerberos_packages"] if tickets.keytabs(cluster) else []
    packages += family["yaml_packages"] if flink(options["flink_version"]).has("config_yaml") else []
    return Verdict(
        look={
            "layer": "Flink",
            "own_address": options["flink_address"],
            "addresses": cluster.addresses,
            "allow_loopback": len(cluster.members) == 1,
            "java_home": options["flink_java_home"],
            "java_versions": list(flink(options["flink_version"]).java),
            "memory_mb": cluster.memory_mb,
            "disk": [{"path": path, "free_mb": options["flink_free_mb"]} for path in (options["flink_release"], options["flink_tmp_dirs"][0])],
            "ports": cluster.ports,
            "packages": packages,
            "account": options["flink_account"],
            "links": [options["flink_home"]],
            "read": zookeeper_login.reads(cluster),
            "exists": list(dict.fromkeys(path for look in LOOKS for path in options[look].values())),
        },
        known={"keytabs": {cluster.name: tickets.keytabs(cluster)}, "tls": {cluster.name: {
            "internal": bool(options["flink_internal_tls"]), "rest": bool(options["flink_rest_tls"]),
            "zookeeper": cluster.highly_available and bool(options["flink_zookeeper_tls"])}}},
        after=partial(_changes, cluster),
    )


def _changes(cluster: Cluster, seen: Mapping[str, Any]) -> Verdict:
    """What the host's answer means for TLS that is turned on or off, for what is closed in ZooKeeper, for tickets, and for another manager's Flink."""
    return Verdict([fault for each in (internal_tls, rest_tls, zookeeper_login, tickets, other_manager) for fault in each.change(cluster, seen).faults])
