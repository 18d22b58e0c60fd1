# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""config.yaml, read as Flink 1.19 to 2.3 read it and edited in place; that it is so is compared with the real ones in tests/integration/flink_conf."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.yaml_document import YamlDocument
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.yaml_reader import scalar_text, written

TEXT = """\
# Sizes
jobmanager:
  # where
  rpc:
    address: localhost  # for now
    port: 6123
  memory.process.size: 1600m
taskmanager.numberOfTaskSlots: 1
io.tmp.dirs:
  - /a
  - /b
# last words
"""


def edited(*calls, text=TEXT):
    """The text after these calls of methods, which reads as the document says."""
    document = YamlDocument(text)
    for name, *arguments in calls:
        getattr(document, name)(*arguments)
    assert YamlDocument(document.render()).settings() == document.settings()
    return document.render()


def test_what_is_not_touched_stays_as_it_is():
    assert edited() == TEXT
    assert edited(("set", "jobmanager.rpc.port", "6123"), ("remove", "absent")) == TEXT


def test_maps_are_flattened_and_lists_are_in_one_line():
    assert YamlDocument(TEXT).settings() == {
        "jobmanager.rpc.address": "localhost", "jobmanager.rpc.port": "6123", "jobmanager.memory.process.size": "1600m",
        "taskmanager.numberOfTaskSlots": "1", "io.tmp.dirs": "[/a, /b]"}
    assert YamlDocument("").settings() == YamlDocument("# nothing\n").settings() == {}


def test_a_value_is_replaced_where_it_stands():
    assert edited(("set", "jobmanager.rpc.address", "10.0.0.1")) == TEXT.replace("localhost ", "10.0.0.1 ")
    assert edited(("set", "io.tmp.dirs", "/x,/y")) == TEXT.replace("\n  - /a\n  - /b", " /x,/y")
    assert edited(("set", "a", "b"), text="a: |\n  one\n  two\nb: 1\n") == "a: b\nb: 1\n"


def test_a_new_setting_is_the_last_line():
    assert edited(("set", "rest.port", "8081")) == TEXT + "rest.port: 8081\n"
    assert edited(("set", "b", "1"), text="  a: 1") == "  a: 1\n  b: 1\n"
    assert edited(("set", "b", "1"), text="a: 1\r\n") == "a: 1\r\nb: 1\r\n"


def test_a_former_name_gives_its_place_where_it_is_a_line_of_its_own():
    assert edited(("set", "slots", "2", ["taskmanager.numberOfTaskSlots"])) == TEXT.replace("taskmanager.numberOfTaskSlots: 1", "slots: 2")
    found = edited(("set", "address", "h", ["jobmanager.rpc.address"]))
    assert found == TEXT.replace("    address: localhost  # for now\n", "") + "address: h\n"


def test_a_map_goes_with_its_last_setting():
    assert "rpc" not in edited(("remove", "jobmanager.rpc.address", "jobmanager.rpc.port"))
    gone = edited(("remove", "jobmanager.rpc.address", "jobmanager.rpc.port", "jobmanager.memory.process.size"))
    assert "jobmanager" not in gone and gone.startswith("# Sizes\ntaskmanager")


def test_of_two_settings_of_a_key_the_later_is_kept():
    text = "a:\n  b: 1\na.b: 2\nc: 1\nc: 2\n"
    document = YamlDocument(text)
    assert document.settings() == {"a.b": "2", "c": "2"}
    assert document.fold_duplicates() == ["a.b", "c"] and document.render() == "a.b: 2\nc: 2\n"


@pytest.mark.parametrize(("text", "words"), [
    ("a: 1\nb: [", "line 2 of config.yaml"), ("a: &x 1\n", "line 1 of config.yaml has an anchor"), ("a: !!str 1\n", "has a tag"),
    ("- a\n", "is no map"), ("a: b: c\n", "line 1 of config.yaml"), ("true: 1\n", "a truth value"), ("a:\n  1: x\n", "line 2"),
    ("a:\n  b: 1\nc: 1\na:\n  d: 1\n", "line 4 of config.yaml has a a second time, after line 1"),
    ("x:\n  a: 1\n  a:\n    b: 2\n", "line 3 .* has x.a a second"),
    ("a:\n  - {b: 1, b: 2}\n", "line 2 .* a key that is there twice"), ("a: [[{b: [{c: 1, c: 1}]}]]\n", "line 1 .* there twice"),
    ("a: 1\nb:\n", "line 2 of config.yaml has no value for b"), ("a: ~\n", "no value for a"), ("a: \x00", "no text|special characters"),
])
def test_what_flink_would_not_start_with_is_named_by_its_line(text, words):
    with pytest.raises(InputError, match=words):
        YamlDocument(text)


def test_a_secret_is_in_no_sentence():
    with pytest.raises(InputError) as refused:
        YamlDocument("s3.secret-key: 'tell-nobody\n")
    assert "tell-nobody" not in str(refused.value)


def test_what_stands_in_braces_is_changed_there_and_not_taken_out():
    assert edited(("set", "a.b", "2"), text="a: {b: 1, c: 3}\n") == "a: {b: 2, c: 3}\n"
    assert edited(("set", "a.b", "x,y"), text="a: {b: 1, c: 3}\n") == "a: {b: 'x,y', c: 3}\n"
    with pytest.raises(InputError, match="line 1 of config.yaml: a.b is in a map in braces"):
        edited(("remove", "a.b"), text="a: {b: 1, c: 3}\n")
    with pytest.raises(InputError, match="one map in braces"):
        edited(("set", "x", "1"), text="{a: 1}\n")
    with pytest.raises(InputError, match="question mark"):
        edited(("set", "a", "2"), text="? a\n: 1\n")


@pytest.mark.parametrize(("text", "read"), [
    ("0123", "123"), ("0o17", "15"), ("0x1F", "31"), ("+5", "5"), ("1e3", "1000.0"), ("1.10", "1.1"), ("100000000.0", "1.0E8"), ("1e-5", "1.0E-5"),
    ("True", "true"), ("yes", "yes"), ("1_000", "1_000"), ("12:30", "12:30"), ("~", "null"), (".Inf", ".inf"), ("-.inf", "-.inf"), (".NaN", ".nan"),
    ("1e400", ".inf"), ("2001-01-01", "2001-01-01"),
])
def test_a_plain_scalar_is_what_yaml_1_2_takes_it_for(text, read):
    assert scalar_text(text) == read and scalar_text(text, plain=False) == text


@pytest.mark.parametrize(("text", "spelled"), [
    ("1600m", "1600m"), ("60 s", "60 s"), ("8081", "8081"), ("true", "true"), ("hdfs://nn:8020/x", "hdfs://nn:8020/x"), ("0123", "'0123'"),
    ("1.10", "'1.10'"), ("null", "'null'"), ("", "''"), ("a: b", "'a: b'"), ("a #b", "'a #b'"), ("- x", "'- x'"), ("it's", "'it''s'"),
    ("a\nb", '"a\\nb"'), ("\u2028", '"\\u2028"'), ("*x", "'*x'"), ("-Da=b -Dc=d", "-Da=b -Dc=d"),
])
def test_a_value_has_quotes_where_it_would_be_something_else(text, spelled):
    assert written(text) == spelled


def test_a_key_that_is_a_number_has_quotes():
    assert (written("1", key=True), written("1")) == ("'1'", "1")
