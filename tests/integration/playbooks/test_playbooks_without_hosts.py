# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks say of an inventory and of hosts that do not answer; no host is needed for that."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.playbook import ROOT, play

#: Nothing listens on this port.
NOBODY = {"ansible_host": "127.0.0.1", "ansible_port": 1}


@pytest.fixture
def inventory(tmp_path: Path):
    """Three members of ZooKeeper, two of which are Flink as well; none answers."""
    groups = {"zookeeper": ["n1", "n2", "n3"], "flink_jobmanager": ["n1"], "flink_taskmanager": ["n2"]}
    hosts = {name: NOBODY for name in groups["zookeeper"]}
    children = {group: {"hosts": {name: {} for name in members}} for group, members in groups.items()}
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps({"all": {"hosts": hosts, "children": children, "vars": {"flink_cluster_manager": "standalone"}}}))
    return [str(path)]


@pytest.mark.parametrize("oldest", [False, True], ids=["newest-core", "oldest-core"])
@pytest.mark.parametrize("limit, asked", [((), 8), (("--limit", "n2"), 3)], ids=["all", "one"])
def test_what_does_not_work_is_in_the_status_of_verify_wherever_it_runs(inventory, limit, asked, oldest):
    """A line of ZooKeeper, one of Flink where it is, and one of the firewall."""
    run = play("playbooks/verify.yml", *limit, inventory=inventory, timeout=60, oldest=oldest)
    assert run.status == 2 and f"{asked} of 8 are not ok" in run.flat and run.text.count(" DOWN ") == asked, run.text


@pytest.fixture
def silent(tmp_path: Path) -> dict:
    """A host behind a connection that is open, and on which nothing comes back any more."""
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\ncase "$*" in *192.0.2.1*) exec sleep 300 ;; esac\n')
    ssh.chmod(0o755)
    return {"ansible_host": "192.0.2.1", "ansible_ssh_executable": str(ssh)}


def written(directory: Path, groups: dict, hosts: dict) -> list[str]:
    children = {group: {"hosts": {name: {} for name in members}} for group, members in groups.items()}
    path = directory / "inventory.json"
    path.write_text(json.dumps({"all": {"hosts": hosts, "children": children}}))
    return [str(path)]


def test_verify_does_not_wait_for_a_silent_host(tmp_path, silent):
    inventory = written(tmp_path, {"zookeeper": ["n1", "n2"]}, {"n1": NOBODY, "n2": silent})
    run = play("playbooks/verify.yml", inventory=inventory, timeout=90)
    assert run.status == 2 and run.text.count(" DOWN ") == 4 and "the host is silent: no answer within 30 s" in run.flat, run.text
    assert run.seconds < 60


#: What a layer's playbook does first, and a second play, for which it says who is left.
AFTER_REACH = f"""
- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - ansible.builtin.include_tasks: {ROOT}/playbooks/tasks/reach.yml
- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - ansible.builtin.debug:
        msg: "{{{{ ansible_play_batch | sort | join(' and ') }}}} are in the run, {{{{ hostvars.n3.verify_reached | default('nothing') }}}} is noted of n3"
      run_once: true
"""
HERE = {"ansible_connection": "local"}


@pytest.mark.parametrize("oldest", [False, True], ids=["newest-core", "oldest-core"])
@pytest.mark.parametrize(
    "group, goes_on, words",
    [
        pytest.param("hdfs_datanode", True, "n1 and n2 are in the run, False is noted of n3", id="a-worker"),
        pytest.param("zookeeper", False, "and it is in zookeeper: power it on or mend its network", id="a-member-of-a-quorum"),
    ],
)
def test_a_worker_that_is_off_is_left_out_and_a_member_of_a_quorum_stops_the_run(tmp_path, group, goes_on, words, oldest):
    groups = {"zookeeper": ["n1"], "hdfs_datanode": ["n2"]}
    groups[group].append("n3")
    playbook = tmp_path / "play.yml"
    playbook.write_text(AFTER_REACH)
    run = play(str(playbook), inventory=written(tmp_path, groups, {"n1": HERE, "n2": HERE, "n3": NOBODY}), timeout=60, oldest=oldest)
    # Where tasks fail as well, it depends on the version which of the two is told.
    assert run.status in ((4,) if goes_on else (2, 4)) and words in run.flat and run.recap["n3"]["unreachable"] == 1, run.text
    assert (" are in the run" in run.flat) == goes_on


@pytest.mark.parametrize("oldest", [False, True], ids=["newest-core", "oldest-core"])
def test_a_worker_that_is_silent_under_sudo_is_left_out(tmp_path, silent, oldest):
    playbook = tmp_path / "play.yml"
    playbook.write_text(AFTER_REACH)
    hosts = {"n1": HERE, "n2": HERE, "n3": {**silent, "ansible_user": "ops", "ansible_become": True}}
    run = play(str(playbook), inventory=written(tmp_path, {"hdfs_datanode": ["n1", "n2", "n3"]}, hosts), timeout=90, oldest=oldest)
    assert run.status == 4 and "the host is silent: " in run.flat and "n1 and n2 are in the run, False is noted of n3" in run.flat, run.text


