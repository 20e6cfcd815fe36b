"""The headings of a page, and under which of them each block stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.title import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from interopwatch.capture.model import Block, Document, Known
    from interopwatch.capture.works.registry import Work

    Heads = Callable[[tuple[Block, ...], int], bool]

_LONGEST: Final = 120  # letters of a heading that only layout tells
_PROSE: Final = 160  # letters of the running text that has to follow such a heading
_DIVIDER: Final = " > "


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place.

    Attributes:
        block: The block.
        locator: The headings above it, with " > " between them; the title alone for what
            stands before the first heading. A heading stands under itself.
        heads: Whether it is the title or a heading, or a line that says of which day the page
            is: what orders the text and is not part of it.
    """

    block: Block
    locator: str
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A page with the places of its blocks.

    Attributes:
        title: Its title, as printed.
        placed: Its blocks, in order.
    """

    title: str
    placed: tuple[Placed, ...]


def outline(document: Document, work: Work, known: Known, heads: Heads | None = None) -> Outline:
    """Find the headings of a page.

    Marks tell them, where the page has any. Elsewhere, a heading is a line that is known as one
    from an earlier edition, or that the layout tells. Where a page has marks, and none for any
    heading that is known, known lines tell too: bold type may stand for marks.

    Args:
        document: The page.
        work: The work that it is an edition of.
        known: What the package knows.
        heads: Whether the layout tells that a block of a page without marks is a heading; a
            short line before running text, unless given.
    """
    title = title_of(document, work)
    names = {fold(name) for place in known.locators for name in place.split(_DIVIDER)}
    blocks = document.blocks
    lost = document.marked and not any(
        each.kind is Kind.HEADING and fold(each.text) in names - {fold(title)} for each in blocks
    )
    tells = heads or _short_before_prose
    # A list of contents names the headings before they come.
    last = {fold(block.text): at for at, block in enumerate(blocks) if len(block.text) <= _LONGEST}
    placed = []
    path: list[tuple[int, str]] = []
    for at, block in enumerate(blocks):
        if not path and fold(block.text) == fold(title):
            placed.append(Placed(block, title, heads=True))
            continue
        if block.kind is Kind.HEADING:
            level = block.level or 1
            path = [each for each in path if each[0] < level] if level > 1 else []
            path.append((level, block.text))
        elif (
            (lost or not document.marked)
            and _is_line(block)
            and last.get(fold(block.text), at) == at
            and (fold(block.text) in names or (not lost and tells(blocks, at)))
        ):
            path = [(2, block.text)]
        else:
            placed.append(Placed(block, _place(path, title), heads=is_date_line(block.text)))
            continue
        placed.append(Placed(block, _place(path, title), heads=True))
    return Outline(title, tuple(placed))


def _place(path: list[tuple[int, str]], title: str) -> str:
    return _DIVIDER.join(text for _, text in path) or title


def _is_line(block: Block) -> bool:
    return block.kind is not Kind.CAPTION and not is_date_line(block.text)


def _short_before_prose(blocks: tuple[Block, ...], at: int) -> bool:
    """A short line that ends as no sentence does and stands alone above running text.

    The line above a picture's caption is one too, but for the length of what follows.
    """
    block = blocks[at]
    if len(block.text) > _LONGEST or block.text.endswith((".", ",", ";", ":", "…")):
        return False
    below = next(_below(blocks, at), None)
    return below is not None and below.kind is Kind.PARAGRAPH and len(below.text) >= _PROSE


def _below(blocks: tuple[Block, ...], at: int) -> Iterator[Block]:
    yield from blocks[at + 1 : at + 2]
