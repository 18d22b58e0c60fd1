# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks wrote at last, from a master and an agent as they were recorded."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.explain import is_unhealthy, written
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.sandbox import Sandboxes, telling
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import ID, body

AGENT = f"{ID}-S0"
TASK = "taskmanager-00001"
CURL = "W1128 10:08:30.1 17 health_checker.cpp:245] HTTP health check for task 'x' failed: curl exited with status 2: E1128 10:08:30.1 subprocess.hpp:308] \
EXIT with status 2: Failed to os::execvpe on path 'curl': 2"


class Agent:
    """The recorded one, with a text as its task's stderr."""

    def __init__(self, mock, text):
        self.state, self.text, self.read = body("agent_state"), text, []
        self.authorization = None
        mock.add_callback("GET", re.compile(r"http://127.0.0.1:505[01]/.*"), self.answer)
        self.directory = self.state["frameworks"][0]["executors"][0]["directory"]

    def answer(self, request):
        parts = urlsplit(request.url)
        if self.authorization and request.headers.get("Authorization") != self.authorization:
            return 401, {}, ""
        if parts.path == "/slaves":
            return 200, {}, json.dumps(body("slaves"))
        if parts.path == "/state":
            return 200, {}, json.dumps(self.state)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert parts.path == "/files/read" and query["path"] == f"{self.directory}/stderr"
        offset = int(query["offset"])
        self.read.append((offset, query.get("length")))
        if offset == -1:
            return 200, {}, json.dumps({"data": "", "offset": len(self.text)})
        return 200, {}, json.dumps({"data": self.text[offset : offset + int(query["length"])], "offset": offset})


@pytest.fixture
def agent():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield lambda text: Agent(mock, text)


def sandboxes(leader="http://127.0.0.1:5050/", **params):
    return Sandboxes.from_params(params, lambda: leader)


def test_the_end_of_a_long_stderr(agent):
    one = agent("noise\n" * 10000 + "Exception in thread \"main\"\n\n\tat org.Main\n" + "x" * 400 + "\n")
    said = sandboxes().last_words(TASK, AGENT, "node1")
    assert said == f"the stderr of task {TASK} on node1 ends with: Exception in thread \"main\" | at org.Main | {'x' * 297}..."
    assert one.read == [(-1, None), (len(one.text) - 16384, "16384")]


def test_an_executor_that_has_ended(agent):
    one = agent("gone\n")
    framework = one.state["frameworks"][0]
    one.state["frameworks"] = []
    framework["completed_executors"], framework["executors"] = framework["executors"], []
    one.state["completed_frameworks"] = [framework]
    assert sandboxes().last_words(TASK, AGENT, "node1").endswith("ends with: gone")
    framework["completed_executors"] = []
    assert "(the agent at http://127.0.0.1:5051 has no sandbox of it any more)" in sandboxes().last_words(TASK, AGENT, "node1")
    assert f"knows no agent {ID}-S9 any more" in sandboxes().last_words(TASK, f"{ID}-S9", "node1")


def test_nothing_was_written(agent):
    agent("\n")
    assert sandboxes().last_words(TASK, AGENT, "node1") == ""


def test_credentials_of_mesos_are_not_those_of_marathon(agent):
    one = agent("text\n")
    one.authorization = "Basic bWU6c2VjcmV0"
    said = sandboxes(url_username="me", url_password="secret").last_words(TASK, AGENT, "node1")
    assert "refuses the credentials; set mesos_username and mesos_password" in said
    assert sandboxes(mesos_username="me", mesos_password="secret", token="t").last_words(TASK, AGENT, "node1").endswith("text")


def test_no_master_and_no_answer(agent):
    assert "(Marathon names no leading master)" in sandboxes(None).last_words(TASK, AGENT, "node1")
    assert "cannot be read (No Mesos master leads: http://10.9.9.9:5050" in sandboxes("http://10.9.9.9:5050/").last_words(TASK, AGENT, "node1")


def test_the_failed_check_is_told_though_the_task_wrote_more():
    assert telling(f"{CURL}\na\nb\nc\nd\n") == [CURL, "b", "c", "d"]
    assert telling(f"a\nb\n{CURL}\nc\n") == ["b", CURL, "c"]
    assert telling("") == []


def test_unhealthy_and_failed_tasks_are_asked_for(agent):
    one = agent("why\n")
    well, ill, new = [{"alive": True}], [{"alive": False, "consecutiveFailures": 0}], []
    task = {"id": TASK, "slaveId": AGENT, "host": "h", "state": "TASK_RUNNING"}
    app = {"version": "2", "healthChecks": [{}], "tasks": [{**task, "id": "fine", "healthCheckResults": well}, {**task, "healthCheckResults": ill}]}
    assert written(app, sandboxes()) == [f"the stderr of task {TASK} on h ends with: why"]
    assert is_unhealthy(app, {**task, "healthCheckResults": new}) and not is_unhealthy({}, task) and not is_unhealthy(app, {"state": "TASK_STAGING"})
    failure = {"taskId": TASK, "slaveId": AGENT, "host": "h", "version": "2"}
    assert len(written({"version": "2", "lastTaskFailure": failure}, sandboxes())) == 1
    # The same task is asked for once, one of an older version of the app not at all, and nothing of an app that is well.
    assert len(written({**app, "lastTaskFailure": failure}, sandboxes())) == 1
    asked = len(one.read)
    assert written({"version": "3", "lastTaskFailure": failure}, sandboxes()) == [] == written({"tasks": [task]}, sandboxes())
    assert len(one.read) == asked
