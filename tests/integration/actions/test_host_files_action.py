# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin needs a real templar, so these run ansible-playbook on the local host."""

from __future__ import annotations

import os
import stat
import sys

import pytest
from playbook_runs import run_cases, run_play

from tests.playbook import OLDEST


def files_task(*entries, **options):
    return {"baremetal.flink.host_files": dict(options, entries=list(entries)), "register": "answer"}


@pytest.mark.parametrize("python", [sys.executable, OLDEST / "python"], ids=["newest-core", "oldest-core"])
def test_templates_of_a_role_are_rendered_with_their_variables(tmp_path, python):
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "a.j2").write_text(
        "# {{ ansible_managed }}\n{% for n in numbers %}\n{{ n }}{{ extra }}\n{% endfor %}\n{% include 'b.j2' %}\n"
    )
    (templates / "b.j2").write_text("path {{ template_destpath }}, back\\slash\n")
    (templates / "number.j2").write_text("7")
    (templates / "nobody.j2").write_text("{% for n in [] %}\n{{ n }}\n{% endfor %}\n")
    (templates / "maybe.j2").write_text("{{ extra }}{% if extra %}!{% endif %}\n")
    out = tmp_path / "out"
    entries = [
        {"path": str(out), "state": "directory", "mode": "0750"},
        {"path": f"{out}/a", "template": "a.j2", "vars": {"extra": "{{ 'x' * 2 }}"}},
        {"path": f"{out}/number", "template": "number.j2"},
        {"path": f"{out}/nobody", "template": "nobody.j2"},
        {"path": f"{out}/maybe", "template": "maybe.j2", "vars": {"extra": "x"}},
        {"path": f"{out}/json", "content": {"k": [1]}},
        {"path": f"{out}/text", "content": "{{ numbers | length }}", "mode": "0600"},
        {"path": f"{out}/not", "template": "unknown.j2", "when": "{{ numbers | length > 2 }}"},
        {"paths": "{{ ['%s/c', '%s/d'] }}" % (out, out), "state": "directory", "when": "{{ numbers | length == 2 }}"},
    ]
    run = run_play(tmp_path, files_task(*entries), variables={"numbers": [1, 2], "ansible_managed": "Ours"}, python=python)
    assert run.changed == 1, run.output
    assert (out / "a").read_text() == f"# Ours\n1xx\n2xx\npath {out}/a, back\\slash\n"
    assert ((out / "number").read_text(), (out / "json").read_text(), (out / "text").read_text()) == ("7", '{"k": [1]}', "2")
    assert sorted(each.name for each in out.iterdir() if each.is_dir()) == ["c", "d"] and not (out / "not").exists()
    assert ((out / "nobody").read_text(), (out / "maybe").read_text()) == ("", "x!\n")
    assert (stat.S_IMODE(os.stat(out).st_mode), stat.S_IMODE(os.stat(out / "text").st_mode)) == (0o750, 0o600)
    again = run_play(tmp_path, files_task(*entries), variables={"numbers": [1, 2], "ansible_managed": "Ours"}, python=python)
    assert (again.changed, again.failed) == (0, 0), again.output


@pytest.mark.parametrize("python", [sys.executable, OLDEST / "python"], ids=["newest-core", "oldest-core"])
def test_entries_and_units_by_the_names_of_their_variables(tmp_path, python):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/unit.j2").write_text("{{ title }} in {{ home }}: {{ described }}\n")
    variables = {
        "home": str(tmp_path), "files": [
            {"path": "{{ home }}/one", "template": "unit.j2", "vars": {"title": "first"}},
            {"path": "{{ home }}/two", "template": "unit.j2", "vars": {"title": "second"}},
            {"path": "{{ home }}/three", "content": "{{ described }}", "when": "{{ title is undefined }}", "owner": "{{ nobody | default(omit) }}"}],
        "described": "{{ title | default('no title') | upper }}", "wanted": "{{ [] }}"}
    task = {"baremetal.flink.host_files": {"entries_of": "files", "units_of": "wanted"}, "register": "answer"}
    run = run_play(tmp_path, task, variables=variables, python=python)
    assert run.changed == 1, run.output
    assert (tmp_path / "one").read_text() == f"first in {tmp_path}: FIRST\n"
    assert (tmp_path / "two").read_text() == f"second in {tmp_path}: SECOND\n"
    assert (tmp_path / "three").read_text() == "NO TITLE"


