# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon's REST API on several Marathons; bodies as recorded from 1.11.26."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError, NoneAnswered
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rest import (
    AlreadyExists,
    Locked,
    Marathon,
    MarathonError,
    Unclear,
    marathon_urls,
)
from ansible_collections.baremetal.flink.tests.unit.fakes.marathon import CASES, Time, answer_of, marathon

A, B = "http://m1:8080", "http://m2:8080"
NO_LEADER = {"json": {"message": "Could not determine the current leader"}, "status": 502}


def client(retries: int = 0) -> Marathon:
    return marathon(Time(), retries)


def play(method: str, url: str, case: str) -> None:
    responses.add(method, url, json=answer_of(case), status=CASES[case]["response"]["status"], headers=CASES[case]["response"]["headers"])


@responses.activate
def test_the_leader_is_asked_first_once_it_is_known() -> None:
    for base in (A, B):
        responses.get(f"{base}/v2/info", json={}, headers={"X-Marathon-Leader": B})
    server = client()
    assert server.info() == {} and server.base == B and server.bases == [B, A]
    server.info()
    assert [call.request.url for call in responses.calls] == [f"{A}/v2/info", f"{B}/v2/info"]


@responses.activate
def test_a_leader_that_is_not_in_the_list_is_reached_through_the_one_that_answers() -> None:
    responses.get(f"{A}/v2/info", body=requests.exceptions.ConnectionError("Connection refused"))
    responses.get(f"{B}/v2/info", json={}, headers={"X-Marathon-Leader": "http://elsewhere:8080"})
    server = client()
    server.info()
    assert server.base == B


@responses.activate
def test_an_election_is_waited_for_within_its_bound() -> None:
    for base in (A, B):
        responses.get(f"{base}/v2/leader", **NO_LEADER)
    time = Time()
    with pytest.raises(NoneAnswered, match="No Marathon could serve the request: .*502: Could not determine the current leader"):
        marathon(time).leader()
    assert time.now == 5


@responses.activate
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_change_that_may_have_been_made_is_not_repeated(status: int) -> None:
    responses.put(f"{A}/v2/apps/x", json={"message": "Connection to leader refused."}, status=status)
    with pytest.raises(Unclear, match="Whether Marathon acted on it is not known: PUT"):
        client(3).update("/x", {})
    assert len(responses.calls) == 1


@responses.activate
def test_a_change_that_cannot_have_been_made_goes_to_the_next_one() -> None:
    responses.put(f"{A}/v2/apps/x", **NO_LEADER)
    responses.put(f"{B}/v2/apps/x?partialUpdate=false&force=true", json=answer_of("put_replace"))
    assert client().update("/x", {"cmd": "true"}, replace=True, force=True) == answer_of("put_replace")["deploymentId"]


@responses.activate
def test_answers_to_changes() -> None:
    play("POST", f"{A}/v2/apps", "create_minimal")
    assert client().create({}) == "a625480d-8765-4746-8ef9-7e765a9d64f5"
    play("DELETE", f"{A}/v2/apps/rec/fail", "delete_app")
    assert client().delete("/rec/fail") == answer_of("delete_app")["deploymentId"]
    assert "force=false" in str(responses.calls[-1].request.url)
    play("POST", f"{A}/v2/apps/rec/min/restart", "restart")
    assert client().restart("/rec/min") == answer_of("restart")["deploymentId"]
    play("DELETE", f"{A}/v2/deployments/f30", "delete_deployment_rollback")
    assert client().undo("f30") == answer_of("delete_deployment_rollback")["deploymentId"]
    play("DELETE", f"{A}/v2/deployments/nope", "deployment_missing_delete")
    assert client().undo("nope") is None


@responses.activate
def test_refusals() -> None:
    play("POST", f"{A}/v2/apps", "create_existing")
    with pytest.raises(AlreadyExists, match="An app with id .* already exists"):
        client().create({})
    play("PUT", f"{A}/v2/apps/rec/stuck", "put_locked")
    with pytest.raises(Locked) as locked:
        client().update("/rec/stuck", {})
    assert locked.value.deployments == ["f30ffea1-c71f-42c1-b991-1b14eebe07b9"]
    play("PUT", f"{A}/v2/apps/upg", "create_bad_upgrade")
    with pytest.raises(MarathonError, match="request: upgradeStrategy.maximumOverCapacity: .* undefined .*; upgradeStrategy.minimumHealthCap"):
        client().update("/upg", {})
    play("PUT", f"{A}/v2/apps/bad", "create_malformed_json")
    with pytest.raises(MarathonError, match="refuses the request: Invalid JSON Unexpected end-of-input"):
        client().update("/bad", {})
    play("DELETE", f"{A}/v2/apps/gone", "delete_missing")
    with pytest.raises(HttpError, match="App '/rec/fail' does not exist"):
        client().delete("/gone")


@responses.activate
def test_an_app_that_is_not_there_and_a_server_that_is_none() -> None:
    play("GET", f"{A}/v2/apps/nope", "app_missing")
    assert client().app("/nope") is None
    responses.get(f"{A}/v2/apps/x", body="<html>404</html>", status=404)
    with pytest.raises(HttpError):
        client().app("/x")
    responses.get(f"{A}/v2/queue", body="<html>hello</html>")
    with pytest.raises(HttpError, match="something that is not JSON; is Marathon listening there"):
        client().queue()
    play("GET", f"{A}/v2/deployments", "unknown_uri")
    with pytest.raises(HttpError, match="URI not found"):
        client().deployments()
    responses.get(f"{A}/v2/leader", json={"message": "There is no leader"}, status=404)
    assert client().leader() is None


@responses.activate
def test_bad_credentials_are_told_at_once() -> None:
    responses.get(f"{A}/v2/info", body="<html><body>Unauthorized</body></html>", status=401, content_type="text/html")
    with pytest.raises(HttpError, match="401 Unauthorized.*check url_username and url_password"):
        client(3).info()
    assert len(responses.calls) == 1


def test_addresses() -> None:
    assert marathon_urls(["a", "a:8080", "https://b/marathon/"]) == ["http://a:8080", "https://b/marathon"]
    with pytest.raises(InputError, match="urls is empty; name at least one Marathon"):
        marathon_urls([])
    params: Any = {"urls": ["a"], "leader_timeout": -1}
    with pytest.raises(InputError, match="leader_timeout is -1"):
        Marathon.from_params(params)
