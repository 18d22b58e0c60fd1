# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a member of ZooKeeper takes connections from other hosts."""

from __future__ import annotations

from typing import List

from ..inventory import Inventory
from ..listeners import WEB, ZOOKEEPER, Listener, listeners
from .preflight import PORTS

#: Bound to loopback.
INWARD = "jmx"
#: Ports whose language is known; the others are for the members, who have TLS among each other when clients have.
SPEAKS = {"client": ZOOKEEPER, "admin": WEB, "metrics": WEB}
#: Settings that open one port more each, to clients by TLS and to observers.
MORE = {"secureClientPort": ZOOKEEPER, "observerMasterPort": ""}


def listening(inventory: Inventory) -> List[Listener]:
    """Ports of the host's member. None is for clients of the platform: who reaches ZooKeeper can rewrite what all layers keep there."""
    if inventory.host not in inventory.groups.get("zookeeper", []):
        return []
    options = inventory.options
    found: List[Listener] = []
    for name in PORTS:
        port = options[f"zookeeper_{name}_port"]
        if port and name != INWARD:
            speaks = SPEAKS.get(name, "")
            found += listeners(f"zookeeper_{name}_port", port, speaks=speaks, tls=bool(options["zookeeper_tls"]) and not speaks)
    settings = options["zookeeper_settings"] or {}
    return found + [one for key in MORE if settings.get(key) for one in listeners(f"{key} of zookeeper_settings", settings[key], speaks=MORE[key])]
