# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every case recorded from Marathon 1.11.26, in its order, against the stand-in's core: same status, same body."""

from __future__ import annotations

import json
import re
from pathlib import Path

CASES = json.loads((Path(__file__).parents[3] / "fixtures" / "marathon_api.json").read_text(encoding="utf-8"))["cases"]
# What the recorder did not wait for: these are asked while the one before is still under way.
AT_ONCE = {"create_existing", "deployments_running", "put_locked", "deployments_stuck", "get_stuck", "queue_stuck"}
MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
    (re.compile(r"\.instance-[0-9a-f-]{36}\._app\.\d+"), ".instance-ID._app.N"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-S0|-0000)?"), "UUID"),
)


def masked(value, key=""):
    """Times, ids and chosen ports replaced; orders that the server does not promise are sorted."""
    if isinstance(value, dict):
        return {name: masked(each, name) for name, each in value.items()}
    if isinstance(value, list):
        items = [masked(each, key) for each in value]
        return sorted(items, key=lambda each: str(each.get("id") or each.get("affectedApps"))) if key in ("apps", "") and items else items
    if isinstance(value, int) and key == "ports":
        return "PORT"
    if isinstance(value, str):
        for pattern, name in MASKS:
            value = pattern.sub(name, value)
    return value


def prepare(cluster):
    """What stood on the recorded server before the first case."""
    recorded = next(case for case in CASES if case["case"] == "apps_list")["response"]["body"]["apps"][0]
    writable = ("version", "versionInfo", "tasksStaged", "tasksRunning", "tasksHealthy", "tasksUnhealthy", "deployments")
    app = {name: value for name, value in recorded.items() if name not in writable}
    app["portDefinitions"] = [{**each, "port": 0} for each in app["portDefinitions"]]
    for change in ({"cmd": "one"}, {"cmd": "two"}, {}):
        cluster.call("PUT", "/v2/apps/flink", {**app, **change})
        cluster.run(3)


def fail(cluster):
    """The app of `create_failing` starts, ends with 3, and this goes on."""
    for _attempt in range(4):
        cluster.wait(6)
        for info in cluster.give():
            cluster.status(info, "TASK_STARTING")
            cluster.status(info, "TASK_RUNNING")
            cluster.status(info, "TASK_FAILED", message="Command exited with status 3", reason="REASON_COMMAND_EXECUTOR_FAILED")
    cluster.wait(1)


def expected(case):
    """The recorded answer, with the versions of the recorder's server replaced by the stand-in's own."""
    body = case["response"]["body"]
    if case["case"] == "info":
        body = {**body, "version": "1.11.24", "buildref": "stand-in"}
    return body


def test_every_recorded_case(cluster):
    prepare(cluster)
    ids = {}
    wrong = []
    for case in CASES:
        name, request = case["case"], case["request"]
        if name in ("get_failing",):
            fail(cluster)
        elif name == "queue_stuck":
            cluster.give()
        elif name not in AT_ONCE and name not in ("queue_failing", "delete_app"):
            cluster.run(3)
        path = request["path"]
        for recorded, mine in ids.items():
            path = path.replace(recorded, mine)
        status, body, headers = cluster.call(request["method"], path, request["body"])
        answer = case["response"]
        if "marathon-deployment-id" in answer["headers"]:
            ids[answer["headers"]["marathon-deployment-id"]] = headers.get("Marathon-Deployment-Id", "missing")
        if answer["headers"].get("location") != headers.get("Location"):
            wrong.append((name, "location", answer["headers"].get("location"), headers.get("Location")))
        if "marathon-deployment-id" in answer["headers"] and "Marathon-Deployment-Id" not in headers:
            wrong.append((name, "no deployment id in the headers"))
        if status != answer["status"] or masked(body) != masked(expected(case)):
            wrong.append((name, answer["status"], masked(expected(case)), status, masked(body)))
    assert not wrong, "\n".join(json.dumps(each) for each in wrong)
    assert len(CASES) == 53
