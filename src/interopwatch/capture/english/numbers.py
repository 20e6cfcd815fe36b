"""Parse numbers, sums of money and ordinals in English text, in figures or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TENS: Final = ENGLISH.sequence("tens")


def _below_a_hundred(small: Sequence[str], round_ones: Sequence[str]) -> dict[str, int]:
    """Return the numbers below 100 by their words, given those below 20 and of round tens."""
    large = (
        f"{ten}-{one}" if one != small[0] else whole
        for ten, whole in zip(_TENS, round_ones, strict=True)
        for one in small[:10]
    )
    return {word: number for number, word in enumerate((*small, *large))}


_NUMBERS: Final = _below_a_hundred(ENGLISH.sequence("ones"), _TENS)
_SPELLED: Final = tuple(_NUMBERS)
_ORDINALS: Final = _below_a_hundred(
    ("zeroth", *ENGLISH.sequence("places")), ENGLISH.sequence("tenths")
)
_SIGNS: Final = ENGLISH.data["words"]["signs"]
_SCALES: Final = ENGLISH.data["words"]["scales"]
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def number(text: str) -> int | None:
    """Return the value of a whole number in figures or words; None for any other text.

    >>> number("24"), number("Fourteen"), number("twenty-six"), number("1,200"), number("many")
    (24, 14, 26, 1200, None)
    """
    plain = text.strip().lower().replace(",", "")
    if plain.isascii() and plain.isdigit():
        return int(plain)
    return _NUMBERS.get(plain.replace(" ", "-"))


def spelled(many: int) -> str:
    """Return a number from 0 to 99 in words; empty for any greater one.

    >>> spelled(14), spelled(30), spelled(29), spelled(100)
    ('fourteen', 'thirty', 'twenty-nine', '')
    """
    return _SPELLED[many] if many < len(_SPELLED) else ""


def ordinal(text: str) -> int:
    """Return the value of an ordinal number in figures or words.

    >>> ordinal("Sixth"), ordinal("6th"), ordinal("twenty-sixth")
    (6, 6, 26)
    """
    word = text.lower()
    return _ORDINALS[word] if word in _ORDINALS else int(word[:-2])


def is_hedged(text: str, start: int) -> bool:
    """Return whether the words before a number qualify it: "almost 20", "5 of 9"."""
    return ENGLISH.pattern("hedged").search(text, max(0, start - 40), start) is not None


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money: its value in digits, its currency (ISO 4217) and its position in a text."""

    value: str
    currency: str
    start: int
    end: int


def amounts(text: str) -> Iterator[Amount]:
    """Yield the sums of money in a text, without ranges.

    >>> [(a.value, a.currency) for a in amounts("€16.5m, $2bn, £300 million and EUR 1.2 billion")]
    [('16500000', 'EUR'), ('2000000000', 'USD'), ('300000000', 'GBP'), ('1200000000', 'EUR')]
    >>> list(amounts("€16,5; €16-20m; €16m-20m; €16m to €20m; between €1m and €2m"))
    []
    """
    text = ENGLISH.phrase("range").sub(lambda match: " " * len(match[0]), text)
    for match in ENGLISH.pattern("amount").finditer(text):
        figures, scale = match["one"] or match["other"], match["by"] or match["times"] or ""
        value = Decimal(figures.replace(",", "")).scaleb(_SCALES.get(scale, 0)).normalize()
        name = match["sign"] or match["name"]
        currency = _SIGNS.get(name, _SIGNS.get(name.lower(), name))
        yield Amount(f"{value:f}", currency, match.start(), match.end())


def lower_bounds(text: str) -> tuple[str, ...]:
    """Return the numbers that a text states as lower bounds, as written there.

    >>> lower_bounds("Over two dozen; at least 30, or 12 or more; more than 2030")
    ('Over two dozen', 'at least 30', '12 or more')
    """
    patterns = (ENGLISH.pattern(each) for each in ("at_least", "or_more"))
    found = (match for pattern in patterns for match in pattern.finditer(text))
    return tuple(
        match[0]
        for match in sorted(found, key=re.Match.start)
        if not (many := match["number"]) or (number(many) is not None and not _YEAR.fullmatch(many))
    )
