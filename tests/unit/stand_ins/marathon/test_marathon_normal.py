# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Normalisation and validation beyond what the recording holds."""

from __future__ import annotations

import pytest

from tests.stand_ins.marathon.normal import absolute, is_upgrade, merge, normalise
from tests.stand_ins.marathon.rules import check, check_single
from tests.stand_ins.marathon.schema import Faults, read_app

VOLUME = {"type": "MESOS", "volumes": [{"containerPath": "a", "mode": "RW", "persistent": {"size": 1}}]}


def made(**app):
    return normalise(read_app({"id": "/a", "cmd": "sleep 1", **app}, True), "*")


@pytest.mark.parametrize("path, base, expected", [("x", "/g", "/g/x"), ("/a//b/../c/", "/", "/a/c"), ("", "/g", "/g")])
def test_absolute(path, base, expected):
    assert absolute(path, base) == expected


def test_apps_that_marathon_takes():
    command = {"protocol": "COMMAND", "command": {"value": "true"}}
    check(made(healthChecks=[command, {**command, "delaySeconds": 1}, {"protocol": "MESOS_TCP"}]), [])
    check(made(id="/dev/a", role="dev", container=VOLUME, acceptedResourceRoles=["*"]), [])
    check(made(role="old"), [], "*", "old")


def test_an_empty_list_of_uris_leaves_an_app_as_it_is():
    assert merge({"fetch": [{"uri": "a"}]}, {"uris": []})["fetch"] == [{"uri": "a"}]
    assert "fetch" not in merge({"fetch": [{"uri": "a"}]}, {"uris": ["b"]})


def test_uris_become_fetch_and_extract_depends_on_the_name():
    fetch = made(uris=["http://h/a.tgz", "http://h/b.jar", "http://h/c.tar.gz?x=1"])["fetch"]
    assert [each["extract"] for each in fetch] == [True, False, True]


def test_ports_empty_list_stays_and_absence_gets_one():
    assert made(ports=[])["portDefinitions"] == [] and made(portDefinitions=[])["portDefinitions"] == []
    assert made()["portDefinitions"] == [{"port": 0, "name": "default", "protocol": "tcp"}]
    assert made(portDefinitions=[{"port": 5, "protocol": "tcp,udp", "labels": {}}])["portDefinitions"] == [{"port": 5, "protocol": "udp,tcp"}]


def test_bridge_drops_definitions_and_require_ports():
    app = made(networks=[{"mode": "container/bridge"}], portDefinitions=[{"port": 1}], requirePorts=True)
    assert "portDefinitions" not in app and app["requirePorts"] is False
    assert app["container"]["portMappings"] == [
        {"labels": {}, "name": "default", "containerPort": 0, "protocol": "tcp", "servicePort": 0, "hostPort": 0}
    ]


def test_server_bugs_of_marathon_checks():
    check_ = made(healthChecks=[{"protocol": "HTTP", "path": "/", "ignoreHttp1xx": True, "delaySeconds": 3}])["healthChecks"][0]
    assert check_["ignoreHttp1xx"] is False and check_["delaySeconds"] == 15 and check_["portIndex"] == 0
    assert made(healthChecks=[{"protocol": "MESOS_HTTP", "delaySeconds": 3}])["healthChecks"][0]["delaySeconds"] == 3
    current = made(executorResources={"cpus": 1})
    assert current["executorResources"] == {"cpus": 1.0, "mem": 32.0, "disk": 10.0}
    assert "executorResources" not in merge(current, {"cpus": 2.0})
    assert not is_upgrade(current, made(executorResources={"cpus": 2}))
    assert is_upgrade(current, made(cpus=2)) and not is_upgrade(made(), made(instances=7))


def test_unreachable_strategy():
    assert made(unreachableStrategy="disabled")["unreachableStrategy"] == "disabled"
    assert made(unreachableStrategy={"expungeAfterSeconds": 9})["unreachableStrategy"] == {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 9}


def test_null_is_absent_and_unknown_fields_vanish():
    app = made(user=None, bogus={"x": 1}, networks=[{"mode": "host", "bogus": 1}])
    assert "user" not in app and "bogus" not in app and app["networks"] == [{"mode": "host"}]


@pytest.mark.parametrize(
    "app, path, words",
    [
        ({"constraints": [["hostname", "NEAR"]]}, "/constraints(0)", "NEAR"),
        ({"constraints": [["hostname", "LIKE"]]}, "/constraints(0)", "regular expression"),
        ({"constraints": [["hostname", "MAX_PER", "x"]]}, "/constraints(0)", "integer"),
        ({"portDefinitions": [{"port": 1}, {"port": 1}]}, "/portDefinitions", "unique"),
        ({"portDefinitions": [{"name": "a"}, {"name": "a"}]}, "/portDefinitions", "unique"),
        ({"healthChecks": [{"protocol": "TCP", "portIndex": 4}]}, "/healthChecks(0)", "indices"),
        ({"healthChecks": [{"protocol": "MESOS_TCP"}, {"protocol": "MESOS_HTTP"}]}, "/healthChecks", "at most one"),
        ({"unreachableStrategy": {"inactiveAfterSeconds": 9}}, "/unreachableStrategy/inactiveAfterSeconds", "less or equal"),
        ({"args": ["a"]}, "/", "cmd"),
        ({"id": "/a/tasks"}, "/id", "reserved"),
        ({"gpus": 1}, "/", "gpu_resources"),
        ({"readinessChecks": [{"portName": "nope"}]}, "/readinessChecks(0)/portName", "nope"),
        ({"fetch": [{"uri": "http://h/a b"}]}, "/fetch(0)/uri", "URI has invalid syntax."),
        ({"role": "dev"}, "/role", "got dev, expected one of: [*]"),
        ({"acceptedResourceRoles": ["dev"]}, "/acceptedResourceRoles", "acceptedResourceRoles can only contain *"),
        ({"container": VOLUME}, "/role", "Resident apps cannot have the role *"),
        ({"id": "/dev/a", "role": "dev", "acceptedResourceRoles": ["dev"], "container": VOLUME}, "/acceptedResourceRoles", "A resident app must have"),
    ],
)
def test_invalid_objects(app, path, words):
    with pytest.raises(Faults) as fault:
        check(made(**app), [])
    assert fault.value.message == "Object is not valid"
    assert path in dict(fault.value.faults) and words in dict(fault.value.faults)[path]


@pytest.mark.parametrize(
    "app, path, error",
    [
        ({"instances": 1.5}, "/instances", "error.expected.int"),
        ({"cmd": 1}, "/cmd", "error.expected.jsstring"),
        ({"requirePorts": "no"}, "/requirePorts", "error.expected.jsboolean"),
        ({"portDefinitions": [{"port": 70000}]}, "/portDefinitions(0)/port", "error.max"),
        ({"fetch": [{}]}, "/fetch(0)/uri", "'uri' is undefined on object: {}"),
        ({"labels": {"a": 1}}, "/labels/a", "error.expected.jsstring"),
        ({"constraints": [["x"]]}, "/constraints(0)", "error.minLength"),
    ],
)
def test_schema_faults(app, path, error):
    with pytest.raises(Faults) as fault:
        read_app({"id": "/a", **app}, True)
    assert (path, error) in fault.value.faults


def test_single_instance_app_may_only_send_zero_capacities():
    label = {"MARATHON_SINGLE_INSTANCE_APP": "true"}
    check_single({"labels": label, "upgradeStrategy": {"minimumHealthCapacity": 0, "maximumOverCapacity": 0}})
    check_single({"labels": label})
    with pytest.raises(Faults):
        check_single({"labels": label, "upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 0}})
