# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.option_table import OPTIONS
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.values import normalised, split_escaped, why_not_parsed

SERVERS = "a:2181,b.example.org,[::1]:2181"


def verdict(minor, key, text):
    option = Catalogue(minor).option(key)
    assert option, f"1.{minor} has no {key}"
    return why_not_parsed(option, text, minor)


@pytest.mark.parametrize(
    "minor, key, text",
    [
        (12, "taskmanager.numberOfTaskSlots", "4"),
        (12, "heartbeat.interval", "10000"),
        (12, "heartbeat.interval", "0" * 5000 + "7"),
        (12, "heartbeat.interval", "-9223372036854775808"),
        (12, "taskmanager.memory.process.size", "1728m"),
        (12, "taskmanager.memory.process.size", "4 GB"),
        (12, "taskmanager.memory.process.size", "1811939328"),
        (12, "taskmanager.memory.framework.off-heap.size", "0"),
        (12, "taskmanager.memory.segment-size", "32768"),
        (9, "taskmanager.memory.size", "512"),
        (9, "taskmanager.heap.size", "1024"),
        (12, "taskmanager.memory.managed.fraction", "0.4"),
        (12, "akka.ask.timeout", "10 s"),
        (12, "akka.ask.timeout", "10"),
        (12, "akka.ask.timeout", "10 SECONDS"),
        (9, "akka.ask.timeout", "1.5 min"),
        (4, "taskmanager.maxRegistrationDuration", "Inf"),
        (12, "taskmanager.registration.timeout", "Inf"),
        (103, "taskmanager.registration.timeout", "Inf"),
        (11, "metrics.reporter.a.interval", "10 SECONDS"),
        (12, "metrics.reporter.a.interval", "10 s"),
        (12, "state.backend.incremental", "TRUE"),
        (12, "high-availability", "zookeeper"),
        (12, "high-availability", "org.acme.Factory$Inner"),
        (6, "high-availability", "NONE"),
        (12, "restart-strategy", "Fixed-Delay"),
        (13, "restart-strategy", "exponential-delay"),
        (12, "state.backend", "org.acme.Backend"),
        (8, "jobmanager.execution.failover-strategy", "individual"),
        (12, "jobmanager.scheduler", "legacy"),
        (13, "jobmanager.scheduler", "adaptive"),
        (12, "execution.checkpointing.mode", "exactly_once"),
        (12, "rest.bind-port", "8081-8090,9000"),
        (12, "rest.port", "0"),
        (12, "web.port", "-1"),
        (12, "high-availability.zookeeper.quorum", SERVERS),
        (12, "high-availability.zookeeper.quorum", "a:2181,b:2181/chroot"),
        (12, "high-availability.zookeeper.path.root", "/"),
        (12, "high-availability.zookeeper.path.root", "/flink/"),
        (12, "high-availability.zookeeper.path.running-registry", "/running_job_registry/"),
        (12, "high-availability.cluster-id", "cluster_one"),
        (12, "state.checkpoints.dir", "hdfs:///flink/checkpoints"),
        (4, "state.checkpoints.dir", "/flink/checkpoints"),
        (12, "pipeline.global-job-parameters", "a:b,'\"c:d\":e'"),
        (12, "pipeline.jars", "file:///a.jar;file:///b.jar"),
        (12, "kubernetes.jobmanager.tolerations", "key:a,operator:Exists;key:b"),
        (20, "state.backend.rocksdb.compression.per.level", "NO_COMPRESSION;lz4_compression"),
        (20, "heartbeat.interval", "10 s"),
        (15, "execution.checkpointing.interval", "10 m"),
        (20, "state.backend.type", "hashmap"),
        (12, "jobmanager.rpc.address", "anything"),
    ],
)
def test_values_that_flink_takes(minor, key, text):
    assert verdict(minor, key, text) is None


