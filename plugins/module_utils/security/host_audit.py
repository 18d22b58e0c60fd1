# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host itself tells an audit: who the daemons run as and how far they are confined, where they listen, who reads which secrets."""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence, Set, Tuple

from ..host.preflight import LISTEN, Sockets
from . import secret_files

Runner = Callable[[Sequence[str]], Tuple[int, str, str]]
#: Flink's are named by its variables, and by the names of job clusters.
UNITS = (
    "zookeeper.service", "hdfs-*.service", "mesos-master.service", "mesos-agent.service", "marathon.service", "*-jobmanager.service",
    "*-taskmanager.service", "*-historyserver.service",
)
_EXPOSURE = re.compile(r"Overall exposure level for (\S+): ([0-9.]+) ([A-Z]+)")
#: Loopback as the kernel writes it: 127.0.0.0/8, the same in IPv6, and ::1.
_LOOPBACK = re.compile(r"[0-9A-F]{6}7F|0{16}FFFF0000[0-9A-F]{6}7F|0{24}01000000")


class HostAudit:
    """One look at a host; ``proc`` and ``run`` stand for it."""

    def __init__(self, run: Runner, proc: str = "/proc", root: str = "/") -> None:
        self.run, self.proc, self.root = run, proc, root

    def look(self) -> Dict[str, Any]:
        """Units of the platform with their users, exposures and ports, all ports that others reach, and files with secrets."""
        units, listening = self._units(), self._listening()
        for unit, ports in self._ports(set(units), listening).items():
            units[unit]["ports"] = sorted(ports)
        return dict(
            units=[dict(seen, unit=unit) for unit, seen in sorted(units.items())], listening=sorted(set(listening.values())),
            files=secret_files.look(self.root))

    def _units(self) -> Dict[str, Dict[str, Any]]:
        _code, out, _err = self.run(["systemctl", "show", "--property=Id,LoadState,ActiveState,User,MainPID", *UNITS])
        found: Dict[str, Dict[str, Any]] = {}
        for block in out.split("\n\n"):
            seen = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
            if seen.get("LoadState") == "loaded":
                found[seen["Id"]] = {
                    "active": seen["ActiveState"], "user": seen.get("User") or "root", "exposure": None, "level": "", "ports": []}
        if found:
            _code, out, _err = self.run(["systemd-analyze", "security", "--no-pager", *sorted(found)])
            for unit, number, level in _EXPOSURE.findall(out):
                if unit in found:
                    found[unit].update(exposure=float(number), level=level)
        return found

    def _listening(self) -> Dict[str, int]:
        """Ports by the inodes of their sockets, without those of loopback."""
        found: Dict[str, int] = {}
        for table in ("tcp", "tcp6"):
            for columns in self._lines(table):
                address, port = columns[1].rsplit(":", 1)
                if columns[3] == LISTEN and not _LOOPBACK.fullmatch(address):
                    found[columns[9]] = int(port, 16)
        return found

    def _lines(self, table: str) -> Iterator[List[str]]:
        try:
            with open(os.path.join(self.proc, "net", table), encoding="ascii", errors="replace") as handle:
                yield from (columns for columns in map(str.split, handle.readlines()[1:]) if len(columns) > 9)
        except FileNotFoundError:
            return

    def _ports(self, units: Set[str], listening: Mapping[str, int]) -> Dict[str, Set[int]]:
        """On what the processes of each unit listen."""
        sockets = Sockets(self.proc)
        found: Dict[str, Set[int]] = {}
        for name in os.listdir(self.proc):
            unit = sockets.unit_of(int(name)) if name.isdigit() else None
            if unit is not None and unit in units:
                found.setdefault(unit, set()).update(self._held(name, listening))
        return found

    def _held(self, process: str, listening: Mapping[str, int]) -> Iterator[int]:
        directory = os.path.join(self.proc, process, "fd")
        try:
            names = os.listdir(directory)
        except OSError:
            return
        for name in names:
            try:
                target = os.readlink(os.path.join(directory, name))
            except OSError:
                continue
            match = re.fullmatch(r"socket:\[(\d+)\]", target)
            if match and match.group(1) in listening:
                yield listening[match.group(1)]


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    def run(command: Sequence[str]) -> Tuple[int, str, str]:
        found: Tuple[int, str, str] = module.run_command(list(command), environ_update=dict(LC_ALL="C.UTF-8"))
        return found

    return dict(HostAudit(run).look(), changed=False)


SPEC: Dict[str, Any] = dict(argument_spec=dict(), requirements=())
