# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags of Mesos; what a running master and agent said of theirs is in the recording."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.flags import mesos_environment, mesos_flag_problems, mesos_owned_faults

FIXTURE = Path(__file__).resolve().parents[4] / "fixtures" / "mesos_api.json"
CASES = {case["case"]: case["response"]["body"] for case in json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]}
MASTER = {"zk": "zk://a:2181,b:2181/mesos", "quorum": 2, "work_dir": "/var/lib/mesos"}
AGENT = {"master": "zk://a:2181/mesos", "work_dir": "/var/lib/mesos"}


@pytest.mark.parametrize("role,case", [("master", "flags"), ("agent", "agent_flags")])
def test_what_a_real_daemon_runs_with_is_accepted(role, case):
    flags = {name: value for name, value in CASES[case]["flags"].items() if value != ""}
    assert mesos_flag_problems(flags, role) == []


@pytest.mark.parametrize(
    "role,flags,problem",
    [
        ("master", {"isolation": "posix/cpu"}, "isolation is a flag of a Mesos agent, not of a master; put it into the flags of the agent"),
        ("agent", {"quorum": 1}, "quorum is a flag of a Mesos master, not of an agent; put it into the flags of the master"),
        ("agent", {"isolaton": "x"}, "Mesos 1.11 has no flag isolaton for an agent (did you mean isolation?)"),
        ("master", {"--quorum": 1}, "(did you mean quorum?)"),
        ("master", {"MESOS_ROLES": "x"}, "(did you mean roles?)"),
        ("agent", {"offer_timeot": "1mins"}, "(did you mean offer_timeout, a flag of the master?)"),
        ("agent", {"no-switch_user": ""}, "Mesos 1.11 has no flag no-switch_user for an agent; write switch_user: false"),
        ("agent", {"switch_user": "yes"}, "switch_user is yes; write true or false"),
        ("agent", {"hostname": True}, "hostname is true, but takes a value"),
        ("agent", {"port": "http"}, "port is http; write a whole number"),
        ("agent", {"port": 5051.5}, "port is 5051.5; write a whole number"),
        ("agent", {"gc_disk_headroom": "10%"}, "gc_disk_headroom is 10%; write a number"),
        ("agent", {"gc_delay": "5m"}, "such as 5mins"),
        ("agent", {"gc_delay": 5}, "such as 5secs"),
        ("agent", {"gc_delay": "2 days"}, "such as 2days"),
        ("agent", {"fetcher_cache_size": "2G"}, "fetcher_cache_size is 2G; write a whole number and one of the units B, KB, MB, GB, TB"),
        ("agent", {"executor_reregistration_timeout": "20secs"}, "is 20secs; it must be not more than 15secs"),
        ("master", {"agent_ping_timeout": "1hrs"}, "agent_ping_timeout is 1hrs; it must be not less than 1secs and not more than 15mins"),
        ("master", {"slave_ping_timeout": "1ms"}, "slave_ping_timeout is 1ms; it must be"),
        ("master", {"max_agent_ping_timeouts": 0}, "it must be not less than 1"),
        ("agent", {"launcher": "docker"}, "launcher is docker; write linux or posix"),
        ("agent", {"credential": "principal secret"}, "write the absolute path of a file on the host"),
        ("agent", {"http_credentials": "file:credentials"}, "write the absolute path of a file"),
        ("agent", {"work_dir": "file://relative"}, "work_dir is file://relative; write file:/// and an absolute path"),
        ("master", {"acls": "{permissive: true}"}, "acls is no JSON"),
        ("master", {"acls": "none"}, "acls is none; write a dictionary, JSON, or file:///"),
        ("agent", {"nvidia_gpu_devices": "0,a"}, "write whole numbers with commas"),
        ("agent", {"attributes": "rack"}, "attributes cannot be read: 'rack' is no attribute; write name:value"),
        ("agent", {"resources": "cpus:four"}, "resources cannot be read: resource cpus is four; write a number"),
        ("agent", {"resources": {"ports": "31000-32000"}}, "resources cannot be read: resource ports is 31000-32000"),
        ("agent", {"executor_environment_variables": {"A": 1}, "hooks": {"a": 1}}, "hooks is a dictionary, but takes a text"),
        ("agent", {"perf_events": "a\nb"}, "perf_events has more than one line"),
        ("agent", {"hostname": ""}, "hostname is empty; leave it out"),
        ("master", {"zk": "zk://a:2181"}, "zk is zk://a:2181; write zk://HOST:PORT,HOST:PORT,.../PATH"),
        ("master", {"zk": "a:2181/mesos"}, "zk is a:2181/mesos; write zk://"),
        ("agent", {"master": "http://a:5050"}, "master is http://a:5050; write zk://"),
        ("agent", {"help": True}, "help makes a Mesos agent print something and exit"),
        ("agent", {"ip": "10.0.0.1", "ip_discovery_command": "ip.sh"}, "ip and ip_discovery_command exclude each other"),
        ("agent", {"ip6": "::1", "ip6_discovery_command": "ip.sh"}, "ip6 and ip6_discovery_command exclude each other"),
        ("master", {"modules": {}, "modules_dir": "/m"}, "modules and modules_dir exclude each other"),
        ("master", {"master_detector": "x"}, "zk and master_detector exclude each other"),
        ("master", {"master_contender": "x"}, "master_contender needs master_detector as well"),
        ("agent", {"master_detector": "x"}, "master and master_detector exclude each other"),
        (
            "master",
            {"slave_ping_timeout": "2secs", "agent_ping_timeout": "2secs"},
            "slave_ping_timeout is the former name of agent_ping_timeout, and both are given",
        ),
    ],
)
def test_what_mesos_would_ignore_or_die_of(role, flags, problem):
    problems = mesos_flag_problems({**(MASTER if role == "master" else AGENT), **flags}, role)
    assert any(problem in one for one in problems), problems
    assert all("\n" not in one for one in problems)


