# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way in which the collection speaks HTTP: TLS, credentials, bounded retries, and errors that a person can act upon."""

from __future__ import annotations

import html
import http.client
import json
import os
import re
import ssl
import time
import traceback
from dataclasses import dataclass, fields
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

try:
    import requests
except ImportError:  # _module.run reports it the way Ansible does
    requests = None  # type: ignore[assignment]

from .errors import CollectionError, InputError
from .negotiate import SCHEME, Negotiate, NoTicket, is_asked_for
from .urls import public_url

T = TypeVar("T")
#: A JSON object, as a server answers it.
Json = Dict[str, Any]

IDEMPOTENT_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE"))
TEMPORARY_STATUSES = frozenset((502, 503, 504))
CONNECT_TIMEOUT = 5.0
MESSAGE_LENGTH = 600
STATUS_ADVICE = {
    401: "check url_username and url_password, or token",
    407: "a proxy stands between: set use_proxy to false",
}


class HttpError(CollectionError):
    """A request that did not get the answer it was made for.

    ``reason`` is the message without the request; ``status`` is None when there was no answer; ``sent`` is False when the
    server cannot have seen the request. ``server_message`` is what the server itself said, ``payload`` its JSON body, if it
    was one.
    """

    def __init__(
        self,
        message: str,
        url: str,
        status: Optional[int] = None,
        server_message: str = "",
        payload: Any = None,
        sent: bool = True,
    ) -> None:
        super().__init__(message, url=url, status=status, server_message=server_message)
        self.reason = message.partition(f"{url}: ")[2] or message
        self.url = url
        self.status = status
        self.server_message = server_message
        self.payload = payload
        self.sent = sent


class TlsError(HttpError):
    """The TLS handshake failed: no other server of the same cluster and no retry will heal that."""


class PlainServerError(TlsError):
    """The server speaks in clear where TLS was asked for; while TLS is turned on or off, another one of its cluster may not."""


def unavailable(error: CollectionError) -> bool:
    """Nobody could answer, as happens while another server takes over; the next try may succeed."""
    return isinstance(error, HttpError) and not isinstance(error, TlsError) and (error.status is None or error.status >= 500)


@dataclass(frozen=True)
class HttpSettings:
    """What the options of the C(http_client) documentation fragment say. Times in seconds."""

    ca_path: Optional[str] = None
    client_cert: Optional[str] = None
    client_key: Optional[str] = None
    validate_certs: bool = True
    url_username: Optional[str] = None
    url_password: Optional[str] = None
    token: Optional[str] = None
    use_proxy: bool = False
    request_timeout: float = 10.0
    retries: int = 2
    kerberos_principal: Optional[str] = None
    kerberos_keytab: Optional[str] = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "HttpSettings":
        return cls(**{field.name: params[field.name] for field in fields(cls) if params.get(field.name) is not None})


