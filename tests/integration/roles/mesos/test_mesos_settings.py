# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from pathlib import Path

import pytest

MOUNTS = {"v1": "cgroup /sys/fs/cgroup/x cgroup rw,freezer,cpu,cpuacct,memory 0 0", "v2": "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0"}
GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1", "n2", "n3"], "mesos_agent": ["n1"]}


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on a host with control groups of some version."""

    def run(names=(), mounts="v2", groups=None, templates=(), seen=None, **variables):
        looked = {"n1": {"mesos_preflight": {"contents": {"/proc/mounts": MOUNTS[mounts]}, "exists": {}, "links": {}, **(seen or {})}}}
        more = {"mesos_archive_path": "/srv/mesos.tgz", **variables}
        return render("mesos", names, templates, {**GROUPS, **(groups or {})}, looked, **more)

    return run


def test_flags_follow_groups_host_and_the_users_own(role):
    found = role(["mesos_master_all_flags", "mesos_agent_all_flags", "mesos_faults", "mesos_identity", "mesos_gone_secrets", "mesos_host_faults"],
                 mounts="v1", mesos_agent_resources={"cpus": 4}, mesos_launcher="linux",
                 mesos_agent_flags={"resources": "cpus:5", "gc_delay": "2days"})
    assert found["mesos_faults"] == [] == found["mesos_host_faults"]
    master, agent = found["mesos_master_all_flags"], found["mesos_agent_all_flags"]
    assert (str(master["quorum"]), master["ip"], master["zk"]) == ("2", "192.0.2.1", "zk://192.0.2.1:2181/mesos")
    assert (agent["launcher"], agent["isolation"], agent["reconfiguration_policy"]) == ("linux", "cgroups/cpu,cgroups/mem", "equal")
    assert agent["launcher_dir"] == "/opt/mesos/libexec/mesos" and master["webui_dir"] == "/opt/mesos/share/mesos/webui"
    # What an agent is compared by.
    assert found["mesos_identity"] == {"MESOS_HOSTNAME": "192.0.2.1", "MESOS_PORT": "5051", "MESOS_RESOURCES": "cpus:5"}
    assert len(found["mesos_gone_secrets"]) == 4


def test_packages_bring_their_own_directories_and_units(role):
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    found = role(["mesos_master_all_flags", "mesos_programs", "mesos_files", "mesos_repository_entries", "mesos_needed_packages"],
                 mesos_source="package", mesos_repository="https://r.example/debian bookworm main", mesos_repository_key=key)
    assert "webui_dir" not in found["mesos_master_all_flags"]
    assert found["mesos_programs"][0] == "/usr/sbin/mesos-master" and found["mesos_needed_packages"][-1] == "aventer-mesos"
    assert {"path": "/etc/systemd/system/mesos-slave.service", "link": "/dev/null"} in found["mesos_files"]
    repository, keyring = found["mesos_repository_entries"]
    assert repository["content"] == "deb [signed-by=/etc/apt/keyrings/mesos.asc] https://r.example/debian bookworm main\n"
    assert keyring == {"path": "/etc/apt/keyrings/mesos.asc", "content": key}


def test_credentials_turn_authentication_on_everywhere(role):
    found = role(["mesos_master_all_flags", "mesos_agent_all_flags", "mesos_written_secrets", "mesos_gone_secrets", "mesos_faults"],
                 mesos_credentials={"marathon": "m", "agent": "a"}, mesos_acls={"permissive": False})
    master, agent = found["mesos_master_all_flags"], found["mesos_agent_all_flags"]
    for flag in ("authenticate_frameworks", "authenticate_agents", "authenticate_http_readonly", "authenticate_http_readwrite"):
        assert master[flag] is True
    assert master["acls"] == "file:///etc/mesos/acls.json" and agent["credential"] == "/etc/mesos/agent-credential.json"
    secrets = {Path(entry["path"]).name: entry for entry in found["mesos_written_secrets"]}
    assert secrets["agent-credential.json"]["content"] == {"principal": "agent", "secret": "a"}
    assert secrets["master-credentials.json"]["content"] == {
        "credentials": [{"principal": "agent", "secret": "a"}, {"principal": "marathon", "secret": "m"}]}
    assert {entry["mode"] for entry in secrets.values()} == {"0600"} and found["mesos_gone_secrets"] == [] == found["mesos_faults"]


@pytest.mark.parametrize("agent, pending", [
    ({"active": "active", "stale": False}, 0), ({"active": "active", "stale": True}, 1), ({"active": "inactive", "stale": False}, 1),
])
def test_a_daemon_that_a_host_is_not_meant_to_have_is_never_pending(role, agent, pending):
    state = {"units": {"mesos-agent.service": agent, "mesos-master.service": {"active": "inactive", "stale": False}}}
    found = role(["mesos_own_pending", "mesos_units_gone"], groups={"mesos_master": ["n2"]}, mesos_state=state)
    assert found["mesos_units_gone"] == ["mesos-master.service"] and len(found["mesos_own_pending"]) == pending


def test_what_the_users_flags_need_of_the_host(role):
    found = role(["mesos_needs"], mesos_isolation="docker/volume", mesos_agent_flags={"containerizers": ["docker", "mesos"]},
                 mesos_master_flags={"modules": "file:///etc/mesos/modules.json"})
    assert [need["name"] for need in found["mesos_needs"]] == [
        "/etc/mesos/modules.json", "docker", "/var/run/docker.sock", "/proc/mounts", "dvdcli"]
    assert role(["mesos_needs"])["mesos_needs"] == []


@pytest.mark.parametrize(
    "variables, sentences",
    [
        (
            {
                "mesos_archive_path": "",
                "mesos_archive_url": "http://mirror.example/mesos.tgz",
                "mesos_repository_key": "k",
                "mesos_credentials": {"ops": "x"},
                "mesos_master_flags": {"quorum": 1},
                "mesos_agent_flags": {"port": 1, "gc_delai": "1days"},
                "mesos_agent_resources": {"cpus": "many"},
            },
            [
                "nobody publishes archives of Mesos any more",
                "mesos_repository_key is set and mesos_repository is not",
                'mesos_credentials has no secret for the principal "": add it',
                "mesos_master_flags: quorum is 1",
                "set mesos_agent_port instead of the flag",
                "did you mean gc_delay?",
                "mesos_agent_resources, mesos_agent_attributes or mesos_agent_ports: resources",
            ],
        ),
        (
            {"mesos_agent_flags": {"launcher": "linux", "image_providers": "docker"}},
            ["launcher of mesos_agent_flags is linux, and this host has no control groups",
             "The agent would not start: image_providers needs the isolator filesystem/linux"],
        ),
        (
            {"mesos_isolation": "cgroups/cpu,cgroups/mem"},
            ["The agent would not start: isolation has cgroups/cpu, cgroups/mem, which the launcher linux alone can do"],
        ),
        (
            {"mesos_acls": {"permissive": False}, "mesos_launcher": "linux"},
            ["mesos_acls need mesos_credentials", "mesos_launcher is linux, and this host has no control groups of version 1"],
        ),
    ],
)
def test_what_cannot_work_is_said(role, variables, sentences):
    found = role(["mesos_faults", "mesos_host_faults"], **variables)
    text = " ".join(found["mesos_faults"] + found["mesos_host_faults"])
    for sentence in sentences:
        assert sentence in text


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
    assert "\nRuntimeDirectory=mesos-master\nExecStartPre=/bin/sh -c 'echo \"$$MESOS_PORT\" > /run/mesos-master/port'\n" in master


def test_masters_are_asked_on_the_port_that_they_were_started_with(render):
    looked = {"contents": {"/run/mesos-master/port": "5050\n"}, "exists": {}}
    found = render("mesos", ["mesos_server_before", "mesos_host_of_server", "mesos_servers"], groups=GROUPS,
                   hosts={"n1": {"mesos_preflight": looked}}, mesos_master_port=5060)
    assert found["mesos_server_before"] == {"n1": "192.0.2.1:5050", "n2": "192.0.2.2:5060", "n3": "192.0.2.3:5060"}
    assert found["mesos_host_of_server"]["192.0.2.1:5050"] == "n1"
    assert found["mesos_servers"][0] == "192.0.2.1:5060"


@pytest.mark.parametrize(
    ("master", "agent", "held", "faults", "problems"),
    [
        (None, None, [], 0, 0),
        ("/var/lib/mesos/master", "/var/lib/mesos/agent", [], 0, 0),
        ("/srv/master", "/srv/agent", [], 1, 1),
        # The operator has moved them.
        ("/srv/master", "/srv/agent", ["/var/lib/mesos/master/replicated_log/*", "/var/lib/mesos/agent/meta/slaves/latest"], 0, 0),
    ],
)
def test_work_directories_do_not_move_unnoticed(role, master, agent, held, faults, problems):
    seen = {"links": {"/etc/mesos/master-work-dir": master, "/etc/mesos/agent-work-dir": agent}, "exists": dict.fromkeys(held, True)}
    found = role(["mesos_host_faults", "mesos_agent_differs", "mesos_agent_problems"], seen=seen)
    assert len(found["mesos_host_faults"]) == faults and len(found["mesos_agent_problems"]) == problems
    if problems:
        assert found["mesos_agent_differs"] and "moves from /srv/agent to /var/lib/mesos/agent" in found["mesos_agent_problems"][0]
        assert "mesos_master_work_dir moves from /srv/master to /var/lib/mesos/master, where n1 has no registry" in found["mesos_host_faults"][0]
        reset = role(["mesos_host_faults"], seen=seen, mesos_allow_registry_reset=True)
        assert reset["mesos_host_faults"] == []


def test_the_daemons_environment_is_a_file_for_root(role):
    given = {"https_proxy": "http://u:p@x", "LIBPROCESS_NUM_WORKER_THREADS": 8, "NO": None}
    found = role(["mesos_environment_entry", "mesos_master_unit", "mesos_agent_unit", "mesos_faults"],
                 templates=["mesos-agent.service.j2", "mesos-master.service.j2"], mesos_environment=given)
    assert found["mesos_environment_entry"] == {
        "path": "/etc/mesos/environment", "content": 'LIBPROCESS_NUM_WORKER_THREADS="8"\nhttps_proxy="http://u:p@x"\n', "mode": "0600", "secret": True}
    assert "/etc/mesos/environment" in found["mesos_master_unit"]["watch"] and "/etc/mesos/environment" in found["mesos_agent_unit"]["watch"]
    for daemon in ("agent", "master"):
        assert f"\nEnvironmentFile=/etc/mesos/{daemon}.env\nEnvironmentFile=/etc/mesos/environment\n" in found[f"mesos-{daemon}.service.j2"]
    without = role(["mesos_environment_entry", "mesos_agent_unit"], templates=["mesos-agent.service.j2"])
    assert without["mesos_environment_entry"]["state"] == "absent" and "/etc/mesos/environment" not in without["mesos_agent_unit"]["watch"]
    assert "/etc/mesos/environment" not in without["mesos-agent.service.j2"]


def test_what_could_not_be_written_is_said(role):
    text = " ".join(role(["mesos_faults"], mesos_environment={"MESOS_PORT": 1, "a-b": "x"}, mesos_agent_work_dir="/my disk",
                         mesos_agent_flags={"isolation": [{"a": 1}]})["mesos_faults"])
    for sentence in ("MESOS_PORT is the role's own: set mesos_master_flags or mesos_agent_flags instead.", "a-b is no name",
                     "mesos_agent_work_dir is '/my disk'", "mesos_agent_flags: isolation is a list that has"):
        assert sentence in text
