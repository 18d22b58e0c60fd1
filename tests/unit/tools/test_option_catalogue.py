# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "tools" / "data" / "flink-options.json"


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("option_catalogue", ROOT / "tools" / "option_catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_table_is_what_the_generator_writes(generator):
    assert generator.OUTPUT.read_text(encoding="utf-8") == generator.render(json.loads(SOURCE.read_text(encoding="utf-8")))


def test_every_option_of_the_source_is_in_the_table_with_its_versions(generator):
    from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue

    options = json.loads(SOURCE.read_text(encoding="utf-8"))["options"]
    catalogues = {f"1.{minor}": Catalogue(minor) for minor in generator.MINORS}
    for key, option in options.items():
        if "<" not in key:
            assert [version for version, catalogue in catalogues.items() if catalogue.option(key)] == option["versions"], key


def test_spans(generator):
    assert generator.span([2, 3, 9, 11, 10, 13]) == "2-3,9-11,13"
    assert generator.minors(["1.10", "1.2"]) == [2, 10]


@pytest.mark.parametrize("iso, text", [("PT0.5S", "500 ms"), ("PT0S", "0 ms"), ("PT1M", "1 min"), ("PT1H", "1 h"), ("PT90S", "90 s")])
def test_durations_are_written_as_flink_reads_them(generator, iso, text):
    assert generator.default({"type": "duration", "default": iso}) == text


def test_types_say_from_which_version_they_hold(generator):
    option = {"type": "memorysize", "versions": ["1.3", "1.6", "1.10"], "type_changes": {"1.3": "int", "1.10": "memorysize"}}
    assert generator.types("any.size", option) == "3:int,10:memorysize"
    assert generator.types("akka.tcp.timeout", {"type": "string", "versions": ["1.2", "1.13"]}) == "2:string,10:duration"
    assert generator.types("any.port", {"type": "int", "versions": ["1.2"]}) == "port"


def test_a_key_with_two_successors_is_a_problem_of_the_source(generator):
    aliases = {"old": [{"option": name, "deprecated": True, "versions": ["1.12"]} for name in ("one", "two")]}
    renames = generator.Renames({"options": {"one": {"versions": ["1.12"]}, "two": {"versions": ["1.12"]}}, "aliases": aliases})
    with pytest.raises(generator.Problem, match="old of 1.12 has no single successor: one, two"):
        renames.current("old", 12)
