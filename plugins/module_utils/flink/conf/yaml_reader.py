# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Flink reads config.yaml: YAML 1.2 with the core schema, whose nested maps are flattened.

A port of ``GlobalConfiguration.loadYAMLResource`` and ``YamlParserUtils`` of 1.19 to 2.3. PyYAML takes the text apart; what a plain scalar
means is decided here, since PyYAML's own schema is that of YAML 1.1.
"""

from __future__ import annotations

import math
import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

try:
    import yaml
except ImportError:  # syntax.standard reports it
    yaml = None  # type: ignore[assignment]

from ...errors import InputError

_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_INT = re.compile(r"(?:0o([0-7]+)|0x([0-9a-fA-F]+)|([-+]?[0-9]+))\Z")
_FLOAT = re.compile(r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_SHARED = re.compile(r"[&*!]")


class Entry(NamedTuple):
    """A setting in the file: its whole key, the nodes of its own part of the key and of its value, and the maps around it, the outer first."""

    key: str
    name: yaml.Node
    value: yaml.Node
    around: Tuple[yaml.MappingNode, ...]


def entries(text: str) -> List[Entry]:
    """The settings in the order of the file; an InputError names the line that Flink cannot read, without its text, which may be a secret."""
    try:
        # Without any of these characters there is neither of them, and the text is gone through once.
        for token in yaml.scan(text, yaml.SafeLoader) if _SHARED.search(text) else ():
            if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)):
                kind = {yaml.AnchorToken: "an anchor (&)", yaml.AliasToken: "an alias (*)"}.get(type(token), "a tag (!)")
                raise _unread(f"has {kind}, which this collection leaves to nobody; write the value itself", token.start_mark)
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _unread(error.problem or "is not YAML", error.problem_mark or error.context_mark) from None
    except yaml.YAMLError as error:
        raise InputError(f"config.yaml is not text that Flink reads: {error}") from None
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise _unread("is no map; write each setting as KEY: VALUE", root.start_mark)
    return list(_entries(root, "", ()))


def _entries(mapping: yaml.MappingNode, prefix: str, around: Tuple[yaml.MappingNode, ...]) -> Iterator[Entry]:
    _refuse_second_map(mapping, prefix)
    for name, value in mapping.value:
        if not isinstance(name, yaml.ScalarNode) or (name.style is None and is_typed(name.value)):
            raise _unread("has a key that is a number, a truth value or nothing to YAML, and Flink does not start with it; put it in quotes", name.start_mark)
        if isinstance(value, yaml.ScalarNode) and value.style is None and _NULL.match(value.value):
            raise _unread(f"has no value for {prefix}{name.value}, and Flink does not start with it; give one, or take the line out", name.start_mark)
        key = f"{prefix}{name.value}"
        if isinstance(value, yaml.MappingNode) and value.value:
            yield from _entries(value, f"{key}.", (*around, mapping))
        else:
            yield Entry(key, name, value, (*around, mapping))


def _refuse_second_map(mapping: yaml.MappingNode, prefix: str) -> None:
    """Of a setting that is there twice the first goes when the file is written; two maps of one name are not one."""
    first: Dict[str, Tuple[yaml.Node, yaml.Node]] = {}
    for name, value in mapping.value:
        there, earlier = first.setdefault(name.value, (name, value)) if isinstance(name, yaml.ScalarNode) else (name, value)
        if earlier is not value and yaml.MappingNode in (type(earlier), type(value)):
            raise _unread(f"has {prefix}{name.value} a second time, after line {there.start_mark.line + 1}, and Flink does not start with it; put what is "
                          "below both into one", name.start_mark)
        _refuse_second_in_list(value)


def _refuse_second_in_list(node: yaml.Node) -> None:
    """What is in a list is no setting of its own, and Flink reads all of it."""
    for element in node.value if isinstance(node, yaml.SequenceNode) else ():
        if isinstance(element, yaml.MappingNode):
            names = [name.value for name, dummy in element.value if isinstance(name, yaml.ScalarNode)]
            if len(set(names)) < len(names):
                raise _unread("has a map in a list with a key that is there twice, and Flink does not start with it; take one out", element.start_mark)
            for dummy, value in element.value:
                _refuse_second_in_list(value)
        _refuse_second_in_list(element)


def _unread(why: str, mark: Optional[yaml.Mark]) -> InputError:
    return InputError(f"{f'line {mark.line + 1} of ' if mark else ''}config.yaml {why}")


def as_flink_reads(node: yaml.Node) -> str:
    """A value as Flink hands it to the code that asks for text: a scalar in the spelling of its type, a list as YAML in one line."""
    if isinstance(node, yaml.ScalarNode):
        return scalar_text(node.value, plain=node.style is None)
    if isinstance(node, yaml.SequenceNode):
        return f"[{', '.join(_flow(each) for each in node.value)}]"
    return _flow(node)


class Collection(NamedTuple):
    """What Flink makes of a value that it takes apart as YAML, since its option is a list or a map."""

    is_map: bool
    #: Those of a list; of a map none is needed.
    elements: List[str]


def collection(text: str) -> Optional[Collection]:
    """None if it is neither, or has null where Flink wants a text; Flink reads it as in flink-conf.yaml then."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if isinstance(node, yaml.SequenceNode) and not any(_is_null(each) for each in node.value):
        return Collection(False, [as_flink_reads(each) for each in node.value])
    if isinstance(node, yaml.MappingNode) and not any(_is_null(each) for pair in node.value for each in pair):
        return Collection(True, [])
    return None


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and bool(_NULL.match(node.value))


