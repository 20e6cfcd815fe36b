"""The title of a page, free of the name of its site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.capture.model import Block, Document

_TOP: Final = 40  # blocks in which the title of a page without marks is looked for
_SHORT: Final = 200  # letters; a longer block is no title
_SEPARATOR: Final = re.compile(r" [|–—·»:-] |\||: ")


def title_of(document: Document, titles: Sequence[str]) -> str:
    """The title of an edition, as printed, with its full stop if it has one.

    A title that the work is known by is looked for first; then what the page marks as its
    title; then what stands first.

    Args:
        document: The page.
        titles: The titles of the work, the latest first.
    """
    known = {fold(title) for title in titles}
    parts = list(declared_titles(document))
    for text in (*(block.text for block in _candidates(document)), *parts):
        if fold(text) in known:
            return text
    first = next((b.text for b in document.blocks if b.kind is Kind.HEADING and b.level == 1), "")
    if first:
        return first
    if document.marked and parts:
        return parts[1] if len(parts) > 1 else parts[0]
    top = _above_date(document) or (document.blocks[0].text if document.blocks else "")
    return top if top and len(top) <= _SHORT else titles[0]


def _above_date(document: Document) -> str:
    """What stands right above "Last updated: …": lines of the site may come first."""
    pairs = zip(document.blocks[:_TOP], document.blocks[1:_TOP], strict=False)
    return next((above.text for above, block in pairs if is_date_line(block.text)), "")


def declared_titles(document: Document) -> Iterator[str]:
    """The title that a page declares for itself, whole and without the name of its site."""
    if document.title:
        yield document.title
        parts = [part.strip() for part in _SEPARATOR.split(document.title)]
        yield from sorted((part for part in parts if part), key=len, reverse=True)


def titles_shown(document: Document) -> Iterator[str]:
    """What may be the title of a page: what it declares, its headings, its first lines."""
    yield from declared_titles(document)
    for block in _candidates(document):
        yield block.text


def _candidates(document: Document) -> Iterator[Block]:
    for at, block in enumerate(document.blocks):
        top = at < _TOP or (block.kind is Kind.HEADING and block.level <= 1)
        if top and len(block.text) <= _SHORT:
            yield block
