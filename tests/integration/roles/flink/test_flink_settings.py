# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

#: The host whose variables are looked at is n1, and it is alone in its run.
GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1"], "mesos_agent": ["n1"], "marathon": ["n1"]}
SHARED = ["flink_teardown_shared", "flink_remove_data", "flink_members_elsewhere"]


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on a host with Java 17."""

    def run(names, groups=None, **variables):
        looked = {"n1": {"flink_preflight": {"java": {"major": 17}}}}
        return render("flink", names, groups={**GROUPS, **(groups or {})}, hosts=looked, **variables)

    return run


@pytest.mark.parametrize(
    ("groups", "variables", "shared", "data"),
    [
        ({}, {}, True, False),
        ({}, {"flink_teardown_data": True}, True, True),
        ({"mesos_agent": ["n1", "n2"]}, {}, False, False),
        ({"mesos_agent": ["n1", "n2"]}, {"flink_job_cluster": {"name": "words", "state": "absent", "remove_data": True}}, False, False),
        # A host with nothing but the command has nothing that others share.
        ({"mesos_agent": ["n2"], "flink_client": ["n1"]}, {"flink_teardown_data": True}, False, True),
    ],
)
def test_what_a_cluster_shares_is_taken_off_with_the_last_of_its_hosts(role, groups, variables, shared, data):
    found = role(SHARED, groups, **variables)
    assert (found["flink_teardown_shared"], found["flink_remove_data"]) == (shared, data)
    assert found["flink_members_elsewhere"] == ([] if shared else ["n2"])


def test_data_of_all_is_not_deleted_on_some(refusal):
    said = refusal("flink", "teardown", groups={**GROUPS, "mesos_agent": ["n1", "n2"]}, flink_teardown_data=True)
    assert "would delete the jobs and the state of flink, and n2, which share them, are not in this run: run without --limit" in said
