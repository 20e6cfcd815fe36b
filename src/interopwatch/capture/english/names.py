"""Known spellings of countries and organisations, found in English text: the longest wins."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.model import Party, Vocabulary

_MARKS: Final = "*†‡§¹²³"
_OPENING: Final = "(“\"'‘"
_TAIL: Final = ".,;:" + _MARKS


@dataclass(frozen=True, slots=True)
class Mention:
    """A party that running text names, and where: ``text[start:end]`` is its name."""

    party: Party
    name: str
    start: int
    end: int


def mentions(text: str, known: Vocabulary) -> tuple[Mention, ...]:
    """The parties that running text names, in order.

    A name begins with a capital or has two; one of at most three letters has two, so that "us" is
    nobody.
    """
    words = list(_words(text, known))
    spellings = _lengths(tuple(known.parties))
    found, at = list[Mention](), 0
    while at < len(words):
        hit = _longest([word for word, _ in words[at : at + 16]], spellings, known.parties)
        if hit is None:
            at += 1
            continue
        party, size = hit
        word, start = words[at]
        opened = word.lstrip(_OPENING)
        start += len(word) - len(opened)
        last, last_start = words[at + size - 1] if size > 1 else (opened, start)
        end = last_start + len(_bare(last))
        name = text[start:end]
        if name.lower().startswith("the "):
            start, name = start + 4, name[4:]
        short = len(name.replace(".", "")) <= 3  # noqa: PLR2004 - US, UK, EU, UAE
        capitals = sum(map(str.isupper, name))
        if capitals > 1 or (name[:1].isupper() and not short):
            found.append(Mention(party, name, start, end))
            at += size
        else:
            at += 1
    return tuple(found)


def _words(text: str, known: Vocabulary) -> Iterator[tuple[str, int]]:
    """The words of a text with their places; a dash divides them, but for that in a known name."""
    for match in re.finditer(r"[^\s/]+", text):
        dashed = re.search("[–—]", match[0]) and fold(_bare(match[0])) in known.parties
        for part in re.finditer(".+" if dashed else "[^–—]+", match[0]):
            yield part[0], match.start() + part.start()


@lru_cache(maxsize=4)  # it is the same for every list of a page
def _lengths(spellings: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    """By the first word of the known spellings: how many words they have, longest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for spelling in spellings:
        words = spelling.split()
        if words:
            found[fold(words[0])].add(len(words))  # "Command, Control and …"
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


def _bare(word: str) -> str:
    """A word without what may follow it in running text."""
    bare = word.rstrip('.,;:!?”"' + _MARKS)
    if bare.endswith(")") and "(" not in bare:
        bare = bare.rstrip(")").rstrip(".,;:")
    return re.sub(r"['’]s?$", "", bare)


def _longest(
    words: list[str], spellings: Mapping[str, tuple[int, ...]], parties: Mapping[str, Party]
) -> tuple[Party, int] | None:
    """The longest known spelling that words begin with, and how many of them it takes."""
    article = int(words[0].lower() == "the" and len(words) > 1)
    opened = words[article].lstrip(_OPENING)
    first = fold(_bare(opened)) or fold(opened)
    for size in spellings.get(first, ()) or spellings.get(fold(opened), ()):
        taken = [opened, *words[article + 1 : article + size]]
        if len(taken) < size:
            continue
        whole = fold(" ".join([*taken[:-1], taken[-1].rstrip(_TAIL)]))
        bare = fold(" ".join([*taken[:-1], _bare(taken[-1])]))
        party = parties.get(whole) or parties.get(bare)
        if party is not None:
            return party, article + size
    return None
