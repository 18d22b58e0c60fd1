# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the documentation has examples, and what each one is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "docs/*.md", "roles/*/README.md")
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^(?P=indent)```\s*$", re.MULTILINE | re.DOTALL)
INVENTORY_WORDS = {"hosts", "children", "vars"}


@dataclass(frozen=True)
class Example:
    """One block of text that a reader may copy, and the file and line where it begins."""

    path: str
    line: int
    text: str
    language: str

    @property
    def place(self) -> str:
        """As compilers write it."""
        return f"{self.path}:{self.line}"


class Faulty(Exception):
    """The example is not what it says it is; the text is one sentence."""


class _Loader(yaml.SafeLoader):  # pylint: disable=too-many-ancestors
    """YAML as Ansible takes it, but a key that is given twice is a fault and not the last one's victory."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Any:
    names = [loader.construct_object(key, deep=True) for key, dummy in node.value if key.tag != "tag:yaml.org,2002:merge"]
    for name in names:
        if names.count(name) > 1:
            raise Faulty(f"the key {name} is given twice in one mapping, and YAML would take the last; make two blocks of it")
    loader.flatten_mapping(node)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
for _tag in ("!vault", "!unsafe"):
    _Loader.add_constructor(_tag, lambda loader, node: loader.construct_scalar(node))


def parse(text: str) -> Any:
    """The value of a YAML text with one document.

    :raises Faulty: it is not YAML, or a mapping has a key twice.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise Faulty(f"is not YAML: {' '.join(str(error).split())}") from error


def kind(value: Any) -> str:
    """`plays`, `tasks`, `inventory` or `variables`.

    :raises Faulty: it is none of them.
    """
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "plays" if any({"hosts", "import_playbook", "ansible.builtin.import_playbook"} & set(item) for item in value) else "tasks"
    if isinstance(value, dict) and value:
        if all(isinstance(group, dict) and group and set(group) <= INVENTORY_WORDS for group in value.values()):
            return "inventory"
        return "variables"
    raise Faulty("is neither plays, tasks, an inventory nor variables; say in another language's block what it is")


def blocks(path: str, text: str) -> List[Example]:
    """The fenced blocks of a Markdown text; directives of the site (``{toctree}``) are none."""
    found = []
    for match in FENCE.finditer(text):
        if not match["language"].startswith("{"):
            indent = len(match["indent"])
            body = "\n".join(line[indent:] for line in match["text"].split("\n"))
            found.append(Example(path, text.count("\n", 0, match.start()) + 2, body, match["language"]))
    return found


def pages(root: Path = ROOT) -> List[Path]:
    """Every Markdown page of the collection."""
    return sorted(path for pattern in PAGES for path in root.glob(pattern))


def page_blocks() -> List[Example]:
    """The fenced blocks of all pages."""
    return [example for page in pages() for example in blocks(str(page.relative_to(ROOT)), page.read_text(encoding="utf-8"))]


def _python_string(path: Path, name: str) -> Iterator[Example]:
    text = path.read_text(encoding="utf-8")
    match = re.search(rf'^{name} = r?"""(.*?)"""', text, re.MULTILINE | re.DOTALL)
    if match:
        yield Example(str(path.relative_to(ROOT)), text.count("\n", 0, match.start()) + 1, match[1], "yaml")


def plugin_examples() -> List[Example]:
    """EXAMPLES of every module and filter.

    :raises Faulty: one has none.
    """
    found: List[Example] = []
    for path in sorted([*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("plugins/filter/*.yml")]):
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py":
            here = list(_python_string(path, "EXAMPLES"))
        else:
            text = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("EXAMPLES", "")
            here = [Example(name, 1, text, "yaml")] if text else []
        if not here:
            raise Faulty(f"{name} has no EXAMPLES; write one that a reader can run")
        found += here
    return found


def yaml_examples() -> List[Example]:
    """Everything in YAML that is shown to readers."""
    return [*plugin_examples(), *[example for example in page_blocks() if example.language in ("yaml", "yml")]]
