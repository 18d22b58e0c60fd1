# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plugins/module_utils/flink/conf/option_table.py, the catalogue of Flink's options 1.2 to 2.3.

    python3 tools/option_catalogue.py            writes the table
    python3 tools/option_catalogue.py --check    fails when the table is not up to date

The input is tools/data/flink-distributions.json, what the program tools/flink_options found in the class files of the
distributions that it names, and tools/data/flink-options.json, what no class file declares (its "meta" says what that is).
What both type as a string although Flink parses it further is in the tables below with where it was read.

The output is text, not Python data: a module sends its imports to the host at each call, and one string literal costs a
thousandth of the compile time of the same data as a dictionary.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional, Set, Tuple

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ROOT / "tools" / "data" / "flink-options.json"
DISTRIBUTIONS = ROOT / "tools" / "data" / "flink-distributions.json"
OUTPUT = ROOT / "plugins" / "module_utils" / "flink" / "conf" / "option_table.py"
MINORS = (*range(2, 21), *range(100, 104))
LINE_LIMIT = 150

HEADER = '''# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's options 1.2 to 2.3; written by tools/option_catalogue.py, which is the place to change anything.

Minor versions are counted as 2 for 1.2 and 103 for 2.3.

OPTIONS: key, minor versions that read it, type (FROM:TYPE,... where it changed), traits, default (@FROM:DEFAULT... where it changed).
RENAMED: deprecated key, minor versions, the key that replaces it; "+" when the old key also feeds another option.
READ: key, minor versions that read it without an option, so that nothing is known of its value.
FAMILIES: what keys begin with, <> for a name without dots, that these minor versions take whatever follows.
MENTIONED: key, or what it begins with, minor versions of which nobody can say whether they read it.
REPLACED: key, or what it begins with, minor versions that have dropped it, and what to do instead; <> is a name without dots.
"""

from __future__ import annotations

'''

# Keys typed "string" in the input that Flink parses further: pattern -> ((from minor, type), ...).
# "duration" is scala.concurrent.duration.Duration up to 1.9 and org.apache.flink.util.TimeUtils from 1.10
# (AkkaUtils, TaskManagerConfiguration, RestartStrategyFactory, ResourceManagerRuntimeServicesConfiguration of each minor).
# The metrics reporters' interval is "NUMBER UNIT" of java.util.concurrent.TimeUnit up to 1.11 (MetricRegistryImpl).
PARSED_AS: Tuple[Tuple[str, Tuple[Tuple[int, str], ...]], ...] = (
    (r"akka\.(ask|lookup|client)\.timeout", ((2, "duration"),)),
    (r"akka\.(tcp\.timeout|startup-timeout|watch\.heartbeat\.(interval|pause)|transport\.heartbeat\.(interval|pause))", ((10, "duration"),)),
    (r"resourcemanager\.job\.timeout", ((2, "duration"),)),
    (r"restart-strategy\.fixed-delay\.delay", ((2, "duration"),)),
    (r"taskmanager\.registration\.(timeout|(initial|max|refused)-backoff)", ((2, "duration"),)),
    (r"taskmanager\.(initial|max|refused)-registration-pause|taskmanager\.maxRegistrationDuration", ((2, "duration"),)),
    (r"metrics\.reporter\.<name>\.interval", ((2, "interval"), (12, "duration"))),
    (r"(job|task)manager\.heap\.size|taskmanager\.memory\.segment-size", ((6, "memorysize"),)),
    (r"taskmanager\.memory\.size|taskmanager\.network\.memory\.(min|max)", ((6, "memorysize"),)),
    (r"state\.backend\.rocksdb\.(block\.(blocksize|cache-size)|writebuffer\.size)", ((8, "memorysize"),)),
    (r"high-availability\.storageDir", ((2, "storage"),)),
    # AbstractFileStateBackend.validatePath, from 1.20 on ExternalizedSnapshotLocation, refuses a path without a scheme from 1.5 on.
    (r"state\.(checkpoints|savepoints)\.dir|execution\.checkpointing\.(savepoint-)?dir", ((5, "uri"),)),
    (r"high-availability\.zookeeper\.quorum", ((2, "quorum"),)),
    (r"high-availability\.cluster-id", ((2, "cluster"),)),
    (r"(high-availability|recovery)\.zookeeper\.path\.(?!namespace).*", ((2, "znode"),)),
)
ISO_DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
STRING_PORT = re.compile(r".*[.-]ports?$")

