# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test wants the collection in a folder of the right name, so it gets a copy of what git knows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Only interpreters that run: version managers put shims on the path for some that do not.
PATH = f"{ROOT / '.venv' / 'bin'}:/usr/local/bin:/usr/bin:/bin"


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    # Not below the checkout: ansible-test asks git which files there are, and git ignores .cache.
    target = tmp_path_factory.mktemp("sanity") / "ansible_collections" / "baremetal" / "flink"
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def test_sanity(stage, copy):
    text = stage("sanity", "ansible-test", "sanity", "--local", "--requirements", "--color", "no", cwd=copy, PATH=PATH)
    assert "Running sanity test" in text
    assert "ERROR" not in text


def test_units_under_ansible_test(stage, copy):
    text = stage("ansible-test-units", "ansible-test", "units", "--local", "--requirements", "--color", "no",
                 "--python", "3.11", cwd=copy, PATH=PATH)
    assert " passed" in text
