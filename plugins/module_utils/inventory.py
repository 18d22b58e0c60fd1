# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host among the others of its inventory, as a play sees them; and what a layer says of it before anything is touched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence


@dataclass(frozen=True)
class Inventory:
    """``host`` is the one that is judged; ``facts`` have at least its distribution.

    ``options`` are the role's, by their names and converted to their types, and what it computes for the judgement; ``family`` is what the role
    knows of the host's family of distributions, its ``__ROLE_families``.
    """

    host: str
    groups: Mapping[str, Sequence[str]]
    hostvars: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Any]
    options: Mapping[str, Any]
    family: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """``faults`` end the run, one sentence each. Without any, ``look`` are arguments of host_preflight, and ``known`` goes into the result.

    ``after`` is handed the answer of host_preflight, and says in a verdict of its own what that means.
    """

    faults: List[str] = field(default_factory=list)
    look: Dict[str, Any] = field(default_factory=dict)
    known: Dict[str, Any] = field(default_factory=dict)
    after: Optional[Callable[[Mapping[str, Any]], "Verdict"]] = None


def pending(units: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """Hosts where the unit, as host_units tells of it, does not run, or runs with older files."""
    return [host for host, unit in units.items() if unit["active"] != "active" or unit.get("stale")]
