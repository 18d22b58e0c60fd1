# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a value is written into a unit of systemd, or into an environment file that systemd and a shell both read, so that it arrives as it is.

The rules are those of systemd 219 to 257: systemd.service(5), COMMAND LINES; systemd.exec(5), EnvironmentFile=; src/basic/env-file.c and
src/basic/extract-word.c.
"""

from __future__ import annotations

import re
from typing import Any, List, Mapping, Optional

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
#: What needs no quotes in a unit.
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+", re.ASCII)
_PATH = re.compile(r"[A-Za-z0-9_@+=./-]+", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", re.ASCII)
#: In double quotes systemd and a shell take a backslash away before these, and leave it before all else.
_ESCAPED = re.compile(r'[\\"`$]')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def spelled(value: Any) -> str:
    """A scalar as text: true and false in small letters, as Java and Mesos read them."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def unit_value(value: Any) -> str:
    """``value`` as one word of a setting in a unit, such as ``Environment=`` or ``ReadWritePaths=``."""
    text = spelled(value)
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("%", "%%")
    return f'"{text}"'


def unit_word(value: Any) -> str:
    """``value`` as one argument on a command line in a unit, where ``$`` would be the beginning of a variable as well."""
    return unit_value(value).replace("$", "$$")


def environment_lines(variables: Mapping[str, Any]) -> str:
    """The variables, sorted by name, one a line, for ``EnvironmentFile=`` and for ``.`` of a shell; those that are null are left out."""
    lines = []
    for name, value in sorted(variables.items()):
        if value is not None:
            lines.append('{}="{}"\n'.format(name, _ESCAPED.sub(r"\\\g<0>", spelled(value))))
    return "".join(lines)


def environment_faults(variable: str, given: Any, owned: Mapping[str, str]) -> List[str]:
    """One sentence for each entry of the role's ``variable`` that cannot be an environment variable. Values, which may be secret, are not shown.

    ``owned`` names for what is the role's own the variable that is to be set instead; a name that ends in ``*`` is a prefix.
    """
    if not isinstance(given, Mapping):
        return [f"{variable} is not a map: write names of environment variables and their values."]
    said = []
    for name, value in given.items():
        reason = _environment_fault(str(name), value, owned)
        said += [f"{variable}: {name} {reason}."] if reason else []
    return said


def _environment_fault(name: str, value: Any, owned: Mapping[str, str]) -> Optional[str]:
    instead = next((owned[own] for own in owned if name == own or (own.endswith("*") and name.startswith(own[:-1]))), None)
    if not NAME.fullmatch(name):
        return "is no name of an environment variable: use letters, digits and _, no digit first"
    if instead is not None:
        return f"is the role's own: set {instead} instead" if instead else "is the role's own: take it out"
    if isinstance(value, Mapping):
        return "is a map, and an environment variable is one text: write it as that"
    if isinstance(value, (list, tuple)):
        return "is a list, and an environment variable is one text: write it with the separator that its reader takes (, or :)"
    if value is not None and _CONTROL.search(spelled(value)):
        return "has a control character in its value: take it out"
    return None


def path_faults(paths: Mapping[str, Any]) -> List[str]:
    """One sentence for each path on the hosts that a unit, a start script or a list of paths would not take as it is.

    ``paths`` are values of variables by their names, each a path or a list of them; an empty one is none.
    """
    said = []
    for variable, value in paths.items():
        for path in value if isinstance(value, (list, tuple)) else [value]:
            text = spelled(path)
            if text and not text.startswith("/"):
                said.append(f"{variable} is {text!r}, and not absolute: begin it with /.")
            elif text and not _PATH.fullmatch(text):
                said.append(
                    f"{variable} is {text!r}, and units, start scripts and lists of paths would take it apart: use letters, digits and . _ - + @ ="
                    " in paths."
                )
    return said


def account_faults(accounts: Mapping[str, Any]) -> List[str]:
    """One sentence for each name that no account or group can have, nor ``User=`` of a unit; ``accounts`` are values of variables by names."""
    return [
        f"{variable} is {spelled(value)!r}, which no account can be called: use letters, digits and . _ -, a letter first, and 32 at most."
        for variable, value in accounts.items() if not _ACCOUNT.fullmatch(spelled(value))
    ]  # fmt: skip


def java_option_faults(variable: str, options: Any, split: str = "") -> List[str]:
    """One sentence for each JVM option that would not reach the JVM as it is written.

    ``split`` names the program that takes the options apart at blanks; without it each of them may hold any character.
    """
    if not isinstance(options, (list, tuple)):
        return [f"{variable} is not a list: write one option of the JVM an entry."]
    said = []
    for option in options:
        text = spelled(option)
        # What follows may be a password.
        name = text.partition("=")[0]
        if not text.startswith(("-", "@")):
            said.append(f"{variable}: {name} is no option of a JVM, as it does not begin with -: write one option an entry.")
        elif _CONTROL.search(text) or "\n" in text:
            said.append(f"{variable}: {name} has a control character or a line break: take it out.")
        elif split and re.search(r"[\s'\"\\*?\[]", text):
            said.append(
                f"{variable}: {name} has a blank, a quote, a backslash or one of * ? [, and {split} takes options apart at blanks and reads no"
                " quotes: write it without, or put the option into a file on the hosts and name that, as @FILE (Java 9 and newer)."
            )
    return said
