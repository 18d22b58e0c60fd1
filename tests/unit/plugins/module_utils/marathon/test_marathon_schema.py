# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields and values of an app: what is taken, what is refused, and in which words."""

from __future__ import annotations

from typing import Any, List

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.kinds import KINDS
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.schema import Checker, id_fault


def faults(**app: Any) -> List[str]:
    checker = Checker()
    checker.app(app)
    return [str(fault) for fault in checker.faults]


def checked(**app: Any) -> Any:
    checker = Checker()
    result = checker.app(app)
    assert not checker.faults
    return result


@pytest.mark.parametrize(
    ("app", "fault"),
    [
        ({"instnaces": 1}, "instnaces: Marathon has no such field here; did you mean instances?"),
        ({"health_checks": []}, "health_checks: Marathon has no such field here; did you mean healthChecks?"),
        ({"image": "x"}, "image: Marathon has no such field here; did you mean container.docker.image?"),
        ({"portMappings": []}, "portMappings: Marathon has no such field here; did you mean container.portMappings?"),
        ({"quux": 1}, "quux: Marathon has no such field here; it has acceptedResourceRoles, "),
        ({"container": {"docker": {"imag": "x", "image": "x"}}},
         "container.docker.imag: Marathon has no such field here; did you mean container.docker.image?"),
        ({"portDefinitions": [{}, {"portt": 1}]}, "portDefinitions[1].portt: Marathon has no such field here; did you mean portDefinitions[1].port?"),
        ({"cpus": 0}, "cpus: is 0; it must be 0.001 or more"),
        ({"cpus": True}, "cpus: is true; it must be a number"),
        ({"mem": "lots"}, "mem: is 'lots'; it must be a number"),
        ({"instances": 1.5}, "instances: is 1.5; it must be a whole number"),
        ({"backoffSeconds": 2**31}, "backoffSeconds: is 2147483648; it must be 2147483647 or less"),
        ({"requirePorts": "maybe"}, "requirePorts: is 'maybe'; it must be true or false"),
        ({"cmd": ["a"]}, "cmd: is a list; it must be a text"),
        ({"cmd": ""}, "cmd: must not be empty"),
        ({"env": {"A": True}}, "env.A: is true; it must be a text; write it in quotes, or add | string to a template"),
        ({"env": ["A=1"]}, "env: must be a dictionary, not a list"),
        ({"env": {"A": {"secrt": "x"}}}, "env.A.secrt: Marathon has no such field here; did you mean env.A.secret?"),
        ({"killSelection": "youngest_first"},
         "killSelection: is 'youngest_first'; it must be one of YOUNGEST_FIRST, OLDEST_FIRST (did you mean YOUNGEST_FIRST?)"),
        ({"constraints": [["a"]]}, "constraints[0]: has 1 entry; it must have 2 to 3"),
        ({"constraints": ["a:UNIQUE"]}, "constraints[0]: must be a list, not 'a:UNIQUE'"),
        ({"upgradeStrategy": {"minimumHealthCapacity": 0}}, "upgradeStrategy.maximumOverCapacity: is required here"),
        ({"unreachableStrategy": "off"}, "unreachableStrategy: is 'off'; it must be one of disabled"),
        ({"container": {"volumes": [{"containerPath": "a", "hostPath": "b"}]}}, "container.volumes[0].mode: is required here"),
        ({"container": {"volumes": [{"containerPath": "a", "persistent": {}, "mode": "RW"}]}},
         "container.volumes[0].persistent.size: is required here"),
        ({"portDefinitions": [{"name": "REST"}]}, "portDefinitions[0].name: is 'REST'; it must be of small letters, digits and dashes"),
        ({"networks": [{"name": "x" * 64}]}, "networks[0].name: has 64 characters; 63 are allowed"),
        ({"readinessChecks": [{"httpStatusCodesForReady": [99]}]}, "readinessChecks[0].httpStatusCodesForReady[0]: is 99; it must be 100 or more"),
        ({"dependencies": ["/a//B"]}, "dependencies[0]: is '/a//B'; each part between slashes"),
        ({"resourceLimits": {"cpus": "endless"}}, "resourceLimits.cpus: is 'endless'; it must be one of unlimited"),
        ({"fetch": [{}]}, "fetch[0].uri: is required here"),
        ({"container": {"docker": "busybox"}}, "container.docker: must be a dictionary with credential, "),
        ({"args": [None]}, "args[0]: is null; it must be a text"),
    ],
)
def test_faults(app: Any, fault: str) -> None:
    found = faults(**app)
    assert len(found) == 1 and found[0].startswith(fault), found


def test_values_are_put_into_the_form_that_marathon_takes() -> None:
    assert checked(instances="3", cpus="0.5", mem=64.0, args=[8080], requirePorts="yes", constraints=[["rack", "GROUP_BY", 2]]) == {
        "instances": 3, "cpus": 0.5, "mem": 64.0, "args": ["8080"], "requirePorts": True, "constraints": [["rack", "GROUP_BY", "2"]],
    }
    assert checked(portDefinitions=[{"protocol": "tcp,udp"}]) == {"portDefinitions": [{"protocol": "udp,tcp"}]}
    assert checked(env={"A": 1, "B": {"secret": "s"}, "C": None}) == {"env": {"A": "1", "B": {"secret": "s"}}}
    assert checked(user=None, unreachableStrategy="disabled") == {"user": None, "unreachableStrategy": "disabled"}
    assert checked(resourceLimits={"cpus": "unlimited", "mem": "512"})["resourceLimits"] == {"cpus": "unlimited", "mem": 512.0}


def test_what_only_marathon_writes_is_left_out() -> None:
    assert checked(version="x", versionInfo={}, tasksRunning=1, deployments=[], lastTaskFailure={}, cmd="true") == {"cmd": "true"}


def test_volumes_are_told_apart_by_their_fields() -> None:
    volumes = [
        {"containerPath": "a", "hostPath": "/b", "mode": "RO"},
        {"containerPath": "d", "persistent": {"size": 10}, "mode": "RW"},
        {"containerPath": "e", "external": {"name": "v", "provider": "dvdi", "options": {"dvdi/driver": "rexray"}}, "mode": "RW"},
        {"containerPath": "f", "secret": "s"},
        {
            "containerPath": "g", "mode": "RW",
            "external": {"name": "v", "provider": "csi", "options": {"pluginName": "p", "capability": {
                "accessMode": "SINGLE_NODE_WRITER", "accessType": "mount", "fsType": "ext4"}}},
        },
    ]
    assert checked(container={"type": "MESOS", "volumes": volumes})["container"]["volumes"] == volumes


@pytest.mark.parametrize("good", ["/a", "a", "/a/b-c.d/e1", "a.b"])
def test_ids(good: str) -> None:
    assert id_fault(good, last=True) is None


@pytest.mark.parametrize(
    ("bad", "words"),
    [("/A", "small letters"), ("/a_b", "small letters"), ("/-a", "dash"), ("/", "small"), ("/a/tasks", "ends in tasks")],
)
def test_ids_that_marathon_does_not_take(bad: str, words: str) -> None:
    assert words in str(id_fault(bad, last=True))


def test_a_type_that_is_named_exists() -> None:
    for name, kind in KINDS.items():
        for field in [kind, *kind.fields.values()]:
            for base in field.base.strip("[]{}").split("|"):
                assert base in KINDS or base in ("object", "string", "integer", "number", "boolean"), name
