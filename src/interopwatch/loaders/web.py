"""A data package at an address on the web.

The user names the address, so robots.txt is not asked: its rules are for programs that find
their way themselves (RFC 9309, 1). Tables lie beside or below the descriptor, which cannot name
any elsewhere; that a server redirects to where it keeps its files is its own affair.
"""

from __future__ import annotations

import posixpath
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from interopwatch.errors import FetchError
from interopwatch.loaders import unpack as unpacking
from interopwatch.loaders import zip as zips
from interopwatch.loaders.addresses import without_credentials
from interopwatch.loaders.fetching import Limits, streamed
from interopwatch.package.descriptor import FILE_NAME, MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from interopwatch.loaders.unpack import Origin

_PATIENCE: Final = 3600.0
"""How long a table may take to arrive, in seconds."""


def path_of(url: str) -> str:
    """The path in an address, as text; empty if it is no address."""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


class Site:
    """A folder on the web; see :class:`~interopwatch.loaders.unpack.Origin`."""

    def __init__(self, url: str, descriptor: bytes, asked: str, *, private: bool) -> None:
        """Take an address as that of a package.

        Args:
            url: Where the descriptor was found, without credentials.
            descriptor: The content of the descriptor.
            asked: Where it was looked for, with the credentials that the user gave.
            private: Whether to connect to addresses that are not public, too.
        """
        self.place = urljoin(url, ".")
        self.descriptor = url.removeprefix(self.place)
        self._content = descriptor
        self._private = private
        one, other = urlsplit(url), urlsplit(asked)
        same = (one.scheme, one.netloc) == (other.scheme, other.netloc.rpartition("@")[2])
        self._base = urlunsplit(one._replace(netloc=other.netloc)) if same else url

    def blocks(self, path: str) -> Generator[bytes] | None:
        """The bytes of a file, some at a time; ``None`` if its server says there is none."""
        if path == self.descriptor:
            return _only(self._content)
        return self._fetch(urljoin(self._base, f"./{quote(path)}"))

    def _fetch(self, url: str) -> Generator[bytes]:
        with streamed(url, limits=_limits(), private=self._private) as (_, blocks):
            yield from blocks


def _only(content: bytes) -> Generator[bytes]:
    yield content


def _limits(most: int = unpacking.Limits().file) -> Limits:
    return Limits(bytes=most, total=_PATIENCE)


@contextmanager
def opened(url: str, folder: Path, *, private: bool) -> Iterator[Origin]:
    """Open a package at an address: of its folder, its descriptor, or an archive.

    Args:
        url: The address.
        folder: An empty folder, where an archive is put.
        private: Whether to connect to addresses that are not public, too.

    Raises:
        FetchError: It cannot be fetched.
        OriginError: It is an archive, and not a sound one.
    """
    with ExitStack() as stack:
        if path_of(url).lower().endswith(zips.SUFFIX):
            file = folder / "archive"
            fetch_file(url, file, private=private)
            yield stack.enter_context(zips.opened(file, without_credentials(url)))
            return
        asked = urljoin(url, FILE_NAME) if path_of(url).endswith("/") else url
        with streamed(asked, limits=_limits(MAX_BYTES), private=private) as (head, blocks):
            content = b"".join(blocks)
        if head.media_type == "text/html" or content.lstrip()[:1] == b"<":
            raise FetchError(
                f"{head.url}: this is a page to be read, and no data package",
                hint="Give the address of a datapackage.json itself, of a folder that holds one, "
                "with a slash at its end, or of a zip archive.",
            )
        yield Site(head.url, content, asked, private=private)


def fetch_file(url: str, file: Path, *, private: bool) -> None:
    """Fetch what stands at an address into a file.

    Raises:
        FetchError: It cannot be fetched, or the file not be written.
    """
    with streamed(url, limits=_limits(), private=private) as (head, blocks):
        try:
            out = file.open("wb")
        except OSError as error:
            raise _not_written(head.url, error) from None
        with out:
            for block in blocks:
                try:
                    out.write(block)
                except OSError as error:
                    raise _not_written(head.url, error) from None


def _not_written(url: str, error: OSError) -> FetchError:
    return FetchError(
        f"{url}: cannot be put into a temporary folder: {error.strerror or error}",
        hint="Set TMPDIR to a folder with room.",
    )


def file_name(url: str) -> str:
    """What to call the file that an address leads to.

    >>> file_name("https://example.org/a/b%20c.csv?d=e")
    'b c.csv'
    """
    return posixpath.basename(path_of(url)).replace("\\", "_").replace("\0", "_")
