# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it: arguments as JSON, one result as JSON, a real file."""

from __future__ import annotations

import grp
import importlib.util
import json
import os
import re
import stat

import pytest
import yaml
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.modules import flink_conf

STOCK = """\
# The host of the JobManager.
jobmanager.rpc.address: localhost

taskmanager.memory.process.size: 1728m   # all of it
# s3.secret-key: commented-secret
"""
HA = {
    "high_availability": "zookeeper", "zookeeper_quorum": "a:2181,b:2181", "storage_dir": "hdfs://flink-hdfs/flink/ha", "cluster_id": "/default",
    "zookeeper_root": "/flink", "mesos_workers_path": "/mesos-workers", "zookeeper_acl": "open", "zookeeper_session_timeout": 10000,
}


class Host:
    """A directory with a flink-conf.yaml, and the module to run on it."""

    def __init__(self, directory, capsys):
        self.path = directory / "flink-conf.yaml"
        self._capsys = capsys
        self.printed = ""

    def run(self, *, check=False, diff=False, **arguments):
        asked = {"path": str(self.path), "version": "1.12.5", **arguments, "_ansible_check_mode": check, "_ansible_diff": diff}
        with patch_module_args(asked), pytest.raises(SystemExit) as ended:
            flink_conf.main()
        self.printed = self._capsys.readouterr().out
        result = json.loads(self.printed)
        assert bool(ended.value.code) is bool(result.get("failed")), result
        return result

    def refuse(self, **arguments):
        result = self.run(**arguments)
        assert result["failed"], result
        return result["msg"]

    @property
    def text(self):
        return self.path.read_text(encoding="utf-8")

    @property
    def mode(self):
        return stat.S_IMODE(self.path.stat().st_mode)


@pytest.fixture(autouse=True)
def on_a_host(monkeypatch):
    """Other tests of the process may have loaded the controller's side, which keeps warnings for itself from ansible-core 2.19 on."""
    if importlib.util.find_spec("ansible.module_utils._internal"):
        monkeypatch.setattr("ansible.module_utils._internal.is_controller", False)


@pytest.fixture
def host(tmp_path, capsys):
    return Host(tmp_path, capsys)


@pytest.fixture
def stock(host):
    host.path.write_text(STOCK, encoding="utf-8")
    host.path.chmod(0o600)
    return host


def test_the_call_of_the_role_writes_a_new_file(host):
    group = grp.getgrgid(os.getegid()).gr_name
    result = host.run(**HA, settings={"rest.port": 8081}, exclusive=False, group=group, mode="0640")
    assert result["changed"] and result["version"] == "1.12" and result["path"] == str(host.path)
    assert host.text.splitlines()[0] == "high-availability: zookeeper" and host.text.endswith("rest.port: 8081\n")
    assert host.mode == 0o640
    assert result["restart"] == ["jobmanager", "taskmanager", "client"]
    assert not host.run(**HA, settings={"rest.port": 8081}, group=group, mode="0640")["changed"]


def test_a_list_and_a_string_are_the_same_quorum(host):
    host.run(**HA)
    assert not host.run(**{**HA, "zookeeper_quorum": ["a:2181", "b:2181"]})["changed"]


def test_only_what_is_asked_for_changes(stock):
    result = stock.run(settings={"taskmanager.memory.process.size": "4g", "state.backend.incremental": True})
    assert stock.text == STOCK.replace("1728m", "4g") + "state.backend.incremental: true\n"
    assert stock.mode == 0o600
    assert result["changed_keys"] == ["state.backend.incremental", "taskmanager.memory.process.size"]
    assert result["changes"]["taskmanager.memory.process.size"] == {"before": "1728m", "after": "4g"}
    assert result["settings"] == {
        "jobmanager.rpc.address": "localhost", "taskmanager.memory.process.size": "4g", "state.backend.incremental": "true",
    }


def test_nothing_to_do_leaves_the_file_alone(stock):
    before = stock.path.stat()
    result = stock.run(settings={"jobmanager.rpc.address": "localhost"}, backup=True)
    after = stock.path.stat()
    assert not result["changed"] and result["restart"] == [] and result["changed_keys"] == []
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert os.listdir(stock.path.parent) == ["flink-conf.yaml"]


def test_check_mode_tells_and_does_not_touch(stock):
    checked = stock.run(check=True, diff=True, settings={"rest.port": 1}, mode="0644", backup=True)
    assert checked["changed"] and stock.text == STOCK and stock.mode == 0o600
    assert os.listdir(stock.path.parent) == ["flink-conf.yaml"]
    done = stock.run(diff=True, settings={"rest.port": 1}, mode="0644")
    for key in ("changes", "restart", "settings", "diff"):
        assert checked[key] == done[key], key


def test_check_mode_on_a_host_where_nothing_is_installed_yet(host):
    host.path = host.path.parent / "none" / "conf" / "flink-conf.yaml"
    assert host.run(check=True, settings={"rest.port": 1}, mode="0640")["changed"]
    assert "does not exist; create it first" in host.refuse(settings={"rest.port": 1})


def test_a_mode_alone_is_a_change(stock):
    result = stock.run(diff=True, mode="0640")
    assert result["changed"] and stock.mode == 0o640 and stock.text == STOCK
    assert result["diff"][1]["after"]["mode"] == "0640" and result["restart"] == []


def test_an_empty_request_makes_an_empty_file_once(host):
    assert host.run()["changed"] and host.text == ""
    assert not host.run()["changed"]


def test_the_backup_holds_the_old_text(stock):
    result = stock.run(settings={"rest.port": 1}, backup=True)
    with open(result["backup_file"], encoding="utf-8") as file:
        assert file.read() == STOCK
    assert stat.S_IMODE(os.stat(result["backup_file"]).st_mode) == 0o600