# What a whole number means, by Flink's description of the option (docs/_includes/generated of 1.13, the source of what is older):
# pattern -> unit. Options that count something have none.
UNITS: Tuple[Tuple[str, str], ...] = (
    (r"akka\.retry-gate-closed-for|blob\.client\.(connect|socket)\.timeout|(client\.)?heartbeat\.(interval|timeout)", "ms"),
    (r"cluster\.(registration\.(error-delay|initial-timeout|max-timeout|refused-registration-delay)|services\.shutdown-timeout)", "ms"),
    (r"high-availability\.zookeeper\.client\.(connection-timeout|retry-wait|session-timeout)", "ms"),
    (r"historyserver\.(archive\.fs|web)\.refresh-interval|jobmanager\.resourcemanager\.reconnect-interval", "ms"),
    (r"(jobmanager\.)?web\.backpressure\.(cleanup-interval|delay-between-samples|refresh-interval)|web\.(refresh-interval|timeout)", "ms"),
    (r"mesos\.resourcemanager\.(declined-offer-refuse-duration|unused-offer-expiration)", "ms"),
    (r"metrics\.(fetcher\.update-interval|latency\.interval|system-resource-probing-interval)|python\.fn-execution\.bundle\.time", "ms"),
    (r"query\.client\.lookup\.retry-delay|resourcemanager\.(standalone\.start-up-time|taskmanager-timeout)", "ms"),
    (r"rest\.(await-leader-timeout|connection-timeout|idleness-timeout|retry\.delay)", "ms"),
    (r"(timerservice\.exceptional\.shutdown|source\.reader\.close)\.timeout|execution\.async-state\.(active-)?buffer-timeout", "ms"),
    (r"restart-backoff-time-strategy\.(fixed-delay|failure-rate)\.(backoff-time|failure-rate-interval)", "ms"),
    (r"security\.ssl\.(internal\.)?(close-notify-flush-timeout|handshake-timeout|session-timeout)", "ms"),
    (r"slot\.(idle|request)\.timeout|slotmanager\.(request|taskmanager)-timeout|task\.cancellation\.(interval|(timers\.)?timeout)", "ms"),
    (r"taskmanager\.(debug\.memory\.(log-interval|logIntervalMs)|net(work)?\.request-backoff\.(initial|max))", "ms"),
    (r"taskmanager\.network\.memory\.exclusive-buffers-request-timeout-ms", "ms"),
    (r"yarn\.(application-attempt-failures-validity-interval|heartbeat\.container-request-interval)", "ms"),
    (r"(blob\.service|library-cache-manager)\.cleanup\.interval|jobstore\.expiration-time|mesos\.failover-timeout", "s"),
    (r"taskmanager\.network\.netty\.client\.connectTimeoutSec|yarn\.heartbeat(\.interval|-delay)", "s"),
    (r"blob\.offload\.minsize|jobstore\.cache-size|rest\.(client|server)\.max-content-length|task\.checkpoint\.alignment\.max-size", "b"),
    (r"state\.(backend|storage)\.fs\.write-buffer-size|state\.backend\.fs\.memory-threshold|table\.optimizer\.join\.broadcast-threshold", "b"),
    (r"taskmanager\.(memory\.segment-size|network\.(memory\.(min|max)|netty\.sendReceiveBufferSize))", "b"),
    (r"(job|task)manager\.heap\.mb|taskmanager\.memory\.size|containerized\.heap-cutoff-min|mesos\.resourcemanager\.tasks\.(disk|mem)", "m"),
)

# The "also" remarks of the input in a form that can be tested: VALUE@MINORS is a value of these versions only,
# "class" names the versions that take a factory's class name as well (read in the switch statements of each minor).
CHOICES: Dict[str, Tuple[str, str]] = {
    "high-availability": ("NONE,ZOOKEEPER,KUBERNETES@16,standalone", "7-16"),
    "high-availability.type": ("NONE,ZOOKEEPER,KUBERNETES,standalone", "17-"),
    "jobmanager.execution.failover-strategy": ("full,region,individual@3-8", ""),
    "restart-strategy": (
        "none,off,disable,fixeddelay,fixed-delay,failurerate,failure-rate,exponentialdelay@13-,exponential-delay@13-", "2-",
    ),
    "restart-strategy.type": (
        "none,off,disable,fixeddelay,fixed-delay,failurerate,failure-rate,exponentialdelay,exponential-delay", "2-",
    ),
    "state.backend": ("jobmanager,filesystem,rocksdb,hashmap@13-", "2-"),
    "state.backend.type": ("jobmanager@2-20,filesystem@2-20,rocksdb,hashmap,forst@100-", "2-"),
}

