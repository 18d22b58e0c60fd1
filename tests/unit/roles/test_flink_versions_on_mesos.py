# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role writes for each Flink that Mesos can have: keys that this version reads, and an AppMaster that its scripts start."""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import flink, minor_of

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

VERSIONS = ["1.2.1", "1.3.3", "1.4.2", "1.5.6", "1.6.4", "1.7.2", "1.8.3", "1.9.3", "1.10.3", "1.11.4", "1.12.5", "1.13.6"]
GROUPS = {name: ["n1", "n2"] for name in ("zookeeper", "mesos_master", "mesos_agent", "marathon", "hdfs_namenode", "hdfs_datanode", "hdfs_journalnode")}
JAVA = {"java": {"major": 8}}


@cache
def written(version, initial_tasks=0):
    """The settings and the AppMaster's wrapper."""
    values = role(version, flink_mesos_initial_tasks=initial_tasks)
    return values.value("flink_conf_settings"), values.text("appmaster.j2")


def role(version, **given):
    return RoleValues("flink", GROUPS, flink_version=version, flink_preflight=JAVA, flink_source="archive", **given)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_key_is_one_that_the_version_reads(version):
    settings, wrapper = written(version)
    assert problems(settings, version, "error", True) == []
    catalogue = Catalogue(minor_of(version))
    told = dict(re.findall(r'-D([a-z0-9.-]+)="([^"]*)"', wrapper))
    assert [key for key in told if not catalogue.option(key)] == []
    rest = "rest.port" if minor_of(version) > 3 else "jobmanager.web.port"
    assert (told[rest], told["jobmanager.rpc.port"], told["high-availability.jobmanager.port"]) == ("$PORT_REST", "$PORT_RPC", "$PORT_RPC")
    assert int(settings["taskmanager.numberOfTaskSlots"]) == 2 and int(settings["parallelism.default"]) == 1
    assert settings["state.checkpoints.dir"].endswith("/flink/checkpoints")
    # The backend's own place, without which none of these has a checkpoint.
    assert ("state.backend.fs.checkpointdir" in settings) == (minor_of(version) <= 4)
    assert ('kill -TERM "$script"' in wrapper) == flink(version).has("appmaster_is_java")
    assert ("$(hostname)" in wrapper) == (version == "1.2.1")
    subprocess.run(["bash", "-n"], input=wrapper, text=True, check=True)


@pytest.mark.parametrize(("version", "memory", "heap"), [
    ("1.2.1", {"jobmanager.heap.mb": 1000, "taskmanager.heap.mb": 1728, "mesos.resourcemanager.tasks.mem": 1728}, "1000"),
    ("1.5.6", {"jobmanager.heap.mb": 1000, "taskmanager.heap.mb": 1728, "mesos.resourcemanager.tasks.mem": 1728}, "1000"),
    ("1.6.4", {"jobmanager.heap.size": "1000m", "taskmanager.heap.size": "1728m", "mesos.resourcemanager.tasks.mem": 1728}, "1000"),
    ("1.9.3", {"jobmanager.heap.size": "1000m", "taskmanager.heap.size": "1728m", "mesos.resourcemanager.tasks.mem": 1728}, "1000"),
    ("1.10.3", {"jobmanager.heap.size": "1000m", "taskmanager.memory.process.size": "1728m"}, "1000"),
    ("1.11.4", {"jobmanager.memory.process.size": "1600m", "taskmanager.memory.process.size": "1728m"}, None),
    ("1.13.6", {"jobmanager.memory.process.size": "1600m", "taskmanager.memory.process.size": "1728m"}, None),
])
def test_memory_goes_by_the_keys_of_the_version(version, memory, heap):
    settings, wrapper = written(version)
    assert {key: value for key, value in settings.items() if re.search(r"\.heap\.|memory\.process|tasks\.mem", key)} == memory
    given = re.search(r"-Xmx(\d+)m", wrapper)
    assert (given and given.group(1)) == heap


def test_a_heap_of_the_users_is_the_appmasters():
    values = role("1.9.3", flink_settings={"jobmanager.heap.mb": 512})
    assert "jobmanager.heap.size" not in values.value("flink_conf_settings")
    assert "-Xmx512m" in values.text("appmaster.j2")


@pytest.mark.parametrize(("version", "mode", "port"), [("1.2.1", None, "jobmanager.web.port"), ("1.4.2", None, "web.port"), ("1.6.4", "legacy", "web.port")])
def test_initial_tasks_are_of_the_jobmanager_that_starts_them(version, mode, port):
    settings, wrapper = written(version, 3)
    assert (int(settings["mesos.initial-tasks"]), settings.get("mode")) == (3, mode)
    assert f'-D{port}="$PORT_REST"' in wrapper
    assert "mode" not in written(version)[0]


@pytest.mark.parametrize(("version", "starts"), [("1.10.3", "log4j.rootLogger=INFO, console, file"), ("1.11.4", "rootLogger.level = INFO")])
def test_the_log_is_set_up_for_the_log4j_that_the_version_has(version, starts):
    values = role(version, log4j_1="sandbox")
    (file,) = [each for each in values.value("flink_files_mesos") if each.get("path") == "/etc/flink/conf/log4j.properties"]
    assert starts in values.text(file["template"]).splitlines()
