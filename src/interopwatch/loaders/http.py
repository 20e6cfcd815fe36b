"""Data packages, tables and pages at HTTP addresses.

The address of a package is the user's choice, so robots.txt is not consulted for it. Its tables are
beside or below the descriptor, which cannot name any elsewhere; where a server redirects to its own
files is its affair. Pages are fetched as by a robot that watches them: robots.txt is obeyed, and an
unchanged page is not sent again.
"""

from __future__ import annotations

import json
import posixpath
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from interopwatch.errors import FetchError
from interopwatch.extras import extra
from interopwatch.files import read_regular, sha256_of, unwritten, write_whole
from interopwatch.loaders.fetch import Response, fetch, stream
from interopwatch.loaders.network import AGENT, FetchOptions, without_credentials
from interopwatch.loaders.unpack import UnpackLimits
from interopwatch.loaders.zip import SUFFIX, open_archive
from interopwatch.package.descriptor import FILE_NAME, MAX_BYTES
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from protego import Protego

    from interopwatch.loaders.unpack import Loader

ROBOTS_BYTES: Final = 500 << 10
"""Bytes of a robots.txt that are read (RFC 9309, section 2.5: at least 500 KiB)."""
_TABLE_TIMEOUT: Final = 3600.0
"""The timeout for a table, in seconds: the largest one allowed, at 20 Mbit/s."""
_STORED: Final = ("url", "media_type", "charset", "etag", "modified")


# Data packages


@dataclass(frozen=True, slots=True)
class HttpLoader:
    """The files of a package in a folder on the web.

    Attributes:
        found: The descriptor, and where it was found.
        requested: The address that was requested, with the credentials that the user gave.
        options: What may be fetched.
    """

    found: Response
    requested: str
    options: FetchOptions

    @property
    def location(self) -> str:
        """The address of the folder."""
        return urljoin(self.found.url, ".")

    @property
    def descriptor(self) -> str:
        """The path of the descriptor."""
        return self.found.url.removeprefix(self.location)

    def read(self, path: str) -> Generator[bytes]:
        """Return the bytes of a file, block by block."""
        if path == self.descriptor:
            yield self.found.content
            return
        base, requested = urlsplit(self.found.url), urlsplit(self.requested)
        if (base.scheme, base.netloc) == (requested.scheme, requested.netloc.rpartition("@")[2]):
            # Credentials go only where the user sent them. If that server redirected to another,
            # the tables are there, and it gets none.
            base = requested._replace(path=base.path, query=base.query)
        with stream(urljoin(base.geturl(), f"./{quote(path)}"), self.options) as (_, blocks):
            yield from blocks


@contextmanager
def open_address(url: str, folder: Path, options: FetchOptions) -> Iterator[Loader]:
    """Open a package at the address of its folder, its descriptor, or an archive.

    Args:
        url: The address.
        folder: An empty folder, in which an archive is stored.
        options: What may be fetched; limits and timeouts are those for tables.

    Raises:
        FetchError: It cannot be fetched.
        OriginError: The archive is damaged or unsafe.
    """
    if path_of(url).lower().endswith(SUFFIX):
        file = folder / "archive"
        fetch_file(url, file, options)
        with open_archive(file, without_credentials(url)) as archive:
            yield archive
        return
    requested = urljoin(url, FILE_NAME) if path_of(url).endswith("/") else url
    found = fetch(requested, replace(options, bytes=MAX_BYTES))
    # Many servers respond with a page and status 200 where they have nothing.
    if found.media_type == "text/html" or found.content.lstrip()[:1] == b"<":
        raise FetchError(
            f"{found.url}: this is a web page, not a data package",
            hint="Give the address of a datapackage.json itself, of a folder that holds one, "
            "with a slash at its end, or of a zip archive.",
        )
    yield HttpLoader(found, requested, _for_tables(options))


def fetch_file(url: str, file: Path, options: FetchOptions) -> None:
    """Fetch the content of an address into a file.

    Raises:
        FetchError: It cannot be fetched, or the file cannot be written.
    """
    with stream(url, _for_tables(options)) as (head, blocks):
        try:
            with file.open("wb") as out:
                out.writelines(blocks)
        except OSError as error:
            raise FetchError(
                f"{head.url}: cannot be written to a temporary folder: {error.strerror or error}",
                hint="Set TMPDIR to a folder with enough space.",
            ) from None


