# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users and their passwords, as a member reads them."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.logins import jaas_file, login_faults


def test_quotes_and_backslashes_stay_what_they_are():
    assert jaas_file({"hdfs": 1234, "flink": 'a"b\\c'}) == (
        "Server {\n    org.apache.zookeeper.server.auth.DigestLoginModule required\n"
        '    user_flink="a\\"b\\\\c"\n    user_hdfs="1234";\n};\n'
    )


@pytest.mark.parametrize("users", [{}, {"flink": "horse", "a.b-c_1": " ~{$}\\"}])
def test_good_users(users):
    assert login_faults(users, ["-Xss1m"]) == []


@pytest.mark.parametrize(
    ("users", "fault"),
    [
        ({"a b": "x"}, "zookeeper_users has the name 'a b': use letters, digits and . _ -, a letter first."),
        ({"1a": "x"}, "zookeeper_users has the name '1a'"),
        ({"flink": ""}, "zookeeper_users has no password for flink; give one."),
        ({"flink": None}, "zookeeper_users has no password for flink; give one."),
        ({"flink": "sécret"}, "The password of flink in zookeeper_users has characters besides the printable ones"),
        ({"flink": "two\nlines"}, "The password of flink in zookeeper_users has characters besides the printable ones"),
        ({"flink": "s${user.home}"}, "The password of flink in zookeeper_users has ${, which Java would take for a property; choose another one."),
    ],
)
def test_what_java_would_read_otherwise(users, fault):
    (said,) = login_faults(users)
    assert said.startswith(fault)
    assert all(not password or password not in said or password == "x" for password in users.values())


def test_another_login_file_is_refused_beside_users():
    options = ["-Djava.security.auth.login.config=/etc/mine"]
    assert "leave out one of them" in login_faults({"flink": "x"}, options)[0] and login_faults({}, options) == []
