# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every valid app, in old and new fields."""

from __future__ import annotations

import json
import random
from typing import Any, Dict, List

from ansible_collections.baremetal.flink.plugins.module_utils.marathon.app import definition
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.compare import plan
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.normal_form import (
    Settings,
    canonical,
    complete,
    migrate,
    service_ports,
    stored,
)
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rules import whole_faults
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.schema import Checker
from hypothesis import given, settings
from hypothesis import strategies as st

SERVER = Settings()
NAME = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
TEXT = st.text(alphabet="abc $=/.", min_size=2, max_size=8)
SECONDS = st.integers(0, 900)
FRACTION = st.sampled_from([0, 0.0, 0.25, 0.5, 1, 1.0])
PROTOCOL = st.sampled_from(["tcp", "udp", "tcp,udp", "udp,tcp"])


def fields(**strategies: Any) -> Any:
    """A dictionary that has some of the fields."""
    return st.fixed_dictionaries({}, optional=strategies)


def ports(**more: Any) -> Any:
    entry = fields(port=st.sampled_from([0, 0, 9001, 9002, 10001]), protocol=PROTOCOL, labels=st.dictionaries(NAME, TEXT, max_size=2), **more)
    return st.lists(entry, max_size=3, unique_by=lambda each: each.get("port") or object())


MAPPING = fields(containerPort=st.sampled_from([0, 80]), hostPort=st.just(0), servicePort=st.sampled_from([0, 10002]), protocol=PROTOCOL)
MAPPINGS = st.lists(MAPPING, max_size=3)
VOLUME = st.builds(lambda path, mode: {"containerPath": path, "hostPath": "/" + path, "mode": mode}, NAME, st.sampled_from(["RO", "RW"]))
VOLUMES = st.lists(VOLUME, max_size=2)
CONSTRAINT = st.sampled_from([["hostname", "UNIQUE"], ["rack", "GROUP_BY", 2], ["rack", "LIKE", "a.*"], ["zone", "IS", "z1"]])
CHECK = st.one_of(
    fields(protocol=st.sampled_from(["HTTP", "HTTPS", "TCP", "MESOS_HTTP", "MESOS_TCP"]), path=TEXT, port=st.just(80), delaySeconds=SECONDS,
           gracePeriodSeconds=SECONDS, ignoreHttp1xx=st.booleans()),
    st.just({"protocol": "COMMAND", "command": {"value": "true"}}),
)
BASIC = dict(
    cpus=st.sampled_from([1, 1.0, 0.5, "0.5"]), mem=st.sampled_from([64, 64.0]), instances=st.integers(0, 3),
    env=st.dictionaries(NAME, TEXT, max_size=2),
    labels=st.dictionaries(NAME, TEXT, max_size=2), user=NAME, backoffFactor=st.sampled_from([1, 1.5]), taskKillGracePeriodSeconds=SECONDS,
    constraints=st.lists(CONSTRAINT, max_size=3),
    dependencies=st.lists(NAME, max_size=3), acceptedResourceRoles=st.just(["*"]), executorResources=fields(cpus=st.just(0.2), mem=st.just(64)),
    resourceLimits=fields(cpus=st.sampled_from(["unlimited", 4]), mem=st.just(512)), killSelection=st.just("OLDEST_FIRST"), tty=st.booleans(),
    upgradeStrategy=st.builds(lambda low, over: {"minimumHealthCapacity": low, "maximumOverCapacity": over}, FRACTION, FRACTION),
    unreachableStrategy=st.sampled_from(["disabled", {}, {"expungeAfterSeconds": 5}, {"inactiveAfterSeconds": 3, "expungeAfterSeconds": 5}]),
    healthChecks=st.lists(CHECK, max_size=2), requirePorts=st.booleans(),
    fetch=st.lists(st.builds(lambda uri: {"uri": uri}, NAME), max_size=2), residency=st.just({"taskLostBehavior": "WAIT_FOREVER"}),
)


def docker(**more: Any) -> Any:
    return st.fixed_dictionaries({"image": NAME}, optional={"forcePullImage": st.booleans(), "privileged": st.booleans(), **more})


DOCKER_OF_OLD = docker(network=st.sampled_from(["HOST", "BRIDGE"]), portMappings=MAPPINGS)
DOCKER_OF_TODAY = {"docker": docker(), "type": st.just("DOCKER")}
ADDRESS = fields(
    networkName=st.sampled_from(["dcos", "mesos-bridge"]), labels=st.dictionaries(NAME, TEXT, max_size=1),
    discovery=st.just({"ports": [{"number": 80, "name": "http"}]}),
)
SHAPES = st.one_of(
    fields(portDefinitions=ports(), networks=st.sampled_from([[], [{"mode": "host"}]])),
    fields(ports=st.lists(st.sampled_from([0, 9001]), max_size=2, unique_by=lambda port: port or object())),
    fields(container=st.fixed_dictionaries({"docker": DOCKER_OF_OLD}, optional={"volumes": VOLUMES}), ports=st.lists(st.just(0), max_size=2)),
    fields(
        container=st.fixed_dictionaries(DOCKER_OF_TODAY, optional={"portMappings": MAPPINGS}), networks=st.just([{"mode": "container/bridge"}])
    ),
    fields(container=st.fixed_dictionaries({"type": st.just("MESOS")}, optional={"volumes": VOLUMES}), networks=st.just([{"name": "dcos"}])),
    fields(ipAddress=ADDRESS),
    fields(uris=st.lists(st.sampled_from(["http://h/a.tgz", "http://h/b"]), max_size=2)),
)


