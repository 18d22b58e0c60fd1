# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls to Cosmos: media types, every error that it has a type for, retries and the login."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List

import pytest
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.dcos.cosmos import (
    CALLS,
    TEMPORARY,
    Cosmos,
    CosmosError,
    Unclear,
    authorization,
    login,
    media_types,
    parameters,
    schema_faults,
)
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpError, HttpSettings
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.api import Cluster
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.protocol import Refused
from ansible_collections.baremetal.flink.tests.unit.fakes.dcos import URL, FakeDcos

INSTALL, UPDATE, UNINSTALL, LIST = "/package/install", "/cosmos/service/update", "/package/uninstall", "/package/list"

#: Every error type that the documents of Cosmos 0.6.3 list: status, and what a person is told to do.
ERRORS: Dict[str, Any] = {
    "PackageAlreadyInstalled": (409, "give another app_id, or another service name in options"),
    "ServiceAlreadyStarted": (409, "give another app_id, or another service name in options"),
    "Unauthorized": (401, "check url_username and url_password, or token"),
    "Forbidden": (403, "give the DC/OS user the permission"),
    "MarathonBadGateway": (502, "look whether Marathon of DC/OS is well"),
    "ServiceUnavailable": (503, "look whether it is well, and run again"),
    "IncompleteUninstall": (503, "run again with framework"),
    "PackageNotFound": (400, "add the repository that has the package"),
    "VersionNotFound": (400, "correct version"),
    "PackageNotInstalled": (400, "correct name"),
    "UninstallNonExistentAppForPackage": (400, "correct app_id"),
    "AmbiguousAppId": (400, "say with app_id which one is meant"),
    "JsonSchemaMismatch": (400, "correct options"),
    "MarathonAppNotFound": (400, "run again"),
    "OptionsNotStored": (400, "set exclusive to true"),
    "AppIdChanged": (400, "keep the service name in options"),
    "VersionUpgradeNotSupportedInOpen": (400, "uninstall it, and install the other version"),
    "RepositoryAlreadyPresent": (400, "nothing is to be done"),
    "RepositoryNotPresent": (400, "dcos package repo list"),
    "unhandled_exception": (500, "the log of dcos-cosmos on the masters says more"),
    "SomethingNew": (400, ""),
}


@pytest.fixture
def dcos() -> Iterator[FakeDcos]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeDcos(mock)


def cosmos(pauses: Any = None, **settings: Any) -> Cosmos:
    return Cosmos(HttpClient(HttpSettings(**settings)), URL, (pauses if pauses is not None else []).append)


def answering(mock: responses.RequestsMock, status: int, body: Any, **headers: str) -> None:
    mock.add("POST", f"{URL}{LIST}", body=body if isinstance(body, str) else json.dumps(body), status=status, headers=headers)


def test_media_types_of_each_call(dcos: FakeDcos) -> None:
    assert media_types("/package/describe") == (
        "application/vnd.dcos.package.describe-request+json;charset=utf-8;version=v1",
        "application/vnd.dcos.package.describe-response+json;charset=utf-8;version=v3",
    )
    assert media_types(INSTALL)[1] == "application/vnd.dcos.package.install-response+json;charset=utf-8;version=v2"
    assert media_types(UPDATE) == (
        "application/vnd.dcos.service.update-request+json;charset=utf-8;version=v1",
        "application/vnd.dcos.service.update-response+json;charset=utf-8;version=v1",
    )
    # The stand-in refuses any other.
    mine = cosmos()
    mine.describe("flink", None)
    mine.versions("flink")
    mine.render("flink", None, {}, None)
    mine.install("flink", None, {}, None)
    mine.installed("flink")
    mine.service("/flink")
    mine.update("/flink", {"service": {"slots": 2}}, False, None)
    mine.uninstall("flink", "/flink")
    assert set(dcos.cluster.asked) == set(CALLS)


@pytest.mark.parametrize("kind", sorted(ERRORS))
@pytest.mark.parametrize("path", [LIST, INSTALL])
def test_every_error_type(dcos: FakeDcos, kind: str, path: str) -> None:
    status, advice = ERRORS[kind]
    dcos.cluster.script += [(path, Refused(kind, "as Cosmos says it", {"packageName": "flink"}))]
    with pytest.raises(CosmosError) as caught:
        cosmos(retries=0).installed("flink") if path == LIST else cosmos().install("flink", None, {}, None)
    error = caught.value
    assert (error.kind, error.details["error_type"], error.details["status"], error.data) == (kind, kind, status, {"packageName": "flink"})
    assert error.message.startswith("Cosmos refuses to ") and f"({kind}): as Cosmos says it" in error.message and advice in error.message


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_only_what_may_heal_is_asked_again_whatever_the_status(dcos: FakeDcos, kind: str) -> None:
    dcos.cluster.script += [(LIST, Refused(kind, "no")), (LIST, "lost")]
    pauses: List[float] = []
    if kind in TEMPORARY:
        assert cosmos(pauses, retries=2).installed("flink") == {} and len(pauses) == 2
    else:
        with pytest.raises(CosmosError):
            cosmos(pauses, retries=2).installed("flink")
        assert pauses == []


