# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the daemons of a realm take connections from other hosts."""

from __future__ import annotations

from typing import List

from ..inventory import Inventory
from ..listeners import Listener, listeners
from .preflight import wanted_ports


def listening(inventory: Inventory) -> List[Listener]:
    """By TCP alone, as the KDCs of the role do. Who uses HDFS or ZooKeeper by Kerberos needs tickets."""
    return [one for name in wanted_ports(inventory)
            for one in listeners(f"kerberos_{name}_port", inventory.options[f"kerberos_{name}_port"], clients=name == "kdc")]
