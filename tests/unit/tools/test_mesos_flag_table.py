# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("mesos_flag_table", ROOT / "tools" / "mesos_flag_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def source(generator, name):
    return json.loads((generator.DATA / name).read_text(encoding="utf-8"))


def test_the_committed_table_is_what_the_generator_writes(generator):
    written = generator.render(source(generator, "mesos-flags.json"), source(generator, "marathon-flags.json"))
    assert generator.OUTPUT.read_text(encoding="utf-8") == written


def test_every_flag_of_mesos_is_in_the_table(generator):
    from ansible_collections.baremetal.flink.plugins.module_utils.mesos.flags import mesos_flags

    flags = source(generator, "mesos-flags.json")["flags"]
    for role in ("master", "agent"):
        known = mesos_flags(role)
        for flag in flags:
            expected = flag["applies_to"] in (role, "both")
            others = [other for other in flags if other["name"] == flag["name"] and other["applies_to"] in (role, "both")]
            assert (flag["name"] in known) == bool(others), flag["name"]
            if expected:
                assert known[flag["name"]].kind == flag["type"]
                assert list(known[flag["name"]].choices) == flag.get("choices", [])
                if flag.get("deprecated_alias"):
                    assert known[flag["deprecated_alias"]] is known[flag["name"]]


def test_every_flag_of_marathon_is_in_the_table(generator):
    from ansible_collections.baremetal.flink.plugins.module_utils.marathon.flags import marathon_flags

    known = marathon_flags()
    flags = source(generator, "marathon-flags.json")["flags"]
    assert {(flag["name"], flag["type"]) for flag in flags} == {(flag.name, flag.kind) for flag in known.values()}


def test_every_type_has_a_check(generator):
    from ansible_collections.baremetal.flink.plugins.module_utils.mesos import flag_values as mesos_flag_values

    for name in ("mesos-flags.json", "marathon-flags.json"):
        for flag in source(generator, name)["flags"]:
            assert flag["type"] in mesos_flag_values._CHECKS, flag["name"]
