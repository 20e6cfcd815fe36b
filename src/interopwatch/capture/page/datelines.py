"""Find the lines of a page that state its own date."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from interopwatch.capture.english.dates import date_like, day_order
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.lines import LINES
from interopwatch.package.edtf import is_season

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.model import Document

_LONG: Final = 80  # characters; a longer line is not a date line
_PROSE: Final = 200  # characters; a longer block is running text
_HEAD: Final = 2  # an unlabelled date counts up to this many blocks of running text
_LABELS: Final = (LINES.pattern("updated"), LINES.pattern("published"), re.compile(""))
"""Labels before the date in a line, the most specific first; the last is no label at all."""
_ALONE: Final = 2
_STAMPS: Final = (("modif", "update", "revis"), ("publi", "creat", "issued"), ("",))
"""Substrings of the names of the date stamps in a page's head, the most specific first."""
RELATED: Final = frozenset(LINES.data["related"])


class StatedDate(NamedTuple):
    """A date that a page states as its own."""

    rank: int  # how specific its label is; 0 is the most specific
    day: str | None  # EDTF; empty if it is ambiguous, ``None`` if it cannot be parsed
    text: str  # the text that states it
    line: int = 0  # the line of that text; 0 for a stamp

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        return f"{self.day or 'not a day'} (“{self.text}”{place})"


def edition_dates(document: Document) -> tuple[StatedDate, ...]:
    """Return the dates that a page states as its own, only those of the most specific kind.

    A line "Last updated: …" takes precedence over "Published: …", that over a date alone on a
    line before the running text, and that over the stamps in the page's head. Whether numeric
    dates have the day or the month first is inferred from the other dates of the page.
    """
    found = (*_in_lines(document), *_in_stamps(document))
    best = min((stated.rank for stated in found), default=0)
    return tuple(stated for stated in found if stated.rank == best)


def is_date_line(text: str) -> bool:
    """Return whether a block states the date of the page and nothing else."""
    whole, *parts = [any(each.day is not None for each in said) for said in _readings(text)]
    return whole or (bool(parts) and all(parts))


def is_update_line(text: str) -> bool:
    """Return whether a line states when the page was last updated or published.

    >>> is_update_line("Last updated: 07 Mar. 2024 16:12"), is_update_line("Updated daily")
    (True, False)
    """
    return any(each.rank < _ALONE for each in chain.from_iterable(_readings(text)))


def date_in(text: str) -> str | None:
    """Return the date that a text begins with (EDTF); empty if ambiguous, None without one."""
    return _begins(text)[0]


def _in_lines(document: Document) -> Iterator[StatedDate]:
    """Yield the dates that lines state."""
    order = day_order(each.text for each in document.blocks)
    awaited = False  # whether the line before was only a label
    prose, head = 0, True
    for block in document.blocks:
        prose += len(block.text) > _PROSE
        head = head and prose <= _HEAD and fold(block.text) not in RELATED
        whole, *parts = _readings(block.text, order)
        beside = list(chain.from_iterable(parts))
        in_parts = any(each.day for each in beside) and not any(each.day for each in whole)
        for stated in beside if in_parts else whole:
            rank = 0 if awaited and stated.rank == _ALONE else stated.rank
            if rank < _ALONE or (head and block.kind is not Kind.CAPTION):
                yield stated._replace(rank=rank, line=block.line)
        awaited = fold(block.text) in {"last updated", "updated"}


def _in_stamps(document: Document) -> Iterator[StatedDate]:
    """Yield the dates of the document's stamps, an unparsable one as None."""
    for name, value in document.stamps:
        kinds = (any(word in name.lower() for word in words) for words in _STAMPS)
        rank = len(_LABELS) + list(kinds).index(True)
        yield StatedDate(rank, date_in(value), f"{name}: {value}")


def _readings(text: str, order: DayOrder = "") -> list[list[StatedDate]]:
    """Return the dates stated by the complete line and then, if it has parts, by each of them.

    A line with parts: "Published 7 March 2024 | Updated 10 June 2026".
    """
    beside = LINES.pattern("beside").split(text) if len(text) <= 2 * _LONG else ()
    parts = [each for each in beside if each]
    return [[*_stated(each, order)] for each in (text, *(parts if len(parts) > 1 else ()))]


def _stated(text: str, order: DayOrder) -> Iterator[StatedDate]:
    """Yield, for each label that matches, the date after it if the text states nothing else."""
    for rank, label in enumerate(_LABELS):
        if len(text) <= _LONG and (match := label.match(text)):
            day, rest = _begins(text[match.end() :], order)
            read = day is not None and LINES.pattern("time").fullmatch(rest)
            sure = ":" in match[0] or "last" in match[0].lower()
            if read or (sure and any(map(str.isdigit, text))):
                yield StatedDate(rank, day if read else None, text)


def _begins(text: str, order: DayOrder = "") -> tuple[str | None, str]:
    """Return the date that a text begins with, as `date_in` does, and the text after it."""
    plain = LINES.pattern("glue").sub(" ", text)  # 24-Jul-2031, 2031-07-24T10:11
    plain = LINES.pattern("weekday").sub("", plain, count=1)
    first = next(iter(date_like(plain, order)), None)
    if first is None or first.start or is_season(first.edtf):
        return None, plain
    return first.edtf, plain[first.end :]
