# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in's executor and fetcher miss on a bare host is what the real ones miss there."""

from __future__ import annotations

import gzip
import tarfile
import zipfile

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.mesos.executor.fetcher import FetchError, copy, extract
from ansible_collections.baremetal.flink.tests.stand_ins.mesos.executor.health import http_problem


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A host without any program, and a directory on it."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "plain").write_text("plain\n")
    return tmp_path


def packed(directory, kind):
    with tarfile.open(directory / f"a.tar.{kind}", f"w:{kind}") as tar:
        tar.add(directory / "plain", f"from_{kind}")
    return str(directory / f"a.tar.{kind}")


def test_an_http_check_without_curl_fails_in_mesos_words(bare):
    said = http_problem({"http": {"port": 8081, "path": "/"}}, 20.0)
    assert said == "curl exited with status 2: EXIT with status 2: Failed to os::execvpe on path 'curl': 2\n"


@pytest.mark.parametrize("kind, program", [("bz2", "bzip2 -d"), ("xz", "xz -d -qq")])
def test_archives_that_libarchive_unpacks_with_a_program(bare, kind, program):
    with pytest.raises(FetchError, match=f'Can\'t initialize filter; unable to spawn program "{program}"'):
        extract(packed(bare, kind), str(bare))


def test_a_single_file_needs_gunzip(bare):
    (bare / "single.gz").write_bytes(gzip.compress(b"x"))
    with pytest.raises(FetchError, match="'gunzip -d -c' failed: exited with status 2"):
        extract(str(bare / "single.gz"), str(bare))


def test_a_local_file_needs_cp(bare):
    with pytest.raises(FetchError, match="cp failed with status: 512"):
        copy(str(bare / "plain"), str(bare / "copy"))


def test_other_archives_need_no_program(bare):
    with zipfile.ZipFile(bare / "a.zip", "w") as archive:
        archive.write(bare / "plain", "from_zip")
    assert extract(packed(bare, "gz"), str(bare)) and extract(str(bare / "a.zip"), str(bare))
    assert (bare / "from_gz").read_text() == (bare / "from_zip").read_text() == "plain\n"
    assert not extract(str(bare / "plain"), str(bare))
