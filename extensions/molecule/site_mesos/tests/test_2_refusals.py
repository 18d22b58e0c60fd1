"""Settings that cannot work end with one clear sentence, and nothing is changed on any host."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(("variables", "sentence"), [
    ({"flink_mesos_initial_tasks": 2}, "mesos.initial-tasks ended with 1.7"),
    ({"flink_appmaster_lost_after": 5}, "or there could be two"),
    ({"flink_appmaster_ports": {"web": 31000}}, "flink_appmaster_ports names web"),
    ({"flink_mesos_principal": "flink"}, "belong together"),
    ({"flink_name": "My Flink"}, "use lower-case letters"),
], ids=["initial-tasks", "lost-too-soon", "unknown-port", "half-a-credential", "name"])
def test_bad_variables(site, variables, sentence):
    run = site("site", "-e", json.dumps(variables))
    assert run.status != 0
    assert sentence in run.flat, run.text[-3000:]
    assert run.changed == 0, run.text[-3000:]
