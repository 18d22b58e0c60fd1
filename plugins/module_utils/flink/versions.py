# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows versions of Flink: which there are, on which cluster manager, with which Java, and where one begins to differ.

A minor version is counted as 12 for 1.12 and 103 for 2.3, and a span such as "2-3,9-13" or "11-" is some of them. What else differs has its
name and its span in SPANS; ask ``flink(version).has(name)``. Which keys a version has, and how it calls them, is not here but in the
catalogue, which is made from the distributions (conf/option_table.py). To add a version, raise NEWEST, run tools/flink_options and the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Tuple

from ..errors import InputError

OLDEST, NEWEST_1, NEWEST = 2, 20, 103
#: From here on config.yaml is read, and from there on flink-conf.yaml is not.
FIRST_STANDARD, FIRST_WITHOUT_LEGACY = 19, 100
#: Those that the role sets up on a cluster manager. Mesos ended with 1.13; the start scripts of 1.10 and older are not what the units are for.
MANAGERS = {"mesos": "2-13", "standalone": "11-20,100-103"}
#: What the role takes where the inventory names no version: the last that has Mesos, and the newest 1.x.
DEFAULTS = {"mesos": "1.13.6", "standalone": "1.20.5"}
SPANS: Dict[str, str] = {
    **MANAGERS,
    # TaskManagers of a fixed number, before a job comes. 1.7 has the key, and no script that starts what reads it.
    "initial_tasks": "2-6",
    # Two kinds of JobManager in one distribution, by the key `mode`. Only the legacy one reads mesos.initial-tasks.
    "two_modes": "5-6",
    # The JobManager's web server is the web monitor, which answers other calls than REST does; in the legacy mode of 1.5 and 1.6 too.
    "web_monitor": "2-4",
    # PyFlink's package, which holds the whole distribution; nothing before it is in a registry.
    "pypi": "9-",
    # What a process takes as a whole is one key; before, a process has a heap, and on Mesos the task's memory has a key of its own.
    "jobmanager_process_memory": "11-",
    "taskmanager_process_memory": "10-",
    # Until then a heap is a number of megabytes (jobmanager.heap.mb), and then a size with a unit (jobmanager.heap.size).
    "heap_in_megabytes": "2-5",
    # The script of the AppMaster gives its JVM no heap of its own accord.
    "appmaster_without_heap": "2-10",
    # The AppMaster is reached by the name that its host has for itself, whatever jobmanager.rpc.address says.
    "appmaster_by_hostname": "2",
    # Its start script ends with `exec java`, so that there is no shell that keeps signals to itself.
    "appmaster_is_java": "2-10",
    # Distributions have no Hadoop of their own, which would not know the variables by which Hadoop 3 finds a keytab.
    "tickets_on_mesos": "9-13",
    # The program's main() runs before the AppMaster, and its graph is a file.
    "job_clusters_on_mesos": "11-13",
    # The REST API that flink_job, flink_info and flink_check speak; before it there is the web monitor's.
    "rest": "5-",
    # What that API takes: arguments as a list, the caller's id for a job, a stop with a savepoint (before: a cancellation with one), the plan of a
    # job by POST, a savepoint in the format of the state backend, and whose the savepoint is that a job starts from, under two names.
    "argument_list": "7-",
    "own_job_id": "8-",
    "stop_with_savepoint": "9-",
    "plan_by_post": "11-",
    "savepoint_formats": "15-",
    "restore_mode": "15-19",
    "claim_mode": "20-",
    "exponential_delay": "13-",
    # lib/ has log4j 2, which can be open to CVE-2021-44228. log4j 1, which older ones have, reads another kind of file.
    "log4j_2": "11-",
    # Lists, maps, durations and sizes are read by types of Flink's own.
    "typed_values": "10-",
    # "5 m" is a duration.
    "m_is_minutes": "15-",
    # Its number may have more than 64 bits.
    "big_durations": "100-",
    # "PT5M" is one too.
    "iso_durations": "101-",
    # ZooKeeper's client, of 3.5 or newer then, minds neither a blank beside a comma nor a comma too many.
    "trims_servers": "15-",
    # A map may be given by a key for each of its entries.
    "prefix_maps": "14-",
    # From then on the switches of OPENED_TO_FLINK are for every Java: the start scripts let one that does not know them ignore them.
    "opens_packages": "18-",
    # Switches of JVMs in a key of their own, beside those of users.
    "java_default_options": "19-",
    # The heap is the backend `hashmap`; what it was called before is gone in 2.x.
    "hashmap_backend": "14-",
    "curator_5": "15-",
    # The ZooKeeper client in flink-dist has Netty, and so TLS: flink-shaded 15 and newer.
    "zookeeper_tls": "15-",
    # Curator 5.4 (CURATOR-696): after ZooKeeper was away for longer than a session, the leader takes the znode of its former session for its own and
    # leads on beside the next one, once ZooKeeper has ended that session. 1.15 to 1.17 have 5.2 and 5.3, which make a new znode; 2.3 has 5.9.
    "two_leaders": "18-20,100-102",
    "config_yaml": f"{FIRST_STANDARD}-",
    "config_yaml_only": f"{FIRST_WITHOUT_LEGACY}-",
}
#: Minor versions, the Java that runs them, and the one to take where there is a choice. Up to 1.8 Akka 2.4 and older hash a string by the array
#: inside of it, and since Java 9 no two processes understand each other; Flink's own word is Java 8 up to 1.9, which does run on 11.
JAVA: Tuple[Tuple[str, Tuple[int, ...], int], ...] = (
    ("2-8", (8,), 8),
    ("9-10", (8, 11), 11),
    ("11-13", (8, 11, 17), 17),
    ("14-17", (8, 11), 11),
    ("18", (8, 11, 17), 17),
    ("19-20", (8, 11, 17, 21), 17),
    ("100-", (11, 17, 21), 17),
)
#: The first patch of a minor version that is not open to CVE-2021-44228, and the first with log4j 2.17.1, which closes its successors too.
LOG4J_CLOSED = {11: 6, 12: 7, 13: 5, 14: 2}
LOG4J_SOUND = {13: 6, 14: 3}
#: Packages that Java closes and Flink reaches into: what a version's own default configuration opens in each of its JVMs from 1.18 on.
OPENED_TO_FLINK: Tuple[Tuple[str, str, str], ...] = (
    ("18-20,100", "exports", "java.base/sun.net.util"),
    ("18-", "exports", "java.rmi/sun.rmi.registry"),
    *(("18-", "exports", f"jdk.compiler/com.sun.tools.javac.{part}") for part in ("api", "file", "parser", "tree", "util")),
    ("18-", "exports", "java.security.jgss/sun.security.krb5"),
    *(
        ("18-", "opens", f"java.base/{package}")
        for package in (
            "java.lang", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.lang.reflect", "java.text", "java.time", "java.util",
            "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks",
        )
    ),
    # Older ones open nothing, and need no more than these from Java 17 on.
    ("2-17", "exports", "java.base/sun.net.util"),
    *(("2-17", "opens", f"java.base/{package}") for package in ("java.lang", "java.util", "java.lang.ref")),
)
#: The first release whose jars are in a package of their own.
PYPI_SPLIT = (13, 6)
#: The examples that Maven has for a minor version, as not every patch has its own: the version of Scala in the name of the jar, and the release.
#: Of 2.3.0 it has the jar, and not what the jar's own file refers to.
EXAMPLES_ON_MAVEN: Dict[int, Tuple[str, str]] = {
    9: ("2.11", "1.9.3"), 10: ("2.11", "1.10.0"), 11: ("2.11", "1.11.2"), 12: ("2.11", "1.12.5"), 13: ("2.11", "1.13.0"), 14: ("2.11", "1.14.5"),
    15: ("2.12", "1.15.3"), 16: ("2.12", "1.16.2"), 17: ("2.12", "1.17.1"), 18: ("", "1.18.1"), 19: ("", "1.19.1"), 20: ("", "1.20.0"),
}  # fmt: skip
#: On Java 17 the client of ZooKeeper 3.4 resolves no address: the flink-shaded-zookeeper-3 that takes its place.
ZOOKEEPER_ON_JAVA_17 = {11: "3.5.6-11.0", 12: "3.5.6-12.0", 13: "3.5.6-12.0"}
#: The flink-shaded-zookeeper-3 with ZooKeeper 3.7.2 and Curator 5.9, which looks whose a znode is. It is that of 2.3, of Java 8's class files, and
#: has all that the versions with two leaders call.
ZOOKEEPER_FOR_ONE_LEADER = "3.7.2-21.0"
#: What users ask for in place of a version: what is sound for theirs, or what the distribution has. Empty is the latter.
ZOOKEEPER_AUTO, ZOOKEEPER_BUNDLED = "auto", "bundled"
#: The releases of flink-shaded, behind the dash, whose client has the names of classes that these minor versions of Flink call (Curator 4 or 5). Up to
#: 1.10 it has other names in the distribution, and cannot be replaced.
ZOOKEEPER_RELEASES: Tuple[Tuple[str, int, int], ...] = (("11-14", 11, 14), ("15-", 15, 1000))
ZOOKEEPER_CLIENT = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+-([0-9]+)\.[0-9]+")


