"""Fetches what stands at an address on the web, and only what may be fetched.

Made for addresses that come from elsewhere: a descriptor, a list of sources, a redirect. Nothing
is believed of an answer, neither its size nor where it leads; see
:mod:`interopwatch.loaders.connecting` for where connections go and when they end.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urljoin, urlsplit

from interopwatch.errors import FetchError
from interopwatch.loaders.addresses import without_credentials
from interopwatch.loaders.answers import Fetched, Limits, Validators, blocks_of, head_of
from interopwatch.loaders.asking import asked, credentials_in, headers_for, origin_of
from interopwatch.loaders.robots import MOST, Robots

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from requests import Response


_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FINE: Final = (200, 203)
_NO_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")
_WRITTEN: Final = "An address is written like https://example.org/data/, a space in it as %20."
_KEPT: Final = "%/:=&?~#+!$,;'@()*[]"
"""What is not quoted in the address that a server redirects to: what may mean something."""


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
    from interopwatch.loaders.connecting import Gate

    limits = limits or Limits()
    at = _checked(url, without_credentials(url))
    credentials, origin = credentials_in(url), origin_of(at)
    with Gate(private=private, connect=limits.connect, total=limits.total) as gate:
        for _ in range(limits.redirects + 1):
            if robots is not None:
                _obey(robots, at, limits, private=private)
            login = credentials if origin_of(at) == origin else None
            headers = headers_for(known if known is not None and known.url == at else None)
            with asked(at, headers, login, gate, limits) as response:
                target = _target(response)
                if target is None:
                    head = head_of(at, response)
                    _refuse_status(head, conditional=len(headers) > len(headers_for(None)))
                    yield head, blocks_of(at, response, gate, limits)
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


def _target(response: Response) -> str | None:
    """Where an answer redirects to, if it does."""
    location = response.headers.get("Location", "")
    if response.status_code not in _REDIRECTS or not location:
        return None
    try:
        return location.encode("latin-1").decode()  # as HTTP libraries read headers
    except UnicodeError:
        return location


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

    Raises:
        FetchError: The site does not answer at all, or its address is not public.
    """
    content = b""
    try:
        with streamed(url, limits=replace(limits, bytes=1 << 30), private=private) as (_, blocks):
            for block in blocks:
                content += block
                if len(content) > MOST:
                    break
    except FetchError as error:
        if error.private or not error.status:
            raise
        unavailable = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return b"" if unavailable else None
    return content


__all__ = ["FetchError", "Fetched", "Limits", "Robots", "Validators", "fetch", "streamed"]
