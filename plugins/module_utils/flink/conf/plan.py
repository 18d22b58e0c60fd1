# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the user asks for to the text of flink-conf.yaml, without touching the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ...errors import InputError
from ...secrets import Secrets
from ..versions import FIRST_WITHOUT_LEGACY, minor_of
from . import line_rules, values
from .catalogue import Catalogue, Option
from .command_line import OPERATORS, shell_takes_apart
from .document import Document
from .reader import SCRIPT_KEYS, script_reads
from .restart import to_restart
from .secrets import flink_hides
from .syntax import LINES, STANDARD, Syntax, flattened, standard

if TYPE_CHECKING:
    from .yaml_document import YamlDocument

MODE, STORAGE = "high-availability", "high-availability.storageDir"
QUORUM, ACL = "high-availability.zookeeper.quorum", "high-availability.zookeeper.client.acl"

# The module's options for high availability, in the order in which they are written to a new file.
HA_OPTIONS: Tuple[Tuple[str, str], ...] = (
    ("high_availability", MODE),
    ("zookeeper_quorum", QUORUM),
    ("storage_dir", STORAGE),
    ("cluster_id", "high-availability.cluster-id"),
    ("zookeeper_root", "high-availability.zookeeper.path.root"),
    ("mesos_workers_path", "high-availability.zookeeper.path.mesos-workers"),
    ("zookeeper_acl", ACL),
    ("zookeeper_session_timeout", "high-availability.zookeeper.client.session-timeout"),
    ("zookeeper_connection_timeout", "high-availability.zookeeper.client.connection-timeout"),
    ("zookeeper_retry_wait", "high-availability.zookeeper.client.retry-wait"),
    ("zookeeper_max_retry_attempts", "high-availability.zookeeper.client.max-retry-attempts"),
    ("jobmanager_port", "high-availability.jobmanager.port"),
)

EXCLUSIVE_HEADER = "# Written by Ansible as a whole (baremetal.flink.flink_conf, exclusive): lines added by hand are removed.\n"


class Request(NamedTuple):
    """What the user asks for; the fields are those of the module's options of the same name.

    ``high_availability`` maps names of HA_OPTIONS to values, without the ones that are not given.
    """

    version: str
    high_availability: Mapping[str, Any] = {}
    settings: Mapping[Any, Any] = {}
    absent: Sequence[str] = ()
    unknown_keys: str = "error"
    exclusive: bool = False
    charset: str = "ascii"
    secret_keys: Sequence[str] = ()
    syntax: Syntax = LINES


class Outcome(NamedTuple):
    """What is to be written and what is to be told. Everything but ``text`` is free of secrets.

    ``shown_before`` and ``shown_after`` are the whole texts for a difference, empty when the text does not change.
    """

    text: str
    changed: bool
    effective: Dict[str, str]
    changes: Dict[str, Dict[str, Optional[str]]]
    restart: List[str]
    renamed: Dict[str, str]
    duplicates: List[str]
    warnings: List[str]
    shown_before: str
    shown_after: str


