"""Fetches what stands at an address on the web, and only what may be fetched.

Made for addresses that come from elsewhere: a descriptor, a list of sources, a redirect. Nothing
is believed of an answer, neither its size nor where it leads; see :mod:`interopwatch.connecting`
for where connections go and when they end.

The environment's proxies (``HTTPS_PROXY`` and alike) and its certificates (``REQUESTS_CA_BUNDLE``,
``CURL_CA_BUNDLE``) are honoured, its passwords (``.netrc``) are not. Through a proxy, the proxy
connects to the host, and what address it takes cannot be seen. The host is then looked up
beforehand as far as it can be, and refused if all its addresses are private; one who may not
rely on that has the proxy refuse them.
"""

from __future__ import annotations

import os
import re
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email.message import Message
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from interopwatch.addresses import without_credentials
from interopwatch.errors import FetchError
from interopwatch.robots import AGENT, MOST, Robots

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import NoReturn

    from requests import Response

    from interopwatch.connecting import Gate

_BLOCK: Final = 1 << 16
_MORE: Final = 1 << 20
"""How much one block may be unpacked to at a time."""
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FINE: Final = (200, 203)
_NO_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")
_GZIP: Final = ("gzip", "x-gzip")
_ANY_HEADER: Final = 47
"""Has zlib read gzip (RFC 1952) and its own format alike."""
_ALLOW: Final = (
    "If you trust it, allow private addresses: `interopwatch --allow-private …`, or private=True."
)
_WRITTEN: Final = "An address is written like https://example.org/data/, a space in it as %20."
_KEPT: Final = "%/:=&?~#+!$,;'@()*[]"
"""What is not quoted in the address that a server redirects to: what may mean something."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an answer may take.

    Attributes:
        bytes: The most bytes of it, unpacked.
        connect: How long an attempt to connect may take, in seconds.
        read: How long nothing may arrive, in seconds.
        total: How long everything may take, redirects included, in seconds.
        redirects: How many redirects to follow.
    """

    bytes: int = 16 << 20
    connect: float = 10
    read: float = 20
    total: float = 60
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of an answer, to be asked whether it still holds (RFC 9110, 8.8).

    Attributes:
        url: The address that answered.
        etag: Its ``ETag``, as sent.
        modified: Its ``Last-Modified``, as sent.
    """

    url: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer.

    Attributes:
        url: The address that answered, after all redirects, without credentials.
        status: 200, or 304 for "not modified".
        media_type: What it says it is, in small letters: ``text/html``; empty if it does not.
        charset: The encoding it says it has, in small letters; empty if it does not.
        etag: Its ``ETag``; empty if it has none.
        modified: Its ``Last-Modified``; empty if it has none.
        content: Its bytes, unpacked; none if nothing was modified.
    """

    url: str
    status: int
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""
    content: bytes = b""

    @property
    def not_modified(self) -> bool:
        """Whether the answer is that what is known still holds."""
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def validators(self) -> Validators:
        """What to ask with next time."""
        return Validators(self.url, self.etag, self.modified)


def fetch(
    url: str,
    *,
    limits: Limits | None = None,
    private: bool = False,
    known: Validators | None = None,
    robots: Robots | None = None,
) -> Fetched:
    """Fetch what stands at an address.

    Args:
        url: The address: http or https. A name and password in it are sent to its host only.
        limits: How much the answer may take.
        private: Whether to connect to addresses that are not public, too.
        known: What is known of an answer from before: then "not modified" is an answer.
        robots: The rules of sites known so far, which are asked for where needed, and obeyed.
            Without it nobody is asked: for an address that a user names, who is no robot.

    Raises:
        FetchError: It may not be fetched, nobody answers, or the answer is of no use.
    """
    with streamed(url, limits=limits, private=private, known=known, robots=robots) as (head, rest):
        return replace(head, content=b"".join(rest))


@contextmanager
def streamed(
    url: str,
    *,
    limits: Limits | None = None,
    private: bool = False,
    known: Validators | None = None,
    robots: Robots | None = None,
) -> Iterator[tuple[Fetched, Generator[bytes]]]:
    """Fetch what stands at an address, block by block, for what is better not held in memory.

    Args:
        url: As in :func:`fetch`.
        limits: Likewise.
        private: Likewise.
        known: Likewise.
        robots: Likewise.

    Yields:
        The answer without its content, and the blocks of its content.

    Raises:
        FetchError: As in :func:`fetch`; it may come up while the blocks are read.
    """
    from interopwatch.connecting import Gate

    limits = limits or Limits()
    at = _checked(url, without_credentials(url))
    credentials, origin = _credentials(url), _origin(at)
    with Gate(private=private, connect=limits.connect, total=limits.total) as gate:
        for _ in range(limits.redirects + 1):
            if robots is not None:
                _obey(robots, at, limits, private=private)
            login = credentials if _origin(at) == origin else None
            headers = _headers(known if known is not None and known.url == at else None)
            with _asked(at, headers, login, gate, limits) as response:
                target = _target(response)
                if target is None:
                    head = _head(at, response)
                    _refuse_status(head, conditional=len(headers) > len(_headers(None)))
                    yield head, _blocks(at, response, gate, limits)
                    return
            at = _redirected(at, target)
    raise FetchError(
        f"{without_credentials(url)}: it redirects more than {limits.redirects} times",
        hint="Look where it leads in a browser, and give that address.",
    )


