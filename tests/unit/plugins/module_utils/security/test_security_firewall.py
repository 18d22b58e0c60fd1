# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of a host's firewall, by answers of its programs; with the real nft in tests/integration/security."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security import firewall
from ansible_collections.baremetal.flink.plugins.module_utils.security.firewall import Firewall, FirewallError, conflict

TABLE = "table inet baremetal_flink {\n\tset ports {\n\t\telements = { 2181, 8081,\n\t\t\t     9090 }\n\t}\n\tchain c {\n\t\tdrop\n\t\taccept\n\t}\n}\n"


def host(loaded=TABLE, expected=TABLE, enabled=True, written="rules", active=()):
    """A firewall on a host whose programs answer so, and the commands that it was given."""
    asked = []

    def run(command, text):
        asked.append((tuple(command), text))
        if command[0] == "unshare":
            return (0, expected, "") if expected is not None else (1, "", "unshare: Operation not permitted")
        if command[:3] == ["nft", "-s", "list"]:
            return (0, loaded, "") if loaded is not None else (1, "", "No such file or directory")
        if "is-enabled" in command:
            return (0 if enabled else 1), "", ""
        if command in map(tuple, firewall.BESIDE.values()):
            return (0 if any(name in " ".join(command) for name in active) else 3), "", ""
        return 0, "", ""

    found = Firewall(run)
    found._written = lambda: written
    return found, asked


def test_the_order_of_elements_and_lines_makes_no_other_table():
    assert not host(loaded=TABLE.replace("2181, 8081,\n\t\t\t     9090", "9090, 8081, 2181"))[0].differs("rules")


@pytest.mark.parametrize("loaded", [None, "", TABLE.replace("8081", "8082"), TABLE.replace("8081,", ""), TABLE.replace("drop\n\t\taccept", "accept\n\t\tdrop")])
def test_another_table_is_one(loaded):
    assert host(loaded=loaded)[0].differs("rules")


def test_where_nothing_can_be_tried_a_table_is_taken_for_the_right_one():
    assert not host(expected=None)[0].differs("rules") and host(loaded=None, expected=None)[0].differs("rules")


@pytest.mark.parametrize(("given", "said"), [
    ({}, []),
    ({"loaded": None}, ["the table inet baremetal_flink is not loaded, so that everybody reaches"]),
    ({"loaded": "table inet baremetal_flink {\n}\n"}, ["has other rules than the inventory says, or somebody has changed it by hand"]),
    ({"enabled": False}, ["baremetal-flink-firewall.service is not enabled, so that no rule is left after a reboot"]),
    ({"written": "others"}, ["/etc/baremetal.flink/firewall.nft has other rules than the inventory says"]),
    ({"loaded": None, "enabled": False}, ["is not loaded", "is not enabled"]),
])
def test_what_is_wrong_is_said_with_what_to_do(given, said):
    faults = host(**given)[0].faults("rules")
    assert len(faults) == len(said) and all(words in fault for words, fault in zip(said, faults))
    assert all(fault.endswith(": run site.yml, or it with --tags security") for fault in faults)


def test_rules_that_nft_does_not_take_are_refused_before_anything_is_changed():
    with pytest.raises(FirewallError, match="nft does not take the rules of the firewall, and nothing was changed: stdin:1: Error"):
        Firewall(lambda *_command: (1, "", "stdin:1: Error")).validate("nonsense")


def test_other_firewalls_are_named_in_a_sentence_that_is_the_same_on_every_host():
    found = host(active=["ufw"])[0].beside()
    assert found == ["ufw"] and host()[0].beside() == []
    assert conflict(["firewalld", "ufw"], ["2181", "6125-6130"]).startswith("firewalld and ufw are active beside the firewall of the platform, and what they")
    assert "open TCP 2181, 6125-6130 in it as well" in conflict(found, ["2181", "6125-6130"])