def test_what_must_be_there():
    assert mesos_flag_problems({}, "master") == ["work_dir is missing; the replicated log of a master is kept there"]
    assert mesos_flag_problems({"registry": "in_memory"}, "master") == []
    assert [one.split()[0] for one in mesos_flag_problems({"zk": MASTER["zk"]}, "master")] == ["work_dir", "quorum"]
    assert [one.split()[0] for one in mesos_flag_problems({}, "agent")] == ["work_dir", "master"]
    assert mesos_flag_problems({}, "agent", complete=False) == []
    assert mesos_flag_problems({"work_dir": None, **{"master": "a:5050"}}, "agent")[0].startswith("work_dir is missing")


@pytest.mark.parametrize("masters,quorum,word", [(3, 1, "two halves"), (3, 3, "fewer masters"), (1, 2, "1 master have"), (5, 3, ""), (0, 7, "")])
def test_the_quorum_is_the_majority_of_the_masters(masters, quorum, word):
    problems = mesos_flag_problems({**MASTER, "quorum": quorum}, "master", masters=masters)
    assert bool(problems) == bool(word)
    assert not word or word in problems[0]


def test_values_from_files_and_other_good_ones():
    agent = {
        "resources": "file:///etc/mesos/resources",
        "credential": "/etc/mesos/credential",
        "gc_delay": "1.5days",
        "master": "[fd00::1]:5050",
        "work_dir": "/var/lib/mesos",
        "attributes": {"rack": "r1", "zone": 2},
        "switch_user": 1,
        "strict": "True",
        "version": False,
        "domain": {"fault_domain": {"region": {"name": "r"}, "zone": {"name": "z"}}},
    }
    assert mesos_flag_problems(agent, "agent") == []
    assert mesos_flag_problems({**MASTER, "zk": "file:///etc/mesos/zk", "authenticate_slaves": True}, "master") == []


def test_a_secret_is_not_told():
    (problem,) = mesos_flag_problems({**MASTER, "zk": "zk://u:geheim@a:2181"}, "master")
    assert "geheim" not in problem
    for flag in ("jwt_secret_key", "credential", "http_credentials"):
        for value in ("geheim", "file://geheim"):
            (problem,) = mesos_flag_problems({**AGENT, flag: value}, "agent")
            assert "geheim" not in problem and "not shown here" in problem
    (problem,) = mesos_flag_problems({**MASTER, "credentials": "geheim"}, "master")
    assert "geheim" not in problem


def test_a_boolean_from_a_template():
    assert mesos_environment({"switch_user": "False"}) == {"MESOS_SWITCH_USER": "false"}
    assert "takes a value" in mesos_flag_problems({**AGENT, "hostname": "True"}, "agent")[0]


def test_an_environment_keeps_a_deprecated_name():
    assert mesos_environment({"authenticate_slaves": True}) == {"MESOS_AUTHENTICATE_SLAVES": "true"}


def test_a_flag_may_repeat_what_its_variable_says_and_no_more():
    variables = {"port": "mesos_master_port"}
    assert mesos_owned_faults({"port": "5050", "quiet": True}, {"port": 5050}, variables) == []
    assert mesos_owned_faults({"port": 5055}, {"port": 5050}, variables) == [
        "The flag port is given as 5055, and mesos_master_port says 5050: set mesos_master_port instead of the flag."
    ]
    # Passwords are not repeated.
    (fault,) = mesos_owned_faults({"zk": "zk://ops:hunter2@z:2181/x"}, {"zk": "zk://ops:hunter3@z:2181/mesos"}, {"zk": "mesos_zookeeper_url"})
    assert "zk://z:2181/x, and mesos_zookeeper_url says zk://z:2181/mesos" in fault and "hunter" not in fault
    (fault,) = mesos_owned_faults({"http_credentials": "ops:hunter2"}, {"http_credentials": None}, {"http_credentials": "marathon_http_credentials"})
    assert "says nothing" in fault and "hunter" not in fault


@pytest.mark.parametrize(("value", "said"), [([{"a": 1}], "is a list that has lists"), (["a", None], "nothing for entries"), ({"a": 1}, "is a dictionary")])
def test_a_flag_is_no_list_of_maps(value, said):
    (problem,) = mesos_flag_problems({"isolation": value}, "agent", complete=False)
    assert problem.startswith("isolation is a ") and said in problem


def test_a_number_that_is_none_is_refused():
    (problem,) = mesos_flag_problems({"gc_disk_headroom": float("inf")}, "agent", complete=False)
    assert problem == "gc_disk_headroom is inf; write a number"


@pytest.mark.parametrize(("flags", "role", "said"), [
    ({}, "slave", "role is 'slave'; write master or agent"), (["quorum"], "master", "flags must be a dictionary"),
])
def test_what_is_no_map_of_flags_is_refused(flags, role, said):
    with pytest.raises(InputError, match=said):
        mesos_flag_problems(flags, role)
