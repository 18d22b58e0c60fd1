# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""flink-conf.yaml without its secrets, and which of them Flink itself hides."""

from __future__ import annotations

from typing import Collection, List, Tuple

from ...secrets import HIDDEN, Secrets
from .reader import java_lines, java_trim

# GlobalConfiguration.isSensitive: parts of the lower-case key, from this minor version on.
_FLINK_LISTS: Tuple[Tuple[int, Tuple[str, ...]], ...] = (
    (5, ("password", "secret")),
    (9, ("fs.azure.account.key",)),
    (11, ("apikey",)),
    (17, ("auth-params", "service-key", "token", "basic-auth", "jaas.config")),
    (19, ("http-headers",)),
)


def flink_hides(key: str, minor: int) -> bool:
    """Whether Flink 1.MINOR itself prints the value of ``key`` as ****** when it logs its configuration."""
    lower = key.lower()
    return any(part in lower for start, parts in _FLINK_LISTS if minor >= start for part in parts)


def show_text(text: str, secrets: Secrets, changed: Collection[str] = ()) -> str:
    """A whole file without secrets; the secrets among the keys ``changed`` are marked, since a difference would not show them."""
    return "".join(_show_line(line, secrets, changed) + end for line, end in java_lines(text))


def _show_line(line: str, secrets: Secrets, changed: Collection[str]) -> str:
    shown: List[str] = []
    for part in line.split("#"):
        key, colon, value = part.partition(":")
        if not (colon and secrets.is_secret(key) and java_trim(value)):
            shown.append(secrets.show("", part))
            continue
        live = not shown and java_trim(key) in changed
        shown.append(f"{key}: {HIDDEN}" + (" (new value)" if live else ""))
        # What follows may be the rest of a secret with a "#" in it.
        break
    return "#".join(shown)
