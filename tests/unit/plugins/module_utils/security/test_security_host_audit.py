# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host tells an audit of itself, and that no file with secrets that a role writes is missing from the table."""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security.host_audit import HostAudit
from ansible_collections.baremetal.flink.plugins.module_utils.security.secret_files import FLINK, SECRET_FILES, look, too_wide

ROOT = Path(__file__).resolve().parents[5]
SHOWN = """\
User=zookeeper
Id=zookeeper.service
MainPID=7
LoadState=loaded
ActiveState=active

User=
Id=mesos-agent.service
MainPID=0
LoadState=loaded
ActiveState=inactive

Id=marathon.service
LoadState=not-found
ActiveState=inactive
"""
ANALYZED = """\
  PrivateNetwork=                          Service has access to the host's network      0.5
-> Overall exposure level for zookeeper.service: 2.6 OK :-)
→ Overall exposure level for mesos-agent.service: 9.5 UNSAFE 😨
"""
TCP = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


def socket_line(address, port, inode, state="0A"):
    return f"   0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  0 0 {inode} 1 0\n"


@pytest.fixture
def proc(tmp_path):
    """ZooKeeper listens on 2181 of all addresses and on 7000 of loopback, sshd on 22; one connection is established."""
    net = tmp_path / "proc/net"
    net.mkdir(parents=True)
    (net / "tcp").write_text(TCP + socket_line("00000000", 22, 1) + socket_line("0100007F", 7000, 2) + socket_line("0B00570A", 2181, 9, "01"))
    (net / "tcp6").write_text(TCP + socket_line("0" * 32, 2181, 3) + socket_line("0" * 24 + "01000000", 7001, 4)
                              + socket_line("0000000000000000FFFF00000100007F", 7002, 5))
    for pid, group, inodes in ((7, "0::/system.slice/zookeeper.service\n", (2, 3, 4, 5, 9)), (8, "0::/system.slice/ssh.service\n", (1,))):
        (net.parent / str(pid) / "fd").mkdir(parents=True)
        (net.parent / str(pid) / "cgroup").write_text(group)
        for number, inode in enumerate(inodes):
            os.symlink(f"socket:[{inode}]", net.parent / str(pid) / "fd" / str(number))
    return net.parent


def test_units_are_told_with_their_users_exposures_and_ports(proc):
    asked = []

    def run(command):
        asked.append(command)
        return 0, SHOWN if command[0] == "systemctl" else ANALYZED, ""

    seen = HostAudit(run, str(proc), str(proc)).look()
    assert seen["units"] == [
        {"unit": "mesos-agent.service", "active": "inactive", "user": "root", "exposure": 9.5, "level": "UNSAFE", "ports": []},
        {"unit": "zookeeper.service", "active": "active", "user": "zookeeper", "exposure": 2.6, "level": "OK", "ports": [2181]}]
    assert (seen["listening"], seen["files"]) == ([22, 2181], [])
    assert asked[1] == ["systemd-analyze", "security", "--no-pager", "mesos-agent.service", "zookeeper.service"]


def test_a_host_without_units_is_not_analyzed(proc):
    def run(command):
        assert command[0] == "systemctl"
        return 0, "Id=marathon.service\nLoadState=not-found\nActiveState=inactive\n", ""

    assert HostAudit(run, str(proc), str(proc)).look()["units"] == []


def test_files_with_secrets_are_found_where_roles_write_them(tmp_path):
    for path in ("flink/flink-conf.yaml", "flink-jobs/machine/environment", "flink/conf/flink-conf.yaml", "flink/rest-client/key.pem",
                 "flink-jobs/machine/client-conf/config.yaml", "zookeeper/jaas.conf", "zookeeper/zoo.cfg",
                 # Other clusters on Mesos, one of which has a client alone; and a program that is no Flink.
                 "analytics/conf/config.yaml", "analytics/conf/log4j-cli.properties", "analytics/environment", "analytics/rest-client/key.pem",
                 "streams/conf/flink-conf.yaml", "streams/conf/log4j.properties", "other/environment", "other/conf/config.yaml", "other/tls/key.pem"):
        (tmp_path / "etc" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "etc" / path).write_text("")
        (tmp_path / "etc" / path).chmod(0o640)
    (tmp_path / "etc/hadoop/environment").mkdir(parents=True)
    found = {file["path"]: (file["layer"], file["mode"]) for file in look(str(tmp_path))}
    assert found == {
        "/etc/flink/flink-conf.yaml": ("flink", "0640"), "/etc/flink-jobs/machine/environment": ("flink", "0640"),
        "/etc/flink/conf/flink-conf.yaml": ("flink", "0640"), "/etc/flink/rest-client/key.pem": ("flink", "0640"),
        "/etc/flink-jobs/machine/client-conf/config.yaml": ("flink", "0640"), "/etc/zookeeper/jaas.conf": ("zookeeper", "0640"),
        "/etc/analytics/conf/config.yaml": ("flink", "0640"), "/etc/analytics/environment": ("flink", "0640"),
        "/etc/analytics/rest-client/key.pem": ("flink", "0640"), "/etc/streams/conf/flink-conf.yaml": ("flink", "0640")}


