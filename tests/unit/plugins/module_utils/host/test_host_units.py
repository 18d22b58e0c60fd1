# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import os
import signal
import subprocess

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.host.units import HostUnitsError, Units, Wanted, parse_show

BOOT = 1_000_000.0


class FakeSystem:
    """Units, a clock and systemctl. ``script`` changes a unit when it was asked for often enough since it was started."""

    def __init__(self, tmp_path):
        self.clock = 1000.0
        self.units = {}
        self.calls = []
        self.directory = tmp_path / "units"
        self.directory.mkdir()
        self.marks = tmp_path / "marks"
        self.on_reload = lambda: None
        self.on_start = {}
        self.counter = 0

    def add(self, name, active="active", since=100.0, **values):
        path = self.directory / name
        path.write_text("[Service]\n")
        os.utime(path, (BOOT + 10, BOOT + 10))
        self.units[name] = dict(
            Id=name, LoadState="loaded", ActiveState=active, SubState="running" if active == "active" else "dead",
            UnitFileState="disabled", MainPID="77" if active == "active" else "0",
            ExecMainStartTimestampMonotonic=str(int(since * 1e6)), ActiveEnterTimestampMonotonic=str(int(since * 1e6)),
            NRestarts="0", InvocationID="i0", FragmentPath=str(path), DropInPaths="", NeedDaemonReload="no", Result="success",
            ExecMainStatus="0", Type="simple", Job="0",
        )  # fmt: skip
        self.units[name].update(values)
        return path

    def begin(self, name):
        unit = self.units[name]
        self.counter += 1
        unit.update(
            ActiveState="active", SubState="running", MainPID=str(1000 + self.counter), InvocationID=f"i{self.counter}",
            ExecMainStartTimestampMonotonic=str(int(self.clock * 1e6)), Result="success",
        )  # fmt: skip

    def run(self, command):
        self.calls.append(list(command))
        if command[0] == "journalctl":
            return 0, f"last words of {command[2]}\n", ""
        verb, names = command[1], [name for name in command[2:] if name.endswith(".service")]
        names = list(self.units) if names == ["*.service"] else names
        if verb == "show":
            for name in names:
                hook = self.on_start.get(name)
                if hook and int(self.units[name]["MainPID"] or 0) >= 1000:
                    hook(self.units[name])
            return (
                0,
                "\n\n".join("\n".join(f"{key}={value}" for key, value in self._unit(name).items()) for name in names) + "\n",
                "",
            )
        for name in names:
            if verb in ("start", "restart"):
                self.begin(name)
            elif verb == "stop":
                self.units[name].update(ActiveState="inactive", SubState="dead", MainPID="0")
            elif verb in ("enable", "disable"):
                self.units[name]["UnitFileState"] = f"{verb}d"
        if verb in ("daemon-reload", "enable", "disable"):
            self.on_reload()
            for unit in self.units.values():
                unit["NeedDaemonReload"] = "no"
                unit["DropInPaths"] = " ".join(path for path in unit["DropInPaths"].split() if os.path.lexists(path))
        return 0, "", ""

    def _unit(self, name):
        return self.units.get(name, {"Id": name, "LoadState": "not-found", "ActiveState": "inactive", "SubState": "dead"})

    def sleep(self, seconds):
        self.clock += seconds

    def converge(self, *wanted, check=False, restart_stale=False, wait=10.0):
        units = Units(
            self.run, wait=wait, settle=2.0, check_mode=check, monotonic=lambda: self.clock, now=lambda: BOOT + self.clock,
            sleep=self.sleep, unit_directory=str(self.directory), marks_directory=str(self.marks),
        )  # fmt: skip
        return units.converge(list(wanted), restart_stale)

    def verbs(self):
        return [call[1] for call in self.calls if call[0] == "systemctl"]


@pytest.fixture
def system(tmp_path):
    return FakeSystem(tmp_path)


def test_nothing_to_do_is_one_process_for_all_units(system):
    system.add("a.service")
    system.add("b.service", UnitFileState="enabled")
    outcome = system.converge(Wanted("a", "started"), Wanted("b.service", "started", True))
    assert (outcome.changed, system.verbs(), system.clock) == (False, ["show"], 1000.0)
    assert outcome.units["a"].answer()["pid"] == 77
    assert outcome.units["a"].answer()["started_at"] == BOOT + 100


