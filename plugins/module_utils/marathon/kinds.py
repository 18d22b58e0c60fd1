# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of Marathon's app schema, and which of them a value has."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from .schema_table import READ_ONLY, TYPES

ROOT = "App"
# Names that Marathon itself answers with beside those of the schema's list.
SERVER_FIELDS = frozenset(READ_ONLY) | {"taskStats"}
# The field that tells which of several types an object is.
UNIONS = {
    "AppVolume": (
        ("persistent", "AppPersistentVolume"), ("external", "AppExternalVolume"), ("secret", "AppSecretVolume"), ("hostPath", "AppHostVolume"),
    ),
    "MesosCommand": (("shell", "ShellCommand"), ("argv", "ArgvCommand")),
}


@dataclass(frozen=True)
class Kind:
    """A type, or what a field may hold."""

    base: str
    traits: Dict[str, str]
    fields: Dict[str, "Kind"] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        return "set" in self.traits

    @property
    def has_default(self) -> bool:
        return "default" in self.traits

    @property
    def default(self) -> Any:
        return json.loads(self.traits["default"])


def _kind(words: List[str]) -> Kind:
    return Kind(words[0], dict((name, value) for name, _equals, value in (word.partition("=") for word in words[1:])))


def _read_types() -> Dict[str, Kind]:
    types: Dict[str, Kind] = {}
    current: Optional[Kind] = None
    for line in TYPES.strip().splitlines():
        name, *words = line.split(" ")
        if name.startswith("@"):
            current = types[name[1:]] = _kind(words)
        elif current is not None:
            current.fields[name] = _kind(words)
    return types


KINDS = _read_types()


def resolve(kind: Kind, value: Any = None) -> Tuple[Kind, Dict[str, str]]:
    """The type behind a reference, chosen by ``value`` where there are several, and all traits on the way to it."""
    traits = dict(kind.traits)
    while kind.base in KINDS or "|" in kind.base:
        if "|" in kind.base:
            kind = Kind(_choose(kind.base.split("|"), value), {})
            continue
        chosen = UNIONS.get(kind.base)
        if chosen and isinstance(value, dict):
            names = [target for mark, target in chosen if mark in value]
            kind = Kind(names[0] if names else chosen[-1][1], {})
            continue
        inner = KINDS[kind.base]
        # A default of the type itself does not fill an optional field: an absent hostPort is not port 0.
        traits = {**{name: text for name, text in inner.traits.items() if name != "default"}, **traits}
        if inner.base == "object":
            return inner, traits
        kind = inner
    return kind, traits


def _choose(names: List[str], value: Any) -> str:
    for name in names:
        target = KINDS[name] if name in KINDS else Kind(name, {})
        is_object = target.base == "object"
        if name == "CSIExternalVolumeInfo":
            if isinstance(value, dict) and value.get("provider") == "csi":
                return name
            continue
        if name == "DVDIExternalVolumeInfo" or is_object != isinstance(value, dict):
            if name == "DVDIExternalVolumeInfo" and isinstance(value, dict) and value.get("provider") != "csi":
                return name
            continue
        if target.base == "number" and (isinstance(value, bool) or not (isinstance(value, (int, float)) or number_of(value) is not None)):
            continue
        if target.base == "string" and len(names) > 1 and "one" in target.traits and number_of(value) is not None:
            continue
        return name
    return names[0]


def number_of(value: Any) -> Optional[float]:
    """The number that a value is, or that a text spells; None if it is none."""
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", value.strip()):
        return float(value)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
