"""Recognise the boilerplate of a page: navigation, cookie notices, sharing links and the like.

The signs are elements, the names of elements, and the wording of lines. A region of an HTML page
is judged once the entire page is parsed, and never excluded for its name alone: a region with the
main element, or with most of the prose of the page, is text, whatever its name. Nothing is lost:
excluded blocks are kept in the document's `boilerplate`.

A line is judged by what it says, never by its position. The text of a page speaks of the world, a
site speaks to its visitor: *your* account, *reset* the password. A block is boilerplate if it is
an entry of a menu, if all its words are typical of a site, or if its sentences are of that kind.
A block with a date that has a year is always text, and so is one longer than any notice.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import Phrasebook, phrase
from interopwatch.capture.english.text import straight
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_update_line
from interopwatch.capture.page.lines import LABEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.capture.model import Block

SITE: Final = Phrasebook.of("page/site.toml")
"""The words and phrases of such lines."""
_TELLING: Final = SITE.words("telling")
_WORDS: Final = _TELLING | SITE.words("beside")
_SAID: Final = [phrase(each) for kind in SITE.groups("kinds").values() for each in kind]
_MOST_WORDS: Final = 9
"""A longer line that has only these words would be a sentence."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST: Final = 1_500
"""Characters of a block; a notice about cookies has some hundred."""
_LONGEST_SENTENCE: Final = 400
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_BESIDE: Final = " ,|–—-"
_AROUND: Final = " .!?:…|>»×+*"
SIGNATURES: Final = SITE.data["signatures"]
"""The kinds of boilerplate that are told by names, or that stand within a sentence."""


def named(names: str) -> str:
    """The kind of boilerplate that the names of an element tell, if any.

    >>> named("siteCookieBanner"), named("shared-content")
    ('cookies', '')
    """
    words = words_of(names)
    told = (kind for kind, each in SIGNATURES.items() if not words.isdisjoint(each["names"]))
    return next(told, "")


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
_OUTSIDE: Final = "outside"
_DATED: Final = frozenset(("header", "footer", _OUTSIDE))
"""Boilerplate that can hold the title of the page and the date of its last update."""
_ANCESTRAL: Final = frozenset(("header", "footer"))
_PROSE: Final = 80
"""A block of as many characters is prose: menus and buttons have none."""
_LONG: Final = 2_000
"""Characters of a block in which words of boilerplate are looked for."""


@dataclass(slots=True, eq=False)
class Region:
    """A region of a page."""

    kind: str  # ``body``, ``main``, ``article``, or the kind of boilerplate that it may be
    parent: Region | None = None
    inside: frozenset[str] = frozenset()  # which of ``main`` and ``article`` it is or stands in
    characters: int = 0  # of its texts together
    prose: int = 0  # characters of those that are prose
    said: set[str] = field(default_factory=set)  # kinds of boilerplate whose words it has
    holds_main: bool = False
    left: frozenset[str] = frozenset()  # why it, or what holds it, is left out; empty for text


