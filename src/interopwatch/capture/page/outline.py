"""The outline of a page: the path of headings above each of its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.title import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.capture.model import Block, Document, Vocabulary

    Heads = Callable[[tuple[Block, ...], int], bool]

TITLE: Final = "title"
DATE: Final = "date"
HEADING: Final = "heading"
TEXT: Final = "text"
"""What a block is in an outline. A work that has kinds of headings has words of its own."""
_LONGEST: Final = 120  # letters of a heading that only layout tells
_PROSE: Final = 160  # letters of the running text that has to follow such a heading


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place.

    Attributes:
        block: The block.
        path: The headings above it, from the outermost; a heading stands under itself.
        role: What it is in the outline.
    """

    block: Block
    path: tuple[str, ...] = ()
    role: str = TEXT

    @property
    def heads(self) -> bool:
        """Whether it orders the text and is no part of it: a title, a heading, a date line."""
        return self.role != TEXT


@dataclass(frozen=True, slots=True)
class Outline:
    """A page with the places of its blocks.

    Attributes:
        title: Its title, as printed.
        placed: Its blocks, in order.
    """

    title: str
    placed: tuple[Placed, ...]


def outline(document: Document, titles: Sequence[str], known: Vocabulary, heads: Heads) -> Outline:
    """Find the headings of a page.

    Markup tells them, where the page has any. Elsewhere, a heading is a line that is known as
    one from an earlier edition, or that the layout tells. Where a page has markup, and none for
    any heading that is known, known lines tell too: bold type may stand for markup.

    Args:
        document: The page.
        titles: The titles of the work.
        known: What the package knows.
        heads: Whether the layout tells that a block of a page without markup is a heading.
    """
    title = title_of(document, titles)
    names = {fold(name) for place in known.locators for name in place.split(" > ")}
    blocks = document.blocks
    lost = document.marked and not any(
        each.kind is Kind.HEADING and fold(each.text) in names - {fold(title)} for each in blocks
    )
    # A list of contents names the headings before they come.
    last = {fold(block.text): at for at, block in enumerate(blocks) if len(block.text) <= _LONGEST}
    placed: list[Placed] = []
    path: list[tuple[int, str]] = []
    titled = False
    for at, block in enumerate(blocks):
        dated = is_date_line(block.text)
        role = HEADING
        if (not path or not titled) and fold(block.text) == fold(title):
            # What the site has above the title is no heading of the page.
            role, path, titled = TITLE, [], True
        elif block.kind is Kind.HEADING:
            level = block.level or 1
            path = [each for each in path if each[0] < level] if level > 1 else []
            path.append((level, block.text))
        elif (
            (lost or not document.marked)
            and block.kind is not Kind.CAPTION
            and not dated
            and last.get(fold(block.text), at) == at
            and (fold(block.text) in names or (not lost and heads(blocks, at)))
        ):
            path = [(2, block.text)]
        else:
            role = DATE if dated else TEXT
        placed.append(Placed(block, tuple(text for _, text in path), role))
    return Outline(title, tuple(placed))


def is_short_before_prose(blocks: tuple[Block, ...], at: int) -> bool:
    """A short line that ends as no sentence does and stands alone above running text.

    The line above a picture's caption is one too, but for the length of what follows.
    """
    block = blocks[at]
    if len(block.text) > _LONGEST or block.text.endswith((".", ",", ";", ":", "…")):
        return False
    below = blocks[at + 1] if at + 1 < len(blocks) else None
    return below is not None and below.kind is Kind.PARAGRAPH and len(below.text) >= _PROSE
