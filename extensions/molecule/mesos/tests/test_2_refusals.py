# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot work ends with a sentence, before anything is touched; one of each judgement, what else it refuses is in its units."""

from __future__ import annotations

from tests.scenario import refused


def test_flags_and_groups_are_judged_first(operator):
    refused(
        operator.play(
            inventory=operator.inventory(masters=["node1", "node2"]),
            mesos_master_flags={"quorum": 1, "isolation": "posix/cpu", "max_completed_framework": 1, "port": 5055},
            mesos_agent_flags={"gc_delay": "2 weeks"},
            mesos_acls={"permissive": False}),
        "The group mesos_master has 2 hosts (node1, node2)",
        "quorum is 1, but 2 masters have the majority 2",
        "isolation is a flag of a Mesos agent",
        "did you mean max_completed_frameworks?",
        "set mesos_master_port instead of the flag",
        "mesos_agent_flags: gc_delay",
        "mesos_acls need mesos_credentials",
    )


def test_what_an_agents_flags_need_is_looked_for(operator):
    flags = {"containerizers": "docker,mesos", "container_logger": "org_apache_mesos_LogrotateContainerLogger", "modules": "file:///etc/mesos/none.json"}
    run = operator.play("--limit", "node1", mesos_agent_flags=flags)
    refused(
        run,
        "Mesos on node1 cannot be set up",
        "there is no program docker; install Docker, or take docker out of containerizers",
        "nothing answers at /var/run/docker.sock",
        "modules of the Mesos agent is read from /etc/mesos/none.json, which is not there; put the file there first",
    )


def test_a_change_that_an_agent_cannot_recover_from(operator):
    before = {host: operator.process(host, "agent") for host in operator.addresses}
    changes = {"node2": {"mesos_agent_resources": {"cpus": 1, "mem": 1024, "disk": 1024}, "mesos_agent_attributes": {"rack": "r1"}}}
    refused(
        operator.play(inventory=operator.inventory(**changes)),
        "The agent on node2 would not recover from its new settings", "resource cpus changes from 2 to 1", "attribute rack (r1) is new",
        "set mesos_agent_change to drain")
    assert {host: operator.process(host, "agent") for host in operator.addresses} == before


def test_an_agents_work_directory_is_not_left_behind(operator):
    refused(
        operator.play("--limit", "node1", mesos_agent_work_dir="/var/lib/mesos/other", mesos_agent_change="additive"),
        "its work directory moves from /var/lib/mesos/agent to /var/lib/mesos/other", "set mesos_agent_change to drain")


def test_a_larger_quorum_on_a_part_of_the_masters(operator):
    # Two more masters, of which only names are known here.
    masters = ["node1", "node2", "node3", "node4", "node5"]
    absent = {name: {"ansible_host": f"192.0.2.{number}"} for number, name in enumerate(masters[3:], 1)}
    refused(
        operator.play("--limit", "node1", inventory=operator.inventory(masters=masters, **absent)),
        "The masters run with quorum 2, the group mesos_master needs 3", "run without --limit")
