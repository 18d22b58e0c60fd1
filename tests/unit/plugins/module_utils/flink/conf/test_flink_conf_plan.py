# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf import values
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import EXCLUSIVE_HEADER, Plan, Request, problems

HA = {
    "high_availability": "zookeeper",
    "zookeeper_quorum": ["a:2181", " b:2181"],
    "storage_dir": "hdfs://flink-hdfs/flink/ha",
    "cluster_id": "/default",
    "zookeeper_root": "/flink",
    "mesos_workers_path": "/mesos-workers",
    "zookeeper_acl": "open",
    "zookeeper_session_timeout": 10000,
}


def outcome(before="", version="1.12.5", **request):
    return Plan(Request(version=version, **request)).outcome(before)


def refusal(before="", **request):
    with pytest.raises(InputError) as caught:
        outcome(before, **request)
    return str(caught.value)


@pytest.mark.parametrize("version, family", [("1.2.1", "recovery"), ("1.3.3", "high-availability"), ("1.13.6", "high-availability")])
def test_the_same_request_is_spelled_for_each_version(version, family):
    assert outcome(version=version, high_availability=HA).text == (
        "high-availability: zookeeper\n"
        "high-availability.zookeeper.quorum: a:2181,b:2181\n"
        "high-availability.storageDir: hdfs://flink-hdfs/flink/ha\n"
        "high-availability.cluster-id: /default\n"
        "high-availability.zookeeper.path.root: /flink\n"
        f"{family}.zookeeper.path.mesos-workers: /mesos-workers\n"
        "high-availability.zookeeper.client.acl: open\n"
        "high-availability.zookeeper.client.session-timeout: 10000\n"
    )


@pytest.mark.parametrize("version, key", [("1.16.3", "high-availability"), ("1.17.2", "high-availability.type"), ("1.20.5", "high-availability.type")])
def test_the_mode_has_the_name_of_the_version(version, key):
    wanted = {name: value for name, value in HA.items() if name != "mesos_workers_path"}
    found = outcome("high-availability: NONE\n", version=version, high_availability=wanted)
    assert found.effective[key] == "zookeeper" and found.text.count("zookeeper\n") == 1
    assert found.renamed == {} and found.warnings == []
    assert "needs zookeeper_quorum" in refusal(version=version, high_availability={"high_availability": "zookeeper"})


def test_an_option_of_another_version_is_refused():
    message = "mesos_workers_path is for another version: Flink 1.14 does not know high-availability.zookeeper.path.mesos-workers (known to 1.3 to 1.13 only)"
    assert message in refusal(version="1.14.6", high_availability=HA)


def test_changing_the_version_moves_the_path_and_back():
    old = outcome(version="1.2", high_availability=HA)
    new = outcome(old.text, version="1.3", high_availability=HA)
    assert "recovery." not in new.text
    assert new.changed and new.changes == {} and new.restart == []
    assert outcome(new.text, version="1.2", high_availability=HA).text == old.text


def test_a_key_of_the_ha_block_in_settings_is_spelled_for_the_version_too():
    key = "high-availability.zookeeper.path.mesos-workers"
    found = outcome(version="1.2", settings={key: "/w"})
    assert found.text == "recovery.zookeeper.path.mesos-workers: /w\n"
    assert found.renamed == {key: "recovery.zookeeper.path.mesos-workers"}


@pytest.mark.parametrize("given, written", [("NONE", "NONE"), ("none", "NONE"), ("standalone", "NONE"), ("ZooKeeper", "zookeeper"), ("a.B", "a.B")])
def test_modes(given, written):
    needed = {**HA, "high_availability": given}
    assert outcome(high_availability=needed).effective["high-availability"] == written


def test_a_deprecated_key_is_written_under_its_current_name_with_a_warning():
    found = outcome("web.port: 1\nx.y: 2\n", settings={"akka.client.timeout": "5 s", "jobmanager.web.port": 9000}, unknown_keys="allow")
    assert found.text == "web.port: 1\nx.y: 2\nclient.timeout: 5 s\nrest.port: 9000\n"
    assert found.renamed == {"akka.client.timeout": "client.timeout", "jobmanager.web.port": "rest.port"}
    assert "akka.client.timeout is written as client.timeout, its name in Flink 1.12; use that name." in found.warnings


