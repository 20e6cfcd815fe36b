"""Build a site in memory, and inspect its pages."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from lxml import html

from interopwatch.site.build import build
from interopwatch.site.data import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch import Package, Store

REFERENCES: Final = ("href", "src", "action")


@dataclass(frozen=True)
class Built:
    """The files of a site by path, and the notes made while building it."""

    files: Mapping[str, bytes]
    notes: Sequence[str] = field(default_factory=list)

    @cached_property
    def pages(self) -> Mapping[str, html.HtmlElement]:
        """The pages, parsed, by path."""
        return {
            path: html.document_fromstring(content.decode())
            for path, content in self.files.items()
            if path.endswith(".html")
        }

    def page(self, path: str) -> html.HtmlElement:
        """Return a page."""
        return self.pages[path]

    def text(self, path: str, expression: str = "//body") -> str:
        """Return the text of some elements of a page."""
        found = self.page(path).xpath(expression)
        return " ".join(" ".join(each.text_content().split()) for each in found)


def built(store: Store, older: Sequence[Package] | None = None, base_url: str = "") -> Built:
    """Build the site of a package."""
    notes: list[str] = []
    with TemporaryDirectory() as scratch:
        files = build(store, older, base_url, Path(scratch), notes.append)
        return Built({path: b"".join(blocks(file)) for path, file in files.items()}, notes)


def broken(site: Built) -> list[str]:
    """Return the dangling references of all pages, to a file or to an anchor."""
    pages = site.pages
    places = {path: set(page.xpath("//@id")) for path, page in pages.items()}
    wrong = []
    for path, page in pages.items():
        for reference in references(page):
            parts = urlsplit(reference)
            if parts.scheme or path == "404.html":  # it is shown at any unknown address
                continue
            own = posixpath.join(posixpath.dirname(path), unquote(parts.path))
            target = posixpath.normpath(own) if parts.path else path
            if target not in site.files or (
                parts.fragment and unquote(parts.fragment) not in places[target]
            ):
                wrong.append(f"{path}: {reference}")
    return wrong


def references(page: html.HtmlElement) -> Iterator[str]:
    """Yield all references of a page."""
    for name in REFERENCES:
        yield from (str(each) for each in page.xpath(f"//@{name}"))
