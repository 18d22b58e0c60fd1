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
import tarfile

import pytest
from playbook_runs import run_cases, run_play


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
        "pull": ({"delivery": "pull"}, "needs mirror_url"),
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
