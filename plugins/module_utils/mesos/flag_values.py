# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of Mesos' and Marathon's flags: whether the daemon could read one, and how it is spelt in an environment file.

The types are those of mesos_flag_table.py. A complaint is a clause that follows the name of the flag: "is 10s; write ...".
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from ..urls import public_url

_DURATION = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)")
#: Seconds in each unit that Mesos knows.
DURATION_UNITS = {
    "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "secs": 1.0, "mins": 60.0, "hrs": 3600.0, "days": 86400.0, "weeks": 604800.0,
}  # fmt: skip
_MEANT = {"s": "secs", "m": "mins", "h": "hrs", "d": "days", "w": "weeks", "": "secs"}
BYTES_UNITS = ("B", "KB", "MB", "GB", "TB")
#: A server and its port, an IPv6 address in brackets.
_ENDPOINT = r"(\[[^\]\s]+\]|[^\s:/,@\[\]]+)(:\d{1,5})?"
_ZK_URL = re.compile(rf"zk://([^\s@/]+@)?{_ENDPOINT}(,{_ENDPOINT})*/[^\s/][^\s]*")
_SECRET = re.compile(r"secret(?!_file)|password|credential|api_key")


class Flag(NamedTuple):
    """One flag of one daemon."""

    name: str
    kind: str
    choices: Tuple[str, ...]
    traits: Mapping[str, str]


def flag_of(name: str, kind: str, column: str) -> Flag:
    """A line of the table, its last column being the traits."""
    traits: Dict[str, str] = {}
    for trait in column.split(";"):
        key, equals, value = trait.partition("=")
        if equals:
            traits[key] = value
    return Flag(name, kind, tuple(traits["one"].split(",")) if "one" in traits else (), traits)


def seconds(text: str) -> Optional[float]:
    """A duration as Mesos reads it, such as 10mins; None when it is none."""
    match = _DURATION.fullmatch(text)
    if not match or match.group(2) not in DURATION_UNITS or " " in text:
        return None
    return float(match.group(1)) * DURATION_UNITS[match.group(2)]


def is_zk_url(text: str) -> bool:
    """Whether it is zk://[user:password@]host:port[,host:port...]/path."""
    return bool(_ZK_URL.fullmatch(text))


def is_endpoint(text: str) -> bool:
    """Whether it is host or host:port."""
    return bool(re.fullmatch(_ENDPOINT, text))


