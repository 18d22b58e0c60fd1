# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three hosts with the whole platform, as the demo has it, for faults that last. Those of a fleet that is there already stay."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Iterator

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS

from tests.fleet.fleet import Fleet
from tests.on_hosts import Flink, zookeeper_of
from tests.playbook import ROOT
from tests.scenario import Operator

FLEET = os.environ.get("DRILL_FLEET", "drill")


class Drill(Operator):
    """Its inventory is the demo's, or another of the examples, or one of its own."""

    def inventory(self) -> str:
        return str(ROOT / "examples/inventory/three_hosts")

    def _paths(self, inventory) -> list[str]:
        hosts = self.directory / "hosts.json"
        hosts.write_text(json.dumps(self.fleet.inventory()), encoding="utf-8")
        return [*super()._paths(inventory), str(ROOT / "examples/demo/sizes"), str(hosts)]


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    fleet = Fleet(FLEET)
    there = (fleet.directory / "fleet.json").exists()
    fleet.create(3)
    try:
        yield Drill(FLEET, "playbooks/site.yml", tmp_path_factory.mktemp("drill"))
    finally:
        if not there:
            fleet.destroy()


@pytest.fixture
def flink(operator: Drill) -> Iterator[Flink]:
    """The session cluster of the version that the role takes by itself. The drill before may have left another one, and jobs, which keep it."""
    for left in re.findall(r"[0-9a-f]{32}", operator.on("node1", "if command -v flink >/dev/null; then sudo flink list --running; fi")):
        operator.on("node1", f"sudo flink cancel {left}")
    run = operator.play(flink_version=DEFAULTS["standalone"])
    assert run.status == 0, run.text[-4000:]
    with zookeeper_of(operator.fleet) as zookeeper:
        yield Flink(operator.fleet, zookeeper, "/flink/default", 8081)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path
