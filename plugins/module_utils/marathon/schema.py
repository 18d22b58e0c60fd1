# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields a Marathon app has, and whether a value fits its field.

Marathon 1.11 takes unknown fields in silence (recorded: 201), so a misspelt one is found here or never.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Tuple

from .kinds import KINDS, ROOT, SERVER_FIELDS, Kind, number_of, resolve
from .schema_table import ID_SEGMENT, RESERVED_NAMES

WORDS = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Fields that the RAML types do not list and Marathon drops in silence, but which its own documentation shows.
TOLERATED = {("AppSecretVolume", "mode")}


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of an app. ``path`` reads like healthChecks[0].path."""

    path: str
    message: str

    @property
    def top(self) -> str:
        """The field of the app that the fault is in."""
        return re.split(r"[.\[]", self.path, maxsplit=1)[0]

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Checker:
    """Checks values and puts them into the form that Marathon takes; all faults are collected."""

    def __init__(self) -> None:
        self.faults: List[Fault] = []

    def app(self, app: Dict[str, Any]) -> Dict[str, Any]:
        """The app with its values as Marathon takes them, without what only Marathon writes. Fields with a fault are left out."""
        if not isinstance(app, dict):
            self.faults.append(Fault("app", f"must be a dictionary, not {_shown(app)}"))
            return {}
        given = {name: value for name, value in app.items() if name not in SERVER_FIELDS}
        checked = self._object(given, KINDS[ROOT], "", check_required=False)
        broken = {fault.top for fault in self.faults}
        return {name: value for name, value in checked.items() if name not in broken}

    def _value(self, value: Any, kind: Kind, path: str) -> Any:
        target, traits = resolve(kind, value)
        if target.base == "object":
            if not isinstance(value, dict):
                self._fault(path, f"must be a dictionary with {_listed(target.fields)}, not {_shown(value)}")
                return value
            return self._object(value, target, path)
        if target.base.startswith("["):
            return self._list(value, Kind(target.base[1:-1], {}), traits, path)
        if target.base.startswith("{"):
            if not isinstance(value, dict):
                self._fault(path, f"must be a dictionary, not {_shown(value)}")
                return value
            inner = Kind(target.base[1:-1], {})
            return {str(name): self._value(each, inner, f"{path}.{name}") for name, each in value.items() if each is not None}
        return self._scalar(value, target.base, traits, path)

    def _object(self, value: Dict[str, Any], kind: Kind, path: str, check_required: bool = True) -> Dict[str, Any]:
        checked: Dict[str, Any] = {}
        misspelt = set()
        name_of_type = next((name for name, each in KINDS.items() if each is kind), "")
        for name, each in value.items():
            where = f"{path}.{name}" if path else str(name)
            if name not in kind.fields:
                if (name_of_type, name) not in TOLERATED:
                    advice, meant = _suggestion(str(name), kind, path)
                    misspelt.add(meant)
                    self._fault(where, f"Marathon has no such field here; {advice}")
            elif each is None:
                if not path:
                    checked[name] = None
            else:
                checked[name] = self._value(each, kind.fields[name], where)
        for name, inner in kind.fields.items():
            if not check_required or "required" not in inner.traits or inner.has_default or name in misspelt:
                continue
            if value.get(name) is None:
                self._fault(f"{path}.{name}" if path else name, "is required here")
        return checked

    def _list(self, value: Any, item: Kind, traits: Dict[str, str], path: str) -> Any:
        if not isinstance(value, (list, tuple)):
            self._fault(path, f"must be a list, not {_shown(value)}")
            return value
        low, high = float(traits.get("minitems", 0)), float(traits.get("maxitems", "inf"))
        if not low <= len(value) <= high:
            entries = "entry" if len(value) == 1 else "entries"
            self._fault(path, f"has {len(value)} {entries}; it must have {low:g}" + (f" to {high:g}" if high > low else ""))
        item = Kind(item.base, {name[4:]: text for name, text in traits.items() if name.startswith("item")})
        return [self._value(each, item, f"{path}[{number}]") for number, each in enumerate(value)]

    def _scalar(self, value: Any, base: str, traits: Dict[str, str], path: str) -> Any:
        if base == "string":
            return self._text(value, traits, path)
        if base == "boolean":
            if isinstance(value, str) and value.lower() in BOOLEANS:
                return BOOLEANS[value.lower()]
            if not isinstance(value, bool):
                self._fault(path, f"is {_shown(value)}; it must be {WORDS[base]}")
            return value
        number = number_of(value)
        if number is None or (base == "integer" and number != int(number)):
            self._fault(path, f"is {_shown(value)}; it must be {WORDS[base]}")
            return value
        low, high = float(traits.get("min", "-inf")), float(traits.get("max", "inf"))
        if number < low:
            self._fault(path, f"is {_digits(number)}; it must be {_digits(low)} or more")
        elif number > high:
            self._fault(path, f"is {_digits(number)}; it must be {_digits(high)} or less")
        return int(number) if base == "integer" or (isinstance(value, int) and not isinstance(value, bool)) else number

    def _text(self, value: Any, traits: Dict[str, str], path: str) -> Any:
        # Templates turn "{{ port }}" into a number, and there is one way only to write a whole number.
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            hint = "; write it in quotes, or add | string to a template" if isinstance(value, (bool, float)) else ""
            self._fault(path, f"is {_shown(value)}; it must be a text{hint}")
            return value
        choices = traits["one"].split("|") if "one" in traits else []
        if text == "tcp,udp" and "udp,tcp" in choices:
            text = "udp,tcp"
        if choices and text not in choices:
            near = [choice for choice in choices if choice.lower() == text.lower()] or difflib.get_close_matches(text, choices, 1, 0.5)
            self._fault(path, f"is {_shown(text)}; it must be one of {', '.join(choices)}" + (f" (did you mean {near[0]}?)" if near else ""))
        if len(text) < int(traits.get("minlen", 0)):
            self._fault(path, "must not be empty")
        elif len(text) > int(traits.get("maxlen", len(text))):
            self._fault(path, f"has {len(text)} characters; {traits['maxlen']} are allowed")
        elif "match" in traits and not choices and text and not _matches(traits["match"], text):
            self._fault(path, f"is {_shown(text)}; {_pattern_words(traits['match'])}")
        return text

    def _fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(path, message))


def _matches(pattern: str, text: str) -> bool:
    if "$|" in pattern:
        return id_fault(text) is None
    return re.fullmatch(pattern, text) is not None


def id_fault(text: str, last: bool = False) -> Optional[str]:
    """Why a text is no id of an app, or None; ``last`` also refuses the names that Marathon's own addresses need."""
    segments = [segment for segment in text.split("/") if segment]
    bad = [segment for segment in segments if not re.fullmatch(ID_SEGMENT, segment)]
    if bad or not segments:
        return f"is {_shown(text)}; each part between slashes must be of small letters, digits, dashes and dots, and not begin or end with a dash"
    if last and segments[-1] in RESERVED_NAMES:
        return f"ends in {segments[-1]}, which Marathon's own addresses need; choose another name"
    return None


