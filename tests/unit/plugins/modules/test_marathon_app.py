# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""marathon_app from its options to what it sends, on a Marathon in memory that behaves as recorded."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Optional

import pytest
import requests
import responses
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError
from ansible_collections.baremetal.flink.plugins.module_utils.marathon import app as logic
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.rest import MarathonError, Unclear
from ansible_collections.baremetal.flink.plugins.modules import marathon_app
from ansible_collections.baremetal.flink.tests.unit.fakes.marathon import FakeMarathon, Time, answer_of, marathon

DEFAULTS = {
    "app": {}, "state": "present", "exclusive": False, "wait": True, "timeout": 60, "on_lock": "wait", "rollback_on_failure": False,
}
WEB = {"id": "/web", "cmd": "sleep 1000"}


@pytest.fixture
def fake() -> Iterator[FakeMarathon]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeMarathon().install(mock)


def run(check: bool = False, warnings: Optional[List[str]] = None, **params: Any) -> Dict[str, Any]:
    time = Time()
    told = warnings if warnings is not None else []
    return logic.core({**DEFAULTS, **params}, check, told.append, marathon(time), time.clock, time.sleep)


def test_an_app_is_created_once(fake: FakeMarathon) -> None:
    result = run(**WEB, cpus=0.5, env={"A": "1"})
    assert (result["changed"], result["created"], result["app_id"]) == (True, True, "/web")
    assert fake.sent == [("POST", "/v2/apps", {"id": "/web", "cmd": "sleep 1000", "cpus": 0.5, "env": {"A": "1"}})]
    assert result["deployment_id"] == "d2" and [task["state"] for task in result["tasks"]] == ["TASK_RUNNING"]
    again = run(**WEB, cpus=0.5, env={"A": "1"})
    assert (again["changed"], again["changed_fields"], again["deployment_id"]) == (False, [], None)
    assert len(fake.sent) == 1


def test_check_mode_sends_nothing_and_says_what_would_change(fake: FakeMarathon) -> None:
    would = run(check=True, **WEB)
    assert would["changed"] and would["created"] and would["diff"]["before"] == {} and would["diff"]["after"]["cmd"] == "sleep 1000"
    run(**WEB)
    before = len(fake.sent)
    would = run(check=True, **WEB, mem=256, labels={"team": "data"})
    assert would["changed_fields"] == ["labels", "mem"] and would["app"]["mem"] == 256
    assert run(check=True, id="/web", state="absent")["changed"] and len(fake.sent) == before


def test_only_what_is_given_is_managed(fake: FakeMarathon) -> None:
    run(**WEB, labels={"team": "data"}, mem=64)
    result = run(id="web", instances=3)
    assert result["changed_fields"] == ["instances"] and fake.sent[-1] == ("PUT", "/v2/apps/web", {"id": "/web", "instances": 3})
    assert fake.apps["/web"]["labels"] == {"team": "data"} and len(result["tasks"]) == 3


def test_what_an_update_would_forget_is_sent_along(fake: FakeMarathon) -> None:
    run(**WEB, app={"executorResources": {"cpus": 0.2}, "resourceLimits": {"mem": 512}})
    assert run(id="/web", mem=200)["changed_fields"] == ["mem"]
    assert fake.apps["/web"]["executorResources"]["cpus"] == 0.2
    assert fake.apps["/web"]["resourceLimits"] == {"mem": 512}


def test_a_change_that_marathon_does_not_notice_restarts_the_app(fake: FakeMarathon) -> None:
    run(**WEB)
    result = run(id="/web", app={"executorResources": {"cpus": 0.2}})
    assert result["restarted"] and [each[0:2] for each in fake.sent[1:]] == [("PUT", "/v2/apps/web"), ("POST", "/v2/apps/web/restart")]


def test_a_marathon_that_does_not_store_such_a_change(fake: FakeMarathon) -> None:
    run(**WEB)
    fake.deaf = True
    with pytest.raises(MarathonError, match="has not stored executorResources of /web, as it sees no change in them alone; change another"):
        run(id="/web", app={"executorResources": {"cpus": 0.2}})
    assert [each[0] for each in fake.sent] == ["POST", "PUT"]


