# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Class files as data: constants, fields, methods, and the instructions of a method.

After The Java Virtual Machine Specification, chapters 4 (the format) and 6 (the instructions). Only what the rest of this
package asks for is kept; everything else is skipped by its length.
"""

from __future__ import annotations

import struct
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

Number = Union[int, float]

STATIC, ABSTRACT, ENUM, SYNTHETIC = 0x0008, 0x0400, 0x4000, 0x1000

# Tag of a constant -> struct format of what follows; UTF-8 is read apart.
_FORMATS = {
    3: ">i", 4: ">f", 5: ">q", 6: ">d", 7: ">H", 8: ">H", 9: ">HH", 10: ">HH", 11: ">HH", 12: ">HH", 15: ">BH", 16: ">H", 17: ">HH", 18: ">HH",
    19: ">H", 20: ">H",
}
_UTF8, _INTEGER, _FLOAT, _LONG, _DOUBLE, _CLASS, _STRING = 1, 3, 4, 5, 6, 7, 8


class NotAClass(Exception):
    """What is read is no class file, or is cut short."""


class ClassRef(NamedTuple):
    """A class as a value (Foo.class); ``name`` has slashes."""

    name: str


class Member(NamedTuple):
    """A field or a method as an instruction names it."""

    owner: str
    name: str
    descriptor: str


class Dynamic(NamedTuple):
    """What invokedynamic calls: name and type, the method that links it, and that method's own constants."""

    name: str
    descriptor: str
    linker: Member
    arguments: Tuple[object, ...]


class Field(NamedTuple):
    """A field; ``constant`` is the value of a compile-time constant, which the compiler has put into all that use it.

    ``signature`` is the type with its type arguments, "" when it has none.
    """

    flags: int
    name: str
    descriptor: str
    constant: object
    deprecated: bool
    signature: str


class Method(NamedTuple):
    """A method; ``code`` is None without a body. ``handlers`` are (first, behind the last, where to) of exception handlers."""

    flags: int
    name: str
    descriptor: str
    code: Optional[bytes]
    locals: int
    handlers: Tuple[Tuple[int, int, int], ...]


class Instruction(NamedTuple):
    """``operand`` is an index, a value or a jump target; ``targets`` are all targets of a jump or switch."""

    at: int
    opcode: int
    operand: int
    targets: Tuple[int, ...]
    after: int
    extra: int = 0


