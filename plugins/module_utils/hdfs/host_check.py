# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether HDFS's daemons of one host run, answer and have room; the logic of the module hdfs_host_check."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from ..host.free_space import free_bytes
from ..host.units import Runner, Seen, Units, Wanted
from ..wait import Observation, WaitTimeout, wait_for
from .rpc import silences
from .webhdfs import HdfsError

INTERVAL = 1.0
MIB = 1024 * 1024


def wait_until_well(
    params: Mapping[str, Any],
    run: Runner,
    silent: Callable[[Sequence[str]], Mapping[str, str]] = silences,
    free: Callable[[str], int] = free_bytes,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """Wait until nothing is wrong.

    :raises HdfsError: something still was when the time was over; the message names each daemon and directory, and what to do.
    """
    wanted = [Wanted(daemon["unit"]) for daemon in params["daemons"]]

    def probe() -> Observation:
        units = Units(run).show(wanted)
        answers = silent([daemon["address"] for daemon in params["daemons"] if units[daemon["unit"]].active == "active"])
        wrong = [text for daemon in params["daemons"] for text in _of_daemon(daemon, units[daemon["unit"]], answers)]
        wrong += [text for place in params["directories"] for text in _of_directory(place, free)]
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


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    """What the module does: ``systemctl`` is asked through AnsibleModule, in English and without colours."""

    def run(command: Sequence[str]) -> Tuple[int, str, str]:
        status, out, err = module.run_command(list(command), environ_update={"LC_ALL": "C", "SYSTEMD_COLORS": "0"})
        return status, out, err

    return wait_until_well(params, run)


DAEMON = dict(unit=dict(type="str", required=True), address=dict(type="str", required=True))


DIRECTORY = dict(path=dict(type="path", required=True), free_mb=dict(type="int", required=True), reason=dict(type="str", required=True))


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        daemons=dict(type="list", elements="dict", required=True, options=DAEMON),
        directories=dict(type="list", elements="dict", default=[], options=DIRECTORY),
        timeout=dict(type="int", default=30),
    ),
    requirements=(),
)
