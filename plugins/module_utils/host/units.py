# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units of one layer: started, steady, and running with what is on disk.

A unit is stale when a file it depends on is newer than its process. That holds whoever wrote the file and whichever run did,
so a restart that an interrupted run still owed is found by the next one. A drop-in that was removed leaves its directory newer;
where that is gone too, systemd itself still names the drop-in until it is told to look again.

A process may be newer than its unit file and run with the older one all the same: systemd restarted it before it was told to
read its files again. Only systemd knows, and forgets it with the reload. So each running unit for which it asked for a reload is
written down first, by the invocation of its process, in a directory that a reboot empties as it ends the process.
"""

from __future__ import annotations

import calendar
import os
import re
import shutil
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ..errors import CollectionError
from .foreign_units import is_foreign
from .free_space import free_bytes

Runner = Callable[[Sequence[str]], Tuple[int, str, str]]

STATES = ("started", "stopped", "restarted", "reloaded", "absent", "query")
PROPERTIES = (
    "Id", "LoadState", "LoadError", "ActiveState", "SubState", "UnitFileState", "MainPID", "ExecMainStartTimestampMonotonic",
    "ExecMainStartTimestamp", "ActiveEnterTimestampMonotonic", "ActiveEnterTimestamp", "NRestarts", "InvocationID", "FragmentPath",
    "DropInPaths", "NeedDaemonReload", "Result", "ExecMainStatus", "Type", "Job", "FreezerState", "WorkingDirectory", "ReadWritePaths",
)  # fmt: skip
UNIT_DIRECTORY = "/etc/systemd/system"
#: For each unit that runs with an older definition than systemd has by now a file with the invocation of that process.
MARKS_DIRECTORY = "/run/baremetal-flink/stale-units"
MARKED = ("Id", "ActiveState", "InvocationID", "NeedDaemonReload")
#: systemd's readable times have whole seconds: a clock that was set by less than this is not told from one that was not.
CLOCK_STEP = 2.0
# Where packages have their units.
PACKAGED = ("/lib/", "/usr/")
# Rewritten by every daemon-reload, so their times say nothing about a change.
GENERATED = "/run/systemd/generator"
POLL_SECONDS = 0.25
JOURNAL_LINES = 20


class HostUnitsError(CollectionError):
    """A unit cannot be brought to its state; the text carries the unit's last journal lines."""


@dataclass
class Wanted:
    """One unit as asked for: ``watch`` are paths whose change makes a running unit stale."""

    name: str
    state: str = "query"
    enabled: Optional[bool] = None
    watch: List[str] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """The name with its suffix."""
        return self.name if "." in self.name.rsplit("@", 1)[-1] else f"{self.name}.service"


@dataclass
class Seen:
    """One unit as systemd sees it. ``started_at`` is in seconds since the epoch, None when no process runs.

    ``clock_at_start`` is what the clock said then, which differs from ``started_at`` when it has been set since, and ``age`` the
    seconds that have gone by.
    """

    unit: str = ""
    exists: bool = False
    load: str = "not-found"
    load_error: str = ""
    active: str = "inactive"
    sub: str = "dead"
    enabled: str = ""
    pid: int = 0
    started_at: Optional[float] = None
    clock_at_start: Optional[float] = None
    age: float = 0.0
    restarts: int = 0
    invocation: str = ""
    fragment: str = ""
    dropins: List[str] = field(default_factory=list)
    needs_reload: bool = False
    frozen: bool = False
    directories: List[str] = field(default_factory=list)
    result: str = ""
    status: str = ""
    type: str = ""
    job: bool = False
    stale: bool = False
    stale_because: List[str] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        """Whether a process of it is there, or is coming or going."""
        return self.active in ("active", "reloading", "activating", "deactivating") and bool(self.invocation)

    def is_older_than(self, changed: float) -> bool:
        """Whether the process began before a file was written that is dated ``changed``.

        A file that was written after the start and before the clock was set has its date by the clock of the start.
        """
        if self.started_at is None:
            return False
        then = self.clock_at_start
        if then is None or abs(then - self.started_at) <= CLOCK_STEP:
            return changed > self.started_at
        return changed > self.started_at or then < changed <= then + self.age

    def answer(self) -> Dict[str, Any]:
        """The unit's part of the module's answer."""
        return {
            "exists": self.exists,
            "active": self.active,
            "sub": self.sub,
            "pid": self.pid or None,
            "started_at": None if self.started_at is None else round(self.started_at, 3),
            "enabled": self.enabled in ("enabled", "enabled-runtime"),
            "stale": self.stale,
            "stale_because": self.stale_because,
            "suspended": self.frozen or _is_stopped(self.pid),
            "free_mb": {path: free_bytes(path) >> 20 for path in self.directories},
        }


