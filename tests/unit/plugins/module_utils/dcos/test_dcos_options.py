# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package's schema says of options, before anything is sent."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.dcos import options as opts
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos import catalogue
from hypothesis import given, settings
from hypothesis import strategies as some

FLINK = catalogue.FLINK["config"]
LEAVES = some.one_of(some.none(), some.booleans(), some.integers(-9, 9), some.text(max_size=3))
TREES = some.dictionaries(some.sampled_from("abc"), some.recursive(LEAVES, lambda each: some.dictionaries(some.sampled_from("abc"), each)), max_size=3)

relaxed = settings(max_examples=60)


@pytest.mark.parametrize(
    "options, fault",
    [
        ({"service": {"slot": 2}}, "service.slot: the package has no such option; did you mean service.slots?"),
        ({"Service": {}}, "Service: the package has no such option; did you mean service?"),
        ({"slots": 2}, "slots: the package has no such option; did you mean service.slots?"),
        ({"task_managers": {"count": 2}}, "task_managers: the package has no such option; did you mean task-managers?"),
        ({"hdfs": {"xyzzy": 1}}, "hdfs.xyzzy: the package has no such option; there are config-url"),
        ({"service": {"slots": "two"}}, "service.slots is the text 'two'; it must be a whole number"),
        ({"service": {"slots": 1.5}}, "service.slots is 1.5; it must be a whole number"),
        ({"service": {"slots": True}}, "service.slots is true; it must be a whole number"),
        ({"service": {"slots": 0}}, "service.slots is 0; it must be at least 1"),
        ({"service": {"name": ["a"]}}, "service.name is a list; it must be a text"),
        ({"service": {"name": True}}, "service.name is true; it must be a text"),
        ({"service": "flink"}, "service is the text 'flink'; it must be a dictionary"),
        ({"app-master": {"cpus": "0.05"}}, "app-master.cpus is 0.05; it must be at least 0.1"),
        ({"task-managers": {"memory-preallocation": "maybe"}}, "task-managers.memory-preallocation is the text 'maybe'; it must be true or false"),
        (
            {"service": {"log-level": "Warning"}},
            "service.log-level is the text 'Warning'; it must be one of OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE, ALL (did you mean WARN?)",
        ),
        ({"service": {"secret": {"a": 1}}}, "service.secret is a dictionary; it must be a text"),
    ],
)
def test_faults(options: Dict[str, Any], fault: str) -> None:
    assert opts.check(options, FLINK)[1] == [fault]


def test_every_fault_is_told_and_the_rest_converted() -> None:
    cleaned, faults = opts.check({"service": {"slots": "4", "name": 7, "rolle": "*"}, "app-master": {"heap": "x", "memory": "1024.5"}}, FLINK)
    assert cleaned["service"] == {"slots": 4, "name": "7", "rolle": "*"} and cleaned["app-master"]["memory"] == 1024.5
    assert [fault.partition(":")[0].partition(" ")[0] for fault in faults] == ["service.rolle", "app-master.heap"]
    assert opts.check({"task-managers": {"memory-preallocation": "False", "count": 2.0}}, FLINK) == (
        {"task-managers": {"memory-preallocation": False, "count": 2}}, []
    )


def test_a_secret_value_is_not_quoted() -> None:
    schema = {"properties": {"password": {"type": "string", "enum": ["geheim"]}, "token": {"type": "integer"}}}
    _cleaned, faults = opts.check({"password": "swordfish", "token": "hunter2"}, schema)
    assert faults[0].startswith("password is another text; it must be one of") and faults[1] == "token is another text; it must be a whole number"
    _cleaned, faults = opts.check({"login": {"credentials": {"id": "hunter2"}}}, {"properties": {"login": {"properties": {
        "credentials": {"properties": {"id": {"type": "integer"}}}}}}})
    assert faults == ["login.credentials.id is another text; it must be a whole number"]


