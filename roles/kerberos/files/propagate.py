# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies the database of a realm to its replicas: propagate REALM KEYTAB PORT REPLICA..."""

from __future__ import annotations

import os
import subprocess
import sys

DIRECTORY = os.environ.get("RUNTIME_DIRECTORY", "")


def main() -> int:
    realm, keytab, port, *replicas = sys.argv[1:]
    dump = os.path.join(DIRECTORY, "dump")
    subprocess.run(["/usr/sbin/kdb5_util", "-r", realm, "dump", dump], check=True)
    failed = []
    for replica in replicas:
        done = subprocess.run(["/usr/sbin/kprop", "-r", realm, "-f", dump, "-s", keytab, "-P", port, replica], capture_output=True, text=True, check=False)
        if done.returncode:
            failed.append(replica)
            print(f"{replica} has not taken the copy: {(done.stderr or done.stdout).strip()}", file=sys.stderr)
    if not failed:
        print(f"copied to {', '.join(replicas)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