def test_old_fields_are_sent_as_those_that_replace_them(fake: FakeMarathon) -> None:
    run(**WEB, app={"ports": [0], "uris": ["http://h/a.tgz"], "dependencies": ["db"]})
    assert fake.sent[0][2] == {
        "id": "/web", "cmd": "sleep 1000", "portDefinitions": [{"port": 0}], "fetch": [{"uri": "http://h/a.tgz", "extract": True}],
        "dependencies": ["/db"],
    }


def test_a_field_that_is_null_and_exclusive_go_back_to_defaults(fake: FakeMarathon) -> None:
    run(**WEB, user="flink", mem=64)
    assert run(id="/web", app={"user": None})["changed_fields"] == ["user"]
    assert fake.sent[-1][1] == "/v2/apps/web?partialUpdate=false" and "user" not in fake.apps["/web"] and fake.apps["/web"]["mem"] == 64
    result = run(**WEB, exclusive=True)
    assert result["changed_fields"] == ["mem"] and fake.apps["/web"]["mem"] == 128
    assert not run(**WEB, exclusive=True)["changed"]


def test_a_command_becomes_arguments(fake: FakeMarathon) -> None:
    run(**WEB)
    assert run(id="/web", args=["sleep", "5"])["changed_fields"] == ["args", "cmd"]
    assert "cmd" not in fake.apps["/web"]
    assert run(**WEB)["changed_fields"] == ["args", "cmd"] and fake.sent[-1][2]["args"] == []


def test_what_cannot_be_done_in_one_update_is_refused(fake: FakeMarathon) -> None:
    run(**WEB, user="flink", app={"executorResources": {"cpus": 0.2}})
    with pytest.raises(InputError, match="cannot take away user and keep executorResources"):
        run(id="/web", app={"user": None})


def test_states(fake: FakeMarathon) -> None:
    run(**WEB)
    assert run(**WEB, state="suspended")["changed_fields"] == ["instances"]
    assert not run(**WEB, state="suspended")["changed"] and fake.apps["/web"]["instances"] == 0
    with pytest.raises(InputError, match="suspended, which means no instances"):
        run(**WEB, state="suspended", instances=2)
    run(**WEB, instances=1)
    restarted = run(**WEB, state="restarted")
    assert restarted["changed"] and restarted["restarted"] and fake.sent[-1][1] == "/v2/apps/web/restart"
    changed = run(**WEB, mem=99, state="restarted")
    assert not changed["restarted"] and fake.sent[-1][0] == "PUT"
    scaled = run(**WEB, instances=2, state="restarted")
    assert scaled["restarted"] and [each[0] for each in fake.sent[-2:]] == ["PUT", "POST"]
    assert run(id="/web", state="absent")["changed"] and fake.sent[-1] == ("DELETE", "/v2/apps/web?force=false", None)
    assert not run(id="/web", state="absent")["changed"]


def test_an_app_that_is_not_there_needs_something_to_run(fake: FakeMarathon) -> None:
    with pytest.raises(InputError, match="There is no app /web, and nothing says what it should run"):
        run(id="/web", instances=3)
    with pytest.raises(InputError, match="nothing to run; give cmd"):
        run(id="/web", mem=3)


