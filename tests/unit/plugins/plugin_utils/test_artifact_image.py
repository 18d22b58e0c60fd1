# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError, Part, parse_part
from ansible_collections.baremetal.flink.plugins.plugin_utils import artifact_image
from ansible_collections.baremetal.flink.plugins.plugin_utils.artifact_fetch import Cache
from ansible_collections.baremetal.flink.plugins.plugin_utils.artifact_image import explain_skopeo, reference


def member(name, content=b"", mode=0o644, link=None, hard=None, directory=False):
    info = tarfile.TarInfo(name)
    info.mode, info.mtime, info.uid = mode, 12345, 99
    if link is not None:
        info.type, info.linkname = tarfile.SYMTYPE, link
    elif hard is not None:
        info.type, info.linkname = tarfile.LNKTYPE, hard
    elif directory:
        info.type = tarfile.DIRTYPE
    else:
        info.size = len(content)
    return info, content


def layer(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content) if info.isfile() else None)
    return gzip.compress(out.getvalue(), mtime=0)


BASE = layer(
    member("./marathon/", directory=True),
    member("marathon/bin/marathon", b"#!/bin/sh old", 0o755),
    member("marathon/lib/a-1.jar", b"a1"),
    member("marathon/lib/gone.jar", b"gone"),
    member("marathon/plugins/x.jar", b"x"),
    member("usr/bin/java", b"java", 0o755),
)
NEXT = layer(
    member("marathon/bin/marathon", b"#!/bin/sh new", 0o4755),
    member("marathon/lib/.wh.gone.jar"),
    member("marathon/lib/b-1.jar", b"b1"),
    member("marathon/lib/same.jar", hard="marathon/lib/b-1.jar"),
    member("marathon/lib/link.jar", link="b-1.jar"),
)
OPAQUE = layer(member("marathon/lib/new.jar", b"new"), member("marathon/lib/.wh..wh..opq"))


class Skopeo:
    """Stands for skopeo: writes the directory that it would have copied the image to."""

    def __init__(self, *layers, code=0, text="", manifest=None, spoil=False):
        self.layers, self.code, self.text, self.spoil, self.commands = layers, code, text, spoil, []
        self.manifest = manifest or {
            "schemaVersion": 2,
            "layers": [{"digest": f"sha256:{hashlib.sha256(data).hexdigest()}"} for data in layers],
        }

    def run(self, command, directory):
        self.commands.append(list(command))
        if self.code == 0:
            copy = Path(command[-1].removeprefix("dir:"))
            copy.mkdir()
            for data in self.layers:
                (copy / hashlib.sha256(data).hexdigest()).write_bytes(data[:-1] if self.spoil else data)
            (copy / "manifest.json").write_text(json.dumps(self.manifest))
        return self.code, self.text


@pytest.fixture(autouse=True)
def with_skopeo(monkeypatch):
    monkeypatch.setattr(artifact_image.shutil, "which", lambda name: f"/usr/bin/{name}")


def part(*include, **more):
    return parse_part({"source": "image", "image": "registry.example/marathon:1", "include": list(include) or ["marathon"], **more}, 1)


def take(tmp_path, skopeo, wanted):
    """What the payload holds: name to content, or to the target of a link."""
    payload, dummy = Cache(str(tmp_path / "cache"), skopeo.run).get(wanted)
    with tarfile.open(payload.path) as archive:
        return payload, {
            info.name: info.linkname if info.issym() else archive.extractfile(info).read() for info in archive.getmembers()
        }


def test_layers_are_laid_over_each_other(tmp_path):
    payload, found = take(tmp_path, Skopeo(BASE, NEXT), part("marathon/bin", "marathon/lib"))
    assert found == {
        "marathon/bin/marathon": b"#!/bin/sh new",
        "marathon/lib/a-1.jar": b"a1",
        "marathon/lib/b-1.jar": b"b1",
        "marathon/lib/link.jar": "b-1.jar",
        "marathon/lib/same.jar": b"b1",
    }
    assert payload.container == "file" and payload.filename == "registry.example-marathon-1.tar"


def test_an_opaque_directory_forgets_what_was_below_it_and_keeps_what_its_own_layer_brings(tmp_path):
    dummy, found = take(tmp_path, Skopeo(BASE, NEXT, OPAQUE), part("marathon/lib"))
    assert found == {"marathon/lib/new.jar": b"new"}


def test_a_directory_is_removed_whole_and_a_file_may_take_its_place(tmp_path):
    away = layer(member("marathon/.wh.lib"), member("usr/.wh.bin"))
    assert take(tmp_path / "1", Skopeo(BASE, away), part("marathon"))[1].keys() == {"marathon/bin/marathon", "marathon/plugins/x.jar"}
    file = layer(member("marathon/lib", b"a file now"))
    assert take(tmp_path / "2", Skopeo(BASE, file), part("marathon/lib"))[1] == {"marathon/lib": b"a file now"}


