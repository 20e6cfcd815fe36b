"""The blocks that make up the list which a block introduces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import goes_on, parties_in
from interopwatch.capture.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Block, Vocabulary
    from interopwatch.capture.page.outline import Placed

LIST: Final = 10_000
"""Letters; a longer block is no list of countries."""
_SHORT: Final = 60  # letters of a line that may be one country of a list
_PICTURES: Final = 3  # captions that may stand between a list and what introduces it


def list_below(placed: tuple[Placed, ...], at: int, known: Vocabulary) -> tuple[int, ...]:
    """The places of the blocks that make up the list which a block introduces."""
    here = placed[at].block
    near = placed[at + 1 : at + 2 + _PICTURES]
    below = next((each for each in near if each.block.kind is not Kind.CAPTION), None)
    if below is None or below.heads:
        return ()
    first = below.block
    if first.kind is Kind.ITEM:
        nested = first.level > here.level or here.kind is not Kind.ITEM
        return tuple(_items(placed, at, first.level, None if nested else known))
    return tuple(_paragraphs(placed, at, known)) if first.kind is Kind.PARAGRAPH else ()


def _items(
    placed: tuple[Placed, ...], at: int, level: int, known: Vocabulary | None
) -> Iterator[int]:
    """Items one after another; those of the sentence's own level only while they are parties."""
    for place in range(at + 1, len(placed)):
        each = placed[place]
        if each.block.kind is Kind.CAPTION:
            continue  # a picture may stand in the midst of a list
        if each.heads or each.block.kind is not Kind.ITEM or each.block.level < level:
            return
        if len(each.block.text) > LIST:
            return
        if known is not None and goes_on(each.block.text, known) != "surely":
            return
        yield place


def _paragraphs(placed: tuple[Placed, ...], at: int, known: Vocabulary) -> Iterator[int]:
    """Lines each of which is a party, or lines that end in a semicolon, and the last.

    What stands between two lines that are parties is one, too, be it known or not, and so is what
    surely goes on with them.
    """
    is_open = was_single = False
    for place in range(at + 1, len(placed)):
        each = placed[place]
        text = each.block.text
        if each.block.kind is Kind.CAPTION:
            continue
        if each.heads or each.block.kind is not Kind.PARAGRAPH or len(text) > LIST:
            return
        below = placed[place + 1 : place + 2] if len(text) <= _SHORT else ()
        single = any(_is_party(line, known) for line in (each, *below))
        single = single or (was_single and goes_on(text, known) == "surely")
        if place > at + 1 and not (is_open or (was_single and single)):
            return
        yield place
        is_open, was_single = text.endswith((";", ",")), single


def doubtful_end(placed: tuple[Placed, ...], last: int, known: Vocabulary) -> Block | None:
    """The line below the last of a list of lines, if that may be one more of its parties."""
    behind = (each for each in placed[last + 1 :] if each.block.kind is not Kind.CAPTION)
    line = next(behind, None)
    lines = {placed[last].block.kind, line.block.kind} if line else set()
    if line is None or line.heads or lines != {Kind.PARAGRAPH}:
        return None
    return line.block if goes_on(line.block.text, known) == "maybe" else None


def _is_party(line: Placed, known: Vocabulary) -> bool:
    text = line.block.text
    plain = line.block.kind is Kind.PARAGRAPH and not line.heads and len(text) <= _SHORT
    return plain and parties_in(text, known).understood
