# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  ca_path:
    description:
      - File with the certificates of the authorities that are trusted, in PEM format, on the host where the module runs.
      - Without it the authorities are those that the Python library C(requests) trusts.
    type: path
  client_cert:
    description:
      - File with the client certificate in PEM format, for servers that ask for one. It may hold the key as well.
    type: path
  client_key:
    description:
      - File with the unencrypted key of O(client_cert) in PEM format.
    type: path
  validate_certs:
    description:
      - Whether the server's certificate is verified. Set it to V(false) only for tests.
    type: bool
    default: true
  url_username:
    description:
      - User name for basic authentication, as a proxy in front of the service may ask for.
    type: str
  url_password:
    description:
      - Password of O(url_username).
    type: str
  token:
    description:
      - Token that is sent as C(Authorization) header of type C(Bearer).
      - Excludes O(url_username).
    type: str
  use_proxy:
    description:
      - Whether proxies named by environment variables of the host are used. They rarely know a rack's own addresses.
    type: bool
    default: false
  request_timeout:
    description:
      - Seconds within which each request must be answered. A connection must be made within 5 seconds, or within this time if it is less.
    type: float
    default: 10.0
  retries:
    description:
      - How many more times a call that may safely be repeated is made when there is no answer.
      - Where several servers are named, each round asks all of them.
    type: int
    default: 2
requirements:
  - requests >= 2.21 on the host where the module runs
"""
