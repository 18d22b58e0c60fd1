# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP API of the leading Mesos master, whichever of the masters that is.

Any master answers 307 with a ``Location`` of the form ``//host:port/path`` when another one leads, and 503 when none does or the leader
has not read its registry yet. ZooKeeper knows the masters as well: each has a node ``json.info_<number>`` below the path of the
``zk://`` URL, and the one with the lowest number leads. Statuses and bodies as answered by Mesos of the 1.11 line.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from ..addresses import split_zookeeper_url
from ..errors import CollectionError, InputError, need_library
from ..http_client import (
    HttpClient,
    HttpError,
    HttpSettings,
    TlsError,
    base_url,
    http_argument_spec,
)
from ..zookeeper.session import Session, ZooKeeperUnreachable, session

MASTER_PORT = 5050
ELECTION_PAUSE = 0.5
ZOOKEEPER_TIMEOUT = 10.0
DRAINING_SINCE = (1, 9)
_CANDIDATE = re.compile(r"json\.info_(\d+)")


class MesosError(CollectionError):
    """Mesos refused a request, or is not as it has to be."""


class NoLeader(MesosError):
    """No leading master could be asked; may heal by itself. ``reasons`` pairs each master with why."""

    def __init__(self, message: str, reasons: Sequence[Tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Leader:
    """The leading master; ``version`` as it says itself, ``number`` its first two parts."""

    url: str
    id: str
    hostname: str
    version: str
    number: Tuple[int, int]


def mesos_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/mesos.py documents, with those of the C(http_client) fragment."""
    return dict(
        masters=dict(type="list", elements="str"),
        # It may hold a password.
        zookeeper=dict(type="str", no_log=True),
        leader_timeout=dict(type="float", default=30),
        **http_argument_spec(),
    )


#: Either of the two ways to find the masters, for modules that cannot do without.
ONE_WAY = {"required_one_of": [("masters", "zookeeper")], "mutually_exclusive": [("masters", "zookeeper")]}


def zookeeper_params(url: str) -> Dict[str, Any]:
    """The options of a ZooKeeper session, its chroot the path of a ``zk://`` URL.

    :raises InputError: it is none, or kazoo is not there.
    """
    try:
        user, password, servers, path = split_zookeeper_url(url)
    except InputError:
        raise InputError("zookeeper must be written as zk://HOST:PORT,HOST:PORT,.../PATH, such as zk://10.0.0.1:2181/mesos") from None
    need_library("kazoo", "zookeeper needs the Python library kazoo on the host; install it (python3-kazoo), or give masters instead")
    auth = {"scheme": "digest", "mechanism": "DIGEST-MD5", "service": "zookeeper", "username": user, "password": password}
    return {
        "hosts": [servers + path],
        "connect_timeout": ZOOKEEPER_TIMEOUT,
        "auth": auth if user else None,
        "tls": None,
    }


def contending_masters(reader: Session, scheme: str = "http") -> List[str]:
    """Base URLs of the masters that stand for election, the leader first; ``reader`` is below the masters' path."""
    numbered = sorted((int(match.group(1)), name) for name in reader.children("/") for match in [_CANDIDATE.fullmatch(name)] if match)
    found = []
    for dummy, name in numbered:
        data = reader.data(f"/{name}")
        if not data:
            # It has just gone.
            continue
        try:
            info = json.loads(data)
            address = info.get("address") or {}
            host, port = address.get("ip") or address.get("hostname") or info["hostname"], address.get("port") or info["port"]
        except (ValueError, KeyError, AttributeError):
            raise MesosError(f"ZooKeeper node {name} below the path of the Mesos masters holds no master's address; correct the path") from None
        found.append(base_url(f"[{host}]" if ":" in host else host, int(port), scheme))
    return found


class MesosMasters:
    """Calls to the leading master, and to each master by itself."""

    def __init__(
        self,
        client: HttpClient,
        masters: Callable[[], List[str]],
        leader_timeout: float = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        may_refuse: Sequence[str] = (),
    ) -> None:
        """``may_refuse`` are masters that may know other credentials than ours: they are up, and another master is asked instead."""
        self.client = client
        self.may_refuse = [base_url(master, MASTER_PORT) for master in may_refuse]
        self._masters = masters
        self._leader_timeout = leader_timeout
        self._clock = clock
        self._sleep = sleep
        self._leader: Optional[str] = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "MesosMasters":
        """From the options of mesos_argument_spec.

        :raises InputError: the masters are told in no way, or in two.
        """
        masters, url = params.get("masters"), params.get("zookeeper")
        if bool(masters) == bool(url):
            raise InputError("Say where the Mesos masters are: either masters or zookeeper")
        if params["leader_timeout"] < 0:
            raise InputError(f"leader_timeout is {params['leader_timeout']:g}; it must not be negative")
        client = HttpClient(HttpSettings.from_params(params))
        may_refuse = params.get("may_refuse") or []
        if masters:
            bases = list(dict.fromkeys(base_url(master, MASTER_PORT) for master in masters))
            return cls(client, lambda: bases, params["leader_timeout"], may_refuse=may_refuse)
        connection = zookeeper_params(str(url))

        def elected() -> List[str]:
            try:
                with session(connection) as reader:
                    return contending_masters(reader)
            except ZooKeeperUnreachable as error:
                raise NoLeader(str(error)) from error

        return cls(client, elected, params["leader_timeout"], may_refuse=may_refuse)

    def urls(self) -> List[str]:
        """Base URLs of all masters, as given or as they stand for election now."""
        return self._masters()

    def at(self, base: str, path: str) -> Any:
        """The JSON that one given master or agent answers by itself, asked once; it does not ask the leader for it."""
        return self.client.json("GET", base + path, retries=0, redirects=False)

    def refused(self, base: str, error: HttpError) -> bool:
        """Whether a master that may do so has refused our credentials."""
        return error.status in (401, 403) and base in self.may_refuse

    def led_by(self, base: str) -> Optional[str]:
        """Base URL of the leading master by the word of one that refuses us: /redirect asks nobody who he is.

        A master that knows of no leader names itself.
        """
        return _redirected(base, self.client.request("GET", f"{base}/redirect", retries=0, redirects=False))

    def get(self, path: str) -> Any:
        """The JSON of the leading master at a path such as /state."""
        response = self._leading(lambda base: self.client.request("GET", base + path, retries=0, redirects=False), again=True)[1]
        try:
            return response.json()
        except ValueError:
            raise self._not_json(path) from None

    def call(self, kind: str, **body: Any) -> Dict[str, Any]:
        """A call of the operator API that only asks; the answer without its wrapping."""
        response = self._operate({"type": kind, **body}, again=True)
        try:
            return response.json().get(kind.lower()) or {}
        except (ValueError, AttributeError):
            raise self._not_json(kind) from None

    def _not_json(self, asked: str) -> MesosError:
        return MesosError(f"{self._leader} answered {asked} with something that is not JSON; is a Mesos master listening there?")

    def command(self, kind: str, **body: Any) -> None:
        """A call of the operator API that changes something. It is not repeated once a master may have seen it."""
        self._operate({"type": kind, kind.lower(): body}, again=False)

    def leader(self) -> Leader:
        """The leading master.

        :raises NoLeader: there was none within ``leader_timeout`` seconds.
        """
        info = self.call("GET_MASTER").get("master_info") or {}
        version = str(info.get("version") or self.call("GET_VERSION").get("version_info", {}).get("version", ""))
        match = re.match(r"(\d+)\.(\d+)", version)
        if not match:
            raise MesosError(f"{self._leader} names no version of Mesos ({version!r}); is a Mesos master listening there?")
        number = (int(match.group(1)), int(match.group(2)))
        return Leader(str(self._leader), str(info.get("id", "")), str(info.get("hostname", "")), version, number)

    def _operate(self, body: Mapping[str, Any], again: bool) -> Any:
        def send(base: str) -> Any:
            return self.client.request("POST", f"{base}/api/v1", json_body=body, idempotent=False, redirects=False)

        base, response = self._leading(send, again)
        return response

    def _leading(self, send: Callable[[str], Any], again: bool) -> Tuple[str, Any]:
        started = self._clock()
        while True:
            try:
                return self._round(send, again)
            except NoLeader:
                left = self._leader_timeout - (self._clock() - started)
                if left <= 0:
                    raise
                self._sleep(min(ELECTION_PAUSE, left))

    def _round(self, send: Callable[[str], Any], again: bool) -> Tuple[str, Any]:
        """Ask the master that led last, then the others, each of them sending us to the leader if it knows one."""
        known = [self._leader] if self._leader else []
        self._leader = None
        reasons: List[Tuple[str, str]] = []
        waiting = list(known or self.urls())
        asked: List[str] = []
        while waiting:
            base = waiting.pop(0)
            asked.append(base)
            try:
                response = send(base)
            except HttpError as error:
                reason = "refuses the credentials" if self.refused(base, error) else _reason_to_move(error, again)
                if reason is None:
                    raise
                reasons.append((base, reason))
            else:
                target = _redirected(base, response)
                if target is None:
                    self._leader = base
                    return base, response
                reasons.append((base, f"says that {target} leads"))
                if target not in asked:
                    waiting.insert(0, target)
            if known and not waiting:
                waiting, known = [other for other in self.urls() if other not in asked], []
        said = "; ".join(f"{base} {reason}" for base, reason in reasons) or "none stands for election in ZooKeeper"
        raise NoLeader(f"No Mesos master leads: {said}", reasons)


def _redirected(base: str, response: Any) -> Optional[str]:
    """The master that a redirect names, with the scheme of the one that was asked; None when the answer is no redirect."""
    if response.status_code not in (301, 302, 307, 308):
        return None
    location = response.headers.get("Location", "")
    parts = urlsplit(location)
    if not parts.netloc:
        raise MesosError(f"{base} answered {response.status_code} with the Location {location!r}; is a Mesos master listening there?")
    return f"{parts.scheme or urlsplit(base).scheme}://{parts.netloc}"


def _reason_to_move(error: HttpError, again: bool) -> Optional[str]:
    """Why another master, or the same one later, should be asked; None if the answer would be the same or may not be asked for twice."""
    if isinstance(error, TlsError):
        return None
    if error.status == 503:
        return f"answers 503: {error.server_message or 'it knows no leader'}"
    if error.status is None and (again or not error.sent):
        return f"does not answer: {error.reason}"
    return None
