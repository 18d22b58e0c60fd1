# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.settings import properties_lines, settings_faults, settings_texts


def test_values_become_texts_and_null_leaves_a_key_out():
    given = {"hosts": ["node1", 2, True], "on": True, "off": "False", "part": 0.75, "none": None, "text": "two\nlines", "empty": ""}
    assert settings_texts(given) == {
        "empty": "", "hosts": "node1,2,true", "off": "false", "on": "true", "part": "0.75", "text": "two\nlines"}
    assert settings_faults(given, "x") == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            "hadoop.proxyuser.hue",
            {"hosts": "*"},
            "hdfs_core_settings: hadoop.proxyuser.hue is a map, and the value of a setting is a text: write each of its entries with the whole"
            " name, hadoop.proxyuser.hue.hosts.",
        ),
        ("a", [{"b": 1}], "hdfs_core_settings: a is a list that has lists, maps or nothing for entries: write a list of texts."),
        ("a", ["b", None], "nothing for entries"),
        ("a", float("inf"), "is not a finite number"),
        ("a", "b\x00", "control character"),
        ("a b", "c", "has no blanks"),
        (8020, "c", "hdfs_core_settings: 8020 is a int to YAML, and no name of a setting: put it in quotes."),
    ],
)
def test_what_no_text_can_stand_for_is_refused_with_variable_and_key(key, value, said):
    (fault,) = settings_faults({"good": 1, key: value}, "hdfs_core_settings")
    assert said in fault
    with pytest.raises(InputError):
        settings_texts({key: value})


def test_settings_are_a_map():
    assert settings_faults(["a"], "zookeeper_settings") == ["zookeeper_settings is not a map: write names of settings and their values."]


def test_properties_are_escaped():
    given = {"a:b": "c\\d", "lead": " x", "e": "\u00e9\U0001f600", "lines": "1\n2", "plain": "a=b:c #d", "list": ["x", "y"], "no": None}
    assert properties_lines(given).splitlines() == [
        "a\\:b=c\\\\d", "e=\\u00e9\\ud83d\\ude00", "lead=\\ x", "lines=1\\n2", "list=x,y", "plain=a=b:c #d"]