def test_start_waits_until_it_is_steady(system):
    system.add("a.service", active="inactive")
    outcome = system.converge(Wanted("a", "started", True))
    assert (outcome.started, outcome.enabled, outcome.changed) == (["a"], ["a"], True)
    assert system.clock >= 1002.0
    assert ["systemctl", "start", "--no-block", "--", "a.service"] in system.calls


def test_failed_unit_is_reset_before_it_is_started(system):
    system.add("a.service", active="failed")
    assert system.converge(Wanted("a", "started")).started == ["a"]
    assert system.verbs().index("reset-failed") < system.verbs().index("start")


def test_unit_that_dies_is_reported_with_its_last_words(system):
    system.add("a.service", active="inactive")
    system.on_start["a.service"] = lambda unit: unit.update(ActiveState="failed", Result="exit-code", ExecMainStatus="3")
    with pytest.raises(HostUnitsError, match=r"(?s)a.service failed \(exit-code, exit status 3\).*last words of a.service"):
        system.converge(Wanted("a", "started"))


def test_flapping_unit_is_found_by_its_restart_counter(system):
    system.add("a.service", active="inactive")

    def flap(unit):
        unit["NRestarts"] = str(int(unit["NRestarts"]) + 1)

    system.on_start["a.service"] = flap
    with pytest.raises(HostUnitsError, match="starts and dies again"):
        system.converge(Wanted("a", "started"))


def test_unit_between_two_automatic_restarts_is_started(system):
    system.add("a.service", active="activating", SubState="auto-restart", MainPID="0")
    assert system.converge(Wanted("a", "started")).started == ["a"]


def test_unit_that_never_comes_up_times_out(system):
    system.add("a.service", active="inactive", Type="notify")
    system.on_start["a.service"] = lambda unit: unit.update(ActiveState="activating", SubState="start")
    with pytest.raises(HostUnitsError, match="not steady after 10 s .it is activating/start"):
        system.converge(Wanted("a", "started"))


def test_unit_that_exits_at_once_without_error(system):
    system.add("a.service", active="inactive")
    system.on_start["a.service"] = lambda unit: unit.update(ActiveState="inactive", SubState="dead")
    with pytest.raises(HostUnitsError, match="stopped by itself"):
        system.converge(Wanted("a", "started"))


def test_oneshot_that_succeeded_is_done(system):
    system.add("a.service", active="inactive", Type="oneshot", InvocationID="")
    system.on_start["a.service"] = lambda unit: unit.update(ActiveState="inactive", SubState="dead", MainPID="0")
    assert system.converge(Wanted("a", "started")).started == ["a"]
    assert not system.converge(Wanted("a", "started")).changed


def test_newer_watched_file_makes_stale_and_restarts_only_when_asked(system, tmp_path):
    system.add("a.service")
    conf = tmp_path / "conf"
    conf.write_text("x")
    os.utime(conf, (BOOT + 500, BOOT + 500))
    outcome = system.converge(Wanted("a", "started", None, [str(conf)]))
    assert (outcome.stale, outcome.changed, outcome.units["a"].stale_because) == (["a"], False, [str(conf)])
    outcome = system.converge(Wanted("a", "query", None, [str(conf)]), restart_stale=True)
    assert (outcome.stale, outcome.changed) == (["a"], False)
    outcome = system.converge(Wanted("a", "started", None, [str(conf)]), restart_stale=True)
    assert (outcome.restarted, outcome.stale) == (["a"], [])


def test_link_counts_by_its_own_date(system, tmp_path):
    system.add("a.service")
    (tmp_path / "target").write_text("x")
    os.utime(tmp_path / "target", (BOOT + 500, BOOT + 500))
    link = tmp_path / "link"
    link.symlink_to("target")
    os.utime(link, (BOOT + 50, BOOT + 50), follow_symlinks=False)
    assert system.converge(Wanted("a", "started", None, [str(link)])).stale == []
    os.utime(link, (BOOT + 500, BOOT + 500), follow_symlinks=False)
    assert system.converge(Wanted("a", "started", None, [str(link)])).stale == ["a"]


