# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent's resources and attributes as Mesos 1.11 reads them: ``cpus:4;ports(role):[31000-32000]`` or JSON."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

from ..errors import InputError

Ranges = Tuple[Tuple[int, int], ...]
SCALAR, RANGES, SET, TEXT = "scalar", "ranges", "set", "text"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NAME = re.compile(r"([^():]+?)\s*(?:\(\s*([^()]*?)\s*\))?")


@dataclass(frozen=True)
class Amount:
    """How much there is of one resource, or the value of one attribute.

    By its kind the value is an int, in thousandths (Mesos counts in them); Ranges, without overlap and in order; a frozenset of str; or a str.
    """

    kind: str
    value: Any

    def __str__(self) -> str:
        if self.kind == SCALAR:
            return _plain(self.value / 1000)
        if self.kind == RANGES:
            return "[" + ", ".join(f"{first}-{last}" for first, last in self.value) + "]"
        if self.kind == SET:
            return "{" + ", ".join(sorted(self.value)) + "}"
        return str(self.value)

    def plus(self, other: "Amount") -> "Amount":
        """Both together; the kinds are the same."""
        if self.kind == RANGES:
            return Amount(RANGES, merged([*self.value, *other.value]))
        if self.kind == SET:
            return Amount(SET, self.value | other.value)
        return Amount(self.kind, self.value + other.value)

    def covers(self, other: "Amount") -> bool:
        """Whether nothing of ``other`` is missing here: a scalar not smaller, ranges and sets a superset, a text the same."""
        if self.kind != other.kind:
            return False
        if self.kind == SCALAR:
            return bool(self.value >= other.value)
        if self.kind == RANGES:
            return all(any(first <= low and high <= last for first, last in self.value) for low, high in other.value)
        if self.kind == SET:
            return bool(self.value >= other.value)
        return bool(self.value == other.value)


