# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at the units of a host tells, for playbooks/verify.yml."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..module_utils.layers import FAILOVER_CONTROLLER, UNITS

#: MiB that a daemon needs to go on for long enough that somebody can make room. A NameNode gives up below 100.
LEAST_FREE_MB = 256
COMING = ("activating", "reloading", "deactivating")


def platform_units(host: str, groups: Mapping[str, Sequence[str]], layer: Optional[str] = None) -> List[str]:
    """See platform_units.yml."""
    found: List[str] = []
    for layer_units in [UNITS.get(layer, {})] if layer else UNITS.values():
        for group, units in layer_units.items():
            if host in groups.get(group, ()):
                found += units
                if group == "hdfs_namenode" and len(groups[group]) > 1:
                    found.append(FAILOVER_CONTROLLER)
    return [f"{unit}.service" for unit in found]


def unit_faults(seen: Mapping[str, Mapping[str, Any]], host: str, units: Sequence[str], coming: bool = True) -> List[str]:
    """See unit_faults.yml."""
    faults = []
    for unit in units:
        state = seen.get(unit)
        if state is None or (state["active"] in COMING and not coming):
            continue
        if not state["exists"]:
            faults.append(f"{unit} is not on {host}: run site.yml")
        elif state["active"] != "active":
            at = f"{state['active']}/{state['sub']}" if state["active"] in COMING else state["active"]
            faults.append(f"{unit} on {host} does not run (it is {at}): see `journalctl -u {unit}`, then `systemctl start {unit}` or run site.yml")
        elif state["suspended"]:
            faults.append(f"{unit} on {host} is suspended: `systemctl kill --signal=SIGCONT {unit}` (or `systemctl thaw`) lets it go on")
        for path, free in sorted(state["free_mb"].items()):
            if free < LEAST_FREE_MB:
                faults.append(f"{unit} on {host} has {free} MB of room left in {path}: make room")
    return faults


def layers_units(seen: Mapping[str, Mapping[str, Any]], host: str, groups: Mapping[str, Sequence[str]]) -> Dict[str, Dict[str, Any]]:
    """By layers of the host: ``unit_faults``, in one text, of those that have any, and ``units_coming``, those between two states."""
    faults, coming = {}, {}
    for layer in UNITS:
        units = platform_units(host, groups, layer)
        said = unit_faults(seen, host, units, coming=False)
        if said:
            faults[layer] = "; ".join(said)
        coming[layer] = [unit for unit in units if unit in seen and seen[unit]["active"] in COMING]
    return {"unit_faults": faults, "units_coming": coming}
