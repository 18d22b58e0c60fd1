# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of inventory and settings that cannot work, sentence by sentence, and what is looked at on a host."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.cluster import Cluster
from ansible_collections.baremetal.flink.plugins.module_utils.flink.preflight import preflight

from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import JOB, MESOS, LOOKED_FOR, asked, faults


def test_a_sound_cluster_is_looked_at():
    computed = {"flink_account": {"name": "f"}, "flink_home": "/opt/flink", "flink_release": "/opt/flink-1.12.5", "flink_tmp_dirs": ["/tmp1", "/tmp2"],
                "flink_java_home": "/opt/java"}
    verdict = preflight(asked(host="n2", flink_history_server=True, **computed))
    assert verdict.faults == []
    assert verdict.look == {
        "layer": "Flink", "own_address": "192.0.2.1", "addresses": ["192.0.2.1", "192.0.2.2", "192.0.2.3"], "allow_loopback": False,
        "memory_mb": 1600 + 1728, "packages": ["python3-requests", "python3-kazoo"],
        "ports": [{"port": port, "unit": "flink-jobmanager.service"} for port in (8081, 6123, 6124)]
        + [{"port": port, "unit": "flink-taskmanager.service"} for port in (6122, 6121)],
        "disk": [{"path": "/opt/flink-1.12.5", "free_mb": 1024}, {"path": "/tmp1", "free_mb": 1024}], "java_home": "/opt/java",
        "java_versions": [8, 11, 17], "account": {"name": "f"}, "links": ["/opt/flink"], "exists": LOOKED_FOR,
        "read": ["/etc/flink/zookeeper-acl/agreed"],
    }


@pytest.mark.parametrize(("options", "tls"), [
    ({}, [False, False, False]), ({"flink_rest_tls": True, "flink_internal_tls": True}, [True, True, False]),
    ({"flink_version": "1.20.5", "flink_zookeeper_tls": True}, [False, False, True]),
])
def test_where_a_cluster_has_tls_is_known_from_then_on(options, tls):
    verdict = preflight(asked(**options))
    assert verdict.known["tls"] == {"flink": dict(zip(("internal", "rest", "zookeeper"), tls))}


def test_the_first_jobmanager_has_the_history_server():
    ports = preflight(asked(flink_history_server=True)).look["ports"]
    assert ports[-1] == {"port": 8082, "unit": "flink-historyserver.service"} and len(ports) == 4


def test_mesos_starts_the_processes_and_needs_pkill():
    rocky = {"os_family": "RedHat", "distribution": "Rocky", "distribution_major_version": "9"}
    look = preflight(asked(MESOS, facts=rocky, flink_cluster_manager="mesos")).look
    assert (look["ports"], look["memory_mb"], look["packages"]) == ([], 0, ["python3-requests", "python3-kazoo", "procps-ng"])


@pytest.mark.parametrize(("version", "java", "yaml"), [
    ("1.14.6", [8, 11], False), ("1.18.1", [8, 11, 17], False), ("1.20.5", [8, 11, 17, 21], True), ("2.3.0", [11, 17, 21], True)])
def test_a_version_has_its_java_and_its_file(version, java, yaml):
    look = preflight(asked(flink_version=version)).look
    assert look["java_versions"] == java and ("python3-yaml" in look["packages"]) is yaml


def test_a_host_in_no_group_is_a_cluster_of_its_own():
    look = preflight(asked({}, flink_zookeeper_quorum="", flink_storage_shared=False)).look
    assert look["allow_loopback"] and look["memory_mb"] == 1600 + 1728 and look["packages"] == ["python3-requests"] and len(look["ports"]) == 5


