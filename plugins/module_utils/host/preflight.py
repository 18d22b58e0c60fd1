# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges a host before a layer is set up on it. Everything is read, nothing is changed."""

from __future__ import annotations

import ctypes
import glob
import grp
import ipaddress
import os
import pwd
import re
import shutil
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..errors import CollectionError
from .foreign_units import foreign_unit_faults, layers_units
from .free_space import free_bytes
from .netfilter import nftables_fault

Runner = Callable[[Sequence[str]], Tuple[int, str, str]]

LISTEN = "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")
READ_LIMIT = 1024 * 1024
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MIB = 1024 * 1024
#: Kinds of what settings may need of a host.
NEEDS = ("program", "path", "socket", "library", "line", "filesystem")


@dataclass
class Java:
    """The Java at a JAVA_HOME; ``major`` is 8, 11, 17 and so on. ``modules`` are those that it says it has, none where it does not tell."""

    home: str
    version: str
    major: int
    modules: Tuple[str, ...] = ()


@dataclass
class Findings:
    """What was found: ``faults`` stop the layer, ``warnings`` do not."""

    faults: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    java: Optional[Java] = None
    own_ipv4: Optional[str] = None
    contents: Dict[str, Optional[str]] = field(default_factory=dict)
    exists: Dict[str, bool] = field(default_factory=dict)
    serving: List[str] = field(default_factory=list)
    links: Dict[str, Optional[str]] = field(default_factory=dict)
    packages: List[str] = field(default_factory=list)
    account: bool = True
    resolved: Dict[str, List[str]] = field(default_factory=dict)


def major_version(version: str) -> int:
    """8 for ``1.8.0_392``, 17 for ``17.0.15``; raises ValueError for anything else."""
    match = re.match(r"^(?:1\.)?(\d+)", version)
    if not match:
        raise ValueError(f"{version!r} is not a Java version")
    return int(match.group(1))


def read_java(home: str, run: Runner) -> Java:
    """The version out of ``release``, or out of ``java -version`` where a package leaves that file out.

    Raises ValueError with the reason when there is no usable Java.
    """
    program = os.path.join(home, "bin", "java")
    if not os.path.isdir(home):
        raise ValueError(f"there is no Java at {home}")
    if not os.access(program, os.X_OK):
        raise ValueError(f"{program} is missing or not executable")
    try:
        with open(os.path.join(home, "release"), encoding="utf-8", errors="replace") as handle:
            told = handle.read()
    except FileNotFoundError:
        told = ""
    match = re.search(r'^JAVA_VERSION="?([^"\n]+)"?', told, re.MULTILINE)
    modules = re.search(r'^MODULES="?([^"\n]+)"?', told, re.MULTILINE)
    if match is None:
        code, out, err = run([program, "-version"])
        match = re.search(r'version "([^"]+)"', err + out)
        if code != 0 or match is None:
            raise ValueError(f"{program} -version failed: {(err or out).strip()[:300]}")
    return Java(home, match.group(1), major_version(match.group(1)), tuple(modules.group(1).split()) if modules else ())


