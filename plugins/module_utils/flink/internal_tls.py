# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS among the processes of one Flink cluster (``flink_internal_tls``): what cannot work with it, judged before anything is touched.

Processes with it and processes without it do not understand each other, nor do those that differ in what they agree on (protocol, ciphers).
So the role keeps what they agree on in a file of its own, in a directory of its own: units are stale when it has come, gone or changed since
they were started, and what is stale for that is restarted all at once.
"""

from __future__ import annotations

from typing import Any, List, Mapping

from ..inventory import Verdict
from .certificates import owned_faults, turned, unlike
from .cluster import Cluster

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
    found += owned_faults(cluster, OPTION, OWN)
    settings = cluster.user_settings
    in_clear = [key for key in settings if key in KINDS_OF_PORTS and str(settings[key]).strip().lower() == "false"]
    if in_clear:
        found.append(f"flink_settings has {', '.join(in_clear)} as false, which would leave ports in clear that {OPTION} is for: take these keys out")
    return found


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
