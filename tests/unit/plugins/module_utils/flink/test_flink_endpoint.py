# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Flink's REST server is, as ZooKeeper and Marathon tell it, and following it."""

from __future__ import annotations

import contextlib
from typing import Any, Dict, Iterator, List, Optional

import pytest
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink import endpoint as flink_endpoint
from ansible_collections.baremetal.flink.plugins.module_utils.flink.endpoint import locator, marathon_locator
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import FlinkRest, UploadedJar, Version
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpError, HttpSettings, NoneAnswered
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import ZooKeeperUnreachable

MARATHON: Dict[str, Any] = {"urls": ["m"], "app": "/flink/appmaster", "port_name": "rest", "leader_timeout": 0}
ZOOKEEPER = {"hosts": ["z:2181"], "root": "/flink", "cluster_id": "/default"}


def leader(address: str) -> bytes:
    """A node as Flink writes it with writeUTF()."""
    text = address.encode()
    return b"\xac\xed\x00\x05w" + bytes([len(text) + 2]) + len(text).to_bytes(2, "big") + text


def app(**more: Any) -> Dict[str, Any]:
    task = {"host": "h1", "ports": [31000, 31001], "state": "TASK_RUNNING"}
    tasks = [task, {**task, "state": "TASK_STAGING"}]
    return {"id": "/flink/appmaster", "portDefinitions": [{"name": "rpc"}, {"name": "rest"}], "tasks": tasks, **more}


class Ensemble:
    """What the session answers, one after the other; an exception is raised. ``newer`` is in the place that versions from 1.15 on have."""

    def __init__(self, *answers: Any, newer: Optional[bytes] = None) -> None:
        self.answers = list(answers)
        self.newer = newer
        self.asked: List[str] = []

    @contextlib.contextmanager
    def session(self, _params: Any) -> Iterator["Ensemble"]:
        yield self

    def data(self, path: str) -> Optional[bytes]:
        if path == "/flink/default/leader/rest_server/connection_info":
            return self.newer
        self.asked.append(path)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(("params", "said"), [({}, "none is given"), ({"urls": ["a"], "marathon": MARATHON}, "urls and marathon are given")])
def test_exactly_one_is_given(params: Dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        locator(params)


@responses.activate
def test_the_leader_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    ensemble = Ensemble(leader("http://a:1"), None, ZooKeeperUnreachable("no session"), leader("http://b:2"))
    monkeypatch.setattr(flink_endpoint, "session", ensemble.session)
    responses.get("http://b:2/overview", json={"taskmanagers": 7})
    rest = FlinkRest(HttpClient(HttpSettings(retries=3)), [], sleep=lambda seconds: None, locate=locator({"zookeeper": ZOOKEEPER}))
    assert rest.overview() == {"taskmanagers": 7} and rest.base == "http://b:2"
    assert ensemble.asked == ["/flink/default/leader/rest_server_lock"] * 4


def test_the_leader_is_where_newer_versions_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flink_endpoint, "session", Ensemble(None, newer=leader("http://c:3")).session)
    located = locator({"zookeeper": ZOOKEEPER})
    assert located is not None and located() == ["http://c:3"]


def test_no_leader_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flink_endpoint, "session", Ensemble(None).session)
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), [], locate=locator({"zookeeper": ZOOKEEPER}))
    with pytest.raises(NoneAnswered, match="zk://z:2181/flink/default: no REST server leads"):
        rest.overview()


@responses.activate
def test_the_port_of_a_marathon_app() -> None:
    responses.get("http://m:8080/v2/apps/flink/appmaster", json={"app": app()})
    assert marathon_locator(MARATHON, {"retries": 0})() == ["http://h1:31001"]


@responses.activate
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ({"json": {"app": app(tasks=[])}}, NoneAnswered, "no instance of the app runs"),
        ({"json": {"app": app(portDefinitions=[{"name": "http"}])}}, CollectionError, r"no port with the name rest \(it has http\)"),
        ({"json": {"message": "App '/flink/appmaster' does not exist"}, "status": 404}, InputError, "has no app /flink/appmaster"),
        ({"json": {}, "status": 503}, NoneAnswered, "503"),
    ],
)
def test_an_app_without_an_address(answer: Dict[str, Any], error: Any, said: str) -> None:
    responses.get("http://m:8080/v2/apps/flink/appmaster", **answer)
    with pytest.raises(error, match=said):
        marathon_locator(MARATHON, {"retries": 0})()


@responses.activate
@pytest.mark.parametrize(("version", "method", "in_body"), [((1, 12), "POST", True), ((1, 9), "GET", True), ((1, 5), "GET", False)])
def test_a_job_graph_is_asked_for_as_the_version_takes_it(version: Any, method: str, in_body: bool) -> None:
    responses.add(method, "http://a:8081/jars/x.jar/plan", json={"plan": {}})
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["a"])
    rest.plan(Version("v", version), UploadedJar("http://a:8081", "x.jar"), {"entryClass": "C", "jobId": "1", "parallelism": 2}, 5)
    (call,) = responses.calls
    if in_body:
        assert call.request.body == b'{"entryClass": "C", "parallelism": 2}' and "?" not in str(call.request.url)
    else:
        assert call.request.body is None and str(call.request.url).endswith("plan?entry-class=C&parallelism=2")


@responses.activate
def test_what_must_not_be_done_twice_is_sent_twice_only_if_it_was_not_heard() -> None:
    responses.post("http://a:8081/jobs/1/stop", json={"errors": ["no leader"]}, status=503)
    responses.post("http://b:8081/jobs/1/stop", json={"request-id": "r"}, status=202)
    rest = FlinkRest(HttpClient(HttpSettings(retries=2)), ["a", "b"])
    with pytest.raises(HttpError, match="503"):
        rest.send("POST", "/jobs/1/stop", {})
    assert len(responses.calls) == 1


@responses.activate
def test_a_job_that_the_list_leaves_out_is_looked_for_on_its_own_page() -> None:
    counts = {"RUNNING": 1, "FINISHED": 1}
    page = {"jid": "1", "name": "n", "state": "RUNNING", "start-time": 5, "end-time": -1, "duration": 3, "status-counts": counts}
    responses.get("http://a:8081/jobs/overview", json={"jobs": []})
    responses.get("http://a:8081/jobs/1", json=page)
    responses.get("http://a:8081/jobs/2", json={"errors": ["Job 2 not found"]}, status=404)
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["a"])
    found = rest.find("1")
    assert found and found["tasks"] == {"total": 2, "running": 1, "finished": 1} and rest.find("2") is None
