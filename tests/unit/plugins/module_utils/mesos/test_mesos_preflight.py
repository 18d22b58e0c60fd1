# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of a host of Mesos before anything is touched, what is looked at there, and what its daemons are told."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.preflight import client, preflight
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.digest import zookeeper_digest

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

MOUNTS = {"v1": "cgroup /sys/fs/cgroup/x cgroup rw,freezer,cpu,cpuacct,memory 0 0", "v2": "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0"}
GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1", "n2", "n3"], "mesos_agent": ["n1"]}
LOG, MARK = "/var/lib/mesos/master/replicated_log/*", "/var/lib/mesos/agent/meta/slaves/latest"
NOTE = "/var/lib/mesos/agent/last-start.json"


def given(groups=None, facts=None, **options):
    secured = options.get("mesos_credentials")
    principal = "agent" if secured and "agent" in secured else ""
    options = {"mesos_zookeeper_url": "zk://192.0.2.1:2181/mesos", "mesos_zookeeper_password": "", "mesos_credentials": {}, "mesos_acls": {},
               "mesos_agent_acls": {}, **options}
    login = zookeeper_digest(options["mesos_zookeeper_url"], "mesos", options["mesos_zookeeper_password"], "creator", "mesos")
    return inventory("mesos", {**GROUPS, **(groups or {})}, facts=facts, **{
        "mesos_archive_path": "/srv/mesos.tgz", "mesos_agent_principal": principal, "mesos_operator_principal": principal,
        "__mesos_masters_outside": [], "__mesos_zookeeper": login, **options})


def judged(mounts="v2", seen=None, ipv4="192.0.2.1", **options):
    """The verdict over inventory and settings, or the one that follows from the host's answer."""
    verdict = preflight(given(**options))
    if verdict.faults:
        return verdict
    exists = {**dict.fromkeys(verdict.look["exists"], False), **(seen or {}).get("exists", {})}
    links, contents = ({**dict.fromkeys(verdict.look[kind]), **(seen or {}).get(kind, {})} for kind in ("links", "read"))
    return verdict.after({"own_ipv4": ipv4, "exists": exists, "links": links, "contents": {**contents, "/proc/mounts": MOUNTS[mounts]}})


def test_what_is_looked_at_on_the_host():
    look = preflight(given(mesos_libraries=["libssl3"], __mesos_account={"name": "m"})).look
    assert look == {
        "layer": "Mesos",
        "own_address": "192.0.2.1",
        "addresses": ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
        "disk": [{"path": "/var/lib/mesos/master", "free_mb": 512}, {"path": "/var/lib/mesos/agent", "free_mb": 512}],
        "ports": [{"port": 5050, "unit": "mesos-master.service"}, {"port": 5051, "unit": "mesos-agent.service"}],
        "exists": [LOG, MARK],
        "read": ["/proc/mounts", NOTE, "/run/mesos-master/port", "/etc/mesos/zookeeper-user", "/etc/mesos/zookeeper-closed"],
        "links": ["/etc/mesos/master-work-dir", "/etc/mesos/agent-work-dir"],
        "packages": ["python3-requests", "libapr1", "libcurl4", "libsasl2-2", "libsasl2-modules", "libsvn1", "zlib1g", "libssl3"],
        "programs": look["programs"],
        "needs": [],
        "account": {"name": "m"},
    }
    assert look["programs"]["mount"] == "mount"
    master = preflight(given(groups={"mesos_agent": ["n2"]})).look
    assert master["programs"] == {} and [port["port"] for port in master["ports"]] == [5050]


def test_a_client_has_the_software_alone():
    verdict = client(given(groups={"mesos_master": ["n2"], "mesos_agent": ["n2"]}, mesos_source="package", facts={"os_family": "RedHat"}))
    assert verdict.faults == [] and set(verdict.look) == {"layer", "packages"} and verdict.look["packages"][-1] == "mesos"
    assert "nobody publishes archives of Mesos any more" in client(given(mesos_archive_path="")).faults[0]


