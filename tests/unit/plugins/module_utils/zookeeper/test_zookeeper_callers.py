# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which layers would lose ZooKeeper by what it refuses, or no longer takes."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.callers import caller_faults, move_faults
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.transport import ENCRYPTED, MIXED, PLAIN, PLAIN_TOO, STRICT, TLS_ONLY

HDFS = {"zookeeper": ["n1"], "hdfs_namenode": ["n1", "n2"]}
OFF = {"n1": {"hdfs_zookeeper_tls": False}, "n2": {"hdfs_zookeeper_tls": "no"}}


def shut_out(groups, hostvars=None, clients=TLS_ONLY):
    return caller_faults({"zookeeper_clients": clients}, groups, hostvars or {})


def test_hdfs_comes_by_tls_unless_the_inventory_says_otherwise():
    assert shut_out(HDFS, {"n1": {}, "n2": {}}) == shut_out(HDFS, OFF, PLAIN_TOO) == shut_out({"zookeeper": ["n1"]}) == []
    assert shut_out(HDFS, OFF) == [
        "zookeeper_clients is tls_only, and hdfs of this inventory call ZooKeeper in clear, so they would end: set it to plain_too."]


def test_what_mesos_and_marathon_call_with_knows_no_tls():
    (said,) = shut_out({**HDFS, "mesos_master": ["n1"], "marathon": ["n1"]})
    assert "mesos and marathon of this inventory" in said and said.endswith("The clients of mesos and marathon know neither TLS nor SASL.")


@pytest.mark.parametrize(("running", "refused"), [([], False), ([STRICT, STRICT], False), ([STRICT, ENCRYPTED], True), ([PLAIN, PLAIN], True)])
def test_an_ensemble_that_runs_closes_only_after_the_layers_have_moved(running, refused):
    found = move_faults(running, STRICT, TLS_ONLY, HDFS, {})
    assert bool(found) is refused and all("hdfs of this inventory come by TLS only after a run with plain_too" in said for said in found)
    assert move_faults(running, STRICT, PLAIN_TOO, HDFS, {}) == move_faults(running, STRICT, TLS_ONLY, {"zookeeper": ["n1"]}, {}) == []


@pytest.mark.parametrize("running", [[STRICT, STRICT], [MIXED, PLAIN]])
def test_tls_is_taken_back_only_after_the_layers_have_moved(running):
    (said,) = move_faults(running, PLAIN, PLAIN_TOO, HDFS, {"n1": {}, "n2": {}})
    assert said.endswith("leave it on for one more run, with hdfs_zookeeper_tls set to false, and take it back after that.")
    assert move_faults(running, PLAIN, PLAIN_TOO, HDFS, OFF) == move_faults([PLAIN], PLAIN, PLAIN_TOO, HDFS, {}) == []
    assert move_faults(running, PLAIN, PLAIN_TOO, {**HDFS, "hdfs_namenode": ["n1"]}, {}) == []
