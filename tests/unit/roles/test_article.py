# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of the article's cluster, and the page that sets its lines beside what the collection writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

ROOT = Path(__file__).resolve().parents[3]
INVENTORY = ROOT / "examples" / "inventory" / "article"
PAGE = (ROOT / "docs" / "article.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def article():
    known = yaml.safe_load((INVENTORY / "hosts.yml").read_text(encoding="utf-8"))["all"]
    groups = {name: list(group["hosts"]) for name, group in known["children"].items()}
    given = yaml.safe_load((INVENTORY / "group_vars" / "all.yml").read_text(encoding="utf-8"))
    return RoleValues("flink", groups, addresses={name: host["ansible_host"] for name, host in known["hosts"].items()}, **given)


def test_the_page_shows_what_is_written(article):
    dummy, settings, arguments = re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    written, wrapper = article.flink_conf().splitlines(), [line.strip(" \\") for line in article.text("appmaster.j2").splitlines()]
    assert [line for line in settings.splitlines() if line not in written] == []
    assert arguments.splitlines() == [line for line in wrapper if line.startswith("-D")]


def test_the_articles_own_values_are_in_it(article):
    text = article.flink_conf()
    for line in ("high-availability.storageDir: hdfs://node/flink/ha", "recovery.zookeeper.path.mesos-workers: /mesos-workers", "mesos.initial-tasks: 1"):
        assert f"{line}\n" in text
    # The name that its time wrote, and that 1.2 does not read.
    assert "high-availability.zookeeper.path.mesos-workers" not in text