class ClassFile:
    """One parsed class."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._parse()
        except (struct.error, IndexError, KeyError) as error:
            raise NotAClass(f"not a class file: {error!r}") from error

    def _parse(self) -> None:
        data = self._data
        magic, minor, major, count = struct.unpack_from(">IHHH", data)
        if magic != 0xCAFEBABE:
            raise NotAClass("not a class file: it does not begin with CAFEBABE")
        self._tags = [0] * count
        self._raw: List[object] = [None] * count
        at = self._read_constants(10, count)
        self.flags, this, parent, interfaces = struct.unpack_from(">HHHH", data, at)
        self.name = self._class_name(this)
        self.parent = self._class_name(parent) if parent else ""
        at += 8 + 2 * interfaces
        self.fields: Dict[str, Field] = {}
        self.methods: List[Method] = []
        self._linkers: List[Tuple[int, Tuple[int, ...]]] = []
        for fields in (True, False):
            (entries,) = struct.unpack_from(">H", data, at)
            at += 2
            for dummy in range(entries):
                at = self._read_member(at, fields)
        self._read_linkers(at)

    def _read_constants(self, at: int, count: int) -> int:
        data, tags, raw = self._data, self._tags, self._raw
        index = 1
        while index < count:
            tag = data[at]
            tags[index] = tag
            if tag == _UTF8:
                (length,) = struct.unpack_from(">H", data, at + 1)
                raw[index] = data[at + 3:at + 3 + length]
                at += 3 + length
            else:
                form = _FORMATS[tag]
                values = struct.unpack_from(form, data, at + 1)
                raw[index] = values if len(values) > 1 else values[0]
                at += 1 + struct.calcsize(form)
            index += 2 if tag in (_LONG, _DOUBLE) else 1
        return at

    def text(self, index: int) -> str:
        """The UTF-8 constant ``index``, which Java writes in a way of its own: NUL as two bytes, and surrogates one by one."""
        raw = self._raw[index]
        assert isinstance(raw, bytes)
        return raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")

    def _number(self, index: int) -> int:
        raw = self._raw[index]
        assert isinstance(raw, int)
        return raw

    def _pair(self, index: int) -> Tuple[int, int]:
        raw = self._raw[index]
        assert isinstance(raw, tuple)
        return raw[0], raw[1]

    def _class_name(self, index: int) -> str:
        return self.text(self._number(index))

    def constant(self, index: int) -> object:
        """What `ldc` of ``index`` puts on the stack: a number, a string, a ClassRef, or None for what is not modelled."""
        tag = self._tags[index]
        if tag in (_INTEGER, _FLOAT, _LONG, _DOUBLE):
            return self._raw[index]
        if tag == _STRING:
            return self.text(self._number(index))
        if tag == _CLASS:
            return ClassRef(self._class_name(index))
        if tag == 15:
            return self.member(self._pair(index)[1])
        return None

    def is_wide(self, index: int) -> bool:
        """Whether the constant takes two places on the stack."""
        return self._tags[index] in (_LONG, _DOUBLE)

    def member(self, index: int) -> Member:
        """The field or method that the constant ``index`` names."""
        owner, name_and_type = self._pair(index)
        name, descriptor = self._pair(name_and_type)
        return Member(self._class_name(owner), self.text(name), self.text(descriptor))

    def class_at(self, index: int) -> str:
        """The name of the class that the constant ``index`` names."""
        return self._class_name(index)

    def dynamic(self, index: int) -> Dynamic:
        """What the invokedynamic constant ``index`` calls."""
        linker, name_and_type = self._pair(index)
        name, descriptor = self._pair(name_and_type)
        handle, arguments = self._linkers[linker]
        return Dynamic(self.text(name), self.text(descriptor), self.member(self._pair(handle)[1]), tuple(map(self.constant, arguments)))

    def mentions(self, part: bytes) -> bool:
        """Whether the class names something with this in its name, be it in a descriptor only."""
        return part in self._data

    def strings(self) -> Iterator[str]:
        """All string constants, those too that no instruction loads."""
        for index, tag in enumerate(self._tags):
            if tag == _STRING:
                yield self.text(self._number(index))

    def method(self, name: str, descriptor: str) -> Optional[Method]:
        """The method of this very class."""
        return next((each for each in self.methods if each.name == name and each.descriptor == descriptor), None)

    def _read_member(self, at: int, field: bool) -> int:
        data = self._data
        flags, name, descriptor, attributes = struct.unpack_from(">HHHH", data, at)
        at += 8
        constant: object = None
        deprecated = False
        signature = ""
        code: Optional[bytes] = None
        most_locals = 0
        handlers: Tuple[Tuple[int, int, int], ...] = ()
        for dummy in range(attributes):
            attribute, length = struct.unpack_from(">HI", data, at)
            at += 6
            kind = self._raw[attribute]
            if kind == b"ConstantValue":
                constant = self.constant(struct.unpack_from(">H", data, at)[0])
            elif kind == b"Deprecated":
                deprecated = True
            elif kind == b"Signature":
                signature = self.text(struct.unpack_from(">H", data, at)[0])
            elif kind == b"Code":
                code, most_locals, handlers = self._read_code(at)
            at += length
        if field:
            self.fields[self.text(name)] = Field(flags, self.text(name), self.text(descriptor), constant, deprecated, signature)
        else:
            self.methods.append(Method(flags, self.text(name), self.text(descriptor), code, most_locals, handlers))
        return at

    def _read_code(self, at: int) -> Tuple[bytes, int, Tuple[Tuple[int, int, int], ...]]:
        stack, most_locals, length = struct.unpack_from(">HHI", self._data, at)
        at += 8
        code = self._data[at:at + length]
        at += length
        (handlers,) = struct.unpack_from(">H", self._data, at)
        table = tuple(struct.unpack_from(">HHH", self._data, at + 2 + 8 * number) for number in range(handlers))
        return code, most_locals, table

    def _read_linkers(self, at: int) -> None:
        data = self._data
        (attributes,) = struct.unpack_from(">H", data, at)
        at += 2
        for dummy in range(attributes):
            attribute, length = struct.unpack_from(">HI", data, at)
            at += 6
            if self._raw[attribute] == b"BootstrapMethods":
                place = at + 2
                while place < at + length:
                    handle, count = struct.unpack_from(">HH", data, place)
                    self._linkers.append((handle, struct.unpack_from(f">{count}H", data, place + 4)))
                    place += 4 + 2 * count
            at += length


# Opcodes by what follows them; all others stand alone.
_ONE_BYTE = {0x10, 0x12, 0xBC} | set(range(0x15, 0x1A)) | set(range(0x36, 0x3B)) | {0xA9}
_TWO_BYTES = {0x11, 0x13, 0x14} | set(range(0xB2, 0xB9)) | {0xBB, 0xBD, 0xC0, 0xC1}
_JUMPS = set(range(0x99, 0xA9)) | {0xC6, 0xC7}
_TABLESWITCH, _LOOKUPSWITCH, _WIDE, _IINC, _INVOKEINTERFACE, _INVOKEDYNAMIC, _MULTIANEWARRAY = 0xAA, 0xAB, 0xC4, 0x84, 0xB9, 0xBA, 0xC5


def instructions(code: bytes) -> Iterator[Instruction]:
    """The instructions of a method's body."""
    at = 0
    while at < len(code):
        opcode = code[at]
        if opcode in _ONE_BYTE:
            operand = code[at + 1] if opcode != 0x10 else struct.unpack_from(">b", code, at + 1)[0]
            instruction = Instruction(at, opcode, operand, (), at + 2)
        elif opcode in _TWO_BYTES:
            instruction = Instruction(at, opcode, struct.unpack_from(">h" if opcode == 0x11 else ">H", code, at + 1)[0], (), at + 3)
        elif opcode in _JUMPS:
            target = at + struct.unpack_from(">h", code, at + 1)[0]
            instruction = Instruction(at, opcode, target, (target,), at + 3)
        else:
            instruction = _other(code, at, opcode)
        yield instruction
        at = instruction.after


