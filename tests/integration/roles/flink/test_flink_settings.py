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


@pytest.mark.parametrize(
    ("recorded", "renewed", "owed"),
    [
        (None, None, False),
        ({"registration": {"state": "active"}, "leaders": {"resource_manager": {}}}, {"changed": False, "skipped": True}, False),
        ({"registration": {"state": "completed"}, "leaders": {}}, {"changed": True}, True),
        # The run that has deleted the record was killed before the restart.
        ({"registration": {"state": "none"}, "leaders": {"resource_manager": {}}}, {"changed": False, "skipped": True}, True),
        # There was never an AppMaster.
        ({"registration": {"state": "none"}, "leaders": {}}, {"changed": False, "skipped": True}, False),
        ({"registration": None, "leaders": {}}, {"changed": False, "skipped": True}, False),
    ],
)
def test_the_restart_of_an_appmaster_without_a_record_is_not_lost(role, recorded, renewed, owed):
    found = {name: value for name, value in (("flink_recorded", recorded), ("flink_renewed", renewed)) if value is not None}
    assert role(["flink_renew_owed"], **found)["flink_renew_owed"] is owed


def test_modules_are_told_which_record_and_which_mesos(refusal):
    said = refusal("flink", "registered", groups=GROUPS, flink_zookeeper_quorum="127.0.0.1:1")
    # Without masters to ask it would not come so far.
    assert "127.0.0.1:1 is down" in said


def test_an_appmaster_starts_anew_with_other_namenodes_and_another_release(role):
    def digest(**variables):
        groups = {"hdfs_namenode": ["n2", "n3"], "hdfs_datanode": ["n1"], "hdfs_journalnode": ["n1"]}
        return role(["flink_app_digest"], groups, **variables)["flink_app_digest"]

    usual = digest()
    assert digest() == usual
    assert len({usual, digest(hdfs_rpc_port=9000), digest(flink_log4j_version=""), digest(flink_pypi_checksum="sha256:0")}) == 4
