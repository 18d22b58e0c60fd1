# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of module_utils stand in the order of site.yml, and none imports from one above it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.layers import LAYERS

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
UTILS = PLUGINS / "module_utils"
ABSOLUTE = "ansible_collections.baremetal.flink.plugins"
#: From the ground up; a file directly in module_utils is the ground.
ORDER = ("", "host", "security", "artifact", "java", *LAYERS, "dcos")
#: Modules whose parts are so many that they have a package.
INNER = {"flink_conf": "conf.module", "flink_job": "job.declared", "flink_job_move": "job.move", "flink_jobs_leave": "job.leave"}
ENDING = """

def main() -> None:
    {runs}(core=core, **SPEC)


if __name__ == "__main__":
    main()
"""


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    """What a file imports out of plugins/, as the parts of its name."""
    here = path.relative_to(PLUGINS).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = tuple((node.module or "").split(".")) if node.module else ()
        if node.level:
            module = here[:len(here) - node.level + 1] + module
        elif ".".join(module).startswith(ABSOLUTE):
            module = module[len(ABSOLUTE.split(".")):]
        else:
            continue
        # `from . import x` names a file too.
        yield from ((*module, alias.name) for alias in node.names)


def package(parts: tuple[str, ...]) -> str:
    """The package of a file of module_utils."""
    return parts[1] if len(parts) > 1 and (UTILS / parts[1]).is_dir() else ""


UTIL_FILES = sorted(UTILS.rglob("*.py"))
MODULES = [path for path in sorted((PLUGINS / "modules").glob("*.py")) if "def main(" in path.read_text(encoding="utf-8")]


def test_each_package_has_its_place():
    assert sorted(path.name for path in UTILS.iterdir() if path.is_dir() and path.name != "__pycache__") == sorted(ORDER[1:])


@pytest.mark.parametrize("path", UTIL_FILES, ids=lambda path: str(path.relative_to(UTILS)))
def test_no_import_runs_upward(path):
    floor = ORDER.index(package(path.relative_to(PLUGINS).parts))
    above = [".".join(parts) for parts in imported(path) if parts[0] == "module_utils" and ORDER.index(package(parts)) > floor]
    outside = [".".join(parts) for parts in imported(path) if parts[0] != "module_utils"]
    assert (above, outside) == ([], [])


def test_packages_have_no_code_of_their_own():
    assert list(UTILS.rglob("__init__.py")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_its_documentation_and_one_ending(path):
    """What it does is in the package of its layer, under its own name without the layer's."""
    text = path.read_text(encoding="utf-8")
    runs = "run_with_module" if "import run_with_module\n" in text else "run"
    code = text[text.rindex('"""\n') + 4:]
    *imports, rest = code.lstrip("\n").split("\n", 2)
    own = f"from ..module_utils.module import {runs}"
    (core,) = [line for line in imports if line != own]
    assert rest == ENDING.format(runs=runs)
    layer, name = path.stem.split("_", 1)
    assert core == f"from ..module_utils.{layer}.{INNER.get(path.stem, name)} import SPEC, core"