# A key that its own version still lists as an option but reads only in place of another one.
ALWAYS_RENAMED = {"high-availability.zookeeper.path.namespace"}

#: Flink loads file systems by their factories (flink-core's FileSystemFactory) from 1.4 on.
FILE_SYSTEMS_FROM = 4


class Problem(Exception):
    """The input contradicts itself; the message says where."""


def number(version: str) -> int:
    """2 for "1.2", 103 for "2.3": how the table counts minor versions."""
    major, minor = version.split(".")
    return 100 * (int(major) - 1) + int(minor)


def version_of(minor: int) -> str:
    """The version that number() counts as this."""
    return f"{minor // 100 + 1}.{minor % 100}"


def minors(versions: Iterable[str]) -> List[int]:
    """["1.2", "1.10"] -> [2, 10], without the versions that are not in the table."""
    return sorted(number(version) for version in versions if number(version) in MINORS)


def span(numbers: Iterable[int]) -> str:
    """[2, 3, 9] -> "2-3,9"; the form in which the table names minor versions."""
    runs: List[List[int]] = []
    for each in sorted(numbers):
        if runs and MINORS.index(runs[-1][1]) == MINORS.index(each) - 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def types(key: str, option: Dict[str, Any]) -> str:
    """The type column: one type, or FROM:TYPE for each version from which another one holds."""
    first = minors(option["versions"])[0]
    changes = {number(version): kind for version, kind in option.get("type_changes", {}).items()} or {first: option["type"]}
    for pattern, overrides in PARSED_AS:
        if re.fullmatch(pattern, key):
            start = overrides[0][0]
            changes = {minor: kind for minor, kind in changes.items() if minor < start}
            changes.update({max(first, minor): kind for minor, kind in overrides})
    if STRING_PORT.match(key) and "<" not in key:
        named = {"string": "ports", "int": "port"}
        changes = {minor: named.get(kind, kind) for minor, kind in changes.items()}
    ordered = sorted((minor, "string" if kind == "unknown" else kind) for minor, kind in changes.items())
    distinct = [entry for place, entry in enumerate(ordered) if place == 0 or ordered[place - 1][1] != entry[1]]
    if len(distinct) == 1 and distinct[0][0] <= first:
        return distinct[0][1]
    return ",".join(f"{minor}:{kind}" for minor, kind in distinct)


def traits(key: str, option: Dict[str, Any]) -> str:
    """The traits, "-" for none: list (list=MINORS if only these have one), internal, unit=UNIT, one=CHOICES, case (they are sensitive), class=MINORS."""
    lists = [minor for minor in minors(option["versions"]) if held(option, "list", minor)]
    whole = len(lists) == len(minors(option["versions"]))
    found = (["list"] if whole else [f"list={span(lists)}".replace(",", "+")]) if lists else []
    found += ["internal"] if key.startswith(("internal.", "$internal.")) else []
    if re.search("int|long", types(key, option)):
        found += [f"unit={unit}" for pattern, unit in UNITS if re.fullmatch(pattern, key)]
    allowed = option.get("allowed")
    if key in CHOICES:
        values, classes = CHOICES[key]
        found += [f"one={values}"] + ([f"class={classes}"] if classes else [])
    elif allowed:
        found.append("one=" + ",".join(allowed["values"]))
        if allowed.get("case_insensitive") is False:
            found.append("case")
    elif option.get("enum"):
        found.append("one=" + words(option))
    return ";".join(found) or "-"


def words(option: Dict[str, Any]) -> str:
    """The words of an enum, WORD@MINORS where only some versions of the option take it, with + between spans."""
    versions: Dict[str, List[int]] = {}
    for minor, listed in option["enum"].items():
        for word in listed:
            versions.setdefault(word, []).append(minor)
    return ",".join(word if len(having) == len(option["enum"]) else f"{word}@{span(having)}".replace(",", "+") for word, having in versions.items())


def default(option: Dict[str, Any]) -> str:
    """The default as flink-conf.yaml would spell it; empty when there is none, or none that is the same everywhere."""
    value = option.get("default")
    if option["type"] == "map" and isinstance(value, dict) and "computed" not in value:
        return ",".join(f"{key}:{each}" for key, each in value.items())
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return ISO_DURATION.sub(iso_as_flink, text)


