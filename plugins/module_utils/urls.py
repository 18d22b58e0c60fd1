# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs as they may be shown; apart from the HTTP client, since the code that unpacks distributions has no use for its library."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

SECRET_PARAMETERS = frozenset(("delegation", "token", "password", "secret", "access_token"))


def public_url(url: str) -> str:
    """The URL without credentials and secret parameters; a text that is no URL, such as a path, as it is."""
    scheme, found, rest = url.partition("://")
    if not found:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{scheme}://{rest.rpartition('@')[2]}"
    query = parts.query
    pairs = parse_qsl(query, keep_blank_values=True)
    if any(name.lower() in SECRET_PARAMETERS for name, value in pairs):
        query = urlencode([(name, "********" if name.lower() in SECRET_PARAMETERS else value) for name, value in pairs], safe="*/")
    # Not by urlunsplit, which makes hdfs:/a of hdfs:///a.
    shown = f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{shown}?{query}" if query else shown
