# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key and a value must be so that Flink's line reader gives back exactly what was asked for."""

from __future__ import annotations

import math
from typing import Any, Optional

from .reader import (
    JAVA_SPACE,
    SCRIPT_KEYS,
    Setting,
    read_line,
    script_reads,
)

_QUOTES = ('"', "'")


def as_text(key: str, value: Any) -> str:
    """A value of the module's ``settings`` for ``key`` as flink-conf.yaml spells it; raises ValueError with the reason if it cannot be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return repr(value)
    if isinstance(value, dict):
        first = next(iter(value), "NAME")
        raise ValueError(f"is a nested map, which Flink does not read; write each entry with its whole key, {key}.{first}")
    if isinstance(value, (list, tuple)):
        raise ValueError("is a list of lists, maps or nothing; write a list of strings, numbers or booleans")
    raise ValueError(f"is a {type(value).__name__}; write a string, a number or true or false")


def why_key_is_misread(key: Any, ascii_only: bool) -> Optional[str]:
    """Why Flink would not read a key written by the user as that key; None if it would."""
    if not isinstance(key, str):
        return f"is a {type(key).__name__} to YAML; put the key in quotes"
    if not key:
        return "is empty"
    reason = _why_text_is_misread(key, ascii_only)
    if reason:
        return reason
    if ": " in key:
        return 'contains ": ", where Flink would end the key'
    if read_line(f"{key}: x") != Setting(key, "x"):
        return "is not read back by Flink as it is written"
    # In the script's regular expression each dot of its own keys stands for any character.
    taken = [own for own in SCRIPT_KEYS if own != key and len(own) == len(key) and script_reads(f"{key}: x", own)]
    return f"would be taken for {taken[0]} by bin/config.sh" if taken else None


def why_value_is_misread(key: str, text: str, ascii_only: bool, quotes_parsed: bool = False) -> Optional[str]:
    """Why Flink would not read ``text`` back as the value of ``key``; None if it would.

    ``ascii_only`` is for JVMs whose charset is not known. ``quotes_parsed`` says that the option's own parser takes
    quotes off (lists and maps).
    """
    if not text:
        return "is empty, and Flink skips a key without a value; null removes the key"
    reason = _why_text_is_misread(text, ascii_only)
    if reason:
        return reason
    if key.startswith(("env.java.opts", "env.java.default-opts")) and '"' in (text[0], text[-1]):
        return ("begins or ends with a double quote, which bin/config.sh takes away; leave out those around the whole value, and end with an option that "
                "needs none")
    wrapped = len(text) > 1 and text[0] in _QUOTES and text[0] == text[-1]
    if wrapped and not quotes_parsed:
        return "is in quotes, which Flink would keep as a part of the value; leave the quotes out"
    line = f"{key}: {text}"
    if read_line(line) != Setting(key, text) or (key in SCRIPT_KEYS and script_reads(line, key) != text):
        return "is not read back by Flink as it is written"
    return None


def _why_text_is_misread(text: str, ascii_only: bool) -> Optional[str]:
    if "\n" in text or "\r" in text:
        return "contains a line break, and Flink reads line by line"
    if "#" in text:
        return 'contains "#", where Flink cuts the line, also inside quotes and URLs'
    if text[0] in JAVA_SPACE or text[-1] in JAVA_SPACE:
        return "begins or ends with white space, which Flink takes away"
    for character in text:
        code = ord(character)
        if (code < 0x20 and character != "\t") or code == 0x7F:
            return f"contains the control character U+{code:04X}"
        if 0xD800 <= code <= 0xDFFF:
            return "is not valid Unicode text"
        if code > 0x7E and ascii_only:
            return (
                f"contains U+{code:04X}, which a JVM reads right only if its charset is UTF-8 (not so under LANG=C or a "
                "plain systemd unit); use ASCII, or set charset: utf-8 if Flink's JVMs run with -Dfile.encoding=UTF-8"
            )
    return None
