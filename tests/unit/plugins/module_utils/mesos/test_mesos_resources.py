# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.resources import (
    RANGES,
    SCALAR,
    Amount,
    as_flag,
    merged,
    parse_attributes,
    parse_resources,
    parse_value,
)
from hypothesis import given
from hypothesis import strategies as st

FIXTURE = Path(__file__).resolve().parents[4] / "fixtures" / "mesos_api.json"
NUMBERS = st.integers(min_value=0, max_value=10**7).map(lambda thousandths: Amount(SCALAR, thousandths))
PAIRS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + pair[1])), min_size=1, max_size=6)
SPANS = PAIRS.map(lambda pairs: Amount(RANGES, merged(pairs)))
WORDS = st.frozensets(st.sampled_from(["sda1", "sda2", "sdb", "a b"]), min_size=1).map(lambda items: Amount("set", items))
NAMES = st.sampled_from(["cpus", "mem", "disk", "ports", "gpus", "licences"])
SHOWN = st.dictionaries(NAMES, st.one_of(NUMBERS, SPANS, WORDS), min_size=1)


def numbers(amount):
    return {number for first, last in amount.value for number in range(first, last + 1)}


def exact(amount):
    return repr(amount.value / 1000) if amount.kind == SCALAR else str(amount)


@given(SHOWN)
def test_what_is_written_is_read_again(resources):
    assert parse_resources(";".join(f"{name}:{exact(amount)}" for name, amount in resources.items())) == resources


@given(PAIRS)
def test_ranges_keep_their_numbers_and_stand_apart(pairs):
    ranges = merged(pairs)
    assert numbers(Amount(RANGES, ranges)) == {number for first, last in pairs for number in range(first, last + 1)}
    assert all(last + 1 < first for (begin, last), (first, end) in zip(ranges, ranges[1:]))


@given(SPANS, SPANS)
def test_ranges_cover_others_when_no_number_is_missing(one, other):
    assert one.covers(other) == (numbers(one) >= numbers(other))
    assert one.plus(other).covers(one) and one.plus(other).covers(other)


@given(st.one_of(st.tuples(NUMBERS, NUMBERS), st.tuples(SPANS, SPANS), st.tuples(WORDS, WORDS)))
def test_only_the_same_amounts_cover_each_other(pair):
    one, other = pair
    assert one.covers(one)
    assert (one.covers(other) and other.covers(one)) == (one == other)


def test_json_and_text_mean_the_same():
    case = next(case for case in json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"] if case["case"] == "v1_GET_AGENTS")
    recorded = case["response"]["body"]["get_agents"]["agents"][0]["agent_info"]["resources"]
    text = "ports:[31000-32000]; disk:20000;mem:8192;cpus:4"
    assert parse_resources(recorded) == parse_resources(json.dumps(recorded)) == parse_resources(text)
    assert parse_resources({"cpus": 4, "mem": 8192, "disk": 20000.0, "ports": "[31000-32000]"}) == parse_resources(text)


def test_roles_are_kept_apart_and_the_same_resource_adds_up():
    found = parse_resources("cpus(web):1;cpus(web):2.5;cpus:1;ports:[1-2];ports:[3-4,7-9]", "web")
    assert {name: str(amount) for name, amount in found.items()} == {"cpus(web)": "4.5", "ports(web)": "[1-4, 7-9]"}
    reserved = [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 2}, "reservations": [{"role": "web"}, {"role": "web/a"}]}]
    assert list(parse_resources(reserved)) == ["cpus(web/a)"]
    disk = {"name": "disk", "type": "SCALAR", "scalar": {"value": 5}, "disk": {"source": {"type": "MOUNT"}}}
    assert len(parse_resources([disk, {"name": "disk", "type": "SCALAR", "scalar": {"value": 7}}])) == 2


def test_attributes():
    found = parse_attributes("rack:r1;zone:2;span:[1-3];rack:r2;os:debian:12")
    assert {name: [str(one) for one in values] for name, values in found.items()} == {
        "rack": ["r1", "r2"], "zone": ["2"], "span": ["[1-3]"], "os": ["debian:12"],
    }  # fmt: skip
    assert parse_attributes({"rack": "r1", "zone": 2}) == parse_attributes("zone:2.0;rack:r1")
    assert parse_attributes("") == {}
    assert as_flag({"rack": "r1", "zone": 2.0}) == "rack:r1;zone:2"
    assert as_flag([{"name": "cpus"}]) == '[{"name":"cpus"}]'


@pytest.mark.parametrize(
    "resources,message",
    [
        ("cpus", "'cpus' is no resource; write name:value"),
        ("cpus:", "is no resource"),
        ("cpus:-1", "resource cpus is -1; it must be a number that is not negative"),
        ("cpus:many", "resource cpus is many; write a number, ranges"),
        ("cpus(a)(b):1", "is no name of a resource"),
        ("ports:[1-2", "write ranges as"),
        ("ports:[2-1]", "write ranges as"),
        ("ports:[1,2]", "write ranges as"),
        ("disks:{a", "a set ends with a brace"),
        ("cpus:1;cpus:[1-2]", "given as scalar and as ranges"),
        ("[{", "are no JSON"),
        ([{"name": "cpus"}], "needs at least name and type"),
        ([{"name": "cpus", "type": "SCALAR"}], "has no value of that type"),
        ([{"name": "cpus", "type": "TEXT"}], "has the type TEXT; write SCALAR, RANGES or SET"),
        ([{"name": "p", "type": "RANGES", "ranges": {"range": [{"begin": 2, "end": 1}]}}], "ends before it begins"),
    ],
)
def test_what_mesos_would_not_read(resources, message):
    with pytest.raises(InputError, match=message.replace("[", r"\[")):
        parse_resources(resources)


def test_a_value_of_nothing():
    with pytest.raises(InputError, match="write a number"):
        parse_value(" ", "attribute x")
