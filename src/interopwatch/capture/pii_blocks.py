"""The blocks of the page as sentences, and the lists that sentences introduce."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english import sentences
from interopwatch.capture.model import Kind
from interopwatch.capture.parties import parties_in
from interopwatch.capture.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.headings import Placed
    from interopwatch.capture.model import Known

_SHORT: Final = 60  # letters of a line that may be one country of a list
_MOST: Final = 100_000  # letters; a longer block is no text that anyone wrote
_SENTENCE: Final = 4_000  # letters; likewise of a sentence
_CUE: Final = re.compile(
    r"opportunit|interoperab|summit|\b(?:EOPs?|PII|IP)\b|nato|alliance|atlantic|partner|nations?\b"
    r"|countries|members?\b",
    re.IGNORECASE,
)
"""What a sentence has to hold for any rule to read it."""
LIST: Final = 10_000
"""Letters; a longer block is no list of countries."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the page, or a block that is no running text.

    Attributes:
        text: Its text.
        at: The place of its block.
        locator: The headings above it.
        line: The line of its block.
        heads: Whether it is the title, a heading or the line with the date.
        last: Whether it ends its block.
        phrase: It made ready for rules.
    """

    text: str
    at: int
    locator: str
    line: int
    heads: bool
    last: bool
    phrase: Phrase


def sentences_of(placed: tuple[Placed, ...], lists: frozenset[int]) -> Iterator[Sentence]:
    """The sentences of a page, in order; a heading or a block of a list is one.

    Args:
        placed: The blocks.
        lists: The places of blocks to be left whole.
    """
    for at, each in enumerate(placed):
        text = each.block.text
        whole = each.heads or at in lists or len(text) > _MOST
        parts = (text,) if whole else sentences(text) or (text,)
        for number, part in enumerate(parts, 1):
            told = not whole and len(part) <= _SENTENCE and _CUE.search(part)
            ready = Phrase.of(part if told else "")
            last = number == len(parts)
            yield Sentence(part, at, each.locator, each.block.line, each.heads, last, ready)


def list_after(placed: tuple[Placed, ...], at: int, known: Known) -> tuple[int, ...]:
    """The places of the blocks that make up the list which a block introduces."""
    here = placed[at].block
    if at + 1 >= len(placed) or placed[at + 1].heads:
        return ()
    first = placed[at + 1].block
    if first.kind is Kind.ITEM:
        nested = first.level > here.level or here.kind is not Kind.ITEM
        return tuple(_items(placed, at, first.level, None if nested else known))
    if first.kind is not Kind.PARAGRAPH:
        return ()
    return tuple(_paragraphs(placed, at, known))


def _items(placed: tuple[Placed, ...], at: int, level: int, known: Known | None) -> Iterator[int]:
    """Items one after another; those of the sentence's own level only while they are parties."""
    for place in range(at + 1, len(placed)):
        each = placed[place]
        if each.heads or each.block.kind is not Kind.ITEM or each.block.level < level:
            return
        if len(each.block.text) > LIST:
            return
        if known is not None and not parties_in(each.block.text, known).understood:
            return
        yield place


def _paragraphs(placed: tuple[Placed, ...], at: int, known: Known) -> Iterator[int]:
    """Lines each of which is a party, or lines that end in a semicolon, and the last."""
    goes_on = was_single = False
    for place in range(at + 1, len(placed)):
        each = placed[place]
        text = each.block.text
        if each.heads or each.block.kind is not Kind.PARAGRAPH or len(text) > LIST:
            return
        single = len(text) <= _SHORT and parties_in(text, known).understood
        if place > at + 1 and not (goes_on or (was_single and single)):
            return
        yield place
        goes_on, was_single = text.endswith((";", ",")), single
