# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uninstalling: the app, then the framework, then the state in ZooKeeper, each only when it is safe."""

from __future__ import annotations

import contextlib
import json
from typing import Any, Callable, Dict, Iterator

import pytest
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.dcos import removal as cosmos_removal
from ansible_collections.baremetal.flink.plugins.module_utils.dcos.cosmos import CosmosError, Unclear
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.masters import MesosError
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.protocol import Refused
from ansible_collections.baremetal.flink.tests.unit.fakes.dcos import FakeDcos
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import FLINK, MARATHON
from ansible_collections.baremetal.flink.tests.unit.plugins.module_utils.zookeeper.test_zookeeper_path import FakeSession

UNINSTALL = "/package/uninstall"
KEEPER = {"hosts": ["z:2181"], "root": "/flink", "cluster_id": "/default", "mesos_workers_path": "/mesos-workers"}
WORKERS = "/flink/default/mesos-workers"
LOCK = "/flink/default/leaderlatch/rest_server_lock/_c_1-latch-0000000000"
TREE = ["/flink/default", "/flink/default/leaderlatch", "/flink/default/leaderlatch/rest_server_lock", WORKERS, f"{WORKERS}/frameworkId"]


class Keeper(FakeSession):
    """What Flink keeps, and the latch of a session that lives."""

    def __init__(self, framework_id: str = FLINK) -> None:
        super().__init__()
        for path in ["/flink", *TREE]:
            self.put(path, framework_id.encode() if path.endswith("frameworkId") else b"")
        self.put(LOCK, owner=7)

    def data(self, path: str) -> Any:
        node = self.nodes.get(path)
        return node.data if node else None


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    session = Keeper()
    monkeypatch.setattr(cosmos_removal, "session", lambda params: contextlib.nullcontext(session))
    return session