def test_all_faults_at_once_before_anything_is_sent(fake: FakeMarathon) -> None:
    app = {
        "instnaces": 2, "image": "x", "cpus": -1, "mem": "lots", "upgradeStrategy": {"minimumHealthCapacity": 2},
        "constraints": [["rack", "SPREAD"]], "healthChecks": [{"protocol": "MESOS_HTTP", "pathh": "/"}], "cmd": "x",
    }
    with pytest.raises(InputError) as raised:
        run(id="/A_b", app=app)
    message = raised.value.message
    for part in (
        "id: is '/A_b'", "instnaces: Marathon has no such field here; did you mean instances?", "did you mean container.docker.image?",
        "cpus: is -1; it must be 0.001 or more", "mem: is 'lots'; it must be a number", "upgradeStrategy.minimumHealthCapacity: is 2",
        "upgradeStrategy.maximumOverCapacity: is required", "constraints[0]: has the operator SPREAD",
        "healthChecks[0].pathh: Marathon has no such field here; did you mean healthChecks[0].path?", "cmd: must have more than one character",
    ):
        assert part in message
    assert len(raised.value.details["faults"]) == 10 and not fake.sent
    with pytest.raises(InputError, match=r"healthChecks\[0\].portIndex: is 3, but the app has 1 port"):
        run(**WEB, app={"healthChecks": [{"protocol": "MESOS_TCP", "portIndex": 3}]})
    with pytest.raises(InputError, match="secrets: needs a Marathon that was started with --enable_features secrets"):
        run(**WEB, app={"secrets": {"a": {"source": "/a"}}})
    assert not fake.sent


def test_options_and_app_must_not_contradict_each_other(fake: FakeMarathon) -> None:
    for params, message in (
        ({"app": {"cmd": "other"}}, "cmd is given twice"),
        ({"app": {"env": {"A": "1"}}, "env": {"A": "2"}}, "env.A is given twice"),
        ({"env": {"A": "1"}, "secret_env": {"A": "2"}}, "A is given in env and in secret_env"),
        ({"app": {"id": "/other"}}, "id is given twice"),
    ):
        with pytest.raises(InputError, match=message):
            run(**{**WEB, **params})
    with pytest.raises(InputError, match="The app has no id"):
        run(cmd="sleep 1")
    run(id="/web", app={"id": "web", "cmd": "sleep 1", "env": {"A": "1"}}, env={"B": 2})
    assert fake.apps["/web"]["env"] == {"A": "1", "B": "2"}


@pytest.mark.parametrize(("command", "shown"), [
    ({"cmd": "bin/serve -v --password hunter2 --port 80"}, "bin/serve -v --password ****** --port 80"),
    ({"args": ["serve", "-v", "--password", "hunter2", "--port", "80"]}, ["serve", "-v", "--password", "******", "--port", "80"]),
])
def test_passwords_of_a_command_are_not_shown(fake: FakeMarathon, command: Any, shown: Any) -> None:
    image = {"container": {"type": "DOCKER", "docker": {"image": "a"}}} if "args" in command else {}
    result = run(app={"id": "/web", **command, **image})
    assert "hunter2" not in str(result) and result["diff"]["after"][next(iter(command))] == shown
    assert "hunter2" in str(fake.apps)


def test_secrets_are_not_shown(fake: FakeMarathon) -> None:
    first = run(**WEB, env={"DB_PASSWORD": "hunter2", "PLAIN": "x"}, secret_env={"LOGIN": "hunter3"})
    second = run(**WEB, env={"DB_PASSWORD": "hunter4", "PLAIN": "x"}, secret_env={"LOGIN": "hunter5"})
    assert second["changed_fields"] == ["env.DB_PASSWORD", "env.LOGIN"]
    assert "hunter" not in json.dumps([first, second]) and second["diff"]["after"]["env"]["LOGIN"] == "****** (new value)"
    assert fake.apps["/web"]["env"]["LOGIN"] == "hunter5"
    # A run that does not know which variables are secret shows none.
    results = [run(id="/web", instances=2), run(check=True, id="/web", state="absent"), run(id="/web", state="absent")]
    assert "hunter" not in json.dumps(results) and results[0]["app"]["env"]["PLAIN"] == "******"


def test_the_same_name_elsewhere_is_not_hidden(fake: FakeMarathon) -> None:
    result = run(**WEB, user="flink", secret_env={"user": "hunter2"})
    assert result["app"]["user"] == "flink" and result["app"]["env"]["user"] == "******"


def test_a_lock_is_waited_for(fake: FakeMarathon) -> None:
    run(**WEB)
    fake.looks = 3
    fake._deploy("/web", None, "ScaleApplication")
    result = run(**WEB, mem=64)
    assert result["changed"] and [each[0] for each in fake.sent] == ["POST", "PUT", "PUT"] and result["waited"] >= 2