def merged(ranges: Iterable[Tuple[int, int]]) -> Ranges:
    """The same numbers in ascending ranges that neither overlap nor touch."""
    result: List[Tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def parse_value(text: str, what: str) -> Amount:
    """A value as Mesos' ``values::parse`` reads it.

    :raises InputError: brackets do not fit, or a range is none.
    """
    text = text.strip()
    if text.startswith("["):
        return Amount(RANGES, merged(_ranges(text, what)))
    if text.startswith("{"):
        if not text.endswith("}"):
            raise InputError(f"{what} is {text}; a set ends with a brace, such as {{a,b}}")
        return Amount(SET, frozenset(item.strip() for item in text[1:-1].split(",") if item.strip()))
    if _NUMBER.fullmatch(text):
        return _scalar(float(text), what)
    if not text or re.search(r"[\[\]{}]", text):
        raise InputError(f"{what} is {text!r}; write a number, ranges such as [1-9], a set such as {{a,b}}, or a word")
    return Amount(TEXT, text)


def parse_resources(given: Any, default_role: str = "*") -> Dict[str, Amount]:
    """Resources by name, or ``name(role)`` for those of another role than ``*``.

    ``given`` is the text or the JSON that an agent takes, or a dictionary such as ``{"cpus": 4, "ports": "[31000-32000]"}``.

    :raises InputError: Mesos would not accept it.
    """
    found: Dict[str, Amount] = {}
    for name, amount in _resource_items(given, default_role):
        if amount.kind == TEXT:
            raise InputError(f"resource {name} is {amount}; write a number, ranges such as [31000-32000], or a set such as {{a,b}}")
        if name in found and found[name].kind != amount.kind:
            raise InputError(f"resource {name} is given as {found[name].kind} and as {amount.kind}; give it once")
        found[name] = found[name].plus(amount) if name in found else amount
    return found


def parse_attributes(given: Any) -> Dict[str, Tuple[Amount, ...]]:
    """Attributes by name, each with all of its values in order; ``given`` is the text ``rack:r1;zone:2`` or a dictionary.

    :raises InputError: Mesos would not accept it.
    """
    found: Dict[str, List[Amount]] = {}
    for name, text in _pairs(given, "attribute"):
        found.setdefault(name, []).append(parse_value(text, f"attribute {name}"))
    return {name: tuple(sorted(values, key=str)) for name, values in found.items()}


def as_flag(given: Any) -> str:
    """Resources or attributes in the spelling of the flag; a dictionary becomes text, a list JSON."""
    if isinstance(given, Mapping):
        return ";".join(f"{name}:{_plain(value)}" for name, value in given.items())
    if isinstance(given, (list, tuple)):
        return json.dumps(given, separators=(",", ":"), sort_keys=True)
    return str(given).strip()


def _plain(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def _scalar(number: float, what: str) -> Amount:
    if not math.isfinite(number) or number < 0:
        raise InputError(f"{what} is {number:g}; it must be a number that is not negative")
    return Amount(SCALAR, int(round(number * 1000)))


def _ranges(text: str, what: str) -> List[Tuple[int, int]]:
    advice = f"{what} is {text}; write ranges as [31000-31999,32001-32010]"
    if not text.endswith("]"):
        raise InputError(advice)
    found = []
    for part in text[1:-1].split(","):
        match = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", part)
        if not match or int(match.group(1)) > int(match.group(2)):
            raise InputError(advice)
        found.append((int(match.group(1)), int(match.group(2))))
    return found


def _pairs(given: Any, what: str) -> List[Tuple[str, str]]:
    if isinstance(given, Mapping):
        return [(str(name), _plain(value)) for name, value in given.items()]
    pairs = []
    for part in re.split(r"[;\n]", str(given)):
        if not part.strip():
            continue
        name, colon, value = part.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise InputError(f"{part.strip()!r} is no {what}; write name:value, and a semicolon between two of them")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _resource_items(given: Any, default_role: str) -> List[Tuple[str, Amount]]:
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            given = json.loads(given)
        except ValueError as error:
            raise InputError(f"resources begin with a bracket but are no JSON: {error}") from None
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [_from_json(entry, default_role) for entry in given]
    items = []
    for head, text in _pairs(given, "resource"):
        match = _NAME.fullmatch(head)
        if not match:
            raise InputError(f"{head!r} is no name of a resource; write name or name(role)")
        name = _keyed(match.group(1), match.group(2) or default_role)
        items.append((name, parse_value(text, f"resource {name}")))
    return items


def _keyed(name: str, role: str) -> str:
    return name if role == "*" else f"{name}({role})"


def _from_json(entry: Any, default_role: str) -> Tuple[str, Amount]:
    """One Resource message of Mesos; reservations and disk sources are part of its name, as such resources do not mix."""
    if not isinstance(entry, Mapping) or not entry.get("name") or not entry.get("type"):
        raise InputError(f"{json.dumps(entry)} is no resource; it needs at least name and type")
    reservations = entry.get("reservations") or []
    role = str(reservations[-1].get("role", "*")) if reservations else str(entry.get("role") or default_role)
    name = _keyed(str(entry["name"]), role)
    for part in ("disk", "revocable"):
        if entry.get(part) is not None:
            name += f"[{part} {json.dumps(entry[part], sort_keys=True)}]"
    kind = str(entry["type"]).upper()
    try:
        if kind == "SCALAR":
            return name, _scalar(float(entry["scalar"]["value"]), f"resource {name}")
        if kind == "RANGES":
            pairs = [(int(one["begin"]), int(one["end"])) for one in entry["ranges"]["range"]]
            if any(first > last for first, last in pairs):
                raise InputError(f"resource {name} has a range that ends before it begins")
            return name, Amount(RANGES, merged(pairs))
        if kind == "SET":
            return name, Amount(SET, frozenset(str(item) for item in entry["set"]["item"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"resource {name} of type {kind} has no value of that type ({type(error).__name__} {error})") from None
    raise InputError(f"resource {name} has the type {entry['type']}; write SCALAR, RANGES or SET")
