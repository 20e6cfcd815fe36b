"""Recognise the boilerplate of a page: navigation, cookie notices, sharing links and the like.

The evidence is elements, their ``id`` and ``class``, and the wording of lines. A region of an
HTML page is classified once the entire page is parsed, and never excluded for its name alone: a
region that contains the main element, or most of the prose of the page, is text whatever its
name. Nothing is lost: excluded blocks are kept in the document's `boilerplate`.

A line is classified by its wording, never by its position. The text of a page describes the world;
a site addresses its visitor: *your* account, *reset* the password. A block is boilerplate if it is
a menu entry, if all its words are typical of a site, or if its sentences address the visitor.
A block with a year is always text, and so is one longer than any notice.
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
"""The words and phrases of boilerplate."""
_TELLING: Final = SITE.words("telling")
_WORDS: Final = _TELLING | SITE.words("beside")
_SAID: Final = [phrase(each) for kind in SITE.groups("kinds").values() for each in kind]
_MOST_WORDS: Final = 9
"""The most words of a line that has no others: a longer one would be a sentence."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST: Final = 1_500
"""The longest block of boilerplate, in characters; a cookie notice has some hundred."""
_LONGEST_SENTENCE: Final = 400
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_BESIDE: Final = " ,|–—-"
_AROUND: Final = " .!?:…|>»×+*"
SIGNATURES: Final = SITE.data["signatures"]
"""The kinds of boilerplate recognised by element names, or that occur within a sentence."""


def named(names: str) -> str:
    """Return the kind of boilerplate that an element's names suggest; empty if none.

    >>> named("siteCookieBanner"), named("shared-content")
    ('cookies', '')
    """
    words = words_of(names)
    told = (kind for kind, each in SIGNATURES.items() if not words.isdisjoint(each["names"]))
    return next(told, "")


def words_of(names: str) -> frozenset[str]:
    """Return the words in the names of an element, in lower case.

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
"""Kinds of boilerplate that can contain the page's title and the date of its last update."""
_ANCESTRAL: Final = frozenset(("header", "footer"))
_PROSE: Final = 80
"""The fewest characters of a block of prose, which menus and buttons do not have."""
_LONG: Final = 2_000
"""The leading characters of a block that are searched for words of boilerplate."""


@dataclass(slots=True, eq=False)
class Region:
    """A region of a page; once measured, its counts include nested regions."""

    kind: str  # ``body``, ``main``, ``article``, or the kind of boilerplate that it may be
    parent: Region | None = None
    inside: frozenset[str] = frozenset()  # which of ``main`` and ``article`` it is or is nested in
    characters: int = 0  # total length of its blocks
    prose: int = 0  # total length of its blocks of prose
    said: set[str] = field(default_factory=set)  # kinds of boilerplate whose words it contains
    holds_main: bool = False
    left: frozenset[str] = frozenset()  # why it or a region around it is excluded; empty for text


class Regions:
    """The regions of a page, in order, and its blocks, each with its region."""

    def __init__(self) -> None:
        self.all = [Region(BODY)]
        self.found: list[tuple[Block, Region]] = []

    def open(self, kind: str, parent: Region) -> Region:
        """Open a region within another and return it."""
        inside = parent.inside | ({kind} & {MAIN, ARTICLE})
        self.all.append(Region(kind, parent, inside, holds_main=kind == MAIN))
        return self.all[-1]

    def add(self, block: Block, region: Region | None = None) -> None:
        """Add a block to a region, by default the body of the page."""
        self.found.append((block, region or self.all[0]))

    def divide(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """Return the blocks of text and the blocks of boilerplate, each in page order."""
        self._measure()
        self._leave_out()
        tops = [(block, region) for block, region in self.found if _is_top(block)]
        title = any(not region.left for _, region in tops)
        # "My account" is the title only of a page whose text has no other top-level heading.
        headed = any(not is_site_line(block.text) for block, _ in tops)
        edges = _edges([block.text for block, _ in self.found])
        parts: tuple[list[Block], list[Block]] = [], []
        labelled = set[str]()
        for block, region in self.found:
            top, left = _is_top(block), region.left
            # The header of a page can contain its title and introduction.
            prose = left == {"header"} and len(block.text) >= _PROSE
            dated = left and left <= _DATED
            if dated and ((top and not title) or prose or is_update_line(block.text)):
                left = frozenset()
                title = title or top
            around = block.text in edges or is_site_line(block.text)
            out = bool(left) or (around and (headed or not top))
            if not out:
                # A labelled line repeated within a run of them is for another screen size.
                labelled = labelled if LABEL.match(block.text) else set()
                out = block.text in labelled
                labelled.add(block.text)
            parts[out].append(block)
        return tuple(parts[False]), tuple(parts[True])

    def _measure(self) -> None:
        """Sum up the contents of each region, nested regions included."""
        for block, region in self.found:
            low, size = block.text[:_LONG].lower(), len(block.text)
            region.characters += size
            region.prose += size if size >= _PROSE else 0
            region.said |= {
                kind
                for kind, each in SIGNATURES.items()
                if region.parent and any(word in low for word in each["says"])
            }
        for region in reversed(self.all):  # nested regions come after the one around them
            if above := region.parent:
                above.characters += region.characters
                above.prose += region.prose
                above.said |= region.said
                above.holds_main |= region.holds_main

    def _leave_out(self) -> None:
        """Exclude boilerplate, and regions outside the main text if most prose is inside it."""
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
        """Return whether a region is the kind of boilerplate that its name suggests."""
        most = region.prose > 0 and region.prose * 2 > self.all[0].prose
        # The header of an article is not the header of the page.
        own = region.kind in {BODY, MAIN, ARTICLE} or (region.kind in _ANCESTRAL and region.inside)
        if own or most or region.holds_main:
            return False
        signature = SIGNATURES.get(region.kind)
        if signature is None:  # recognised by its element alone
            return True
        speaks = region.kind in region.said if signature["says"] else not region.prose
        return region.characters <= signature["most"] and speaks


def _is_top(block: Block) -> bool:
    return block.kind is Kind.HEADING and block.level == 1


def _edges(texts: Sequence[str]) -> set[str]:
    """Return the headers and footers that a browser printed, some of which include the title.

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
    """Return whether the wording of a block shows that it is boilerplate of a site, not text.

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
