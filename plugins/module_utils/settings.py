# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that a user passes through to a program's own configuration: judged, and as texts.

A list is joined, null leaves the key out, and a map, which none of these formats has, is refused.
"""

from __future__ import annotations

import math
import re
from typing import Any, Dict, List, Mapping, Optional

from .errors import InputError

#: Neither XML 1.0 nor a text that people read can hold them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}


def settings_faults(settings: Any, variable: str) -> List[str]:
    """One sentence for each entry of ``settings``, the value of ``variable``, that no text can stand for."""
    if not isinstance(settings, Mapping):
        return [f"{variable} is not a map: write names of settings and their values."]
    faults = []
    for key, value in settings.items():
        reason = _key_fault(key) or _value_fault(key, value)
        faults += [f"{variable}: {key} {reason}."] if reason else []
    return faults


def settings_texts(settings: Mapping[str, Any]) -> Dict[str, str]:
    """The settings as texts, sorted by key; lists are joined with commas, and what is null is left out.

    :raises InputError: no text can stand for a value.
    """
    texts = {}
    for key, value in sorted(settings.items()):
        reason = _key_fault(key) or _value_fault(key, value)
        if reason:
            raise InputError(f"{key} {reason}")
        if value is not None:
            texts[key] = as_text(value)
    return texts


def properties_lines(settings: Mapping[str, Any]) -> str:
    """The settings as lines that java.util.Properties reads from a file, whose charset is Latin-1."""
    return "".join(f"{_escaped(key, ' =:#!')}={_escaped(text, '')}\n" for key, text in settings_texts(settings).items())


def as_text(value: Any, separator: str = ",") -> str:
    """A value that has no fault, as a configuration holds it."""
    if isinstance(value, (list, tuple)):
        return separator.join(as_text(item, separator) for item in value)
    # The latter is what a template of Ansible makes of a Boolean.
    return str(value).lower() if isinstance(value, bool) or value in ("True", "False") else str(value)


def _key_fault(key: Any) -> Optional[str]:
    if not isinstance(key, str):
        return f"is a {type(key).__name__} to YAML, and no name of a setting: put it in quotes"
    if not key or re.search(r"\s", key) or _CONTROL.search(key):
        return "is no name of a setting: a name is not empty and has no blanks"
    return None


def _value_fault(key: str, value: Any) -> Optional[str]:
    if isinstance(value, Mapping):
        first = next(iter(value), "NAME")
        return f"is a map, and the value of a setting is a text: write each of its entries with the whole name, {key}.{first}"
    if isinstance(value, (list, tuple)):
        if any(item is None or isinstance(item, (Mapping, list, tuple)) for item in value):
            return "is a list that has lists, maps or nothing for entries: write a list of texts"
        return next((reason for reason in (_value_fault(key, item) for item in value) if reason), None)
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a finite number"
    return "has a control character in its value: take it out" if _CONTROL.search(str(value)) else None


def _escaped(text: str, special: str) -> str:
    """As java.util.Properties.store writes it: blanks are kept at the beginning too, and what is not ASCII is a number."""
    out = []
    for character in text:
        if character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif character in special or (character == " " and not out):
            out.append(f"\\{character}")
        elif " " <= character <= "~":
            out.append(character)
        else:
            units = character.encode("utf-16-be")
            out += [f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2)]
    return "".join(out)
