# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role makes of variables and groups, without hosts: Ansible renders its variables and templates."""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.playbook import QUICK

ROLES = Path(__file__).resolve().parents[3] / "roles"
#: Above ansible_collections, wherever the tests are run from.
COLLECTIONS = Path(importlib.import_module("ansible_collections.baremetal.flink.plugins.module_utils.errors").__file__).parents[5]


def play(directory, tasks, groups=None, hosts=None, **variables):
    """Runs tasks on the host n1 of n1 to n5, here; `hosts` are variables of single hosts."""
    known = {f"n{number}": {"ansible_host": f"192.0.2.{number}", **(hosts or {}).get(f"n{number}", {})} for number in range(1, 6)}
    inventory = {"all": {
        "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **variables},
        "hosts": known,
        "children": {group: {"hosts": {name: {} for name in members}} for group, members in (groups or {}).items()},
    }}
    (directory / "inventory.yml").write_text(yaml.safe_dump(inventory))
    (directory / "play.yml").write_text(yaml.safe_dump([{"hosts": "n1", "gather_facts": False, "tasks": tasks}]))
    return subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "-i", "inventory.yml", "play.yml"], cwd=directory, text=True, capture_output=True,
        check=False, env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_CONFIG": "", **QUICK})


@pytest.fixture(scope="session")
def render(tmp_path_factory):
    """Values of variables and templates of a role as its host n1 has them; `hosts` are variables of single hosts."""

    def run(role, names=(), templates=(), groups=None, hosts=None, **variables):
        directory = tmp_path_factory.mktemp("render")
        wanted = {name: f"{{{{ {name} }}}}" for name in names}
        probe = directory / "roles" / "probe"
        (probe / "tasks").mkdir(parents=True)
        for part in ("defaults", "vars", "templates", "files"):
            (probe / part).symlink_to(ROLES / role / part)
        entries = [{"path": f"{directory}/{name}", "template": name} for name in templates]
        family = ROLES / role / "vars" / "Debian.yml"
        # Said, not written to a file: a module would cost as much again as the whole run.
        tasks = [
            {"ansible.builtin.include_vars": family.name, "when": family.is_file()},
            {"ansible.builtin.set_fact": {"ansible_facts": {"os_family": "Debian", "distribution": "Debian", "distribution_major_version": "12"}}},
            {"ansible.builtin.debug": {"msg": "{{ wanted | to_json | b64encode }}"}, "vars": {"wanted": wanted}},
        ]
        (probe / "tasks" / "main.yml").write_text(yaml.safe_dump(tasks + [{"baremetal.flink.host_files": {"entries": entries}}] * bool(entries)))
        done = play(directory, [{"ansible.builtin.include_role": {"name": "probe"}}], groups, hosts, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        values = json.loads(base64.b64decode(re.search(r'"msg": "([A-Za-z0-9+/=]+)"', done.stdout).group(1)))
        return {**values, **{name: (directory / name).read_text() for name in templates}}

    return run


@pytest.fixture
def told(tmp_path):
    """Status and output of tasks of a role on n1."""

    def run(role, tasks, **given):
        include = {"name": f"baremetal.flink.{role}", "tasks_from": tasks}
        done = play(tmp_path, [{"ansible.builtin.include_role": include}], **given)
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    return run


@pytest.fixture
def refusal(told):
    """What tasks of a role say on n1 that end there with their first failure."""

    def run(role, tasks, **given):
        status, said = told(role, tasks, **given)
        assert status != 0 and "changed=0" in said, said
        return said

    return run
