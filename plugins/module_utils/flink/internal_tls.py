# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS among the processes of one Flink cluster (``flink_internal_tls``): what cannot work with it, judged before anything is touched.

Processes with it and processes without it do not understand each other, nor do those that differ in what they agree on (protocol, ciphers).
So the role keeps what they agree on in a file of its own, in a directory of its own: units are stale when it has come, gone or changed since
they were started, and what is stale for that is restarted all at once.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from ..errors import InputError
from ..inventory import Verdict
from ..security.pki import FOR_PKCS12, need_cryptography
from .cluster import Cluster
from .members import CLIENTS

OPTION = "flink_internal_tls"
#: The role's own, whoever else would set them.
OWN = tuple(
    f"security.ssl.internal.{name}" for name in (
        "enabled", "keystore", "keystore-password", "keystore-type", "key-password", "truststore", "truststore-password", "truststore-type",
    )
)
#: Each takes TLS off one kind of ports when it is false.
KINDS_OF_PORTS = ("akka.ssl.enabled", "pekko.ssl.enabled", "blob.service.ssl.enabled", "taskmanager.data.ssl.enabled")


def tls_faults(cluster: Cluster) -> List[str]:
    """Sentences without their full stops; empty when nothing is wrong, and without TLS."""
    found = unlike(cluster, OPTION, cluster.members, "processes with TLS and without it do not understand each other")
    if not cluster.options[OPTION]:
        return found
    if cluster.mesos:
        return [
            f"{OPTION} is for the standalone manager only: on Mesos all of flink-conf.yaml stands in the command lines of TaskManagers, and with it the "
            "passwords of the key stores, for everybody on these hosts to see; set it to false"
        ]
    settings = {**(cluster.options["flink_settings"] or {}), **(cluster.job.get("settings") or {})}
    own = [key for key in settings if key in OWN]
    if own:
        found.append(f"flink_settings has {', '.join(own)}, which {OPTION} sets: take these keys out, or set {OPTION} to false")
    in_clear = [key for key in settings if key in KINDS_OF_PORTS and str(settings[key]).strip().lower() == "false"]
    if in_clear:
        found.append(f"flink_settings has {', '.join(in_clear)} as false, which would leave ports in clear that {OPTION} is for: take these keys out")
    return found


def maker_faults(cluster: Cluster, options: Sequence[str]) -> List[str]:
    """That the controller cannot make the certificates which one of the options asks for."""
    if cluster.mesos or not any(cluster.options[option] for option in options):
        return []
    try:
        need_cryptography(FOR_PKCS12)
    except InputError as error:
        return [error.message.rstrip(".")]
    return []


def unlike(cluster: Cluster, option: str, hosts: Sequence[str], why: str) -> List[str]:
    """That hosts' own variables say something else of an option than those of the host that is judged, and why they must not."""
    own, known = bool(cluster.options[option]), cluster.inventory.hostvars
    others = [host for host in hosts if host != cluster.host and boolean(known[host].get(option, own), strict=False) != own]
    if not others or cluster.mesos:
        return []
    return [
        f"{option} is {str(own).lower()} here and {str(not own).lower()} on {', '.join(others)}, and {why}: give all hosts of the cluster the same value"
    ]


def look(cluster: Cluster) -> List[str]:
    """Paths on the host that tell whether Flink is set up there, whether with TLS, and whether a certificate is left."""
    paths: Dict[str, str] = cluster.options["__flink_tls_look"]
    return list(paths.values())


def change(cluster: Cluster, seen: Mapping[str, Any]) -> Verdict:
    """By the host's answer: TLS comes or goes for all processes of a cluster in one run, or not at all.

    Hosts that do not answer are no hindrance, those that ``--limit`` leaves out are.
    """
    paths = cluster.options["__flink_tls_look"]
    changes = cluster.host in cluster.members and turned(cluster, OPTION, paths["known"], paths["agreed"], seen["exists"])
    outside = list(cluster.options["__flink_outside"] or []) if changes else []
    if not outside:
        return Verdict()
    return Verdict([
        f"{OPTION} would turn TLS {'on' if cluster.options[OPTION] else 'off'} among the processes of {cluster.name}, and {', '.join(outside)}, where some of "
        "them are, would keep what they have, as they are not in this run: processes with TLS and without it do not understand each other; run without --limit."
    ])


def turned(cluster: Cluster, option: str, known: str, noted: str, exists: Mapping[str, bool]) -> bool:
    """Whether this run turns an option on or off for a cluster that is there, by the paths that tell so."""
    return bool(not cluster.mesos and exists[known] and exists[noted] != bool(cluster.options[option]))


def caller_faults(cluster: Cluster, option: str, asks: str) -> List[str]:
    """That the host which looks after jobs gets no certificate for an option; ``asks`` says who asks for that."""
    host = str(cluster.options["flink_jobs_host"])
    if not host or host in cluster.callers:
        return []
    return [f"flink_jobs_host is {host}, which gets no certificate that {option} {asks}: name a host of the cluster or of the group {CLIENTS}"]
