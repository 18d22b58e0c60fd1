# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in of DC/OS is as strict as Cosmos, or stricter."""

from __future__ import annotations

import json
from typing import Any, Dict, Tuple

import pytest

from tests.stand_ins.cosmos.api import Cluster, Lost
from tests.stand_ins.cosmos.catalogue import FLINK, decoded
from tests.stand_ins.cosmos.protocol import CALLS, ERROR, Refused, media_type

LIST = "/package/list"
SENT = "application/vnd.dcos.{}-request+json;charset=utf-8;version=v1"


def headers(path: str, version: int = 0) -> Dict[str, str]:
    stem, versions, _fields = CALLS[path]
    return {"Content-Type": SENT.format(stem), "Accept": media_type(stem, "response", version or versions[-1])}


def ask(cluster: Cluster, path: str, body: Any, **changed: Any) -> Tuple[int, Any, str]:
    """Status, body and Content-Type; ``changed`` are headers with underscores, None to leave one out."""
    told = {**headers(path), **{name.replace("_", "-"): value for name, value in changed.items()}}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, got, data = cluster.answer("POST", path, {name: value for name, value in told.items() if value is not None}, raw)
    return status, json.loads(data), got["Content-Type"]


@pytest.mark.parametrize("path", sorted(CALLS))
@pytest.mark.parametrize(
    "header, value, kind",
    [
        ("Content_Type", "application/json", "not_valid"),
        ("Content_Type", None, "not_present"),
        ("Accept", "application/json", "not_valid"),
        ("Accept", "*/*", "not_valid"),
        ("Accept", None, "not_present"),
    ],
)
def test_wrong_media_types_are_refused(path: str, header: str, value: Any, kind: str) -> None:
    status, body, got = ask(Cluster(), path, {}, **{header: value})
    assert (status, body["type"], got) == (400, kind, ERROR)


@pytest.mark.parametrize("path", sorted(CALLS))
def test_versions_that_it_does_not_speak(path: str) -> None:
    stem, versions, _fields = CALLS[path]
    assert ask(Cluster(), path, {}, Accept=media_type(stem, "response", max(versions) + 1))[1]["type"] == "not_valid"
    assert ask(Cluster(), path, {}, Content_Type=SENT.format(stem).replace("v1", "v2"))[1]["type"] == "not_valid"
    assert ask(Cluster(), path, {}, Content_Type=SENT.format(stem).replace(";charset=utf-8", ""))[1]["type"] == "not_valid"


def test_the_answer_has_the_version_that_was_asked_for() -> None:
    cluster = Cluster()
    body = {"packageName": "flink"}
    second, third = (media_type("package.describe", "response", version) for version in (2, 3))
    assert ask(cluster, "/package/describe", body, Accept=second)[1]["version"] == "1.4.2-1.0"
    status, answer, got = ask(cluster, "/package/describe", body, Accept=third)
    assert (status, answer["package"]["config"], got) == (200, FLINK["config"], third)
    installed = ask(cluster, "/package/install", body, Accept=media_type("package.install", "response", 1))[1]
    assert installed == {"packageName": "flink", "packageVersion": "1.4.2-1.0", "appId": "/flink"}


@pytest.mark.parametrize(
    "path, body",
    [
        (LIST, b"{"), (LIST, []), (LIST, {"packagename": "flink"}), ("/package/describe", {}), ("/package/install", {"packageName": 1}),
        ("/cosmos/service/update", {"appId": "/flink"}),
    ],
)
def test_requests_that_are_none(path: str, body: Any) -> None:
    status, answer, _type = ask(Cluster(), path, body)
    assert (status, answer["type"]) == (400, "json_error")


def test_only_post() -> None:
    assert [Cluster().answer(method, LIST, headers(LIST), b"{}")[0] for method in ("GET", "PUT")] == [405, 405]
    assert Cluster().answer("POST", "/package/nothing", {}, b"")[0] == 404


def test_logins() -> None:
    cluster = Cluster(users={"ops": "geheim"})
    refused = cluster.answer("POST", LIST, headers(LIST), b"{}")
    assert refused[0] == 401 and b"<html>" in refused[2] and cluster.asked == []
    assert cluster.answer("POST", "/acs/api/v1/auth/login", {}, b'{"uid": "ops", "password": "x"}')[0] == 401
    token = json.loads(cluster.answer("POST", "/acs/api/v1/auth/login", {}, b'{"uid": "ops", "password": "geheim"}')[2])["token"]
    assert ask(cluster, LIST, {}, Authorization=f"token={token}")[0] == 200
    assert cluster.answer("POST", LIST, {**headers(LIST), "Authorization": f"Bearer {token}"}, b"{}")[0] == 401


def test_errors_of_services() -> None:
    cluster = Cluster()

    def kind(path: str, **body: Any) -> Tuple[int, str]:
        status, answer, _type = ask(cluster, path, body)
        return status, answer.get("type", "")

    assert kind("/package/install", packageName="nothing") == (400, "PackageNotFound")
    assert kind("/package/install", packageName="flink", packageVersion="9") == (400, "VersionNotFound")
    assert kind("/package/install", packageName="flink", options={"service": {"slots": 0}}) == (400, "JsonSchemaMismatch")
    assert kind("/package/render", packageName="flink-cli") == (400, "ServiceMarathonTemplateNotFound")
    assert kind("/package/uninstall", packageName="flink") == (400, "PackageNotInstalled")
    assert kind("/cosmos/service/describe", appId="/flink") == (400, "MarathonAppNotFound")
    assert kind("/package/install", packageName="flink", options={"unknown": 1}) == (200, "")
    assert kind("/package/install", packageName="flink") == (409, "PackageAlreadyInstalled")
    assert kind("/package/install", packageName="flink", appId="/b") == (200, "")
    assert kind("/package/uninstall", packageName="flink") == (400, "AmbiguousAppId")
    assert kind("/package/uninstall", packageName="flink", appId="/c") == (400, "UninstallNonExistentAppForPackage")
    assert kind("/cosmos/service/update", appId="/b", replace=False) == (400, "AppIdChanged")
    assert kind("/cosmos/service/update", appId="/flink", replace=False, packageVersion="1.4.1.-1") == (400, "VersionUpgradeNotSupportedInOpen")
    del cluster.apps.apps["/flink"]["labels"]["DCOS_PACKAGE_OPTIONS"]
    assert kind("/cosmos/service/update", appId="/flink", replace=False) == (400, "OptionsNotStored")
    assert kind("/cosmos/service/update", appId="/flink", replace=True, options={"service": {"slots": 2}}) == (200, "")
    assert decoded(cluster.apps.apps["/flink"]["labels"]["DCOS_PACKAGE_OPTIONS"]) == {"service": {"slots": 2}}


def test_a_script_is_for_one_call() -> None:
    cluster = Cluster()
    cluster.script += [(LIST, Refused("ServiceUnavailable", "no")), (LIST, "lost")]
    assert ask(cluster, LIST, {})[0] == 503
    with pytest.raises(Lost):
        ask(cluster, LIST, {})
    assert ask(cluster, LIST, {})[1] == {"packages": []}


def test_an_app_is_healthy_after_a_few_looks() -> None:
    cluster = Cluster(looks=2)
    ask(cluster, "/package/install", {"packageName": "flink"})
    seen = [cluster.apps.answer("/v2/apps/flink")[1]["app"] for look in range(3)]
    assert [(app["tasksHealthy"], len(app["deployments"])) for app in seen] == [(0, 1), (0, 1), (1, 0)]
    assert cluster.answer("GET", "/service/marathon/v2/apps//b", {}, b"")[0] == 404