@pytest.mark.parametrize(
    "minor, key, text, clause",
    [
        (12, "taskmanager.numberOfTaskSlots", "four", "is not a whole number"),
        (12, "taskmanager.numberOfTaskSlots", "1.0", "is not a whole number"),
        (12, "taskmanager.numberOfTaskSlots", "2147483648", "32-bit"),
        (12, "taskmanager.numberOfTaskSlots", "\u0661", "is not a whole number"),
        (12, "taskmanager.numberOfTaskSlots", "-" + "1" * 5000, "32-bit"),
        (12, "rest.port", "9" * 5000, "32-bit"),
        (12, "client.timeout", "9" * 5000 + " s", "out of the range"),
        (9, "akka.ask.timeout", "9" * 5000 + " s", "more than 292 years"),
        (12, "taskmanager.memory.process.size", "9" * 5000 + "k", "out of the range"),
        (12, "high-availability.zookeeper.quorum", "a:" + "9" * 5000, "is expected"),
        (12, "state.savepoints.dir", "hdfs:///", "needs a scheme and a path"),
        (12, "heartbeat.interval", "10 s", "is not a whole number: write it in milliseconds, without a unit, 10000"),
        (12, "metrics.latency.interval", "10 s", "is not a whole number: write it in milliseconds, without a unit, 10000"),
        (12, "metrics.latency.interval", "soon", "is not a whole number of milliseconds"),
        (12, "heartbeat.timeout", "1.5 min", "is not a whole number: write it in milliseconds, without a unit, 90000"),
        (12, "heartbeat.timeout", "5 ns", "is not a whole number: write it in milliseconds, without a unit"),
        (12, "heartbeat.timeout", "5 apples", "is not a whole number: write it in milliseconds, without a unit"),
        (12, "mesos.failover-timeout", "7 d", "is not a whole number: write it in seconds, without a unit, 604800"),
        (12, "blob.offload.minsize", "1mb", "is not a whole number: write it in bytes, without a unit, 1048576"),
        (12, "jobmanager.heap.mb", "2g", "is not a whole number: write it in megabytes, without a unit, 2048"),
        (12, "mesos.resourcemanager.tasks.disk", "1.5 kb", "is not a whole number: write it in megabytes, without a unit"),
        (12, "parallelism.default", "4 slots", "is not a whole number: write it without a unit"),
        (12, "parallelism.default", "four", "is not a whole number"),
        (12, "heartbeat.interval", "9223372036854775808", "64-bit"),
        (12, "taskmanager.memory.process.size", "1728", "means 1728 bytes; write the unit, 1728m"),
        (12, "taskmanager.memory.process.size", "1.5g", "is not a memory size"),
        (12, "taskmanager.memory.process.size", "4GiB", "is not a memory size"),
        (12, "taskmanager.memory.process.size", "9223372036854775807k", "out of the range"),
        (12, "taskmanager.memory.managed.fraction", "40%", "is not a number"),
        (12, "taskmanager.memory.managed.fraction", "NaN", "is not a number"),
        (12, "taskmanager.memory.managed.fraction", "1e39", "out of range"),
        (12, "akka.ask.timeout", "10 weeks", "is not a duration"),
        (12, "akka.ask.timeout", "1.5 min", "is not a duration"),
        (12, "client.timeout", "PT1M", "is not a duration"),
        (9, "akka.ask.timeout", "10", "takes no number without a unit"),
        (9, "akka.ask.timeout", "10 SECONDS", "is not a duration"),
        (9, "akka.ask.timeout", "300000 days", "more than 292 years"),
        (12, "akka.ask.timeout", "9223372036854775807 d", "out of the range"),
        (11, "metrics.reporter.a.interval", "10 s", "10 SECONDS"),
        (9, "zookeeper.sasl.disable", "yes", "would silently read as false"),
        (12, "state.backend.incremental", "on", "which Flink 1.12 refuses"),
        (12, "high-availability", "zk", "is not one of NONE, ZOOKEEPER"),
        (6, "high-availability", "org.acme.Factory", "is not one of NONE, ZOOKEEPER"),
        (12, "restart-strategy", "exponential-delay", "is not one of"),
        (12, "jobmanager.execution.failover-strategy", "individual", "is not one of full, region"),
        (12, "mesos.resourcemanager.tasks.container.type", "Docker", "is not one of mesos, docker"),
        (13, "jobmanager.scheduler", "legacy", "is not one of Ng, Adaptive"),
        (12, "rest.bind-port", "8090-8081", "the wrong way round"),
        (12, "rest.bind-port", "8081 - 8090", "is not a port"),
        (12, "rest.bind-port", "99999", "is not a port"),
        (12, "rest.port", "65536", "is not a port from 0 to 65535"),
        (12, "rest.port", "8081-8090", "is not a whole number"),
        (12, "high-availability.zookeeper.quorum", "a:2181, b:2181", "separate the servers with commas alone"),
        (12, "high-availability.zookeeper.quorum", "a:2181,,b:2181", "'' where"),
        (12, "high-availability.zookeeper.quorum", "a:0", "whose port is not from 1 to 65535"),
        (12, "high-availability.zookeeper.quorum", "zk://a:2181", "'zk:' where"),
        (12, "high-availability.zookeeper.quorum", "a:2181/", "ends with a slash"),
        (12, "high-availability.zookeeper.path.mesos-workers", "mesos-workers", "must start with a slash: /mesos-workers"),
        (12, "high-availability.zookeeper.path.mesos-workers", "/mesos-workers/", "ends with a slash"),
        (12, "high-availability.zookeeper.path.root", "/a//b", "two in a row"),
        (12, "high-availability.cluster-id", "/a/../b", "are not names of znodes"),
        (12, "high-availability.cluster-id", "//", "names no cluster"),
        (12, "state.checkpoints.dir", "/flink/checkpoints", "needs a scheme"),
        (12, "state.savepoints.dir", "hdfs:", "needs a scheme and a path"),
        (12, "pipeline.global-job-parameters", "a=b", "is not a map as Flink reads it"),
        (12, "pipeline.global-job-parameters", "a:b,a:c", "has a key twice"),
        (12, "pipeline.global-job-parameters", "'a:b", "quote that is not closed"),
        (12, "pipeline.jars", "'a' 'b'", "right behind a closing quote"),
        (12, "kubernetes.jobmanager.tolerations", "key:a;operator", "is not a map"),
        (20, "state.backend.rocksdb.compression.per.level", "NO_COMPRESSION;LZ5_COMPRESSION", "has LZ5_COMPRESSION, which is not one of NO_COMPRESSION,"),
        (20, "execution.checkpointing.externalized-checkpoint-retention", "KEEP", "is not one of DELETE_ON_CANCELLATION"),
        (20, "high-availability.type", "zookeper", "is not one of NONE, ZOOKEEPER, KUBERNETES, standalone or the full name of a class"),
        (20, "heartbeat.interval", "10 parsecs", "is not a duration"),
        (14, "execution.checkpointing.interval", "10 m", "is not a duration"),
        (13, "heartbeat.interval", "10 s", "write it in milliseconds, without a unit, 10000"),
    ],
)
def test_values_that_flink_does_not_take(minor, key, text, clause):
    assert clause in verdict(minor, key, text)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("'A;B';C", ["A;B", "C"]),
        ("\"AB'D\";B;C", ["AB'D", "B", "C"]),
        ("\"AB'\"\"D;B\";C", ["AB'\"D;B", "C"]),
        ("a; b ;c", ["a", "b", "c"]),
        ("a;;c", ["a", "", "c"]),
        (";a;", ["a"]),
        ("", []),
    ],
)
def test_lists_are_split_as_in_flinks_own_documentation(text, parts):
    assert split_escaped(text, ";") == parts


