"""Normalise text for parsing, comparing and naming."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNSEEN: Final = (
    "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    "\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
UNSEEN: Final = str.maketrans("", "", _UNSEEN)
"""A translation table that deletes invisible characters, lest equal names differ."""
_FLAGS: Final = dict.fromkeys(range(0x1F1E6, 0x1F200))
"""Regional indicators, which form flags beside the names of countries."""
_CONTROLS: Final = {n: " " for n in (*range(0x20), *range(0x7F, 0xA0)) if not chr(n).isspace()}
_LIGATURES: Final = {ord(each): unicodedata.normalize("NFKD", each) for each in "ﬀﬁﬂﬃﬄﬅﬆ"}
"""Ligatures, which text copied from printed pages contains."""
_SEEN: Final = {**UNSEEN, **_LIGATURES, **_FLAGS, **_CONTROLS}
_ALIKE: Final = str.maketrans("“”„‘’‚‐‑‒–—−", "\"\"\"'''------")


def clean(text: str) -> str:
    r"""Return a text on one line, with single spaces and without invisible characters.

    >>> clean(" Bosnia\n and\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}Herze\N{SOFT HYPHEN}govina ")
    'Bosnia and Herzegovina'
    """
    return " ".join(text.translate(_SEEN).split())


def straight(text: str) -> str:
    """Return a text with straight quotes, and hyphens for dashes.

    >>> print(straight("“NATO’s” aim – a"))
    "NATO's" aim - a
    """
    return text.translate(_ALIKE)


def with_tokens(text: str, spans: Sequence[tuple[int, int]], marks: str) -> str:
    """Return a text with the given spans replaced by their numbers between two marks.

    >>> with_tokens("in 2031 and 2032", [(3, 7), (12, 16)], "«»")
    'in «0» and «1»'
    """
    ends = (0, *(end for _, end in spans))
    starts = (*(start for start, _ in spans), len(text))
    head, *parts = (text[end:start] for end, start in zip(ends, starts, strict=True))
    return head + "".join(f"{marks[0]}{n}{marks[1]}{part}" for n, part in enumerate(parts))


@lru_cache(maxsize=1 << 14)  # each step of parsing a page folds the same lines
def fold(name: str) -> str:
    """Return a name normalised in case, quotes, dashes, white space, edge punctuation and "the".

    >>> fold("the United  Kingdom") == fold("United Kingdom")
    True
    """
    plain = straight(unicodedata.normalize("NFC", name))
    return " ".join(plain.split()).strip(" .,;:").casefold().removeprefix("the ")


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a folded text in hexadecimal; texts that fold alike have the same.

    >>> fingerprint("NATO’s aim") == fingerprint("NATO's  aim")
    True
    """
    return hashlib.sha256(fold(text).encode()).hexdigest()


def slug(name: str) -> str:
    """Return a name as an id: lower-case ASCII, with a hyphen for each run of other characters.

    >>> slug("CBRN-D&I"), slug("Space technologies")
    ('cbrn-d-i', 'space-technologies')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
