# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make sure that a NameNode is gone before another one becomes active.

``fence kill HOST RPC_PORT SSH_PORT KEY``  run by the failover controller of the host that wants to become active.
``fence check HOST RPC_PORT SSH_PORT KEY`` proves that the way to HOST works, without killing anything.
``fence serve``                            the forced command of the key: obeys only ``kill`` and ``check``, on its own host.

A host that ssh cannot reach counts as fenced only if its NameNode's RPC port, asked meanwhile, does not answer either, several
times in a row. A host that is cut off from this one alone may then still believe that it is active for a moment; the JournalNodes'
epochs make sure that nothing it writes is accepted.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, List

NAMENODE = "org.apache.hadoop.hdfs.server.namenode.NameNode"
SSH_FAILED = 255
SSH_SECONDS = 2
PORT_TRIES = 3
PORT_SECONDS = 1
END_SECONDS = 10


def say(text: str) -> None:
    print("fence: " + text, flush=True)


def namenode_pids(proc: str = "/proc") -> List[int]:
    """This user's NameNode processes; a stopped (SIGSTOP) one counts, a zombie does not."""
    found = []
    for name in os.listdir(proc):
        if not name.isdigit():
            continue
        try:
            if os.stat(os.path.join(proc, name)).st_uid != os.getuid():
                continue
            with open(os.path.join(proc, name, "cmdline"), "rb") as handle:
                arguments = handle.read().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if NAMENODE in arguments:
            found.append(int(name))
    return found


def serve(command: str, pids: Callable[[], List[int]] = namenode_pids) -> int:
    """Obey a request that came through the key."""
    if command == "check":
        say(f"{len(pids())} NameNode process(es) here")
        return 0
    if command != "kill":
        say(f"refused {command!r}: this key only obeys kill and check")
        return 2
    doomed = pids()
    for pid in doomed:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + END_SECONDS
    while set(doomed) & set(pids()):
        if time.monotonic() > deadline:
            say(f"NameNode process {doomed} survived SIGKILL for {END_SECONDS} s")
            return 1
        time.sleep(0.05)
    say(f"killed NameNode process {doomed}" if doomed else "no NameNode process was running")
    return 0


def ssh(command: str, host: str, port: int, key: str) -> int:
    """Run the forced command on `host`; SSH_FAILED when it cannot be reached.

    Host keys are not compared: a reinstalled host must still be fenced, and a forged one could only pretend that a
    NameNode is dead, which the JournalNodes' epochs make harmless.
    """
    argv = ["ssh", "-F", "/dev/null", "-i", key, "-p", str(port)]
    for option in (
        "BatchMode=yes", "IdentitiesOnly=yes", f"ConnectTimeout={SSH_SECONDS}", "ServerAliveInterval=2", "ServerAliveCountMax=3",
        "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null", "LogLevel=ERROR",
    ):
        argv += ["-o", option]
    try:
        return subprocess.run(argv + [host, command], stdin=subprocess.DEVNULL, timeout=END_SECONDS + 10, check=False).returncode
    except subprocess.TimeoutExpired:
        return SSH_FAILED


def accepts(host: str, port: int) -> bool:
    """Whether something accepts a connection; a stopped process does, its kernel answers for it."""
    try:
        with socket.create_connection((host, port), timeout=PORT_SECONDS):
            return True
    except OSError:
        return False


def answers_once(answers: Callable[[], bool]) -> bool:
    """Whether one of several tries succeeds."""
    for attempt in range(PORT_TRIES):
        if attempt:
            time.sleep(0.5)
        if answers():
            return True
    return False


def kill(host: str, rpc_port: int, reach: Callable[[str], int], answers: Callable[[], bool]) -> int:
    """Fence `host`: 0 when its NameNode is surely gone or silent. Nobody can write meanwhile, so the port is asked while ssh tries."""
    with ThreadPoolExecutor() as pool:
        port = pool.submit(answers_once, answers)
        status = reach("kill")
        if status == 0:
            say(f"the NameNode of {host} is gone")
            return 0
        if status != SSH_FAILED:
            say(f"{host} could be reached, but its NameNode did not end (status {status})")
            return 1
        if port.result():
            say(f"{host} cannot be reached by ssh, but its NameNode's port {rpc_port} answers: not fenced")
            return 1
    say(f"{host} cannot be reached by ssh, and its NameNode's port {rpc_port} did not answer {PORT_TRIES} times: taken as powered off; "
        "the JournalNodes refuse what an older writer sends")
    return 0


def main(arguments: List[str]) -> int:
    if arguments == ["serve"]:
        return serve(os.environ.get("SSH_ORIGINAL_COMMAND", ""))
    if len(arguments) != 5 or arguments[0] not in ("kill", "check"):
        say("usage: fence kill|check HOST RPC_PORT SSH_PORT KEY, or fence serve")
        return 2
    verb, host, rpc_port, ssh_port, key = arguments

    def reach(command: str) -> int:
        return ssh(command, host, int(ssh_port), key)

    if verb == "check":
        return reach("check")
    return kill(host, int(rpc_port), reach, lambda: accepts(host, int(rpc_port)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