def test_a_host_that_answers_and_cannot_be_used_stops_the_run(tmp_path):
    playbook = tmp_path / "play.yml"
    playbook.write_text(AFTER_REACH)
    hosts = {"n1": HERE, "n2": HERE, "n3": {**HERE, "ansible_python_interpreter": "/no/such/python"}}
    run = play(str(playbook), inventory=written(tmp_path, {"hdfs_datanode": ["n1", "n2", "n3"]}, hosts), timeout=60)
    assert run.status == 2 and "n3 answers, and nothing can be done on it" in run.flat and " are in the run" not in run.flat, run.text


PLAYS = [
    pytest.param(declared, id=f"{path.stem}-{number}")
    for path in sorted((ROOT / "playbooks").glob("*.yml"))
    for number, declared in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")))
    if declared.get("hosts", "localhost") != "localhost"
]


@pytest.mark.parametrize("declared", PLAYS)
def test_no_setting_makes_hosts_restart_side_by_side(declared):
    """`strategy = free` in an ansible.cfg would let every host go ahead by itself, and `run_once` mean nothing."""
    assert declared["strategy"] == "ansible.builtin.linear"


LAYERS = {
    "kerberos": ["kdc"], "zookeeper": ["zookeeper"], "hdfs": ["hdfs_namenode", "hdfs_datanode"], "mesos": ["mesos_master"], "marathon": ["marathon"],
    "flink": ["flink_jobmanager", "flink_taskmanager"],
}


def one_host(directory: Path, layer: str, **variables):
    """An inventory of this host alone, in the groups of one layer; nothing of it is looked at but which system it is."""
    variables = {"ansible_connection": "local", "flink_cluster_manager": "standalone", **variables}
    path = directory / "inventory.json"
    path.write_text(json.dumps({"all": {"hosts": {"n1": variables}, "children": {group: {"hosts": {"n1": {}}} for group in LAYERS[layer]}}}))
    return [str(path)]


@pytest.mark.parametrize(
    "layer, oldest", [("kerberos", False), ("zookeeper", False), ("hdfs", False), ("mesos", False), ("marathon", False), ("flink", False), ("zookeeper", True)])
def test_arguments_of_every_layer_are_validated_before_any_is_touched(tmp_path, layer, oldest):
    """By site.yml's first play."""
    inventory = one_host(tmp_path, layer, **{f"{layer}_teardown_data": "perhaps"})
    for playbook in ("preflight", layer):
        run = play(f"playbooks/{playbook}.yml", "--check", inventory=inventory, timeout=60, oldest=oldest)
        # By ansible-core 2.16 the sentence is quoted once more.
        assert run.status == 2 and f"argument '{layer}_teardown_data' is of type" in run.flat.replace("''", "'"), run.text
        # The file with the judgement, and the judgement.
        assert run.changed == 0 and len(re.findall(r"TASK \[baremetal\.flink\.", run.text)) <= 2, run.text


@pytest.mark.parametrize("layer, oldest", [("hdfs", False), ("mesos", False), ("marathon", False), ("flink", False), ("flink", True)])
def test_layers_that_listen_on_ipv4_refuse_another_address(tmp_path, layer, oldest):
    elsewhere = {"mesos_zookeeper_url": "zk://z:2181/mesos", "marathon_zookeeper_url": "zk://z:2181/marathon", "marathon_master_url": "zk://z:2181/mesos"}
    archives = {"mesos_archive_path": "/srv/mesos.tgz", "marathon_archive_path": "/srv/marathon.tgz"}
    inventory = one_host(tmp_path, layer, ansible_host="fd00::1", **elsewhere, **archives)
    run = play("playbooks/preflight.yml", "--check", inventory=inventory, timeout=60, oldest=oldest)
    assert run.status == 2 and "ansible_host of host n1 is fd00::1, an IPv6 address" in run.flat and f"set {layer}_address" in run.flat, run.text


def test_an_audit_fails_for_hosts_that_it_could_not_try_and_becomes_nobody_on_the_controller(tmp_path):
    """Also where the inventory has all hosts become somebody, by a program that the controller lacks."""
    inventory = written(tmp_path, {"zookeeper": ["n1", "n2"], "security_outsiders": ["desk"]}, dict.fromkeys(("n1", "n2", "desk"), NOBODY))
    (tmp_path / "group_vars").mkdir()
    # What all hosts have is what the controller has, too.
    (tmp_path / "group_vars" / "all.yml").write_text(json.dumps({
        "flink_cluster_manager": "standalone", "ansible_become": True, "ansible_become_user": "nobody", "ansible_become_exe": "/nowhere/sudo",
    }))
    run = play("playbooks/audit.yml", "--limit", "n1,desk", inventory=inventory, timeout=90)
    assert run.status == 2 and "Not tried: n1, desk; make them reachable, or leave them out with --limit." in run.flat, run.text
    assert "HOST WHAT WHO STATE WHAT IT GOT, OR IS" in run.flat and run.text.count("FAILED!") == 1, run.text
