# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of every scenario are held to before its own tests. Molecule's step `check` asserts nothing."""

from __future__ import annotations

import os

from tests.playbook import play


def test_a_check_run_changes_nothing_on_any_host():
    converge = os.path.join(os.environ["MOLECULE_SCENARIO_DIRECTORY"], "converge.yml")
    run = play(converge, "--check", "--diff", inventory=[os.environ["MOLECULE_INVENTORY_FILE"]])
    assert run.status == 0, run.text[-4000:]
    # With --diff the output names what would be changed.
    assert run.recap and run.changed_on == dict.fromkeys(run.recap, 0), "\n".join(line for line in run.text.splitlines() if not line.startswith("ok:"))[-6000:]