@dataclass
class Outcome:
    """What was done, or would be done in check mode: lists of unit names as they were given."""

    started: List[str] = field(default_factory=list)
    restarted: List[str] = field(default_factory=list)
    reloaded: List[str] = field(default_factory=list)
    stopped: List[str] = field(default_factory=list)
    enabled: List[str] = field(default_factory=list)
    disabled: List[str] = field(default_factory=list)
    removed: List[str] = field(default_factory=list)
    stale: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    daemon_reloaded: bool = False
    units: Dict[str, Seen] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything was done to a unit."""
        return any((self.started, self.restarted, self.reloaded, self.stopped, self.enabled, self.disabled, self.removed))


class Units:
    """Brings units to their states through ``systemctl``, with one process per question however many units there are."""

    def __init__(
        self,
        run: Runner,
        wait: float = 60.0,
        settle: float = 2.0,
        check_mode: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        unit_directory: str = UNIT_DIRECTORY,
        marks_directory: str = MARKS_DIRECTORY,
    ) -> None:
        self.run = run
        self.wait = wait
        self.settle = settle
        self.check_mode = check_mode
        self.monotonic = monotonic
        self.now = now
        self.sleep = sleep
        self.unit_directory = unit_directory
        self.marks_directory = marks_directory
        # Per unit the process (its invocation) that began with drop-ins which are there no more, and their paths.
        self._gone: Dict[str, Tuple[str, List[str]]] = {}

    def converge(self, wanted: List[Wanted], restart_stale: bool = False) -> Outcome:
        """Bring every unit to its state and wait until those started are steady."""
        names = [unit.name for unit in wanted]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise HostUnitsError(f"Units are listed twice: {', '.join(twice)}; keep one entry for each.")
        outcome = Outcome()
        seen = self._fresh(wanted, outcome)
        self._judge_staleness(wanted, seen, outcome)
        self._refuse_unusable(wanted, seen)
        self._enable(wanted, seen, outcome)
        begun: Dict[str, Seen] = {}
        stopping: List[Wanted] = []
        for verb, unit in self._actions(wanted, seen, restart_stale):
            getattr(outcome, {"start": "started", "restart": "restarted", "reload": "reloaded", "stop": "stopped"}[verb]).append(
                unit.name
            )
            if verb == "stop":
                stopping.append(unit)
            else:
                begun[unit.name] = seen[unit.name]
        if not self.check_mode:
            self._carry_out(wanted, outcome, seen, begun, stopping)
        self._remove(wanted, seen, outcome)
        if outcome.changed and not self.check_mode:
            seen = self.show(wanted)
            self._judge_staleness(wanted, seen, outcome)
        outcome.units = seen
        outcome.stale = [unit.name for unit in wanted if seen[unit.name].stale]
        return outcome

    def show(self, wanted: List[Wanted]) -> Dict[str, Seen]:
        """Every unit's properties, in one process."""
        if not wanted:
            return {}
        command = ["systemctl", "show", "--no-pager", f"--property={','.join(PROPERTIES)}", "--"] + [unit.unit for unit in wanted]
        code, out, err = self.run(command)
        if code != 0:
            raise HostUnitsError(f"systemctl show failed: {(err or out).strip()}. This host must run systemd.")
        blocks = out.strip("\n").split("\n\n")
        if len(blocks) != len(wanted):
            raise HostUnitsError(f"systemctl show answered for {len(blocks)} of {len(wanted)} units: {err.strip()}")
        now, monotonic = self.now(), self.monotonic()
        return {unit.name: parse_show(block, now, monotonic) for unit, block in zip(wanted, blocks)}

    def journal(self, unit: str) -> str:
        """The unit's last journal lines, or why there are none."""
        code, out, err = self.run(["journalctl", "-u", unit, "-n", str(JOURNAL_LINES), "-o", "cat", "--no-pager"])
        return out.strip() if code == 0 and out.strip() else f"(no journal lines: {err.strip() or 'the journal is empty'})"

    def _systemctl(self, *arguments: str) -> None:
        code, out, err = self.run(["systemctl", *arguments])
        if code != 0:
            raise HostUnitsError(f"systemctl {' '.join(arguments)} failed: {(err or out).strip()}")

    def _fresh(self, wanted: List[Wanted], outcome: Outcome) -> Dict[str, Seen]:
        seen = self.show(wanted)
        self._gone = {name: (state.invocation, [path for path in state.dropins if _is_gone(path)]) for name, state in seen.items()}
        unread = [unit for unit in wanted if self._is_unread(unit, seen[unit.name])]
        if self.check_mode:
            for unit in unread:
                seen[unit.name].needs_reload = True
        elif unread or any(state.needs_reload for state in seen.values()):
            for unit in unread:
                self._mark(unit.unit, seen[unit.name])
            due = [unit for unit in wanted if unit in unread or seen[unit.name].needs_reload]
            before = {unit.name: seen[unit.name].invocation for unit in due}
            self._reload(outcome)
            seen = self.show(wanted)
            for unit in due:
                # A process that began while systemd read its files began with the old ones or with the new ones.
                if seen[unit.name].invocation != before[unit.name]:
                    self._mark(unit.unit, seen[unit.name])
        return seen

    def _is_unread(self, unit: Wanted, state: Seen) -> bool:
        """Whether our unit file is one that systemd has not looked at: it knows no such unit, or a package's unit of that name."""
        path = os.path.join(self.unit_directory, unit.unit)
        if not state.exists:
            return os.path.lexists(path)
        return state.fragment.startswith(PACKAGED) and os.path.isfile(path) and not os.path.islink(path)

    def _reload(self, outcome: Outcome) -> None:
        self._mark_unread()
        self._systemctl("daemon-reload")
        outcome.daemon_reloaded = True

    def _mark_unread(self) -> None:
        """Write down which units run with an older definition, those of other layers too: the next reload makes systemd forget."""
        code, out, err = self.run(["systemctl", "show", "--no-pager", f"--property={','.join(MARKED)}", "--", "*.service"])
        if code != 0:
            raise HostUnitsError(f"systemctl show failed: {(err or out).strip()}. This host must run systemd.")
        for block in out.strip("\n").split("\n\n"):
            state = parse_show(block, 0, 0)
            if state.needs_reload:
                self._mark(state.unit, state)

    def _mark(self, unit: str, state: Seen) -> None:
        if not state.runs:
            return
        os.makedirs(self.marks_directory, mode=0o755, exist_ok=True)
        path = os.path.join(self.marks_directory, unit)
        with open(f"{path}.new", "w", encoding="ascii") as file:
            file.write(state.invocation)
        os.replace(f"{path}.new", path)

    def _is_marked(self, unit: Wanted, state: Seen) -> bool:
        """Whether its process is the one that was written down; what was written of another one is taken away."""
        path = os.path.join(self.marks_directory, unit.unit)
        try:
            with open(path, encoding="ascii") as file:
                marked = file.read()
        except FileNotFoundError:
            return False
        except PermissionError:
            # Root's umask may hide it from who only looks without root's rights, as verify does.
            if self.check_mode:
                return False
            raise
        if marked == state.invocation and state.runs:
            return True
        if not self.check_mode:
            os.unlink(path)
        return False

    def _judge_staleness(self, wanted: List[Wanted], seen: Dict[str, Seen], outcome: Outcome) -> None:
        for unit in wanted:
            state = seen[unit.name]
            # Whether there is a process or not: a mark of another one goes.
            marked = self._is_marked(unit, state)
            if state.started_at is None:
                continue
            invocation, gone = self._gone.get(unit.name, ("", []))
            if gone and invocation == state.invocation:
                state.stale_because.extend(gone)
            elif marked or (self.check_mode and state.needs_reload):
                state.stale_because.append(state.fragment or unit.unit)
            newer = self._newer_files(unit, state, outcome)
            state.stale_because.extend(path for path in newer if path not in state.stale_because)
            state.stale = bool(state.stale_because)

    def _newer_files(self, unit: Wanted, state: Seen, outcome: Outcome) -> List[str]:
        """What was written since the process began; a date in the future tells nothing, and is a warning."""
        newer = []
        for path in [*unit.watch, state.fragment, *state.dropins, f"{os.path.join(self.unit_directory, unit.unit)}.d"]:
            changed = _changed_at(path)
            if changed is None or not state.is_older_than(changed):
                continue
            if changed <= self.now() + 1:
                newer.append(path)
                continue
            warning = f"{path} is dated in the future, so it is not known whether {unit.name} runs with it; check the clock."
            if warning not in outcome.warnings:
                outcome.warnings.append(warning)
        return newer

    def _refuse_unusable(self, wanted: List[Wanted], seen: Dict[str, Seen]) -> None:
        for unit in wanted:
            state = seen[unit.name]
            path = os.path.join(self.unit_directory, unit.unit)
            if unit.state == "absent" and is_foreign(unit.unit, path):
                raise HostUnitsError(f"{path} has a layer's name and was not written by this collection: it is left as it is; remove it by hand.")
            if unit.state in ("query", "stopped", "absent"):
                continue
            if state.load == "masked":
                raise HostUnitsError(f"{unit.unit} is masked; run 'systemctl unmask {unit.unit}' on this host first.")
            if state.load not in ("loaded", "not-found"):
                raise HostUnitsError(f"{unit.unit} cannot be loaded ({state.load}): {state.load_error or 'see systemctl status'}")
            if not state.exists and not self.check_mode:
                raise HostUnitsError(f"{unit.unit} does not exist on this host; write {self.unit_directory}/{unit.unit} first.")

    def _enable(self, wanted: List[Wanted], seen: Dict[str, Seen], outcome: Outcome) -> None:
        for unit in wanted:
            state = seen[unit.name]
            want = False if unit.state == "absent" else unit.enabled
            has = state.enabled in ("enabled", "enabled-runtime")
            fixed = state.enabled in ("static", "alias", "indirect", "generated", "transient")
            if want is None or want == has or fixed or (want is False and not state.exists):
                continue
            (outcome.enabled if want else outcome.disabled).append(unit.name)
        if self.check_mode:
            return
        if outcome.enabled or outcome.disabled:
            # Both have systemd read its files again.
            self._mark_unread()
        for verb, names in (("enable", outcome.enabled), ("disable", outcome.disabled)):
            if names:
                self._systemctl(verb, "--quiet", "--", *[unit.unit for unit in wanted if unit.name in names])

    def _actions(self, wanted: List[Wanted], seen: Dict[str, Seen], restart_stale: bool) -> List[Tuple[str, Wanted]]:
        actions: List[Tuple[str, Wanted]] = []
        for unit in wanted:
            state = seen[unit.name]
            running = state.active in ("active", "reloading")
            # A unit between two automatic restarts has no process: it is started, not waited for.
            coming = state.active == "activating" and state.sub != "auto-restart"
            if unit.state in ("stopped", "absent"):
                if state.exists and (running or state.active in ("activating", "deactivating", "failed")):
                    actions.append(("stop", unit))
            elif unit.state == "restarted" or (restart_stale and state.stale and unit.state != "query"):
                actions.append(("restart" if running or coming else "start", unit))
            elif unit.state == "reloaded" and running:
                actions.append(("reload", unit))
            elif unit.state in ("started", "reloaded") and not running and not coming and not _oneshot_done(state):
                actions.append(("start", unit))
        return actions

    def _carry_out(
        self, wanted: List[Wanted], outcome: Outcome, seen: Dict[str, Seen], begun: Dict[str, Seen], stopping: List[Wanted]
    ) -> None:
        units = {unit.name: unit for unit in wanted}
        if stopping:
            self._systemctl("stop", "--no-block", "--", *[unit.unit for unit in stopping])
            self._wait_stopped(stopping)
        if outcome.started:
            # Clears a start limit that an earlier failure may have hit.
            failed = [
                units[name].unit for name in outcome.started if seen[name].active == "failed" or seen[name].sub == "auto-restart"
            ]
            if failed:
                self._systemctl("reset-failed", "--", *failed)
            self._systemctl("start", "--no-block", "--", *[units[name].unit for name in outcome.started])
        if outcome.restarted:
            self._systemctl("restart", "--no-block", "--", *[units[name].unit for name in outcome.restarted])
        if outcome.reloaded:
            self._systemctl("reload", "--", *[units[name].unit for name in outcome.reloaded])
        watched = [unit for unit in wanted if unit.state in ("started", "restarted", "reloaded")]
        self._wait_steady(watched, seen, begun, set(outcome.started + outcome.restarted))

    def _wait_stopped(self, stopping: List[Wanted]) -> None:
        deadline = self.monotonic() + self.wait
        while True:
            seen = self.show(stopping)
            left = [unit for unit in stopping if seen[unit.name].active not in ("inactive", "failed")]
            if not left:
                failed = [unit.unit for unit in stopping if seen[unit.name].active == "failed"]
                if failed:
                    self._systemctl("reset-failed", "--", *failed)
                return
            if self.monotonic() >= deadline:
                raise HostUnitsError(f"{left[0].unit} did not stop within {self.wait:g} s. {self._last_words(left[0])}")
            self.sleep(POLL_SECONDS)

    def _wait_steady(self, watched: List[Wanted], before: Dict[str, Seen], begun: Dict[str, Seen], renewed: Set[str]) -> None:
        """Poll until every watched unit has run ``settle`` seconds without a restart.

        A unit that was running long before needs no wait, so a run that changes nothing costs no time here.
        """
        young = [
            unit
            for unit in watched
            if unit.name in begun or before[unit.name].active == "activating" or self._is_young(before[unit.name])
        ]
        deadline = self.monotonic() + self.wait
        first: Dict[str, Seen] = {}
        restarts: Dict[str, int] = {}
        while young:
            seen = self.show(young)
            young = [
                unit for unit in young
                if not self._is_steady(unit, seen[unit.name], self._is_new(unit, seen[unit.name], before, renewed), first, restarts)
            ]
            if young:
                if self.monotonic() >= deadline:
                    state = seen[young[0].name]
                    raise HostUnitsError(
                        f"{young[0].unit} is not steady after {self.wait:g} s (it is {state.active}/{state.sub}). {self._last_words(young[0])}"
                    )
                self.sleep(POLL_SECONDS)

    @staticmethod
    def _is_new(unit: Wanted, state: Seen, before: Mapping[str, Seen], renewed: Set[str]) -> bool:
        """Whether this is the process that was begun here, and not still the one before it."""
        return unit.name not in renewed or state.invocation != before[unit.name].invocation

    def _is_steady(self, unit: Wanted, state: Seen, new: bool, first: Dict[str, Seen], restarts: Dict[str, int]) -> bool:
        """Whether the unit has run for long enough, as the same process as when that was seen first.

        :raises HostUnitsError: it has failed, or dies again and again.
        """
        ended = state.active in ("inactive", "failed") and not state.job
        if not new:
            if ended:
                raise HostUnitsError(f"{unit.unit} was not started: systemd dropped the job. {self._last_words(unit)}")
            return False
        if state.active == "failed":
            raise HostUnitsError(f"{unit.unit} failed ({state.result}, exit status {state.status}). {self._last_words(unit)}")
        if _oneshot_done(state):
            return True
        if ended:
            raise HostUnitsError(f"{unit.unit} stopped by itself or one of its dependencies failed. {self._last_words(unit)}")
        if state.restarts > restarts.setdefault(unit.name, state.restarts) or state.sub == "auto-restart":
            raise HostUnitsError(
                f"{unit.unit} starts and dies again (result {state.result}, exit status {state.status}). {self._last_words(unit)}"
            )
        return state.active == "active" and not self._is_young(state) and first.setdefault(unit.name, state).pid == state.pid

    def _is_young(self, state: Seen) -> bool:
        return state.started_at is not None and self.now() - state.started_at < self.settle

    def _last_words(self, unit: Wanted) -> str:
        return f"Its last journal lines:\n{self.journal(unit.unit)}"

    def _remove(self, wanted: List[Wanted], seen: Dict[str, Seen], outcome: Outcome) -> None:
        for unit in wanted:
            if unit.state != "absent":
                continue
            path = os.path.join(self.unit_directory, unit.unit)
            ours = [name for name in (path, f"{path}.d") if os.path.lexists(name)]
            if not ours:
                continue
            outcome.removed.append(unit.name)
            if self.check_mode:
                continue
            for name in ours:
                if os.path.isdir(name) and not os.path.islink(name):
                    shutil.rmtree(name)
                else:
                    os.unlink(name)
        if outcome.removed and not self.check_mode:
            self._reload(outcome)


