"""The lines of a page that say of which day it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import date_like, day_order
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.lines import LINES
from interopwatch.package.edtf import is_season

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.model import Block, Document

_LONG: Final = 80  # letters; a longer line is no date line
_PROSE: Final = 200  # letters; a longer block is running text
_HEAD: Final = 2  # blocks of running text before which a date may stand alone
_LABELS: Final = (LINES.pattern("updated"), LINES.pattern("published"))
_STAMPS: Final = (("modif", "update", "revis"), ("publi", "creat", "issued"), ("",))
"""What the names of the stamps in a page's head hold, the best first."""
RELATED: Final = frozenset(LINES.data["related"])


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that a page gives itself.

    Attributes:
        day: The date, EDTF; empty if it cannot be told.
        text: The text that says so.
        line: The line on which it stands, if it does.
    """

    day: str
    text: str
    line: int = 0

    @property
    def place(self) -> str:
        """The line, as a message has it."""
        return f", line {self.line}" if self.line else ""


def edition_dates(document: Document) -> tuple[StatedDate, ...]:
    """The dates that say of which day a page is, of the kind that says so best.

    A line "Last updated: …" goes before "Published: …", that before a date alone on a line
    before the running text, and that before the stamps in the page's head. Which of day and
    month stands first in figures, other dates of the page tell.
    """
    found: dict[int, list[StatedDate]] = {}
    order = day_order(each.text for each in document.blocks)
    for rank, stated in (*_in_lines(document.blocks, order), *_in_stamps(document)):
        found.setdefault(rank, []).append(stated)
    return tuple(found[min(found)]) if found else ()


def is_date_line(text: str) -> bool:
    """Whether a block says of which day the page is, and nothing else."""
    label = next(filter(None, (each.match(text) for each in _LABELS)), None)
    whole = len(text) <= _LONG and _date_alone(text[label.end() :] if label else text) is not None
    parts = () if whole else _parts(text)
    return whole or (bool(parts) and all(map(is_date_line, parts)))


def _parts(text: str) -> list[str]:
    """What a line says beside each other: "Published 7 March 2024 | Updated 10 June 2026"."""
    parts = LINES.pattern("beside").split(text) if len(text) <= 2 * _LONG else []
    return [each for each in parts if each] if len(parts) > 1 else []


def is_update_line(text: str) -> bool:
    """Whether a line says when its page was last updated or published.

    >>> is_update_line("Last updated: 07 Mar. 2024 16:12"), is_update_line("Updated daily")
    (True, False)
    """
    texts = (text, *_parts(text))
    return any(_stated(each, label) is not None for each in texts for label in _LABELS)


def _stated(text: str, label: re.Pattern[str], order: DayOrder = "") -> str | None:
    """The day that a line with a label states; empty if it cannot be told, None without one."""
    match = label.match(text) if len(text) <= _LONG else None
    if match is None:
        return None
    day = _date_alone(text[match.end() :], order)
    sure = ":" in match[0] or "last" in match[0].lower()
    return "" if day is None and sure and any(map(str.isdigit, text)) else day


def _in_lines(blocks: Sequence[Block], order: DayOrder) -> Iterator[tuple[int, StatedDate]]:
    """The dates that lines state, each with the rank of its kind: the best is 0."""
    awaited = False  # whether the label stood on a line of its own
    prose, head = 0, True
    for block in blocks:
        prose += len(block.text) > _PROSE
        head = head and prose <= _HEAD and fold(block.text) not in RELATED
        may_stand_alone = head and block.kind is not Kind.CAPTION
        whole, *parts = (
            [
                (rank, StatedDate(day, text, block.line))
                for rank, day in enumerate(_days(text, order, awaited=awaited))
                if day is not None and (rank < len(_LABELS) or may_stand_alone)
            ]
            for text in (block.text, *_parts(block.text))
        )
        beside = [each for part in parts for each in part]
        read = any(stated.day for _, stated in whole) or not any(each.day for _, each in beside)
        yield from whole if read else beside
        awaited = fold(block.text) in {"last updated", "updated"}


def _days(text: str, order: DayOrder, *, awaited: bool) -> list[str | None]:
    """The day that a text states with each of the labels, and without one."""
    alone = _date_alone(text, order)
    days = [_stated(text, label, order) for label in _LABELS]
    return [alone, *days[1:], alone] if awaited else [*days, alone]


def _in_stamps(document: Document) -> Iterator[tuple[int, StatedDate]]:
    """What the head of the page says, where the reader of the page has kept it."""
    for name, value in document.stamps:
        kinds = (any(word in name.lower() for word in words) for words in _STAMPS)
        yield 3 + list(kinds).index(True), StatedDate(date_in(value) or "", f"{name}: {value}")


def date_in(text: str) -> str | None:
    """The date that a text begins with, EDTF; empty if it is ambiguous; None without one."""
    return _begins(text)[0]


def _date_alone(text: str, order: DayOrder = "") -> str | None:
    """The date of a text that holds nothing else but a time of day."""
    day, rest = _begins(text, order) if len(text) <= _LONG else (None, "")
    return day if LINES.pattern("time").fullmatch(rest) else None


def _begins(text: str, order: DayOrder = "") -> tuple[str | None, str]:
    """The date that a text begins with, and what follows it."""
    plain = LINES.pattern("glue").sub(" ", text)  # 24-Jul-2031, 2031-07-24T10:11
    weekday = LINES.pattern("weekday").match(plain)
    plain = plain[weekday.end() :] if weekday else plain
    first = next(iter(date_like(plain, order)), None)
    if first is None or first.start or is_season(first.edtf):
        return None, plain
    return first.edtf, plain[first.end :]
