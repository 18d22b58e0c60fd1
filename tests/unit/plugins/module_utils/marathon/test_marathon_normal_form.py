# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All spellings of an app against what Marathon makes of them: recorded from 1.11.26, and as its sources say for the other forms."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.compare import plan
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.normal_form import (
    Settings,
    absolute,
    assign_ports,
    canonical,
    complete,
    migrate,
    stored,
)
from ansible_collections.baremetal.flink.tests.unit.fakes.marathon import CASES, answer_of

SETTINGS = Settings.of(answer_of("info"))
CREATED = [name for name, case in CASES.items() if case["request"]["method"] == "POST" and case["response"]["status"] == 201]
READ_BACK = {"create_minimal": "get_minimal", "create_legacy_ports": "get_legacy_ports", "create_full": "get_full",
             "create_ucr_bridge": "get_docker_legacy", "create_stuck": "get_stuck", "create_failing": "get_failing"}
BASE = {"id": "/x", "cmd": "sleep 1"}


def full(app: Dict[str, Any], **settings: Any) -> Dict[str, Any]:
    return complete(migrate({**BASE, **app}, Settings(**settings)), Settings(**settings))


@pytest.mark.parametrize("case", CREATED)
def test_the_answer_to_a_creation_is_what_was_expected(case: str) -> None:
    sent = {name: value for name, value in CASES[case]["request"]["body"].items() if name != "bogus"}
    assert canonical(complete(migrate(sent, SETTINGS), SETTINGS)) == canonical(answer_of(case))


@pytest.mark.parametrize("case", sorted(READ_BACK))
@pytest.mark.parametrize("exclusive", [False, True])
def test_what_was_created_is_unchanged_when_read_back(case: str, exclusive: bool) -> None:
    """Bridge networking and image of Docker's, ports, uris, labels of ports and all: the second run changes nothing."""
    sent, app = CASES[case]["request"]["body"], answer_of(READ_BACK[case])["app"]
    change = plan(app["id"], sent, app, SETTINGS, exclusive)
    assert (change.needed, change.fields) == (False, [])


def test_a_partial_update_and_a_replacement_are_unchanged_when_read_back() -> None:
    app = answer_of("get_after_put")["app"]
    assert not plan("/rec/min", CASES["put_changed"]["request"]["body"], app, SETTINGS).needed
    assert plan("/rec/min", {"env": {"A": "2"}}, app, SETTINGS).fields == ["env.A"]
    replaced = answer_of("get_after_replace")["app"]
    assert not plan("/rec/min", CASES["put_replace"]["request"]["body"], replaced, SETTINGS, exclusive=True).needed
    assert plan("/rec/min", CASES["put_replace"]["request"]["body"], app, SETTINGS, exclusive=True).fields == ["env", "mem"]


@pytest.mark.parametrize("app", answer_of("get_group")["apps"] + answer_of("apps_list")["apps"], ids=lambda app: app["id"])
def test_an_app_as_it_was_read_is_unchanged(app: Dict[str, Any]) -> None:
    for exclusive in (False, True):
        assert not plan(app["id"], app, app, SETTINGS, exclusive).needed


def mapping(**fields: Any) -> Dict[str, Any]:
    return {"containerPort": 0, "protocol": "tcp", "servicePort": 0, **fields}


