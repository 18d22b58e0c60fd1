# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall of a host as it is: the file with its rules, the unit that loads them at boot, and the table in the kernel.

Rules are compared as nft itself prints them: the file is loaded into a network namespace that ends with the command, so that neither the version
of nft nor the spelling of a rule matters, and a rule that somebody took out of the table by hand is missed.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ..errors import CollectionError
from ..host import files, units

Runner = Callable[[Sequence[str], Optional[str]], Tuple[int, str, str]]
_ELEMENTS = re.compile(r"elements = \{([^}]*)\}")

DIRECTORY = "/etc/baremetal.flink"
RULES_FILE = f"{DIRECTORY}/firewall.nft"
UNIT = "baremetal-flink-firewall.service"
UNIT_FILE = f"{units.UNIT_DIRECTORY}/{UNIT}"
TABLE = ("inet", "baremetal_flink")
#: What else may judge packets on a host, and the command that tells whether it does.
BESIDE = {"firewalld": ("systemctl", "is-active", "--quiet", "firewalld.service"), "ufw": ("grep", "-qsi", "^ENABLED=yes", "/etc/ufw/ufw.conf")}
UNIT_TEXT = f"""\
# Written by the collection baremetal.flink.
[Unit]
Description=Firewall around the ports of the platform (baremetal.flink)
Documentation=man:nft(8)
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
# Its rules begin with "flush ruleset" on Debian, so whenever it loads them this unit has to load its own again.
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
StandardInput=null
ProtectSystem=full
ProtectHome=yes
ExecStart=/usr/sbin/nft -f {RULES_FILE}
ExecReload=/usr/sbin/nft -f {RULES_FILE}
ExecStop=-/usr/sbin/nft delete table {TABLE[0]} {TABLE[1]}

[Install]
WantedBy=multi-user.target nftables.service
"""
PRESENT, ABSENT, CHECKED = "present", "absent", "checked"
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
AGAIN = ": run site.yml, or it with --tags security"
NO_PACKAGE = ", which the package nftables has: install it, or run site.yml"


class FirewallError(CollectionError):
    """The rules cannot be loaded, or are not those that should be."""


class Firewall:
    """``run(command, stdin)`` runs a program of the host; replaced in tests."""

    def __init__(self, run: Runner) -> None:
        self.run = run

    def validate(self, text: str) -> None:
        """Have nft read the rules without loading them.

        :raises FirewallError: nft or the kernel does not take them.
        """
        code, out, err = self.run(["nft", "-c", "-f", "-"], text)
        if code:
            raise FirewallError(f"nft does not take the rules of the firewall, and nothing was changed: {(err or out).strip()}")

    def expected(self, text: str) -> Optional[str]:
        """The table as nft prints it once the rules are loaded; None where no namespace can be had for trying."""
        listing = "nft -f - && exec nft -s list table " + " ".join(TABLE)
        code, out, _err = self.run(["unshare", "--net", "sh", "-c", listing], text)
        return out if code == 0 else None

    def loaded(self) -> Optional[str]:
        """The table that is there; None without one."""
        code, out, _err = self.run(["nft", "-s", "list", "table", *TABLE], None)
        return out if code == 0 else None

    def differs(self, text: str) -> bool:
        """Whether the table is another one than these rules make."""
        loaded = self.loaded()
        expected = self.expected(text) if loaded is not None else None
        return loaded is None or (expected is not None and _normal(loaded) != _normal(expected))

    def load(self, text: str) -> None:
        """Put the table in the place of the one before."""
        code, out, err = self.run(["nft", "-f", "-"], text)
        if code:
            raise FirewallError(f"nft could not load the rules of the firewall: {(err or out).strip()}")

    def remove(self) -> None:
        """Take the table away."""
        self.run(["nft", "delete", "table", *TABLE], None)

    def faults(self, text: str) -> List[str]:
        """What is wrong with the firewall of a host that should have these rules."""
        loaded = self.loaded()
        if loaded is None:
            found = [f"the table {' '.join(TABLE)} is not loaded, so that everybody reaches the ports of the platform{AGAIN}"]
        elif self.differs(text):
            found = [f"the table {' '.join(TABLE)} has other rules than the inventory says, or somebody has changed it by hand{AGAIN}"]
        else:
            found = []
        if self.run(["systemctl", "is-enabled", "--quiet", UNIT], None)[0]:
            found.append(f"{UNIT} is not enabled, so that no rule is left after a reboot{AGAIN}")
        elif self._written() != text:
            found.append(f"{RULES_FILE} has other rules than the inventory says, and they are loaded at the next boot{AGAIN}")
        return found

    @staticmethod
    def _written() -> Optional[str]:
        try:
            with open(RULES_FILE, encoding="utf-8") as handle:
                return handle.read()
        except OSError:
            return None

    def beside(self) -> List[str]:
        """Other firewalls that are at work on the host."""
        return [name for name, command in BESIDE.items() if self.run(command, None)[0] == 0]


