# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs import check as hdfs_trial
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.webhdfs import HdfsError


class FakeHdfs:
    """Files by path; `lose` bytes are missing from what is read."""

    active = "http://nn1:9870"

    def __init__(self, lose=0, refuse=False):
        self.files = {}
        self.calls = []
        self.stuck = False
        self.reports = [[]]
        self.lose = lose
        self.refuse = refuse

    def journals(self):
        return self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]

    def status(self, path):
        return path if path == "/tmp" else None

    def write(self, path, content, mode):
        self.calls.append(("write", mode))
        self.files[path] = content
        if self.refuse:
            raise HdfsError("no live DataNode")

    def read(self, path):
        return self.files[path][self.lose:]

    def delete(self, path, recursive):
        if self.stuck:
            raise HdfsError("no active NameNode")
        del self.files[path]


def check(monkeypatch, hdfs, check_mode=False, **params):
    monkeypatch.setattr(hdfs_trial.WebHdfs, "from_params", lambda params: hdfs)
    now = [0.0]

    def sleep(seconds):
        now[0] += seconds

    return hdfs_trial.core({"directory": "/tmp/", "size": 64, **params}, check_mode, pytest.fail, clock=lambda: now[0], sleep=sleep)


def test_file_is_written_compared_and_gone(monkeypatch):
    hdfs = FakeHdfs()
    result = check(monkeypatch, hdfs)
    assert (result["bytes"], result["changed"], result["namenode"]) == (64, False, "http://nn1:9870")
    assert hdfs.calls == [("write", "0600")] and hdfs.files == {}


def test_other_bytes_are_a_failure(monkeypatch):
    hdfs = FakeHdfs(lose=1)
    with pytest.raises(HdfsError, match="63 bytes that differ from the 64 bytes"):
        check(monkeypatch, hdfs)
    assert hdfs.files == {}


def test_half_written_file_is_deleted(monkeypatch):
    hdfs = FakeHdfs(refuse=True)
    with pytest.raises(HdfsError, match="no live DataNode"):
        check(monkeypatch, hdfs)
    assert hdfs.files == {}


def test_file_that_cannot_be_deleted_does_not_hide_the_failure(monkeypatch):
    hdfs = FakeHdfs(refuse=True)
    hdfs.stuck = True
    with pytest.raises(HdfsError, match=r"no live DataNode; besides, /tmp/\.check-\w+ could not be deleted: no active NameNode"):
        check(monkeypatch, hdfs)
    hdfs.refuse = False
    with pytest.raises(HdfsError, match="^no active NameNode$"):
        check(monkeypatch, hdfs)


def test_missing_directory_is_named(monkeypatch):
    with pytest.raises(HdfsError, match="no directory /data; create it"):
        check(monkeypatch, FakeHdfs(), directory="/data")


def test_check_mode_writes_nothing(monkeypatch):
    hdfs = FakeHdfs()
    assert check(monkeypatch, hdfs, check_mode=True)["bytes"] == 0
    assert hdfs.calls == []


def quorum(resync):
    """What a NameNode says of a quorum whose first JournalNode waits for the next segment, or not."""
    members = [{"address": "10.0.0.1:8485", "behind": 2, "in_sync": not resync}]
    return [{"manager": "QJM", "disabled": False, "journalnodes": ["10.0.0.1:8485"], "members": members}]


def test_a_journalnode_that_has_not_got_the_edits_is_waited_for_and_named(monkeypatch):
    hdfs = FakeHdfs()
    hdfs.reports = [quorum(True), quorum(True), quorum(False)]
    assert check(monkeypatch, hdfs, wait=5)["bytes"] == 64
    hdfs.reports = [quorum(True)]
    with pytest.raises(HdfsError, match=r"not every JournalNode has its edits: JournalNode 10\.0\.0\.1:8485 has missed edits \(2 behind\)"):
        check(monkeypatch, hdfs, wait=5)
    assert check(monkeypatch, hdfs, may_be_down=["10.0.0.1"])["bytes"] == 64


def test_hdfs_is_waited_for_before_anything_is_written(monkeypatch):
    hdfs, asked = FakeHdfs(), []

    def wait(params, *dummy, **clocks):
        asked.append((params["wait_for"], params["datanodes"], len(hdfs.calls)))
        if params["datanodes"] > 2:
            raise HdfsError("HDFS is not as expected", problems=["2 of 3 DataNodes are live"])

    monkeypatch.setattr(hdfs_trial, "await_hdfs", wait)
    assert check(monkeypatch, hdfs, wait_for="healthy", datanodes=2)["bytes"] == 64
    assert asked == [("healthy", 2, 0)] and len(hdfs.calls) == 1
    with pytest.raises(HdfsError, match="^HDFS is not as expected$") as caught:
        check(monkeypatch, hdfs, wait_for="healthy", datanodes=3)
    assert len(hdfs.calls) == 1 and caught.value.details["problems"] == ["2 of 3 DataNodes are live"]
