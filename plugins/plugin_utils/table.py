# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables that playbooks end with, as lines."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import List, Sequence

#: Characters of the last column, and of each other one, before it goes on in the next line.
LAST, OTHER = 100, 44


def table_lines(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> List[str]:
    """Aligned lines under a heading. What is too long for its column goes on below it."""
    cells = [[_wrapped(text, LAST if number == len(row) - 1 else OTHER) for number, text in enumerate(row)] for row in [heading, *rows]]
    widths = [max(len(line) for row in cells for line in row[number]) for number in range(len(heading))]
    return [
        "  ".join((part or "").ljust(width) for part, width in zip(parts, widths)).rstrip()
        for row in cells for parts in zip_longest(*row)]


def _wrapped(text: str, width: int) -> List[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False) or [""]
