# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, requests and values that are hard on a line reader; the same ones in every run."""

from __future__ import annotations

from random import Random
from typing import Dict, List

# Everything on which Java and Python, or Java and sed, might disagree.
SPACES = ["", " ", "  ", "\t", " \t ", "\u00a0", "\u0085", "\u2028", "\u2029", "\u3000", "\ufeff", "\x0b", "\x0c", "\x1c", "\x1f", "\x00", "\x7f"]
TERMINATORS = ["\n", "\n", "\n", "\r\n", "\r", "\n\r", "\n\n", "\r\r"]
PIECES = SPACES + [
    ": ", ": ", ":", " :", ":\t", "::", ": : ", "#", " # ", "##", '"', "'", "\\", "\\n", "-", "---", "- ", "{", "}", "[", "]", "&a", "*a", "|", ">",
    "%", "@", "!", "?", ",", ";", "=", "a", "key", "value", "é", "ü", "ß", "日本", "😀", "\u0301", "0", "1.5", "true", "yes", "null", "~",
    "jobmanager.rpc.address", "high-availability", "env.java.opts", "state.backend", "hdfs://nn:8020/x", "http://a#b", "a: b", "x" * 300,
]
KEYS = [
    "jobmanager.rpc.address", "high-availability", "env.java.home", "env.java.opts", "web.port", "recovery.mode", "recovery.zookeeper.quorum",
    "akka.ask.timeout", "state.backend", "taskmanager.tmp.dirs", "s3.secret-key", "acme.own", "key:", ":key", "a b", "a:b", "-", "'k'", '"k"',
]


PLAIN = [piece for piece in PIECES if piece.isascii() and piece.isprintable() and "#" not in piece and piece.strip()] + ["a b", "a\tb"]


def raw_text(random: Random) -> str:
    """A file that nobody would write on purpose."""
    lines = []
    for _number in range(random.randrange(1, 12)):
        if random.random() < 0.5:
            line = "".join(random.choice(PIECES) for piece in range(random.randrange(0, 9)))
        else:
            line = random.choice(SPACES) + random.choice(KEYS) + random.choice(["", " ", "\t"]) + random.choice([": ", ": ", ": ", ":", ":\t"])
            line += "".join(random.choice(PIECES) for piece in range(random.randrange(0, 4)))
        lines.append(line + random.choice(TERMINATORS))
    text = "".join(lines)
    return text[:-1] if random.random() < 0.3 else text


def raw_bytes(random: Random) -> bytes:
    """Such a file with bytes in it that are not UTF-8."""
    content = bytearray(raw_text(random).encode("utf-8"))
    for _number in range(random.randrange(0, 6)):
        content.insert(random.randrange(0, len(content) + 1), random.randrange(0x80, 0x100))
    return bytes(content)


def settings(random: Random) -> Dict[str, object]:
    """Keys and values to ask for, of which many must be refused."""
    asked: Dict[str, object] = {}
    for _number in range(random.randrange(1, 5)):
        pieces = PIECES if random.random() < 0.3 else PLAIN
        key = random.choice(KEYS) if random.random() < 0.6 else "".join(random.choice(pieces) for piece in range(random.randrange(1, 4)))
        if random.random() < 0.2:
            asked[key] = random.choice([True, False, 0, 8081, -1, 0.1, 1e22, None])
        else:
            asked[key] = "".join(random.choice(pieces) for piece in range(random.randrange(1, 5)))
    return asked


NUMBERS = ["0", "1", "-1", "+7", "10", "007", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807",
           "9223372036854775808", "1.5", ".5", "5.", ".", "1e3", "1e400", "1e40", "-1.5E-3", "1f", "1d", "--1", "1 0", "1_000", "0x10", "", "k"]
UNITS = ["", "b", "bytes", "byte", "k", "kb", "kib", "kibibytes", "m", "M", "MB", "mb", "g", "gb", "G", "t", "tb", "tebibytes", "p", "%", "ms", "s",
         "S", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "h", "hour", "HOURS", "hs", "d", "day", "days", "ds", "w", "ns",
         "nanos", "micro", "millis", "milliseconds", "mss"]
WORDS = ["true", "false", "True", "TRUE", "yes", "no", "on", "off", "1", "t", "truee", "NaN", "Infinity", "null"]
STRUCTURES = ["a:b", "a:b,c:d", "a", "a:b:c", "a:", ":b", "a:b,", ",a:b", "a:b,,c:d", "'a:x':b", '"a,b":c', "'a:b", 'a:"b"c', "a:'b''c'", "a;b", "'a;b';c",
              "'a' 'b'", "'a'b", "a'b;c'", ";", ";;", "a:b,a:c", "' a ':b", "a : b", '""', "'':''", "a:b;c:d"]


def typed_values(random: Random) -> Dict[str, List[str]]:
    """Values to parse, by type."""
    sized = [(number + random.choice(["", " ", "  ", "\t"]) + unit).strip() for number in NUMBERS for unit in UNITS]
    plain = NUMBERS + WORDS
    garbled = ["".join(random.choice("0123456789.eE+-kmgts ") for character in range(random.randrange(1, 7))).strip() for number in range(400)]
    quoted = ["".join(random.choice("ab:,;'\" ") for character in range(random.randrange(1, 9))).strip() for number in range(1500)]
    parts = ["".join(random.choice(["", "+", "-", "1", "20", "0.5", "3,"]) for sign in range(2)) for part in range(4)]
    iso = [
        random.choice(["", "+", "-"]) + random.choice("Pp") + "".join(random.choice(["", f"{random.choice(parts + NUMBERS)}{unit}"]) for unit in "DTHMS")
        for number in range(300)
    ] + ["PT10S", "pt5m", "P1D", "P1DT2H30M", "PT0.5S", "P1W", "P1DT12H"]
    return {
        "int": plain + garbled,
        "long": plain + garbled,
        "float": plain + garbled,
        "double": plain + garbled,
        "bool": plain,
        "memorysize": sized + plain + garbled,
        "duration": sized + plain + garbled + iso,
        "map": STRUCTURES + quoted,
        "list": STRUCTURES + quoted,
    }
