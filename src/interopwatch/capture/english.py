"""Dates, numbers and names in English running text.

A date is read with no more precision than the text has, as EDTF (ISO 8601-2:2019).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        (
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
            "eighteen", "nineteen", "twenty",
        )
    )
}  # fmt: skip
_TENS: Final = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2
    )
}
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
_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9ÀÁÂÄÇÉÈÖÜ])")
_ABBREVIATIONS: Final = ("e.g.", "i.e.", "approx.", "no.", "incl.", "st.", "dr.", "gen.", "vs.")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text: its EDTF form, and where it stands."""

    edtf: str
    start: int
    end: int


def dates(text: str) -> tuple[Dated, ...]:
    """The dates in a text, in order, none of which overlap.

    >>> [d.edtf for d in dates("on 11 December 2019, by June 2020; 2035-2040, the 1960s")]
    ['2019-12-11', '2020-06', '2035/2040']
    """
    found: list[Dated] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            free = all(match.end() <= d.start or match.start() >= d.end for d in found)
            edtf = _edtf(match.groupdict())
            if free and edtf:
                found.append(Dated(edtf, match.start(), match.end()))
    return tuple(sorted(found, key=lambda each: each.start))


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


def number(text: str) -> int | None:
    """A whole number in figures or words.

    >>> number("24"), number("Fourteen"), number("twenty-six"), number("1,200"), number("many")
    (24, 14, 26, 1200, None)
    """
    plain = text.strip().lower().replace(",", "")
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if plain in NUMBERS:
        return NUMBERS[plain]
    tens, _, ones = plain.replace(" ", "-").partition("-")
    if tens in _TENS and (not ones or NUMBERS.get(ones, 10) < 10):  # noqa: PLR2004
        return _TENS[tens] + NUMBERS.get(ones, 0)
    return None


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text.

    >>> sentences("Established. X was launched in Sept. 2019. It grew.")
    ('Established.', 'X was launched in Sept. 2019.', 'It grew.')
    """
    return tuple(_sentences(text))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE.finditer(text):
        so_far = text[start : match.start()]
        last = so_far.rsplit(maxsplit=1)[-1].lower() if so_far.strip() else ""
        month = last.rstrip(".") in {name[:3] for name in MONTHS} | {"sept"}
        if last in _ABBREVIATIONS or (month and text[match.end()].isdigit()):
            continue
        yield text[start : match.end()].strip()
        start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def fold(name: str) -> str:
    """A name without what its spellings differ in: case, quotes, dashes, white space, "the".

    >>> fold("the United  Kingdom") == fold("United Kingdom")
    True
    """
    plain = unicodedata.normalize("NFC", name).translate(_QUOTES)
    plain = re.sub(r"[‐‑‒–—−]", "-", plain)
    plain = " ".join(plain.split()).strip(" .,;:").casefold()
    return plain.removeprefix("the ")


def slug(name: str) -> str:
    """A name as an id: lower case, every run of other characters a hyphen.

    >>> slug("CBRN-D&I"), slug("Space technologies")
    ('cbrn-d-i', 'space-technologies')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
