# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import (
    ArtifactError,
    Coordinates,
    check_names,
    glob_pattern,
    parse_manifest,
    parse_part,
    release_digest,
    verify,
)
from hypothesis import given
from hypothesis import strategies as st

SUM = "sha256:" + "a" * 64


def digest(*parts, version="1", **kwargs):
    options = dict(remove=[], executable=[], owner="root", group="root")
    options.update(kwargs)
    return release_digest("x", version, parts, **options)


def test_coordinates():
    assert Coordinates.parse("g.h:a:1:tests@zip") == Coordinates("g.h", "a", "1", "tests", "zip")
    assert Coordinates.parse("g:a").version == ""
    with pytest.raises(ArtifactError, match="must look like"):
        Coordinates.parse("only-one")


@pytest.mark.parametrize(
    "raw, sentence",
    [
        ({"source": "ftp"}, "source must be one of"),
        ({"source": "url"}, "needs url"),
        ({"source": "url", "url": "http://h/x"}, "needs a checksum"),
        ({"source": "url", "url": "http://h/x", "checksum": "md5:1"}, "must be sha256"),
        ({"source": "url", "url": "http://h/x", "checksum": "sha256:12"}, "must be sha256"),
        ({"source": "pypi", "package": "x"}, "needs version"),
        ({"source": "file", "path": "x", "package": "y"}, "no meaning with source file"),
        ({"source": "maven", "coordinates": ["x"]}, "must look like"),
        ({"source": "maven", "coordinates": ["g:a:1"], "exclusions": ["g"]}, "exclusion"),
        ({"source": "maven", "coordinates": ["g:a:1"], "transitive": True, "checksum": SUM}, "fits a single Maven file"),
        ({"source": "file", "path": "x", "dest": "../y"}, "inside the release"),
        ({"source": "file", "path": "x", "strip": -1}, "negative"),
        ({"source": "file", "path": "x", "archive": False, "strip": 1}, "need an archive"),
        ({"source": "pypi", "package": "x", "version": "1", "format": "egg"}, "sdist or wheel"),
    ],
)
def test_bad_parts_are_refused(raw, sentence):
    with pytest.raises(ArtifactError, match=sentence):
        parse_part(raw, 1)


def test_unset_options_of_a_module_call_are_as_if_left_out():
    lean = {"source": "maven", "coordinates": ["g:a:1"]}
    full = dict(
        lean,
        url=None,
        path=None,
        package=None,
        version=None,
        format=None,
        checksum=None,
        archive=None,
        include=None,
        strip=0,
        dest="",
    )
    assert parse_part(lean, 1) == parse_part(full, 1)
    assert parse_part(lean, 1).archive is False
    assert parse_part({"source": "file", "path": "x"}, 1).archive is True


def test_credentials_of_a_url_are_fetched_with_and_never_shown():
    raw = {"source": "url", "url": "https://ann:s3cret@mirror/x.tgz?token=s3cret"}
    with pytest.raises(ArtifactError, match="https://mirror/x.tgz.* needs a checksum") as caught:
        parse_part(raw, 1)
    part = parse_part(dict(raw, checksum=SUM), 1)
    assert part.label == "https://mirror/x.tgz?token=********" and part.url == raw["url"] == part.identity()["url"]
    assert "s3cret" not in str(caught.value)


def test_manifest():
    text = f"# Hadoop\n{'a' * 64}  lib/x.jar\n{'B' * 64} *y.jar\n\n"
    assert parse_manifest(text, "m") == {"x.jar": "a" * 64, "y.jar": "b" * 64}
    with pytest.raises(ArtifactError, match="m, line 1"):
        parse_manifest("x.jar", "m")


def test_digest_follows_bytes_and_layout_not_the_place_on_the_controller():
    here = parse_part({"source": "file", "path": "/a/x.tgz", "checksum": SUM}, 1)
    there = parse_part({"source": "file", "path": "/b/x.tgz", "checksum": SUM}, 1)
    assert digest(here) == digest(there)
    assert digest(here) != digest(parse_part({"source": "file", "path": "/a/x.tgz", "checksum": SUM, "dest": "lib"}, 1))
    assert (
        len(
            {
                digest(here),
                digest(here, version="2"),
                digest(here, remove=["x"]),
                digest(here, owner="me"),
                digest(here, executable=["x"]),
            }
        )
        == 5
    )
    maven = {"source": "maven", "coordinates": ["g:a:1"], "manifest": "m"}
    assert digest(parse_part(maven, 1, f"{'a' * 64} x.jar")) != digest(parse_part(maven, 1, f"{'b' * 64} x.jar"))


def test_verify(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"content")
    verify(str(path), f"sha256:{hashlib.sha256(b'content').hexdigest()}", "f")
    verify(str(path), f"sha512:{hashlib.sha512(b'content').hexdigest().upper()}", "f")
    with pytest.raises(ArtifactError, match="f has sha256 .* not a+ as asked for"):
        verify(str(path), SUM, "f")


@pytest.mark.parametrize(
    "name, version, root", [("../x", "1", "/opt"), ("x", "", "/opt"), ("x", "1@2", "/opt"), ("x", "1", "opt"), ("x", "1", "/")]
)
def test_names_that_would_lead_astray(name, version, root):
    with pytest.raises(ArtifactError, match="must"):
        check_names(name, version, root)


@pytest.mark.parametrize(
    "pattern, path, match",
    [
        ("*/deps", "flink-1/deps/lib/x.jar", True),
        ("*/deps", "flink-1/other/deps/x", False),
        ("**/deps", "flink-1/other/deps/x", True),
        ("lib/*.jar", "lib/a.jar", True),
        ("lib/*.jar", "lib/sub/a.jar", False),
        ("lib/**.jar", "lib/sub/a.jar", True),
        ("lib/log4j-?.jar", "lib/log4j-1.jar", True),
        ("lib", "library", False),
        ("a.b", "aXb", False),
        ("/lib/", "lib/x", True),
    ],
)
def test_patterns(pattern, path, match):
    assert bool(glob_pattern(pattern).match(path)) is match


@given(st.text(alphabet="ab./", min_size=1).map(lambda text: text.strip("/")).filter(bool))
def test_every_plain_name_matches_itself_and_what_is_below(name):
    assert glob_pattern(name).match(name) and glob_pattern(name).match(f"{name}/below")