@pytest.mark.parametrize("kind", ["MarathonBadGateway", "ServiceUnavailable", "IncompleteUninstall"])
def test_a_change_is_sent_once(dcos: FakeDcos, kind: str) -> None:
    dcos.cluster.script += [(INSTALL, Refused(kind, "no"))]
    with pytest.raises(CosmosError):
        cosmos(retries=3).install("flink", None, {}, None)
    assert dcos.changes == [INSTALL]
    dcos.cluster.script += [(INSTALL, "cut")]
    with pytest.raises(Unclear, match="Whether Cosmos did what it was asked, to install flink, is not known"):
        cosmos(retries=3).install("flink", None, {}, None)
    assert dcos.changes == [INSTALL] * 2 and "/flink" in dcos.cluster.apps.apps


def test_what_the_admin_router_says_itself() -> None:
    with responses.RequestsMock() as mock:
        answering(mock, 401, "<html><body>Unauthorized</body></html>")
        with pytest.raises(HttpError, match="answered 401 .*check url_username and url_password, or token"):
            cosmos().installed("flink")
        answering(mock, 502, "<html><body>Bad Gateway</body></html>")
        answering(mock, 200, {"packages": []}, **{"Content-Type": media_types(LIST)[1]})
        assert cosmos(retries=1).installed("flink") == {}


def test_something_else_that_answers() -> None:
    with responses.RequestsMock() as mock:
        answering(mock, 200, "<html>Welcome</html>", **{"Content-Type": "text/html"})
        with pytest.raises(HttpError, match="answered with text/html instead of application/vnd.dcos.package.list-response"):
            cosmos().installed("flink")
        answering(mock, 301, "", Location="https://other.example.org/package/list")
        with pytest.raises(HttpError, match="is redirected to https://other.example.org/package/list; set url to where DC/OS really is"):
            cosmos().installed("flink")


def test_media_types_are_compared_without_regard_to_order_and_case() -> None:
    assert parameters("Application/JSON; Version=v1;charset=utf-8") == parameters("application/json;charset=UTF-8;version=V1")
    assert parameters("application/json;version=v1") != parameters("application/json;version=v2")


def test_a_version_that_is_not_there_names_those_that_are(dcos: FakeDcos) -> None:
    with pytest.raises(CollectionError, match=r"Package flink has no version 9; there are 1.2.0-1.0, .*1.4.2-1.0"):
        cosmos().describe("flink", "9")


def test_a_schema_mismatch_names_the_options_but_no_secret() -> None:
    data = {"errors": [
        {"instance": {"pointer": "/service/slots"}, "keyword": "minimum", "message": "numeric instance is lower than the required minimum"},
        {"instance": {"pointer": "/service/secret"}, "message": 'instance value ("s3cret") not found in enum'},
        {"keyword": "required"}, "odd",
    ]}
    assert schema_faults(data) == ["service.slots: numeric instance is lower than the required minimum", "service.secret: is not valid", "required"]
    assert "service.slots: numeric instance" in CosmosError("x", "JsonSchemaMismatch", "m", data, 400, URL).message


def test_login() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        fake = FakeDcos(mock, Cluster(users={"ops": "geheim"}))
        client = HttpClient(HttpSettings(retries=0))
        token = login(client, URL, "ops", "geheim")
        client.authorize(authorization(token))
        assert json.loads(fake.requests[0].body) == {"uid": "ops", "password": "geheim"} and "Authorization" not in fake.requests[0].headers
        assert Cosmos(client, URL).installed("flink") == {}
        assert fake.requests[1].headers["Authorization"] == "token=jwt-of-ops"
        with pytest.raises(HttpError, match="auth/login answered 401 .*check url_username and url_password, or token") as caught:
            login(HttpClient(HttpSettings()), URL, "ops", "swordfish")
        assert "swordfish" not in str(caught.value)


def test_a_login_without_a_token() -> None:
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{URL}/acs/api/v1/auth/login", json={})
        with pytest.raises(HttpError, match="answered without a token"):
            login(HttpClient(HttpSettings()), URL, "ops", "geheim")


def test_an_answer_that_is_not_json_is_told_in_words() -> None:
    with responses.RequestsMock() as mock:
        answering(mock, 200, "", **{"Content-Type": media_types(LIST)[1]})
        with pytest.raises(HttpError, match="that is not JSON; is url the address of DC/OS"):
            cosmos().installed("flink")