def _other(code: bytes, at: int, opcode: int) -> Instruction:
    if opcode in (_TABLESWITCH, _LOOKUPSWITCH):
        return _switch(code, at, opcode)
    if opcode == _WIDE:
        (index,) = struct.unpack_from(">H", code, at + 2)
        extra = struct.unpack_from(">h", code, at + 4)[0] if code[at + 1] == _IINC else 0
        return Instruction(at, code[at + 1], index, (), at + (6 if code[at + 1] == _IINC else 4), extra)
    if opcode == _IINC:
        return Instruction(at, opcode, code[at + 1], (), at + 3, struct.unpack_from(">b", code, at + 2)[0])
    if opcode in (_INVOKEINTERFACE, _INVOKEDYNAMIC):
        return Instruction(at, opcode, struct.unpack_from(">H", code, at + 1)[0], (), at + 5)
    if opcode == _MULTIANEWARRAY:
        return Instruction(at, opcode, struct.unpack_from(">H", code, at + 1)[0], (), at + 4, code[at + 3])
    if opcode in (0xC8, 0xC9):
        target = at + struct.unpack_from(">i", code, at + 1)[0]
        return Instruction(at, opcode, target, (target,), at + 5)
    return Instruction(at, opcode, 0, (), at + 1)


def _switch(code: bytes, at: int, opcode: int) -> Instruction:
    place = at + 4 - at % 4
    default, low = struct.unpack_from(">ii", code, place)
    if opcode == _TABLESWITCH:
        (high,) = struct.unpack_from(">i", code, place + 8)
        count, place, step = high - low + 1, place + 12, 4
    else:
        count, place, step = low, place + 8 + 4, 8
    offsets = [struct.unpack_from(">i", code, place + step * number)[0] for number in range(count)]
    after = place + step * count - (0 if step == 4 else 4)
    return Instruction(at, opcode, at + default, tuple(at + offset for offset in (default, *offsets)), after)


def parameters(descriptor: str) -> Tuple[List[str], str]:
    """("(IJ[Ljava/lang/String;)V") -> (["I", "J", "[Ljava/lang/String;"], "V")"""
    found: List[str] = []
    at = 1
    while descriptor[at] != ")":
        start = at
        while descriptor[at] == "[":
            at += 1
        at = descriptor.index(";", at) + 1 if descriptor[at] == "L" else at + 1
        found.append(descriptor[start:at])
    return found, descriptor[at + 1:]
