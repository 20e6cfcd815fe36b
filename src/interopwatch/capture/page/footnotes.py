"""Strip footnote marks from the words they are attached to, and collect the notes they refer to.

A mark is not part of a name: "Norway*", "Norway[1]", "Norway¹" and "Norway1)" are all Norway. A
mark that could be something else, as in "the first of three (3)", counts only if a note begins
with it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

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
"""Kinds that count as marks only if a note begins with the same mark."""
_CLOSING: Final = frozenset(("closed", "apart"))
"""Kinds that are not marks after an unclosed parenthesis: they close it."""
_NUMBER: Final = re.compile(r"[\[(\s]*(\d{1,2})[\])\s]*")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NEAR: Final = 80  # characters next to a mark that are searched for the name
_DIVIDES: Final = LINES.pattern("name_ends")
_ENDS: Final = (".", "!", "?")


class _Note(NamedTuple):
    """The index of a note's block, and the note's text without its mark."""

    at: int
    text: str


def without_marks(document: Document) -> Document:
    """Return a document without its footnote marks, each of them reported as a finding."""
    blocks, numbers = list(document.blocks), list(_numbers(document.blocks))
    notes: dict[str, _Note] = {}  # by mark, the nearest note below, as blocks are read upwards
    told: list[list[Finding]] = []
    for at in reversed(range(len(blocks))):
        block, kept, end = blocks[at], "", 0
        begins = _NOTE.match(block.text)
        told.append([])
        for mark, note in _marks(block.text, begins.end() if begins else 0, notes):
            kept, end = kept + block.text[end : mark.start()], mark.end()
            before = mark.lastgroup == "before"
            beside = block.text[end : end + _NEAR] if before else kept[-_NEAR:]
            name = _DIVIDES.split(beside)[0 if before else -1].strip()
            said = {"name": name, "mark": mark[0].strip()}
            if note:
                said |= {"at": str(blocks[note.at].line), "text": note.text}
            code = "footnote.note" if note else "footnote"
            told[-1].append(found(code, document.where, block.line, **said))
            # A note that is not a sentence keeps its mark, lest it be taken for a heading.
            if note and note.text.endswith(_ENDS):
                blocks[note.at] = replace(blocks[note.at], text=note.text)
        if end:
            blocks[at] = replace(block, text=kept + block.text[end:])
        if begins:
            key = _key(begins[begins.lastindex or 0])
            notes[key] = _Note(at, blocks[at].text[begins.end() :])
        elif numbers[at]:  # a list, or a copied text, has the mark as its bullet or number
            notes[numbers[at]] = _Note(at, blocks[at].text)
    findings = tuple(chain.from_iterable(reversed(told)))
    return replace(document, blocks=tuple(blocks), findings=findings)


def _marks(
    text: str, start: int, notes: Mapping[str, _Note]
) -> Iterator[tuple[re.Match[str], _Note | None]]:
    """Yield the footnote marks in a text, each with its note if there is one below."""
    opened = end = 0
    for mark in _MARK.finditer(text, start):
        kind = mark.lastgroup or ""
        note = notes.get(_key(mark[kind]))
        opened += text.count("(", end, mark.start()) - text.count(")", end, mark.start())
        end = mark.end()
        if (kind in _DOUBTFUL and note is None) or (kind in _CLOSING and opened > 0):
            opened += mark[0].count("(") - mark[0].count(")")
        else:
            yield mark, note


def _numbers(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield per block: its number in a numbered list, ``*`` for a lone bullet, else empty."""
    last = 0
    for at, block in enumerate(blocks):
        item = block.kind is Kind.ITEM
        last = last + 1 if item and block.numbered else 0
        beside = (*blocks[max(0, at - 1) : at], *blocks[at + 1 : at + 2])
        alone = item and all(each.kind is not Kind.ITEM for each in beside)
        yield str(last) if last else "*" if alone else ""


def raised(pieces: list[str]) -> list[str]:
    """Return the text of a superscript; a number becomes the raised mark of a footnote.

    >>> raised(["[", "12", "]"]), raised(["th"])
    (['¹²'], ['th'])
    """
    short = sum(map(len, pieces)) <= _NEAR
    digits = _NUMBER.fullmatch("".join(pieces)) if short else None
    return [digits[1].translate(_RAISED)] if digits else pieces


def _key(mark: str) -> str:
    """Normalise a mark, so that a raised one equals the plain one of its note: "¹" is "1"."""
    return unicodedata.normalize("NFKC", mark)
