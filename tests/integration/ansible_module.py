# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module the way a user does, `ansible localhost -m ...`, and gives back what it returned."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

from tests.playbook import QUICK

ROOT = Path(__file__).resolve().parents[2]
RESULT = re.compile(r"^localhost \| (\w+)!? => ", re.MULTILINE)


def run_module(
    name: str, *, check: bool = False, diff: bool = False, arguments: Dict[str, Any], python: str = sys.executable, verbose: bool = False
) -> Dict[str, Any]:
    """The result of the module with `failed`, and under `printed` what a person saw on the screen. It runs with `python`, as a host's own may be."""
    ansible = Path(sys.executable).parent / "ansible"
    command = [str(ansible), "localhost", "--inventory", "localhost,", "--connection", "local", "--module-name", f"baremetal.flink.{name}"]
    command += ["--extra-vars", json.dumps({"ansible_python_interpreter": python})]
    command += ["--args", json.dumps(arguments)]
    command += ["--check"] if check else []
    command += ["--diff"] if diff else []
    command += ["-vvv"] if verbose else []
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "true", "ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
             "ANSIBLE_LOAD_CALLBACK_PLUGINS": "true", **QUICK},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    found = RESULT.search(ran.stdout)
    assert found, f"ansible gave no result: {ran.stdout}{ran.stderr}"
    result, _end = json.JSONDecoder().raw_decode(ran.stdout, found.end())
    return {**result, "failed": found.group(1) not in ("SUCCESS", "CHANGED"), "printed": ran.stdout + ran.stderr}
