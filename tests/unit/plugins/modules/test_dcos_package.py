# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dcos_package from its options to what it sends, on the stand-in of DC/OS."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List

import pytest
import responses
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.module_utils.dcos.cosmos import CosmosError, Unclear
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rest import MarathonError
from ansible_collections.baremetal.flink.plugins.modules import dcos_package
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.api import Cluster
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.catalogue import decoded
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.protocol import Refused
from ansible_collections.baremetal.flink.tests.unit.fakes.dcos import URL, FakeDcos

INSTALL, UPDATE = "/package/install", "/cosmos/service/update"
TWO_SLOTS = {"service": {"slots": 2}}


@pytest.fixture
def dcos() -> Iterator[FakeDcos]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeDcos(mock)


def stored(dcos: FakeDcos, app_id: str = "/flink") -> Any:
    return decoded(dcos.cluster.apps.apps[app_id]["labels"]["DCOS_PACKAGE_OPTIONS"])


def sent(dcos: FakeDcos, path: str) -> List[Dict[str, Any]]:
    return [json.loads(request.body) for request in dcos.requests if request.url == URL + path]


def test_it_is_installed_once(dcos: FakeDcos) -> None:
    done = dcos.run(options=TWO_SLOTS)
    assert (done["changed"], done["created"], done["app_id"], done["version"]) == (True, True, "/flink", "1.4.2-1.0")
    assert done["options"]["service"]["slots"] == 2 and done["options"]["task-managers"]["count"] == 1
    assert done["notes"] == "Flink is being installed." and [task["state"] for task in done["tasks"]] == ["TASK_RUNNING"]
    # The version that the options were checked for, whatever is the newest by then.
    assert sent(dcos, INSTALL) == [{"packageName": "flink", "packageVersion": "1.4.2-1.0", "options": TWO_SLOTS}]
    again = dcos.run(options={"service": {"slots": "2", "name": "flink"}}, version="1.4.2-1.0")
    assert (again["changed"], again["created"], again["changed_options"], again["diff"]["before"]) == (False, False, [], again["diff"]["after"])
    assert dcos.changes == [INSTALL]


def test_check_mode_sends_reading_calls_and_says_what_would_change(dcos: FakeDcos) -> None:
    would = dcos.run(check=True, options=TWO_SLOTS)
    assert would["changed"] and would["created"] and would["app_id"] == "/flink" and "service.slots" in would["changed_options"]
    assert would["diff"]["before"] == {"state": "absent"} and would["diff"]["after"]["options"]["service"]["slots"] == 2
    dcos.run(options=TWO_SLOTS)
    would = dcos.run(check=True, options={"task-managers": {"count": 3}})
    assert would["changed"] and would["changed_options"] == ["task-managers.count"] and would["options"]["task-managers"]["count"] == 3
    assert dcos.changes == [INSTALL] and "/package/render" in dcos.cluster.asked


def test_only_what_is_given_is_managed(dcos: FakeDcos) -> None:
    dcos.run(options=TWO_SLOTS)
    done = dcos.run(options={"task-managers": {"count": 3}})
    assert done["changed"] and done["changed_options"] == ["task-managers.count"] and done["deployment_id"]
    assert sent(dcos, UPDATE) == [{"appId": "/flink", "replace": False, "options": {"task-managers": {"count": 3}}}]
    assert stored(dcos) == {"service": {"slots": 2}, "task-managers": {"count": 3}}
    assert not dcos.run()["changed"]


def test_exclusive_and_null_go_back_to_the_defaults(dcos: FakeDcos) -> None:
    dcos.run(options={"service": {"slots": 2, "role": "a"}, "task-managers": {"count": 3}})
    done = dcos.run(options={"service": {"slots": None}})
    assert done["changed_options"] == ["service.slots"] and sent(dcos, UPDATE)[-1]["replace"] is True
    assert stored(dcos) == {"service": {"role": "a"}, "task-managers": {"count": 3}}
    assert not dcos.run(options={"service": {"slots": None}})["changed"]
    assert dcos.run(options={"service": {"role": "a"}}, exclusive=True)["changed_options"] == ["task-managers.count"]
    assert stored(dcos) == {"service": {"role": "a"}}


def test_options_that_do_not_fit_stop_everything(dcos: FakeDcos) -> None:
    with pytest.raises(InputError) as caught:
        dcos.run(options={"service": {"slot": 2}, "task-managers": {"count": "x"}})
    assert caught.value.message == (
        "The options do not fit package flink 1.4.2-1.0: service.slot: the package has no such option; did you mean service.slots?; "
        "task-managers.count is the text 'x'; it must be a whole number"
    )
    assert len(caught.value.details["faults"]) == 2 and dcos.changes == []
    dcos.run()
    with pytest.raises(InputError, match="did you mean service.slots"):
        dcos.run(options={"service": {"slot": 2}})
    with pytest.raises(InputError, match=r"x is given in options and in secret_options; keep one"):
        dcos.run(options={"x": 1}, secret_options={"x": 2})


