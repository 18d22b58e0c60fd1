# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a value on the stack can be, and what methods of the Java library make of it.

A number, a string and None (null) stand for themselves; UNKNOWN is whatever cannot be said without running the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, List, Optional, Tuple

from .classfile import ClassRef


class Unknown:
    """The value that depends on where and when the program runs."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
#: The second place of a long or a double.
FILLER = Unknown()


@dataclass(frozen=True)
class Boxed:
    """An object of Integer, Long, Boolean, ...; ``kind`` is the class without its package."""

    kind: str
    value: object


@dataclass(frozen=True)
class Text:
    """A string of which only parts are known: None stands for each unknown one."""

    parts: Tuple[Optional[str], ...]


@dataclass(frozen=True)
class Duration:
    """A java.time.Duration in nanoseconds."""

    nanos: int


@dataclass(eq=False)
class Array:
    """An array or a list of known length. ``region`` is where it was made: what is stored elsewhere may be stored or not."""

    items: List[object]
    complete: bool = True
    region: object = None


@dataclass(eq=False)
class Entries:
    """A map."""

    items: List[Tuple[object, object]]


@dataclass(eq=False)
class Instance:
    """An object of a class of the distribution, with the fields that are known."""

    name: str
    fields: Dict[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class Builder:
    """A java.lang.StringBuilder; ``parts`` by the place in the code that appends them, ``region`` as in Array."""

    region: object = None
    parts: Dict[object, object] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True)
class Option:
    """A ConfigOption or one of its builders. ``origin`` says where it was begun: the calls that led to ConfigOptions.key.

    ``kind`` is "" until it is known. ``default`` is None when there is none, UNKNOWN when it cannot be said.
    ``fallbacks`` are (key, whether it is deprecated).
    """

    key: object
    origin: Tuple[str, ...]
    kind: str = ""
    enum: str = ""
    is_list: bool = False
    default: object = None
    fallbacks: Tuple[Tuple[object, bool], ...] = ()
    complete: bool = False


_KIND_OF_BOX = {"Integer": "int", "Long": "long", "Boolean": "bool", "Float": "float", "Double": "double"}
_KIND_OF_BUILDER = {
    "intType": "int", "longType": "long", "booleanType": "bool", "floatType": "float", "doubleType": "double", "stringType": "string",
    "durationType": "duration", "memoryType": "memorysize", "mapType": "map", "enumType": "enum",
}
CONFIG = "org/apache/flink/configuration/"
OPTION_CLASSES = {CONFIG + name for name in ("ConfigOption", "ConfigOptions", "ConfigOptions$OptionBuilder", "ConfigOptions$TypedConfigOptionBuilder",
                                             "ConfigOptions$ListConfigOptionBuilder")}
MEMORY_SIZE = CONFIG + "MemorySize"


def same(one: object, other: object) -> bool:
    """Whether two values are the same one; objects are so only by identity."""
    return one is other or (type(one) is type(other) and one == other)


def join(one: object, other: object) -> object:
    """What is known when either value may stand here."""
    return one if same(one, other) else UNKNOWN


def concatenated(parts: List[object]) -> object:
    """The string of parts one behind the other."""
    known: List[Optional[str]] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (as_string(part),):
            if piece is not None and known and known[-1] is not None:
                known[-1] += piece
            elif piece is not None or not known or known[-1] is not None:
                known.append(piece)
    if not known:
        return ""
    if len(known) == 1:
        return UNKNOWN if known[0] is None else known[0]
    return Text(tuple(known))


def as_string(value: object) -> Optional[str]:
    """String.valueOf; None when it cannot be said."""
    if isinstance(value, Boxed):
        return str(value.value).lower() if value.kind == "Boolean" else as_string(value.value)
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Instance) and isinstance(value.fields.get("enum name"), str) and not value.fields.get("own toString"):
        return str(value.fields["enum name"])
    return None


def option_call(option: Option, name: str, arguments: List[object]) -> object:
    """What a method of a builder or of ConfigOption gives; UNKNOWN for one that does not give an option."""
    first = arguments[0] if arguments else None
    if name in _KIND_OF_BUILDER:
        enum = first.name if name == "enumType" and isinstance(first, ClassRef) else ""
        return replace(option, kind=_KIND_OF_BUILDER[name], enum=enum)
    if name == "asList":
        return replace(option, is_list=True)
    if name == "noDefaultValue":
        return replace(option, kind=option.kind or "string", complete=True)
    if name in ("defaultValue", "defaultValues"):
        return _with_default(option, first) if arguments else option.default
    if name in ("withDeprecatedKeys", "withFallbackKeys"):
        keys = first.items if isinstance(first, Array) and first.complete else [UNKNOWN]
        added = tuple((key, name == "withDeprecatedKeys") for key in keys)
        # ConfigOption puts fallback keys before, deprecated ones behind.
        return replace(option, fallbacks=option.fallbacks + added if name == "withDeprecatedKeys" else added + option.fallbacks)
    if name == "withDescription":
        return option
    return option.key if name == "key" else UNKNOWN


def _with_default(option: Option, default: object) -> Option:
    """The default; of an option in the old form it says the type as well."""
    kind, enum = option.kind, option.enum
    if not kind:
        if isinstance(default, Boxed):
            kind = _KIND_OF_BOX.get(default.kind, "unknown")
        elif isinstance(default, (str, Text)):
            kind = "string"
        elif isinstance(default, Duration):
            kind = "duration"
        elif isinstance(default, Instance) and default.name == MEMORY_SIZE:
            kind = "memorysize"
        elif isinstance(default, Instance) and "enum name" in default.fields:
            kind, enum = "enum", default.name
        elif isinstance(default, ClassRef):
            kind = "class"
        else:
            kind = "unknown"
    return replace(option, kind=kind, enum=enum, default=default, complete=True)


def memory_size(count: int) -> Instance:
    """A MemorySize of ``count`` bytes."""
    return Instance(MEMORY_SIZE, {"bytes": count})


_UNITS = {"": 1, "b": 1, "bytes": 1, "k": 1 << 10, "kb": 1 << 10, "kibibytes": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "mebibytes": 1 << 20,
          "g": 1 << 30, "gb": 1 << 30, "gibibytes": 1 << 30, "t": 1 << 40, "tb": 1 << 40, "tebibytes": 1 << 40}


def _parsed_memory(arguments: List[object]) -> object:
    text = arguments[0]
    if not isinstance(text, str):
        return UNKNOWN
    digits = text.strip()
    number = digits[:len(digits) - len(digits.lstrip("0123456789"))]
    size = _UNITS.get(digits[len(number):].strip().lower())
    return memory_size(int(number) * size) if number and size else UNKNOWN


_DURATIONS = {
    1: "ns nano nanos nanosecond nanoseconds", 10**3: "\u00b5s micro micros microsecond microseconds",
    10**6: " ms milli millis millisecond milliseconds", 10**9: "s sec secs second seconds", 60 * 10**9: "m min minute minutes",
    3600 * 10**9: "h hour hours", 86400 * 10**9: "d day days",
}


def _parsed_duration(arguments: List[object]) -> object:
    """TimeUtils.parseDuration; a number alone counts milliseconds."""
    text = arguments[0].strip() if isinstance(arguments[0], str) else ""
    number = text[:len(text) - len(text.lstrip("0123456789"))]
    unit = text[len(number):].strip().lower()
    for size, words in _DURATIONS.items():
        if number and unit in words.split(" "):
            return Duration(int(number) * size)
    return UNKNOWN


def _of(kind: str) -> Callable[[List[object]], object]:
    def box(arguments: List[object]) -> object:
        value = arguments[0]
        if isinstance(value, Unknown):
            return UNKNOWN
        if kind == "Boolean" and isinstance(value, int):
            return Boxed(kind, bool(value))
        if isinstance(value, str):
            return Boxed(kind, value.lower() == "true") if kind == "Boolean" else UNKNOWN
        return Boxed(kind, value)
    return box


def _unboxed(arguments: List[object]) -> object:
    value = arguments[0]
    return int(value.value) if isinstance(value, Boxed) and isinstance(value.value, bool) else value.value if isinstance(value, Boxed) else UNKNOWN


def _times(unit: int) -> Callable[[List[object]], object]:
    def make(arguments: List[object]) -> object:
        return Duration(arguments[0] * unit) if isinstance(arguments[0], int) else UNKNOWN
    return make


def _string(arguments: List[object]) -> object:
    if isinstance(arguments[0], Text):
        return arguments[0]
    text = as_string(arguments[0])
    return UNKNOWN if text is None else text


def _format(arguments: List[object]) -> object:
    template, values = arguments[-2], arguments[-1]
    if not isinstance(template, str) or not isinstance(values, Array):
        return UNKNOWN
    pieces = template.split("%s")
    if len(pieces) != len(values.items) + 1 or "%" in "".join(pieces):
        return Text((pieces[0].partition("%")[0], None)) if pieces[0].partition("%")[0] else UNKNOWN
    parts: List[object] = [pieces[0]]
    for value, piece in zip(values.items, pieces[1:]):
        parts += [value, piece]
    return concatenated(parts)


def _joined(arguments: List[object]) -> object:
    glue, values = arguments[0], arguments[1]
    items = values.items if isinstance(values, Array) and values.complete else None
    if not isinstance(glue, str) or items is None or not all(isinstance(item, str) for item in items):
        return UNKNOWN
    return glue.join(str(item) for item in items)


def _class_name(arguments: List[object]) -> object:
    return arguments[0].name.replace("/", ".") if isinstance(arguments[0], ClassRef) else UNKNOWN


def _simple_name(arguments: List[object]) -> object:
    return arguments[0].name.rpartition("/")[2].rpartition("$")[2] if isinstance(arguments[0], ClassRef) else UNKNOWN


def _list(arguments: List[object]) -> object:
    if not arguments:
        return Array([])
    if len(arguments) == 1 and isinstance(arguments[0], Array):
        return Array(arguments[0].items, arguments[0].complete)
    return Array(list(arguments))


def _map(arguments: List[object]) -> object:
    return Entries(list(zip(arguments[::2], arguments[1::2])))


def _same(arguments: List[object]) -> object:
    return arguments[0]


def _on_text(change: Callable[[str], str]) -> Callable[[List[object]], object]:
    def make(arguments: List[object]) -> object:
        return change(arguments[0]) if isinstance(arguments[0], str) else UNKNOWN
    return make


def _built(arguments: List[object]) -> object:
    builder = arguments[0]
    return concatenated(list(builder.parts.values())) if isinstance(builder, Builder) and builder.complete else UNKNOWN


def _concat(arguments: List[object]) -> object:
    return concatenated(arguments)


def _scala_box(kind: str) -> Callable[[List[object]], object]:
    return lambda arguments: _of(kind)(arguments[-1:])


_BOXES = {"Integer": "int", "Long": "long", "Boolean": "boolean", "Float": "float", "Double": "double", "Short": "short", "Byte": "byte"}

#: (class, method) -> what it gives for its arguments, the object itself first. All else of the library gives UNKNOWN.
LIBRARY: Dict[Tuple[str, str], Callable[[List[object]], object]] = {
    **{(f"java/lang/{kind}", "valueOf"): _of(kind) for kind in _BOXES},
    **{(f"java/lang/{kind}", f"{primitive}Value"): _unboxed for kind, primitive in _BOXES.items()},
    **{("java/time/Duration", f"of{name}"): _times(unit) for name, unit in {
        "Nanos": 1, "Millis": 10**6, "Seconds": 10**9, "Minutes": 60 * 10**9, "Hours": 3600 * 10**9, "Days": 86400 * 10**9}.items()},
    ("java/lang/String", "valueOf"): _string,
    ("java/lang/Integer", "toString"): _string,
    ("java/lang/Long", "toString"): _string,
    ("java/lang/Double", "toString"): _string,
    ("java/lang/Boolean", "toString"): _string,
    ("java/lang/String", "toString"): _same,
    ("java/lang/String", "format"): _format,
    ("java/lang/String", "join"): _joined,
    ("java/lang/String", "concat"): _concat,
    ("java/lang/String", "toLowerCase"): _on_text(str.lower),
    ("java/lang/String", "toUpperCase"): _on_text(str.upper),
    ("java/lang/String", "trim"): _on_text(str.strip),
    ("java/lang/Class", "getName"): _class_name,
    ("java/lang/Class", "getCanonicalName"): _class_name,
    ("java/lang/Class", "getSimpleName"): _simple_name,
    ("java/util/Arrays", "asList"): _list,
    ("java/util/Collections", "emptyList"): _list,
    ("java/util/Collections", "singletonList"): _list,
    ("java/util/Collections", "unmodifiableList"): _same,
    ("java/util/List", "of"): _list,
    ("java/util/Collections", "emptyMap"): _map,
    ("java/util/Collections", "singletonMap"): _map,
    ("java/util/Map", "of"): _map,
    ("java/util/Objects", "requireNonNull"): _same,
    ("org/apache/flink/util/Preconditions", "checkNotNull"): _same,
    ("java/lang/StringBuilder", "toString"): _built,
    ("scala/collection/mutable/StringBuilder", "toString"): _built,
    (MEMORY_SIZE, "parse"): _parsed_memory,
    ("org/apache/flink/util/TimeUtils", "parseDuration"): _parsed_duration,
    **{("scala/runtime/BoxesRunTime", f"boxTo{kind}"): _of(kind) for kind in _BOXES},
    **{("scala/Predef$", f"{primitive}2{kind}"): _scala_box(kind) for kind, primitive in _BOXES.items()},
}

#: Static fields of the Java library.
LIBRARY_FIELDS: Dict[Tuple[str, str], object] = {
    ("java/lang/Boolean", "TRUE"): Boxed("Boolean", True),
    ("java/lang/Boolean", "FALSE"): Boxed("Boolean", False),
    ("java/time/Duration", "ZERO"): Duration(0),
}
