"""English phrasing shared by reports: sentences, lists of names, names grouped by date."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

from interopwatch.package.edtf import NO_DAYS, days_of, in_words, is_plain
from interopwatch.package.labels import joined
from interopwatch.text import alphabetical

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six",
    "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
)  # fmt: skip
_MOST_DATED: Final = 14
"""The maximum number of names listed beside their dates, in some three lines of a terminal; for
more, a headline counts them by year."""
_MOST_YEARS: Final = 8
"""The maximum number of years counted one by one: one line of a terminal."""
_DAY: Final = 10
"""The length of a date to the day: ``2019-12-11``."""


def sentence(text: str) -> str:
    """Return a text as a sentence: a small number in words at its start, a full stop at its end.

    >>> sentence("7 projects were launched"), sentence("20 projects ended")
    ('Seven projects were launched.', '20 projects ended.')
    """
    number = re.match(r"(\d+)(?= )", text)
    is_one_of_many = re.search(r"(?:, |; |and )\d", text)  # numbers next to each other look alike
    if number and not is_one_of_many and int(number[0]) < len(_NUMBERS):
        text = f"{_NUMBERS[int(number[0])]}{text[number.end() :]}"
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def listed_names(names: Sequence[str], most: int | None = None) -> str:
    """Return names as an English list, in alphabetical order; those with a comma are quoted."""
    shown = [f"“{name}”" if ", " in name else name for name in sorted(names, key=alphabetical)]
    return joined(shown) if most is None else joined(shown, most)


def dated(pairs: Sequence[tuple[str, str]]) -> str:
    """Return names by date, the earliest first: ``A and B in June 2017; C in October 2018``.

    Args:
        pairs: Each name, with its date (EDTF) first, which is empty if not known.
    """
    grouped: dict[str, list[str]] = {}
    for when, name in sorted(pairs, key=lambda pair: _order(pair[0])):
        grouped.setdefault(when, []).append(name)
    if len(pairs) > _MOST_DATED:
        return _by_year([when for when, _ in pairs])
    texts = [
        f"{listed_names(names)}{_date_after_name(when) if when else ''}"
        for when, names in grouped.items()
    ]
    return "; ".join(texts)


def _by_year(dates: Sequence[str]) -> str:
    """Count dates by year: ``three in 2017, ten in 2018 and one without a date``."""
    years = Counter(days[1].year for when in dates if (days := _order(when))[1] != date.max)
    ordered = sorted(years)
    if len(ordered) > _MOST_YEARS:
        texts = [f"{_number(years.total())} between {ordered[0]} and {ordered[-1]}"]
    else:
        texts = [f"{_number(years[year])} in {year}" for year in ordered]
    if without := len(dates) - years.total():
        texts.append(f"{_number(without)} without a date")
    return joined(texts)


def _number(count: int) -> str:
    return _NUMBERS[count].lower() if count < len(_NUMBERS) else f"{count:,}"


def _order(when: str) -> tuple[date, date]:
    days = days_of(when)
    if days == NO_DAYS:
        return date.max, date.max
    return days.first or date.min, days.last or date.max


def _date_after_name(when: str) -> str:
    """Return a date as written after a name."""
    if not is_plain(when):
        return f" ({in_words(when)})"
    return f" {'on' if len(when) == _DAY else 'in'} {in_words(when)}"
