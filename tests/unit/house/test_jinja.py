# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles keep in YAML what is data: no sentence and no plan is hidden in an expression of Jinja."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path for part in ("tasks", "vars", "defaults") for path in ROOT.glob(f"roles/*/{part}/**/*.yml"))
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
#: Characters. What is longer decides something, and belongs into a function that has a name and a test.
LONGEST = 200
#: A list of which each part has its condition: its entries have `when`.
CHAIN = re.compile(r"else\s*\[\]", re.DOTALL)


def expressions(path: Path) -> Iterator[str]:
    """With what is between braces folded into one line."""
    for found in EXPRESSION.findall(path.read_text(encoding="utf-8")):
        yield " ".join(found.split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_expression_is_long_or_a_chain_of_conditions(path):
    assert [one for one in expressions(path) if len(one) > LONGEST or len(CHAIN.findall(one)) > 1] == []
