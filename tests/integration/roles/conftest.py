# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role makes of variables and groups, without hosts: Ansible renders its variables and templates."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues, templates_of

from tests.playbook import QUICK

#: Above ansible_collections, wherever the tests are run from.
COLLECTIONS = Path(importlib.import_module("ansible_collections.baremetal.flink.plugins.module_utils.errors").__file__).parents[5]
#: Of the hosts that are known.
ADDRESSES = {f"n{number}": f"192.0.2.{number}" for number in range(1, 6)}
#: What Ansible tells a host that is alone in its run.
OF_ITS_RUN = {
    **dict.fromkeys(("ansible_play_hosts", "ansible_play_hosts_all", "ansible_play_batch"), ["n1"]), "ansible_managed": "Ansible managed",
    "ansible_facts": {"os_family": "Debian", "distribution": "Debian", "distribution_major_version": "12"}}


def play(directory, tasks, groups=None, hosts=None, **variables):
    """Runs tasks on the host n1 of n1 to n5, here; `hosts` are variables of single hosts."""
    known = {name: {"ansible_host": address, **(hosts or {}).get(name, {})} for name, address in ADDRESSES.items()}
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
def render():
    """Values of variables and templates of a role as its host n1 has them, alone in its run; `hosts` are variables of single hosts."""

    def run(role, names=(), templates=(), groups=None, hosts=None, **variables):
        own = {name: templates_of(values) for name, values in (hosts or {}).items()}
        values = RoleValues(role, groups or {}, ADDRESSES, own, **{**OF_ITS_RUN, **templates_of(variables)})
        return {**{name: values.value(name) for name in names}, **{name: values.text(name) for name in templates}}

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
