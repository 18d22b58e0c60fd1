# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds examples against the collection finds what is wrong, and lets pass what is right."""

from __future__ import annotations

import pytest

from tests.documented.judge import example_faults, write_playbook
from tests.documented.pages import code_faults, command_faults, page_faults, slug
from tests.documented.prose import width_faults, wrap
from tests.documented.sources import ROOT, Example, Faulty, blocks, kind, parse

PATH = """
- name: Make it
  baremetal.flink.zookeeper_path:
    hosts: a:2181
    path: /flink
"""


def faults(text):
    return example_faults(Example("docs/x.md", 1, text, "yaml"))


@pytest.mark.parametrize("text", [
    PATH,
    PATH + "    state: \"{{ wanted }}\"\n    recursive: \"{{ deep | bool }}\"\n    connect_timeout: \"{{ seconds }}\"\n",
    PATH + "    acl: \"{{ list_of_rules }}\"\n",
    "- name: x\n  block:\n    - name: y\n      ansible.builtin.debug:\n"
    "        msg: \"{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars, port=2182) }}\"\n",
    "- name: x\n  ansible.builtin.include_role:\n    name: baremetal.flink.hdfs\n    tasks_from: verify\n",
    "- hosts: all\n  roles:\n    - role: baremetal.flink.zookeeper\n      vars: {zookeeper_heap_mb: \"{{ heap }}\", my_own: 3}\n",
    "all:\n  hosts:\n    node1: {ansible_host: 192.0.2.1, zookeeper_id: 1}\n",
    "teardown_confirm: true\nmesos_agent_flags: {gc_delay: 2days}\n",
    "flink_settings:\n  state.backend.incremental: true\n",
    "mesos_credentials: {ops: \"{{ vault_ops }}\"}\n",
])
def test_right_examples_pass(text):
    assert faults(text) == []


@pytest.mark.parametrize("text, said", [
    ("- name: [", "is not YAML"),
    ("just words", "neither plays, tasks"),
    ("zookeeper_heap_mb: 1\nzookeeper_heap_mb: 2\n", "given twice"),
    (PATH.replace("path: /flink", "pth: /flink"), "pth"),
    (PATH.replace("    path: /flink\n", ""), "missing required arguments: path"),
    (PATH + "    state: presnt\n", "present, absent"),
    (PATH + "    version: three\n", "cannot be converted to an int"),
    (PATH + "    acl: [{scheme: word}]\n", "world, auth"),
    (PATH + "    acl: [{permissions: [read]}]\n", "scheme"),
    (PATH.replace("zookeeper_path", "zookeeper_pth"), "no module zookeeper_pth"),
    (PATH.replace("baremetal.flink.zookeeper_path", "community.general.znode"), "users need nothing else"),
    ("- name: x\n  copy: {dest: /x, content: y}\n", "full name"),
    ("- name: x\n  ansible.builtin.copy: {dst: /x, content: y}\n", "dst"),
    ("- name: x\n  ansible.builtin.copie: {dest: /x}\n", "no module ansible.builtin.copie"),
    ("- name: x\n  block:\n    - name: y\n      ansible.builtin.copy: {content: y}\n", "dest"),
    ("- name: x\n  ansible.builtin.debug: {msg: \"{{ a | baremetal.flink.zookeeper_conect }}\"}\n", "no filter zookeeper_conect"),
    ("- name: x\n  ansible.builtin.debug: {msg: \"{{ a | baremetal.flink.zookeeper_connect }}\"}\n", "hostvars"),
    ("- name: x\n  ansible.builtin.debug: {msg: \"{{ a | baremetal.flink.zookeeper_connect(hostvars, prt=1) }}\"}\n", "prt"),
    ("- name: x\n  ansible.builtin.debug: {msg: \"{{ a | to_jsn }}\"}\n", "no filter to_jsn"),
    ("- name: x\n  ansible.builtin.debug: {msg: \"{{ a | }}\"}\n", "cannot be read"),
    ("- name: x\n  ansible.builtin.debug: {msg: x}\n  when: a ==\n", "cannot be read"),
    ("- name: x\n  ansible.builtin.include_role: {name: baremetal.flink.hdfz}\n", "no role hdfz"),
    ("- name: x\n  ansible.builtin.include_role: {name: baremetal.flink.hdfs, tasks_from: verfy}\n", "no tasks_from verfy"),
    ("- hosts: all\n  roles: [hdfs]\n", "in full"),
    ("- hosts: all\n  roles:\n    - role: baremetal.flink.zookeeper\n      vars: {zookeeper_heap: 5}\n", "zookeeper_heap is a variable of no role"),
    ("- hosts: all\n  vars: {flink_taskmanager_slots: many}\n", "cannot be converted to an int"),
    ("all:\n  hosts:\n    node1: {zookeeper_idd: 1}\n", "zookeeper_idd"),
    ("all:\n  children:\n    zookeeper:\n      vars: {zookeeper_heap_mb: much}\n", "zookeeper_heap_mb"),
    ("teardown_confirmed: true\n", "teardown_confirmed"),
    ("flink_cluster_manager: yarn\n", "mesos, standalone"),
    ("mesos_agent_flags: {gc_dely: 2days}\n", "gc_dely"),
    ("mesos_master_flags: {gc_delay: 2days}\n", "gc_delay"),
    ("marathon_flags: {max_app: 5}\n", "max_app"),
    ("flink_settings: {state.backend.incrementl: true}\n", "incrementl"),
])
def test_wrong_examples_are_found(text, said):
    found = faults(text)
    assert said in " ".join(found), found


