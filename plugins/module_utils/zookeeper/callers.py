# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which layers of an inventory call ZooKeeper, and why the members cannot yet refuse, or no longer take, what these come by."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ..layers import LAYERS
from .transport import PLAIN, STRICT, TLS_ONLY

#: Layers that come by TLS: the group whose hosts call, how many it has at least when they do, and the variable that turns it off.
ABLE: Dict[str, Tuple[str, int, str]] = {"hdfs": ("hdfs_namenode", 2, "hdfs_zookeeper_tls"), "flink": ("flink_jobmanager", 1, "flink_zookeeper_tls")}


def callers(groups: Mapping[str, Sequence[str]]) -> List[str]:
    """The other layers that the inventory has hosts of, and that keep something there."""
    return [layer for layer, names in LAYERS.items() if layer not in ("kerberos", "zookeeper") and any(groups.get(name) for name in names)]


def caller_faults(options: Mapping[str, Any], groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """Who would lose ZooKeeper by ``zookeeper_clients: tls_only``, at most one sentence."""
    left = [layer for layer in callers(groups) if layer not in ABLE or _switched_off(layer, groups, hostvars)]
    if options["zookeeper_clients"] != TLS_ONLY or not left:
        return []
    # Their clients are libmesos' own and ZooKeeper 3.4's.
    never = [layer for layer in left if layer in ("mesos", "marathon")]
    why = f" The clients of {' and '.join(never)} know neither TLS nor SASL." if never else ""
    return [
        f"zookeeper_clients is {TLS_ONLY}, and {' and '.join(left)} of this inventory call ZooKeeper in clear, so they would end: set it to plain_too.{why}"
    ]


def move_faults(
    running: Sequence[int], target: int, clients: str, groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]
) -> List[str]:
    """Who would lose an ensemble that runs by what it comes to now, at most one sentence; ``running`` are the steps of its members.

    The layers follow in the same run, after ZooKeeper. So they need a run in which it takes both.
    """
    if target == STRICT and clients == TLS_ONLY and any(step < STRICT for step in running) and callers(groups):
        return [
            f"zookeeper_clients is {TLS_ONLY}, and {' and '.join(callers(groups))} of this inventory come by TLS only after a run with plain_too: set it "
            "to plain_too for this run, and back when that is through."
        ]
    moved = [layer for layer, (group, least, dummy) in ABLE.items() if len(groups.get(group) or []) >= least and not _switched_off(layer, groups, hostvars)]
    if target == PLAIN and any(step > PLAIN for step in running) and moved:
        variables = " and ".join(ABLE[layer][2] for layer in moved)
        return [
            f"zookeeper_tls is taken back, and {' and '.join(moved)} of this inventory may come by TLS still: leave it on for one more run, with "
            f"{variables} set to false, and take it back after that."
        ]
    return []


def _switched_off(layer: str, groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the inventory itself has all hosts of the layer that call do so in clear."""
    group, dummy, variable = ABLE[layer]
    hosts = [host for host in groups.get(group) or [] if host in hostvars]
    return bool(hosts) and all(str(hostvars[host].get(variable, "")).lower() in ("false", "no", "off", "0") for host in hosts)
