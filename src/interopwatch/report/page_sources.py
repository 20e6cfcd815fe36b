"""The sources of changes, with links that are safe to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from interopwatch.package.edtf import in_words
from interopwatch.report.anchors import anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.package.descriptor import Provenance
    from interopwatch.package.package import Package
    from interopwatch.report.model import Comparison


class PageSource(Struct, frozen=True):
    """A source that states some of the rows.

    Attributes:
        anchor: Its anchor on the page.
        title: Its title.
        published: When it was published, in words; empty if that is not stated.
        link: Its address if it is safe to link to; otherwise empty.
        address: Its address as it is written.
    """

    anchor: str
    title: str
    published: str
    link: str
    address: str


def source_anchor(*parts: str) -> str:
    """Return the anchor of a source; the colon distinguishes it from those of rows."""
    return f"source:{anchor(parts[0], parts[1:])}"


def safe_link(address: str) -> str:
    """Return an address if a page may link to it; otherwise an empty string.

    Only ``http`` and ``https`` with a host are safe: other schemes run code or open files.

    >>> safe_link("https://example.org/a"), safe_link("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    # Browsers drop line ends and tabs, which could hide a scheme.
    if not address.isprintable() or " " in address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(host)
    # A user name before the host disguises an address: https://example.org@example.com.
    return address if is_web and parts.username is None else ""


def sources(compared: Comparison) -> tuple[PageSource, ...]:
    """Return the editions that state the changes, or else the sources that the packages declare."""
    found = {each.anchor: each for each in _editions(compared)}
    if not found:
        found = {each.anchor: each for each in _declared(compared.new, compared.old)}
    return tuple(found.values())


def _editions(compared: Comparison) -> Iterator[PageSource]:
    rows = []
    for package in (compared.new, compared.old):
        provenance = package.descriptor.provenance
        if provenance is None:
            continue
        named = {item.change.row.get(provenance.field, "") for item in compared.items}
        for key, row in package.editions.items():
            if key in named:
                rows.append((row.get(provenance.published, ""), key, row, provenance))
    for _, key, row, provenance in sorted(rows, key=lambda each: each[:2], reverse=True):
        yield _source(key, row, provenance)


def _source(key: str, row: Mapping[str, str], provenance: Provenance) -> PageSource:
    # No property says which field holds the address: take the first cell that is one.
    address = next((cell for cell in row.values() if safe_link(cell)), "")
    return PageSource(
        source_anchor(key),
        row.get(provenance.title, "") or key,
        in_words(row.get(provenance.published, "")),
        address,
        address,
    )


def _declared(*packages: Package) -> Iterator[PageSource]:
    for package in packages:
        for title, address in declared_sources(package.descriptor.raw):
            named = source_anchor(title, address)
            yield PageSource(named, title, "", safe_link(address), address)


def declared_sources(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the title and address of each source in a descriptor; either may be empty.

    Version 1 of Data Package calls them ``name`` and ``web``.
    """
    found = raw.get("sources")
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):
            address = str(each.get("path") or each.get("web") or "")
            yield str(each.get("title") or each.get("name") or address), address
