# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether HDFS's daemons of one host run, answer and have room, and the host can fence NameNodes; the logic of the module hdfs_host_check."""

from __future__ import annotations

import socket
import time
from typing import Any, Callable, Dict, List, Mapping, Sequence, Set, Tuple

from ..host.free_space import free_bytes
from ..host.units import Runner, Seen, Units, Wanted
from ..wait import Observation, WaitTimeout, wait_for
from .rpc import silences
from .webhdfs import HdfsError

INTERVAL = 1.0
MIB = 1024 * 1024
#: What ssh, and with it the fence, returns when it could not reach the host or was not let in.
SSH_FAILED = 255
PORT_SECONDS = 1.0


def accepts(host: str, port: int) -> bool:
    """Whether something accepts a connection, as the fence asks it of a NameNode that ssh cannot reach."""
    try:
        with socket.create_connection((host, port), timeout=PORT_SECONDS):
            return True
    except OSError:
        return False


def wait_until_well(
    params: Mapping[str, Any],
    run: Runner,
    silent: Callable[[Sequence[str]], Mapping[str, str]] = silences,
    free: Callable[[str], int] = free_bytes,
    accepting: Callable[[str, int], bool] = accepts,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """Wait until nothing is wrong.

    :raises HdfsError: something still was when the time was over; the message names each daemon and directory, and what to do.
    """
    wanted = [Wanted(daemon["unit"]) for daemon in params["daemons"]]
    fence = Fence(params["fence"], run, accepting) if params.get("fence") else None

    def probe() -> Observation:
        units = Units(run).show(wanted)
        answers = silent([daemon["address"] for daemon in params["daemons"] if units[daemon["unit"]].active == "active"])
        wrong = [text for daemon in params["daemons"] for text in _of_daemon(daemon, units[daemon["unit"]], answers)]
        wrong += [text for place in params["directories"] for text in _of_directory(place, free)]
        wrong += fence.faults() if fence else []
        return Observation(not wrong, "; ".join(wrong), wrong)

    try:
        wait_for(probe, params["timeout"], INTERVAL, "HDFS on this host", clock=clock, sleep=sleep)
    except WaitTimeout as timeout:
        raise HdfsError(f"HDFS is not in order on this host: {timeout.last.seen}", problems=timeout.last.value) from timeout
    return {"changed": False, "problems": []}


def _of_daemon(daemon: Mapping[str, str], unit: Seen, silent: Mapping[str, str]) -> List[str]:
    name, address = daemon["unit"], daemon["address"]
    if unit.active != "active":
        state = unit.active if unit.exists else "not there"
        again = f"`systemctl start {name}`" if unit.exists else "run site.yml"
        return [f"{name} is {state}: {again}, and see `journalctl -u {name}` for why it is not running"]
    if address in silent:
        return [f"{name} runs, but {silent[address]} at {address}: `systemctl restart {name}` if it stays so, and see `journalctl -u {name}`"]
    return []


def _of_directory(place: Mapping[str, Any], free: Callable[[str], int]) -> List[str]:
    left = free(place["path"]) // MIB
    if left >= place["free_mb"]:
        return []
    return [f"{place['path']} has {left} MiB left, less than {place['free_mb']}: {place['reason']}; delete what else is on that disk, or use a larger one"]


class Fence:
    """Whether the failover controller of this host can fence the NameNodes of others. Each way is tried until it was found to work."""

    def __init__(self, options: Mapping[str, Any], run: Runner, accepting: Callable[[str, int], bool]) -> None:
        self.options = options
        self.run = run
        self.accepting = accepting
        self.proven: Set[str] = set()

    def faults(self) -> List[str]:
        return [text for target in self.options["targets"] if target["address"] not in self.proven for text in self._of_target(target)]

    def _of_target(self, target: Mapping[str, str]) -> List[str]:
        options, address = self.options, target["address"]
        ports = [str(options["rpc_port"]), str(options["ssh_port"])]
        status, out, err = self.run(["runuser", "-u", options["user"], "--", options["command"], "check", address, *ports, options["identity_file"]])
        if status == 0:
            self.proven.add(address)
            return []
        # One that is switched off counts as fenced, once its NameNode's port is silent too.
        if status == SSH_FAILED and address in options["may_be_down"] and not self.accepting(address, options["rpc_port"]):
            return []
        said = (err.strip() or out.strip() or "no words").splitlines()[-1]
        return [
            f"this host cannot fence the NameNode of {target['host']} ({said}, status {status}): ssh to {options['user']}@{address}, port "
            f"{options['ssh_port']}, must be let in there with {options['identity_file']}, which site.yml sets up on all NameNodes"
        ]


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    """What the module does: ``systemctl`` is asked through AnsibleModule, in English and without colours."""

    def run(command: Sequence[str]) -> Tuple[int, str, str]:
        status, out, err = module.run_command(list(command), environ_update={"LC_ALL": "C", "SYSTEMD_COLORS": "0"})
        return status, out, err

    return wait_until_well(params, run)


DAEMON = dict(unit=dict(type="str", required=True), address=dict(type="str", required=True))


DIRECTORY = dict(path=dict(type="path", required=True), free_mb=dict(type="int", required=True), reason=dict(type="str", required=True))


FENCE = dict(
    user=dict(type="str", required=True),
    identity_file=dict(type="path", required=True),
    targets=dict(
        type="list", elements="dict", required=True, options=dict(host=dict(type="str", required=True), address=dict(type="str", required=True))
    ),
    may_be_down=dict(type="list", elements="str", default=[]),
    command=dict(type="path", default="/usr/local/lib/hdfs/fence"),
    rpc_port=dict(type="int", default=8020),
    ssh_port=dict(type="int", default=22),
)


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        daemons=dict(type="list", elements="dict", required=True, options=DAEMON),
        directories=dict(type="list", elements="dict", default=[], options=DIRECTORY),
        fence=dict(type="dict", options=FENCE),
        timeout=dict(type="int", default=30),
    ),
    requirements=(),
)
