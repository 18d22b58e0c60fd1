"""Each host as the roles have left it."""

from __future__ import annotations

import pytest
from conftest import heap_of

JAVA = {"node1": 17, "node2": 11}
UNITS = {"flink-jobmanager": "StandaloneSessionClusterEntrypoint", "flink-taskmanager": "TaskManagerRunner"}


@pytest.mark.parametrize("unit", UNITS)
def test_runs_in_the_foreground_as_its_own_user(host, process, unit):
    service = host.service(unit)
    assert service.is_running and service.is_enabled
    properties = service.systemd_properties
    assert (properties["User"], properties["Restart"], properties["NRestarts"]) == ("flink", "always", "0")
    assert properties["LimitNOFILE"] == "65536"
    command = process(unit)[1]
    assert command.startswith("/opt/java/bin/java ")
    assert UNITS[unit] in command


def test_memory_is_what_flink_makes_of_the_process_size(process):
    # 800m less metaspace 256m, overhead 192m, off-heap 128m; of 1024m Flink 1.12.5 itself leaves 161061270 bytes.
    assert heap_of(process("flink-jobmanager")[1]) == 224 * 2**20
    assert heap_of(process("flink-taskmanager")[1]) == 161061270


def test_java_decides_switches_and_zookeeper_client(host, name, process):
    release = host.file("/opt/java/release").content_string
    assert f'JAVA_VERSION="{JAVA[name]}.' in release
    jars = host.check_output("ls /opt/flink/lib")
    on_17 = JAVA[name] == 17
    assert ("flink-shaded-zookeeper-3-3.5.6-12.0.jar" in jars) is on_17
    assert ("flink-shaded-zookeeper-3.4.14.jar" in jars) is not on_17
    assert ("--add-opens=java.base/java.lang.ref=ALL-UNNAMED" in process("flink-taskmanager")[1]) is on_17


def test_no_log4j_that_is_open(host):
    jars = host.check_output("find /opt/flink/ -name 'log4j*.jar' -printf '%f\\n'").split()
    assert sorted(jars) == [f"log4j-{part}-2.17.2.jar" for part in ("1.2-api", "api", "core", "slf4j-impl")]
    # The one inside the start scripts' helper cannot be taken out; its lookups are off.
    with host.sudo():
        assert 'LOG4J_FORMAT_MSG_NO_LOOKUPS="true"' in host.file("/etc/flink/environment").content_string


def test_release_and_link(host):
    assert host.file("/opt/flink").linked_to == "/opt/flink-1.12.5"
    assert host.file("/opt/flink-1.12.5/bin/jobmanager.sh").mode == 0o755


def test_settings_are_for_root_and_flink(host):
    with host.sudo():
        for name in ("flink-conf.yaml", "environment"):
            file = host.file(f"/etc/flink/{name}")
            assert (file.user, file.group, file.mode) == ("root", "flink", 0o640)
        assert "high-availability: NONE\n" in host.file("/etc/flink/flink-conf.yaml").content_string


def test_client_for_root_and_its_refusal_for_others(host):
    refused = host.run("flink list")
    assert refused.rc == 1
    assert "may be read by root and the group flink only" in refused.stderr
    with host.sudo():
        assert "No running jobs." in host.check_output("flink list")


def test_client_runs_a_job(host):
    with host.sudo():
        host.check_output(
            "flink run --class org.apache.flink.streaming.examples.wordcount.WordCount "
            "/opt/flink/examples/streaming/flink-examples-streaming_2.11-1.12.5.jar --output file:///var/lib/flink/tmp/words"
        )
        words = host.file("/var/lib/flink/tmp/words").content_string.splitlines()
        host.check_output("rm /var/lib/flink/tmp/words")
    assert "(nymph,1)" in words
    assert len(words) == 287


def test_journal_tells_the_level_and_the_class(host):
    with host.sudo():
        lines = host.check_output("journalctl --unit=flink-jobmanager --identifier=flink-jobmanager --output=cat")
    assert "INFO  o.a.f.r.e.ClusterEntrypoint - " in lines


def test_rest_knows_taskmanager_and_slots(operator, name):
    overview = operator.rest(name, "/overview")
    assert (overview["taskmanagers"], overview["slots-total"], overview["flink-version"]) == (1, 2, "1.12.5")
