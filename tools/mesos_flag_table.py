# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plugins/module_utils/mesos/flag_table.py, the flags of Mesos 1.11 and of Marathon 1.9 to 1.11.

    python3 tools/mesos_flag_table.py            writes the table
    python3 tools/mesos_flag_table.py --check    fails when the table is not up to date

The input, tools/data/mesos-flags.json and tools/data/marathon-flags.json, was read from the sources that its "source" names. The
output is text, not Python data, for the reason that tools/option_catalogue.py gives.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Dict, List

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tools" / "data"
OUTPUT = ROOT / "plugins" / "module_utils" / "mesos" / "flag_table.py"

HEADER = '''# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags of Mesos 1.11 and of Marathon 1.9 to 1.11; written by tools/mesos_flag_table.py, which is the place to change anything.

MESOS: flag, daemon that takes it (master, agent or both), type, traits.
MARATHON: flag, type, traits; int with "default=" where a rule compares two flags.
Traits: one=CHOICES, min=, max=, alias=DEPRECATED NAME, since=VERSION, removed=VERSION; "-" for none.
"""

from __future__ import annotations

'''

#: Defaults that a rule of Marathon compares (see marathon_flags.py).
COMPARED = ("group_versions_cache_size", "max_running_deployments")


def traits(flag: Dict[str, Any]) -> str:
    """The last column of a line."""
    found = []
    if flag.get("choices"):
        found.append("one=" + ",".join(flag["choices"]))
    found += [f"{bound}={value}" for bound, value in sorted(flag.get("range", {}).items())]
    if flag.get("deprecated_alias"):
        found.append("alias=" + flag["deprecated_alias"])
    if flag.get("since"):
        found.append("since=" + flag["since"])
    if flag.get("removed_in"):
        # The version comes first, a remark may follow.
        found.append("removed=" + flag["removed_in"].split()[0])
    if flag["name"] in COMPARED:
        found.append(f"default={flag['default']}")
    return ";".join(found) or "-"


def mesos_lines(source: Dict[str, Any]) -> List[str]:
    """One line for each flag and daemon."""
    return sorted(f"{flag['name']} {flag['applies_to']} {flag['type']} {traits(flag)}" for flag in source["flags"])


def marathon_lines(source: Dict[str, Any]) -> List[str]:
    """One line for each flag."""
    return sorted(f"{flag['name']} {flag['type']} {traits(flag)}" for flag in source["flags"])


def render(mesos: Dict[str, Any], marathon: Dict[str, Any]) -> str:
    """The text of flag_table.py for the two parsed inputs."""
    tables = (("MESOS", mesos_lines(mesos)), ("MARATHON", marathon_lines(marathon)))
    return HEADER + "\n".join(f'{name} = """\\\n' + "\n".join(lines) + '\n"""\n' for name, lines in tables)


def main() -> int:
    """Write or check the table; the exit status is 1 when --check finds a difference."""
    parser = argparse.ArgumentParser(description="Writes the table of the flags of Mesos and Marathon.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the table is not what would be written")
    arguments = parser.parse_args()
    mesos, marathon = (json.loads((DATA / name).read_text(encoding="utf-8")) for name in ("mesos-flags.json", "marathon-flags.json"))
    text = render(mesos, marathon)
    if not arguments.check:
        OUTPUT.write_text(text, encoding="utf-8")
    elif OUTPUT.read_text(encoding="utf-8") != text:
        print(f"{OUTPUT.relative_to(ROOT)} is not what {Path(__file__).name} writes; run it without --check.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
