# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes runs of the tests cheaper: the code of this text, compiled this way, nothing that ends a run, and the same answers of tasks."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ansible import constants
from ansible.executor.process import worker

#: From 2.19 on.
CAN_DECIDE = hasattr(worker, "_RawTaskResult")
PLUGIN = Path(__file__).resolve().parents[3] / "tests/callback/quick.py"


@pytest.fixture
def quick(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("quick", PLUGIN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "KEPT", tmp_path / "kept")
    return module


def test_code_is_compiled_once(quick):
    compiled = []

    def anew():
        compiled.append(1)
        return compile("answer = 42", "<template>", "exec")

    for dummy in range(3):
        found = {}
        quick.AT_HAND.clear()
        exec(quick.kept("a key", anew), found)  # noqa: S102 - what was compiled here
        assert found["answer"] == 42
    assert len(compiled) == 1


@pytest.mark.parametrize("content", [b"", b"no code", b"\xe3"])
def test_a_file_that_holds_no_code_is_written_anew(quick, content):
    code = compile("1", "<template>", "exec")
    quick.kept("a key", lambda: code)
    file, = quick.KEPT.iterdir()
    file.write_bytes(content)
    quick.AT_HAND.clear()
    assert quick.kept("a key", lambda: code) is code
    quick.AT_HAND.clear()
    assert quick.kept("a key", lambda: pytest.fail("is kept now")) == code


def test_templates_say_the_same_when_they_were_kept(quick, monkeypatch):
    """The same text, with backslashes that are escaped in one place and not in the other, and with another syntax."""
    try:
        from ansible._internal._templating import _jinja_bits as inside
        from ansible._internal._templating._engine import TemplateEngine, TemplateOptions
        from ansible._internal._templating._jinja_common import TemplateOverrides
    except ImportError:
        quick.keep_templates()
        assert not quick.KEPT.exists(), "ansible-core 2.16 has its templates elsewhere, and compiles them anew"
        return
    from ansible.template import trust_as_template

    anew = inside.AnsibleEnvironment.compile
    compiled = []
    monkeypatch.setattr(inside.AnsibleEnvironment, "compile", lambda *given, **options: compiled.append(given[1]) or anew(*given, **options))
    quick.keep_templates()

    def said(text, **options):
        return TemplateEngine(variables={"word": "rack"}).template(trust_as_template(text), options=TemplateOptions(**options))

    escaped = r"{{ '\\d' ~ word }}"
    for dummy in range(2):
        assert said(escaped, escape_backslashes=True) == r"\drack"
        assert said(r"{{ 'a\tb' }}", escape_backslashes=True) == r"a\tb"
        assert said(r"{{ 'a\tb' }}", escape_backslashes=False) == "a\tb"
        assert said("<< word >> {{ word }}", overrides=TemplateOverrides(variable_start_string="<<", variable_end_string=">>")) == "rack {{ word }}"
        assert said("<< word >> {{ word }}") == "<< word >> rack"
    assert len(compiled) == 5


def test_a_variable_is_worked_out_once_until_there_are_others(quick, monkeypatch):
    try:
        from ansible._internal._templating import _jinja_bits as inside
        from ansible._internal._templating._engine import TemplateEngine
    except ImportError:
        quick.keep_values()
        return
    from ansible.template import trust_as_template as template

    compiled = []
    anew = inside.AnsibleEnvironment.compile
    monkeypatch.setattr(inside.AnsibleEnvironment, "compile", lambda *given, **options: compiled.append(str(given[1])) or anew(*given, **options))
    monkeypatch.setattr(inside, "_flatten_and_lazify_vars", inside._flatten_and_lazify_vars)
    monkeypatch.setattr(TemplateEngine, "available_variables", TemplateEngine.available_variables)
    quick.keep_values()
    variables = {"host": "node1", "home": template("/opt/{{ host }}"), "bin": template("{{ home }}/bin"), "odd": template("{{ [turn, home] }}"), "turn": 1}
    engine = TemplateEngine(variables=variables)
    said = engine.template(template("{{ [home, bin, bin, [1, 2] | map('string') | map('regex_replace', '^', home) | list, odd, odd] }}"))
    assert said == ["/opt/node1", "/opt/node1/bin", "/opt/node1/bin", ["/opt/node11", "/opt/node12"], [1, "/opt/node1"], [1, "/opt/node1"]]
    assert sorted(text for text in compiled if text in variables.values()) == ["/opt/{{ host }}", "{{ [turn, home] }}", "{{ home }}/bin"]
    # As a filter does that validates options: what is copied knows its engine.
    engine.environment.filters["copied"] = lambda value: copy.deepcopy(dict(value))
    variables["job"] = {"name": "a", "arguments": ["--dir", template("{{ home }}")]}
    engine.available_variables = variables
    assert engine.template(template("{{ [home, job | copied] }}"))[1]["name"] == "a"
    # The next turn of a loop: Ansible writes into the same dictionary, and gives it again.
    variables["turn"] = 2
    engine.available_variables = variables
    assert engine.template(template("{{ odd }}")) == [2, "/opt/node1"]
    variables["new"] = template("{{ home }} {{ turn }}")
    assert engine.template(template("{{ new }} {{ missing | default('none') }}")) == "/opt/node1 2 none"
    assert engine.evaluate_expression(template("other + turn"), local_variables={"other": 40}) == 42


#: What decisions may do: skip, loop, be kept, fail and be rescued or ignored, be the first host's for all, hide what they say, and leave the task as
#: it was for the next host.
PLAY = [{"hosts": "all", "gather_facts": False, "connection": "local", "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}, "tasks": [
    {"ansible.builtin.include_tasks": "more.yml", "loop": [1, 2], "loop_control": {"loop_var": "turn"}},
    {"ansible.builtin.include_tasks": "more.yml", "vars": {"turn": 3}, "when": "inventory_hostname == 'b'"},
    {"ansible.builtin.set_fact": {"mine": "{{ inventory_hostname }} of {{ first_of_all }}"}, "vars": {"first_of_all": "{{ ansible_play_hosts | first }}"}},
    {"ansible.builtin.set_fact": {"of_one": "{{ inventory_hostname }}"}, "run_once": True},
    {"ansible.builtin.set_fact": {"grown": "{{ so_far + [turn] }}"}, "loop": [1, 2], "loop_control": {"loop_var": "turn"},
     "vars": {"so_far": "{{ grown | default([]) }}"}},
    {"ansible.builtin.command": "echo {{ said }}", "loop": ["x", "y"], "vars": {"said": "{{ item }} {{ grown | join }}"}, "register": "asked",
     "until": "asked.attempts == 2", "retries": 3, "delay": 0, "changed_when": "asked.stdout is search('y ' ~ (grown | join))"},
    {"ansible.builtin.debug": {"msg": "{{ asked.results | map(attribute='stdout') | list }}"}},
    {"block": [{"ansible.builtin.assert": {"that": "mine != 'b of a'", "fail_msg": "no {{ mine }}"}}],
     "rescue": [{"ansible.builtin.set_fact": {"mine": "rescued: {{ ansible_failed_result.msg }}"}}]},
    {"ansible.builtin.set_fact": {"told": "{{ inventory_hostname }}"}, "delegate_to": "a", "delegate_facts": True, "when": "inventory_hostname == 'c'"},
    {"ansible.builtin.debug": {"msg": "{{ [mine, of_one, told | default('-')] | join('; ') }}"}, "register": "kept"},
    {"ansible.builtin.assert": {"that": "kept.msg is search(inventory_hostname) == (inventory_hostname != 'b')"}, "ignore_errors": True},
    {"ansible.builtin.set_fact": {"secret": "of {{ inventory_hostname }}"}, "no_log": True},
    {"ansible.builtin.include_vars": "{{ inventory_hostname }}.yml", "when": "inventory_hostname == 'a'"},
    {"ansible.builtin.debug": {"msg": "{{ secret }} {{ of_file | default('nothing') }} by {{ lookup('pipe', 'echo $PPID') }}"}},
    {"ansible.builtin.fail": {"msg": "the end of {{ inventory_hostname }}"}, "when": "inventory_hostname == 'c'"},
]}]


