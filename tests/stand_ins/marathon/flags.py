# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line and MARATHON_* environment, as Marathon 1.11 reads them.

Does not load plugins, back-ups and metrics reporters: their flags are read and judged, and have no effect. Every fault of a flag is exit status 112.
"""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

#: ZkUrlPattern of ZookeeperConf.scala; user and password with it, hosts, path.
_HOST = r"[A-z0-9-.]+(?::\d+)?"
URL = re.compile(rf"zk://(?:([^/:]+:[^@]+)@)?({_HOST}(?:,{_HOST})*)(/[^/]+(?:/[^/]+)*)")
DATA = Path(__file__).parent / "data" / "flags.json"
PREFIX = "MARATHON_"


class FlagError(Exception):
    """Ends the process with 112."""


def known() -> Dict[str, Dict[str, Any]]:
    """All flags by name."""
    return {flag["name"]: flag for flag in json.loads(DATA.read_text(encoding="utf-8"))["flags"]}


def from_environment(environment: Mapping[str, str]) -> List[Tuple[str, Optional[str]]]:
    """MARATHON_HTTP_PORT=1 is --http_port 1, an empty value is a bare flag, MARATHON_APP_* is somebody else's."""
    pairs: List[Tuple[str, Optional[str]]] = []
    camel = {name.lower(): name for name in known()}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and not variable.startswith(PREFIX + "APP_"):
            name = variable[len(PREFIX) :].lower()
            pairs.append((camel.get(name, name), environment[variable] or None))
    return pairs


def from_command_line(arguments: Sequence[str]) -> List[Tuple[str, Optional[str]]]:
    """--name value, --name=value, or a bare --name."""
    pairs: List[Tuple[str, Optional[str]]] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            raise FlagError(f"Excess arguments provided: '{word}'")
        name, equals, value = word[2:].partition("=")
        if equals:
            pairs.append((name, value))
        elif words and not words[0].startswith("--"):
            pairs.append((name, words.pop(0)))
        else:
            pairs.append((name, None))
    return pairs


def convert(flag: Dict[str, Any], value: Optional[str]) -> Any:
    """The typed value of a flag that takes one."""
    name, kind = flag["name"], flag["type"]
    if value is None:
        raise FlagError(f"Bad arguments for option '{name}': '' - you should provide exactly one argument for this option")
    if kind == "int":
        try:
            return int(value)
        except ValueError:
            raise FlagError(f"Bad arguments for option '{name}': '{value}' - wrong arguments format") from None
    if kind == "csv":
        items = [item.strip() for item in value.split(",") if item.strip()]
        for item in items:
            if item not in flag["choices"]:
                raise FlagError(f"Unknown features specified: {item}. Available features are: {', '.join(flag['choices'])}")
        return items
    if flag.get("choices") and value not in flag["choices"]:
        raise FlagError(f"Validation failure for '{name}' option parameters: {value}, expected one of {', '.join(flag['choices'])}")
    return value


class Flags:
    """Values by name; `given` are those that were not left at their default."""

    def __init__(self, values: Dict[str, Any], given: Sequence[str]) -> None:
        self.values = values
        self.given = set(given)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def credentials(self) -> Optional[Tuple[str, str]]:
        """User and password of basic authentication; a value without colon leaves it off."""
        user, colon, password = (self.http_credentials or "").partition(":")
        return (user, password) if colon else None

    @property
    def https(self) -> bool:
        """Whether there is a connector for https; without a password there is none, and no word of it."""
        return self.ssl_keystore_path is not None and self.ssl_keystore_password is not None

    @property
    def scheme(self) -> str:
        """How this one calls the leader, and says that it is called itself."""
        return "https" if self.disable_http else "http"

    @property
    def own_port(self) -> int:
        """By which it is known to the others: provideHostPort of MarathonModule.scala."""
        return int(self.https_port if self.disable_http else self.http_port)

    def lines(self) -> List[str]:
        """All that are set, as configToLogLines of Main.scala writes them: passwords too."""
        shown = {name: value for name, value in self.values.items() if value is not None}
        told = [(name, "*" if name in self.given else "", redacted(value)) for name, value in sorted(shown.items())]
        return ["Marathon configuration: (* suffix means value was explicitly supplied, and not defaulted)",
                *(f" - {name}{f' ({mark})' if mark else ''} = {value}" for name, mark, value in told)]


def redacted(value: Any) -> Any:
    """A zk:// URL without its login (redactedConnectionString of ZookeeperConf.scala); anything else as it is."""
    return re.sub(r"^zk://[^/:]+:[^@]+@", "zk://xxxxxxxx:xxxxxxxx@", value) if isinstance(value, str) else value


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> Flags:
    """All flags, or FlagError with the sentence that the real one prints."""
    flags = known()
    negated = {flag["cli_off"][2:]: name for name, flag in flags.items() if flag["type"] == "toggle" and flag.get("cli_off")}
    values: Dict[str, Any] = {}
    for typed, value in from_environment(environment) + from_command_line(arguments):
        name = typed if typed in flags else negated.get(typed, typed)
        if name not in flags:
            raise FlagError(f"Unknown option '{typed}'")
        if name in values:
            raise FlagError(f"Option '{name}' is given more than once: on the command line and in the environment, or twice")
        flag = flags[name]
        if flag.get("removed_in"):
            raise FlagError(f"--{name} was removed in Marathon {flag['removed_in'].split()[0]}: do not set it")
        if flag["type"] in ("toggle", "flag"):
            if value is not None:
                raise FlagError(f"Excess arguments provided: '{value}' after --{typed}, which takes none")
            values[name] = typed == name
        else:
            values[name] = convert(flag, value)
    given = list(values)
    for name, flag in flags.items():
        if name not in values:
            values[name] = computed(flag, environment)
    judge(values, given)
    return Flags(values, given)


def computed(flag: Dict[str, Any], environment: Mapping[str, str]) -> Any:
    """The default; some are found out at start."""
    name, default = flag["name"], flag.get("default")
    source = flag.get("default_from_env")
    if isinstance(source, str) and environment.get(source):
        return environment[source]
    if name == "hostname":
        return socket.gethostname()
    if name == "mesos_user":
        return environment.get("USER") or ("root" if os.geteuid() == 0 else str(os.geteuid()))
    if default == "cores" or (isinstance(default, str) and default.startswith("min(8")):
        return max(2, os.cpu_count() or 2)
    return default


def judge(values: Dict[str, Any], given: Sequence[str]) -> None:
    """What must hold between flags."""
    if not values["master"]:
        raise FlagError("Required option 'master' not found")
    if not URL.fullmatch(values["zk"]):
        raise FlagError(f"Bad arguments for option 'zk': '{values['zk']}' - zk://host:port,…/path is expected, the path must not be empty")
    pairs = (("plugin_dir", "plugin_conf"),)
    for one, other in pairs:
        if (values[one] is None) != (values[other] is None):
            raise FlagError(f"Either all or none of the following options should be supplied, because they are co-dependent: {one}, {other}")
    if values["mesos_authentication_secret"] and values["mesos_authentication_secret_file"]:
        raise FlagError("There should be only one or zero of the following options: mesos_authentication_secret, mesos_authentication_secret_file")
    if values["mesos_authentication"] and not values["mesos_authentication_principal"]:
        raise FlagError("--mesos_authentication needs --mesos_authentication_principal")
    if values["group_versions_cache_size"] <= 2 * values["max_running_deployments"]:
        raise FlagError("group_versions_cache_size must be greater than 2 * max_running_deployments")
    if values["local_port_min"] >= values["local_port_max"]:
        raise FlagError("local_port_min must be less than local_port_max")
