# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options a Flink version has, of which type, and how it spells them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ...errors import InputError
from ..versions import has, in_span, minor_of, name_of, names_of
from .option_table import FAMILIES, MENTIONED, OPTIONS, READ, RENAMED, REPLACED
from .syntax import flattened

# Families in which Flink, a file system or a plug-in takes any key: what it begins with, <> for a name without dots, and the
# minor versions. Those that the code names are in FAMILIES.
FREE_PREFIXES: Tuple[Tuple[str, str], ...] = (
    ("metrics.reporter.<>.", "2-"),
    ("external-resource.<>.", "11-"),
    ("fs.", "2-"),
    ("kubernetes.", "10-"),
    ("sql-gateway.endpoint.", "16-"),
    # The catalogue does not cover these in these versions: the options live in jars outside flink-dist.
    ("table.", "2-"),
    ("python.", "9-"),
    ("yarn.", "2-8"),
    # The SQL gateway hands these to the scheduler of this name (WorkflowSchedulerFactoryUtil).
    ("workflow-scheduler.<>.", "20-"),
    *((prefix, span) for prefix, dummy, span in (line.partition(" ") for line in FAMILIES.splitlines())),
)


class Option(NamedTuple):
    """An option as one version knows it.

    ``kind`` is the type of its value (see values.py). ``choices`` are its only values, () if there is no such list;
    ``class_name`` says that a Java class name is taken too. ``default`` is written as in flink-conf.yaml, "" for none.
    ``unit`` is what a whole number counts: "ms", "s", "b" (bytes), "m" (megabytes), "" for no unit or one that is not known.
    """

    key: str
    kind: str
    is_list: bool
    internal: bool
    choices: Tuple[str, ...]
    case_sensitive: bool
    class_name: bool
    default: str
    unit: str = ""


