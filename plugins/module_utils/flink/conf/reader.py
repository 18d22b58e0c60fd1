# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Flink reads flink-conf.yaml, which is not YAML.

A port of ``GlobalConfiguration.loadYAMLResource``, the same code in all releases from 1.2 to 1.20, and of
``readFromConfig`` in bin/config.sh, which reads a few keys of the same file with sed and so differs in details.
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

# String.trim() drops what is not above U+0020; str.strip() would also drop U+00A0, U+0085, U+2028 and others.
JAVA_SPACE = "".join(chr(code) for code in range(0x21))

# BufferedReader.readLine() knows these three; str.splitlines() would cut at U+000B, U+000C, U+0085, U+2028 and others too.
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")

# What bin/config.sh of the releases 1.2 to 1.20 reads by itself, before any Java runs.
SCRIPT_KEYS = frozenset(
    (
        "env.hadoop.conf.dir",
        "env.hbase.conf.dir",
        "env.java.default-opts.all",
        "env.java.default-opts.jobmanager",
        "env.java.default-opts.taskmanager",
        "env.java.home",
        "env.java.opts",
        "env.java.opts.all",
        "env.java.opts.client",
        "env.java.opts.historyserver",
        "env.java.opts.jobmanager",
        "env.java.opts.sql-gateway",
        "env.java.opts.taskmanager",
        "env.log.dir",
        "env.log.level",
        "env.log.max",
        "env.pid.dir",
        "env.ssh.opts",
        "env.stdout-err.redirect-to-file",
        "env.yarn.conf.dir",
        "high-availability",
        "high-availability.type",
        "jobmanager.heap.mb",
        "jobmanager.heap.size",
        "recovery.mode",
        "taskmanager.compute.numa",
        "taskmanager.heap.mb",
        "taskmanager.heap.size",
        "taskmanager.memory.fraction",
        "taskmanager.memory.off-heap",
        "taskmanager.memory.preallocate",
        "taskmanager.memory.size",
        "taskmanager.network.memory.fraction",
        "taskmanager.network.memory.max",
        "taskmanager.network.memory.min",
        "zookeeper.heap.mb",
    )
)


class Setting(NamedTuple):
    """What Flink takes from one line."""

    key: str
    value: str


def java_trim(text: str) -> str:
    """Java's String.trim()."""
    return text.strip(JAVA_SPACE)


def java_lines(text: str) -> List[Tuple[str, str]]:
    """The lines of ``text`` as BufferedReader sees them, each with its terminator ("" on an unterminated last line)."""
    lines = [(match.group(1), match.group(2)) for match in _LINE.finditer(text)]
    # The pattern also matches the empty rest after the last terminator, which is no line.
    while lines and lines[-1] == ("", ""):
        lines.pop()
    return lines


def read_line(line: str) -> Optional[Setting]:
    """The setting of one line; None for an empty line, a comment, and what Flink skips with a warning."""
    conf = java_trim(line.split("#", 1)[0])
    key, separator, value = conf.partition(": ")
    if not separator:
        return None
    key, value = java_trim(key), java_trim(value)
    return Setting(key, value) if key and value else None


def is_skipped(line: str) -> bool:
    """Whether Flink warns about the line and ignores it: there is text before any "#", but no "key: value"."""
    return bool(java_trim(line.split("#", 1)[0])) and read_line(line) is None


def read(text: str) -> Dict[str, str]:
    """The whole configuration; the last of several lines with the same key wins."""
    return dict(setting for setting in (read_line(line) for line, end in java_lines(text)) if setting)


def script_reads(line: str, key: str) -> Optional[str]:
    """What bin/config.sh takes for ``key`` from one line as sed sees it (without "\\n", with "\\r"); None if it does not match.

    Only spaces may stand before the key and before the colon, and a "\\r" stays in the value.
    """
    match = re.match(r" *" + re.escape(key).replace(r"\.", ".") + r" *: ([^#]*)", line)
    return match.group(1).strip(" ") if match else None
