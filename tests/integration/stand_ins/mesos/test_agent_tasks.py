# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent runs real processes: sandbox, URIs, environment, users, kills, health checks."""

from __future__ import annotations

import gzip
import http.server
import os
import pwd
import shutil
import tarfile
import tempfile
import threading
import zipfile
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.loopback import eventually
from ansible_collections.baremetal.flink.tests.stand_ins.pair import Pair, alive

from tests.ports import free_ports


@pytest.fixture(scope="module")
def scheduler(pair):
    return pair.scheduler(capabilities=[{"type": "TASK_KILLING_STATE"}])


def sandbox(pair, task_id):
    """Where a task runs or ran."""
    [found] = pair.agent.directory.glob(f"work/slaves/*/frameworks/*/executors/{task_id}/runs/latest")
    return found.resolve()


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def test_environment_and_sandbox(pair, scheduler):
    variables = [{"name": "FLINK_HOME", "value": "/opt/flink"}, {"name": "MESOS_TASK_ID", "value": "mine"}]
    scheduler.launch("env", {"value": "env; pwd; echo oops >&2", "environment": {"variables": variables}})
    scheduler.status("env", "TASK_FINISHED")
    home = sandbox(pair, "env")
    out = lines(home / "stdout")
    assert {f"MESOS_SANDBOX={home}", "FLINK_HOME=/opt/flink", "MESOS_TASK_ID=mine", f"MESOS_FRAMEWORK_ID={scheduler.id}", str(home)} <= set(out)
    assert lines(home / "stderr") == ["oops"]
    browsed = pair.agent.get(f"/files/browse?path={home}")
    assert [Path(each["path"]).name for each in browsed] == ["stderr", "stdout"]
    assert pair.agent.get(f"/files/read?path={home}/stderr&offset=0&length=100") == {"data": "oops\n", "offset": 0}
    assert pair.agent.call("/files/read?path=/etc/passwd&offset=0")[0] == 404


def test_argv_without_a_shell(pair, scheduler):
    scheduler.launch("argv", {"shell": False, "value": "/bin/echo", "arguments": ["echo", "a b", "$HOME"]})
    scheduler.status("argv", "TASK_FINISHED")
    assert "a b $HOME" in lines(sandbox(pair, "argv") / "stdout")


def test_exit_status_is_told(scheduler):
    scheduler.launch("exit", "exit 7")
    status = scheduler.status("exit", "TASK_FAILED")
    assert status["message"] == "Command exited with status 7"
    scheduler.launch("signal", "kill -SEGV $$")
    assert scheduler.status("signal", "TASK_FAILED")["message"].startswith("Command terminated with signal Segmentation fault")


def test_uris_are_fetched(pair, scheduler, tmp_path):
    content = tmp_path / "content"
    content.mkdir()
    (content / "run.sh").write_text("#!/bin/sh\necho ran\n")
    (content / "plain").write_text("plain\n")
    with tarfile.open(content / "t.tar.gz", "w:gz") as tar:
        tar.add(content / "plain", "from_tar")
    for kind in ("bz2", "xz"):
        with tarfile.open(content / f"t.tar.{kind}", f"w:{kind}") as tar:
            tar.add(content / "plain", f"from_{kind}")
    (content / "single.gz").write_bytes(gzip.compress(b"plain\n"))
    with zipfile.ZipFile(content / "z.zip", "w") as archive:
        archive.write(content / "plain", "dir/from_zip")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(content))

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    uris = [
        {"value": f"{base}/run.sh", "executable": True},
        {"value": f"{base}/t.tar.gz"},
        {"value": f"file://{content}/z.zip"},
        {"value": f"{content}/plain", "output_file": "sub/renamed", "extract": False},
        {"value": f"{base}/t.tar.gz", "extract": False, "output_file": "kept.tar.gz"},
        {"value": f"{base}/t.tar.bz2"},
        {"value": f"file://{content}/t.tar.xz"},
        {"value": f"{base}/single.gz"},
    ]
    command = "./run.sh && cat from_tar dir/from_zip sub/renamed from_bz2 from_xz single && test -e kept.tar.gz"
    scheduler.launch("fetch", {"value": command, "uris": uris})
    scheduler.status("fetch", "TASK_FINISHED")
    server.shutdown()
    server.server_close()
    assert [line for line in lines(sandbox(pair, "fetch") / "stdout") if line in ("ran", "plain")] == ["ran", *["plain"] * 6]


def test_a_uri_that_is_not_there(pair, scheduler):
    scheduler.launch("nofetch", {"value": "true", "uris": [{"value": "file:///no/such/file"}]})
    status = scheduler.status("nofetch", "TASK_FAILED")
    assert status["reason"] == "REASON_CONTAINER_LAUNCH_FAILED"
    assert "Failed to fetch all URIs for container" in status["message"]
    said = (sandbox(pair, "nofetch") / "stderr").read_text()
    assert "EXIT with status 1: Failed to fetch 'file:///no/such/file': cp failed with status: 256" in said


def test_the_user_is_switched(home):
    assert os.geteuid() == 0, "only root can switch users: run this as root"
    with tempfile.TemporaryDirectory() as name:  # pytest's own directories are closed to other users
        directory = Path(name)
        directory.chmod(0o755)
        shutil.copytree(home, directory / "home")
        pair = Pair(directory / "home", directory / "pair").start()
        try:
            scheduler = pair.scheduler()
            scheduler.launch("nobody", {"value": "id -un; touch mine", "user": "nobody"})
            scheduler.status("nobody", "TASK_FINISHED")
            owned = sandbox(pair, "nobody")
            assert "nobody" in lines(owned / "stdout")
            assert {path.stat().st_uid for path in (owned, owned / "stdout", owned / "mine")} == {pwd.getpwnam("nobody").pw_uid}
        finally:
            pair.stop()