class Regions:
    """The regions of a page, in order, and its blocks by the regions that they stand in."""

    def __init__(self) -> None:
        self.all = [Region(BODY)]
        self.found: list[tuple[Block, Region]] = []

    def open(self, kind: str, parent: Region) -> Region:
        """Begin a region within another."""
        inside = parent.inside | ({kind} & {MAIN, ARTICLE})
        self.all.append(Region(kind, parent, inside, holds_main=kind == MAIN))
        return self.all[-1]

    def add(self, block: Block, region: Region | None = None) -> None:
        """Take a block into a region, or into the body of the page."""
        self.found.append((block, region or self.all[0]))

    def divide(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """The text of the page and its boilerplate, each in order."""
        self._measure()
        self._leave_out()
        tops = [(block, region) for block, region in self.found if _is_top(block)]
        title = any(not region.left for _, region in tops)
        # Where the text has a heading of its own, "My account" is not its title.
        headed = any(not is_site_line(block.text) for block, _ in tops)
        edges = _edges([block.text for block, _ in self.found])
        parts: tuple[list[Block], list[Block]] = [], []
        labelled = set[str]()
        for block, region in self.found:
            top, left = _is_top(block), region.left
            # The header of a page can hold its title and introduction.
            prose = left == {"header"} and len(block.text) >= _PROSE
            dated = left and left <= _DATED
            if dated and ((top and not title) or prose or is_update_line(block.text)):
                left = frozenset()
                title = title or top
            around = block.text in edges or is_site_line(block.text)
            out = bool(left) or (around and (headed or not top))
            if not out:
                # Labelled lines that come again at once are for screens of another size.
                labelled = labelled if LABEL.match(block.text) else set()
                out = block.text in labelled
                labelled.add(block.text)
            parts[out].append(block)
        return tuple(parts[False]), tuple(parts[True])

    def _measure(self) -> None:
        """Sum up what each region holds, in the regions within it too."""
        for block, region in self.found:
            low, size = block.text[:_LONG].lower(), len(block.text)
            region.characters += size
            region.prose += size if size >= _PROSE else 0
            region.said |= {
                kind
                for kind, each in SIGNATURES.items()
                if region.parent and any(word in low for word in each["says"])
            }
        for region in reversed(self.all):  # what they hold comes after them
            if above := region.parent:
                above.characters += region.characters
                above.prose += region.prose
                above.said |= region.said
                above.holds_main |= region.holds_main

    def _leave_out(self) -> None:
        """Leave out the boilerplate, and what stands outside the main text if that is most."""
        for region in self.all:
            above = region.parent.left if region.parent else frozenset()
            region.left = above | {region.kind} if self._is_boilerplate(region) else above
        texts = [region for region in self.all if region.characters and not region.left]
        articles = [
            each
            for each in texts
            if each.kind == ARTICLE and each.parent and ARTICLE not in each.parent.inside
        ]
        main = MAIN if any(MAIN in each.inside for each in texts) else ARTICLE
        if main == ARTICLE and len(articles) != 1:
            return
        prose = Counter[bool]()
        for block, region in self.found:
            if len(block.text) >= _PROSE and not region.left:
                prose[main in region.inside] += len(block.text)
        for region in self.all if prose[True] >= prose[False] else ():
            if main not in region.inside:
                region.left |= {_OUTSIDE}

    def _is_boilerplate(self, region: Region) -> bool:
        """Whether a region is the boilerplate that its name says it is."""
        most = region.prose > 0 and region.prose * 2 > self.all[0].prose
        # The header of an article is none of its page.
        own = region.kind in {BODY, MAIN, ARTICLE} or (region.kind in _ANCESTRAL and region.inside)
        if own or most or region.holds_main:
            return False
        signature = SIGNATURES.get(region.kind)
        if signature is None:  # its element tells
            return True
        speaks = region.kind in region.said if signature["says"] else not region.prose
        return region.characters <= signature["most"] and speaks


def _is_top(block: Block) -> bool:
    return block.kind is Kind.HEADING and block.level == 1


def _edges(texts: Sequence[str]) -> set[str]:
    """The lines that a browser printed at the edges of sheets, some of them beside the title.

    >>> texts = ["A page", "10/06/2026, 09:14 A page", "See http://x.org", "http://x.org 1/2"]
    >>> sorted(_edges(texts))
    ['10/06/2026, 09:14 A page', 'http://x.org 1/2']
    """
    printed = {
        text: SITE.pattern("printed").sub("", text).strip(_BESIDE)
        for text in texts
        if len(text) <= _LONGEST_SENTENCE
    }
    titles = Counter(printed.get(text, text) for text in texts)
    edges = (text for text, title in printed.items() if not title or titles[title] > 1)
    return {text for text in edges if printed[text] != text}


def is_site_line(text: str) -> bool:
    """Whether a block is a line of a site, and no part of the text, by what it says.

    >>> is_site_line("Facebook X Reddit"), is_site_line("ADVERTISEMENT"), is_site_line("X")
    (True, True, False)
    >>> is_site_line("Reset your password"), is_site_line("They take account of passwords.")
    (True, False)
    """
    if len(text) > _LONGEST or _YEAR.search(text):
        return False
    plain = straight(text).casefold().strip(_AROUND)
    if SITE.phrase("menu").fullmatch(plain) or _has_only_site_words(plain):
        return True
    said = [each for part in _SENTENCE.split(plain) if (each := part.strip(_AROUND))]
    told = [
        _has_only_site_words(each)
        or (len(each) <= _LONGEST_SENTENCE and any(kind.search(each) for kind in _SAID))
        for each in said
    ]
    return any(told) and all(
        is_so or SITE.phrase("beside_it").search(each)
        for is_so, each in zip(told, said, strict=True)
    )


def _has_only_site_words(plain: str) -> bool:
    words = [word.strip(".,!?:;()\"'*") for word in re.split(r"[\s/|·•]+", plain)]
    words = [word for word in words if word and word not in {"&", "-"}]
    most = len(words) <= _MOST_WORDS
    return most and not _TELLING.isdisjoint(words) and _WORDS.issuperset(words)