class Sockets:
    """Who listens on a TCP port, out of a /proc tree."""

    def __init__(self, proc: str = "/proc") -> None:
        self.proc = proc

    def all_listening(self) -> Iterator[Tuple[str, str, int]]:
        """Of each socket that listens its inode, its address as the kernel writes it, and its port."""
        for table in ("tcp", "tcp6"):
            try:
                with open(os.path.join(self.proc, "net", table), encoding="ascii", errors="replace") as handle:
                    lines = handle.readlines()[1:]
            except FileNotFoundError:
                continue
            for columns in map(str.split, lines):
                if len(columns) > 9 and columns[3] == LISTEN:
                    address, port = columns[1].rsplit(":", 1)
                    yield columns[9], address, int(port, 16)

    def listening(self, port: int) -> List[str]:
        """Inodes of the sockets that listen on a port, on whichever address."""
        return [inode for inode, dummy, number in self.all_listening() if number == port]

    def processes(self) -> Iterator[int]:
        """The numbers of all that run."""
        for name in os.listdir(self.proc):
            if name.isdigit():
                yield int(name)

    def unit_of(self, pid: int) -> Optional[str]:
        """The systemd service of a process, by its control group (version 1, hybrid or 2)."""
        try:
            with open(os.path.join(self.proc, str(pid), "cgroup"), encoding="utf-8", errors="replace") as handle:
                lines = handle.read().splitlines()
        except OSError:
            return None
        for line in lines:
            fields = line.split(":", 2)
            if len(fields) == 3 and (fields[1] in ("", "name=systemd")):
                units = [part for part in fields[2].split("/") if part.endswith(".service")]
                if units:
                    return units[-1]
        return None

    def held(self, pid: int) -> Iterator[str]:
        """Inodes of the sockets that a process has open, as far as they may be seen."""
        directory = os.path.join(self.proc, str(pid), "fd")
        try:
            names = os.listdir(directory)
        except OSError:
            return
        for name in names:
            try:
                match = _SOCKET.fullmatch(os.readlink(os.path.join(directory, name)))
            except OSError:
                continue
            if match:
                yield match.group(1)

    def holder(self, port: int, unit: Optional[str] = None) -> Optional[Tuple[Optional[int], Optional[str]]]:
        """None when the port is free, else (process, its unit); the process is None when it is out of sight.

        The processes of ``unit`` are looked at first, so that the usual case reads few directories.
        """
        inodes = self.listening(port)
        if not inodes:
            return None
        units = {pid: self.unit_of(pid) for pid in self.processes()}
        for pid in sorted(units, key=lambda candidate: (units[candidate] != unit, candidate)):
            if any(inode in inodes for inode in self.held(pid)):
                return pid, units[pid]
        return None, None

    def name_of(self, pid: int) -> str:
        """A process's short name."""
        try:
            with open(os.path.join(self.proc, str(pid), "comm"), encoding="utf-8", errors="replace") as handle:
                return handle.read().strip()
        except OSError:
            return "a process"


def resolve(name: str) -> List[str]:
    """The addresses a name stands for here, the preferred one first; raises OSError when there are none."""
    return list(dict.fromkeys(str(entry[4][0]).split("%", maxsplit=1)[0] for entry in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)))


def name_of(address: str) -> str:
    """What an address is called, as Java finds it out too; raises OSError when it has no name."""
    return socket.getnameinfo((address, 0), socket.NI_NAMEREQD)[0]


def is_own(address: str) -> bool:
    """Whether an interface of this host has the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def missing_packages(names: Sequence[str], run: Runner) -> List[str]:
    """Those that are not installed by their own name, by dpkg or rpm; asking them takes a tenth of what apt takes to open its cache."""
    if not names:
        return []
    if shutil.which("dpkg-query", path=SYSTEM_PATH):
        _code, out, _err = run(["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n", *names])
        installed = {line.split()[0] for line in out.splitlines() if line.endswith(" installed")}
    else:
        _code, out, _err = run(["rpm", "--query", "--queryformat", "%{NAME}\\n", *names])
        installed = set(out.splitlines())
    return [name for name in names if name not in installed]


def has_program(name: str) -> bool:
    """Whether a unit of systemd would find the program, which may be an absolute path."""
    return shutil.which(name, path=SYSTEM_PATH) is not None


def answers(path: str) -> bool:
    """Whether somebody takes connections at a Unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def has_library(name: str) -> bool:
    """Whether the dynamic linker finds a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_line(path: str, pattern: str) -> bool:
    """Whether a line of a file matches."""
    try:
        with open(path, encoding="utf-8", errors="replace") as handle:
            return any(re.search(pattern, line.rstrip("\n")) for line in handle)
    except OSError:
        return False


def filesystem_of(path: str, mountinfo: str = "/proc/self/mountinfo") -> Optional[str]:
    """The type of the file system that a path is or would be on; None where the kernel's table does not tell it."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    number = os.stat(path).st_dev
    device = f"{os.major(number)}:{os.minor(number)}"
    with open(mountinfo, encoding="utf-8", errors="replace") as handle:
        for line in handle:
            if line.split()[2] == device:
                return line.partition(" - ")[2].split()[0]
    return None


