# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Java, and with it Marathon, takes for a URI: RFC 2396 with other characters than ASCII let through (java.net.URI)."""

from __future__ import annotations

import re
from typing import Optional
from urllib.parse import quote

_REFUSED = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")


def uri_problem(uri: str) -> Optional[str]:
    """Why Marathon would call a URI invalid, with what to write instead; None if it would not."""
    refused = _REFUSED.search(uri)
    if refused is None and uri.count("#") > 1:
        refused = re.compile("#").search(uri, uri.index("#") + 1)
    if refused is None:
        path = re.split("[?#]", re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:", "", uri), maxsplit=1)[0]
        inner = path.split("/", 3)[3] if path.startswith("//") and path.count("/") > 2 else "" if path.startswith("//") else path
        refused = re.search(r"[][]", inner)
    if refused:
        character = refused.group()
        return f"has {'a blank' if character == ' ' else repr(character)}, which is not allowed in a URI; write {quote(character, safe='')}"
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:/{0,2}", uri) and not uri.endswith(":/"):
        return f"is {uri}, which names a scheme and nothing else"
    return None
