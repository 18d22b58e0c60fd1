# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps between an ensemble in clear and one over TLS, and which of them a run takes.

Members hear each other when their steps are the same or neighbours, so each step is a roll over all members, one at a time:

=========  ====================  =========================
step       a member calls by     a member takes
=========  ====================  =========================
PLAIN      clear                 clear
MIXED      clear                 both
ENCRYPTED  TLS                   both
STRICT     TLS                   TLS
=========  ====================  =========================

Where a member is, is read from what it was started with, so that a run goes on where another one was killed.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, Sequence

from .transport import BUNDLE, ENCRYPTED, MIXED, PLAIN, STRICT


def configured(text: str) -> Dict[str, str]:
    """The lines of a zoo.cfg that the role has written, by their keys."""
    return dict(line.partition("=")[::2] for line in text.splitlines())


def step_of(settings: Mapping[str, str]) -> int:
    """Where a member is that runs with these lines; TLS that a user has set up by ``zookeeper_settings`` is none of the steps."""
    if settings.get("ssl.quorum.keyStore.location") != BUNDLE:
        return PLAIN
    if settings.get("sslQuorum") != "true":
        return MIXED
    return ENCRYPTED if settings.get("portUnification") == "true" else STRICT


def rolls(running: Sequence[int], target: int, alone: bool = False) -> List[int]:
    """The steps that all members take in this run one after the other, the last of which is ``target``; at least one.

    ``running`` are the steps of the members that run. Who is ``alone`` has nobody to hear, and goes at once.
    """
    if not running or alone:
        return [target]
    if target == PLAIN:
        return list(range(max(max(running) - 1, PLAIN), PLAIN - 1, -1))
    return list(range(min(min(running) + 1, target), target + 1))


def step_faults(running: Sequence[int], target: int, outside: Sequence[str]) -> List[str]:
    """Why members cannot take a step now, one sentence; ``outside`` are the members that are not in this run."""
    if not outside or all(step == target for step in running):
        return []
    return [
        f"The members come to zookeeper_tls as it is now in steps that all of them take, and {', '.join(outside)} would not, outside this run: run "
        "without --limit, or set it back."
    ]