def test_flags_follow_groups_host_and_the_users_own():
    verdict = judged(mounts="v1", mesos_agent_resources={"cpus": 4}, mesos_launcher="linux", mesos_agent_flags={"resources": "cpus:5", "gc_delay": "2days"})
    assert verdict.faults == []
    master, agent = verdict.known["flags"]["master"], verdict.known["flags"]["agent"]
    assert master == {
        "ip": "192.0.2.1", "hostname": "192.0.2.1", "port": 5050, "quorum": 2, "work_dir": "/var/lib/mesos/master",
        "webui_dir": "/opt/mesos/share/mesos/webui"}
    assert agent == {
        "ip": "192.0.2.1", "hostname": "192.0.2.1", "port": 5051, "work_dir": "/var/lib/mesos/agent",
        "launcher_dir": "/opt/mesos/libexec/mesos", "launcher": "linux", "isolation": "cgroups/cpu,cgroups/mem", "systemd_enable_support": True,
        "resources": {"ports": "[31000-32000]", "cpus": 4}, "reconfiguration_policy": "equal"}
    # What an agent is compared by; the flags that users give and the URL are not in the result, as there may be secrets in them.
    assert verdict.known["agent"]["identity"] == {"MESOS_HOSTNAME": "192.0.2.1", "MESOS_PORT": "5051", "MESOS_RESOURCES": "cpus:5"}
    assert "gc_delay" not in str(verdict.known) and "zk://" not in str(verdict.known)


def test_packages_have_their_directories_compiled_in():
    verdict = judged(mesos_source="package", mesos_archive_path="")
    assert "webui_dir" not in verdict.known["flags"]["master"] and "launcher_dir" not in verdict.known["flags"]["agent"]
    assert preflight(given(mesos_source="package")).look["packages"][-1] == "aventer-mesos"
    assert preflight(given(mesos_source="package", mesos_packages=["mesos=1.11"])).look["packages"][-1] == "mesos=1.11"


def test_credentials_turn_authentication_on_everywhere():
    lists = {"permissive": False}
    known = judged(mesos_credentials={"marathon": "m", "agent": "a"}, mesos_acls=lists, mesos_agent_acls=lists).known["flags"]
    assert known["agent"]["acls"] == "file:///etc/mesos/agent-acls.json"
    for flag in ("authenticate_frameworks", "authenticate_agents", "authenticate_http_readonly", "authenticate_http_readwrite"):
        assert known["master"][flag] is True
    assert known["master"]["acls"] == "file:///etc/mesos/acls.json" and known["agent"]["credential"] == "/etc/mesos/agent-credential.json"


def test_what_the_users_flags_need_of_the_host():
    verdict = preflight(given(
        mesos_isolation="docker/volume", mesos_agent_flags={"containerizers": ["docker", "mesos"]},
        mesos_master_flags={"modules": "file:///etc/mesos/modules.json"}))
    assert [need["name"] for need in verdict.look["needs"]] == [
        "/etc/mesos/modules.json", "docker", "/var/run/docker.sock", "/proc/mounts", "dvdcli"]


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
        ({"mesos_acls": {"permissive": False}}, ["mesos_acls need mesos_credentials"]),
        ({"mesos_launcher": "linux"}, ["mesos_launcher is linux, and this host has no control groups of version 1"]),
        ({"groups": {"mesos_master": ["n2", "n3"], "mesos_agent": []}}, ["n1 is neither in mesos_master nor in mesos_agent", "has 2 hosts (n2, n3)"]),
        ({"ipv4": None}, ["192.0.2.1 has no IPv4 address on n1", "set mesos_address to an IPv4 address of this host"]),
        ({"mesos_agent_flags": None, "mesos_libraries": None}, ["mesos_libraries is null: leave it out", "mesos_agent_flags is null"]),
        (
            {"mesos_environment": {"MESOS_PORT": 1, "a-b": "x"}, "mesos_agent_work_dir": "/my disk", "mesos_agent_flags": {"isolation": [{"a": 1}]}},
            ["MESOS_PORT is the role's own: set mesos_master_flags or mesos_agent_flags instead.", "a-b is no name", "mesos_agent_work_dir is '/my disk'",
             "mesos_agent_flags: isolation is a list that has"],
        ),
    ],
)
def test_what_cannot_work_is_said(variables, sentences):
    text = " ".join(judged(**variables).faults)
    for sentence in sentences:
        assert sentence in text


