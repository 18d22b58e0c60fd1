# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that serves downloads to other hosts, asked over real connections."""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import subprocess
import sys
import threading

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact import mirror_server

CONTENT = b"flink" * 100_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def root(tmp_path):
    (tmp_path / "files" / SHA256).mkdir(parents=True)
    (tmp_path / "files" / SHA256 / "a+b.tgz").write_bytes(CONTENT)
    (tmp_path / "token").write_text("t0ken")
    return tmp_path


@pytest.fixture
def server(root):
    with mirror_server.Server(str(root), "127.0.0.1", 0, "t0ken") as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def ask(server, path):
    link = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    link.request("GET", path)
    answer = link.getresponse()
    return answer.status, answer.read()


def test_a_file_by_its_digest_below_the_token(server):
    assert ask(server, f"/t0ken/{SHA256}/a%2Bb.tgz") == (200, CONTENT)
    assert ask(server, "/t0ken/") == (204, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        f"/{SHA256}/a+b.tgz",
        f"/wrong/{SHA256}/a+b.tgz",
        "/t0ken",
        f"/t0ken/{SHA256}/",
        f"/t0ken/{SHA256}",
        f"/t0ken/{SHA256}/none",
        f"/t0ken/{SHA256}/..",
        f"/t0ken/{SHA256}/%2e%2e%2f%2e%2e%2ftoken",
        "/t0ken/../token",
        "/t0ken/files/token",
        f"/t0ken/x/{SHA256}/a+b.tgz",
        "/%ff%fe",
    ],
)
def test_nothing_else_is_there(server, path):
    status, body = ask(server, path) if path else ask(server, "*")
    assert (status in (404, 204) if path == "/t0ken" else status == 404) and CONTENT[:5] not in body and b"t0ken" not in body


def test_what_goes_to_the_journal_does_not_tell_the_token(server, capsys):
    ask(server, f"/t0ken/{SHA256}/a+b.tgz")
    ask(server, "/other")
    assert "t0ken" not in capsys.readouterr().err


def test_silence_begins_when_the_last_download_has_ended():
    now = [0.0]
    activity = mirror_server.Activity(lambda: now[0])
    now[0] = 5
    assert activity.silence() == 5
    with activity.during():
        now[0] = 50
        assert activity.silence() == 0
    now[0] = 52
    assert activity.silence() == 2


def test_the_program_as_it_is_sent_says_that_it_is_ready_and_ends_by_itself(root):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.bind(str(root / "notify"))
        link.settimeout(30)
        port = free_port()
        running = subprocess.Popen(
            [sys.executable, "-I", mirror_server.__file__, str(root), "127.0.0.1", str(port), "0.5"],
            env={**os.environ, "NOTIFY_SOCKET": str(root / "notify")},
        )
        assert link.recv(100) == b"READY=1"
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        link.request("GET", f"/t0ken/{SHA256}/a+b.tgz")
        assert link.getresponse().read() == CONTENT
        assert running.wait(timeout=30) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
