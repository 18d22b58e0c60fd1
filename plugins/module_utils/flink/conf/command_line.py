# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings on the command line of a TaskManager on Mesos.

Flink's AppMaster has a shell start it with the whole configuration as words -Dkey=value, and puts a value into double quotes when it has a
blank; it escapes nothing (ContainerSpecification and LaunchableMesosWorker of 1.11 to 1.13).
"""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from ...secrets import HIDDEN, Secrets

#: The role's own: Flink has no other place for it, and so its principal may do nothing but what Flink does.
FRAMEWORK_SECRET = "mesos.resourcemanager.framework.secret"  # noqa: S105 - the name of a key
OPERATORS = ";&|<>()"
#: Ends of keys that name a class, such as that of fs.s3a.aws.credentials.provider.
CLASSES = ("provider", "providers", "class")


def shell_takes_apart(value: str) -> bool:
    """Whether a shell would end the word within the value, run a part of it, or wait for the end of a quote."""
    text = f'"{value}"' if " " in value else value
    quote, escaped = "", False
    for number, character in enumerate(text):
        if escaped:
            escaped = False
        elif quote == "'":
            quote = "" if character == "'" else quote
        elif character == "\\":
            escaped = True
        elif character == "`" or text.startswith("$(", number):
            return True
        elif character == '"':
            quote = "" if quote else character
        elif not quote and character == "'":
            quote = character
        elif not quote and character in OPERATORS:
            return True
    return bool(quote) or escaped


def shown_secrets(settings: Mapping[str, Any], accepted: Sequence[str]) -> List[str]:
    """Keys whose values look like secrets, or have one inside, but for those that may be seen; their values are not told."""
    secrets = Secrets()
    return sorted(
        str(key) for key, value in settings.items()
        if key not in (*accepted, FRAMEWORK_SECRET) and value not in (None, "", [])
        and not isinstance(value, bool) and not str(key).lower().endswith(CLASSES)
        and (secrets.is_secret(str(key)) or HIDDEN in secrets.show("", _text(value)))
    )  # fmt: skip


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
