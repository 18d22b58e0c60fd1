# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a highly available Flink cluster, of any version since 1.2, keeps in ZooKeeper.

Below ``<root><cluster-id>``, with the paths that Flink uses unless ``high-availability.zookeeper.path.*`` says otherwise:

* ``leader/<component>_lock`` and ``leader/<job>/job_manager_lock``, ephemeral: where the elected leader is. In 1.2 the only
  one is ``leader`` itself, in 1.3 and 1.4 ``leader/<32 zeros>/job_manager_lock``. From 1.15 on a process is elected for all of its
  components, and they are ``leader/<component>/connection_info`` and ``leader/<job>/connection_info``, later ``leader/job-<job>/…``.
* ``leaderlatch/…``: one ephemeral ``_c_*-latch-*`` child for each process that stands for election; from 1.15 on ``leader/latch/…``.
* ``jobgraphs/<job>``, ``running_job_registry/<job>``, ``checkpoints/<job>/<id>``, ``checkpoint-counter/<job>``; from 1.15 on
  ``jobs/<job>/checkpoints/<id>`` and ``jobs/<job>/checkpoint_id_counter``, without a registry; from 2.0 on ``execution-plans/<job>``.
  A standalone job cluster of the role flink has ``jobgraphs-<digest>``, one for each program that it has had.
* ``mesos-workers``: ``frameworkId`` (empty until registered), ``taskCount`` and ``workers``.
"""

from __future__ import annotations

import re
import struct
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional, Protocol, Sequence, Tuple
from urllib.parse import urlsplit

from ..errors import ZooKeeperError
from ..wait import Observation
from ..zookeeper.session import parse_path

COMPONENTS = ("dispatcher", "resource_manager", "rest_server")
#: The one leader of versions before 1.5.
JOB_MANAGER = "job_manager"
#: Where jobs are submitted to, and what keeps them from being forgotten: up to 1.20, and from 2.0 on.
GRAPHS = ("jobgraphs", "execution-plans")
LATCH, CONNECTION_INFO = "latch", "connection_info"
_DEFAULT_JOB_ID = "0" * 32
_JOB_ID = re.compile(r"(?:job-)?([0-9a-f]{32})")
_STREAM_HEADER = b"\xac\xed\x00\x05"
_BLOCK, _LONG_BLOCK, _NULL = 0x77, 0x7A, 0x70


class Reader(Protocol):
    """What is needed of a session."""

    def data(self, path: str) -> Optional[bytes]:
        """The data of a node; None when it is missing."""

    def children(self, path: str) -> List[str]:
        """The names of its children, in order; none when it is missing."""


@dataclass(frozen=True)
class Leader:
    """An elected leader. ``session_id`` is None where Flink wrote none."""

    address: str
    host: Optional[str]
    port: Optional[int]
    session_id: Optional[str]
    path: str


@dataclass(frozen=True)
class Job:
    """A job that Flink would recover, or has not cleaned up."""

    state: Optional[str]
    job_graph: bool
    leader: Optional[Leader]
    checkpoints: List[int]
    latest_checkpoint: Optional[int]
    checkpoint_counter: Optional[int]


@dataclass(frozen=True)
class MesosWorkers:
    """Flink's own record of its Mesos framework; ``framework_id`` is None until Mesos has given one."""

    path: str
    framework_id: Optional[str]
    task_count: Optional[int]
    workers: List[str]


@dataclass(frozen=True)
class HaState:
    """Everything that was read in one go."""

    path: str
    exists: bool
    leaders: Dict[str, Leader] = field(default_factory=dict)
    candidates: Dict[str, int] = field(default_factory=dict)
    jobs: Dict[str, Job] = field(default_factory=dict)
    mesos_workers: Optional[MesosWorkers] = None

    @property
    def rest_url(self) -> Optional[str]:
        """Where the leading REST server answers; versions before 1.5 do not tell."""
        leader = self.leaders.get("rest_server")
        return leader.address if leader else None

    @property
    def missing(self) -> List[str]:
        """Components that need a leader and have none."""
        if JOB_MANAGER in self.leaders and not any(name in self.leaders for name in COMPONENTS):
            return []
        return [name for name in COMPONENTS if name not in self.leaders]

    def led_by(self, address: str) -> List[str]:
        """Components whose leader is at ``address``: a host, host:port, or a whole address as Flink writes it."""
        return [name for name, leader in self.leaders.items() if _same(leader, address)]

    def as_result(self) -> Dict[str, Any]:
        """The return values of the module."""
        return {**asdict(self), "rest_url": self.rest_url}