def test_a_deprecated_line_in_the_file_is_replaced_where_it_stands():
    found = outcome("# mode\nrecovery.mode: standalone # was\nx: 1\n", high_availability=HA)
    assert found.text.startswith("# mode\nhigh-availability: zookeeper # was\nx: 1\n")
    assert found.changes["high-availability"] == {"before": "standalone", "after": "zookeeper"}


def test_a_deprecated_line_with_the_same_value_changes_the_text_only():
    found = outcome("security.keytab: /k\n", settings={"security.kerberos.login.keytab": "/k"})
    assert found.changed and found.text == "security.kerberos.login.keytab: /k\n"
    assert found.changes == {} and found.restart == []


def test_the_same_option_under_two_names_must_agree():
    assert "two different values" in refusal(settings={"recovery.mode": "NONE", "high-availability": "a.B"})
    assert outcome(settings={"recovery.mode": "NONE", "high-availability": "NONE"}).text == "high-availability: NONE\n"
    assert "zookeeper_root and recovery.zookeeper.path.root give" in refusal(
        high_availability={"zookeeper_root": "/a"}, settings={"recovery.zookeeper.path.root": "/b"}
    )


def test_null_and_absent_remove_a_key_and_what_flink_would_read_in_its_place():
    text = "high-availability.cluster-id: /a\nrecovery.zookeeper.path.namespace: /b\nparallelism.default: 2\nfoo: 1\n"
    found = outcome(text, settings={"parallelism.default": None}, absent=["recovery.zookeeper.path.namespace", "foo", "not.there"])
    assert found.text == "" and found.effective == {}
    assert found.changes["high-availability.cluster-id"] == {"before": "/a", "after": None}


def test_a_key_cannot_be_set_and_removed():
    assert "to be set" in refusal(settings={"parallelism.default": 2}, absent=["parallelism.default"])
    assert "to be removed" in refusal(settings={"recovery.mode": None, "high-availability": "NONE"})


def test_unknown_keys():
    settings = {"taskmanager.memory.proces.size": "1g"}
    assert refusal(settings=settings) == (
        "Flink 1.12 does not know taskmanager.memory.proces.size (did you mean taskmanager.memory.process.size?); "
        "correct the key, or set unknown_keys: warn to write it all the same."
    )
    warned = outcome(settings=settings, unknown_keys="warn")
    assert warned.text == "taskmanager.memory.proces.size: 1g\n" and "does not know" in warned.warnings[0]
    assert outcome(settings=settings, unknown_keys="allow").warnings == []


def test_a_key_that_may_be_read_is_written_with_a_warning():
    found = outcome(settings={"zookeeper.sasl.client": "true"})
    assert found.text == "zookeeper.sasl.client: true\n"
    assert len(found.warnings) == 1 and found.warnings[0].startswith("Flink 1.12 does not know zookeeper.sasl.client (did you mean zookeeper.sasl.")
    assert found.warnings[0].endswith("; it is written, since something in its code, or a program that goes with it, may read it.")


def test_all_problems_are_told_at_once():
    text = refusal(
        high_availability={"mesos_workers_path": "w"},
        settings={"rest.port": "x", "a": {"b": 1}, 3: 4, "web.tmpdir": "a#b", "s3.secret-key": "'verysecret'", "blob.fetch.retries": "1.0"},
    )
    for part in (
        "1) mesos_workers_path 'w' must start with a slash: /w (Flink's default: /mesos-workers)", "rest.port 'x' is not a whole number",
        "write each entry with its whole key, a.b", "the key 3 in settings is a int to YAML", "where Flink cuts", "6) s3.secret-key (hidden value)",
        "(Flink's default: 5)",
    ):
        assert part in text
    assert "verysecret" not in text


def test_zookeeper_mode_needs_a_quorum_and_a_directory():
    text = refusal(high_availability={"high_availability": "zookeeper"})
    assert "needs zookeeper_quorum" in text and "needs storage_dir" in text
    given = "recovery.zookeeper.quorum: a:1\nhigh-availability.storageDir: s3://b/c\n"
    assert outcome(given, high_availability={"high_availability": "zookeeper"}).changed
    assert any("needs storage_dir" in text for text in outcome("high-availability: zookeeper\n").warnings)


