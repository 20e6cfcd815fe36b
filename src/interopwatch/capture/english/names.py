"""Find countries and organisations in English text by known spellings; the longest wins."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import ENGLISH
from interopwatch.capture.english.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Party, Vocabulary

_WORD: Final = re.compile(r"(?:[^\W¹²³]|[\u0300-\u036f])+")  # including combining accents
_BEFORE: Final = re.compile(r"""(?<![^\s/–—(“"'‘])""")
_BEHIND: Final = re.compile(r"""(?:['’]s?)?[.,;:]*\)*[.,;:!?”"*†‡§¹²³]*(?=[\s/–—]|$)""")
"""Characters that may follow a name up to the end of its word."""
_OF: Final = re.compile(r" of(?: the)?$")
_SHORT: Final = 3  # characters: US, UK, EU, UAE


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named in running text; ``text[start:end]`` is its name."""

    party: Party
    name: str
    start: int
    end: int


def mentions(text: str, known: Vocabulary) -> tuple[Mention, ...]:
    """Return the parties that running text names, in order.

    A name has two capitals, or begins with one and has more than three characters, so that "us"
    is not a country.
    """
    sizes = _sizes(tuple(known.parties))
    words = [word.span() for word in _WORD.finditer(text)]
    found, end = list[Mention](), 0
    for at, (start, stop) in enumerate(words):
        if start >= end and _BEFORE.match(text, start):
            lasts = (words[at + n - 1 : at + n] for n in sizes.get(fold(text[start:stop]), ()))
            named = (_named(text, start, last[0][1], known) for last in lasts if last)
            mention = next(filter(None, named), None)
            found += [mention] if mention else []
            end = mention.end if mention else end
    return tuple(found)


def hints(text: str, known: Vocabulary) -> tuple[str, ...]:
    """Return the words that refer to parties, times or numbers without naming a known one.

    Examples are "Norwegian-led", "a year later", "dozens of nations".
    """
    bare = list(text)
    for each in mentions(text, known):  # "Czech Republic"
        bare[each.start : each.end] = " " * (each.end - each.start)
    found = ENGLISH.pattern("hint").finditer("".join(bare))
    return tuple(match[0].strip() for match in found)


@lru_cache(maxsize=4)  # the same for all lists of a page
def _sizes(spellings: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    """Return, by first word of the known spellings, their numbers of words, longest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for spelling in spellings:
        words = _WORD.findall(spelling)
        if words:
            found[words[0]].add(len(words))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


def _named(text: str, start: int, end: int, known: Vocabulary) -> Mention | None:
    """Return the party that ``text[start:end]`` names, if any."""
    end += text[start:end].count("(") > text[start:end].count(")")  # "the Agency (NSPA)"
    name = text[start:end]
    party = known.parties.get(fold(name))
    capitals = sum(map(str.isupper, name))
    large = name[:1].isupper() and len(name.replace(".", "")) > _SHORT
    # In "Kazakhstan, Republic of Korea", "Kazakhstan, Republic of" is not a name.
    goes_on = _OF.search(name) and re.match(r" [A-Z]", text[end : end + 2])
    if party is None or goes_on or not (capitals > 1 or large) or not _BEHIND.match(text, end):
        return None
    return Mention(party, name, start, end)
