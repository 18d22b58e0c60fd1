# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and values that are hard on a reader of YAML; the same ones in every run."""

from __future__ import annotations

from random import Random
from typing import List

SCALARS = [
    "localhost", "6123", "0123", "0o17", "0x1F", "+5", "-0", "1e3", "1.10", "1.0", "100000000.0", "1e-5", ".5", "5.", "1_000", "true", "True", "yes",
    "no", "on", "~", "null", "", "'quoted'", '"dq \\n x"', "a b", "a#b", "a #c", "http://x:80/y", "[a, b]", "[1, true, x y]", "{a: 1}", "-1.5E-3",
    ".inf", "-.Inf", ".NaN", "1:2", "a: b", "- x", "*x", "&x", "!x", "@x", "`x", "%x", "'it''s'", "2001-01-01", "<<", "=", "1600m", "60 s", "0b11",
    "12:30:45", "\u00e9", "\u65e5\u672c", "1e400", "9223372036854775808", "007", "0o8", "0.1", "123456789.5", "1.5e10",
]
KEYS = ["a", "b", "jobmanager", "rpc", "address", "state.backend.type", "high-availability", "x.y", "'q'", '"d.e"', "1", "true", "on", "k e y", "null"]
PIECES = [
    "a", "b", " ", ": ", ":", "#", " #", "'", '"', "\\", "[", "]", "{", "}", ",", "- ", "-", "?", "*", "&", "!", "|", ">", "%", "@", "`", "=", "<<", "~",
    "null", "true", "1", "0", "e", "x", ".", "\u00e9", "\u65e5", "\U0001f600", "\t", "\n", "\r", "\x07", "\u00a0", "\u2028", "\ufeff", "\x7f", "/",
    "$", "(", ")", "^", "+", ";",
]
BEFORE = ["", "# c\nq: 1\nm:\n  z: 2 # k\n  l:\n    - 1\n    - 2\n", "  a: |\n    one\n    two\n  b: {c: 1, d: x}\n", "a.b: 1\r\nc:\r\n  d: 'x'\r\n"]

#: Keys of BEFORE that stand in braces, from which nothing is taken out.
IN_BRACES = ["b.c", "b.d"]


def text(random: Random) -> str:
    """A file with nested maps and lists."""
    return "\n".join(_block(random, 0)) + "\n"


def _block(random: Random, depth: int) -> List[str]:
    lines, indent = [], "  " * depth
    for key in random.sample(KEYS, random.randrange(1, 4)):
        if depth < 3 and random.random() < 0.3:
            lines += [f"{indent}{key}:", *_block(random, depth + 1)]
        elif random.random() < 0.1:
            lines += [f"{indent}{key}:", *(f"{indent}  - {random.choice(SCALARS)}" for _element in range(2))]
        else:
            lines.append(f"{indent}{key}: {random.choice(SCALARS)}")
        if random.random() < 0.1:
            lines.append(f"{indent}# comment")
    return lines


def garbled(random: Random) -> str:
    """Text that nobody would write on purpose."""
    return "".join(random.choice(PIECES) for _piece in range(random.randrange(1, 7)))


#: Values of a list or a map that Flink takes apart as YAML, and what looks like one of them.
FLOWS = [
    "[]", "{}", "[a, b]", "{a: b, c: d}", "{a: b:c}", "{a: 'x,y'}", "[a", "{a: b", "[a;b]", "[{a: b}, {c: d}]", "[[a], b]", "{a: [b]}", "a: b", "a: b, c: d",
    "a:b,c:d", "a:b:c", "a,b", "- a", "- a\n- b", "a: b\nc: d", "'[a, b]'", "[a, null]", "{a: null}", "{a: 1, a: 2}", "[1, true, 0x10]", "{1: 2}", "null", "~",
    "{a: b}, c", "[a], b", "'a': 'b'", "? a", "key1:value1;key2:value2", "{a: {b: c}}",
]
