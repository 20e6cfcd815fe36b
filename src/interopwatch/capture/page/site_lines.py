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
_TELLING: Final = SITE.words("telling")
_WORDS: Final = _TELLING | SITE.words("beside")
_SAID: Final = [phrase(each) for kind in SITE.groups("kinds").values() for each in kind]
_MOST_WORDS: Final = 9
"""A longer line that has only these words would be a sentence."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST: Final = 1_500
"""Characters of a block; a notice about cookies has some hundred."""
_LONGEST_SENTENCE: Final = 400
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_AROUND: Final = " .!?:…|>»×+*"


def is_site_line(text: str) -> bool:
    """Whether a block is a line of a site, and no part of the text, by what it says.

    >>> is_site_line("Facebook X Reddit"), is_site_line("ADVERTISEMENT"), is_site_line("X")
    (True, True, False)
    >>> is_site_line("Reset your password"), is_site_line("They take account of passwords.")
    (True, False)
    """
    if len(text) > _LONGEST or _YEAR.search(text):
        return False
    plain = straight(text).casefold().strip(_AROUND)
    if SITE.phrase("menu").fullmatch(plain) or _has_only_site_words(plain):
        return True
    said = [each for part in _SENTENCE.split(plain) if (each := part.strip(_AROUND))]
    told = [_has_only_site_words(each) or _speaks_to_visitors(each) for each in said]
    return any(told) and all(
        is_so or SITE.phrase("beside_it").search(each)
        for is_so, each in zip(told, said, strict=True)
    )


def _speaks_to_visitors(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_SENTENCE and any(each.search(sentence) for each in _SAID)


def _has_only_site_words(plain: str) -> bool:
    words = [word.strip(".,!?:;()\"'*") for word in re.split(r"[\s/|·•]+", plain)]
    words = [word for word in words if word and word not in {"&", "-"}]
    most = len(words) <= _MOST_WORDS
    return most and not _TELLING.isdisjoint(words) and _WORDS.issuperset(words)
