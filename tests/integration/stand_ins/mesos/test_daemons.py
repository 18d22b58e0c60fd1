# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Daemons that do not start: the sentences and the status they die with."""

from __future__ import annotations

import os
import subprocess

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.loopback import Daemon, eventually

from tests.ports import free_ports


def die(home, name, *arguments, **environment):
    """Status and stderr of a daemon that does not start."""
    ran = subprocess.run(
        [str(home / "sbin" / f"mesos-{name}"), *arguments],
        env={"PATH": os.environ["PATH"], **environment}, check=False, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    return ran.returncode, ran.stderr


@pytest.mark.parametrize(
    "name, arguments, sentence",
    [
        ("master", ["--nonsense"], "Failed to load unknown flag 'nonsense'"),
        ("master", ["--port=0"], "--work_dir needed for replicated log based registry"),
        ("master", ["--work_dir={tmp}", "--zk=zk://127.0.0.1:1/mesos"], "Need to specify --quorum for replicated log based registry"),
        ("master", ["--registry=in_memory", "--zk=127.0.0.1:2181"], "Failed to parse ZooKeeper URL"),
        ("master", ["--registry=in_memory", "--authenticate_agents"], "no credentials were provided"),
        ("master", ["--registry=in_memory", "--ip=1.2.3.4", "--ip_discovery_command=x"], "Only one of"),
        ("master", ["--registry=in_memory", "--master_detector=x", "--zk=zk://a/b"], "Only one of zk or master_contender"),
        ("master", ["--registry=in_memory", "--credentials={tmp}/none"], "Failed to read credentials file"),
        ("agent", ["--work_dir={tmp}", "--launcher=posix"], "Missing required option"),
        ("agent", ["--work_dir={tmp}", "--master=127.0.0.1:1", "--launcher=posix", "--resources=cpus4"], "Failed to determine agent resources"),
        ("agent", ["--work_dir={tmp}", "--master=127.0.0.1:1", "--cgroups_hierarchy=/none", "--launcher=linux"], "Failed to create Linux launcher"),
        (
            "agent",
            ["--work_dir={tmp}", "--master=127.0.0.1:1", "--cgroups_hierarchy=/none", "--launcher=posix", "--isolation=cgroups/cpu"],
            "Failed to create isolator 'cgroups/cpu'",
        ),
    ],
)
def test_daemons_die_with_status_1(home, tmp_path, name, arguments, sentence):
    more = ["--no-systemd_enable_support"] if name == "agent" else []
    if sentence != "Only one of":
        more.append("--ip=127.0.0.1")
    status, text = die(home, name, *(each.format(tmp=tmp_path) for each in arguments), *more)
    assert status == 1
    assert sentence in text


def test_systemd_support_needs_its_cgroup_v1(home, tmp_path):
    assert os.path.basename(os.path.realpath("/sbin/init")) == "systemd", "an agent looks for systemd at /sbin/init: install systemd-sysv"
    status, text = die(
        home, "agent", f"--work_dir={tmp_path}", "--master=127.0.0.1:1", "--ip=127.0.0.1", f"--systemd_runtime_directory={tmp_path}",
        "--cgroups_hierarchy=/none",
    )  # fmt: skip
    assert (status, "Failed to locate systemd cgroups hierarchy: does not exist" in text) == (1, True)


def test_version_and_help(home):
    for name in ("master", "agent"):
        ran = subprocess.run([str(home / "sbin" / f"mesos-{name}"), "--version"], check=False, capture_output=True, text=True, timeout=20)
        assert (ran.returncode, ran.stdout) == (0, "mesos 1.11.0\n")
    ran = subprocess.run([str(home / "sbin" / "mesos-master"), "--help"], check=False, capture_output=True, text=True, timeout=20)
    assert ran.returncode == 0 and "--quorum" in ran.stdout


def test_a_port_that_is_taken_is_fatal(home, pair, tmp_path):
    taken = Daemon(home, "master", tmp_path, "--registry=in_memory", port=pair.master.port).start()
    assert taken.wait() == 1
    assert "Failed to bind on" in taken.log.read_text()


def test_a_lone_master_needs_no_zookeeper_and_waits_for_the_log(home, tmp_path):
    port = free_ports(1)[0]
    lone = Daemon(home, "master", tmp_path, "--zk=zk://127.0.0.1:1/mesos", "--quorum=1", port=port).start()
    try:
        assert eventually(lambda: lone.call("/health")[0] == 200, "health")
        assert lone.call("/state")[0] == 503
        assert lone.call("/redirect")[0] == 503
    finally:
        assert lone.end() == 0
