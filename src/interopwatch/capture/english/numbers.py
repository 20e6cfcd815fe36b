"""Numbers, sums of money and places in an order in English text, in figures or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

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

NUMBER: Final = "|".join(
    (r"\d{1,3}(?:,\d{3}){0,3}", rf"(?:{'|'.join(_TENS)})-\w{{3,5}}",
     *sorted({*NUMBERS, *_TENS}, key=len, reverse=True))
)  # fmt: skip
"""A regular expression of what may be a number; :func:`number` tells which it is."""
_ORDINALS: Final = {
    word: place
    for place, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
         "seventeenth", "eighteenth", "nineteenth", "twentieth"),
        1,
    )
}  # fmt: skip
ORDINAL: Final = "|".join((*_ORDINALS, r"\d{1,2}(?:st|nd|rd|th)"))
_DOZENS: Final = r"(?:a|(?P<dozens>two|three|four|five|six)) dozen"
_COUNTED: Final = rf"(?:{_DOZENS}|(?P<number>{NUMBER}))"
_LEAST: Final = re.compile(
    r"\b(?:(?P<above>more than|over|in excess of|upwards of|exceeding)"
    r"|at least|(?:no|not) (?:fewer|less) than|a minimum of) (?:the )?"
    rf"(?:[€$£]|(?:EUR|USD|GBP) )?{_COUNTED}(?![\w-])",
    re.IGNORECASE,
)
_OR_MORE: Final = re.compile(
    rf"(?<![\w.,-]){_COUNTED}(?:\+|(?: or|,? and) more\b|[ -]plus\b)(?! than)", re.IGNORECASE
)
_CODES: Final = "EUR|USD|GBP|CAD|NOK|SEK|DKK|PLN|CZK|HUF|RON|TRY|CHF|ISK|JPY|AUD"
_SIGNS: Final = {
    "€": "EUR", "US$": "USD", "$": "USD", "£": "GBP", "euro": "EUR", "euros": "EUR",
    "us dollars": "USD", "pounds sterling": "GBP",
}  # fmt: skip
_SCALES: Final = {
    "thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "mln": 6, "mio": 6, "billion": 9,
    "bn": 9, "trillion": 12, "tn": 12,
}  # fmt: skip
_FIGURES: Final = (
    r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+|\d{{1,9}}(?:\.\d{{1,6}})?)"
    # What goes on in another way is another number: "16,5", "16 500", "16-20", "16 to 20".
    r"(?![.,’']?\d| ?[–—-] ?\d| (?:to |or )?\d)"
    rf"(?: ?(?P<{{1}}>{'|'.join(sorted(_SCALES, key=len, reverse=True))})(?![\w%]))?+"
)
AMOUNT: Final = (
    rf"(?<!\w)(?:(?P<sign>US\$|[€$£]|(?:{_CODES})(?!\w)) ?{_FIGURES.format('one', 'by')}(?![\w%])"
    r"(?! ?[–—-] ?\d)"
    rf"|{_FIGURES.format('other', 'times')} ?(?P<name>euros?|US dollars|pounds sterling"
    rf"|{_CODES})\b)"
    # Such a sum is one of several, or of something else.
    r"(?! (?:dozen|hundred|a (?:year|month|day|head)|per|annually|yearly|monthly|each|apiece)\b)"
)
"""A regular expression of a sum of money; :func:`amounts` tells which it is."""
_AMOUNT: Final = re.compile(AMOUNT)
_RANGE: Final = frozenset(("to", "or", "-", "–", "—"))
_HEDGED: Final = re.compile(
    r"(?:\b(?:than|over|almost|nearly|about|around|some|up to|at least|approximately|roughly|under"
    r"|of|another|further|other|additional) |\d ?(?:and|to|or|of|[–—-]) ?"
    r"|\bbetween [\w-]{1,20} and )$",
    re.IGNORECASE,
)


_YEAR: Final = re.compile(r"(?:19|20)\d\d")


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


def spelled(many: int) -> str:
    """A number up to 99 in words; empty for any other.

    >>> spelled(14), spelled(30), spelled(29), spelled(100)
    ('fourteen', 'thirty', 'twenty-nine', '')
    """
    small = {value: word for word, value in NUMBERS.items()}
    tens = {value: word for word, value in _TENS.items()}
    ten, one = many - many % 10, many % 10
    return small.get(many) or tens.get(many) or (f"{tens[ten]}-{small[one]}" if ten in tens else "")


def ordinal(text: str) -> int:
    """A place in an order.

    >>> ordinal("Sixth"), ordinal("6th")
    (6, 6)
    """
    word = text.lower()
    return _ORDINALS[word] if word in _ORDINALS else int(word[:-2])


def is_hedged(text: str, start: int) -> bool:
    """Whether what stands before a number makes it another number: "almost 20", "5 of 9"."""
    return _HEDGED.search(text, max(0, start - 40), start) is not None


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money: its value as plain figures, its currency (ISO 4217), and where it stands."""

    value: str
    currency: str
    start: int
    end: int


def amounts(text: str) -> Iterator[Amount]:
    """The sums of money in a text.

    >>> [(a.value, a.currency) for a in amounts("€16.5m, $2bn, £300 million and EUR 1.2 billion")]
    [('16500000', 'EUR'), ('2000000000', 'USD'), ('300000000', 'GBP'), ('1200000000', 'EUR')]
    >>> list(amounts("€16,5; €16-20m; €16m-20m; €16m to €20m; between €1m and €2m"))
    []
    """
    matches = list(_AMOUNT.finditer(text))
    ranged: set[int] = set()
    for n, (one, two) in enumerate(pairwise(matches)):
        between = text[one.end() : two.start()].strip()
        both = between == "and" and re.search(r"(?i)\bbetween $", text[: one.start()])
        ranged |= {n, n + 1} if both or between in _RANGE else set()
    for match in (each for n, each in enumerate(matches) if n not in ranged):
        figures, scale = match["one"] or match["other"], match["by"] or match["times"] or ""
        value = Decimal(figures.replace(",", "")).scaleb(_SCALES.get(scale, 0)).normalize()
        name = match["sign"] or match["name"]
        currency = _SIGNS.get(name, _SIGNS.get(name.lower(), name))
        yield Amount(f"{value:f}", currency, match.start(), match.end())


@dataclass(frozen=True, slots=True)
class LowerBound:
    """A number that a text gives as the least: as it is written, and the least that it can be."""

    written: str
    least: int


def lower_bounds(text: str) -> tuple[LowerBound, ...]:
    """The numbers that a text gives as the least there are.

    >>> [(b.written, b.least) for b in lower_bounds("Over two dozen; at least 30, or 12 or more")]
    [('Over two dozen', 25), ('at least 30', 30), ('12 or more', 12)]
    """
    found = []
    for match in sorted((*_LEAST.finditer(text), *_OR_MORE.finditer(text)), key=re.Match.start):
        dozens, many = match["dozens"], match["number"]
        value = number(many) if many else 12 * NUMBERS[dozens.lower()] if dozens else 12
        above = bool(match.groupdict().get("above"))
        if value is not None and not (many and _YEAR.fullmatch(many)):
            found.append(LowerBound(match[0], value + above))
    return tuple(found)
