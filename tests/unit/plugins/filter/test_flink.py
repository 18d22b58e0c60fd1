# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of plugins/filter/flink.py as a template calls them."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.baremetal.flink.plugins.filter.flink import FilterModule

FILTERS = FilterModule().filters()


def test_an_unreadable_size_is_a_failure_of_the_template():
    with pytest.raises(AnsibleFilterError, match="whole number and a unit"):
        FILTERS["flink_memory_mb"]("a lot")


def test_the_zookeeper_client_of_a_version():
    assert FILTERS["flink_zookeeper_client"]("1.20.5", "auto", 17) == "3.7.2-21.0"


GROUPS = {"flink_jobmanager": ["b", "a"], "flink_taskmanager": ["b", "c"], "mesos_agent": ["d", "c"]}


@pytest.mark.parametrize(("groups", "manager", "hosts"), [
    (GROUPS, "standalone", ["a", "b", "c"]),
    (GROUPS, "mesos", ["c", "d"]),
    ({**GROUPS, "flink_mesos": ["d"]}, "mesos", ["d"]),
    ({"flink_mesos": [], "mesos_agent": ["d"]}, "mesos", []),
    ({"zookeeper": ["a"]}, "mesos", []),
    ({}, "standalone", []),
])
def test_hosts_of_flink(groups, manager, hosts):
    assert FILTERS["flink_hosts"](groups, manager) == hosts


@pytest.mark.parametrize(("manager", "hosts"), [("standalone", ["a", "b", "c", "o"]), ("mesos", ["c", "d", "o"])])
def test_hosts_with_the_command_alone_are_wanted_or_not(manager, hosts):
    groups = {**GROUPS, "flink_client": ["o", "c"]}
    assert FILTERS["flink_hosts"](groups, manager, True) == hosts
    assert "o" not in FILTERS["flink_hosts"](groups, manager)


@pytest.mark.parametrize(("groups", "group", "manager", "hosts"), [
    (GROUPS, "flink_jobmanager", "standalone", ["a", "b"]),
    (GROUPS, "flink_jobmanager", "mesos", []),
    ({"flink_taskmanager": ["a"]}, "flink_jobmanager", "standalone", []),
    ({"zookeeper": ["a"]}, "flink_jobmanager", "standalone", ["z"]),
    ({}, "flink_taskmanager", "mesos", []),
])
def test_hosts_of_a_process(groups, group, manager, hosts):
    assert FILTERS["flink_group"](groups, group, manager, "z") == hosts


@pytest.mark.parametrize(("groups", "manager", "taskmanagers", "hosts"), [
    ({**GROUPS, "flink_taskmanager": ["c", "b"]}, "standalone", None, ["a", "b", "c"]),
    ({**GROUPS, "flink_taskmanager": ["d", "c"]}, "standalone", 1, ["a", "b", "c"]),
    (GROUPS, "mesos", None, ["c", "d"]),
    ({}, "standalone", None, ["z"]),
    ({}, "mesos", None, []),
])
def test_hosts_of_a_cluster(groups, manager, taskmanagers, hosts):
    assert FILTERS["flink_members"](groups, manager, "z", taskmanagers) == hosts


def test_hosts_of_a_process_are_refused_where_those_of_flink_are():
    with pytest.raises(AnsibleFilterError, match="set flink_cluster_manager to mesos"):
        FILTERS["flink_group"]({"mesos_agent": ["d"]}, "flink_jobmanager", "standalone", "z")


def test_job_clusters_get_ports():
    assert FILTERS["flink_job_ports"](6200)["data"] == 6204


def test_an_unknown_cluster_manager_is_named():
    with pytest.raises(AnsibleFilterError, match="'yarn': set it to mesos or standalone"):
        FILTERS["flink_hosts"](GROUPS, "yarn")


@pytest.mark.parametrize(("groups", "manager", "sentence"), [
    ({"flink_jobmanager": ["a"]}, "mesos", "no host is in mesos_agent, while .* set flink_cluster_manager to standalone"),
    ({**GROUPS, "flink_mesos": []}, "mesos", "no host is in flink_mesos"),
    ({"mesos_agent": ["d"]}, "standalone", "no host is in flink_jobmanager or flink_taskmanager, while .* set flink_cluster_manager to mesos"),
])
def test_hosts_of_the_other_cluster_manager_are_not_passed_over(groups, manager, sentence):
    with pytest.raises(AnsibleFilterError, match=sentence):
        FILTERS["flink_hosts"](groups, manager)


def test_declared_jobs_are_judged():
    problems = FILTERS["flink_jobs_problems"]
    good = [{"name": "a", "jar": "/a.jar"}, {"name": "b", "state": "stopped"}, {"name": "c", "jar_src": "c.jar", "parallelism": "2", "arguments": ["x"]}]
    assert problems(good) == []
    assert problems([]) == []


@pytest.mark.parametrize(("jobs", "said"), [
    ({}, "flink_jobs is not a list"),
    (["a"], "entry 1 of flink_jobs is not a dictionary"),
    ([{"jar": "/a.jar"}], "entry 1 of flink_jobs has no name"),
    ([{"name": "a", "jar": "/a"}, {"name": "a", "jar": "/a"}], "flink_jobs names a more than once"),
    ([{"name": "a"}], "the job a of flink_jobs has neither jar nor jar_src"),
    ([{"name": "a", "jar": "/a", "jar_src": "a"}], "the job a of flink_jobs has jar and jar_src"),
    ([{"name": "a", "jar": "/a", "paralelism": 2}], "the job a of flink_jobs: paralelism is no option of a job; they are"),
    ([{"name": "a", "jar": "/a", "urls": ["x"]}], "the job a of flink_jobs: urls is no option of a job"),
    ([{"name": "a", "jar": "/a", "state": "on"}], "value of state must be one of"),
    ([{"name": "a", "jar": "/a", "parallelism": "many"}], "parallelism"),
    ([{"name": "a/b", "jar": "/a"}], "letters, digits, dots"),
])
def test_what_is_wrong_with_declared_jobs(jobs, said):
    assert said in "; ".join(FILTERS["flink_jobs_problems"](jobs))
