# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line and MESOS_* environment, read as strictly as Mesos 1.11 reads them.

The list of flags is data/flags.json. Flags that the recorded server was built without (SSL, port mapping, XFS, seccomp) are
unknown here too. Does not print the description of a flag under --help.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from .values import format_bytes, format_duration, parse_bytes, parse_duration

DATA = Path(__file__).parent / "data" / "flags.json"
NOT_BUILT = ("ENABLE_", "USE_SSL_SOCKET")
PATH_TYPED = ("whitelist", "credentials", "jwt_secret_key", "credential", "http_credentials")
PACKAGED = {"webui_dir": "/usr/share/mesos/webui", "launcher_dir": "/usr/libexec/mesos"}


class FlagError(Exception):
    """A sentence for the user; the process ends with status 1."""


def known_flags(daemon: str) -> Dict[str, Dict[str, Any]]:
    """Flags of "master" or "agent" by name."""
    flags = json.loads(DATA.read_text(encoding="utf-8"))["flags"]
    return {
        flag["name"]: flag
        for flag in flags
        if flag["applies_to"] in (daemon, "both")
        and not any(condition.startswith(NOT_BUILT) for condition in flag.get("build_condition", []))
    }


class Flags:
    """Values by name, as attributes: typed, None where nothing was given and there is no default."""

    def __init__(self, daemon: str, specifications: Dict[str, Dict[str, Any]]) -> None:
        self.daemon = daemon
        self.specifications = specifications
        self.values: Dict[str, Any] = {}
        self.warnings: List[str] = []

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def shown(self) -> Dict[str, str]:
        """All flags that have a value, as /flags prints them."""
        return {
            name: show(self.specifications[name], value) for name, value in sorted(self.values.items()) if value is not None
        }


class PathOrValue(str):
    """What the flags zk and master hold; of a file /flags and the log show the path alone (SecurePathOrValue of stout/flags/flag.hpp)."""

    path: Optional[str] = None


def path_or_value(text: str) -> PathOrValue:
    """The content of file:///path as it is, or the text itself."""
    found = PathOrValue(read_file(text))
    if text.startswith("file://"):
        found.path = text[len("file://") :]
    return found


def show(flag: Dict[str, Any], value: Any) -> str:
    """One value as text."""
    if isinstance(value, PathOrValue) and value.path:
        return value.path
    if isinstance(value, bool):
        return "true" if value else "false"
    if flag["type"] == "duration":
        return format_duration(value)
    if flag["type"] == "bytes":
        return format_bytes(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"))
    return str(value)


def computed_default(flag: Dict[str, Any]) -> Any:
    """Defaults that depend on the host."""
    name = flag["name"]
    if name in PACKAGED:
        return PACKAGED[name]
    if name == "runtime_dir":
        return "/var/run/mesos" if os.access("/var/run", os.R_OK | os.W_OK) else "/tmp/mesos/runtime"
    if name == "launcher":
        return None
    default = flag.get("default")
    return default if not isinstance(default, str) else convert(flag, default)


def read_file(text: str) -> str:
    """What file:///path holds, or the text itself."""
    if not text.startswith("file://"):
        return text
    path = text[len("file://") :]
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"Error reading file '{path}': {error.strerror}") from error


def parse_bool(text: str) -> bool:
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise ValueError(f"Expecting a boolean (e.g., true or false), not '{text}'")


def parse_number(kind: Callable[[str], float]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"Failed to convert '{text}' to number") from None

    return parse


def parse_json(text: str) -> Any:
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise ValueError(f"Failed to parse JSON: {error}") from error
    if not isinstance(parsed, (dict, list)):
        raise ValueError("Expecting a JSON object")
    return parsed


#: By the type of a flag; every other one is a text.
PARSERS: Dict[str, Callable[[str], Any]] = {
    "bool": parse_bool, "int": parse_number(int), "float": parse_number(float), "duration": parse_duration, "bytes": parse_bytes, "json|path": parse_json,
}


