# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hdfs_path does for a wish, on an HDFS in memory; the real one is in tests/integration/hdfs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.path import core, wishes_of
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.webhdfs import FileStatus, HdfsError, Quota, parent_of

DIRECTORY = FileStatus(True, "hdfs", "supergroup", "0755", 0, 0, 0)


@dataclass
class Node:
    status: FileStatus
    content: bytes = b""
    quota: Quota = Quota(-1, -1)


class Memory:
    """An HDFS in memory that counts what is written.

    `corrupt` and `forgetful` make it misbehave, `mute` loses the answer to a rename, which is then asked for again, and `stuck` deletes nothing.
    """

    active = "http://nn1:9870"

    def __init__(self, corrupt: bool = False, forgetful: bool = False, mute: bool = False, stuck: bool = False) -> None:
        self.nodes: Dict[str, Node] = {"/": Node(DIRECTORY)}
        self.writes: List[str] = []
        self.corrupt = corrupt
        self.forgetful = forgetful
        self.mute = mute
        self.stuck = stuck

    def status(self, path: str) -> Optional[FileStatus]:
        if path not in self.nodes:
            return None
        children = sum(1 for other in self.nodes if other != "/" and parent_of(other) == path)
        return replace(self.nodes[path].status, children=children)

    def _change(self, path: str, **changes: Any) -> None:
        self.writes.append(path)
        if not self.forgetful:
            self.nodes[path].status = replace(self.nodes[path].status, **changes)

    def make_directory(self, path: str, mode: str) -> None:
        self.writes.append(path)
        self.nodes.setdefault(parent_of(path), Node(DIRECTORY))
        self.nodes[path] = Node(replace(DIRECTORY, mode=mode))

    def set_owner(self, path: str, owner: Optional[str], group: Optional[str]) -> None:
        status = self.nodes[path].status
        self._change(path, owner=owner or status.owner, group=group or status.group)

    def set_mode(self, path: str, mode: str) -> None:
        self._change(path, mode=mode)

    def quota(self, path: str) -> Quota:
        return self.nodes[path].quota

    def set_quota(self, path: str, namespace: Optional[int], space: Optional[int]) -> None:
        self.writes.append(path)
        old = self.nodes[path].quota
        self.nodes[path].quota = Quota(old.namespace if namespace is None else namespace, old.space if space is None else space)

    def storage_policy(self, path: str) -> str:
        return {2: "COLD", 7: "HOT"}[self.nodes[path].status.policy_id]

    def set_storage_policy(self, path: str, policy: Optional[str]) -> None:
        self._change(path, policy_id={None: 0, "COLD": 2, "HOT": 7}[policy])

    def write(self, path: str, content: bytes, mode: str) -> None:
        self.writes.append(path)
        stored = content[:-1] if self.corrupt else content
        self.nodes[path] = Node(FileStatus(False, "hdfs", "supergroup", mode, len(stored), None, 0), stored)

    def read(self, path: str) -> bytes:
        return self.nodes[path].content

    def rename(self, source: str, target: str) -> None:
        self.writes.append(target)
        if source in self.nodes:
            self.nodes[target] = self.nodes.pop(source)
            if not self.mute:
                return
        raise HdfsError(f"rename source {source} is not found.", exception="FileNotFoundException")

    def delete(self, path: str, recursive: bool) -> None:
        if self.stuck:
            raise HdfsError("no active NameNode")
        self.writes.append(path)
        for name in [name for name in self.nodes if name == path or name.startswith(path + "/")]:
            del self.nodes[name]


