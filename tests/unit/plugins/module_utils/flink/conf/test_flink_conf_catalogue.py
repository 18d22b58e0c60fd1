# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf import values
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue, settings_for
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import in_span, minor_of

MINORS = (*range(2, 21), *range(100, 104))
MESOS_WORKERS = "high-availability.zookeeper.path.mesos-workers"


@pytest.mark.parametrize("version, minor", [
    ("1.2", 2), ("1.2.1", 2), ("1.10.3", 10), ("1.13", 13), ("1.12-SNAPSHOT", 12), ("1.20.5", 20), ("2.0", 100), ("2.3.0", 103)])
def test_versions(version, minor):
    assert minor_of(version) == minor


@pytest.mark.parametrize("version", ["", "1", "1.1", "1.21", "1.21.0", "2.4", "2", "3.0", "1.12x", "v1.12", "1.1.2", "1.12\n"])
def test_versions_outside_of_the_catalogue_are_refused(version):
    with pytest.raises(InputError, match=r"is not a Flink version from 1\.2 to 1\.20 or from 2\.0 to 2\.3"):
        minor_of(version)


def test_an_unquoted_1_10_is_explained():
    with pytest.raises(InputError, match="quote it"):
        minor_of("1.1")


def test_spans():
    assert [minor for minor in range(2, 14) if in_span(minor, "2-3,9-11,13")] == [2, 3, 9, 10, 11, 13]
    assert [minor for minor in MINORS if in_span(minor, "2,19-")] == [2, 19, 20, 100, 101, 102, 103]


def test_an_option_changes_its_type_with_the_version():
    kinds = {minor: Catalogue(minor).option("taskmanager.memory.segment-size").kind for minor in range(2, 14)}
    assert {minor for minor, kind in kinds.items() if kind == "int"} == {2, 3, 4, 5}
    assert {minor for minor, kind in kinds.items() if kind == "memorysize"} == set(range(6, 14))


def test_a_word_is_one_of_the_versions_that_have_it():
    key = "execution.checkpointing.externalized-checkpoint-retention"
    assert [minor for minor in range(10, 14) if "NO_EXTERNALIZED_CHECKPOINTS" in Catalogue(minor).option(key).choices] == [13]


def test_an_option_exists_in_its_versions_only():
    assert [minor for minor in range(2, 14) if Catalogue(minor).option("rest.bind-port")] == list(range(8, 14))
    assert [minor for minor in range(2, 14) if Catalogue(minor).option("mode")] == [5, 6]


def test_the_mesos_workers_path_is_spelled_by_version():
    old = "recovery.zookeeper.path.mesos-workers"
    assert Catalogue(2).earlier_name_if_unknown(MESOS_WORKERS) == old
    assert not Catalogue(2).knows(MESOS_WORKERS)
    for minor in range(3, 14):
        assert Catalogue(minor).earlier_name_if_unknown(MESOS_WORKERS) == MESOS_WORKERS
        assert Catalogue(minor).current_name(old) == MESOS_WORKERS


@pytest.mark.parametrize(
    "minor, old, new",
    [
        (12, "recovery.mode", "high-availability"),
        (12, "recovery.zookeeper.path.namespace", "high-availability.cluster-id"),
        (4, "high-availability.zookeeper.path.namespace", "high-availability.cluster-id"),
        (3, "web.port", "web.port"),
        (4, "jobmanager.web.port", "web.port"),
        (7, "jobmanager.web.port", "rest.port"),
        (12, "jobmanager.web.port", "rest.port"),
        (12, "jobmanager.rpc.address", "jobmanager.rpc.address"),
        (12, "rest.port", "rest.port"),
        (9, "taskmanager.memory.size", "taskmanager.memory.size"),
        (10, "taskmanager.memory.size", "taskmanager.memory.managed.size"),
        (11, "akka.client.timeout", "client.timeout"),
        (10, "akka.client.timeout", "akka.client.timeout"),
    ],
)
def test_current_names(minor, old, new):
    assert Catalogue(minor).current_name(old) == new


