# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Marathon takes connections from other hosts."""

from __future__ import annotations

from typing import List

from ..inventory import Inventory
from ..listeners import MARATHON, Listener, listeners

#: Where it serves https when it has a key store and is not told where (Marathon's own default).
HTTPS_PORT = 8443


def listening(inventory: Inventory) -> List[Listener]:
    """Ports of the host's Marathon; to that of libprocess the masters connect."""
    if inventory.host not in inventory.groups.get("marathon", []):
        return []
    options, flags = inventory.options, inventory.options["marathon_flags"] or {}
    tls = bool(options["marathon_tls"])
    found = listeners("marathon_http_port", options["marathon_http_port"], clients=True, speaks=MARATHON, tls=tls)
    if not tls and (flags.get("https_port") or flags.get("ssl_keystore_path")):
        found += listeners("https_port of marathon_flags", flags.get("https_port") or HTTPS_PORT, clients=True, speaks=MARATHON)
    return found + listeners("marathon_libprocess_port", options["marathon_libprocess_port"])
