# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.reader import (
    is_skipped,
    java_lines,
    read,
    read_line,
    script_reads,
)


@pytest.mark.parametrize(
    "line, expected",
    [
        ("key: value", ("key", "value")),
        ("  key : value  ", ("key", "value")),
        ("\tkey: value", ("key", "value")),
        ("k8s: a: b", ("k8s", "a: b")),
        ('port: "19999"', ("port", '"19999"')),
        ("url: http://a#b", ("url", "http://a")),
        ("key: value # said so", ("key", "value")),
        ("key:: value", ("key:", "value")),
        ("key:\tvalue", None),
        ("key:value", None),
        ("nested:", None),
        ("key: ", None),
        (": value", None),
        ("# key: value", None),
        ("", None),
        (" \x00\x1f key: value\x0b\x0c", ("key", "value")),
        ("key: \u00a0value\u00a0", ("key", "\u00a0value\u00a0")),
        ("\ufeffkey: value", ("\ufeffkey", "value")),
    ],
)
def test_a_line_is_read_as_flink_1_12_5_was_seen_to_read_it(line, expected):
    assert read_line(line) == expected


def test_only_the_three_terminators_of_java_end_a_line():
    text = "a\nb\rc\r\nd\x0be\x0cf\x85g\u2028h\u2029i"
    assert java_lines(text) == [("a", "\n"), ("b", "\r"), ("c", "\r\n"), ("d\x0be\x0cf\x85g\u2028h\u2029i", "")]


@pytest.mark.parametrize("text, lines", [("", 0), ("\n", 1), ("\n\n", 2), ("a", 1), ("a\n", 1), ("\r\n\r", 2), ("\n\r", 2)])
def test_the_end_of_the_file_is_no_line(text, lines):
    assert len(java_lines(text)) == lines
    assert "".join(body + end for body, end in java_lines(text)) == text


def test_the_last_duplicate_wins():
    assert read("a: 1\nb: 2\na: 3\n") == {"a": "3", "b": "2"}


@pytest.mark.parametrize("line, skipped", [("key:value", True), ("word", True), ("key: ", True), ("", False), (" # x", False), ("k: v", False)])
def test_skipped_lines_are_those_that_flink_warns_about(line, skipped):
    assert is_skipped(line) is skipped


@pytest.mark.parametrize(
    "line, expected",
    [
        ("env.log.dir: /a  # b", "/a"),
        ("  env.log.dir   :   /a", "/a"),
        ("\tenv.log.dir: /a", None),
        ("env.log.dir\t: /a", None),
        ("env.log.dir: /a\r", "/a\r"),
        ("env.log.dir: /a\t", "/a\t"),
        ("env-log.dir: /a", "/a"),
        ("env.log.dirs: /a", None),
    ],
)
def test_the_start_script_reads_with_sed(line, expected):
    assert script_reads(line, "env.log.dir") == expected