@pytest.fixture
def dcos(keeper: Keeper) -> Iterator[FakeDcos]:
    """The AppMaster is a framework with its web page at the task's first port, and its session ends a while after the app."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        fake = FakeDcos(mock)
        (entry,) = [one for one in fake.mesos.frameworks if one["framework_info"]["id"]["value"] == FLINK]

        def start(app: Dict[str, Any]) -> None:
            entry["framework_info"]["webui_url"] = f"http://127.0.0.1:{app['tasks'][0]['ports'][0]}" if app["tasks"] else ""
            entry.update(active=True, connected=True)

        def end(app: Dict[str, Any]) -> None:
            fake.time.sleep = later(fake, 4, lambda: (entry.update(active=False, connected=False), keeper.nodes.pop(LOCK, None)))

        fake.cluster.apps.on_start, fake.cluster.apps.on_end = start, end
        fake.run()
        yield fake


def later(dcos: FakeDcos, seconds: float, happen: Callable[[], Any]) -> Callable[[float], None]:
    """A sleep after whose given seconds in total something happens."""
    due = dcos.time.now + seconds

    def sleep(length: float) -> None:
        dcos.time.now += length
        if dcos.time.now >= due:
            happen()

    return sleep


def gone(dcos: FakeDcos, **params: Any) -> Dict[str, Any]:
    return dcos.run(state="absent", **params)


def test_everything_goes_in_order_and_the_second_time_nothing_happens(dcos: FakeDcos, keeper: Keeper) -> None:
    done = gone(dcos, zookeeper_state=KEEPER)
    assert (done["changed"], done["app_id"], done["version"], done["torn_down"], done["deleted"]) == (True, "/flink", None, True, TREE)
    assert done["notes"] == "Flink is being uninstalled." and done["framework"]["id"] == FLINK and done["waited"] >= 4
    assert done["diff"]["before"]["version"] == "1.4.2-1.0" and done["diff"]["after"] == {"state": "absent"}
    assert dcos.mesos.commands == [{"type": "TEARDOWN", "teardown": {"framework_id": {"value": FLINK}}}]
    assert dcos.warnings == [] and dcos.cluster.apps.apps == {} and sorted(keeper.nodes) == ["/", "/flink"]
    again = gone(dcos, zookeeper_state=KEEPER)
    assert (again["changed"], again["app_id"], again["torn_down"], again["deleted"]) == (False, None, False, [])
    assert again["diff"]["before"] == again["diff"]["after"] and dcos.changes.count(UNINSTALL) == 1


def test_check_mode_looks_only(dcos: FakeDcos, keeper: Keeper) -> None:
    would = gone(dcos, check=True, zookeeper_state=KEEPER)
    assert (would["changed"], would["torn_down"]) == (True, True) and set(TREE) < set(would["deleted"])
    assert UNINSTALL not in dcos.changes and dcos.mesos.commands == [] and keeper.writes == []


def test_zookeeper_and_mesos_are_left_alone_unless_asked(dcos: FakeDcos, keeper: Keeper) -> None:
    dcos.mesos.asked.clear()
    done = gone(dcos, teardown=False)
    assert done["changed"] and not done["torn_down"] and done["framework"] is None
    assert dcos.mesos.asked == [] and set(TREE) < set(keeper.nodes)
    assert not gone(dcos)["changed"]


def test_only_the_apps_own_framework_is_torn_down(dcos: FakeDcos) -> None:
    for entry in dcos.mesos.frameworks:
        entry["framework_info"]["webui_url"] = "http://127.0.0.1:1"
    done = gone(dcos)
    assert done["changed"] and not done["torn_down"] and dcos.mesos.commands == []
    assert "No framework was found that has its web page at a port of a task of /flink, so none is torn down" in dcos.warnings[0]


def test_an_interrupted_run_is_finished_by_the_record(dcos: FakeDcos, keeper: Keeper) -> None:
    gone(dcos, teardown=False)
    dcos.time.sleep(9)
    done = gone(dcos, zookeeper_state=KEEPER)
    assert (done["changed"], done["app_id"], done["torn_down"], done["deleted"]) == (True, None, True, TREE)


@pytest.mark.parametrize("named", [FLINK, "flink"])
def test_an_interrupted_run_is_finished_by_the_framework(dcos: FakeDcos, named: str) -> None:
    gone(dcos, teardown=False)
    dcos.time.sleep(9)
    assert gone(dcos, framework=named)["torn_down"] and not gone(dcos, framework=named)["changed"]


def test_a_framework_that_something_else_runs_is_left_alone(dcos: FakeDcos, keeper: Keeper) -> None:
    dcos.cluster.apps.on_end = lambda app: None
    with pytest.raises(MesosError, match="is still connected, from 127.0.0.1, so something else runs it: neither is it torn down"):
        gone(dcos, zookeeper_state=KEEPER, timeout=20)
    assert dcos.mesos.commands == [] and keeper.writes == []
    with pytest.raises(MesosError, match="is still connected"):
        gone(dcos, check=True, framework=FLINK)


def test_a_master_that_cannot_be_asked_keeps_the_app(dcos: FakeDcos) -> None:
    dcos.mesos.leading = None
    with pytest.raises(MesosError, match="so nothing was changed: No Mesos master leads.*say with masters where they are, or set teardown to false"):
        gone(dcos)
    assert UNINSTALL not in dcos.changes and gone(dcos, teardown=False)["changed"]


def test_the_login_does_not_go_to_named_masters(dcos: FakeDcos) -> None:
    dcos.requests.clear()
    assert gone(dcos, masters=["m1:5050"], token="some-jwt")["torn_down"]
    to = {request.headers.get("Authorization") for request in dcos.requests if "m1:5050" in str(request.url)}
    assert to == {None} and "token=some-jwt" in {request.headers.get("Authorization") for request in dcos.requests}


@pytest.mark.parametrize(
    "recorded, sentence",
    [
        ("unknown-0001", "does not know framework unknown-0001 of /flink/default, not even as completed, so nothing was changed"),
        (MARATHON, f"belongs to framework {MARATHON} .*but the service's is {FLINK}, so nothing was changed; correct root and cluster_id"),
    ],
)
def test_a_record_of_another_cluster(dcos: FakeDcos, keeper: Keeper, recorded: str, sentence: str) -> None:
    keeper.put(f"{WORKERS}/frameworkId", recorded.encode())
    with pytest.raises(MesosError, match=sentence):
        gone(dcos, zookeeper_state=KEEPER)
    assert UNINSTALL not in dcos.changes and keeper.writes == []


def test_jobs_without_a_framework_may_be_another_flinks(dcos: FakeDcos, keeper: Keeper) -> None:
    keeper.put(f"{WORKERS}/frameworkId", b"")
    for path in ("/flink/default/jobgraphs", "/flink/default/jobgraphs/" + "a" * 32):
        keeper.put(path)
    with pytest.raises(MesosError, match="holds jobs but no framework id, so it may be another Flink's, and nothing was changed"):
        gone(dcos, zookeeper_state=KEEPER)
    assert UNINSTALL not in dcos.changes


def test_state_needs_a_framework_that_ends(dcos: FakeDcos) -> None:
    with pytest.raises(InputError, match="can only be deleted once it is torn down; set teardown to true"):
        gone(dcos, teardown=False, zookeeper_state=KEEPER)
    with pytest.raises(InputError, match="which would delete all Flink clusters below root"):
        gone(dcos, zookeeper_state={**KEEPER, "cluster_id": "/"})
    assert UNINSTALL not in dcos.changes


def test_a_session_that_stays_keeps_the_state(dcos: FakeDcos, keeper: Keeper) -> None:
    keeper.put(LOCK + "9", owner=8)
    with pytest.raises(WaitTimeout, match="the sessions that hold nodes of /flink/default in ZooKeeper to end.*living session 0x8"):
        gone(dcos, zookeeper_state=KEEPER, timeout=30)
    assert set(TREE) < set(keeper.nodes)


def test_which_one_is_meant(dcos: FakeDcos) -> None:
    dcos.run(options={"service": {"name": "b"}})
    with pytest.raises(InputError, match="flink is installed as /b, /flink; say with app_id which one is meant"):
        gone(dcos)
    assert gone(dcos, app_id="b")["app_id"] == "/b" and not gone(dcos, app_id="/b")["changed"]
    assert not gone(dcos, options={"service": {"name": "c"}})["changed"] and gone(dcos)["app_id"] == "/flink"


def test_two_frameworks_of_one_name(dcos: FakeDcos) -> None:
    other = json.loads(json.dumps(dcos.mesos.frameworks[0]))
    other["framework_info"]["id"]["value"] = "other-0000"
    other["framework_info"]["webui_url"] = "http://127.0.0.1:1"
    dcos.mesos.frameworks.append(other)
    assert gone(dcos, framework="flink", check=True)["framework"]["id"] == FLINK
    dcos.cluster.apps.apps["/flink"]["tasks"] = []
    with pytest.raises(MesosError, match="flink is the name of 2 frameworks, so nothing was changed; give as framework the id"):
        gone(dcos, framework="flink")


@pytest.mark.parametrize("kind", ["PackageNotInstalled", "UninstallNonExistentAppForPackage"])
def test_gone_meanwhile(dcos: FakeDcos, kind: str) -> None:
    dcos.cluster.apps.remove("/flink")
    again = dcos.cluster._package_list
    dcos.cluster._package_list = lambda request, version: {
        "packages": [{"appId": "/flink", "packageInformation": {"packageDefinition": {"name": "flink", "version": "1.4.2-1.0"}}}]
    }
    dcos.cluster.script += [(UNINSTALL, Refused(kind, "is not installed"))]
    assert gone(dcos)["notes"] is None
    dcos.cluster._package_list = again
    assert not gone(dcos)["changed"]


def test_what_cosmos_does_not_finish_is_finished_here(dcos: FakeDcos) -> None:
    uninstall = dcos.cluster._package_uninstall

    def half(request: Dict[str, Any], version: int) -> Any:
        uninstall(request, version)
        raise Refused("IncompleteUninstall", "Incomplete uninstall of package [flink] due to Mesos unavailability", {"packageName": "flink"})

    dcos.cluster._package_uninstall = half
    assert gone(dcos)["torn_down"] and "IncompleteUninstall" in dcos.warnings[0]
    dcos.run()
    with pytest.raises(CosmosError, match="the app is deleted, but its framework may still be registered"):
        gone(dcos, teardown=False)


@pytest.mark.parametrize("kind", ["Forbidden", "MarathonBadGateway", "AmbiguousAppId"])
def test_a_refusal(dcos: FakeDcos, kind: str) -> None:
    dcos.cluster.script += [(UNINSTALL, Refused(kind, "no"))]
    with pytest.raises(CosmosError, match=kind):
        gone(dcos)
    assert dcos.mesos.commands == []


def test_an_answer_that_is_lost(dcos: FakeDcos) -> None:
    dcos.cluster.script += [(UNINSTALL, "lost")]
    with pytest.raises(Unclear, match="to uninstall /flink, is not known"):
        gone(dcos)
    dcos.cluster.script += [(UNINSTALL, "cut")]
    assert gone(dcos)["torn_down"]


def test_a_service_that_cosmos_cannot_describe_any_more(dcos: FakeDcos) -> None:
    dcos.cluster.script += [("/cosmos/service/describe", Refused("VersionNotFound", "no"))]
    assert gone(dcos)["diff"]["before"]["options"] == {}


def test_without_waiting(dcos: FakeDcos) -> None:
    dcos.cluster.apps.looks = 99
    assert gone(dcos, teardown=False, wait=False)["waited"] == 0
    dcos.run(wait=False)
    with pytest.raises(WaitTimeout, match="/flink to end after its uninstallation.*StopApplication /flink"):
        gone(dcos, teardown=False, timeout=5)
