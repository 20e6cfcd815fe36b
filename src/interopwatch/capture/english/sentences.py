"""Split text into sentences, detect uncertain ones, and prepare sentences for phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.phrases import ENGLISH, phrase
from interopwatch.capture.english.text import clean, with_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.capture.english.dates import DayOrder

_ABBREVIATIONS: Final = ENGLISH.words("abbreviations")
_MONTHS: Final = ENGLISH.words("shorts")
_TOKEN: Final = re.compile(r"«[de]*(\d+)»")


def sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences.

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
    """Return whether a sentence only reports a statement of others.

    >>> is_hearsay("“Italy joined”, a spokesman said."), is_hearsay("Italy joined.")
    (True, False)
    """
    return ENGLISH.pattern("hearsay").search(text) is not None


def is_doubted(text: str) -> bool:
    """Return whether a sentence is uncertain: hearsay, conditional, negated and the like.

    It may contain the very words of a fact, so it is left to a person.

    >>> is_doubted("It is not led by Norway."), is_doubted("It may be."), is_doubted("In May 2031.")
    (True, True, False)
    """
    return is_hearsay(text) or ENGLISH.pattern("unsure").search(text) is not None


@dataclass(frozen=True, slots=True)
class Time:
    """A date in a sentence, or a named occasion, such as a summit."""

    written: str  # as in the sentence
    date: str = ""  # EDTF; empty for an occasion whose date is not in the sentence
    occasion: str = ""  # its name
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence prepared for phrases, with tokens for dates and named occasions.

    A date is ``«0»``; an occasion is ``«e1»``, or ``«de1»`` if the sentence has its date.
    """

    text: str
    times: tuple[Time, ...] = ()  # by the number of their tokens
    known: Mapping[str, str] = field(default_factory=dict)  # dates of occasions in other sentences

    @classmethod
    def of(
        cls,
        said: str,
        terms: Iterable[tuple[str, str]] = (),
        *,
        intervals: bool = False,
        order: DayOrder = "",
    ) -> Sentence:
        """Prepare a sentence.

        Args:
            said: The sentence.
            terms: Phrases, each with the spelling that replaces it.
            intervals: Whether intervals count as dates.
            order: Whether numeric dates of the page have the day or the month first.
        """
        text = re.sub("[«»]", "", clean(said))
        given = [each for each in dates(text, order) if intervals or "/" not in each.edtf]
        times = tuple(Time(text[each.start : each.end], each.edtf) for each in given)
        text = with_tokens(text, [(each.start, each.end) for each in given], "«»")
        for notation, term in terms:
            text = phrase(notation).sub(term, text)
        return cls(text, times)

    def times_in(self, text: str) -> list[Time]:
        """Return the times in a part of the sentence."""
        return [self.times[int(number)] for number in _TOKEN.findall(text)]

    def dates_in(self, text: str) -> list[str]:
        """Return the dates in a part of the sentence; without any, known dates of its occasions."""
        times = self.times_in(text)
        known = (self.known.get(each.occasion, "") for each in times)
        return [each.date for each in times if each.date] or [*filter(None, known)]

    def as_written(self, text: str) -> str:
        """Return a part of the sentence with its times as written."""
        return _TOKEN.sub(lambda token: self.times[int(token[1])].written, text)

    def plain(self, text: str) -> str:
        """Return a part of the sentence with dates in EDTF instead of tokens."""
        return _TOKEN.sub(lambda token: self.times[int(token[1])].date, text)
