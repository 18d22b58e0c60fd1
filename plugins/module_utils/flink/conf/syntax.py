# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two files that Flink reads: flink-conf.yaml, line by line, up to 1.20, and config.yaml, which is YAML, from 1.19 on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, NamedTuple, Optional, Union

from ...errors import InputError, need_library
from ..versions import FIRST_STANDARD, FIRST_WITHOUT_LEGACY
from . import line_rules
from .document import Document
from .secrets import show_text

if TYPE_CHECKING:
    from .yaml_document import YamlDocument

LEGACY, STANDARD = "flink-conf.yaml", "config.yaml"


class Syntax(NamedTuple):
    """How one of them is edited, and shown without secrets, and why a key or a value could not be written into it."""

    name: str
    document: Callable[[str], "Union[Document, YamlDocument]"]
    show: Callable[..., str]
    why_key_is_misread: Callable[[Any, bool], Optional[str]]
    why_value_is_misread: Callable[..., Optional[str]]


def _why_key_is_misread(key: Any, _ascii_only: bool) -> Optional[str]:
    if not isinstance(key, str):
        return f"is a {type(key).__name__} to YAML; put the key in quotes"
    return _why_text_is_misread(key) if key else "is empty"


def _why_value_is_misread(_key: str, text: str, _ascii_only: bool, _quotes_parsed: bool = False) -> Optional[str]:
    return _why_text_is_misread(text)


def _why_text_is_misread(text: str) -> Optional[str]:
    # Everything else has an escape; the file is UTF-8 for Flink whatever the JVM's charset is.
    return "is not valid Unicode text" if any(0xD800 <= ord(character) <= 0xDFFF for character in text) else None


LINES = Syntax(LEGACY, Document, show_text, line_rules.why_key_is_misread, line_rules.why_value_is_misread)


def standard() -> Syntax:
    """Of config.yaml. PyYAML is asked of those hosts alone that have this file."""
    from .yaml_document import YamlDocument, shown

    need_library("yaml", "config.yaml is written with PyYAML, which this host lacks: install python3-yaml (EL: python3-pyyaml)")
    return Syntax(STANDARD, YamlDocument, shown, _why_key_is_misread, _why_value_is_misread)


def syntax_of(path: str, minor: int, version: str) -> Syntax:
    """Which of them ``path`` is to a version; an InputError where the version does not read a file of that name."""
    name = os.path.basename(path)
    if name == LEGACY and minor >= FIRST_WITHOUT_LEGACY:
        raise InputError(f"Flink {version} reads {STANDARD} and no {LEGACY}: set path to {os.path.join(os.path.dirname(path), STANDARD)}")
    if name == STANDARD and minor < FIRST_STANDARD:
        raise InputError(f"Flink {version} reads {LEGACY} and no {STANDARD}: set path to {os.path.join(os.path.dirname(path), LEGACY)}")
    return LINES if minor < FIRST_STANDARD or name == LEGACY else standard()


def flattened(settings: Mapping[Any, Any], prefix: str = "") -> Dict[Any, Any]:
    """Nested maps with whole keys, as Flink reads them."""
    found: Dict[Any, Any] = {}
    for key, value in settings.items():
        whole = f"{prefix}{key}" if prefix else key
        if isinstance(value, Mapping) and value:
            found.update(flattened(value, f"{whole}."))
        else:
            found[whole] = value
    return found
