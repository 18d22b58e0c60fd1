"""Settings that cannot work end with clear sentences, all of them in one run, and nothing is changed on any host."""

from __future__ import annotations

from tests.scenario import refused

WRONG = {
    "flink_mesos_initial_tasks": (2, "mesos.initial-tasks works in 1.2 to 1.6"),
    "flink_appmaster_ports": ({"web": 31000}, "flink_appmaster_ports names web"),
    "flink_mesos_principal": ("flink", "belong together"),
    "flink_name": ("My Flink", "use lower-case letters"),
}


def test_bad_variables(site):
    variables = {name: value for name, (value, _sentence) in WRONG.items()}
    refused(site("site", **variables), *(sentence for _value, sentence in WRONG.values()))


def test_a_user_that_flinks_framework_cannot_get(platform, site):
    framework, version = platform.framework(), platform.app()["version"]
    refused(
        site("site", flink_settings={"mesos.resourcemanager.framework.user": "nobody"}),
        f"framework {framework} has the user flink, Mesos lets no framework change it, and it would register with nobody",
        "set flink_mesos_renew_framework to true")
    assert (platform.framework(), platform.app()["version"]) == (framework, version)
