"""An HTTP client for addresses from elsewhere: a user, a descriptor, a redirect.

The server is trusted neither with the size of a response nor with where it redirects to.
"""

from __future__ import annotations

import re
import time
import zlib
from base64 import b64encode
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpcore

from interopwatch.errors import FetchError
from interopwatch.loaders.network import (
    NO_ANSWER,
    RESERVED,
    FetchOptions,
    Network,
    requested,
    without_credentials,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

_REDIRECTS: Final = (301, 302, 303, 307, 308)
# `urlsplit` silently removes line ends and tabs, and browsers read a backslash as a slash.
_NO_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")
_BLOCK: Final = 1 << 20
"""Bytes decompressed at a time, so that no response can fill the memory."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_STATUS_HINTS: Final = {
    401: "It requires a login.",
    403: "Its server refuses it, to programs or to everyone.",
    404: "Check the address.",
    410: "It is gone for good: look for another address.",
    429: "Its server limits the rate of requests: try again later.",
}


@dataclass(frozen=True, slots=True)
class Response:
    """A response.

    Attributes:
        url: The URL that responded, after all redirects, without credentials.
        status: 200, or 304 for "not modified".
        media_type: Its media type in lower case, like ``text/html``; empty if it states none.
        charset: Its encoding in lower case; empty if it states none.
        etag: Its ``ETag``; empty if it has none.
        modified: Its ``Last-Modified``; empty if it has none.
        content: Its content, decompressed; empty if it was not modified.
    """

    url: str
    status: int = 200
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""
    content: bytes = b""

    @property
    def not_modified(self) -> bool:
        """Whether the known response is still current."""
        return self.status == HTTPStatus.NOT_MODIFIED


def fetch(
    url: str, options: FetchOptions | None = None, earlier: Response | None = None
) -> Response:
    """Fetch the content of an address.

    Args:
        url: The address: http or https. A name and password in it are sent to its origin only.
        options: What may be fetched.
        earlier: An earlier response: the request is conditional on its ``etag`` or ``modified``
            (RFC 9110, section 13) if its URL is requested.

    Raises:
        FetchError: The address may not be fetched, does not respond, or its response is unusable.
    """
    with stream(url, options, earlier) as (head, blocks):
        return replace(head, content=b"".join(blocks))


@contextmanager
def stream(
    url: str, options: FetchOptions | None = None, earlier: Response | None = None
) -> Iterator[tuple[Response, Generator[bytes]]]:
    """Fetch like :func:`fetch`, block by block, for content better not held in memory.

    Yields:
        The response without its content, and the blocks of its content.

    Raises:
        FetchError: As for :func:`fetch`; also while the blocks are read.
    """
    options = options or FetchOptions()
    at = _checked(url)
    origin, end = _origin(at), time.monotonic() + options.total
    for _ in range(options.redirects + 1):
        if options.permit is not None:
            options.permit(at)
        conditions = _conditions(at, earlier)
        headers = {**conditions, **(_authorization(url) if _origin(at) == origin else {})}
        network = Network(at, options, end)
        with requested(at, headers, network) as response:
            head, location = _head(at, response)
            if not location:
                _refuse_status(head, conditional=bool(conditions))
                yield head, _content(response, network)
                return
        at = redirect_target(at, location)
    raise FetchError(
        f"{without_credentials(url)}: it redirects more than {options.redirects} times",
        hint="Open it in a browser, and give the address that it leads to.",
    )


# URLs


def redirect_target(url: str, location: str) -> str:
    """Return the URL that a redirect leads to, without credentials.

    Raises:
        FetchError: It is neither http nor https, or it is no longer encrypted.
    """
    try:
        # Servers send spaces and letters of any script, which no URL may contain.
        target = _checked(urljoin(url, quote(location, safe=RESERVED)))
    except (ValueError, FetchError):
        raise FetchError(
            f"{url}: it redirects to {location!r}, which is not followed",
            hint="Only addresses that begin with http:// or https:// are fetched.",
        ) from None
    if url.startswith("https:") and not target.startswith("https:"):
        raise FetchError(
            f"{url}: it redirects to {target}, which is not encrypted",
            hint="If you trust that address, give it yourself.",
        )
    return target


def _checked(url: str) -> str:
    """Return a valid URL without credentials."""
    shown = without_credentials(url)
    hint = "Write an address like https://example.org/data/, with a space as %20."
    try:
        parts = urlsplit(url)
        # Reading the port raises ValueError if it is not a number.
        _ = parts.port
    except ValueError:
        raise FetchError(f"{shown}: not an address", hint=hint) from None
    if parts.scheme not in ("http", "https"):
        raise FetchError(
            f"{shown}: only addresses that begin with http:// or https:// are fetched",
            hint="Give a local file or folder by its path.",
        )
    if not parts.hostname or _NO_URL.search(url):
        raise FetchError(f"{shown}: not an address", hint=hint)
    return shown


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port (RFC 6454, section 4)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


def _authorization(url: str) -> dict[str, str]:
    """Return the header for the name and password in a URL, if there are any (RFC 7617)."""
    parts = urlsplit(url)
    if parts.username is None:
        return {}
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(login.encode()).decode()}"}


# Responses


def _conditions(url: str, earlier: Response | None) -> dict[str, str]:
    """Return the headers that make a request conditional (RFC 9110, section 13)."""
    if earlier is None or earlier.url != url:
        return {}
    found = {"If-None-Match": earlier.etag, "If-Modified-Since": earlier.modified}
    # They may come from a damaged file, and a line break would start another header.
    return {n: v for n, v in found.items() if v and v.isascii() and v.isprintable()}


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.decode().lower(): value.decode("latin-1") for name, value in response.headers}


def _head(url: str, response: httpcore.Response) -> tuple[Response, str]:
    """Return a response without its content, and where it redirects to; empty if it does not."""
    headers = _headers(response)
    # The parser of mail headers also reads HTTP's parameters (RFC 9110, section 5.6.6).
    media = Message()
    media["Content-Type"] = " ".join(headers.get("content-type", "").split())
    location = headers.get("location", "") if response.status in _REDIRECTS else ""
    with suppress(UnicodeError):  # many servers send UTF-8
        location = location.encode("latin-1").decode()
    head = Response(
        url=url,
        status=response.status,
        media_type=media.get_content_type() if "/" in media["Content-Type"] else "",
        charset=media.get_content_charset("") or "",
        etag=headers.get("etag", ""),
        modified=headers.get("last-modified", ""),
    )
    return head, location


def _refuse_status(head: Response, *, conditional: bool) -> None:
    if head.status in (200, 203) or (head.not_modified and conditional):
        return
    try:
        phrase = f" ({HTTPStatus(head.status).phrase.lower()})"
    except ValueError:
        phrase = ""
    later = "Try again later." if head.status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
    raise FetchError(
        f"{head.url}: it answers {head.status}{phrase}",
        hint=_STATUS_HINTS.get(head.status, later),
        status=head.status,
    )


def _content(response: httpcore.Response, network: Network) -> Generator[bytes]:
    """Yield the content of a response, decompressed, within the limits.

    Raises:
        FetchError: It is too large, is cut off, or has another content encoding than gzip.
    """
    if response.status == HTTPStatus.NOT_MODIFIED:
        return  # its headers describe the content that is not sent
    headers, most = _headers(response), network.options.bytes
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("gzip", "x-gzip", "identity", ""):
        raise network.refused(f"its content encoding {encoding!r} was not requested", "")
    too_large = network.refused(
        f"it is larger than the limit of {most:,} bytes",
        "If you trust it, download it yourself and give the file.",
    )
    # Digits only: h11, below httpcore, has refused anything else.
    if int(headers.get("content-length", 0)) > most:
        raise too_large
    sent = _received(response, network)
    size = 0
    for block in _gunzipped(sent, network) if encoding.endswith("gzip") else sent:
        size += len(block)
        if size > most:
            raise too_large
        yield block


def _received(response: httpcore.Response, network: Network) -> Generator[bytes]:
    """Yield the content of a response as it was sent."""
    try:
        yield from response.iter_stream()
    except NO_ANSWER as error:
        network.refuse_late()
        slow = isinstance(error, httpcore.TimeoutException)
        raise _cut_off(
            network, "the connection timed out" if slow else "the connection was lost"
        ) from None


def _gunzipped(blocks: Iterable[bytes], network: Network) -> Generator[bytes]:
    """Decompress a little at a time, so that no block can fill the memory."""
    reader = zlib.decompressobj(_GZIP)
    begun = False
    packed = unpacked = 0
    options = network.options
    try:
        for each in blocks:
            rest = each
            packed += len(each)
            while rest:
                if reader.eof:  # one member may follow another (RFC 1952, section 2.2)
                    reader = zlib.decompressobj(_GZIP)
                begun = True
                block = reader.decompress(rest, _BLOCK)
                unpacked += len(block)
                if unpacked > max(options.small, options.ratio * packed):
                    raise network.refused(
                        f"it decompresses to more than {options.ratio} times its size",
                        "If you trust it, download it yourself and give the file.",
                    )
                yield block
                rest = reader.unconsumed_tail or reader.unused_data
        # What zlib held back from the last block.
        while begun and not reader.eof and (last := reader.decompress(b"", _BLOCK)):
            yield last
    except zlib.error:
        raise network.refused("it is declared as gzip, but is not", "") from None
    if begun and not reader.eof:
        raise _cut_off(network, "its gzip data is truncated")


def _cut_off(network: Network, problem: str) -> FetchError:
    return network.refused(f"it was not received completely: {problem}", "Try again.")
