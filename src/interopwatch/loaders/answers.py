"""What comes of a fetch, and how the content of an answer is read, which may be hostile."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from interopwatch.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import NoReturn

    from requests import Response

    from interopwatch.loaders.connecting import Gate

_BLOCK: Final = 1 << 16
_MORE: Final = 1 << 20
"""How much one block may be unpacked to at a time."""
_GZIP: Final = ("gzip", "x-gzip")
_ANY_HEADER: Final = 47
"""Has zlib read gzip (RFC 1952) and its own format alike."""


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


def head_of(url: str, response: Response) -> Fetched:
    """An answer without its content."""
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


def blocks_of(url: str, response: Response, gate: Gate, limits: Limits) -> Generator[bytes]:
    """The content of an answer, unpacked and counted.

    Args:
        url: What to call it in messages.
        response: The answer.
        gate: What its connection was made by.
        limits: How much it may take.

    Raises:
        FetchError: There is too much of it, it ends early, or is packed in another way.
    """
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
            late(url, limits)
        slow = isinstance(error, (ReadTimeoutError, exceptions.Timeout))
        _cut_off(url, "nothing arrives any more" if slow else "the connection broke")
    if gate.expired:  # a connection that is shut down may look like one that came to its end
        late(url, limits)
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


def late(url: str, limits: Limits) -> NoReturn:
    """Say that the time is up.

    Raises:
        FetchError: Always.
    """
    raise FetchError(
        f"{url}: it took more than {limits.total:g} seconds", hint="Try again later."
    ) from None


def _too_large(url: str, limits: Limits) -> NoReturn:
    raise FetchError(
        f"{url}: it has more than {limits.bytes:,} bytes, which is more than is fetched",
        hint="If it is really what you want, fetch it yourself and name the file.",
    )


def _cut_off(url: str, what: str) -> NoReturn:
    raise FetchError(f"{url}: it did not arrive whole: {what}", hint="Try again.") from None