def in_span(minor: int, span: str) -> bool:
    """Whether 12 is in "2-3,9-13", or in "9-"; nothing is in ""."""
    for part in span.split(",") if span else ():
        first, dash, last = part.partition("-")
        if int(first) <= minor and (minor <= int(last or first) or dash and not last):
            return True
    return False


def has(minor: int, what: str) -> bool:
    """Whether a minor version has what SPANS calls so."""
    return in_span(minor, SPANS[what])


def name_of(minor: int) -> str:
    """ "1.12" for 12, "2.3" for 103."""
    return f"{minor // 100 + 1}.{minor % 100}"


def names_of(span: str) -> str:
    """ "1.2 to 1.13 and 2.0" for "2-13,100", in sentences."""
    parts = []
    for part in span.split(","):
        first, dash, last = part.partition("-")
        parts.append(f"{name_of(int(first))} to {name_of(int(last or NEWEST))}" if dash else name_of(int(first)))
    return " and ".join(parts)


def minor_of(version: str) -> int:
    """12 for "1.12", "1.12.5" or "1.12-SNAPSHOT", 103 for "2.3.0".

    :raises InputError: a version that nothing here is known of.
    """
    match = re.match(r"([12])\.([0-9]+)(?:[.-][\w.-]*)?\Z", version)
    if match:
        minor = (int(match.group(1)) - 1) * 100 + int(match.group(2))
        if OLDEST <= minor <= NEWEST_1 or 100 <= minor <= NEWEST:
            return minor
    hint = " (a version without quotes is a number to YAML, 1.10 is then 1.1: quote it)" if version == "1.1" else ""
    raise InputError(
        f"version {version!r} is not a Flink version from {name_of(OLDEST)} to {name_of(NEWEST_1)} or from 2.0 to {name_of(NEWEST)} such as 1.12.5{hint}."
    )


