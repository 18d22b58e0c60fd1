# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host's Python keeps of modules: the code of the very source, of this Python, and nothing that ends a module."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

FLEET = Path(__file__).resolve().parents[3] / "tests" / "fleet"
#: Says what the module in the archive is, and how often Python has compiled something there.
ASK = """
import sys, zipimport
sys.path.insert(0, {fleet!r})
compiled = []
before = zipimport._compile_source
zipimport._compile_source = lambda path, source: compiled.append(path) or before(path, source)
import compiled as keeper
keeper.keep.__defaults__ = ({directory!r},)
sys.path.insert(0, {archive!r})
import told
print(told.WORD, len(compiled))
"""


@pytest.fixture
def asked(tmp_path):
    """Call it with a word that the archive's module holds."""
    turn = iter(range(9))

    def ask(word: str) -> str:
        # Ansible's archives have a new name each time.
        archive = tmp_path / f"payload{next(turn)}.zip"
        with zipfile.ZipFile(archive, "w") as out:
            out.writestr("told.py", f"WORD = {word!r}\n")
        code = ASK.format(fleet=str(FLEET), directory=str(tmp_path / "kept"), archive=str(archive))
        return subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True).stdout.strip()

    return ask


def test_second_process_compiles_nothing(asked):
    assert [asked("one"), asked("one")] == ["one 1", "one 0"]


def test_another_source_is_compiled(asked):
    assert [asked("one"), asked("two"), asked("one")] == ["one 1", "two 1", "one 0"]


def test_a_spoilt_file_is_compiled_anew(asked, tmp_path):
    asked("one")
    for kept in (tmp_path / "kept").iterdir():
        kept.write_bytes(b"")
    assert asked("one") == "one 1"
