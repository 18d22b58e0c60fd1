# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the tests import the collection under its own name, straight from the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLLECTIONS = ROOT / ".cache" / "collections"


def _link_collection() -> None:
    link = COLLECTIONS / "ansible_collections" / "baremetal" / "flink"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT)


# ansible-test runs the units inside a tree that is named right already.
if "ansible_collections" not in ROOT.parts:
    _link_collection()
    sys.path.insert(0, str(COLLECTIONS))