def state_words(writer: str, reader: str) -> str:
    """What Flink's own table of compatible savepoints (docs/ops/upgrading.md) says of one version that is to read what another has written.

    From 1.8 on each 1.x reads what it and every older one has written. Of 2.x the table says nothing.
    """
    before, after = minor_of(writer), minor_of(reader)
    if after < before:
        return f"{name_of(after)} is older than {name_of(before)}, and no version of Flink promises to read what a newer one has written"
    if before == after or 8 <= before <= after <= NEWEST_1:
        return f"Flink {name_of(after)} reads the state of {name_of(before)}"
    return f"Flink's table of compatible savepoints does not say whether {name_of(after)} reads the state of {name_of(before)}"


@dataclass(frozen=True)
class FlinkVersion:
    """One version; ``patch`` is 5 for 1.12.5, and 0 where none is named."""

    minor: int
    patch: int = 0

    @property
    def name(self) -> str:
        """The minor version's."""
        return name_of(self.minor)

    def has(self, what: str) -> bool:
        """Whether it has what SPANS calls so."""
        return has(self.minor, what)

    @property
    def java(self) -> Tuple[int, ...]:
        """The major versions of Java that run it."""
        return next(runs for span, runs, dummy in JAVA if in_span(self.minor, span))

    @property
    def usual_java(self) -> int:
        """The one of them to take where there is a choice."""
        return next(usual for span, dummy, usual in JAVA if in_span(self.minor, span))

    @property
    def java_switches(self) -> Tuple[str, ...]:
        """What opens to it the packages of Java that it reaches into."""
        return tuple(f"--add-{how}={package}=ALL-UNNAMED" for span, how, package in OPENED_TO_FLINK if in_span(self.minor, span))

    @property
    def pypi_split(self) -> bool:
        """Whether PyFlink's package has the scripts alone, and the jars are in a second one."""
        return (self.minor, self.patch) >= PYPI_SPLIT

    @property
    def examples(self) -> str:
        """The release of its examples on Maven; empty where there is none."""
        return EXAMPLES_ON_MAVEN.get(self.minor, ("", ""))[1]

    @property
    def examples_scala(self) -> str:
        """The version of Scala in the name of their jar; empty where it has none."""
        return EXAMPLES_ON_MAVEN.get(self.minor, ("", ""))[0]

    @property
    def log4j_open(self) -> bool:
        """Whether its log4j is open to CVE-2021-44228."""
        return self.has("log4j_2") and self.patch < LOG4J_CLOSED.get(self.minor, 0)

    @property
    def log4j_unsound(self) -> bool:
        """Whether its log4j is open to that or to what was found after it; 1.11 and 1.12 never got the release that closes all."""
        return self.has("log4j_2") and self.minor in LOG4J_CLOSED and self.patch < LOG4J_SOUND.get(self.minor, 1000)

    def zookeeper_client(self, asked: str, java: int) -> str:
        """The flink-shaded-zookeeper-3 that is laid over the distribution on a major version of Java; empty where what it has stays.

        ``asked`` is "auto", "bundled", a version, or empty, which is as "bundled".
        """
        if asked in ("", ZOOKEEPER_BUNDLED):
            return ""
        if asked != ZOOKEEPER_AUTO:
            return asked
        if self.has("two_leaders"):
            return ZOOKEEPER_FOR_ONE_LEADER
        return ZOOKEEPER_ON_JAVA_17.get(self.minor, "") if java >= 17 else ""

    def zookeeper_client_fault(self, asked: str) -> str:
        """What keeps this Flink from running with the client that is asked for, and what to choose; empty if nothing does."""
        if asked in ("", ZOOKEEPER_AUTO, ZOOKEEPER_BUNDLED):
            return ""
        known = ZOOKEEPER_CLIENT.fullmatch(asked)
        if not known:
            return f"which is no version of the jar flink-shaded-zookeeper-3: choose one such as {ZOOKEEPER_FOR_ONE_LEADER}, auto or bundled"
        for span, first, last in ZOOKEEPER_RELEASES:
            if in_span(self.minor, span):
                fits = first <= int(known.group(1)) <= last
                wanted = f"{first} to {last}" if span[-1] != "-" else f"{first} or more"
                return "" if fits else f"and Flink {self.name} calls the classes of those with {wanted} behind the dash: choose one of these, auto or bundled"
        return f"and the client of Flink {self.name} cannot be replaced: choose auto or bundled"