def defaults(option: Dict[str, Any]) -> str:
    """The default of all versions, or @FROM:DEFAULT for each version from which another one holds."""
    changes = {minor: default({"type": held(option, "type", minor), "default": held(option, "default", minor)}) for minor in minors(option["versions"])}
    distinct = [(minor, text) for minor, text in changes.items() if text != changes.get(before(minor, changes))]
    if len(distinct) < 2 or any("@" in text for minor, text in distinct):
        return distinct[0][1] if len(distinct) == 1 else ""
    return "".join(f"@{minor}:{text}" for minor, text in distinct)


def before(minor: int, others: Iterable[int]) -> Optional[int]:
    """The last one before this."""
    return max((each for each in others if each < minor), default=None)


def iso_as_flink(match: "re.Match[str]") -> str:
    """ "PT0.5S" -> "500 ms": the input prints java.time.Duration, which flink-conf.yaml does not take."""
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    milliseconds = round(1000 * (3600 * hours + 60 * minutes + seconds))
    for unit, size in (("h", 3600000), ("min", 60000), ("s", 1000)):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size} {unit}"
    return f"{milliseconds} ms"


def option_line(key: str, option: Dict[str, Any]) -> str:
    """One line of OPTIONS."""
    line = f"{key} {span(minors(option['versions']))} {types(key, option)} {traits(key, option)}"
    # A reporter's interval has the default of a duration, and up to 1.11 another form.
    text = "" if "interval" in types(key, option) else defaults(option)
    fits = text and "\n" not in text and "\\" not in text and '"' not in text and len(line) + len(text) < LINE_LIMIT
    return f"{line} {text}" if fits else line


def shape(key: str) -> str:
    """The key without the names of what varies in it."""
    return re.sub("<[^>]*>", "<>", key)


def held(option: Dict[str, Any], field: str, minor: int) -> Any:
    """The value of a field of an option in one version."""
    changes = sorted((number(version), value) for version, value in option.get(field + "_changes", {}).items())
    return next((value for first, value in reversed(changes) if first <= minor), option.get(field))


def combined(source: Dict[str, Any], distributions: Dict[str, Any]) -> Dict[str, Any]:
    """The options and other names of both inputs; flink-options.json has the versions of a key in which no class declares it."""
    names = {shape(key): key for key in source["options"]}
    families = tuple(distributions["prefixes"])
    named = {key: option for key, option in distributions["options"].items() if is_key(key) and not of_a_family(key, option["class"], families)}
    made = {names.get(shape(key), key): option for key, option in named.items()}
    options = {key: one_option(source["options"].get(key), made.get(key)) for key in {**source["options"], **made}}
    aliases: Dict[str, List[Dict[str, Any]]] = {key: list(entries) for key, entries in source["aliases"].items()}
    for key, option in made.items():
        for field, deprecated in (("deprecated_keys", True), ("fallback_keys", False)):
            for name in option.get(field, []):
                if name["key"] != key and is_key(name["key"]):
                    aliases.setdefault(name["key"], []).append({"option": key, "deprecated": deprecated, "versions": name["versions"]})
    return {"options": options, "aliases": aliases}


def is_key(key: str) -> bool:
    """Whether this can be named: neither a key of which a part is unknown, nor one that Flink sets."""
    return "<>" not in key and not key.startswith(("<", "__"))


def of_a_family(key: str, owner: str, families: Tuple[str, ...]) -> bool:
    """Whether a file system that takes any key with this beginning has the option; in which versions cannot be told."""
    return owner.startswith("org.apache.flink.fs.") and key.startswith(families)


def one_option(known: Optional[Dict[str, Any]], made: Optional[Dict[str, Any]]) -> Dict[str, Any]:
    """What both inputs say of one option; enum is then the words of each minor version."""
    sources = [each for each in (made, known) if each]
    by = {minor: each for each in sources for minor in minors(each["versions"])}
    newest = by[max(by)] if by else sources[-1]
    words_of = {minor: made or each for minor, each in by.items()}
    return {
        **newest,
        **({"allowed": known["allowed"]} if known and "allowed" in known else {}),
        "versions": [version_of(minor) for minor in sorted(by)],
        "type": held(newest, "type", max(by, default=0)),
        "type_changes": {version_of(minor): held(by[minor], "type", minor) for minor in sorted(by)},
        "default": held(newest, "default", max(by, default=0)),
        "default_changes": {version_of(minor): held(by[minor], "default", minor) for minor in sorted(by)},
        "list_changes": {version_of(minor): held(by[minor], "list", minor) for minor in sorted(by)},
        "enum": {minor: listed for minor, listed in ((minor, enum(each, minor)) for minor, each in words_of.items()) if listed},
        "marked_deprecated_in": [version for each in sources for version in each.get("marked_deprecated_in", [])],
        "fallback_keys": [entry for each in sources for entry in each.get("fallback_keys", [])],
    }


