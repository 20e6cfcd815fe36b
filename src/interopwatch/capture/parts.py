"""The parts of an HTML page, and which of them are its text.

A part is judged when the whole page is known, and never thrown away for its name alone: what
holds the main element, or most of the prose of the page, is no furniture, whatever it is called.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from interopwatch.capture.furniture import SORTS, is_furniture, is_updated
from interopwatch.capture.model import Kind

if TYPE_CHECKING:
    from interopwatch.capture.model import Block

BODY: Final = "body"
MAIN: Final = "main"
ARTICLE: Final = "article"
_TEXT: Final = frozenset((BODY, MAIN, ARTICLE))
_SHORT: Final = {"button": 200, "spoken": 80}
"""Furniture within a sentence, and how many characters it can have."""
_PROSE: Final = 80
"""A block of as many characters is prose: menus and buttons have none."""
_DATED: Final = frozenset(("header", "footer", "outside"))
"""Furniture that can hold the title of the page and the date of its last update."""


@dataclass(slots=True)
class Part:
    """A part of a page.

    Attributes:
        sort: ``body``, ``main``, ``article``, or the sort of furniture that it may be.
        parent: The number of the part that it stands in.
        characters: How long its texts are together.
        prose: How long those are together that are prose.
        said: The sorts of furniture whose words its texts have.
        holds_main: Whether the main element stands in it.
        left: Why it is left out, of what it stands in too; empty if it is text.
    """

    sort: str
    parent: int
    characters: int = 0
    prose: int = 0
    said: set[str] = field(default_factory=set)
    holds_main: bool = False
    left: frozenset[str] = frozenset()


class Parts:
    """The parts of a page, in order, and its blocks by the parts that they stand in."""

    def __init__(self) -> None:
        self.all = [Part(BODY, 0)]
        self.found: list[tuple[Block, int]] = []

    def open(self, sort: str, parent: int) -> int:
        """Begin a part within another; its number."""
        self.all.append(Part(sort, parent, holds_main=sort == MAIN))
        return len(self.all) - 1

    def add(self, block: Block, number: int) -> None:
        """Take a block into a part."""
        part, size = self.all[number], len(block.text)
        part.characters += size
        part.prose += size if size >= _PROSE else 0
        if number:
            low = block.text[:2000].lower()
            part.said.update(
                sort for sort, each in SORTS.items() if any(word in low for word in each.says)
            )
        self.found.append((block, number))

    def divide(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """The text of the page and its furniture, each in order."""
        self._sum_up()
        self._leave_out()
        self._leave_outside()
        title = any(
            block.kind is Kind.HEADING and block.level == 1 and not self.all[number].left
            for block, number in self.found
        )
        text: list[Block] = []
        furniture: list[Block] = []
        for block, number in self.found:
            left = self.all[number].left
            top = block.kind is Kind.HEADING and block.level == 1
            # The header of a page can hold its title and introduction.
            prose = left == {"header"} and len(block.text) >= _PROSE
            dated = is_updated(block.text)
            if left and left <= _DATED and ((top and not title) or prose or dated):
                left = frozenset()
                title = title or top
            kept = not left and (top or not is_furniture(block.text))
            (text if kept else furniture).append(block)
        return tuple(text), tuple(furniture)

    def _sum_up(self) -> None:
        """Let each part know what the parts in it hold: they come after it."""
        for part in reversed(self.all[1:]):
            above = self.all[part.parent]
            above.characters += part.characters
            above.prose += part.prose
            above.said |= part.said
            above.holds_main |= part.holds_main

    def _leave_out(self) -> None:
        body = self.all[0]
        for part in islice(self.all, 1, None):
            above = self.all[part.parent].left
            most = part.prose > 0 and part.prose * 2 > body.prose
            own = part.sort not in _TEXT and not most and not part.holds_main and _is_so(part)
            part.left = above | {part.sort} if own else above

    def _leave_outside(self) -> None:
        """Leave out what stands outside the main text, if that is most of the page's text."""
        chosen = self._outermost(MAIN) or self._outermost(ARTICLE)
        if not chosen or (len(chosen) > 1 and self.all[chosen[0]].sort == ARTICLE):
            return
        within = set(chosen)
        for number, part in enumerate(self.all):
            if number and part.parent in within:
                within.add(number)
        inside, outside = (
            sum(
                len(block.text)
                for block, number in self.found
                if len(block.text) >= _PROSE
                and (number in within) is which
                and not self.all[number].left
            )
            for which in (True, False)
        )
        if inside < outside:
            return
        for number, part in enumerate(self.all):
            if number not in within:
                part.left |= {"outside"}

    def _outermost(self, sort: str) -> list[int]:
        """The parts of a sort that hold text and stand in none of that sort, nor are left out."""
        within: set[int] = set()
        outermost = []
        for number, part in enumerate(self.all):
            if number and part.parent in within:
                within.add(number)
            elif part.sort == sort and part.characters and not part.left:
                within.add(number)
                outermost.append(number)
        return outermost


def _is_so(part: Part) -> bool:
    """Whether a part is the furniture that its name says it is."""
    if part.sort in _SHORT:
        return part.characters <= _SHORT[part.sort]
    sort = SORTS.get(part.sort)
    if sort is None:
        return True
    speaks = part.sort in part.said if sort.says else not part.prose
    return part.characters <= sort.most and speaks
