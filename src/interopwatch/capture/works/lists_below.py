"""Find the lists of a page: the blocks below a sentence that introduces them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import goes_on, parties_in
from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.capture.model import Block, Vocabulary
    from interopwatch.capture.page.outline import Placed

_MOST: Final = 10_000  # characters; a longer block is not a list of countries
_SHORT: Final = 60  # characters of a line that may be one country of a list


@dataclass(frozen=True, slots=True)
class ListBelow:
    """A list that a block introduces."""

    places: tuple[int, ...] = ()  # the indexes of its blocks
    text: str = ""  # its items, joined by commas; each has one or more names
    behind: Block | None = None  # the line below a list of several lines, if any


def lists_below(placed: Sequence[Placed], known: Vocabulary) -> Mapping[int, ListBelow]:
    """Return the lists of a page, by the indexes of the blocks that introduce them."""
    # A picture may precede a list or interrupt it.
    shown = [at for at, each in enumerate(placed) if each.block.kind is not Kind.CAPTION]
    blocks = [placed[at] for at in shown]
    found = {}
    for n, each in enumerate(blocks):
        if not each.heads and each.block.text.rstrip().endswith(":"):
            end = _end(blocks, n, known)
            items = (clean(item.block.text).strip(" ,;.") for item in blocks[n + 1 : end])
            lines = n + 2 < end < len(blocks) and all(map(_is_line, blocks[end - 1 : end + 1]))
            behind = blocks[end].block if lines else None
            found[shown[n]] = ListBelow((*shown[n + 1 : end],), ", ".join(items), behind)
    return found


def _end(blocks: Sequence[Placed], n: int, known: Vocabulary) -> int:
    """Return the end of the list of items, or of related lines, that a block introduces.

    Items at the level of the block itself belong to the list only while they continue it with
    parties. Lines belong to it if they are parties, or if all but the last end in a semicolon or
    comma. A line between two parties counts as one, known or not, as does one that certainly
    continues the list. Regions of the world may be headings within the list.
    """
    above, first = blocks[n].block, None
    is_open, was_party = True, False
    for at in range(n + 1, len(blocks)):
        each, text = blocks[at], blocks[at].block.text
        listed = parties_in(text, known) if len(text) <= _MOST else None
        if listed and listed.empty:
            was_party = True
            continue
        first = first or each.block
        nested = first.level > above.level or above.kind is not Kind.ITEM
        if (
            each.heads
            or each.block.kind is not first.kind
            or each.block.level < first.level
            or listed is None
        ):
            return at
        if first.kind is Kind.ITEM:
            belongs = nested or goes_on(text, known) == "surely"
        else:
            party = (
                listed.understood
                or (len(text) <= _SHORT and _is_party(blocks[at + 1 : at + 2], known))
                or (was_party and goes_on(text, known) == "surely")
            )
            belongs = is_open or (party and (was_party or listed.headed))
            is_open, was_party = text.endswith((";", ",")), party and not text.endswith(".")
        if not belongs:
            return at
    return len(blocks)


def _is_line(each: Placed) -> bool:
    return each.block.kind is Kind.PARAGRAPH and not each.heads


def _is_party(blocks: Sequence[Placed], known: Vocabulary) -> bool:
    lines = [each.block.text for each in blocks if _is_line(each)]
    return any(len(text) <= _SHORT and parties_in(text, known).understood for text in lines)
