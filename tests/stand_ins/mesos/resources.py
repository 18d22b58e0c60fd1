# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources and attributes: parse, add, subtract, compare, print, in the forms of the flags and of the API.

A pool is a dictionary (name, role) -> value: a number, a list of ranges, or a set of texts.
Does not know disk sources, volumes, dynamic reservations, revocable or shared resources.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, FrozenSet, List, Optional, Tuple, Union

Ranges = Tuple[Tuple[int, int], ...]
Value = Union[float, Ranges, FrozenSet[str]]
Pool = Dict[Tuple[str, str], Value]
ANY = "*"


def ranges(pairs: List[Tuple[int, int]]) -> Ranges:
    """Sorted, merged."""
    merged: List[Tuple[int, int]] = []
    for begin, end in sorted(pairs):
        if begin > end:
            raise ValueError(f"Invalid range [{begin}-{end}]")
        if merged and begin <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def parse_value(text: str) -> Union[Value, str]:
    """A number, [ranges], {set} or plain text."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        pairs = []
        for part in text[1:-1].split(","):
            match = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", part)
            if not match:
                raise ValueError(f"Expecting one or more \"ranges\" in '{text}'")
            pairs.append((int(match[1]), int(match[2])))
        return ranges(pairs)
    if text.startswith("{") and text.endswith("}"):
        return frozenset(part.strip() for part in text[1:-1].split(",") if part.strip())
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return round(float(text), 3)
    return text


def parse_resources(text: str, default_role: str = ANY) -> Pool:
    """What the flag --resources says, as text or as JSON."""
    if text.lstrip().startswith("["):
        try:
            return from_json(json.loads(text), default_role)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"Failed to parse resources as JSON: {error}") from error
    pool: Pool = {}
    for token in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, raw = token.partition(":")
        match = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\(([^()]+)\))?", name.strip())
        if not colon or not match:
            raise ValueError(f"Bad value for resources, missing or extra ':' in {token}")
        value = parse_value(raw)
        if isinstance(value, str):
            raise ValueError(f"Bad type for resource {match[1]} value {raw.strip()} type TEXT")
        if isinstance(value, float) and value < 0:
            raise ValueError(f"Invalid scalar resource {match[1]}: value < 0")
        pool = add(pool, {(match[1], match[2] or default_role): value})
    return pool


def parse_attributes(text: str) -> List[Dict[str, Any]]:
    """What the flag --attributes says, as the API lists it."""
    result = []
    for token in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, raw = token.partition(":")
        if not colon or not name or not raw:
            raise ValueError(f"Invalid attribute key:value pair '{token}'")
        result.append(value_json(name.strip(), parse_value(raw)))
    return result


def value_json(name: str, value: Union[Value, str]) -> Dict[str, Any]:
    """name, type and value as a protobuf message prints in JSON."""
    if isinstance(value, str):
        return {"name": name, "type": "TEXT", "text": {"value": value}}
    if isinstance(value, float):
        return {"name": name, "type": "SCALAR", "scalar": {"value": value}}
    if isinstance(value, frozenset):
        return {"name": name, "type": "SET", "set": {"item": sorted(value)}}
    return {"name": name, "type": "RANGES", "ranges": {"range": [{"begin": begin, "end": end} for begin, end in value]}}


def json_value(item: Dict[str, Any]) -> Union[Value, str]:
    """The opposite of value_json."""
    kind = item["type"]
    if kind == "SCALAR":
        return round(float(item["scalar"]["value"]), 3)
    if kind == "RANGES":
        return ranges([(int(each["begin"]), int(each["end"])) for each in item["ranges"].get("range", [])])
    if kind == "SET":
        return frozenset(item["set"].get("item", []))
    if kind == "TEXT":
        return str(item["text"]["value"])
    raise ValueError(f"Unknown type '{kind}' of '{item.get('name')}'")


def from_json(items: Optional[List[Dict[str, Any]]], default_role: str = ANY) -> Pool:
    """A pool out of a list of Resource messages."""
    pool: Pool = {}
    for item in items or []:
        value = json_value(item)
        if isinstance(value, str):
            raise ValueError(f"Resource '{item.get('name')}' has no number, ranges or set")
        reservations = item.get("reservations") or []
        role = reservations[-1]["role"] if reservations else item.get("role", default_role)
        pool = add(pool, {(item["name"], role): value})
    return pool


def to_json(pool: Pool, allocated_to: Optional[str] = None, with_role: bool = True) -> List[Dict[str, Any]]:
    """A list of Resource messages."""
    result = []
    for (name, role), value in pool.items():
        item = value_json(name, value)
        if with_role:
            item["role"] = role
        if allocated_to is not None:
            item["allocation_info"] = {"role": allocated_to}
        result.append(item)
    return result


def is_empty(value: Value) -> bool:
    """Nothing left of it."""
    return value <= 0.0005 if isinstance(value, float) else not value


def add(left: Pool, right: Pool) -> Pool:
    """Both together."""
    result = dict(left)
    for key, value in right.items():
        mine = result.get(key)
        if mine is None:
            result[key] = value
        elif isinstance(mine, float):
            result[key] = round(mine + value, 3)
        elif isinstance(mine, frozenset):
            result[key] = mine | value
        else:
            result[key] = ranges(list(mine) + list(value))
    return {key: value for key, value in result.items() if not is_empty(value)}


def subtract_ranges(mine: Ranges, other: Ranges) -> Ranges:
    """The numbers of mine that are not in other."""
    left = list(mine)
    for begin, end in other:
        cut: List[Tuple[int, int]] = []
        for low, high in left:
            if end < low or begin > high:
                cut.append((low, high))
                continue
            if low < begin:
                cut.append((low, begin - 1))
            if high > end:
                cut.append((end + 1, high))
        left = cut
    return tuple(left)


def subtract(left: Pool, right: Pool) -> Pool:
    """What remains of the first."""
    result = dict(left)
    for key, value in right.items():
        mine = result.get(key)
        if mine is None:
            continue
        if isinstance(mine, float):
            result[key] = round(mine - value, 3)
        elif isinstance(mine, frozenset):
            result[key] = mine - value
        else:
            result[key] = subtract_ranges(mine, value)
    return {key: value for key, value in result.items() if not is_empty(value)}


def contains(pool: Pool, wanted: Pool) -> bool:
    """Whether all of wanted is in the pool."""
    for key, value in wanted.items():
        mine = pool.get(key)
        if is_empty(value):
            continue
        if mine is None or isinstance(mine, float) != isinstance(value, float):
            return False
        if isinstance(mine, float):
            if mine + 0.0005 < value:
                return False
        elif isinstance(mine, frozenset):
            if not value <= mine:
                return False
        elif subtract_ranges(value, mine):
            return False
    return True


def total(pool: Pool, name: str) -> float:
    """The sum of a scalar over all roles."""
    return round(float(sum(value for (each, role), value in pool.items() if each == name and isinstance(value, float))), 3)


def show_ranges(value: Ranges) -> str:
    """[31000-31001, 31768-31769]"""
    return "[" + ", ".join(f"{begin}-{end}" for begin, end in value) + "]"


def summary(pool: Pool) -> Dict[str, Any]:
    """The short form of /state: four scalars always, whatever else there is."""
    result: Dict[str, Any] = {name: total(pool, name) for name in ("disk", "mem", "gpus", "cpus")}
    for (name, _role), value in add({(name, ANY): value for (name, role), value in pool.items() if not isinstance(value, float)}, {}).items():
        result[name] = show_ranges(value) if isinstance(value, tuple) else "{" + ", ".join(sorted(value)) + "}"
    for (name, _role), value in pool.items():
        if isinstance(value, float) and name not in result:
            result[name] = total(pool, name)
    return result


def attribute_summary(attributes: List[Dict[str, Any]]) -> Dict[str, Any]:
    """The short form of attributes."""
    result: Dict[str, Any] = {}
    for item in attributes:
        value = json_value(item)
        result[item["name"]] = show_ranges(value) if isinstance(value, tuple) else value
    return result
