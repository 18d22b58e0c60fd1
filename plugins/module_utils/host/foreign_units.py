# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a layer's names that somebody else has set up on a host.

The port of such a service would count as the layer's own, its unit would be replaced, and the service restarted on empty directories.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple

Runner = Callable[[Sequence[str]], Tuple[int, str, str]]

#: A line of every unit of this collection; releases before 0.2.0 had none.
MARKER = "# Written by the collection baremetal.flink."

#: What the section [Unit] says in units of releases before that, all of it, by the names of the units.
BEFORE = (
    (r"zookeeper\.service", ("Description=ZooKeeper server", "Documentation=https://zookeeper.apache.org/doc/")),
    (r"hdfs-(namenode|zkfc|journalnode|datanode)\.service", ("Description=HDFS ", "Documentation=https://hadoop.apache.org/docs/r")),
    (r"mesos-(master|agent)\.service", ("Description=Mesos ",)),
    (r"marathon\.service", ("Description=Marathon",)),
    (r".*-(jobmanager|taskmanager|historyserver)\.service", ("Description=Apache Flink ",)),
)
ALWAYS_BEFORE = ("Wants=network-online.target", "StartLimitIntervalSec=0")

#: Where systemd looks for units, the first counts. It makes units of scripts in init.d by itself.
DIRECTORIES = ("etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "lib/systemd/system", "usr/lib/systemd/system")

#: The variable that says where a layer keeps what must not be lost.
DATA_VARIABLES = {
    "zookeeper.service": "zookeeper_data_dir",
    "hdfs-namenode.service": "hdfs_name_dirs",
    "hdfs-journalnode.service": "hdfs_journal_dir",
    "hdfs-datanode.service": "hdfs_data_dirs",
    "mesos-master.service": "mesos_master_work_dir",
    "mesos-agent.service": "mesos_agent_work_dir",
}
HDFS_DATA = {
    "hdfs-namenode.service": ("dfs.namenode.name.dir", "dfs.name.dir"),
    "hdfs-journalnode.service": ("dfs.journalnode.edits.dir",),
    "hdfs-datanode.service": ("dfs.datanode.data.dir", "dfs.data.dir"),
}
LIMIT = 256 * 1024


def foreign_unit_faults(units: Sequence[str], packages: Sequence[str], run: Runner, root: str = "/", proc: str = "/proc") -> List[str]:
    """One sentence for each unit that is there and not this collection's. ``packages`` are those that the layer installs itself."""
    faults = []
    for unit in dict.fromkeys(units):
        path = _effective(unit, root) if _heading(unit) else None
        text = _text(path) if path else None
        # Of an empty file, as a power cut leaves it, nothing can be running.
        if path is None or not text or is_ours(unit, text):
            continue
        package = _package(path, root, run)
        if package and any(_names(wanted, package) for wanted in packages):
            continue
        faults.append(_sentence(unit, f"/{os.path.relpath(path, root)}", package, _data(unit, text, root, proc)))
    return faults


def is_ours(unit: str, text: str) -> bool:
    """Whether this release of the collection, or one before, has written the unit."""
    lines = [line.strip() for line in text.splitlines()]
    if MARKER in lines:
        return True
    section = lines[lines.index("[Unit]") + 1 :] if "[Unit]" in lines else []
    section = section[: next((number for number, line in enumerate(section) if line.startswith("[")), len(section))]
    return all(line in section for line in ALWAYS_BEFORE) and all(any(line.startswith(start) for line in section) for start in _heading(unit))


def is_foreign(unit: str, path: str) -> bool:
    """Whether a file has a layer's name for its unit and is somebody else's."""
    text = _text(path) if _heading(unit) else None
    return bool(text) and not is_ours(unit, text or "")


def _heading(unit: str) -> Sequence[str]:
    """How lines of units of that name began before the marker; empty for a name that no layer has."""
    return next((starts for pattern, starts in BEFORE if re.fullmatch(pattern, unit)), ())


def _effective(unit: str, root: str) -> Optional[str]:
    """The file that systemd takes for the unit; None without any, and for one that is masked, which says so itself."""
    for directory in DIRECTORIES:
        path = os.path.join(root, directory, unit)
        if os.path.islink(path) and os.readlink(path) == "/dev/null":
            return None
        if os.path.lexists(path):
            return path
    script = os.path.join(root, "etc/init.d", unit[: -len(".service")])
    return script if os.path.lexists(script) else None


def _package(path: str, root: str, run: Runner) -> Optional[str]:
    """The package that a file belongs to, by dpkg or rpm; None for a file of nobody's."""
    real = f"/{os.path.relpath(path, root)}"
    # Where /lib is a link, packages may list their files either way.
    other = real[len("/usr") :] if real.startswith("/usr/lib/") else f"/usr{real}"
    ask = ["dpkg-query", "--search"] if shutil.which("dpkg-query") else ["rpm", "--query", "--queryformat", "%{NAME}:", "--file"]
    for name in (real, other) if real.startswith(("/lib/", "/usr/lib/")) else (real,):
        code, out, _err = run([*ask, name]) if shutil.which(ask[0]) else (1, "", "")
        if code == 0 and ":" in out:
            return out.split(":", 1)[0].split(",")[0].strip()
    return None


def _names(wanted: str, package: str) -> bool:
    """Whether a package is the one that is to be installed, of which a version, an architecture or a file may be named."""
    return re.fullmatch(rf"{re.escape(package)}([:=<>~ ].*|[-_]\d.*)?", wanted.rpartition("/")[2]) is not None


def _sentence(unit: str, path: str, package: Optional[str], data: Optional[Tuple[str, str]]) -> str:
    variable = DATA_VARIABLES.get(unit)
    what = f"{unit} is there already, by {path}{f' of the package {package}' if package else ''}, which this collection has not written"
    if data:
        what += f", with its data in {data[0]} (says {data[1]})"
    away = f"remove the package {package}" if package else f"take {path} away"
    if variable is None:
        return f"{what}; it would be replaced: stop and disable it and {away}, or take this host out of the group"
    return (
        f"{what}; it would be replaced, and the new one start on what {variable} says: stop and disable it, move its data there or set {variable} "
        f"to where it is, {away} and run again, or take this host out of the group"
    )


def _data(unit: str, text: str, root: str, proc: str) -> Optional[Tuple[str, str]]:
    """Where the service keeps its data, and what says so; None where it cannot be told."""
    find = _zookeeper_data if unit == "zookeeper.service" else _mesos_data if unit.startswith("mesos-") else _hdfs_data
    return find(unit, _words(unit, text, root, proc), root) if unit in DATA_VARIABLES else None


def _zookeeper_data(_unit: str, words: Sequence[str], root: str) -> Optional[Tuple[str, str]]:
    usual = ("/etc/zookeeper/conf/zoo.cfg", "/etc/zookeeper/zoo.cfg", "/opt/zookeeper/conf/zoo.cfg", "/usr/share/zookeeper/conf/zoo.cfg")
    for path in (*(word for word in words if word.endswith(".cfg")), *usual):
        found = re.search(r"^\s*dataDir\s*[=:]\s*(\S+)", _text(_below(root, path)) or "", re.MULTILINE)
        if found:
            return found.group(1), path
    return None


def _mesos_data(unit: str, words: Sequence[str], root: str) -> Optional[Tuple[str, str]]:
    for number, word in enumerate(words):
        name, _equals, value = word.partition("=")
        if name in ("--work_dir", "MESOS_WORK_DIR"):
            return value or "".join(words[number + 1 : number + 2]), "its start"
    # The packages of Mesosphere have a file for each flag.
    for directory in ("mesos-master",) if unit == "mesos-master.service" else ("mesos-agent", "mesos-slave"):
        content = (_text(_below(root, f"/etc/{directory}/work_dir")) or "").strip()
        if content:
            return content, f"/etc/{directory}/work_dir"
    return None


def _hdfs_data(unit: str, words: Sequence[str], root: str) -> Optional[Tuple[str, str]]:
    named = [word.partition("=")[2] for word in words if word.startswith("HADOOP_CONF_DIR=")]
    named += [after for word, after in zip(words, words[1:]) if word == "--config"]
    for path in (f"{directory}/hdfs-site.xml" for directory in (*named, "/etc/hadoop/conf", "/opt/hadoop/etc/hadoop")):
        site = _text(_below(root, path)) or ""
        for key in HDFS_DATA[unit]:
            found = re.search(rf"<name>\s*{re.escape(key)}\s*</name>\s*<value>\s*([^<]+?)\s*</value>", site)
            if found:
                return found.group(1), path
    return None


def _words(unit: str, text: str, root: str, proc: str) -> List[str]:
    """The words by which the service is started: its processes', those of its unit, and those of the files that it reads its environment from."""
    words = [word for command in _commands(unit, proc) for word in command]
    texts = [text]
    for path in re.findall(r"^EnvironmentFile=-?(\S+)", text, re.MULTILINE):
        texts.append(_text(_below(root, path)) or "")
    for line in "\n".join(texts).replace("\\\n", " ").splitlines():
        line = re.sub(r"^\s*(?:ExecStart|Environment)=", "", line)
        try:
            words += shlex.split(line, comments=True)
        except ValueError:
            words += line.split()
    return words


def _commands(unit: str, proc: str) -> Iterator[List[str]]:
    for name in sorted(filter(str.isdigit, os.listdir(proc)), key=int):
        cgroup = _text(os.path.join(proc, name, "cgroup")) or ""
        if any(line.split("/")[-1] == unit for line in cgroup.splitlines()):
            yield (_text(os.path.join(proc, name, "cmdline")) or "").split("\0")


def _below(root: str, path: str) -> str:
    return os.path.join(root, path.lstrip("/"))


def _text(path: str) -> Optional[str]:
    try:
        with open(path, "rb") as handle:
            return handle.read(LIMIT).decode("utf-8", errors="replace")
    except OSError:
        return None


def layers_units(ports: Sequence[Dict[str, object]]) -> List[str]:
    """The units that ports are given for."""
    names = [str(item["unit"]) for item in ports if item.get("unit")]
    return [name if "." in name else f"{name}.service" for name in names]
