# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink_conf on a config.yaml: what is asked for, what is taken over from an older Flink, and what is said."""

from __future__ import annotations

import os
import stat
import sys

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.module import SPEC, core
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import Plan, Request
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.syntax import standard, syntax_of

DEFAULTS = {name: option.get("default") for name, option in SPEC["argument_spec"].items()}


def outcome(before="", version="2.3.0", **asked):
    return Plan(Request(version=version, syntax=standard(), **asked)).outcome(before)


class Module:
    """Stands for AnsibleModule."""

    def __init__(self):
        self.warnings = []

    def warn(self, text):
        self.warnings.append(text)

    @staticmethod
    def load_file_common_arguments(_params, path):
        return {"path": path, "mode": None, "owner": None, "group": None, "attributes": None}

    @staticmethod
    def set_fs_attributes_if_different(_attributes, changed, _diff=None):
        return changed

    @staticmethod
    def selinux_enabled():
        return False


def run(path, check=False, **asked):
    module = Module()
    return core({**DEFAULTS, "path": str(path), "version": "1.20.5", "charset": "ascii", **asked}, check, module), module.warnings


def test_keys_are_written_as_the_version_spells_them():
    found = outcome(high_availability={"high_availability": "zookeeper", "zookeeper_quorum": ["z:2181"], "storage_dir": "hdfs://n/ha"},
                    settings={"state.backend": "rocksdb", "taskmanager": {"numberOfTaskSlots": 4}, "parallelism.default": 2})
    assert found.text.splitlines() == [
        "high-availability.type: zookeeper", "high-availability.zookeeper.quorum: z:2181", "high-availability.storageDir: hdfs://n/ha",
        "state.backend.type: rocksdb", "taskmanager.numberOfTaskSlots: 4", "parallelism.default: 2"]
    assert found.renamed == {"state.backend": "state.backend.type"}


def test_what_the_older_file_could_not_hold_can_be_written_here():
    found = outcome(settings={"rest.url": "http://h/#x", "env.java.opts.all": "-Da=é"}, unknown_keys="allow")
    assert found.text == "rest.url: 'http://h/#x'\nenv.java.opts.all: '-Da=é'\n"


def test_a_key_of_mesos_is_refused_where_there_is_no_mesos():
    with pytest.raises(InputError, match=r"mesos\.master"):
        outcome(settings={"mesos.master": "m:5050"})


def test_secrets_are_in_no_difference():
    before = "s3:\n  secret-key: old-one # kept\n# fs.azure.account.key.x: commented\n"
    found = outcome(before, settings={"s3.secret-key": "new-one"})
    assert found.text == before.replace("old-one", "new-one")
    shown = found.shown_before + found.shown_after + str(found.changes)
    assert not any(secret in shown for secret in ("old-one", "new-one", "commented")) and "(new value)" in found.shown_after


def test_a_list_in_the_file_is_the_same_as_its_elements_with_separators():
    before = "env.java.opts.all: -Da=b\nclassloader.parent-first-patterns.additional:\n  - a.b\n  - c.d\n"
    assert not outcome(before, settings={"classloader.parent-first-patterns.additional": ["a.b", "c.d"]}).changed
    assert outcome(before, settings={"classloader.parent-first-patterns.additional": ["a.b"]}).changed


def test_a_file_that_flink_cannot_read_is_an_obstacle_unless_it_is_replaced():
    with pytest.raises(InputError, match="line 1 of config.yaml has no value for a"):
        outcome("a:\n", settings={"parallelism.default": 1})
    assert outcome("a:\n", settings={"parallelism.default": 1}, exclusive=True).text.endswith("removed.\nparallelism.default: 1\n")


@pytest.mark.parametrize(("name", "minor", "found"), [
    ("flink-conf.yaml", 12, "flink-conf.yaml"), ("mine", 18, "flink-conf.yaml"), ("mine", 19, "config.yaml"), ("config.yaml", 20, "config.yaml"),
    ("flink-conf.yaml", 20, "flink-conf.yaml"), ("config.yaml", 103, "config.yaml"),
])
def test_the_name_and_the_version_say_which_file_it_is(name, minor, found):
    assert syntax_of(f"/etc/flink/{name}", minor, "x").name == found


def test_a_file_that_the_version_does_not_read_is_refused():
    with pytest.raises(InputError, match=r"Flink 2.3.0 reads config.yaml and no flink-conf.yaml: set path to /etc/flink/config.yaml"):
        syntax_of("/etc/flink/flink-conf.yaml", 103, "2.3.0")
    with pytest.raises(InputError, match=r"Flink 1.18 reads flink-conf.yaml and no config.yaml: set path to /etc/flink/flink-conf.yaml"):
        syntax_of("/etc/flink/config.yaml", 18, "1.18")


def test_a_host_without_pyyaml_is_told_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(InputError, match="install python3-yaml"):
        standard()


LEGACY = "# sizes\nstate.backend: rocksdb # fast\njobmanager.rpc.address: old\nnot read\nx.y: 0123\n"


