# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A config.yaml that is edited where its values stand, so that whatever is not touched stays as it is."""

from __future__ import annotations

from typing import Callable, Collection, Dict, Iterable, List, NamedTuple, Set, Tuple

try:
    import yaml
except ImportError:  # syntax.standard reports it
    yaml = None  # type: ignore[assignment]

from ...errors import InputError
from ...secrets import HIDDEN, Secrets
from .document import Document
from .secrets import show_text
from .yaml_reader import Entry, as_flink_reads, entries, written


class Edit(NamedTuple):
    """Text that takes the place of that from ``start`` to before ``end``."""

    start: int
    end: int
    text: str


class YamlDocument:
    """The settings of a config.yaml. ``render`` of an unedited document is the text it was made from; the methods are those of Document."""

    def __init__(self, text: str) -> None:
        self._text = text
        # By their numbers, since a key may be there twice: flat and in a map, or by mistake.
        self._entries: Dict[int, Entry] = dict(enumerate(entries(text)))
        #: Key and value of each of them as they shall be read.
        self._reads: Dict[int, Tuple[str, str]] = {number: (entry.key, as_flink_reads(entry.value)) for number, entry in self._entries.items()}
        self._changed: Set[int] = set()
        self._dropped: Dict[int, Entry] = {}
        self._new: Dict[str, str] = {}

    def settings(self) -> Dict[str, str]:
        """What Flink reads, in the order of the file; of two settings of one key it is the later."""
        found: Dict[str, str] = {}
        for key, value in self._reads.values():
            found.pop(key, None)
            found[key] = value
        return {**found, **self._new}

    def fold_duplicates(self) -> List[str]:
        """Keep of each key only the setting that Flink uses, the last one. Returns the keys that had more."""
        folded = set()
        for key in {entry.key for entry in self._entries.values()}:
            places = self._places(key)
            if len(places) > 1:
                folded.add(key)
                self._drop(places[:-1])
        return sorted(folded)

    def set(self, key: str, value: str, replaces: Iterable[str] = ()) -> None:
        """Make ``key`` read as ``value``, in its own place, else in that of a key of ``replaces``, else at the end.

        All other settings of ``key`` or a key of ``replaces`` go. A comment behind the value stays.
        """
        own, others = self._places(key), [number for name in replaces for number in self._places(name)]
        # In a map, only the last part of a key has a place.
        kept = own[-1:] or [number for number in others if len(self._entries[number].around) == 1][-1:]
        for number in kept:
            if self._reads[number] != (key, value) and not (self._entries[number].key == key and _is_list_of(self._entries[number].value, value)):
                self._reads[number] = (key, value)
                self._changed.add(number)
        self._drop(number for number in [*own, *others] if number not in kept)
        if not kept:
            self._new[key] = value

    def remove(self, *keys: str) -> None:
        """Drop every setting of one of the keys."""
        for key in keys:
            self._drop(self._places(key))
            self._new.pop(key, None)

    def skipped(self) -> List[int]:
        """None: what Flink cannot read here keeps it from starting."""
        return []

    def hidden_from_scripts(self) -> List[str]:
        """None: the scripts ask Flink's own reader."""
        return []

    def render(self) -> str:
        """The text of the file."""
        edits = [edit for number in self._changed for edit in self._edits(number)] + self._removals()
        return self._with_new(_edited(self._text, edits))

    def _places(self, key: str) -> List[int]:
        return [number for number, (name, dummy) in self._reads.items() if name == key]

    def _drop(self, numbers: Iterable[int]) -> None:
        for number in list(numbers):
            self._dropped[number] = self._entries.pop(number)
            del self._reads[number]
            self._changed.discard(number)

    def _edits(self, number: int) -> List[Edit]:
        entry, (key, value) = self._entries[number], self._reads[number]
        braces = entry.around[-1].flow_style
        edits = [Edit(*_value_place(self._text, entry), f" {written(value, in_braces=braces)}")]
        if key != entry.key:
            edits.append(Edit(entry.name.start_mark.index, entry.name.end_mark.index, written(key, key=True, in_braces=braces)))
        return edits

    def _removals(self) -> List[Edit]:
        """Whole lines of what was dropped, and of the maps around it that would be left empty."""
        kept = {id(mapping) for entry in self._entries.values() for mapping in entry.around}
        edits = {}
        for entry in self._dropped.values():
            empty: List[yaml.Node] = [mapping for mapping in entry.around[1:] if id(mapping) not in kept]
            mapping = entry.around[len(entry.around) - len(empty) - 1]
            if mapping.flow_style:
                raise _refused(entry, "is in a map in braces")
            name, value = next((name, value) for name, value in mapping.value if value in (empty[:1] or [entry.value]))
            start = self._text.rfind("\n", 0, name.start_mark.index) + 1
            end = self._text.find("\n", max(_end(value), name.end_mark.index))
            edits[start] = Edit(start, end + 1 if end >= 0 else len(self._text), "")
        return list(edits.values())

    def _with_new(self, text: str) -> str:
        if not self._new:
            return text
        around = next((entry.around for entry in (*self._entries.values(), *self._dropped.values())), ())
        if around and around[0].flow_style:
            raise InputError(f"config.yaml is one map in braces, to which nothing can be added: write a line for each setting, then {next(iter(self._new))}")
        indent = " " * (around[0].start_mark.column if around else 0)
        ending = "\r\n" if "\r\n" in text else "\n"
        lines = "".join(f"{indent}{written(key, key=True)}: {written(value)}{ending}" for key, value in self._new.items())
        return f"{text}{ending if text and not text.endswith(chr(10)) else ''}{lines}"


