# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import socket

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.host.preflight import (
    Preflight,
    Sockets,
    account_fits,
    sentence,
    filesystem_of,
    is_own,
    major_version,
    missing_packages,
    read_java,
    resolve,
)

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
CGROUPS = {
    "v2": "0::/system.slice/{unit}\n",
    "hybrid": "4:memory:/system.slice/x.service\n1:name=systemd:/machine.slice/c.scope/system.slice/{unit}\n0::/\n",
}


class FakeProc:
    """A /proc with sockets and processes."""

    def __init__(self, path):
        self.path = path
        (path / "net").mkdir(parents=True)
        (path / "net/tcp").write_text(HEADER)
        (path / "meminfo").write_text("MemTotal:       8388608 kB\nMemFree: 1 kB\n")

    def socket(self, port, inode, state="0A", table="tcp", address="0100007F"):
        line = f"   0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  0 0 {inode} 1 0\n"
        path = self.path / "net" / table
        path.write_text((path.read_text() if path.exists() else HEADER) + line)

    def process(self, pid, name, cgroup, *inodes):
        directory = self.path / str(pid)
        (directory / "fd").mkdir(parents=True)
        (directory / "comm").write_text(f"{name}\n")
        (directory / "cgroup").write_text(cgroup)
        for number, inode in enumerate(inodes):
            os.symlink(f"socket:[{inode}]", directory / "fd" / str(number))


@pytest.fixture
def proc(tmp_path):
    return FakeProc(tmp_path / "proc")


NAMES = {"node1": ["10.0.0.1"], "node2": ["10.0.0.2"], "trap": ["127.0.1.1"], "localhost": ["::1", "127.0.0.1"], "six": ["::1"],
         "both": ["fd00::1", "10.0.0.9", "10.0.0.1"]}


def look_up(name):
    if name not in NAMES:
        raise socket.gaierror(-2, "Name or service not known")
    return NAMES[name]


def called(address):
    if address == "10.0.0.9":
        raise OSError("no name")
    return {"10.0.0.1": "node1", "10.0.0.2": "other"}[address]


def judge(proc, run=None, check_mode=False, **wanted):
    preflight = Preflight(
        run or (lambda command: (1, "", "not expected")),
        str(proc.path),
        look_up,
        lambda address: address in ("10.0.0.1", "127.0.0.1"),
        check_mode,
        root=str(proc.path.parent / "root"),
        netfilter=lambda: "its kernel has no nftables",
        namer=called,
    )
    return preflight.judge(wanted)


def java_home(tmp_path, release='JAVA_VERSION="17.0.15"\n'):
    home = tmp_path / "jdk"
    (home / "bin").mkdir(parents=True)
    program = home / "bin/java"
    program.write_text("")
    program.chmod(0o755)
    if release is not None:
        (home / "release").write_text(f'IMPLEMENTOR="X"\n{release}')
    return str(home)


def test_the_kernel_is_asked_for_a_firewall_where_there_is_to_be_one(proc):
    assert judge(proc, nftables=True, check_mode=True).faults == ["its kernel has no nftables"]
    assert judge(proc).faults == []


def test_a_directory_that_is_not_absolute_is_refused(proc):
    (problem,) = judge(proc, disk=[{"path": "var/lib", "free_mb": 0}]).faults
    assert problem == "the directory var/lib is not absolute; write it from / on"


def test_good_host_has_no_problems(proc, tmp_path):
    (tmp_path / "myid").write_text("1\n")
    (tmp_path / "link").symlink_to("nowhere/java")
    findings = judge(
        proc,
        own_address="node1",
        addresses=["node1", "node2"],
        java_home=java_home(tmp_path),
        java_versions=[11, 17],
        memory_mb=8192,
        disk=[{"path": str(tmp_path / "not/yet"), "free_mb": 0}],
        ports=[{"port": 2181, "unit": "zookeeper"}],
        commands=["sh"],
        read=[str(tmp_path / "myid"), str(tmp_path / "none"), str(tmp_path / "myid/x")],
        exists=[str(tmp_path / "my*"), str(tmp_path / "your*"), str(tmp_path / "myid"), str(tmp_path / "none")],
        links=[str(tmp_path / "link"), str(tmp_path / "myid"), str(tmp_path / "none")],
    )
    assert findings.faults == []
    assert (findings.java.version, findings.java.major) == ("17.0.15", 17)
    assert list(findings.contents.values()) == ["1\n", None, None]
    assert list(findings.exists.values()) == [True, False, True, False]
    assert list(findings.links.values()) == ["nowhere/java", None, None]


def test_all_problems_come_at_once(proc, tmp_path):
    findings = judge(
        proc,
        own_address="node2",
        addresses=["trap", "unknown", "a..b"],
        java_home=str(tmp_path / "none"),
        java_versions=[11],
        memory_mb=9000,
        disk=[{"path": "/", "free_mb": 10**12}],
        commands=["no-such-command"],
    )
    text = sentence("zookeeper", "h", findings.faults)
    assert text.startswith("zookeeper on h cannot be set up: 1) node2 (10.0.0.2) is not an address of this host")
    for part in (
        "trap resolves to 127.0.1.1",
        "unknown does not resolve",
        "no Java at",
        "8192 MB of memory and needs 9000",
        "MB free",
        "no-such-command",
    ):
        assert part in text
    assert len(findings.faults) == 8


