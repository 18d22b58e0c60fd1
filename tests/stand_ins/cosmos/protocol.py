# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which media types a call has, which fields, and how Cosmos says that it does not like them."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

#: Path to the stem of its types, versions of its answer, and the fields of a request: name to (required, type).
CALLS: Dict[str, Tuple[str, List[int], Dict[str, Tuple[bool, type]]]] = {
    "/package/list": ("package.list", [1], {"packageName": (False, str), "appId": (False, str)}),
    "/package/list-versions": ("package.list-versions", [1], {"packageName": (True, str), "includePackageVersions": (True, bool)}),
    "/package/describe": ("package.describe", [2, 3], {"packageName": (True, str), "packageVersion": (False, str)}),
    "/package/render": (
        "package.render", [1], {"packageName": (True, str), "packageVersion": (False, str), "options": (False, dict), "appId": (False, str)},
    ),
    "/package/install": (
        "package.install", [1, 2],
        {"packageName": (True, str), "packageVersion": (False, str), "options": (False, dict), "appId": (False, str), "managerId": (False, str)},
    ),
    "/package/uninstall": (
        "package.uninstall", [1],
        {"packageName": (True, str), "appId": (False, str), "all": (False, bool), "managerId": (False, str), "packageVersion": (False, str)},
    ),
    "/cosmos/service/describe": ("service.describe", [1], {"appId": (True, str)}),
    "/cosmos/service/update": (
        "service.update", [1], {"appId": (True, str), "replace": (True, bool), "options": (False, dict), "packageVersion": (False, str)},
    ),
}
STATUS = {
    "PackageAlreadyInstalled": 409, "ServiceAlreadyStarted": 409, "Unauthorized": 401, "Forbidden": 403, "MarathonBadGateway": 502,
    "ServiceUnavailable": 503, "IncompleteUninstall": 503, "unhandled_exception": 500,
}
ERROR = "application/vnd.dcos.package.error+json;charset=utf-8;version=v1"


class Refused(Exception):
    """An error as Cosmos answers it; the status follows from its type, 400 unless listed."""

    def __init__(self, kind: str, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.kind, self.message, self.data = kind, message, data

    @property
    def status(self) -> int:
        return STATUS.get(self.kind, 400)

    @property
    def body(self) -> Dict[str, Any]:
        body: Dict[str, Any] = {"type": self.kind, "message": self.message}
        return {**body, "data": dict(self.data)} if self.data is not None else body


def media_type(stem: str, part: str, version: int) -> str:
    """As Cosmos writes it."""
    return f"application/vnd.dcos.{stem}-{part}+json;charset=utf-8;version=v{version}"


def judged(path: str, headers: Mapping[str, str]) -> Tuple[int, str]:
    """The version of the answer and its type, when Content-Type and Accept are right."""
    stem, versions, _fields = CALLS[path]
    known = {name.lower(): value for name, value in headers.items()}
    wanted = {_parts(media_type(stem, "response", version)): version for version in versions}
    accepted = known.get("accept")
    if accepted is None:
        raise Refused("not_present", "Item header 'Accept' not present but required")
    chosen = [wanted[_parts(each)] for each in accepted.split(",") if _parts(each) in wanted]
    if not chosen:
        available = ", ".join(media_type(stem, "response", version) for version in versions)
        rule = f"Media type was [{accepted}] but should be one of [{available}]"
        raise Refused("not_valid", f"Item header 'Accept' deemed invalid by rule: {rule}")
    expected, got = media_type(stem, "request", 1), known.get("content-type")
    if got is None:
        raise Refused("not_present", "Item header 'Content-Type' not present but required")
    if _parts(got) != _parts(expected):
        raise Refused("not_valid", f"Item header 'Content-Type' deemed invalid by rule: should match one of {expected}")
    return max(chosen), media_type(stem, "response", max(chosen))


def checked(path: str, body: Any) -> Dict[str, Any]:
    """The request, when it has the right fields."""
    fields = CALLS[path][2]
    if not isinstance(body, dict):
        raise Refused("json_error", "Json parsing failure 'expected an object'", {"type": "parse", "reason": "expected an object"})
    for name, (required, kind) in fields.items():
        if name not in body and not required:
            continue
        if not isinstance(body.get(name), kind):
            reason = "Attempt to decode value on failed cursor" if name not in body else kind.__name__
            data = {"type": "decode", "reason": reason, "path": f".{name}"}
            raise Refused("json_error", f"Json decoding failure '{reason}' at: .{name}", data)
    unknown = sorted(set(body) - set(fields))
    if unknown:
        raise Refused("json_error", f"the stand-in knows no field {', '.join(unknown)} of {path}")
    return body


def _parts(text: str) -> Tuple[str, ...]:
    name, *rest = [part.strip().lower() for part in text.split(";")]
    return (name, *sorted(rest))
