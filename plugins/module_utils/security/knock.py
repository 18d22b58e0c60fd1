# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody without login and certificate gets at ports of other hosts: a connection, an answer in clear or by TLS, data."""

from __future__ import annotations

import errno
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..wait import check_positive
from . import tls_look
from .questions import Told, ask

#: What became of a connection. REFUSED is a firewall's word, CLOSED the host's own: nobody listens there.
OPEN, CLOSED, REFUSED, SILENT, UNKNOWN = "open", "closed", "refused", "silent", "unknown"
CLEAR, TLS = "clear", "tls"
_REASONS = {errno.ECONNREFUSED: CLOSED, errno.EHOSTUNREACH: REFUSED, errno.ENETUNREACH: REFUSED, errno.EACCES: REFUSED, errno.EPERM: REFUSED}
#: Connections that are tried at a time.
AT_ONCE = 16


@dataclass(frozen=True)
class Target:
    """A port of a host, and as in Listener what is spoken there."""

    host: str
    address: str
    port: int
    speaks: str = ""
    tls: bool = False


@dataclass
class Answer:
    """What came of it. ``source`` is the address that the caller has towards the host. ``language`` is empty where nothing was found out."""

    host: str
    address: str
    port: int
    source: str = ""
    state: str = OPEN
    language: str = ""
    data: bool = False
    told: str = ""
    tls_versions: List[str] = field(default_factory=list)
    wants_certificate: bool = False
    certificate_until: Optional[str] = None


class Knock:
    """Of one caller, with ``timeout`` seconds for each connection and ``patience`` for each answer: a daemon may be busy."""

    def __init__(self, timeout: float, patience: float = 10.0) -> None:
        self.timeout, self.patience = timeout, patience

    def at(self, target: Target) -> Answer:
        """Try one port."""
        answer = Answer(target.host, target.address, target.port)
        answer.source = self.source(target)
        try:
            self._connect(target).close()
        except socket.timeout:
            answer.state = SILENT
        except OSError as error:
            answer.state = UNKNOWN if isinstance(error, socket.gaierror) else _REASONS.get(error.errno or 0, REFUSED)
        if answer.state == OPEN and (target.speaks or target.tls):
            self._learn(target, answer)
        return answer

    @staticmethod
    def source(target: Target) -> str:
        """From which address the caller comes to the target; no packet is sent for that."""
        try:
            family = socket.getaddrinfo(target.address, target.port, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family[0], socket.SOCK_DGRAM) as probe:
                probe.connect(family[4])
                return str(probe.getsockname()[0])
        except OSError:
            return ""

    def _connect(self, target: Target) -> socket.socket:
        connection = socket.create_connection((target.address, target.port), self.timeout)
        connection.settimeout(self.patience)
        return connection

    def _learn(self, target: Target, answer: Answer) -> None:
        told = ask(target.speaks, target.address, lambda: self._connect(target)) if target.speaks else None
        if told:
            answer.language, answer.data, answer.told = CLEAR, told.data, told.words
            return
        # Where nothing can be asked, whether somebody is let in shows by nothing but the end of the connection.
        found = tls_look.look(target.address, target.port, self.timeout, tls_look.AFTERTHOUGHT if target.speaks else self.timeout)
        if not found.spoken:
            answer.language = CLEAR if found.other and not target.speaks else ""
            return
        answer.language, answer.tls_versions, answer.wants_certificate = TLS, found.versions, found.wants
        answer.certificate_until = found.until
        if target.speaks and not found.wants:
            inside = self._inside(target)
            if inside:
                answer.data, answer.told = inside.data, inside.words

    def _inside(self, target: Target) -> Optional[Told]:
        anything = tls_look.context(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3)
        return ask(target.speaks, target.address, lambda: anything.wrap_socket(self._connect(target)))


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    for option in ("timeout", "patience"):
        check_positive(option, params[option])
    targets = [Target(**target) for target in params["targets"] or []]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        answers = list(pool.map(Knock(params["timeout"], params["patience"]).at, targets))
    return dict(changed=False, answers=[asdict(answer) for answer in answers])


_TARGET: Tuple[Tuple[str, Dict[str, Any]], ...] = (
    ("host", dict(type="str", required=True)), ("address", dict(type="str", required=True)), ("port", dict(type="int", required=True)),
    ("speaks", dict(type="str", default="", choices=["", "zookeeper", "flink", "webhdfs", "mesos", "marathon", "web"])),
    ("tls", dict(type="bool", default=False)),
)
SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        targets=dict(type="list", elements="dict", options=dict(_TARGET)),
        timeout=dict(type="float", default=3.0),
        patience=dict(type="float", default=10.0),
    ),
    requirements=(),
)