def cluster_path(root: str, cluster_id: str) -> str:
    """``<root><cluster-id>`` as Flink joins them: a missing slash between them is added, one at the end dropped.

    :raises InputError: the result is no path.
    """
    name = cluster_id if cluster_id.startswith("/") else f"/{cluster_id}"
    return parse_path(root.rstrip("/") + (name.rstrip("/") if name != "/" else ""))


def leader_paths(path: str, component: str) -> Tuple[str, str]:
    """Where the address of a component's leader is: up to 1.14, and from 1.15 on."""
    return f"{path}/leader/{component}_lock", f"{path}/leader/{component}/{CONNECTION_INFO}"


def parse_leader(data: bytes, path: str) -> Optional[Leader]:
    """Read what Flink wrote with Java's ``writeUTF(address)`` and ``writeObject(UUID)``; None when nothing is confirmed yet.

    :raises ZooKeeperError: it is something else.
    """
    if not data:
        return None
    text, rest = _leading_blocks(data, path)
    length = struct.unpack(">H", text[:2])[0] if len(text) >= 2 else -1
    if length != len(text) - 2:
        raise ZooKeeperError(f"ZooKeeper node {path} holds no leader address as Flink writes it.")
    address = text[2:].decode("utf-8", "replace")
    session_id = None
    if rest and rest[0] != _NULL and len(rest) > 16:
        # The two fields of java.util.UUID in the order of their names: least, then most significant.
        least, most = struct.unpack(">QQ", rest[-16:])
        session_id = str(uuid.UUID(int=most << 64 | least))
    host, port = _host_and_port(address)
    return Leader(address, host, port, session_id, path)


def read_state(reader: Reader, path: str, mesos_workers_path: str = "/mesos-workers") -> HaState:
    """Read everything below ``path`` that Flink is known to write there.

    :raises ZooKeeperError: a node holds what Flink would not have written.
    """
    if reader.data(path) is None:
        return HaState(path, False)
    components, by_job = _leaders(reader, f"{path}/leader")
    return HaState(
        path=path,
        exists=True,
        leaders=components,
        candidates=_candidates(reader, f"{path}/leaderlatch") or _standing_for_all(reader, f"{path}/leader/{LATCH}"),
        jobs=_jobs(reader, path, by_job),
        mesos_workers=_mesos_workers(reader, path + parse_path(mesos_workers_path)),
    )


def observe(state: HaState, wait_for: str, not_leader: Optional[str] = None) -> Observation:
    """Whether the cluster is in the state ``wait_for``: none, or leader (of every component, none of them ``not_leader``)."""
    old = state.led_by(not_leader) if not_leader else []
    if not state.exists:
        seen = f"{state.path} does not exist"
    elif state.missing:
        seen = f"no leader for {', '.join(state.missing)}"
    elif old:
        seen = f"{not_leader} still leads {', '.join(old)}"
    else:
        seen = ", ".join(f"{name} at {leader.address}" for name, leader in state.leaders.items())
    return Observation(wait_for == "none" or (state.exists and not state.missing and not old), seen, state)


def _leading_blocks(data: bytes, path: str) -> Tuple[bytes, bytes]:
    if not data.startswith(_STREAM_HEADER):
        raise ZooKeeperError(f"ZooKeeper node {path} holds no Java-serialised leader; is it Flink's?")
    text, position = b"", len(_STREAM_HEADER)
    while position < len(data) and data[position] in (_BLOCK, _LONG_BLOCK):
        width = 1 if data[position] == _BLOCK else 4
        start = position + 1 + width
        end = start + int.from_bytes(data[position + 1 : start], "big")
        text, position = text + data[start:end], end
    return text, data[position:]


def _host_and_port(address: str) -> Tuple[Optional[str], Optional[int]]:
    try:
        parts = urlsplit(address)
        return parts.hostname, parts.port
    except ValueError:
        return None, None


def _same(leader: Leader, address: str) -> bool:
    if "://" in address:
        return leader.address.rstrip("/") == address.rstrip("/")
    host = (leader.host or "").lower()
    shown = f"[{host}]" if ":" in host else host
    return address.lower() in (host, shown, f"{shown}:{leader.port}")