@pytest.mark.parametrize(
    "schema, accepted",
    [
        ({"properties": {"a": {}}, "additionalProperties": True}, True),
        ({"properties": {"a": {}}, "additionalProperties": {"type": "integer"}}, True),
        ({"properties": {"a": {}}, "additionalProperties": {"type": "boolean"}}, False),
        ({"properties": {"a": {}}, "additionalProperties": False}, False),
        ({"properties": {"a": {}}}, False),
        ({"type": "object"}, True),
        ({"type": "object", "additionalProperties": False}, False),
        (None, False),
    ],
)
def test_names_that_the_schema_does_not_list(schema: Any, accepted: bool) -> None:
    assert bool(opts.check({"b": 1}, schema)[1]) is not accepted


def test_more_of_the_schema() -> None:
    schema = {"properties": {
        "n": {"type": ["integer", "string"]}, "list": {"type": "array", "items": {"type": "integer", "maximum": 3}},
        "open": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1, "exclusiveMaximum": True}, "odd": "not a schema",
    }}
    assert opts.check({"n": "7", "list": ["1", 2], "open": 0.5, "odd": 1}, schema) == ({"n": "7", "list": [1, 2], "open": 0.5, "odd": 1}, [])
    assert opts.check({"list": [1, 9], "n": 1.5}, schema)[1] == ["list[1] is 9; it must be at most 3", "n is 1.5; it must be a whole number or a text"]
    assert opts.check({"open": 0}, schema)[1] == ["open is 0; it must be more than 0"]
    assert opts.check({"open": 1}, schema)[1] == ["open is 1; it must be less than 1"]


def test_what_is_required() -> None:
    schema = {"required": ["a", "b"], "properties": {"b": {"required": ["c"], "properties": {"c": {}}}, "d": {"required": ["e"]}}}
    assert opts.missing({"b": {}}, schema) == ["a is missing; the package requires it", "b.c is missing; the package requires it"]
    assert opts.missing({"a": 1, "b": {"c": 1}}, schema) == [] and opts.missing({}, None) == []


def test_defaults_are_those_that_cosmos_extracts() -> None:
    found = opts.defaults(FLINK)
    assert found == catalogue.defaults(FLINK) and found["service"]["slots"] == 1 and "hdfs" not in found
    assert opts.defaults({"properties": {"a": {"default": {"x": 1}, "properties": {"y": {"default": 2}}}, "b": "odd"}}) == {"a": {"x": 1}}


@relaxed
@given(TREES, TREES)
def test_merging_is_that_of_cosmos(target: Dict[str, Any], fragment: Dict[str, Any]) -> None:
    assert opts.merge(target, fragment) == catalogue.deep_merge(target, fragment)


@relaxed
@given(TREES, TREES)
def test_paths_differ_exactly_when_options_do(one: Dict[str, Any], other: Dict[str, Any]) -> None:
    assert opts.changed_paths(one, one) == []
    assert bool(opts.changed_paths(one, other)) == (repr(_sorted(one)) != repr(_sorted(other)))
    assert not opts.has_nulls(opts.without_nulls(one))


def _sorted(value: Any) -> Any:
    return {name: _sorted(value[name]) for name in sorted(value)} if isinstance(value, dict) else value


def test_true_is_not_one_but_one_and_a_half_twos_are() -> None:
    assert opts.changed_paths({"a": True, "b": 1}, {"a": 1, "b": 1.0}) == ["a"]


def test_secrets_do_not_show() -> None:
    shown = opts.public(
        {
            "service": {"secret": "s3cret", "principal": "p", "extra-args": "-Dsecurity.ssl.key-password=s3cret -Dx=1", "slots": 2},
            "security": {"ssl": {"keyStoreBase64": "s3cret", "enabled": False, "keyPassword": ""}, "kerberos": {"keytab": "s3cret"}},
            "s3": {"credentials": {"id": "s3cret", "keys": ["s3cret"]}},
            "env": [{"token": "s3cret"}, "password=s3cret"], "odd": "s3cret",
        },
        ["odd"], ["service.secret"],
    )
    assert "s3cret" not in str(shown) and shown["service"]["secret"] == "****** (new value)" and shown["odd"] == "******"
    assert shown["service"]["extra-args"] == "-Dsecurity.ssl.key-password=****** -Dx=1" and shown["service"]["slots"] == 2
    assert shown["security"]["ssl"] == {"keyStoreBase64": "******", "enabled": False, "keyPassword": ""}