def test_unit_file_and_dropins_count_but_generated_ones_do_not(system, tmp_path):
    dropin = tmp_path / "d.conf"
    dropin.write_text("x")
    os.utime(dropin, (BOOT + 500, BOOT + 500))
    system.add("a.service", DropInPaths=f"/run/systemd/generator.late/x.conf {dropin}")
    unit = system.add("b.service")
    os.utime(unit, (BOOT + 500, BOOT + 500))
    outcome = system.converge(Wanted("a", "started"), Wanted("b", "started"))
    assert outcome.stale == ["a", "b"]
    assert outcome.units["a"].stale_because == [str(dropin)]


def test_removed_dropin_leaves_its_directory_newer(system):
    system.add("a.service")
    directory = system.directory / "a.service.d"
    directory.mkdir()
    os.utime(directory, (BOOT + 50, BOOT + 50))
    assert system.converge(Wanted("a", "started"), restart_stale=True).restarted == []
    os.utime(directory, (BOOT + 500, BOOT + 500))
    outcome = system.converge(Wanted("a", "started"))
    assert (outcome.stale, outcome.units["a"].stale_because) == (["a"], [str(directory)])
    assert system.converge(Wanted("a", "started"), restart_stale=True).restarted == ["a"]
    assert not system.converge(Wanted("a", "started"), restart_stale=True).changed


@pytest.mark.parametrize("check", [True, False])
def test_dropin_removed_with_its_directory_is_still_known_to_systemd(system, check):
    system.add("a.service", DropInPaths="/no/such/a.service.d/x.conf", NeedDaemonReload="yes")
    system.add("b.service")
    outcome = system.converge(Wanted("a", "query"), Wanted("b", "restarted"), check=check)
    assert (outcome.stale, outcome.units["a"].stale_because) == (["a"], ["/no/such/a.service.d/x.conf"])
    system.units["a.service"].update(DropInPaths="/no/such/a.service.d/x.conf", NeedDaemonReload="yes")
    outcome = system.converge(Wanted("a", "started"), check=check, restart_stale=True)
    assert outcome.restarted == ["a"]
    if not check:
        assert outcome.stale == [] and not system.converge(Wanted("a", "started"), restart_stale=True).changed


def test_process_that_began_with_the_older_definition_is_stale_in_later_runs_too(system):
    """systemd restarted it after its file was written (10 s after the boot) and before it was told to read that (now)."""
    unit = system.add("a.service", since=500.0, NeedDaemonReload="yes")
    assert system.converge(Wanted("a", "started"), check=True, restart_stale=True).restarted == ["a"]
    assert not system.marks.exists()
    # A run that ends after the reload owes the restart.
    for dummy in range(2):
        outcome = system.converge(Wanted("a", "started"))
        assert (outcome.stale, outcome.units["a"].stale_because) == (["a"], [str(unit)])
    assert system.verbs().count("daemon-reload") == 1
    outcome = system.converge(Wanted("a", "started"), restart_stale=True)
    assert (outcome.restarted, outcome.stale) == (["a"], [])
    assert not system.converge(Wanted("a", "started"), restart_stale=True).changed


@pytest.mark.parametrize("other", [Wanted("b", "started"), Wanted("c", "started", True), Wanted("c", "absent")])
def test_reload_for_one_layer_does_not_lose_what_another_layer_runs_with(system, other):
    system.add("a.service", since=500.0, NeedDaemonReload="yes")
    system.add("b.service", since=500.0, NeedDaemonReload="yes")
    system.add("c.service", UnitFileState="disabled")
    system.converge(other)
    assert system.units["a.service"]["NeedDaemonReload"] == "no"
    assert system.converge(Wanted("a", "started")).stale == ["a"]


def test_who_only_looks_may_be_kept_from_what_was_written_down(system, monkeypatch):
    """By root's umask: verify connects without root's rights."""
    system.add("a.service", since=500.0, NeedDaemonReload="yes")
    system.converge(Wanted("a", "started"))

    def closed(path, *arguments, **options):
        if str(path).startswith(str(system.marks)):
            raise PermissionError(13, "Permission denied", path)
        return io.open(path, *arguments, **options)

    monkeypatch.setattr("builtins.open", closed)
    assert system.converge(Wanted("a"), check=True).units["a"].active == "active"
    with pytest.raises(PermissionError):
        system.converge(Wanted("a"))


