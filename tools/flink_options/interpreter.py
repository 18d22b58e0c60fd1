# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs methods of class files on values that may be unknown (abstract interpretation).

Both ways of every condition are gone, and where ways meet only what they agree on is known: so a value that comes out is
the value, whatever the environment, and no method has to end. Calls into the distribution are followed, calls into the
Java library are looked up in values.LIBRARY, everything else gives UNKNOWN.
"""

from __future__ import annotations

import heapq
from typing import Callable, Dict, FrozenSet, List, Optional, Protocol, Sequence, Set, Tuple

from .classfile import ClassFile, Instruction, Member, Method, instructions, parameters
from .values import CONFIG, FILLER, LIBRARY, LIBRARY_FIELDS, OPTION_CLASSES, UNKNOWN, Array, Builder, Entries, Instance, Option, Text
from .values import concatenated, join, option_call, same

DEEPEST = 6
LONGEST = 6000
REMEMBERED = 5000
BUILDERS = {"java/lang/StringBuilder", "java/lang/StringBuffer", "scala/collection/mutable/StringBuilder"}
MAPS = {"java/util/HashMap", "java/util/LinkedHashMap", "java/util/TreeMap"}
# Texts for people, and what only looks at its arguments: not worth following.
OPAQUE = (CONFIG + "description/", "org/apache/flink/shaded/", "org/slf4j/", "java/", "javax/", "scala/")

State = Tuple[Tuple[object, ...], Tuple[object, ...]]
Caller = Tuple[str, ...]


class Classes(Protocol):
    """Where classes come from."""

    def get(self, name: str) -> Optional[ClassFile]:
        """The class of this name; None when the distribution has none."""


#: Called for every call with the caller, what is called and with which values.
Observer = Callable[[Caller, Member, Sequence[object]], None]


class Body:
    """The instructions of a method, and what may be left out of them."""

    def __init__(self, method: Method) -> None:
        listed = list(instructions(method.code or b""))
        self.at = {instruction.at: instruction for instruction in listed}
        self.handlers = [to for first, last, to in method.handlers]
        self.joins = {target for instruction in listed for target in instruction.targets} | set(self.handlers)
        self._spans = [(instruction.at, target) for instruction in listed for target in instruction.targets]
        self._regions: Dict[int, FrozenSet[int]] = {}

    def region(self, at: int) -> FrozenSet[int]:
        """The jumps that leave the instruction out or repeat it; empty for what every run executes once."""
        if at not in self._regions:
            around = {source for source, target in self._spans if source < at < target or target <= at <= source}
            # Where the block before a handler ends in a return, no jump leads around the handler.
            around |= {-to for to in self.handlers if to <= at and not any(source < to < target for source, target in self._spans)}
            self._regions[at] = frozenset(around)
        return self._regions[at]


class Interpreter:
    """Runs methods; what static fields hold is worked out once for each class."""

    def __init__(self, classes: Classes, observer: Optional[Observer] = None, worth_following: Optional[Callable[[str], bool]] = None) -> None:
        """``worth_following`` says of a class whether calls into it are followed outside of initialisers when they give no string."""
        self.classes = classes
        self.observer = observer
        self.worth_following = worth_following
        self._initialisers = 0
        self.options: Dict[Tuple[str, ...], Option] = {}
        self.statics: Dict[str, Dict[str, object]] = {}
        self._bodies: Dict[Tuple[str, str, str], Body] = {}
        self._running: List[Tuple[str, str, str]] = []

    def static(self, owner: str, name: str) -> object:
        """The value of a static field after its class was initialised."""
        found = self._declaring_class(owner, name)
        if found is None:
            return LIBRARY_FIELDS.get((owner, name), UNKNOWN)
        constant = found.fields[name].constant
        return constant if constant is not None else self.initialised(found).get(name, UNKNOWN)

    def initialised(self, found: ClassFile) -> Dict[str, object]:
        """The static fields of a class that its initialiser writes."""
        if found.name not in self.statics:
            self.statics[found.name] = {}
            method = found.method("<clinit>", "()V")
            if method is not None:
                # Where a class is first used has no bearing on what its initialiser does.
                running, self._running = self._running, []
                self._initialisers += 1
                self.call(found, method, [], ())
                self._initialisers -= 1
                self._running = running
        return self.statics[found.name]

    def body(self, found: ClassFile, method: Method) -> Body:
        """The instructions of a method."""
        identity = (found.name, method.name, method.descriptor)
        if identity not in self._bodies:
            if len(self._bodies) >= REMEMBERED:
                self._bodies.clear()
            self._bodies[identity] = Body(method)
        return self._bodies[identity]

    def call(self, found: ClassFile, method: Method, arguments: Sequence[object], caller: Caller) -> object:
        """Run one method; gives what it returns."""
        identity = (found.name, method.name, method.descriptor)
        if method.code is None or identity in self._running or len(self._running) > DEEPEST or len(method.code) > LONGEST and caller:
            return UNKNOWN
        self._running.append(identity)
        try:
            return _Frame(self, found, method, arguments, caller).run()
        finally:
            self._running.pop()

    def follows(self, found: ClassFile, method: Method) -> bool:
        """Whether what the method does, or gives, can matter."""
        if self._initialisers or self.worth_following is None or method.descriptor.endswith(")Ljava/lang/String;"):
            return True
        return self.worth_following(found.name)

    def find(self, owner: str, name: str, descriptor: str) -> Optional[Tuple[ClassFile, Method]]:
        """The method that a call on ``owner`` runs, its own or an inherited one."""
        seen: Set[str] = set()
        while owner and owner not in seen and not owner.startswith(OPAQUE):
            seen.add(owner)
            found = self.classes.get(owner)
            if found is None:
                return None
            method = found.method(name, descriptor)
            if method is not None:
                return found, method
            owner = found.parent
        return None

    def _declaring_class(self, owner: str, name: str) -> Optional[ClassFile]:
        found = self.classes.get(owner)
        while found is not None and name not in found.fields:
            found = self.classes.get(found.parent) if found.parent else None
        return found


class _Frame:
    """One run of one method."""

    def __init__(self, interpreter: Interpreter, found: ClassFile, method: Method, arguments: Sequence[object], caller: Caller) -> None:
        self.interpreter = interpreter
        self.found = found
        self.method = method
        self.where = f"{found.name}.{method.name}{method.descriptor}"
        self.caller = caller
        self.body = interpreter.body(found, method)
        self.result: object = None
        self.returned = False
        self.written: Dict[str, object] = {}
        places: List[object] = list(arguments) + [UNKNOWN] * max(0, method.locals - len(arguments))
        self.states: Dict[int, State] = {0: ((), tuple(places))}
        for to in self.body.handlers:
            self.states[to] = ((UNKNOWN,), tuple([UNKNOWN] * len(places)))

    def run(self) -> object:
        """Go all ways until nothing changes."""
        work = sorted(self.states)
        while work:
            at = heapq.heappop(work)
            while work and work[0] == at:
                heapq.heappop(work)
            stack, places = self.states[at]
            self._run_from(at, list(stack), list(places), work)
        return self.result if self.returned else UNKNOWN

    def _run_from(self, at: int, stack: List[object], places: List[object], work: List[int]) -> None:
        while True:
            instruction = self.body.at.get(at)
            if instruction is None:
                return
            self.stack, self.places, self.at = stack, places, at
            self.region = self.body.region(at)
            goes_on = self._execute(instruction)
            for target in instruction.targets:
                self._meet(target, work)
            if not goes_on:
                return
            at = instruction.after
            if at in self.body.joins:
                self._meet(at, work)
                return

    def _meet(self, at: int, work: List[int]) -> None:
        new = (tuple(self.stack), tuple(self.places))
        old = self.states.get(at)
        if old is not None:
            if len(old[0]) != len(new[0]):
                return
            new = (tuple(map(join, old[0], new[0])), tuple(map(join, old[1], new[1])))
            if all(map(same, old[0], new[0])) and all(map(same, old[1], new[1])):
                return
        self.states[at] = new
        heapq.heappush(work, at)

    # What single instructions do. Each gives whether the next one follows.

    def _execute(self, instruction: Instruction) -> bool:
        opcode = instruction.opcode
        simple = _SIMPLE.get(opcode)
        if simple is not None:
            taken, given = simple
            if taken:
                del self.stack[-taken:]
            self.stack += given
            return True
        return _HANDLERS[opcode](self, instruction)

    def pop(self, count: int = 1) -> List[object]:
        """The ``count`` topmost values."""
        taken = self.stack[-count:] if count else []
        if count:
            del self.stack[-count:]
        return taken

    def push(self, value: object, wide: bool = False) -> None:
        """One value, which takes two places when it is wide."""
        self.stack += [value, FILLER] if wide else [value]

    def ldc(self, instruction: Instruction) -> bool:
        """A constant; None stands for null, so one that is not modelled is unknown."""
        value = self.found.constant(instruction.operand)
        self.push(UNKNOWN if value is None else value, self.found.is_wide(instruction.operand))
        return True

    def load(self, index: int, wide: bool) -> bool:
        """A local variable to the stack."""
        self.push(self.places[index], wide)
        return True

    def store(self, index: int, wide: bool) -> bool:
        """The top of the stack to a local variable."""
        if wide:
            self.pop()
            self.places[index + 1] = FILLER
        self.places[index] = self.pop()[0]
        return True

    def increment(self, instruction: Instruction) -> bool:
        """iinc"""
        value = self.places[instruction.operand]
        self.places[instruction.operand] = value + instruction.extra if isinstance(value, int) else UNKNOWN
        return True

    def arithmetic(self, instruction: Instruction) -> bool:
        """add, sub, mul, div, rem, neg, shifts and bits of whole numbers and of floating ones."""
        operation, kind = divmod(instruction.opcode - 0x60, 4)
        wide = kind in (1, 3)
        if operation == 5:
            value = self.pop(2 if wide else 1)[0]
            self.push(-value if isinstance(value, (int, float)) else UNKNOWN, wide)
            return True
        right = self.pop(2 if wide else 1)[0]
        left = self.pop(2 if wide else 1)[0]
        self.push(_computed(operation, left, right, kind), wide)
        return True

    def bits(self, instruction: Instruction) -> bool:
        """Shifts and logical operations."""
        operation, wide = divmod(instruction.opcode - 0x78, 2)
        shift = operation < 3
        right = self.pop(1 if shift or not wide else 2)[0]
        left = self.pop(2 if wide else 1)[0]
        self.push(_combined(operation, left, right, bool(wide)), bool(wide))
        return True

    def convert(self, instruction: Instruction) -> bool:
        """i2l and its like."""
        source, target = _CONVERSIONS[instruction.opcode]
        value = self.pop(2 if source in "LD" else 1)[0]
        if isinstance(value, (int, float)):
            value = float(value) if target in "FD" else _wrapped(int(value), {"L": 64, "I": 32, "B": 8, "C": 16, "S": 16}[target])
        self.push(value if isinstance(value, (int, float)) else UNKNOWN, target in "LD")
        return True

    def switch(self, instruction: Instruction) -> bool:
        """tableswitch, lookupswitch: the targets are all that follows."""
        self.pop()
        return False

    def conditional(self, instruction: Instruction) -> bool:
        """if...: both ways."""
        self.pop(2 if 0x9F <= instruction.opcode <= 0xA6 else 1)
        return True

    def jump(self, instruction: Instruction) -> bool:
        """goto"""
        return False

    def give(self, instruction: Instruction) -> bool:
        """A return with a value."""
        value = self.stack[-2] if instruction.opcode in (0xAD, 0xAF) else self.stack[-1]
        self.result = join(self.result, value) if self.returned else value
        self.returned = True
        return False

    def shuffle(self, instruction: Instruction) -> bool:
        """dup and its like."""
        taken, order = _SHUFFLES[instruction.opcode]
        values = self.pop(taken)
        self.stack += [values[index] for index in order]
        return True

    def get_static(self, instruction: Instruction) -> bool:
        """A static field."""
        member = self.found.member(instruction.operand)
        own = self.written.get(member.name, None) if member.owner == self.found.name else None
        self.push(own if own is not None else self.interpreter.static(member.owner, member.name), member.descriptor in "JD")
        return True

    def put_static(self, instruction: Instruction) -> bool:
        """A static field gets a value; one that is written in two places, or not always, is unknown."""
        member = self.found.member(instruction.operand)
        value = self.pop(2 if member.descriptor in "JD" else 1)[0]
        if self.method.name == "<clinit>" and member.owner == self.found.name:
            value = UNKNOWN if self.region else value
            self.interpreter.statics[self.found.name][member.name] = self.written[member.name] = value
        return True

    def get_field(self, instruction: Instruction) -> bool:
        """A field of an object."""
        member = self.found.member(instruction.operand)
        target = self.pop()[0]
        value = target.fields.get(member.name, UNKNOWN) if isinstance(target, Instance) else UNKNOWN
        self.push(value, member.descriptor in "JD")
        return True

    def put_field(self, instruction: Instruction) -> bool:
        """A field of an object gets a value; it is known only when it is its constructor that writes it."""
        member = self.found.member(instruction.operand)
        value = self.pop(2 if member.descriptor in "JD" else 1)[0]
        target = self.pop()[0]
        if isinstance(target, Instance):
            certain = self.method.name == "<init>" and not self.region
            target.fields[member.name] = value if certain else UNKNOWN
        return True

    def new(self, instruction: Instruction) -> bool:
        """An object without its constructor's work."""
        name = self.found.class_at(instruction.operand)
        if name in BUILDERS:
            self.push(Builder((self, self.region)))
        elif name in MAPS:
            self.push(Entries([]))
        else:
            self.push(Instance(name))
        return True

    def new_array(self, instruction: Instruction) -> bool:
        """An array of objects or numbers."""
        size = self.pop()[0]
        empty: object = None if instruction.opcode == 0xBD else 0
        self.push(Array([empty] * size, True, (self, self.region)) if isinstance(size, int) and 0 <= size < 500 else UNKNOWN)
        return True

    def new_arrays(self, instruction: Instruction) -> bool:
        """multianewarray"""
        self.pop(instruction.extra)
        self.push(UNKNOWN)
        return True

    def array_load(self, instruction: Instruction) -> bool:
        """An element of an array."""
        array, index = self.pop(2)
        value: object = UNKNOWN
        if isinstance(array, Array) and array.complete and isinstance(index, int) and 0 <= index < len(array.items):
            value = array.items[index]
        self.push(value, instruction.opcode in (0x2F, 0x31))
        return True

    def array_store(self, instruction: Instruction) -> bool:
        """An element gets a value."""
        value = self.pop(2 if instruction.opcode in (0x50, 0x52) else 1)[0]
        array, index = self.pop(2)
        if isinstance(array, Array):
            if isinstance(index, int) and 0 <= index < len(array.items):
                array.items[index] = value if array.region == (self, self.region) else UNKNOWN
            else:
                array.complete = False
        return True

    def dynamic(self, instruction: Instruction) -> bool:
        """invokedynamic: the concatenation of strings, or a lambda, which is unknown."""
        called = self.found.dynamic(instruction.operand)
        wanted, gives = parameters(called.descriptor)
        arguments = self._arguments(wanted)
        value: object = UNKNOWN
        if called.linker.name == "makeConcatWithConstants":
            value = _by_recipe(called.arguments, arguments)
        if gives != "V":
            self.push(value, gives in "JD")
        return True

    def invoke(self, instruction: Instruction) -> bool:
        """Any other call."""
        member = self.found.member(instruction.operand)
        wanted, gives = parameters(member.descriptor)
        arguments = self._arguments(wanted)
        if instruction.opcode != 0xB8:
            arguments.insert(0, self.pop()[0])
        value = self._called(member, arguments, instruction)
        if gives != "V":
            if gives == "Z" and isinstance(value, bool):
                value = int(value)
            self.push(value, gives in "JD")
        return True

    def _arguments(self, wanted: Sequence[str]) -> List[object]:
        found: List[object] = []
        for kind in reversed(wanted):
            found.insert(0, self.pop(2 if kind in "JD" else 1)[0])
        return found

    def _called(self, member: Member, arguments: List[object], instruction: Instruction) -> object:
        if self.interpreter.observer is not None:
            self.interpreter.observer((*self.caller, self.where), member, arguments)
        special = self._special(member, arguments)
        if special is not NotImplemented:
            return special
        target = member.owner
        if instruction.opcode in (0xB6, 0xB9):
            receiver = arguments[0]
            if not isinstance(receiver, Instance):
                return UNKNOWN
            target = receiver.name
        found = self.interpreter.find(target, member.name, member.descriptor)
        if found is None or not self.interpreter.follows(*found):
            return UNKNOWN
        wanted, dummy = parameters(member.descriptor)
        places = arguments if instruction.opcode == 0xB8 else arguments[1:]
        spread: List[object] = [] if instruction.opcode == 0xB8 else [arguments[0]]
        for kind, value in zip(wanted, places):
            spread += [value, FILLER] if kind in "JD" else [value]
        return self.interpreter.call(found[0], found[1], spread, (*self.caller, f"{self.where}@{self.at}"))

    def _special(self, member: Member, arguments: List[object]) -> object:
        if member.owner in OPTION_CLASSES:
            return self._option(member, arguments)
        first = arguments[0] if arguments else None
        if isinstance(first, Builder):
            return self._build(first, member, arguments)
        if member.name == "put" and len(arguments) == 3 and self._is_map(first):
            entries = first if isinstance(first, Entries) else first.fields.setdefault("entries", Entries([])) if isinstance(first, Instance) else None
            if isinstance(entries, Entries):
                entries.items.append((arguments[1], UNKNOWN if self.region else arguments[2]))
            return UNKNOWN
        if member.owner == "java/lang/Enum" and member.name == "<init>" and isinstance(first, Instance):
            self._name_enum(first, arguments[1])
            return None
        if isinstance(first, Instance) and _is_name(first, member.name):
            return first.fields["enum name"]
        library = LIBRARY.get((member.owner, member.name))
        if library is not None:
            return library(arguments)
        return NotImplemented

    def _is_map(self, value: object) -> bool:
        """Whether this is a map, or an object of an anonymous class that extends one."""
        found = self.interpreter.classes.get(value.name) if isinstance(value, Instance) else None
        return isinstance(value, Entries) or found is not None and found.parent in MAPS

    def _name_enum(self, constant: Instance, name: object) -> None:
        own = self.interpreter.find(constant.name, "toString", "()Ljava/lang/String;")
        constant.fields.update({"enum name": name, "own toString": own is not None})

    def _build(self, builder: Builder, member: Member, arguments: List[object]) -> object:
        if member.name == "<init>":
            if len(arguments) > 1 and not member.descriptor.startswith("(I"):
                builder.parts[self.at] = arguments[1]
            return None
        if member.name == "append" and len(arguments) == 2:
            builder.complete = builder.complete and builder.region == (self, self.region)
            builder.parts[self.at] = _as_appended(arguments[1], member.descriptor)
            return builder
        if member.name in ("toString", "result"):
            return concatenated(list(builder.parts.values())) if builder.complete else UNKNOWN
        builder.complete = False
        return UNKNOWN

    def _option(self, member: Member, arguments: List[object]) -> object:
        if member.owner == CONFIG + "ConfigOptions":
            if member.name != "key":
                return UNKNOWN
            return Option(arguments[0], (*self.caller, f"{self.where}@{self.at}"))
        if not isinstance(arguments[0], Option):
            return UNKNOWN
        made = option_call(arguments[0], member.name, arguments[1:])
        if isinstance(made, Option) and made.complete:
            self.interpreter.options[made.origin] = made
        return made


