# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.quoting import (
    account_faults,
    environment_faults,
    environment_lines,
    java_option_faults,
    path_faults,
    unit_value,
    unit_word,
)
from hypothesis import given, settings
from hypothesis import strategies as st

# What an environment variable may hold, with more of what is quoted than chance brings.
TEXTS = st.text(st.one_of(st.sampled_from("\\\"'`$%!#;& \t\n*"), st.characters(blacklist_categories=("Cs", "Cc"))), max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_a_shell_reads_what_was_meant(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("env") / "environment"
    variables = {f"V{number}": value for number, value in enumerate(values)}
    path.write_bytes(environment_lines(variables).encode())
    show = "; ".join(f'printf "%s\\0" "${name}"' for name in variables)
    found = subprocess.run(["sh", "-c", f". {path}; {show}"], check=True, capture_output=True, env={"LANG": "C.UTF-8"}).stdout
    assert found.decode().split("\0")[:-1] == values


@pytest.mark.parametrize(
    ("value", "word", "setting"),
    [
        ("-Xmx1g", "-Xmx1g", "-Xmx1g"),
        ("-Dname=two words", '"-Dname=two words"', '"-Dname=two words"'),
        ("/var/log/gc-%p.log", '"/var/log/gc-%%p.log"', '"/var/log/gc-%%p.log"'),
        ("$HOME", '"$$HOME"', '"$HOME"'),
        ('a"b\\c', '"a\\"b\\\\c"', '"a\\"b\\\\c"'),
        (";", '";"', '";"'),
        ("", '""', '""'),
        (True, "true", "true"),
    ],
)
def test_units_hold_words_as_systemd_reads_them(value, word, setting):
    assert (unit_word(value), unit_value(value)) == (word, setting)


def test_null_leaves_a_variable_out_and_names_are_sorted():
    assert environment_lines({"B": True, "A": 1, "C": None}) == 'A="1"\nB="true"\n'


OWNED = {"JAVA_HOME": "hdfs_java_home", "MESOS_*": "mesos_agent_flags"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("http-proxy", "x", "hdfs_environment: http-proxy is no name of an environment variable: use letters, digits and _, no digit first."),
        ("1A", "x", "is no name of an environment variable"),
        ("JAVA_HOME", "/x", "hdfs_environment: JAVA_HOME is the role's own: set hdfs_java_home instead."),
        ("MESOS_PORT", "1", "set mesos_agent_flags instead"),
        ("no_proxy", ["a", "b"], "no_proxy is a list"),
        ("A", {"b": "hush"}, "hdfs_environment: A is a map"),
        ("A", "hush\r", "hdfs_environment: A has a control character in its value: take it out."),
    ],
)
def test_an_environment_that_cannot_be_is_named_without_its_value(name, value, said):
    (found,) = environment_faults("hdfs_environment", {name: value, "GOOD": "two\nlines", "GONE": None}, OWNED)
    assert said in found and "hush" not in found


def test_an_environment_is_a_map():
    assert environment_faults("hdfs_environment", ["A=1"], {}) == [
        "hdfs_environment is not a map: write names of environment variables and their values."
    ]


@pytest.mark.parametrize(
    ("option", "split", "said"),
    [
        ("Xmx1g", "", "is no option of a JVM"),
        ("-Da=b\nc", "", "line break"),
        ("-Dpassword=hush hush", "Flink", "java_options: -Dpassword has a blank"),
        ("-Da='b'", "Marathon", "a quote"),
    ],
)
def test_an_option_that_would_not_arrive_is_named(option, split, said):
    (found,) = java_option_faults("java_options", [option, "-XX:+UseG1GC", "-Da=%p$b"], split)
    assert said in found and "hush" not in found


def test_options_that_arrive_are_taken():
    assert java_option_faults("java_options", ["-Dname=two 'words'", "@/etc/hadoop/jvm"]) == []


@pytest.mark.parametrize("path", ["/data/my disk", "/data/$x", "/data/50%", '/data/"x"', "/data/a:b", "/data/a,b", "data", "/data/\u00e9"])
def test_a_path_that_units_take_apart_is_named(path):
    (found,) = path_faults({"hdfs_data_dirs": ["/data/one", path], "log_dir": ""})
    assert found.startswith(f"hdfs_data_dirs is {path!r}, and ")


@pytest.mark.parametrize("name", ["", "my user", "1st", "a%b", "x" * 33, "-x"])
def test_an_account_that_cannot_be_is_named(name):
    (found,) = account_faults({"hdfs_user": name, "flink_user": "svc_flink.prod-1"})
    assert found.startswith(f"hdfs_user is {name!r}, which no account can be called")
