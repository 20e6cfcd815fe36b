"""Whole numbers and places in an order in English text, in figures or words."""

from __future__ import annotations

import re
from typing import Final

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
_HEDGED: Final = re.compile(
    r"(?:\b(?:than|over|almost|nearly|about|around|some|up to|at least|approximately|roughly|under"
    r"|of|another|further|other|additional) |\d ?(?:and|to|or|of|[–—-]) ?"
    r"|\bbetween [\w-]{1,20} and )$",
    re.IGNORECASE,
)


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
