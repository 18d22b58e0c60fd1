# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks ansible-doc for everything that the sources have, from an installed collection: python3 installed.py SOURCE INSTALLED"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COLLECTION = "baremetal.flink"
#: What is documented of each kind of plugin, by where its sources are.
SOURCES = {"module": "plugins/modules/*.py", "filter": "plugins/filter/*.yml", "role": "roles/*/meta/argument_specs.yml"}


def ansible_doc(*arguments: str) -> dict:
    """The answer in JSON; a plugin that it cannot read is a failure or a warning, and neither is let pass."""
    done = subprocess.run(["ansible-doc", "--json", *arguments], check=False, capture_output=True, text=True)
    if done.returncode or done.stderr.strip():
        sys.exit(f"dist: ansible-doc {' '.join(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def names(root: Path, kind: str) -> set[str]:
    """Full names of what there is of a kind."""
    found = root.glob(SOURCES[kind])
    return {f"{COLLECTION}.{path.parts[-3] if kind == 'role' else path.stem}" for path in found}


def filters(root: Path) -> set[str]:
    """What the Python files of plugins/filter offer, whether it is documented or not."""
    code = (
        "import importlib, pathlib, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "for path in pathlib.Path(sys.argv[2]).glob('plugins/filter/*.py'):\n"
        "    module = importlib.import_module(f'ansible_collections.baremetal.flink.plugins.filter.{path.stem}')\n"
        "    print(*module.FilterModule().filters(), sep='\\n')\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code, str(root.parents[2]), str(root)], check=True, capture_output=True, text=True)
    return {f"{COLLECTION}.{name}" for name in done.stdout.split()}


def main(source: Path, installed: Path) -> None:
    """Print how much is documented; exit with a sentence when something is not."""
    for kind in SOURCES:
        there = names(source, kind)
        listed = set(ansible_doc("--type", kind, "--list", COLLECTION))
        if there != listed or not there:
            sys.exit(f"dist: ansible-doc lists other {kind}s than the sources have: {sorted(there ^ listed)}")
        told = ansible_doc("--type", kind, *sorted(there))
        for name in there:
            if kind == "role" and not told[name]["entry_points"]:
                sys.exit(f"dist: role {name} has no entry point")
            if kind != "role" and not (told[name].get("examples") or "").strip():
                sys.exit(f"dist: {kind} {name} has no examples")
        print(f"{len(there)} {kind}s documented")
    undocumented = filters(installed) ^ names(source, "filter")
    actions = {f"{COLLECTION}.{path.stem}" for path in (source / "plugins" / "action").glob("*.py")} - names(source, "module")
    if undocumented or actions:
        sys.exit(f"dist: without documentation, or documented and not there: {sorted(undocumented | actions)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