def meets(need: Mapping[str, str]) -> bool:
    """Whether the host has what a need asks for."""
    kind, name, pattern = need["kind"], need["name"], need.get("pattern") or ""
    if kind == "program":
        return has_program(name)
    if kind == "socket":
        return answers(name)
    if kind == "library":
        return has_library(name)
    if kind == "line":
        return has_line(name, pattern)
    if kind == "filesystem":
        return filesystem_of(name) in (pattern, None)
    return os.path.exists(name)


def account_fits(wanted: Mapping[str, Any]) -> bool:
    """Whether there is a user of this name, with these properties as far as they are given."""
    try:
        found = pwd.getpwnam(wanted["name"])
        group = grp.getgrgid(found.pw_gid).gr_name
    except KeyError:
        return False
    facts = {"group": group, "home": found.pw_dir, "shell": found.pw_shell}
    return all(wanted.get(key) in (None, value) for key, value in facts.items())


class Preflight:
    """One host's judgement. The arguments stand for the host and are replaced in tests."""

    def __init__(
        self,
        run: Runner,
        proc: str = "/proc",
        resolver: Callable[[str], List[str]] = resolve,
        own: Callable[[str], bool] = is_own,
        check_mode: bool = False,
        root: str = "/",
        netfilter: Callable[[], Optional[str]] = nftables_fault,
        namer: Callable[[str], str] = name_of,
    ) -> None:
        self.run = run
        self.proc = proc
        self.resolver = resolver
        self.own = own
        self.check_mode = check_mode
        self.root = root
        self.netfilter = netfilter
        self.namer = namer
        self.sockets = Sockets(proc)

    def judge(self, wanted: Mapping[str, Any]) -> Findings:
        """Look at everything that is asked for and collect all faults, not only the first."""
        findings = Findings()
        self._addresses(wanted, findings)
        self._names(wanted.get("resolve") or [], findings)
        self._both_ways(wanted.get("canonical") or [], findings)
        self._java(wanted, findings)
        self._memory(wanted.get("memory_mb") or 0, findings)
        for item in wanted.get("disk") or []:
            self._disk(item["path"], item["free_mb"], findings)
        for item in wanted.get("ports") or []:
            self._port(item["port"], item.get("unit"), findings)
        units = layers_units(wanted.get("ports") or [])
        findings.faults += foreign_unit_faults(units, wanted.get("packages") or [], self.run, self.root, self.proc)
        for command in wanted.get("commands") or []:
            path = os.environ.get("PATH", "") + os.pathsep + SYSTEM_PATH
            if shutil.which(command, path=path) is None:
                findings.faults.append(f"the command {command} is missing; install the package that has it")
        for path in wanted.get("read") or []:
            findings.contents[path] = self._read(path, findings)
        for path in wanted.get("exists") or []:
            findings.exists[path] = bool(glob.glob(path)) if glob.has_magic(path) else os.path.lexists(path)
        for path in wanted.get("links") or []:
            findings.links[path] = os.readlink(path) if os.path.islink(path) else None
        for need in wanted.get("needs") or []:
            self._need(need, findings)
        fault = self.netfilter() if wanted.get("nftables") else None
        if fault:
            findings.faults.append(fault)
        findings.packages = missing_packages(wanted.get("packages") or [], self.run)
        findings.packages += sorted({
            package for program, package in (wanted.get("programs") or {}).items() if not has_program(program)
        } - set(findings.packages))
        findings.account = account_fits(wanted["account"]) if wanted.get("account") else True
        return findings

    def _need(self, need: Mapping[str, str], findings: Findings) -> None:
        if meets(need):
            return
        if self.check_mode:
            findings.warnings.append(f"{need['without']} (taken as not there yet, since this is check mode)")
        else:
            findings.faults.append(need["without"])

    def _addresses(self, wanted: Mapping[str, Any], findings: Findings) -> None:
        own = wanted.get("own_address")
        names = list(dict.fromkeys(([own] if own else []) + list(wanted.get("addresses") or [])))
        if not names:
            return
        for name, found in self._resolve_all(names, findings):
            if name == own:
                findings.own_ipv4 = next((address for address in found if ":" not in address and self.own(address)), None)
            loopback = sorted(address for address in found if ipaddress.ip_address(address).is_loopback)
            if loopback and not wanted.get("allow_loopback"):
                findings.faults.append(
                    f"{name} resolves to {loopback[0]} here, where other hosts cannot reach it; take it off that line of /etc/hosts "
                    "or use another address"
                )
            elif name == own and not any(self.own(address) for address in found):
                findings.faults.append(
                    f"{name} ({', '.join(found)}) is not an address of this host; correct it in the inventory"
                )

    def _names(self, names: Sequence[str], findings: Findings) -> None:
        findings.resolved = {name: sorted(found) for name, found in self._resolve_all(names, findings)}

    def _both_ways(self, names: Sequence[str], findings: Findings) -> None:
        """Of each name the address is called the same; names that do not resolve are told elsewhere."""
        for name in names:
            found = self._resolve(name)
            address = "" if isinstance(found, OSError) else next((each for each in found if ":" not in each), "")
            if not address:
                continue
            try:
                called = self.namer(address)
            except OSError:
                called = "nothing"
            if called != name:
                findings.faults.append(
                    f"{name} is {address} here, and {address} is called {called}, while Kerberos takes it by both: have {name} come first on the line of "
                    f"{address} in /etc/hosts, and in DNS, or name the host as {address} is called")

    def _resolve_all(self, names: Sequence[str], findings: Findings) -> Iterator[Tuple[str, List[str]]]:
        """The addresses of those that have any; of each other there is a fault."""
        if not names:
            return
        # Names that do not resolve take seconds each; asking for all at once makes that seconds in total.
        with ThreadPoolExecutor(max_workers=min(16, len(names))) as pool:
            answers = dict(zip(names, pool.map(self._resolve, names)))
        for name, found in answers.items():
            if isinstance(found, OSError):
                findings.faults.append(f"{name} does not resolve here ({found.strerror or found}); add it to DNS or /etc/hosts")
            else:
                yield name, found

    def _resolve(self, name: str) -> Any:
        try:
            return self.resolver(name)
        except (OSError, UnicodeError) as error:
            return error if isinstance(error, OSError) else OSError(f"not a host name: {error}")

    def _java(self, wanted: Mapping[str, Any], findings: Findings) -> None:
        versions = wanted.get("java_versions") or []
        home = wanted.get("java_home")
        if not home or (not versions and not os.path.isdir(home)):
            return
        try:
            findings.java = read_java(home, self.run)
        except ValueError as error:
            if self.check_mode:
                findings.warnings.append(f"{error}; taken as not installed yet, since this is check mode")
            elif versions:
                findings.faults.append(f"{error}; run the java role first or correct the path")
            return
        if versions and findings.java.major not in versions:
            accepted = " or ".join(str(version) for version in versions)
            fault = f"Java {findings.java.version} at {home} does not fit; install Java {accepted}"
            if self.check_mode:
                findings.warnings.append(f"{fault} (taken as about to be replaced, since this is check mode)")
            else:
                findings.faults.append(fault)

    def _memory(self, memory_mb: int, findings: Findings) -> None:
        if memory_mb <= 0:
            return
        with open(os.path.join(self.proc, "meminfo"), encoding="ascii") as handle:
            match = re.search(r"^MemTotal:\s+(\d+) kB", handle.read(), re.MULTILINE)
        total = int(match.group(1)) // 1024 if match else 0
        if total < memory_mb:
            findings.faults.append(
                f"it has {total} MB of memory and needs {memory_mb} MB; add memory or make the heaps smaller"
            )

    def _disk(self, path: str, free_mb: int, findings: Findings) -> None:
        if not os.path.isabs(path):
            findings.faults.append(f"the directory {path} is not absolute; write it from / on")
            return
        free = free_bytes(path) // MIB
        if free < free_mb:
            findings.faults.append(
                f"{path} has {free} MB free and needs {free_mb} MB; free some space or choose another file system"
            )

    def _port(self, port: int, unit: Optional[str], findings: Findings) -> None:
        service = unit if not unit or "." in unit else f"{unit}.service"
        held = self.sockets.holder(port, service)
        if held is None:
            return
        pid, holder = held
        if service and holder == service:
            findings.serving += [unit for unit in [service] if unit not in findings.serving]
            return
        who = (
            "another process" if pid is None else f"{self.sockets.name_of(pid)} (process {pid}{', ' + holder if holder else ''})"
        )
        findings.faults.append(f"TCP port {port} is held by {who}; stop it or choose another port")

    def _read(self, path: str, findings: Findings) -> Optional[str]:
        try:
            with open(path, "rb") as handle:
                content = handle.read(READ_LIMIT + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            findings.faults.append(f"{path} cannot be read: {error.strerror}")
            return None
        if len(content) > READ_LIMIT:
            findings.faults.append(
                f"{path} is larger than {READ_LIMIT // MIB} MB, which is not the small text file that is expected there"
            )
            return None
        return content.decode("utf-8", errors="replace")


def sentence(layer: str, host: str, faults: List[str]) -> str:
    """All faults as one message."""
    numbered = "; ".join(f"{number}) {fault}" for number, fault in enumerate(faults, 1))
    return f"{layer} on {host} cannot be set up: {numbered}."


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    preflight = Preflight(lambda command: module.run_command(list(command)), check_mode=check_mode)
    looks = [params, *params["others"]]
    found = [preflight.judge(wanted) for wanted in looks]
    for findings in found:
        for warning in findings.warnings:
            module.warn(warning)
    said = [sentence(wanted["layer"], os.uname().nodename, findings.faults) for wanted, findings in zip(looks, found) if findings.faults]
    if said:
        raise CollectionError(" ".join(said), problems=[fault for findings in found for fault in findings.faults])
    first, *others = [answer(findings) for findings in found]
    return dict(first, others=others)


def answer(findings: Findings) -> Dict[str, Any]:
    """What a task is told of a layer that nothing stands in the way of."""
    java = findings.java
    return dict(
        java=dict(home=java.home, version=java.version, major=java.major, modules=list(java.modules)) if java else None,
        own_ipv4=findings.own_ipv4,
        contents=findings.contents,
        exists=findings.exists,
        serving=findings.serving,
        links=findings.links,
        missing_packages=findings.packages,
        account_fits=findings.account,
        resolved=findings.resolved,
        certain=not findings.warnings,
        clock=time.time(),
        nodename=os.uname().nodename,
    )


#: The results of one layer.
ANSWERED = tuple(answer(Findings()))

SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        layer=dict(type="str", required=True),
        own_address=dict(type="str"),
        addresses=dict(type="list", elements="str", default=[]),
        allow_loopback=dict(type="bool", default=False),
        resolve=dict(type="list", elements="str", default=[]),
        canonical=dict(type="list", elements="str", default=[]),
        java_home=dict(type="path"),
        java_versions=dict(type="list", elements="int", default=[]),
        memory_mb=dict(type="int", default=0),
        disk=dict(
            type="list",
            elements="dict",
            default=[],
            options=dict(path=dict(type="path", required=True), free_mb=dict(type="int", required=True)),
        ),
        ports=dict(
            type="list", elements="dict", default=[], options=dict(port=dict(type="int", required=True), unit=dict(type="str"))
        ),
        commands=dict(type="list", elements="str", default=[]),
        read=dict(type="list", elements="path", default=[]),
        exists=dict(type="list", elements="path", default=[]),
        links=dict(type="list", elements="path", default=[]),
        packages=dict(type="list", elements="str", default=[]),
        programs=dict(type="dict", default={}),
        needs=dict(
            type="list",
            elements="dict",
            default=[],
            options=dict(
                kind=dict(type="str", required=True, choices=list(NEEDS)),
                name=dict(type="str", required=True),
                pattern=dict(type="str"),
                without=dict(type="str", required=True),
            ),
        ),
        nftables=dict(type="bool", default=False),
        account=dict(
            type="dict",
            options=dict(name=dict(type="str", required=True), group=dict(type="str"), home=dict(type="str"), shell=dict(type="str")),
        ),
        others=dict(type="list", elements="dict", default=[]),
    ),
    requirements=(),
)
