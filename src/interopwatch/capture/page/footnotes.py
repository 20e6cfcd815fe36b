"""Footnote marks, taken off the words that they stand at, and the notes that they point to.

A mark is no part of a name: "Norway*", "Norway[1]", "Norway¹" and "Norway1)" are all Norway. What
may be something else, as in "the first of three (3)", is a mark only if a note begins with it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.catalogue import found
from interopwatch.capture.model import Kind
from interopwatch.capture.page.lines import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.capture.model import Block, Document
    from interopwatch.findings import Finding

_MARK: Final = LINES.pattern("footnote")
_NOTE: Final = LINES.pattern("note")
_DOUBTFUL: Final = frozenset(("round", "letter", "bare"))
"""What is a mark only if a note begins with it."""
_CLOSING: Final = frozenset(("closed", "apart"))
"""What is no mark where a parenthesis is open, which it closes."""
_NUMBER: Final = re.compile(r"[\[(\s]{0,99}(\d{1,2})[\])\s]{0,99}")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NEAR: Final = 80  # letters beside a mark in which the name is looked for
_DIVIDES: Final = LINES.pattern("name_ends")
_ENDS: Final = (".", "!", "?")


@dataclass(frozen=True, slots=True)
class _Note:
    """Where a note stands, how long its mark is, and its text."""

    at: int
    size: int
    text: str


def without_marks(document: Document) -> Document:
    """A document without the footnote marks at its words, and with what they point to."""
    notes = _notes(document.blocks)
    blocks = list(document.blocks)
    told: list[Finding] = []
    for at, block in enumerate(document.blocks):
        kept, end, opened = "", 0, 0
        begins = _NOTE.match(block.text)
        for mark in _MARK.finditer(block.text, begins.end() if begins else 0):
            kind, between = mark.lastgroup or "", block.text[end : mark.start()]
            opened += between.count("(") - between.count(")")
            kept, end = kept + between, mark.end()
            note = _below(notes.get(_key(mark[kind]), ()), at)
            if (kind in _DOUBTFUL and note is None) or (kind in _CLOSING and opened > 0):
                kept += mark[0]
                opened += mark[0].count("(") - mark[0].count(")")
                continue
            beside = block.text[end : end + _NEAR] if kind == "before" else kept[-_NEAR:]
            name = _DIVIDES.split(beside)[0 if kind == "before" else -1].strip()
            said = {"name": name, "mark": mark[0].strip()}
            if note is None:
                told.append(found("footnote", document.where, block.line, **said))
            else:
                said |= {"at": str(document.blocks[note.at].line), "text": note.text}
                told.append(found("footnote.note", document.where, block.line, **said))
            # A note that is no sentence keeps its mark, so that nobody takes it for a heading.
            if note and note.text.endswith(_ENDS):
                blocks[note.at] = replace(blocks[note.at], text=note.text)
        text = kept + block.text[end:]
        if text != block.text:
            # A note may have lost its own mark already.
            cut = len(block.text) - len(blocks[at].text)
            blocks[at] = replace(block, text=text[cut:])
    return replace(document, blocks=tuple(blocks), findings=tuple(told))


def _notes(blocks: Sequence[Block]) -> Mapping[str, list[_Note]]:
    """The blocks that may be notes, by their marks."""
    found: dict[str, list[_Note]] = {}
    for at, (block, number) in enumerate(zip(blocks, _numbers(blocks), strict=True)):
        begins = _NOTE.match(block.text)
        if begins:
            text = block.text[begins.end() :]
            found.setdefault(_key(begins[begins.lastindex or 0]), []).append(
                _Note(at, begins.end(), text)
            )
        elif number:  # a list, or a text that was copied, has taken the mark for a bullet
            found.setdefault(number, []).append(_Note(at, 0, block.text))
    return found


def _below(notes: Sequence[_Note], at: int) -> _Note | None:
    """The first of some notes that stands below a block."""
    first = bisect_right(notes, at, key=lambda each: each.at)
    return notes[first] if first < len(notes) else None


def _numbers(blocks: Sequence[Block]) -> Iterator[str]:
    """The number of each item of a numbered list; ``*`` for one that is alone in its list."""
    last = 0
    for at, block in enumerate(blocks):
        item = block.kind is Kind.ITEM
        last = last + 1 if item and block.numbered else 0
        beside = (*blocks[max(0, at - 1) : at], *blocks[at + 1 : at + 2])
        alone = item and all(each.kind is not Kind.ITEM for each in beside)
        yield str(last) if last else "*" if alone else ""


def raised(text: str) -> str:
    """What stands above the line: a number there is the mark of a footnote.

    >>> raised("[12]"), raised("th")
    ('¹²', 'th')
    """
    digits = _NUMBER.fullmatch(text)
    return digits[1].translate(_RAISED) if digits else text


def _key(mark: str) -> str:
    """What marks and the beginnings of notes have in common: "¹" is "1"."""
    return unicodedata.normalize("NFKC", mark)
