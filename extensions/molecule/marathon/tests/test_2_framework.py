# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Mesos lets no framework change is refused before anything is touched."""

from __future__ import annotations

import pytest

from tests.scenario import refused
from tests.stand_ins.loopback import call, eventually

ENVIRONMENT = "sudo cat /etc/marathon/marathon.env"


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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"marathon_mesos_user": "nobody"}, "has the user root, Mesos lets no framework change it, and it would register with nobody"),
        ({"marathon_principal": "other"}, "has the principal marathon, Mesos lets no framework change it, and it would register with other"),
        ({"marathon_flags": {"zk_session_timeout": 5000, "checkpoint": False}}, "has the checkpoint true"),
    ],
)
def test_a_change_that_mesos_would_refuse(operator, framework, change, words):
    before = framework(), operator.on("node2", ENVIRONMENT)
    refused(operator.play(**change), words, "set marathon_renew_framework to true")
    assert (framework(), operator.on("node2", ENVIRONMENT)) == before
