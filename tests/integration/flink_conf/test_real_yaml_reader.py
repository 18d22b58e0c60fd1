# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares config.yaml, as it is read and edited here, with the Flinks that read it, thousands of cases in one JVM each."""

from __future__ import annotations

from random import Random

import cases
import pytest
import yaml_cases
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf import syntax
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Option
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import Plan, Request
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.yaml_document import YamlDocument, taken_over
from conftest import REFUSED

READ, WRITTEN = 1500, 3000
FILE = "config.yaml"


def scalars(settings):
    """Without lists, whose elements Flink has in quotes of its own choice."""
    return {key: value for key, value in settings.items() if not value.startswith("[")}


def test_it_is_read_like_flink_reads_it(standard, written, tmp_path):
    random = Random("read")
    texts = {f"{number:05d}": yaml_cases.text(random) for number in range(READ)}
    for name, text in texts.items():
        written(name, text.encode(), FILE)
    found, read, refused = standard.read(tmp_path, "US-ASCII"), 0, 0
    for name, text in texts.items():
        try:
            settings = YamlDocument(text).settings()
        except InputError:
            # Of these Flink reads those with an anchor or a tag.
            refused += 1
            continue
        read += 1
        assert REFUSED not in found[name], f"{text!r} is read here, and Flink: {found[name]}"
        assert scalars(settings) == scalars(found[name]) and settings.keys() == found[name].keys(), text
    assert read > READ / 10 and refused > READ / 10, (read, refused)


def test_two_maps_of_one_name_are_read_by_nobody(standard, written, tmp_path):
    texts = ["a:\n  b: 1\nc: 1\na:\n  d: 1\n", "x:\n  a: 1\n  a:\n    b: 2\n", "a:\n  - {b: 1, b: 2}\n", "a: {b: {c: 1}, b: {d: 1}}\n"]
    for number, text in enumerate(texts):
        written(str(number), text.encode(), FILE)
        with pytest.raises(InputError, match="a second time|there twice"):
            YamlDocument(text)
    assert [list(settings) for settings in standard.read(tmp_path, "US-ASCII").values()] == [[REFUSED]] * len(texts)


def test_flink_reads_what_was_asked_for_and_the_rest_as_before(standard, written, tmp_path):
    random, expected = Random("written"), {}
    for number in range(WRITTEN):
        name, document = f"{number:05d}", YamlDocument(random.choice(yaml_cases.BEFORE))
        settings = document.settings()
        for _change in range(random.randrange(1, 4)):
            key, value = random.choice([*settings, "new.key", yaml_cases.garbled(random)]), yaml_cases.garbled(random)
            document.set(key, value)
            settings[key] = value
        if random.random() < 0.3:
            gone = random.choice([key for key in settings if key not in yaml_cases.IN_BRACES])
            document.remove(gone)
            del settings[gone]
        text = document.render()
        written(name, text.encode(), FILE)
        assert YamlDocument(text).settings() == settings, text
        expected[name] = settings
    found = standard.read(tmp_path, "US-ASCII")
    assert [(name, found[name]) for name, settings in expected.items() if scalars(found[name]) != scalars(settings)] == []


def test_accepted_values_are_those_that_flink_parses_out_of_this_file(standard, tmp_path):
    typed = cases.typed_values(Random("types"))
    pairs = [(kind, text) for kind in ("duration", "memorysize") for text in typed[kind]]
    pairs += [(kind, text) for kind in ("list", "map") for text in (*typed[kind], *yaml_cases.FLOWS)]
    plan = Plan(Request(version=standard.version, syntax=syntax.standard()))
    wrong = []
    for (kind, text), flink_takes in zip(pairs, standard.parses(pairs, tmp_path / "values", FILE)):
        option = Option("key", "string" if kind == "list" else kind, kind == "list", False, (), False, False, "")
        if (plan.why_not_parsed(option, text) is None) != flink_takes:
            wrong.append((kind, text, flink_takes))
    assert wrong == []


def test_a_flink_conf_yaml_that_is_taken_over_says_the_same(standard, flink, written, tmp_path):
    legacy = b"# head\njobmanager.rpc.address: node1 # where\nno setting\nenv.java.opts: -Da=b -Dc=\"d e\"\nrest.port: 8081\nrest.port: 8082\nx: 'q'\ny: 0123\n"
    written("legacy", legacy)
    before = flink.read(tmp_path, "UTF-8")["legacy"]
    (tmp_path / "legacy" / "flink-conf.yaml").rename(tmp_path / "legacy" / "old")
    (tmp_path / "legacy" / FILE).write_text(taken_over(legacy.decode(), lambda key: key))
    assert standard.read(tmp_path, "UTF-8")["legacy"] == before
