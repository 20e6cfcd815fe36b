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
"""Characters that no reader sees, which would make one name two: to be taken out."""
_FLAGS: Final = dict.fromkeys(range(0x1F1E6, 0x1F200))
"""The letters that flags are made of, which may stand beside the names of countries."""
_CONTROLS: Final = {n: " " for n in (*range(0x20), *range(0x7F, 0xA0)) if not chr(n).isspace()}
_LIGATURES: Final = {ord(each): unicodedata.normalize("NFKD", each) for each in "ﬀﬁﬂﬃﬄﬅﬆ"}
"""Letters that printed pages set as one, as text copied from them still has them."""
_SEEN: Final = {**UNSEEN, **_LIGATURES, **_FLAGS, **_CONTROLS}
_ALIKE: Final = str.maketrans("“”„‘’‚‐‑‒–—−", "\"\"\"'''------")


def clean(text: str) -> str:
    r"""A text on one line: white space is single spaces, what no reader sees is gone.

    >>> clean(" Bosnia\n and\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}Herze\N{SOFT HYPHEN}govina ")
    'Bosnia and Herzegovina'
    """
    return " ".join(text.translate(_SEEN).split())


def straight(text: str) -> str:
    """A text with the quotes and dashes of a keyboard.

    >>> print(straight("“NATO’s” aim – a"))
    "NATO's" aim - a
    """
    return text.translate(_ALIKE)


def with_tokens(text: str, spans: Sequence[tuple[int, int]], marks: str) -> str:
    """A text in which the parts at some places stand as their numbers between two marks.

    >>> with_tokens("in 2031 and 2032", [(3, 7), (12, 16)], "«»")
    'in «0» and «1»'
    """
    ends = (0, *(end for _, end in spans))
    starts = (*(start for start, _ in spans), len(text))
    head, *parts = (text[end:start] for end, start in zip(ends, starts, strict=True))
    return head + "".join(f"{marks[0]}{n}{marks[1]}{part}" for n, part in enumerate(parts))


@lru_cache(maxsize=1 << 14)  # the same lines are asked about by each part of a page's reading
def fold(name: str) -> str:
    """A name without what its spellings differ in: case, quotes, dashes, white space, "the".

    >>> fold("the United  Kingdom") == fold("United Kingdom")
    True
    """
    plain = straight(unicodedata.normalize("NFC", name))
    return " ".join(plain.split()).strip(" .,;:").casefold().removeprefix("the ")


def fingerprint(text: str) -> str:
    """The fingerprint of a text; the same for texts that differ in quotes, dashes or case only.

    >>> fingerprint("NATO’s aim") == fingerprint("NATO's  aim")
    True
    """
    return hashlib.sha256(fold(text).encode()).hexdigest()


def slug(name: str) -> str:
    """A name as an id: lower case, every run of other characters a hyphen.

    >>> slug("CBRN-D&I"), slug("Space technologies")
    ('cbrn-d-i', 'space-technologies')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
