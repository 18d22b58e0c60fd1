# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon import kinds as marathon_kinds

ROOT = Path(__file__).resolve().parents[3]
SOURCE = json.loads((ROOT / "tools" / "data" / "marathon-app-schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("marathon_schema_tool", ROOT / "tools" / "marathon_schema.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_table_is_what_the_generator_writes(generator):
    assert generator.OUTPUT.read_text(encoding="utf-8") == generator.render(SOURCE)


def test_every_type_and_field_of_the_source_is_in_the_table():
    assert set(marathon_kinds.KINDS) == set(SOURCE["types"])
    for name, spec in SOURCE["types"].items():
        assert set(marathon_kinds.KINDS[name].fields) == set(spec.get("properties", {})), name
    assert set(marathon_kinds.KINDS["App"].fields) == set(SOURCE["field_order"])


def test_what_the_source_lists_as_unordered_is_a_set():
    kinds = marathon_kinds.KINDS
    for path in SOURCE["compare_unordered"]:
        names = path.replace("[]", "").split(".")
        kind = kinds["App"]
        for name in names[:-1]:
            kind = kinds[kind.fields[name].base.strip("[]")]
        assert kind.fields[names[-1]].is_set, path


def test_defaults_of_the_source_are_in_the_table():
    fields = marathon_kinds.KINDS["App"].fields
    for name, value in SOURCE["defaults_present_on_read"].items():
        if name in fields and fields[name].has_default:
            assert fields[name].default == value, name


def test_what_has_no_form_in_the_table_is_a_problem(generator):
    with pytest.raises(generator.Problem, match="X has no known type"):
        generator.kind({"type": "any"}, "X")
    with pytest.raises(generator.Problem, match="cannot stand in the table"):
        generator.traits({"type": "string", "pattern": "a b"})
