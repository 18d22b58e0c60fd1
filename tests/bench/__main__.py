# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line: python3 -m tests.bench [--short] [--keep]. Makes a fleet of its own and removes it unless --keep."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

from tests.fleet.errors import FleetError
from tests.fleet.fleet import Fleet
from tests.playbook import ROOT

from . import delivery, flink_conf, recovery
from .runs import floor, timed

THREE = [str(ROOT / "examples/inventory/three_hosts"), str(ROOT / "examples/demo/sizes")]
UNITS = ["zookeeper", "hdfs-namenode", "hdfs-zkfc", "hdfs-journalnode", "hdfs-datanode", "flink-jobmanager", "flink-taskmanager"]


def say(name: str, value: str) -> None:
    print(f"{name:<58} {value}", flush=True)


def inventory(fleet: Fleet, extra_workers: int = 0) -> list[str]:
    """The three-host example with the demo's sizes over the fleet; hosts beyond the third store and compute."""
    path = Path(fleet.directory) / "inventory.json"
    described = fleet.inventory()
    described["all"]["hosts"] = dict(list(described["all"]["hosts"].items())[:3 + extra_workers])
    workers = {name: {} for name in list(described["all"]["hosts"])[3:]}
    described["all"]["children"] = {group: {"hosts": workers} for group in ("hdfs_datanode", "flink_taskmanager")}
    path.write_text(json.dumps(described))
    return [*THREE, str(path)]


def playbooks(fleet: Fleet) -> None:
    hosts = inventory(fleet)
    first = timed("playbooks/site.yml", hosts)
    say("first converge, three bare hosts, warm cache", f"{first.seconds:.0f} s, {first.most} module tasks on the busiest host")
    for name, took in first.slowest:
        say(f"  {name[:54]}", f"{took:.1f} s")
    noop = [timed("playbooks/site.yml", hosts) for _run in range(3)]
    middle = statistics.median(run.seconds for run in noop)
    pinged = [floor(noop[0].most, hosts) for _run in range(3)]
    pings = statistics.median(run.seconds for run in pinged)
    say("second converge (no-op), median of 3", f"{middle:.1f} s, {noop[0].most} module tasks on the busiest host")
    say("  processor seconds of the controller", f"{min(run.processor for run in noop):.1f}, of the floor {min(run.processor for run in pinged):.1f}")
    for name, took in noop[-1].slowest:
        say(f"  {name[:54]}", f"{took:.1f} s")
    say(f"floor: {noop[0].most} pings on the same hosts, median of 3", f"{pings:.1f} s")
    say("ratio no-op / floor", f"{middle / pings:.2f}")


def judging(fleet: Fleet) -> None:
    """The preflight of bare hosts, whose share of the controller must not grow with their number."""
    for hosts in (3, 10, 20, 40):
        fleet.create(hosts)
        run = timed("playbooks/preflight.yml", inventory(fleet, hosts - 3))
        say(f"preflight of {hosts} bare hosts", f"{run.seconds:.1f} s, the controller's processors {run.processor:.1f} s: {run.processor / hosts:.2f} a host")
    fleet.destroy()


def delivering(fleet: Fleet) -> None:
    """Flink's release to bare hosts."""
    for hosts, way, run in delivery.deliveries(fleet):
        say(f"Flink's release to {hosts} bare hosts, {way}", f"{run.seconds:.1f} s, the controller's processors {run.processor:.1f} s")
    fleet.destroy()


def growth(fleet: Fleet) -> None:
    """The no-op over more hosts; those beyond the third carry a DataNode and a TaskManager each."""
    one = timed("playbooks/site.yml", inventory(fleet), "--limit", "node1")
    say("no-op limited to 1 host", f"{one.seconds:.1f} s")
    fleet.create(12)
    for hosts in (6, 12):
        grown = inventory(fleet, hosts - 3)
        timed("playbooks/site.yml", grown)
        run = timed("playbooks/site.yml", grown)
        say(f"no-op of {hosts} hosts", f"{run.seconds:.1f} s, {run.most} module tasks on the busiest host")


def faults(fleet: Fleet) -> None:
    for name, kill in (("ZooKeeper leader killed: a quorum with a new leader", recovery.kill_zookeeper_leader),
                       ("active NameNode killed: a write succeeds", recovery.kill_active_namenode),
                       ("leading JobManager killed: the job runs, restored", recovery.kill_leading_jobmanager)):
        seconds = []
        for _kill in range(3):
            seconds.append(kill(fleet))
            timed("playbooks/verify.yml", inventory(fleet))
        say(f"{name}, 3 kills", " ".join(f"{s:.1f} s" for s in seconds))


def memory(fleet: Fleet) -> None:
    total = 0
    for unit, hosts in recovery.resident_mb(fleet, UNITS).items():
        total += sum(hosts.values())
        say(f"resident memory of {unit}", " ".join(f"{name} {mb} MB" for name, mb in hosts.items()))
    say("resident memory of all daemons on three hosts", f"{total} MB")


def main() -> int:
    options = argparse.ArgumentParser(prog="python3 -m tests.bench", description=__doc__)
    options.add_argument("--short", action="store_true", help="three hosts only, not 1, 6, 12 and 40 (about 20 minutes less)")
    options.add_argument("--keep", action="store_true", help="leave the fleet `bench` up")
    chosen = options.parse_args()
    fleet = Fleet("bench")
    try:
        flink_conf.main()
        if not chosen.short:
            judging(fleet)
            delivering(fleet)
        fleet.create(3)
        playbooks(fleet)
        memory(fleet)
        faults(fleet)
        if not chosen.short:
            growth(fleet)
    finally:
        if not chosen.keep:
            fleet.destroy()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FleetError as error:
        sys.exit(f"bench: {error}")
