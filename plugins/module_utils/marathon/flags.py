# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flags of Marathon 1.9 to 1.11, judged before it is restarted, and their environment variables.

Marathon turns every variable ``MARATHON_<NAME>``, but for ``MARATHON_APP_*``, into ``--<name in small letters>``, an empty one into a
bare flag, and exits with status 112 when it does not know the flag.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional

from ..errors import InputError
from ..mesos.flag_table import MARATHON
from ..mesos.flag_values import (
    Flag,
    complaint,
    flag_of,
    is_endpoint,
    is_zk_url,
    nearest,
    shown,
    spelled,
)

NEWEST = "1.11"
SWITCHES = ("toggle", "flag")


def marathon_flags() -> Dict[str, Flag]:
    """All flags by name, those of other versions too."""
    return {flag.name: flag for flag in (flag_of(*line.split(" ")) for line in MARATHON.splitlines())}


def marathon_flag_problems(flags: Mapping[str, Any], version: str = NEWEST, complete: bool = True) -> List[str]:
    """One sentence for each flag that this version does not know, that is mistyped, or that contradicts another one.

    A flag whose value is None counts as not given. ``complete`` says that Marathon gets no other flags, so that those which must be
    there are missed.

    :raises InputError: the flags are no dictionary, or the version is none.
    """
    given, known = _given(flags), marathon_flags()
    release = _release(version)
    problems: List[str] = []
    for name, value in given.items():
        if name not in known:
            problems.append(_unknown(name, known))
            continue
        flag = known[name]
        said = _of_another_version(flag, version, release) or _beyond_environment(name) or _value(flag, value)
        problems += [f"{name} {said}"] if said else []
    return problems + _rules(given, complete)


def marathon_environment(flags: Mapping[str, Any]) -> Dict[str, str]:
    """The environment variables that stand for the flags, in order of their names; flags whose value is None are left out.

    A toggle becomes an empty ``MARATHON_<NAME>`` or ``MARATHON_DISABLE_<NAME>``.

    :raises InputError: Marathon does not know a flag, or no variable can stand for it.
    """
    known = marathon_flags()
    variables: Dict[str, str] = {}
    for name, value in _given(flags).items():
        if name not in known:
            raise InputError(_unknown(name, known))
        unreachable = _beyond_environment(name)
        if unreachable:
            raise InputError(f"{name} {unreachable}")
        if known[name].kind not in SWITCHES:
            variables[f"MARATHON_{name.upper()}"] = spelled(value)
        elif spelled(value) in ("true", "1"):
            variables[f"MARATHON_{name.upper()}"] = ""
        elif known[name].kind == "toggle":
            variables[f"MARATHON_DISABLE_{name.upper()}"] = ""
    return dict(sorted(variables.items()))


def _given(flags: Mapping[str, Any]) -> Dict[str, Any]:
    if not isinstance(flags, Mapping):
        raise InputError(f"flags must be a dictionary of flags and values, not {flags!r}")
    return {str(name): value for name, value in flags.items() if value is not None}


def _release(version: str) -> List[int]:
    match = re.match(r"(\d+)\.(\d+)", str(version))
    if not match:
        raise InputError(f"version is {version!r}; write Marathon's version, such as 1.11.24")
    return [int(match.group(1)), int(match.group(2))]


def _unknown(name: str, known: Mapping[str, Flag]) -> str:
    text = f"Marathon has no flag {name}"
    bare = re.sub(r"^(--)?(marathon_)?", "", name.lower()).replace("-", "_")
    switch = bare[len("disable_") :] if bare.startswith("disable_") else ""
    if switch in known and known[switch].kind == "toggle":
        return f"{text}; write {switch}: false"
    meant = nearest(name, known)
    return f"{text} (did you mean {meant}?)" if meant else f"{text}; take it out, as Marathon exits at once on an unknown flag"


def _of_another_version(flag: Flag, version: str, release: List[int]) -> Optional[str]:
    since, removed = flag.traits.get("since"), flag.traits.get("removed")
    if since and release < _release(since):
        return f"is known from Marathon {since} on, not to {version}; take it out"
    if removed and release >= _release(removed):
        return f"was removed in Marathon {removed}; take it out"
    return None


def _beyond_environment(name: str) -> Optional[str]:
    """Why no environment variable can set a flag; None when one can."""
    if name.startswith("app_"):
        return "cannot be set here, as Marathon ignores every variable MARATHON_APP_*; take it out"
    if name != name.lower():
        return f"cannot be set here, as Marathon reads its variable as --{name.lower()}, which it does not know; take it out"
    return None


def _value(flag: Flag, value: Any) -> Optional[str]:
    said = complaint(flag, value)
    if said:
        return said
    text = spelled(value)
    if text.startswith("file://"):
        # Only Mesos replaces such a value by the content of the file.
        return f"is {text}, but Marathon does not read values from files"
    if flag.kind == "zk-url" and not is_zk_url(text):
        return f"is {shown(flag.name, value)}; write zk://HOST:PORT,HOST:PORT,.../PATH, the path included"
    if flag.kind == "url" and not (is_zk_url(text) or is_endpoint(text) or re.match(r"https?://\S+$", text)):
        return f"is {shown(flag.name, value)}; write zk://HOST:PORT,HOST:PORT,.../PATH of the Mesos masters, or HOST:PORT of the only one"
    if flag.kind == "csv":
        strange = [word for word in text.split(",") if word.strip() not in flag.choices]
        return f"has {', '.join(strange)}, which Marathon does not know; choose from {', '.join(flag.choices)}" if strange else None
    if flag.name == "http_credentials" and not re.fullmatch(r"[^:]+:.+", text):
        return "has no colon, and Marathon would run without authentication; write USER:PASSWORD"
    return None


def _rules(flags: Mapping[str, Any], complete: bool) -> List[str]:
    problems = []
    if complete and "master" not in flags:
        problems.append("master is missing; tell Marathon zk://HOST:PORT,HOST:PORT,.../PATH of the Mesos masters")
    if complete and ("plugin_conf" in flags) != ("plugin_dir" in flags):
        one, other = sorted(("plugin_conf", "plugin_dir"), key=lambda name: name not in flags)
        problems.append(f"{one} needs {other} as well")
    if "mesos_authentication_secret" in flags and "mesos_authentication_secret_file" in flags:
        problems.append("mesos_authentication_secret and mesos_authentication_secret_file exclude each other; keep the file")
    if complete and spelled(flags.get("disable_http", False)) in ("true", "1"):
        missing = [name for name in ("ssl_keystore_path", "ssl_keystore_password") if name not in flags]
        if missing:
            problems.append(f"disable_http needs {' and '.join(missing)}, or nothing could be asked any more")
    cache, deployments = (_number(flags, name) for name in ("group_versions_cache_size", "max_running_deployments"))
    if cache is not None and deployments is not None and cache <= 2 * deployments:
        problems.append(
            f"group_versions_cache_size is {cache}, but must be more than twice max_running_deployments ({deployments}); "
            f"write {2 * deployments + 1} or more"
        )
    return problems


def _number(flags: Mapping[str, Any], name: str) -> Optional[int]:
    text = spelled(flags.get(name, marathon_flags()[name].traits["default"]))
    return int(text) if text.isdigit() else None
