# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a catalogue package: judged by the package's own config schema, merged as Cosmos merges them, and shown without secrets.

The schemas of the Universe are JSON Schema (draft 4) of a few keywords: type, properties, required, enum, minimum, maximum, default,
items, additionalProperties. Only those are judged here, so that hosts need no library for it; whatever else a schema says, Cosmos
judges itself when it is asked to render the app, which changes nothing. Cosmos takes unknown names in silence; here they are faults
unless the schema asks for them with additionalProperties, or names no properties at all.
"""

from __future__ import annotations

import difflib
import json
import operator
from typing import Any, Collection, Dict, Iterator, List, Mapping, Optional, Tuple

from ..secrets import HIDDEN, Secrets

Options = Dict[str, Any]

TYPE_WORDS = {
    "string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "object": "a dictionary",
    "array": "a list", "null": "null",
}
NEW_VALUE = f"{HIDDEN} (new value)"
# Keystores and keytabs hold private keys.
SECRETS = Secrets(("keystore", "truststore", "keytab"))
ALL_NAMES = 12


def merge(target: Mapping[str, Any], fragment: Mapping[str, Any]) -> Options:
    """``fragment`` over ``target``, dictionaries merged at every depth, everything else replaced; neither is changed."""
    merged = dict(target)
    for name, value in fragment.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = merge(merged[name], value) if both else value
    return merged


def without_nulls(options: Mapping[str, Any]) -> Options:
    """The options without those that are null, which stands for the package's default."""
    kept = {name: without_nulls(value) if isinstance(value, Mapping) else value for name, value in options.items()}
    return {name: value for name, value in kept.items() if value is not None}


def has_nulls(options: Mapping[str, Any]) -> bool:
    return any(value is None or (isinstance(value, Mapping) and has_nulls(value)) for value in options.values())


def defaults(schema: Optional[Mapping[str, Any]]) -> Options:
    """The default of every option that has one, as Cosmos extracts them: a default of a dictionary stands for all below it."""
    found: Options = {}
    for name, option in ((schema or {}).get("properties") or {}).items():
        if not isinstance(option, Mapping):
            continue
        if "default" in option:
            found[name] = option["default"]
            continue
        below = defaults(option)
        if below:
            found[name] = below
    return found


def resolve(schema: Optional[Mapping[str, Any]], options: Mapping[str, Any]) -> Options:
    """The effective options: those given over the defaults."""
    return merge(defaults(schema), options)


def check(options: Mapping[str, Any], schema: Optional[Mapping[str, Any]]) -> Tuple[Options, List[str]]:
    """The options with numbers and booleans that came as texts converted, and a sentence for every fault.

    A package without a schema takes no options.
    """
    if not schema:
        return dict(options), [f"{name}: the package takes no options" for name in options]
    faults: List[str] = []
    return _Checker(schema, faults).object(options, schema, ""), faults


def missing(options: Mapping[str, Any], schema: Optional[Mapping[str, Any]], path: str = "") -> List[str]:
    """A sentence for every option that the schema requires and the effective options do not have."""
    faults = []
    schema = schema or {}
    required = schema.get("required")
    for name in required if isinstance(required, list) else []:
        if name not in options:
            faults.append(f"{_join(path, name)} is missing; the package requires it")
    for name, option in (schema.get("properties") or {}).items():
        if isinstance(options.get(name), Mapping) and isinstance(option, Mapping):
            faults += missing(options[name], option, _join(path, name))
    return faults


def changed_paths(before: Mapping[str, Any], after: Mapping[str, Any]) -> List[str]:
    """Dotted paths of the options that differ; 1 and 1.0 do not."""
    first, second = dict(_leaves(before)), dict(_leaves(after))
    return sorted(path for path in {*first, *second} if path not in first or path not in second or _canonical(first[path]) != _canonical(second[path]))


def public(options: Mapping[str, Any], secret_paths: Collection[str] = (), changed: Collection[str] = (), path: str = "") -> Options:
    """The options as they may be shown: values with a secret's name and those at ``secret_paths`` hidden, passwords inside texts too.

    Hidden values at the paths ``changed`` are marked, as a difference would not show them.
    """
    shown: Options = {}
    for name, value in options.items():
        here = _join(path, name)
        if isinstance(value, Mapping):
            shown[name] = public(value, secret_paths, changed, here)
        elif value in (None, "") or isinstance(value, bool):
            shown[name] = value
        elif is_secret(here, secret_paths):
            shown[name] = NEW_VALUE if here in changed else HIDDEN
        else:
            shown[name] = _public_value(value)
    return shown


def service_name(options: Mapping[str, Any]) -> Optional[str]:
    """The service's name, from which packages make the id of their app."""
    service = options.get("service")
    name = service.get("name") if isinstance(service, Mapping) else None
    return name if isinstance(name, str) and name else None


def is_secret(path: str, secret_paths: Collection[str] = ()) -> bool:
    """Whether the value at a dotted path is never shown, by its own name or that of what it is in."""
    return path in secret_paths or any(SECRETS.is_secret(name) for name in path.split("."))


def leaf_paths(options: Mapping[str, Any]) -> List[str]:
    """Dotted paths of all values."""
    return [path for path, value in _leaves(options)]