def test_what_only_cosmos_judges_is_judged_before_anything_is_sent(dcos: FakeDcos) -> None:
    for each in dcos.cluster.packages["flink"]:
        each["config"] = json.loads(json.dumps(each["config"]))
        each["config"]["properties"]["service"]["properties"]["user"]["pattern"] = "^[a-z]+$"
    with pytest.raises(CosmosError, match=r"JsonSchemaMismatch\): Options JSON failed validation: service.user: "):
        dcos.run(options={"service": {"user": "No One"}})
    assert dcos.changes == []


def test_secrets_do_not_show(dcos: FakeDcos) -> None:
    done = [
        dcos.run(options={"service": {"secret": "s3cret"}}, secret_options={"hdfs": {"config-url": "s3cret"}}),
        dcos.run(options={"service": {"secret": "s3cret2"}}, secret_options={"hdfs": {"config-url": "s3cret"}}),
    ]
    assert "s3cret" not in json.dumps(done) and stored(dcos)["service"]["secret"] == "s3cret2"
    assert done[1]["diff"]["before"]["options"]["service"]["secret"] == "******"
    assert done[1]["diff"]["after"]["options"]["service"]["secret"] == "****** (new value)"


def test_two_services_of_one_package(dcos: FakeDcos) -> None:
    dcos.run()
    done = dcos.run(options={"service": {"name": "analytics"}})
    assert done["created"] and done["app_id"] == "/analytics" and sorted(dcos.cluster.apps.apps) == ["/analytics", "/flink"]
    assert dcos.run(app_id="analytics", options=TWO_SLOTS)["app_id"] == "/analytics" and stored(dcos) == {}


def test_an_id_of_its_own_makes_updates_impossible(dcos: FakeDcos) -> None:
    assert dcos.run(app_id="/data/flink")["app_id"] == "/data/flink"
    assert "it will refuse to update this service" in dcos.warnings[0]
    assert not dcos.run(app_id="/data/flink")["changed"]
    with pytest.raises(InputError, match="would have the id /flink instead of /data/flink, and Cosmos refuses that"):
        dcos.run(app_id="/data/flink", options=TWO_SLOTS)
    assert dcos.run(app_id="/data/flink", options={"service": {"name": "data/flink", "slots": 2}})["changed"]


def test_open_dcos_changes_no_version(dcos: FakeDcos) -> None:
    dcos.run(version="1.4.1.-1")
    assert not dcos.run()["changed"]
    for check in (True, False):
        with pytest.raises(InputError, match="cannot bring /flink from version 1.4.1.-1 of flink to 1.4.2-1.0 as it runs, to no other version at all"):
            dcos.run(check=check, version="1.4.2-1.0")
    assert dcos.changes == [INSTALL]


def test_a_version_that_cosmos_names_but_refuses(dcos: FakeDcos) -> None:
    dcos.cluster.enterprise = True
    dcos.run(version="1.4.1.-1")
    dcos.cluster.script += [(UPDATE, Refused("VersionUpgradeNotSupportedInOpen", "Version Upgrades are an Enterprise DC/OS feature only"))]
    with pytest.raises(CosmosError, match="open DC/OS cannot change the version of a service; uninstall it"):
        dcos.run(version="1.4.2-1.0")


def test_a_version_changes_where_dcos_can_do_it(dcos: FakeDcos) -> None:
    dcos.cluster.enterprise = True
    dcos.run(version="1.4.1.-1", options=TWO_SLOTS)
    assert dcos.run(check=True, version="1.4.2-1.0")["changed"]
    done = dcos.run(version="1.4.2-1.0")
    assert (done["changed"], done["version"], done["changed_options"]) == (True, "1.4.2-1.0", [])
    assert done["diff"]["before"]["version"] == "1.4.1.-1" and not dcos.run(version="1.4.2-1.0")["changed"]
    with pytest.raises(CollectionError, match="no version 9"):
        dcos.run(version="9", app_id="/other")


def test_a_service_whose_options_were_not_kept(dcos: FakeDcos) -> None:
    dcos.run()
    del dcos.cluster.apps.apps["/flink"]["labels"]["DCOS_PACKAGE_OPTIONS"]
    kept = dcos.run()
    assert not kept["changed"] and kept["options"] == {}
    with pytest.raises(InputError, match="set exclusive to true and give all options of the service"):
        dcos.run(options=TWO_SLOTS)
    assert dcos.run(options=TWO_SLOTS, exclusive=True)["changed"] and not dcos.run(options=TWO_SLOTS)["changed"]


def test_a_service_outlives_its_package(dcos: FakeDcos) -> None:
    dcos.run(options={"service": {"name": "flink"}})
    dcos.cluster.packages = {}
    assert dcos.run(options={"service": {"name": "flink", "slots": 2}})["changed"]
    with pytest.raises(CosmosError, match="PackageNotFound"):
        dcos.run(options=TWO_SLOTS)


def test_a_package_without_a_service(dcos: FakeDcos) -> None:
    with pytest.raises(InputError, match="flink-cli 1.0.0 has no service to install"):
        dcos.run(name="flink-cli")


