"""Parse dates in English text into EDTF (ISO 8601-2:2019), without loss of precision."""

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
"""The EDTF numbers of months and seasons, by their first three letters."""
_NUMERIC: Final = ENGLISH.pattern("numeric")
_IN_WORDS: Final[Mapping[DayOrder, re.Pattern[str]]] = {
    "day first": ENGLISH.pattern("day_month"),
    "month first": ENGLISH.pattern("month_day"),
}
_DATES: Final = tuple(map(ENGLISH.pattern, ENGLISH.sequence("forms")))
_MONTHS_A_YEAR: Final = 12

DayOrder = Literal["", "day first", "month first"]
"""Whether a page writes numeric dates with the day or the month first; empty if unknown."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: its EDTF form and its position, ``text[start:end]``."""

    edtf: str
    start: int
    end: int


def dates(text: str, order: DayOrder = "") -> tuple[DateMention, ...]:
    """Return the dates in a text, in order and without overlaps.

    Excluded are days that the calendar does not have, ambiguous days (02/03/2023), and
    "winter 2025", which may have begun or ended in that year.

    >>> [d.edtf for d in dates("on 11 December 2019, by June 2020; 2035-2040, the 1960s")]
    ['2019-12-11', '2020-06', '2035/2040']
    >>> [d.edtf for d in dates("15/02/2023, 02/03/2023, 3.2.2023, the autumn of 2025")]
    ['2023-02-15', '2023-02-03', '2025-23']
    """
    return tuple(each for each in date_like(text, order) if each.edtf)


def date_like(text: str, order: DayOrder = "") -> tuple[DateMention, ...]:
    """Return the dates in a text, and the excluded ones with an empty EDTF form.

    >>> date_like("30 February 2031")
    (DateMention(edtf='', start=0, end=16),)
    """
    found: list[DateMention] = []

    def take(match: re.Match[str]) -> str:
        found.append(DateMention(_edtf(match, order), match.start(), match.end()))
        return "0" * len(match[0])  # no longer a date, but still digits to lookarounds

    for pattern in _DATES:
        text = pattern.sub(take, text)
    return tuple(sorted(found, key=attrgetter("start")))


def surely_after(start: str, end: str) -> bool:
    """Return whether all days of one date (EDTF) are after those of another.

    >>> surely_after("2031-05", "2030"), surely_after("2031", "2031-05"), surely_after("", "2031")
    (True, False, False)
    """
    last = days_of(end).last
    return last is not None and days_of(start).is_after(last)


def agreeing(first: str, second: str) -> str:
    """Return the more precise of two dates, or the first of equals; empty if they contradict.

    If one text is empty, return the other; if one is no date, the first.
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
    """Return whether the dates of a page have the day or the month first.

    Numeric dates in which one number cannot be a month decide; without any, dates with the
    month in letters. The result is empty if there are none or if they disagree.

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
    """Return the numeric dates whose day and month are ambiguous, as written.

    >>> unclear_dates("on 02/03/2023"), unclear_dates("on 02/03/2023", "day first")
    (('02/03/2023',), ())
    """
    return tuple(
        match[0]
        for match in _NUMERIC.finditer(text)
        if not _edtf(match, order) and _edtf(match, "day first") and _edtf(match, "month first")
    )


def _edtf(match: re.Match[str], order: DayOrder) -> str:
    """Return the date of a match in EDTF; empty if it is not a date or ambiguous."""
    said = match.groupdict("")
    year, until, month, day = (said.get(part, "") for part in ("year", "until", "month", "day"))
    if "one" in said:
        one, two = said["one"], said["two"]
        # With full stops the day is always first.
        sure = said["sep"] == "." or int(one) == int(two)
        first = "day first" if sure else _told(match) or order
        day, month = (one, two) if first == "day first" else (two, one)
        year = first and year
    elif month.lower() == "winter":  # certain only with both years: "winter 2025/26"
        year = year if until and int(until) in {int(year) + 1, (int(year) + 1) % 100} else ""
    elif until:
        year = f"{year}/{until}"
    number = _MONTHS.get(month.lower()[:3]) or int(month or "0")
    edtf = year and "-".join([year, *(f"{int(part):02}" for part in (number, day) if part)])
    return "" if days_of(edtf) == NO_DAYS else edtf


def _told(match: re.Match[str]) -> DayOrder:
    """Return the order of day and month in a numeric date; empty if both can be months."""
    if int(match["one"]) > _MONTHS_A_YEAR:
        return "day first"
    return "month first" if int(match["two"]) > _MONTHS_A_YEAR else ""
