# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree is clean by the tools that judge collections."""

from __future__ import annotations

import pytest

from tests.conftest import COLLECTIONS, ROOT

PLUGINS = "ansible_collections.baremetal.flink.plugins"
#: ansible-lint takes longer than all units; of two parts each has a core.
PARTS = {"roles": ["roles"], "rest": ["--exclude=roles/", "."]}


@pytest.mark.parametrize("part", PARTS)
def test_ansible_lint_production(stage, part):
    text = stage(f"ansible-lint-{part}", "ansible-lint", "--profile=production", "--offline", "--strict", *PARTS[part])
    assert "Passed: 0 failure(s), 0 warning(s)" in text


def test_types(stage):
    """The collection's are looked at under its own name, which is how its files know each other."""
    python = f"--python-executable={ROOT / '.venv/bin/python'}"
    assert "no issues found" in stage("mypy-plugins", "mypy", "--config-file", str(ROOT / "mypy.ini"), python, "-p", PLUGINS, cwd=COLLECTIONS)
    assert "no issues found" in stage("mypy-fleet", "mypy", python, "-p", "tests.fleet")


def test_ruff(stage):
    assert "All checks passed!" in stage("ruff", "ruff", "check", ".")


def test_yamllint(stage):
    assert "error" not in stage("yamllint", "yamllint", "--strict", ".")


def test_changelog(stage):
    assert stage("changelog", "antsibull-changelog", "lint") == ""