def test_a_lock_that_does_not_go_is_told_with_its_holder(fake: FakeMarathon) -> None:
    run(**WEB)
    fake.looks = None
    holder = fake._deploy("/web", None, "ScaleApplication")
    with pytest.raises(MarathonError, match=rf"locked after 60 s of waiting: deployment {holder} of .* step 2 of 2: ScaleApplication /web"):
        run(**WEB, mem=64)
    with pytest.raises(MarathonError, match=rf"is locked by deployment {holder} .* set on_lock to wait or force"):
        run(**WEB, mem=64, on_lock="fail")
    fake.looks = 1
    assert run(**WEB, mem=64, on_lock="force")["changed"] and fake.sent[-1][1] == "/v2/apps/web?force=true"


def test_another_run_that_makes_the_same_change_first(fake: FakeMarathon) -> None:
    run(**WEB)
    fake.meanwhile = lambda: fake._store("/web", {**fake.apps["/web"], "mem": 64}, fake.apps["/web"])
    result = run(**WEB, mem=64)
    assert not result["changed"] and [each[0] for each in fake.sent] == ["POST", "PUT"]


def test_two_runs_create_the_same_app(fake: FakeMarathon) -> None:
    fake.meanwhile = lambda: fake._store("/web", {**fake._template("/web"), "cmd": "sleep 1000"}, None)
    assert not run(**WEB)["changed"]
    del fake.apps["/web"]
    fake.meanwhile = lambda: fake._store("/web", {**fake._template("/web"), "cmd": "sleep 7"}, None)
    assert run(**WEB)["changed"] and fake.apps["/web"]["cmd"] == "sleep 1000"


@pytest.mark.parametrize("method", ["POST", "PUT", "restart", "DELETE"])
@pytest.mark.parametrize("how", ["lost", "cut"])
def test_a_broken_connection_is_looked_into(fake: FakeMarathon, method: str, how: str) -> None:
    warnings: List[str] = []
    if method != "POST":
        run(**WEB)
        fake.sent.clear()
    fake.broken = [("POST" if method == "restart" else method, how)]
    params = {"POST": {}, "PUT": {"mem": 64}, "restart": {"state": "restarted"}, "DELETE": {"state": "absent", "cmd": None}}[method]
    result = run(warnings=warnings, **{**WEB, **params})
    assert result["changed"] and len(fake.sent) == 1 and "read again before anything is repeated" in warnings[0]
    assert ("/web" in fake.apps) == (method != "DELETE")


def test_a_connection_that_always_breaks_ends_in_an_error(fake: FakeMarathon) -> None:
    fake.broken = [("POST", "lost")] * 9
    with pytest.raises(Unclear, match="Whether Marathon acted on it is not known: POST .* the connection broke"):
        run(**WEB)


def test_marathons_that_are_down_or_elect_a_leader(fake: FakeMarathon) -> None:
    electing = (502, json.dumps({"message": "Could not determine the current leader"}))
    fake.down = {"http://m1:8080": requests.exceptions.ConnectionError("Connection refused"), "http://m2:8080": [electing, electing]}
    assert run(**WEB)["changed"] and len(fake.sent) == 1
    fake.down["http://m2:8080"] = [electing] * 99
    with pytest.raises(HttpError, match="No Marathon could serve the request: .*nothing listens there.*502: Could not determine"):
        run(**WEB)


def test_why_an_app_does_not_come_up(fake: FakeMarathon) -> None:
    fake.looks, fake.starts = None, False
    fake.queue = answer_of("queue_stuck")["queue"]
    fake.queue[0]["app"]["id"] = "/web"
    fake.failure = answer_of("get_failing")["app"]["lastTaskFailure"]
    with pytest.raises(MarathonError) as raised:
        run(**WEB, timeout=10)
    message = raised.value.message
    assert "App /web is not as declared after 10 s: 0 of 1 instances run, deployment d2 is running" in message
    assert "TASK_FAILED on 127.0.0.1 at 2026-11-23T16:06:04.930Z: Command exited with status 3" in message
    assert "1 of its instances wait for an offer; of the last 1 offers 1 does not fulfil the constraints hostname:LIKE:nohost" in message
    assert "deployment d2 of 2026-11-23T16:04:41.764Z is at step 2 of 2: ScaleApplication /web" in message
    assert raised.value.details["last_task_failure"]["message"] == "Command exited with status 3"


