# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

ALL = ["n1", "n2", "n3"]
GROUPS = {"zookeeper": ["n1"], "hdfs_namenode": ["n1", "n2"], "hdfs_journalnode": ALL, "hdfs_datanode": ALL}
DAEMONS = ("journalnode", "namenode", "zkfc", "datanode")
SITE = "/etc/hadoop/hdfs-site.xml"


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on n1, the only host of the run, which has been set up with `site` as its settings."""

    def run(names=(), site=None, listed=(), templates=(), groups=None, daemons=DAEMONS, service=(), changed=(), **variables):
        units = {f"/etc/systemd/system/hdfs-{daemon}.service": daemon in daemons for daemon in DAEMONS}
        preflight = {
            "java": {"major": 17}, "exists": units, "contents": {SITE: site, "/etc/hadoop/hosts.include": "".join(f"{line}\n" for line in listed)}}
        own = {
            "hdfs_preflight": preflight, "hdfs_written": {"changed_paths": list(changed), "changed": bool(changed)},
            "hdfs_service": {"stale": [], "started": list(service), "changed": bool(service)}}
        more = {"properties": "{{ hdfs_site }}", "ansible_managed": "made", **variables}
        return render("hdfs", names, templates, {**GROUPS, **(groups or {})}, {"n1": own}, **more)

    return run


@pytest.fixture(scope="module")
def site(role):
    """What the role writes for n1."""
    return role(templates=["site.xml.j2"])["site.xml.j2"]


def test_the_role_reads_what_it_has_written(role, site):
    found = role(["hdfs_change", "hdfs_departures"], site, ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    assert found["hdfs_change"] == {"exists": [], "units": [], "faults": [], "due": False}
    assert not found["hdfs_departures"]["due"]


def test_other_settings_are_looked_into(role, site):
    looked = role(["hdfs_change"], site, hdfs_name_dirs=["/disk1/name"], hdfs_rpc_port=9000)["hdfs_change"]
    assert looked["exists"][0] == "/var/lib/hadoop/name/current/fsimage_" + "[0-9]" * 19
    assert looked["units"] == [f"hdfs-{daemon}.service" for daemon in DAEMONS]
    held = role(
        ["hdfs_change"], site, hdfs_name_dirs=["/disk1/name"], hdfs_places={"exists": {looked["exists"][0]: True}},
        hdfs_before_change={"units": {"hdfs-zkfc.service": {"active": "active"}}})["hdfs_change"]
    assert len(held["faults"]) == 1 and "move /var/lib/hadoop/name to /disk1/name" in held["faults"][0]
    alone = {"hdfs_namenode": ["n1"], "hdfs_journalnode": []}
    assert "-saveNamespace" in role(["hdfs_change"], site, groups=alone)["hdfs_change"]["faults"][0]


def test_a_datanode_that_is_in_no_group_any_more_is_asked_about(role, site):
    groups, listed = {"hdfs_datanode": ["n1", "n2"]}, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    asked = role(["hdfs_departures"], site, listed, groups=groups)["hdfs_departures"]
    assert asked == {"due": True, "endpoints": ["192.0.2.1:9870", "192.0.2.2:9870"], "faults": []}
    node = {"name": "192.0.2.3:9866", "address": "192.0.2.3:9866", "live": True, "admin_state": "In Service"}
    seen = {"active": "http://192.0.2.1:9870", "cluster": {"datanodes": {"nodes": [node]}}}
    found = role(["hdfs_departures"], site, listed, groups=groups, hdfs_before_departures=seen)["hdfs_departures"]
    assert found["faults"][0].startswith("192.0.2.3 would no longer be a DataNode")


def test_daemons_of_former_groups_go_and_journalnodes_later(role):
    units = role(["hdfs_wanted_units"], groups={"hdfs_namenode": ["n2", "n3"], "hdfs_journalnode": ["n2", "n3", "n4"]})["hdfs_wanted_units"]
    assert {unit["name"][5:-8]: unit["state"] for unit in units} == {"namenode": "absent", "zkfc": "absent", "datanode": "started"}


@pytest.mark.parametrize("changed, started, expected", [
    ([SITE, "/etc/systemd/system/hdfs-zkfc.service"], ["datanode"], ["journalnode", "namenode", "zkfc"]),
    (["/etc/systemd/system/hdfs-datanode.service", "/etc/hadoop/hosts.include"], [], ["datanode"]),
])
def test_check_mode_tells_what_would_restart(role, changed, started, expected):
    found = role(["hdfs_would_restart"], changed=changed, service=[f"hdfs-{name}.service" for name in started])
    assert found["hdfs_would_restart"] == [f"hdfs-{name}.service" for name in expected]


@pytest.mark.parametrize("state, waits", [("Decommission In Progress", True), ("Decommissioned", False)])
def test_a_second_run_waits_for_a_datanode_that_still_leaves(role, state, waits):
    nodes = [
        {"name": f"192.0.2.{number}:9866", "address": f"192.0.2.{number}:9866", "admin_state": state if number == 3 else "In Service"}
        for number in (1, 2, 3)]
    seen = {"cluster": {"datanodes": {"nodes": nodes}}}
    found = role(["hdfs_is_leaving", "hdfs_rosters_differ"], hdfs_decommission=["n3"], hdfs_replication=2, hdfs_seen=seen)
    assert found == {"hdfs_is_leaving": waits, "hdfs_rosters_differ": False}


def test_a_namenode_outside_the_run_may_be_down(role):
    found = role(["hdfs_endpoints_elsewhere", "hdfs_found_down"], hdfs_verified={"down": ["http://192.0.2.2:9870"]})
    assert found == {"hdfs_endpoints_elsewhere": ["192.0.2.2:9870"], "hdfs_found_down": ["n2"]}
