# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos import preflight
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.run import STARTED_PORT

GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1", "n2", "n3"], "mesos_agent": ["n1"]}
FLAGS = {"master": {"quorum": 2}, "agent": {"port": 5051, "resources": {"ports": "[31000-32000]", "cpus": 4}}}


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on a host that was judged."""

    def run(names=(), groups=None, templates=(), **variables):
        looked = {"n1": {"mesos_preflight": {"flags": FLAGS, "exists": {}, "contents": {}, "links": {}, "agent": {"noted": True}}}}
        more = {"mesos_archive_path": "/srv/mesos.tgz", **variables}
        return render("mesos", names, templates, {**GROUPS, **(groups or {})}, looked, **more)

    return run


def by_path(entries):
    return {entry["path"]: entry for entry in entries}


def test_the_files_of_daemons_follow_the_groups_and_the_users_flags(role):
    found = role(["__mesos_files", "__mesos_programs", "__mesos_units", "__mesos_units_gone", "__mesos_identity_file", "__mesos_agent_mark"],
                 mesos_agent_flags={"resources": "cpus:5", "gc_delay": "2days"})
    files = by_path(found["__mesos_files"])
    assert files["/etc/mesos/master.env"]["vars"] == {"mesos_variables": {"MESOS_QUORUM": "2", "MESOS_ZK": "zk://192.0.2.1:2181/mesos"}}
    assert files["/etc/mesos/agent.env"]["vars"]["mesos_variables"] == {
        "MESOS_GC_DELAY": "2days", "MESOS_MASTER": "zk://192.0.2.1:2181/mesos", "MESOS_PORT": "5051", "MESOS_RESOURCES": "cpus:5"}
    assert found["__mesos_programs"] == ["/opt/mesos/sbin/mesos-master", "/opt/mesos/sbin/mesos-agent", "/opt/mesos/libexec/mesos/mesos-executor"]
    assert [unit["name"] for unit in found["__mesos_units"]] == ["mesos-master.service", "mesos-agent.service"] and found["__mesos_units_gone"] == []
    # What the judgement looks at is what the role writes.
    assert files[preflight.MASTER_LINK]["link"] == "/var/lib/mesos/master"
    assert found["__mesos_identity_file"] == "/var/lib/mesos/agent/last-start.json" and found["__mesos_agent_mark"] == "/var/lib/mesos/agent/meta/slaves/latest"
    assert [path for path in files if path.endswith(".json")] == [
        f"/etc/mesos/{name}.json" for name in ("master-credentials", "acls", "agent-acls", "agent-credential", "agent-credentials")]
    assert {entry["state"] for path, entry in files.items() if path.endswith(".json")} == {"absent"}


def test_a_daemon_that_a_host_is_not_meant_to_have_goes(role):
    found = role(["__mesos_files", "__mesos_units", "__mesos_units_gone"], groups={"mesos_master": ["n2"]})
    assert [unit["name"] for unit in found["__mesos_units"]] == ["mesos-agent.service"]
    assert found["__mesos_units_gone"] == [{"name": "mesos-master.service", "state": "absent"}]
    assert "/etc/mesos/master.env" not in by_path(found["__mesos_files"])


def test_packages_bring_their_own_directories_and_units(role):
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    found = role(["__mesos_programs", "__mesos_files", "__mesos_repository_entries"], templates=["mesos-agent.service.j2"],
                 mesos_source="package", mesos_repository="https://r.example/debian bookworm main", mesos_repository_key=key)
    assert found["__mesos_programs"][0] == "/usr/sbin/mesos-master" and "\nExecStart=/usr/sbin/mesos-agent\n" in found["mesos-agent.service.j2"]
    assert {"path": "/etc/systemd/system/mesos-slave.service", "link": "/dev/null"} in found["__mesos_files"]
    without = role(["__mesos_repository_entries"], mesos_source="package", mesos_repository="https://r.example/debian bookworm main")
    assert [entry["content"] for entry in without["__mesos_repository_entries"]] == ["deb https://r.example/debian bookworm main\n"]
    repository, keyring = found["__mesos_repository_entries"]
    assert repository["content"] == "deb [signed-by=/etc/apt/keyrings/mesos.asc] https://r.example/debian bookworm main\n"
    assert keyring == {"path": "/etc/apt/keyrings/mesos.asc", "content": key}


def test_credentials_are_written_for_the_daemons_alone(role):
    found = role(["__mesos_secrets", "__mesos_files", "__mesos_username", "__mesos_password", "__mesos_units"],
                 mesos_credentials={"marathon": "m", "agent": "a"}, mesos_acls={"permissive": False}, mesos_agent_acls={"permissive": False})
    secrets = {Path(entry["path"]).name: entry for entry in found["__mesos_secrets"]}
    assert secrets["agent-credential.json"]["content"] == {"principal": "agent", "secret": "a"}
    assert secrets["master-credentials.json"]["content"] == {
        "credentials": [{"principal": "agent", "secret": "a"}, {"principal": "marathon", "secret": "m"}]}
    assert {entry["mode"] for entry in secrets.values()} == {"0600"} and len(secrets) == 5
    assert not [entry for entry in found["__mesos_files"] if entry.get("state") == "absent" and entry["path"].endswith(".json")]
    assert (found["__mesos_username"], found["__mesos_password"]) == ("agent", "a")
    master, agent = (unit["watch"] for unit in found["__mesos_units"])
    assert "/etc/mesos/acls.json" in master and "/etc/mesos/agent-credential.json" in agent


def test_files_are_as_systemd_reads_them(role):
    found = role([], templates=["environment.j2", "mesos-agent.service.j2", "mesos-master.service.j2"],
                 mesos_variables={"MESOS_B": 'a "b" \\ $c `d`', "MESOS_A": ""})
    assert found["environment.j2"].splitlines()[1:] == ['MESOS_A=""', 'MESOS_B="a \\"b\\" \\\\ \\$c \\`d\\`"']
    agent, master = found["mesos-agent.service.j2"], found["mesos-master.service.j2"]
    for line in ("KillMode=process", "Delegate=true", "OOMPolicy=continue", "EnvironmentFile=/etc/mesos/agent.env"):
        assert f"\n{line}\n" in agent
    # Tasks would inherit whatever confines their agent.
    assert not re.search(r"^(Private|Protect|User|NoNewPriv)", agent, re.M)
    assert "\nUser=mesos\n" in master and "\nReadWritePaths=/var/lib/mesos/master\n" in master
    assert f"\nRuntimeDirectory=mesos-master\nExecStartPre=/bin/sh -c 'echo \"$$MESOS_PORT\" > {STARTED_PORT}'\n" in master


def test_the_daemons_environment_is_a_file_for_root(role):
    given = {"https_proxy": "http://u:p@x", "LIBPROCESS_NUM_WORKER_THREADS": 8, "NO": None}
    found = role(["__mesos_files", "__mesos_units"], templates=["mesos-agent.service.j2", "mesos-master.service.j2"], mesos_environment=given)
    assert found["__mesos_files"][1] == {
        "path": "/etc/mesos/environment", "content": 'LIBPROCESS_NUM_WORKER_THREADS="8"\nhttps_proxy="http://u:p@x"\n', "mode": "0600", "secret": True}
    assert all("/etc/mesos/environment" in unit["watch"] for unit in found["__mesos_units"])
    for daemon in ("agent", "master"):
        assert f"\nEnvironmentFile=/etc/mesos/{daemon}.env\nEnvironmentFile=/etc/mesos/environment\n" in found[f"mesos-{daemon}.service.j2"]
    without = role(["__mesos_files", "__mesos_units"], templates=["mesos-agent.service.j2"])
    assert without["__mesos_files"][1]["state"] == "absent" and "/etc/mesos/environment" not in str(without["__mesos_units"])
    assert "/etc/mesos/environment" not in without["mesos-agent.service.j2"]


def test_what_goes_with_the_configuration(role):
    found = role(["__mesos_data"], mesos_agent_work_dir="/srv/agent")
    assert [entry["path"] for entry in found["__mesos_data"]] == ["/var/lib/mesos", "/var/lib/mesos/master", "/srv/agent"]
