# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.host_check import wait_until_well
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.webhdfs import HdfsError

JOURNALNODE, CONTROLLER = "hdfs-journalnode.service", "hdfs-zkfc.service"
PARAMS = {
    "daemons": [{"unit": JOURNALNODE, "address": "n1:8485"}, {"unit": CONTROLLER, "address": "n1:8019"}],
    "directories": [{"path": "/journal", "free_mb": 512, "reason": "without room the JournalNode takes no more edits"}],
    "timeout": 5,
}


def check(states, silent=None, free_mb=4096):
    """`states` are what systemd answers, one pair after the other; `asked` are the addresses of daemons that were called."""
    now, looks, asked = [0.0], iter(states), []

    def run(command):
        both = next(looks)
        return 0, "\n\n".join(f"LoadState={'not-found' if state == 'none' else 'loaded'}\nActiveState={state}" for state in both), ""

    def silences(addresses):
        asked.append(list(addresses))
        return silent or {}

    def sleep(seconds):
        now[0] += seconds

    result = wait_until_well(PARAMS, run, silences, lambda path: free_mb * 1024 * 1024, lambda: now[0], sleep)
    return result, asked


def test_what_is_still_starting_is_waited_for_and_only_what_runs_is_called():
    result, asked = check([("active", "activating"), ("active", "active")])
    assert result == {"changed": False, "problems": []}
    assert asked == [["n1:8485"], ["n1:8485", "n1:8019"]]


@pytest.mark.parametrize(("states", "silent", "free_mb", "sentence"), [
    (("active", "inactive"), {}, 4096, "hdfs-zkfc.service is inactive: `systemctl start hdfs-zkfc.service`, and see `journalctl -u hdfs-zkfc.service`"),
    (("none", "active"), {}, 4096, "hdfs-journalnode.service is not there: run site.yml"),
    (("active", "active"), {"n1:8485": "does not answer within 3 s"}, 4096,
     "hdfs-journalnode.service runs, but does not answer within 3 s at n1:8485: `systemctl restart hdfs-journalnode.service` if it stays so"),
    (("active", "active"), {}, 511, "/journal has 511 MiB left, less than 512: without room the JournalNode takes no more edits; delete what else"),
])
def test_what_is_wrong_is_named_with_the_way_out(states, silent, free_mb, sentence):
    with pytest.raises(HdfsError) as caught:
        check([states] * 6, silent, free_mb)
    assert caught.value.message.startswith(f"HDFS is not in order on this host: {sentence}")
    assert len(caught.value.details["problems"]) == 1