def test_without_wait_nothing_is_waited_for(fake: FakeMarathon) -> None:
    fake.looks = None
    assert run(**WEB, wait=False)["changed"]
    assert not run(**WEB, wait=False)["changed"]


def test_a_failed_first_deployment_is_rolled_back_and_the_app_is_gone(fake: FakeMarathon) -> None:
    fake.looks, fake.starts = None, False
    with pytest.raises(MarathonError, match="it was rolled back: as the app was new, it is removed again"):
        run(**WEB, rollback_on_failure=True, timeout=5)
    assert fake.apps == {} and fake.sent[-1][:2] == ("DELETE", "/v2/deployments/d2")


def test_a_failed_change_is_rolled_back(fake: FakeMarathon) -> None:
    run(**WEB)
    fake.looks = None
    with pytest.raises(MarathonError, match="it was rolled back to the definition before"):
        run(**WEB, mem=1, rollback_on_failure=True, timeout=5)
    assert fake.apps["/web"]["mem"] == 128


def test_a_change_whose_deployment_ended_before_the_app_failed_is_taken_back(fake: FakeMarathon) -> None:
    run(**WEB)
    version = fake.apps["/web"]["version"]
    fake.starts = False
    with pytest.raises(MarathonError, match="it was rolled back to the definition before"):
        run(**WEB, mem=1, rollback_on_failure=True, timeout=5)
    assert fake.sent[-1][2] == {"version": version} and fake.apps["/web"]["mem"] == 128
    with pytest.raises(MarathonError, match="as the app was new, it is removed again"):
        run(id="/new", cmd="exit 3", rollback_on_failure=True, timeout=5)
    assert "/new" not in fake.apps


def test_a_deployment_that_somebody_overtakes(fake: FakeMarathon) -> None:
    run(**WEB)
    fake.looks = 3
    time = Time()

    def overtake(seconds: float) -> None:
        time.sleep(seconds)
        if fake.apps["/web"]["mem"] == 64:
            fake.deployments.clear()
            fake._store("/web", {**fake.apps["/web"], "mem": 1}, fake.apps["/web"])

    with pytest.raises(MarathonError, match="deployment of /web was cancelled or overtaken: mem is not as declared"):
        logic.core({**DEFAULTS, **WEB, "mem": 64}, False, lambda text: None, marathon(time), time.clock, overtake)


def test_unhealthy_tasks_are_waited_for(fake: FakeMarathon) -> None:
    fake.healthy = False
    checks = [{"protocol": "MESOS_TCP", "portIndex": 0}]
    with pytest.raises(MarathonError, match="1 of 1 instances run, 0 healthy.*health check of task t0.* has no result yet"):
        run(**WEB, app={"healthChecks": checks}, timeout=5)
    fake.healthy = True
    assert not run(**WEB, app={"healthChecks": checks})["changed"]


def test_the_module_itself(fake: FakeMarathon, capsys: Any) -> None:
    arguments = {"urls": ["m1", "m2"], "id": "/web", "cmd": "sleep 1000", "secret_env": {"LOGIN": "hunter2"}, "wait": False}
    with patch_module_args(arguments), pytest.raises(SystemExit) as ending:
        marathon_app.main()
    printed = capsys.readouterr().out
    assert ending.value.code == 0 and json.loads(printed)["changed"] and "hunter2" not in printed
    with patch_module_args({**arguments, "app": {"memm": 3}}), pytest.raises(SystemExit) as ending:
        marathon_app.main()
    failed = json.loads(capsys.readouterr().out)
    assert ending.value.code == 1 and failed["faults"] == ["memm: Marathon has no such field here; did you mean mem?"]
