# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a distribution reads from its configuration: the options that it declares, and the keys that it reads without one.

Three degrees of certainty, and no guess:

* options: a ConfigOption is made with this key (with its type, default and other names),
* read, prefixes: the key, or what keys begin with, goes into a method that reads the configuration,
* mentioned: a string that looks like a key is loaded by some instruction, and nobody can say what for.
"""

from __future__ import annotations

import re
import struct
from typing import Any, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from .classfile import ENUM, STATIC, SYNTHETIC, ClassFile, ClassRef, Field, Member, instructions, parameters
from .distribution import Distribution
from .interpreter import Interpreter
from .values import CONFIG, FILLER, MEMORY_SIZE, OPTION_CLASSES, UNKNOWN, Array, Boxed, Duration, Entries, Instance, Option, Text, concatenated

STRING = "Ljava/lang/String;"
KEY = re.compile(r"[$a-zA-Z][\w$-]*(?:\.[\w$<>%-]+)+\Z")
PREFIX = re.compile(r"[$a-zA-Z][\w$-]*(?:\.[\w$<>-]+)*[.-]\Z")
#: Strings with dots that name other things.
NO_KEY = re.compile(
    r"(?:org|com|net|io|java|javax|sun|scala|jdk|akka\.(?:actor|remote|pattern|dispatch|event)|os|user|line|file|path)\."
    r"|.*\.(?:jar|xml|ya?ml|properties|class|java|scala|py|sh|bat|txt|json|html?|css|js|so|dll|zip|tar|tgz|gz|log|conf|out|dat|bin|key|pem|jks|csv|avro|tmp)\Z"
    r"|.*[A-Z][a-z]+(?:Exception|Error)\b"
)
PREFIXED = {"getPrefixedKeyValuePairs", "filterPrefixMap", "convertConfigToWritableProperties", "getReporterConfigurations"}

#: The type argument in the declaration of a ConfigOption -> type.
TYPE_ARGUMENTS = {
    STRING: "string", "Ljava/lang/Integer;": "int", "Ljava/lang/Long;": "long", "Ljava/lang/Boolean;": "bool", "Ljava/lang/Float;": "float",
    "Ljava/lang/Double;": "double", "Ljava/time/Duration;": "duration", f"L{MEMORY_SIZE};": "memorysize",
}


def describe(value: object) -> Any:
    """A default as JSON; {"computed": true} for one that depends on the environment, or that could not be worked out."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Boxed):
        return shortest(value.value) if value.kind == "Float" and isinstance(value.value, float) else describe(value.value)
    if isinstance(value, Duration):
        return iso(value)
    if isinstance(value, ClassRef):
        return value.name.replace("/", ".")
    if isinstance(value, Array) and value.complete:
        return [describe(item) for item in value.items]
    if isinstance(value, Instance) and isinstance(value.fields.get("entries"), Entries):
        value = value.fields["entries"]
    if isinstance(value, Entries):
        return {str(describe(key)): describe(item) for key, item in value.items}
    if isinstance(value, Instance) and isinstance(value.fields.get("enum name"), str):
        return value.fields.get("shown", value.fields["enum name"])
    if isinstance(value, Instance) and isinstance(value.fields.get("bytes"), int):
        return memory(value.fields["bytes"])
    return {"computed": True}


def shortest(value: float) -> float:
    """0.1 for 0.10000000149011612: the shortest number that is the same one in single precision, as Java prints it."""
    packed = struct.pack(">f", value)
    return next((short for short in (float(f"{value:.{digits}g}") for digits in range(1, 9)) if struct.pack(">f", short) == packed), value)


def iso(duration: Duration) -> str:
    """As java.time.Duration prints itself."""
    seconds, nanos = divmod(duration.nanos, 10**9)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    fraction = f"{nanos:09d}".rstrip("0")
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    rest = f"{seconds % 60}" + (f".{fraction}" if fraction else "")
    return "PT" + text + (f"{rest}S" if rest != "0" or not text else "")


def memory(count: object) -> str:
    """As MemorySize prints itself."""
    assert isinstance(count, int)
    for unit, size in (("tb", 1 << 40), ("gb", 1 << 30), ("mb", 1 << 20), ("kb", 1 << 10)):
        if count and count % size == 0:
            return f"{count // size} {unit}"
    return f"{count} bytes"


