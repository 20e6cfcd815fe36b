"""Sentences, and the forms of a text by which texts are compared and named."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9ÀÁÂÄÇÉÈÖÜ])")

_ABBREVIATIONS: Final = ("e.g.", "i.e.", "approx.", "no.", "incl.", "st.", "dr.", "gen.", "vs.")

_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})


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
