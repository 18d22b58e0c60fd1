# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a version of Flink parses a value for what the option is.

Each check returns a clause that completes "KEY: VALUE ...", or None. The parsers are those of flink-core and flink-runtime of
the releases 1.2.1 to 1.20.5; up to 1.9 a value that does not parse is replaced by the default with a line in the log (any
boolean but "true" is false), from 1.10 on the process does not start. Both are refused here.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ..memory import MEMORY_UNITS
from ..versions import has, name_of
from .catalogue import Option
from .reader import java_trim

INT_MAX, LONG_MAX = 2**31 - 1, 2**63 - 1

# org.apache.flink.util.TimeUtils (1.10), in nanoseconds. Scala's Duration has the same labels, case-sensitive.
TIME_UNITS = {"ns": 1, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9, "d": 86400 * 10**9, "\u00b5s": 10**3}
for _label, _unit in (("nano", "ns"), ("nanosecond", "ns"), ("micro", "\u00b5s"), ("microsecond", "\u00b5s"), ("milli", "ms"),
                      ("millisecond", "ms"), ("sec", "s"), ("second", "s"), ("minute", "min"), ("hour", "h"), ("day", "d")):
    TIME_UNITS.update({_label: TIME_UNITS[_unit], f"{_label}s": TIME_UNITS[_unit]})

# What a whole number of an option counts.
UNIT_NAMES = {"ms": "milliseconds", "s": "seconds", "b": "bytes", "m": "megabytes"}

# java.util.concurrent.TimeUnit
REPORTER_UNITS = ("NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS")

# Sizes of whole memory regions: fewer bytes than this mean that the unit was forgotten.
LEAST_REGION = 1024 * 1024
_REGION = re.compile(r"(jobmanager|taskmanager)\.(heap\.size|memory\.(?!segment-size)([a-z-]+\.)*(size|min|max))\Z")

# Lists that are no list to Flink's own types; all others are separated by commas.
_SEMICOLONS = re.compile(r"(plugin\.)?classloader\.parent-first-patterns(\.(default|additional))?\Z|fs\.allowed-fallback-filesystems\Z")
_OPTIONS_OF_JVM = re.compile(r"env\.(java|ssh)\.(default-)?opts")

# Words that Flink 2.0 has dropped: the state backends that were a place of checkpoints, too.
_GONE_WORDS = {
    ("state.backend.type", "filesystem"): "hashmap, and execution.checkpointing.storage: filesystem",
    ("state.backend.type", "jobmanager"): "hashmap, and execution.checkpointing.storage: jobmanager",
}

_ISO_DURATION = re.compile(
    r"([+-]?)P(?:([+-]?[0-9]{1,19})D)?(?:T(?:([+-]?[0-9]{1,19})H)?(?:([+-]?[0-9]{1,19})M)?(?:([+-]?[0-9]{1,19}(?:[.,][0-9]{0,9})?)S)?)?\Z"
)

# How Scala's Duration is endless.
_FOR_EVER = ("Inf", "PlusInf", "+Inf")
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?\Z", re.ASCII)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+)(:(\d{1,5}))?\Z", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+[^/]", re.ASCII)
_CLASS = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)+\Z", re.ASCII)


def why_not_parsed(option: Option, text: str, minor: int) -> Optional[str]:
    """Why Flink 1.MINOR does not take ``text`` for ``option``; None if it does."""
    if option.is_list:
        return _list(option, text, minor)
    if option.choices:
        return _choice(option, text)
    check = _CHECKS.get(option.kind)
    return check(option, text, minor) if check else None


def why_not_all_parsed(option: Option, elements: Sequence[str]) -> Optional[str]:
    """Why Flink does not take one of the elements of a list; None if it does."""
    found = ((entry, _choice(option, entry)) for entry in elements) if option.choices else ()
    return next((f"has {entry}, which {reason}" for entry, reason in found if reason), None)


def why_not_parsed_as(kind: str, text: str) -> Optional[str]:
    """Why ``text`` is not of one of the types that need neither an option nor a version ("uri")."""
    return _CHECKS[kind](Option("", kind, False, False, (), False, False, ""), text, 0)


def normalised(option: Optional[Option], text: str) -> str:
    """The spelling that is written: booleans in lower case, since the start scripts compare them as text."""
    return text.lower() if option and option.kind == "bool" and text.lower() in ("true", "false") else text


