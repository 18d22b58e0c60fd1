# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A life of the cluster, in this order: each test finds what the one before has left. Tasks run all the while."""

from __future__ import annotations

import re

from kazoo.client import KazooClient
from kazoo.security import Permissions

from tests.scenario import refused
from tests.stand_ins.loopback import basic, call, eventually

READ = Permissions.READ

MASTER_FLAGS = {"zk_session_timeout": "5secs", "max_completed_frameworks": 20}


def test_a_restart_takes_the_leader_last_and_leaves_tasks_alone(operator, workload):
    tasks, leader = operator.tasks(), operator.leader()
    assert all(len(found) == 1 for found in tasks.values()), tasks
    run = operator.play(mesos_master_flags=MASTER_FLAGS, mesos_agent_flags={"gc_delay": "2days"})
    assert run.status == 0, run.text
    masters = re.findall(r"Restart the master on (\w+)", run.text)
    assert sorted(masters) == ["node1", "node2", "node3"] and masters[-1] == leader
    assert re.findall(r"Restart the agent on (\w+)", run.text) == ["node1", "node2", "node3"]
    assert operator.tasks() == tasks
    assert operator.get(operator.leader(), "/flags")["flags"]["max_completed_frameworks"] == "20"


def test_a_run_that_was_killed_is_made_good_by_the_next(operator, workload):
    tasks = operator.tasks()
    killed = operator.play_and_kill("Restart the agent on", mesos_master_flags=MASTER_FLAGS, mesos_master_port=5060)
    run = operator.play(mesos_master_flags=MASTER_FLAGS)
    assert run.status == 0, run.text
    # To another port and back, the file with the port being ahead of the masters both times.
    for text in (killed, run.text):
        assert sorted(re.findall(r"Restart the master on (\w+)", text)) == ["node1", "node2", "node3"], text
    assert all("gc_delay" not in operator.get(host, "/flags", port=5051)["flags"]
               or operator.get(host, "/flags", port=5051)["flags"]["gc_delay"] == "1weeks" for host in operator.addresses)
    assert operator.tasks() == tasks


def test_an_agent_may_grow(operator, workload):
    before, tasks = operator.agents()["node2"], operator.tasks()
    grown = {"node2": {"mesos_agent_resources": {"cpus": 3, "mem": 1024, "disk": 1024}, "mesos_agent_change": "additive"}}
    run = operator.play(inventory=operator.inventory(**grown), mesos_master_flags=MASTER_FLAGS)
    assert run.status == 0 and re.findall(r"Restart the agent on (\w+)", run.text) == ["node2"], run.text
    after = operator.agents()["node2"]
    assert (after["id"], after["resources"]["cpus"]) == (before["id"], 3)
    assert operator.tasks() == tasks


def test_an_agent_that_cannot_recover_is_drained(operator, workload):
    before, tasks = operator.agents()["node2"], operator.tasks()
    drained = {"node2": {"mesos_agent_change": "drain"}}
    run = operator.play(
        inventory=operator.inventory(**drained), mesos_master_flags=MASTER_FLAGS, mesos_drain_grace=5)
    assert run.status == 0, run.text
    after = operator.agents()["node2"]
    assert after["id"] != before["id"] and after["resources"]["cpus"] == 2
    now = operator.tasks()
    assert now["node2"] == [] and {**now, "node2": tasks["node2"]} == tasks
    # Back to the usual policy: nothing that an agent has to recover from.
    assert operator.play(mesos_master_flags=MASTER_FLAGS).status == 0
    settled = operator.play(mesos_master_flags=MASTER_FLAGS)
    assert settled.status == 0 and settled.changed == 0, settled.text
    # What is installed is not asked of a repository.
    assert "Install libraries" not in settled.text


def test_another_master_leads_when_the_leading_one_dies(operator, workload):
    tasks, leader = operator.tasks(), operator.leader()
    operator.on(leader, "sudo systemctl kill -s KILL mesos-master")
    operator.leader(other_than=leader)
    eventually(lambda: sorted(operator.agents()) == ["node1", "node2", "node3"]
               and all(agent["active"] for agent in operator.agents().values()), "all agents back", 60)
    assert operator.tasks() == tasks
    eventually(lambda: operator.process(leader, "master"), "the killed master is started again", 30)


def keepers(operator):
    """Who may change what the masters keep in ZooKeeper, by node."""
    client = KazooClient(hosts=f"{operator.addresses['node1']}:2181")
    client.start(timeout=20)
    try:
        nodes = ["/mesos", *(f"/mesos/{name}" for name in client.get_children("/mesos"))]
        lists = {node: client.get_acls(node)[0] for node in nodes}
    finally:
        client.stop()
        client.close()
    return {node: sorted(entry.id.scheme for entry in entries if entry.perms != READ) for node, entries in lists.items()}


def test_authentication_is_turned_on_while_tasks_run(operator, workload):
    tasks = operator.tasks()
    assert set(map(tuple, keepers(operator).values())) == {("world",)}
    extra = {
        "mesos_master_flags": MASTER_FLAGS,
        # The masters have a login in ZooKeeper, and close their tree there.
        "mesos_zookeeper_password": "keeper-9f2c",
        "mesos_credentials": {"agent": "one secret", "reader": 'an"other $ecret'},
        "mesos_acls": {"permissive": True, "teardown_frameworks": [
            {"principals": {"values": ["reader"]}, "framework_principals": {"type": "NONE"}}]},
    }
    run = operator.play("--diff", **extra)
    assert run.status == 0, run.text
    assert "one secret" not in run.text and "$ecret" not in run.text and "keeper-9f2c" not in run.text
    operator.headers = basic("reader", 'an"other $ecret')
    for host, port in ((operator.leader(), 5050), ("node1", 5051)):
        assert call(f"{operator.addresses[host]}:{port}", "/state")[0] == 401
    assert all(agent["active"] for agent in operator.agents().values()) and len(operator.agents()) == 3
    for name, owner in (("master-credentials.json", "mesos"), ("acls.json", "mesos"), ("agent-credential.json", "root"), ("master-zookeeper", "mesos")):
        assert operator.on("node1", f"sudo stat -c '%U %a' /etc/mesos/{name}") == f"{owner} 600"
    assert set(map(tuple, keepers(operator).values())) == {("digest",)}
    assert operator.get(operator.leader(), "/flags")["flags"]["zk"] == "/etc/mesos/master-zookeeper"
    assert operator.on("node1", "ps -e -o args= | grep -c '[k]eeper-9f2c' || true") == "0"
    assert operator.on("node1", "sudo journalctl -u mesos-master -u mesos-agent | grep -c 'keeper-9f2c' || true") == "0"
    assert operator.tasks() == tasks
    again = operator.play(**extra)
    assert again.status == 0 and again.changed == 0, again.text


def test_the_operators_secret_changes_with_the_leader_last(operator, workload):
    tasks, leader = operator.tasks(), operator.leader()
    given = {"mesos_master_flags": MASTER_FLAGS, "mesos_credentials": {"agent": "another secret", "reader": 'an"other $ecret'}}
    refused(operator.play(**given), "The masters would be nobody in ZooKeeper", "run once with mesos_zookeeper_acl set to open")
    run = operator.play(mesos_zookeeper_password="keeper-9f2c", mesos_zookeeper_acl="open", **given)
    assert run.status == 0, run.text
    masters = re.findall(r"Restart the master on (\w+)", run.text)
    assert sorted(masters) == ["node1", "node2", "node3"] and masters[-1] == leader
    assert all(agent["active"] for agent in operator.agents().values()) and len(operator.agents()) == 3
    assert operator.tasks() == tasks
