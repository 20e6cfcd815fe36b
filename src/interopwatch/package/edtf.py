"""EDTF dates as intervals of days.

The Extended Date/Time Format (ISO 8601-2:2019, annex A; published by the Library
of Congress) writes a date as exactly as it is known. Supported are levels 0 and 1
for calendar dates: ``2017``, ``2017-02``, ``2017-02-11``, seasons (``2017-21`` spring,
``-22`` summer, ``-23`` autumn, ``-24`` winter), unspecified digits (``201X``,
``2017-XX``), the qualifiers ``?`` (uncertain), ``~`` (approximate) and ``%`` (both),
and intervals with open ends (``2035/2040``, ``../2027``, ``2019-09/..``). Times of day
and years outside 0001 to 9999 are not supported.

EDTF does not define the days of a season. Here they are those of the northern hemisphere, in
whole months as meteorologists count them: spring is March to May, summer June to August, autumn
September to November, and winter December to February of the next year.

A qualifier states how certain the source is. It does not widen the interval: EDTF gives
it no width, and inventing one would claim more than the source does.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import Struct

from interopwatch.errors import DateError

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
"""The seasons by the number that replaces the month in EDTF (ISO 8601-2:2019, 4.8, level 1)."""

# A day of an unknown month is not an interval of days, and is rejected.
# ASCII digits only: `\d` and `int` would accept those of every script.
_POINT = r"(?a)(\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d|XX(?!-\d))(?:-(\d\d|XX))?)?([?~%]?)"
_OPEN = ("..", "")
_QUALIFIERS = {"": "", "?": "possibly ", "~": "about ", "%": "possibly about "}


class Span(Struct, frozen=True):
    """An interval of days, both ends included.

    Attributes:
        first: The earliest possible day; ``None`` if unbounded.
        last: The latest possible day; ``None`` if unbounded.
    """

    first: date | None
    last: date | None

    def is_by(self, day: date) -> bool:
        """Return whether it certainly lies on or before ``day``.

        >>> span("2017-02").is_by(date(2017, 2, 28))
        True
        """
        return self.last is not None and self.last <= day

    def is_after(self, day: date) -> bool:
        """Return whether it certainly lies after ``day``.

        >>> span("2017-02").is_after(date(2017, 1, 31))
        True
        """
        return self.first is not None and self.first > day

    def no_later_than(self, day: date | None) -> Span:
        """Return this span bounded above by ``day``, unless no day would be left.

        >>> span("2024").no_later_than(date(2024, 3, 7)).last
        datetime.date(2024, 3, 7)
        >>> span("2026").no_later_than(date(2024, 3, 7)).last
        datetime.date(2026, 12, 31)
        """
        if day is None or self.is_by(day) or self.is_after(day):
            return self
        return Span(self.first, day)


# Tables are long and their dates few: 4,096 days are eleven years.
@lru_cache(maxsize=4096)
def span(text: str) -> Span:
    """Parse an EDTF text as an interval of days.

    Args:
        text: An EDTF date or interval.

    Raises:
        DateError: The text is not in the supported part of EDTF, names a day that does not exist
            in the calendar, or is an interval that ends before it begins.

    >>> span("2035/2040")
    Span(first=datetime.date(2035, 1, 1), last=datetime.date(2040, 12, 31))
    >>> span("../2027").first is None
    True
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _point(text, text)
    if start in _OPEN and end in _OPEN:
        raise DateError(f"{text!r} is an interval without any date")
    first = None if start in _OPEN else _point(start, text).first
    last = None if end in _OPEN else _point(end, text).last
    if first is not None and last is not None and first > last:
        raise DateError(f"{text!r} ends before it begins", hint="Write the earlier date first.")
    return Span(first, last)


NO_DAYS: Final = Span(None, None)
"""The days of a text that is not a date."""


def days_of(text: str) -> Span:
    """Return the days of a text; :data:`NO_DAYS` if it is empty or not an EDTF date.

    >>> days_of("2017-02").last, days_of("soon") == NO_DAYS
    (datetime.date(2017, 2, 28), True)
    """
    try:
        return span(text) if text else NO_DAYS
    except DateError:
        return NO_DAYS