def _is_name(constant: Instance, method: str) -> bool:
    return "enum name" in constant.fields and (method == "name" or method == "toString" and not constant.fields["own toString"])


def _as_appended(value: object, descriptor: str) -> object:
    if descriptor.startswith("(C") and isinstance(value, int):
        return chr(value)
    if descriptor.startswith("(Z") and isinstance(value, int):
        return "true" if value else "false"
    return value


def _by_recipe(constants: Sequence[object], arguments: List[object]) -> object:
    recipe, rest, given = constants[0], list(constants[1:]), list(arguments)
    if not isinstance(recipe, str):
        return UNKNOWN
    parts: List[object] = []
    for piece in recipe:
        if piece == "\1":
            value = given.pop(0)
            # A number may be a character or a boolean here; its type is in the descriptor only.
            parts.append(value if isinstance(value, (str, Text)) else UNKNOWN)
        elif piece == "\2":
            parts.append(rest.pop(0))
        else:
            parts.append(piece)
    return concatenated(parts)


def _wrapped(value: int, width: int) -> int:
    value &= (1 << width) - 1
    return value - (1 << width) if width != 16 and value >> (width - 1) else value


def _computed(operation: int, left: object, right: object, kind: int) -> object:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)) or operation >= 3 and not right:
        return UNKNOWN
    if kind < 2 and isinstance(left, int) and isinstance(right, int):
        quotient = 0 if operation < 3 else abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        result = (left + right, left - right, left * right, quotient, left - quotient * right)[operation]
        return _wrapped(result, 64 if kind == 1 else 32)
    if operation == 4:
        return UNKNOWN
    return (left + right, left - right, left * right, left / right if operation == 3 else 0.0)[operation]


