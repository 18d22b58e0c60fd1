# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources, and what may change between two runs of an agent."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.mesos.agent.compatibility import problem
from ansible_collections.baremetal.flink.tests.stand_ins.mesos.resources import (
    add,
    attribute_summary,
    contains,
    from_json,
    parse_attributes,
    parse_resources,
    subtract,
    summary,
    to_json,
)


def info(resources="cpus:4;mem:1024;ports:[31000-32000]", attributes="", hostname="a1", port=5051):
    return {
        "hostname": hostname,
        "port": port,
        "resources": to_json(parse_resources(resources)),
        "attributes": parse_attributes(attributes),
    }


def judge(policy, old, new):
    return problem(policy, old, new, "/w/meta/slaves/latest")


def test_resources_add_up_and_come_back():
    pool = parse_resources("cpus:4;mem:8192;ports:[31000-31009, 31020-31029]; cpus(flink):2; disks:{sda,sdb}")
    used = parse_resources("cpus:1.5;ports:[31005-31021]")
    left = subtract(pool, used)
    assert left[("cpus", "*")] == 2.5 and left[("cpus", "flink")] == 2.0
    assert left[("ports", "*")] == ((31000, 31004), (31022, 31029))
    assert contains(pool, {("ports", "*"): ((31001, 31002),)}) and not contains(left, {("ports", "*"): ((31004, 31005),)})
    assert summary(pool)["cpus"] == 6.0 and summary(pool)["ports"] == "[31000-31009, 31020-31029]"
    assert from_json(to_json(pool)) == pool
    assert add(left, {("ports", "*"): ((31005, 31021),)})[("ports", "*")] == ((31000, 31029),)


def test_attributes_have_types():
    shown = attribute_summary(parse_attributes("rack:r1;level:10;ports:[1-2]"))
    assert shown == {"rack": "r1", "level": 10.0, "ports": "[1-2]"}


@pytest.mark.parametrize("text", ["cpus", "cpus:abc", "cpus:-1", "ports:[9-1]", '[{"name": "cpus"}]'])
def test_bad_resources(text):
    with pytest.raises(ValueError):
        parse_resources(text)


def test_equal_takes_the_same_in_another_order():
    assert judge("equal", info(), info("ports:[31000-32000];mem:1024;cpus:4")) is None


@pytest.mark.parametrize("new", [info("cpus:8;mem:1024;ports:[31000-32000]"), info(attributes="a:b"), info(hostname="b"), info(port=5052)])
def test_equal_refuses_every_change(new):
    found = judge("equal", info(), new)
    assert found.startswith("Incompatible agent info detected")
    assert "rm -f /w/meta/slaves/latest" in found


def test_additive_takes_more():
    old = info(attributes="rack:r1")
    new = info("cpus:8;mem:1024;ports:[30000-33000];gpus:1", attributes="rack:r1;zone:z")
    assert judge("additive", old, new) is None


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        (info(), info("cpus:3;mem:1024;ports:[31000-32000]"), "Value of scalar resource 'cpus' decreased from 4 to 3"),
        (info(), info("cpus:4;mem:1024;ports:[31000-31500]"), "Value of ranges resource 'ports' changed"),
        (info("cpus:4;disk:9"), info("cpus:4"), "Resource 'disk(*):9' was removed"),
        (info(attributes="rack:r1"), info(attributes="rack:r2"), "Attribute 'rack' changed from 'r1' to 'r2'"),
        (info(attributes="rack:r1"), info(), "Attribute 'rack' was removed"),
        (info(), info(hostname="other"), "Hostname changed from 'a1' to 'other'"),
        (info(), info(port=6000), "Port changed from '5051' to '6000'"),
    ],
)
def test_additive_refuses_less(old, new, sentence):
    assert judge("additive", old, new).startswith(f"Configuration change not permitted under 'additive' policy: {sentence}")