def ensure(hdfs: Memory, check_mode: bool = False, **options: Any) -> Dict[str, Any]:
    return core({"state": "directory", "recursive": False, **options}, check_mode, pytest.fail, hdfs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wish",
    [
        {"path": "/a"},
        {"path": "/a/b", "owner": "flink", "group": "flink", "mode": "1777"},
        {"path": "/a", "namespace_quota": 5, "space_quota": "1K", "storage_policy": "cold"},
        {"path": "/a/f", "state": "file", "content": "x"},
        {"path": "/f", "state": "file", "content": "", "owner": "ann", "mode": "0600", "storage_policy": "HOT"},
        {"paths": [{"path": "/a", "mode": "0700"}, {"path": "/b"}], "owner": "flink"},
    ],
)
def test_check_mode_foretells_what_is_done_and_doing_it_twice_does_nothing(wish: Dict[str, Any]) -> None:
    hdfs = Memory()
    planned = ensure(hdfs, check_mode=True, **wish)
    assert planned["changed"] and hdfs.writes == []
    done = ensure(hdfs, **wish)
    assert done["changed"] and done["changed_paths"] == planned["changed_paths"]
    hdfs.writes.clear()
    again = ensure(hdfs, **wish)
    assert (again["changed"], again["changed_paths"], again["diff"], hdfs.writes) == (False, [], [], [])


def test_the_options_beside_paths_are_their_defaults_where_they_make_sense() -> None:
    wishes = wishes_of(
        {
            "paths": [{"path": "/a"}, {"path": "/b", "owner": "ann"}, {"path": "/c", "state": "absent", "recursive": True}, {"path": "/d", "state": "absent"}],
            "owner": "flink", "mode": "0700", "state": "directory", "recursive": False,
        }
    )
    assert [(wish.path, wish.state, wish.owner, wish.mode, wish.recursive) for wish in wishes] == [
        ("/a", "directory", "flink", "0700", False), ("/b", "directory", "ann", "0700", False),
        ("/c", "absent", None, None, True), ("/d", "absent", None, None, False),
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"path": "/", "state": "absent"}, "never deleted"),
        ({"path": "//", "state": "absent", "recursive": True}, "never deleted"),
        ({"path": "/a", "state": "absent", "owner": "x"}, "/a: owner cannot be given with state absent"),
        ({"path": "/a", "content": "x"}, "/a: content cannot be given with state directory"),
        ({"path": "/a", "recursive": True}, "/a: recursive cannot be given with state directory"),
        ({"path": "/a", "state": "file", "space_quota": "1G", "namespace_quota": 1}, "namespace_quota and space_quota cannot be given with state file"),
        ({"path": "/a", "owner": ""}, "/a: owner is empty"),
        ({"path": "/a", "mode": 493}, "quotes"),
        ({"path": "/a", "namespace_quota": 0}, "number of names from 1 on, or -1"),
        ({"path": "/a", "space_quota": "much"}, "space_quota 'much' is not a size"),
        ({"path": "/a", "space_quota": "0"}, "is not a size"),
        ({"path": "/a", "state": "file", "content": "x" * (1024 * 1024 + 1)}, "1048577 bytes, more than"),
        ({"paths": [{"path": "/a"}, {"path": "/a/"}]}, "paths names /a more than once"),
        ({"paths": [{"path": "/a"}, {"path": "b"}]}, "does not start with a slash"),
    ],
)
def test_wishes_that_cannot_be_are_refused_before_anything_is_done(options: Dict[str, Any], sentence: str) -> None:
    hdfs = Memory()
    with pytest.raises(InputError, match=sentence):
        ensure(hdfs, **options)
    assert hdfs.writes == []


def test_absent() -> None:
    hdfs = Memory()
    ensure(hdfs, path="/a/b")
    with pytest.raises(HdfsError, match=r"/a is not empty \(1 entries\); set recursive to true"):
        ensure(hdfs, path="/a", state="absent")
    with pytest.raises(HdfsError, match="is not empty"):
        ensure(hdfs, check_mode=True, path="/a", state="absent")
    assert ensure(hdfs, path="/a", state="absent", recursive=True)["changed"]
    assert set(hdfs.nodes) == {"/"}
    assert ensure(hdfs, path="/a", state="absent")["changed"] is False


