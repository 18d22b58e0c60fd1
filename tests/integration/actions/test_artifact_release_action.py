# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin and its module together, with ansible-playbook on the local host."""

from __future__ import annotations

import grp
import hashlib
import io
import os
import pwd
import socket
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from playbook_runs import run_cases, run_hosts, run_play

from tests.playbook import said_by_failed

OLDEST = Path(__file__).resolve().parents[3] / ".cache/ansible-2.16/bin/python"
HOSTS = ["node1", "node2", "node3"]


@pytest.fixture
def world(tmp_path):
    (tmp_path / "files").mkdir()
    for version in ("1", "2"):
        with tarfile.open(tmp_path / f"files/x-{version}.tgz", "w:gz") as archive:
            for name in ("bin/run", "lib/old.jar"):
                info = tarfile.TarInfo(f"x-{version}/{name}")
                info.size = 1
                archive.addfile(info, io.BytesIO(version.encode()))
    return tmp_path


def arguments_of(world, version, part=None, **arguments):
    me = {"owner": pwd.getpwuid(os.getuid()).pw_name, "group": grp.getgrgid(os.getgid()).gr_name}
    part = dict({"source": "file", "path": f"x-{version}.tgz", "strip": 1}, **(part or {}))
    base = dict(
        me, name="x", version=version, root=str(world / "opt"), cache=str(world / "cache"), parts=[part], executable=["bin/*"]
    )
    return dict(base, **arguments)


def release(world, version, *options, **arguments):
    return run_play(world, {"baremetal.flink.artifact_release": arguments_of(world, version, **arguments)}, *options)


def test_install_upgrade_and_rollback(world):
    opt = world / "opt"
    check = release(world, "1", "--check", "--diff")
    assert (check.changed, check.failed, opt.exists(), (world / "cache").exists()) == (1, 0, False, False), check.output
    assert "+x-1" in check.output
    first = release(world, "1")
    assert (first.changed, first.failed) == (1, 0), first.output
    assert os.readlink(opt / "x") == "x-1" and os.access(opt / "x/bin/run", os.X_OK)
    assert release(world, "1").changed == 0
    assert release(world, "1", "--check").changed == 0
    assert release(world, "2", remove=["lib/*.jar"]).changed == 1
    assert (os.readlink(opt / "x"), os.listdir(opt / "x/lib")) == ("x-2", [])
    back = release(world, "2", state="rolled_back")
    assert (back.changed, os.readlink(opt / "x")) == (1, "x-1"), back.output
    assert release(world, "2", state="rolled_back").changed == 0


def test_hosts_pull_what_the_cache_is_served_as(world):
    run = release(world, "1", delivery="pull", mirror_url=f"file://{world}/cache/")
    assert (run.changed, run.failed) == (1, 0), run.output
    assert sorted(name for name in os.listdir(world / "opt") if name.startswith(".x@")) == []


def test_wrong_input_gives_its_sentence_and_changes_nothing(world):
    other = hashlib.sha256(b"other").hexdigest()
    wrong = {
        "checksum": ({"part": {"checksum": f"sha256:{other}"}}, f"not {other} as asked for"),
        "file": ({"part": {"path": "none.tgz"}}, "none.tgz was not found on the controller"),
        "include": ({"part": {"include": ["none/*"]}}, "include none/* matches nothing in x-1.tgz"),
        "parts": ({"parts": []}, "at least one dictionary"),
        "pull": ({"delivery": "pull"}, "needs mirror_host, a host that gets the downloads for all others, or mirror_url"),
        "mirror": ({"delivery": "pull", "mirror_host": "node9"}, "mirror_host node9 is not in the inventory; name a host of it"),
        "mirrors": ({"delivery": "pull", "mirror_host": "pull", "mirror_url": "http://a"}, "are two ways to the same downloads; set one"),
        "port": ({"delivery": "pull", "mirror_host": "pull", "mirror_port": 80}, "mirror_port 80 must be from 1024 to 65535"),
        "digest": ({"digest": "x"}, "digest is set by artifact_release itself"),
        "name": ({"name": "../x"}, "must start with a letter or digit"),
        "strip": ({"part": {"strip": "abc"}}, "strip"),
        "option": ({"part": {"strips": 1}}, "module: parts.strips. Supported parameters include: archive,"),
        "root": ({"root": "opt"}, "must be an absolute path"),
        "manifest": ({"part": {"source": "maven", "coordinates": ["g:a:1"], "path": None, "strip": 0, "manifest": "x-1.tgz"}}, "is not UTF-8 text"),
        "secret": (
            {"part": {"source": "url", "path": None, "url": "http://ann:s3cret@127.0.0.1:1/x.tgz", "checksum": f"sha256:{other}"}},
            "http://127.0.0.1:1/x.tgz cannot be had from here",
        ),
        "owner": ({"owner": "nobody-of-that-name"}, "owner nobody-of-that-name does not exist"),
    }
    cases = {
        name: arguments_of(world, "1", **dict({"root": str(world / name)}, **given)) for name, (given, dummy) in wrong.items()
    }
    said, run = run_cases(world, "baremetal.flink.artifact_release", cases)
    assert {name: sentence in said.get(name, "") for name, (dummy, sentence) in wrong.items()} == dict.fromkeys(
        wrong, True
    ), run.output
    assert not any((world / name / "x").exists() for name in wrong)
    assert "s3cret" not in run.output


