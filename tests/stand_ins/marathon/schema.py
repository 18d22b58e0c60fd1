# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a JSON app by the published schema: unknown fields drop out, faults come as Marathon's "Invalid JSON" details.

Does not know pods. Where the schema allows one of several shapes, the first that fits is taken.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict, List, Tuple

SCHEMA = json.loads((Path(__file__).parent / "data" / "app_schema.json").read_text(encoding="utf-8"))
TYPES: Dict[str, Dict[str, Any]] = SCHEMA["types"]
FIELD_ORDER: List[str] = SCHEMA["field_order"]
SCALARS = {"string": str, "boolean": bool, "array": list, "object": dict}


class Faults(Exception):
    """path -> sentences, answered as 422."""

    def __init__(self, message: str, faults: List[Tuple[str, str]]) -> None:
        super().__init__(message)
        self.message = message
        self.faults = faults

    def body(self) -> Dict[str, Any]:
        """The answer's body."""
        grouped: Dict[str, List[str]] = {}
        for path, sentence in self.faults:
            grouped.setdefault(path or "/", []).append(sentence)
        return {"message": self.message, "details": [{"path": path, "errors": errors} for path, errors in grouped.items()]}


class Reader:
    """Collects all faults of one value."""

    def __init__(self) -> None:
        self.faults: List[Tuple[str, str]] = []

    def fault(self, path: str, sentence: str) -> None:
        """One more."""
        self.faults.append((path, sentence))

    def read(self, value: Any, kind: Dict[str, Any], path: str) -> Any:
        """The value without unknown fields."""
        if "$ref" in kind:
            kind = {**TYPES[kind["$ref"].rsplit("/", 1)[1]], **{key: entry for key, entry in kind.items() if key != "$ref"}}
        if "oneOf" in kind:
            return self.one_of(value, kind["oneOf"], path)
        name = kind.get("type", "object")
        if name in ("number", "integer"):
            return self.number(value, kind, path)
        if name == "nil":
            return value
        if not isinstance(value, SCALARS[name]):
            self.fault(path, f"error.expected.js{name}")
            return value
        if name == "string":
            if value == "tcp,udp" and "udp,tcp" in kind.get("enum", []):
                return "udp,tcp"
            self.string(value, kind, path)
            return value
        if name == "array":
            return self.array(value, kind, path)
        return self.object(value, kind, path) if name == "object" else value

    def one_of(self, value: Any, kinds: List[Dict[str, Any]], path: str) -> Any:
        """The first shape that fits; the faults of the last one otherwise."""
        attempt = Reader()
        for kind in kinds:
            attempt = Reader()
            result = attempt.read(value, kind, path)
            if not attempt.faults:
                return result
        self.faults += attempt.faults
        return value

    def number(self, value: Any, kind: Dict[str, Any], path: str) -> Any:
        """Limits; a whole number where one is wanted."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(path, "error.expected.jsnumber")
            return value
        if kind["type"] == "integer":
            if value != int(value):
                self.fault(path, "error.expected.int")
                return value
            value = int(value)
        elif kind.get("format") == "double":
            value = float(value)
        if "minimum" in kind and value < kind["minimum"]:
            self.fault(path, "error.min")
        if "maximum" in kind and value > kind["maximum"]:
            self.fault(path, "error.max")
        return value

    def string(self, value: str, kind: Dict[str, Any], path: str) -> None:
        """Length, pattern, choices."""
        if len(value) < kind.get("minLength", 0):
            self.fault(path, "error.minLength")
        elif len(value) > kind.get("maxLength", len(value)):
            self.fault(path, "error.maxLength")
        elif "enum" in kind and value not in kind["enum"]:
            self.fault(path, f"error.unknown.enum.literal: {value} is not one of {', '.join(kind['enum'])}")
        elif "pattern" in kind and not re.search(kind["pattern"], value):
            self.fault(path, "error.pattern")

    def array(self, value: List[Any], kind: Dict[str, Any], path: str) -> List[Any]:
        """Each item; a set loses what is there twice."""
        items = [self.read(item, kind["items"], f"{path}({number})") for number, item in enumerate(value)]
        if len(items) < kind.get("minItems", 0):
            self.fault(path, "error.minLength")
        if len(items) > kind.get("maxItems", len(items)):
            self.fault(path, "error.maxLength")
        return [item for number, item in enumerate(items) if item not in items[:number]] if kind.get("uniqueItems") else items

    def object(self, value: Dict[str, Any], kind: Dict[str, Any], path: str) -> Dict[str, Any]:
        """Known fields; null counts as absent."""
        result: Dict[str, Any] = {}
        for name, field in kind.get("properties", {}).items():
            if value.get(name) is not None:
                result[name] = self.read(value[name], field, f"{path}/{name}")
            elif name in kind.get("required", []) and "default" not in field and name != "id":
                self.fault(f"{path}/{name}", f"'{name}' is undefined on object: {json.dumps(value, separators=(',', ':'))}")
        for pattern, field in kind.get("patternProperties", {}).items():
            if field.get("type") == "nil":
                continue
            result.update(
                {name: self.read(entry, field, f"{path}/{name}") for name, entry in value.items() if entry is not None and re.search(pattern, name)}
            )
        return result


def read_app(value: Any, needs_id: bool) -> Dict[str, Any]:
    """An app or an update of one, without unknown fields. Faults when it does not fit the schema."""
    reader = Reader()
    if not isinstance(value, dict):
        raise Faults("Invalid JSON", [("/", "error.expected.jsobject")])
    result = reader.read(value, {"$ref": "#/types/App"}, "")
    if needs_id and "id" not in result:
        reader.fault("/id", f"'id' is undefined on object: {json.dumps(value, separators=(',', ':'))}")
    if reader.faults:
        raise Faults("Invalid JSON", reader.faults)
    return result


def with_defaults(value: Dict[str, Any], name: str) -> Dict[str, Any]:
    """The value plus the defaults of its type."""
    result = dict(value)
    for field, kind in TYPES[name]["properties"].items():
        if field not in result and "default" in kind:
            result[field] = float(kind["default"]) if kind.get("format") == "double" else kind["default"]
    return result
