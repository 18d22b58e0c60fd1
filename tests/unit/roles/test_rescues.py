# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is rescued goes on, and with it every other host of the play.

Plays over a layer are any_errors_fatal: a failure in a block fails the hosts that are not in it, or have passed it, although the block has a
rescue. What ran with run_once fails on all hosts, and ansible-core 2.19 rescues only the first: the others leave the run without a word.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]


def blocks(tasks):
    """All blocks with a rescue, inner ones too."""
    for task in tasks or []:
        if "rescue" in task:
            yield task
        for part in ("block", "rescue", "always"):
            yield from blocks(task.get(part))


RESCUED = [
    pytest.param(block, id=f"{path.parts[-3]}-{block['name']}")
    for path in sorted((ROOT / "roles").glob("*/tasks/*.yml")) for block in blocks(yaml.safe_load(path.read_text()))
    if not any("ansible.builtin.fail" in task for task in block["rescue"])
]  # fmt: skip


def test_there_are_some():
    assert len(RESCUED) >= 2


@pytest.mark.parametrize("block", RESCUED)
def test_what_is_rescued_ends_nobody_elses_run(block):
    assert block.get("any_errors_fatal") is False
    assert not any("run_once" in task for task in [block, *block["block"]])
