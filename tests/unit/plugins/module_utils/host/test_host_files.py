# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import errno
import json
import os
import stat
import time
import zlib

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.host import files as host_files
from ansible_collections.baremetal.flink.plugins.module_utils.host.files import (
    Host,
    HostFilesError,
    apply,
    diffs,
    expand,
    parse_entries,
    parse_mode,
    plan,
    switch_link,
)
from hypothesis import given
from hypothesis import strategies as st

DEFAULTS = {"owner": None, "group": None, "mode": None, "dir_mode": "0755"}


class FakeHost(Host):
    """Knows one user and one group, with the numbers of whoever runs the tests."""

    def __init__(self):
        self.labelled = []
        super().__init__(lambda written, final: self.labelled.append(final))

    def uid(self, name):
        return os.getuid() if name == "me" else None

    def gid(self, name):
        return os.getgid() if name == "me" else None


def entries_of(*items, **defaults):
    raw, contents = [], {}
    for position, item in enumerate(items):
        item = dict(item, path=str(item["path"]))
        if "content" in item:
            contents[position] = item.pop("content").encode()
        raw.append(item)
    return parse_entries(raw, dict(DEFAULTS, **defaults), contents)


def converge(*items, check=False, host=None, **defaults):
    host = host or FakeHost()
    changes = plan(entries_of(*items, **defaults), host, check)
    if not check:
        apply(changes, host)
    return changes


