# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As whom, and by what, the modules of jobs call HDFS beside Flink's REST server."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job import options
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.options import declared_jobs_argument_spec, web_hdfs

REST = {"ca_path": "/rest/ca", "client_cert": "/rest/cert", "client_key": "/rest/key", "url_username": "me", "url_password": "mine", "validate_certs": False}
KERBEROS = {"ca_path": "/hdfs/ca", "kerberos_principal": "flink/n1", "kerberos_keytab": "/keytab"}


@pytest.fixture
def called(monkeypatch):
    """The settings of the client and the user, of an HDFS as the option names it."""
    found = []
    monkeypatch.setattr(options, "HttpClient", lambda settings: settings)
    monkeypatch.setattr(options, "WebHdfs", lambda client, namenodes, user: found.append((client, user)))

    def call(**hdfs):
        names = declared_jobs_argument_spec()["hdfs"]["options"]
        web_hdfs({**REST, "hdfs": {**{name: spec.get("default") for name, spec in names.items()}, "namenodes": ["n1"], **hdfs}})
        return found.pop()

    return call


def test_a_simple_hdfs_is_called_as_ever(called):
    settings, user = called(user="flink")
    assert (settings.ca_path, settings.client_cert, settings.kerberos_principal, user) == ("/rest/ca", "/rest/cert", None, "flink")


def test_with_a_ticket_nothing_of_flinks_rest_server_goes_to_hdfs(called):
    settings, user = called(user="flink", **KERBEROS)
    assert {name: getattr(settings, name) for name in KERBEROS} == KERBEROS and user == "" and settings.validate_certs is True
    assert {getattr(settings, name) for name in ("client_cert", "client_key", "url_username", "url_password", "token")} == {None}


def test_another_authority_alone_changes_nothing_else(called):
    settings, dummy = called(ca_path="/hdfs/ca")
    assert (settings.ca_path, settings.client_cert, settings.url_username) == ("/hdfs/ca", "/rest/cert", "me")