def test_booleans_are_written_in_lower_case():
    assert normalised(Catalogue(12).option("state.backend.incremental"), "True") == "true"
    assert normalised(Catalogue(12).option("jobmanager.rpc.address"), "True") == "True"
    assert normalised(None, "True") == "True"


def test_every_whole_number_that_is_a_time_says_its_unit():
    named = re.compile(r"timeout|interval$|backoff|delay|wait|duration|expiration|pause")
    counts = re.compile(r".*(attempts|max-failures-per-interval|sample-interval|attempts-before-reset-backoff|expiration-percent|fs_timeout)")
    rows = [line.split(" ")[:4] for line in OPTIONS.splitlines()]
    times = {key for key, _span, kind, traits in rows if re.search(r"\b(int|long)\b", kind) and named.search(key) and not counts.fullmatch(key)}
    assert len(times) > 50
    assert times - {key for key, _span, kind, traits in rows if "unit=" in traits} == set()


@pytest.mark.parametrize("text, taken", [
    ("PT10S", True), ("pt5m", True), ("P1D", True), ("P1DT2H30M", True), ("PT0.5S", True), ("PT10,5S", True), ("PT5.S", True), ("+P+1D", True),
    ("PT1H-30M", True), ("-PT0S", True), (" PT10S ", True), ("PT9223372036854775807S", True),
    ("PT9223372036854775808S", False), ("PT-10S", False), ("-PT10S", False), ("PT1H-90M", False), ("P", False), ("PT", False), ("P1DT", False),
    ("P1W", False), ("P1M", False), ("PT.5S", False), ("PT1S1M", False), ("P2D3H", False),
])
def test_durations_of_iso_8601_are_taken_from_2_1_on(text, taken):
    """TimeUtils.parseDuration of 2.3.0 was asked for each of them."""
    key = "restart-strategy.fixed-delay.delay"
    assert {minor: verdict(minor, key, text) is None for minor in (12, 20, 100)} == {12: False, 20: False, 100: False}
    assert {minor: verdict(minor, key, text) is None for minor in (101, 103)} == {101: taken, 103: taken}


