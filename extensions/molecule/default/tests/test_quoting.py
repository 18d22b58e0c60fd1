# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles write into units and environment files arrives in the process, and in a shell, as it was given: the real systemd's word."""

from __future__ import annotations

import base64
import json
import random

import pytest

from ansible_collections.baremetal.flink.plugins.module_utils.quoting import environment_lines, unit_value, unit_word
from tests.fleet.look import over_ssh

CHARACTERS = "ab01\\\"'`$%{}()!#;&|<>*?[]~=: \t\n\u00e9\u20ac"
PITFALLS = ["", ";", "$HOME", "${HOME}", "$$", "%h", "%%", "\\", "\\n", "a\\", '"', "'", "''", "# no comment", " ", "-", "@x", "\n", "\t", "a=b c", "\\x41"]
SHOW = """#!/usr/bin/python3
import json, os, sys
with open("/run/quoting.json", "w") as file:
    json.dump([sys.argv[1:], dict(os.environ)], file)
"""


@pytest.fixture(scope="module")
def node(operator):
    return over_ssh(operator.fleet, "node1", sudo=True)


@pytest.fixture(scope="module")
def values():
    chance = random.Random("quoting")
    return PITFALLS + ["".join(chance.choices(CHARACTERS, k=chance.randint(1, 12))) for dummy in range(200)]


def put(node, path: str, text: str, mode: str = "644") -> None:
    encoded = base64.b64encode(text.encode()).decode()
    node.check_output(f"echo {encoded} | base64 -d >{path} && chmod {mode} {path}")


@pytest.fixture(scope="module")
def seen(node, values):
    """Arguments and environment of a process that got the values in each of the ways; and what a shell read."""
    variables = {f"FILE_{number}": value for number, value in enumerate(values)}
    put(node, "/usr/local/bin/quoting", SHOW, "755")
    put(node, "/run/quoting.env", environment_lines(variables))
    unit = ["[Service]", "Type=oneshot", "EnvironmentFile=/run/quoting.env"]
    unit += ["Environment=" + unit_value(f"UNIT_{number}={value}") for number, value in enumerate(values)]
    unit += ["ExecStart=/usr/local/bin/quoting \\", *(f"  {unit_word(value)} \\" for value in values), "  end"]
    put(node, "/run/systemd/system/quoting.service", "\n".join(unit) + "\n")
    node.check_output("systemctl daemon-reload && systemctl start quoting.service")
    found = json.loads(node.check_output("cat /run/quoting.json"))
    node.check_output("sh -c 'set -a; . /run/quoting.env; exec /usr/local/bin/quoting'")
    yield [*found, json.loads(node.check_output("cat /run/quoting.json"))[1]]
    node.check_output("rm /run/systemd/system/quoting.service /run/quoting.* /usr/local/bin/quoting && systemctl daemon-reload")


def test_arguments_of_a_command_line(seen, values):
    assert seen[0] == [*values, "end"]


@pytest.mark.parametrize(("reader", "prefix"), [(1, "UNIT"), (1, "FILE"), (2, "FILE")])
def test_environment_of_a_unit_and_of_a_file_for_systemd_and_for_a_shell(seen, values, reader, prefix):
    assert [seen[reader].get(f"{prefix}_{number}") for number in range(len(values))] == values