def flink(version: str) -> FlinkVersion:
    """What is known of "1.12.5".

    :raises InputError: nothing is.
    """
    patch = re.match(r"[0-9]+\.[0-9]+\.([0-9]+)", version)
    return FlinkVersion(minor_of(version), int(patch.group(1)) if patch else 0)


def zookeeper_client(version: Any, asked: Any, java: Any) -> str:
    """What FlinkVersion.zookeeper_client says; nothing for a version that nothing is known of, which the preflight refuses."""
    try:
        return flink(str(version)).zookeeper_client(str(asked or ""), int(java))
    except InputError:
        return ""


def default_version(manager: Any) -> str:
    """The version that the role takes on a cluster manager if none is named; on one that it does not know, and will refuse, that of Mesos."""
    return DEFAULTS.get(str(manager), DEFAULTS["mesos"])


def traits(version: Any) -> Dict[str, Any]:
    """What roles go by: the names of SPANS with whether the version has them, and the rest of what is known of it.

    A version that nothing is known of has nothing, so that the preflight can refuse it in its own words.
    """
    try:
        known = flink(str(version))
    except InputError:
        nothing = {"name": "", "java": [], "usual_java": 0, "java_switches": [], "examples": "", "examples_scala": "", "zookeeper_on_java_17": ""}
        return {**nothing, **dict.fromkeys(("pypi_split", "log4j_open", "log4j_unsound", *SPANS), False)}
    return {
        "name": known.name,
        "java": list(known.java),
        "usual_java": known.usual_java,
        "java_switches": list(known.java_switches),
        "examples": known.examples,
        "examples_scala": known.examples_scala,
        "pypi_split": known.pypi_split,
        "log4j_open": known.log4j_open,
        "log4j_unsound": known.log4j_unsound,
        "zookeeper_on_java_17": ZOOKEEPER_ON_JAVA_17.get(known.minor, ""),
        **{name: known.has(name) for name in SPANS},
    }