def test_a_job_cluster_has_its_own_hosts_ports_and_memory(tmp_path):
    jar = tmp_path / "words.jar"
    jar.touch()
    job = {**JOB, "jar": str(jar), "taskmanagers": 1, "jobmanager_memory": "1g"}
    look = preflight(asked(host="n2", job=job, flink_job_clusters=[job], flink_history_server=True)).look
    assert look["memory_mb"] == 1024 + 1728 and [each["port"] for each in look["ports"]] == [6200, 6201, 6202, 6203, 6204]
    assert {each["unit"] for each in look["ports"]} == {"words-jobmanager.service", "words-taskmanager.service"}
    # n3 is left out by its one TaskManager, and has the command alone.
    assert look["addresses"] == ["192.0.2.1", "192.0.2.2"] and Cluster(asked(host="n3", job=job)).has_host


@pytest.mark.parametrize(("given", "sentence"), [
    ({"flink_name": "beta"}, "flink_name is beta, and hosts have one standalone Flink, called flink: leave flink_name alone, or use Mesos"),
    ({"flink_name": "No"}, "flink_name is No, which becomes a directory, a command and a part of an app: use lower-case letters, digits and -, a letter first"),
    ({"flink_version": "1.10.2"}, "flink_version is 1.10.2, and on standalone the role sets up 1.11 to 1.20 and 2.0 to 2.3: choose one of these, or set "
                                  "flink_cluster_manager to mesos"),
    ({"flink_version": "1.20"}, "flink_version is 1.20, which is no release: name one such as 1.20.5"),
    ({"flink_version": 1.2}, "flink_version is 1.2, which is no release"), ({"flink_version": "2.4"}, "flink_version is 2.4, which is no release"),
    ({"flink_version": "3.0.0"}, "flink_version is 3.0.0, and the role sets up 1.11 to 1.20 and 2.0 to 2.3 on standalone: choose one of these"),
    ({"flink_source": "archive", "flink_version": "1.20.5", "flink_archive_path": "/srv/flink-1.12.5-bin-scala_2.11.tgz",
      "flink_archive_checksum": "sha256:0"}, "flink_version is 1.20.5, and the archive is one of Flink 1.12.5: set flink_version to that"),
    ({"flink_source": "archive"}, "flink_source is archive: set flink_archive_url or flink_archive_path, and flink_archive_checksum"),
    ({"flink_zookeeper_client_version": "5.9"}, "flink_zookeeper_client_version is 5.9, which is no version of the jar flink-shaded-zookeeper-3: choose "
                                                "one such as 3.7.2-21.0, auto or bundled"),
    ({"flink_zookeeper_client_version": "3.7.2-21.0"}, "flink_zookeeper_client_version is 3.7.2-21.0, and Flink 1.12 calls the classes of those with 11 to "
                                                       "14 behind the dash: choose one of these, auto or bundled"),
    ({"flink_zookeeper_client_version": "3.5.9-14.0", "flink_version": "1.20.5"}, "and Flink 1.20 calls the classes of those with 15 or more behind the dash"),
    ({"flink_zookeeper_quorum": ""}, "2 JobManagers (n1, n2) need ZooKeeper to elect a leader: put hosts into the group zookeeper, set "
                                     "flink_zookeeper_quorum, or keep one JobManager"),
    ({"flink_storage_shared": False}, "flink_storage_url is hdfs://nn:8020/flink, which the 3 hosts do not share: put hosts into hdfs_namenode and "
                                      "hdfs_datanode, or set flink_storage_url to a shared place (and flink_storage_shared to true if it is mounted on "
                                      "all of them)"),
    ({"flink_zookeeper_session_ms": 3999}, "flink_zookeeper_session_ms is 3999: choose 4000 to 40000, the bounds of a ZooKeeper server with ticks of 2000 ms"),
    ({"flink_zookeeper_session_ms": 40001}, "flink_zookeeper_session_ms is 40001: choose"),
    ({"flink_zookeeper_root": "flink"}, "flink_cluster_id and flink_zookeeper_root are paths in ZooKeeper: begin them with /"),
    ({"flink_heartbeat_timeout_ms": 3999}, "flink_heartbeat_timeout_ms is 3999: make it at least twice flink_heartbeat_interval_ms, or one late heartbeat "
                                           "ends a job"),
    ({"flink_taskmanager_slots": 0}, "flink_taskmanager_slots is 0: give each TaskManager at least one slot"),
    ({"flink_parallelism": 5}, "flink_parallelism is 5, but all TaskManagers together have 4 slots: no job would ever start; lower it or raise "
                               "flink_taskmanager_slots"),
    ({"job": {**JOB, "taskmanagers": 1, "parallelism": 3}}, "parallelism of job cluster words is 3, but all TaskManagers together have 2 slots"),
    ({"flink_settings": {"restart-strategy.failure-rate.delay": "5 s", "restart-strategy.fixed-delay.delay": "5 s"}},
     "flink_settings has restart-strategy.failure-rate.delay, which Flink does not read with the restart-strategy of the role, fixed-delay: set "
     "restart-strategy too, to the one that is meant, or take these keys out"),
    ({"groups": {"flink_jobmanager": ["n1"]}}, "the group flink_taskmanager is empty: put at least one host into it"),
    ({"groups": {"flink_taskmanager": ["n1"]}}, "the group flink_jobmanager is empty: put at least one host into it"),
    ({"host": "n4"}, "this host is neither in flink_jobmanager nor in flink_taskmanager nor in flink_client: put it into one of them, or leave it out of "
                     "the play"),
    ({"settings": {"taskmanager.memory.process.size": "300m"}}, "taskmanager.memory.process.size is 300m, which is"),
    ({"settings": {"taskmanager.numberOfTaskSlotz": 2}}, "taskmanager.numberOfTaskSlots"),
    ({"flink_version": "2.3.0", "settings": {"cluster.evenly-spread-out-slots": True}},
     "Flink 2.3 does not know cluster.evenly-spread-out-slots (known to 1.9 to 1.20 only; use taskmanager.load-balance.mode, "),
    ({"flink_job_clusters": [{**JOB, "jar": "/no/such.jar"}]}, "flink_job_clusters names /no/such.jar, and there is no such file on the controller: build "
                                                               "it, or correct the path"),
    ({"flink_job_clusters": [{**JOB, "jar": "/no/such.jar", "ports_from": 6120}]}, "job cluster words: its ports 6120 to 6129 are also those of flink"),
    ({"flink_job_clusters": [JOB], "flink_cluster_id": "/words"}, "job cluster words would have flink_cluster_id, the path of the session cluster in "
                                                                  "ZooKeeper: rename it"),
])
def test_what_cannot_work_is_said(given, sentence):
    said = faults(**given)
    assert said.startswith("Flink cannot be set up: ") and sentence in said and said.endswith(".") and not said.endswith("..")


