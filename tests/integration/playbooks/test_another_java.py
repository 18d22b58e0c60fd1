# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/java.yml within a run that has judged its hosts, on this machine and with a link of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.playbook import ROOT, play


def java(home: Path, version: str) -> Path:
    """As much of a Java as the role looks at."""
    (home / "bin").mkdir(parents=True)
    (home / "release").write_text(f'JAVA_VERSION="{version}"\n')
    program = home / "bin/java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return home


@pytest.mark.parametrize("oldest", [False, True], ids=["newest-core", "oldest-core"])
def test_the_layers_look_again_at_a_host_whose_java_a_run_has_changed(tmp_path, oldest):
    """What they need goes by the version, and they were judged with the one before."""
    homes = [java(tmp_path / "17", "17.0.15"), java(tmp_path / "11", "11.0.28")]
    inventory = tmp_path / "inventory.json"
    inventory.write_text(json.dumps({"zookeeper": {"hosts": {"n1": {"ansible_connection": "local"}}}}))
    judged = {"ansible.builtin.include_role": {"name": "baremetal.flink.java", "tasks_from": "preflight"}}
    verdict = {"name": "Verdict", "hosts": "n1", "gather_facts": False}
    (tmp_path / "site.yml").write_text(yaml.safe_dump([
        {**verdict, "tasks": [judged, {"ansible.builtin.set_fact": {"preflight_passed": True}}]},
        {"ansible.builtin.import_playbook": str(ROOT / "playbooks/java.yml")},
        {**verdict, "tasks": [{"ansible.builtin.debug": {"msg": "passed is {{ preflight_passed }}"}}]},
    ]))
    for home, passed in ((homes[0], False), (homes[0], True), (homes[1], False)):
        extra = {"java_source": "existing", "java_home": str(home), "__java_link": str(tmp_path / "link")}
        run = play(str(tmp_path / "site.yml"), "-e", json.dumps(extra), inventory=[str(inventory)], timeout=120, oldest=oldest)
        assert run.status == 0 and f"passed is {passed}" in run.flat, run.text
        assert (tmp_path / "link").resolve() == home