def _combined(operation: int, left: object, right: object, wide: bool) -> object:
    if not isinstance(left, int) or not isinstance(right, int):
        return UNKNOWN
    width = 64 if wide else 32
    if operation < 3:
        right &= width - 1
    unsigned = left & ((1 << width) - 1)
    result: Callable[[], int] = (
        lambda: left << right, lambda: left >> right, lambda: unsigned >> right, lambda: left & right, lambda: left | right, lambda: left ^ right,
    )[operation]
    return _wrapped(result(), width)


_CONVERSIONS: Dict[int, Tuple[str, str]] = {
    0x85 + number: (pair[0], pair[1])
    for number, pair in enumerate(("IL", "IF", "ID", "LI", "LF", "LD", "FI", "FL", "FD", "DI", "DL", "DF", "IB", "IC", "IS"))
}
_SHUFFLES: Dict[int, Tuple[int, Tuple[int, ...]]] = {
    0x57: (1, ()), 0x58: (2, ()), 0x59: (1, (0, 0)), 0x5A: (2, (1, 0, 1)), 0x5B: (3, (2, 0, 1, 2)), 0x5C: (2, (0, 1, 0, 1)),
    0x5D: (3, (1, 2, 0, 1, 2)), 0x5E: (4, (2, 3, 0, 1, 2, 3)), 0x5F: (2, (1, 0)),
}
# Opcode -> how many places it takes, and what it gives.
_SIMPLE: Dict[int, Tuple[int, List[object]]] = {
    0x00: (0, []), 0x01: (0, [None]),
    **{0x02 + number: (0, [number - 1]) for number in range(7)},
    0x09: (0, [0, FILLER]), 0x0A: (0, [1, FILLER]), 0x0B: (0, [0.0]), 0x0C: (0, [1.0]), 0x0D: (0, [2.0]), 0x0E: (0, [0.0, FILLER]), 0x0F: (0, [1.0, FILLER]),
    0x94: (4, [UNKNOWN]), 0x95: (2, [UNKNOWN]), 0x96: (2, [UNKNOWN]), 0x97: (4, [UNKNOWN]), 0x98: (4, [UNKNOWN]),
    0xBE: (1, [UNKNOWN]), 0xC1: (1, [UNKNOWN]), 0xC2: (1, []), 0xC3: (1, []), 0xC0: (0, []),
}
_Handler = Callable[[_Frame, Instruction], bool]


