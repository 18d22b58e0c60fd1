# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role promises (argument_specs), what it assumes (defaults) and what it uses are the same variables."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

ROLES = Path(__file__).resolve().parents[3] / "roles"
UTILS = ROLES.parent / "plugins" / "module_utils"
NAMES = sorted(path.name for path in ROLES.iterdir() if path.is_dir())


def load(path: Path):
    return yaml.safe_load(path.read_text()) or {}


def options(role: str) -> dict:
    """Options of all entry points; `main` has them all where there is more than one."""
    return load(ROLES / role / "meta/argument_specs.yml")["argument_specs"]["main"].get("options", {})


@pytest.mark.parametrize("role", NAMES)
def test_every_default_is_documented_and_every_option_has_a_default_or_is_required(role):
    documented = options(role)
    defaults = load(ROLES / role / "defaults/main.yml")
    assert set(defaults) - set(documented) == set()
    assert {name for name, option in documented.items() if name not in defaults and not option.get("required")} == set()


@pytest.mark.parametrize("role", NAMES)
def test_documented_defaults_are_the_real_ones(role):
    defaults = load(ROLES / role / "defaults/main.yml")
    for name, option in options(role).items():
        if "default" in option and not (isinstance(defaults[name], str) and "{{" in defaults[name]):
            assert str(option["default"]) == str(defaults[name]), name


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_is_named_after_the_role_and_used(role):
    used = "\n".join(
        path.read_text() for part in (*(ROLES / role / part for part in ("tasks", "templates", "vars", "defaults", "handlers")), UTILS / role)
        for path in part.rglob("*") if path.is_file() and path.suffix != ".pyc")
    for name in options(role):
        assert name.startswith(f"{role}_"), name
        uses = len(re.findall(rf"\b{name}\b", used))
        assert uses >= 2, f"{name} of role {role} is set but used nowhere"


@pytest.mark.parametrize("role", NAMES)
def test_a_role_reads_the_defaults_of_no_other(role):
    foreign = {name for other in NAMES if other != role for name in load(ROLES / other / "defaults/main.yml")}
    for path in (ROLES / role / "tasks").rglob("*.yml"):
        expressions = " ".join(re.findall(r"\{\{.*?\}\}|\bwhen:.*", path.read_text()))
        read = re.sub(r"'[^']*'", "", expressions)  # filters are told by name which address of a host to take
        assert foreign & set(re.findall(r"\b[a-z]+_[a-z_]+\b", read)) == set(), path


@pytest.mark.parametrize("role", NAMES)
def test_a_role_says_who_it_is(role):
    info = load(ROLES / role / "meta/main.yml")["galaxy_info"]
    assert info["license"] == "GPL-3.0-or-later" and info["min_ansible_version"] == "2.16"
    assert (ROLES / role / "README.md").is_file()


def test_all_roles_are_for_the_same_systems():
    platforms = {role: load(ROLES / role / "meta/main.yml")["galaxy_info"]["platforms"] for role in NAMES}
    assert {role for role in NAMES if platforms[role] != platforms["java"]} == set()


@pytest.mark.parametrize("role", ["flink", "hdfs", "marathon", "mesos", "zookeeper"])
def test_what_reaches_the_files_of_daemons_is_judged(role):
    given = {}
    for path in sorted((ROLES / role / "vars").rglob("*.yml")):
        given.update(load(path).get(f"{role}_given", {}))
    if (UTILS / role / "preflight.py").is_file():
        given = import_module(f"ansible_collections.baremetal.flink.plugins.module_utils.{role}.preflight").given({name: name for name in options(role)})
    judged = {kind: set(given.get(kind, {})) for kind in ("settings", "accounts", "paths", "java_options", "environment")}
    expected = {kind: set() for kind in judged}
    for name, option in options(role).items():
        if "path" in (option["type"], option.get("elements")) and name != "flink_libraries":  # which are on the controller
            expected["paths"].add(name)
        if name in (f"{role}_user", f"{role}_group"):
            expected["accounts"].add(name)
        if option["type"] == "dict" and name.endswith("_settings"):
            expected["settings"].add(name)
        for kind in ("java_options", "environment"):
            if name.endswith(f"_{kind}"):
                expected[kind].add(name)
    assert expected["environment"] and not {kind: names - judged[kind] for kind, names in expected.items() if names - judged[kind]}