def _checked(url: str, shown: str) -> str:
    """A URL that may be asked for, without credentials."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchError(f"{shown}: not an address", hint=_WRITTEN) from None
    if parts.scheme not in ("http", "https"):
        raise FetchError(
            f"{shown}: only addresses that begin with http:// or https:// are fetched",
            hint="Name a file or folder of this machine by its path.",
        )
    if not parts.hostname or _NO_URL.search(url):
        raise FetchError(f"{shown}: not an address", hint=_WRITTEN)
    return shown


def _credentials(url: str) -> tuple[str, str] | None:
    parts = urlsplit(url)
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454, section 4)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


def _redirected(at: str, target: str) -> str:
    try:
        there = urljoin(at, quote(target, safe=_KEPT))
        shown = without_credentials(there)
        url = _checked(there, shown)
    except (ValueError, FetchError):
        raise FetchError(
            f"{at}: it redirects to {target!r}, which is not followed",
            hint="Only addresses that begin with http:// or https:// are fetched.",
        ) from None
    if at.startswith("https:") and not url.startswith("https:"):
        raise FetchError(
            f"{at}: it redirects to {url}, which is not encrypted",
            hint="If you trust that address, give it yourself.",
        )
    return url


@cache
def _agent() -> str:
    """What this program calls itself: its name and version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{AGENT}/{version('interopwatch')}"
    except PackageNotFoundError:
        return AGENT


def _headers(known: Validators | None) -> dict[str, str]:
    # Only one way of packing, which is unpacked here: see _unpacked.
    headers = {"User-Agent": _agent(), "Accept": "*/*", "Accept-Encoding": "gzip"}
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


@contextmanager
def _asked(
    url: str, headers: dict[str, str], login: tuple[str, str] | None, gate: Gate, limits: Limits
) -> Iterator[Response]:
    """Ask one address, which may answer with a redirect."""
    import requests
    from requests.utils import get_environ_proxies, select_proxy

    from interopwatch.connecting import GatedAdapter, NoConnectionError

    certificates = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    # Not through a session of requests: that would take passwords from .netrc, keep cookies, and
    # read the whole content of a redirect, however much there is.
    with closing(GatedAdapter(gate)) as adapter:
        try:
            asked = requests.Request("GET", url, headers, auth=login).prepare()
            proxies = dict(get_environ_proxies(url, no_proxy=None))
            if select_proxy(url, proxies):
                _vet_beforehand(url, gate)
            response = adapter.send(
                asked,
                stream=True,
                timeout=(limits.connect, limits.read),
                verify=certificates,
                proxies=proxies,
            )
        except NoConnectionError as error:
            if gate.expired:
                _late(url, limits)
            raise FetchError(
                f"{url}: {error.reason}",
                hint=_ALLOW if error.private else "Check the address, and the network.",
            ) from None
        except (requests.RequestException, OSError, ValueError) as error:
            if gate.expired:
                _late(url, limits)
            raise FetchError(
                f"{url}: {_in_words(error)}", hint="Check the address, and the network."
            ) from None
        with response:
            yield response


def _vet_beforehand(url: str, gate: Gate) -> None:
    """Refuse a host that a proxy would be asked for, if this machine knows it as private."""
    from interopwatch.connecting import NoConnectionError

    _, host, port = _origin(url)
    try:
        gate.look_up(host or "", port or 0, vet=True)
    except NoConnectionError as error:
        if error.private:
            raise  # a host that is not known here may be known to the proxy


def _late(url: str, limits: Limits) -> NoReturn:
    raise FetchError(
        f"{url}: it took more than {limits.total:g} seconds", hint="Try again later."
    ) from None


def _in_words(error: BaseException) -> str:
    """Why nothing came: what lies at the bottom of an error, which libraries wrap in others."""
    from requests import exceptions

    if isinstance(error, exceptions.SSLError):
        return "its certificate cannot be trusted, or it is not encrypted as it should be"
    if isinstance(error, exceptions.Timeout):
        return "it does not answer in time"
    if isinstance(error, exceptions.ProxyError):
        return "the proxy of the environment cannot be reached"
    if isinstance(error, (exceptions.InvalidURL, exceptions.MissingSchema, UnicodeError)):
        return "not an address"
    if isinstance(error, exceptions.InvalidSchema):
        return "a proxy of this kind is not supported"
    return "the connection broke before an answer came"


def _target(response: Response) -> str | None:
    """Where an answer redirects to, if it does."""
    location = response.headers.get("Location", "")
    if response.status_code not in _REDIRECTS or not location:
        return None
    try:
        return location.encode("latin-1").decode()  # as HTTP libraries read headers
    except UnicodeError:
        return location


