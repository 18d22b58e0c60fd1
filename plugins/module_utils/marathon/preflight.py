# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role marathon says of inventory, settings and host before anything is touched, and the flags that it computes."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Mapping

from ..addresses import addresses, marathon_tls
from ..errors import InputError
from ..inputs import input_faults, null_faults, picked, repository_faults
from ..inventory import Inventory, Verdict
from ..mesos.flag_values import spelled
from ..mesos.flags import mesos_owned_faults
from ..security.pki import FOR_PKCS12, need_cryptography
from ..zookeeper.digest import change, login_faults, marks
from .flags import marathon_flag_problems

#: What the role computes and this judges.
COMPUTED = ("__marathon_account", "__marathon_outside", "__marathon_zookeeper")
JAVA_VERSIONS = (8, 11, 17)
#: Of its JVM besides the heap.
BESIDES_HEAP_MB = 128
CONF_DIR = "/etc/marathon"
SECRET_FILE = f"{CONF_DIR}/framework-secret"  # noqa: S105 - a path
SETTINGS_FILE = f"{CONF_DIR}/marathon.env"
#: What a Marathon with TLS shows of itself.
KEY_STORE = f"{CONF_DIR}/tls/keystore.p12"
#: Flags that other settings of the role decide, and which ones.
FLAGS_OWNED = {
    "disable_http": "marathon_tls",
    "framework_name": "marathon_framework_name",
    "hostname": "marathon_address",
    "http_credentials": "marathon_http_credentials",
    "http_port": "marathon_http_port",
    "master": "marathon_master_url",
    "mesos_authentication": "marathon_secret",
    "mesos_authentication_principal": "marathon_principal",
    "mesos_authentication_secret": "marathon_secret",
    "mesos_authentication_secret_file": "marathon_secret",
    "mesos_user": "marathon_mesos_user",
    "zk": "marathon_zookeeper_url",
}
#: With marathon_tls these too; without it they are the user's, who may have a key store of his own.
FLAGS_OWNED_WITH_TLS = dict.fromkeys(("https_port", "ssl_keystore_password", "ssl_keystore_path"), "marathon_tls")
#: Variables of the environment that are not the user's to set, with what is.
OWNED = {
    "MARATHON_*": "marathon_flags",
    "JAVA_HOME": "marathon_java_home",
    "JAVA_OPTS": "marathon_java_options",
    "LIBPROCESS_IP": "marathon_address",
    "LIBPROCESS_PORT": "marathon_libprocess_port",
    "MESOS_NATIVE_JAVA_LIBRARY": "marathon_mesos_library",
    "LD_LIBRARY_PATH": "marathon_mesos_library",
}
#: Options of which none is an empty map or list.
COLLECTIONS = ("marathon_packages", "marathon_flags", "marathon_java_options", "marathon_environment")


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    options, members = inventory.options, sorted(inventory.groups.get("marathon", []))
    found = null_faults(options, COLLECTIONS) or _faults(inventory, members)
    if found:
        return Verdict(found)
    packaged = options["marathon_source"] == "package"
    return Verdict(
        look={
            "layer": "Marathon",
            "own_address": _own_address(inventory),
            "addresses": addresses(members, inventory.hostvars, "marathon_address"),
            "java_home": options["marathon_java_home"],
            "java_versions": list(JAVA_VERSIONS),
            "memory_mb": options["marathon_heap_mb"] + BESIDES_HEAP_MB,
            # ZooKeeper's AdminServer takes 8080 too where it is on.
            "ports": [{"port": options[f"marathon_{name}_port"], "unit": "marathon.service"} for name in ("http", "libprocess")],
            "exists": [options["marathon_mesos_library"], SETTINGS_FILE, KEY_STORE],
            "read": marks(CONF_DIR),
            "packages": inventory.family["client_packages"] + (options["marathon_packages"] if packaged else []),
            "account": options["__marathon_account"],
        },
        after=partial(_after, inventory),
    )


def _own_address(inventory: Inventory) -> str:
    return addresses([inventory.host], inventory.hostvars, "marathon_address")[0]


def computed_flags(inventory: Inventory) -> Dict[str, Any]:
    """What the role tells Marathon by itself, but for the URLs and credentials, which may hold secrets, and the principal, in which Mesos has a say."""
    options, authenticated = inventory.options, bool(inventory.options["marathon_secret"])
    flags = {
        "hostname": _own_address(inventory),
        **_port_flags(options),
        "mesos_user": options["marathon_mesos_user"],
        "framework_name": options["marathon_framework_name"],
        "ha": True,
        # Marathon gives up a task on a lost host when a status of it comes after its time, and asks for one every ten minutes unless it is told
        # otherwise.
        "reconciliation_initial_delay": 5000,
        "reconciliation_interval": 10000,
        "mesos_authentication": True if authenticated else None,
        "mesos_authentication_secret_file": SECRET_FILE if authenticated else None,
    }
    return {name: value for name, value in flags.items() if value not in ("", None)}


def _port_flags(options: Mapping[str, Any]) -> Dict[str, Any]:
    """Where it listens. With TLS nothing listens in clear, so that it is known to the others, and calls the leader, by https alone."""
    if options["marathon_tls"]:
        return {"disable_http": True, "https_port": options["marathon_http_port"], "ssl_keystore_path": KEY_STORE}
    return {"http_port": options["marathon_http_port"]}


