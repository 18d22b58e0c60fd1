"""Settings that cannot work end with clear sentences, all of them in one run, and nothing is changed on any host."""

from __future__ import annotations

from tests.scenario import refused

WRONG = {
    "flink_mesos_initial_tasks": (2, "mesos.initial-tasks ended with 1.7"),
    "flink_appmaster_ports": ({"web": 31000}, "flink_appmaster_ports names web"),
    "flink_mesos_principal": ("flink", "belong together"),
    "flink_name": ("My Flink", "use lower-case letters"),
}


def test_bad_variables(site):
    variables = {name: value for name, (value, _sentence) in WRONG.items()}
    refused(site("site", **variables), *(sentence for _value, sentence in WRONG.values()))