def spelled(value: Any) -> str:
    """The value as an environment file holds it: true and false in small letters, JSON in one line, words with commas between."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
        return ",".join(spelled(item) for item in value)
    if isinstance(value, (list, tuple, Mapping)):
        return json.dumps(value, separators=(",", ":"))
    text = str(value).strip()
    if text in ("True", "False"):
        # What a template of Ansible makes of a Boolean.
        return text.lower()
    if text[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(text), separators=(",", ":"))
        except ValueError:
            return text
    return text


def shown(name: str, value: Any) -> str:
    """The value for a message; a secret is not in it."""
    text = spelled(value)
    if _SECRET.search(name):
        return "a secret that is not shown here"
    return public_url(text) or "empty"


def complaint(flag: Flag, value: Any) -> Optional[str]:
    """What the daemon would say to ``value``; None when it can read it."""
    text = spelled(value)
    if "\n" in text or "\r" in text:
        return "has more than one line, which an environment file cannot hold; put it into a file on the host and write file:///PATH"
    if text.startswith("file://"):
        return None if text.startswith("file:///") else f"is {shown(flag.name, value)}; write file:/// and an absolute path"
    if (isinstance(value, bool) or value in ("True", "False")) and flag.kind not in ("bool", "toggle", "flag"):
        return f"is {text}, but takes a value, not true or false; put the word in quotes if it is meant"
    if isinstance(value, Mapping) and flag.kind != "json|path":
        return "is a dictionary, but takes a text"
    if isinstance(value, (list, tuple)) and flag.kind != "json|path" and not all(isinstance(item, (str, int, float)) for item in value):
        return "is a list that has lists, dictionaries or nothing for entries, but takes a text: write a list of words"
    said = _CHECKS[flag.kind](flag.name, value, text) if flag.kind in _CHECKS else None
    if said is None and flag.choices and flag.kind != "csv" and text not in flag.choices:
        said = f"is {shown(flag.name, value)}; write {_or(flag.choices)}"
    return said or _out_of_range(flag, text)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> Optional[str]:
    """The known flag that looks most like ``name``; None when nothing is near."""
    bare = re.sub(r"^(--)?(no-|mesos_|marathon_)?", "", name.strip().lower()).replace("-", "_")
    names = sorted(known)
    folded = {one.lower(): one for one in reversed(names)}
    if bare in folded:
        return folded[bare]
    found = difflib.get_close_matches(bare, list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def _or(words: Iterable[str]) -> str:
    *most, last = list(words)
    return f"{', '.join(most)} or {last}" if most else last


def _bool(name: str, value: Any, text: str) -> Optional[str]:
    return None if text in ("true", "false", "1", "0") else f"is {shown(name, value)}; write true or false"


def _int(name: str, value: Any, text: str) -> Optional[str]:
    return None if re.fullmatch(r"-?\d+", text) else f"is {shown(name, value)}; write a whole number"


def _float(name: str, value: Any, text: str) -> Optional[str]:
    return None if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", text) else f"is {shown(name, value)}; write a number"


def _duration(name: str, value: Any, text: str) -> Optional[str]:
    if seconds(text) is not None:
        return None
    match = _DURATION.fullmatch(text)
    unit = match.group(2).lower() if match else ""
    meant = _MEANT.get(unit) or next((one for one in DURATION_UNITS if one.startswith(unit[:2])), "secs")
    example = f"{match.group(1)}{meant}" if match else "10secs"
    return f"is {shown(name, value)}; write a number and one of the units {', '.join(DURATION_UNITS)}, such as {example}"


def _bytes(name: str, value: Any, text: str) -> Optional[str]:
    if re.fullmatch(rf"\d+({'|'.join(BYTES_UNITS)})", text):
        return None
    return f"is {shown(name, value)}; write a whole number and one of the units {', '.join(BYTES_UNITS)}, such as 64MB"


def _path(name: str, value: Any, text: str) -> Optional[str]:
    return None if text.startswith("/") else f"is {shown(name, value)}; write the absolute path of a file on the host"


def _json_or_path(name: str, value: Any, text: str) -> Optional[str]:
    if isinstance(value, (Mapping, list, tuple)) or text.startswith("/"):
        return None
    if text[:1] not in ("{", "["):
        return f"is {shown(name, value)}; write a dictionary, JSON, or file:/// and an absolute path"
    try:
        json.loads(text)
    except ValueError as error:
        return f"is no JSON ({error})"
    return None


def _csv_int(name: str, value: Any, text: str) -> Optional[str]:
    return None if re.fullmatch(r"\d+(,\d+)*", text) else f"is {shown(name, value)}; write whole numbers with commas between them"


def _uri(name: str, value: Any, text: str) -> Optional[str]:
    return None if re.match(r"[a-z][a-z0-9+.-]*:", text) else f"is {shown(name, value)}; write a URI, such as udp://host:5000"


def _text(name: str, value: Any, text: str) -> Optional[str]:
    return None if text else "is empty; leave it out, or give it a value"


_CHECKS: Dict[str, Any] = {
    "bool": _bool,
    "toggle": _bool,
    "flag": _bool,
    "int": _int,
    "float": _float,
    "duration": _duration,
    "bytes": _bytes,
    "path": _path,
    "json|path": _json_or_path,
    "csv-int": _csv_int,
    "uri": _uri,
    "string": _text,
    "string|file": _text,
    "enum": _text,
    "csv": _text,
    "url": _text,
    "zk-url": _text,
}


def _out_of_range(flag: Flag, text: str) -> Optional[str]:
    readers: Dict[str, Callable[[str], Any]] = {"duration": seconds, "int": int, "float": float}
    amount = readers.get(flag.kind)
    if amount is None:
        return None
    bounds: List[str] = []
    low, high = flag.traits.get("min"), flag.traits.get("max")
    if (low and amount(text) < amount(low)) or (high and amount(text) > amount(high)):
        bounds = [f"not less than {low}"] if low else []
        bounds += [f"not more than {high}"] if high else []
    return f"is {text}; it must be {' and '.join(bounds)}" if bounds else None
