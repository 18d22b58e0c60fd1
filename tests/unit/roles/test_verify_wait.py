# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `-e verify_wait=300` says reaches every layer that the playbook verify asks, and every wait of its role's verification."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PLAYS = [play for play in yaml.safe_load((ROOT / "playbooks/verify.yml").read_text()) if "tasks/verify_layer.yml" in str(play)
         and "security" not in play["tags"]]  # nothing of a firewall comes by itself
#: The variables by which a play tells its role how long to wait.
WAITS = {name for play in PLAYS for name, value in play.get("vars", {}).items() if "verify_wait" in str(value)}


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play["name"])
def test_every_play_tells_its_role(play):
    assert WAITS & set(play.get("vars", {}))


def tasks(found):
    """All tasks of a file, those in blocks too."""
    for task in found:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks(task.get(part, []))


FILES = [path for name in ("verify*.yml", "registered.yml") for path in sorted((ROOT / "roles").glob(f"*/tasks/{name}"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_wait_of_a_verification_has_a_bound_of_its_own(path):
    for task in tasks(yaml.safe_load(path.read_text())):
        arguments = next((value for key, value in task.items() if key.startswith("baremetal.flink.")), None) or {}
        if "wait_for" in arguments or "retries" in task:
            bound = str(task.get("retries") or arguments.get("timeout"))
            assert set(re.findall(r"\w+", bound)) & WAITS, task["name"]
