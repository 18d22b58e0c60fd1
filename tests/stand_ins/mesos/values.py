# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations and sizes as Mesos reads and prints them ("10mins", "2GB").

Does not read fractions of a nanosecond or of a byte; Mesos neither.
"""

from __future__ import annotations

import re

NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "secs": 10**9,
    "mins": 60 * 10**9,
    "hrs": 3600 * 10**9,
    "days": 86400 * 10**9,
    "weeks": 7 * 86400 * 10**9,
}
BYTES = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


def parse_duration(text: str) -> float:
    """Seconds. ValueError says what is wrong, in the server's words."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)([a-z]+)", text)
    if not match:
        raise ValueError(f"Invalid duration '{text}'")
    if match[2] not in NANOSECONDS:
        raise ValueError(f"Unknown duration unit '{match[2]}'")
    return float(match[1]) * NANOSECONDS[match[2]] / 1e9


def format_duration(seconds: float) -> str:
    """The largest unit that gives a whole number, as /flags shows it."""
    nanoseconds = round(seconds * 1e9)
    if nanoseconds == 0:
        return "0ns"
    unit = next(name for name in reversed(list(NANOSECONDS)) if nanoseconds % NANOSECONDS[name] == 0)
    return f"{nanoseconds // NANOSECONDS[unit]}{unit}"


def parse_bytes(text: str) -> int:
    """Bytes."""
    match = re.fullmatch(r"(\d+)([A-Z]+)", text)
    if not match:
        raise ValueError(f"Invalid bytes '{text}'")
    if match[2] not in BYTES:
        raise ValueError(f"Unknown bytes unit '{match[2]}'")
    return int(match[1]) * BYTES[match[2]]


def format_bytes(count: int) -> str:
    """The largest unit that gives a whole number."""
    unit = next((name for name in reversed(list(BYTES)) if count and count % BYTES[name] == 0), "B")
    return f"{count // BYTES[unit]}{unit}"
