# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test waits for ends in time or is ended, with all that it has started."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.playbook import play, play_and_kill


@pytest.fixture
def left():
    """Processes that name a word in their command line, once those that are being killed are gone."""

    def look(word: str) -> list[str]:
        deadline = time.monotonic() + 5
        while True:
            found = []
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    found += [line for line in [process.read_text()] if word in line]
                except (FileNotFoundError, ProcessLookupError):
                    continue
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.1)

    return look


@pytest.fixture
def endless(tmp_path) -> str:
    """A playbook that says nothing more for an hour, in a process that one of its forks has started."""
    path = tmp_path / "endless.yml"
    path.write_text('''[{"hosts": "localhost", "connection": "local", "gather_facts": false, "tasks": [
        {"name": "Take long", "ansible.builtin.command": "sleep 3607.25"}]}]''')
    return str(path)


def test_a_stage(stage, left):
    with pytest.raises(pytest.fail.Exception, match=r"was killed, as it had not ended, after [1-5] s:\n\n…\nbegun$"):
        stage("endless", "sh", "-c", "echo begun; sleep 3606.25 & sleep 3606.25", within=1)
    assert left("3606.25") == []


def test_a_playbook(endless, left):
    with pytest.raises(AssertionError, match=r"did not end within 10 s and was killed:\n\nPLAY \[localhost\]"):
        play(endless, inventory=["localhost,"], timeout=10)
    assert left("3607.25") == []


def test_a_playbook_that_never_comes_to_where_it_is_to_be_killed(endless, left):
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"did not come to 'TASK \[Another\]' within 10 s and was killed:\n\nPLAY \[localhost\]"):
        play_and_kill(endless, inventory=["localhost,"], at="TASK [Another]", timeout=10)
    assert time.monotonic() - began < 40
    assert left("3607.25") == []
