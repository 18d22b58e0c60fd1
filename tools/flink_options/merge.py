# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several versions read, in one table: for each key the versions, and from which version its type and default hold."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterable, List, Optional, Set, Tuple

from .distribution import module

#: Readers of configurations of their own (of one task, one input, one operator), into which the cluster's never goes.
OTHER_CONFIGURATIONS = re.compile(
    r"org/apache/flink/("
    r"runtime/operators/util/TaskConfig|runtime/jobgraph/InputOutputFormatContainer|streaming/api/graph/StreamConfig|util/InstantiationUtil"
    r"|api/common/cache/DistributedCache|optimizer/(dag|operators)/|python/api/|kubernetes/utils/KubernetesUtils"
    r"|runtime/metrics/(MetricRegistry\w*|ReporterSetup)|runtime/zookeeper/FlinkZooKeeperQuorumPeer"
    r"|configuration/(Delegating)?Configuration\b)"
)
#: Classes whose strings with dots are properties of tables, columns and metrics.
NO_CONFIGURATION = re.compile(r"org/apache/flink/(table/(?!api/config)|sql/|formats/|connectors?/|metrics/|runtime/jobmaster/event/|cep/|graph/|api/scala/)")
#: Classes whose options are those of one table, format, reporter, driver or operator, under names that only hold there. What all sources
#: share (connector.base.source, connector.file.src) they are given out of the cluster's configuration.
OF_ONE_THING = re.compile(
    r"org\.apache\.flink\.(configuration\.ConfigurationUtils|connectors?(?!\.(base\.source|file\.src)\.)|formats|metrics|externalresource|streaming\.api\.graph"
    r"|runtime\.operators\.util|api\.common\.cache|table\.(catalog|connector|descriptors|factories|filesystem|formats|runtime|sinks|sources|utils)"
    r"|table\.api\.config\.(LookupJoinHintOptions|MLPredictRuntimeConfigOptions))\b"
)
#: Classes that have options of the cluster, under these words, and of one reporter or provider, which stand behind its name.
OF_BOTH = re.compile(r"org\.apache\.flink\.configuration\.(Metric|Event|Trace|Security)Options (?!(metrics|events|traces|security|zookeeper)\.)")
#: Strings of Flink that look like keys: names of metrics, of generated code and of the system's own properties.
NO_KEY = re.compile(
    r"(Changelog\w+|fileMerging|forst\.fileCache)\..*"
    r"|(Status|git|hw|TLSv1|akka|metadata|rowtime|statistics|terminationCriterion|topn|f0|Integer|MetricGroupType|System|project|this)\..*"
    r"|.*[.-]\Z|.*%s"
)


#: What an option may have another of in another version.
CHANGING = ("type", "default", "list")


def order(minor: str) -> Tuple[int, ...]:
    """ "1.10" -> (1, 10)"""
    return tuple(int(part) for part in minor.split("."))


class OrderError(Exception):
    """A version is not newer than those that it is added to."""


