# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that a run makes beside an inventory of the checkout get neither into it nor into the tarball."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]


def test_the_checkout_ignores_them():
    directory = yaml.safe_load((ROOT / "roles/security/defaults/main.yml").read_text())["security_ca_dir"].partition("}}/")[2].partition("/")[0]
    assert f"{directory}/" in (ROOT / ".gitignore").read_text().splitlines()
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]
    assert any(fnmatch(f"examples/inventory/three_hosts/{directory}", pattern) for pattern in ignored)


def test_no_example_has_any():
    assert [path for path in (ROOT / "examples").rglob("*") if path.is_file() and b"PRIVATE KEY-----" in path.read_bytes()] == []