def test_somebody_else_was_faster(dcos: FakeDcos) -> None:
    dcos.cluster.script += [(INSTALL, "cut")]
    assert dcos.run(options=TWO_SLOTS)["created"] and dcos.changes == [INSTALL]
    # Listed by the first call as absent, and there when it is installed.
    install = dcos.cluster._package_install
    dcos.cluster.apps.remove("/flink")

    def faster(request: Dict[str, Any], version: int) -> Any:
        install(request, version)
        raise Refused("PackageAlreadyInstalled", "Package is already installed")

    dcos.cluster._package_install = faster
    found = dcos.run(options=TWO_SLOTS)
    assert (found["changed"], found["created"]) == (False, False)


def test_an_id_that_another_app_has(dcos: FakeDcos) -> None:
    dcos.cluster.script += [(INSTALL, Refused("PackageAlreadyInstalled", "Package is already installed"))]
    with pytest.raises(CosmosError, match="give another app_id, or another service name in options"):
        dcos.run()


@pytest.mark.parametrize("how", ["lost", "cut"])
def test_an_answer_that_is_lost(dcos: FakeDcos, how: str) -> None:
    dcos.run()
    dcos.cluster.script += [(UPDATE, how)]
    if how == "cut":
        assert dcos.run(options=TWO_SLOTS)["changed"] and stored(dcos) == TWO_SLOTS
    else:
        with pytest.raises(Unclear, match="to update service /flink, is not known"):
            dcos.run(options=TWO_SLOTS)
    assert dcos.changes == [INSTALL, UPDATE]


def test_an_update_that_does_not_stick(dcos: FakeDcos) -> None:
    dcos.run()
    dcos.cluster._service_update = lambda request, version: {"marathonDeploymentId": None}
    with pytest.raises(CollectionError, match="took the update of /flink, but shows other values of service.slots now"):
        dcos.run(options=TWO_SLOTS)
    dcos.cluster._package_install = lambda request, version: {}
    with pytest.raises(CollectionError, match="took the installation of flink 1.4.2-1.0, but lists /b as absent now"):
        dcos.run(options={"service": {"name": "b"}})


def test_a_service_that_does_not_come_up_says_why(dcos: FakeDcos) -> None:
    dcos.cluster.apps.stuck = True
    dcos.cluster.apps.failure = {"state": "TASK_FAILED", "host": "n1", "timestamp": "t", "message": "Command exited with status 2"}
    with pytest.raises(MarathonError) as caught:
        dcos.run(timeout=20)
    said = caught.value.message
    assert "App /flink is not as declared after 20 s: 0 of 1 instances run" in said and "of the last 3 offers 3 have less than 1024 MiB of memory" in said
    assert "TASK_FAILED on n1 at t: Command exited with status 2" in said and caught.value.details["reasons"]
    # The next run changes nothing, but still waits.
    with pytest.raises(MarathonError):
        dcos.run(timeout=0)
    assert dcos.changes == [INSTALL] and not dcos.run(wait=False)["changed"]


def test_waiting_goes_on_over_a_deployment(dcos: FakeDcos) -> None:
    dcos.cluster.apps.looks = 4
    assert dcos.run()["waited"] >= 2 and dcos.run(options=TWO_SLOTS)["waited"] >= 2


def module(capsys: Any, **arguments: Any) -> Dict[str, Any]:
    with patch_module_args({"url": URL, "retries": 0, **arguments}), pytest.raises(SystemExit):
        dcos_package.main()
    return json.loads(capsys.readouterr().out)


def test_logins(capsys: Any) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        fake = FakeDcos(mock, Cluster(users={"ops": "geheim"}))
        assert module(capsys, url_username="ops", url_password="geheim", wait=False)["changed"]
        assert not module(capsys, token=fake.cluster.token("ops"), wait=False)["changed"]
        assert {request.headers.get("Authorization") for request in fake.requests[1:]} == {"token=jwt-of-ops"}
        for wrong in ({}, {"token": "stale"}, {"url_username": "ops", "url_password": "x"}):
            failed = module(capsys, **wrong)
            assert failed["failed"] and failed["status"] == 401 and "check url_username and url_password, or token" in failed["msg"]
        assert "needs url_password" in module(capsys, url_username="ops")["msg"]
        assert "exclude each other" in module(capsys, url_username="ops", url_password="geheim", token="some-jwt")["msg"]


def test_what_cannot_work(capsys: Any, dcos: FakeDcos) -> None:
    assert "framework and zookeeper_state are for state absent" in module(capsys, framework="flink")["msg"]
    assert "timeout is -1" in module(capsys, timeout=-1)["msg"]
    assert "leader_timeout is -1" in module(capsys, leader_timeout=-1)["msg"]
    assert "holds credentials" in module(capsys, url="https://ops:geheim@dcos.example.org")["msg"]
    assert dcos.cluster.asked == []


def test_a_login_that_nobody_answers() -> None:
    with responses.RequestsMock() as mock:
        fake = FakeDcos(mock)
        mock.reset()
        with pytest.raises(HttpError):
            fake.run(url_username="ops", url_password="x")
