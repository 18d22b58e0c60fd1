# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small class files, so that a test can say in full what it reads."""

from __future__ import annotations

import struct
from typing import Dict, List, Sequence, Tuple

STATIC = 0x0008
RETURN, ARETURN, DUP, AASTORE, ACONST_NULL = b"\xb1", b"\xb0", b"\x59", b"\x53", b"\x01"


class ClassWriter:
    """One class; what makes an instruction gives its bytes, so that the code of a method is their concatenation."""

    def __init__(self, name: str, parent: str = "java/lang/Object") -> None:
        self._pool: List[bytes] = []
        self._known: Dict[bytes, int] = {}
        self._fields: List[bytes] = []
        self._methods: List[bytes] = []
        self.name = name
        self._this, self._parent = self._class(name), self._class(parent)

    def _add(self, entry: bytes) -> int:
        if entry not in self._known:
            self._known[entry] = len(self._pool) + 1
            self._pool.append(entry)
            if entry[0] in (5, 6):
                self._pool.append(b"")
        return self._known[entry]

    def _utf8(self, text: str) -> int:
        data = text.encode()
        return self._add(struct.pack(">BH", 1, len(data)) + data)

    def _class(self, name: str) -> int:
        return self._add(struct.pack(">BH", 7, self._utf8(name)))

    def _member(self, tag: int, owner: str, name: str, descriptor: str) -> int:
        both = self._add(struct.pack(">BHH", 12, self._utf8(name), self._utf8(descriptor)))
        return self._add(struct.pack(">BHH", tag, self._class(owner), both))

    def ldc(self, value: object) -> bytes:
        """A string, a whole number or a long (as (number,)) onto the stack."""
        if isinstance(value, str):
            return struct.pack(">BH", 0x13, self._add(struct.pack(">BH", 8, self._utf8(value))))
        if isinstance(value, tuple):
            return struct.pack(">BH", 0x14, self._add(struct.pack(">Bq", 5, value[0])))
        return struct.pack(">BH", 0x13, self._add(struct.pack(">Bi", 3, value)))

    def static(self, owner: str, name: str, descriptor: str) -> bytes:
        """invokestatic"""
        return struct.pack(">BH", 0xB8, self._member(10, owner, name, descriptor))

    def virtual(self, owner: str, name: str, descriptor: str) -> bytes:
        """invokevirtual"""
        return struct.pack(">BH", 0xB6, self._member(10, owner, name, descriptor))

    def special(self, owner: str, name: str, descriptor: str) -> bytes:
        """invokespecial"""
        return struct.pack(">BH", 0xB7, self._member(10, owner, name, descriptor))

    def new(self, owner: str) -> bytes:
        """An object made by the constructor without arguments."""
        return struct.pack(">BH", 0xBB, self._class(owner)) + DUP + self.special(owner, "<init>", "()V")

    def get(self, owner: str, name: str, descriptor: str) -> bytes:
        """getstatic"""
        return struct.pack(">BH", 0xB2, self._member(9, owner, name, descriptor))

    def put(self, name: str, descriptor: str) -> bytes:
        """putstatic of a field of this class"""
        return struct.pack(">BH", 0xB3, self._member(9, self.name, name, descriptor))

    def strings(self, values: Sequence[str]) -> bytes:
        """new String[] {...}"""
        code = struct.pack(">BbBH", 0x10, len(values), 0xBD, self._class("java/lang/String"))
        for number, value in enumerate(values):
            code += DUP + struct.pack(">Bb", 0x10, number) + self.ldc(value) + AASTORE
        return code

    def field(self, name: str, descriptor: str, constant: str = "", signature: str = "", deprecated: bool = False) -> None:
        """A static field."""
        attributes = []
        if constant:
            attributes.append(self._attribute("ConstantValue", struct.pack(">H", self._add(struct.pack(">BH", 8, self._utf8(constant))))))
        if signature:
            attributes.append(self._attribute("Signature", struct.pack(">H", self._utf8(signature))))
        if deprecated:
            attributes.append(self._attribute("Deprecated", b""))
        self._fields.append(self._header(name, descriptor, attributes))

    def method(self, name: str, descriptor: str, code: bytes, places: int = 4, handlers: Sequence[Tuple[int, int, int]] = ()) -> None:
        """A static method."""
        table = b"".join(struct.pack(">HHHH", *handler, 0) for handler in handlers)
        body = struct.pack(">HHI", 20, places, len(code)) + code + struct.pack(">H", len(handlers)) + table + struct.pack(">H", 0)
        self._methods.append(self._header(name, descriptor, [self._attribute("Code", body)]))

    def _attribute(self, name: str, data: bytes) -> bytes:
        return struct.pack(">HI", self._utf8(name), len(data)) + data

    def _header(self, name: str, descriptor: str, attributes: Sequence[bytes]) -> bytes:
        return struct.pack(">HHHH", STATIC, self._utf8(name), self._utf8(descriptor), len(attributes)) + b"".join(attributes)

    def data(self) -> bytes:
        """The class file."""
        members = b"".join(struct.pack(">H", len(each)) + b"".join(each) for each in (self._fields, self._methods))
        head = struct.pack(">IHHH", 0xCAFEBABE, 0, 52, len(self._pool) + 1) + b"".join(self._pool)
        return head + struct.pack(">HHHH", 0x21, self._this, self._parent, 0) + members + struct.pack(">H", 0)
