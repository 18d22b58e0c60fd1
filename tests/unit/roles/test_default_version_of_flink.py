# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Flink comes where the inventory names none: versions.py says it, the role takes it, and what the role tells its users is the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

ROOT = Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles" / "flink"


@pytest.mark.parametrize("manager", DEFAULTS)
def test_the_role_takes_the_version_of_the_cluster_manager(manager):
    assert RoleValues("flink", {"all": ["n1"]}, flink_cluster_manager=manager).value("flink_version") == DEFAULTS[manager]


def test_a_version_in_the_inventory_wins():
    assert RoleValues("flink", {"all": ["n1"]}, flink_cluster_manager="mesos", flink_version="1.9.3").value("flink_release") == "/opt/flink-1.9.3"


@pytest.mark.parametrize(("page", "words"), [
    ("roles/flink/meta/argument_specs.yml", "By default V({mesos}) on Mesos, and V({standalone}) with O(flink_cluster_manager=standalone)."),
    ("roles/flink/README.md", "| `flink_version`, `flink_source` | `{mesos}` on Mesos, `{standalone}` standalone; `pypi` |"),
    ("README.md", "| Flink {standalone} standalone and {mesos} on Mesos (stand-ins), which the role takes by default, on Java 17 |"),
    ("docs/flink.md", "; {standalone} unless `flink_version` says another"),
    ("docs/flink_on_mesos.md", "{mesos}, unless `flink_version` says another"),
    ("docs/start.md", "takes Flink {standalone} (on Mesos {mesos})"),
    ("docs/operations.md", "names no `flink_version` the role takes {mesos} on Mesos and {standalone} standalone"),
])
def test_the_documentation_names_them(page, words):
    assert words.format(**DEFAULTS) in (ROOT / page).read_text(encoding="utf-8")


def test_no_default_of_the_option_is_the_other_managers():
    option = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]["flink_version"]
    assert "default" not in option