@pytest.mark.parametrize(("name", "expected"), [("node1", "10.0.0.1"), ("both", "10.0.0.1"), ("six", None), (None, None)])
def test_the_hosts_own_ipv4_address_is_told(proc, name, expected):
    assert judge(proc, own_address=name, allow_loopback=True).own_ipv4 == expected


def test_names_are_looked_up_for_who_needs_their_addresses(proc):
    findings = judge(proc, resolve=["trap", "node2"])
    assert (findings.resolved, findings.faults) == ({"trap": sorted(NAMES["trap"]), "node2": ["10.0.0.2"]}, [])
    (fault,) = judge(proc, resolve=["unknown", "node2"]).faults
    assert fault.startswith("unknown does not resolve here")


@pytest.mark.parametrize(("name", "said"), [
    ("node1", None), ("six", None), ("nowhere", None),
    ("node2", "node2 is 10.0.0.2 here, and 10.0.0.2 is called other, while Kerberos takes it by both: have node2 come first on the line of 10.0.0.2 in "
              "/etc/hosts, and in DNS, or name the host as 10.0.0.2 is called"),
    ("both", "both is 10.0.0.9 here, and 10.0.0.9 is called nothing, while")])
def test_names_are_looked_up_both_ways_for_who_needs_it(proc, name, said):
    faults = judge(proc, canonical=[name]).faults
    assert faults == [] if said is None else len(faults) == 1 and faults[0].startswith(said)


def test_loopback_is_fine_on_a_single_host(proc):
    assert judge(proc, own_address="localhost", allow_loopback=True).faults == []
    assert judge(proc, addresses=["six"], allow_loopback=True).faults == []
    assert "resolves to ::1" in judge(proc, addresses=["six"]).faults[0]
    assert "resolves to 127.0.0.1" in judge(proc, addresses=["localhost"]).faults[0]


@pytest.mark.parametrize("cgroup", sorted(CGROUPS))
@pytest.mark.parametrize("table, address", [("tcp", "00000000"), ("tcp6", "0" * 32)])
def test_port_of_the_own_unit_is_fine(proc, cgroup, table, address):
    proc.socket(2181, 4242, table=table, address=address)
    proc.process(10, "sshd", CGROUPS[cgroup].format(unit="ssh.service"), 1)
    proc.process(20, "java", CGROUPS[cgroup].format(unit="zookeeper.service"), 7, 4242)
    found = judge(proc, ports=[{"port": port, "unit": unit} for port, unit in ((2181, "zookeeper"), (2181, "zookeeper.service"), (80, "nginx"))])
    assert (found.faults, found.serving) == ([], ["zookeeper.service"])
    assert (
        "held by java (process 20, zookeeper.service)" in judge(proc, ports=[{"port": 2181, "unit": "other.service"}]).faults[0]
    )
    assert "held by java" in judge(proc, ports=[{"port": 2181}]).faults[0]


def test_only_listening_sockets_hold_a_port(proc):
    proc.socket(2181, 4242, state="01")
    assert judge(proc, ports=[{"port": 2181}]).faults == []


def test_holder_out_of_sight(proc):
    proc.socket(2181, 4242)
    proc.process(20, "java", "0::/user.slice/session.scope\n", 1)
    assert "held by another process" in judge(proc, ports=[{"port": 2181, "unit": "zookeeper"}]).faults[0]


def test_process_without_a_unit(proc):
    proc.socket(80, 5)
    proc.process(30, "nc", "0::/user.slice/session.scope\n", 5)
    assert "held by nc (process 30)" in judge(proc, ports=[{"port": 80}]).faults[0]
    assert Sockets(str(proc.path)).unit_of(999) is None


def test_wrong_java_is_named(proc, tmp_path):
    home = java_home(tmp_path, 'JAVA_VERSION="1.8.0_392"\n')
    assert "Java 1.8.0_392" in judge(proc, java_home=home, java_versions=[11, 17]).faults[0]
    findings = judge(proc, java_home=home, java_versions=[11], check_mode=True)
    assert findings.faults == [] and "check mode" in findings.warnings[0]


def test_missing_java_in_check_mode_is_a_warning(proc, tmp_path):
    findings = judge(proc, java_home=str(tmp_path / "none"), java_versions=[11], check_mode=True)
    assert findings.faults == [] and findings.java is None and "not installed yet" in findings.warnings[0]


def test_java_that_nobody_needs_is_no_problem(proc, tmp_path):
    assert judge(proc, java_home=str(tmp_path / "none")).faults == []
    (tmp_path / "empty").mkdir()
    assert judge(proc, java_home=str(tmp_path / "empty")).faults == []


def test_the_modules_of_a_java_are_told_where_it_tells_them(tmp_path):
    home = java_home(tmp_path, 'JAVA_VERSION="17.0.15"\nMODULES="java.base jdk.security.jgss"\n')
    assert read_java(home, lambda command: (1, "", "")).modules == ("java.base", "jdk.security.jgss")


