"""Asks one address, with the proxies and certificates of the environment.

The environment's proxies (``HTTPS_PROXY`` and alike) and its certificates (``REQUESTS_CA_BUNDLE``,
``CURL_CA_BUNDLE``) are honoured, its passwords (``.netrc``) are not. Through a proxy, the proxy
connects to the host, and what address it takes cannot be seen. The host is then looked up
beforehand as far as it can be, and refused if all its addresses are private; one who may not
rely on that has the proxy refuse them.
"""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from interopwatch.errors import FetchError
from interopwatch.loaders.answers import late
from interopwatch.loaders.robots import AGENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

    from interopwatch.loaders.answers import Limits, Validators
    from interopwatch.loaders.connecting import Gate

_ALLOW: Final = (
    "If you trust it, allow private addresses: `interopwatch --allow-private …`, or private=True."
)


def credentials_in(url: str) -> tuple[str, str] | None:
    """The name and password in an address, if there are any."""
    parts = urlsplit(url)
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def origin_of(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454, section 4)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


@cache
def _agent() -> str:
    """What this program calls itself: its name and version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{AGENT}/{version('interopwatch')}"
    except PackageNotFoundError:
        return AGENT


def headers_for(known: Validators | None) -> dict[str, str]:
    """What to send with a question, given what is known of an answer from before."""
    # Only one way of packing, which is unpacked here, a little at a time.
    headers = {"User-Agent": _agent(), "Accept": "*/*", "Accept-Encoding": "gzip"}
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


@contextmanager
def asked(
    url: str, headers: dict[str, str], login: tuple[str, str] | None, gate: Gate, limits: Limits
) -> Iterator[Response]:
    """Ask one address, which may answer with a redirect.

    Args:
        url: The address.
        headers: What to send with the question.
        login: A name and password to send.
        gate: What makes the connection.
        limits: How long it may take.

    Raises:
        FetchError: No answer comes.
    """
    import requests
    from requests.utils import get_environ_proxies, select_proxy

    from interopwatch.loaders.connecting import GatedAdapter, NoConnectionError

    certificates = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    # Not through a session of requests: that would take passwords from .netrc, keep cookies, and
    # read the whole content of a redirect, however much there is.
    with closing(GatedAdapter(gate)) as adapter:
        try:
            question = requests.Request("GET", url, headers, auth=login).prepare()
            proxies = dict(get_environ_proxies(url, no_proxy=None))
            if select_proxy(url, proxies):
                _vet_beforehand(url, gate)
            response = adapter.send(
                question,
                stream=True,
                timeout=(limits.connect, limits.read),
                verify=certificates,
                proxies=proxies,
            )
        except NoConnectionError as error:
            if gate.expired:
                late(url, limits)
            raise FetchError(
                f"{url}: {error.reason}",
                hint=_ALLOW if error.private else "Check the address, and the network.",
                private=error.private,
            ) from None
        except (requests.RequestException, OSError, ValueError) as error:
            if gate.expired:
                late(url, limits)
            raise FetchError(
                f"{url}: {_in_words(error)}", hint="Check the address, and the network."
            ) from None
        with response:
            yield response


def _vet_beforehand(url: str, gate: Gate) -> None:
    """Refuse a host that a proxy would be asked for, if this machine knows it as private."""
    from interopwatch.loaders.connecting import NoConnectionError

    _, host, port = origin_of(url)
    try:
        gate.look_up(host or "", port or 0, vet=True)
    except NoConnectionError as error:
        if error.private:
            raise  # a host that is not known here may be known to the proxy


def _in_words(error: BaseException) -> str:
    """Why nothing came: what lies at the bottom of an error, which libraries wrap in others."""
    from requests import exceptions

    if isinstance(error, exceptions.SSLError):
        return "its certificate cannot be trusted, or it is not encrypted as it should be"
    if isinstance(error, exceptions.Timeout):
        return "it does not answer in time"
    if isinstance(error, exceptions.ProxyError):
        return "the proxy of the environment cannot be reached, or refuses"
    if isinstance(error, (exceptions.InvalidURL, exceptions.MissingSchema, UnicodeError)):
        return "not an address"
    if isinstance(error, exceptions.InvalidSchema):
        return "a proxy of this kind is not supported"
    return "the connection broke before an answer came"