@pytest.mark.parametrize(("given", "sentence"), [
    ({"host": "n9"}, "on Mesos Flink runs on the hosts of the group mesos_agent, or flink_mesos: n9 is in neither; put it there, or set "
                     "flink_cluster_manager to standalone"),
    ({"flink_zookeeper_quorum": ""}, "the AppMaster may start on any of n1, n2 and finds its jobs again through ZooKeeper only: put hosts into the group "
                                     "zookeeper, or set flink_zookeeper_quorum"),
    ({"flink_mesos_master": ""}, "flink_mesos_master is empty: put hosts into the groups mesos_master and zookeeper, or set it to zk://host:2181/mesos or "
                                 "host:5050"),
    ({"flink_marathon_urls": []}, "flink_marathon_urls is empty: put hosts into the group marathon, or set it"),
    ({"groups": {**MESOS, "flink_mesos": ["n1"]}}, "the group flink_mesos leaves out n2 of mesos_agent, where Flink could be sent all the same: give its "
                                                   "agents an attribute, and name it in flink_mesos_constraint (attribute:value) and in the constraints "
                                                   "of flink_app"),
    ({"flink_mesos_initial_tasks": 2}, "flink_mesos_initial_tasks is 2, and Flink 1.12.5 starts TaskManagers when a job needs them: mesos.initial-tasks "
                                       "works in 1.2 to 1.6; set it to 0"),
    ({"flink_mesos_initial_tasks": 2, "flink_version": "1.7.2", "flink_source": "archive"}, "Flink 1.7.2 starts TaskManagers when a job needs them"),
    ({"flink_version": "1.7.2", "flink_source": "archive", "flink_java_home": "/opt/java"},
     "Flink 1.7.2 runs on Java 8 alone, which no package registry has: put one on the hosts and name its directory in flink_java_home, or set java_source "
     "to archive or existing"),
    ({"flink_version": "1.14.6"}, "flink_version is 1.14.6, and on mesos the role sets up 1.2 to 1.13: choose one of these"),
    ({"flink_version": "1.8.3"}, "flink_source is pypi, which has Flink 1.9 to 2.3 and no 1.8.3: set flink_source to archive, and flink_archive_url or "
                                 "flink_archive_path with flink_archive_checksum"),
    ({"flink_version": "1.9.3", "flink_job_clusters": [{key: value for key, value in JOB.items() if key != "ports_from"}]},
     "flink_job_clusters on Mesos need Flink 1.11 to 1.13, and flink_version is 1.9.3: run these jobs in the session cluster, with flink_jobs"),
    ({"flink_version": "1.9.3", "settings": {"mesos.resourcemanager.tasks.mem": 700, "jobmanager.heap.size": "100m"}},
     "containerized.heap-cutoff-min and -ratio leave 100 MB of flink_jobmanager_memory for the heap, and Flink needs 128 at least: raise "
     "flink_jobmanager_memory, or lower these; containerized.heap-cutoff-min and -ratio leave 100 MB of flink_taskmanager_memory for the heap"),
    ({"flink_appmaster_ports": {"rest": 31000, "web": 1}}, "flink_appmaster_ports names web, and the ports of the AppMaster are rest, rpc, blob, artifacts, "
                                                           "libprocess"),
    ({"flink_appmaster_ports": {"rest": 31000, "rpc": "0", "blob": 31002}},
     "flink_appmaster_ports leaves rpc, artifacts, libprocess open and fixes the others, and Marathon would wait for ever for an offer with ports that no "
     "agent has: fix all five, or none"),
    ({"flink_zookeeper_client_version": "3.5.6-12.0", "flink_version": "1.9.3"}, "the client of Flink 1.9 cannot be replaced: choose auto or bundled"),
    ({"flink_mesos_secret": "x"}, "flink_mesos_principal and flink_mesos_secret belong together: set both or none"),
    ({"settings": {"containerized.taskmanager.env.NO_PROXY": "a;b"}}, "no TaskManager would start: write the value without"),
    ({"settings": {"s3.secret-key": "hunter2", "s3.access-key": "a", "parallelism.default": 1}, "flink_mesos_exposed_keys": ["s3.access-key"]},
     "Flink cannot be set up: s3.secret-key would stand in the arguments of TaskManagers, which everybody on an agent's host reads"),
    ({"settings": {"env.java.opts": ["-Dtrust.password=hunter2"]}}, "core-site.xml in flink_hadoop_conf_dir), or name these keys in flink_mesos_exposed_keys"),
])
def test_what_cannot_work_on_mesos_is_said(given, sentence):
    assert sentence in faults(given.pop("groups", MESOS), flink_cluster_manager="mesos", **given)