def mode_of(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_everything_is_made_once(tmp_path):
    wanted = [
        {"path": tmp_path / "a/b", "state": "directory", "mode": "0750", "owner": "me"},
        {"path": tmp_path / "a/b/f", "content": "text\n", "mode": "0600", "group": "me"},
        {"path": tmp_path / "a/b/l", "link": "f"},
    ]
    host = FakeHost()
    changes = converge(*wanted, host=host)
    assert [change.actions for change in changes] == [["created"]] * 3
    assert (tmp_path / "a/b/f").read_text() == "text\n"
    assert os.readlink(tmp_path / "a/b/l") == "f"
    assert (mode_of(tmp_path / "a"), mode_of(tmp_path / "a/b"), mode_of(tmp_path / "a/b/f")) == (0o755, 0o750, 0o600)
    assert [name.rsplit("/", 1)[1] for name in host.labelled] == ["a", "b", "f", "l"]
    assert not any(change.changed for change in converge(*wanted))
    assert sorted(os.listdir(tmp_path / "a/b")) == ["f", "l"]


def test_check_mode_touches_nothing_and_takes_users_and_parents_as_coming(tmp_path):
    changes = converge(
        {"path": tmp_path / "new", "state": "directory", "owner": "nobody-yet"},
        {"path": tmp_path / "new/f", "content": "x", "owner": "nobody-yet"},
        {"path": tmp_path / "elsewhere/f", "content": "x"},
        check=True,
    )
    assert all(change.changed for change in changes)
    assert os.listdir(tmp_path) == []


def test_content_and_mode_are_told_apart(tmp_path):
    path = tmp_path / "f"
    path.write_text("old\n")
    os.chmod(path, 0o600)
    changes = converge({"path": path, "content": "old\n", "mode": "0640"})
    assert changes[0].actions == ["mode"]
    assert changes[0].after == {"mode": "0640"}
    changes = converge({"path": path, "content": "new\n", "mode": "0640"})
    assert changes[0].actions == ["content"]
    assert changes[0].old_content == b"old\n"
    assert diffs(changes) == [{"before_header": str(path), "after_header": str(path), "before": "old\n", "after": "new\n"}]


def test_secret_file_is_its_owners_unless_a_mode_is_given(tmp_path):
    secret, plain = {"path": tmp_path / "secret", "content": "x", "secret": True}, {"path": tmp_path / "plain", "content": "x"}
    converge(secret, plain, mode=None)
    assert (mode_of(secret["path"]), mode_of(plain["path"])) == (0o600, 0o644)
    converge(secret, mode="0640")
    assert mode_of(secret["path"]) == 0o640
    converge({**secret, "mode": "0444"}, mode="0640")
    assert mode_of(secret["path"]) == 0o444


def test_secret_text_is_in_no_diff(tmp_path):
    path = tmp_path / "f"
    path.write_text("hunter1")
    changes = converge({"path": path, "content": "hunter2", "secret": True, "mode": "0600"}, check=True)
    shown = repr(diffs(changes)) + repr([change.result() for change in changes])
    assert changes[0].changed
    assert "hunter" not in shown


def test_secrets_among_settings_are_in_no_diff(tmp_path):
    path = tmp_path / "marathon.env"
    path.write_text('MARATHON_HTTP_CREDENTIALS="ops:hunter 1"\nMARATHON_ZK="zk://m:hunter1@z:2181/m"\nMARATHON_HA=""\n')
    new = 'MARATHON_ZK="zk://m:hunter2@z:2181/m"\nMARATHON_SSL_KEYSTORE_PASSWORD="hunter2"\nMARATHON_HA=""\n'
    changes = converge({"path": path, "content": new, "mode": "0600"}, check=True)
    (shown, _attributes) = diffs(changes)
    assert shown["before"] == 'MARATHON_HTTP_CREDENTIALS=******\nMARATHON_ZK="zk://m:******@z:2181/m"\nMARATHON_HA=""\n'
    assert shown["after"] == (
        'MARATHON_ZK="zk://m:******@z:2181/m" (new value)\nMARATHON_SSL_KEYSTORE_PASSWORD=****** (new value)\nMARATHON_HA=""\n')


def test_binary_and_large_texts_are_not_shown(tmp_path):
    changes = converge({"path": tmp_path / "f", "content": "a\0b"}, check=True)
    assert "not shown" in diffs(changes)[0]["before"]


def test_force_false_keeps_the_text_but_not_the_mode(tmp_path):
    path = tmp_path / "f"
    path.write_text("mine")
    os.chmod(path, 0o666)
    changes = converge({"path": path, "content": "theirs", "force": False, "mode": "0600"})
    assert changes[0].actions == ["mode"]
    assert (path.read_text(), mode_of(path)) == ("mine", 0o600)


def test_backup_keeps_the_old_text(tmp_path):
    path = tmp_path / "f"
    path.write_text("old")
    changes = converge({"path": path, "content": "new", "backup": True})
    backup = changes[0].backup_file
    assert changes[0].result()["backup_file"] == backup
    with open(backup, encoding="utf-8") as handle:
        assert handle.read() == "old"


def test_file_takes_the_place_of_a_link_not_of_its_target(tmp_path):
    target = tmp_path / "target"
    target.write_text("keep")
    (tmp_path / "f").symlink_to(target)
    assert converge({"path": tmp_path / "f", "content": "new"})[0].actions == ["replaced"]
    assert (target.read_text(), (tmp_path / "f").read_text(), (tmp_path / "f").is_symlink()) == ("keep", "new", False)


def test_directory_behind_a_link_will_do(tmp_path):
    (tmp_path / "real").mkdir(mode=0o755)
    (tmp_path / "d").symlink_to("real")
    assert converge({"path": tmp_path / "d", "state": "directory", "mode": "0700"})[0].actions == ["mode"]
    assert mode_of(tmp_path / "real") == 0o700


def test_link_is_switched_and_a_file_replaced(tmp_path):
    (tmp_path / "l").symlink_to("one")
    (tmp_path / "f").write_text("x")
    changes = converge({"path": tmp_path / "l", "link": "two"}, {"path": tmp_path / "f", "link": "two"})
    assert [change.actions for change in changes] == [["link"], ["replaced"]]
    assert {os.readlink(tmp_path / "l"), os.readlink(tmp_path / "f")} == {"two"}


def test_absent_removes_files_links_and_trees(tmp_path):
    (tmp_path / "d/e").mkdir(parents=True)
    (tmp_path / "d/e/f").write_text("x")
    (tmp_path / "l").symlink_to("d")
    changes = converge({"path": tmp_path / "l", "state": "absent"}, {"path": tmp_path / "d", "state": "absent"})
    assert [change.before["state"] for change in changes] == ["link", "directory"]
    assert os.listdir(tmp_path) == []
    assert not converge({"path": tmp_path / "d", "state": "absent"})[0].changed


def test_absent_inside_what_an_earlier_entry_removed(tmp_path):
    (tmp_path / "d" / "inner").mkdir(parents=True)
    (tmp_path / "d" / "file").write_text("x")
    converge(*({"path": tmp_path / name, "state": "absent"} for name in ("d", "d/inner", "d/file")))
    assert not (tmp_path / "d").exists()


def test_absent_then_made_anew_in_one_call_is_allowed(tmp_path):
    changes = converge({"path": tmp_path / "old", "state": "absent"}, {"path": tmp_path / "new", "content": "x"})
    assert [change.changed for change in changes] == [False, True]


@pytest.mark.parametrize(
    "items, sentence",
    [
        ([{"path": "etc/f", "state": "directory"}], "must be absolute"),
        ([{"path": "/etc/../f", "state": "directory"}], "must be absolute"),
        ([{"path": "/etc", "state": "absent"}], "never removed"),
        ([{"path": "/etc/f"}], "exactly one of"),
        ([{"path": "/etc/f", "link": "a", "state": "absent"}], "exactly one of"),
        ([{"path": "/etc/f", "link": "a"}, {"path": "/etc/f", "link": "b"}], "listed twice"),
        ([{"path": "/etc/f", "state": "directory", "mode": 420}], "quoted octal"),
        ([{"path": "/etc/f", "state": "directory", "mode": "u+x"}], "quoted octal"),
    ],
)
def test_malformed_entries_are_refused(items, sentence):
    with pytest.raises(HostFilesError, match=sentence):
        entries_of(*items)


@pytest.mark.parametrize(
    "item, sentence",
    [
        ({"path": "dir", "content": "x"}, "is a directory, but a file"),
        ({"path": "dir", "link": "x"}, "is a directory, but a link"),
        ({"path": "file", "state": "directory"}, "is a file, but a directory"),
        ({"path": "file/x", "content": "x"}, "is not a directory"),
        ({"path": "none/x", "content": "x"}, "does not exist; list it before"),
        ({"path": "new", "content": "x", "owner": "stranger"}, "owner stranger does not exist"),
        ({"path": "new", "content": "x", "group": "strangers"}, "group strangers does not exist"),
        ({"path": "dangling", "state": "directory"}, "which does not exist"),
        ({"path": "pipe", "content": "x"}, "neither a file nor a link"),
    ],
)
def test_bad_entry_changes_nothing(tmp_path, item, sentence):
    (tmp_path / "dir").mkdir()
    (tmp_path / "file").write_text("keep")
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(HostFilesError, match=sentence):
        converge({"path": tmp_path / "good", "content": "x"}, dict(item, path=tmp_path / item["path"]))
    assert not (tmp_path / "good").exists()
    assert (tmp_path / "file").read_text() == "keep"


def test_full_disk_is_said_and_the_old_file_stays(tmp_path, monkeypatch):
    (tmp_path / "first").write_text("1")
    (tmp_path / "f").write_text("old")

    def full(descriptor):
        if (tmp_path / ".f.ansible-new").exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(host_files.os, "fsync", full)
    with pytest.raises(HostFilesError) as caught:
        converge({"path": tmp_path / "first", "content": "2"}, {"path": tmp_path / "f", "content": "new"})
    assert "No space is left" in str(caught.value) and "Changed before that" in str(caught.value)
    assert (tmp_path / "f").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["f", "first"]


@pytest.mark.parametrize(
    "number, sentence", [(errno.EACCES, "become: true"), (errno.EROFS, "read-only"), (errno.EIO, "Input/output")]
)
def test_other_failures_are_sentences_too(tmp_path, monkeypatch, number, sentence):
    def fail(source, target):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(host_files.os, "rename", fail)
    with pytest.raises(HostFilesError, match=sentence):
        converge({"path": tmp_path / "f", "content": "x"})
    assert os.listdir(tmp_path) == []


def test_leftover_of_a_killed_run_is_cleared(tmp_path):
    (tmp_path / ".f.ansible-new").write_text("half")
    (tmp_path / ".l.ansible-new").symlink_to("half")
    converge({"path": tmp_path / "f", "content": "x"})
    switch_link(str(tmp_path / "l"), "f")
    assert sorted(os.listdir(tmp_path)) == ["f", "l"]


def test_numbers_are_owners_too():
    assert (Host().uid("0"), Host().gid("0"), Host().uid("no-such-user"), Host().gid("no-such-group")) == (0, 0, None, None)
    assert Host().uid("root") == 0


@given(st.integers(min_value=0, max_value=0o7777))
def test_modes_round_trip(bits):
    assert parse_mode(f"{bits:04o}", "x") == bits


@given(content=st.binary(max_size=300))
def test_whatever_is_asked_for_is_there(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "f"
    entries = parse_entries([{"path": str(path)}], DEFAULTS, {0: content})
    apply(plan(entries, FakeHost()), FakeHost())
    assert path.read_bytes() == content
    assert not plan(entries, FakeHost())[0].changed


def test_an_entry_is_for_each_of_its_paths_and_only_when_it_says_so():
    given = [{"paths": ["/a", "/b"], "state": "directory"}, {"path": "/c", "link": "a", "when": False}, {"path": "/d", "link": "a", "when": True},
             {"paths": [], "state": "absent"}]
    assert expand(given) == [{"path": "/a", "state": "directory"}, {"path": "/b", "state": "directory"}, {"path": "/d", "link": "a"}]


def test_an_entry_has_path_or_paths():
    with pytest.raises(HostFilesError, match="/a: give either path or paths"):
        expand([{"path": "/a", "paths": ["/b"], "state": "absent"}])
    with pytest.raises(HostFilesError, match="entry 1: path must be absolute"):
        parse_entries(expand([{"state": "absent"}]), DEFAULTS, {})


class FakeModule:
    """What the core needs of AnsibleModule. systemctl knows one unit, whose process runs for 100 s; ``looked`` has what was written by then."""

    def __init__(self, path, exists=True):
        self.path, self.exists, self.looked = path, exists, []
        self._diff = False

    def selinux_enabled(self):
        return False

    def get_bin_path(self, name):
        return f"/bin/{name}"

    def run_command(self, command, environ_update):
        if command[0] == "journalctl":
            return 0, "last words\n", ""
        assert command[:2] == ["systemctl", "show"], command
        self.looked.append(self.path.read_text() if self.path.exists() else None)
        since = int((time.monotonic() - 100) * 1e6)
        load, active = ("loaded", "active") if self.exists else ("not-found", "inactive")
        return 0, f"Id=some.service\nLoadState={load}\nActiveState={active}\nMainPID=1\nExecMainStartTimestampMonotonic={since}\nInvocationID=i\n", ""


def core(path, module, state="query", check=False, units=True):
    packed = json.dumps({"0": base64.b64encode(b"new\n").decode()})
    return host_files.core({
        **DEFAULTS, "entries": [{"path": str(path)}], "payload": base64.b64encode(zlib.compress(packed.encode())).decode(),
        "units": [{"name": "some", "state": state, "enabled": None, "watch": [str(path)]}] if units else [],
        "restart_stale": False, "wait": 5, "settle": 2}, check, module)


def test_units_come_after_the_files_and_are_stale_by_them(tmp_path):
    module = FakeModule(tmp_path / "f")
    found = core(tmp_path / "f", module)
    assert module.looked == ["new\n"] and found["changed"] and found["changed_paths"] == [str(tmp_path / "f")]
    assert found["stale"] == ["some"] and found["units"]["some"]["stale_because"] == [str(tmp_path / "f")]
    os.utime(tmp_path / "f", (0, 0))
    again = core(tmp_path / "f", module)
    assert (again["changed"], again["changed_paths"], again["stale"], again["units"]["some"]["active"]) == (False, [], [], "active")


def test_in_check_mode_units_are_judged_by_the_files_that_are_there(tmp_path):
    module = FakeModule(tmp_path / "f")
    found = core(tmp_path / "f", module, check=True)
    assert module.looked == [None] and found["changed_paths"] == [str(tmp_path / "f")] and found["stale"] == []
    started = core(tmp_path / "f", FakeModule(tmp_path / "f", exists=False), "started", check=True)
    assert started["started"] == ["some"] and started["changed"]


def test_a_unit_that_fails_does_not_hide_what_was_written(tmp_path):
    with pytest.raises(HostFilesError) as failed:
        core(tmp_path / "f", FakeModule(tmp_path / "f", exists=False), "started")
    assert failed.value.message.startswith("some.service does not exist on this host")
    assert failed.value.message.endswith(f"\nWritten before that: {tmp_path}/f.")
    assert failed.value.details["changed"] and failed.value.details["changed_paths"] == [str(tmp_path / "f")]
    with pytest.raises(HostFilesError) as again:
        core(tmp_path / "f", FakeModule(tmp_path / "f", exists=False), "started")
    assert "Written" not in again.value.message and not again.value.details["changed"]


def test_without_units_systemd_is_not_asked(tmp_path):
    module = FakeModule(tmp_path / "f")
    assert "stale" not in core(tmp_path / "f", module, units=False) and module.looked == []
