# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each host as it stands after the role has run."""

from __future__ import annotations

import re

import pytest

KDCS = ("node1", "node2")


def test_has_its_keys_and_nobody_elses(host, name, operator):
    file = host.file("/etc/app/app.keytab")
    assert (file.user, file.mode) == ("nobody", 0o400)
    assert {key.principal for key in operator.keys(name)} == {f"app/{name}@TESTS.EXAMPLE", "shared@TESTS.EXAMPLE"}
    assert {key.enctype for key in operator.keys(name)} == {"aes256-cts-hmac-sha384-192", "aes256-cts-hmac-sha1-96"}
    own = host.file("/etc/baremetal.flink/host.keytab")
    assert (own.user, own.mode) == ("root", 0o400)


def test_shares_a_principal_with_the_same_key(name, operator):
    shared = {key for key in operator.keys(name) if key.principal.startswith("shared@")}
    assert shared == {key for key in operator.keys("node1") if key.principal.startswith("shared@")}


@pytest.mark.parametrize("unit", ["krb5-kdc", "krb5-admin-server", "krb5-kpropd"])
def test_runs_what_is_its_part(host, name, unit):
    wanted = {"krb5-kdc": KDCS, "krb5-admin-server": ("node1",), "krb5-kpropd": ("node2",)}[unit]
    assert (name in wanted) == (host.run(f"systemctl is-active {unit}").rc == 0)
    assert (name in wanted) == (host.run(f"systemctl is-enabled {unit}").rc == 0)


def test_listens_by_tcp_alone_where_the_firewall_guards(host, name):
    lines = host.check_output("ss -Hlntup").splitlines()
    open_to_others = {re.sub(r".*:", "", line.split()[4]) for line in lines if re.search("krb5|kadmin|kprop", line) and "127.0.0.1" not in line}
    assert open_to_others == {"node1": {"88", "749"}, "node2": {"88", "754"}, "node3": set()}[name]
    assert [line for line in lines if line.startswith("udp") and "127.0.0.1" not in line and re.search("krb5|kadmin|kprop", line)] == []


def test_no_key_is_left_anywhere_else(host):
    assert host.check_output("find /run/baremetal-flink-kerberos /run/baremetal-flink-kprop /tmp -type f ! -name .lock 2>/dev/null || true") == ""