def merge(said: Iterable[Dict[str, Any]], onto: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
    """One table out of what Reading.run() gave for each version (with its "version"), which are newer than those of the table ``onto``."""
    old: Dict[str, Any] = onto or {"releases": {}, "options": {}, "read": {}, "prefixes": {}, "mentioned": {}}
    by_minor = {".".join(each["version"].split(".")[:2]): each for each in said}
    minors = sorted(by_minor, key=order)
    if old["releases"] and order(max(old["releases"], key=order)) >= order(minors[0]):
        raise OrderError(f"{minors[0]} is not newer than what is there; merge all versions anew")
    modules = Modules(by_minor)
    options = _options({minor: by_minor[minor]["options"] for minor in minors}, old["options"])
    read = _readers({minor: by_minor[minor]["read"] for minor in minors}, old["read"])
    return {
        "releases": {**old["releases"], **{minor: {"version": by_minor[minor]["version"], "jars": by_minor[minor]["jars"]} for minor in minors}},
        "options": modules.with_untold(options, lambda entry: [entry["class"].replace(".", "/")]),
        "read": modules.with_untold(read, lambda entry: entry["by"]),
        "prefixes": _readers({minor: by_minor[minor]["prefixes"] for minor in minors}, old["prefixes"], NO_CONFIGURATION),
        "mentioned": _mentioned({minor: by_minor[minor]["mentioned"] for minor in minors}, old["mentioned"]),
    }


class Modules:
    """Which modules could be had of which version."""

    def __init__(self, by_minor: Dict[str, Dict[str, Any]]) -> None:
        self._of_a_class = {minor: each["modules"] for minor, each in by_minor.items()}
        self._there: Dict[str, Set[str]] = {minor: {module(jar) for jar in said["jars"]} for minor, said in by_minor.items()}
        self._order = sorted(by_minor, key=order)

    def with_untold(self, entries: Dict[str, Any], classes: Callable[[Dict[str, Any]], List[str]]) -> Dict[str, Any]:
        """Adds the versions of which the module of these classes could not be had, if those beside them have the key."""
        for entry in entries.values():
            wanted = {modules.get(name, "") for modules in self._of_a_class.values() for name in classes(entry)} - {"", "flink-dist"}
            untold = [minor for minor in self._order if wanted and not self._told(minor, entry, wanted) and self._beside(minor, entry, wanted)]
            if untold:
                entry["untold"] = [*entry.get("untold", []), *untold]
        return entries

    def _told(self, minor: str, entry: Dict[str, Any], wanted: Set[str]) -> bool:
        # A distribution has all modules but those of file systems, which are plug-ins of their own.
        whole = "flink-dist" in self._there[minor] and not any("-fs-" in each for each in wanted)
        return minor in entry["versions"] or whole or bool(wanted & self._there[minor])

    def _beside(self, minor: str, entry: Dict[str, Any], wanted: Set[str]) -> bool:
        at = self._order.index(minor)
        for others in (self._order[at + 1:], self._order[:at][::-1]):
            told = next((other for other in others if self._told(other, entry, wanted)), None)
            if told in entry["versions"]:
                return True
        return False


def _readers(by_minor: Dict[str, Dict[str, List[str]]], found: Dict[str, Any], but: "re.Pattern[str]" = OTHER_CONFIGURATIONS) -> Dict[str, Any]:
    for minor, keys in by_minor.items():
        for key, readers in keys.items():
            concerned = [reader for reader in readers if not OTHER_CONFIGURATIONS.match(reader) and not but.match(reader)]
            # Nothing is said by a key of which the beginning is unknown, nor by a package of Java.
            if concerned and not re.match(r"<|(java|javax|scala|org|com)\.", key):
                entry = found.setdefault(key, {"versions": [], "by": []})
                entry["versions"].append(minor)
                entry["by"] = concerned
    return dict(sorted(found.items()))


def _mentioned(by_minor: Dict[str, Dict[str, List[str]]], found: Dict[str, List[str]]) -> Dict[str, List[str]]:
    for minor, keys in by_minor.items():
        for key, places in keys.items():
            if not NO_KEY.match(key) and not all(NO_CONFIGURATION.match(place) or OTHER_CONFIGURATIONS.match(place) for place in places):
                found.setdefault(key, []).append(minor)
    return dict(sorted(found.items()))


def _options(by_minor: Dict[str, Dict[str, Any]], found: Dict[str, Any]) -> Dict[str, Any]:
    for entry in found.values():
        entry.setdefault("list", False)
        for field in CHANGING:
            entry.setdefault(field + "_changes", {entry["versions"][0]: entry[field]})
    for minor, options in by_minor.items():
        for key, option in options.items():
            # What is set for one table or format is no key of the cluster.
            if key.startswith("table.") or not (OF_ONE_THING.match(option["class"]) or OF_BOTH.match(f"{option['class']} {key}")):
                _add_option(found.setdefault(key, {"versions": []}), option, minor)
    for entry in found.values():
        for field in CHANGING:
            if len(entry[field + "_changes"]) == 1:
                del entry[field + "_changes"]
        if not entry["list"] and "list_changes" not in entry:
            del entry["list"]
    return dict(sorted(found.items()))


def _add_option(entry: Dict[str, Any], option: Dict[str, Any], minor: str) -> None:
    entry["versions"].append(minor)
    for field in CHANGING:
        changes = entry.setdefault(field + "_changes", {})
        value = option.get(field, False)
        if not changes or entry[field] != value:
            changes[minor] = value
        entry[field] = value
    entry["class"] = option["class"]
    if "enum" in option:
        words = entry.setdefault("enum", {})
        if not words or words[max(words, key=order)] != option["enum"]:
            words[minor] = option["enum"]
    if option.get("deprecated"):
        entry.setdefault("marked_deprecated_in", []).append(minor)
    for field in ("deprecated_keys", "fallback_keys"):
        _other_names(entry, field, option.get(field, []), minor)


def _other_names(entry: Dict[str, Any], field: str, names: List[Dict[str, str]], minor: str) -> None:
    for name in names:
        known = entry.setdefault(field, [])
        same = next((each for each in known if each["key"] == name["key"]), None)
        if same is None:
            known.append({"key": name["key"], "versions": [minor]})
        else:
            same["versions"].append(minor)
