# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a task is what an operator sees of it: it can be understood without its neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted([*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/**/*.yml")])
PRONOUNS = {"it", "its", "them", "their", "they", "this", "these", "those"}
#: A name as long as this has said what its pronoun stands for.
LONG = 7


def names(tasks: Any) -> Iterator[str]:
    """Of all tasks, those in blocks and in plays too."""
    for task in tasks or []:
        if "hosts" not in task and "ansible.builtin.import_playbook" not in task:
            yield task["name"]
        for part in ("tasks", "pre_tasks", "post_tasks", "block", "rescue", "always"):
            yield from names(task.get(part))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_task_name_can_be_understood_alone(path):
    unclear = []
    for name in names(yaml.safe_load(path.read_text(encoding="utf-8"))):
        words = name.split()
        if len(words) < 2 or (len(words) < LONG and PRONOUNS & {word.strip(",:").lower() for word in words}):
            unclear.append(name)
    assert unclear == []