def _for_tables(options: FetchOptions) -> FetchOptions:
    return replace(options, bytes=UnpackLimits().file, total=_TABLE_TIMEOUT)


def path_of(url: str) -> str:
    """Return the path of a URL, decoded; empty if it is not a URL."""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def file_name(url: str) -> str:
    """Return the name for a file fetched from a URL.

    >>> file_name("https://example.org/a/b%20c.csv?d=e")
    'b c.csv'
    """
    return posixpath.basename(path_of(url)).replace("\\", "_").replace("\0", "_")


# Pages


class Robots:
    """The Robots Exclusion Protocol (RFC 9309): what sites let programs fetch.

    Each site's robots.txt is fetched once, when it is first needed.
    """

    def __init__(self, options: FetchOptions | None = None) -> None:
        """Create the rules, without fetching any yet.

        Args:
            options: What may be fetched of a robots.txt.
        """
        # Reading stops at ROBOTS_BYTES anyway: a longer file is no error (RFC 9309, section 2.5).
        self._options = replace(options or FetchOptions(), bytes=1 << 30, permit=None)
        self._rules: dict[str, Protego | None] = {}

    def check(self, url: str) -> None:
        """Refuse a URL that its site does not want fetched.

        Raises:
            FetchError: The rules disallow it, the site does not respond, or its response
                leaves the rules unknown (RFC 9309, section 2.3.1.4).
        """
        address = urljoin(url, "/robots.txt")
        if address not in self._rules:
            self._rules[address] = self._fetch(address)
        rules = self._rules[address]
        if rules is None:
            raise FetchError(
                f"{url}: the robots.txt of its site cannot be read",
                hint=f"{address} does not respond as expected: try again later.",
            )
        if not rules.can_fetch(url, AGENT):
            raise FetchError(
                f"{url}: its site does not allow programs to fetch it",
                hint=f"{address} says so. Save the page yourself, if you may.",
            )

    def _fetch(self, address: str) -> Protego | None:
        """Return the rules at an address; ``None`` if the server cannot provide them."""
        with extra("capture", "requests for pages"):
            from protego import Protego

        content = b""
        try:
            with stream(address, self._options) as (_, blocks):
                for block in blocks:
                    content += block
                    if len(content) > ROBOTS_BYTES:  # up to the last complete line
                        content = content[:ROBOTS_BYTES].rpartition(b"\n")[0]
                        break
        except FetchError as error:
            # Without rules (400 to 499) everything may be fetched; if the server fails, nothing
            # (RFC 9309, sections 2.3.1.3 and 2.3.1.4).
            if not HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                if error.status:
                    return None
                raise
        return Protego.parse(content.decode("utf-8-sig", errors="replace"))


def fetch_page(url: str, folder: Path, options: FetchOptions | None = None) -> Response:
    """Fetch a page, unless the folder holds its current version.

    The folder holds two files for each address, named by the address's SHA-256: the content, and a
    JSON file with the metadata of the response. Each call asks the server whether they are current,
    whatever freshness it had declared; a damaged copy is fetched again.

    Args:
        url: The address.
        folder: The folder for pages; created if it is missing.
        options: What may be fetched.

    Returns:
        The response with its content. Its status is 304 if the content is the stored one.
    """
    options = options or FetchOptions()
    # What a user types need not be valid in the machine's encoding.
    name = sha256_of(url.encode(errors="surrogatepass"))
    head, body = folder / f"{name}.json", folder / f"{name}.body"
    stored = _stored(head, body, options.bytes)
    found = fetch(url, options, stored)
    if found.not_modified and stored is not None:
        return replace(stored, status=found.status)
    metadata = {name: value for name, value in asdict(found).items() if name in _STORED}
    metadata["sha256"] = sha256_of(found.content)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritten(folder, error, "Choose another folder, or make it writable.") from None
    # The content first: if interrupted in between, it does not match the JSON's hash.
    write_whole(body, [found.content])
    write_whole(head, [as_json(metadata).encode()])
    return found


def _stored(head: Path, body: Path, most: int) -> Response | None:
    """Return the page stored in two files; ``None`` if there is none, or it is damaged."""
    try:
        metadata: Any = json.loads(read_regular(head, MAX_BYTES))
        content = read_regular(body, most)
        is_sound = metadata["sha256"] == sha256_of(content)
        texts = {name: metadata[name] for name in _STORED}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if not is_sound or not all(isinstance(text, str) for text in texts.values()):
        return None
    return Response(content=content, **texts)