@pytest.mark.parametrize(
    ("legacy", "networks", "mappings"),
    [
        ({"container": {"docker": {"image": "i", "network": "BRIDGE"}}}, [{"mode": "container/bridge"}], [mapping(name="default", hostPort=0)]),
        (
            {"ports": [0, 0], "container": {"docker": {"image": "i", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}}},
            [{"mode": "container/bridge"}], [mapping(containerPort=80, hostPort=0), mapping(hostPort=0)],
        ),
        ({"container": {"docker": {"image": "i", "network": "HOST", "portMappings": [{"containerPort": 80}]}}}, [{"mode": "host"}], None),
        ({"container": {"docker": {"image": "i", "network": "USER"}}, "ipAddress": {"networkName": "dcos"}},
         [{"mode": "container", "name": "dcos"}], [mapping(name="default")]),
        ({"ipAddress": {"networkName": "dcos", "labels": {"a": "b"}, "discovery": {"ports": [{"number": 80, "name": "http", "protocol": "tcp"}]}}},
         [{"mode": "container", "name": "dcos", "labels": {"a": "b"}}], [mapping(containerPort=80, name="http")]),
        ({"ipAddress": {"networkName": "mesos-bridge"}}, [{"mode": "container/bridge"}], [mapping(name="default", hostPort=0)]),
        ({"networks": [{"mode": "container/bridge"}]}, [{"mode": "container/bridge"}], [mapping(name="default", hostPort=0)]),
        ({"container": {"type": "MESOS", "portMappings": []}, "networks": [{"name": "dcos"}]}, [{"mode": "container", "name": "dcos"}], None),
    ],
)
def test_old_networking(legacy: Dict[str, Any], networks: List[Any], mappings: Any) -> None:
    app = canonical(full(legacy))
    assert app["networks"] == networks and "ipAddress" not in app and "network" not in app["container"].get("docker", {})
    assert app["container"].get("portMappings") == mappings
    assert ("portDefinitions" in app) == (networks == [{"mode": "host"}])


def test_the_default_network_of_the_server() -> None:
    assert full({"networks": [{"mode": "container"}]}, default_network="dcos")["networks"] == [{"mode": "container", "name": "dcos"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"ports": [0, 9000]}, {"portDefinitions": [{"port": 0}, {"port": 9000, "protocol": "tcp", "labels": {}}]}),
        ({"uris": ["http://h/a.tar.gz?x=1", "http://h/b"]}, {"fetch": [{"uri": "http://h/a.tar.gz?x=1"}, {"uri": "http://h/b", "extract": False}]}),
        ({}, {"portDefinitions": [{"name": "default"}], "labels": {}, "env": {}, "networks": [], "healthChecks": [], "executor": ""}),
        ({"cpus": 1, "mem": 128}, {"cpus": 1.0, "mem": 128.0}),
        ({"constraints": [["a", "UNIQUE"], ["b", "LIKE", "c"]]}, {"constraints": [["b", "LIKE", "c"], ["a", "UNIQUE"], ["a", "UNIQUE"]]}),
        ({"dependencies": ["/b", "a"]}, {"dependencies": ["/a", "/b/"]}),
        ({"acceptedResourceRoles": ["*", "r"]}, {"acceptedResourceRoles": ["r", "*"]}),
        ({"portDefinitions": [{"protocol": "tcp,udp"}]}, {"portDefinitions": [{"protocol": "udp,tcp"}]}),
        ({"healthChecks": [{"protocol": "HTTP", "delaySeconds": 3}]}, {"healthChecks": [{"portIndex": 0, "ignoreHttp1xx": True}]}),
        ({"healthChecks": [{"protocol": "MESOS_TCP", "path": "/"}]},
         {"healthChecks": [{"protocol": "MESOS_TCP", "portIndex": 0, "delaySeconds": 15}]}),
        ({"healthChecks": [{"protocol": "COMMAND", "command": {"value": "a"}, "portIndex": 0}]},
         {"healthChecks": [{"protocol": "COMMAND", "command": {"value": "a"}}]}),
        ({"healthChecks": [{"protocol": "TCP"}, {"protocol": "HTTP"}]}, {"healthChecks": [{"protocol": "HTTP"}, {"protocol": "TCP"}]}),
        ({"readinessChecks": [{"httpStatusCodesForReady": [201, 200]}]},
         {"readinessChecks": [{"httpStatusCodesForReady": [200, 201], "name": "readinessCheck", "portName": "http-api", "path": "/"}]}),
        ({"upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 1.0}}, {}),
        ({"unreachableStrategy": {"inactiveAfterSeconds": 0}}, {}),
        ({"residency": {"taskLostBehavior": "WAIT_FOREVER"}}, {}),
        ({"container": {"docker": {"image": "i"}}},
         {"container": {"type": "DOCKER", "volumes": [], "docker": {"image": "i", "parameters": [], "privileged": False}}}),
        ({"container": {"type": "MESOS", "volumes": [{"containerPath": "a", "mode": "RW", "persistent": {"size": 1}}]}},
         {"container": {"type": "MESOS",
          "volumes": [{"containerPath": "a", "mode": "RW", "persistent": {"size": 1, "type": "root", "constraints": []}}]},
          "upgradeStrategy": {"minimumHealthCapacity": 0.5, "maximumOverCapacity": 0}, "unreachableStrategy": "disabled"}),
        ({"container": {"type": "MESOS", "volumes": [{"containerPath": "a", "secret": "s", "mode": "RO"}]}},
         {"container": {"type": "MESOS", "volumes": [{"containerPath": "a", "secret": "s"}]}}),
        ({"networks": [{"mode": "container/bridge"}], "requirePorts": True}, {"networks": [{"mode": "container/bridge"}]}),
    ],
)
def test_two_spellings_of_the_same_app(one: Dict[str, Any], other: Dict[str, Any]) -> None:
    assert canonical(full(one)) == canonical(full(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"portDefinitions": []}, {}),
        ({"portDefinitions": [{"name": "a"}, {"name": "b"}]}, {"portDefinitions": [{"name": "b"}, {"name": "a"}]}),
        ({"args": ["a", "b"]}, {"args": ["b", "a"]}),
        ({"fetch": [{"uri": "a"}]}, {"uris": ["a"]}),
        ({"unreachableStrategy": "disabled"}, {}),
        ({"healthChecks": [{"protocol": "MESOS_HTTP", "delaySeconds": 3}]}, {"healthChecks": [{"protocol": "MESOS_HTTP"}]}),
        ({"tty": False}, {}),
    ],
)
def test_two_apps_that_are_not_the_same(one: Dict[str, Any], other: Dict[str, Any]) -> None:
    assert canonical(full(one)) != canonical(full(other))


