# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where authorities are kept by default: beside the inventory, and no part of one that is a directory."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader

DEFAULTS = Path(__file__).resolve().parents[3] / "roles" / "security" / "defaults" / "main.yml"


def test_ansible_takes_no_file_of_an_authority_for_hosts(tmp_path):
    place = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))["security_ca_dir"]
    directory = Path(place.replace("{{ inventory_dir }}", str(tmp_path)))
    directory.mkdir(parents=True)
    (tmp_path / "hosts.yml").write_text("all: {hosts: {node1: {}}}\n", encoding="utf-8")
    # As a run leaves it, with the number of its process.
    (directory / "lock").write_text("4711", encoding="utf-8")
    assert tmp_path in directory.parents
    assert set(InventoryManager(loader=DataLoader(), sources=[str(tmp_path)]).hosts) == {"node1"}