def convert(flag: Dict[str, Any], text: str) -> Any:
    """The typed value; ValueError says why not."""
    kind, name = flag["type"], flag["name"]
    if kind == "path" or name in PATH_TYPED:
        return text[len("file://") :] if text.startswith("file://") else text
    if kind == "json|path" and text.startswith("/"):
        text = "file://" + text
    if kind == "string|file":
        return path_or_value(text)
    text = read_file(text)
    return PARSERS.get(kind, str)(text)


def command_line(arguments: Sequence[str]) -> List[Tuple[str, Any]]:
    """(name as typed, value or None) of everything that starts with --; the rest is ignored as Mesos does."""
    pairs: List[Tuple[str, Any]] = []
    for argument in arguments:
        if argument == "--":
            break
        if argument.startswith("--"):
            name, equals, value = argument[2:].partition("=")
            pairs.append((name.strip(), value if equals else None))
    return pairs


def parse(daemon: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Flags:
    """All flags of the daemon. FlagError for whatever would end the real one before it starts."""
    specifications = known_flags(daemon)
    flags = Flags(daemon, specifications)
    names = {name: name for name in specifications}
    names.update({flag["deprecated_alias"]: name for name, flag in specifications.items() if flag.get("deprecated_alias")})
    given: Dict[str, Tuple[str, Any]] = {}
    for variable, value in environment.items():
        name = names.get(variable[len("MESOS_") :].lower()) if variable.startswith("MESOS_") else None
        if name:
            given[name] = (variable[len("MESOS_") :].lower(), value)
    typed: Dict[str, str] = {}
    for raw, value in command_line(arguments):
        name, negated = raw, False
        if name not in names and name.startswith("no-"):
            name, negated = name[3:], True
        if name not in names:
            raise FlagError(f"Failed to load unknown flag '{name}'" + (f" via '{raw}'" if negated else ""))
        if negated and specifications[names[name]]["type"] != "bool":
            raise FlagError(f"Failed to load non-boolean flag '{name}' via '{raw}'")
        if negated and value is not None:
            raise FlagError(f"Failed to load boolean flag '{name}' via '{raw}' with value '{value}'")
        if names[name] in typed:
            other = typed[names[name]]
            raise FlagError(
                f"Duplicate flag '{name}' on command line" if other == name else f"Flag '{names[name]}' is already loaded via name '{other}'"
            )
        typed[names[name]] = name
        given[names[name]] = (name, "false" if negated else value)
    for name, flag in specifications.items():
        flags.values[name] = load(flag, *given[name], warnings=flags.warnings) if name in given else computed_default(flag)
    for name, flag in specifications.items():
        if flag.get("required") and flags.values[name] is None and not flags.help and not flags.version:
            raise FlagError(f"Flag '{name}' is required, but it was not provided")
    return flags


def load(flag: Dict[str, Any], name: str, value: Any, warnings: List[str]) -> Any:
    """One value, judged."""
    if name != flag["name"]:
        warnings.append(f"Loaded deprecated flag '{name}' via alias of '{flag['name']}'")
    if value is None and flag["type"] != "bool":
        raise FlagError(f"Failed to load non-boolean flag '{name}': Missing value")
    try:
        result = convert(flag, "true" if value in (None, "") and flag["type"] == "bool" else value)
    except ValueError as error:
        raise FlagError(f"Failed to load flag '{name}': Failed to load value '{value}': {error}") from error
    limits = flag.get("range") or {}
    low, high = (parse_duration(limits[end]) if isinstance(limits.get(end), str) else limits.get(end) for end in ("min", "max"))
    if (low is not None and result < low) or (high is not None and result > high):
        bounds = " and ".join(f"{word} {limits[end]}" for end, word in (("min", "at least"), ("max", "at most")) if end in limits)
        raise FlagError(f"Invalid value '{value}' for --{flag['name']}. Must be {bounds}")
    if flag.get("choices") and result not in flag["choices"]:
        raise FlagError(f"Invalid value '{value}' for --{flag['name']}. Must be one of {', '.join(flag['choices'])}")
    return result
