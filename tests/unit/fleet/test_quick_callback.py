# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps compiled templates for the tests: the code of this text, compiled this way, and nothing that ends a run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

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
        exec(quick.kept("a key", anew), found)  # noqa: S102 - what was compiled here
        assert found["answer"] == 42
    assert len(compiled) == 1


@pytest.mark.parametrize("content", [b"", b"no code", b"\xe3"])
def test_a_file_that_holds_no_code_is_written_anew(quick, content):
    code = compile("1", "<template>", "exec")
    quick.kept("a key", lambda: code)
    file, = quick.KEPT.iterdir()
    file.write_bytes(content)
    assert quick.kept("a key", lambda: code) is code
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
