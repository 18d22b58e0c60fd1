# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a host gets tickets, and from which KDCs; the logic of the module kerberos_info."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from ..errors import InputError
from ..wait import Observation, wait_for
from .keytab_format import read

#: Exit status and last words of kinit in an environment.
Kinit = Callable[[Sequence[str], Mapping[str, str]], Tuple[int, str]]

NONE, SERVED = "none", "served"
SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        realm=dict(type="str", required=True),
        kdcs=dict(type="list", elements="str", default=[]),
        keytab=dict(type="path", required=True),
        principal=dict(type="str", default=""),
        wait_for=dict(type="str", choices=[NONE, SERVED], default=NONE),
        timeout=dict(type="float", default=30),
        interval=dict(type="float", default=2),
    ),
    requirements=(),
)
#: Of a KDC that does not answer at all.
SILENT_SECONDS = 5
_PATH = "/usr/local/bin:/usr/bin:/bin"
#: What one KDC alone is asked with: as the host's own krb5.conf, but for the others.
ONE_KDC = """\
[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    kdc_timeout = 2000
    max_retries = 1
[realms]
    {realm} = {{
        kdc = {kdc}
    }}
"""
#: Words of kinit, and what they mean to whoever runs the platform.
MEANINGS = (
    ("Cannot contact any KDC", "it does not answer: see `journalctl -u krb5-kdc` there, and whether a firewall is between"),
    ("Clock skew too great", "the clocks of the two differ by more than five minutes: have both follow one source of time"),
    ("not found in Kerberos database", "it does not know the principal: the copy of the database there is old, or the keytab is of another realm"),
    ("Preauthentication failed", "the key in the keytab is not the one that it has: run site.yml, or export the keytab again"),
    ("Password incorrect", "the key in the keytab is not the one that it has: run site.yml, or export the keytab again"),
    ("no suitable keys", "the keytab has no key of that principal, or none of an encryption type that the KDC takes: run site.yml"),
    ("Key table file", "the keytab is not there: run site.yml"),
)


def run_kinit(command: Sequence[str], environment: Mapping[str, str]) -> Tuple[int, str]:
    """The real one, which finds nothing of the environment of this process."""
    try:
        done = subprocess.run(
            list(command), capture_output=True, text=True, check=False, timeout=SILENT_SECONDS * 4, stdin=subprocess.DEVNULL,
            env={"PATH": _PATH, "LC_ALL": "C", **environment})
    except FileNotFoundError:
        raise InputError(f"{command[0]} is not installed on this host: run the playbook kerberos.") from None
    except subprocess.TimeoutExpired:
        return 124, "Cannot contact any KDC"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return done.returncode, lines[-1] if lines else ""


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    kinit: Kinit = run_kinit,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """Get a ticket by the keytab, as the host's krb5.conf has it and from each KDC by itself.

    :raises InputError: the keytab cannot be read, or is none.
    :raises WaitTimeout: not all of them served in time.
    """
    principal = params["principal"] or _first(params["keytab"])

    def look() -> Observation:
        seen = _ask(params, principal, kinit, clock)
        return Observation(all(each["serves"] for each in seen), "; ".join(each["seen"] for each in seen if not each["serves"]), seen)

    if params["wait_for"] == NONE:
        observation = look()
    else:
        observation = wait_for(look, params["timeout"], params["interval"], f"tickets of {principal}", clock=clock, sleep=sleep)
    own, *kdcs = observation.value
    return {"changed": False, "principal": principal, "own": own, "kdcs": kdcs}


def _first(path: str) -> str:
    try:
        with open(path, "rb") as handle:
            keys = read(handle.read(), path)
    except OSError as error:
        raise InputError(f"The keytab {path} cannot be read on this host ({error.strerror}): run site.yml.") from None
    if not keys:
        raise InputError(f"The keytab {path} is empty: run site.yml.")
    return keys[0].principal


def _ask(params: Mapping[str, Any], principal: str, kinit: Kinit, clock: Callable[[], float]) -> List[Dict[str, Any]]:
    found = []
    with tempfile.TemporaryDirectory(prefix="baremetal-flink-") as directory:
        for kdc in ["", *params["kdcs"]]:
            environment = {"KRB5CCNAME": f"FILE:{directory}/ticket"}
            if kdc:
                with open(os.path.join(directory, "krb5.conf"), "w", encoding="utf-8") as handle:
                    handle.write(ONE_KDC.format(realm=params["realm"], kdc=kdc))
                environment["KRB5_CONFIG"] = f"{directory}/krb5.conf"
            began = clock()
            code, words = kinit(["kinit", "-k", "-t", params["keytab"], principal], environment)
            found.append(_seen(kdc, code, words, round(clock() - began, 3)))
    return found


def _seen(kdc: str, code: int, words: str, seconds: float) -> Dict[str, Any]:
    who = f"KDC {kdc}" if kdc else "krb5.conf of this host"
    meaning = next((f" ({means})" for told, means in MEANINGS if told in words), "")
    seen = f"{who} gives a ticket" if code == 0 else f"{who} gives no ticket: {words}{meaning}"
    return {"kdc": kdc, "serves": code == 0, "seconds": seconds, "seen": seen}
