"""The account of a page: what became of every passage.

A passage is a *fact* (it gave rows), *known text* (its fingerprint is in ``passages``), *known
text in other words* (another text stood in its place), or *not understood*.

Of what a page says without its being a fact, only a fingerprint is kept: SHA-256 of the text,
with quotes, dashes and white space made alike, so that a rewording shows without the words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.model import Extract, Fact, Passage

    Row = Mapping[str, str]

RESOURCE: Final = "passages"
"""The resource that holds the fingerprints."""


class Outcome(StrEnum):
    """What became of a passage."""

    FACT = "fact"
    KNOWN = "known text"
    REWORDED = "known text in other words"
    UNKNOWN = "not understood"


@dataclass(frozen=True, slots=True)
class Accounted:
    """What became of one passage.

    Attributes:
        passage: The passage.
        outcome: What became of it.
        facts: The rows that it gave.
    """

    passage: Passage
    outcome: Outcome
    facts: tuple[Fact, ...] = ()


def account(extract: Extract, known: Iterable[Row]) -> tuple[Accounted, ...]:
    """What became of every passage of an edition.

    Args:
        extract: What was read.
        known: The rows of ``passages``.
    """
    mine = [row for row in known if row["work"] == extract.work]
    digests = {row["digest"] for row in mine}  # a passage may have moved to another place
    places = {(row["locator"], row["position"]) for row in mine}
    found = []
    for passage, position in _numbered(extract.passages):
        if passage.settled:
            found.append(Accounted(passage, Outcome.FACT, passage.facts))
            continue
        if fingerprint(passage.text) in digests:
            outcome = Outcome.FACT if passage.facts else Outcome.KNOWN
        elif (passage.locator, str(position)) in places:
            outcome = Outcome.REWORDED
        else:
            outcome = Outcome.FACT if passage.facts else Outcome.UNKNOWN
        found.append(Accounted(passage, outcome, passage.facts))
    return tuple(found)


def fingerprints(extract: Extract) -> tuple[Row, ...]:
    """The rows of ``passages`` for an edition: every passage of which the wording matters."""
    return tuple(
        {
            "work": extract.work,
            "locator": passage.locator,
            "position": str(position),
            "digest": fingerprint(passage.text),
            "words": str(len(passage.text.split())),
            "source": extract.source,
        }
        for passage, position in _numbered(extract.passages)
        if not passage.settled
    )


def fingerprint(text: str) -> str:
    """The fingerprint of a text; the same for texts that differ in quotes, dashes or case only.

    >>> fingerprint("NATO’s aim") == fingerprint("NATO's  aim")
    True
    """
    return hashlib.sha256(fold(text).encode()).hexdigest()


def _numbered(passages: Sequence[Passage]) -> Iterator[tuple[Passage, int]]:
    """Passages with their number among those of their place whose wording matters."""
    counts: Counter[str] = Counter()
    for passage in passages:
        if not passage.settled:
            counts[passage.locator] += 1
        yield passage, counts[passage.locator]
