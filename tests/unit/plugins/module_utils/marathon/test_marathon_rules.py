# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What contradicts itself in an app."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.normal_form import SINGLE_INSTANCE, Settings, complete, migrate
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rules import id_faults, legacy_faults, whole_faults

BASE = {"id": "/x", "cmd": "sleep 1"}
MESOS = {"type": "MESOS", "docker": {"image": "i"}}
CONTAINER_NETWORKS = [{"mode": "container", "name": "a"}, {"mode": "container", "name": "b"}]


def faults(app: Dict[str, Any], **settings: Any) -> List[str]:
    known = Settings(**settings)
    return [str(fault) for fault in whole_faults(complete(migrate({**BASE, **app}, known), known), known)]


def volume(**persistent: Any) -> Dict[str, Any]:
    return {"container": {"type": "MESOS", "volumes": [{"containerPath": "a", "mode": "RW", "persistent": {"size": 1, **persistent}}]}}


REXRAY = {"options": {"dvdi/driver": "rexray"}}


def external(mode: str = "RW", type: str = "MESOS", **info: Any) -> Dict[str, Any]:
    entry = {"containerPath": "a", "mode": mode, "external": {"name": "v", "provider": "dvdi", **info}}
    return {"container": {"type": type, "docker": {"image": "i"}, "volumes": [entry]}}


