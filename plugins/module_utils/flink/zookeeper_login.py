# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink in ZooKeeper by TLS and as a user (``flink_zookeeper_tls``): what cannot work, judged before anything is touched.

What a process has closed (``flink_zookeeper_acl: creator``) one that is nobody cannot read. So whether a cluster closes is in a file of its own,
in a directory of its own: units are stale when it has come or gone, and what is stale for that is restarted all at once.
"""

from __future__ import annotations

from typing import Any, List, Mapping

from ..inventory import Verdict
from ..zookeeper.client import client_faults, zookeeper_access
from ..zookeeper.transport import TLS_ONLY
from .certificates import caller_faults
from .cluster import Cluster
from .versions import SPANS, names_of

OPTION = "flink_zookeeper_tls"
CREATOR = "creator"
#: The role's own with TLS, whoever else would set them, with what is for users.
OWN = {
    "env.java.opts.jobmanager": "flink_jobmanager_java_options",
    "env.java.opts.taskmanager": "flink_taskmanager_java_options",
    "env.java.opts.client": "flink_client_java_options",
    "high-availability.zookeeper.client.acl": "flink_zookeeper_acl",
    "zookeeper.sasl.disable": OPTION,
}
JAVA_OPTIONS = ("flink_java_options", "flink_jobmanager_java_options", "flink_taskmanager_java_options", "flink_client_java_options")


def login_faults(cluster: Cluster) -> List[str]:
    """Sentences without their full stops; empty when nothing is wrong, and without a ZooKeeper."""
    if not cluster.highly_available or not cluster.version:
        return []
    options, access = cluster.options, zookeeper_access(cluster.groups, cluster.inventory.hostvars)
    able = "" if cluster.mesos else names_of(SPANS["zookeeper_tls"])
    if cluster.mesos or not cluster.version.has("zookeeper_tls"):
        return _unable(cluster, access, able)
    found = [fault.rstrip(".") for fault in client_faults("flink", options, access, {name: options[name] or [] for name in JAVA_OPTIONS})]
    if options[OPTION]:
        found += caller_faults(cluster, OPTION, "asks of who calls ZooKeeper")
        found += [f"flink_settings has {key}, which follows from {OPTION}: use {variable} in its place"
                  for key, variable in OWN.items() if key in cluster.user_settings]
    return found


def _unable(cluster: Cluster, access: Mapping[str, Any], able: str) -> List[str]:
    """Of a Flink that calls in clear alone."""
    options = cluster.options
    what = "Flink on Mesos" if cluster.mesos else f"Flink {options['flink_version']}"
    if options[OPTION]:
        why = (
            "on Mesos all of flink-conf.yaml stands in the command lines of TaskManagers, and their hosts have no certificate for it" if cluster.mesos
            else f"the ZooKeeper client of Flink {options['flink_version']} knows no TLS, which that of {able} does"
        )
        return [f"{OPTION} is true, and {why}: set it to false"]
    if access["clients"] == TLS_ONLY:
        return [f"zookeeper_clients is {TLS_ONLY}, and {what} calls ZooKeeper in clear, so it would end: set it to plain_too"]
    return []


def closes(cluster: Cluster) -> bool:
    """Whether what the processes write into ZooKeeper is their user's alone."""
    options = cluster.options
    named = options[OPTION] and options["flink_zookeeper_user"] and options["flink_zookeeper_password"]
    return bool(cluster.highly_available and named and options["flink_zookeeper_acl"] == CREATOR)


def reads(cluster: Cluster) -> List[str]:
    """Files on the host that tell for whom it closes."""
    return [cluster.options["__flink_zookeeper_look"]["agreed"]]


def change(cluster: Cluster, seen: Mapping[str, Any]) -> Verdict:
    """By the host's answer: all processes of a cluster begin to close in one run, and end with it in one, before they are nobody or somebody else.

    Who has the command alone reads what they have closed, and so comes with them.
    """
    options, paths, exists = cluster.options, cluster.options["__flink_zookeeper_look"], seen["exists"]
    if cluster.mesos or not cluster.has_host or not exists[paths["known"]]:
        return Verdict()
    closed, wanted = exists[paths["agreed"]], closes(cluster)
    former = closed_by(str(seen["contents"].get(paths["agreed"]) or ""))
    user = options["flink_zookeeper_user"] if options[OPTION] and options["flink_zookeeper_password"] else ""
    if closed and not user and cluster.highly_available:
        return Verdict([
            f"{cluster.name} would be nobody in ZooKeeper, where it has closed what it keeps to all but its user: run once with flink_zookeeper_acl set "
            f"to open, while {OPTION} and the user are what they were, and once more without them."
        ])
    if closed and user and former and user != former:
        return Verdict([
            f"{cluster.name} would be {user} in ZooKeeper, where it has closed what it keeps to all but {former}: run once with flink_zookeeper_user set "
            f"to {former} and flink_zookeeper_acl to open, while ZooKeeper has both users, and once more with {user}."
        ])
    outside = list(options["__flink_callers_outside"] or [])
    if outside and closed != wanted:
        return Verdict([
            f"flink_zookeeper_acl would {'close' if wanted else 'open'} what {cluster.name} keeps in ZooKeeper, and {', '.join(outside)}, which "
            "read or write it, would keep what they have, as they are not in this run: run without --limit."
        ])
    return Verdict()


def closed_by(agreed: str) -> str:
    """The user that the role has named in the file by which a cluster closes; nothing where there is no such file."""
    return next((line.strip() for line in agreed.splitlines() if line.strip() and not line.startswith("#")), "")