def http_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/http_client.py documents."""
    return dict(
        ca_path=dict(type="path"),
        client_cert=dict(type="path"),
        client_key=dict(type="path"),
        validate_certs=dict(type="bool", default=True),
        url_username=dict(type="str"),
        url_password=dict(type="str", no_log=True),
        token=dict(type="str", no_log=True),
        use_proxy=dict(type="bool", default=False),
        request_timeout=dict(type="float", default=10.0),
        retries=dict(type="int", default=2),
    )


class _Session(requests.Session if requests else object):  # type: ignore[misc]
    def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
        """After a redirect: the credentials stay with the server that they are for, and none comes out of a .netrc."""
        headers = prepared_request.headers
        if "Authorization" in headers and self.should_strip_auth(response.request.url, prepared_request.url):
            del headers["Authorization"]


class _Authorization:
    """An Authorization header, or none at all; as an object of its own, since requests looks into .netrc where it has none."""

    def __init__(self, header: Optional[str]) -> None:
        self._header = header

    def __call__(self, request: Any) -> Any:
        if self._header is not None:
            request.headers["Authorization"] = self._header
        return request


class _Kerberos:
    """Answers a server that asks for Kerberos, once for each request. The cookie that it gives stands for the ticket from then on.

    That is the server that was called, and no other one to which it sends the caller on, who would act there at its bidding. And it has shown its
    certificate: what is said in clear somebody between may take to another server.
    """

    def __init__(self, caller: Negotiate) -> None:
        self._caller = caller

    def __call__(self, request: Any) -> Any:
        called = _server_of(request.url)
        request.register_hook("response", lambda response, **options: self._answered(called, response, **options))
        return request

    def _answered(self, called: Tuple[str, str], response: Any, **options: Any) -> Any:
        if response.status_code != 401 or not is_asked_for(response.headers.get("WWW-Authenticate", "")) or _server_of(response.request.url) != called:
            return response
        request = response.request.copy()
        shown = public_url(request.url)
        if called[0] != "https":
            raise HttpError(f"{request.method} {shown}: the server asks for Kerberos, and a ticket is shown by TLS alone: write https:// in its URL",
                            shown, 401)
        if request.headers.get("Authorization", "").startswith(f"{SCHEME} "):
            return response
        # As the connection can be used again only when all of the answer was read.
        response.content  # noqa: B018 # pylint: disable=pointless-statement
        try:
            request.headers["Authorization"] = self._caller.token(urlsplit(request.url).hostname or "")
        except NoTicket as error:
            status = None if error.unanswered else 401
            raise HttpError(f"{request.method} {shown}: the server asks for Kerberos, and {error.message}", shown, status, sent=False) from None
        # Of a cookie that was no longer taken.
        request.headers.pop("Cookie", None)
        if hasattr(request.body, "seek"):
            request.body.seek(0)
        again = response.connection.send(request, **options)
        again.history.append(response)
        again.request = request
        return again


def _server_of(url: str) -> Tuple[str, str]:
    """Its scheme, and its host with the port."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


