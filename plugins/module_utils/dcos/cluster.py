# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DC/OS cluster behind its Admin Router: one login for Cosmos, Marathon and Mesos; and what a task declares about a service on it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import InputError
from ..http_client import HttpClient, HttpSettings, base_url, http_argument_spec
from ..marathon.normal_form import absolute
from ..marathon.rest import Marathon
from ..mesos.masters import MASTER_PORT, MesosMasters
from . import options as opts
from .cosmos import Cosmos, authorization, login

HTTPS_PORT = 443
# Where the Admin Router passes on to the leading Marathon and the leading Mesos master.
MARATHON_PATH = "/service/marathon"
MESOS_PATH = "/mesos"


def dcos_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/cosmos.py documents, with those of the C(http_client) fragment."""
    return dict(
        url=dict(type="str", required=True),
        masters=dict(type="list", elements="str"),
        leader_timeout=dict(type="float", default=30),
        **http_argument_spec(),
    )


@dataclass(frozen=True)
class Declared:
    """What a task says about a service. ``own_id`` is the id that it gives itself; ``options`` hold the secret ones too."""

    name: str
    version: Optional[str] = None
    own_id: Optional[str] = None
    options: opts.Options = field(default_factory=dict)
    secret_paths: List[str] = field(default_factory=list)
    exclusive: bool = False
    wait: bool = True

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "Declared":
        given, secret = params.get("options") or {}, params.get("secret_options") or {}
        twice = sorted(set(opts.leaf_paths(given)) & set(opts.leaf_paths(secret)))
        if twice:
            raise InputError(f"{twice[0]} is given in options and in secret_options; keep one of them")
        own_id = absolute(params["app_id"]) if params.get("app_id") else None
        return cls(
            params["name"], params.get("version") or None, own_id, opts.merge(given, secret), opts.leaf_paths(secret), params["exclusive"], params["wait"]
        )

    @property
    def app_id(self) -> Optional[str]:
        """The id as far as the task tells it; None when it is up to the package."""
        name = opts.service_name(self.options)
        return self.own_id or (absolute(name) if name else None)

    def default_id(self, config: Optional[Mapping[str, Any]]) -> Optional[str]:
        """The id that the package gives by default; None when only rendering tells."""
        name = opts.service_name(opts.resolve(config, opts.without_nulls(self.options)))
        return absolute(name) if name else None


class Dcos:
    """The services of one cluster that a task needs."""

    def __init__(self, url: str, client: HttpClient, masters: MesosMasters, leader_timeout: float,
                 clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self.url = url
        self.cosmos = Cosmos(client, url, sleep)
        self.marathon = Marathon(client, [url + MARATHON_PATH], leader_timeout, clock, sleep)
        self.masters = masters

    @classmethod
    def from_params(
        cls, params: Mapping[str, Any], clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> "Dcos":
        """Log in, unless a token is given or nothing at all, as a DC/OS without authentication wants it.

        :raises HttpError: DC/OS does not take the login.
        """
        if params["leader_timeout"] < 0:
            raise InputError(f"leader_timeout is {params['leader_timeout']:g}; it must not be negative")
        url = base_url(params["url"], HTTPS_PORT, "https")
        settings = HttpSettings.from_params(params)
        if settings.url_username is not None and settings.url_password is None:
            raise InputError("url_username needs url_password to log in with")
        client = HttpClient(settings, sleep)
        client.authorize(None)
        token = settings.token
        if settings.url_username is not None:
            token = login(client, url, settings.url_username, settings.url_password or "")
        if token:
            client.authorize(authorization(token))
        bases, mesos_client = [url + MESOS_PATH], client
        if params.get("masters"):
            bases = list(dict.fromkeys(base_url(master, MASTER_PORT) for master in params["masters"]))
            # The login is for the Admin Router and goes nowhere else.
            mesos_client = HttpClient(replace(settings, url_username=None, url_password=None, token=None), sleep)
        return cls(url, client, MesosMasters(mesos_client, lambda: bases, params["leader_timeout"], clock, sleep), params["leader_timeout"], clock, sleep)

    def tasks(self, app_id: str) -> List[Dict[str, Any]]:
        """The tasks of an app, none when it is not there."""
        app = self.marathon.app(app_id)
        return self.tasks_of(app) if app else []

    @staticmethod
    def tasks_of(app: Mapping[str, Any]) -> List[Dict[str, Any]]:
        return [{name: task.get(name) for name in ("id", "host", "ports", "state")} for task in app.get("tasks") or []]


def result(
    declared: Declared, app_id: Optional[str], version: Optional[str], after: Optional[opts.Options],
    version_before: Optional[str], before: Optional[opts.Options], fields: List[str],
) -> Dict[str, Any]:
    """The return values of the module that every state has, secrets hidden; ``after`` is None for a service that is not there."""
    def side(number: Optional[str], options: Optional[opts.Options], marked: List[str]) -> Dict[str, Any]:
        if number is None:
            return {"state": "absent"}
        return {"version": number, "options": opts.public(options or {}, secret, marked)}

    # A value that somebody made a secret of stays one before and after.
    secret = declared.secret_paths
    header = f"{declared.name} {app_id or ''}".rstrip()
    return {
        "changed": version != version_before or bool(fields),
        "package": declared.name,
        "app_id": app_id,
        "version": version,
        "options": opts.public(after or {}, secret),
        "created": False,
        "changed_options": fields,
        "deployment_id": None,
        "notes": None,
        "diff": {
            "before_header": header,
            "after_header": header,
            "before": side(version_before, before, []),
            "after": side(version, after, fields if version_before else []),
        },
    }
