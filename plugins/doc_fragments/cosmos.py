# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options of the modules that talk to DC/OS."""

from __future__ import annotations


class ModuleDocFragment:
    """Options as in dcos_argument_spec of module_utils/dcos/cluster.py. It stands before the fragment http_client, whose login it describes anew."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the cluster, that is of the Admin Router on its masters, as URL or C(host); without a scheme it is C(https).
    type: str
    required: true
  url_username:
    description:
      - User of DC/OS that the task logs in as, with O(url_password). Excludes O(token).
      - With neither, no login is made, as a DC/OS without authentication wants it.
    type: str
  url_password:
    description:
      - Password of O(url_username).
    type: str
  token:
    description:
      - Token of DC/OS, as C(dcos config show core.dcos_acs_token) shows it, in place of a user and a password.
    type: str
  masters:
    description:
      - The Mesos masters as C(host), C(host:port) or URL, the port defaulting to 5050. They are asked without a login.
      - Left out, the Admin Router passes requests on to the leading master (C(/mesos) below O(url)), with the login.
    type: list
    elements: str
  leader_timeout:
    description:
      - Seconds to go on asking while Marathon or Mesos have no leader.
    type: float
    default: 30
notes:
  - Written for Cosmos 0.6 of DC/OS 1.10 to 2.1. What is refused is told from the C(type) of Cosmos' error, not from the HTTP status.
  - Calls that change something are sent once. When their answer is lost, the module looks whether the change was made.
"""