def _oneshot_done(state: Seen) -> bool:
    return state.type == "oneshot" and state.active == "inactive" and state.result == "success" and bool(state.invocation)


def _changed_at(path: str) -> Optional[float]:
    """When a path itself (a link, not its target) was last written; None when it is absent or generated by systemd."""
    if not path or path.startswith(GENERATED):
        return None
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return None


def _is_gone(path: str) -> bool:
    return not path.startswith(GENERATED) and not os.path.lexists(path)


def _is_stopped(pid: int) -> bool:
    """Whether a process waits for SIGCONT, which systemd does not notice."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in ("T", "t")
    except (OSError, IndexError):
        return False


def _clock(text: str) -> Optional[float]:
    """A readable time of systemd's, asked for in UTC: "Sat 2026-11-28 10:00:50 UTC"."""
    found = re.search(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) UTC", text)
    return float(calendar.timegm(tuple(int(part) for part in found.groups()) + (0, 0, 0))) if found else None


def _directories(values: Dict[str, str]) -> List[str]:
    """Where the unit keeps what it writes: the directories that it is allowed to write to, and the one that it starts in."""
    named = values.get("ReadWritePaths", "").split() + [values.get("WorkingDirectory", "")]
    return sorted({path.lstrip("!-+") for path in named if path.lstrip("!-+").startswith("/") and path.strip("!-+") != "/"})


