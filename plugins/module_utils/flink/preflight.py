# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role flink says of inventory, settings and host before anything is touched."""

from __future__ import annotations

from ..inventory import Inventory, Verdict
from .cluster import Cluster
from .faults import flink_faults, given

__all__ = ["given", "preflight"]


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    cluster, family = Cluster(inventory), inventory.family
    faults = flink_faults(cluster)
    if faults:
        return Verdict([f"Flink cannot be set up: {'; '.join(faults)}."])
    packages = list(family["packages"])
    packages += family["ha_packages"] if cluster.highly_available else []
    packages += family["mesos_packages"] if cluster.mesos else []
    return Verdict(
        look={
            "layer": "Flink",
            "own_address": inventory.options["flink_address"],
            "addresses": cluster.addresses,
            "allow_loopback": len(cluster.members) == 1,
            "memory_mb": cluster.memory_mb,
            "ports": cluster.ports,
            "packages": packages,
        }
    )
