"""The boilerplate of a page: navigation, cookie notices, sharing and the like around its text.

It is told by elements, by names of elements, and by what lines say. A region of an HTML page is
judged when the whole page is known, and never left out for its name alone: what holds the main
element, or most of the prose of the page, is text, whatever it is called. Nothing is lost: what
is left out is kept in the document's `boilerplate`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_update_line
from interopwatch.capture.page.site_lines import SITE, is_site_line

if TYPE_CHECKING:
    from interopwatch.capture.model import Block


@dataclass(frozen=True, slots=True)
class Signature:
    """How a kind of boilerplate is told that has no element of its own: by ``id`` and ``class``.

    A name alone is not believed: the passage has to be short, and to speak of the matter.

    Attributes:
        names: The words in names that tell it: ``cookie`` in ``cookie-banner``.
        says: What it says somewhere, in lower case; if nothing is given, it holds no prose.
        most: The longest that it can be, in characters.
    """

    names: frozenset[str]
    says: tuple[str, ...]
    most: int


SIGNATURES: Final = {
    kind: Signature(frozenset(said["names"]), tuple(said.get("says", ())), said["most"])
    for kind, said in SITE.data["signatures"].items()
}
"""The kinds of boilerplate that are told by names."""


def named(names: str) -> str:
    """The kind of boilerplate that the names of an element tell, if any.

    >>> named("siteCookieBanner"), named("shared-content")
    ('cookies', '')
    """
    words = words_of(names)
    return next((kind for kind, each in SIGNATURES.items() if each.names & words), "")


def words_of(names: str) -> frozenset[str]:
    """The words in the names of an element, in lower case.

    >>> sorted(words_of("siteCookie_banner"))
    ['banner', 'cookie', 'site']
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", names[:500])
    return frozenset(part.lower() for part in parts)


BODY: Final = "body"
MAIN: Final = "main"
ARTICLE: Final = "article"
_TEXT: Final = frozenset((BODY, MAIN, ARTICLE))
_SHORT: Final = {"button": 200, "spoken": 80}
"""Boilerplate within a sentence, and how many characters it can have."""
_PROSE: Final = 80
"""A block of as many characters is prose: menus and buttons have none."""
_DATED: Final = frozenset(("header", "footer", "outside"))
"""Boilerplate that can hold the title of the page and the date of its last update."""


@dataclass(slots=True)
class Region:
    """A region of a page.

    Attributes:
        kind: ``body``, ``main``, ``article``, or the kind of boilerplate that it may be.
        parent: The number of the region that it stands in.
        characters: How long its texts are together.
        prose: How long those are together that are prose.
        said: The kinds of boilerplate whose words its texts have.
        holds_main: Whether the main element stands in it.
        left: Why it is left out, of what it stands in too; empty if it is text.
    """

    kind: str
    parent: int
    characters: int = 0
    prose: int = 0
    said: set[str] = field(default_factory=set)
    holds_main: bool = False
    left: frozenset[str] = frozenset()


class Regions:
    """The regions of a page, in order, and its blocks by the regions that they stand in."""

    def __init__(self) -> None:
        self.all = [Region(BODY, 0)]
        self.found: list[tuple[Block, int]] = []

    def open(self, kind: str, parent: int) -> int:
        """Begin a region within another; its number."""
        self.all.append(Region(kind, parent, holds_main=kind == MAIN))
        return len(self.all) - 1

    def add(self, block: Block, number: int) -> None:
        """Take a block into a region."""
        region, size = self.all[number], len(block.text)
        region.characters += size
        region.prose += size if size >= _PROSE else 0
        if number:
            low = block.text[:2000].lower()
            region.said.update(
                kind for kind, each in SIGNATURES.items() if any(word in low for word in each.says)
            )
        self.found.append((block, number))

    def divide(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """The text of the page and its boilerplate, each in order."""
        self._sum_up()
        self._leave_out()
        self._leave_outside()
        title = any(
            block.kind is Kind.HEADING and block.level == 1 and not self.all[number].left
            for block, number in self.found
        )
        # Where the text has a heading of its own, "My account" is not its title.
        headed = any(
            block.kind is Kind.HEADING and block.level == 1 and not is_site_line(block.text)
            for block, _ in self.found
        )
        text: list[Block] = []
        boilerplate: list[Block] = []
        for block, number in self.found:
            left = self.all[number].left
            top = block.kind is Kind.HEADING and block.level == 1
            # The header of a page can hold its title and introduction.
            prose = left == {"header"} and len(block.text) >= _PROSE
            dated = is_update_line(block.text)
            if left and left <= _DATED and ((top and not title) or prose or dated):
                left = frozenset()
                title = title or top
            kept = not left and ((top and not headed) or not is_site_line(block.text))
            (text if kept else boilerplate).append(block)
        return tuple(text), tuple(boilerplate)

    def _sum_up(self) -> None:
        """Let each region know what the regions in it hold: they come after it."""
        for region in reversed(self.all[1:]):
            above = self.all[region.parent]
            above.characters += region.characters
            above.prose += region.prose
            above.said |= region.said
            above.holds_main |= region.holds_main

    def _leave_out(self) -> None:
        body = self.all[0]
        for region in islice(self.all, 1, None):
            above = self.all[region.parent].left
            most = region.prose > 0 and region.prose * 2 > body.prose
            own = region.kind not in _TEXT and not most and not region.holds_main and _is_so(region)
            region.left = above | {region.kind} if own else above

    def _leave_outside(self) -> None:
        """Leave out what stands outside the main text, if that is most of the page's text."""
        chosen = self._outermost(MAIN) or self._outermost(ARTICLE)
        if not chosen or (len(chosen) > 1 and self.all[chosen[0]].kind == ARTICLE):
            return
        within = set(chosen)
        for number, region in enumerate(self.all):
            if number and region.parent in within:
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
        for number, region in enumerate(self.all):
            if number not in within:
                region.left |= {"outside"}

    def _outermost(self, kind: str) -> list[int]:
        """The regions of a kind that hold text and stand in none of that kind, nor are left out."""
        within: set[int] = set()
        outermost = []
        for number, region in enumerate(self.all):
            if number and region.parent in within:
                within.add(number)
            elif region.kind == kind and region.characters and not region.left:
                within.add(number)
                outermost.append(number)
        return outermost


def _is_so(region: Region) -> bool:
    """Whether a region is the boilerplate that its name says it is."""
    if region.kind in _SHORT:
        return region.characters <= _SHORT[region.kind]
    signature = SIGNATURES.get(region.kind)
    if signature is None:
        return True
    speaks = region.kind in region.said if signature.says else not region.prose
    return region.characters <= signature.most and speaks
