# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built documentation site: complete, and every link in it leads somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import yaml

from tests.documented.sources import ROOT

SITE = ROOT / "docs" / "_build" / "html"
PICTURE = ROOT / "docs" / "images" / "architecture.svg"


class Page(HTMLParser):
    """Anchors of an HTML page, what it refers to, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.references: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.references.append(value)


def dead_references(pages: dict[Path, Page]) -> list[str]:
    """References within the site to files or anchors that are not there."""
    dead = []
    for path, page in pages.items():
        for reference in page.references:
            target, dummy, anchor = reference.partition("#")
            if re.match(r"[a-z]+:|//", target):
                continue
            there = (path.parent / unquote(target.partition("?")[0])).resolve() if target else path
            if not there.is_file() or (anchor and there in pages and unquote(anchor) not in pages[there].anchors):
                dead.append(f"{path.name}: {reference}")
    return dead


@pytest.fixture(scope="module")
def site():
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(SITE.rglob("*.html"))}


def test_build(stage):
    assert "docs/_build/html/index.html" in stage("docs", "docs/build.sh")


def test_every_page_module_filter_and_role_is_there(site):
    names = {str(path.relative_to(SITE)) for path in site}
    wanted = {f"{path.stem}.html" for path in ROOT.glob("docs/*.md")}
    for pattern, sort in (("plugins/modules/*.py", "module"), ("plugins/filter/*.yml", "filter"), ("roles/*/meta/argument_specs.yml", "role")):
        found = [path.parts[-3] if sort == "role" else path.stem for path in ROOT.glob(pattern)]
        assert found
        wanted |= {f"reference/{name}_{sort}.html" for name in found}
    assert wanted - names == set()


def test_every_link_leads_somewhere(site):
    assert sum(len(page.references) for page in site.values()) > 1000
    assert dead_references(site) == []


def test_dead_links_are_found(tmp_path):
    links = ["b.html#here", "b.html#gone", "c.html", "#top", "https://example.org/c.html"]
    texts = {"a.html": "".join(f'<a href="{link}">x</a>' for link in links), "b.html": '<p id="here">'}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pages = {tmp_path / name: Page(text) for name, text in texts.items()}
    assert dead_references(pages) == ["a.html: b.html#gone", "a.html: c.html", "a.html: #top"]


def default_ports() -> set[str]:
    """Every port that a role has for a default, and ssh's."""
    ports = {"22", "31000", "32000"}
    for path in ROOT.glob("roles/*/defaults/main.yml"):
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        ports |= {number for name, value in values.items() if "_port" in name for number in re.findall(r"\d+", str(value))}
    return ports


def test_the_picture_names_the_roles_own_ports():
    texts = " ".join("".join(element.itertext()) for element in ElementTree.parse(PICTURE).getroot().iter("{http://www.w3.org/2000/svg}text"))
    ports = set(re.findall(r"(?<![\w])\d{2,5}(?!\w)", texts))
    assert {"2181", "5050", "5051", "8020", "8080", "8485", "9090", "9866"} <= ports
    assert ports - default_ports() == set()


def test_tables_of_ports_name_the_roles_own_ports():
    rows = 0
    for page in ROOT.glob("docs/*.md"):
        for section in re.findall(r"^## Ports[^\n]*\n(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for cell in re.findall(r"^\| ?([\d ,–and-]+?) ?\|", section, re.MULTILINE):
                if re.search(r"\d", cell):
                    rows += 1
                    assert (page.name, set(re.findall(r"\d+", cell)) - default_ports()) == (page.name, set())
    assert rows > 20