def test_binary_source_arrives_as_it_is(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files/blob").write_bytes(bytes(range(256)))
    run = run_play(tmp_path, files_task({"path": str(tmp_path / "blob"), "source": "blob"}))
    assert run.changed == 1, run.output
    assert (tmp_path / "blob").read_bytes() == bytes(range(256))


def test_an_entry_whose_condition_does_not_hold_is_not_there(tmp_path):
    path = str(tmp_path / "f")
    entries = [{"path": path, "content": "{{ text }}", "when": "{{ text is truthy }}"}, {"path": path, "state": "absent", "when": "{{ text is falsy }}"}]
    written = run_play(tmp_path, files_task(*entries), variables={"text": "here"})
    assert (written.changed, (tmp_path / "f").read_text()) == (1, "here"), written.output
    removed = run_play(tmp_path, files_task(*entries), variables={"text": ""})
    assert removed.changed == 1 and not (tmp_path / "f").exists(), removed.output
    refused = run_play(tmp_path, files_task({"path": path, "content": "x", "when": "perhaps"}))
    assert refused.failed == 1 and "when is 'perhaps': write a condition that is true or false." in refused.output


def test_check_and_diff_show_but_do_not_write(tmp_path):
    entry = {"path": str(tmp_path / "f"), "content": "wanted line\n"}
    run = run_play(tmp_path, files_task(entry), "--check", "--diff")
    assert run.changed == 1 and "+wanted line" in run.output
    assert not (tmp_path / "f").exists()


def test_secrets_are_in_no_output(tmp_path):
    entries = [
        {"path": str(tmp_path / "secret"), "content": "hunter2", "secret": True, "mode": "0600"},
        {"path": str(tmp_path / "plain"), "content": "visible"},
    ]
    run = run_play(tmp_path, files_task(*entries), "--diff", "-vvv")
    assert run.changed == 1 and "+visible" in run.output
    assert "hunter2" not in run.output
    assert (tmp_path / "secret").read_text() == "hunter2"


def test_what_is_wrong_changes_nothing_and_is_named(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/bad.j2").write_text("{{ nowhere }}")
    good, bad = {"path": str(tmp_path / "good"), "content": "x"}, str(tmp_path / "bad")
    wrong = {
        "undefined": ({"path": bad, "template": "bad.j2"}, "'nowhere' is undefined"),
        "template": ({"path": bad, "template": "missing.j2"}, "missing.j2"),
        "source": ({"path": bad, "source": "missing"}, "missing"),
        "both": ({"path": bad, "template": "bad.j2", "content": "x"}, "give only one of template, content"),
        "mode": ({"path": bad, "content": "x", "mode": 420}, "must be a quoted octal string"),
    }
    cases = {name: {"entries": [good, entry]} for name, (entry, dummy) in wrong.items()}
    expected = {name: sentence for name, (dummy, sentence) in wrong.items()}
    cases["payload"], expected["payload"] = {"entries": [good], "payload": "x"}, "set by host_files itself"
    cases["list"], expected["list"] = {"entries": "text"}, "must be a list"
    cases["two"], expected["two"] = {"entries": [good], "entries_of": "ansible_play_hosts"}, "give entries or entries_of, not both"
    cases["nobody"], expected["nobody"] = {"entries_of": "no_such"}, "entries_of: there is no variable 'no_such'"
    cases["none"], expected["none"] = {"owner": "root"}, "entries must be a list"
    said, run = run_cases(tmp_path, "baremetal.flink.host_files", cases)
    assert {name: sentence in said.get(name, "") for name, sentence in expected.items()} == dict.fromkeys(
        expected, True
    ), run.output
    assert not (tmp_path / "good").exists()