def defined(*ports: int) -> Dict[str, Any]:
    return {"networks": [{"mode": "host"}], "portDefinitions": [{"port": port} for port in ports]}


@pytest.mark.parametrize(
    ("wanted", "current", "assigned"),
    [
        ((0, 0), (10007, 10008), [10007, 10008]),
        ((0, 10007), (10007, 10008), [10008, 10007]),
        ((0,), (9000,), [0]),
        ((0, 0, 0), (10007, 9000), [10007, 0, 0]),
        ((9000,), (10007,), [9000]),
        ((0,), (20000,), [20000]),
    ],
)
def test_service_ports_are_assigned_as_marathon_does(wanted: Any, current: Any, assigned: List[int]) -> None:
    app = assign_ports(defined(*wanted), defined(*current), Settings())
    assert [each["port"] for each in app["portDefinitions"]] == assigned


def test_a_port_outside_of_the_range_is_not_kept_for_a_0() -> None:
    app = {**answer_of("get_minimal")["app"], "portDefinitions": [{"port": 9000, "name": "default", "protocol": "tcp"}]}
    assert plan("/rec/min", {"portDefinitions": [{"name": "default"}]}, app, SETTINGS).fields == ["portDefinitions[0].port"]
    assert not plan("/rec/min", {"portDefinitions": [{"name": "default"}]}, answer_of("get_minimal")["app"], SETTINGS).needed


def test_ports_of_the_host_do_not_become_port_mappings() -> None:
    """Marathon would add one for each, and the next run would find one too many."""
    change = plan("/rec/full", {"networks": [{"mode": "container/bridge"}], "container": {"type": "MESOS"}}, answer_of("get_full")["app"], SETTINGS)
    assert change.body["portDefinitions"] == [] and len(change.after["container"]["portMappings"]) == 1


