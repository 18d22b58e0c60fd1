# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags are read as strictly as the real daemons read them."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.tests.stand_ins.mesos.flags import FlagError, known_flags, parse


def master(*arguments, **environment):
    return parse("master", list(arguments), environment)


def agent(*arguments, **environment):
    return parse("agent", list(arguments), environment)


def test_every_form_of_a_flag():
    flags = master("--zk=zk://a:2181/mesos", "--no-hostname_lookup", "--authenticate_agents", "--log_auto_initialize=false", "ignored")
    assert flags.zk == "zk://a:2181/mesos"
    assert (flags.hostname_lookup, flags.authenticate_agents, flags.log_auto_initialize) == (False, True, False)


def test_environment_is_read_and_the_command_line_wins():
    flags = master("--quorum=2", MESOS_QUORUM="3", MESOS_PORT="6060", MESOS_NO_SUCH_FLAG="x", OTHER="y")
    assert (flags.quorum, flags.port) == (2, 6060)


def test_an_alias_is_known_and_reported():
    flags = master("--slave_ping_timeout=20secs")
    assert flags.agent_ping_timeout == 20.0
    assert "slave_ping_timeout" in flags.warnings[0]


def test_a_value_from_a_file(tmp_path):
    file = tmp_path / "zk"
    file.write_text("zk://a:2181/mesos")
    assert master(f"--zk=file://{file}").zk == "zk://a:2181/mesos"
    # The path is shown, and not what may have a password in it.
    file.write_text("zk://mesos:hunter2@a:2181/mesos\n")
    assert agent(f"--master=file://{file}", "--work_dir=/w").shown()["master"] == str(file)
    assert master("--zk=zk://a:2181/mesos").shown()["zk"] == "zk://a:2181/mesos"
    file.write_text("zk://a:2181/mesos")
    acls = tmp_path / "acls"
    acls.write_text('{"permissive": false}')
    assert master(f"--acls={acls}").acls == {"permissive": False}
    assert master(f"--credentials=file://{file}").credentials == str(file)


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--nonsense=1"], "Failed to load unknown flag 'nonsense'"),
        (["--no-nonsense"], "Failed to load unknown flag 'nonsense' via 'no-nonsense'"),
        (["--no-zk"], "Failed to load non-boolean flag 'zk' via 'no-zk'"),
        (["--no-quiet=true"], "Failed to load boolean flag 'quiet' via 'no-quiet' with value 'true'"),
        (["--zk"], "Failed to load non-boolean flag 'zk': Missing value"),
        (["--quorum=two"], "Failed to load flag 'quorum': Failed to load value 'two'"),
        (["--quiet=maybe"], "Expecting a boolean (e.g., true or false)"),
        (["--zk_session_timeout=10"], "Invalid duration '10'"),
        (["--zk_session_timeout=10s"], "Unknown duration unit 's'"),
        (["--acls={"], "Failed to parse JSON"),
        (["--quorum=1", "--quorum=2"], "Duplicate flag 'quorum' on command line"),
        (["--agent_ping_timeout=15secs", "--slave_ping_timeout=15secs"], "already loaded via name 'agent_ping_timeout'"),
        (["--agent_ping_timeout=500ms"], "Must be at least 1secs"),
        (["--registry=mysql"], "Must be one of replicated_log, in_memory"),
        (["--jwt_secret_key=/x"], "Failed to load unknown flag 'jwt_secret_key'"),
        (["--zk=file:///no/such/file"], "Error reading file '/no/such/file'"),
    ],
)
def test_a_master_refuses(arguments, sentence):
    with pytest.raises(FlagError) as error:
        master(*arguments)
    assert sentence in str(error.value)


def test_an_agent_needs_a_work_dir():
    with pytest.raises(FlagError, match="Flag 'work_dir' is required, but it was not provided"):
        agent("--master=a:5050")


def test_a_bad_environment_is_fatal_too():
    with pytest.raises(FlagError, match="Failed to load flag 'port'"):
        agent(MESOS_WORK_DIR="/x", MESOS_PORT="five")


def test_flags_of_the_other_daemon_are_unknown():
    assert "quorum" not in known_flags("agent") and "isolation" not in known_flags("master")


def test_shown_values_are_spelt_as_mesos_spells_them():
    shown = agent("--work_dir=/w", "--executor_shutdown_grace_period=90secs", "--gc_delay=14days").shown()
    assert shown["executor_shutdown_grace_period"] == "90secs"
    assert shown["gc_delay"] == "2weeks"
    assert shown["fetcher_cache_size"] == "2GB"
    assert "resources" not in shown
