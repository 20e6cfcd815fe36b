"""Lines that a site puts before, between and behind its texts: they speak to whoever visits it.

A line is told by the kind of thing that it says, never by where it stands. The text of a page
speaks of the world, and a site of its visitor: *your* account, *reset* the password. A block is
such a line if it is one of a menu, if all its words are words of a site, or if its sentences say
one of these things. Whatever has the date of a year in it is text, and so is what is longer than
any notice.
"""

from __future__ import annotations

import re
from typing import Final

from interopwatch.capture.english.phrases import Phrasebook, phrase
from interopwatch.capture.english.text import straight

SITE: Final = Phrasebook.of("page/site.toml")
"""The words and phrases of such lines."""
_NETWORKS: Final = SITE.words("networks")
_MENU: Final = frozenset(SITE.data["menu"])
_TELLING: Final = SITE.words("telling")
_WORDS: Final = _TELLING | SITE.words("beside")
_KINDS: Final = SITE.groups("kinds")
_MOST_WORDS: Final = 9
"""A longer line that has only these words would be a sentence."""

_BESIDE: Final = re.compile(
    r"\b(?:you|your|we|us|our)\b|^(?:please|click|learn more|read more|find out|try|choose)\b"
    r"|^it (?:expires|takes|will|may)\b"
)
"""What a sentence may be that stands beside such a sentence in one block."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST: Final = 1_500
"""Characters of a block; a notice about cookies has some hundred."""
_LONGEST_SENTENCE: Final = 400
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")


def is_site_line(text: str) -> bool:
    """Whether a block is a line of a site, and no part of the text, by what it says.

    >>> is_site_line("Facebook X Reddit"), is_site_line("ADVERTISEMENT"), is_site_line("X")
    (True, True, False)
    >>> is_site_line("Reset your password"), is_site_line("They take account of passwords.")
    (True, False)
    """
    if len(text) > _LONGEST or _YEAR.search(text):
        return False
    plain = straight(text).casefold().strip(" .!:…|>»×+*")
    words = re.split(r"[\s,|/·•]+", plain)
    if plain in _MENU or (len(words) > 1 and _NETWORKS.issuperset(words)) or _is_of_site(plain):
        return True
    said = [each for part in _SENTENCE.split(plain) if (each := part.strip(" .!?…"))]
    kinds = [bool(kind_of(each)) or _is_of_site(each) for each in said]
    return any(kinds) and all(
        told or _BESIDE.search(each) for told, each in zip(kinds, said, strict=True)
    )


def kind_of(sentence: str) -> str:
    """The kind of line that a sentence is, given in lower case; empty if it is none.

    >>> kind_of("forgot your password"), kind_of("the code is shared by all participants")
    ('password', '')
    """
    if len(sentence) > _LONGEST_SENTENCE:
        return ""
    return next(
        (
            kind
            for kind, notations in _KINDS.items()
            if any(phrase(notation).search(sentence) for notation in notations)
        ),
        "",
    )


def _is_of_site(plain: str) -> bool:
    words = [word.strip(".,!?:;()\"'*") for word in re.split(r"[\s/|·•]+", plain)]
    words = [word for word in words if word and word not in {"&", "-", "–"}]
    return (
        0 < len(words) <= _MOST_WORDS
        and not _TELLING.isdisjoint(words)
        and all(word in _WORDS for word in words)
    )
