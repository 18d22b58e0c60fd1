# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's tickets for an HDFS that lets in nobody without one (``hdfs_authentication: kerberos``): who it is in the realm, and what cannot work.

Each host's processes have a keytab, and get their tickets themselves. They are the user of Flink to HDFS, and must not be its superuser. On Mesos
Flink's own keys for it are of no use: with them the artifact server hands the keytab to whoever asks, so that Hadoop's classes are told by the
environment where it is on the host.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from ..addresses import agreed, authentication_of, hdfs_authentication
from ..errors import CollectionError
from ..hdfs.kerberos import DATANODE, WEB, java_faults
from ..inventory import Verdict
from ..kerberos.keytab_format import check_realm, full_name
from ..kerberos.preflight import GIVEN
from .certificates import owned_faults
from .cluster import Cluster
from .versions import SPANS, names_of

#: Variables of the environment that Hadoop's classes take a login from.
ENVIRONMENT = ("KRB5PRINCIPAL", "KRB5KEYTAB", "KRB5CCNAME")
#: The role's own where HDFS has Kerberos, by the names of every version, and by which TaskManagers on Mesos get these variables.
OWN = ("security.kerberos.login.keytab", "security.kerberos.login.principal", "security.kerberos.login.use-ticket-cache", "security.keytab",
       "security.principal", *(f"containerized.taskmanager.env.{name}" for name in ENVIRONMENT))


def asks(cluster: Cluster) -> bool:
    """Whether Flink keeps or reads anything in an HDFS of the inventory that has Kerberos."""
    return bool(cluster.options["__flink_tickets"])


def principal(cluster: Cluster) -> str:
    """Who Flink is on the host.

    On Mesos the AppMaster tells TaskManagers on all hosts by the same words, so that it is the same everywhere.

    :raises CollectionError: there is no such name.
    """
    user, realm = str(cluster.options["flink_user"]), str(cluster.options["__flink_realm"])
    host = str(cluster.inventory.hostvars[cluster.host].get("kerberos_host", cluster.host))
    return full_name(user if cluster.mesos else f"{user}/{host}", realm)


def keytabs(cluster: Cluster) -> List[Dict[str, Any]]:
    """What a host with processes of Flink needs of keys, as the role kerberos takes it; who has the command alone shows a ticket of his own."""
    if not asks(cluster) or cluster.host not in cluster.members:
        return []
    return [{"path": cluster.options["__flink_keytab"], "principals": [principal(cluster)], "owner": cluster.options["flink_user"], "mode": "0400"}]


def ticket_faults(cluster: Cluster) -> List[str]:
    """Sentences without their full stops; empty when nothing is wrong, and where Flink needs no ticket."""
    options, inventory = cluster.options, cluster.inventory
    wanted, own = hdfs_authentication(inventory.groups, inventory.hostvars), authentication_of([cluster.host], inventory.hostvars)
    if inventory.groups.get("hdfs_namenode") and options["__flink_urls_of_hdfs"] and own != wanted:
        return [
            f"hdfs_authentication is {wanted} for the NameNodes and {own} for {cluster.host}, whose settings of Hadoop follow from its own: set the same "
            "for the hosts of Flink"
        ]
    if not asks(cluster):
        return []
    if not options["__flink_realm"]:
        return [
            "hdfs_authentication is kerberos, and kerberos_realm names no realm for Flink's tickets: set it for the hosts of Flink too"
        ]
    try:
        check_realm(str(options["__flink_realm"]))
        principal(cluster)
    except CollectionError as error:
        return [error.message.rstrip(".")]
    if not options["flink_hadoop_conf_dir"]:
        empty = "flink_hadoop_conf_dir" if options["flink_hdfs_url"] else "flink_hdfs_url"
        return [
            f"{empty} is empty, and without Hadoop's configuration Flink would not know that HDFS asks for tickets: leave it out, so that each host gets it"
        ]
    found = _mesos_faults(cluster) + _given_faults(cluster) + _user_faults(cluster) + _job_host_faults(cluster)
    return found + owned_faults(cluster, "hdfs_authentication: kerberos", OWN, "simple") + _environment(cluster)


