# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an offer fits an app, and if not, which of Marathon's reasons says why.

Does not do reservations, persistent volumes, GPU scarcity and maintenance windows: those reasons stay at zero.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .normal import port_fields

REASONS = (
    "UnfulfilledRole", "UnfulfilledConstraint", "NoCorrespondingReservationFound", "AgentMaintenance", "InsufficientCpus",
    "InsufficientMemory", "InsufficientDisk", "InsufficientGpus", "InsufficientPorts", "DeclinedScarceResources",
)  # fmt: skip
SCALARS = (("cpus", "InsufficientCpus"), ("mem", "InsufficientMemory"), ("disk", "InsufficientDisk"), ("gpus", "InsufficientGpus"))
EPSILON = 1e-6


@dataclass
class Match:
    """What a task takes from an offer."""

    resources: List[Dict[str, Any]]
    ports: List[int]


def attribute(offer: Dict[str, Any], name: str) -> Optional[str]:
    """A host name or an attribute as text."""
    if name in ("hostname", "@hostname"):
        return offer["hostname"]
    for each in offer.get("attributes", []):
        if each["name"] == name:
            if "text" in each:
                return each["text"]["value"]
            if "scalar" in each:
                return f"{each['scalar']['value']:g}"
            if "ranges" in each:
                return "[" + ",".join(f"{part['begin']}-{part['end']}" for part in each["ranges"]["range"]) + "]"
    return None


def constraint_fits(constraint: Sequence[str], offer: Dict[str, Any], placed: List[Dict[str, Any]]) -> bool:
    """`placed` are the tasks of the app that count: each has host and attributes."""
    name, operator = constraint[0], constraint[1]
    wanted = constraint[2] if len(constraint) > 2 else ""
    value = attribute(offer, name)
    if operator == "UNLIKE":
        return value is None or not re.fullmatch(wanted, value)
    if value is None:
        return False
    if operator == "LIKE":
        return re.fullmatch(wanted, value) is not None
    if operator == "IS":
        return value == wanted
    taken = Counter(attribute({"hostname": task["host"], "attributes": task.get("attributes", [])}, name) for task in placed)
    if operator == "UNIQUE":
        return taken[value] == 0
    if operator == "CLUSTER":
        return value == wanted if wanted else not taken or set(taken) == {value}
    if operator == "MAX_PER":
        return taken[value] < int(wanted)
    groups = max(int(wanted or 1), len(taken))
    counts = [count for key, count in taken.items()]
    least = min(counts) if counts and len(taken) >= groups else 0
    most = max(counts, default=0)
    return taken[value] <= least or taken[value] < most


def usable(offer: Dict[str, Any], spec: Dict[str, Any], default_roles: str) -> List[Dict[str, Any]]:
    """Resources of roles that the app accepts; those of its own role come first."""
    accepted = set(spec.get("acceptedResourceRoles") or ())
    if not accepted:
        accepted = {"any": {"*", spec["role"]}, "unreserved": {"*"}, "reserved": {spec["role"]}}[default_roles]
    return sorted((each for each in offer["resources"] if each.get("role", "*") in accepted), key=lambda each: each.get("role", "*") == "*")


def take_scalar(resources: List[Dict[str, Any]], name: str, amount: float) -> Optional[List[Dict[str, Any]]]:
    """Parts that together make the amount."""
    parts: List[Dict[str, Any]] = []
    left = amount
    for each in resources:
        if each["name"] == name and left > EPSILON:
            part = min(left, each["scalar"]["value"])
            if part > EPSILON:
                parts.append({"name": name, "type": "SCALAR", "role": each.get("role", "*"), "scalar": {"value": round(part, 6)}})
                left -= part
    return parts if left <= EPSILON else None


