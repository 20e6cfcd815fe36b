"""Sentences: where they end, what makes them unsure, and what makes them ready for phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.phrases import ENGLISH, phrase
from interopwatch.capture.english.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.capture.english.dates import DayOrder

_ABBREVIATIONS: Final = ENGLISH.words("abbreviations")
_MONTHS: Final = ENGLISH.words("shorts")
_TOKEN: Final = re.compile(r"«[de]*(\d+)»")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text.

    >>> sentences("Established. X was launched in Sept. 2019. It grew.")
    ('Established.', 'X was launched in Sept. 2019.', 'It grew.')
    """
    found, start = list[str](), 0
    for match in ENGLISH.pattern("sentence").finditer(text):
        word = max(start, text.rfind(" ", start, match.start()) + 1)
        last = text[word : match.start()].lower()
        month = last.rstrip(".") in _MONTHS and text[match.end()].isdigit()
        if not (month or last in _ABBREVIATIONS):
            found.append(text[start : match.end()])
            start = match.end()
    return tuple(each for part in (*found, text[start:]) if (each := part.strip()))


def is_hearsay(text: str) -> bool:
    """Whether a sentence only reports what somebody says.

    >>> is_hearsay("“Italy joined”, a spokesman said."), is_hearsay("Italy joined.")
    (True, False)
    """
    return ENGLISH.pattern("hearsay").search(text) is not None


def is_doubted(text: str) -> bool:
    """Whether a sentence states nothing for sure.

    It may hold the very words of a fact, and is left to a person.

    >>> is_doubted("It is not led by Norway."), is_doubted("It may be."), is_doubted("In May 2031.")
    (True, True, False)
    """
    return is_hearsay(text) or ENGLISH.pattern("unsure").search(text) is not None


@dataclass(frozen=True, slots=True)
class Occasion:
    """A named occasion, such as a summit, and its place."""

    name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence made ready for phrases.

    Attributes:
        text: Its text, in which a date is ``«0»``, and a named occasion ``«e1»``, or ``«de1»``
            if the sentence has its date.
        dated: The dates (EDTF) by the numbers of their tokens; empty for an occasion of which
            the sentence has no date.
        written: The dates as the sentence writes them.
        occasions: The named occasions, by their numbers.
        known: The dates that other sentences have of occasions, by their names.
    """

    text: str
    dated: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    occasions: Mapping[int, Occasion] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        said: str,
        terms: Iterable[tuple[str, str]] = (),
        *,
        intervals: bool = False,
        order: DayOrder = "",
    ) -> Sentence:
        """Make a sentence ready.

        Args:
            said: The sentence.
            terms: Phrases, and the one spelling that is to stand for each.
            intervals: Whether an interval is a date, too.
            order: Which of day and month the page has first in figures.
        """
        text = re.sub("[«»]", "", clean(said))
        parts: list[str] = []
        found: list[str] = []
        written: list[str] = []
        end = 0
        for each in dates(text, order):
            if intervals or "/" not in each.edtf:
                parts += [text[end : each.start], f"«{len(found)}»"]
                found.append(each.edtf)
                written.append(text[each.start : each.end])
                end = each.end
        text = "".join([*parts, text[end:]])
        for notation, term in terms:
            text = phrase(notation).sub(term, text)
        return cls(text, tuple(found), tuple(written))

    def dates_in(self, text: str) -> list[str]:
        """The dates in a part of the sentence; if it has none, those of occasions in it."""
        numbers = [int(number) for number in _TOKEN.findall(text)]
        known = (self.known.get(self.occasions[n].name) for n in numbers if n in self.occasions)
        return [self.dated[n] for n in numbers if self.dated[n]] or [day for day in known if day]

    def occasion(self, text: str) -> Occasion:
        """The occasion that a part of the sentence begins with; an empty one if it has none."""
        token = _TOKEN.match(text)
        return self.occasions.get(int(token[1]) if token else -1, Occasion())

    def as_written(self, text: str) -> str:
        """A part of the sentence with its dates as they are written there."""
        return _TOKEN.sub(lambda token: self.written[int(token[1])], text)

    def plain(self, text: str) -> str:
        """A part of the sentence with its dates in EDTF instead of tokens."""
        return _TOKEN.sub(lambda token: self.dated[int(token[1])], text)