def _mesos_faults(cluster: Cluster) -> List[str]:
    """What Mesos would have to fetch or run without Flink's ticket."""
    options, version = cluster.options, cluster.version
    if not cluster.mesos or not version:
        return []
    found = []
    if not version.has("tickets_on_mesos"):
        found.append(
            f"hdfs_authentication is kerberos, and on Mesos Flink {names_of(SPANS['tickets_on_mesos'])} gets tickets, while flink_version is "
            f"{options['flink_version']}: choose one of these, or have Flink keep its state elsewhere, with flink_hdfs_url set to '' and flink_storage_url to "
            "a shared place"
        )
    user = cluster.user_settings.get("mesos.resourcemanager.framework.user") or options["flink_user"]
    if user not in (options["flink_user"], "root"):
        found.append(
            f"flink_settings has mesos.resourcemanager.framework.user, and the keytab is for {options['flink_user']}: take it out, or have flink_user be "
            f"{user}"
        )
    by_hdfs = [uri for uri in _fetched(cluster) if uri.startswith("hdfs:")]
    if by_hdfs:
        found.append(
            f"{', '.join(by_hdfs)} would be fetched by agents of Mesos, which have no ticket for an HDFS with Kerberos: give them an https:// URL or a path of "
            "the hosts"
        )
    return found


def _fetched(cluster: Cluster) -> List[str]:
    """What agents bring to the AppMaster's sandbox and to those of TaskManagers."""
    app = cluster.options["flink_app"] or {}
    named = [one.get("uri", "") if isinstance(one, Mapping) else one for name in ("fetch", "uris") for one in app.get(name) or []]
    named += str(cluster.user_settings.get("mesos.resourcemanager.tasks.uris") or "").split(",")
    return [str(uri).strip() for uri in named]


def _given_faults(cluster: Cluster) -> List[str]:
    """That somebody else's realm has given no keys."""
    own = cluster.inventory.hostvars[cluster.host]
    if own.get("kerberos_realm_source") != GIVEN or own.get("kerberos_given_keytabs") or not keytabs(cluster):
        return []
    return [
        f"kerberos_realm_source is {GIVEN}, and kerberos_given_keytabs names no keytab with the key of {principal(cluster)}: name one on the controller"
    ]


def _user_faults(cluster: Cluster) -> List[str]:
    """HDFS takes a principal for the user of its first part, and that of its own user for the superuser."""
    options, inventory = cluster.options, cluster.inventory
    superuser = str(agreed(inventory.groups.get("hdfs_namenode") or [], inventory.hostvars, "hdfs_user", "hdfs"))
    found = [
        f"{variable} is {options[variable]}, which is {what} of an HDFS with Kerberos, so that whoever is root on a host of Flink would be all of HDFS: give "
        "Flink another one"
        for variable, what in (("flink_user", "the superuser"), ("flink_group", "the group of superusers")) if options[variable] == superuser
    ]
    if options["flink_user"] in (DATANODE, WEB):
        found.append(f"flink_user is {options['flink_user']}, by which daemons of HDFS are known to each other in the realm: give Flink another one")
    return found


def _job_host_faults(cluster: Cluster) -> List[str]:
    """Savepoints are looked for by who has Flink's keytab."""
    host = str(cluster.options["flink_jobs_host"])
    if not host or cluster.job or host in cluster.members:
        return []
    return [
        f"flink_jobs_host is {host}, which has no keytab of Flink's to read savepoints in an HDFS with Kerberos: name one of "
        f"{', '.join(cluster.members)}, or leave it out"
    ]


def _environment(cluster: Cluster) -> List[str]:
    """That a user's environment would have Hadoop's classes log in as somebody else."""
    names = [name for name in ENVIRONMENT if name in (cluster.options["flink_environment"] or {})]
    return [
        f"flink_environment has {', '.join(names)}, by which Flink would be somebody else in an HDFS with Kerberos: take that out, and give a job what else it "
        "logs in to by settings of its own"
    ] if names else []


def change(cluster: Cluster, seen: Mapping[str, Any]) -> Verdict:
    """By the host's answer: its Java has what each call with a ticket goes by."""
    return Verdict([fault.rstrip(".") for fault in java_faults(seen.get("java"), "Flink")] if asks(cluster) else [])
