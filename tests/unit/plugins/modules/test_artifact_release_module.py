# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The half of artifact_release that runs on the host."""

from __future__ import annotations

import errno
import os
from types import SimpleNamespace

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact import release as releases
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.options import artifact_release_argument_spec
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.release import RECORD
from ansible_collections.baremetal.flink.plugins.modules import artifact_release


@pytest.fixture
def host(tmp_path):
    (tmp_path / "x-1").mkdir()
    (tmp_path / "x-1" / RECORD).write_text('{"name": "x", "version": "1", "digest": "d"}')
    return tmp_path


def core(root, check_mode=False, **params):
    given = {name: option.get("default") for name, option in artifact_release_argument_spec().items()}
    given.update(name="x", version="1", digest="d", root=str(root), owner=str(os.getuid()), group=str(os.getgid()))
    given.update(parts=[{"source": "file", "path": "x.tgz"}], **params)
    return artifact_release.core(given, check_mode, SimpleNamespace(_remote_tmp="$HOME/.ansible/tmp", _diff=False))


def test_room_is_measured_only_where_something_is_to_come(host):
    assert core(host)["present"] and "free" not in core(host)
    assert "free" not in core(host, check_mode=True, digest="other")
    answer = core(host, digest="other")
    assert not answer["present"] and answer["free"]["tmp"] > 0


@pytest.mark.parametrize(
    "call, arguments",
    [
        ("open", {}),
        ("fcntl.flock", {"version": "2", "state": "rolled_back"}),
        ("os.readlink", {}),
        ("shutil.rmtree", {"keep": 0}),
    ],
)
@pytest.mark.parametrize(
    "code, advice", [(errno.EACCES, "become a user who may write there"), (errno.EROFS, "choose another root"), (errno.EIO, "look at its file system")]
)
def test_what_the_host_refuses_is_told_in_a_sentence(host, monkeypatch, call, arguments, code, advice):
    for version in "23":
        (host / f"x-{version}").mkdir()
        (host / f"x-{version}" / RECORD).write_text(f'{{"name": "x", "version": "{version}"}}')
    (host / "x").symlink_to("x-2")
    (host / ".x.previous").symlink_to("x-1")

    def refuse(*args, **kwargs):
        raise OSError(code, os.strerror(code), str(host))

    monkeypatch.setattr(f"{releases.__name__}.{call}", refuse, raising=False)
    with pytest.raises(ArtifactError, match=f"The releases of x in {host} cannot be worked on: .*{os.strerror(code)}.*; .*{advice}"):
        core(host, **arguments)


def test_no_credentials_of_a_mirror_are_shown(host):
    payload = {"url": "https://ann:s3cret@mirror/x.tgz", "path": None, "filename": "x.tgz", "sha256": "0" * 64, "size": 1 << 60, "container": "file"}
    with pytest.raises(ArtifactError, match="has no room for https://mirror/x.tgz") as caught:
        core(host, digest="other", payloads=[payload])
    assert "s3cret" not in str(caught.value)