def _normal(listing: str) -> str:
    """The listing without its line breaks, and with the elements of sets in one order, which is else the kernel's."""
    ordered = _ELEMENTS.sub(lambda match: " ".join(sorted(match.group(1).replace(",", " ").split())), listing)
    return " ".join(ordered.split())


def conflict(beside: Sequence[str], ports: Sequence[str]) -> str:
    """The same for all hosts with the same ports, so that Ansible prints it once."""
    are, they, drop, them = ("is", "it", "drops", "it") if len(beside) == 1 else ("are", "they", "drop", "them")
    return (
        f"{' and '.join(beside)} {are} active beside the firewall of the platform, and what {they} {drop} stays dropped, whatever the latter accepts: "
        f"open TCP {', '.join(ports)} in {them} as well, for the hosts of the platform, security_clients and security_operators."
    )


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    def run(command: Sequence[str], text: Optional[str]) -> Tuple[int, str, str]:
        try:
            found: Tuple[int, str, str] = module.run_command(
                list(command), data=text, environ_update=dict(LC_ALL="C", PATH=SYSTEM_PATH), handle_exceptions=False)
        except OSError as error:
            return 127, "", f"{command[0]}: {error.strerror}"
        return found

    firewall, has_nft = Firewall(run), bool(module.get_bin_path("nft", opt_dirs=["/usr/sbin", "/sbin"]))
    if params["state"] == ABSENT:
        return _absent(firewall, check_mode, module)
    if not has_nft and not (check_mode and params["state"] == PRESENT):
        raise FirewallError(f"There is no nft on this host{NO_PACKAGE}.")
    if params["state"] == CHECKED:
        faults = firewall.faults(params["rules"])
        if faults:
            raise FirewallError("; ".join(faults))
        return dict(changed=False)
    return _present(firewall, params["rules"], params["ports"], check_mode, module, has_nft)


def _present(firewall: Firewall, text: str, ports: Sequence[str], check_mode: bool, module: Any, has_nft: bool) -> Dict[str, Any]:
    if has_nft:
        firewall.validate(text)
    loads = not has_nft or firewall.differs(text)
    entries = [{"path": DIRECTORY, "state": "directory"}, {"path": RULES_FILE}, {"path": UNIT_FILE}]
    answer = _settle(entries, {1: text, 2: UNIT_TEXT}, {"name": UNIT, "state": "started", "enabled": True}, check_mode, module)
    # A unit that was started just now has loaded them.
    if loads and not check_mode and firewall.differs(text):
        firewall.load(text)
    beside = firewall.beside()
    if beside:
        module.warn(conflict(beside, ports))
    return {**answer, "changed": answer["changed"] or loads, "loaded": loads, "beside": beside}


def _absent(firewall: Firewall, check_mode: bool, module: Any) -> Dict[str, Any]:
    loaded = firewall.loaded() is not None
    answer = _settle([{"path": RULES_FILE, "state": "absent"}], {}, {"name": UNIT, "state": "absent"}, check_mode, module)
    if not check_mode:
        if loaded:
            firewall.remove()
        # There may be certificates in it.
        with contextlib.suppress(OSError):
            os.rmdir(DIRECTORY)
    return {**answer, "changed": answer["changed"] or loaded, "loaded": False, "beside": []}


def _settle(entries: List[Dict[str, Any]], texts: Mapping[int, str], unit: Dict[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    """The files and the unit, as host_files has them."""
    wanted = {
        "entries": entries, "payload": files.pack({place: text.encode("utf-8") for place, text in texts.items()}), "owner": "root", "group": "root",
        "mode": None, "dir_mode": "0755", "units": [{"enabled": None, "watch": [], **unit}], "restart_stale": False, "wait": 60, "settle": 0,
    }
    answer = files.core(wanted, check_mode, module)
    return {name: answer[name] for name in ("changed", "changed_paths", "diff") if name in answer}


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        state=dict(type="str", choices=[PRESENT, ABSENT, CHECKED], default=PRESENT),
        rules=dict(type="str"),
        ports=dict(type="list", elements="str", default=[]),
    ),
    requirements=(),
    required_if=[("state", PRESENT, ["rules"]), ("state", CHECKED, ["rules"])],
)