def _head(url: str, response: Response) -> Fetched:
    told = Message()
    told["Content-Type"] = " ".join(response.headers.get("Content-Type", "").split())
    return Fetched(
        url=url,
        status=response.status_code,
        media_type=told.get_content_type() if "/" in told["Content-Type"] else "",
        charset=told.get_content_charset("") or "",
        etag=response.headers.get("ETag", ""),
        modified=response.headers.get("Last-Modified", ""),
    )


def _refuse_status(head: Fetched, *, conditional: bool) -> None:
    if head.status in _FINE or (head.not_modified and conditional):
        return
    try:
        phrase = f" ({HTTPStatus(head.status).phrase.lower()})"
    except ValueError:
        phrase = ""
    hints = {
        401: "It is for those who log in.",
        403: "Its server refuses it, to programs or to everyone.",
        404: "Check the address.",
        410: "It is gone for good: look for another address.",
        429: "Its server asks for patience: try again later.",
    }
    later = "Try again later." if head.status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
    raise FetchError(
        f"{head.url}: it answers {head.status}{phrase}",
        hint=hints.get(head.status, later),
        status=head.status,
    )


def _blocks(url: str, response: Response, gate: Gate, limits: Limits) -> Generator[bytes]:
    """The content of an answer, unpacked and counted."""
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return
    stated = response.headers.get("Content-Length", "")
    length = int(stated) if stated.isascii() and stated.isdigit() else None
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    packed = packing in _GZIP
    if packing not in (*_GZIP, "", "identity"):
        raise FetchError(f"{url}: it is packed as {packing!r}, which nobody asked for")
    if length is not None and length > limits.bytes:
        _too_large(url, limits)
    blocks = _raw(url, response, gate, limits, length)
    size = 0
    for block in _unpacked(url, blocks) if packed else blocks:
        size += len(block)
        if size > limits.bytes:
            _too_large(url, limits)
        yield block


def _raw(
    url: str, response: Response, gate: Gate, limits: Limits, length: int | None
) -> Generator[bytes]:
    """The content of an answer as it was sent."""
    from requests import exceptions
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    size = 0
    try:
        for block in response.raw.stream(_BLOCK, decode_content=False):
            size += len(block)
            yield block
    except (HTTPError, exceptions.RequestException, OSError, ValueError) as error:
        if gate.expired:
            _late(url, limits)
        slow = isinstance(error, (ReadTimeoutError, exceptions.Timeout))
        _cut_off(url, "nothing arrives any more" if slow else "the connection broke")
    if gate.expired:  # a connection that is shut down may look like one that came to its end
        _late(url, limits)
    whole = "Transfer-Encoding" in response.headers or length is None or size == length
    if not whole:
        _cut_off(url, f"{size:,} bytes arrived of {length:,}")


def _unpacked(url: str, blocks: Iterator[bytes]) -> Generator[bytes]:
    """Content unpacked a little at a time, so that no block of it can fill the memory."""
    reader = zlib.decompressobj(_ANY_HEADER)
    begun = False
    try:
        for each in blocks:
            rest = each
            while rest:
                if reader.eof:  # one member may follow another (RFC 1952, 2.2)
                    reader = zlib.decompressobj(_ANY_HEADER)
                begun = True
                yield reader.decompress(rest, _MORE)
                rest = reader.unconsumed_tail or reader.unused_data
        while begun and not reader.eof and (last := reader.decompress(b"", _MORE)):
            yield last
    except zlib.error:
        raise FetchError(f"{url}: it says it is packed by gzip, and is not") from None
    if begun and not reader.eof:
        _cut_off(url, "its packing does not end")


def _too_large(url: str, limits: Limits) -> NoReturn:
    raise FetchError(
        f"{url}: it has more than {limits.bytes:,} bytes, which is more than is fetched",
        hint="If it is really what you want, fetch it yourself and name the file.",
    )


def _cut_off(url: str, what: str) -> NoReturn:
    raise FetchError(f"{url}: it did not arrive whole: {what}", hint="Try again.") from None


def _obey(robots: Robots, url: str, limits: Limits, *, private: bool) -> None:
    """Refuse what the site does not let programs fetch."""
    if not robots.knows(url):
        robots.learn(url, _rules(robots.address(url), limits, private=private))
    allowed = robots.allows(url)
    if allowed is None:
        raise FetchError(
            f"{url}: its site does not say what programs may fetch",
            hint=f"{robots.address(url)} does not answer as it should: try again later.",
        )
    if not allowed:
        raise FetchError(
            f"{url}: its site asks programs not to fetch it",
            hint=f"{robots.address(url)} says so. Save the page yourself, if you may.",
        )


def _rules(url: str, limits: Limits, *, private: bool) -> bytes | None:
    """The content of a robots.txt, up to a little more than is read of it.

    None at all if there is none (4xx), and ``None`` if nobody can tell (RFC 9309, 2.3.1).
    """
    content = b""
    try:
        with streamed(url, limits=replace(limits, bytes=1 << 30), private=private) as (_, blocks):
            for block in blocks:
                content += block
                if len(content) > MOST:
                    break
    except FetchError as error:
        unavailable = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return b"" if unavailable else None
    return content


__all__ = ["FetchError", "Fetched", "Limits", "Robots", "Validators", "fetch", "streamed"]
