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
"""How headings look that nothing marks: a short line; or a sentence, alone between paragraphs."""
_LONGEST: Final = 120  # letters of a heading that only layout tells
_COMMAS: Final = 2  # of a heading; a line with more is a list
_PROSE: Final = 160  # letters of the running text that has to follow such a heading
_TOP: Final = 40  # blocks in which the title of a page without marks is looked for
_LONGEST_TITLE: Final = 200  # letters
_SEPARATOR: Final = re.compile(r" [|–—·»:-] |\||: ")
"""What stands between the title of a page and the name of its site."""


class Role(StrEnum):
    """What a block is in the outline."""

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
    """What orders the text of a page."""

    role: Role
    level: int = 0  # how deep it stands, from 1; 0 for what heads nothing
    ends: int = 0  # the level of the highest headings that end where it stands; 0 if none do


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place in the outline."""

    block: Block
    path: tuple[str, ...] = ()  # the headings above it; a heading stands under itself
    role: Role = Role.TEXT
    part: int = -1  # the number of the part of the page that it stands in: headings begin parts

    @property
    def heads(self) -> bool:
        """Whether it orders the text and is no part of it: a title, a heading, a date line."""
        return self.role is not Role.TEXT


def outline(blocks: Sequence[Block], headings: Mapping[int, Heading]) -> tuple[Placed, ...]:
    """The blocks of a page with their places, by the headings among them."""
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
    """The headings of a page, by their places.

    Markup tells them, and so does a line that is known as one from an earlier edition: bold type
    may stand for markup. Where a page has no markup, the layout tells others.
    """
    names = {fold(name) for place in known.locators for name in place.split(" > ")}
    blocks, tells = document.blocks, _LAYOUTS[layout]
    names -= {fold(each.text) for each in blocks if each.kind is Kind.HEADING}
    # A list of contents names the headings before they come.
    last = {fold(block.text): at for at, block in enumerate(blocks) if len(block.text) <= _LONGEST}
    found: dict[int, Heading] = {}
    headed = titled = False
    for at, block in enumerate(blocks):
        if (not headed or not titled) and fold(block.text) == fold(title):
            # What the site has above the title is no heading of the page.
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
    """Whether a block is a paragraph of running text."""
    return block.kind is Kind.PARAGRAPH and len(block.text) >= _PROSE


def _is_short_before_prose(blocks: Sequence[Block], at: int) -> bool:
    """A short line that ends as no sentence does and stands alone above running text.

    The line above a picture's caption is one too, but for the length of what follows.
    """
    text = blocks[at].text
    ends = text.endswith((".", ",", ";", ":", "…")) or text.count(",") > _COMMAS
    return len(text) <= _LONGEST and not ends and any(map(is_prose, blocks[at + 1 : at + 2]))


def _is_sentence_between_prose(blocks: Sequence[Block], at: int) -> bool:
    """A sentence that stands alone between paragraphs; or what heads the related articles."""
    text, between = blocks[at].text, 0 < at < len(blocks) - 1
    short = len(text) < _PROSE and text.endswith((".", "?", "!")) and len(sentences(text)) == 1
    alone = short and between and is_prose(blocks[at - 1]) and is_prose(blocks[at + 1])
    return alone or fold(text) in RELATED


_LAYOUTS: Final[Mapping[Layout, Callable[[Sequence[Block], int], bool]]] = {
    "line": _is_short_before_prose,
    "sentence": _is_sentence_between_prose,
}


def title_of(document: Document, titles: Sequence[str]) -> str:
    """The title of an edition, as printed, with its full stop if it has one.

    A title that the work is known by is looked for first; then what the page marks as its
    title; then what stands first. The titles of the work are given with the latest first.
    """
    known = {fold(title) for title in titles}
    for text in titles_shown(document):
        if fold(text) in known:
            return text
    blocks = document.blocks
    marked = [each.text for each in blocks if each.kind is Kind.HEADING and each.level == 1]
    if document.marked and not marked:
        marked = [*_declared_titles(document)][:2][-1:]
    # Lines of the site may stand above the title, but hardly between it and the date.
    dated = (one.text for one, two in pairwise(blocks[:_TOP]) if is_date_line(two.text))
    top = next(chain(marked, dated, (each.text for each in blocks[:1])), "")
    return top if marked or 0 < len(top) <= _LONGEST_TITLE else titles[0]


def titles_shown(document: Document) -> Iterator[str]:
    """What may be the title of a page: its headings and first lines, and what it declares."""
    for at, block in enumerate(document.blocks):
        top = at < _TOP or (block.kind is Kind.HEADING and block.level <= 1)
        if top and len(block.text) <= _LONGEST_TITLE:
            yield block.text
    yield from _declared_titles(document)


def _declared_titles(document: Document) -> Iterator[str]:
    """The title that a page declares for itself, whole and without the name of its site."""
    if document.title:
        parts = (part.strip() for part in _SEPARATOR.split(document.title))
        yield from (document.title, *sorted(filter(None, parts), key=len, reverse=True))
