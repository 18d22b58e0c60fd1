# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Mesos and the tasks of its agents take connections from other hosts."""

from __future__ import annotations

from typing import Any, List

from ..inventory import Inventory
from ..listeners import MESOS, Listener, listeners
from .preflight import Mesos
from .resources import RANGES, parse_resources


def listening(inventory: Inventory) -> List[Listener]:
    """Ports of the host's daemons, and those that an agent gives to tasks: what runs on Mesos serves its clients there."""
    mesos, options = Mesos(inventory), inventory.options
    # One handshake that fails ends a master of a build without libevent, so nothing is asked where Mesos may have TLS.
    speaks = "" if any(name.startswith("LIBPROCESS_SSL") or name.startswith("SSL_") for name in options["mesos_environment"] or {}) else MESOS
    found: List[Listener] = []
    if mesos.is_master:
        found += listeners("mesos_master_port", options["mesos_master_port"], clients=True, speaks=speaks)
    if mesos.is_agent:
        found += listeners("mesos_agent_port", options["mesos_agent_port"], speaks=speaks)
        found += _of_tasks((options["mesos_agent_flags"] or {}).get("resources") or mesos.resources())
    return found


def _of_tasks(resources: Any) -> List[Listener]:
    """Ports among an agent's resources, whatever role they are reserved for."""
    return [
        Listener("mesos_agent_ports", first, last, clients=True)
        for name, amount in parse_resources(resources).items()
        if name.partition("(")[0] == "ports" and amount.kind == RANGES for first, last in amount.value]