@pytest.mark.parametrize(("given", "said"), [
    ({}, ""), ({"mode": "0600", "owner": "flink"}, ""), ({"group": "root", "group_reads": False}, ""),
    ({"mode": "0644"}, "everybody on the host can read or write it"), ({"mode": "0642"}, "everybody on the host can read or write it"),
    ({"group": "users"}, "the group users can read or write it"), ({"group_reads": False}, "the group flink can read or write it"),
    ({"mode": "0660"}, "the group flink can write it"), ({"owner": "alice"}, "it belongs to alice"),
])  # fmt: skip
def test_who_reads_a_secret_that_should_not(given, said):
    assert too_wide({"mode": "0640", "owner": "root", "group": "flink", "group_reads": True, **given}, ["flink"]) == said


def secret_paths():
    """Paths of the roles' entries that are marked secret, with what is computed in them taken for anything."""
    for path in sorted(ROOT.glob("roles/*/vars/**/*.yml")) + sorted(ROOT.glob("roles/*/tasks/*.yml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.match(r" *secret: ", line):
                before = [re.search(r"path: (\S.*)", each) for each in lines[max(0, number - 7):number]]
                named = [match.group(1).strip('"') for match in before if match]
                if named:
                    yield f"{path.relative_to(ROOT)}:{number + 1}", named[-1]


#: Where the roles' variables have their files.
KNOWN = {
    "{{ flink_environment_file }}": "/etc/flink/environment", "{{ __hdfs_environment_file }}": "/etc/hadoop/environment",
    "{{ __hdfs_fence_key }}": "/var/lib/hadoop/.ssh/fence", "{{ __marathon_secret_file }}": "/etc/marathon/framework-secret",
    "{{ __hdfs_zookeeper_login }}": "/etc/hadoop/zookeeper-login.conf", "{{ __flink_zookeeper_login }}": "/etc/flink/zookeeper-login.conf",
    "{{ __zookeeper_users_file }}": "/etc/zookeeper/jaas.conf", "{{ __zookeeper_environment_file }}": "/etc/zookeeper/environment",
    "{{ __hdfs_ssl_server_file }}": "/etc/hadoop/ssl-server.xml", "{{ __flink_mesos_master_file }}": "/etc/flink/mesos-master",
}


def test_each_file_that_a_role_calls_secret_is_in_the_table():
    found = dict(secret_paths())
    assert len(found) >= 8
    for place, path in found.items():
        real = KNOWN.get(path, path)
        assert any(fnmatch.fnmatch(real, entry.pattern.replace(FLINK, "flink*")) for entry in SECRET_FILES), (place, path)


#: Where a Flink has what is no key of one of its certificates: in its own directory, or in one below, too.
IN_FLINK = {"environment": [""], "zookeeper-login.conf": [""], "flink-conf.yaml": ["", "/*"], "config.yaml": ["", "/*"], "mesos-master": ["", "/*"]}


def test_the_page_has_the_table():
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8").partition("## Where secrets are")[2].partition("\n## ")[0]
    told = {}
    for files, holds, who in re.findall(r"^\| (`/.*) \| (.+) \|(.*)\|$", text, re.MULTILINE):
        told.update(dict.fromkeys(re.findall("`([^`]+)`", files), (holds, (re.findall("group `(.+)`", who) or [None])[0])))
    for entry in SECRET_FILES:
        place, dummy, name = entry.pattern.rpartition("/")
        for each in [f"/etc/FLINK{below}" for below in IN_FLINK.get(name, ["/*"])] if FLINK in place else [place]:
            assert told.get(f"{each}/{name}") == (entry.holds, entry.layer if entry.group_reads else None), entry
    assert all(any(fnmatch.fnmatch(path.replace("FLINK/*", "flink/x").replace("FLINK", "flink"), entry.pattern.replace(FLINK, "flink"))
                   for entry in SECRET_FILES) for path in told)
