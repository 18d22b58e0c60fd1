# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot work ends with a sentence, before anything is touched."""

from __future__ import annotations

from tests.scenario import refused


def test_flags_are_judged_first(operator):
    refused(
        operator.play(
            marathon_flags={"disable_ha": True, "http_prot": 8080, "zk": "zk://x:2181/y", "ha": False},
            marathon_http_credentials="nobody", marathon_principal="", marathon_secret="s"),
        "Marathon has no flag disable_ha; write ha: false", "did you mean http_port?", "set marathon_zookeeper_url instead of the flag",
        "turns ha off, and the group marathon has 3 hosts", "marathon_http_credentials has no colon",
        "marathon_secret is set and marathon_principal is empty")


def test_a_port_that_somebody_holds(operator):
    refused(operator.play(marathon_http_port=2181), "2181", "zookeeper.service")
