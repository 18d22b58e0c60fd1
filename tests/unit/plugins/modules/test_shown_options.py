# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module is given may hold secrets; the host's system log and the invocation, which -vvv prints, do not."""

from __future__ import annotations

import importlib
import json

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError


def refuse(*_arguments):
    raise CollectionError("No.")


@pytest.mark.parametrize(("name", "arguments", "invocation"), [
    ("zookeeper_path", {"hosts": ["a"], "path": "/a", "data": "hunter2", "secret": True}, {"data": "******"}),
    ("zookeeper_path", {"hosts": ["a"], "path": "/a", "data": "true"}, {"data": "true"}),
    ("zookeeper_path", {"hosts": ["a"], "path": "/a", "secret": True}, {"data": None}),
    ("marathon_app", {"urls": ["a"], "app": {"id": "/a", "cpus": 1, "env": {"DB_PASSWORD": "hunter2", "A": "1"}}},
     {"app": {"id": "/a", "cpus": 1, "env": {"DB_PASSWORD": "******", "A": "1"}}}),
    ("marathon_app", {"urls": ["a"], "env": {"API_TOKEN": "hunter2", "A": "1"}}, {"env": {"API_TOKEN": "******", "A": "1"}}),
    ("marathon_app", {"urls": ["a"], "args": ["--password", "hunter2", "-v", "1"]}, {"args": ["--password", "******", "-v", "1"]}),
    ("marathon_app", {"urls": ["a"], "cmd": "run -p 1 --password hunter2 --token=hunter2"}, {"cmd": "run -p 1 --password ****** --token=******"}),
    ("marathon_app", {"urls": ["a"], "secret_env": {"A": "hunter2"}}, {"secret_env": {"A": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}),
    ("dcos_package", {"url": "https://a", "options": {"s3": {"credentials": {"id": "hunter2"}, "port": 1}}},
     {"options": {"s3": {"credentials": {"id": "******"}, "port": 1}}}),
])
def test_secrets_are_not_in_the_invocation(monkeypatch, capsys, name, arguments, invocation):
    logged = []
    monkeypatch.setattr(AnsibleModule, "log", lambda self, msg, log_args=None: logged.append(log_args))
    module = importlib.import_module(f"ansible_collections.baremetal.flink.plugins.modules.{name}")
    monkeypatch.setattr(module, "core", refuse)
    with patch_module_args({**arguments, "_ansible_verbosity": 3}), pytest.raises(SystemExit):
        module.main()
    result = json.loads(capsys.readouterr().out)
    assert result["msg"] == "No.", result
    assert {option: result["invocation"]["module_args"][option] for option in invocation} == invocation
    assert "hunter2" not in str(logged) + str(result)
