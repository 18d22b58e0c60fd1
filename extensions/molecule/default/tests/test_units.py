# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real systemd, and a unit that it restarts after its file was written and before it has read that again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

UNIT = "sleeper"
FILE = f"/etc/systemd/system/{UNIT}.service"


@pytest.fixture
def look(operator, tmp_path: Path):
    """host_units on node1 in a run of its own; what it restarted, and what is stale then."""

    def run(restart: bool = False, state: str = "started") -> str:
        playbook = tmp_path / "look.yml"
        units = {"units": [{"name": UNIT, "state": state}], "restart_stale": restart}
        say = {"msg": "restarted {{ seen.restarted | join }}, stale {{ seen.stale | join }}, suspended {{ seen.units.sleeper.suspended }}."}
        tasks = [{"baremetal.flink.host_units": units, "register": "seen"}, {"ansible.builtin.debug": say}]
        playbook.write_text(json.dumps([{"hosts": "node1", "gather_facts": False, "become": True, "tasks": tasks}]))
        done = operator.play(playbook=playbook)
        assert done.status == 0, done.text
        return done.flat.partition("msg: ")[2].partition(".")[0]

    try:
        yield run
    finally:
        run(state="absent")


def begins(operator, seconds: int) -> None:
    operator.on("node1", f"printf '[Service]\\nExecStart=/bin/sleep {seconds}\\nRestart=always\\nRestartSec=0\\n' | sudo tee {FILE}")


def test_a_process_with_the_older_definition_is_stale_until_it_is_restarted(operator, look):
    begins(operator, 1001)
    assert look() == "restarted , stale , suspended False"
    begins(operator, 1002)
    killed = operator.pid("node1", UNIT)
    operator.on("node1", f"sleep 1; sudo kill -9 {killed}")
    operator.wait_for(lambda: operator.pid("node1", UNIT) not in (0, killed), "systemd's own restart")
    assert operator.on("node1", f"systemctl show -P NeedDaemonReload {UNIT}") == "yes"
    # The first has systemd read the file again; a run that ends there leaves the restart to the next.
    for __ in range(2):
        assert look() == f"restarted , stale {UNIT}, suspended False"
    assert operator.on("node1", f"systemctl show -P NeedDaemonReload {UNIT}") == "no"
    assert look(restart=True) == f"restarted {UNIT}, stale , suspended False"
    assert operator.on("node1", f"ps -o args= -p $(systemctl show -P MainPID {UNIT})") == "/bin/sleep 1002"
    assert look(restart=True) == "restarted , stale , suspended False"


def test_a_suspended_process_is_told_from_one_that_runs(operator, look):
    begins(operator, 1001)
    look()
    operator.on("node1", f"sudo systemctl kill --signal=SIGSTOP {UNIT}")
    assert look() == "restarted , stale , suspended True"
    operator.on("node1", f"sudo systemctl kill --signal=SIGCONT {UNIT}")
