# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.baremetal.flink.plugins.plugin_utils import filters


def test_only_what_has_hosts_is_imported(monkeypatch):
    imported = []
    monkeypatch.setattr(filters, "import_module", lambda name: imported.append(name.partition(".module_utils.")[2]))
    filters.import_layers({"zookeeper": ["n1"], "mesos_agent": [], "flink_taskmanager": ["n2"]})
    assert imported == ["java.preflight", "zookeeper.preflight", "zookeeper.run", "flink.preflight", "flink.run"]