def _refused(entry: Entry, how: str) -> InputError:
    return InputError(f"line {entry.name.start_mark.line + 1} of config.yaml: {entry.key} {how}; give it a line of its own, KEY: VALUE")


def _value_place(text: str, entry: Entry) -> Tuple[int, int]:
    """From behind the colon to the end of the value."""
    colon = text.find(":", entry.name.end_mark.index)
    if text[entry.name.end_mark.index:colon].strip(" \t"):
        raise _refused(entry, "is written with a question mark before its key")
    return colon + 1, max(colon + 1, _end(entry.value))


def _edited(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end:]
    return text


def _is_list_of(node: yaml.Node, text: str) -> bool:
    """Whether a list in the file has the elements of a text in which separators stand between them."""
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(each, yaml.ScalarNode) for each in node.value):
        return False
    elements = [as_flink_reads(each) for each in node.value]
    return text in (";".join(elements), ",".join(elements))


def _end(node: yaml.Node) -> int:
    """Where the text of a value ends. PyYAML's end of a block is where the next one begins, behind comments and empty lines."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = max(node.start_mark.index, end - 1)
    return end


def shown(text: str, secrets: Secrets, changed: Collection[str] = ()) -> str:
    """A whole file without secrets; the secrets among the keys ``changed`` are marked, since a difference would not show them."""
    edits = [
        Edit(*_value_place(text, entry), f" {HIDDEN}{' (new value)' if entry.key in changed else ''}")
        for entry in entries(text) if secrets.is_secret(entry.key)
    ]
    return "".join(show_text(line, secrets) if line.lstrip().startswith("#") else line for line in _edited(text, edits).splitlines(keepends=True))


def taken_over(legacy: str, written_name: Callable[[str], str], last_minor: Callable[[str], int] = lambda key: 0) -> str:
    """A flink-conf.yaml as config.yaml: comments and order stay, keys get their current names, and lines that Flink did not read become comments.

    Of several names of one option Flink reads the current one, wherever it stands, else the newest; ``last_minor`` is the last version that
    has an option of a name.
    """
    document = Document(legacy)
    document.fold_duplicates()
    names = {key: written_name(key) for key in document.settings()}
    read = {names[key]: key for key in sorted(names, key=lambda key: (key == names[key], last_minor(key)))}
    lines = []
    for line in document.lines:
        if line.setting and read[names[line.setting.key]] == line.setting.key:
            dummy, mark, comment = line.text.partition("#")
            lines.append(f"{written(names[line.setting.key], key=True)}: {written(line.setting.value)}{f'  {mark}{comment}' if mark else ''}")
        else:
            text = line.text.strip()
            lines.append(f"# {text}" if text and not text.startswith("#") else text)
    return "".join(f"{line}\n" for line in lines)