def joined(key: str, entries: Sequence[str], is_list: bool, minor: int) -> str:
    """The entries as one value, with the separator that Flink takes for ``key``; raises ValueError where it would not get them back."""
    if _OPTIONS_OF_JVM.match(key):
        if any(re.search(r"\s", entry) for entry in entries):
            raise ValueError("has an entry with a blank, where Flink's start scripts would take it apart; write one option an entry")
        return " ".join(entries)
    separator = ";" if is_list or _SEMICOLONS.match(key) else ","
    if is_list and has(minor, "typed_values"):
        return ";".join("'" + entry.replace("'", "''") + "'" if re.search("[;'\"]", entry) else entry for entry in entries)
    if any(separator in entry for entry in entries):
        raise ValueError(f"has an entry with {separator} in it, which is the separator; write entries without it, or one string")
    return separator.join(entries)


def _whole(text: str, limit: int, what: str, unit: str = "") -> Optional[str]:
    if not re.match(r"[+-]?[0-9]+\Z", text):
        return f"is not a whole number{_in_unit(text, unit)}"
    sign = "-" if text[0] == "-" else ""
    return None if -limit - 1 <= int(sign + str(_bounded(text.lstrip("+-")))) <= limit else f"is out of the range of {what}"


def _in_unit(text: str, unit: str) -> str:
    """What to write for a number with a unit, where Flink wants one without."""
    match = re.match(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) *([A-Za-z\u00b5]+)\Z", text)
    named = UNIT_NAMES.get(unit, "")
    if not match:
        return f" of {named}" if named else ""
    sizes = TIME_UNITS if unit in ("ms", "s") else MEMORY_UNITS
    size, own = sizes.get(match.group(2).lower()), sizes.get(unit)
    if not named or not size or not own:
        return f": write it in {named}, without a unit" if named else ": write it without a unit"
    number = Fraction(match.group(1)) * size / own
    return f": write it in {named}, without a unit" + (f", {number}" if number.denominator == 1 else "")


