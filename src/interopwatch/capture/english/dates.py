"""Dates in English text, with no more precision than it has, as EDTF (ISO 8601-2:2019)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from interopwatch.package.edtf import span

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

_MONTH: Final = (
    r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|Sept)\.?"
)

_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"

_ORDINAL: Final = r"(?:st|nd|rd|th)?"

_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s+{_YEAR}\b",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-2]\d|3[01])\b",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b",
        r"\b(?P<year>(?:19|20)\d\d)\s*[-–—/]\s*(?P<until>(?:19|20)\d\d)\b",
        rf"\b{_YEAR}\b(?![-–—/]\d)(?!s\b)",
    )
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: its EDTF form, and where it stands."""

    edtf: str
    start: int
    end: int


def dates(text: str) -> tuple[DateMention, ...]:
    """The dates in a text, in order, none of which overlap.

    >>> [d.edtf for d in dates("on 11 December 2019, by June 2020; 2035-2040, the 1960s")]
    ['2019-12-11', '2020-06', '2035/2040']
    """
    found: list[DateMention] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            free = all(match.end() <= d.start or match.start() >= d.end for d in found)
            edtf = _edtf(match.groupdict())
            if free and edtf:
                found.append(DateMention(edtf, match.start(), match.end()))
    return tuple(sorted(found, key=lambda each: each.start))


def surely_after(start: str, end: str) -> bool:
    """Whether all days of one date (EDTF) lie after those of another.

    >>> surely_after("2031-05", "2030"), surely_after("2031", "2031-05"), surely_after("", "2031")
    (True, False, False)
    """
    first, last = span(start).first if start else None, span(end).last if end else None
    return first is not None and last is not None and first > last


def _edtf(parts: dict[str, str | None]) -> str:
    year, month, day, until = (parts.get(name) for name in ("year", "month", "day", "until"))
    if until:
        return f"{year}/{until}"
    if not month:
        return str(year)
    number = int(month) if month.isdigit() else _month(month)
    if not day:
        return f"{year}-{number:02}"
    return f"{year}-{number:02}-{int(day):02}" if 1 <= int(day) <= 31 else ""  # noqa: PLR2004


def _month(text: str) -> int:
    start = text.lower()[:3]
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(start))
