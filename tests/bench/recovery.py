# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds from the kill of a leader until its work goes on."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from typing import Callable, Iterator

import requests

from tests.downloads import maven_jar
from tests.fleet.fleet import Fleet

JOB_JAR = "org.apache.flink:flink-examples-streaming:1.20.0"
JOB_CLASS = "org.apache.flink.streaming.examples.statemachine.StateMachineExample"
NOT_YET = (requests.RequestException, OSError, KeyError, IndexError, ValueError)


def on(fleet: Fleet, node: str, command: str) -> str:
    return subprocess.run(fleet.ssh(node, command), check=True, capture_output=True, text=True).stdout.strip()


def kill(fleet: Fleet, node: str, unit: str) -> float:
    """kill -9 of a unit's main process; returns when it was done."""
    on(fleet, node, f"sudo systemctl kill --kill-whom=main --signal=KILL {unit}")
    return time.monotonic()


def until(probe: Callable[[], bool], since: float, bound: float = 120) -> float:
    """Seconds from `since` until the probe says yes."""
    while time.monotonic() - since < bound:
        with contextlib.suppress(*NOT_YET):
            if probe():
                return time.monotonic() - since
        time.sleep(0.1)
    raise SystemExit(f"bench: nothing had recovered after {bound:.0f} s")


def addresses(fleet: Fleet, names: list[str]) -> dict[str, str]:
    return {name: fleet.host(name).address for name in names}


# -- ZooKeeper ---------------------------------------------------------------------------------

def zookeeper_mode(address: str) -> str:
    with socket.create_connection((address, 2181), timeout=1) as link:
        link.sendall(b"srvr")
        text = b"".join(iter(lambda: link.recv(4096), b"")).decode()
    return next((line.split(": ")[1] for line in text.splitlines() if line.startswith("Mode: ")), "none")


def kill_zookeeper_leader(fleet: Fleet) -> float:
    hosts = addresses(fleet, ["node1", "node2", "node3"])
    leader = next(name for name, address in hosts.items() if zookeeper_mode(address) == "leader")
    rest = [address for name, address in hosts.items() if name != leader]
    since = kill(fleet, leader, "zookeeper")
    return until(lambda: any(zookeeper_mode(address) == "leader" for address in rest), since)


# -- HDFS --------------------------------------------------------------------------------------

def namenode_state(address: str) -> str:
    answer = requests.get(f"http://{address}:9870/jmx", params={"qry": "Hadoop:service=NameNode,name=NameNodeStatus"}, timeout=1)
    return answer.json()["beans"][0]["State"]


def kill_active_namenode(fleet: Fleet) -> float:
    hosts = addresses(fleet, ["node1", "node2"])
    active = next(name for name, address in hosts.items() if namenode_state(address) == "active")
    other = next(address for name, address in hosts.items() if name != active)
    since = kill(fleet, active, "hdfs-namenode")

    def writes() -> bool:
        url = f"http://{other}:9870/webhdfs/v1/tmp/bench-{since:.0f}"
        return requests.put(url, params={"op": "MKDIRS", "user.name": "hdfs"}, timeout=1).status_code == 200

    return until(writes, since)


# -- Flink -------------------------------------------------------------------------------------

@contextlib.contextmanager
def running_job(fleet: Fleet, rest: str) -> Iterator[str]:
    """A job with state and checkpoints every two seconds; cancelled at the end."""
    with open(maven_jar(JOB_JAR), "rb") as jar:
        uploaded = requests.post(f"{rest}/jars/upload", files={"jarfile": ("bench.jar", jar)}, timeout=60).json()
    name = uploaded["filename"].rpartition("/")[2]
    body = {"entryClass": JOB_CLASS, "programArgsList": ["--error-rate", "0", "--sleep", "1"]}
    job = requests.post(f"{rest}/jars/{name}/run", json=body, timeout=120).json()["jobid"]
    until(lambda: requests.get(f"{rest}/jobs/{job}/checkpoints", timeout=5).json()["counts"]["completed"] > 1, time.monotonic())
    try:
        yield job
    finally:
        for address in addresses(fleet, ["node1", "node2"]).values():
            with contextlib.suppress(*NOT_YET):
                requests.patch(f"http://{address}:8081/jobs/{job}", params={"mode": "cancel"}, timeout=10)


def flink_leader(fleet: Fleet) -> str:
    """The JobManager host whose journal granted leadership last."""
    newest = {}
    for name in ("node1", "node2"):
        line = on(fleet, name, "sudo journalctl -u flink-jobmanager -o short-unix --no-pager | grep 'granted leadership' | tail -1")
        newest[name] = float(line.split()[0]) if line else 0.0
    return max(newest, key=newest.get)


def kill_leading_jobmanager(fleet: Fleet) -> float:
    hosts = addresses(fleet, ["node1", "node2"])
    leader = flink_leader(fleet)
    other = next(address for name, address in hosts.items() if name != leader)
    with running_job(fleet, f"http://{hosts[leader]}:8081") as job:
        since = kill(fleet, leader, "flink-jobmanager")

        def runs() -> bool:
            found = requests.get(f"http://{other}:8081/jobs/{job}", timeout=1).json()
            restored = requests.get(f"http://{other}:8081/jobs/{job}/checkpoints", timeout=1).json()["latest"]["restored"]
            return bool(restored) and all(vertex["status"] == "RUNNING" for vertex in found["vertices"])

        return until(runs, since)


# -- memory ------------------------------------------------------------------------------------

def resident_mb(fleet: Fleet, units: list[str]) -> dict[str, dict[str, int]]:
    """Resident memory of every daemon, by unit and host, in MB."""
    found: dict[str, dict[str, int]] = {unit: {} for unit in units}
    for host in fleet.hosts():
        for unit in units:
            pid = on(fleet, host.name, f"systemctl show -p MainPID --value {unit}")
            if pid not in ("", "0"):
                tree = on(fleet, host.name, f"sudo cat /proc/{pid}/status /proc/$(cat /proc/{pid}/task/{pid}/children | cut -d' ' -f1)/status"
                                            " 2>/dev/null | grep VmRSS || true")
                found[unit][host.name] = sum(int(line.split()[1]) for line in tree.splitlines()) // 1024
    return found