def _flow(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "{" + ", ".join(f"{_flow(name)}: {_flow(value)}" for name, value in node.value) + "}"
    if isinstance(node, yaml.SequenceNode):
        return as_flink_reads(node)
    text = as_flink_reads(node)
    return text if isinstance(node, yaml.ScalarNode) and node.style is None and is_typed(node.value) else written(text, in_braces=True)


def is_typed(text: str) -> bool:
    """Whether a scalar without quotes is something else than text."""
    return any(pattern.match(text) for pattern in (_NULL, _BOOL, _INT, _FLOAT))


def scalar_text(text: str, plain: bool = True) -> str:
    """What Flink takes a scalar for; ``plain`` is one without quotes, which may be a number, a truth value or nothing."""
    if not plain:
        return text
    if _NULL.match(text):
        return "null"
    if _BOOL.match(text):
        return text.lower()
    found = _INT.match(text)
    if found:
        octal, hexadecimal, decimal = found.groups()
        return str(int(octal, 8) if octal else int(hexadecimal, 16) if hexadecimal else int(decimal))
    return _float_text(text) if _FLOAT.match(text) else text


def _float_text(text: str) -> str:
    """A Double as Flink writes it: Java's toString, but for what is no number."""
    value = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    mantissa, dummy, exponent = next(
        found for found in (f"{value:.{places}e}" for places in range(18)) if float(found) == value).partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


_PLAIN = re.compile(r"[A-Za-z0-9_./+$(-][A-Za-z0-9_./+:,;=@%?&$()<>~^*!|-]*(?: [A-Za-z0-9_./+:,;=@%?&$()<>~^*!|-]+)*\Z")
_MARKS = re.compile(r"-\Z|[-?:](?: |\Z)|---|\.\.\.|.*:(?: |\Z)")


def written(text: str, key: bool = False, in_braces: bool = False) -> str:
    """A scalar that Flink reads back as this text.

    Without quotes where that is certain, else in single ones, and in double ones where those do not do; a ``key`` is not to be a number or
    the like, and ``in_braces`` or brackets a comma would be the end.
    """
    meant = not is_typed(text) if key else scalar_text(text) == text and not _NULL.match(text)
    if meant and not (in_braces and "," in text) and _PLAIN.match(text) and not _MARKS.match(text):
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