@pytest.mark.parametrize("minor, text, reason", [
    (20, "filesystem", None), (103, "hashmap", None), (103, "RocksDB", None), (103, "com.example.Factory", None),
    (103, "filesystem", "is a word that this version has dropped: write hashmap, and execution.checkpointing.storage: filesystem"),
    (100, "JobManager", "is a word that this version has dropped: write hashmap, and execution.checkpointing.storage: jobmanager"),
    (103, "memory", "is not one of rocksdb, hashmap, forst or the full name of a class"),
])
def test_a_state_backend_that_was_dropped_names_what_replaces_it(minor, text, reason):
    assert verdict(minor, "state.backend.type", text) == reason


@pytest.mark.parametrize("minor, key", [(19, "state.checkpoints.dir"), (20, "execution.checkpointing.dir"), (103, "execution.checkpointing.savepoint-dir")])
def test_a_directory_of_checkpoints_needs_a_scheme_under_its_newer_name_too(minor, key):
    assert "needs a scheme" in verdict(minor, key, "/data/checkpoints") and verdict(minor, key, "file:///data/checkpoints") is None


@pytest.mark.parametrize("text, taken_from", [
    ("a:2181,b:2181,", 2), ("a:2181, b:2181", 15), ("a:2181 ,b:2181", 15), ("a:2181,,b:2181", 15), (" a:2181", 15), (",a:2181/chroot", 15),
])
def test_a_quorum_is_taken_as_the_client_of_the_version_takes_it(text, taken_from):
    """ConnectStringParser of 1.9.3 to 2.3.0 was asked for each of them: one of 3.4 keeps the blank as a part of the host."""
    taken = {minor for minor in (2, 9, 12, 14, 15, 20, 103) if verdict(minor, "high-availability.zookeeper.quorum", text) is None}
    assert taken == {minor for minor in (2, 9, 12, 14, 15, 20, 103) if minor >= taken_from}


@pytest.mark.parametrize("text", ["", ",", " , "])
def test_a_quorum_of_nobody_is_refused(text):
    assert all("is expected" in verdict(minor, "high-availability.zookeeper.quorum", text) for minor in (12, 103))
