# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values are secrets, and how they are shown."""

from __future__ import annotations

import re
from typing import List, Sequence

HIDDEN = "******"

#: Parts of lower-case keys whose value is never shown.
ALWAYS = ("password", "secret", "fs.azure.account.key", "apikey", "api-key", "api_key", "token", "credential", "passwd", "passphrase",
          "access.key", "access-key", "access_key", "accesskey", "account.key", "private-key", "private.key", "privatekey", "signature",
          "fs.azure.sas.")

_ASSIGNED = re.compile(r"(?i)((?:password|passwd|secret|token|credential|api[_-]?key|access[._-]?key)[\w.-]{0,80}[=:])([^\s,;&]+)")
_USER_INFO = re.compile(r"(://[^/\s:@]*:)([^/\s@]+)(?=@)")


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


def public_arguments(arguments: Sequence[str]) -> List[str]:
    """Arguments of a program without the values of ``--password x``, ``--token=x`` and their like."""
    secrets, shown, hide = Secrets(), [], False
    for argument in arguments:
        option = argument.startswith("-")
        shown.append(HIDDEN if hide and not option else secrets.show("", argument))
        hide = option and "=" not in argument and secrets.is_secret(argument)
    return shown
