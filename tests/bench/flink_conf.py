# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of flink_conf that changes nothing costs over a module that does nothing.

    .venv/bin/python -m tests.bench.flink_conf [--rounds N] [--python PATH]

Both modules are packed as Ansible packs them for a host (AnsiballZ with all they import) and run by a Python as on a host,
in turns. The file has 300 lines, of which the request names 124. The processor time is what the budget is about; the time on
the clock is the same on an idle machine, and more where others want the processors too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".cache" / "collections"
BUDGET = 0.100
LINES, SETTINGS = 300, 124
MODULE = "ansible_collections.baremetal.flink.plugins.modules.flink_conf"

EMPTY = """#!/usr/bin/python
from __future__ import annotations
from ansible.module_utils.basic import AnsibleModule
AnsibleModule(argument_spec={"path": {"type": "path"}}, supports_check_mode=True).exit_json(changed=False)
"""


class Run(NamedTuple):
    """One run of a packed module: what it printed, and seconds by the clock and on the processor."""

    result: Dict[str, Any]
    clock: float
    processor: float


class Figures(NamedTuple):
    """Medians of seconds on the host by the clock and on the processor, of seconds of packing, and bytes sent."""

    clock: float
    processor: float
    packing: float
    size: int


def payload(name: str, path: Path, arguments: Dict[str, Any], python: str) -> bytes:
    """The file that Ansible would put on the host for this task."""
    from ansible.executor import module_common
    from ansible.parsing.dataloader import DataLoader
    from ansible.template import Templar

    built = module_common.modify_module(
        module_name=name,
        module_path=str(path),
        module_args=arguments,
        templar=Templar(DataLoader()),
        module_compression="ZIP_DEFLATED",
        task_vars={"ansible_python_interpreter": python},
    )
    return built.b_module_data


def request(path: str) -> Dict[str, Any]:
    """A call as the role makes it, with many settings, that finds the file as it wants it."""
    settings = {f"metrics.reporter.r{number}.class": f"org.acme.Reporter{number}" for number in range(SETTINGS - 8)}
    settings.update({"taskmanager.memory.process.size": "4g", "akka.ask.timeout": "10 s", "state.backend.incremental": True, "rest.port": 8081})
    return {"path": path, "version": "1.12.5", "settings": settings, "high_availability": "zookeeper", "zookeeper_quorum": "a:2181,b:2181,c:2181",
            "storage_dir": "hdfs://flink-hdfs/flink/ha", "mesos_workers_path": "/mesos-workers"}


def execute(python: str, file: Path) -> Run:
    """Run a packed module as the host would."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    ran = subprocess.run([python, file], capture_output=True, check=True, text=True)
    clock = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(json.loads(ran.stdout), clock, processor)


def measure(rounds: int, python: str) -> Dict[str, Figures]:
    """The figures of the modules "empty" and "flink_conf"."""
    from ansible.plugins.loader import init_plugin_loader

    # Also puts this checkout's collections in reach, as for any ansible command here.
    init_plugin_loader([str(COLLECTIONS)])
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        conf = folder / "flink-conf.yaml"
        conf.write_text("".join(f"# comment {number}\n" for number in range(LINES - SETTINGS)), encoding="utf-8")
        empty = folder / "empty.py"
        empty.write_text(EMPTY, encoding="utf-8")
        packed = {
            "empty": lambda: payload("empty", empty, {"path": str(conf)}, python),
            "flink_conf": lambda: payload(MODULE, COLLECTIONS.joinpath(*MODULE.split(".")).with_suffix(".py"), request(str(conf)), python),
        }
        files = {name: folder / f"AnsiballZ_{name}.py" for name in packed}
        for name, pack in packed.items():
            files[name].write_bytes(pack())
        first = execute(python, files["flink_conf"])
        if not first.result["changed"] or len(conf.read_text(encoding="utf-8").splitlines()) != LINES:
            raise SystemExit("the first run did not make the file of 300 lines that the bench is about")
        runs: Dict[str, List[Run]] = {name: [] for name in packed}
        packing: Dict[str, List[float]] = {name: [] for name in packed}
        for _number in range(rounds):
            for name, pack in packed.items():
                started = time.perf_counter()
                pack()
                packing[name].append(time.perf_counter() - started)
                runs[name].append(execute(python, files[name]))
        if any(run.result["changed"] for run in runs["flink_conf"]):
            raise SystemExit("flink_conf changed something in a run that should change nothing")
        return {
            name: Figures(
                clock=statistics.median(run.clock for run in runs[name]),
                processor=statistics.median(run.processor for run in runs[name]),
                packing=statistics.median(packing[name]),
                size=file.stat().st_size,
            )
            for name, file in files.items()
        }


def main(arguments: Sequence[str] = ()) -> int:
    """Print the figures; the status is 1 when the overhead is over its budget."""
    parser = argparse.ArgumentParser(description="What a run of flink_conf that changes nothing costs over an empty module.")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--python", default=sys.executable, help="the Python of the host")
    options = parser.parse_args(arguments)
    os.environ.setdefault("ANSIBLE_CONFIG", str(ROOT / "ansible.cfg"))
    figures = measure(options.rounds, options.python)
    print(f"flink_conf without a change, {LINES} lines, {SETTINGS} of them asked for; medians of {options.rounds} runs in turns")
    for name, found in figures.items():
        print(
            f"  {name:<12}{found.processor * 1000:6.0f} ms on the processor,{found.clock * 1000:6.0f} ms by the clock, "
            f"{found.size / 1024:4.0f} KiB sent, packed in {found.packing * 1000:.0f} ms"
        )
    empty, module = figures["empty"], figures["flink_conf"]
    overhead = module.processor - empty.processor
    clock = module.clock - empty.clock
    print(f"  {'overhead':<12}{overhead * 1000:6.0f} ms on the processor,{clock * 1000:6.0f} ms by the clock; budget {BUDGET * 1000:.0f} ms")
    return 0 if overhead < BUDGET else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
