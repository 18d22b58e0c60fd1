# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters over any inventory group: who takes part in a play, who may be absent, and where each host is reached."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Sequence

from ..module_utils.addresses import addresses
from ..module_utils.errors import InputError
from ..module_utils.layers import LAYERS
from ..plugin_utils.absence import absence_faults
from ..plugin_utils.filters import as_filter, import_layers
from ..plugin_utils.unit_look import platform_units, unit_faults


def host_pattern(
    groups: Mapping[str, Sequence[str]], *layers: str, hostvars: Optional[Mapping[str, Mapping[str, Any]]] = None, unless: str = ""
) -> str:
    """See host_pattern.yml."""
    import_layers(groups)
    for layer in layers:
        if layer not in LAYERS:
            raise InputError(f"{layer!r} is no layer of the platform; name some of {', '.join(LAYERS)}, or none for all")
    wanted = list(dict.fromkeys(group for layer in layers or LAYERS for group in LAYERS[layer]))
    hosts = dict.fromkeys(host for group in wanted for host in groups.get(group, ()))
    known = {host: hostvars[host] for host in hosts} if hostvars else {}
    absent = [f"!{host}" for host, has in known.items() if has.get("verify_reached") is False or (unless and has.get(unless) is True)]
    # Without any of the groups Ansible itself says that no host is matched. Commas, as names of hosts may have colons.
    return ("," if absent else ":").join(([group for group in wanted if group in groups] or wanted) + absent)


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "absence_faults": as_filter(absence_faults),
            "addresses": as_filter(addresses),
            "host_pattern": as_filter(host_pattern),
            "platform_units": as_filter(platform_units),
            "unit_faults": as_filter(unit_faults),
        }