def enum(option: Dict[str, Any], minor: int) -> List[str]:
    """The words of an option in one version, none if it takes any."""
    listed = option.get("enum", [])
    if isinstance(listed, list):
        return listed
    return next((found for first, found in sorted(listed.items(), key=lambda each: -number(each[0])) if number(first) <= minor), [])


class Renames:
    """Which key replaces which, per minor version."""

    def __init__(self, source: Dict[str, Any]) -> None:
        self.options = source["options"]
        self.aliases = source["aliases"]

    def targets(self, key: str, minor: int) -> List[str]:
        """The options that read ``key`` when they are not set themselves."""
        version = version_of(minor)
        option = self.options.get(key, {})
        live = version in option.get("versions", [])
        if live and version not in option.get("marked_deprecated_in", []) and key not in ALWAYS_RENAMED:
            return []
        entries = [entry for entry in self.aliases.get(key, []) if version in entry["versions"]]
        return [entry["option"] for entry in entries]

    def current(self, key: str, minor: int) -> Optional[Tuple[str, bool]]:
        """The key that replaces ``key`` and whether it is the only option that ``key`` feeds; None when nothing replaces it."""
        targets = self.targets(key, minor)
        if not targets:
            return None
        final = {self._final(target, minor) for target in targets}
        # rest.bind-port falls back to rest.port, so a value meant for both belongs to rest.port.
        fallbacks = {entry["key"] for name in final for entry in self.options.get(name, {}).get("fallback_keys", [])}
        chosen = sorted(final & fallbacks) or sorted(final)
        if len(chosen) > 1:
            raise Problem(f"{key} of 1.{minor} has no single successor: {', '.join(chosen)}")
        return chosen[0], len(final) == 1

    def _final(self, key: str, minor: int) -> str:
        found = self.current(key, minor)
        return found[0] if found else key

    def lines(self) -> List[str]:
        """All lines of RENAMED."""
        found: Dict[Tuple[str, str, bool], List[int]] = {}
        for key in self.aliases:
            for minor in MINORS:
                replaced = self.current(key, minor)
                if replaced:
                    found.setdefault((key, *replaced), []).append(minor)
        return sorted(f"{key} {span(numbers)} {new}" + ("" if alone else " +") for (key, new, alone), numbers in found.items())