def test_the_unit_comes_before_the_network_and_after_what_flushes_its_table():
    for line in ("Before=network-pre.target shutdown.target", "After=nftables.service", "PartOf=nftables.service", "RemainAfterExit=yes",
                 "ExecStart=/usr/sbin/nft -f /etc/baremetal.flink/firewall.nft", "WantedBy=multi-user.target nftables.service"):
        assert f"\n{line}\n" in firewall.UNIT_TEXT


class Module:
    """AnsibleModule on a host with a table in the kernel, which nft and the unit change."""

    def __init__(self, table=None, has_nft=True, ufw=False):
        self.table, self.has_nft, self.ufw, self.warnings, self.tried = table, has_nft, ufw, [], []

    def get_bin_path(self, name, opt_dirs=None):
        return f"/usr/sbin/{name}" if self.has_nft else None

    def warn(self, text):
        self.warnings.append(text)

    def run_command(self, command, data=None, environ_update=None, handle_exceptions=True):
        self.tried.append(" ".join(command))
        if command[0] == "nft" and not self.has_nft:
            raise FileNotFoundError(2, "No such file or directory")
        if command == ["nft", "-f", "-"]:
            self.table = data
        if command[:2] == ["nft", "delete"]:
            self.table = None
        if command[:3] == ["nft", "-s", "list"]:
            return (0, self.table, "") if self.table is not None else (1, "", "")
        if command[0] == "unshare":
            return 0, data, ""
        return (0 if command[0] == "nft" or (self.ufw and "ufw" in command[-1]) else 1), "", ""


@pytest.fixture
def settle(monkeypatch):
    """What becomes of files and the unit: `changed`, and whether the unit is started, which loads the rules."""
    seen = {"changed": False, "starts": None, "asked": []}

    def settled(entries, texts, unit, check_mode, module):
        seen["asked"].append(([entry["path"] for entry in entries], unit["state"]))
        if seen["starts"] and not check_mode:
            module.table = seen["starts"]
        return {"changed": seen["changed"], "changed_paths": []}

    monkeypatch.setattr(firewall, "_settle", settled)
    monkeypatch.setattr(firewall, "DIRECTORY", "/nowhere/baremetal.flink")
    return seen


def bring(module, state="present", check_mode=False):
    return firewall.core({"state": state, "rules": "new rules", "ports": ["2181"]}, check_mode, module)


def test_rules_are_loaded_once_and_then_nothing_changes(settle):
    module = Module(table="old rules")
    assert bring(module) == {"changed": True, "changed_paths": [], "loaded": True, "beside": []}
    assert module.table == "new rules" and "nft -c -f -" in module.tried
    module.tried.clear()
    assert bring(module)["changed"] is False and "nft -f -" not in module.tried


def test_a_unit_that_starts_loads_them_itself(settle):
    settle.update(changed=True, starts="new rules")
    module = Module()
    assert bring(module)["loaded"] and "nft -f -" not in module.tried and module.warnings == []


def test_check_mode_loads_nothing_and_takes_nft_as_installed(settle):
    module = Module(table="old rules")
    assert bring(module, check_mode=True)["changed"] and module.table == "old rules"
    assert bring(Module(has_nft=False), check_mode=True)["changed"]
    with pytest.raises(FirewallError, match="There is no nft on this host, which the package nftables has: install it, or run site.yml."):
        bring(Module(has_nft=False))


def test_another_firewall_is_a_warning_of_every_run(settle):
    module = Module(table="new rules", ufw=True)
    assert bring(module)["beside"] == ["ufw"] and "open TCP 2181 in it as well" in module.warnings[0]


def test_what_is_there_goes_and_a_host_without_nft_has_nothing(settle):
    module = Module(table="new rules")
    assert not bring(module, "absent", check_mode=True)["loaded"] and module.table == "new rules"
    assert bring(module, "absent")["changed"] and module.table is None
    assert settle["asked"][-1] == ([firewall.RULES_FILE], "absent")
    assert bring(Module(has_nft=False), "absent")["changed"] is False


def test_checked_fails_with_sentences_and_touches_nothing(settle):
    with pytest.raises(FirewallError, match="is not loaded, .*; .* is not enabled"):
        bring(Module(), "checked")
    assert settle["asked"] == []