def test_java_without_release_file_is_run(tmp_path):
    home = java_home(tmp_path, None)
    assert read_java(home, lambda command: (0, "", 'openjdk version "11.0.13" 2021')).major == 11
    with pytest.raises(ValueError, match="-version failed: boom"):
        read_java(home, lambda command: (1, "", "boom"))
    os.chmod(os.path.join(home, "bin/java"), 0o644)
    os.remove(os.path.join(home, "bin/java"))
    with pytest.raises(ValueError, match="missing or not executable"):
        read_java(home, lambda command: (0, "", ""))


@pytest.mark.parametrize("text, major", [("1.8.0_392", 8), ("11.0.13", 11), ("17", 17), ("21-ea", 21)])
def test_major_versions(text, major):
    assert major_version(text) == major


def test_no_version():
    with pytest.raises(ValueError):
        major_version("ea")


def test_large_or_unreadable_text_is_a_problem(proc, tmp_path):
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    problems = judge(proc, read=[str(tmp_path / "large"), str(tmp_path)]).faults
    assert "larger than 1 MB" in problems[0] and "cannot be read" in problems[1]


def test_own_addresses_are_told_by_binding():
    assert is_own("127.0.0.1") and not is_own("192.0.2.1")
    assert resolve("127.0.0.1") == ["127.0.0.1"]


DPKG = "python3-kazoo installed\nopenssh-server config-files\n"
RPM = "python3-kazoo\npackage openssh-server is not installed\n"


@pytest.mark.parametrize(("programs", "out"), [(["dpkg-query", "rpm"], DPKG), (["rpm"], RPM)], ids=["dpkg", "rpm"])
def test_packages_that_are_not_installed(monkeypatch, programs, out):
    asked = []
    monkeypatch.setattr("shutil.which", lambda name, path=None: f"/usr/bin/{name}" if name in programs else None)

    def run(command):
        asked.append(list(command))
        return 1, out, ""

    wanted = ["python3-kazoo", "openssh-server", "skopeo"]
    assert missing_packages(wanted, run) == ["openssh-server", "skopeo"]
    assert asked[0][0] == programs[0] and asked[0][-3:] == wanted
    assert missing_packages([], run) == [] and len(asked) == 1


@pytest.mark.parametrize(("account", "fits"), [
    ({"name": "root"}, True),
    ({"name": "root", "group": "root", "home": "/root", "shell": None}, True),
    ({"name": "root", "home": "/var/lib/zookeeper"}, False),
    ({"name": "root", "group": "zookeeper"}, False),
    ({"name": "no-such-user"}, False),
])
def test_account(account, fits):
    assert account_fits(account) is fits


def needed(kind, name, pattern=None):
    return {"kind": kind, "name": str(name), "pattern": pattern, "without": f"no {name}; get it"}


def test_needs_that_are_met(proc, tmp_path):
    (tmp_path / "table").write_text("cpu\t1\t1\t1\n")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        server.listen(1)
        met = [needed("program", "sh"), needed("program", "/bin/sh"), needed("path", tmp_path), needed("socket", tmp_path / "sock"),
               needed("library", "libc.so.6"), needed("line", tmp_path / "table", r"^cpu\s+\d+\s+\d+\s+1$"),
               needed("filesystem", tmp_path / "not/yet", filesystem_of(str(tmp_path)))]
        findings = judge(proc, needs=met)
    assert findings.faults == [] == findings.warnings


def test_needs_that_are_not_met(proc, tmp_path):
    (tmp_path / "sock").write_text("")
    missing = [needed("program", "no-such-program"), needed("path", tmp_path / "none"), needed("socket", tmp_path / "sock"),
               needed("library", "libnone.so"), needed("line", tmp_path / "none", "x"), needed("filesystem", tmp_path, "no-such-type")]
    findings = judge(proc, needs=missing)
    assert findings.faults == [need["without"] for need in missing]
    findings = judge(proc, check_mode=True, needs=missing[:1])
    assert findings.faults == [] and findings.warnings == ["no no-such-program; get it (taken as not there yet, since this is check mode)"]


def test_the_file_system_of_a_path(tmp_path):
    number = tmp_path.stat().st_dev
    table = tmp_path / "mountinfo"
    table.write_text(f"21 1 0:999 / /other rw - ext4 /dev/a rw\n22 1 {os.major(number)}:{os.minor(number)} / / rw shared:1 - xfs /dev/b rw,prjquota\n")
    assert filesystem_of(str(tmp_path / "not/yet"), str(table)) == "xfs"
    table.write_text("21 1 0:999 / /other rw - ext4 /dev/a rw\n")
    assert filesystem_of(str(tmp_path), str(table)) is None


def test_packages_of_programs_that_are_missing(proc):
    programs = {"sh": "dash", "no-such-program": "one", "nor-this": "one"}
    assert judge(proc, programs=programs).packages == ["one"]
    # Another package than the named one may have brought it.
    assert judge(proc, programs={"sh": "no-such-package"}).packages == []
