# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documentation is one that works: its syntax, arguments, variables, filters, commands and links."""

from __future__ import annotations

import json

import pytest

from tests.documented.judge import example_faults, write_playbook
from tests.documented.pages import page_faults
from tests.documented.prose import width_faults
from tests.documented.sources import ROOT, Example, page_blocks, pages, parse, plugin_examples, yaml_examples

#: Languages of blocks; without one a block holds commands, their output, or both.
LANGUAGES = {"", "console", "ini", "json", "yaml"}


@pytest.mark.parametrize("example", yaml_examples(), ids=lambda example: example.place)
def test_yaml(example):
    assert example_faults(example) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_commands_and_names(page):
    assert page_faults(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_prose_is_wrapped_at_one_width(page):
    assert width_faults(page.read_text(encoding="utf-8")) == []


def test_blocks_say_what_they_are():
    assert [block.place for block in page_blocks() if block.language not in LANGUAGES] == []
    for block in page_blocks():
        if block.language == "json":
            json.loads(block.text)


def test_inventories_that_users_copy():
    found = sorted([*ROOT.glob("examples/inventory/*/hosts.yml"), *ROOT.glob("examples/inventory/*/group_vars/*.yml"),
                    *ROOT.glob("examples/demo/sizes/group_vars/*.yml")])
    assert found
    for path in found:
        name = str(path.relative_to(ROOT))
        assert (name, example_faults(Example(name, 1, path.read_text(encoding="utf-8"), "yaml"))) == (name, [])


def test_ansible_reads_all_of_them(stage, tmp_path):
    examples = yaml_examples()
    assert len(examples) > len(plugin_examples()) > 50
    playbook = write_playbook(examples, tmp_path)
    text = stage("documented-examples", "ansible-playbook", "--syntax-check", "-i", str(ROOT / "examples/inventory/three_hosts_mesos"), str(playbook))
    assert "playbook: " in text
    assert "WARNING" not in text


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("examples/inventory/*/hosts.yml")))
def test_ansible_takes_every_inventory(stage, name):
    inventory = str(ROOT / "examples/inventory" / name)
    listed = json.loads(stage(f"inventory-{name}", "ansible-inventory", "-i", inventory, "--list"))
    manager = next(iter(listed["_meta"]["hostvars"].values()))["flink_cluster_manager"]
    wanted = {"mesos": ("mesos_agent", "marathon"), "standalone": ("flink_jobmanager", "flink_taskmanager")}[manager]
    assert [group for group in ("zookeeper", "hdfs_namenode", "hdfs_datanode", *wanted) if not listed.get(group, {}).get("hosts")] == []
    text = stage(f"inventory-{name}-syntax", "ansible-playbook", "--syntax-check", "-i", inventory, str(ROOT / "playbooks" / "site.yml"))
    assert "WARNING" not in text
    assert (ROOT / "docs" / "start.md").read_text(encoding="utf-8").count(f"`{name}`") >= 1, "docs/start.md names every inventory that can be copied"


def test_what_users_copy_has_no_throw_away_sizes():
    small = parse((ROOT / "examples/demo/sizes/group_vars/all.yml").read_text(encoding="utf-8"))
    for path in ROOT.glob("examples/inventory/*/group_vars/all.yml"):
        copied = parse(path.read_text(encoding="utf-8"))
        assert (path.parts[-3], [name for name in copied if copied[name] == small.get(name)]) == (path.parts[-3], [])
