# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the demo's text, and count its words without Flink: words.py make TEXT BYTES | words.py compare TEXT RESULT."""

from __future__ import annotations

import collections
import json
import re
import sys
import time
from pathlib import Path
from typing import Iterator

LICENCES = Path("/usr/share/common-licenses")


def make(text: Path, size: int) -> dict:
    """Debian's licence texts, one after the other and again from the start, until there are ``size`` bytes."""
    whole = b"\n".join(path.read_bytes() for path in sorted(LICENCES.iterdir()) if path.is_file() and not path.is_symlink())
    copies = -(-size // (len(whole) + 1))
    with text.open("wb") as out:
        for _copy in range(copies):
            out.write(whole + b"\n")
    return {"bytes": text.stat().st_size, "copies": copies}


def count(text: Path) -> collections.Counter:
    """As Flink's WordCount cuts words: lower case, split at what is not an ASCII letter, digit or underscore."""
    words: collections.Counter = collections.Counter()
    with text.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            words.update(re.findall(r"[a-z0-9_]+", line.lower()))
    return words


def lines_of(result: Path) -> Iterator[str]:
    """What Flink has written: a file, one for each task in a directory, or, from newer versions, directories by the hour."""
    for path in [result] if result.is_file() else sorted(result.rglob("*")):
        if path.is_file():
            yield from path.read_text(encoding="utf-8").splitlines()


def compare(text: Path, result: Path) -> dict:
    """Hold Flink's lines ``(word,count)`` against a count of our own; ends with status 1 when any word differs."""
    started = time.monotonic()
    expected = count(text)
    found: dict = {}
    for line in lines_of(result):
        word, number = re.fullmatch(r"\((\w+),(\d+)\)", line, re.ASCII).groups()
        if word in found:
            sys.exit(f"Flink has counted {word!r} twice: {found[word]} and {number}")
        found[word] = int(number)
    wrong = sorted(word for word in expected.keys() | found.keys() if expected.get(word, 0) != found.get(word, 0))
    if wrong:
        shown = ", ".join(f"{word}: {found.get(word, 0)} instead of {expected.get(word, 0)}" for word in wrong[:5])
        sys.exit(f"Flink has counted {len(wrong)} of {len(expected)} words wrong: {shown}")
    return {
        "words": sum(expected.values()),
        "distinct": len(expected),
        "most": expected.most_common(3),
        "seconds": round(time.monotonic() - started, 1),
    }


if __name__ == "__main__":
    verb, text_path, last = sys.argv[1:]
    print(json.dumps(make(Path(text_path), int(last)) if verb == "make" else compare(Path(text_path), Path(last))))
