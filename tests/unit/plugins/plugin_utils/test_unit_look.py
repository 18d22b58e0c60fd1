# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.plugin_utils.unit_look import layers_units, platform_units, unit_faults

RUNS = {"exists": True, "active": "active", "sub": "running", "suspended": False, "free_mb": {"/var/lib/zookeeper": 9000}}


@pytest.mark.parametrize("namenodes, controllers", [(["n1"], []), (["n1", "n2"], ["hdfs-zkfc.service"])])
def test_a_failover_controller_is_where_there_are_several_namenodes(namenodes, controllers):
    groups = {"zookeeper": ["n1"], "hdfs_namenode": namenodes, "hdfs_datanode": ["n2"], "mesos_master": ["n1"]}
    assert platform_units("n1", groups) == ["zookeeper.service", "hdfs-namenode.service", *controllers, "mesos-master.service"]
    assert platform_units("n1", groups, "hdfs") == ["hdfs-namenode.service", *controllers]
    assert platform_units("n1", groups, "flink") == []


@pytest.mark.parametrize(
    "state, words",
    [
        pytest.param({}, None, id="runs"),
        pytest.param({"active": "inactive", "sub": "dead"}, "u.service on n1 does not run (it is inactive): see `journalctl -u u.service`", id="stopped"),
        pytest.param({"active": "activating", "sub": "auto-restart"}, "does not run (it is activating/auto-restart)", id="between-two-starts"),
        pytest.param({"exists": False, "active": "inactive"}, "u.service is not on n1: run site.yml", id="never-there"),
        pytest.param({"suspended": True}, "u.service on n1 is suspended", id="SIGSTOP"),
        pytest.param({"free_mb": {"/data": 255, "/logs": 256}}, "u.service on n1 has 255 MB of room left in /data: make room", id="disk-full"),
    ],
)
def test_what_is_wrong_with_a_unit_names_host_and_unit(state, words):
    found = unit_faults({"u.service": {**RUNS, **state}}, "n1", ["u.service", "never-looked-at.service"])
    assert len(found) == (words is not None) and (not found or words in found[0])


def test_a_unit_that_is_about_to_run_may_be_given_time():
    coming = {"u.service": {**RUNS, "active": "activating", "sub": "auto-restart"}}
    assert unit_faults(coming, "n1", ["u.service"], coming=False) == []


def test_a_host_is_told_of_by_its_layers():
    groups = {"zookeeper": ["n1"], "hdfs_namenode": ["n1"], "hdfs_datanode": ["n1"], "mesos_agent": ["n2"]}
    seen = {
        "zookeeper.service": {**RUNS, "active": "failed"}, "hdfs-namenode.service": {**RUNS, "active": "activating", "sub": "auto-restart"},
        "hdfs-datanode.service": RUNS,
    }
    told = layers_units(seen, "n1", groups)
    assert list(told["unit_faults"]) == ["zookeeper"] and "zookeeper.service on n1 does not run (it is failed)" in told["unit_faults"]["zookeeper"]
    assert told["units_coming"] == {"kerberos": [], "zookeeper": [], "hdfs": ["hdfs-namenode.service"], "mesos": [], "marathon": []}