class Plan:
    """Works a request out against the text of a file. All problems are collected and raised together as InputError."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.catalogue = Catalogue(minor_of(request.version))
        self.secrets = Secrets(request.secret_keys)
        self.syntax = request.syntax
        self.wanted: Dict[str, str] = {}
        self.gone: List[str] = []
        self.renamed: Dict[str, str] = {}
        self.warnings: List[str] = []
        self.problems: List[str] = []
        self._origin: Dict[str, str] = {}
        for option, key in HA_OPTIONS:
            value = request.high_availability.get(option)
            if value is not None:
                name = self.catalogue.earlier_name_if_unknown(self.catalogue.current_name(key))
                if self.catalogue.knows(name):
                    self._want(option, name, _ha_value(option, value))
                else:
                    self.problems.append(f"{option} is for another version: {self.catalogue.why_unknown(name)}; leave it out")
        for key, value in (flattened(request.settings) if self.syntax.name == STANDARD else request.settings).items():
            self._setting(key, value)
        for key in request.absent:
            self._forget("absent", key)

    def outcome(self, before: str) -> Outcome:
        """The result for a file that now reads ``before`` ("" when there is none)."""
        document, former = self._former(before)
        old = self._by_current_name(document.settings())
        if self.request.exclusive:
            document = self.syntax.document(EXCLUSIVE_HEADER)
        duplicates = document.fold_duplicates()
        for key in self.gone:
            document.remove(key, *self.catalogue.former_names(key))
        for key, text in self.wanted.items():
            document.set(key, text, self.catalogue.other_names(key))
        after = document.render()
        new = self._by_current_name(document.settings())
        self._check_together(new)
        if self.problems:
            numbered = [f"{number}) {problem}" for number, problem in enumerate(self.problems, 1)]
            raise InputError(("; ".join(numbered) if len(numbered) > 1 else self.problems[0]) + ".")
        changed_keys = sorted(key for key in {**old, **new} if old.get(key) != new.get(key))
        self._warn_about_foreign(document)
        printed = [key for key in changed_keys if key in new and self.secrets.is_secret(key) and not flink_hides(key, self.catalogue.minor)]
        if printed:
            self.warnings.append(f"Flink {self.catalogue.name} prints the values of {', '.join(printed)} in its log when it starts.")
        return Outcome(
            text=after,
            changed=after != before,
            effective={_printable(key): self._show(key, value) for key, value in document.settings().items()},
            changes={
                _printable(key): {"before": self._show(key, old.get(key)), "after": self._show(key, new.get(key))} for key in changed_keys
            },
            restart=to_restart(changed_keys),
            renamed=self.renamed,
            duplicates=[_printable(key) for key in duplicates],
            warnings=[_printable(text) for text in self.warnings],
            shown_before=_printable(self.syntax.show(former, self.secrets)) if after != before else "",
            shown_after=_printable(self.syntax.show(after, self.secrets, changed_keys)) if after != before else "",
        )

    def _former(self, before: str) -> "Tuple[Union[Document, YamlDocument], str]":
        """The file as it is, and its text; one that is replaced as a whole may be of any kind, and counts as empty then."""
        try:
            return self.syntax.document(before), before
        except InputError:
            if not self.request.exclusive:
                raise
            return self.syntax.document(""), ""

    def _setting(self, key: Any, value: Any) -> None:
        ascii_only = self.request.charset == "ascii"
        reason = self.syntax.why_key_is_misread(key, ascii_only)
        if reason:
            self.problems.append(f"the key {key!r} in settings {reason}")
            return
        if value is None:
            self._forget("settings", key)
            return
        try:
            text = self._joined(key, value) if isinstance(value, (list, tuple)) else line_rules.as_text(key, value)
        except ValueError as error:
            self.problems.append(f"{key} {error}")
            return
        name = self._spelling(key)
        if name is not None:
            self._want(key, name, text)

    def _joined(self, key: str, entries: Sequence[Any]) -> str:
        option = self.catalogue.option(self.catalogue.current_name(key))
        return values.joined(key, [line_rules.as_text(key, entry) for entry in entries], option is not None and option.is_list, self.catalogue.minor)

    def _spelling(self, key: str) -> Optional[str]:
        """The name to write ``key`` under; None when it is refused."""
        name = self.catalogue.written_name(key)
        if name == key and key.startswith("high-availability."):
            name = self.catalogue.earlier_name_if_unknown(key)
        if name != key:
            self.renamed[key] = name
            self.warnings.append(f"{key} is written as {name}, its name in Flink {self.catalogue.name}; use that name.")
        elif not self.catalogue.knows(key) and self.request.unknown_keys != "allow":
            why = self.catalogue.why_unknown(key)
            if self.catalogue.may_read(key):
                self.warnings.append(f"{why}; it is written, since something in its code, or a program that goes with it, may read it.")
                return name
            if self.request.unknown_keys == "error":
                self.problems.append(f"{why}; correct the key, or set unknown_keys: warn to write it all the same")
                return None
            self.warnings.append(f"{why}; it is written, and Flink will ignore it unless a plug-in reads it.")
        return name

    def _want(self, origin: str, key: str, text: str) -> None:
        option = self.catalogue.option(key)
        text = values.normalised(option, text)
        quotes_parsed = option is not None and (option.is_list or option.kind == "map")
        reason = self.syntax.why_value_is_misread(key, text, self.request.charset == "ascii", quotes_parsed)
        if reason is None and option is not None:
            reason = self.why_not_parsed(option, text)
            if reason and option.default:
                reason += f" (Flink's default: {option.default})"
        if reason:
            shown = self._show(key, text)
            self.problems.append(f"{origin} {'(hidden value)' if shown != text else repr(text)} {reason}")
        elif key in self.wanted and self.wanted[key] != text:
            self.problems.append(f"{self._origin[key]} and {origin} give {key} two different values; give one of them")
        elif key in self.gone:
            self.problems.append(f"{key} is to be set and to be removed; ask for one of them")
        else:
            self.wanted[key] = text
            self._origin[key] = origin
            if option is not None and option.internal:
                self.warnings.append(f"{key} is internal to Flink, which sets it by itself.")

    def _forget(self, origin: str, key: str) -> None:
        key = self.catalogue.earlier_name_if_unknown(self.catalogue.current_name(key))
        if key in self.wanted:
            self.problems.append(f"{key} is to be set ({self._origin[key]}) and to be removed ({origin}); ask for one of them")
        elif key not in self.gone:
            self.gone.append(key)

    def _by_current_name(self, settings: Mapping[str, str]) -> Dict[str, str]:
        found = {}
        for key, value in settings.items():
            name = self.catalogue.current_name(key)
            if name == key or name not in settings:
                found[name] = value
        return found

    def _check_together(self, settings: Mapping[str, str]) -> None:
        """What only the whole file can tell: a mode without what it needs, a path without a file system."""
        found: List[Tuple[str, str]] = []
        mode = self.catalogue.current_name(MODE)
        if settings.get(mode, "").lower() == "zookeeper":
            for option, key in HA_OPTIONS[1:3]:
                if key not in settings:
                    found.append((mode, f"high availability with ZooKeeper needs {option} ({key}); without it Flink does not start"))
        storage = settings.get(STORAGE)
        if storage and values.why_not_parsed_as("uri", storage) and not (storage.startswith("/") and settings.get("fs.default-scheme")):
            reason = values.why_not_parsed_as("uri", storage)
            found.append((STORAGE, f"storage_dir {storage!r} {reason}; without one each host would keep its own copy"))
        if settings.get(ACL, "").lower() == "creator":
            sasl = self.catalogue.option("zookeeper.sasl.disable")
            disabled = settings.get("zookeeper.sasl.disable", sasl.default if sasl else "")
            if disabled.lower() == "true":
                found.append((ACL, "zookeeper_acl creator needs a session with SASL, which zookeeper.sasl.disable: true switches off"))
        for key, text in found:
            if key in self.wanted:
                self.problems.append(text)
            else:
                self.warnings.append(text + ".")

    def _warn_about_foreign(self, document: "Union[Document, YamlDocument]") -> None:
        skipped = document.skipped()
        if skipped:
            numbers = ", ".join(str(number) for number in skipped)
            self.warnings.append(f'Flink ignores line {numbers}: there is no "key: value" with a space behind the colon.')
        foreign = {key: value for key, value in document.settings().items() if key not in self.wanted}
        unknown = [key for key in foreign if not self.catalogue.knows(key)] if self.request.unknown_keys != "allow" else []
        if unknown:
            self.warnings.append(f"Flink {self.catalogue.name} does not know what is already in the file: {', '.join(map(self._told, sorted(unknown)))}.")
        for key, value in foreign.items():
            option = self.catalogue.option(self.catalogue.current_name(key))
            reason = self.why_not_parsed(option, value) if option else None
            if reason:
                shown = self._show(key, value)
                self.warnings.append(f"in the file {key} {'(hidden value)' if shown != value else repr(value)} {reason}.")
            elif self.syntax.name != STANDARD and key in SCRIPT_KEYS and script_reads(f"{key}: {value}", key) != value:
                self.warnings.append(f"in the file {key} has a value that bin/config.sh reads differently.")
        unseen = [key for key in document.hidden_from_scripts() if key in foreign]
        if unseen:
            names = ", ".join(unseen)
            self.warnings.append(f"bin/config.sh does not read {names} as Flink does: remove tabs before the key or carriage returns.")

    def why_not_parsed(self, option: Option, text: str) -> Optional[str]:
        """Why Flink does not take ``text`` for ``option`` out of the file that is written; None if it does."""
        if self.syntax.name == STANDARD and (option.is_list or option.kind == "map"):
            from .yaml_reader import collection

            found = collection(text)
            if found and found.is_map != option.is_list:
                return values.why_not_all_parsed(option, found.elements)
        return values.why_not_parsed(option, text, self.catalogue.minor)

    def _told(self, key: str) -> str:
        """A key that is not read, with what to do instead where that is known."""
        earlier = self.catalogue.earlier_name(key)
        advice = f"use {earlier}" if earlier else self.catalogue.advice(key)
        return f"{_named(key)} ({advice})" if advice else _named(key)

    def _show(self, key: str, value: Any) -> Any:
        return None if value is None else self.secrets.show(key, _printable(value))


def _ha_value(option: str, value: Any) -> str:
    if option == "zookeeper_quorum":
        return ",".join(part.strip(" ") for part in value)
    text = str(value)
    if option == "high_availability":
        return {"none": "NONE", "standalone": "NONE", "zookeeper": "zookeeper"}.get(text.lower(), text)
    return text


def _named(key: str) -> str:
    # A byte order mark before the first key, for one, is not to be seen otherwise.
    return key if key.isprintable() else ascii(key)


def _printable(text: str) -> str:
    # Bytes of the file that are no UTF-8 are kept in the file, but JSON cannot carry them.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def problems(settings: Mapping[str, Any], version: str, unknown_keys: str = "error", command_line: bool = False) -> List[str]:
    """What would be refused in ``settings``, without a file; empty when nothing. With ``command_line`` a TaskManager of Mesos gets them there."""
    syntax = standard() if minor_of(version) >= FIRST_WITHOUT_LEGACY else LINES
    plan = Plan(Request(version=version, settings=settings, unknown_keys=unknown_keys, syntax=syntax))
    if command_line:
        plan.problems += [
            f"{key} has one of {' '.join(OPERATORS)} ` $( outside of quotes, or a quote that does not end; on Mesos Flink puts its settings "
            "on a shell's command line as they are, and no TaskManager would start: write the value without"
            for key, text in plan.wanted.items() if shell_takes_apart(text)
        ]  # fmt: skip
    try:
        plan.outcome("")
    except InputError as error:
        return [str(error).rstrip(".")]
    return []