def test_the_storage_directory_needs_a_file_system():
    assert "needs a scheme and a path" in refusal(high_availability={**HA, "storage_dir": "/flink/ha"})
    assert outcome(high_availability={**HA, "storage_dir": "/flink/ha"}, settings={"fs.default-scheme": "hdfs://nn:8020"}).changed
    assert "needs a scheme" in refusal(high_availability={**HA, "storage_dir": "flink/ha"}, settings={"fs.default-scheme": "hdfs://nn:8020"})


@pytest.mark.parametrize("version, settings, refused", [("1.2", {}, True), ("1.3", {}, False), ("1.12", {"zookeeper.sasl.disable": True}, True)])
def test_acl_creator_needs_sasl(version, settings, refused):
    request = {"version": version, "high_availability": {**HA, "zookeeper_acl": "creator"}, "settings": settings}
    if refused:
        assert "needs a session with SASL" in refusal(**request)
    else:
        assert outcome(**request).effective["high-availability.zookeeper.client.acl"] == "creator"


def test_empty_options_are_refused():
    assert "cluster_id '' is empty" in refusal(high_availability={"cluster_id": ""})
    assert "zookeeper_quorum '' is empty" in refusal(high_availability={"zookeeper_quorum": []})


def test_comments_order_and_foreign_keys_stay_and_duplicates_fold():
    before = "# a\n\nfoo: 1 # x\nparallelism.default: 1\n  broken:\nfoo: 2\r\n# z"
    found = outcome(before, settings={"parallelism.default": 4, "rest.port": 1})
    assert found.text == "# a\n\nparallelism.default: 4\n  broken:\nfoo: 2\r\n# z\r\nrest.port: 1\r\n"
    assert found.duplicates == ["foo"]
    assert found.changes == {"parallelism.default": {"before": "1", "after": "4"}, "rest.port": {"before": None, "after": "1"}}


def test_exclusive_writes_the_arguments_alone():
    found = outcome("# a\nfoo: 1\nrest.port: 2 # b\n", settings={"rest.port": 3, "parallelism.default": 1}, exclusive=True)
    assert found.text == EXCLUSIVE_HEADER + "rest.port: 3\nparallelism.default: 1\n"
    assert set(found.changes) == {"foo", "rest.port", "parallelism.default"}
    assert not outcome(found.text, settings={"rest.port": 3, "parallelism.default": 1}, exclusive=True).changed


def test_what_is_wrong_in_the_file_is_told():
    warnings = outcome("jobmanager.rpc.port:1\nfoo: 1\nrest.port: ab\n\tenv.log.dir: /x\nmy.secret.port: 1\n", settings={"web.history": 1}).warnings
    assert warnings == [
        'Flink ignores line 1: there is no "key: value" with a space behind the colon.',
        "Flink 1.12 does not know what is already in the file: foo, my.secret.port.",
        "in the file rest.port 'ab' is not a whole number.",
        "bin/config.sh does not read env.log.dir as Flink does: remove tabs before the key or carriage returns.",
    ]


def test_secrets_are_hidden_in_everything_but_the_text():
    found = outcome("s3.secret-key: old-secret\n# my.token: gone-secret\n", settings={"s3.secret-key": "new-secret", "env.java.opts": "-Dpassword=a-secret"})
    assert "new-secret" in found.text and "a-secret" in found.text
    shown = repr(found._replace(text=""))
    for secret in ("new-secret", "old-secret", "a-secret", "gone-secret"):
        assert secret not in shown
    assert found.effective["s3.secret-key"] == "******"
    assert found.shown_before == "s3.secret-key: ******\n# my.token: ******\n"
    assert found.shown_after == "s3.secret-key: ****** (new value)\n# my.token: ******\nenv.java.opts: -Dpassword=******\n"


def test_a_secret_that_the_version_would_log_is_told_once():
    settings = {"security.ssl.keystore-password": "abc"}
    found = outcome(version="1.4", settings=settings)
    assert found.warnings == ["Flink 1.4 prints the values of security.ssl.keystore-password in its log when it starts."]
    assert outcome(found.text, version="1.4", settings=settings).warnings == []
    assert outcome(version="1.5", settings=settings).warnings == []