def test_a_name_that_feeds_two_options_is_not_dropped_for_one_of_them():
    assert Catalogue(12).current_name("web.port") == "rest.port"
    assert "web.port" not in Catalogue(12).former_names("rest.port")
    assert "web.port" in Catalogue(7).former_names("rest.port")


def test_no_current_name_is_itself_replaced_or_unknown():
    for minor in range(2, 14):
        catalogue = Catalogue(minor)
        for old in catalogue.known_keys():
            new = catalogue.current_name(old)
            assert catalogue.current_name(new) == new, (minor, old)
            assert catalogue.option(new), (minor, old, new)


@pytest.mark.parametrize(
    "minor, key, known",
    [
        (12, "metrics.reporter.prom.class", True),
        (2, "metrics.reporter.jmx.port", True),
        (12, "metrics.reporter.prom", False),
        (12, "metrics.reporter..class", False),
        (12, "metrics.reporter.prom.", False),
        (12, "external-resource.gpu.amount", True),
        (10, "external-resource.gpu.amount", False),
        (3, "containerized.master.env.A", False),
        (4, "containerized.master.env.A", True),
        (12, "containerized.master.env.", False),
        (12, "s3.endpoint", True),
        (3, "s3.endpoint", False),
        (12, "fs.s3a.path.style.access", True),
        (4, "fs.hdfs.hadoopconf", True),
        (12, "swift.service.x.auth.url", True),
        (12, "swift.", False),
        (12, "kubernetes.anything", True),
        (9, "kubernetes.cluster-id", False),
        (13, "flink.hadoop.dfs.replication", True),
        (12, "flink.hadoop.dfs.replication", False),
        (12, "table.exec.state.ttl", True),
        (5, "yarn.anything", True),
        (12, "yarn.anything", False),
        (12, "security.ssl.internal.keystore", True),
        (12, "security.ssl.made-up", False),
        (12, "env.java.opts.historyserver", True),
        (12, "env.made-up", False),
        (12, "mesos.constraints.hard.hostattribute", True),
        (12, "$internal.application.main", True),
        (12, "jobmanager.rpc.address ", False),
        (20, "traces.reporter.otel.exporter.endpoint", True),
        (20, "traces.reporter.otel", False),
        (20, "security.delegation.token.provider.hbase.enabled", True),
        (20, "sql-gateway.endpoint.rest.address", True),
        (20, "pekko.ask.timeout", True),
        (14, "pekko.ask.timeout", False),
        (14, "mesos.master", False),
        (20, "workflow-scheduler.type", True),
        (20, "workflow-scheduler.airflow.project-name", True),
        (19, "workflow-scheduler.type", False),
    ],
)
def test_families_that_take_any_key(minor, key, known):
    assert Catalogue(minor).knows(key) is known


@pytest.mark.parametrize(
    "key, minors",
    [
        ("fs.hdfs.hadoopconf", range(2, 21)),
        ("parallelism.default", MINORS),
        # From 1.5 on it is the older name of state.checkpoints.dir.
        ("state.backend.fs.checkpointdir", MINORS),
        ("state.backend.fs.memory-threshold", MINORS),
        ("taskmanager.runtime.max-fan", MINORS),
        ("execution-retries.default", range(2, 5)),
        ("swift.service.x.auth.url", MINORS[2:]),
        ("azure.a", MINORS[2:]),
        ("flink.yarn.a", MINORS[11:]),
    ],
)
def test_what_is_read_without_an_option_is_known_where_it_is_read(key, minors):
    assert [minor for minor in MINORS if Catalogue(minor).knows(key)] == list(minors)


@pytest.mark.parametrize("minor, key, may", [
    (3, "swift.a", True), (12, "zookeeper.sasl.client", True), (12, "zookeeper.sasl.clients", False), (12, "rest.port", False), (12, "made.up", False),
])
def test_where_nobody_can_tell(minor, key, may):
    assert Catalogue(minor).may_read(key) is may


