# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCP ports on which daemons of a layer take connections, as the firewall of the role security and the playbook audit have to know them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterable, List, Tuple

from .errors import InputError

_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


#: Languages; all but the first are HTTP, with another path to ask for.
ZOOKEEPER, FLINK, WEBHDFS, MESOS, MARATHON, WEB = "zookeeper", "flink", "webhdfs", "mesos", "marathon", "web"


@dataclass(frozen=True)
class Listener:
    """Ports from ``first`` to ``last`` of a daemon. ``clients`` tells whether those who merely use the layer need them too.

    ``origin`` is the variable or the setting that they come from, for sentences. ``speaks`` is the language in which something harmless can be
    asked there, one of those above, empty where a connection is all that is tried; ``tls`` is whether the inventory has TLS set up at such a port,
    and ``login`` whether it has nobody told anything there who does not say who he is.
    """

    origin: str
    first: int
    last: int
    clients: bool = False
    speaks: str = ""
    tls: bool = False
    login: bool = False


def listeners(origin: str, ports: Any, clients: bool = False, speaks: str = "", tls: bool = False, login: bool = False) -> List[Listener]:
    """Out of a port, a range such as ``6125-6130``, or several of both with commas in between.

    :raises InputError: it is none of them, or is 0, with which the system chooses a port that nobody knows beforehand.
    """
    found = []
    for part in str(ports).split(","):
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match.group(1)), int(match.group(2) or match.group(1))) if match else (0, 0)
        if not 0 < first <= last < 65536:
            raise InputError(
                f"{origin} is {ports!r}: a firewall has to know the port, so give one, or a range such as 6125-6130, "
                "of the numbers from 1 to 65535; or set security_profile: open, which means no firewall."
            )
        found.append(Listener(origin, first, last, clients, speaks, tls, login))
    return found


def merged(listening: Iterable[Listener]) -> List[Tuple[int, int]]:
    """Their ports as ascending ranges that neither overlap nor touch."""
    result: List[Tuple[int, int]] = []
    for first, last in sorted((one.first, one.last) for one in listening):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return result
