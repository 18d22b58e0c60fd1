# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.line_rules import (
    as_text,
    why_key_is_misread,
    why_value_is_misread,
)


@pytest.mark.parametrize(
    "value, text",
    [("a", "a"), (True, "true"), (False, "false"), (8081, "8081"), (-1, "-1"), (0.4, "0.4"), (1.0, "1.0"), (1e-5, "1e-05"), ("1.10", "1.10")],
)
def test_values_as_flink_spells_them(value, text):
    assert as_text("key", value) == text


@pytest.mark.parametrize(
    "value, clause",
    [
        ({"backend": "rocksdb"}, "is a nested map, which Flink does not read; write each entry with its whole key, state.backend"),
        ({}, "is a nested map"),
        (["a", "b"], "is a list of lists"),
        (float("nan"), "is not a finite number"),
        (float("inf"), "is not a finite number"),
        (b"a", "is a bytes"),
    ],
)
def test_values_that_have_no_spelling(value, clause):
    with pytest.raises(ValueError, match=clause):
        as_text("state", value)


@pytest.mark.parametrize("key", ["a", "a.b-c_d", "a:b", "a:", "a b", "-", '"a"', "a\tb", "x" * 5000])
def test_keys_that_flink_reads_back(key):
    assert why_key_is_misread(key, True) is None


@pytest.mark.parametrize(
    "key, clause",
    [
        (True, "is a bool to YAML; put the key in quotes"),
        (1, "is a int to YAML"),
        ("", "is empty"),
        (" a", "white space"),
        ("a\t", "white space"),
        ("a#b", 'contains "#"'),
        ("#a", 'contains "#"'),
        ("a: b", 'contains ": "'),
        ("a\nb: c", "line break"),
        ("a\rb", "line break"),
        ("\x0ba", "white space"),
        ("a\x00b", "control character U+0000"),
        ("é", "U+00E9"),
        ("\ufeffa", "U+FEFF"),
        ("env-java.home", "would be taken for env.java.home by bin/config.sh"),
    ],
)
def test_keys_that_flink_misreads(key, clause):
    assert clause in why_key_is_misread(key, True)


READABLE = ["a", "a: b", "a:", ":", "http://h:1/x?y=1&z=2", "-Da=b -Dc='d e'", "a\tb", "'a", 'b"', "a 'b' c", "~", "null", "{}", "x" * 100000]


@pytest.mark.parametrize("text", READABLE)
def test_values_that_flink_reads_back(text):
    assert why_value_is_misread("key", text, True) is None


@pytest.mark.parametrize(
    "key, text, clause",
    [
        ("key", "", "null removes the key"),
        ("key", " ", "white space"),
        ("key", "a ", "white space"),
        ("key", "\ta", "white space"),
        ("key", "a#b", "where Flink cuts the line"),
        ("key", '"a#b"', "where Flink cuts the line"),
        ("key", "a\nb", "line break"),
        ("key", "a\r", "line break"),
        ("key", "a\x85b", "U+0085"),
        ("key", "a\x7fb", "U+007F"),
        ("key", '"19999"', "Flink would keep as a part of the value"),
        ("key", "'19999'", "Flink would keep as a part of the value"),
        ("env.java.opts", '-Da="b c"', "bin/config.sh takes away"),
        ("env.java.default-opts.all", '-Da="b c"', "bin/config.sh takes away"),
        ("env.java.opts.taskmanager", '"-Da" -Db', "bin/config.sh takes away"),
        ("env.java.opts.jobmanager", '"-Da -Db"', "bin/config.sh takes away; leave out those around the whole value"),
        ("key", "a\u2028b", "charset: utf-8"),
        ("key", "Größe", "U+00F6"),
    ],
)
def test_values_that_flink_misreads(key, text, clause):
    assert clause in why_value_is_misread(key, text, True)


@pytest.mark.parametrize("text", ["Größe", "a\u2028b", "\u00a0a\u00a0", "😀", "\u3000"])
def test_a_utf_8_jvm_reads_any_character(text):
    assert why_value_is_misread("key", text, False) is None


def test_half_a_character_is_never_written():
    assert "is not valid Unicode" in why_value_is_misread("key", "a\ud800b", False)


def test_quotes_are_left_to_options_that_parse_them():
    assert why_value_is_misread("key", "'a;b'", True, quotes_parsed=True) is None