@pytest.mark.parametrize(
    ("master", "agent", "held", "fault", "differs"),
    [
        (None, None, [], False, False),
        ("/var/lib/mesos/master", "/var/lib/mesos/agent", [], False, False),
        ("/srv/master", "/srv/agent", [], True, False),
        ("/var/lib/mesos/master", "/srv/agent", [], False, True),
        # The operator has moved them.
        ("/srv/master", "/srv/agent", [LOG, MARK], False, True),
    ],
)
def test_work_directories_do_not_move_unnoticed(master, agent, held, fault, differs):
    seen = {"links": {"/etc/mesos/master-work-dir": master, "/etc/mesos/agent-work-dir": agent}, "exists": dict.fromkeys(held, True)}
    verdict = judged(seen=seen)
    if fault:
        assert verdict.faults == [
            "mesos_master_work_dir moves from /srv/master to /var/lib/mesos/master, where n1 has no registry: stop mesos-master there, move the "
            "directory and run again, or take the change back."]
        verdict = judged(seen=seen, mesos_allow_registry_reset=True)
        assert verdict.faults == [] and verdict.known["agent"]["moved_from"] == "/srv/agent"
    else:
        assert verdict.faults == [] and verdict.known["agent"]["differs"] is differs and verdict.known["holds_registry"] is (LOG in held)


@pytest.mark.parametrize(
    ("note", "link", "differs", "noted"),
    [
        ('{"MESOS_HOSTNAME": "192.0.2.1", "MESOS_PORT": "5051", "MESOS_RESOURCES": "ports:[31000-32000]"}', "/var/lib/mesos/agent", False, True),
        ('{"MESOS_HOSTNAME": "192.0.2.1", "MESOS_PORT": "5051", "MESOS_RESOURCES": "ports:[31000-32000]"}', None, False, False),
        ('{"MESOS_HOSTNAME": "n1"}', "/var/lib/mesos/agent", True, False),
        # Cut short by a power loss.
        ('{"MESOS_HOST', "/var/lib/mesos/agent", True, False),
    ],
)
def test_an_agent_is_compared_with_what_it_was_last_started_with(note, link, differs, noted):
    agent = judged(seen={"read": {NOTE: note}, "links": {"/etc/mesos/agent-work-dir": link}, "exists": {MARK: True}}).known["agent"]
    assert (agent["differs"], agent["noted"]) == (differs, noted)
    # Without an identity of its own it has nothing to recover.
    fresh = judged(seen={"read": {NOTE: note}, "links": {"/etc/mesos/agent-work-dir": "/var/lib/mesos/agent"}}).known["agent"]
    assert fresh["differs"] is False


def test_masters_with_a_login_close_their_tree_and_agents_have_nothing_to_do_with_it():
    verdict = judged(mesos_zookeeper_password="hunter5")
    assert verdict.known["zookeeper"] == {"comes": True, "closes": True, "opens": False} and "hunter" not in str(verdict)
    assert "python3-kazoo" in preflight(given(mesos_zookeeper_password="hunter5")).look["packages"]
    assert "python3-kazoo" not in preflight(given()).look["packages"]
    agent = {"groups": {"mesos_master": ["n2"]}, "mesos_zookeeper_password": "hunter5"}
    assert "zookeeper" not in judged(**agent).known and "/etc/mesos/zookeeper-user" not in preflight(given(**agent)).look["read"]
    nobody = judged(seen={"read": {"/etc/mesos/zookeeper-closed": "mesos 1234\n"}})
    assert "run once with mesos_zookeeper_acl set to open" in nobody.faults[0]
