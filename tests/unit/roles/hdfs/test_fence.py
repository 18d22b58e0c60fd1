# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script with which one NameNode host makes sure that another one's NameNode is gone."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[4] / "roles" / "hdfs" / "files" / "fence.py"


@pytest.fixture
def fence(monkeypatch):
    spec = importlib.util.spec_from_file_location("fence", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


@pytest.fixture
def namenode():
    """A process that looks like a NameNode and can be stopped."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)", "org.apache.hadoop.hdfs.server.namenode.NameNode"])
    # A process that was just begun has no command line for a moment.
    while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
        time.sleep(0.01)
    yield process
    process.kill()
    process.wait()


def test_kill_succeeds_when_the_host_says_so(fence, capsys):
    assert fence.kill("nn1", 8020, lambda command: 0, lambda: True) == 0
    assert "NameNode of nn1 is gone" in capsys.readouterr().out


def test_kill_fails_when_the_host_says_that_it_lives(fence, capsys):
    assert fence.kill("nn1", 8020, lambda command: 1, lambda: False) == 1
    assert "did not end (status 1)" in capsys.readouterr().out


def test_unreachable_host_counts_only_when_its_port_is_silent_each_time(fence, capsys):
    asked = []
    assert fence.kill("nn1", 8020, lambda command: fence.SSH_FAILED, lambda: asked.append(1)) == 0
    assert len(asked) == fence.PORT_TRIES
    assert "taken as powered off" in capsys.readouterr().out
    answers = iter([False, False, True])
    assert fence.kill("nn1", 8020, lambda command: fence.SSH_FAILED, lambda: next(answers)) == 1
    assert "port 8020 answers: not fenced" in capsys.readouterr().out


def test_the_port_is_asked_while_ssh_tries(fence):
    """Both take their time with a host that is silent, and nobody can write until then."""
    asked = threading.Semaphore(0)

    def reach(command):
        return fence.SSH_FAILED if all(asked.acquire(timeout=5) for dummy in range(fence.PORT_TRIES)) else 1

    assert fence.kill("nn1", 8020, reach, asked.release) == 0


@pytest.mark.parametrize("stopped", [False, True])
def test_serve_kills_a_namenode_even_when_it_is_stopped(fence, namenode, stopped, capsys):
    if stopped:
        os.kill(namenode.pid, signal.SIGSTOP)
    found = []

    def pids():
        # A zombie has no command line; here its parent is this test, which has to reap it.
        namenode.poll()
        found[:] = [pid for pid in fence.namenode_pids() if pid == namenode.pid]
        return list(found)

    assert fence.serve("kill", pids) == 0
    assert found == []
    assert namenode.wait(timeout=5) == -signal.SIGKILL
    assert f"killed NameNode process [{namenode.pid}]" in capsys.readouterr().out


def test_serve_reports_a_survivor(fence, monkeypatch, capsys):
    monkeypatch.setattr(fence, "END_SECONDS", 0)
    monkeypatch.setattr(fence.os, "kill", lambda pid, number: None)
    assert fence.serve("kill", lambda: [4711]) == 1
    assert "survived SIGKILL" in capsys.readouterr().out


def test_serve_without_a_namenode_and_with_another_command(fence, capsys):
    assert fence.serve("kill", lambda: []) == 0
    assert fence.serve("check", lambda: [4711]) == 0
    assert fence.serve("rm -rf /", lambda: [4711]) == 2
    said = capsys.readouterr().out
    assert "no NameNode process was running" in said
    assert "1 NameNode process(es) here" in said
    assert "refused 'rm -rf /'" in said


def test_accepts(fence):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert fence.accepts("127.0.0.1", port)
    assert not fence.accepts("127.0.0.1", port)


def test_wrong_arguments(fence, capsys):
    assert fence.main(["kill", "nn1"]) == 2
    assert "usage" in capsys.readouterr().out


def test_ssh_that_cannot_connect_is_told_from_a_command_that_failed(fence, tmp_path, monkeypatch):
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\necho "$@" > ' + str(tmp_path / "arguments") + "\nexit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(fence, "accepts", lambda host, port: False)
    assert fence.main(["kill", "nn1", "8020", "2222", "/key"]) == 0
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments[-2:] == ["nn1", "kill"]
    assert arguments[arguments.index("-p") + 1] == "2222"
    assert "BatchMode=yes" in arguments