def parse_show(block: str, now: float, monotonic: float) -> Seen:
    """One block of ``systemctl show``, as of ``now`` on the clock and on the monotonic one.

    Times are taken from the monotonic stamps: the readable ones have whole seconds only, and are what the clock said then.
    """
    values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
    pid = int(values.get("MainPID") or 0)
    active = values.get("ActiveState", "inactive")
    event = "ExecMainStartTimestamp" if pid else "ActiveEnterTimestamp"
    stamp = int(values.get(f"{event}Monotonic") or 0)
    running = active in ("active", "reloading", "activating") and stamp > 0 and (pid > 0 or active != "activating")
    age = monotonic - stamp / 1e6 if running else 0.0
    return Seen(
        unit=values.get("Id", ""),
        exists=values.get("LoadState") not in (None, "", "not-found"),
        load=values.get("LoadState", "not-found"),
        load_error=values.get("LoadError", "").strip('" '),
        active=active,
        sub=values.get("SubState", "dead"),
        enabled=values.get("UnitFileState", ""),
        pid=pid,
        started_at=now - age if running else None,
        clock_at_start=_clock(values.get(event, "")) if running else None,
        age=age,
        restarts=int(values.get("NRestarts") or 0),
        invocation=values.get("InvocationID", ""),
        fragment=values.get("FragmentPath", ""),
        dropins=values.get("DropInPaths", "").split(),
        needs_reload=values.get("NeedDaemonReload") == "yes",
        frozen=values.get("FreezerState", "running") in ("frozen", "freezing"),
        directories=_directories(values),
        result=values.get("Result", ""),
        status=values.get("ExecMainStatus", ""),
        type=values.get("Type", ""),
        job=values.get("Job", "") not in ("", "0"),
    )