def test_an_option_is_a_list_from_one_version_on():
    lists = {minor for minor in MINORS if (option := Catalogue(minor).option("classloader.parent-first-patterns.additional")) and option.is_list}
    assert lists == set(MINORS[13:]) and Catalogue(12).option("pipeline.jars").is_list


def test_an_option_of_a_family_has_its_type():
    assert Catalogue(11).option("metrics.reporter.prom.interval").kind == "interval"
    assert Catalogue(12).option("metrics.reporter.prom.interval").kind == "duration"
    assert Catalogue(12).option("external-resource.gpu.amount").kind == "long"
    assert Catalogue(12).option("metrics.reporter.a.b.interval") is None


@pytest.mark.parametrize(
    "minor, key, clause",
    [
        (12, "taskmanager.memory.proces.size", "did you mean taskmanager.memory.process.size?"),
        (12, "Parallelism.Default", "did you mean parallelism.default?"),
        (12, "mesos.initial-tasks", "known to 1.2 to 1.7 only"),
        (3, "rest.port", "it still calls it jobmanager.web.port"),
        (7, "execution-retries.default", "known to 1.2 to 1.3 and 1.4 only"),
        (103, "fs.hdfs.hadoopconf", "known to 1.2 to 1.4 and 1.5 to 1.20 only"),
    ],
)
def test_unknown_keys_are_explained(minor, key, clause):
    assert clause in Catalogue(minor).why_unknown(key)


def test_nothing_near_is_no_guess():
    assert Catalogue(12).why_unknown("qqqqqqqqqq") == "Flink 1.12 does not know qqqqqqqqqq"


@pytest.mark.parametrize("minor", MINORS)
def test_every_default_is_a_value_that_its_version_takes(minor):
    catalogue = Catalogue(minor)
    options = [option for option in map(catalogue.option, catalogue.known_keys()) if option and option.default]
    assert len(options) > 100
    assert [option for option in options if values.why_not_parsed(option, option.default, minor)] == []


@pytest.mark.parametrize(("version", "written"), [
    ("1.2.1", {"taskmanager.tmp.dirs": 1, "state.backend.fs.checkpointdir": 3, "state.checkpoints.dir": 4, "state.backend": 5}),
    ("1.12.5", {"io.tmp.dirs": 1, "jobmanager.memory.process.size": 2, "state.checkpoints.dir": 4, "state.backend": 5}),
    ("2.3.0", {"io.tmp.dirs": 1, "jobmanager.memory.process.size": 2, "execution.checkpointing.dir": 4, "state.backend.type": 5}),
    ("9.9", {"io.tmp.dirs": 1, "jobmanager.memory.process.size": 2, "state.backend.fs.checkpointdir": 3, "state.checkpoints.dir": 4, "state.backend": 5}),
])
def test_settings_go_by_the_names_that_a_version_has(version, written):
    given = {"io.tmp.dirs": 1, "jobmanager.memory.process.size": 2, "state.backend.fs.checkpointdir": 3, "state.checkpoints.dir": 4, "state.backend": 5}
    assert settings_for(given, version) == written


@pytest.mark.parametrize(("others", "left"), [
    ({"state.backend": "rocksdb"}, {"parallelism.default": 1}),
    ({"state.backend.type": "rocksdb"}, {"parallelism.default": 1}),
    ({"state": {"backend": {"type": "rocksdb"}}, "parallelism.default": 2}, {}),
    ({"state.backend.incremental": True}, {"state.backend.type": "hashmap", "parallelism.default": 1}),
])
def test_what_others_set_by_any_name_is_left_out(others, left):
    assert settings_for({"state.backend": "hashmap", "parallelism.default": 1}, "1.20.5", others) == left


