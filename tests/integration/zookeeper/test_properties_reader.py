# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that are written as Java properties are read as they were given, by Java's own reader."""

from __future__ import annotations

import base64
import random
import subprocess
from pathlib import Path

from ansible_collections.baremetal.flink.plugins.module_utils.settings import properties_lines

from tests.downloads import java_home

CHARACTERS = "ab\\=:#! \t\n\r\"'%${},;\u00e9\u20ac\U0001f600"


def test_java_reads_what_was_given(tmp_path):
    chance = random.Random("properties")
    values = ["".join(chance.choices(CHARACTERS, k=length)) for length in range(40) for dummy in range(10)]
    given = {f"key{number}": value for number, value in enumerate(values)}
    given.update({"a:b=c#d!e\\f": "plain", "\u00e9": "letters", "list": ["x", "y z"], "gone": None})
    (tmp_path / "file").write_text(properties_lines(given), encoding="ascii")
    ran = subprocess.run(
        [java_home() / "bin" / "java", Path(__file__).with_name("PropertiesRead.java"), tmp_path / "file"],
        check=True, capture_output=True, text=True)
    found = dict([base64.b64decode(word[1:]).decode() for word in line.split(" ")] for line in ran.stdout.splitlines())
    assert found == {**{key: value for key, value in given.items() if value is not None}, "list": "x,y z"}