def test_the_payload_has_no_times_owners_or_special_bits(tmp_path):
    payload, dummy = take(tmp_path, Skopeo(NEXT), part("marathon/bin"))
    with tarfile.open(payload.path) as archive:
        info = archive.getmember("marathon/bin/marathon")
    assert (info.mode, info.mtime, info.uid, info.gid) == (0o755, 0, 0, 0)
    assert take(tmp_path / "other", Skopeo(NEXT), part("marathon/bin"))[0].sha256 == payload.sha256


def test_names_that_lead_out_of_the_image_stay_inside(tmp_path):
    dummy, found = take(tmp_path, Skopeo(layer(member("../../marathon/../marathon/x", b"x"))), part("marathon"))
    assert found == {"marathon/x": b"x"}


def test_skopeo_is_told_image_and_architecture(tmp_path):
    skopeo = Skopeo(BASE)
    take(tmp_path, skopeo, part("marathon", platform="arm64"))
    command = skopeo.commands[0]
    assert "docker://registry.example/marathon:1" in command and command[command.index("--override-arch") + 1] == "arm64"
    assert reference("oci:/srv/images:1") == "oci:/srv/images:1"
    assert reference("localhost:5000/marathon:1") == "docker://localhost:5000/marathon:1"


def test_other_paths_of_the_image_are_another_payload():
    assert part("marathon/bin").key() != part("marathon/lib").key()
    assert part("marathon/bin", dest="x").key() == part("marathon/bin").key()


def test_nothing_that_matches_is_said(tmp_path):
    with pytest.raises(ArtifactError, match="has no path that matches opt/marathon"):
        take(tmp_path, Skopeo(BASE), part("opt/marathon"))


@pytest.mark.parametrize(
    "skopeo, sentence",
    [
        (Skopeo(BASE, spoil=True), "lacks its layer"),
        (Skopeo(BASE, manifest={"schemaVersion": 1, "fsLayers": []}), "schema 1"),
        (Skopeo(BASE, manifest={"schemaVersion": 2, "layers": [{"digest": "sha256:../../etc/passwd"}]}), "the image is damaged"),
        (Skopeo(manifest={"schemaVersion": 2, "layers": [{"digest": "sha256:" + "a" * 64, "mediaType": "x.tar+zstd"}]}), "by zstd"),
        (Skopeo(b"no tar"), "no tar archive"),
        (Skopeo(layer(member("marathon/a", hard="marathon/b"))), "leads nowhere"),
    ],
)
def test_bad_images_are_refused(tmp_path, skopeo, sentence):
    with pytest.raises(ArtifactError, match=sentence):
        take(tmp_path, skopeo, part("marathon"))


@pytest.mark.parametrize(
    "said, sentence",
    [
        ("dial tcp: lookup registry.example: no such host", "cannot reach the registry"),
        ("reading manifest 9 in marathon: manifest unknown", "does not find registry.example/marathon:1"),
        ("unauthorized: authentication required", "skopeo login"),
        ("odd", "skopeo could not copy registry.example/marathon:1: odd"),
    ],
)
def test_skopeo_is_put_into_words(tmp_path, said, sentence):
    text = f'time="2024" level=info msg="x"\ntime="2024" level=fatal msg="{said}"\n'
    assert sentence in explain_skopeo(part(), text)
    with pytest.raises(ArtifactError, match=sentence):
        take(tmp_path, Skopeo(code=1, text=text), part())


def test_missing_skopeo_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(artifact_image.shutil, "which", lambda name: None)
    with pytest.raises(ArtifactError, match="skopeo was not found on the controller"):
        take(tmp_path, Skopeo(BASE), part())


@pytest.mark.parametrize(
    "raw, sentence",
    [
        ({"source": "image", "image": "x:1"}, "needs include"),
        ({"source": "image", "include": ["x"]}, "needs image"),
        ({"source": "image", "image": "x:1", "include": ["x"], "checksum": "sha256:" + "a" * 64}, "pinned by its name"),
        ({"source": "file", "path": "x", "image": "x:1"}, "no meaning with source file"),
    ],
)
def test_bad_image_parts_are_refused(raw, sentence):
    with pytest.raises(ArtifactError, match=sentence):
        parse_part(raw, 1)


def test_label_is_the_image():
    assert Part("image", image="x:1").label == "x:1"


class Counting(dict):
    """Counts how often all of it is looked through."""

    looks = 0

    def __iter__(self):
        self.looks += 1
        return super().__iter__()


def test_a_file_costs_no_look_through_all_the_others():
    tree = artifact_image.Tree(["lib"])
    tree.found = Counting()
    tree.lay(0, [(f"lib/{number}", member("x")[0]) for number in range(100)])
    assert len(tree.found) == 100 and tree.found.looks == 0
    # A directory that the layers do not list is one all the same.
    tree.lay(1, [("lib/.wh.7", member("x")[0]), ("lib/9", member("x")[0])])
    assert len(tree.found) == 99 and tree.found.looks == 0
    tree.lay(2, [("lib", member("x")[0])])
    assert list(tree.found) == ["lib"]
