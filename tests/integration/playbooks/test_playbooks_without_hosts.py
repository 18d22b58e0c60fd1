# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks say of an inventory and of hosts that do not answer; no host is needed for that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
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
@pytest.mark.parametrize("limit, asked", [((), 5), (("--limit", "n2"), 2)], ids=["all", "one"])
def test_what_does_not_work_is_in_the_status_of_verify_wherever_it_runs(inventory, limit, asked, oldest):
    run = play("playbooks/verify.yml", *limit, inventory=inventory, timeout=60, oldest=oldest)
    assert run.status == 2 and f"{asked} of 5 are not ok" in run.flat and run.text.count(" DOWN ") == asked, run.text


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
    "zookeeper": ["zookeeper"], "hdfs": ["hdfs_namenode", "hdfs_datanode"], "mesos": ["mesos_master"], "marathon": ["marathon"],
    "flink": ["flink_jobmanager", "flink_taskmanager"],
}


def one_host(directory: Path, layer: str, **variables):
    """An inventory of this host alone, in the groups of one layer; nothing of it is looked at but which system it is."""
    variables = {"ansible_connection": "local", "flink_cluster_manager": "standalone", **variables}
    path = directory / "inventory.json"
    path.write_text(json.dumps({"all": {"hosts": {"n1": variables}, "children": {group: {"hosts": {"n1": {}}} for group in LAYERS[layer]}}}))
    return [str(path)]


@pytest.mark.parametrize(
    "layer, oldest", [("zookeeper", False), ("hdfs", False), ("mesos", False), ("marathon", False), ("flink", False), ("zookeeper", True)])
def test_arguments_of_every_layer_are_validated_before_any_is_touched(tmp_path, layer, oldest):
    """By site.yml's first play."""
    inventory = one_host(tmp_path, layer, **{f"{layer}_teardown_data": "perhaps"})
    for playbook in ("preflight", layer):
        run = play(f"playbooks/{playbook}.yml", "--check", inventory=inventory, timeout=60, oldest=oldest)
        assert run.status == 2 and f"argument '{layer}_teardown_data' is of type" in run.flat, run.text
        assert ": Judge " not in run.text and ": Install" not in run.text, run.text


@pytest.mark.parametrize("layer, oldest", [("hdfs", False), ("mesos", False), ("marathon", False), ("flink", False), ("flink", True)])
def test_layers_that_listen_on_ipv4_refuse_another_address(tmp_path, layer, oldest):
    elsewhere = {"mesos_zookeeper_url": "zk://z:2181/mesos", "marathon_zookeeper_url": "zk://z:2181/marathon", "marathon_master_url": "zk://z:2181/mesos"}
    archives = {"mesos_archive_path": "/srv/mesos.tgz", "marathon_archive_path": "/srv/marathon.tgz"}
    inventory = one_host(tmp_path, layer, ansible_host="fd00::1", **elsewhere, **archives)
    run = play("playbooks/preflight.yml", "--check", inventory=inventory, timeout=60, oldest=oldest)
    assert run.status == 2 and "ansible_host of host n1 is fd00::1, an IPv6 address" in run.flat and f"set {layer}_address" in run.flat, run.text