def test_options_are_read_on_the_controller_as_on_the_host(world):
    spelled = {"strip": "1", "include": "*/bin/*,*/lib", "archive": "true"}
    run = release(world, "1", remove=None, delivery=None, part=spelled)
    assert (run.changed, run.failed) == (1, 0), run.output
    assert sorted(os.listdir(world / "opt/x")) == [".release.json", "bin", "lib"]
    assert release(world, "1", part={"strip": 1, "include": ["*/bin/*", "*/lib"]}).changed == 0
    plain = release(world, "2", part={"strip": 0, "archive": "false"})
    assert (plain.failed, sorted(os.listdir(world / "opt/x-2"))) == (0, [".release.json", "x-2.tgz"]), plain.output


def test_variables_in_the_temporary_directory_of_the_host(world):
    run = release(world, "1", "-e", "ansible_remote_tmp=$HOME/.ansible/tmp")
    assert (run.changed, run.failed) == (1, 0), run.output


class Rack:
    """Three hosts with directories of their own on this one, of which node1 is the mirror."""

    def __init__(self, world):
        self.world = world
        self.bin = world / "bin"
        self.units = world / "units"
        self.served = world / "served"
        self.address = "127.0.0.1"
        for directory in (self.bin, self.units, self.served):
            directory.mkdir()
        for name in ("systemd-run", "systemctl"):
            (self.bin / name).write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("transient_units.py")} {name} "$@"\n')
            (self.bin / name).chmod(0o755)
        with socket.socket() as probe:
            probe.bind((self.address, 0))
            self.port = probe.getsockname()[1]

    def release(self, version, *options, **given):
        arguments = arguments_of(
            self.world, version, root=f"{self.world}/{{{{ inventory_hostname }}}}", delivery="pull", mirror_host="node1", mirror_address=self.address,
            mirror_port=self.port, mirror_root=str(self.served)
        )  # fmt: skip
        return run_hosts(
            self.world, {"baremetal.flink.artifact_release": arguments}, HOSTS, *options, **given,
            environment={"PATH": f"{self.bin}:{os.environ['PATH']}", "TRANSIENT_UNITS": str(self.units)},
        )  # fmt: skip

    def current(self):
        return [os.readlink(self.world / host / "x") if (self.world / host / "x").exists() else "" for host in HOSTS]

    def left(self):
        """What of a mirror is still there, on its host and on the controller."""
        notes = [path.name for path in self.world.glob("cache/mirrors/*.json*")]
        return os.listdir(self.served) + [path.name for path in self.units.glob("pid")] + notes

    def asked(self):
        """How often the mirror was asked for a file, by hosts."""
        journal = self.units / "journal"
        return journal.read_text().count(": 200") if journal.exists() else 0


@pytest.fixture
def rack(world):
    return Rack(world)


def test_hosts_pull_from_the_host_that_has_it(rack):
    check = rack.release("1", "--check")
    assert (check.changed, rack.current(), rack.left()) == (1, ["", "", ""], []), check.output
    run = rack.release("1")
    assert (run.failed, rack.current(), rack.asked(), rack.left()) == (0, ["x-1"] * 3, 3, []), run.output
    assert run.output.count("node1 is brought") == 1
    again = rack.release("1")
    assert (again.changed, rack.asked()) == (0, 3) and "is brought" not in again.output
    # The mirror host is outside of the limit, and serves all the same.
    limited = rack.release("2", "--limit", "node3")
    assert (limited.failed, rack.current(), rack.left()) == (0, ["x-1", "x-1", "x-2"], []), limited.output


def test_the_oldest_core_pulls_from_a_host_too_and_one_host_after_the_other(rack):
    assert OLDEST.exists(), "make sanity sets it up"
    run = rack.release("1", "--forks", "1", python=OLDEST)
    assert (run.failed, rack.current(), rack.left()) == (0, ["x-1"] * 3, []), run.output
    assert run.output.count("node1 is brought") == 1


def fatal(run, sentence):
    """How many hosts failed with a sentence."""
    return sum(sentence in said for said in said_by_failed(run.output).values())


def test_a_mirror_that_cannot_be_is_said_by_each_host_and_leaves_nothing(rack):
    with socket.socket() as other:
        other.bind((rack.address, rack.port))
        other.listen()
        run = rack.release("1")
    taken = f"node1, the mirror_host: Port {rack.port} of the mirror host is taken by something else; set artifact_mirror_port"
    assert (fatal(run, taken), rack.current(), rack.left()) == (3, ["", "", ""], []), run.output
    (rack.world / "host_vars").mkdir()
    (rack.world / "host_vars/node1.yml").write_text(f"ansible_connection: ssh\nansible_host: {rack.address}\nansible_port: {rack.port}\n")
    run = rack.release("1", "--limit", "node2,node3")
    down = "node1, the mirror_host, cannot be reached, so nothing was delivered"
    assert (fatal(run, down), rack.current(), rack.left()) == (2, ["", "", ""], []), run.output
    # What ssh says of it depends on whether it ends before Ansible has sent the module.
    assert fatal(run, ". Bring it back, or name another") == 2, run.output


def test_a_wrong_byte_of_the_mirror_is_refused(rack):
    def spoil():
        while not stop.wait(0.005):
            for path in rack.served.glob("*/served/files/*/*.tgz"):
                path.write_bytes(path.read_bytes()[:-1] + b"!")

    stop = threading.Event()
    spoiler = threading.Thread(target=spoil)
    spoiler.start()
    try:
        run = rack.release("1")
    finally:
        stop.set()
        spoiler.join()
    wrong = f"x-1.tgz from {rack.address}:{rack.port} is not the file that the controller means"
    assert (fatal(run, wrong), rack.current(), rack.left()) == (3, ["", "", ""], []), run.output
