# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of the playbook audit: table, file and status; and what its task on the controller needs there."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import yaml
from ansible.plugins.action import ActionBase
from ansible_collections.baremetal.flink.plugins.action import audit_table
from ansible_collections.baremetal.flink.plugins.action.audit_table import ActionModule

PLAYBOOK = Path(__file__).resolve().parents[4] / "playbooks" / "audit.yml"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The result of the action, what it printed and the file that it wrote, with these variables of hosts."""
    def run(hostvars, groups):
        shown, place = [], tmp_path / "audit.json"
        options = {"profile": "guarded", "clients": [], "operators": [], "controller": [], "json": str(place),
                   "outsiders": groups.get("security_outsiders", [])}
        found = ActionModule.__new__(ActionModule)
        monkeypatch.setattr(ActionBase, "run", lambda *_arguments: {})
        monkeypatch.setattr(found, "validate_argument_spec", lambda _spec: (None, options), raising=False)
        monkeypatch.setattr(audit_table.Display, "display", lambda _self, line: shown.append(line))
        return found.run(None, {"groups": groups, "hostvars": hostvars}), shown, place

    return run


SEEN = {"security_audit_ports": {"listening": [], "unknown": [], "accounts": {}},
        "security_audit_host": {"files": [], "listening": [], "units": [
            {"unit": "zookeeper.service", "user": "zookeeper", "active": "active", "exposure": 4.1, "level": "OK", "ports": []}]}}


def test_hosts_that_were_not_tried_fail_the_run_after_its_table(run):
    hosts = {"n1": {"ansible_host": "192.0.2.1", **SEEN}, "n2": {"ansible_host": "192.0.2.2", "security_audit_ports": {}, "security_audit_host": {}},
             "n3": {"ansible_host": "192.0.2.3"}, "o": {"security_audit_knock": {"unreachable": True}}}
    result, shown, dummy = run(hosts, {"zookeeper": ["n1", "n2", "n3"], "security_outsiders": ["o"]})
    assert (result["failed"], result["msg"]) == (True, "Not tried: n2, o; make them reachable, or leave them out with --limit.")
    assert any(line.startswith("n1") and "zookeeper.service" in line for line in shown)
    result, dummy, place = run({"n1": hosts["n1"], "n3": hosts["n3"]}, {"zookeeper": ["n1", "n3"]})
    assert "failed" not in result and result["wide"] == [] and json.loads(place.read_text())["profile"] == "guarded"


def test_a_file_that_others_could_read_is_for_its_owner_alone_once_it_is_written(run, tmp_path):
    (tmp_path / "audit.json").write_text("old")
    (tmp_path / "audit.json").chmod(0o644)
    dummy, dummy, place = run({"n1": {"ansible_host": "192.0.2.1", **SEEN}}, {"zookeeper": ["n1"]})
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and json.loads(place.read_text())["hosts"]["n1"]


def test_what_runs_on_the_controller_needs_no_root_and_has_the_python_of_ansible():
    """Whatever group_vars/all says of hosts: a variable counts more than a keyword."""
    tasks = [task for play in yaml.safe_load(PLAYBOOK.read_text()) for task in play["tasks"] if task.get("delegate_to") == "localhost"]
    assert len(tasks) == 1
    for task in tasks:
        assert task["become"] is False
        assert task["vars"] == {"ansible_become": False, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