def _join(basic: Dict[str, Any], shape: Dict[str, Any]) -> Dict[str, Any]:
    app = {"id": "/a/b", "cmd": "sleep 1", **basic, **shape}
    if app.get("uris"):
        app.pop("fetch", None)
    if app.get("ipAddress") and not app["ipAddress"].get("networkName"):
        app["ipAddress"]["networkName"] = "dcos"
    return app


def valid(app: Dict[str, Any]) -> bool:
    try:
        checked = definition({"app": app, "state": "present"})
    except Exception:
        return False
    return not whole_faults(complete(migrate(checked, SERVER), SERVER), SERVER)


APPS = st.builds(_join, fields(**BASIC), SHAPES).filter(valid)


def read_back(app: Dict[str, Any], seed: int) -> Dict[str, Any]:
    """The app as a Marathon would show it: everything filled in, ports assigned, floats, sets in any order, empties left out."""
    shuffled = random.Random(seed)
    shown = json.loads(json.dumps(complete(migrate(app, SERVER), SERVER)))
    for number, each in enumerate((shown.get("container") or {}).get("portMappings") or []):
        each["servicePort"] = each["servicePort"] or 15000 + number
        each.setdefault("labels", {})
    for number, each in enumerate(shown.get("portDefinitions") or []):
        each["port"] = each["port"] or 15000 + number
    for name in ("constraints", "dependencies", "healthChecks"):
        shuffled.shuffle(shown.get(name) or [])
    for name in ("cpus", "mem", "disk"):
        shown[name] = float(shown[name])
    empty = [name for name, value in shown.items() if value in ([], {}) and name not in ("labels", "portDefinitions")]
    for name in empty:
        del shown[name]
    return {**shown, "version": "v", "tasksRunning": 1, "tasks": [], "deployments": []}


def check(app: Dict[str, Any]) -> Dict[str, Any]:
    checker = Checker()
    checked = checker.app(app)
    assert not checker.faults
    return checked


@settings(max_examples=80)
@given(APPS)
def test_an_app_normalised_twice_is_the_same(app: Dict[str, Any]) -> None:
    once = complete(migrate(check(app), SERVER), SERVER)
    assert complete(migrate(once, SERVER), SERVER) == once
    assert canonical(canonical(once)) == canonical(once) == canonical(stored(once, SERVER))


@settings(max_examples=80)
@given(APPS, st.integers(), st.booleans())
def test_an_app_is_unchanged_by_its_second_run(app: Dict[str, Any], seed: int, exclusive: bool) -> None:
    checked = check(app)
    change = plan("/a/b", checked, read_back(checked, seed), SERVER, exclusive)
    assert change.fields == [] and not change.needed


@settings(max_examples=60)
@given(APPS, APPS, st.integers())
def test_what_is_sent_makes_one_app_of_another(one: Dict[str, Any], other: Dict[str, Any], seed: int) -> None:
    """The expected outcome is reached when Marathon does with the body what its documentation says, and then nothing is left to do."""
    current, wanted = read_back(check(one), seed), check(other)
    change = plan("/a/b", wanted, current, SERVER)
    body = migrate(change.body, SERVER)
    kept = {name: value for name, value in stored(current, SERVER).items() if name not in ("executorResources", "resourceLimits")}
    base = {} if change.replace else kept
    after = read_back({**base, **body}, seed)
    ports_before, ports_after = service_ports(stored(current, SERVER)), service_ports(complete(migrate(after, SERVER), SERVER))
    assert canonical(_without_ports(stored(after, SERVER))) == _without_ports(change.after)
    if ports_before == ports_after:
        assert not plan("/a/b", wanted, after, SERVER).fields


def _without_ports(app: Dict[str, Any]) -> Dict[str, Any]:
    text: Dict[str, Any] = json.loads(json.dumps(app))
    entries: List[Dict[str, Any]] = (text.get("portDefinitions") or []) + ((text.get("container") or {}).get("portMappings") or [])
    for each in entries:
        each.pop("port", None)
        each.pop("servicePort", None)
    return canonical(text)


@settings(max_examples=60)
@given(APPS)
def test_numbers_and_order_mean_nothing(app: Dict[str, Any]) -> None:
    checked = check(app)
    turned = dict(reversed(list(checked.items())))
    for name in ("constraints", "dependencies", "healthChecks"):
        if name in turned:
            turned[name] = list(reversed(turned[name]))
    for name in ("cpus", "mem"):
        if name in turned:
            turned[name] = float(turned[name])
    assert canonical(complete(migrate(turned, SERVER), SERVER)) == canonical(complete(migrate(checked, SERVER), SERVER))
