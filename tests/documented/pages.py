# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a page's links, commands and names lead to something: what no parser of YAML would see."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import FrozenSet, Iterator, List, Tuple

import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.layers import LAYERS

from .sources import FENCE, ROOT
from .variables import ROLES, entry_points, is_ours, name_faults, playbook_variables, role_options

LINK = re.compile(r"(?<!`)!?\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)\s*$", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`(?P<code>[^`\n]+)`(?!`)")
COLLECTION_NAME = re.compile(r"\bbaremetal\.flink\.(?P<name>[a-z_]+)")
MAKE = re.compile(r"(?:^|[;&`] *)make (?P<targets>[a-z-]+(?: [a-z-]+)*)")
EXTRA = re.compile(r"(?<!\S)-e (?P<value>'\{[^']*\}'|[\w.]+=)")
TAGS = re.compile(r"--tags (?P<tags>[\w,|]+)")
TASKS_FROM = re.compile(r"tasks_from: (?P<name>\w+)")
PATH = re.compile(r"(?<![\w/.-])(?P<path>(?:docs|examples|extensions|playbooks|plugins|roles|tests|tools)/[\w./-]+)")
FLEET = re.compile(r"-m tests\.fleet (?P<verb>[a-z][a-z-]*)")
SCENARIO = re.compile(r"molecule \w+ -s (?P<name>\w+)")
OUTPUTS = ("docs/_build",)


@lru_cache(maxsize=None)
def collection_names() -> FrozenSet[str]:
    """What stands after ``baremetal.flink.``: modules, filters, roles, playbooks."""
    stems = {path.stem for pattern in ("plugins/modules/*.py", "plugins/filter/*.yml", "playbooks/*.yml") for path in ROOT.glob(pattern)}
    return frozenset(stems | set(ROLES) | set(action_groups()))


@lru_cache(maxsize=None)
def action_groups() -> FrozenSet[str]:
    """Names for ``module_defaults``."""
    return frozenset(yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"])


@lru_cache(maxsize=None)
def make_targets() -> FrozenSet[str]:
    """Targets of the Makefile."""
    return frozenset(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@lru_cache(maxsize=None)
def playbook_tags() -> FrozenSet[str]:
    """Tags of the playbooks."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "playbooks").glob("*.yml"))
    return frozenset(tag.strip() for tags in re.findall(r"tags: \[([^\]]*)\]", text) for tag in tags.split(","))


@lru_cache(maxsize=None)
def words() -> FrozenSet[str]:
    """Names that begin like a role's variable and are something else: plugins, inventory groups, options of modules and of roles."""
    playbooks = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("playbooks/**/*.yml"))
    groups = {group for layer in LAYERS.values() for group in layer}
    groups |= set(re.findall(r"'([a-z_]+)'(?:\] \|| in groups)", playbooks))
    for path in ROOT.glob("examples/inventory/*/hosts.yml"):
        groups |= set(re.findall(r"^ *([a-z_]+):", path.read_text(encoding="utf-8"), re.MULTILINE))
    options = set()
    for path in [*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("roles/*/meta/argument_specs.yml")]:
        options |= set(re.findall(r"^ +([a-z_]+):$", path.read_text(encoding="utf-8"), re.MULTILINE))
    points = {name for role in ROLES for name in entry_points(role)}
    return frozenset(groups | options | points | collection_names())


def slug(heading: str) -> str:
    """The anchor that repository browsers and the site give to a heading."""
    text = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text))


def without_blocks(text: str) -> str:
    """The page with its fenced blocks blanked, line for line."""
    return FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)


def link_faults(page: Path, text: str) -> Iterator[Tuple[int, str]]:
    """Relative links that lead nowhere in a repository browser."""
    prose = without_blocks(text)
    for match in LINK.finditer(prose):
        target, dummy, anchor = match["target"].partition("#")
        line = prose.count("\n", 0, match.start()) + 1
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists():
            yield line, f"the link {match['target']} leads to no file"
        elif anchor and path.suffix == ".md":
            there = text if path == page else path.read_text(encoding="utf-8")
            if anchor not in {slug(heading["text"]) for heading in HEADING.finditer(without_blocks(there))}:
                yield line, f"the link {match['target']} leads to no heading"


def command_faults(text: str) -> List[str]:
    """What does not exist of that which a command, or a line with one in it, names."""
    faults = [f"baremetal.flink.{match['name']} is nothing of this collection"
              for match in COLLECTION_NAME.finditer(text) if match["name"] not in collection_names()]
    for match in MAKE.finditer(text):
        faults += [f"the Makefile has no target {target}" for target in match["targets"].split() if target not in make_targets()]
    for match in EXTRA.finditer(text):
        value = match["value"].strip("'")
        names = list(json.loads(value)) if value.startswith("{") else [value.rstrip("=")]
        faults += [fault for name in names for fault in name_faults(name, strict=True)]
    for match in TAGS.finditer(text):
        faults += [f"no playbook has the tag {tag}" for tag in re.split(r"[,|]", match["tags"]) if tag not in playbook_tags()]
    for match in TASKS_FROM.finditer(text):
        if not list(ROOT.glob(f"roles/*/tasks/{match['name']}.yml")):
            faults.append(f"no role has tasks_from {match['name']}")
    for match in PATH.finditer(text):
        path = match["path"].rstrip("./")
        pattern = text[match.end():match.end() + 1] == "*" or re.search(r"[A-Z]{4}", path)
        if not pattern and not path.startswith(OUTPUTS) and not (ROOT / path).exists():
            faults.append(f"{path} is not in the repository")
    verbs = (ROOT / "tests" / "fleet" / "__main__.py").read_text(encoding="utf-8")
    faults += [f"tests.fleet knows no {match['verb']}" for match in FLEET.finditer(text) if f'"{match["verb"]}"' not in verbs]
    for match in SCENARIO.finditer(text):
        if not (ROOT / "extensions" / "molecule" / match["name"] / "molecule.yml").is_file():
            faults.append(f"there is no molecule scenario {match['name']}")
    return faults


def code_faults(code: str) -> List[str]:
    """What is wrong with inline code: a command's parts, or a name that claims to be a variable of a role."""
    faults = command_faults(code)
    name = re.fullmatch(r"([a-z]+_[a-z0-9_]+)(?::? .*|:)?", code)
    if name and is_ours(name[1]) and name[1] not in words() and name[1] not in role_options() and name[1] not in playbook_variables():
        faults.append(f"{name[1]} is a variable of no role, and no plugin, group or option either")
    return faults


def page_faults(page: Path, text: str) -> List[str]:
    """Everything of this file that is wrong on a page, each with its line."""
    found = list(link_faults(page, text))
    prose = without_blocks(text)
    for number, line in enumerate(prose.split("\n"), 1):
        found += [(number, fault) for match in INLINE.finditer(line) for fault in code_faults(match["code"])]
    for block in FENCE.finditer(text):
        if block["language"] not in ("yaml", "yml") and not block["language"].startswith("{"):
            first = text.count("\n", 0, block.start()) + 2
            for number, line in enumerate(block["text"].split("\n"), first):
                found += [(number, fault) for fault in command_faults(line)]
    return [f"{line}: {fault}" for line, fault in found]