class HttpClient:
    """A session with one set of credentials; used for all servers of a cluster."""

    def __init__(self, settings: HttpSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        _check(settings)
        self.settings = settings
        self._sleep = sleep
        self._session = _Session()
        # Environment variables of the connecting user must not send a rack's own traffic to a proxy.
        self._session.trust_env = settings.use_proxy
        # Given with each request: in a session REQUESTS_CA_BUNDLE goes before it.
        self._verify = (settings.ca_path or True) if settings.validate_certs else False
        if settings.client_cert:
            self._session.cert = (settings.client_cert, settings.client_key) if settings.client_key else settings.client_cert
        self._session.auth = _Authorization(f"Bearer {settings.token}" if settings.token else None)
        if settings.url_username is not None:
            self._session.auth = (settings.url_username, settings.url_password or "")
        if settings.kerberos_principal:
            self._session.auth = _Kerberos(Negotiate(settings.kerberos_principal, settings.kerberos_keytab or ""))
        self._session.headers["Accept"] = "application/json, */*;q=0.5"

    def authorize(self, header: Optional[str]) -> None:
        """Send this Authorization header from now on in place of the settings' credentials, or none at all."""
        self._session.auth = _Authorization(header)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Optional[Mapping[str, str]] = None,
        json_body: Any = None,
        data: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        timeout: Optional[float] = None,
        idempotent: Optional[bool] = None,
        retries: Optional[int] = None,
        redirects: bool = True,
    ) -> "requests.Response":
        """Send a request and return the answer, which has a status below 400.

        Idempotent calls (by default every method but POST and PATCH) are sent up to ``retries`` more times, with growing
        pauses, when there was no answer or a 502, 503 or 504.

        :raises TlsError: the certificate was not accepted, or the server refused ours.
        :raises HttpError: no answer, or a status of 400 and above.
        """
        repeatable = method.upper() in IDEMPOTENT_METHODS if idempotent is None else idempotent
        attempts = 1 + (self.settings.retries if retries is None else retries) if repeatable else 1
        while True:
            attempts -= 1
            try:
                return self._send(method, url, params, json_body, data, headers, timeout or self.settings.request_timeout, redirects)
            except TlsError:
                raise
            except HttpError as error:
                if attempts <= 0 or not (error.status is None or error.status in TEMPORARY_STATUSES):
                    raise
                self._sleep(min(2.0, 0.25 * 2 ** max(0, self.settings.retries - attempts)))

    def json(self, method: str, url: str, **kwargs: Any) -> Any:
        """As request(), and the answer must be JSON."""
        response = self.request(method, url, **kwargs)
        try:
            return response.json()
        except ValueError:
            shown = public_url(response.url or url)
            raise HttpError(
                f"{method} {shown} answered {response.status_code} with something that is not JSON ({_words_of(response) or 'nothing'}); "
                "is the right service listening there?",
                shown,
                response.status_code,
            ) from None

    def _send(
        self,
        method: str,
        url: str,
        params: Optional[Mapping[str, str]],
        json_body: Any,
        data: Any,
        headers: Optional[Mapping[str, str]],
        timeout: float,
        redirects: bool,
    ) -> "requests.Response":
        full = url + ("&" if "?" in url else "?") + urlencode(params) if params else url
        shown = public_url(full)
        if hasattr(data, "seek"):
            data.seek(0)
        try:
            response: requests.Response = self._session.request(
                method,
                full,
                json=json_body,
                data=data,
                headers=headers,
                timeout=(min(timeout, CONNECT_TIMEOUT), timeout),
                allow_redirects=redirects,
                verify=self._verify,
            )
        except requests.exceptions.SSLError as error:
            if isinstance(_innermost(error), (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
                early = _in_handshake(error)
                when = "during the TLS handshake; is the service still starting, or does it not speak TLS on this port?" if early else "while it was asked"
                raise HttpError(f"{method} {shown}: the server closed the connection {when}", shown, sent=not early) from error
            raise _tls_error(method, shown, error) from error
        except requests.exceptions.ConnectTimeout as error:
            raise HttpError(
                f"{method} {shown}: no connection within {min(timeout, CONNECT_TIMEOUT):g} s; is the host up and the port open?",
                shown,
                sent=False,
            ) from error
        except requests.exceptions.Timeout as error:
            raise HttpError(f"{method} {shown}: connected, but no answer within {timeout:g} s", shown) from error
        except requests.exceptions.ConnectionError as error:
            reason, sent = _connection_reason(error)
            raise HttpError(f"{method} {shown}: {reason}", shown, sent=sent) from error
        except requests.exceptions.TooManyRedirects as error:
            raise HttpError(f"{method} {shown} is redirected again and again; is the right service listening there?", shown) from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            raise HttpError(f"{method} {shown}: {_broken_answer(error)}", shown) from error
        except (requests.exceptions.RequestException, UnicodeError) as error:
            raise HttpError(f"{method} {shown}: {error}", shown, sent=not isinstance(error, _never_sent())) from error
        finally:
            # A server may close it without having said so in its answer; the next request must not be on its way there by then.
            if (headers or {}).get("Connection") == "close":
                self._session.close()
        _check_answer(method, shown, response)
        return response


class Failover:
    """Several servers that speak for one service. The one that answered is asked first the next time."""

    def __init__(self, bases: Sequence[str], what: str) -> None:
        if not bases:
            raise InputError(f"No {what} is given; name at least one")
        self.what = what
        self._bases = list(bases)

    @property
    def bases(self) -> List[str]:
        """All base URLs, the one that answered last first."""
        return list(self._bases)

    def call(self, send: Callable[[str], T], reason_to_move: Callable[[HttpError], Optional[str]]) -> T:
        """Call ``send(base)`` for one server after the other until one answers.

        ``reason_to_move(error)`` says in a few words why the next one should be asked, or None to raise the error.

        :raises NoneAnswered: every server was asked in vain.
        """
        reasons: List[Tuple[str, str]] = []
        errors: List[HttpError] = []
        for base in list(self._bases):
            try:
                result = send(base)
            except HttpError as error:
                reason = reason_to_move(error)
                if reason is None:
                    raise
                reasons.append((base, reason))
                errors.append(error)
                continue
            self._bases.remove(base)
            self._bases.insert(0, base)
            return result
        raise NoneAnswered(self.what, reasons, errors)


class NoneAnswered(HttpError):
    """No server of a list could serve the request; ``reasons`` pairs each with why, ``errors`` has their errors."""

    def __init__(self, what: str, reasons: Sequence[Tuple[str, str]], errors: Sequence[HttpError]) -> None:
        said = "; ".join(f"{base}: {reason}" for base, reason in reasons)
        super().__init__(f"No {what} could serve the request: {said}", url=reasons[0][0], sent=any(error.sent for error in errors))
        self.reasons = list(reasons)
        self.errors = list(errors)


def base_url(address: str, port: int, scheme: str = "http") -> str:
    """``host``, ``host:port`` or a URL as a base URL without a slash at its end.

    :raises InputError: it is neither, or holds credentials, which belong into url_username and url_password.
    """
    text = address.strip()
    url = text if "://" in text else f"{scheme}://{text}"
    shown = public_url(url) if re.search("[@?]", text) else text
    try:
        parts = urlsplit(url)
        host, given_port = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"{shown!r} is not host:port or a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", text) or parts.query or parts.fragment:
        raise InputError(f"{shown!r} is not host:port or an http(s) URL")
    if parts.username is not None:
        raise InputError(f"{shown!r} holds credentials; give them as url_username and url_password instead")
    name = f"[{host}]" if ":" in host else host
    if given_port is None and "://" not in text:
        given_port = port
    return urlunsplit((parts.scheme, name if given_port is None else f"{name}:{given_port}", parts.path.rstrip("/"), "", ""))


def one_line(text: str, length: int = MESSAGE_LENGTH) -> str:
    """The text with its white space folded, cut to ``length`` characters."""
    folded = " ".join(text.split())
    return folded if len(folded) <= length else folded[: length - 3] + "..."


def _check(settings: HttpSettings) -> None:
    for option in ("ca_path", "client_cert", "client_key", "kerberos_keytab"):
        path = getattr(settings, option)
        if path and not os.access(path, os.R_OK):
            raise InputError(f"{option}: {path} cannot be read on this host")
    if settings.client_key and not settings.client_cert:
        raise InputError("client_key needs client_cert, the certificate that belongs to it")
    if settings.token and settings.url_username is not None:
        raise InputError("token and url_username exclude each other; give one of them")
    if settings.kerberos_keytab and not settings.kerberos_principal:
        raise InputError("kerberos_keytab needs kerberos_principal, which of the keytab's principals calls")
    if settings.kerberos_principal and (settings.token or settings.url_username is not None):
        raise InputError("kerberos_principal excludes token and url_username; give one of them")
    if settings.kerberos_principal and not settings.validate_certs:
        raise InputError("kerberos_principal needs validate_certs, as whoever stood between could use the ticket elsewhere; set ca_path to the authority's "
                         "certificate instead")
    if settings.url_password is not None and settings.url_username is None:
        raise InputError("url_password needs url_username")
    if settings.request_timeout <= 0:
        raise InputError(f"request_timeout is {settings.request_timeout:g}; it must be more than 0 seconds")
    if settings.retries < 0:
        raise InputError(f"retries is {settings.retries}; it must not be negative")


def _check_answer(method: str, shown: str, response: "requests.Response") -> None:
    if response.history and response.request.method != method.upper():
        # requests makes a GET of what a 301 or 302 answers: so it goes by http to a server that speaks TLS.
        there = public_url(response.url)
        raise HttpError(f"{method} {shown}: the server redirects to {there}, where a {method} cannot follow; name that address", shown, sent=False)
    if response.status_code >= 400:
        raise _refusal(method, shown, response)


def _refusal(method: str, shown: str, response: "requests.Response") -> HttpError:
    payload: Any = None
    try:
        payload = response.json()
    except ValueError:
        message = _words_of(response)
    else:
        message = server_message_of(payload)
    sentence = f"{method} {shown} answered {response.status_code} {response.reason or ''}".rstrip()
    if message:
        sentence += f": {message}"
    advice = STATUS_ADVICE.get(response.status_code)
    if response.status_code == 401 and is_asked_for(response.headers.get("WWW-Authenticate", "")):
        sent = response.request.headers.get("Authorization", "").startswith(f"{SCHEME} ")
        elsewhere = _server_of(response.url) != _server_of((response.history or [response])[0].url)
        if elsewhere:
            advice = f"the server sent the request on to {public_url(response.url)}, which gets no ticket; call that one"
        elif sent:
            advice = ("the server does not take the ticket: compare the clocks, and the principal HTTP/HOST in its keytab with the name that it is called "
                      "by here")
        else:
            advice = "the server asks for Kerberos: set kerberos_principal, and kerberos_keytab unless the user of the module has a ticket"
    if advice:
        sentence += f"; {advice}"
    return HttpError(sentence, shown, response.status_code, message, payload)


def server_message_of(payload: Any) -> str:
    """What a JSON error body says in words: Hadoop's RemoteException, Flink's errors, Marathon's message and details."""
    if not isinstance(payload, dict):
        return one_line(json.dumps(payload)) if payload else ""
    remote = payload.get("RemoteException")
    if isinstance(remote, dict):
        return one_line(str(remote.get("message") or remote.get("exception") or ""))
    errors = payload.get("errors")
    if isinstance(errors, list) and errors:
        telling = [str(error) for error in errors if error != "Internal server error."] or [str(error) for error in errors]
        return one_line(" ".join(java_cause(error) for error in telling))
    for key in ("message", "error", "msg"):
        if payload.get(key):
            text = str(payload[key])
            return one_line(f"{text} {json.dumps(payload['details'])}" if payload.get("details") else text)
    return one_line(json.dumps(payload)) if payload else ""


def java_cause(trace: str) -> str:
    """What a Java stack trace is about: its innermost cause, or the text itself if it is none."""
    if "\n\tat " not in trace:
        return trace.strip()
    cause = trace.rsplit("Caused by: ", 1)[-1].split("\n\tat ", 1)[0]
    return cause.replace("<Exception on server side:", "").strip()


def _words_of(response: "requests.Response") -> str:
    text = response.text
    if "<html" in text.lower() or "html" in response.headers.get("Content-Type", ""):
        text = re.sub(r"(?is)<(style|script|title).*?</\1>", " ", text)
        text = html.unescape(re.sub(r"(?s)<[^>]+>", " ", text))
    return one_line(text, 300)


def _never_sent() -> Tuple[Type[BaseException], ...]:
    """What requests finds before it opens a connection."""
    faults = requests.exceptions
    return faults.InvalidURL, faults.MissingSchema, faults.InvalidSchema, faults.InvalidHeader, UnicodeError


def _broken_answer(error: BaseException) -> str:
    inner = _innermost(error)
    if isinstance(inner, http.client.IncompleteRead):
        received = inner.partial if isinstance(inner.partial, int) else len(inner.partial)
        return f"the answer broke off after {received} bytes" + (f", {inner.expected} were still to come" if inner.expected else "")
    return f"the answer cannot be read: {_root(error)}"


def _in_handshake(error: BaseException) -> bool:
    """Whether the connection was not yet ready for a request; nothing but the place in ssl's code tells it."""
    return any(frame.name == "do_handshake" for frame in traceback.extract_tb(_innermost(error).__traceback__))


def _innermost(error: BaseException) -> Any:
    """requests wraps urllib3, which wraps the reason."""
    inner: Any = error
    while True:
        deeper = getattr(inner, "reason", None)
        if not isinstance(deeper, BaseException):
            candidates = [part for part in getattr(inner, "args", ()) if isinstance(part, BaseException)]
            deeper = candidates[0] if candidates else None
        if deeper is None or deeper is inner:
            break
        inner = deeper
    return inner


def _root(error: BaseException) -> str:
    """The innermost reason is what a person wants to read."""
    inner = _innermost(error)
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    # urllib3 puts the representation of its connection object before the reason.
    return one_line(re.sub(r"^<?\w*Connection(Pool)?\b[^>]*?>?:\s+", "", str(inner)))


def _connection_reason(error: "requests.exceptions.ConnectionError") -> Tuple[str, bool]:
    text = str(error)
    root = _root(error)
    if "NameResolutionError" in text or "Name or service not known" in text or "getaddrinfo" in text or "name resolution" in text:
        return f"the host name does not resolve here ({root})", False
    if "Connection refused" in text:
        return "connection refused; nothing listens there", False
    if "NewConnectionError" in text:
        return f"no connection: {root}", False
    return f"the connection broke: {root}", not _in_handshake(error)


def _tls_error(method: str, shown: str, error: BaseException) -> TlsError:
    root = re.sub(r"^\[SSL[^\]]*\]\s*|\s*\(_ssl\.c:\d+\)", "", _root(error))
    text = str(error).lower()
    what, said = TlsError, f"TLS failed: {root}"
    if "certificate verify failed" in text or "doesn't match" in text or "hostname mismatch" in text:
        said = f"the server's certificate is not accepted ({root}); set ca_path to the authority that issued it"
    elif "wrong version number" in text or "record layer" in text or "unknown protocol" in text:
        what, said = PlainServerError, f"the server does not speak TLS on this port ({root}); write http instead of https"
    elif "alert" in text:
        said = f"the server refused the TLS connection ({root}); set client_cert and client_key if it asks for a certificate"
    return what(f"{method} {shown}: {said}", shown, sent=False)
