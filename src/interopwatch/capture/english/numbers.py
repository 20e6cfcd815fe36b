"""Whole numbers in English text, in figures or words."""

from __future__ import annotations

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
