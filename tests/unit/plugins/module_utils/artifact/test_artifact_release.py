# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import io
import json
import os
import stat
import tarfile
import zipfile

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact import release as artifact_release
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError, Part, file_digest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.release import (
    RECORD,
    Description,
    Payload,
    Store,
    unpacked_size,
)


def make_tar(path, members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, value in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(value, tuple):
                info.type, info.linkname = value
                archive.addfile(info)
            elif value is None:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
            else:
                info.size, info.mode = len(value), 0o755 if name.endswith(".sh") else 0o600
                archive.addfile(info, io.BytesIO(value))
    return path


def payload_of(path, container="file"):
    return Payload(str(path), os.path.basename(path), file_digest(str(path)), os.path.getsize(path), container)


class World:
    def __init__(self, tmp_path):
        self.tmp = tmp_path
        self.root = tmp_path / "opt"
        self.number = 0

    def store(self, check=False):
        return Store(str(self.root), "x", check)

    def install(self, version, digest="d", members=None, parts=None, keep=2, switch=True, **kwargs):
        self.number += 1
        if parts is None:
            archive = make_tar(
                self.tmp / f"a{self.number}.tgz", members or {f"x-{version}/bin/run.sh": b"run", f"x-{version}/README": b"x"}
            )
            parts = [(Part("file", strip=1), payload_of(archive))]
        wanted = self.wanted(version, digest, [part for part, dummy in parts], **kwargs)
        outcome = self.store().install(wanted, [payload for dummy, payload in parts], switch, keep)
        record = self.root / f"x-{version}" / RECORD
        os.utime(record, (self.number, self.number))
        return outcome

    def wanted(self, version, digest="d", parts=(), **kwargs):
        return Description("x", version, digest, list(parts), uid=os.getuid(), gid=os.getgid(), **kwargs)

    def ensure(self, version, digest="d", check=False, switch=True, keep=2):
        return self.store(check).ensure(self.wanted(version, digest), switch, keep)

    def hidden(self):
        return sorted(name for name in os.listdir(self.root) if name.startswith(".x@"))


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_fresh_host_then_nothing_to_do(world):
    assert not world.ensure("1").present
    outcome = world.install("1")
    assert (outcome.changed, outcome.switched, outcome.before) == (True, True, "")
    release = world.root / "x-1"
    assert os.readlink(world.root / "x") == "x-1"
    assert stat.S_IMODE(os.stat(release / "bin/run.sh").st_mode) == 0o755
    assert stat.S_IMODE(os.stat(release / "README").st_mode) == 0o644
    record = json.loads((release / RECORD).read_text())
    assert (record["digest"], record["parts"][0]["file"]) == ("d", "a1.tgz")
    again = world.ensure("1")
    assert (again.present, again.changed) == (True, False)
    assert world.hidden() == []


def test_upgrade_remembers_the_previous_and_rolls_back_once(world):
    world.install("1")
    world.install("2")
    assert (world.store().current(), world.store().previous()) == ("x-2", "x-1")
    assert world.store(check=True).roll_back("2").changed
    assert world.store().current() == "x-2"
    assert world.store().roll_back("2").switched
    assert (world.store().current(), world.store().previous()) == ("x-1", "x-2")
    assert not world.store().roll_back("2").changed
    outcome = world.ensure("2")
    assert (outcome.present, outcome.installed, outcome.switched) == (True, False, True)


def test_nothing_to_roll_back_to(world):
    world.install("1")
    with pytest.raises(ArtifactError, match="no release of x before 1"):
        world.store().roll_back("1")


def test_same_version_of_another_description_takes_its_place_and_renews_the_link(world):
    world.install("1")
    before = os.lstat(world.root / "x")
    world.install("1", digest="e", members={"x-1/new": b"new"})
    assert os.listdir(world.root / "x") == [RECORD, "new"] or sorted(os.listdir(world.root / "x")) == sorted([RECORD, "new"])
    assert os.lstat(world.root / "x").st_ino != before.st_ino
    assert world.hidden() == []


def test_old_releases_are_pruned_but_never_current_or_previous(world):
    for version in "1234":
        world.install(version, keep=9)
    outcome = world.install("5", keep=1)
    assert sorted(outcome.pruned) == ["x-1", "x-2", "x-3"]
    assert sorted(name for name in os.listdir(world.root) if name.startswith("x-")) == ["x-4", "x-5"]
    assert world.install("6", keep=0).pruned == ["x-4"]
    assert world.store().previous() == "x-5"


@pytest.mark.parametrize("keep", [0, 1, 2])
@pytest.mark.parametrize("version", ["1", "3", "5"])
def test_check_mode_foretells_what_will_be_pruned(world, version, keep):
    for each in "1234":
        world.install(each, keep=9)
    foretold = world.ensure(version, check=True, keep=keep).pruned
    assert len(os.listdir(world.root)) == 7
    done = world.install(version, keep=keep) if version == "5" else world.ensure(version, keep=keep)
    assert (sorted(foretold), world.store().previous()) == (sorted(done.pruned), "x-4")


def test_side_by_side_without_switch(world):
    world.install("1")
    outcome = world.install("2", switch=False)
    assert (outcome.changed, outcome.switched, world.store().current()) == (True, False, "x-1")
    assert not world.ensure("2", switch=False).changed


def test_releases_of_a_longer_name_are_not_ours(world):
    world.install("1")
    other = world.root / "x-y-1"
    other.mkdir()
    (other / RECORD).write_text(json.dumps({"name": "x-y"}))
    world.install("2", keep=0)
    world.install("3", keep=0)
    assert other.exists()


def test_check_mode_changes_nothing(world):
    outcome = world.ensure("1", check=True)
    assert (outcome.present, outcome.changed) == (False, False)
    world.install("1")
    world.install("2")
    outcome = world.ensure("1", check=True)
    assert (outcome.switched, world.store().current()) == (True, "x-2")


def test_killed_while_unpacking_is_cleared(world):
    world.root.mkdir()
    (world.root / ".x@1.new/bin").mkdir(parents=True)
    (world.root / ".x@0.old").mkdir()
    (world.root / ".x@0.get").mkdir()
    assert not world.ensure("1").present
    world.install("1")
    assert world.hidden() == []


def test_downloads_of_the_host_itself_are_discarded(world):
    directory = world.store().receiving("1")
    archive = make_tar(os.path.join(directory, "t.tgz"), {"d/f": b"x"})
    world.install("1", parts=[(Part("file", strip=1), payload_of(archive))])
    world.store().discard_received("1")
    assert (world.hidden(), (world.root / "x/f").read_bytes()) == ([], b"x")
    world.store().discard_received("1")


def test_killed_between_the_two_renames_is_finished_without_a_download(world):
    world.install("1")
    os.rename(world.root / "x-1", world.root / ".x@1.new")
    outcome = world.ensure("1")
    assert (outcome.present, outcome.installed, outcome.changed) == (True, True, True)
    assert (world.root / "x/README").exists()


def test_killed_before_the_link_is_finished(world):
    world.install("1")
    os.unlink(world.root / "x")
    assert world.ensure("1").switched


def test_another_run_on_the_same_host_is_waited_for(world):
    world.install("1")
    busy = world.store()
    archive = make_tar(world.tmp / "t.tgz", {"d/f": b"x"})
    with busy._locked():
        impatient = Store(str(world.root), "x", patience=0.3)
        with pytest.raises(ArtifactError, match="Another run has been working on x"):
            impatient.install(world.wanted("2", parts=[Part("file")]), [payload_of(archive)], True, 2)
    assert world.store().current() == "x-1"


def test_what_another_run_has_finished_meanwhile_is_not_done_again(world):
    world.install("1")
    outcome = world.store().install(
        world.wanted("1", parts=[Part("file")]), [payload_of(make_tar(world.tmp / "t.tgz", {"d/f": b"x"}))], True, 2
    )
    assert (outcome.present, outcome.installed, outcome.changed) == (True, False, False)
    assert (world.root / "x/README").exists()


def test_foreign_directory_or_file_is_not_touched(world):
    (world.root / "x-1").mkdir(parents=True)
    (world.root / "x-1/mine").write_text("mine")
    for call in (lambda: world.ensure("1"), lambda: world.install("1")):
        with pytest.raises(ArtifactError, match="was not put there by this collection"):
            call()
    (world.root / "x").mkdir()
    with pytest.raises(ArtifactError, match="is not a link; move it away"):
        world.ensure("2")
    assert (world.root / "x-1/mine").exists()


def test_parts_are_laid_over_each_other(world):
    first = make_tar(
        world.tmp / "f.tar",
        {"d/lib/log4j-1.jar": b"old", "d/lib/x.jar": b"x", "d/examples/a/b": b"e", "d/bin/run": b"r", "other/y": b"y"},
        "w",
    )
    tar = make_tar(world.tmp / "set.tar", {"log4j-2.jar": b"new"}, "w")
    with zipfile.ZipFile(world.tmp / "w.whl", "w") as archive:
        archive.writestr("pkg/java/bin/java", "j")
        archive.writestr("pkg/meta", "m")
    (world.tmp / "one.jar").write_bytes(b"jar")
    parts = [
        (Part("file", include=["d"], strip=1), payload_of(first)),
        (Part("maven", archive=False, dest="lib"), payload_of(tar, "set")),
        (Part("file", include=["pkg/java"], strip=2, dest="java"), payload_of(world.tmp / "w.whl")),
        (Part("maven", archive=False, dest="lib"), payload_of(world.tmp / "one.jar")),
    ]
    world.install("1", parts=parts, remove=["lib/log4j-*.jar", "examples"], executable=["bin/*", "java/bin"])
    found = {
        os.path.relpath(os.path.join(directory, name), world.root / "x-1")
        for directory, dummy, names in os.walk(world.root / "x-1")
        for name in names
    }
    assert found == {RECORD, "lib/x.jar", "lib/log4j-2.jar", "lib/one.jar", "bin/run", "java/bin/java"}
    assert os.access(world.root / "x/bin/run", os.X_OK) and os.access(world.root / "x/java/bin/java", os.X_OK)


def test_a_distribution_of_two_archives_loses_what_is_removed_from_both(world):
    scripts = make_tar(world.tmp / "scripts.tar", {"d/bin/run": b"r", "d/log/x": b"x"}, "w")
    jars = make_tar(world.tmp / "jars.tar", {"d/lib/client-1.jar": b"old", "d/lib/dist.jar": b"d"}, "w")
    (world.tmp / "client-2.jar").write_bytes(b"new")
    parts = [(Part("file", strip=1), payload_of(scripts)), (Part("file", strip=1), payload_of(jars)),
             (Part("maven", archive=False, dest="lib"), payload_of(world.tmp / "client-2.jar"))]
    world.install("1", parts=parts, remove=["log", "lib/client-*.jar"])
    release = world.root / "x-1"
    assert sorted(os.listdir(release)) == sorted([RECORD, "bin", "lib"]) and sorted(os.listdir(release / "lib")) == ["client-2.jar", "dist.jar"]


def test_tar_of_jars_is_not_taken_for_a_zip(world):
    with zipfile.ZipFile(world.tmp / "z.jar", "w") as archive:
        archive.writestr("inside", "x")
    tar = make_tar(world.tmp / "set.tar", {"a.jar": b"a", "z.jar": (world.tmp / "z.jar").read_bytes()}, "w")
    world.install("1", parts=[(Part("maven", archive=False), payload_of(tar, "set"))])
    assert sorted(os.listdir(world.root / "x-1")) == sorted([RECORD, "a.jar", "z.jar"])


def test_links_inside_the_archive_are_kept(world):
    world.install(
        "1",
        members={
            "x/lib/a": b"a",
            "x/lib/b": (tarfile.SYMTYPE, "a"),
            "x/c": (tarfile.SYMTYPE, "lib/a"),
            "x/d": (tarfile.LNKTYPE, "x/lib/a"),
            "x/e": None,
        },
    )
    release = world.root / "x-1"
    assert (os.readlink(release / "lib/b"), (release / "c").read_bytes(), (release / "d").read_bytes()) == ("a", b"a", b"a")
    assert (release / "e").is_dir()


@pytest.mark.parametrize(
    "members",
    [
        {"x/../../evil": b"x"},
        {"/etc/evil": b"x"},
        {"x/l": (tarfile.SYMTYPE, "../../evil")},
        {"x/l": (tarfile.SYMTYPE, "/etc/passwd")},
        {"x/d/l": (tarfile.SYMTYPE, "a/../../../evil")},
        {"x/p": (tarfile.FIFOTYPE, "")},
        {"x/h": (tarfile.LNKTYPE, "x/nothing")},
    ],
)
def test_hostile_archives_are_refused_and_leave_nothing(world, members):
    world.install("1")
    with pytest.raises(ArtifactError):
        world.install("2", members=dict({"x/ok": b"x"}, **members))
    assert (world.store().current(), world.hidden()) == ("x-1", [])
    assert not (world.tmp / "evil").exists()


@pytest.mark.parametrize(
    "part, sentence",
    [
        (Part("file", include=["nothing/*"]), "matches nothing in bad.tgz"),
        (Part("file", strip=9), "make strip smaller"),
    ],
)
def test_patterns_that_miss_are_said(world, part, sentence):
    archive = make_tar(world.tmp / "bad.tgz", {"d/f": b"x"})
    with pytest.raises(ArtifactError, match=sentence):
        world.install("1", parts=[(part, payload_of(archive))])
    assert world.hidden() == []


@pytest.mark.parametrize("content", [b"plain text", b"", b"PK\x03\x04 torn", b"\x1f\x8b torn"])
def test_what_is_no_archive_is_said(world, content):
    path = world.tmp / "torn"
    path.write_bytes(content + b"\0" * 8)
    with pytest.raises(ArtifactError, match="cannot be unpacked"):
        world.install("1", parts=[(Part("file"), payload_of(path))])


def test_torn_gzip_is_said(world):
    archive = make_tar(world.tmp / "t.tgz", {"d/f": os.urandom(100000)})
    archive.write_bytes(archive.read_bytes()[:50000])
    with pytest.raises(ArtifactError, match="cannot be unpacked"):
        world.install("1", parts=[(Part("file"), payload_of(archive))])


def test_bytes_that_changed_on_the_way_are_refused(world):
    archive = make_tar(world.tmp / "t.tgz", {"d/f": b"x"})
    payload = payload_of(archive)
    payload.sha256 = "0" * 64
    with pytest.raises(ArtifactError, match="did not arrive as it was sent"):
        world.install("1", parts=[(Part("file"), payload)])
    assert "x-1" not in os.listdir(world.root)


def test_too_little_space_is_said_before_unpacking(world, monkeypatch):
    monkeypatch.setattr(artifact_release, "free_bytes", lambda path: 1024 * 1024)
    with pytest.raises(ArtifactError, match="has 1 MB free, and x-1 needs about 16 MB"):
        world.install("1")
    assert not world.root.exists()
    world.root.mkdir()
    with pytest.raises(ArtifactError, match="has 1 MB free"):
        world.install("1")
    assert world.hidden() == []


def test_disk_that_fills_up_meanwhile(world, monkeypatch):
    world.install("1")

    def full(source, target, length):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(artifact_release.shutil, "copyfileobj", full)
    with pytest.raises(ArtifactError, match="No space was left in .* while x-2 was unpacked"):
        world.install("2")
    assert (world.store().current(), world.hidden()) == ("x-1", [])


def test_sizes_are_known_before_unpacking(world):
    text = b"x" * 100000
    gz = make_tar(world.tmp / "t.tgz", {"d/f": text})
    xz = make_tar(world.tmp / "t.txz", {"d/f": text}, "w:xz")
    plain = make_tar(world.tmp / "t.tar", {"d/f": text}, "w")
    with zipfile.ZipFile(world.tmp / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/f", text)
        archive.writestr("b/f", text)
    assert unpacked_size(Part("file"), payload_of(gz)) >= 100000
    assert unpacked_size(Part("file"), payload_of(xz)) == 4 * os.path.getsize(xz)
    assert unpacked_size(Part("file"), payload_of(plain)) == os.path.getsize(plain)
    assert unpacked_size(Part("file", include=["a"]), payload_of(world.tmp / "t.zip")) == 100000
