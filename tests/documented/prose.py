# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prose of a page and how it is wrapped: python3 -m tests.documented.prose PAGE ... wraps it anew."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List

from .sources import FENCE

#: Longest line of prose. Tables, blocks, headings and pictures are as long as they are.
WIDTH = 120
LIST_ITEM = re.compile(r" *(?:[-*+]|\d+\.) +")
NO_PROSE = re.compile(r" *(?:[|#<:]|!\[)")
#: What a line break would tear: code, and links with what clings to them.
PIECE = re.compile(r"(?:`+[^`]+`+|!?\[[^\]]*\]\([^)]*\)|\S)+")


@dataclass
class Paragraph:
    """A paragraph or an item of a list, and the line where it begins."""

    line: int
    lines: List[str]

    def wrapped(self) -> List[str]:
        """Its lines, each as full as it can be."""
        first = LIST_ITEM.match(self.lines[0])
        lead = first[0] if first else re.match(" *", self.lines[0])[0]
        indent = " " * len(lead)
        pieces = PIECE.findall(" ".join([self.lines[0][len(lead):], *self.lines[1:]]))
        found, now = [], lead
        for piece in pieces:
            # A line may not begin with what would make it an item or a heading.
            fits = len(now) + 1 + len(piece) <= WIDTH or LIST_ITEM.match(f"{piece} ") or NO_PROSE.match(piece)
            if not now.strip() or now == lead:
                now += piece
            elif fits:
                now += f" {piece}"
            else:
                found.append(now)
                now = indent + piece
        return [*found, now]


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The prose of a Markdown text."""
    blank = FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    now: List[str] = []
    begin = 0
    for number, line in enumerate([*blank.split("\n"), ""], 1):
        apart = not line.strip() or NO_PROSE.match(line)
        if now and (apart or LIST_ITEM.match(line)):
            yield Paragraph(begin, now)
            now = []
        if not apart:
            begin = begin if now else number
            now.append(line)


def width_faults(text: str) -> List[str]:
    """Lines of prose that are torn or too long, each with its number."""
    return [f"line {paragraph.line} and what follows is not wrapped at {WIDTH}: python3 -m tests.documented.prose PAGE does it"
            for paragraph in paragraphs(text) if paragraph.wrapped() != paragraph.lines]


def wrap(text: str) -> str:
    """The text with its prose wrapped anew."""
    lines = text.split("\n")
    for paragraph in reversed(list(paragraphs(text))):
        lines[paragraph.line - 1:paragraph.line - 1 + len(paragraph.lines)] = paragraph.wrapped()
    return "\n".join(lines)


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]):
        page.write_text(wrap(page.read_text(encoding="utf-8")), encoding="utf-8")
