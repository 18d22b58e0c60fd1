# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one task with ansible-playbook on the local host and reads the recap."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.baremetal.flink.plugins.module_utils import errors

from tests.playbook import QUICK, said_by_failed

# .../ansible_collections/baremetal/flink/plugins/module_utils/errors.py, without following the link to the checkout
COLLECTIONS = Path(os.path.abspath(errors.__file__)).parents[5]


@dataclass
class Run:
    """What a playbook run printed and counted."""

    output: str

    def _count(self, word):
        match = re.search(rf"\b{word}=(\d+)", self.output)
        assert match, self.output
        return int(match.group(1))

    @property
    def changed(self):
        """Changed tasks of the recap."""
        return self._count("changed")

    @property
    def failed(self):
        """Failed tasks of the recap."""
        return self._count("failed")


def run_play(directory, task, *options, variables=None, python=sys.executable):
    """Run one task in a play of its own, with ``directory`` as the place of its templates and files, by the ansible-core of ``python``."""
    return _run(directory, task, ["localhost"], options, variables or {}, python)


def run_cases(directory, module, cases):
    """Run a module once for each case, all in one playbook; ``cases`` maps a name to arguments, the answer to what it said."""
    task = {module: "{{ cases[inventory_hostname] }}"}
    run = _run(directory, task, list(cases), ["-e", json.dumps({"cases": cases}), "--forks", "3"], {})
    return said_by_failed(run.output), run


def run_hosts(directory, task, hosts, *options, variables=None, python=sys.executable, environment=None):
    """Run one task on several hosts, all of them this one, in one play."""
    return _run(directory, task, hosts, options, variables or {}, python, environment)


def _run(directory, task, hosts, options, variables, python=sys.executable, more=None):
    play = [{"hosts": "all", "connection": "local", "gather_facts": False, "vars": variables, "tasks": [task]}]
    path = directory / "play.yml"
    path.write_text(json.dumps(play))
    environment = dict(
        os.environ,
        ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
        ANSIBLE_CONFIG=str(directory / "no.cfg"),
        ANSIBLE_HOME=str(directory / "home"),
        ANSIBLE_LOCALHOST_WARNING="False",
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_PIPELINING="True",
        **QUICK,
        **(more or {}),
    )
    inventory = "".join(f"{host}," for host in hosts)
    command = [str(python), "-m", "ansible", "playbook", "-i", inventory, "-e", f"ansible_python_interpreter={sys.executable}"]
    done = subprocess.run(
        [*command, *options, str(path)], env=environment, cwd=directory, capture_output=True, text=True, timeout=300, check=False
    )
    return Run(done.stdout + done.stderr)