@pytest.mark.parametrize("line, said", [
    ("ansible-playbook -i inventory baremetal.flink.sight", "sight"),
    ("ansible-playbook playbooks/sight.yml", "playbooks/sight.yml"),
    ("ansible-playbook x.yml -e flink_nam=x", "flink_nam"),
    ("ansible-playbook x.yml -e '{\"hdfs_decommision\": []}'", "hdfs_decommision"),
    ("ansible-playbook x.yml --tags zookeper", "zookeper"),
    ("make venv flete", "flete"),
    ("include it with `tasks_from: teerdown`", "teerdown"),
    (".venv/bin/python -m tests.fleet power-of node1", "power-of"),
    (".venv/bin/molecule converge -s hdsf", "hdsf"),
    ("cp -r examples/inventory/two_hosts inventory", "two_hosts"),
])
def test_wrong_commands_are_found(line, said):
    assert said in " ".join(command_faults(line))


def test_right_commands_pass():
    for line in ("ansible-playbook -i inventory baremetal.flink.teardown -e teardown_confirm=yes --tags flink",
                 "make demo MANAGER=mesos", "cp -r examples/inventory/three_hosts inventory", "molecule test -s hdfs",
                 "python -m tests.fleet power-off node1"):
        assert command_faults(line) == []


def test_names_in_prose():
    assert code_faults("zookeeper_heap_mb") == code_faults("zookeeper_connect") == code_faults("mesos_agent") == []
    assert code_faults("zookeeper_heap_mb: 512") == code_faults("some_other_word") == []
    assert "zookeeper_heep_mb" in code_faults("zookeeper_heep_mb")[0]
    assert "zookeeper_heep_mb" in code_faults("zookeeper_heep_mb: 512")[0]


def test_a_page_says_on_which_line():
    page = ROOT / "docs" / "concepts.md"
    text = "# A page\n\nSee [this](nowhere.md), [that](zookeeper.md#ports), [here](#a-page) and [there](#nothing).\n\n```\nmake nonsense\n```\n"
    assert page_faults(page, text) == [
        "3: the link nowhere.md leads to no file", "3: the link #nothing leads to no heading", "6: the Makefile has no target nonsense"]


def test_blocks_are_found_with_their_lines_and_without_the_sites_directives():
    text = "a\n\n```yaml\nx: 1\n```\n\n- in a list\n\n  ```\n  make docs\n  ```\n\n```{toctree}\nindex\n```\n"
    assert [(block.line, block.language, block.text) for block in blocks("p.md", text)] == [(4, "yaml", "x: 1\n"), (10, "", "make docs\n")]


def test_kinds():
    assert kind(parse("- hosts: all")) == "plays"
    assert kind(parse("- name: x\n  ansible.builtin.debug: {}")) == "tasks"
    assert kind(parse("zookeeper:\n  hosts: {a: {}}")) == "inventory"
    assert kind(parse("zookeeper_heap_mb: 5")) == "variables"
    with pytest.raises(Faulty):
        kind(parse("[]"))


LONG = "word " * 23 + "end"


@pytest.mark.parametrize("text", [
    f"{LONG} and more than fits", "a line\nthat is torn", f"- item\n- {LONG} is too long for one", "1. one\n   two"])
def test_torn_and_long_lines_are_found(text):
    assert width_faults(text)
    assert wrap(text).split() == text.split() and width_faults(wrap(text)) == []


@pytest.mark.parametrize("text", [
    f"# {LONG} {LONG}", f"| {LONG} | {LONG} |", f"```\n{LONG} {LONG}\n```", f"- {LONG}\n  `code that is not torn`, and [a link too](x.md)", "one\n\ntwo"])
def test_tables_blocks_and_code_are_left_alone(text):
    assert width_faults(text) == []


def test_a_line_never_begins_as_an_item():
    assert wrap(f"{LONG} - not an item").split("\n") == [f"{LONG} -", "not an item"]


def test_anchors():
    assert slug("What is wrong when …") == "what-is-wrong-when-"
    assert slug("`flink_conf`, and *more*") == "flink_conf-and-more"


def test_ansible_refuses_what_it_cannot_read(stage, tmp_path):
    bad = Example("docs/bad.md", 7, "- name: x\n  ansible.builtin.debug: {msg: x}\n  wenn: true\n", "yaml")
    playbook = write_playbook([Example("docs/good.md", 3, PATH, "yaml"), bad], tmp_path)
    with pytest.raises(pytest.fail.Exception, match=r"docs-bad\.md-7"):
        stage("documented-bad", "ansible-playbook", "--syntax-check", "-i", "localhost,", str(playbook))