def test_the_diff_shows_the_text_without_secrets(stock):
    result = stock.run(diff=True, settings={"s3.secret-key": "sesame-open", "rest.port": 1})
    (difference,) = result["diff"]
    assert difference["before"] == STOCK.replace("commented-secret", "******")
    assert difference["after"] == difference["before"] + "s3.secret-key: ****** (new value)\nrest.port: 1\n"
    assert "s3.secret-key: sesame-open\n" in stock.text


@pytest.mark.parametrize("more", [{}, {"rest.port": "x"}, {"unknown.thing": 1}, {"a": {"s3.secret-key": "sesame-open"}}, {"web.history": [["sesame-open"]]}])
def test_no_output_holds_a_secret(stock, more):
    stock.run(diff=True, settings={"s3.secret-key": "sesame-open", "env.java.opts": "-Dmy.password=sesame-open", **more})
    assert "sesame-open" not in stock.printed and "******" in stock.printed


def test_short_secrets_do_not_eat_the_result(stock):
    result = stock.run(settings={"my.password": "1", "rest.port": 1, "parallelism.default": 11}, unknown_keys="allow")
    assert result["settings"]["my.password"] == "******" and result["settings"]["parallelism.default"] == "11"


def test_more_secret_keys(stock):
    stock.run(diff=True, settings={"metrics.reporter.a.pin": "sesame-open"}, secret_keys=["PIN"])
    assert "sesame-open" not in stock.printed


def test_the_system_log_gets_no_settings(stock, monkeypatch):
    logged = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda self, message, log_args=None: logged.append(f"{message} {log_args}"))
    stock.run(settings={"s3.secret-key": "sesame-open"}, _ansible_no_log=False)
    assert logged and "sesame-open" not in "".join(logged)


def test_a_refusal_changes_nothing_and_says_what_to_change(stock):
    assert stock.refuse(settings={"web.tmpdir": "/a#b"}) == (
        "web.tmpdir '/a#b' contains \"#\", where Flink cuts the line, also inside quotes and URLs."
    )
    assert "did you mean parallelism.default?" in stock.refuse(settings={"paralelism.default": 1})
    assert "1.10 is then 1.1: quote it" in stock.refuse(version=1.1)
    assert stock.text == STOCK


def test_a_link_is_followed(stock, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(stock.path)
    result = stock.run(path=str(link), settings={"rest.port": 1})
    assert link.is_symlink() and result["path"] == str(stock.path) and "rest.port: 1" in stock.text


def test_a_file_with_bytes_that_are_no_text(stock):
    stock.path.write_bytes(b"# caf\xe9\n\xff\xfe: \xff\n")
    result = stock.run(diff=True, settings={"rest.port": 1})
    assert stock.path.read_bytes() == b"# caf\xe9\n\xff\xfe: \xff\nrest.port: 1\n"
    assert result["settings"] == {"\ufffd\ufffd": "\ufffd", "rest.port": "1"}


def test_a_directory_is_refused(stock):
    assert "is a directory; name the file in it" in stock.refuse(path=str(stock.path.parent))


def test_absent_and_null(stock):
    result = stock.run(settings={"taskmanager.memory.process.size": None}, absent=["jobmanager.rpc.address"])
    assert result["settings"] == {} and stock.text == "# The host of the JobManager.\n\n# s3.secret-key: commented-secret\n"


def test_warnings_reach_the_user(stock):
    result = stock.run(settings={"web.port": 8081})
    assert any("web.port is written as rest.port" in str(warning) for warning in result["warnings"])
    assert result["renamed"] == {"web.port": "rest.port"}


def test_exclusive(stock):
    stock.run(settings={"rest.port": 1}, exclusive=True)
    assert "localhost" not in stock.text and stock.text.startswith("# Written by Ansible")
    assert not stock.run(settings={"rest.port": 1}, exclusive=True)["changed"]


def test_utf_8_has_to_be_asked_for(stock):
    assert "charset: utf-8" in stock.refuse(settings={"web.tmpdir": "/größe"})
    stock.run(settings={"web.tmpdir": "/größe"}, charset="utf-8")
    assert "web.tmpdir: /größe\n" in stock.text


@pytest.mark.parametrize("number", range(len(yaml.safe_load(flink_conf.EXAMPLES))))
def test_every_example_runs(host, number):
    (arguments,) = [value for name, value in yaml.safe_load(flink_conf.EXAMPLES)[number].items() if name.startswith(("baremetal", "ansible.builtin"))]
    if "version" not in arguments:
        assert set(arguments) == {"msg"}
        return
    # What the play would fill in; the path and the owner are those of the test.
    filled = json.loads(re.sub(r"\{\{[^}]*\}\}", "a:2181", json.dumps({**arguments, "path": str(host.path.with_name(arguments["path"].rpartition("/")[2]))})))
    filled.pop("owner", None)
    filled.pop("group", None)
    assert host.run(**filled)["changed"]
    assert not host.run(**filled)["changed"]


def test_the_documentation_names_the_options_of_the_module(host):
    documented = set(yaml.safe_load(flink_conf.DOCUMENTATION)["options"])
    result = host.run(settings={"rest.port": 1})
    files = {"mode", "owner", "group", "seuser", "serole", "selevel", "setype", "attributes", "unsafe_writes"}
    assert set(result["invocation"]["module_args"]) - files == documented
    returned = set(yaml.safe_load(flink_conf.RETURN))
    ansible_adds = {"changed", "diff", "invocation", "warnings", "owner", "group", "uid", "gid", "mode", "size", "state"}
    assert set(result) - ansible_adds == returned - {"backup_file"}