def template(value: object) -> Optional[str]:
    """A key as the catalogue writes it, with <> for what is not known; None when nothing is known of it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Text):
        return "".join("<>" if part is None else part for part in value.parts)
    return None


class Reading:
    """Everything that one distribution says of its keys."""

    def __init__(self, distribution: Distribution) -> None:
        self.distribution = distribution
        self.interpreter = Interpreter(distribution, self._observe, self._is_configured)
        self.read: Dict[str, Set[str]] = {}
        self.prefixes: Dict[str, Set[str]] = {}
        self.mentioned: Dict[str, Set[str]] = {}
        self.unresolved: Set[str] = set()
        self._configured: Dict[str, bool] = {}
        self._fields: Dict[Tuple[str, ...], Tuple[str, Field]] = {}

    def run(self) -> Dict[str, Any]:
        """Read all classes; the result as JSON."""
        for found in self.distribution.classes():
            configured = self._is_configured(found.name)
            if configured:
                self._run_methods(found)
            if not found.name.endswith("/ConfigConstants"):
                self._collect_strings(found, configured)
        return self._result()

    def _is_configured(self, name: str) -> bool:
        """Whether the class has to do with a configuration at all."""
        if name not in self._configured:
            found = self.distribution.get(name)
            self._configured[name] = found is not None and (found.mentions(CONFIG.encode()) or self._is_configured(found.parent))
        return self._configured[name]

    def _run_methods(self, found: ClassFile) -> None:
        statics = self.interpreter.initialised(found)
        for name, value in statics.items():
            field = found.fields.get(name)
            if isinstance(value, Option) and field is not None and value.origin[0].startswith(found.name + "."):
                # An option may stand in a second field, which is an old name of the first.
                known = self._fields.get(value.origin, (found.name, field)) if field.deprecated else (found.name, field)
                self._fields[value.origin] = known
            if isinstance(value, Array) and value.items and all(isinstance(item, str) and PREFIX.match(item) for item in value.items):
                for item in value.items:
                    self.prefixes.setdefault(str(item), set()).add(found.name)
        if found.name in OPTION_CLASSES or found.name.startswith(CONFIG + "ConfigOption"):
            return
        for method in found.methods:
            if method.code is None or method.name == "<clinit>":
                continue
            places: List[object] = [] if method.flags & STATIC else [Instance(found.name)]
            for kind in parameters(method.descriptor)[0]:
                places += [UNKNOWN, FILLER] if kind in "JD" else [UNKNOWN]
            self.interpreter.call(found, method, places, ())

    def _observe(self, caller: Tuple[str, ...], member: Member, arguments: Sequence[object]) -> None:
        if STRING not in member.descriptor:
            return
        reader = caller[-1].partition(".")[0]
        wanted = parameters(member.descriptor)[0]
        given = arguments[len(arguments) - len(wanted):]
        if member.owner == "java/lang/String":
            if member.name == "startsWith" and self._is_configured(reader) and not isinstance(arguments[0], str):
                self._note(self.prefixes, given[0], PREFIX, reader)
        elif member.name in PREFIXED or member.name == "<init>" and member.owner.endswith("/DelegatingConfiguration"):
            for value in _of_type(STRING, wanted, given):
                self._note(self.prefixes, value, PREFIX, reader)
        elif "[" + STRING in wanted:
            self._observe_lists(wanted, given, reader)
        elif _reads(member, wanted) and not self._note(self.read, _absolute(arguments[0], given[0]), None, reader):
            self.unresolved.add(f"{reader} reads a key that is not known ({member.name})")

    def _observe_lists(self, wanted: Sequence[str], given: Sequence[object], reader: str) -> None:
        configured = any(kind.startswith("L" + CONFIG) for kind in wanted)
        for value in _of_type("[" + STRING, wanted, given):
            for item in value.items if isinstance(value, Array) else ():
                self._note(self.prefixes, item, PREFIX, reader)
                if configured:
                    # ConfigurationUtil.getStringWithDeprecatedKeys(configuration, key, default, old keys...), up to 1.4.
                    self._note(self.read, item, KEY, reader)

    @staticmethod
    def _note(into: Dict[str, Set[str]], value: object, shape: Optional["re.Pattern[str]"], reader: str) -> bool:
        text = template(value)
        if text is None or (shape is not None and not shape.match(text)):
            return False
        into.setdefault(text, set()).add(reader)
        return True

    def _collect_strings(self, found: ClassFile, configured: bool) -> None:
        wanted = {text for text in found.strings() if KEY.match(text) and not NO_KEY.match(text) or configured and PREFIX.match(text)}
        if not wanted:
            return
        loaded: Set[object] = set()
        for method in found.methods:
            for instruction in instructions(method.code or b""):
                if instruction.opcode in (0x12, 0x13):
                    loaded.add(found.constant(instruction.operand))
        for text in wanted & loaded:
            self.mentioned.setdefault(text, set()).add(found.name)

    def _result(self) -> Dict[str, Any]:
        options: Dict[str, Any] = {}
        for origin, option in sorted(self.interpreter.options.items(), key=lambda each: self._rank(each[0])):
            key = template(option.key)
            if key is None:
                self.unresolved.add(f"{origin[-1].partition('(')[0]} makes an option whose key is not known")
            elif key not in options:
                options[key] = self._option(origin, option)
        declared = set(options) | {each["key"] for option in options.values() for key in ("deprecated_keys", "fallback_keys") for each in option.get(key, [])}
        known = declared | set(self.read) | self.distribution.script_keys
        return {
            "jars": dict(sorted(self.distribution.jars.items())),
            "options": dict(sorted(options.items())),
            "read": _sorted(self.read, declared),
            "prefixes": _sorted(self.prefixes, set()),
            "script": sorted(self.distribution.script_keys - declared),
            "mentioned": _sorted(self.mentioned, known | set(self.prefixes)),
            "modules": self._modules(options),
            "unresolved": sorted(self.unresolved),
        }

    def _modules(self, options: Dict[str, Any]) -> Dict[str, str]:
        """The modules of the classes that read keys or declare options."""
        classes = {reader for readers in self.read.values() for reader in readers} | {option["class"].replace(".", "/") for option in options.values()}
        return {name: self.distribution.module(name) for name in sorted(classes)}

    def _rank(self, origin: Tuple[str, ...]) -> Tuple[bool, bool, bool, bool, Tuple[str, ...]]:
        """Of the places that declare one key, fields in classes of options come first, and those that are not deprecated."""
        owner, field = self._fields.get(origin, ("", None))
        known = self.interpreter.options[origin].default is not UNKNOWN
        return field is None, not re.search(r"Options(Internal)?\Z", owner), field is not None and field.deprecated, not known, origin

    def _option(self, origin: Tuple[str, ...], option: Option) -> Dict[str, Any]:
        owner, field = self._fields.get(origin, (origin[-1].partition(".")[0], None))
        kind = option.kind
        if kind == "unknown" and field is not None:
            # Of an option in the old form whose default is worked out at run time, the declaration still has the type.
            kind = TYPE_ARGUMENTS.get(field.signature.partition("<")[2].rpartition(">")[0], kind)
        found: Dict[str, Any] = {"type": kind, "default": self._shown(option.default), "class": owner.replace("/", ".")}
        if option.is_list:
            found["list"] = True
        if field is not None and field.deprecated:
            found["deprecated"] = True
        if option.enum:
            found["enum"] = self.choices(option.enum)
        for name, old in (("deprecated_keys", True), ("fallback_keys", False)):
            keys = [{"key": template(key) or "<>"} for key, is_old in option.fallbacks if is_old is old]
            if keys:
                found[name] = keys
        return found

    def _shown(self, value: object) -> Any:
        if isinstance(value, Instance) and value.fields.get("own toString"):
            value.fields["shown"] = self._spelling(value)
        return describe(value)

    def _spelling(self, constant: Instance) -> str:
        """The word for a constant of an enum: what its toString gives, else its name."""
        name = constant.fields["enum name"]
        own = self.interpreter.find(constant.name, "toString", "()" + STRING) if constant.fields.get("own toString") else None
        said = self.interpreter.call(*own, [constant], ()) if own is not None else name
        if not isinstance(said, str):
            self.unresolved.add(f"{constant.name} has a toString that could not be worked out")
        return said if isinstance(said, str) else str(name)

    def choices(self, enum: str) -> List[str]:
        """The words that an option of this enum takes; none when no jar has the class."""
        found = self.distribution.get(enum)
        if found is None:
            self.unresolved.add(f"{enum} is in no jar")
            return []
        statics = self.interpreter.initialised(found)
        words = []
        for field in found.fields.values():
            if field.flags & ENUM and not field.flags & SYNTHETIC:
                constant = statics.get(field.name, UNKNOWN)
                words.append(self._spelling(constant) if isinstance(constant, Instance) and "enum name" in constant.fields else field.name)
        return words


def _of_type(kind: str, wanted: Sequence[str], given: Sequence[object]) -> List[object]:
    return [value for each, value in zip(wanted, given) if each == kind]


def _reads(member: Member, wanted: Sequence[str]) -> bool:
    """Whether this is a method of a configuration that is given a key."""
    configuration = member.owner.startswith(CONFIG) and member.owner not in OPTION_CLASSES and member.owner != MEMORY_SIZE
    return configuration and wanted[:1] == [STRING] and member.name.startswith(("get", "contains", "remove"))


def _absolute(configuration: object, name: object) -> object:
    """The whole key: a DelegatingConfiguration puts its prefix before what it is asked for."""
    if isinstance(configuration, Instance) and configuration.name.endswith("/DelegatingConfiguration") and template(name) is not None:
        return concatenated([configuration.fields.get("prefix", UNKNOWN), name])
    return name


def _sorted(found: Dict[str, Set[str]], without: Iterable[str]) -> Dict[str, List[str]]:
    left_out = set(without)
    return {key: sorted(readers) for key, readers in sorted(found.items()) if key not in left_out}
