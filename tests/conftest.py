# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the tests import the collection under its own name, straight from the checkout. Ansible finds it at the same place; tests/setup.sh has it made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLLECTIONS = ROOT / ".cache" / "collections"


def _link_collection() -> None:
    link = COLLECTIONS / "ansible_collections" / "baremetal" / "flink"
    target = os.path.relpath(ROOT, link.parent)
    if not link.is_symlink() or os.readlink(link) != target:
        link.parent.mkdir(parents=True, exist_ok=True)
        # Streams of tests begin at the same time.
        new = link.with_name(f"flink.{os.getpid()}")
        new.symlink_to(target)
        new.replace(link)


# ansible-test runs the units inside a tree that is named right already.
if "ansible_collections" not in ROOT.parts:
    _link_collection()
    sys.path.insert(0, str(COLLECTIONS))
