# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "tools" / "data" / "flink-options.json"
DISTRIBUTIONS = ROOT / "tools" / "data" / "flink-distributions.json"


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("option_catalogue", ROOT / "tools" / "option_catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def source():
    return json.loads(SOURCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def distributions():
    return json.loads(DISTRIBUTIONS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalogues(generator):
    from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue

    return {generator.version_of(minor): Catalogue(minor) for minor in generator.MINORS}


def test_the_committed_table_is_what_the_generator_writes(generator, source, distributions):
    assert generator.OUTPUT.read_text(encoding="utf-8") == generator.render(source, distributions)


def test_every_option_of_the_source_is_in_the_table_with_its_versions(source, catalogues):
    listed = [(key, version) for key, option in source["options"].items() if "<" not in key for version in option["versions"]]
    assert [(key, version) for key, version in listed if not catalogues[version].option(key)] == []


def test_every_option_of_a_distribution_is_known_by_all_its_names(distributions, catalogues):
    names = [
        (name["key"], version) for key, option in distributions["options"].items()
        for name in ({"key": key, "versions": option["versions"]}, *option.get("deprecated_keys", []), *option.get("fallback_keys", []))
        for version in name["versions"] if version in catalogues and not name["key"].startswith(("__", "<"))
    ]
    assert len(names) > 4000
    assert [(key, version) for key, version in names if not catalogues[version].knows(key.replace("<>", "some"))] == []


def test_no_key_is_refused_that_a_distribution_reads_or_may_read(distributions, catalogues):
    assert set(catalogues) <= set(distributions["releases"])
    of_a_version = [(key, version) for key, entry in distributions["read"].items() for version in entry["versions"]]
    families = [(prefix.replace("<>", "some") + "some.key", version) for prefix, entry in distributions["prefixes"].items() for version in entry["versions"]]
    known = [(key.replace("<>", "some"), version) for key, version in of_a_version + families if version in catalogues]
    assert len(known) > 500
    assert [(key, version) for key, version in known if not catalogues[version].knows(key)] == []
    may = [(key, version) for key, versions in distributions["mentioned"].items() for version in versions if version in catalogues and "<" not in key]
    assert [(key, version) for key, version in may if not (catalogues[version].knows(key) or catalogues[version].may_read(key))] == []


def test_what_is_told_of_a_dropped_key_is_known_to_all_versions_that_hear_it(generator, source, catalogues):
    told = [
        (key.replace("<>", "some") + ("x" if key.endswith(".") else ""), entry["advice"].replace("<>", "some"), catalogue)
        for key, entry in source["replaced"].items()
        for version, catalogue in catalogues.items() if generator.number(version) >= generator.number(entry["since"])
    ]
    assert len(told) > 300
    assert [(key, catalogue.name) for key, dummy, catalogue in told if catalogue.knows(key)] == []
    named = [(word.rstrip(":,"), catalogue) for dummy, advice, catalogue in told if advice.startswith("use ") for word in advice.split() if "." in word]
    assert [(name, catalogue.name) for name, catalogue in named if not catalogue.knows(name)] == []
    assert [key for key, advice, dummy in told if not advice.startswith(("use ", "leave it out"))] == []


def test_a_version_reads_a_key_until_it_is_dropped(generator, source, catalogues):
    before = {version: list(catalogues)[number - 1] for number, version in enumerate(catalogues) if number}
    ends = [(key.replace("<>", "some"), before[entry["since"]]) for key, entry in source["replaced"].items()
            if not key.endswith(".") and not key.startswith("query.") and entry["since"] in before]
    assert [(key, version) for key, version in ends if not catalogues[version].knows(key)] == []


def test_a_long_line_is_one_to_python(generator):
    line = "a.b 2-20 enum one=" + ",".join(["WORD"] * 90)
    source = generator.wrapped(line)
    assert max(map(len, source.splitlines())) <= generator.LINE_LIMIT + 1
    assert ast.literal_eval(f'"""{source}"""') == line


def test_spans(generator):
    assert generator.span([2, 3, 9, 11, 10, 13]) == "2-3,9-11,13"
    assert generator.minors(["1.10", "1.2"]) == [2, 10]
    assert [generator.number(version) for version in ("1.10", "2.3")] == [10, 103] and generator.version_of(103) == "2.3"


@pytest.mark.parametrize("iso, text", [("PT0.5S", "500 ms"), ("PT0S", "0 ms"), ("PT1M", "1 min"), ("PT1H", "1 h"), ("PT90S", "90 s")])
def test_durations_are_written_as_flink_reads_them(generator, iso, text):
    assert generator.default({"type": "duration", "default": iso}) == text


@pytest.mark.parametrize("value, text", [({"DATAPROC": "70", "PYTHON": "30"}, "DATAPROC:70,PYTHON:30"), ({"computed": True}, "")])
def test_a_map_is_written_as_flink_reads_it(generator, value, text):
    assert generator.default({"type": "map", "default": value}) == text


def test_a_list_says_in_which_versions(generator):
    versions = [generator.version_of(minor) for minor in (2, 3, 4)]
    option = {"type": "string", "versions": versions, "default": None, "list": True}
    assert generator.traits("a.b", option) == "list"
    assert generator.traits("a.b", {**option, "list_changes": {"1.2": False, "1.3": True}}) == "list=3-4"
    assert generator.traits("a.b", {**option, "list": False}) == "-"


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


def undeclared(generator, **keys):
    """READ, FAMILIES and MENTIONED for one option, rest.port of 1.12, with its older name in 1.13."""
    source = {"options": {"rest.port": {"versions": ["1.12"]}}, "aliases": {"web.port": [{"option": "rest.port", "deprecated": True, "versions": ["1.13"]}]}}
    found = generator.Undeclared(source, {"options": {}, "read": {}, "prefixes": {}, "mentioned": {}, **keys}, told=["sources.told"])
    return found.read(), found.families(), found.mentioned()


def read_in(*versions, by="org/apache/flink/runtime/A"):
    return {"versions": list(versions), "by": [by]}


def test_a_key_is_undeclared_only_where_no_option_has_it(generator):
    keys = {"rest.port": read_in("1.11", "1.12", "2.3"), "web.port": read_in("1.12", "1.13"), "a.b": read_in("1.2", "1.3")}
    assert undeclared(generator, read=keys) == (["a.b 2-3", "rest.port 11,103", "web.port 12"], [], [])


def test_a_family_covers_what_begins_with_it_in_its_versions(generator):
    found = undeclared(generator, read={"flink.yarn.x": read_in("1.12", "1.13")}, prefixes={"flink.yarn.": read_in("1.13")})
    assert found == (["flink.yarn.x 12"], ["flink.yarn. 13"], [])


def test_the_family_of_a_file_system_is_one_of_every_version_that_loads_it(generator):
    found = undeclared(generator, prefixes={"swift.": read_in("1.9", by="org/apache/flink/fs/openstackhadoop/SwiftFileSystemFactory")})
    assert found == ([], ["swift. 4-103"], ["swift. 2-3"])


def test_what_is_read_is_not_just_mentioned(generator):
    found = undeclared(generator, read={"a.b": read_in("1.3")}, mentioned={"a.b": ["1.2", "1.3"], "rest.port": ["1.12"], "param.<param>": ["1.12"]})
    assert found == (["a.b 3"], [], ["a.b 2"])


def test_where_the_reading_module_is_missing_nobody_can_tell(generator):
    found = undeclared(generator, read={"a.b": {**read_in("1.3"), "untold": ["1.2", "2.0"]}}, mentioned={"a.b": ["1.2", "1.4"]})
    assert found == (["a.b 3"], [], ["a.b 2,4,100"])


def test_where_the_module_of_an_option_is_missing_only_sources_can_tell(generator):
    entry = {"versions": ["1.7"], "class": "org.apache.flink.A", "untold": ["1.6"], "deprecated_keys": [{"key": "python.old", "versions": ["1.7"]}]}
    options = {key: entry for key in ("python.mmap.size.kb", "sources.told", "a.<>")}
    assert undeclared(generator, options=options) == ([], [], ["python.mmap.size.kb 6", "python.old 6"])


def test_an_option_is_put_together_out_of_both_inputs(generator):
    known = {"type": "string", "versions": ["1.10", "1.11"], "default": "x", "allowed": {"values": ["A", "B"]}}
    made = {
        "type": "enum", "type_changes": {"1.9": "int", "1.10": "string", "1.12": "enum"}, "versions": ["1.9", "1.10", "1.12", "1.13"], "default": "A",
        "enum": {"1.12": ["A", "B"], "1.13": ["A", "C"]}, "class": "org.apache.flink.A",
    }
    options = {"a.b": made, "a.c": {**made, "versions": ["1.12", "1.13"]}}
    found = generator.combined({"options": {"a.b": known}, "aliases": {}}, {"options": options, "prefixes": {}})["options"]
    assert generator.option_line("a.b", found["a.b"]) == "a.b 9-13 9:int,10:string,12:enum one=A,B @9:A@10:x@12:A"
    assert generator.option_line("a.c", found["a.c"]) == "a.c 12-13 enum one=A,B@12,C@13 A"


@pytest.mark.parametrize("key, owner", [
    ("fs.<>.limit.total", "org.apache.flink.configuration.CoreOptions"), ("__table.query-start.local-time__", "org.apache.flink.table.A"),
    ("s3.entropy.key", "org.apache.flink.fs.s3.common.AbstractS3FileSystemFactory"),
])
def test_what_families_have_and_what_flink_sets_is_not_named(generator, key, owner):
    made = {"type": "string", "versions": ["1.13"], "default": None, "class": owner, "deprecated_keys": [{"key": "a.<>", "versions": ["1.13"]}]}
    assert generator.combined({"options": {}, "aliases": {}}, {"options": {key: made}, "prefixes": {"s3.": {}}}) == {"options": {}, "aliases": {}}


def test_other_names_of_distributions_are_renames(generator):
    made = {"type": "string", "versions": ["1.7"], "default": None, "class": "org.apache.flink.A", "deprecated_keys": [{"key": "old", "versions": ["1.7"]}]}
    assert generator.Renames(generator.combined({"options": {}, "aliases": {}}, {"options": {"new": made}, "prefixes": {}})).lines() == ["old 7 new"]


def test_what_one_of_many_is_asked_for_makes_a_family(generator):
    found = undeclared(generator, read={"a.b.c.<>.enabled": read_in("1.16"), "a.b.c.<>.region": read_in("1.17")}, prefixes={"a.b.c.<>.": read_in("1.18")})
    assert found == ([], ["a.b.c.<>. 16-18"], [])


def test_a_key_of_which_a_part_is_unknown_needs_a_family(generator):
    with pytest.raises(generator.Problem, match="no family has what is read of x.<>.y"):
        undeclared(generator, read={"x.<>.y": read_in("1.12")})
