# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The realm as its operator has it."""

from __future__ import annotations

import base64
import time

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.keytab_format import read

from tests.scenario import Operator

APP = "/etc/app/app.keytab"


class Realm(Operator):
    """Two KDCs and a host with keytabs, looked at as root."""

    looks_as_root = True

    def keys(self, host, path=APP):
        """All keys of a keytab on a host."""
        return read(base64.b64decode(self.on(host, f"sudo base64 -w0 {path}")), path)

    def numbers(self, host, principal):
        """The numbers of the keys that a host has of a principal."""
        return sorted({key.kvno for key in self.keys(host) if key.principal == f"{principal}@TESTS.EXAMPLE"})

    def ticket(self, host, principal, path=APP):
        """Get one, and tell how many seconds that took."""
        began = time.monotonic()
        self.on(host, f"sudo sh -c 'KRB5CCNAME=MEMORY: kinit -k -t {path} {principal}'")
        return time.monotonic() - began

    def with_first(self, host):
        """The inventory, with this KDC first in its group."""
        whole = self.described()
        members = whole["all"]["children"]["kdc"]["hosts"]
        whole["all"]["children"]["kdc"]["hosts"] = {name: members[name] for name in sorted(members, key=lambda name: name != host)}
        return whole


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Realm("kerberos", "playbooks/kerberos.yml", tmp_path_factory.mktemp("inventories"))
