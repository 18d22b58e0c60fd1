# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd-run and systemctl do for one transient unit, where there is no systemd: their name is the first argument, state in TRANSIENT_UNITS.

A unit is a process that is started with NOTIFY_SOCKET and in whose arguments a bind mount's place is that of its source; whatever ends
the process, ExecStopPost follows. It is run by the same user and not confined.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

STATE = Path(os.environ["TRANSIENT_UNITS"])


def supervise(properties: dict[str, str], command: list[str], ready: Path) -> None:
    source, _colon, place = properties["BindReadOnlyPaths"].partition(":")
    command = [source + each[len(place):] if each.startswith(place) else each for each in command]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.bind(str(ready))
        with open(STATE / "journal", "a", encoding="utf-8") as journal:
            running = subprocess.Popen(command, env={**os.environ, "NOTIFY_SOCKET": str(ready)}, stdout=journal, stderr=journal)
        link.settimeout(30)
        link.recv(100)
    pid = STATE / "pid"
    pid.write_text(f"{running.pid} {os.getpid()}")
    running.wait()
    subprocess.run(shlex.split(properties["ExecStopPost"].lstrip("+")), check=True)
    pid.unlink()


def run(arguments: list[str]) -> int:
    properties = dict(each[len("--property="):].split("=", 1) for each in arguments if each.startswith("--property="))
    command = [each for each in arguments if not each.startswith("--")]
    # The unit's own options, such as -I of python3, come after the program.
    command = arguments[arguments.index(command[0]):]
    if os.fork() == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        supervise(properties, command, STATE / f"notify-{os.getpid()}")
        os._exit(0)
    wait_until((STATE / "pid").exists)
    return 0


def control(verb: str) -> int:
    pid = STATE / "pid"
    if verb == "is-active":
        return 0 if pid.exists() else 3
    if pid.exists():
        os.kill(int(pid.read_text().split()[0]), signal.SIGTERM)
        wait_until(lambda: not pid.exists())
    return 0


def wait_until(found) -> None:
    deadline = time.monotonic() + 30
    while not found():
        if time.monotonic() > deadline:
            sys.exit("transient_units: nothing happened for 30 s")
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(run(sys.argv[2:]) if sys.argv[1] == "systemd-run" else control(sys.argv[2]))
