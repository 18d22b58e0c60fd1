# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request is answered with, and the refusals that end one from any depth."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional


@dataclass
class Answer:
    """Status, body (JSON, or text when a content type says so), headers."""

    status: int
    body: Any = None
    headers: Dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def data(self) -> bytes:
        """The body as it is sent."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body, separators=(",", ":")).encode()


class Refused(Exception):
    """Carries an answer."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body))
        self.answer = Answer(status, dict(body))


def message(status: int, text: str, **more: Any) -> Refused:
    """{"message": text, ...}"""
    return Refused(status, {"message": text, **more})


def parse(body: Optional[bytes]) -> Any:
    """The JSON of a request; 400 in Jackson's words, as near as Python knows them."""
    text = (body or b"").decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError as error:
        position = getattr(error, "pos", 0)
        if position >= len(text.rstrip()):
            where = "within/between Object entries" if text.strip() else "No content to map due to end-of-input"
            details = f"Unexpected end-of-input {where}" if text.strip() else where
        else:
            character = text[position]
            details = f"Unexpected character ('{character}' (code {ord(character)})): {str(error).split(':', maxsplit=1)[0]}"
        raise message(400, "Invalid JSON", details=details) from error
