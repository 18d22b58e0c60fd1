# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a host that cannot have a firewall, before nftables is installed on it."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.host import netfilter
from ansible_collections.baremetal.flink.plugins.module_utils.host.netfilter import nftables_fault


def refuses(*reason):
    def ask():
        raise OSError(*reason)

    return ask


@pytest.mark.parametrize("release", ["5.9.0-1-amd64", "6.1", "5.15.0-100-generic", "custom"])
def test_a_kernel_that_answers_is_one_that_will_do(release):
    assert nftables_fault(lambda: 0, release) is None


@pytest.mark.parametrize(("ask", "release", "said"), [
    (lambda: 0, "5.8.18", "its kernel is 5.8.18, and the firewall needs 5.9 or newer"),
    (lambda: 0, "4.19.0-27-amd64", "its kernel is 4.19.0-27-amd64"),
    (lambda: errno.EPERM, "6.1.0", "not even root may load rules of nftables, as in a container without CAP_NET_ADMIN"),
    (refuses(errno.EACCES, "Permission denied"), "6.1.0", "not even root may load rules"),
    (lambda: errno.EINVAL, "6.1.0", "its kernel has no nftables (Invalid argument)"),
    (refuses(errno.EPROTONOSUPPORT, "no"), "6.1.0", "its kernel has no nftables (Protocol not supported)"),
    (refuses("timed out"), "6.1.0", "its kernel has no nftables"),
])  # fmt: skip
def test_what_stands_in_its_way_is_said_with_the_way_out(ask, release, said):
    fault = nftables_fault(ask, release)
    assert fault.startswith(said) and fault.endswith("or set security_profile: open, which means no firewall on any host of the platform")


def test_the_kernel_is_really_asked():
    """In a network namespace of one's own root may load rules; nobody else may."""
    code = f"import runpy; print(runpy.run_path({netfilter.__file__!r})['ask_kernel']())"
    asked = {}
    for name, prefix in {"root": ["unshare", "--user", "--map-root-user", "--net"], "nobody": ["unshare", "--user"]}.items():
        done = subprocess.run([*prefix, sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)
        if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
            pytest.skip(f"no namespaces to try it in: {done.stderr.strip()}")
        asked[name] = int(done.stdout)
    assert asked == {"root": 0, "nobody": errno.EPERM}
