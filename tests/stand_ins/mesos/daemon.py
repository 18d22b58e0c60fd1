# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both daemons do first: read flags, log, find their address, die the way Mesos dies.

Does not write log files into --log_dir, and does not speak TLS: with LIBPROCESS_SSL_ENABLED it refuses to start.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional

from . import VERSION
from .flags import FlagError, Flags, parse

LEVELS = {"INFO": 0, "WARNING": 1, "ERROR": 2}


class Log:
    """glog's lines on stderr."""

    def __init__(self) -> None:
        self.level = 0

    def write(self, level: str, text: str) -> None:
        """One line, unless --quiet or --logging_level hides it."""
        if LEVELS[level] >= self.level:
            now = time.time()
            stamp = time.strftime("%m%d %H:%M:%S", time.localtime(now)) + f".{int(now % 1 * 1e6):06d}"
            caller = os.path.basename(sys._getframe(2).f_code.co_filename)
            sys.stderr.write(f"{level[0]}{stamp} {os.getpid():5d} {caller}:{sys._getframe(2).f_lineno}] {text}\n")
            sys.stderr.flush()

    def info(self, text: str) -> None:
        """What happens."""
        self.write("INFO", text)

    def warning(self, text: str) -> None:
        """What is odd."""
        self.write("WARNING", text)

    def error(self, text: str) -> None:
        """What failed."""
        self.write("ERROR", text)


LOG = Log()


def end_signals() -> Callable[[], None]:
    """Catches SIGTERM and SIGINT from now on; what it returns waits for the first of them.

    By a pipe that the kernel's own thread for the signal writes to. An event that a handler sets may be held by the very code that the handler
    interrupts, and a signal that another thread takes does not wake the first one.
    """
    numbers = (signal.SIGTERM, signal.SIGINT)
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in numbers:
        signal.signal(number, lambda *received: None)

    def wait() -> None:
        while os.read(told, 1)[0] not in numbers:
            pass

    return wait


def die(message: str) -> NoReturn:
    """EXIT with status 1, from any thread."""
    LOG.error(f"EXIT with status 1: {message}")
    os._exit(1)


@dataclass(frozen=True)
class Address:
    """Where the daemon listens and what it tells others."""

    bind: str
    port: int
    ip: str
    advertised_port: int
    hostname: str


def read_flags(daemon: str, arguments: List[str], environment: Mapping[str, str]) -> Flags:
    """The flags, or the end of the process as Mesos ends: status 1 and a sentence on stderr."""
    try:
        flags = parse(daemon, arguments, environment)
    except FlagError as error:
        sys.stderr.write(f"{error}\n\nUsage: mesos-{daemon} [options]\n")
        sys.exit(1)
    if flags.help:
        sys.stdout.write(f"Usage: mesos-{daemon} [options]\n\n" + "".join(f"  --{name}\n" for name in sorted(flags.values)))
        sys.exit(0)
    if flags.version:
        sys.stdout.write(f"mesos {VERSION}\n")
        sys.exit(0)
    LOG.level = 2 if flags.quiet else LEVELS[flags.logging_level]
    for warning in flags.warnings:
        LOG.warning(warning)
    if environment.get("LIBPROCESS_SSL_ENABLED", "").lower() in ("1", "true"):
        die("Failed to initialize, the stand-in was built without SSL: unset LIBPROCESS_SSL_ENABLED")
    return flags


def discover_ip(flags: Flags) -> str:
    """The address to listen on: --ip, --ip_discovery_command, or what the hostname resolves to."""
    if flags.ip is not None and flags.ip_discovery_command is not None:
        die("Only one of `--ip` or `--ip_discovery_command` should be specified")
    if flags.ip_discovery_command is not None:
        ran = subprocess.run(flags.ip_discovery_command, shell=True, check=False, capture_output=True, text=True, timeout=60)
        if ran.returncode != 0:
            die(f"Failed to execute '{flags.ip_discovery_command}': exit status {ran.returncode}")
        return ran.stdout.strip()
    if flags.ip is not None:
        return flags.ip
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError as error:
        die(f"Failed to obtain the IP address for '{socket.gethostname()}'; the DNS service may not be able to resolve it: {error}")


def find_address(flags: Flags) -> Address:
    """Bind address, advertised address, hostname."""
    bind = discover_ip(flags)
    for ip in filter(None, (bind, flags.advertise_ip)):
        try:
            socket.inet_aton(ip)
        except OSError:
            die(f"Failed to parse IP address '{ip}'")
    ip = flags.advertise_ip or bind
    if ip == "0.0.0.0":
        ip = socket.gethostbyname(socket.gethostname())
    if flags.advertise_port is not None and not flags.advertise_port.isdigit():
        die(f"Failed to parse port '{flags.advertise_port}' of --advertise_port")
    hostname = flags.hostname
    if hostname is None:
        hostname = ip
        if flags.hostname_lookup:
            try:
                hostname = socket.gethostbyaddr(ip)[0]
            except OSError:
                hostname = ip
    return Address(bind, flags.port, ip, int(flags.advertise_port or flags.port), hostname)


def check_modules(flags: Flags) -> None:
    """The stand-in loads no modules; both ways of naming them together are refused as the real one does."""
    if flags.modules is not None and flags.modules_dir is not None:
        die("Only one of --modules or --modules_dir should be specified")
    if flags.modules is not None or flags.modules_dir is not None or flags.hooks is not None:
        die("Error loading modules: the stand-in cannot load modules, remove --modules, --modules_dir and --hooks")


def credentials(path: str, single: bool) -> Dict[str, str]:
    """principal -> secret out of a JSON file; text files were dropped in 1.11."""
    try:
        with open(path, encoding="utf-8") as file:
            parsed = json.load(file)
        items = [parsed] if single else parsed["credentials"]
        return {item["principal"]: item["secret"] for item in items}
    except OSError as error:
        die(f"Failed to read credentials file '{path}': {error.strerror}")
    except (ValueError, KeyError, TypeError) as error:
        die(f"Invalid credentials in '{path}': expecting JSON as {'{principal, secret}' if single else '{credentials: [...]}'}: {error}")


def new_uuid() -> str:
    """A random id in text."""
    return str(uuid.uuid4())


class Timers:
    """Calls functions later, all from one thread that sleeps in between."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._entries: Dict[int, Any] = {}
        self._last = 0
        threading.Thread(target=self._run, name="timers", daemon=True).start()

    def after(self, seconds: float, function: Callable[[], None]) -> int:
        """Call once; the number cancels it."""
        with self._changed:
            self._last += 1
            self._entries[self._last] = (time.monotonic() + seconds, function)
            self._changed.notify()
            return self._last

    def cancel(self, number: Optional[int]) -> None:
        """Forget it, if it has not run."""
        with self._changed:
            if number is not None:
                self._entries.pop(number, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                now = time.monotonic()
                due = [(number, entry[1]) for number, entry in self._entries.items() if entry[0] <= now]
                for number, _function in due:
                    del self._entries[number]
                if not due:
                    nearest = min((entry[0] for entry in self._entries.values()), default=None)
                    self._changed.wait(None if nearest is None else max(0.0, nearest - now))
                    continue
            for number, function in due:
                try:
                    function()
                except Exception as error:  # one timer's fault must not stop the others
                    LOG.error(f"Timer {number} failed: {type(error).__name__}: {error}")