def _after(inventory: Inventory, seen: Mapping[str, Any]) -> Verdict:
    """What the host's answer means."""
    if not seen["own_ipv4"]:
        return Verdict([
            f"{_own_address(inventory)} has no IPv4 address on {inventory.host}, and libprocess listens on IPv4 alone: set marathon_address to an "
            "IPv4 address of this host, or to a name that has one."
        ])
    tls, outside = bool(inventory.options["marathon_tls"]), inventory.options["__marathon_outside"] or []
    exists = seen["exists"]
    if outside and exists[SETTINGS_FILE] and exists[KEY_STORE] != tls:
        return Verdict([
            f"marathon_tls is {str(tls).lower()} now, and {', '.join(outside)}, which are not in this run, would go on as before: a Marathon that does "
            "not lead calls the leader the way it is called itself, so run without --limit."
        ])
    jvm = [f"-Xmx{inventory.options['marathon_heap_mb']}m", "-XX:+ExitOnOutOfMemoryError"]
    # Java 16 and newer keep java.lang to themselves unless they are told otherwise, and Marathon's dependency injection reaches into it.
    if seen["java"] and seen["java"]["major"] >= 16:
        jvm.append("--add-opens=java.base/java.lang=ALL-UNNAMED")
    # A package with a version counts as missing on every host; those that the modules need have none.
    has_client = not set(seen["missing_packages"]) & set(inventory.family["client_packages"])
    turn = change("marathon", CONF_DIR, inventory.options["__marathon_zookeeper"], seen, outside)
    return Verdict(turn.faults, known={
        "flags": computed_flags(inventory), "java_options": jvm, "has_client": has_client, "certificate_left": exists[KEY_STORE] and not tls, **turn.known})


def _faults(inventory: Inventory, members: List[str]) -> List[str]:
    found = _inventory_faults(inventory, members) + _tls_faults(inventory, members) + _source_faults(inventory.options) + _flag_faults(inventory)
    return found + login_faults("marathon", inventory.options) + input_faults(given(inventory.options))


def _inventory_faults(inventory: Inventory, members: List[str]) -> List[str]:
    options, faults = inventory.options, []
    if inventory.host not in members:
        faults.append(f"{inventory.host} is not in the group marathon: put it there, or leave it out of the play.")
    if not options["marathon_zookeeper_url"]:
        faults.append(
            "Marathon keeps its state in ZooKeeper: put hosts into the group zookeeper, or set marathon_zookeeper_url to zk://HOST:PORT,.../PATH."
        )
    if not options["marathon_master_url"]:
        faults.append("Marathon has no Mesos to talk to: put hosts into the groups zookeeper and mesos_master, or set marathon_master_url.")
    ha = options["marathon_flags"].get("ha")
    if len(members) > 1 and ha is not None and spelled(ha) in ("false", "0"):
        faults.append(
            f"marathon_flags turns ha off, and the group marathon has {len(members)} hosts: each would be a scheduler of its own; leave ha on, or "
            "keep one host."
        )
    if options["marathon_http_port"] == options["marathon_libprocess_port"]:
        faults.append(f"marathon_http_port and marathon_libprocess_port are both {options['marathon_http_port']}: choose two ports.")
    return faults


def _tls_faults(inventory: Inventory, members: List[str]) -> List[str]:
    try:
        marathon_tls(members, inventory.hostvars)
        if inventory.options["marathon_tls"]:
            need_cryptography(FOR_PKCS12)
    except InputError as error:
        return [error.message]
    return []


def _source_faults(options: Mapping[str, Any]) -> List[str]:
    faults = []
    archived = options["marathon_archive_path"] or (options["marathon_archive_url"] and options["marathon_archive_checksum"])
    if options["marathon_source"] == "archive" and not archived:
        faults.append(
            "marathon_source is archive: set marathon_archive_url and marathon_archive_checksum, or marathon_archive_path; with marathon_source: "
            "image it comes out of the last published image (docs/marathon.md says what can be had)."
        )
    return faults + repository_faults(options, "marathon")


def _flag_faults(inventory: Inventory) -> List[str]:
    options, version = inventory.options, inventory.options["marathon_version"]
    flags, credentials = options["marathon_flags"], options["marathon_http_credentials"]
    known = {
        **computed_flags(inventory), "zk": options["marathon_zookeeper_url"], "master": options["marathon_master_url"],
        "http_credentials": credentials or None, "mesos_authentication_principal": options["marathon_principal"] or None,
    }
    faults = mesos_owned_faults(flags, known, {**FLAGS_OWNED, **(FLAGS_OWNED_WITH_TLS if options["marathon_tls"] else {})})
    faults += [f"marathon_flags: {problem}." for problem in marathon_flag_problems(flags, version, False)]
    if credentials:
        # The first word is the flag's name.
        problems = marathon_flag_problems({"http_credentials": credentials}, version, False)
        faults += [f"marathon_{problem}." for problem in problems]
    if options["marathon_secret"] and not options["marathon_principal"]:
        faults.append("marathon_secret is set and marathon_principal is empty: name the principal that the secret belongs to, or leave both out.")
    return faults


def given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What users hand to files and command lines of the daemon, for input_faults."""
    named = partial(picked, options)
    return {
        "accounts": named("marathon_user"),
        "paths": named("marathon_java_home", "marathon_mesos_library"),
        "java_options": named("marathon_java_options"),
        "split_by": "Marathon's start script",
        "environment": named("marathon_environment"),
        "owned": OWNED,
    }