ALL_PORTS = {"rest": 31001, "rpc": 31002, "blob": "31003", "artifacts": 31004, "libprocess": 31005}


@pytest.mark.parametrize("given", [
    {"flink_appmaster_ports": ALL_PORTS}, {"flink_appmaster_ports": {"rest": 0, "rpc": None}},
    # What Marathon is told then is the user's own.
    {"flink_appmaster_ports": {"rest": 31001}, "flink_app": {"requirePorts": False}},
    {"flink_appmaster_ports": {"rest": 31001}, "flink_app": {"portDefinitions": []}},
    # Of a job cluster all ports are open.
    {"flink_appmaster_ports": {"rest": 31001}, "job": {key: value for key, value in JOB.items() if key != "ports_from"}},
])
def test_ports_of_the_appmaster_that_marathon_finds(given):
    assert "flink_appmaster_ports" not in faults(MESOS, flink_cluster_manager="mesos", **given)


@pytest.mark.parametrize(("version", "client"), [("1.12.5", ""), ("1.12.5", "bundled"), ("1.12.5", "3.4.14-13.0"), ("1.20.5", "3.8.5-21.0")])
def test_a_zookeeper_client_may_be_chosen(version, client):
    assert faults(flink_version=version, flink_zookeeper_client_version=client) == ""


