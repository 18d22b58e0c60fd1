# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS at a Flink cluster's REST server, with a certificate asked of who calls (``flink_rest_tls``): what cannot work, before anything is touched.

Flink's processes do not call each other's REST servers, so JobManagers with it and without it get along, and restart one after the other. It is
who calls that must know, so a cluster has it everywhere or nowhere.
"""

from __future__ import annotations

from typing import Any, List, Mapping

from ..inventory import Verdict
from .certificates import caller_faults, owned_faults, turned, unlike
from .cluster import Cluster

OPTION = "flink_rest_tls"
#: The role's own, whoever else would set them.
OWN = (
    *(
        f"security.ssl.rest.{name}" for name in (
            "enabled", "authentication-enabled", "keystore", "keystore-password", "keystore-type", "key-password", "truststore", "truststore-password",
            "truststore-type",
        )
    ),
    "historyserver.web.ssl.enabled",
)


def rest_faults(cluster: Cluster) -> List[str]:
    """Sentences without their full stops; empty when nothing is wrong, and without TLS."""
    found = unlike(cluster, OPTION, cluster.callers, "who calls REST must know whether it speaks TLS")
    if not cluster.options[OPTION]:
        return found
    if cluster.mesos:
        return [
            f"{OPTION} is for the standalone manager only: on Mesos its fetcher gets Flink's files from the AppMaster by the same settings and has no "
            "certificate to show, and the passwords of the key stores would stand in the command lines of TaskManagers; set it to false"
        ]
    return found + owned_faults(cluster, OPTION, OWN) + caller_faults(cluster, OPTION, "asks of who calls REST")


def change(cluster: Cluster, seen: Mapping[str, Any]) -> Verdict:
    """By the host's answer: TLS comes or goes for all JobManagers of a cluster and who calls them in one run, or not at all."""
    paths = cluster.options["__flink_rest_look"]
    outside = list(cluster.options["__flink_callers_outside"] or [])
    if not outside or not cluster.has_host or not turned(cluster, OPTION, paths["known"], paths["noted"], seen["exists"]):
        return Verdict()
    return Verdict([
        f"{OPTION} would turn TLS {'on' if cluster.options[OPTION] else 'off'} at REST of {cluster.name}, and {', '.join(outside)} would go on without "
        "knowing, as they are not in this run: who calls REST must know whether it speaks TLS; run without --limit."
    ])