def _pattern_words(pattern: str) -> str:
    if "$|" in pattern:
        return "each part between slashes must be of small letters, digits, dashes and dots"
    if "a-z0-9" in pattern:
        return "it must be of small letters, digits and dashes, and begin and end with a letter or digit"
    return f"it must match {pattern}"


def _digits(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "a dictionary" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    return {None: "null", True: "true", False: "false"}.get(value, str(value)) if isinstance(value, (bool, type(None))) else str(value)


def _listed(names: Any, most: int = 8) -> str:
    shown = sorted(names)
    return ", ".join(shown[:most]) + (", ..." if len(shown) > most else "")


def _all_paths() -> Iterator[Tuple[str, str]]:
    seen: List[Tuple[Kind, str, FrozenSet[str]]] = [(Kind(ROOT, {}), "", frozenset())]
    while seen:
        kind, path, passed = seen.pop(0)
        names = kind.base.strip("[]{}").split("|")
        for name in names:
            target = KINDS.get(name)
            if target is None or name in passed:
                continue
            mark = "[]" if kind.base.startswith("[") else ""
            if target.base != "object":
                seen.append((Kind(target.base, {}), path + mark, passed | {name}))
                continue
            for each, inner in target.fields.items():
                where = f"{path}{mark}.{each}" if path else each
                yield each, where
                seen.append((inner, where, passed | {name}))


def _suggestion(name: str, kind: Kind, path: str) -> Tuple[str, str]:
    """Advice, and the field here that is meant: the nearest one here, or under the same name elsewhere, or what there is."""
    def closeness(other: str) -> float:
        return difflib.SequenceMatcher(None, name.lower().replace("_", ""), other.lower()).ratio()

    here = max(kind.fields, key=closeness)
    if closeness(here) >= 0.6:
        return f"did you mean {path + '.' if path else ''}{here}?", here
    elsewhere = max(_all_paths(), key=lambda pair: closeness(pair[0]))
    if closeness(elsewhere[0]) >= 0.85:
        return f"did you mean {elsewhere[1]}?", ""
    return f"it has {_listed(kind.fields)}", ""
