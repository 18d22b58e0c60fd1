# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Mesos lets no framework change: refused before anything is touched, or made in a new framework; in this order."""

from __future__ import annotations

import pytest

from tests.scenario import refused
from tests.stand_ins.loopback import call, eventually

ENVIRONMENT = "sudo cat /etc/marathon/marathon.env"
APP = {"id": "/renewed", "cmd": "exec sleep 76543", "cpus": 0.1, "mem": 32}
PROCESSES = "pgrep -f '^sleep 76543' || true"


@pytest.fixture
def renewed(operator):
    """Id of the running task of an app, which is made when there is none."""
    def running():
        return [each["id"] for each in operator.get(operator.leader(), f"/v2/apps{APP['id']}/tasks")["tasks"] if each["state"] == "TASK_RUNNING"]

    if operator.ask(operator.leader(), f"/v2/apps{APP['id']}")[0] == 404:
        assert operator.ask(operator.leader(), "/v2/apps", APP)[0] == 201
    return lambda: eventually(running, "a task runs", 60)[0]


@pytest.fixture
def framework(operator):
    """Id and principal of the framework that Marathon is."""
    def look():
        known = operator.get(operator.leader(), "/v2/info")["frameworkId"]
        _status, _headers, state = call(f"{operator.addresses['node1']}:5050", "/state")
        found = [each for each in state["frameworks"] if each["id"] == known and each["active"]]
        return (known, found[0].get("principal")) if found else None

    return lambda: eventually(look, "the framework that Marathon is", 60)


def test_it_has_its_principal_from_the_first_registration_on(operator, framework):
    assert framework()[1] == "marathon"
    assert 'MARATHON_MESOS_AUTHENTICATION_PRINCIPAL="marathon"' in operator.on("node1", ENVIRONMENT)


def test_changes_that_mesos_would_refuse(operator, framework):
    before = framework(), operator.on("node2", ENVIRONMENT)
    change = {"marathon_mesos_user": "root", "marathon_principal": "other", "marathon_flags": {"zk_session_timeout": 5000, "checkpoint": False}}
    refused(
        operator.play(**change),
        "has the user nobody, Mesos lets no framework change it, and it would register with root",
        "has the principal marathon, Mesos lets no framework change it, and it would register with other",
        "has the checkpoint true", "set marathon_renew_framework to true")
    assert (framework(), operator.on("node2", ENVIRONMENT)) == before


def test_a_new_framework_where_the_variable_says_so(operator, framework, renewed):
    """Without a principal, as releases before this one have registered; the app starts anew. A killed run is made good by the next one."""
    before, task, change = framework(), renewed(), {"marathon_principal": "", "marathon_renew_framework": True}
    operator.play_and_kill("End the former framework", **change)
    run = operator.play(**change)
    assert run.status == 0, run.text
    assert framework()[0] != before[0] and framework()[1] is None
    assert renewed() != task
    eventually(lambda: sum(len(operator.on(host, PROCESSES).split()) for host in operator.addresses) == 1, "one process, of the new framework", 60)


def test_a_framework_without_a_principal_is_kept(operator, framework, renewed):
    """What the upgrade of an older platform finds: nothing to change, and no refusal."""
    before = framework(), renewed()
    again = operator.play(marathon_renew_framework=True)
    assert again.status == 0 and again.changed == 0, again.text
    assert (framework(), renewed()) == before
    refused(operator.play(marathon_secret="m-secret"), "has the principal none", "would register with marathon")


def test_a_framework_that_was_torn_down(operator, framework, renewed):
    before, task = framework()[0], renewed()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert call(f"{operator.addresses['node1']}:5050", "/teardown", f"frameworkId={before}".encode(), headers=form)[0] == 200
    refused(operator.play(), f"Mesos has removed the framework {before} of Marathon", "set marathon_renew_framework to true")
    run = operator.play(marathon_renew_framework=True)
    assert run.status == 0, run.text
    assert framework()[0] != before and framework()[1] == "marathon" and renewed() != task
    assert operator.ask(operator.leader(), f"/v2/apps{APP['id']}", method="DELETE")[0] == 200
    again = operator.play()
    assert again.status == 0 and again.changed == 0, again.text
