# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mirror host's half of a delivery, with systemd replaced by a thread that serves."""

from __future__ import annotations

import hashlib
import shutil
import socket
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact import mirror as mirrors
from ansible_collections.baremetal.flink.plugins.module_utils.artifact import mirror_server
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.mirror import Download, Mirror, link_of
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError

CONTENT = b"a release"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Systemd:
    """Runs one transient unit, whose files go with it."""

    def __init__(self):
        self.server = None
        self.commands = []
        self.fails = ""

    def __call__(self, command):
        self.commands.append(list(command))
        if command[0] == "systemd-run":
            return self._start(command)
        if command[1] == "is-active":
            return (0 if self.server else 3), ""
        self.end()
        return 0, ""

    def _start(self, command):
        if self.fails:
            return 1, self.fails
        served = Path(next(each for each in command if each.startswith("--property=BindReadOnlyPaths=")).partition("=")[2].split("=")[1].split(":")[0])
        self.base = served.parent
        address, port = command[-3:-1]
        self.server = mirror_server.Server(str(served), address, int(port), (served / "token").read_text())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return 0, ""

    def end(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
            shutil.rmtree(self.base)


@pytest.fixture
def systemd():
    fake = Systemd()
    yield fake
    fake.end()


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mirror(tmp_path, port, systemd):
    return Mirror(str(tmp_path / "cache"), "127.0.0.1", port, systemd)


def brought(tmp_path, content=CONTENT):
    path = tmp_path / "payload-0"
    path.write_bytes(content)
    return Download("x.tgz", SHA256, len(CONTENT), str(path))


WANTED = Download("x.tgz", SHA256, len(CONTENT))


def base_of(mirror):
    return Path(mirror.base)


def test_says_what_is_missing_and_serves_it_when_it_was_brought(mirror, systemd, tmp_path):
    assert mirror.open("run-1", [WANTED]) == ("", [SHA256])
    assert not base_of(mirror).exists() and systemd.server is None
    base, missing = mirror.open("run-1", [brought(tmp_path)])
    assert missing == [] and urlopen(link_of(base, "x.tgz", SHA256)).read() == CONTENT
    assert base_of(mirror).stat().st_mode & 0o777 == 0o700
    assert mirror.close("run-1") and systemd.server is None and not base_of(mirror).exists()
    assert not mirror.close("run-1")


def test_runs_share_it_and_the_last_one_ends_it(mirror, systemd, tmp_path):
    first, dummy = mirror.open("run-1", [brought(tmp_path)])
    assert mirror.open("run-2", [WANTED]) == (first, [])
    assert not mirror.close("run-1")
    assert urlopen(link_of(first, "x.tgz", SHA256)).read() == CONTENT
    assert mirror.close("run-2") and systemd.server is None


def test_what_a_power_cut_left_is_taken_away(mirror, systemd, tmp_path):
    mirror.open("run-1", [brought(tmp_path)])
    shutil.copytree(mirror.base, tmp_path / "kept")
    systemd.end()
    shutil.move(tmp_path / "kept", mirror.base)
    assert mirror.open("run-2", [WANTED]) == ("", [SHA256])
    assert not base_of(mirror).exists()


def test_what_another_user_has_put_there_is_not_followed(mirror, systemd, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "private").mkdir(mode=0o755)
    base_of(mirror).symlink_to(tmp_path / "private")
    for download in (WANTED, brought(tmp_path)):
        with pytest.raises(ArtifactError, match="is not the mirror's own directory, .* remove it, or set artifact_mirror_root to a directory that only root"):
            mirror.open("run-1", [download])
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o755 and not list((tmp_path / "private").iterdir())
    assert systemd.server is None


def test_a_wrong_byte_on_the_way_to_it_leaves_nothing(mirror, systemd, tmp_path):
    with pytest.raises(ArtifactError, match="did not arrive at the mirror host as it was sent"):
        mirror.open("run-1", [brought(tmp_path, b"a r3lease")])
    assert not base_of(mirror).exists() and systemd.server is None


def test_a_port_that_is_taken(mirror, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(ArtifactError, match=f"Port {port} of the mirror host is taken by something else; set artifact_mirror_port"):
            mirror.open("run-1", [WANTED])
    assert not base_of(mirror).exists()


@pytest.mark.parametrize(
    "address, sentence",
    [
        ("203.0.113.7", "cannot listen at 203.0.113.7:.* set artifact_mirror_address to an address of its own"),
        ("localhost", "localhost is (127.0.0.1|::1) on the mirror host itself, where no other host reaches it"),
        ("no-such-host.invalid", "does not know its address no-such-host.invalid"),
    ],
)
def test_an_address_that_is_none_for_others(tmp_path, port, systemd, address, sentence):
    with pytest.raises(ArtifactError, match=sentence):
        Mirror(str(tmp_path), address, port, systemd).open("run-1", [WANTED])


def test_a_full_disk_is_found_before_anything_is_brought(mirror, monkeypatch):
    monkeypatch.setattr(mirrors, "free_bytes", lambda path: 5 * mirrors.MIB)
    with pytest.raises(ArtifactError, match="has 5 MB free, and the downloads need 10 MB; .* artifact_mirror_root"):
        mirror.open("run-1", [Download("x.tgz", SHA256, 10 * mirrors.MIB)])


def test_a_unit_that_does_not_start_leaves_nothing(mirror, systemd, tmp_path):
    systemd.fails = "Failed to start transient service unit: Access denied\n"
    with pytest.raises(ArtifactError, match="Access denied.*journalctl -u baremetal-flink-mirror"):
        mirror.open("run-1", [brought(tmp_path)])
    assert not base_of(mirror).exists()


def test_a_unit_that_serves_elsewhere_is_not_taken_for_this_one(mirror, systemd, tmp_path):
    mirror.open("run-1", [brought(tmp_path)])
    other = Mirror(mirror.root, "127.0.0.2", mirror.port, systemd)
    with pytest.raises(ArtifactError, match="does not answer at 127.0.0.2"):
        other.open("run-2", [WANTED])
    assert systemd.server is not None


def test_a_host_without_systemd(tmp_path, port):
    with pytest.raises(ArtifactError, match="no-such-systemctl does not exist on this host"):
        mirrors.run_command(["no-such-systemctl"])


def test_addresses_of_downloads():
    assert link_of("http://[fd00::1]:8765/t", "a+b c.tgz", SHA256) == f"http://[fd00::1]:8765/t/{SHA256}/a%2Bb%20c.tgz"