def test_what_is_dropped_in_silence_is_noted() -> None:
    notes: List[str] = []
    privileged = {"type": "MESOS", "docker": {"image": "i", "privileged": True}}
    migrated = migrate({**BASE, "residency": {}, "container": privileged}, Settings(), notes.append)
    complete({**migrated, "container": {**migrated["container"], "portMappings": [{"containerPort": 1}]}}, Settings(), notes.append)
    migrate({**BASE, "container": {"docker": {"image": "i"}, "linuxInfo": {"seccomp": {"unconfined": True}}}}, Settings(), notes.append)
    assert [note.split(" is ignored")[0] for note in notes] == [
        "residency", "container.docker.privileged", "container.portMappings", "container.linuxInfo",
    ]


def test_an_app_of_an_older_marathon() -> None:
    old = {"id": "/x", "cmd": "a", "ports": [10000], "portDefinitions": [{"port": 10000, "protocol": "tcp"}], "uris": ["u.tgz"],
           "fetch": [{"uri": "u.tgz", "extract": True}], "ipAddress": None, "residency": None, "container": None}
    assert canonical(stored(old, Settings()))["portDefinitions"] == [{"port": 10000, "protocol": "tcp"}]
    assert not plan("/x", {"uris": ["u.tgz"], "ports": [0]}, old, Settings()).needed


@pytest.mark.parametrize(("path", "expected"), [("a", "/a"), ("/a//b/", "/a/b"), ("/a/./../b", "/b"), ("/", "/")])
def test_absolute_ids(path: str, expected: str) -> None:
    assert absolute(path) == expected


@pytest.mark.parametrize(
    ("before", "given", "sent"),
    [
        ({"fetch": [{"uri": "u.tgz"}]}, {"uris": []}, {"fetch": []}),
        ({"portDefinitions": [{"port": 9000}]}, {"ports": []}, {"portDefinitions": []}),
        ({"container": {"type": "MESOS", "portMappings": [{"containerPort": 80}]}, "networks": [{"mode": "container/bridge"}]},
         {"container": {"type": "MESOS", "docker": {"image": "i", "portMappings": []}}}, {"container": {"portMappings": []}}),
    ],
)
def test_an_empty_old_field_takes_away_what_its_successor_has(before: Dict[str, Any], given: Dict[str, Any], sent: Dict[str, Any]) -> None:
    stands = complete({"id": "/x", "cmd": "a", **before}, Settings())
    change = plan("/x", given, stands, Settings())
    assert change.needed
    for name, value in sent.items():
        assert change.body[name] == value or {**change.body[name], **value} == change.body[name]
    assert not plan("/x", given, change.whole, Settings()).needed


@pytest.mark.parametrize(
    ("before", "given"),
    [
        ({"fetch": [{"uri": "u.tgz"}]}, {"uris": None}),
        ({"portDefinitions": [{"port": 9000}]}, {"ports": None}),
        ({"networks": [{"mode": "container", "name": "n"}], "container": {"type": "MESOS"}}, {"ipAddress": None}),
        ({"networks": [{"mode": "container/bridge"}], "container": {"type": "DOCKER", "docker": {"image": "i"}}},
         {"container": {"type": "DOCKER", "docker": {"image": "i", "network": None}}}),
    ],
)
def test_a_null_old_field_goes_back_to_the_default_as_its_successor_does(before: Dict[str, Any], given: Dict[str, Any]) -> None:
    stands = complete({"id": "/x", "cmd": "a", **before}, Settings())
    change = plan("/x", given, stands, Settings())
    assert change.needed and change.replace
    assert not plan("/x", given, change.whole, Settings()).needed
    assert not plan("/x", given, complete({"id": "/x", "cmd": "a", "container": before.get("container")}, Settings()), Settings()).needed
