"""Each host as the roles have left it."""

from __future__ import annotations

import pytest
from conftest import heap_of

from tests import knock

JAVA = {"node1": 17, "node2": 11}
VERSIONS = {"node1": "2.3.0", "node2": "1.20.5"}
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
    # 800m less metaspace 256m, overhead 192m, off-heap 128m; of 1024m Flink itself leaves 161061270 bytes.
    assert heap_of(process("flink-jobmanager")[1]) == 224 * 2**20
    assert heap_of(process("flink-taskmanager")[1]) == 161061270


def test_java_is_opened_to_flink_as_its_own_configuration_does(host, name, process):
    release = host.file("/opt/java/release").content_string
    assert f'JAVA_VERSION="{JAVA[name]}.' in release
    for unit in UNITS:
        command = process(unit)[1]
        assert "--add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED" in command
        assert ("--add-exports=java.base/sun.net.util=ALL-UNNAMED" in command) is (name == "node2")


def test_its_own_log4j_stays(host):
    assert not host.check_output("find /opt/flink/lib/ -name 'log4j*-2.17.2.jar'")
    assert host.check_output("find /opt/flink/lib/ -name 'log4j-core-*.jar'")


def test_its_zookeeper_client_is_replaced_where_it_can_have_two_leaders(host, name):
    laid = host.check_output("find /opt/flink/lib/ -name 'flink-shaded-zookeeper-*.jar' -printf %f")
    assert laid == {"node1": "", "node2": "flink-shaded-zookeeper-3-3.7.2-21.0.jar"}[name]


def test_release_and_link(host, name):
    assert host.file("/opt/flink").linked_to == f"/opt/flink-{VERSIONS[name]}"
    assert host.file("/opt/flink/bin/jobmanager.sh").mode == 0o755
    assert host.file("/opt/flink/conf").is_directory and not host.file("/opt/flink/conf/config.yaml").exists


def test_settings_are_for_root_and_flink(host):
    with host.sudo():
        for name in ("config.yaml", "environment"):
            file = host.file(f"/etc/flink/{name}")
            assert (file.user, file.group, file.mode) == ("root", "flink", 0o640)
        assert "high-availability.type: NONE\n" in host.file("/etc/flink/config.yaml").content_string
        assert not host.file("/etc/flink/flink-conf.yaml").exists


def test_client_for_root_and_its_refusal_for_others(host):
    refused = host.run("flink list")
    assert refused.rc == 1
    assert "may be read by root and the group flink only" in refused.stderr
    with host.sudo():
        assert "No running jobs." in host.check_output("flink list")


@pytest.mark.parametrize("name", ["node2"], scope="session")
def test_client_runs_a_job(host):
    with host.sudo():
        host.check_output(
            "flink run --class org.apache.flink.streaming.examples.wordcount.WordCount "
            "/opt/flink/examples/streaming/flink-examples-streaming-1.20.0.jar --output file:///var/lib/flink/tmp/words"
        )
        words = host.check_output("find /var/lib/flink/tmp/words -type f -exec cat {} +").splitlines()
        host.check_output("rm -r /var/lib/flink/tmp/words")
    assert "(nymph,1)" in words
    assert len(words) == 287


def test_journal_tells_the_level_and_the_class(host):
    with host.sudo():
        lines = host.check_output("journalctl --unit=flink-jobmanager --identifier=flink-jobmanager --output=cat")
    assert "INFO  o.a.f.r.e.ClusterEntrypoint - " in lines


def test_rest_knows_taskmanager_and_slots(operator, name):
    overview = operator.rest(name, "/overview")
    assert (overview["taskmanagers"], overview["slots-total"], overview["flink-version"]) == (1, 2, VERSIONS[name])


@pytest.mark.parametrize("name", ["node2"], scope="session")
def test_internal_ports_let_in_nobody_without_a_certificate(operator, name):
    for port in (6121, 6122, 6123, 6124):
        refused = knock.plain(operator.addresses[name], port), knock.with_tls(operator.addresses[name], port)
        assert knock.LET_IN not in refused, (port, refused)


@pytest.mark.parametrize("name", ["node2"], scope="session")
def test_the_password_of_the_key_store_is_in_files_of_flink_alone(host):
    with host.sudo():
        for file in map(host.file, ("/etc/flink/tls/keystore.p12", "/etc/flink/tls/keystore.password", "/etc/flink/config.yaml")):
            assert (file.user, file.group, file.mode) == ("root", "flink", 0o640)
        password = host.file("/etc/flink/tls/keystore.password").content_string
        assert len(password) == 40 and password in host.file("/etc/flink/config.yaml").content_string
        assert password not in host.check_output("ps -A -ww -o args=")
        assert password not in host.check_output("journalctl --output=cat")
        assert not host.check_output("grep --recursive --files-with-matches %s /tmp /run /var/lib/flink || true", password)