def test_bytes_that_are_no_text_survive():
    before = b"# caf\xe9\nfoo: \xff\n".decode("utf-8", "surrogateescape")
    found = outcome(before, settings={"rest.port": 1}, unknown_keys="allow")
    assert found.text.encode("utf-8", "surrogateescape") == b"# caf\xe9\nfoo: \xff\nrest.port: 1\n"
    assert found.effective["foo"] == "\ufffd"
    found.shown_after.encode("utf-8")


def test_keys_that_are_no_text_are_told_as_such():
    before = b"\xff: 1\n\xff: 2\nrest.port: 1\n".decode("utf-8", "surrogateescape")
    found = outcome(before, absent=[before[0]])
    assert found.text == "rest.port: 1\n"
    again = outcome(before, settings={"rest.port": 2})
    repr(again._replace(text="")).encode("utf-8")
    assert again.duplicates == ["\ufffd"] and "does not know what is already in the file: '\\udcff'." in again.warnings[0]


def test_a_byte_order_mark_is_told():
    found = outcome("\ufeffrest.port: 1\n", settings={"rest.port": 2})
    assert found.text == "\ufeffrest.port: 1\nrest.port: 2\n"
    assert "'\\ufeffrest.port'" in found.warnings[0]


def test_long_values_are_judged_quickly():
    text = "secret" * 20000 + "9" * 100000
    assert outcome(settings={"web.tmpdir": text}).effective["web.tmpdir"] == text


def test_an_internal_key_is_written_with_a_warning():
    found = outcome(settings={"internal.jobgraph-path": "job.graph"})
    assert found.warnings == ["internal.jobgraph-path is internal to Flink, which sets it by itself."]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("pipeline.jars", ["file:///a.jar", "file:///b;c.jar"], "file:///a.jar;'file:///b;c.jar'"),
        ("classloader.parent-first-patterns.additional", ["org.a.", "org.b."], "org.a.;org.b."),
        ("io.tmp.dirs", ["/disk1", "/disk2"], "/disk1,/disk2"),
        ("env.java.opts.taskmanager", ["-Da=b", "-Dc=d"], "-Da=b -Dc=d"),
        ("metrics.reporters", ["jmx"], "jmx"),
        ("rest.bind-port", [8081, "8090-8099"], "8081,8090-8099"),
    ],
)
def test_a_list_is_joined_as_the_option_wants_it(key, value, text):
    assert outcome(settings={key: value}).effective[key] == text


@pytest.mark.parametrize("minor", [12, 20, 103])
def test_the_start_scripts_take_options_of_jvms_apart_at_blanks(minor):
    keys = [key for key in Catalogue(minor).known_keys() if re.match(r"env\.\w+\..*opts", key)]
    assert len(keys) >= 6
    assert {values.joined(key, ["-Da=b", "-Dc=d"], False, minor) for key in keys} == {"-Da=b -Dc=d"}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("env.java.opts", ["-Da=b c"], "env.java.opts has an entry with a blank"),
        ("io.tmp.dirs", ["/a,b"], "io.tmp.dirs has an entry with , in it"),
        ("pipeline.jars", [["a"]], "pipeline.jars is a list of lists, maps or nothing"),
        ("pipeline.jars", [None], "pipeline.jars is a NoneType"),
        ("heartbeat.interval", [1, 2], "is not a whole number of milliseconds"),
        ("io.tmp.dirs", [], "is empty"),
    ],
)
def test_a_list_that_the_option_would_not_get_back_is_refused(key, value, said):
    with pytest.raises(InputError, match=said):
        outcome(settings={key: value})


def test_settings_are_judged_without_a_file_and_without_telling_a_secret():
    assert problems({"parallelism.default": 2, "state.backend": "rocksdb"}, "1.12.5") == []
    (problem,) = problems({"taskmanager.numberOfTaskSlotz": 2}, "1.12.5")
    assert "taskmanager.numberOfTaskSlotz" in problem and "taskmanager.numberOfTaskSlots" in problem
    assert problems({"acme.audit": "x"}, "1.12.5", "allow") == []
    (problem,) = problems({"security.ssl.rest.key-password": "tell#nobody"}, "1.12.5")
    assert "nobody" not in problem
