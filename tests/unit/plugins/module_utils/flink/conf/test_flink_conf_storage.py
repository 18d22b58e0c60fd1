# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import os
import stat

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.storage import load, store


class Module:
    """Stands for AnsibleModule; remembers the attributes that it was to set and the file's mode at that moment."""

    def __init__(self, fail=False):
        self.fail = fail
        self.seen = []

    def selinux_enabled(self):
        return False

    def set_fs_attributes_if_different(self, attributes, changed):
        if self.fail:
            raise SystemExit(1)
        self.seen.append((attributes, stat.S_IMODE(os.stat(attributes["path"]).st_mode)))
        if attributes["mode"]:
            os.chmod(attributes["path"], int(attributes["mode"], 8))
        return changed


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "flink-conf.yaml")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_a_missing_file_is_none(path):
    assert load(path) is None


def test_bytes_that_are_not_utf_8_survive(path):
    content = bytes(range(256))
    with open(path, "wb") as file:
        file.write(content)
    store(Module(), path, load(path), {"mode": None})
    with open(path, "rb") as file:
        assert file.read() == content


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a directory; name the file in it"):
        load(str(tmp_path))


def test_a_new_file_has_its_mode_before_it_has_its_name(path):
    module = Module()
    store(module, path, "a: 1\n", {"mode": "0640", "attributes": "+i"})
    assert mode(path) == 0o640
    (attributes, seen), = module.seen
    assert seen == 0o600 and attributes["path"] != path and attributes["attributes"] is None


def test_the_mode_of_the_old_file_stays(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("a: 1\n")
    os.chmod(path, 0o604)
    store(Module(), path, "a: 2\n", {"mode": None})
    assert mode(path) == 0o604


def test_a_new_file_without_a_mode_can_be_read_by_all(path):
    store(Module(), path, "a: 1\n", {"mode": None})
    assert mode(path) == 0o644


def test_a_missing_directory_is_told(tmp_path):
    with pytest.raises(InputError, match="does not exist; create it first"):
        store(Module(), str(tmp_path / "none" / "flink-conf.yaml"), "", {"mode": None})


def test_a_directory_is_made_where_that_is_asked_for(tmp_path):
    umask = os.umask(0o077)
    try:
        store(Module(), str(tmp_path / "a" / "b" / "flink-conf.yaml"), "a: 1\n", {"mode": None}, True)
    finally:
        os.umask(umask)
    assert load(str(tmp_path / "a" / "b" / "flink-conf.yaml")) == "a: 1\n"
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o755, 0o755)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file/c cannot be made: Not a directory"):
        store(Module(), str(tmp_path / "file" / "c" / "flink-conf.yaml"), "", {"mode": None}, True)


def test_a_failure_leaves_the_old_file_and_nothing_else(path, tmp_path):
    store(Module(), path, "old: 1\n", {"mode": None})
    with pytest.raises(SystemExit):
        store(Module(fail=True), path, "new: 1\n", {"mode": None})
    assert load(path) == "old: 1\n" and os.listdir(tmp_path) == ["flink-conf.yaml"]


def test_the_file_and_then_its_new_name_survive_a_power_cut(path, tmp_path, monkeypatch):
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")) or fsync(descriptor))
    store(Module(), path, "a: 1\n", {"mode": None})
    assert synced == [str(tmp_path / ".flink-conf.yaml.ansible-new"), str(tmp_path)]


def test_what_a_killed_run_left_is_cleared(path, tmp_path):
    (tmp_path / ".flink-conf.yaml.ansible-new").write_text("half")
    store(Module(), path, "a: 1\n", {"mode": None})
    assert os.listdir(tmp_path) == ["flink-conf.yaml"]


def busy(*arguments):
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def test_a_file_that_is_a_mount_point_is_written_in_place_if_that_is_wanted(path, monkeypatch):
    store(Module(), path, "old: 1\n", {"mode": None})
    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(InputError, match="cannot be replaced: .*; the old file is untouched"):
        store(Module(), path, "new: 1\n", {"mode": None})
    assert load(path) == "old: 1\n"
    store(Module(), path, "new: 1\n", {"mode": None, "unsafe_writes": True})
    assert load(path) == "new: 1\n"
