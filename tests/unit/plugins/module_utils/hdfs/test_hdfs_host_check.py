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

    result = wait_until_well(PARAMS, run, silences, lambda path: free_mb * 1024 * 1024, clock=lambda: now[0], sleep=sleep)
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


FENCE = {
    "user": "hdfs", "identity_file": "/key", "command": "/fence", "rpc_port": 8020, "ssh_port": 2222, "may_be_down": [],
    "targets": [{"host": "n2", "address": "10.0.0.2"}, {"host": "n3", "address": "10.0.0.3"}],
}
REFUSED = "Warning: it is late\nhdfs@10.0.0.3: Permission denied (publickey).\n"


def fence(answers, accepting=(), **options):
    """`answers` are status and standard error of the way to each address, the last one for ever; `tried` are the addresses."""
    now, tried = [0.0], []

    def run(command):
        if command[0] == "systemctl":
            return 0, "LoadState=loaded\nActiveState=active\n\nLoadState=loaded\nActiveState=active", ""
        address = command[6]
        assert command == ["runuser", "-u", "hdfs", "--", "/fence", "check", address, "8020", "2222", "/key"]
        tried.append(address)
        left = answers[address]
        status, err = left.pop(0) if len(left) > 1 else left[0]
        return status, "fence: no NameNode process was running\n", err

    def sleep(seconds):
        now[0] += seconds

    wait_until_well({**PARAMS, "fence": {**FENCE, **options}}, run, lambda addresses: {}, lambda path: 1 << 40,
                    lambda host, port: (host, port) in accepting, lambda: now[0], sleep)
    return tried


def test_a_way_to_fence_that_comes_later_is_waited_for_and_none_is_tried_twice():
    assert fence({"10.0.0.2": [(0, "")], "10.0.0.3": [(255, REFUSED), (0, "")]}) == ["10.0.0.2", "10.0.0.3", "10.0.0.3"]


@pytest.mark.parametrize(("answer", "words"), [
    ((255, REFUSED), "hdfs@10.0.0.3: Permission denied (publickey)., status 255"),
    ((127, ""), "fence: no NameNode process was running, status 127"),
])
def test_who_cannot_be_fenced_is_named_with_what_ssh_said(answer, words):
    with pytest.raises(HdfsError) as caught:
        fence({"10.0.0.2": [(0, "")], "10.0.0.3": [answer]})
    assert caught.value.details["problems"] == [
        f"this host cannot fence the NameNode of n3 ({words}): ssh to hdfs@10.0.0.3, port 2222, must be let in there with /key, which site.yml "
        "sets up on all NameNodes"]


def test_only_one_that_may_be_down_and_is_silent_is_passed_over():
    down, ways = ["10.0.0.3"], {"10.0.0.2": [(0, "")], "10.0.0.3": [(255, REFUSED)]}
    assert fence(ways, may_be_down=down) == ["10.0.0.2", "10.0.0.3"]
    for answer, accepting in ((255, [("10.0.0.3", 8020)]), (2, [])):
        with pytest.raises(HdfsError, match="cannot fence the NameNode of n3"):
            fence({**ways, "10.0.0.3": [(answer, REFUSED)]}, accepting, may_be_down=down)
    with pytest.raises(HdfsError, match="cannot fence the NameNode of n3"):
        fence(ways)