def test_a_path_of_another_kind_is_left_alone() -> None:
    hdfs = Memory()
    ensure(hdfs, path="/d")
    ensure(hdfs, path="/f", state="file", content="x")
    hdfs.writes.clear()
    with pytest.raises(HdfsError, match="/f is a file, not a directory; remove it first"):
        ensure(hdfs, path="/f")
    with pytest.raises(HdfsError, match="/d is a directory, not a file"):
        ensure(hdfs, path="/d", state="file", content="x")
    with pytest.raises(HdfsError, match="/n does not exist; give content"):
        ensure(hdfs, path="/n", state="file", owner="x")
    hdfs.nodes["/l"] = Node(replace(DIRECTORY, is_directory=False, symlink=True))
    with pytest.raises(HdfsError, match="symbolic link"):
        ensure(hdfs, path="/l")
    assert hdfs.writes == []


def test_an_overwritten_file_keeps_its_rights() -> None:
    hdfs = Memory()
    ensure(hdfs, path="/f", state="file", content="one", owner="ann", group="staff", mode="0640")
    assert ensure(hdfs, path="/f", state="file", content="two")["changed"]
    status = hdfs.nodes["/f"].status
    assert (status.owner, status.group, status.mode, hdfs.nodes["/f"].content) == ("ann", "staff", "0640", b"two")


def test_a_file_that_reads_back_differently_is_not_put_in_place() -> None:
    hdfs = Memory(corrupt=True)
    with pytest.raises(HdfsError, match="HDFS gives back other content"):
        ensure(hdfs, path="/f", state="file", content="long enough")
    assert set(hdfs.nodes) == {"/"}


def test_what_cannot_be_cleaned_up_does_not_hide_the_failure() -> None:
    with pytest.raises(HdfsError, match=r"gives back other content; .*; besides, /\.f\.\w+ could not be deleted: no active NameNode"):
        ensure(Memory(corrupt=True, stuck=True), path="/f", state="file", content="long enough")


def test_a_rename_whose_answer_was_lost_has_been_done() -> None:
    hdfs = Memory(mute=True)
    assert ensure(hdfs, path="/f", state="file", content="one")["changed"] and set(hdfs.nodes) == {"/", "/f"}


def test_a_file_that_somebody_takes_away_before_it_is_in_place_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    hdfs = Memory()
    ensure(hdfs, path="/f", state="file", content="one")
    monkeypatch.setattr(hdfs, "set_mode", lambda path, mode: hdfs.nodes.pop(path))
    with pytest.raises(HdfsError, match="is not found"):
        ensure(hdfs, path="/f", state="file", content="two")
    assert hdfs.nodes["/f"].content == b"one"


def test_a_property_that_does_not_stick_is_an_error() -> None:
    hdfs = Memory(forgetful=True)
    hdfs.nodes["/a"] = Node(DIRECTORY)
    with pytest.raises(HdfsError, match="owner is hdfs instead of ann"):
        ensure(hdfs, path="/a", owner="ann")


def test_the_diff_shows_properties_and_content() -> None:
    hdfs = Memory()
    ensure(hdfs, path="/f", state="file", content="one\n")
    (diff,) = ensure(hdfs, check_mode=True, path="/f", state="file", content="two\n", mode="0600")["diff"]
    assert diff["before_header"] == "/f"
    assert "mode: 0644" in diff["before"] and "content:\none\n" in diff["before"]
    assert "mode: 0600" in diff["after"] and "content:\ntwo\n" in diff["after"]


def test_a_large_file_of_another_length_is_not_read() -> None:
    hdfs = Memory()
    hdfs.nodes["/f"] = Node(FileStatus(False, "hdfs", "supergroup", "0644", 10**9, None, 0))
    hdfs.read = None  # type: ignore[method-assign,assignment]
    planned = ensure(hdfs, check_mode=True, path="/f", state="file", content="x")
    assert planned["changed"] and "content" not in planned["results"][0]
