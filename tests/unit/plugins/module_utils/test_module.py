# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module ends in one JSON document: a result, or one sentence."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError
from ansible_collections.baremetal.flink.plugins.module_utils.module import run, run_with_module

SPEC = {"name": {"type": "str", "required": True}}


def ended(capsys, core, requirements=(), **arguments):
    with patch_module_args({"name": "x", **arguments}), pytest.raises(SystemExit) as ending:
        run(SPEC, core, requirements=requirements)
    return ending.value.code, json.loads(capsys.readouterr().out)


def test_the_core_gets_the_parameters_and_its_result_is_the_modules(capsys):
    code, result = ended(capsys, lambda params, check_mode, warn: {"seen": [params["name"], check_mode]})
    assert (code, result["changed"], result["seen"]) == (0, False, ["x", False])
    code, result = ended(capsys, lambda params, check_mode, warn: {"changed": check_mode}, _ansible_check_mode=True)
    assert (code, result["changed"]) == (0, True)


def test_a_core_warns_through_the_module(capsys, monkeypatch):
    told = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda self, text: told.append(text))
    assert ended(capsys, lambda params, check_mode, warn: warn("The disk is nearly full.") or {})[0] == 0
    assert told == ["The disk is nearly full."]


def test_a_core_that_works_on_the_host_gets_the_module_itself(capsys):
    with patch_module_args({"name": "x"}), pytest.raises(SystemExit):
        run_with_module(SPEC, lambda params, check_mode, module: {"said": module.run_command(["echo", params["name"]])[1]}, requirements=())
    assert json.loads(capsys.readouterr().out)["said"] == "x\n"


def test_a_collection_error_is_the_message_and_its_details_are_keys(capsys):
    def core(params, check_mode, warn):
        raise CollectionError("The disk is full; free 10 MB.", free_mb=3)

    code, result = ended(capsys, core)
    assert (code, result["failed"], result["msg"], result["free_mb"]) == (1, True, "The disk is full; free 10 MB.", 3)


def test_a_missing_library_is_named_before_the_core_runs(capsys):
    code, result = ended(capsys, lambda *_args: pytest.fail("the core ran"), requirements=("json", "no_such_library"))
    assert (code, result["failed"]) == (1, True)
    assert "no_such_library" in result["msg"]


def test_a_defect_keeps_its_traceback(capsys):
    with patch_module_args({"name": "x"}), pytest.raises(ZeroDivisionError):
        run(SPEC, lambda *_args: 1 // 0, requirements=())
    assert capsys.readouterr().out == ""


def test_an_option_that_may_hold_secrets_is_shown_without_them_and_not_logged(capsys, monkeypatch):
    logged = []
    monkeypatch.setattr(AnsibleModule, "log", lambda self, msg, log_args=None: logged.append(log_args))
    login = {"type": "list", "elements": "dict", "options": {"password": {"type": "str", "no_log": True}}}
    spec = {**SPEC, "settings": {"type": "dict"}, "token": {"type": "str", "no_log": True}, "logins": login}

    def core(params, check_mode, warn):
        return {"seen": params["settings"], "told": f"{params['token']} and {params['logins'][0]['password']}", "port": 1}

    asked = {"name": "x", "settings": {"a": 1, "key": "k"}, "token": "tuna", "logins": [{"password": "pike"}, {}]}
    with patch_module_args({**asked, "_ansible_verbosity": 3}), pytest.raises(SystemExit):
        run(spec, core, requirements=(), shown={"settings": lambda params: {**params["settings"], "key": "hidden"}})
    result = json.loads(capsys.readouterr().out)
    assert (result["seen"], result["port"]) == ({"a": 1, "key": "k"}, 1)
    assert result["invocation"]["module_args"]["settings"] == {"a": 1, "key": "hidden"}
    assert "tuna" not in str(result) and "pike" not in str(result)
    assert logged[0]["settings"] == "NOT_LOGGING_PARAMETER" and logged[0]["name"] == "x"
