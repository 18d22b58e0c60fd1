# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test wants the collection in a folder of the right name, so it gets a copy of what git knows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests import playbook

# Only interpreters that run: version managers put shims on the path for some that do not.
SYSTEM = "/usr/local/bin:/usr/bin:/bin"
PATH = f"{playbook.NEWEST}:{SYSTEM}"
OLDEST = f"{playbook.OLDEST}:{SYSTEM}"
#: Sanity tests whose verdict depends on the ansible-core that a user has; style is the same in all of them.
OF_THE_CORE = ("action-plugin-docs", "ansible-doc", "compile", "ignores", "import", "runtime-metadata", "validate-modules")

#: Units whose subject calls Ansible or is called by it.
OF_BOTH_CORES = ("tests/unit/roles", *(f"tests/unit/plugins/{name}" for name in ("action", "filter", "modules", "plugin_utils")))

#: Units of modules, of what these import, and of the controller's side.
ANSIBLE_TESTS_OWN = tuple(f"tests/unit/plugins/{name}.py" for name in ("modules/test_flink_conf", "module_utils/test_wait", "filter/test_filters"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    # Not below the checkout: ansible-test asks git which files there are, and git ignores .cache.
    target = tmp_path_factory.mktemp("sanity") / "ansible_collections" / "baremetal" / "flink"
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=playbook.ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (playbook.ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(playbook.ROOT / name, target / name)
    return target


def test_another_python_is_refused(tmp_path):
    other = tmp_path / "python3"
    other.write_text('#!/bin/sh\n[ "$1" != --version ] || echo Python 3.12.4\nexit 1\n', encoding="utf-8")
    other.chmod(0o755)
    done = subprocess.run(["bash", str(playbook.ROOT / "tests" / "setup.sh"), "sanity"], env={"PATH": SYSTEM, "PYTHON": str(other)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"setup: sanity and units are judged on Python 3.11, and {other} is Python 3.12.4: use Debian 12, whose own it is\n"


def test_sanity(stage, copy):
    text = stage("sanity", "ansible-test", "sanity", "--local", "--requirements", "--color", "no", cwd=copy, PATH=PATH)
    assert "Running sanity test" in text
    assert "ERROR" not in text


def test_units(stage):
    text = stage("units", f"{playbook.NEWEST}/python", "-m", "pytest", "tests/unit", "-q", "-p", "no:cacheprovider")
    assert " passed" in text


@pytest.fixture(scope="module")
def oldest_is_the_documented_one():
    version = subprocess.run(["ansible", "--version"], env={"PATH": OLDEST}, check=True, capture_output=True, text=True).stdout
    lowest = yaml.safe_load((playbook.ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    why = "tests/requirements_2.16.txt is for the lowest that meta/runtime.yml allows"
    assert lowest == ">=2.16.0" and version.startswith("ansible [core 2.16."), why


@pytest.mark.usefixtures("oldest_is_the_documented_one")
def test_sanity_of_the_oldest_core(stage, copy):
    chosen = [word for name in OF_THE_CORE for word in ("--test", name)]
    text = stage("sanity-2.16", "ansible-test", "sanity", "--local", "--requirements", "--color", "no", "--python", "3.11", *chosen,
                 cwd=copy, PATH=OLDEST)
    assert text.count("Running sanity test") == len(OF_THE_CORE)
    assert "ERROR" not in text


@pytest.mark.usefixtures("oldest_is_the_documented_one")
def test_units_of_the_oldest_core(stage):
    """What calls Ansible or is called by it: the parts of modules are plain Python, and the newest core's run has proved them."""
    text = stage("units-2.16", f"{playbook.OLDEST}/python", "-m", "pytest", *OF_BOTH_CORES, "-q", "-p", "no:cacheprovider")
    assert " passed" in text


@pytest.mark.usefixtures("oldest_is_the_documented_one")
def test_units_are_ansible_tests_too(stage, copy):
    """It has a process for each, which makes all of them twice as long: a file of each of the ways in which it runs them."""
    text = stage("ansible-test-units", "ansible-test", "units", "--local", "--color", "no", "--python", "3.11", *ANSIBLE_TESTS_OWN, cwd=copy, PATH=OLDEST)
    assert text.count(" passed") == len(ANSIBLE_TESTS_OWN)


@pytest.mark.usefixtures("oldest_is_the_documented_one")
def test_playbooks_are_read_by_the_oldest_core(stage):
    text = stage("playbooks-2.16", "ansible-playbook", "--syntax-check", "-i", "examples/inventory/three_hosts_mesos",
                 *sorted(str(path) for path in playbook.ROOT.glob("playbooks/*.yml")), PATH=OLDEST)
    assert text.count("playbook: ") == len(list(playbook.ROOT.glob("playbooks/*.yml")))