def test_an_older_file_is_taken_over_once(tmp_path):
    legacy, path = tmp_path / "flink-conf.yaml", tmp_path / "config.yaml"
    legacy.write_text(LEGACY)
    legacy.chmod(0o640)
    asked = {"take_over": True, "settings": {"jobmanager.rpc.address": "new"}, "unknown_keys": "allow"}
    assert run(path, check=True, **asked)[0]["changed"] and not path.exists()
    result, dummy = run(path, **asked)
    assert path.read_text() == "# sizes\nstate.backend.type: rocksdb  # fast\njobmanager.rpc.address: new\n# not read\nx.y: '0123'\n"
    assert result["changed"] and result["taken_over"] == str(legacy) and stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert not legacy.exists() and (tmp_path / "flink-conf.yaml.taken-over").read_text() == LEGACY
    again, warnings = run(path, **asked)
    assert not again["changed"] and again["taken_over"] is None and warnings == []


def test_a_killed_run_is_made_good(tmp_path):
    legacy, path = tmp_path / "flink-conf.yaml", tmp_path / "config.yaml"
    legacy.write_text(LEGACY)
    path.write_text("parallelism.default: 3\n")
    assert run(path, take_over=True)[0]["changed"]
    assert path.read_text() == "parallelism.default: 3\n" and not legacy.exists()


def test_an_older_file_in_the_way_is_named(tmp_path):
    (tmp_path / "flink-conf.yaml").write_text("a: b\n")
    dummy, warnings = run(tmp_path / "config.yaml", settings={"parallelism.default": 1})
    assert warnings == [
        f"Flink 1.20 reads {tmp_path}/flink-conf.yaml as long as it is there, and not {tmp_path}/config.yaml: set take_over, or remove it."]
    assert run(tmp_path / "config.yaml", version="2.3.0", settings={"parallelism.default": 1})[1] == []


def test_of_several_names_of_an_option_that_is_taken_over_which_flink_read(tmp_path):
    path = tmp_path / "config.yaml"
    (tmp_path / "flink-conf.yaml").write_text(
        "state.backend.type: rocksdb\nstate.backend: filesystem # older\nhigh-availability: NONE\nrecovery.mode: zookeeper\n"
        "recovery.zookeeper.quorum: a:2181\nstate.backend.rocksdb.checkpointdir: /data\n")
    result, warnings = run(path, take_over=True)
    assert path.read_text() == (
        "state.backend.type: rocksdb\n# state.backend: filesystem # older\nhigh-availability.type: NONE\n# recovery.mode: zookeeper\n"
        "high-availability.zookeeper.quorum: a:2181\nstate.backend.rocksdb.localdir: /data\n")
    assert warnings == [] and result["duplicates"] == []


def test_what_is_taken_over_and_dropped_names_what_replaces_it(tmp_path):
    (tmp_path / "flink-conf.yaml").write_text("state.backend: filesystem\njobmanager.heap.size: 1g\nakka.watch.threshold: 12\nmy.key: 1\n")
    warnings = run(tmp_path / "config.yaml", version="2.3.0", take_over=True)[1]
    assert warnings == [
        "Flink 2.3 does not know what is already in the file: akka.watch.threshold (leave it out: it had no effect any more), "
        "jobmanager.heap.size (use jobmanager.memory.heap.size, or jobmanager.memory.process.size for the whole process), my.key.",
        "in the file state.backend.type 'filesystem' is a word that this version has dropped: write hashmap, and "
        "execution.checkpointing.storage: filesystem.",
    ]


@pytest.mark.parametrize("text, warned", [
    ("pipeline:\n  global-job-parameters:\n    my.key: 1\n", ""),
    ("pipeline.global-job-parameters: '{a: b:c, d: \"x,y\"}'\n", ""),
    ("pipeline.global-job-parameters: 'a:b:c'\n", "is not a map as Flink reads it"),
    ("pipeline.global-job-parameters: [a, b]\n", "is not a map as Flink reads it"),
    ("pipeline.jars: [a, b]\n", ""),
    ("kubernetes.jobmanager.tolerations: [{key: a, operator: Exists}]\n", ""),
    ("kubernetes.jobmanager.tolerations: 'key:a,operator:Exists;key:b'\n", ""),
    ("sql-gateway.endpoint.type: [rest]\n", ""),
    ("restart-strategy.fixed-delay.delay: PT10S\n", ""),
    ("restart-strategy.fixed-delay.delay: 10x\n", "is not a duration"),
])
def test_lists_maps_and_durations_of_a_file_are_read_as_yaml(text, warned):
    warnings = outcome(text).warnings
    assert len(warnings) == bool(warned) and warned in "".join(warnings)


def test_a_map_in_settings_is_a_key_for_each_entry():
    found = outcome(settings={"pipeline": {"global-job-parameters": {"a": "b", "c.d": 1}}})
    assert found.text == "pipeline.global-job-parameters.a: b\npipeline.global-job-parameters.c.d: 1\n" and found.warnings == []


def test_a_key_under_a_name_that_the_version_has_dropped_takes_its_place():
    found = outcome("state.backend.rocksdb.checkpointdir: /old\nrest.port: 8081\n", settings={"state.backend.rocksdb.localdir": "/new"})
    assert found.text == "state.backend.rocksdb.localdir: /new\nrest.port: 8081\n"
    assert outcome(settings={"state.backend.rocksdb.checkpointdir": "/new"}).renamed == {
        "state.backend.rocksdb.checkpointdir": "state.backend.rocksdb.localdir"}


def test_a_key_of_a_later_version_in_the_file_is_told_with_the_name_that_this_one_has():
    warnings = outcome("execution.checkpointing.storage: filesystem\n", version="1.19.2").warnings
    assert warnings == ["Flink 1.19 does not know what is already in the file: execution.checkpointing.storage (use state.checkpoint-storage)."]
