# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where versions of Flink differ is known in versions.py: code and roles ask it, and compare with no version of their own."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parents[3]
FLINK = ROOT / "plugins" / "module_utils" / "flink"
#: What knows, and what is made from the distributions.
KNOWS = {FLINK / "versions.py", FLINK / "conf" / "option_table.py"}
VERSION = re.compile(r"[12]\.[0-9]+(\.[0-9]+)?")
CODE = sorted({*FLINK.rglob("*.py"), *(ROOT / "plugins" / "action").glob("flink*.py"), *(ROOT / "plugins" / "filter").glob("flink*.py")} - KNOWS)
PARTS = (*(f"roles/flink/{part}" for part in ("tasks", "vars", "templates", "defaults")), "playbooks", "examples/demo")
ROLE = [path for part in PARTS for path in sorted((ROOT / part).rglob("*")) if path.is_file()]
#: Checksums of what is downloaded go by their versions.
PIN = re.compile(r"^ *\"[a-z]+:[0-9a-z.:-]+\": sha256:\w+$", re.MULTILINE)


def literals(path: Path) -> Iterator[str]:
    """Versions in code: texts, pairs such as (1, 12), and numbers that a minor version is compared with. Docstrings and comments may name any."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VERSION.fullmatch(node.value):
            yield node.value
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and all(isinstance(each, ast.Constant) and isinstance(each.value, int) for each in node.elts):
            first, second = (each.value for each in node.elts)
            if first in (1, 2) and second < 100:
                yield f"({first}, {second})"
        if isinstance(node, ast.Compare) and "minor" in ast.unparse(node.left):
            yield from (ast.unparse(node) for each in node.comparators if isinstance(each, ast.Constant) and each.value)


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_knows_no_version(path):
    assert list(literals(path)) == []


@pytest.mark.parametrize("path", ROLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_role_compares_no_version(path):
    text = PIN.sub("", path.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("#", "//", "*"))]
    found = [line for line in lines if "flink_version is version" in line or re.search(r"flink_version.*['\"][12](\.[0-9]+)+['\"]", line)]
    assert found == []
