# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A life of Marathon, in this order: each test finds what the one before has left. An app runs all the while."""

from __future__ import annotations

import re

from tests.stand_ins.loopback import basic, eventually

FLAGS = {"zk_session_timeout": 5000, "max_apps": 50}
BOTH = "extensions/molecule/marathon/both.yml"


def survived(operator, app):
    """The same tasks, the same processes."""
    tasks, processes = app
    eventually(lambda: operator.tasks() == tasks, f"the tasks {tasks}", 60)
    assert operator.processes() == processes


def test_a_killed_run_is_made_good_with_the_leader_last(operator, app):
    leader = operator.leader()
    operator.play_and_kill("Restart Marathon on", marathon_flags=FLAGS)
    run = operator.play(marathon_flags=FLAGS)
    assert run.status == 0, run.text
    turns = re.findall(r"Restart Marathon on (\w+)", run.text)
    assert turns[-1] == leader and 2 <= len(turns) <= 3
    assert all("MARATHON_MAX_APPS" in operator.on(host, "sudo cat /etc/marathon/marathon.env") for host in operator.addresses)
    survived(operator, app)
    again = operator.play(marathon_flags=FLAGS)
    assert again.status == 0 and again.changed == 0, again.text


def test_another_marathon_leads_when_the_leading_one_dies(operator, app):
    leader = operator.leader()
    operator.on(leader, "sudo systemctl kill -s KILL marathon")
    operator.leader(other_than=leader)
    survived(operator, app)


def test_an_app_survives_the_leading_master(operator, app):
    operator.on("node1", "sudo systemctl kill -s KILL mesos-master")
    survived(operator, app)


def test_authentication_is_turned_on_for_mesos_and_marathon(operator, app):
    extra = {
        "marathon_flags": FLAGS, "mesos_credentials": {"agent": "a-secret", "marathon": "m-secret"},
        "marathon_secret": "m-secret", "marathon_http_credentials": "ops:p$w",
    }
    framework = operator.get(operator.leader(), "/v2/info")["frameworkId"]
    run = operator.play(playbook=BOTH, **extra)
    assert run.status == 0, run.text
    assert operator.ask("node1", "/ping")[0] == 401
    operator.headers = basic("ops", "p$w")
    assert operator.on("node2", "sudo cat /etc/marathon/framework-secret; sudo stat -c '%U %a' /etc/marathon/framework-secret") == "m-secretmarathon 600"
    survived(operator, app)
    assert operator.get(operator.leader(), "/v2/info")["frameworkId"] == framework
    again = operator.play(playbook=BOTH, **extra)
    assert again.status == 0 and again.changed == 0, again.text


def test_the_password_changes(operator, app):
    run = operator.play(marathon_flags=FLAGS, marathon_secret="m-secret", marathon_http_credentials="ops:another",
                        mesos_credentials={"agent": "a-secret", "marathon": "m-secret"})
    assert run.status == 0, run.text
    operator.headers = basic("ops", "another")
    survived(operator, app)