@pytest.mark.parametrize(
    ("app", "fault"),
    [
        ({"cmd": None}, "the app has nothing to run; give cmd, args or a container with an image"),
        ({"cmd": None, "container": {"type": "MESOS"}}, "the app has nothing to run"),
        ({"args": ["a"]}, "cmd: excludes args"),
        ({"cmd": "a"}, "cmd: must have more than one character"),
        ({"gpus": 1, "container": {"type": "DOCKER", "docker": {"image": "i"}}}, "gpus: need a container of type MESOS"),
        ({"gpus": 1}, "gpus: needs a Marathon that was started with --enable_features gpu_resources"),
        ({"portDefinitions": [{"name": "a"}, {"name": "a"}]}, "portDefinitions: has the name a twice"),
        ({"portDefinitions": [{"port": 9000}, {"port": 9000}]}, "portDefinitions: has port 9000 twice"),
        ({"healthChecks": [{"command": {"value": "true"}}]}, "healthChecks[0].command: needs protocol COMMAND, not HTTP"),
        ({"healthChecks": [{"protocol": "COMMAND"}]}, "healthChecks[0].command: is required"),
        ({"healthChecks": [{"protocol": "MESOS_TCP"}, {"protocol": "MESOS_HTTP"}]}, "healthChecks: has 2 checks of protocol MESOS_*"),
        ({"healthChecks": [{"portIndex": 1}]}, "healthChecks[0].portIndex: is 1, but the app has 1 port"),
        ({"healthChecks": [{}], "portDefinitions": []}, "healthChecks[0].portIndex: is 0, but the app has no ports"),
        ({"healthChecks": [{"protocol": "MESOS_TCP", "ipProtocol": "IPv6"}]}, "healthChecks[0].ipProtocol: IPv6 is for"),
        ({"check": {}}, "check: must have one of http, tcp and exec, not none"),
        ({"check": {"tcp": {}, "http": {}}}, "check: must have one of http, tcp and exec, not http and tcp"),
        ({"check": {"tcp": {"portIndex": 4}}}, "check.tcp.portIndex: is 4, but the app has 1 port"),
        ({"check": {"http": {"scheme": "HTTPS"}}}, "check.http.scheme: must be HTTP"),
        ({"readinessChecks": [{"portName": "x"}]}, "readinessChecks[0].portName: is x, but no port has that name; named ports: default"),
        ({"readinessChecks": [{"portName": "default", "timeoutSeconds": 30}]}, "readinessChecks[0].timeoutSeconds: must be less than"),
        ({"readinessChecks": [{"portName": "default"}] * 2}, "readinessChecks: has 2 checks; Marathon takes one"),
        ({"unreachableStrategy": {"inactiveAfterSeconds": 5}}, "unreachableStrategy.inactiveAfterSeconds: is 5; it must not be more than"),
        ({"labels": {SINGLE_INSTANCE: "true"}, "instances": 2}, "instances: is 2; with the label"),
        ({"labels": {SINGLE_INSTANCE: "true"}, "upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 0}},
         "upgradeStrategy: must be 0 and 0"),
        ({"constraints": [["a", "unique"]]}, "constraints[0]: has the operator unique; it must be one of UNIQUE, "),
        ({"constraints": [["a", "UNIQUE", "b"]]}, "constraints[0]: UNIQUE takes no value"),
        ({"constraints": [["a", "MAX_PER"]]}, "constraints[0]: MAX_PER takes a whole number"),
        ({"constraints": [["a", "GROUP_BY", "x"]]}, "constraints[0]: GROUP_BY takes a whole number or nothing"),
        ({"constraints": [["a", "LIKE"]]}, "constraints[0]: LIKE needs a regular expression"),
        ({"constraints": [["a", "LIKE", "("]]}, "constraints[0]: '(' is no regular expression"),
        ({"constraints": [["a", "IS", "{1,2}"]]}, "constraints[0]: IS takes a text or scalar value"),
        ({"networks": [{"mode": "host", "name": "a"}]}, "networks[0]: a host network has no name"),
        ({"networks": [{"mode": "container/bridge", "name": "a"}]}, "networks[0].name: a bridge network has no name"),
        ({"networks": [{"mode": "host"}, {"mode": "container", "name": "a"}]}, "networks: must be one host network"),
        ({"networks": [{"mode": "container", "name": "a"}] * 2}, "networks: has a twice"),
        ({"networks": [{"mode": "container"}]}, "networks[0].name: is required, as this Marathon has no --default_network_name"),
        ({"networks": CONTAINER_NETWORKS, "container": {"type": "DOCKER", "docker": {"image": "i"}}}, "networks: containers of type DOCKER"),
        ({"networks": CONTAINER_NETWORKS, "container": {"type": "MESOS", "portMappings": [{"hostPort": 1}]}},
         "container.portMappings[0].networkNames: must have"),
        ({"networks": CONTAINER_NETWORKS, "container": {"type": "MESOS", "portMappings": [{"networkNames": ["c"]}]}},
         "container.portMappings[0].networkNames: has c"),
        ({"container": {"type": "DOCKER"}}, "container.docker: is required for containers of type DOCKER"),
        ({"container": {"docker": {"image": "i", "pullConfig": {"secret": "s"}}}, "secrets": {"s": {"source": "/s"}}},
         "container.docker.pullConfig: is for"),
        (volume(size=0), "container.volumes[0].persistent.size: must be more than 0"),
        (volume(maxSize=3), "container.volumes[0].persistent.maxSize: is for volumes of type mount"),
        (volume(constraints=[["path", "LIKE", "a"]]), "container.volumes[0].persistent.constraints: are not for volumes of type root"),
        ({**volume(), "unreachableStrategy": {}}, "unreachableStrategy: must be disabled"),
        ({"resourceLimits": {"cpus": 0.5}}, "resourceLimits.cpus: is 0.5; it must not be less than cpus, 1"),
        ({"env": {"A": {"secret": "s"}}}, "env.A: refers to the secret s, which is not in secrets"),
        ({"acceptedResourceRoles": []}, "acceptedResourceRoles: must not be empty"),
        ({"acceptedResourceRoles": ["other"]}, "acceptedResourceRoles: has other; an app of role * may take resources of * only"),
        ({"acceptedResourceRoles": ["b"], "id": "/a/x", "role": "a"}, "acceptedResourceRoles: has b; an app of role a may take resources of a and * only"),
        ({"role": "dev"}, "role: is dev; Marathon gives this app * only"),
        ({"id": "/dev/x", "role": "x"}, "role: is x; Marathon gives this app * or dev only"),
        (volume(), "role: is *, and persistent volumes are for apps of a role of their own; put the app into a group"),
        ({**volume(), "id": "/dev/x"}, "role: is *, and persistent volumes are for apps of a role of their own; set it to dev"),
        ({**volume(), "id": "/dev/x", "role": "dev", "acceptedResourceRoles": ["dev"]}, "acceptedResourceRoles: must be [*]"),
        ({"fetch": [{"uri": "http://h/a b.tgz"}]}, "fetch[0].uri: has a blank, which is not allowed in a URI; write %20"),
        ({"uris": ["http://h/a", "http://h/{{ x }}"]}, "fetch[1].uri: has '{', which is not allowed in a URI; write %7B"),
        ({"labels": {"DCOS_MIGRATION_API_VERSION": "v1", "DCOS_MIGRATION_API_PATH": "/"}}, "labels: has DCOS_MIGRATION_API_VERSION, which needs"),
        (external(), "container.volumes[0].external.options: needs dvdi/driver"),
        (external(provider="ebs"), "container.volumes[0].external.provider: is ebs; it must be one of dvdi, csi"),
        ({**external(**REXRAY), "instances": 2}, "instances: is 2; with a volume of provider dvdi"),
        (external(size=4, **REXRAY, type="DOCKER"), "container.volumes[0].external.size: is for containers of type MESOS"),
        (external(mode="RO", **REXRAY), "container.volumes[0].mode: must be RW for an external volume"),
        (external(options={"dvdi/driver": "rexray", "dvdi/iops": "many"}), "container.volumes[0].external.options: has dvdi/iops: many"),
        ({**external(**REXRAY), "upgradeStrategy": {"minimumHealthCapacity": 0, "maximumOverCapacity": 1}},
         "upgradeStrategy.maximumOverCapacity: must be 0 for an app with external volumes"),
    ],
)
def test_faults(app: Dict[str, Any], fault: str) -> None:
    assert any(each.startswith(fault) for each in faults(app)), faults(app)


@pytest.mark.parametrize(
    "app",
    [
        {}, {"cmd": None, "container": MESOS}, {"cmd": None, "args": ["a"]},
        {"constraints": [["a", "GROUP_BY"], ["a", "IS", "x/1.5"], ["a", "LIKE", "x++"]]},
        {"healthChecks": [{"protocol": "HTTP"}, {"protocol": "MESOS_TCP"}]}, {"networks": CONTAINER_NETWORKS}, {"id": "/dev/x", "role": "dev", **volume()},
        {"id": "/dev/x", "role": "dev", "acceptedResourceRoles": ["*"], **volume(type="mount", maxSize=5)},
        {"healthChecks": [{"protocol": "COMMAND", "command": {"value": "a"}}, {"protocol": "COMMAND", "command": {"value": "b"}}]},
        {"healthChecks": [{"protocol": "COMMAND", "command": {"value": "a"}}, {"protocol": "MESOS_HTTP"}]},
        {"uris": ["http://h/a%20b.tgz", "hdfs://h:8020/ä/b?c=[1]#d", "a.tgz", "file:/x", "http://[::1]:80/a"]},
        {"labels": {SINGLE_INSTANCE: "true"}}, {"resourceLimits": {"cpus": "unlimited", "mem": 128}},
        {"check": {"exec": {"command": {"shell": "true"}}}},
    ],
)
def test_apps_without_a_fault(app: Dict[str, Any]) -> None:
    assert faults(app) == []


def test_what_an_app_with_persistent_volumes_keeps() -> None:
    settings = Settings(role="own")
    app = complete({**BASE, **volume(), "role": "own"}, settings)
    assert whole_faults(app, settings, app) == []
    other = complete({**BASE, **volume(size=2), "role": "own", "cpus": 2}, settings)
    assert [fault.path for fault in whole_faults(other, settings, app)] == ["container.volumes", "cpus"]
    without = complete({**BASE, "role": "own"}, settings)
    assert [fault.path for fault in whole_faults(without, settings, app)] == ["container.volumes"]


def test_the_role_that_an_app_has_stays_allowed() -> None:
    app = complete({**BASE, "role": "old"}, Settings())
    assert whole_faults(app, Settings(), app) == [] and whole_faults(app, Settings())


def test_features_of_the_server() -> None:
    secret = {"secrets": {"s": {"source": "/s"}}, "env": {"A": {"secret": "s"}}}
    assert faults(secret) == ["secrets: needs a Marathon that was started with --enable_features secrets"]
    assert faults(secret, features=frozenset(["secrets"])) == []


@pytest.mark.parametrize(
    ("app", "path"),
    [
        ({"container": {"docker": {"image": "i", "network": "NONE"}}}, "container.docker.network"),
        ({"container": {"docker": {"image": "i", "network": "HOST"}}, "networks": [{}]}, "container.docker.network"),
        ({"ipAddress": {}, "networks": [{}]}, "ipAddress"),
        ({"ipAddress": {}, "ports": [1]}, "ipAddress"),
        ({"ipAddress": {"discovery": {"ports": []}}, "container": {"docker": {"image": "i"}}}, "ipAddress.discovery"),
        ({"ports": [1], "portDefinitions": [{"port": 2}]}, "ports"),
        ({"ports": [1, 1]}, "ports"),
        ({"uris": ["a"], "fetch": [{"uri": "a"}]}, "uris"),
        ({"container": {"portMappings": [{}], "docker": {"portMappings": [{}]}}}, "container.docker.portMappings"),
        ({"container": {"docker": {"credential": {"principal": "p"}}}}, "container.docker.credential"),
        ({"container": {"type": "MESOS", "docker": {"parameters": [{}]}}}, "container.docker.parameters"),
    ],
)
def test_old_fields_beside_those_that_replace_them(app: Dict[str, Any], path: str) -> None:
    assert [fault.path for fault in legacy_faults(app)] == [path]


def test_old_fields_that_say_the_same_are_fine() -> None:
    assert legacy_faults({"ports": [1], "portDefinitions": [{"port": 1}], "uris": [], "fetch": [{"uri": "a"}]}) == []


def test_ids_that_are_addresses_of_marathon() -> None:
    assert [str(fault) for fault in id_faults("/a/versions")] == ["id: ends in versions, which Marathon's own addresses need; choose another name"]