def _handlers() -> Dict[int, _Handler]:
    found: Dict[int, _Handler] = {
        0x10: _number, 0x11: _number, 0x12: _Frame.ldc, 0x13: _Frame.ldc, 0x14: _Frame.ldc, 0x84: _Frame.increment,
        0xA7: _Frame.jump, 0xC8: _Frame.jump, 0xAA: _Frame.switch, 0xAB: _Frame.switch, 0xB1: _Frame.jump, 0xBF: _Frame.jump,
        # Subroutines are of before Java 6; nothing behind one is looked at.
        0xA8: _Frame.jump, 0xC9: _Frame.jump, 0xA9: _Frame.jump,
        0xB2: _Frame.get_static, 0xB3: _Frame.put_static, 0xB4: _Frame.get_field, 0xB5: _Frame.put_field,
        0xB6: _Frame.invoke, 0xB7: _Frame.invoke, 0xB8: _Frame.invoke, 0xB9: _Frame.invoke, 0xBA: _Frame.dynamic,
        0xBB: _Frame.new, 0xBC: _Frame.new_array, 0xBD: _Frame.new_array, 0xC5: _Frame.new_arrays,
    }
    for kind in range(5):
        found[0x15 + kind] = _loads(None, kind in (1, 3))
        found[0x36 + kind] = _stores(None, kind in (1, 3))
        for index in range(4):
            found[0x1A + 4 * kind + index] = _loads(index, kind in (1, 3))
            found[0x3B + 4 * kind + index] = _stores(index, kind in (1, 3))
    found.update(dict.fromkeys(range(0x2E, 0x36), _Frame.array_load))
    found.update(dict.fromkeys(range(0x4F, 0x57), _Frame.array_store))
    found.update(dict.fromkeys(_SHUFFLES, _Frame.shuffle))
    found.update(dict.fromkeys(range(0x60, 0x78), _Frame.arithmetic))
    found.update(dict.fromkeys(range(0x78, 0x84), _Frame.bits))
    found.update(dict.fromkeys(_CONVERSIONS, _Frame.convert))
    found.update(dict.fromkeys([*range(0x99, 0xA7), 0xC6, 0xC7], _Frame.conditional))
    found.update(dict.fromkeys(range(0xAC, 0xB1), _Frame.give))
    return found


def _number(frame: _Frame, instruction: Instruction) -> bool:
    frame.push(instruction.operand)
    return True


def _loads(index: Optional[int], wide: bool) -> _Handler:
    def load(frame: _Frame, instruction: Instruction) -> bool:
        return frame.load(instruction.operand if index is None else index, wide)
    return load


def _stores(index: Optional[int], wide: bool) -> _Handler:
    def store(frame: _Frame, instruction: Instruction) -> bool:
        return frame.store(instruction.operand if index is None else index, wide)
    return store


_HANDLERS = _handlers()