def test_an_unknown_user_is_refused(scheduler):
    scheduler.launch("who", {"value": "true", "user": "no-such-user"})
    status = scheduler.status("who", "TASK_FAILED")
    assert "No such user 'no-such-user'" in status["message"]
    assert scheduler.states("who") == ["TASK_FAILED"]


def test_kill_ends_the_whole_tree(pair, scheduler):
    scheduler.launch("tree", "sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 1; done' & echo parent $$; wait", kill_policy=policy(1))
    scheduler.status("tree", "TASK_RUNNING")
    out = sandbox(pair, "tree") / "stdout"
    eventually(lambda: sum(line.startswith(("child", "parent")) for line in lines(out)) == 2, "both processes")
    pids = [int(line.split()[1]) for line in lines(out) if line.startswith(("child", "parent"))]
    scheduler.call("KILL", task_id={"value": "tree"})
    scheduler.status("tree", "TASK_KILLED")
    eventually(lambda: not any(map(alive, pids)), "the end of the tree", 5)
    assert scheduler.states("tree")[-2:] == ["TASK_KILLING", "TASK_KILLED"]


def policy(seconds):
    return {"grace_period": {"nanoseconds": seconds * 10**9}}


def test_an_orphan_outlives_its_parent_unless_killed(pair, scheduler):
    """The posix launcher leaves it alone: why Flink's start script has to be wrapped."""
    scheduler.launch("orphan", "setsid sleep 300 & echo $!; exit 1")
    scheduler.status("orphan", "TASK_FAILED")
    [pid] = [int(line) for line in lines(sandbox(pair, "orphan") / "stdout") if line.isdigit()]
    assert alive(pid)
    os.kill(pid, 9)


def test_health_checks(pair, scheduler):
    quick = {"delay_seconds": 0, "interval_seconds": 0.2, "timeout_seconds": 5, "grace_period_seconds": 9, "consecutive_failures": 2}
    check = {"type": "COMMAND", "command": {"value": "test -e fine"}, **quick}
    scheduler.launch("health", "touch fine; sleep 600", health_check=check, kill_policy=policy(1))
    eventually(lambda: scheduler.status("health", "TASK_RUNNING").get("healthy") is True, "healthy")
    (sandbox(pair, "health") / "fine").unlink()
    status = scheduler.status("health", "TASK_KILLED")
    assert status["healthy"] is False
    running = [each["status"] for each in scheduler.of("UPDATE") if each["status"]["task_id"]["value"] == "health"]
    assert [each.get("healthy") for each in running if each["state"] == "TASK_RUNNING"] == [None, True, False, False]


def test_http_and_tcp_health_checks(pair, scheduler):
    quick = {"delay_seconds": 0, "interval_seconds": 0.2, "timeout_seconds": 5, "grace_period_seconds": 30}
    checks = {
        "http": {"type": "HTTP", "http": {"port": pair.master.port, "path": "/health", "scheme": "http"}, **quick},
        "tcp": {"type": "TCP", "tcp": {"port": pair.master.port}, **quick},
    }
    for name, check in checks.items():
        scheduler.launch(name, "sleep 600", health_check=check)
        eventually(lambda n=name: scheduler.status(n, "TASK_RUNNING").get("healthy") is True, "healthy")
        scheduler.call("KILL", task_id={"value": name})
        scheduler.status(name, "TASK_KILLED")


def test_what_curl_says_is_in_the_sandbox(pair, scheduler):
    nobody = free_ports(1)[0]
    check = {"delay_seconds": 0, "interval_seconds": 0.2, "grace_period_seconds": 0, "consecutive_failures": 2}
    check.update({"type": "HTTP", "http": {"port": nobody, "path": "/", "scheme": "http"}})
    scheduler.launch("refused", "sleep 600", health_check=check, kill_policy=policy(1))
    assert scheduler.status("refused", "TASK_KILLED")["healthy"] is False
    said = (sandbox(pair, "refused") / "stderr").read_text()
    assert f"HTTP health check for task 'refused' failed: curl exited with status 7: curl: (7) Failed to connect to 127.0.0.1 port {nobody}" in said
    assert "HTTP health check for task 'refused' failed 2 times consecutively" in said


def test_resources_are_counted(pair, scheduler):
    scheduler.launch("big", "sleep 600", cpus=3.5)
    scheduler.status("big", "TASK_RUNNING")
    assert pair.master.get("/metrics/snapshot")["master/cpus_used"] == 3.5

    def rest():
        for each in list(scheduler.offers.values()):
            if any(r["name"] == "cpus" and r["scalar"]["value"] == 0.5 for r in each["resources"]):
                return each
        return scheduler.decline(0.0)

    offer = eventually(rest, "an offer of the rest")
    scheduler.offers.clear()
    info = {
        "name": "more", "task_id": {"value": "more"}, "agent_id": offer["agent_id"], "command": {"value": "true"},
        "resources": [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 1}}],
    }  # fmt: skip
    scheduler.call("ACCEPT", offer_ids=[offer["id"]], operations=[{"type": "LAUNCH", "launch": {"task_infos": [info]}}])
    status = scheduler.status("more", "TASK_ERROR")
    assert "is more than available" in status["message"] and status["reason"] == "REASON_TASK_INVALID"
    scheduler.call("KILL", task_id={"value": "big"})
    scheduler.status("big", "TASK_KILLED")
