# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host itself tells an audit: who the daemons run as and how far they are confined, where they listen, who reads which secrets."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Sequence, Set, Tuple

from ..host.preflight import Runner, Sockets
from . import secret_files

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
        self.run, self.sockets, self.root = run, Sockets(proc), root

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
        return {inode: port for inode, address, port in self.sockets.all_listening() if not _LOOPBACK.fullmatch(address)}

    def _ports(self, units: Set[str], listening: Mapping[str, int]) -> Dict[str, Set[int]]:
        """On what the processes of each unit listen."""
        found: Dict[str, Set[int]] = {}
        for process in self.sockets.processes():
            unit = self.sockets.unit_of(process)
            if unit is not None and unit in units:
                found.setdefault(unit, set()).update(listening[inode] for inode in self.sockets.held(process) if inode in listening)
        return found


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    def run(command: Sequence[str]) -> Tuple[int, str, str]:
        found: Tuple[int, str, str] = module.run_command(list(command), environ_update=dict(LC_ALL="C.UTF-8"))
        return found

    return dict(HostAudit(run).look(), changed=False)


SPEC: Dict[str, Any] = dict(argument_spec=dict(), requirements=())
