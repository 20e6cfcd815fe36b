"""Parse dates in English text into EDTF (ISO 8601-2:2019), with exactly their precision."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

from interopwatch.capture.english.phrases import ENGLISH
from interopwatch.package.edtf import NO_DAYS, days_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping

_WORDS: Final = ENGLISH.data["words"]
_MONTHS: Final = {name[:3]: n for name, n in (_WORDS["months"] | _WORDS["seasons"]).items()}
"""The numbers of months by their first letters, and those that seasons have in their stead."""
_NUMERIC: Final = ENGLISH.pattern("numeric")
_IN_WORDS: Final[Mapping[DayOrder, re.Pattern[str]]] = {
    "day first": ENGLISH.pattern("day_month"),
    "month first": ENGLISH.pattern("month_day"),
}
_DATES: Final = tuple(map(ENGLISH.pattern, ENGLISH.sequence("forms")))
_MONTHS_A_YEAR: Final = 12

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
    found: list[DateMention] = []

    def take(match: re.Match[str]) -> str:
        found.append(DateMention(_edtf(match, order), match.start(), match.end()))
        return "0" * len(match[0])  # no other date, and figures to what stands beside it

    for pattern in _DATES:
        text = pattern.sub(take, text)
    return tuple(sorted(found, key=attrgetter("start")))


def surely_after(start: str, end: str) -> bool:
    """Whether all days of one date (EDTF) lie after those of another.

    >>> surely_after("2031-05", "2030"), surely_after("2031", "2031-05"), surely_after("", "2031")
    (True, False, False)
    """
    last = days_of(end).last
    return last is not None and days_of(start).is_after(last)


def agreeing(first: str, second: str) -> str:
    """The more precise of two dates, the first of equals; empty if they contradict each other.

    Of two other texts it is the first.
    """
    if first == second or not (first and second):
        return first or second
    one, two = days_of(first), days_of(second)
    if NO_DAYS in (one, two):
        return first
    if not (one.first and one.last and two.first and two.last):
        return ""
    if one.last < two.first or two.last < one.first:
        return ""
    return second if two.last - two.first < one.last - one.first else first


def day_order(texts: Iterable[str]) -> DayOrder:
    """Which of day and month the dates of a page have first.

    Figures of which one can be no month tell it, and, if there are none, dates in words. Where
    they disagree, nothing is told.

    >>> day_order(["24/07/2025", "02/03/2025"]), day_order(["July 28, 2025"]), day_order(["2025"])
    ('day first', 'month first', '')
    """
    figures, words = set[DayOrder](), set[DayOrder]()
    for text in texts:
        figures |= {_told(match) for match in _NUMERIC.finditer(text) if match["sep"] != "."}
        words |= {order for order, pattern in _IN_WORDS.items() if pattern.search(text)}
    told = figures - {""} or words
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
    said = match.groupdict("")
    year, until, month, day = (said.get(part, "") for part in ("year", "until", "month", "day"))
    if "one" in said:
        one, two = said["one"], said["two"]
        # With full stops the day is always first.
        sure = said["sep"] == "." or int(one) == int(two)
        first = "day first" if sure else _told(match) or order
        day, month = (one, two) if first == "day first" else (two, one)
        year = first and year
    elif month.lower() == "winter":  # the one that begins in a year, or the one that ends in it
        year = year if until and int(until) in {int(year) + 1, (int(year) + 1) % 100} else ""
    elif until:
        year = f"{year}/{until}"
    number = _MONTHS.get(month.lower()[:3]) or int(month or "0")
    edtf = year and "-".join([year, *(f"{int(part):02}" for part in (number, day) if part)])
    return "" if days_of(edtf) == NO_DAYS else edtf


def _told(match: re.Match[str]) -> DayOrder:
    """Which is first of a day and a month in figures, if one of them can be no month."""
    if int(match["one"]) > _MONTHS_A_YEAR:
        return "day first"
    return "month first" if int(match["two"]) > _MONTHS_A_YEAR else ""
