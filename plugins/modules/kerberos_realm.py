#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a realm."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kerberos_realm
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: The database of a realm of MIT Kerberos, created once
description:
  - Creates C(/var/lib/krb5kdc/principal) and the file with its master key, C(/etc/krb5kdc/stash), on a host that has neither.
  - A database that is there is never made anew, whatever else is missing. It is made beside its place and moved there when it is whole, so that a run
    that is killed leaves none or a whole one.
options:
  realm:
    description: The realm.
    type: str
    required: true
  master_password:
    description:
      - What the master key is made from. It is handed over on standard input.
      - Without one the key is one of chance, which only the file C(/etc/krb5kdc/stash) of each KDC has.
    type: str
    default: ""
  enctype:
    description: Encryption type of the master key.
    type: str
    default: aes256-cts-hmac-sha1-96
attributes:
  check_mode:
    support: full
    description: Says what would be made.
  diff_mode:
    support: none
    description: There is nothing in it that may be shown.
notes:
  - Debian's C(kdc.conf) is the user's to write before. The role kerberos does all of it.
seealso:
  - module: baremetal.flink.kerberos_keytab
  - module: baremetal.flink.kerberos_info
"""

EXAMPLES = r"""
- name: Have the database of the realm
  baremetal.flink.kerberos_realm:
    realm: EXAMPLE.ORG
    master_password: "{{ vault_kerberos_master_password }}"
"""

RETURN = r"""
created:
  description: Whether the database was made, or would be.
  returned: success
  type: bool
  sample: false
stashed:
  description: Whether the file of the master key was written, or would be.
  returned: success
  type: bool
  sample: false
"""

from ..module_utils.kerberos.realm import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
