# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests read out of ansible-playbook's output."""

from __future__ import annotations

from tests.playbook import said_by_failed

#: As ansible-core 2.19 writes it: the second host's error stands between the first host's lines and the second's.
OUTPUT = """\
TASK [baremetal.flink.hdfs : Look at this host's HDFS] *************************
[ERROR]: Task failed: Module failed: HDFS is not in order on this host: hdfs-journalnode.service is inactive
fatal: [node1]: FAILED! =>
    changed: false
    msg: 'HDFS is not in order on this host: hdfs-journalnode.service is
        inactive'
[ERROR]: Task failed: Module failed: HDFS is not in order on this host: this host cannot fence the NameNode of node1
fatal: [node2]: FAILED! =>
    changed: false
    msg: 'HDFS is not in order on this host: this host cannot fence the NameNode of node1'
ok: [node3]

PLAY RECAP *********************************************************************
node1                      : ok=3    changed=0    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0
"""


def test_each_failed_host_has_its_own_words():
    said = said_by_failed(OUTPUT)
    assert list(said) == ["node1", "node2"]
    assert said["node1"] == ": FAILED! => changed: false msg: 'HDFS is not in order on this host: hdfs-journalnode.service is inactive'"
    assert "journalnode" not in said["node2"] and said["node2"].endswith("cannot fence the NameNode of node1'")
