"""Dates in English text, with no more precision than it has, as EDTF (ISO 8601-2:2019)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from interopwatch.errors import DateError
from interopwatch.package.edtf import span

if TYPE_CHECKING:
    from collections.abc import Iterable

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

_MONTH: Final = (
    r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|Sept)\.?"
)

_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"

_ORDINAL: Final = r"(?:st|nd|rd|th)?"

_SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_SEASON: Final = "|".join(_SEASONS)
_NUMERIC: Final = re.compile(
    rf"(?<![\d/.-])(?P<one>\d{{1,2}})(?P<sep>[/.-])(?P<two>\d{{1,2}})(?P=sep){_YEAR}(?!\d|[/.-]\d)"
)
"""Day and month in figures: 15/02/2023, 3.2.2023."""
_DAY_MONTH: Final = rf"\b(?P<day>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b"
_MONTH_DAY: Final = rf"\b{_MONTH}\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s+{_YEAR}\b"
_YEARS: Final = r"(?P<year>(?:19|20)\d\d)\s*[-–—/]\s*"
_DATES: Final = (
    _NUMERIC,
    *(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            _DAY_MONTH,
            _MONTH_DAY,
            rf"\b{_YEAR}(?P<sep>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=sep)(?P<day>[0-2]?\d|3[01])\b",
            rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b",
            rf"\b(?:the )?(?P<season>winter)(?: of)? {_YEARS}(?P<until>(?:19|20)?\d\d)\b",
            rf"\b(?:the )?(?P<season>{_SEASON})(?: of)? {_YEAR}\b(?![-–—/]\d)",
            rf"\b{_YEARS}(?P<until>(?:19|20)\d\d)\b",
            rf"(?<!\d[/.-])\b{_YEAR}\b(?![-–—/]\d)(?!s\b)",
        )
    ),
)
_MONTHS_A_YEAR: Final = len(MONTHS)

DayOrder = Literal["", "day first", "month first"]
"""Which of day and month a page writes first; empty if that cannot be told."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: its EDTF form, and where it stands."""

    edtf: str
    start: int
    end: int


def dates(text: str, order: DayOrder = "") -> tuple[DateMention, ...]:
    """The dates in a text, in order, none of which overlap.

    What is no day of the calendar is no date, nor is what may be two days (02/03/2023), nor
    "winter 2025", which may have begun in that year or ended in it.

    Args:
        text: The text.
        order: Which of day and month stands first in figures, where the figures do not tell.

    >>> [d.edtf for d in dates("on 11 December 2019, by June 2020; 2035-2040, the 1960s")]
    ['2019-12-11', '2020-06', '2035/2040']
    >>> [d.edtf for d in dates("15/02/2023, 02/03/2023, 3.2.2023, the autumn of 2025")]
    ['2023-02-15', '2023-02-03', '2025-23']
    """
    return tuple(each for each in date_like(text, order) if each.edtf)


def date_like(text: str, order: DayOrder = "") -> tuple[DateMention, ...]:
    """The dates in a text and what looks like one; that has no EDTF form.

    >>> date_like("30 February 2031")
    (DateMention(edtf='', start=0, end=16),)
    """
    found: list[DateMention] = []  # in order, so that only the neighbours are to be looked at
    for pattern in _DATES:
        for match in pattern.finditer(text):
            at = bisect_right(found, match.start(), key=lambda each: each.start)
            follows = not at or found[at - 1].end <= match.start()
            if follows and (at == len(found) or match.end() <= found[at].start):
                found.insert(at, DateMention(_edtf(match, order), match.start(), match.end()))
    return tuple(found)


def surely_after(start: str, end: str) -> bool:
    """Whether all days of one date (EDTF) lie after those of another.

    >>> surely_after("2031-05", "2030"), surely_after("2031", "2031-05"), surely_after("", "2031")
    (True, False, False)
    """
    first, last = span(start).first if start else None, span(end).last if end else None
    return first is not None and last is not None and first > last


def day_order(texts: Iterable[str]) -> DayOrder:
    """Which of day and month the dates of a page have first.

    Figures of which one can be no month tell it, and, if there are none, dates in words. Where
    they disagree, nothing is told.

    >>> day_order(["24/07/2025", "02/03/2025"]), day_order(["July 28, 2025"]), day_order(["2025"])
    ('day first', 'month first', '')
    """
    figures: set[DayOrder] = set()
    words: set[DayOrder] = set()
    for text in texts:
        for match in _NUMERIC.finditer(text):
            if match["sep"] != "." and int(match["one"]) > _MONTHS_A_YEAR:
                figures.add("day first")
            elif match["sep"] != "." and int(match["two"]) > _MONTHS_A_YEAR:
                figures.add("month first")
        if re.search(_DAY_MONTH, text, re.IGNORECASE):
            words.add("day first")
        if re.search(_MONTH_DAY, text, re.IGNORECASE):
            words.add("month first")
    told = figures or words
    return told.pop() if len(told) == 1 else ""


def unclear_dates(text: str, order: DayOrder = "") -> tuple[str, ...]:
    """The dates in figures of which day and month cannot be told apart, as they stand.

    >>> unclear_dates("on 02/03/2023"), unclear_dates("on 02/03/2023", "day first")
    (('02/03/2023',), ())
    """
    return tuple(
        match[0]
        for match in _NUMERIC.finditer(text)
        if not _edtf(match, order) and _edtf(match, "day first") and _edtf(match, "month first")
    )


def _edtf(match: re.Match[str], order: DayOrder) -> str:
    """The date that a pattern found; empty if it is none, or not just one."""
    parts = match.groupdict()
    year, until, season = parts["year"], parts.get("until"), parts.get("season")
    if season:
        last = int(year) + 1 if until else 0
        sure = int(until) in (last, last % 100) if until else season.lower() != "winter"
        edtf = f"{year}-{_SEASONS[season.lower()]}" if sure else ""
    elif until:
        edtf = f"{year}/{until}"
    elif parts.get("one"):
        edtf = _in_figures(int(parts["one"]), int(parts["two"]), year, parts["sep"], order)
    elif not parts.get("month"):
        edtf = year
    else:
        month = int(parts["month"]) if parts["month"].isdigit() else _month(parts["month"])
        edtf = f"{year}-{month:02}" + (f"-{int(parts['day']):02}" if parts.get("day") else "")
    try:
        span(edtf)
    except DateError:
        return ""
    return edtf


def _in_figures(one: int, two: int, year: str, sep: str, order: DayOrder) -> str:
    """A date in figures; with full stops the day is always first."""
    if sep == "." or one > _MONTHS_A_YEAR or one == two:
        order = "day first"
    elif two > _MONTHS_A_YEAR:
        order = "month first"
    if not order:
        return ""
    day, month = (one, two) if order == "day first" else (two, one)
    return f"{year}-{month:02}-{day:02}"


def _month(text: str) -> int:
    start = text.lower()[:3]
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(start))