def _bounded(digits: str, most: int = 20) -> int:
    """The number, or one beyond any limit here: Python refuses to convert thousands of digits."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) < most else 10**most


def _int(option: Option, text: str, minor: int) -> Optional[str]:
    return _whole(text, INT_MAX, "32-bit integers", option.unit)


def _long(option: Option, text: str, minor: int) -> Optional[str]:
    return _whole(text, LONG_MAX, "64-bit integers", option.unit)


def _port(option: Option, text: str, minor: int) -> Optional[str]:
    # -1 switches the web front end of old versions off.
    return _int(option, text, minor) or (None if -1 <= int(text) <= 65535 else "is not a port from 0 to 65535")


def _ports(option: Option, text: str, minor: int) -> Optional[str]:
    for part in text.split(","):
        match = re.match(r" *([0-9]{1,5})(?:-([0-9]{1,5}))? *\Z", part)
        if not match or int(match.group(1)) > 65535 or int(match.group(2) or 0) > 65535:
            return 'is not a port, a range such as "50100-50200" or a comma-separated list of them'
        if match.group(2) and int(match.group(2)) < int(match.group(1)):
            return f"has the range {part.strip()} the wrong way round"
    return None


def _real(option: Option, text: str, minor: int) -> Optional[str]:
    if not _FLOAT.match(text):
        return "is not a number"
    limit = 3.4028234663852886e38 if option.kind == "float" else 1.7976931348623157e308
    return None if abs(float(text.rstrip("fFdD"))) <= limit else "is out of range"


def _bool(option: Option, text: str, minor: int) -> Optional[str]:
    if text.lower() in ("true", "false"):
        return None
    silently = "would silently read as false" if not has(minor, "typed_values") else "refuses"
    return f"is neither true nor false, which Flink {name_of(minor)} {silently}"


def _memory(option: Option, text: str, minor: int) -> Optional[str]:
    text = java_trim(text)
    match = re.match(r"([0-9]+)[\x00-\x20]*(.*)\Z", text)
    if not match or match.group(2).lower() not in MEMORY_UNITS:
        return "is not a memory size such as 512m, 4g or 1048576 (a whole number with b, k, m, g or t)"
    size = _bounded(match.group(1)) * MEMORY_UNITS[match.group(2).lower()]
    if size > LONG_MAX:
        return "is a memory size out of the range of 64-bit integers"
    # Up to 1.9 the scripts and taskmanager.memory.size take a bare number for megabytes.
    if has(minor, "typed_values") and 0 < size < LEAST_REGION and _REGION.match(option.key) and not match.group(2):
        return f"means {text} bytes; write the unit, {text}m for megabytes"
    return None


def _duration(option: Option, text: str, minor: int) -> Optional[str]:
    # What was once this one's default is still for ever: TaskManagerConfiguration takes whatever does not parse for that.
    if option.key == "taskmanager.registration.timeout" and text in _FOR_EVER:
        return None
    return _flink_duration(text, minor) if has(minor, "typed_values") else _scala_duration(text, minor)


def _flink_duration(text: str, minor: int) -> Optional[str]:
    text = java_trim(text)
    if has(minor, "iso_durations") and text.upper().startswith(("P", "+P", "-P")):
        return _iso_duration(text)
    match = re.match(r"([0-9]+)[\x00-\x20]*(.*)\Z", text)
    label = match.group(2).lower() if match else ""
    unit = "min" if label == "m" and has(minor, "m_is_minutes") else label or "ms"
    if not match or unit not in TIME_UNITS:
        return "is not a duration such as 500 ms, 10 s, 5 min or 1 h (a whole number with a unit; without one milliseconds)"
    number = _bounded(match.group(1), 40)
    fits = (number <= LONG_MAX or has(minor, "big_durations")) and number * TIME_UNITS[unit] // 10**9 <= LONG_MAX
    return None if fits else "is a duration out of the range of 64-bit integers"


def _iso_duration(text: str) -> Optional[str]:
    # java.time.Duration.parse, of which Flink takes nothing that is less than nothing.
    match = _ISO_DURATION.match(text.upper())
    if not match or not any(match.groups()[1:]) or match.group(0).endswith("T"):
        return "is not a duration such as PT10S, P1DT12H or 10 s"
    days, hours, minutes, seconds = (Fraction((part or "0").replace(",", ".")) for part in match.groups()[1:])
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * (-1 if match.group(1) == "-" else 1)
    if total < 0:
        return "is a duration of less than nothing"
    return None if total <= LONG_MAX else "is a duration out of the range of 64-bit integers"


def _scala_duration(text: str, minor: int) -> Optional[str]:
    packed = "".join(text.split())
    if packed in _FOR_EVER:
        return None
    match = re.match(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(.*)\Z", packed)
    if not match or match.group(2) not in TIME_UNITS:
        bare = "" if not match or match.group(2) else f"; Flink 1.{minor} takes no number without a unit"
        return f"is not a duration such as 500 ms, 10 s, 5 min or 1 h{bare}"
    nanoseconds = abs(float(match.group(1))) * TIME_UNITS[match.group(2)]
    return None if nanoseconds < LONG_MAX else "is a duration of more than 292 years"


def _interval(option: Option, text: str, minor: int) -> Optional[str]:
    number, space, unit = text.partition(" ")
    if re.match(r"[0-9]{1,18}\Z", number) and unit in REPORTER_UNITS:
        return None
    return f'is not an interval as Flink 1.{minor} reads it, such as "10 SECONDS" or "500 MILLISECONDS"'


def _choice(option: Option, text: str) -> Optional[str]:
    given = text if option.case_sensitive else text.lower()
    if given in [choice if option.case_sensitive else choice.lower() for choice in option.choices]:
        return None
    if option.class_name and _CLASS.match(text):
        return None
    gone = _GONE_WORDS.get((option.key, text.lower()))
    if gone:
        return f"is a word that this version has dropped: write {gone}"
    also = " or the full name of a class" if option.class_name else ""
    return f"is not one of {', '.join(option.choices)}{also}"


def _quorum(option: Option, text: str, minor: int) -> Optional[str]:
    servers, slash, chroot = text.partition("/")
    # Java's split leaves out what is empty at the end.
    given = servers.rstrip(",").split(",")
    if has(minor, "trims_servers"):
        given = [server for server in map(java_trim, given) if server] or [""]
    for server in given:
        match = _HOST.match(server)
        if not match:
            return f'has {server!r} where "host:port" is expected; separate the servers with commas alone'
        if match.group(3) and not 1 <= int(match.group(3)) <= 65535:
            return f"has {server}, whose port is not from 1 to 65535"
    return _znode_path(slash + chroot) if slash else None


def _znode(option: Option, text: str, minor: int) -> Optional[str]:
    if not text.startswith("/"):
        return f"must start with a slash: /{text}"
    # The root may be "/", and these two are read without their last slash or are used as a prefix.
    if option.key.endswith((".path.root", ".path.running-registry")):
        text = text[:-1] if text.endswith("/") else text
    return _znode_path(text) if text else None


def _cluster(option: Option, text: str, minor: int) -> Optional[str]:
    return _znode_path("/" + text.strip("/")) if text.strip("/") else "names no cluster; write a path such as /default"


def _znode_path(text: str) -> Optional[str]:
    # org.apache.zookeeper.common.PathUtils.validatePath
    parts = text.split("/")[1:]
    if "" in parts:
        return "is no ZooKeeper path: it ends with a slash or has two in a row"
    if "." in parts or ".." in parts:
        return 'is no ZooKeeper path: "." and ".." are not names of znodes'
    if any(0x7F <= ord(character) <= 0x9F or 0xFFF0 <= ord(character) <= 0xFFFF or ord(character) < 0x20 for character in text):
        return "is no ZooKeeper path: it has a character that ZooKeeper does not take"
    return None


def _uri(option: Option, text: str, minor: int) -> Optional[str]:
    return None if _SCHEME.match(text) else "needs a scheme and a path, such as hdfs://nameservice/path, s3://bucket/path or file:///path"


def _map(option: Option, text: str, minor: int) -> Optional[str]:
    pairs = [split_escaped(entry, ":") for entry in split_escaped(text, ",")]
    if any(len(pair) != 2 for pair in pairs):
        return 'is not a map as Flink reads it: "key1:value1,key2:value2", with quotes around what contains a separator'
    return None if len({pair[0] for pair in pairs}) == len(pairs) else "is a map that has a key twice"


def _list(option: Option, text: str, minor: int) -> Optional[str]:
    try:
        entries = split_escaped(text, ";") if has(minor, "typed_values") else text.split(";")
        if option.kind == "map":
            return next((reason for reason in (_map(option, entry, minor) for entry in entries) if reason), None)
        if option.choices:
            return why_not_all_parsed(option, entries)
    except ValueError as error:
        return str(error)
    return None


def _parsed_map(option: Option, text: str, minor: int) -> Optional[str]:
    try:
        return _map(option, text, minor)
    except ValueError as error:
        return str(error)


def split_escaped(text: str, delimiter: str) -> List[str]:
    """Port of StructuredOptionsSplitter.splitEscaped (1.10 and newer): parts in '...' or "..." may contain the delimiter.

    Raises ValueError with the reason where Flink throws.
    """
    parts: List[str] = []
    at = 0
    closed = after_delimiter = False
    while at < len(text):
        character = text[at]
        if _is_space(character):
            at += 1
            continue
        if character == delimiter:
            if after_delimiter:
                parts.append("")
            closed, after_delimiter = False, True
            at += 1
            continue
        if closed:
            raise ValueError("has text right behind a closing quote")
        if character in "'\"":
            part, at = _quoted(text, at)
            closed = True
        else:
            end = text.find(delimiter, at)
            part, at = text[at:end] if end >= 0 else text[at:], end if end >= 0 else len(text)
            part = java_trim(part)
        parts.append(part)
        after_delimiter = False
    return parts


def _quoted(text: str, start: int) -> Tuple[str, int]:
    quote = text[start]
    built = []
    at = start + 1
    while at < len(text):
        if text[at] != quote:
            built.append(text[at])
        elif text[at + 1:at + 2] == quote:
            built.append(quote)
            at += 1
        else:
            return "".join(built), at + 1
        at += 1
    raise ValueError("has a quote that is not closed")


def _is_space(character: str) -> bool:
    # Character.isWhitespace, which leaves out what does not break a line.
    return character.isspace() and character not in "\u0085\u00a0\u2007\u202f"


_CHECKS: Dict[str, Callable[[Option, str, int], Optional[str]]] = {
    "int": _int,
    "long": _long,
    "float": _real,
    "double": _real,
    "bool": _bool,
    "memorysize": _memory,
    "duration": _duration,
    "interval": _interval,
    "port": _port,
    "ports": _ports,
    "quorum": _quorum,
    "znode": _znode,
    "cluster": _cluster,
    "uri": _uri,
    "map": _parsed_map,
}