def test_tasks_say_the_same_without_processes_of_their_own(tmp_path):
    (tmp_path / "more.yml").write_text(json.dumps([{"ansible.builtin.debug": {"msg": "{{ inventory_hostname }} {{ turn }}"}, "when": "turn > 1"}]))
    (tmp_path / "play.yml").write_text(json.dumps(PLAY))
    (tmp_path / "a.yml").write_text("of_file: something")
    said = []
    for enabled, processes in ({}, 3), ({"ANSIBLE_CALLBACK_PLUGINS": str(PLUGIN.parent), "ANSIBLE_CALLBACKS_ENABLED": "quick"}, 1 if CAN_DECIDE else 3):
        environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CONFIG": "", "ANSIBLE_HOME": str(tmp_path / "home"), **enabled}
        done = subprocess.run([sys.executable, "-m", "ansible", "playbook", "-i", "a,b,c", "play.yml"], cwd=tmp_path, env=environment, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 2 and "rescued: no b of a; a; -" in done.stdout, done.stdout + done.stderr
        assert "the end of c" in done.stdout and re.search(r"^a .*ok=14 .*skipped=4 ", done.stdout, re.MULTILINE), done.stdout
        assert "of a something by" in done.stdout and "of b nothing by" in done.stdout and "quick" not in done.stderr, done.stdout + done.stderr
        assert len(set(re.findall(r"by ([0-9]+)", done.stdout))) == processes
        # Of several processes no two end in an order that is sure.
        included = re.sub(r"(?<= for )[abc, ]+", lambda hosts: "".join(sorted(hosts.group())), done.stdout)
        said.append(sorted(re.sub("by [0-9]+", "", included).splitlines()))
    assert said[0] == said[1]


def test_modules_are_kept_for_the_sources_that_they_were_packed_of(quick, tmp_path, monkeypatch):
    for name, directory in (("ROOT", tmp_path), ("PACKED", tmp_path / "packed")):
        monkeypatch.setattr(quick, name, directory)
    source = tmp_path / "plugins/modules/one.py"
    source.parent.mkdir(parents=True)
    if not CAN_DECIDE:
        quick.keep_modules()
        assert not quick.PACKED.exists(), "ansible-core 2.16 does not lock what it has packed between runs"
        return

    def run(text, written_meanwhile=None):
        """One run with this source, which packs a module; what it found."""
        own = tmp_path / "tmp"
        own.mkdir()
        monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(own))
        source.write_text(text)
        quick.keep_modules()
        kept = own / "ansiballz_cache"
        kept.mkdir(exist_ok=True)  # as Ansible does for itself
        found = {file.name for file in kept.iterdir()}
        (kept / text).write_text("packed")
        source.write_text(written_meanwhile or text)
        quick.forget_modules()
        assert (kept / text).exists(), "other runs have begun with it"
        shutil.rmtree(own)
        return found

    assert [run("first"), run("first"), run("second"), run("first")] == [set(), {"first"}, set(), {"first"}]
    run("second", written_meanwhile="third")
    assert run("second") == set(), "what was packed while the source changed may be of another one"