def _leaders(reader: Reader, path: str) -> Tuple[Dict[str, Leader], Dict[str, Leader]]:
    """Leaders of the components, and of the jobs by job id."""
    components: Dict[str, Leader] = {}
    by_job: Dict[str, Leader] = {}
    data = reader.data(path) or b""
    # Curator fills the parent nodes that it creates with the address of the client.
    leader = parse_leader(data, path) if data.startswith(_STREAM_HEADER) else None
    if leader:
        components[JOB_MANAGER] = leader
    for name in reader.children(path):
        if name.endswith("_lock"):
            leader = parse_leader(reader.data(f"{path}/{name}") or b"", f"{path}/{name}")
            if leader:
                components[name[: -len("_lock")]] = leader
            continue
        job = _JOB_ID.fullmatch(name)
        for lock in (f"{path}/{name}/{CONNECTION_INFO}", *([f"{path}/{name}/{JOB_MANAGER}_lock"] if job else [])):
            leader = parse_leader(reader.data(lock) or b"", lock)
            if leader and name == _DEFAULT_JOB_ID:
                components[JOB_MANAGER] = leader
            elif leader and job:
                by_job[job.group(1)] = leader
            elif leader:
                components[name] = leader
    return components, by_job


def _candidates(reader: Reader, path: str) -> Dict[str, int]:
    """How many processes stand for election, per component."""
    counts: Dict[str, int] = {}
    names = reader.children(path)
    standing = [name for name in names if "latch-" in name]
    if standing:
        counts[JOB_MANAGER] = len(standing)
    if _DEFAULT_JOB_ID in names:
        counts[JOB_MANAGER] = len(reader.children(f"{path}/{_DEFAULT_JOB_ID}/{JOB_MANAGER}_lock"))
    for name in names:
        if name.endswith("_lock"):
            counts[name[: -len("_lock")]] = len(reader.children(f"{path}/{name}"))
    return counts


def _standing_for_all(reader: Reader, path: str) -> Dict[str, int]:
    """From 1.15 on, where a process stands for all components at once."""
    standing = len(reader.children(path))
    return dict.fromkeys(COMPONENTS, standing) if standing else {}


def _jobs(reader: Reader, path: str, leaders: Dict[str, Leader]) -> Dict[str, Job]:
    graphs = [job for name in reader.children(path) if _holds_graphs(name) for job in reader.children(f"{path}/{name}")]
    registered = reader.children(f"{path}/running_job_registry")
    with_checkpoints = reader.children(f"{path}/checkpoints")
    counted = reader.children(f"{path}/checkpoint-counter")
    # Since 1.15 a job has all of its own in one place.
    by_job = reader.children(f"{path}/jobs")
    jobs: Dict[str, Job] = {}
    for job in sorted({*graphs, *registered, *with_checkpoints, *counted, *by_job, *leaders}):
        checkpoints = _numbers(reader.children(f"{path}/checkpoints/{job}")) if job in with_checkpoints else []
        counter = f"{path}/checkpoint-counter/{job}" if job in counted else ""
        if job in by_job:
            checkpoints = _numbers(reader.children(f"{path}/jobs/{job}/checkpoints"))
            counter = f"{path}/jobs/{job}/checkpoint_id_counter"
        state = reader.data(f"{path}/running_job_registry/{job}") if job in registered else None
        jobs[job] = Job(
            state=state.decode("utf-8", "replace") if state else None,
            job_graph=job in graphs,
            leader=leaders.get(job),
            checkpoints=checkpoints,
            latest_checkpoint=checkpoints[-1] if checkpoints else None,
            checkpoint_counter=_int(reader, counter) if counter else None,
        )
    return jobs


def _holds_graphs(name: str) -> bool:
    """Whether it is the place of job graphs, or that of one program of a job cluster."""
    return any(name == graphs or name.startswith(f"{graphs}-") for graphs in GRAPHS)


def _mesos_workers(reader: Reader, path: str) -> Optional[MesosWorkers]:
    framework_id = reader.data(f"{path}/frameworkId")
    names = reader.children(path)
    if framework_id is None and not names:
        return None
    return MesosWorkers(
        path=path,
        framework_id=framework_id.decode("utf-8", "replace") if framework_id else None,
        task_count=_int(reader, f"{path}/taskCount") if "taskCount" in names else None,
        workers=reader.children(f"{path}/workers"),
    )


def _numbers(names: Sequence[str]) -> List[int]:
    return sorted(int(name) for name in names if name.isdigit())


def _int(reader: Reader, path: str) -> Optional[int]:
    """A Curator SharedCount: four bytes, big-endian, signed."""
    data = reader.data(path)
    if not data:
        return None
    if len(data) != 4:
        raise ZooKeeperError(f"ZooKeeper node {path} holds {len(data)} bytes instead of a four-byte count; is it Flink's?")
    return int(struct.unpack(">i", data)[0])