LISTS = ("started", "restarted", "reloaded", "stopped", "enabled", "disabled", "removed", "stale")


UNIT = dict(
    name=dict(type="str", required=True),
    state=dict(type="str", default="query", choices=list(STATES)),
    enabled=dict(type="bool"),
    watch=dict(type="list", elements="path", default=[]),
)


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    if not module.get_bin_path("systemctl"):
        raise HostUnitsError("systemctl was not found; this host must run systemd.")

    def command(arguments: Sequence[str]) -> Tuple[int, str, str]:
        status, out, err = module.run_command(list(arguments), environ_update=dict(LC_ALL="C", TZ="UTC", SYSTEMD_COLORS="0", SYSTEMD_PAGER=""))
        return status, out, err

    wanted = [Wanted(item["name"], item["state"], item["enabled"], item["watch"] or []) for item in params["units"]]
    outcome = Units(command, params["wait"], params["settle"], check_mode).converge(wanted, params["restart_stale"])
    for warning in outcome.warnings:
        module.warn(warning)
    answer = dict((name, getattr(outcome, name)) for name in LISTS)
    return dict(answer, changed=outcome.changed, units={name: state.answer() for name, state in outcome.units.items()})


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        units=dict(type="list", elements="dict", required=True, options=UNIT),
        restart_stale=dict(type="bool", default=False),
        wait=dict(type="float", default=60),
        settle=dict(type="float", default=2),
    ),
    requirements=(),
)