def test_process_that_systemd_restarted_after_the_reload_is_not_stale(system):
    system.add("a.service", since=500.0, NeedDaemonReload="yes")
    assert system.converge(Wanted("a", "started")).stale == ["a"]
    system.begin("a.service")
    assert system.converge(Wanted("a", "started")).stale == []
    assert list(system.marks.iterdir()) == []


def test_process_that_began_while_systemd_read_its_files_is_stale(system):
    system.add("a.service", since=500.0, NeedDaemonReload="yes")
    system.on_reload = lambda: system.begin("a.service")
    assert system.converge(Wanted("a", "started")).stale == ["a"]


def test_unit_of_a_package_gives_way_to_ours(system):
    """systemd asks for no reload when a file of the same name appears in a directory that goes before the package's."""
    unit = system.add("a.service", since=500.0, FragmentPath="/lib/systemd/system/a.service")

    def read():
        system.units["a.service"]["FragmentPath"] = str(unit)

    system.on_reload = read
    assert system.converge(Wanted("a", "started"), check=True).stale == ["a"]
    assert (system.converge(Wanted("a", "started")).stale, system.verbs().count("daemon-reload")) == (["a"], 1)


@pytest.mark.parametrize(
    "written, stale",
    [
        pytest.param(-3600 + 400, True, id="after the start, by the clock of then"),
        pytest.param(-3600 + 50, False, id="before the start, by the clock of then"),
        pytest.param(200, True, id="after the start, by the clock of now"),
        pytest.param(50, False, id="long before, while the clock was right"),
    ],
)
def test_clock_that_was_put_forward_does_not_make_a_stale_process_fresh(system, tmp_path, written, stale):
    """The process began 100 s after the boot and runs for 900 s, and the clock was put forward by an hour since."""
    system.add("a.service", ExecMainStartTimestamp="Mon 1970-01-12 12:48:20 UTC")
    assert parse_show("ActiveState=active\nMainPID=1\nExecMainStartTimestampMonotonic=1\n"
                      "ExecMainStartTimestamp=Mon 1970-01-12 12:48:20 UTC", 0, 0).clock_at_start == BOOT + 100 - 3600
    conf = tmp_path / "conf"
    conf.write_text("x")
    os.utime(conf, (BOOT + written, BOOT + written))
    assert system.converge(Wanted("a", "started", None, [str(conf)])).stale == (["a"] if stale else [])


def test_clock_that_was_put_back_does_not_make_a_stale_process_fresh(system, tmp_path):
    system.add("a.service", ExecMainStartTimestamp="Mon 1970-01-12 14:48:20 UTC")
    conf = tmp_path / "conf"
    conf.write_text("x")
    os.utime(conf, (BOOT + 200, BOOT + 200))
    assert system.converge(Wanted("a", "started", None, [str(conf)])).stale == ["a"]


def test_future_date_is_a_warning_not_an_endless_restart(system, tmp_path):
    system.add("a.service")
    conf = tmp_path / "conf"
    conf.write_text("x")
    os.utime(conf, (BOOT + 9000, BOOT + 9000))
    outcome = system.converge(Wanted("a", "started", None, [str(conf)]), restart_stale=True)
    assert (outcome.changed, outcome.stale) == (False, [])
    assert "dated in the future" in outcome.warnings[0]


def test_absent_watched_path_is_not_newer(system):
    system.add("a.service")
    assert system.converge(Wanted("a", "started", None, ["/no/such/path"])).stale == []


def test_daemon_reload_only_when_needed(system):
    system.add("a.service", NeedDaemonReload="yes")
    assert system.converge(Wanted("a", "started")).daemon_reloaded
    system.calls.clear()
    assert not system.converge(Wanted("a", "started")).daemon_reloaded
    assert system.verbs() == ["show"]


def test_new_unit_file_that_systemd_has_not_seen(system):
    (system.directory / "new.service").write_text("[Service]\n")
    with pytest.raises(HostUnitsError, match="new.service does not exist on this host"):
        system.converge(Wanted("new", "started"))
    assert "daemon-reload" in system.verbs()


