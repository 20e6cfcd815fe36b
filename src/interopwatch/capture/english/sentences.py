"""Split text into sentences, judge whether they are certain, and prepare them for phrases."""

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
class Time:
    """A date in a sentence, or a named occasion, such as a summit."""

    written: str  # as the sentence has it
    date: str = ""  # EDTF; empty for an occasion of which the sentence has none
    occasion: str = ""  # its name
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence made ready for phrases.

    In its text a date is ``«0»``, and a named occasion ``«e1»``, or ``«de1»`` if the sentence has
    its date.
    """

    text: str
    times: tuple[Time, ...] = ()  # what the tokens stand for, by their numbers
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
        """Make a sentence ready.

        Args:
            said: The sentence.
            terms: Phrases, and the one spelling that is to stand for each.
            intervals: Whether an interval is a date, too.
            order: Which of day and month the page has first in figures.
        """
        text = re.sub("[«»]", "", clean(said))
        given = [each for each in dates(text, order) if intervals or "/" not in each.edtf]
        times = tuple(Time(text[each.start : each.end], each.edtf) for each in given)
        text = with_tokens(text, [(each.start, each.end) for each in given], "«»")
        for notation, term in terms:
            text = phrase(notation).sub(term, text)
        return cls(text, times)

    def times_in(self, text: str) -> list[Time]:
        """The times in a part of the sentence."""
        return [self.times[int(number)] for number in _TOKEN.findall(text)]

    def dates_in(self, text: str) -> list[str]:
        """The dates in a part of the sentence; if it has none, those of occasions in it."""
        times = self.times_in(text)
        known = (self.known.get(each.occasion, "") for each in times)
        return [each.date for each in times if each.date] or [*filter(None, known)]

    def as_written(self, text: str) -> str:
        """A part of the sentence with its dates as they are written there."""
        return _TOKEN.sub(lambda token: self.times[int(token[1])].written, text)

    def plain(self, text: str) -> str:
        """A part of the sentence with its dates in EDTF instead of tokens."""
        return _TOKEN.sub(lambda token: self.times[int(token[1])].date, text)