class Undeclared:
    """The keys that are read without an option."""

    def __init__(self, source: Dict[str, Any], keys: Dict[str, Any], told: Iterable[str] = ()) -> None:
        self._keys = keys
        # Sources told which versions have these.
        self._told = set(told)
        self._declared: Dict[str, Set[int]] = {key: set(minors(option["versions"])) for key, option in source["options"].items()}
        for key, entries in source["aliases"].items():
            self._declared.setdefault(key, set()).update(minor for entry in entries for minor in minors(entry["versions"]))
        self._families = {prefix: self._span_of(entry) for prefix, entry in keys["prefixes"].items()}
        self._elsewhere: Dict[str, List[str]] = source.get("elsewhere", {})
        for key, entry in keys["read"].items():
            begin, name, rest = key.partition("<>.")
            if name and begin.count(".") > 2:
                # What one of many is asked for is not known of all of them.
                family = begin + name
                self._families[family] = sorted({*self._families.get(family, ()), *minors(entry["versions"])})

    @staticmethod
    def _of_a_file_system(entry: Dict[str, Any]) -> bool:
        return all(reader.startswith("org/apache/flink/fs/") for reader in entry["by"])

    def _span_of(self, entry: Dict[str, Any]) -> List[int]:
        found = [minor for minor in MINORS if minor in minors(entry["versions"])]
        # A file system's jar is no part of the distribution, and not every version of each can be had.
        return [minor for minor in MINORS if minor >= FILE_SYSTEMS_FROM] if found and self._of_a_file_system(entry) else found

    def _lines(self, found: Dict[str, Iterable[int]]) -> List[str]:
        return [f"{key} {span(numbers)}" for key, numbers in sorted(found.items()) if list(numbers)]

    def _undeclared(self, key: str, versions: Iterable[str]) -> List[int]:
        covered = {minor for prefix, numbers in self._families.items() if key.startswith(prefix) for minor in numbers}
        return [minor for minor in minors(versions) if minor in MINORS and minor not in self._declared.get(key, set()) | covered]

    def read(self) -> List[str]:
        """All lines of READ."""
        found = {key: self._undeclared(key, entry["versions"]) for key, entry in self._keys["read"].items()}
        unknown = [key for key, numbers in found.items() if numbers and ("<" in key or " " in key)]
        if unknown:
            raise Problem(f"no family has what is read of {', '.join(unknown)}")
        return self._lines(dict(found))

    def families(self) -> List[str]:
        """All lines of FAMILIES."""
        return self._lines(dict(self._families))

    def _untold(self) -> Iterator[Tuple[str, List[str]]]:
        for table in ("read", "options"):
            for key, entry in self._keys[table].items():
                # The catalogue takes any key of tables, and of YARN in the versions that are concerned.
                if "untold" in entry and key not in self._told and is_key(key) and not key.startswith(("table.", "yarn.", *self._families)):
                    yield key, entry["untold"]
                    yield from ((other["key"], entry["untold"]) for other in entry.get("deprecated_keys", []) + entry.get("fallback_keys", []))

    def mentioned(self) -> List[str]:
        """All lines of MENTIONED."""
        read = self._keys["read"]
        found: Dict[str, List[int]] = {}
        for key, versions in self._keys["mentioned"].items():
            if "<" not in key:
                found[key] = [minor for minor in self._undeclared(key, versions) if version_of(minor) not in read.get(key, {}).get("versions", [])]
        for key, versions in self._untold():
            # The module that reads it in other versions could not be had of these.
            found.setdefault(key, []).extend(minor for minor in self._undeclared(key, versions) if minor not in found[key])
        for prefix, numbers in self._families.items():
            if numbers and prefix in self._keys["prefixes"] and self._of_a_file_system(self._keys["prefixes"][prefix]):
                found[prefix] = [minor for minor in MINORS if minor < FILE_SYSTEMS_FROM]
        found.update({prefix: minors(versions) for prefix, versions in self._elsewhere.items()})
        return self._lines(dict(found))


def replaced(source: Dict[str, Any]) -> List[str]:
    """All lines of REPLACED."""
    return [f"{key} {number(entry['since'])}- {entry['advice']}" for key, entry in sorted(source["replaced"].items())]


def render(source: Dict[str, Any], distributions: Dict[str, Any]) -> str:
    """The text of option_table.py for the parsed input."""
    known = {**combined(source, distributions), "elsewhere": source["elsewhere"]}
    options = [option_line(key, option) for key, option in sorted(known["options"].items()) if option["versions"]]
    undeclared = Undeclared(known, distributions, source["options"])
    columns = (
        ("OPTIONS", options), ("RENAMED", Renames(known).lines()),
        ("READ", undeclared.read()), ("FAMILIES", undeclared.families()), ("MENTIONED", undeclared.mentioned()),
        ("REPLACED", replaced(source)),
    )
    for line in options:
        if '"""' in line or "\\" in line:
            raise Problem(f"this line cannot stand in a string literal: {line}")
    return HEADER + "\n".join(f'{name} = """\\\n' + "\n".join(map(wrapped, lines)) + '\n"""\n' for name, lines in columns)


def wrapped(line: str) -> str:
    """A line of a table in lines of a source, of which a backslash at the end makes one."""
    if len(line) <= LINE_LIMIT:
        return line
    end = line.rindex(",", 0, LINE_LIMIT) + 1
    return f"{line[:end]}\\\n{wrapped(line[end:])}"


def main() -> int:
    """Write or check the table; the exit status is 1 when --check finds a difference."""
    parser = argparse.ArgumentParser(description="Writes the option catalogue of the module flink_conf.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the table is not what would be written")
    arguments = parser.parse_args()
    text = render(*(json.loads(source.read_text(encoding="utf-8")) for source in (OPTIONS, DISTRIBUTIONS)))
    if not arguments.check:
        OUTPUT.write_text(text, encoding="utf-8")
    elif OUTPUT.read_text(encoding="utf-8") != text:
        print(f"{OUTPUT.relative_to(ROOT)} is not what {Path(__file__).name} writes; run it without --check.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
