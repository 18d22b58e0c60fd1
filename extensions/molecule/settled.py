# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of every scenario are held to before its own tests. Molecule's step `check` asserts nothing."""

from __future__ import annotations

import fnmatch
import os
import subprocess

from ansible_collections.baremetal.flink.plugins.module_utils.security.secret_files import FLINK, SECRET_FILES, too_wide

from tests.fleet.fleet import Fleet
from tests.playbook import play

#: All that the platform has of settings, with who may read it.
PLACES = "/etc/krb5kdc /var/lib/krb5kdc /etc/baremetal.flink /etc/zookeeper /etc/hadoop /etc/mesos /etc/marathon /etc/flink* /var/lib/hadoop/.ssh"
#: Without a layer its directory is missing, which find says and goes on.
SETTINGS = f"sudo sh -c \"find {PLACES} -type f -printf '%04m %u %g %p\\n' 2>/dev/null; echo the end\""
#: Not for all, though nothing in them lets anybody in.
PRIVATE = ("/etc/mesos/acls.json", "/var/lib/hadoop/.ssh/authorized_keys", "/var/lib/hadoop/.ssh/fence.pub")


def test_a_check_run_changes_nothing_on_any_host():
    converge = os.path.join(os.environ["MOLECULE_SCENARIO_DIRECTORY"], "converge.yml")
    run = play(converge, "--check", "--diff", inventory=[os.environ["MOLECULE_INVENTORY_FILE"]])
    assert run.status == 0, run.text[-4000:]
    # With --diff the output names what would be changed.
    assert run.recap and run.changed_on == dict.fromkeys(run.recap, 0), "\n".join(line for line in run.text.splitlines() if not line.startswith("ok:"))[-6000:]


def test_secrets_are_where_the_table_of_them_says_and_nobody_else_reads_them():
    fleet = Fleet(os.environ["MOLECULE_SCENARIO_NAME"])
    wrong = []
    for host in fleet.hosts():
        *found, end = subprocess.run(fleet.ssh(host.name, SETTINGS), capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
        assert end == "the end"
        for mode, owner, group, path in (line.split(" ", 3) for line in found):
            known = [each for each in SECRET_FILES if fnmatch.fnmatch(path, each.pattern.replace(FLINK, "flink*"))]
            if known:  # daemons have their layer's name
                wide = too_wide({"mode": mode, "owner": owner, "group": group, "group_reads": known[0].group_reads}, [known[0].layer])
                wrong += [f"{path} on {host.name}: {wide}"] if wide else []
            elif mode[-1] not in "4567" and path not in PRIVATE:
                wrong.append(f"{path} on {host.name} is not for all, and secret_files.py does not know it")
    assert wrong == []