@pytest.mark.parametrize("minor, key, advice", [
    (103, "cluster.evenly-spread-out-slots", "use taskmanager.load-balance.mode, SLOTS for true and NONE for false"),
    (103, "security.ssl.enabled", "use security.ssl.internal.enabled and security.ssl.rest.enabled"),
    (103, "taskmanager.heap.size", "use taskmanager.memory.flink.size, or taskmanager.memory.process.size for the whole process"),
    (14, "mesos.resourcemanager.tasks.cpus", "leave it out: Flink has no Mesos any more"),
    (17, "metrics.reporter.prom.class", "use metrics.reporter.prom.factory.class, with the reporter's factory"),
    (16, "metrics.reporter.prom.class", ""),
    (17, "metrics.reporter.prom.sub.class", ""),
    (20, "security.ssl.enabled", ""),
    (103, "no.such.key", ""),
])
def test_a_dropped_key_names_what_replaces_it(minor, key, advice):
    catalogue = Catalogue(minor)
    assert catalogue.advice(key) == advice
    assert not advice or not catalogue.knows(key) and advice in catalogue.why_unknown(key)


def test_a_dropped_key_of_a_family_that_takes_any_is_not_known():
    assert [minor for minor in MINORS if Catalogue(minor).knows("metrics.reporter.prom.class")] == list(range(2, 17))
    assert all(Catalogue(minor).knows("metrics.reporter.prom.factory.class") for minor in MINORS)
    assert [minor for minor in MINORS if not Catalogue(minor).knows("table.exec.shuffle-mode")] == [100, 101, 102, 103]


@pytest.mark.parametrize("minor, key, name", [
    (103, "state.backend.rocksdb.checkpointdir", "state.backend.rocksdb.localdir"),
    (20, "state.backend.rocksdb.checkpointdir", "state.backend.rocksdb.localdir"),
    (103, "recovery.mode", "high-availability.type"),
    (103, "jobmanager.heap.mb", "jobmanager.heap.mb"),
    (103, "recovery.job.delay", "recovery.job.delay"),
    (12, "taskmanager.memory.size", "taskmanager.memory.managed.size"),
    (9, "taskmanager.memory.size", "taskmanager.memory.size"),
    (2, "high-availability", "high-availability"),
])
def test_a_deprecated_name_is_written_as_the_current_one_also_when_it_is_dropped(minor, key, name):
    assert Catalogue(minor).written_name(key) == name
    assert name == key or Catalogue(minor).option(name)


def test_a_dropped_name_gives_its_place_to_the_current_one():
    assert "state.backend.rocksdb.checkpointdir" in Catalogue(103).other_names("state.backend.rocksdb.localdir")


@pytest.mark.parametrize("minor, key, known", [
    (14, "pipeline.global-job-parameters.my.key", True),
    (103, "pipeline.global-job-parameters.my.key", True),
    (13, "pipeline.global-job-parameters.my.key", False),
    (103, "taskmanager.memory.managed.consumer-weights.OPERATOR", True),
    (103, "pipeline.jobvertex-parallelism-overrides.cbc357ccb763df2852fee8c4fc7d55f2", True),
    (103, "high-availability.zookeeper.client.authorization.digest", True),
    (103, "pipeline.jars.first", False),
    (103, "taskmanager.numberOfTaskSlots.first", False),
])
def test_a_map_may_be_given_by_a_key_for_each_entry(minor, key, known):
    """Configuration.getOptional of 1.14 and newer takes the keys that begin with the option's for a map."""
    assert Catalogue(minor).knows(key) is known


@pytest.mark.parametrize("minor, key, may", [
    (103, "job.autoscaler.enabled", True), (17, "job.autoscaler.metrics.window", True), (16, "job.autoscaler.enabled", False),
    (16, "statefun.module.global-config.key", True), (18, "statefun.flink-job-name", False),
])
def test_what_programs_beside_flink_read_may_be_read(minor, key, may):
    assert not Catalogue(minor).knows(key) and Catalogue(minor).may_read(key) is may


@pytest.mark.parametrize("minor, key, meant", [
    (18, "pekko.client.timeout", "client.timeout"), (18, "webclient.port", "rest.port"), (4, "webclient.port", "web.port"),
])
def test_what_was_meant_is_named_by_its_current_name(minor, key, meant):
    assert f"did you mean {meant}?" in Catalogue(minor).why_unknown(key)