def test_nothing_is_said_of_what_works():
    job = {**JOB, "state": "absent", "jar": "/no/such.jar"}
    assert faults(flink_job_clusters=[job], flink_parallelism=4, flink_settings={"restart-strategy.fixed-delay.delay": "5 s"}) == ""
    assert faults({**MESOS, "flink_mesos": ["n1"]}, flink_cluster_manager="mesos", flink_mesos_constraint="rack:1", flink_parallelism=99, flink_name="beta",
                  settings={"env.java.opts": "-Da=1", "mesos.resourcemanager.framework.secret": "s"}) == ""
    assert faults(MESOS, flink_cluster_manager="mesos", settings={"s3.secret-key": "s"}, flink_mesos_exposed_keys=["s3.secret-key"]) == ""
    # Each TaskManager may have its own number of slots, and whoever names a strategy may set its parameters.
    assert faults(hosts={"n3": {"flink_taskmanager_slots": "6"}}, flink_parallelism=8,
                  flink_settings={"restart-strategy": "failure-rate", "restart-strategy.failure-rate.delay": "5 s"}) == ""
    assert faults(settings={"containerized.taskmanager.env.NO_PROXY": "a;b"}) == ""


@pytest.mark.parametrize("given", [{"flink_java_home": "/usr/lib/jvm/java-8"}, {"hosts": {"n1": {"java_source": "existing"}}}])
def test_nothing_is_said_of_an_old_flink_with_a_java_of_its_own(given):
    archive = {"flink_java_home": "/opt/java", "flink_source": "archive", "flink_archive_path": "/flink.tgz", "flink_archive_checksum": "sha256:0"}
    assert faults(MESOS, flink_cluster_manager="mesos", flink_version="1.2.1", flink_mesos_initial_tasks=1, **{**archive, **given}) == ""


def test_what_could_not_be_written_is_said_before_what_flink_would_not_read():
    said = faults(
        flink_settings={"state": {"backend": "rocksdb"}}, flink_java_options=["-Da='b c'"], flink_tmp_dirs=["/my disk"],
        flink_environment={"JVM_ARGS": "-Xmx1g", "FLINK_PID_DIR": "/x"}, settings={"taskmanager.numberOfTaskSlotz": 2})
    for sentence in (
        "flink_settings: state is a map", "flink_java_options: -Da has a blank", "Flink's start script takes options apart", "flink_tmp_dirs is '/my disk'",
        "flink_environment: JVM_ARGS is the role's own: set flink_java_options instead", "flink_environment: FLINK_PID_DIR is the role's own: take it out",
    ):
        assert sentence in said
    assert "numberOfTaskSlots" not in said and ".;" not in said


def test_the_sentences_come_in_the_order_of_who_what_and_how_much():
    said = faults(host="n4", flink_version="1.10.2", flink_zookeeper_quorum="", flink_parallelism=9, flink_job_clusters=[{"name": "A"}])
    places = [said.index(words) for words in ("entry 1 of flink_job_clusters", "flink_version", "this host is neither", "need ZooKeeper", "flink_parallelism")]
    assert places == sorted(places)


def test_groups_of_the_other_cluster_manager_are_refused():
    with pytest.raises(InputError, match="set flink_cluster_manager to mesos"):
        preflight(asked(MESOS))
