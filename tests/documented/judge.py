# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is wrong with an example, and a playbook of all of them for Ansible itself to read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterable, List

import yaml
from ansible.errors import AnsibleError

from .arguments import task_faults, tasks
from .sources import Example, Faulty, kind, parse
from .templates import template_faults
from .variables import inventory_variables, used_variables, variable_faults


def example_faults(example: Example) -> List[str]:
    """What is wrong with an example in YAML; each is one sentence. Empty when nothing is."""
    try:
        value = parse(example.text)
        sort = kind(value)
        faults = template_faults(value)
        if sort in ("plays", "tasks"):
            for task in tasks(value):
                faults += task_faults(task)
            faults += used_variables(value)
        elif sort == "inventory":
            faults += variable_faults(dict(inventory_variables(value)), strict=True)
        else:
            faults += variable_faults(value, strict=True)
        return faults
    except (Faulty, AnsibleError) as error:
        return [str(error)]


def write_playbook(examples: Iterable[Example], directory: Path) -> Path:
    """A playbook that imports one file for each example with tasks or plays; the files are named after the examples' places."""
    imports: List[Any] = []
    for example in examples:
        value = parse(example.text)
        sort = kind(value)
        if sort not in ("plays", "tasks"):
            continue
        name = re.sub(r"[^\w.-]", "-", example.place) + ".yml"
        plays = value if sort == "plays" else [{"name": example.place, "hosts": "localhost", "gather_facts": False, "tasks": value}]
        (directory / name).write_text(yaml.safe_dump(plays, sort_keys=False, width=200), encoding="utf-8")
        imports.append({"name": example.place, "ansible.builtin.import_playbook": name})
    playbook = directory / "every_example.yml"
    playbook.write_text(yaml.safe_dump(imports, sort_keys=False), encoding="utf-8")
    return playbook