class Catalogue:
    """The options of one minor version; ``minor`` is 12 for Flink 1.12, 103 for 2.3."""

    def __init__(self, minor: int) -> None:
        self.minor = minor
        self.name = name_of(minor)
        self._rows: Dict[str, str] = {}
        self._templates: List[str] = []
        for line in OPTIONS.splitlines():
            key, space, row = line.partition(" ")
            self._rows[key] = row
            if "<" in key:
                self._templates.append(key)
        self._current: Dict[str, str] = {}
        self._former: Dict[str, List[str]] = {}
        self._ever_former: Dict[str, List[str]] = {}
        self._ever_later: Dict[str, List[str]] = {}
        dropped: Dict[str, Tuple[int, str]] = {}
        for line in RENAMED.splitlines():
            old, span, new, *shared = line.split(" ")
            self._ever_former.setdefault(new, []).append(old)
            self._ever_later.setdefault(old, []).append(new)
            if in_span(minor, span):
                self._current[old] = new
                if not shared:
                    self._former.setdefault(new, []).append(old)
            if _last(span) < minor:
                dropped[old] = max(dropped.get(old, (0, "")), (_last(span), new))

        self._dropped = {old: new for old, (dummy, new) in dropped.items()}
        replaced = (line.split(" ", 2) for line in REPLACED.splitlines())
        self._replaced = [(key, advice) for key, span, advice in replaced if in_span(minor, span)]
        # Worked out when it is asked for.
        self._dropped_of: Optional[Dict[Optional[str], List[str]]] = None

    def option(self, key: str) -> Optional[Option]:
        """The option ``key``, also when it is one of a family such as metrics.reporter.NAME.class; None if unknown."""
        row = self._row(key)
        if row is None:
            return None
        span, kinds, traits, default = (row.split(" ", 3) + [""])[:4]
        if not in_span(self.minor, span):
            return None
        kind = self._kind(kinds)
        choices: Tuple[str, ...] = ()
        class_name = is_list = False
        unit = ""
        flags = traits.split(";")
        for flag in flags:
            name, equals, value = flag.partition("=")
            # Where the option became an enum in a later version, the earlier ones took other words.
            if name == "one" and ("enum" not in kinds or kind == "enum"):
                choices = self._choices(value)
            elif name == "class":
                class_name = in_span(self.minor, value)
            elif name == "list":
                is_list = not value or in_span(self.minor, value.replace("+", ","))
            elif name == "unit":
                unit = value
        if default.startswith("@"):
            changes = [change.partition(":") for change in default[1:].split("@")]
            default = next((text for start, colon, text in reversed(changes) if int(start) <= self.minor), "")
        return Option(key, kind, is_list, "internal" in flags, choices, "case" in flags, class_name, default, unit)

    def current_name(self, key: str) -> str:
        """The name under which this version reads what ``key`` meant in an earlier one; ``key`` itself if it is current."""
        return self._current.get(key, key)

    def written_name(self, key: str) -> str:
        """The name to write ``key`` under: its current one, also where this version has dropped the deprecated one; ``key`` itself if there is none."""
        name = self.current_name(key)
        return name if name != key or self.knows(key) else self._successor(key) or key

    def last_minor(self, key: str) -> int:
        """The last minor version in which ``key`` is the name of an option, and not only a deprecated one; 0 if in none."""
        span = (self._row(key) or "").partition(" ")[0]
        return _last(span) if span else 0

    def dropped_names(self, key: str) -> List[str]:
        """Deprecated names of ``key`` that earlier versions read and this one does not."""
        if self._dropped_of is None:
            self._dropped_of = {}
            for old in self._dropped:
                if not self.knows(old):
                    self._dropped_of.setdefault(self._successor(old), []).append(old)
        return self._dropped_of.get(key, [])

    def _successor(self, key: str) -> Optional[str]:
        name, seen = key, {key}
        while name in self._dropped or name in self._current:
            name = self._current.get(name) or self._dropped[name]
            if name in seen:
                return None
            seen.add(name)
        return name if name != key and self.option(name) else None

    def former_names(self, key: str) -> List[str]:
        """The deprecated names of ``key`` that this version still reads when ``key`` is absent, and for nothing else."""
        return self._former.get(key, [])

    def earlier_name(self, key: str) -> Optional[str]:
        """The name of ``key`` in this version, when ``key`` is a later version's name for it; None if there is none."""
        return next((old for old in self._ever_former.get(key, ()) if self.option(old)), None)

    def earlier_name_if_unknown(self, key: str) -> str:
        """The name to use for ``key``: itself, or what this version still calls it when only later ones know it."""
        return key if self.option(key) else self.earlier_name(key) or key

    def later_names(self, key: str) -> List[str]:
        """Names that later versions gave to ``key`` and that this version does not read."""
        return [new for new in self._ever_later.get(key, ()) if not self.knows(new)]

    def knows(self, key: str) -> bool:
        """Whether something in this version can read ``key``: as an option, a deprecated name, a plain key, an entry of a map, or in a free family."""
        if self.option(key) is not None or key in self._current or in_span(self.minor, _read_plainly(key)):
            return True
        return not self.advice(key) and (self._is_entry(key) or self._is_free(key))

    def advice(self, key: str) -> str:
        """What to do instead of setting ``key``, which this version has dropped; empty where nothing is known of that."""
        for dropped, advice in self._replaced:
            begin, name, rest = dropped.partition("<>")
            if not key.startswith(begin):
                continue
            own = key[len(begin):len(key) - len(rest)]
            if key == dropped or dropped.endswith(".") or name and own and "." not in own and key == begin + own + rest:
                return advice.replace("<>", own)
        return ""

    def may_read(self, key: str) -> bool:
        """Whether nobody can tell if this version reads ``key``: its code has the word, but no option, or a file system's jar may read it."""
        found = (line.partition(" ") for line in MENTIONED.splitlines())
        return any((key == name or name.endswith(".") and key.startswith(name)) and in_span(self.minor, span) for name, dummy, span in found)

    def other_names(self, key: str) -> List[str]:
        """All names of other versions, or deprecated ones of this, in whose place ``key`` is written."""
        return [*self.former_names(key), *self.later_names(key), *self.dropped_names(key)]

    def known_keys(self) -> List[str]:
        """All plain keys of this version, the deprecated ones too."""
        keys = [key for key, row in self._rows.items() if in_span(self.minor, row.split(" ", 1)[0])]
        return sorted(set(keys) | set(self._current))

    def nearest(self, key: str, cutoff: float = 0.6) -> Optional[str]:
        """The known key that looks most like ``key``; None when nothing is near."""
        import difflib  # only on the way to an error

        known = self.known_keys()
        folded = {name.lower(): name for name in reversed(known)}
        found = difflib.get_close_matches(key.lower(), list(folded), n=1, cutoff=cutoff)
        return self.current_name(folded[found[0]]) if found else None

    def spelled(self, settings: Mapping[str, Any]) -> Dict[str, Any]:
        """Settings that are written by the names of any version, by those of this one; what it has no name for is left out.

        For what the collection sets itself. Of what a user sets nothing is left out without a word.
        """
        found: Dict[str, Any] = {}
        for key, value in settings.items():
            current = key if self.option(key) else self.current_name(key)
            name = current if self.knows(current) else self.earlier_name(current) or self.earlier_name(key)
            # Of two names for the same thing the version's own is meant.
            if name and (name == key or name not in settings):
                found[name] = value
        return found

    def why_unknown(self, key: str) -> str:
        """One clause about a key that this version does not know: where it exists, or what was probably meant."""
        text = f"Flink {self.name} does not know {key}"
        earlier = self.earlier_name(key)
        if earlier:
            return f"{text} (it still calls it {earlier})"
        spans = [span for span in ((self._row(key) or "").partition(" ")[0], _read_plainly(key)) if span]
        advice = self.advice(key)
        if spans:
            return f"{text} (known to {names_of(','.join(spans))} only{f'; {advice}' if advice else ''})"
        if advice:
            return f"{text} ({advice})"
        near = self.nearest(key)
        return f"{text} (did you mean {near}?)" if near else text

    def _row(self, key: str) -> Optional[str]:
        row = self._rows.get(key)
        if row is None:
            for template in self._templates:
                # A pattern is dear: most templates are told apart by what they begin with.
                begins = not template.endswith(">") and key.startswith(template.partition("<")[0])
                if begins and re.match(re.sub(r"<[^>]*>", "[^.]+", re.escape(template)) + r"\Z", key):
                    return self._rows[template]
        return row

    def _kind(self, kinds: str) -> str:
        kind = "string"
        for change in kinds.split(","):
            start, colon, name = change.rpartition(":")
            if not colon or int(start) <= self.minor:
                kind = name
        return kind

    def _choices(self, values: str) -> Tuple[str, ...]:
        found = []
        for value in values.split(","):
            word, at, span = value.partition("@")
            if not at or in_span(self.minor, span.replace("+", ",")):
                found.append(word)
        return tuple(found)

    def _is_entry(self, key: str) -> bool:
        if not has(self.minor, "prefix_maps"):
            return False
        around = (self.option(self.current_name(key[:place])) for place, character in enumerate(key) if character == ".")
        return any(option is not None and option.kind == "map" and not option.is_list for option in around)

    def _is_free(self, key: str) -> bool:
        # A key that is listed for other versions only is known not to be read here, whatever family it looks like.
        listed = key in self._rows and not key.startswith(("table.", "python.", "yarn."))
        if listed:
            return False
        return any(in_span(self.minor, span) and belongs(key, prefix) for prefix, span in FREE_PREFIXES)


def _last(span: str) -> int:
    """The last minor version of "2-3,9-20"."""
    return int(re.split("[,-]", span)[-1])


def _read_plainly(key: str) -> str:
    """The minor versions that read ``key`` without an option; empty if none does."""
    return f"\n{READ}".partition(f"\n{key} ")[2].partition("\n")[0]


def belongs(key: str, family: str) -> bool:
    """Whether ``key`` is one of ``family``, which is what its keys begin with, <> for a name without dots."""
    begin, name, rest = family.partition("<>")
    if not key.startswith(begin):
        return False
    own, dot, following = key[len(begin):].partition(".")
    if not name:
        return len(key) > len(begin)
    return bool(own) and f".{following}".startswith(rest) and len(following) >= len(rest)


def settings_for(settings: Mapping[str, Any], version: str, others: Mapping[str, Any] = MappingProxyType({})) -> Dict[str, Any]:
    """The filter flink_settings_for; of a version that is not known all of them, as its fault is said elsewhere."""
    try:
        catalogue = Catalogue(minor_of(version))
    except InputError:
        return dict(settings)
    taken = {catalogue.current_name(str(key)) for key in flattened(others)}
    return {key: value for key, value in catalogue.spelled(settings).items() if key not in taken}
