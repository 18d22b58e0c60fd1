# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the files of HDFS have when ZooKeeper has TLS and users: those of the failover controllers, and of nobody else."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import ROLES, RoleValues

ALL = ["n1", "n2", "n3"]
ONE = {"zookeeper": ALL, "hdfs_namenode": ["n1", "n2"], "hdfs_journalnode": ALL, "hdfs_datanode": ALL}
SECURE = {"zookeeper_tls": True, "zookeeper_users": {"hdfs": "horse", "flink": "f"}}
LOGIN = "/etc/hadoop/zookeeper-login.conf"
CONTROLLER = "hdfs-zkfc.service"


def tasks(name):
    return yaml.safe_load((ROLES / "hdfs" / "tasks" / name).read_text(encoding="utf-8"))


def values(groups=None, **options):
    looked = {"exists": {}, "missing_packages": []}
    return RoleValues("hdfs", groups or ONE, **{
        "ansible_facts": {"os_family": "Debian"}, "ansible_play_batch": ALL, "ansible_managed": "made", "hdfs_preflight": looked, **options})  # fmt: skip


def test_the_failover_controller_comes_by_tls_as_a_user():
    role = values(**SECURE)
    assert {"-Dzookeeper.client.secure=true", f"-Djava.security.auth.login.config={LOGIN}"} <= set(role.value("__hdfs_zkfc_options"))
    assert role.value("__hdfs_zkfc_arguments") == "-D ha.zookeeper.acl=sasl:hdfs:rwcda"
    (login,) = [one for one in role.value("__hdfs_zookeeper_files") if one["when"]]
    assert 'password="horse"' in login["content"] and login["secret"] is True and (login["mode"], login["group"]) == ("0640", "hdfs")
    watched = {unit["name"]: unit["watch"] for unit in role.value("__hdfs_wanted_units")}
    assert {LOGIN, "/etc/hadoop/zookeeper-tls/keystore.pem"} <= set(watched[CONTROLLER]) and LOGIN not in watched["hdfs-namenode.service"]
    command = role.text("hdfs.j2")
    assert 'set -- -D ha.zookeeper.acl=sasl:hdfs:rwcda "$@"' in command and "  ${zookeeper:-} \\\n" in command
    assert role.value("__hdfs_election_closes") is True and role.value("__hdfs_election_opens") is False


@pytest.mark.parametrize(("options", "opens"), [({}, False), ({**SECURE, "hdfs_zookeeper_tls": False}, True)])
def test_in_clear_there_is_nothing_of_it(options, opens):
    role = values(**options)
    assert (role.value("__hdfs_zkfc_options"), role.value("__hdfs_zkfc_arguments")) == ([], "") and "zookeeper" not in role.text("hdfs.j2")
    assert [one for one in role.value("__hdfs_zookeeper_files") if one["when"]] == [{"path": LOGIN, "state": "absent", "when": True}]
    assert role.value("__hdfs_election_closes") is False and role.value("__hdfs_election_opens") is opens


def test_what_was_judged_counts():
    role = values(hdfs_preflight={"named_in_zookeeper": False}, **SECURE)
    assert role.value("__hdfs_zookeeper") == {**values().value("__hdfs_zookeeper")} and role.value("__hdfs_zookeeper.user") == ""


def test_the_election_is_closed_only_when_all_controllers_are_in_the_run():
    assert values(ansible_play_batch=["n1", "n3"], **SECURE).value("__hdfs_election_closes") is False
    assert values(ansible_check_mode=True, **SECURE).value("__hdfs_election_closes") is False


@pytest.mark.parametrize(("hosts", "asks"), [(["n3"], False), (["n1", "n3"], True)])
def test_a_run_without_a_namenode_asks_for_no_place_for_the_election(hosts, asks):
    role = values({**ONE, "hdfs_namenode": ["n2", "n1"]}, ansible_play_batch=hosts, **{**SECURE, "hdfs_zookeeper_tls": False})
    assert role.value("__hdfs_lacks_election") is asks
    (restart,) = [task for task in tasks("restart.yml") if task.get("ansible.builtin.import_tasks") == "election.yml"]
    assert role.value(restart["when"]) is asks


def test_one_namenode_needs_no_zookeeper():
    role = values({**ONE, "hdfs_namenode": ["n1"], "hdfs_journalnode": []}, **SECURE)
    assert role.value("__hdfs_is_user") is False and "zookeeper" not in role.text("hdfs.j2")


def test_a_certificate_is_left_when_the_controllers_call_in_clear():
    looked = {"exists": {"/etc/hadoop/zookeeper-tls/certificate.pem": True}, "missing_packages": []}
    assert values(hdfs_preflight=looked).value("__hdfs_certificate_left") is True
    assert values(hdfs_preflight=looked, **SECURE).value("__hdfs_certificate_left") is False
