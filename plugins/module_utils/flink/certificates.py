# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options have in common by which Flink's processes, and who calls them, get certificates: ``option`` is its name in each of these."""

from __future__ import annotations

from typing import Collection, List, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from ..errors import InputError
from ..security.pki import FOR_PKCS12, need_cryptography
from .cluster import Cluster
from .members import CLIENTS


def unlike(cluster: Cluster, option: str, hosts: Sequence[str], why: str) -> List[str]:
    """That hosts' own variables say something else of an option than those of the host that is judged, and why they must not."""
    own, known = bool(cluster.options[option]), cluster.inventory.hostvars
    others = [host for host in hosts if host != cluster.host and boolean(known[host].get(option, own), strict=False) != own]
    if not others or cluster.mesos:
        return []
    return [
        f"{option} is {str(own).lower()} here and {str(not own).lower()} on {', '.join(others)}, and {why}: give all hosts of the cluster the same value"
    ]


def owned_faults(cluster: Cluster, option: str, own: Collection[str], off: str = "false") -> List[str]:
    """That a user sets keys which the option sets; ``off`` is its value when it does not."""
    keys = [key for key in cluster.user_settings if key in own]
    return [f"flink_settings has {', '.join(keys)}, which {option} sets: take these keys out, or set {option.partition(':')[0]} to {off}"] if keys else []


def maker_faults(cluster: Cluster, options: Sequence[str]) -> List[str]:
    """That the controller cannot make the certificates which one of the options asks for."""
    if cluster.mesos or not any(cluster.options[option] for option in options):
        return []
    try:
        need_cryptography(FOR_PKCS12)
    except InputError as error:
        return [error.message.rstrip(".")]
    return []


def caller_faults(cluster: Cluster, option: str, asks: str) -> List[str]:
    """That the host which looks after jobs gets no certificate for an option; ``asks`` says who asks for that."""
    host = str(cluster.options["flink_jobs_host"])
    if not host or host in cluster.callers:
        return []
    return [f"flink_jobs_host is {host}, which gets no certificate that {option} {asks}: name a host of the cluster or of the group {CLIENTS}"]


def turned(cluster: Cluster, option: str, known: str, noted: str, exists: Mapping[str, bool]) -> bool:
    """Whether this run turns an option on or off for a cluster that is there, by the paths that tell so."""
    return bool(not cluster.mesos and exists[known] and exists[noted] != bool(cluster.options[option]))
