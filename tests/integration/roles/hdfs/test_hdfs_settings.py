# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
from xml.etree import ElementTree

import pytest

ALL = ["n1", "n2", "n3"]
GROUPS = {"zookeeper": ["n1"], "hdfs_namenode": ["n1", "n2"], "hdfs_journalnode": ALL, "hdfs_datanode": ALL}
DAEMONS = ("journalnode", "namenode", "zkfc", "datanode")
MARKS = ("/var/lib/hadoop/name/current/fsimage_" + "[0-9]" * 19, "/var/lib/hadoop/journal/flink-hdfs/current/VERSION")
SITE = "/etc/hadoop/hdfs-site.xml"


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on n1, the only host of the run, which has been set up with `site` as its settings."""

    def run(names=(), site=None, listed=(), templates=(), groups=None, daemons=DAEMONS, service=(), changed=(), electing=True, formatted=True, **variables):
        units = {f"/etc/systemd/system/hdfs-{daemon}.service": daemon in daemons for daemon in DAEMONS}
        preflight = {
            "java": {"major": 17}, "exists": {**units, **dict.fromkeys(MARKS, formatted)}, "electing": electing,
            "contents": {SITE: site, "/etc/hadoop/hosts.include": "".join(f"{line}\n" for line in listed)}}
        own = {
            "hdfs_preflight": preflight,
            "hdfs_configured": {"changed_paths": list(changed), "stale": [], "started": list(service), "changed": bool(changed or service)}}
        more = {"properties": "{{ __hdfs_site }}", "ansible_managed": "made", **variables}
        return render("hdfs", names, templates, {**GROUPS, **(groups or {})}, {"n1": own}, **more)

    return run


@pytest.fixture(scope="module")
def site(role):
    """What the role writes for n1."""
    return role(templates=["site.xml.j2"])["site.xml.j2"]


def written(found):
    """The files of the host that are there, by path."""
    return {entry["path"]: entry for entry in found["__hdfs_host_files"] if entry.get("when", True)}


def test_the_role_reads_what_it_has_written(role, site):
    found = role(["__hdfs_change", "__hdfs_departures"], site, ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    assert found["__hdfs_change"] == {"exists": [], "units": [], "faults": [], "due": False}
    assert not found["__hdfs_departures"]["due"]


def test_other_settings_are_looked_into(role, site):
    looked = role(["__hdfs_change"], site, hdfs_name_dirs=["/disk1/name"], hdfs_rpc_port=9000)["__hdfs_change"]
    assert looked["exists"][0] == "/var/lib/hadoop/name/current/fsimage_" + "[0-9]" * 19
    assert looked["units"] == [f"hdfs-{daemon}.service" for daemon in DAEMONS]
    held = role(
        ["__hdfs_change"], site, hdfs_name_dirs=["/disk1/name"], hdfs_places={"exists": {looked["exists"][0]: True}},
        hdfs_before_change={"units": {"hdfs-zkfc.service": {"active": "active"}}})["__hdfs_change"]
    assert len(held["faults"]) == 1 and "move /var/lib/hadoop/name to /disk1/name" in held["faults"][0]
    alone = {"hdfs_namenode": ["n1"], "hdfs_journalnode": []}
    assert "-saveNamespace" in role(["__hdfs_change"], site, groups=alone)["__hdfs_change"]["faults"][0]


def test_a_datanode_that_is_in_no_group_any_more_is_asked_about(role, site):
    groups, listed = {"hdfs_datanode": ["n1", "n2"]}, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    asked = role(["__hdfs_departures"], site, listed, groups=groups)["__hdfs_departures"]
    assert asked == {"due": True, "endpoints": ["192.0.2.1:9870", "192.0.2.2:9870"], "faults": []}
    node = {"name": "192.0.2.3:9866", "address": "192.0.2.3:9866", "live": True, "admin_state": "In Service"}
    seen = {"active": "http://192.0.2.1:9870", "cluster": {"datanodes": {"nodes": [node]}}}
    found = role(["__hdfs_departures"], site, listed, groups=groups, hdfs_before_departures=seen)["__hdfs_departures"]
    assert found["faults"][0].startswith("192.0.2.3 would no longer be a DataNode")


def test_daemons_of_former_groups_go_and_journalnodes_later(role):
    units = role(["__hdfs_wanted_units"], groups={"hdfs_namenode": ["n2", "n3"], "hdfs_journalnode": ["n2", "n3", "n4"]})["__hdfs_wanted_units"]
    assert {unit["name"][5:-8]: unit["state"] for unit in units} == {"namenode": "absent", "zkfc": "absent", "datanode": "started"}


@pytest.mark.parametrize("given, expected", [
    ({}, False), ({"electing": False}, True), ({"formatted": False}, True),
    ({"groups": {"hdfs_namenode": ["n1"], "hdfs_journalnode": []}, "electing": False}, False),
])
def test_a_place_for_the_election_is_made_where_a_failover_controller_does_not_run(role, given, expected):
    assert role(["__hdfs_lacks_election"], **given)["__hdfs_lacks_election"] is expected


@pytest.mark.parametrize("changed, started, expected", [
    ([SITE, "/etc/systemd/system/hdfs-zkfc.service"], ["datanode"], ["journalnode", "namenode", "zkfc"]),
    (["/etc/systemd/system/hdfs-datanode.service", "/etc/hadoop/hosts.include"], [], ["datanode"]),
])
def test_check_mode_tells_what_would_restart(role, changed, started, expected):
    found = role(["__hdfs_would_restart"], changed=changed, service=[f"hdfs-{name}.service" for name in started])
    assert found["__hdfs_would_restart"] == [f"hdfs-{name}.service" for name in expected]


@pytest.mark.parametrize("state, waits", [("Decommission In Progress", True), ("Decommissioned", False)])
def test_a_second_run_waits_for_a_datanode_that_still_leaves(role, state, waits):
    nodes = [
        {"name": f"192.0.2.{number}:9866", "address": f"192.0.2.{number}:9866", "admin_state": state if number == 3 else "In Service"}
        for number in (1, 2, 3)]
    seen = {"cluster": {"datanodes": {"nodes": nodes}}}
    found = role(["__hdfs_is_leaving", "__hdfs_rosters_differ"], hdfs_decommission=["n3"], hdfs_replication=2, hdfs_contents={"hdfs": seen})
    assert found == {"__hdfs_is_leaving": waits, "__hdfs_rosters_differ": False}


def test_a_namenode_outside_the_run_may_be_down(role):
    found = role(["__hdfs_addresses_elsewhere", "__hdfs_layout"])
    assert found["__hdfs_addresses_elsewhere"] == ["192.0.2.2", "192.0.2.3"]
    assert found["__hdfs_layout"]["fence_targets"] == [{"host": "n2", "address": "192.0.2.2"}]


def test_daemons_have_options_of_their_own_and_commands_have_none_of_theirs(role, tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    java.chmod(0o755)
    daemon = {"title": "NameNode", "main_class": "Main", "heap_mb": 1, "after": "", "writes": [], "java_options": ["-Dlog=/gc-%p.log", "-Da=$b c"]}
    found = role(
        templates=["daemon.service.j2", "hdfs.j2"], daemon=daemon, hdfs_java_home=str(tmp_path), hdfs_java_options=["-XX:+UseG1GC"],
        hdfs_client_java_options=["-Dname='two' $words"])
    unit = found["daemon.service.j2"]
    assert '\n  -XX:+UseG1GC \\\n  "-Dlog=/gc-%%p.log" \\\n  "-Da=$$b c" \\\n' in unit and "EnvironmentFile" not in unit
    (tmp_path / "hdfs").write_text(found["hdfs.j2"])

    def command(**environment):
        return subprocess.run(["sh", "hdfs", "dfs", "-ls", "a b"], cwd=tmp_path, check=True, capture_output=True, text=True, env=environment).stdout

    given = command(PATH="/bin").splitlines()
    assert "-XX:+UseSerialGC" in given and "-XX:+UseG1GC" not in given
    assert "-Dname='two' $words" in given and given[-2:] == ["-ls", "a b"]
    assert "UseSerialGC" not in command(PATH="/bin", HDFS_CLIENT_OPTS="-Xss1m -XX:+UseParallelGC")


def test_a_units_file_has_options_and_environment_of_its_daemon(role):
    found = role(["__hdfs_host_files", "__hdfs_watched"], hdfs_datanode_java_options=["-Da=b"],
                 hdfs_environment={"https_proxy": "http://u:p@x", "NO": None})
    files = written(found)
    assert files["/etc/hadoop/environment"]["content"] == 'https_proxy="http://u:p@x"\n'
    assert files["/etc/hadoop/environment"]["mode"] == "0600" and files["/etc/hadoop/environment"]["secret"]
    assert "/etc/hadoop/environment" in found["__hdfs_watched"]
    daemons = {path.split("-")[1]: entry["vars"]["daemon"] for path, entry in files.items() if path.endswith(".service")}
    assert {name: daemon["java_options"] for name, daemon in daemons.items()} == {
        "journalnode.service": [], "namenode.service": [], "zkfc.service": [], "datanode.service": ["-Da=b"]}
    unit = role(templates=["daemon.service.j2"], daemon=daemons["journalnode.service"], hdfs_environment={"A": 1})
    assert "\nEnvironmentFile=/etc/hadoop/environment\n" in unit["daemon.service.j2"]
    without = role(["__hdfs_host_files", "__hdfs_watched"], hdfs_environment=None)
    assert written(without)["/etc/hadoop/environment"]["state"] == "absent" and "/etc/hadoop/environment" not in without["__hdfs_watched"]


def test_a_host_has_the_files_of_its_own_daemons_alone(role):
    alone = {"hdfs_namenode": ["n1"], "hdfs_journalnode": [], "hdfs_datanode": ["n2"]}
    assert list(written(role(["__hdfs_host_files"], groups=alone))) == [
        "/etc/hadoop/hosts.include", "/etc/hadoop/hosts.exclude", "/etc/hadoop/environment", "/etc/systemd/system/hdfs-namenode.service"]
    assert list(written(role(["__hdfs_host_files"], groups={**alone, "hdfs_namenode": ["n2"], "hdfs_datanode": ["n1", "n2"]}))) == [
        "/etc/hadoop/environment", "/etc/systemd/system/hdfs-datanode.service"]


def test_settings_are_texts_and_null_leaves_the_roles_own_out(role, site):
    given = {"dfs.client.socket-timeout": None, "hadoop.proxyuser.hue.hosts": ["node1", "node2"], "a": "<&>\ntwo", "b": True}
    found = role(["__hdfs_change"], site, templates=["site.xml.j2"], hdfs_site_settings=given)
    assert found["__hdfs_change"]["faults"] == []
    properties = {each.find("name").text: each.find("value").text for each in ElementTree.fromstring(found["site.xml.j2"]).iter("property")}
    assert "dfs.client.socket-timeout" not in properties and properties["hadoop.proxyuser.hue.hosts"] == "node1,node2"
    assert (properties["a"], properties["b"], properties["dfs.ha.automatic-failover.enabled"]) == ("<&>\ntwo", "true", "true")


def test_a_datanode_may_use_its_socket_and_lock_memory(role):
    given = {"dfs.domain.socket.path": "/var/lib/hadoop/dn_socket", "dfs.datanode.max.locked.memory": "64m"}
    daemon = written(role(["__hdfs_host_files"], hdfs_site_settings=given))["/etc/systemd/system/hdfs-datanode.service"]["vars"]["daemon"]
    assert (daemon["locks_memory"], daemon["socket_directory"]) == (True, "/var/lib/hadoop")
    assert "\nLimitMEMLOCK=infinity\nReadWritePaths=-/var/lib/hadoop\n" in role(templates=["daemon.service.j2"], daemon=daemon)["daemon.service.j2"]
    without = written(role(["__hdfs_host_files"], hdfs_site_settings={"dfs.datanode.max.locked.memory": 0}))
    assert without["/etc/systemd/system/hdfs-datanode.service"]["vars"]["daemon"]["locks_memory"] is False


def test_data_directories_say_their_storage_type_and_settings_that_they_are_final(role, site):
    typed = {"hdfs_data_dirs": ["[SSD]/disk1", "[ARCHIVE]file:///disk2", "/disk3"], "hdfs_final_settings": ["dfs.replication"]}
    names = ["__hdfs_layout", "__hdfs_host_files", "__hdfs_change"]
    found = role(names, site.replace("/var/lib/hadoop/data", "/disk1"), templates=["site.xml.j2"], **typed)
    assert found["__hdfs_change"]["faults"] == []
    assert "<value>[SSD]file:///disk1,[ARCHIVE]file:///disk2,file:///disk3</value>" in found["site.xml.j2"]
    assert "<name>dfs.replication</name><value>3</value><final>true</final>" in found["site.xml.j2"]
    assert found["site.xml.j2"].count("<final>") == 1
    assert found["__hdfs_layout"]["state_dirs"][2:] == ["/disk1", "/disk2", "/disk3"]
    assert written(found)["/etc/systemd/system/hdfs-datanode.service"]["vars"]["daemon"]["writes"] == ["/disk1", "/disk2", "/disk3"]


@pytest.mark.parametrize("count, replication, considered", [(3, 3, "false"), (5, 3, "false"), (6, 3, "true"), (4, 2, "true")])
def test_no_datanode_is_left_out_for_its_load_where_too_few_would_be_left(role, count, replication, considered):
    hosts = [f"n{number}" for number in range(1, count + 1)]
    text = role(templates=["site.xml.j2"], groups={"hdfs_datanode": hosts}, hdfs_replication=replication)["site.xml.j2"]
    assert f"<name>dfs.namenode.redundancy.considerLoad</name><value>{considered}</value>" in text


def test_a_host_keeps_no_keys_of_daemons_that_have_left_it(role):
    """With the superuser's whoever is root on a DataNode's host would be all of HDFS."""
    wanted = [{"path": f"/etc/hadoop/kerberos/{name}.keytab"} for name in ("datanode", "web")]
    assert role(["__hdfs_keytabs_left"], __hdfs_keytabs=wanted)["__hdfs_keytabs_left"] == ["/etc/hadoop/kerberos/superuser.keytab"]