def take_ports(resources: List[Dict[str, Any]], wanted: List[int], choose: random.Random) -> Optional[List[Tuple[int, str]]]:
    """Ports and the role each belongs to; 0 stands for any."""
    ranges = [
        (part["begin"], part["end"], each.get("role", "*")) for each in resources if each["name"] == "ports" for part in each["ranges"]["range"]
    ]
    taken: List[Tuple[int, str]] = []
    fixed = {port for port in wanted if port}
    free = sum(end - begin + 1 for begin, end, role in ranges)
    dynamic = iter(_dynamic(ranges, fixed, choose.randrange(free) if free else 0))
    for port in wanted:
        found = next(((port, role) for begin, end, role in ranges if begin <= port <= end), None) if port else next(dynamic, None)
        if found is None:
            return None
        taken.append(found)
    return taken


def _dynamic(ranges: List[Tuple[int, int, str]], fixed: Any, offset: int) -> Any:
    total = sum(end - begin + 1 for begin, end, role in ranges)
    for number in range(total):
        position = (offset + number) % total
        for begin, end, role in ranges:
            size = end - begin + 1
            if position < size:
                if begin + position not in fixed:
                    yield begin + position, role
                break
            position -= size


def wanted_ports(spec: Dict[str, Any]) -> List[int]:
    """Host ports that an app asks for, 0 for any."""
    if spec["networks"][0]["mode"] == "host":
        return [each["port"] if spec.get("requirePorts") else 0 for each in port_fields(spec)]
    return [each["hostPort"] for each in port_fields(spec) if each.get("hostPort") is not None]


def match(
    offer: Dict[str, Any], spec: Dict[str, Any], placed: List[Dict[str, Any]], default_roles: str, choose: random.Random
) -> Tuple[Optional[Match], List[str]]:
    """The match, or all reasons against it in Marathon's order."""
    if (offer.get("allocation_info") or {}).get("role", "*") != spec["role"]:
        return None, ["UnfulfilledRole"]
    reasons: List[str] = []
    if not all(constraint_fits(each, offer, placed) for each in spec.get("constraints", [])):
        reasons.append("UnfulfilledConstraint")
    resources = usable(offer, spec, default_roles)
    if not resources:
        return None, ["UnfulfilledRole"]
    taken: List[Dict[str, Any]] = []
    for name, reason in SCALARS:
        if spec[name]:
            parts = take_scalar(resources, name, float(spec[name]))
            if parts is None:
                reasons.append(reason)
            taken += parts or []
    ports = take_ports(resources, wanted_ports(spec), choose)
    if ports is None:
        reasons.append("InsufficientPorts")
    if reasons:
        return None, reasons
    for role in sorted({role for port, role in ports or []}):
        ranges = [{"begin": port, "end": port} for port, owner in ports or [] if owner == role]
        taken.append({"name": "ports", "type": "RANGES", "role": role, "ranges": {"range": ranges}})
    return Match(taken, [port for port, role in ports or []]), []


def remainder(offer: Dict[str, Any], taken: List[Dict[str, Any]]) -> Dict[str, Any]:
    """The offer without what a task takes."""
    resources: List[Dict[str, Any]] = []
    for each in offer["resources"]:
        mine = [part for part in taken if part["name"] == each["name"] and part["role"] == each.get("role", "*")]
        if "scalar" in each:
            left = each["scalar"]["value"] - sum(part["scalar"]["value"] for part in mine)
            resources.append({**each, "scalar": {"value": left}})
        elif "ranges" in each:
            ranges = [(part["begin"], part["end"]) for part in each["ranges"]["range"]]
            for port in sorted(one["begin"] for part in mine for one in part["ranges"]["range"]):
                ranges = [piece for begin, end in ranges for piece in _without(begin, end, port)]
            resources.append({**each, "ranges": {"range": [{"begin": begin, "end": end} for begin, end in ranges]}})
        else:
            resources.append(each)
    return {**offer, "resources": resources}


def _without(begin: int, end: int, port: int) -> List[Tuple[int, int]]:
    if not begin <= port <= end:
        return [(begin, end)]
    return [piece for piece in ((begin, port - 1), (port + 1, end)) if piece[0] <= piece[1]]