class _Checker:
    """One pass over the options; ``whole`` is the schema of all of them, for names that belong elsewhere."""

    def __init__(self, whole: Mapping[str, Any], faults: List[str]) -> None:
        self.names = list(_names(whole, ""))
        self.faults = faults

    def object(self, given: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Options:
        known = schema.get("properties") or {}
        more = schema.get("additionalProperties", not known)
        cleaned: Options = {}
        for name, value in given.items():
            here = _join(path, str(name))
            if name in known:
                cleaned[name] = self.value(value, known[name], here)
            elif isinstance(more, Mapping):
                cleaned[name] = self.value(value, more, here)
            else:
                cleaned[name] = value
                if not more:
                    self.faults.append(f"{here}: the package has no such option; {self._near(here, known, path)}")
        return cleaned

    def value(self, value: Any, schema: Any, path: str) -> Any:
        if value is None or not isinstance(schema, Mapping):
            return value
        types = schema.get("type")
        wanted = [types] if isinstance(types, str) else [each for each in types or [] if isinstance(each, str)]
        value = _converted(value, wanted)
        if wanted and not any(_is_of(value, each) for each in wanted):
            self.faults.append(f"{path} is {_words(path, value)}; it must be {' or '.join(TYPE_WORDS.get(each, each) for each in wanted)}")
            return value
        if isinstance(value, Mapping):
            return self.object(value, schema, path)
        if isinstance(value, list):
            return [self.value(each, schema.get("items"), f"{path}[{number}]") for number, each in enumerate(value)]
        self._limits(value, schema, path)
        return value

    def _limits(self, value: Any, schema: Mapping[str, Any], path: str) -> None:
        choices = schema.get("enum")
        if isinstance(choices, list) and _canonical(value) not in [_canonical(choice) for choice in choices]:
            near = difflib.get_close_matches(str(value).lower(), [str(choice).lower() for choice in choices], 1, 0.5)
            meant = next((str(choice) for choice in choices if near and str(choice).lower() == near[0]), None)
            hint = f" (did you mean {meant}?)" if meant and not is_secret(path) else ""
            self.faults.append(f"{path} is {_words(path, value)}; it must be one of {', '.join(str(choice) for choice in choices)}{hint}")
        if not _is_of(value, "number"):
            return
        for keyword, exclusive, words, is_outside in (
            ("minimum", "exclusiveMinimum", "at least", operator.lt),
            ("maximum", "exclusiveMaximum", "at most", operator.gt),
        ):
            limit: Any = schema.get(keyword)
            if not _is_of(limit, "number"):
                continue
            if is_outside(value, limit):
                self.faults.append(f"{path} is {_words(path, value)}; it must be {words} {limit:g}")
            elif schema.get(exclusive) is True and value == limit:
                self.faults.append(f"{path} is {_words(path, value)}; it must be {'more' if keyword == 'minimum' else 'less'} than {limit:g}")

    def _near(self, here: str, known: Mapping[str, Any], path: str) -> str:
        name = here.rsplit(".", 1)[-1]
        folded = {_folded(each): each for each in known}
        close = difflib.get_close_matches(_folded(name), list(folded), 1, 0.6)
        if close:
            return f"did you mean {_join(path, folded[close[0]])}?"
        elsewhere = [each for each in self.names if _folded(each.rsplit(".", 1)[-1]) == _folded(name)]
        if not elsewhere:
            leaves = {_folded(each): each for each in self.names}
            elsewhere = [leaves[each] for each in difflib.get_close_matches(_folded(here), list(leaves), 1, 0.7)]
        if elsewhere:
            return f"did you mean {elsewhere[0]}?"
        return f"there are {', '.join(sorted(known)[:ALL_NAMES])}" if known else "take it out"


def _names(schema: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, option in (schema.get("properties") or {}).items():
        yield _join(path, name)
        if isinstance(option, Mapping):
            yield from _names(option, _join(path, name))


def _leaves(options: Mapping[str, Any], path: str = "") -> Iterator[Tuple[str, Any]]:
    for name, value in options.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, _join(path, str(name)))
        else:
            yield _join(path, str(name)), value


def _converted(value: Any, wanted: List[str]) -> Any:
    """Templates do not keep numbers, booleans and texts apart, so a text of digits is taken for a number where one is wanted, and back."""
    if isinstance(value, str) and "string" not in wanted:
        if "boolean" in wanted and value.lower() in ("true", "false"):
            return value.lower() == "true"
        for kind, convert in (("integer", int), ("number", float)):
            if kind in wanted:
                try:
                    return convert(value)
                except ValueError:
                    continue
    if wanted == ["string"] and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if "integer" in wanted and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_of(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    expected = {"string": str, "boolean": bool, "object": Mapping, "array": list, "null": type(None)}.get(kind)
    return expected is None or isinstance(value, expected)


def _words(path: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, list):
        return "a list"
    if is_secret(path):
        return "something else" if not isinstance(value, str) else "another text"
    return f"the text {value!r}" if isinstance(value, str) else json.dumps(value)


def _public_value(value: Any) -> Any:
    if isinstance(value, str):
        return SECRETS.show("", value)
    if isinstance(value, list):
        return [public(each) if isinstance(each, Mapping) else _public_value(each) for each in value]
    return value


def _canonical(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _folded(name: str) -> str:
    return name.lower().replace("_", "-")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