def test_check_mode_acts_on_nothing(system):
    system.add("a.service", active="inactive", NeedDaemonReload="yes")
    outcome = system.converge(Wanted("a", "started", True), Wanted("new", "started"), check=True)
    assert (outcome.started, outcome.enabled, outcome.changed) == (["a", "new"], ["a"], True)
    assert system.verbs() == ["show"]


def test_restarted_and_reloaded_always_act(system):
    system.add("a.service")
    system.add("b.service")
    outcome = system.converge(Wanted("a", "restarted"), Wanted("b", "reloaded"))
    assert (outcome.restarted, outcome.reloaded) == (["a"], ["b"])


def test_stop_and_stop_again(system):
    system.add("a.service", UnitFileState="enabled")
    outcome = system.converge(Wanted("a", "stopped", False))
    assert (outcome.stopped, outcome.disabled) == (["a"], ["a"])
    assert not system.converge(Wanted("a", "stopped", False)).changed


def test_absent_removes_our_file_and_dropins(system):
    path = system.add("a.service", UnitFileState="enabled")
    (system.directory / "a.service.d").mkdir()
    outcome = system.converge(Wanted("a", "absent"), Wanted("never", "absent"))
    assert (outcome.stopped, outcome.disabled, outcome.removed) == (["a"], ["a"], ["a"])
    assert not path.exists() and not (system.directory / "a.service.d").exists()
    assert system.verbs().count("daemon-reload") == 1


@pytest.mark.parametrize(
    "values, sentence",
    [({"LoadState": "masked"}, "is masked"), ({"LoadState": "bad-setting", "LoadError": '"bad ExecStart"'}, "bad ExecStart")],
)
def test_unusable_units_are_refused(system, values, sentence):
    system.add("a.service", active="inactive", **values)
    with pytest.raises(HostUnitsError, match=sentence):
        system.converge(Wanted("a", "started"))


def test_same_unit_twice_is_refused(system):
    system.add("a.service")
    with pytest.raises(HostUnitsError, match="listed twice: a"):
        system.converge(Wanted("a", "started"), Wanted("a", "stopped"))


def test_no_systemd_is_said():
    units = Units(lambda command: (1, "", "System has not been booted with systemd"))
    with pytest.raises(HostUnitsError, match="must run systemd"):
        units.converge([Wanted("a", "started")])


def test_names_get_their_suffix():
    assert [Wanted(name).unit for name in ("a", "a.timer", "a@1.2")] == ["a.service", "a.timer", "a@1.2"]


def test_show_of_a_unit_without_process():
    seen = parse_show("LoadState=loaded\nActiveState=active\nMainPID=0\nActiveEnterTimestampMonotonic=5000000", BOOT + 9, 9)
    assert (seen.started_at, seen.exists) == (BOOT + 5, True)
    assert parse_show("LoadState=not-found\nActiveState=inactive", BOOT, 9).started_at is None


def test_absent_leaves_a_unit_of_a_layers_name_that_others_wrote(system):
    path = system.add("zookeeper.service", UnitFileState="enabled")
    path.write_text("[Unit]\nDescription=Apache ZooKeeper\n")
    with pytest.raises(HostUnitsError, match="zookeeper.service has a layer's name and was not written by this collection"):
        system.converge(Wanted("zookeeper", "absent"))
    assert path.exists() and set(system.verbs()) <= {"show"}


def test_process_that_is_stopped_or_frozen_is_suspended(system):
    child = subprocess.Popen(["sleep", "60"])
    try:
        system.add("a.service", MainPID=str(child.pid))
        assert system.converge(Wanted("a")).units["a"].answer()["suspended"] is False
        child.send_signal(signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
        assert system.converge(Wanted("a")).units["a"].answer()["suspended"] is True
    finally:
        child.kill()
        child.wait()
    system.add("b.service", FreezerState="frozen")
    assert system.converge(Wanted("b")).units["b"].answer()["suspended"] is True


def test_room_is_told_where_the_unit_may_write(system, tmp_path):
    system.add("a.service", ReadWritePaths=f"{tmp_path} -/no/such/place", WorkingDirectory="!/")
    answer = system.converge(Wanted("a")).units["a"].answer()
    assert set(answer["free_mb"]) == {str(tmp_path), "/no/such/place"} and all(free > 0 for free in answer["free_mb"].values())
