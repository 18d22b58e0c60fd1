# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon reads for TLS: its key store, and what its JVM is told in JAVA_OPTS.

Jetty shows the key store's certificate and asks callers for none (getHTTPSConnector of HttpModule.scala). Towards the leader the certificates in
the key store count, of a key's entry its own and none above it, and else those of the JVM's trust store (SSLContextUtil.scala); names are
compared unless leader_proxy_ssl_ignore_hostname is given. Stores are taken apart by the program openssl, and read once.
"""

from __future__ import annotations

import os
import ssl
import subprocess
import tempfile
import xml.etree.ElementTree
from typing import Mapping, Optional

TRUST_STORE, TRUST_PASSWORD, LOG_FILE = "javax.net.ssl.trustStore", "javax.net.ssl.trustStorePassword", "logback.configurationFile"
#: The class that logs all flags at its start, configToLogLines of Main.scala.
APP = "mesosphere.marathon.MarathonApp"
LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF")


class StoreError(Exception):
    """A store that cannot be read."""


def java_properties(options: str) -> Mapping[str, str]:
    """System properties among the options of a JVM; the last one of a name counts."""
    pairs = [word[2:].partition("=") for word in options.split() if word.startswith("-D")]
    return {name: value for name, _equals, value in pairs}


def _taken_apart(path: str, password: str, *what: str) -> str:
    command = ["openssl", "pkcs12", "-in", path, "-passin", "env:STORE_PASSWORD", *what]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "STORE_PASSWORD": password})
    if done.returncode:
        raise StoreError(f"{path}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'not a key store'}")
    return done.stdout


def server_context(path: str, password: str) -> ssl.SSLContext:
    """Of the connector for https; StoreError when the store cannot be read."""
    if not os.access(path, os.R_OK):
        raise StoreError(f"requirement failed: {path} is invalid or not readable!")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(_taken_apart(path, password, "-nodes"))
        file.flush()
        context.load_cert_chain(file.name)
    return context


def proxy_context(path: Optional[str], password: Optional[str], options: str, ignore_hostname: bool) -> ssl.SSLContext:
    """Of the client that passes requests on to the leader."""
    told = java_properties(options)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = not ignore_hostname
    # A trusted certificate need not be one of an authority, as in Java.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trusted = _taken_apart(path, password or "", "-nokeys", "-clcerts") if path else ""
    if TRUST_STORE in told:
        trusted += _taken_apart(told[TRUST_STORE], told.get(TRUST_PASSWORD, ""), "-nokeys")
    else:
        context.load_default_certs()
    if "BEGIN CERTIFICATE" in trusted:
        context.load_verify_locations(cadata=trusted)
    return context


def tells_flags(options: str) -> bool:
    """Whether the configuration of the log lets the class that tells all flags speak at INFO."""
    path = java_properties(options).get(LOG_FILE)
    if not path:
        return True
    try:
        tree = xml.etree.ElementTree.parse(path).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        # logback complains, and logs everything on the console.
        return True
    levels = {each.get("name"): str(each.get("level")).upper() for each in tree.iter("logger")}
    return LEVELS.index(levels.get(APP, "INFO")) <= LEVELS.index("INFO")
