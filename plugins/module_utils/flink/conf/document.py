# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flink-conf.yaml that is edited line by line, so that whatever is not touched stays as it is."""

from __future__ import annotations

from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from .reader import (
    JAVA_SPACE,
    SCRIPT_KEYS,
    Setting,
    is_skipped,
    java_lines,
    read_line,
    script_reads,
)


class Line(NamedTuple):
    """One line: its text, its terminator ("" on an unterminated last line) and what Flink takes from it."""

    text: str
    end: str
    setting: Optional[Setting]


class Document:
    """The lines of a flink-conf.yaml, in order. ``render`` of an unedited document is the text it was made from."""

    def __init__(self, text: str) -> None:
        # A removed line becomes None, so that the numbers in _places stay right.
        self._lines: List[Optional[Line]] = [Line(body, end, read_line(body)) for body, end in java_lines(text)]
        self._places: Dict[str, List[int]] = {}
        for number, line in enumerate(self._lines):
            if line and line.setting:
                self._places.setdefault(line.setting.key, []).append(number)

    @property
    def lines(self) -> List[Line]:
        """The lines that are there now."""
        return [line for line in self._lines if line is not None]

    def render(self) -> str:
        """The text of the file."""
        return "".join(line.text + line.end for line in self.lines)

    def settings(self) -> Dict[str, str]:
        """What Flink reads, in the order of the first line of each key."""
        return dict(line.setting for line in self.lines if line.setting)

    def skipped(self) -> List[int]:
        """Numbers (from 1) of the lines that Flink warns about and ignores."""
        return [number for number, line in enumerate(self.lines, 1) if not line.setting and is_skipped(line.text)]

    def hidden_from_scripts(self) -> List[str]:
        """Keys for bin/config.sh that Flink's Java code reads from this file but the script does not, or not alike."""
        return [
            line.setting.key for line in self.lines if line.setting and line.setting.key in SCRIPT_KEYS and not _script_agrees(line)
        ]

    def fold_duplicates(self) -> List[str]:
        """Keep of each key only the line that Flink uses, the last one. Returns the keys that had more."""
        folded = sorted(key for key, places in self._places.items() if len(places) > 1)
        for key in folded:
            self._drop(self._places[key][:-1])
            del self._places[key][:-1]
        return folded

    def set(self, key: str, value: str, replaces: Iterable[str] = ()) -> None:
        """Make ``key`` read as ``value``, in the place of its own line, else of a line with a key of ``replaces``, else at the end.

        All other lines with ``key`` or a key of ``replaces`` go. A comment behind the value stays.
        """
        others = sorted(number for name in replaces for number in self._places.pop(name, ()))
        places = self._places.get(key) or others
        if not places:
            self._append(key, value)
            return
        keep = places[-1]
        line = self._lines[keep]
        wanted = Setting(key, value)
        if line and (line.setting != wanted or (key in SCRIPT_KEYS and not _script_agrees(line))):
            self._lines[keep] = Line(f"{key}: {value}{_comment(line.text)}", _end(key, line.end), wanted)
            self._part_from_previous(keep, key)
        self._drop(number for number in [*self._places.get(key, ()), *others] if number != keep)
        self._places[key] = [keep]

    def remove(self, *keys: str) -> None:
        """Drop every line with one of the keys."""
        for key in keys:
            self._drop(self._places.pop(key, ()))

    def _drop(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._lines[number] = None

    def _append(self, key: str, value: str) -> None:
        style = next((line.end for line in reversed(self._lines) if line and line.end), "\n")
        last, line = self._last_before(len(self._lines))
        if line and not line.end:
            self._lines[last] = line._replace(end=style)
        self._places[key] = [len(self._lines)]
        self._lines.append(Line(f"{key}: {value}", _end(key, style), Setting(key, value)))
        self._part_from_previous(len(self._lines) - 1, key)

    def _last_before(self, number: int) -> Tuple[int, Optional[Line]]:
        """The last line before a place that is not dropped, and where it is."""
        return next(((place, self._lines[place]) for place in range(number - 1, -1, -1) if self._lines[place] is not None), (-1, None))

    def _part_from_previous(self, number: int, key: str) -> None:
        # A lone "\r" ends a line for Java but not for sed.
        last, line = self._last_before(number)
        if key in SCRIPT_KEYS and line and line.end == "\r":
            self._lines[last] = line._replace(end="\n")


def _end(key: str, style: str) -> str:
    # sed would take the "\r" for a part of the value.
    return "\n" if key in SCRIPT_KEYS else style


def _script_agrees(line: Line) -> bool:
    body = line.text + ("\r" if line.end.startswith("\r") else "")
    return line.setting is not None and script_reads(body, line.setting.key) == line.setting.value


def _comment(text: str) -> str:
    before, mark, comment = text.partition("#")
    gap = before[len(before.rstrip(JAVA_SPACE)):]
    return f"{gap or ' '}{mark}{comment}" if mark else ""
