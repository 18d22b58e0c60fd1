# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an app does not run, from what Marathon 1.11.26 was recorded to say."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.deployment import standing
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.explain import (
    deployment_words,
    failure_words,
    health_words,
    holder_words,
    offer_words,
    reasons,
    rejection_words,
)
from ansible_collections.baremetal.flink.tests.unit.fakes.marathon import answer_of


def test_a_recorded_stuck_app() -> None:
    said = reasons(answer_of("get_stuck")["app"], answer_of("queue_stuck")["queue"], answer_of("deployments_stuck"))
    assert said == [
        "1 of its instances wait for an offer; of the last 1 offers 1 does not fulfil the constraints hostname:LIKE:nohost",
        "deployment f30ffea1-c71f-42c1-b991-1b14eebe07b9 of 2026-11-23T16:05:50.298Z is at step 2 of 2: ScaleApplication /rec/stuck",
    ]


def test_a_recorded_failing_app() -> None:
    said = reasons(answer_of("get_failing")["app"], answer_of("queue_failing")["queue"], [])
    assert said == ["the last task to fail was TASK_FAILED on 127.0.0.1 at 2026-11-23T16:06:04.930Z: Command exited with status 3"]


def test_a_failure_of_an_older_version_is_marked() -> None:
    failure = answer_of("get_failing")["app"]["lastTaskFailure"]
    assert " (an older version of the app): " in failure_words(failure, "2026-11-24T00:00:00.000Z")
    assert failure_words(None) == ""


def queue(**changes: Any) -> Dict[str, Any]:
    return {**answer_of("queue_stuck")["queue"][0], **changes}


def test_offers() -> None:
    assert "waits another 17 s, as the last ones failed" in offer_words(queue(delay={"timeLeftSeconds": 17, "overdue": False}))
    none = {"processedOffersCount": 0, "unusedOffersCount": 0}
    assert "Mesos has made none: are agents registered" in offer_words(queue(processedOffersSummary=none))
    steps = [{"reason": "InsufficientCpus", "declined": 2, "processed": 3}, {"reason": "SomethingNew", "declined": 1, "processed": 1}]
    summary = {"processedOffersCount": 9, "unusedOffersCount": 9, "rejectSummaryLastOffers": steps}
    said = offer_words(queue(processedOffersSummary=summary))
    assert said.endswith("of the last 3 offers 2 have less than 0.01 cpus and 1 was refused for SomethingNew")
    assert offer_words(queue(processedOffersSummary={"processedOffersCount": 1, "unusedOffersCount": 1})) == "1 of its instances wait for an offer"


STEPS = answer_of("queue_stuck")["queue"][0]["processedOffersSummary"]["rejectSummaryLastOffers"]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["reason"])
def test_every_recorded_reason_has_words(step: Dict[str, Any]) -> None:
    assert "refused for" not in rejection_words(step["reason"], answer_of("get_stuck")["app"])


def test_fixed_ports_are_named() -> None:
    app = {"requirePorts": True, "portDefinitions": [{"port": 8081}, {"port": 0}]}
    assert rejection_words("InsufficientPorts", app) == "do not have its ports (8081)"


def test_health_checks() -> None:
    failing = {"alive": False, "consecutiveFailures": 2, "lastFailure": "t", "lastFailureCause": "Connection refused"}
    task = {"id": "t1", "host": "h", "state": "TASK_RUNNING"}
    app = {"healthChecks": [{}], "tasks": [{**task, "healthCheckResults": [failing]}, {**task, "id": "t2", "healthCheckResults": [{"alive": True}]}]}
    assert health_words(app) == ["the health check of task t1 on h has failed 2 times in a row: Connection refused"]
    assert health_words({"healthChecks": [{}], "tasks": [task]}) == ["the health check of task t1 on h has no result yet"]
    assert health_words({"healthChecks": [{}], "tasks": [{**task, "healthCheckResults": [{"alive": False}]}]}) == [
        "the health check of task t1 on h has not passed yet"
    ]
    assert health_words({"tasks": [task]}) == []


def test_lost_and_starting_tasks() -> None:
    app = {**answer_of("get_minimal")["app"]}
    app["tasks"][0]["state"] = "TASK_UNREACHABLE"
    assert "on 127.0.0.1 cannot be reached, its agent is lost" in reasons(app, [], [])[0]


def test_readiness_checks_of_a_deployment() -> None:
    deployment = answer_of("deployments_running")[0]
    deployment["currentActions"][0]["readinessCheckResults"] = [{"name": "r", "taskId": "t", "ready": False, "lastResponse": {"status": 503}}]
    assert deployment_words(deployment).endswith("ScaleApplication /rec/min; readiness check r of task t is not ready (answered 503)")


def test_holders_of_a_lock() -> None:
    said = holder_words(["f30ffea1-c71f-42c1-b991-1b14eebe07b9", "old"], answer_of("deployments_stuck"))
    assert said.endswith("ScaleApplication /rec/stuck; it affects /rec/stuck and deployment old, which has ended meanwhile")


@pytest.mark.parametrize(
    ("changes", "done", "words"),
    [
        ({}, True, "1 of 1 instances run"),
        ({"tasksRunning": 0}, False, "0 of 1 instances run"),
        ({"deployments": [{"id": "d"}]}, False, "deployment d is running"),
        ({"healthChecks": [{}]}, False, "1 of 1 instances run, 0 healthy"),
        ({"healthChecks": [{}], "tasksHealthy": 1}, True, "1 healthy"),
        ({"instances": 0, "tasksRunning": 0}, False, "0 of 0"),
        ({"instances": 0, "tasksRunning": 0, "tasks": []}, True, "0 of 0"),
    ],
)
def test_when_an_app_stands(changes: Dict[str, Any], done: bool, words: str) -> None:
    found, said = standing({**answer_of("get_minimal")["app"], **changes})
    assert found == done and words in said