def _point(text: str, whole: str) -> Span:
    match = re.fullmatch(_POINT, text)
    if match is None:
        raise DateError(
            f"{whole!r} is not an EDTF date",
            hint="Write 2017, 2017-02 or 2017-02-11, with ~ for about, / between two dates.",
        )
    year, month, day = match.group(1), match.group(2), match.group(3)
    low, high = year.replace("X", "0"), year.replace("X", "9")
    try:
        if month in (None, "XX"):
            # `000X` begins in the year 1, as `date` has no year 0.
            return Span(date(max(int(low), 1), 1, 1), date(int(high), 12, 31))
        if day is None and int(month) in SEASONS:
            return _season(int(low), int(high), int(month))
        if day in (None, "XX"):
            return Span(date(int(low), int(month), 1), _end_of_month(int(high), int(month)))
        return Span(date(int(low), int(month), int(day)), date(int(high), int(month), int(day)))
    except ValueError:
        raise DateError(f"{whole!r} names a day that the calendar does not have") from None


def _season(low: int, high: int, season: int) -> Span:
    """Return a season of the years from ``low`` to ``high``."""
    first = 3 * (season - 20)
    last, after = (first + 2, 0) if first < len(MONTHS) else (2, 1)
    return Span(date(low, first, 1), _end_of_month(high + after, last))


def _end_of_month(year: int, month: int) -> date:
    # December separately: there is no month 13, and no January 10000 either.
    if month == len(MONTHS):
        return date(year, month, 31)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)


def last_day(text: str) -> date:
    """Return the last day of a date: "as of" a date means the end of it.

    Raises:
        DateError: The text is not an EDTF date, or has no end.

    >>> last_day("2020-06")
    datetime.date(2020, 6, 30)
    """
    last = span(text).last
    if last is None:
        raise DateError(f"{text!r} has no end", hint="Give a day, a month or a year.")
    return last


def is_plain(text: str) -> bool:
    """Return whether a text is a plain day, month or year, and so can name a snapshot.

    >>> is_plain("2020-06"), is_plain("2014~"), is_plain("2035/2040"), is_plain("2020-13")
    (True, False, False, False)
    """
    # The pattern accepts 2020-13 and 2020-02-30, which do not exist in the calendar.
    if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text, re.ASCII) is None or is_season(text):
        return False
    return days_of(text) != NO_DAYS


def is_season(text: str) -> bool:
    """Return whether a text is a season of a year.

    >>> is_season("2025-23"), is_season("2025-12")
    (True, False)
    """
    match = re.fullmatch(r"\d{4}-(\d\d)", text, re.ASCII)
    return match is not None and int(match[1]) in SEASONS


def in_words(text: str) -> str:
    """Format an EDTF date in English. Other texts are returned unchanged.

    >>> in_words("2019-12-11"), in_words("2017-02"), in_words("2014~")
    ('11 December 2019', 'February 2017', 'about 2014')
    >>> in_words("2025-23"), in_words("../2026-22")
    ('autumn 2025', 'by the end of summer 2026')
    >>> in_words("2035/2040"), in_words("../2027"), in_words("2019-09/..")
    ('between 2035 and 2040', 'by the end of 2027', 'since September 2019')
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _point_in_words(text)
    if start in _OPEN:
        of = "" if re.match(r"\d{4}-\d\d-\d\d", end) else "the end of "
        return f"by {of}{_point_in_words(end)}"
    if end in _OPEN:
        return f"since {_point_in_words(start)}"
    return f"between {_point_in_words(start)} and {_point_in_words(end)}"


def _point_in_words(text: str) -> str:
    match = re.fullmatch(_POINT, text)
    if match is None:
        return text
    year, month, day, qualifier = match.groups()
    # 20XX is kept: “the 2000s” is a century to some and a decade to others.
    words = f"the {year[:3]}0s" if year.endswith("X") and year[2] != "X" else year
    if month not in (None, "XX") and day is None and int(month) in SEASONS:
        words = f"{SEASONS[int(month)]} {words}"
    elif month not in (None, "XX") and 1 <= int(month) <= len(MONTHS):
        words = f"{MONTHS[int(month) - 1]} {words}"
        if day not in (None, "XX"):
            words = f"{int(day)} {words}"
    return _QUALIFIERS[qualifier] + words
