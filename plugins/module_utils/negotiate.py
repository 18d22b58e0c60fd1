# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kerberos over HTTP (SPNEGO, RFC 4559): the tokens with which a caller shows who he is, by a keytab or by a ticket that he has.

Through the library gssapi, which Debian, Ubuntu and EL package as python3-gssapi; of the two for requests (requests-gssapi and
requests-kerberos) neither is packaged by all of them.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

try:
    import gssapi
except ImportError:  # Negotiate says so
    gssapi = None

from .errors import CollectionError, InputError

SCHEME = "Negotiate"
#: The OID of SPNEGO, and what MIT's library says when no KDC answers (KRB5_KDC_UNREACH, as an unsigned number).
_SPNEGO = "1.3.6.1.5.5.2"
_KDC_UNREACHED = -1765328228 % 2**32


class NoTicket(CollectionError):
    """The KDC gave none, or there is nothing to ask it with; ``unanswered`` when no KDC has said anything, which may be another in a while."""

    def __init__(self, message: str, unanswered: bool = False) -> None:
        super().__init__(message)
        self.unanswered = unanswered


class Negotiate:
    """A caller of web servers that ask for Kerberos.

    Without ``keytab`` the ticket is one that the user of this process has got, by kinit. Tickets that a keytab gives are kept in memory.
    """

    def __init__(self, principal: str, keytab: str = "", library: Any = None) -> None:
        """:raises InputError: the library gssapi is missing."""
        self.principal, self.keytab = principal, keytab
        self._library = library or gssapi
        if self._library is None:
            raise InputError(
                "kerberos_principal needs the Python library gssapi on the host where the module runs: install its package python3-gssapi, or leave the "
                "option out")
        self._cache = f"MEMORY:{secrets.token_hex(8)}"
        self._credentials: Any = None

    def token(self, host: str) -> str:
        """The value of an Authorization header for the web server of a host.

        :raises NoTicket: there is none for it.
        """
        library = self._library
        try:
            if self._credentials is None:
                self._credentials = self._acquire()
            service = library.Name(f"HTTP@{host}", library.NameType.hostbased_service)
            mechanism = library.OID.from_int_seq(_SPNEGO)
            context = library.SecurityContext(name=service, creds=self._credentials, mech=mechanism, usage="initiate")
            first = context.step()
        except library.exceptions.GSSError as error:
            self._credentials = None
            how = f"the keytab {self.keytab}" if self.keytab else "a ticket of the user that the module runs as"
            unanswered = error.min_code % 2**32 == _KDC_UNREACHED
            raise NoTicket(f"{self.principal} gets no ticket for HTTP/{host} by {how}: {_words(error)}", unanswered) from None
        return f"{SCHEME} {base64.b64encode(first).decode('ascii')}"

    def _acquire(self) -> Any:
        library = self._library
        name = library.Name(self.principal, library.NameType.kerberos_principal)
        if not self.keytab:
            return library.Credentials(name=name, usage="initiate")
        return library.Credentials(name=name, usage="initiate", store={"client_keytab": f"FILE:{self.keytab}", "ccache": self._cache})


def is_asked_for(header: str) -> bool:
    """Whether a WWW-Authenticate header, of which several are joined with commas, asks for Kerberos."""
    return any(part.strip().split(" ")[0].lower() == SCHEME.lower() for part in header.split(","))


def _words(error: Any) -> str:
    """What the mechanism says, which tells more than the class of the error that it belongs to."""
    minor = [str(text) for text in error.get_all_statuses(error.min_code, False)] if error.min_code else []
    return "; ".join(minor) or str(error)
