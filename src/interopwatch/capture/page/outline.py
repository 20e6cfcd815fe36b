"""The outline of a page: its title, and the path of headings above each of its blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final, Literal

from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import RELATED, is_date_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.capture.model import Block, Document, Vocabulary

Layout = Literal["line", "sentence"]
"""What headings without markup look like: a short line, or a sentence between paragraphs."""
_LONGEST: Final = 120  # characters of a heading recognised by layout
_COMMAS: Final = 2  # in a heading; a line with more is a list
_PROSE: Final = 160  # the fewest characters of running text, which follows such a heading
_TOP: Final = 40  # the leading blocks that are searched for an unmarked title
_LONGEST_TITLE: Final = 200  # characters
_SEPARATOR: Final = re.compile(r" [|–—·»:-] |\||: ")
"""Separators between the title of a page and the name of its site."""


class Role(StrEnum):
    """The role of a block in the outline."""

    TITLE = "title"
    DATE = "date"
    SECTION = "section"
    AREA = "area"
    PROJECT = "project"
    CONTENTS = "contents"
    CAPTION = "caption"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Heading:
    """A block that structures the text of a page: a heading, the title, the date."""

    role: Role
    level: int = 0  # from 1; 0 for one that is not in the path of the blocks below it
    ends: int = 0  # sections of this level and deeper end at it; 0 if none do


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place in the outline."""

    block: Block
    path: tuple[str, ...] = ()  # the headings above it; that of a heading includes itself
    role: Role = Role.TEXT
    part: int = -1  # the index of its part of the page; headings begin parts; -1 before the first

    @property
    def heads(self) -> bool:
        """Whether it structures the text rather than being part of it: a title, heading or date."""
        return self.role is not Role.TEXT


def outline(blocks: Sequence[Block], headings: Mapping[int, Heading]) -> tuple[Placed, ...]:
    """Return the blocks of a page with their places, given its headings by block index."""
    path: list[tuple[int, str]] = []
    placed, part = list[Placed](), -1
    for at, block in enumerate(blocks):
        head = headings.get(at, Heading(Role.TEXT))
        if head.ends:
            part += 1
            path = [each for each in path if each[0] < head.ends]
        if head.level:
            path.append((head.level, block.text))
        placed.append(Placed(block, tuple(text for _, text in path), head.role, part))
    return tuple(placed)


def headings_of(
    document: Document, title: str, known: Vocabulary, layout: Layout
) -> dict[int, Heading]:
    """Return the title, date lines and section headings of a page, by block index.

    A section heading is a block marked as one, or a line known as one from an earlier edition,
    as bold type may replace markup. In a page without markup, the layout tells others.
    """
    names = {fold(name) for place in known.locators for name in place.split(" > ")}
    blocks, tells = document.blocks, _LAYOUTS[layout]
    names -= {fold(each.text) for each in blocks if each.kind is Kind.HEADING}
    # A table of contents lists the headings before they occur.
    last = {fold(block.text): at for at, block in enumerate(blocks) if len(block.text) <= _LONGEST}
    found: dict[int, Heading] = {}
    headed = titled = False
    for at, block in enumerate(blocks):
        if (not headed or not titled) and fold(block.text) == fold(title):
            # Headings of the site above the title are not headings of the page.
            found[at] = Heading(Role.TITLE, ends=1)
            headed, titled = False, True
        elif block.kind is Kind.HEADING:
            level = block.level or 1
            found[at] = Heading(Role.SECTION, level, level)
            headed = True
        elif is_date_line(block.text):
            found[at] = Heading(Role.DATE)
        elif (
            block.kind is not Kind.CAPTION
            and last.get(fold(block.text), at) == at
            and (fold(block.text) in names or (not document.marked and tells(blocks, at)))
        ):
            found[at] = Heading(Role.SECTION, level=2, ends=2)
            headed = True
    return found


def is_prose(block: Block) -> bool:
    """Return whether a block is a paragraph of running text."""
    return block.kind is Kind.PARAGRAPH and len(block.text) >= _PROSE


def _is_short_before_prose(blocks: Sequence[Block], at: int) -> bool:
    """Return whether a block is a short line, not ending like a sentence, above running text.

    The length required of the running text excludes a line above the caption of a picture.
    """
    text = blocks[at].text
    ends = text.endswith((".", ",", ";", ":", "…")) or text.count(",") > _COMMAS
    return len(text) <= _LONGEST and not ends and any(map(is_prose, blocks[at + 1 : at + 2]))


def _is_sentence_between_prose(blocks: Sequence[Block], at: int) -> bool:
    """Return whether a block is a sentence between paragraphs, or heads related articles."""
    text, between = blocks[at].text, 0 < at < len(blocks) - 1
    short = len(text) < _PROSE and text.endswith((".", "?", "!")) and len(sentences(text)) == 1
    alone = short and between and is_prose(blocks[at - 1]) and is_prose(blocks[at + 1])
    return alone or fold(text) in RELATED


_LAYOUTS: Final[Mapping[Layout, Callable[[Sequence[Block], int], bool]]] = {
    "line": _is_short_before_prose,
    "sentence": _is_sentence_between_prose,
}


def title_of(document: Document, titles: Sequence[str]) -> str:
    """Return the title of an edition as printed, including a final full stop.

    The work's titles (the latest first) take precedence, then a title that the page marks or
    declares, the line above the date, the first line; if that is too long, the latest title.
    """
    known = {fold(title) for title in titles}
    for text in titles_shown(document):
        if fold(text) in known:
            return text
    blocks = document.blocks
    marked = [each.text for each in blocks if each.kind is Kind.HEADING and each.level == 1]
    if document.marked and not marked:
        marked = [*_declared_titles(document)][:2][-1:]
    # Lines of the site may precede the title, but hardly separate it from the date.
    dated = (one.text for one, two in pairwise(blocks[:_TOP]) if is_date_line(two.text))
    top = next(chain(marked, dated, (each.text for each in blocks[:1])), "")
    return top if marked or 0 < len(top) <= _LONGEST_TITLE else titles[0]


def titles_shown(document: Document) -> Iterator[str]:
    """Yield candidates for the title of a page: first lines, top headings, declared titles."""
    for at, block in enumerate(document.blocks):
        top = at < _TOP or (block.kind is Kind.HEADING and block.level <= 1)
        if top and len(block.text) <= _LONGEST_TITLE:
            yield block.text
    yield from _declared_titles(document)


def _declared_titles(document: Document) -> Iterator[str]:
    """Yield the title that a page declares, complete and then its parts, the longest first."""
    if document.title:
        parts = (part.strip() for part in _SEPARATOR.split(document.title))
        yield from (document.title, *sorted(filter(None, parts), key=len, reverse=True))
