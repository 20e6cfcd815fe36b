"""The metadata that all vocabularies share, read from a descriptor of whatever shape."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from uuid import UUID

from msgspec import Struct

from interopwatch.errors import DescriptorError
from interopwatch.files import open_regular, sha256_of
from interopwatch.package.formats import ending_of
from interopwatch.package.parse import is_address, is_remote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.export.tables import Note
    from interopwatch.package.package import Package

_MEDIA_TYPES: Final = {
    "csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json",
    "geojson": "application/geo+json", "txt": "text/plain", "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
"""Media types by extension, if the descriptor names none (IANA)."""
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_SHA256: Final = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)
_IN_ADDRESS: Final = "/:?#[]@!$&'()*+,;=%~"
"""Characters that have a meaning in a URL and are not escaped (RFC 3986, section 2)."""
_IN_PATH: Final = "/@!$&'()*+,;=~"
"""Characters that are allowed in a relative reference without a special meaning."""
_AUTHORS: Final = frozenset({"author", "creator", "wrangler"})
"""The roles of authors, in either version of the standard."""


class License(Struct, frozen=True):
    """A licence: its id (Open Definition, SPDX), title and address; any may be empty."""

    name: str
    title: str
    url: str


class Contributor(Struct, frozen=True):
    """A contributor; all texts but the name may be empty."""

    name: str
    given: str
    family: str
    url: str
    email: str
    organization: str
    roles: tuple[str, ...]

    @property
    def is_author(self) -> bool:
        """Whether their roles say that they made the package."""
        return not _AUTHORS.isdisjoint(self.roles)


class Original(Struct, frozen=True):
    """A source of the package: its title, and its address if that is on the web."""

    title: str
    url: str


class FileColumn(Struct, frozen=True):
    """A field of a table."""

    name: str
    type: str
    title: str
    description: str


class File(Struct, frozen=True):
    """A file of a package.

    Attributes:
        name: Its unique name.
        title: Its title.
        description: What it holds.
        url: Its path relative to the descriptor, as a relative reference, or its address.
        media_type: Its media type; empty if unknown.
        size: Its size in bytes; ``None`` if unknown.
        sha256: Its hash in hexadecimal digits; empty if unknown.
        columns: Its fields, if it is one plain CSV file.
        key: Its primary key.
    """

    name: str
    title: str
    description: str
    url: str
    media_type: str
    size: int | None
    sha256: str
    columns: tuple[FileColumn, ...]
    key: tuple[str, ...]


class About(Struct, frozen=True):
    """The metadata of a package; whatever it does not state is empty.

    Attributes:
        iri: Its identifier: its id as an IRI, or else its homepage.
        name: A short name of lower-case letters, digits and hyphens.
        version: Its version, or that of the snapshot.
        issued: When it was created (ISO 8601).
        modified: The last day that it covers (ISO 8601).
    """

    iri: str
    identifier: str
    name: str
    title: str
    description: str
    version: str
    issued: str
    modified: str
    homepage: str
    keywords: tuple[str, ...]
    licenses: tuple[License, ...]
    contributors: tuple[Contributor, ...]
    originals: tuple[Original, ...]
    files: tuple[File, ...]

    @property
    def authors(self) -> tuple[Contributor, ...]:
        """The contributors who made it; all contributors if no role says so."""
        return tuple(c for c in self.contributors if c.is_author) or self.contributors


def described(package: Package, note: Note) -> About:
    """Return the metadata of a package; files are read for their sizes and hashes."""
    raw = package.descriptor.raw
    name = package.descriptor.name or "data-package"
    identifier, homepage = _text(raw, "id"), _url(raw, "homepage")
    as_of = package.as_of
    return About(
        iri=_iri(identifier) or homepage,
        identifier=identifier,
        name=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "data-package",
        title=_text(raw, "title") or name,
        description=_text(raw, "description"),
        version=_text(raw, "version"),
        issued=_moment(_text(raw, "created")),
        modified=as_of.isoformat() if as_of else "",
        homepage=homepage,
        keywords=tuple(k for k in _list(raw, "keywords") if isinstance(k, str) and k.strip()),
        licenses=tuple(_licenses(raw)),
        contributors=tuple(_contributors(raw)),
        originals=tuple(
            Original(_text(each, "title") or _text(each, "path"), _url(each, "path"))
            for each in _objects(raw, "sources")
            if _text(each, "title") or _url(each, "path")
        ),
        files=tuple(_files(package, note)),
    )


def _licenses(raw: Mapping[str, Any]) -> Iterator[License]:
    for each in _objects(raw, "licenses"):
        name, title, url = _text(each, "name"), _text(each, "title"), _url(each, "path")
        if name or title or url:
            yield License(name, title or name or url, url)


def _contributors(raw: Mapping[str, Any]) -> Iterator[Contributor]:
    for each in _objects(raw, "contributors"):
        given, family = _text(each, "givenName"), _text(each, "familyName")
        name = _text(each, "title") or f"{given} {family}".strip()
        if name:
            roles = [role for role in _list(each, "roles") if isinstance(role, str)]
            roles += [_text(each, "role")] if _text(each, "role") else []  # version 1 has only one
            yield Contributor(
                name, given, family, _url(each, "path"), _text(each, "email"),
                _text(each, "organization"), tuple(roles),
            )  # fmt: skip


def _files(package: Package, note: Note) -> Iterator[File]:
    items = {item["name"]: item for item in _objects(package.descriptor.raw, "resources")}
    for resource in (*package.descriptor.resources, *package.descriptor.files):
        item = items.get(resource.name, {})
        source = resource.source
        every = (resource.path,) if source is None else source.paths
        for number, path in enumerate(every, 1):
            size, digest = _measured(package, resource.name, path, item, note)
            # Files of other sources may have another header or none.
            is_plain = source is None and resource.format == "csv"
            yield File(
                name=resource.name if len(every) == 1 else f"{resource.name}-{number}",
                title=resource.title or resource.name,
                description=resource.description,
                url=_address(path) if is_remote(path) else quote(path, safe=_IN_PATH),
                media_type=_media_type(item, path),
                size=size,
                sha256=digest,
                columns=tuple(
                    FileColumn(each.name, each.type, each.title, each.description)
                    for each in (resource.fields if is_plain else ())
                ),
                key=resource.primary_key if is_plain else (),
            )


def _measured(
    package: Package, name: str, path: str, item: Mapping[str, Any], note: Note
) -> tuple[int | None, str]:
    """Return the size and hash of a file; for a remote file, those that the descriptor states."""
    if is_remote(path):
        size, stated = item.get("bytes"), _SHA256.fullmatch(_text(item, "hash"))
        is_number = isinstance(size, int) and not isinstance(size, bool)
        return (size if is_number else None), (stated[1] if stated else "")
    try:
        with open_regular(package.file_in(path)) as file:
            digest = sha256_of(file)
            return file.tell(), digest  # it was read to its end
    except (OSError, DescriptorError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "message", error)
        note(f"{name}: without size and hash: {path}: {reason}")
        return None, ""


def _media_type(item: Mapping[str, Any], path: str) -> str:
    declared = _text(item, "mediatype")
    if _MEDIA_TYPE.fullmatch(declared):
        return declared
    return _MEDIA_TYPES.get(_text(item, "format").lower()) or _MEDIA_TYPES.get(
        ending_of({"path": path}), ""
    )


def _iri(identifier: str) -> str:
    """Return an id as an IRI; empty if it is not one.

    >>> _iri("da3696ef-d2eb-5fdd-8298-f45a8c32d06b"), _iri("10.1594/PANGAEA.726855"), _iri("mine")
    ('urn:uuid:da3696ef-d2eb-5fdd-8298-f45a8c32d06b', 'https://doi.org/10.1594/PANGAEA.726855', '')
    """
    if is_address(identifier):
        return _address(identifier)
    # The form of nearly all existing DOIs (Crossref, "DOIs and matching regular expressions").
    if re.fullmatch(r"10\.\d{4,9}/\S+", identifier):
        return f"https://doi.org/{_address(identifier)}"
    try:
        return f"urn:uuid:{UUID(identifier)}"
    except ValueError:
        return ""


def _moment(text: str) -> str:
    """Return an ISO 8601 date or date-time; empty if it is invalid."""
    try:
        return text if datetime.fromisoformat(text) else ""
    except ValueError:
        return ""


def day_of(moment: str) -> str:
    """Return the day of a date-time (ISO 8601); empty if there is none.

    >>> day_of("2026-11-20T00:00:00Z")
    '2026-11-20'
    """
    return date.fromisoformat(moment[:10]).isoformat() if moment else ""


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _url(item: Mapping[str, Any], name: str) -> str:
    """Return an address on the web, escaped; empty if there is none."""
    value = _text(item, name)
    return _address(value) if is_address(value) else ""


def _address(text: str) -> str:
    """Escape characters that a URL must not contain, since RDF and others reject them."""
    return quote(text, safe=_IN_ADDRESS)


def _list(item: Mapping[str, Any], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _objects(item: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return (each for each in _list(item, name) if isinstance(each, dict))
