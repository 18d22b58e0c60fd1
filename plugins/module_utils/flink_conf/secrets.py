# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values are secrets, and how a text is shown without them."""

from __future__ import annotations

import re
from typing import Collection, List, Sequence, Tuple

from ansible_collections.baremetal.flink.plugins.module_utils.flink_conf.reader import java_lines, java_trim

HIDDEN = "******"

# GlobalConfiguration.isSensitive: parts of the lower-case key, from this minor version on.
_FLINK_LISTS: Tuple[Tuple[int, Tuple[str, ...]], ...] = (
    (5, ("password", "secret")),
    (9, ("fs.azure.account.key",)),
    (11, ("apikey",)),
)

# What no version of Flink hides in its own log, or only later ones: hidden here whatever the version.
ALWAYS = ("password", "secret", "fs.azure.account.key", "apikey", "api-key", "api_key", "token", "credential", "passwd", "passphrase",
          "access.key", "access-key", "access_key", "accesskey", "account.key", "private-key", "private.key", "privatekey", "signature",
          "fs.azure.sas.")

_ASSIGNED = re.compile(r"(?i)((?:password|passwd|secret|token|credential|api[_-]?key|access[._-]?key)[\w.-]{0,80}[=:])([^\s,;&]+)")
_USER_INFO = re.compile(r"(://[^/\s:@]*:)([^/\s@]+)(?=@)")


def flink_hides(key: str, minor: int) -> bool:
    """Whether Flink 1.MINOR itself prints the value of ``key`` as ****** when it logs its configuration."""
    lower = key.lower()
    return any(part in lower for start, parts in _FLINK_LISTS if minor >= start for part in parts)


class Secrets:
    """What is hidden in results, differences and messages. ``more`` are further parts of keys, in any case."""

    def __init__(self, more: Sequence[str] = ()) -> None:
        self.parts = ALWAYS + tuple(part.lower() for part in more if part)

    def is_secret(self, key: str) -> bool:
        """Whether the value of ``key`` is never shown."""
        lower = key.lower()
        return any(part in lower for part in self.parts)

    def show(self, key: str, value: str) -> str:
        """The value as it may be printed: hidden as a whole, or without the passwords inside (JVM options, URLs)."""
        if self.is_secret(key):
            return HIDDEN
        return _USER_INFO.sub(r"\1" + HIDDEN, _ASSIGNED.sub(r"\1" + HIDDEN, value))

    def show_text(self, text: str, changed: Collection[str] = ()) -> str:
        """A whole file without secrets; the secrets among the keys ``changed`` are marked, since a difference would not show them."""
        return "".join(self._show_line(line, changed) + end for line, end in java_lines(text))

    def _show_line(self, line: str, changed: Collection[str]) -> str:
        shown: List[str] = []
        for part in line.split("#"):
            key, colon, value = part.partition(":")
            if not (colon and self.is_secret(key) and java_trim(value)):
                shown.append(self.show("", part))
                continue
            live = not shown and java_trim(key) in changed
            shown.append(f"{key}: {HIDDEN}" + (" (new value)" if live else ""))
            # What follows may be the rest of a secret with a "#" in it.
            break
        return "#".join(shown)


def public_arguments(arguments: Sequence[str]) -> List[str]:
    """Arguments of a program without the values of ``--password x``, ``--token=x`` and their like."""
    secrets, shown, hide = Secrets(), [], False
    for argument in arguments:
        option = argument.startswith("-")
        shown.append(HIDDEN if hide and not option else secrets.show("", argument))
        hide = option and "=" not in argument and secrets.is_secret(argument)
    return shown
